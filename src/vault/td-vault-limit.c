/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-vault-limit.h"

#include "vault/td-vault.h"

struct _TdVaultLimit
{
  grefcount ref_count;
  GTask *task;           /* (owned) (nullable): not answered yet */
  GSource *time_source;  /* (owned) (nullable) */
  GSource *cancel_source; /* (owned) (nullable) */
};

static void
drop_source (GSource **source)
{
  if (!*source)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
time_is_up_cb (gpointer user_data)
{
  TdVaultLimit *self = user_data;
  g_autoptr (GTask) task = td_vault_limit_steal_task (self);

  g_assert (task);
  g_task_return_new_error_literal (task, TD_VAULT_ERROR, TD_VAULT_ERROR_TIMED_OUT,
                                   "The keyring does not answer");
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  TdVaultLimit *self = user_data;
  g_autoptr (GTask) task = td_vault_limit_steal_task (self);

  g_assert (task);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/**
 * td_vault_limit_new: (skip)
 * @task: (transfer full): the task to answer
 * @limit_ms: how long it may take
 *
 * Returns: (transfer full): the limit
 */
TdVaultLimit *
td_vault_limit_new (GTask *task,
                    guint  limit_ms)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  TdVaultLimit *self = g_new0 (TdVaultLimit, 1);

  g_ref_count_init (&self->ref_count);
  self->task = task;
  if (cancellable)
    {
      self->cancel_source = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancel_source, G_SOURCE_FUNC (cancelled_cb), self, NULL);
      g_source_attach (self->cancel_source, g_task_get_context (task));
    }
  self->time_source = g_timeout_source_new (limit_ms);
  g_source_set_callback (self->time_source, time_is_up_cb, self, NULL);
  g_source_attach (self->time_source, g_task_get_context (task));
  return self;
}

/**
 * td_vault_limit_ref: (skip)
 * @self: a limit
 *
 * Returns: (transfer full): the same limit
 */
TdVaultLimit *
td_vault_limit_ref (TdVaultLimit *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_vault_limit_unref: (skip)
 * @self: (transfer full): a limit; the task must have been answered before the last one
 */
void
td_vault_limit_unref (TdVaultLimit *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_assert (!self->task);
  g_free (self);
}

/**
 * td_vault_limit_peek_task: (skip)
 * @self: a limit
 *
 * Returns: (transfer none) (nullable): the task; %NULL when it was answered already, so that
 *   there is nobody to go on for
 */
GTask *
td_vault_limit_peek_task (TdVaultLimit *self)
{
  return self->task;
}

/**
 * td_vault_limit_steal_task: (skip)
 * @self: a limit
 *
 * Takes the task to answer it, which ends the limit.
 *
 * Returns: (transfer full) (nullable): the task; %NULL when it was answered already
 */
GTask *
td_vault_limit_steal_task (TdVaultLimit *self)
{
  drop_source (&self->time_source);
  drop_source (&self->cancel_source);
  return g_steal_pointer (&self->task);
}

/**
 * td_vault_limit_fail: (skip)
 * @self: a limit
 * @error: (transfer full): why
 *
 * Fails the task, unless it was answered already.
 */
void
td_vault_limit_fail (TdVaultLimit *self,
                     GError       *error)
{
  g_autoptr (GTask) task = td_vault_limit_steal_task (self);

  if (task)
    g_task_return_error (task, error);
  else
    g_error_free (error);
}
