/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/td-cli.h"

G_BEGIN_DECLS

char    *td_cli_input_read_secret (TdCli       *cli,
                                   const char  *prompt,
                                   GError     **error); /* free with td_vault_secret_free() */
char    *td_cli_input_read_from_terminal (TdCli       *cli,
                                          const char  *prompt,
                                          GError     **error); /* free with td_vault_secret_free() */
char    *td_cli_input_read_text   (TdCli       *cli,
                                   GError     **error);
char    *td_cli_input_read_file   (TdCli       *cli,
                                   const char  *path,
                                   GError     **error);
GBytes  *td_cli_input_read_bytes  (TdCli       *cli,
                                   const char  *path,
                                   gsize        max_bytes,
                                   GError     **error);
char    *td_cli_input_take_text   (GBytes      *bytes,
                                   const char  *name,
                                   GError     **error);
gboolean td_cli_input_is_terminal (void);

G_END_DECLS
