/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-run.h"

/**
 * td_cli_run_ready:
 * @source: (nullable): what was called
 * @result: its result
 * @run: the #TdCliRun that waits for it
 *
 * The callback to hand to the asynchronous call.
 */
void
td_cli_run_ready (GObject      *source,
                  GAsyncResult *result,
                  gpointer      run)
{
  TdCliRun *self = run;

  g_set_object (&self->result, result);
}

/**
 * td_cli_run_wait:
 * @self: a run
 *
 * Runs the main context until the result is there.
 *
 * Returns: (transfer none): the result, for the finish function
 */
GAsyncResult *
td_cli_run_wait (TdCliRun *self)
{
  while (!self->result)
    g_main_context_iteration (NULL, TRUE);
  return self->result;
}

/**
 * td_cli_run_clear:
 * @self: a run
 *
 * Drops the result.
 */
void
td_cli_run_clear (TdCliRun *self)
{
  g_clear_object (&self->result);
}
