/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/td-cli.h"

G_BEGIN_DECLS

/* A message as JSON, and in words what it cost. */
void    td_cli_message_write_members (TdJsonWriter *writer,
                                      TdMessage    *message);
char   *td_cli_message_dup_extras    (TdMessage    *message); /* (nullable) */
char   *td_cli_message_dup_summary   (TdMessage    *message);
GError *td_cli_message_dup_error     (TdMessage    *message);
const char *td_cli_message_get_state (TdMessage    *message);

G_END_DECLS
