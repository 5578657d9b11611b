/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/td-cli.h"

G_BEGIN_DECLS

TdCliExit td_cli_errors_report      (TdCli        *cli,
                                     const GError *error);
TdCliExit td_cli_errors_get_exit    (TdCli        *cli,
                                     const GError *error);
char     *td_cli_errors_dup_code    (const GError *error);
char     *td_cli_errors_dup_message (TdCli        *cli,
                                     const GError *error);
void      td_cli_errors_write_json  (TdCli        *cli,
                                     TdJsonWriter *writer,
                                     const GError *error);

G_END_DECLS
