/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/td-cli.h"

G_BEGIN_DECLS

/* Why a reply came from where it did, from what is kept with its receipt. */
void  td_cli_route_write_json (TdJsonWriter *writer,
                               const char   *route);
char *td_cli_route_dup_why    (const char   *route);
void  td_cli_route_print      (const char   *route);

G_END_DECLS
