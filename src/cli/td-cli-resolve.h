/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/td-cli.h"

G_BEGIN_DECLS

/* From what was typed to the one thing it means, or an error that lists what it might mean. */
TdModel          *td_cli_resolve_model    (TdCli       *cli,
                                           const char  *text,
                                           GError     **error); /* (transfer none) */
const TdEndpoint *td_cli_resolve_provider (TdCli       *cli,
                                           const char  *text,
                                           GError     **error); /* (transfer none) */
gboolean          td_cli_resolve_id       (const char  *text,
                                           gint64      *id,
                                           GError     **error);

gboolean          td_cli_model_show       (TdCli       *cli,
                                           GStrv        argv,
                                           GError     **error);
gboolean          td_cli_model_compare    (TdCli       *cli,
                                           GStrv        argv,
                                           GError     **error);

G_END_DECLS
