/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TdCliRun:
 *
 * Waits for one asynchronous call by running the default main context, so that a command reads
 * from top to bottom:
 *
 *   g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
 *
 *   thing_async (thing, cli->cancellable, td_cli_run_ready, &run);
 *   value = thing_finish (thing, td_cli_run_wait (&run), error);
 */
typedef struct
{
  GAsyncResult *result;
} TdCliRun;

#define TD_CLI_RUN_INIT { NULL }

void          td_cli_run_ready (GObject      *source,
                                GAsyncResult *result,
                                gpointer      run);
GAsyncResult *td_cli_run_wait  (TdCliRun     *self);
void          td_cli_run_clear (TdCliRun     *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TdCliRun, td_cli_run_clear)

G_END_DECLS
