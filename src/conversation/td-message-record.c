/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plain data behind a message: what goes to the database thread and comes back from it.
 */
#include "config.h"

#include "base/td-words.h"
#include "conversation/td-message-private.h"

static const char *const role_names[] = { "system", "user", "assistant" };
static const char *const state_names[] = { "complete", "streaming", "stopped", "interrupted",
                                           "failed" };

const char *
td_message_role_to_string (TdMessageRole role)
{
  g_return_val_if_fail ((guint) role < G_N_ELEMENTS (role_names), NULL);

  return role_names[role];
}

gboolean
td_message_role_from_string (const char    *text,
                             TdMessageRole *role)
{
  guint index;

  g_return_val_if_fail (role != NULL, FALSE);

  if (!td_words_find (role_names, G_N_ELEMENTS (role_names), text, &index))
    return FALSE;
  *role = (TdMessageRole) index;
  return TRUE;
}

const char *
td_message_state_to_string (TdMessageState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (state_names), NULL);

  return state_names[state];
}

gboolean
td_message_state_from_string (const char     *text,
                              TdMessageState *state)
{
  guint index;

  g_return_val_if_fail (state != NULL, FALSE);

  if (!td_words_find (state_names, G_N_ELEMENTS (state_names), text, &index))
    return FALSE;
  *state = (TdMessageState) index;
  return TRUE;
}

/**
 * td_message_outcome_copy:
 * @self: an outcome
 * @copy: (out caller-allocates): becomes a deep copy; what it held before is not freed
 */
void
td_message_outcome_copy (const TdMessageOutcome *self,
                         TdMessageOutcome       *copy)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (copy != NULL);

  *copy = *self;
  copy->finish = g_strdup (self->finish);
  copy->error_code = g_strdup (self->error_code);
  copy->error_detail = g_strdup (self->error_detail);
  copy->opaque = g_strdup (self->opaque);
  copy->calls = g_strdup (self->calls);
}

/**
 * td_message_outcome_clear:
 * @self: an outcome
 *
 * Frees the strings; the outcome says "complete, nothing known" afterwards.
 */
gboolean
td_message_outcome_is_estimated (const TdMessageOutcome *self)
{
  return self->counted_here && !self->counted_exactly;
}

void
td_message_outcome_clear (TdMessageOutcome *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->finish);
  g_free (self->error_code);
  g_free (self->error_detail);
  g_free (self->opaque);
  g_free (self->calls);
  *self = (TdMessageOutcome) TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
}

TdMessageRecord *
td_message_record_new (void)
{
  TdMessageRecord *self = g_new0 (TdMessageRecord, 1);

  self->outcome = (TdMessageOutcome) TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
  return self;
}

void
td_message_record_free (TdMessageRecord *self)
{
  if (!self)
    return;
  g_free (self->text);
  g_free (self->reasoning);
  g_free (self->model_key);
  g_free (self->model_name);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  td_message_outcome_clear (&self->outcome);
  g_free (self);
}
