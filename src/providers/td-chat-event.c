/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-event.h"

static const char *const finish_words[] = {
  [TD_FINISH_STOP] = "stop",
  [TD_FINISH_LENGTH] = "length",
  [TD_FINISH_TOOL_CALLS] = "tool_calls",
  [TD_FINISH_REFUSED] = "refused",
  [TD_FINISH_PAUSED] = "paused",
  [TD_FINISH_ERROR] = "error",
  [TD_FINISH_INCOMPLETE] = "incomplete",
  [TD_FINISH_CANCELLED] = "cancelled",
  [TD_FINISH_UNKNOWN] = "unknown",
};

/**
 * td_finish_to_string:
 * @finish: why a turn ended
 *
 * Returns: (transfer none): a stable word for the store and for machines
 */
const char *
td_finish_to_string (TdFinish finish)
{
  g_return_val_if_fail ((guint) finish < G_N_ELEMENTS (finish_words), "unknown");

  return finish_words[finish];
}
