/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conversation/td-chat-parameters.h"

/**
 * td_chat_parameters_copy:
 * @self: parameters
 * @copy: (inout): becomes a copy; what it held before is freed
 */
void
td_chat_parameters_copy (const TdChatParameters *self,
                         TdChatParameters       *copy)
{
  g_return_if_fail (self != NULL && copy != NULL);

  g_set_str (&copy->effort, self->effort);
  copy->temperature_milli = self->temperature_milli;
  copy->max_output = self->max_output;
  g_set_str (&copy->schema, self->schema);
}

/**
 * td_chat_parameters_clear:
 * @self: parameters
 *
 * Leaves everything to the model again.
 */
void
td_chat_parameters_clear (TdChatParameters *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->effort);
  g_free (self->schema);
  *self = (TdChatParameters) TD_CHAT_PARAMETERS_INIT;
}

/**
 * td_chat_parameters_equal:
 * @self: parameters
 * @other: others
 *
 * Returns: whether they say the same
 */
gboolean
td_chat_parameters_equal (const TdChatParameters *self,
                          const TdChatParameters *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  return g_strcmp0 (self->effort, other->effort) == 0 &&
         self->temperature_milli == other->temperature_milli &&
         self->max_output == other->max_output &&
         g_strcmp0 (self->schema, other->schema) == 0;
}

/**
 * td_chat_parameters_is_usual:
 * @self: parameters
 *
 * Returns: whether everything is left to the model
 */
gboolean
td_chat_parameters_is_usual (const TdChatParameters *self)
{
  static const TdChatParameters usual = TD_CHAT_PARAMETERS_INIT;

  return td_chat_parameters_equal (self, &usual);
}
