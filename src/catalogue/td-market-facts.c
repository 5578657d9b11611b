/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What this user did with models: favourites and uses. Shown at once, stored behind; the table
 * in memory is what counts here, also for models the catalogue does not have just now.
 */
#include "config.h"

#include "base/td-clock.h"
#include "catalogue/td-market-private.h"

static TdUserFact *
ensure_fact (TdMarket   *self,
             const char *model_key)
{
  TdUserFact *fact = g_hash_table_lookup (self->facts, model_key);

  if (fact == NULL)
    {
      fact = g_new0 (TdUserFact, 1);
      g_hash_table_insert (self->facts, g_strdup (model_key), fact);
    }
  return fact;
}

static void
show_favourite (TdMarket   *self,
                const char *model_key,
                gboolean    favourite)
{
  TdModel *model = td_catalogue_find_model (self->catalogue, model_key);

  ensure_fact (self, model_key)->favourite = favourite;
  if (model != NULL)
    td_model_set_favourite (model, favourite);
  self->facts_serial++;
  td_market_emit_facts (self);
}

typedef struct
{
  char *model_key;
  gboolean favourite;
  gint64 now_us;
} Change;

static Change *
change_new (const char *model_key,
            gboolean    favourite)
{
  Change *self = g_new0 (Change, 1);

  self->model_key = g_strdup (model_key);
  self->favourite = favourite;
  self->now_us = td_clock_now_us ();
  return self;
}

static void
change_free (gpointer data)
{
  Change *self = data;

  g_free (self->model_key);
  g_free (self);
}

static gpointer
favourite_on_database_thread (TdConnection  *connection,
                              gpointer       data,
                              GCancellable  *cancellable,
                              GError       **error)
{
  const Change *change = data;

  td_market_store_set_favourite (connection, change->model_key, change->favourite, error);
  return NULL;
}

static void
favourite_stored_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      data)
{
  g_autoptr (GTask) task = data;
  TdMarket *self = g_task_get_source_object (task);
  const Change *change = g_task_get_task_data (task);
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  /* What could not be kept is not shown either, unless it was changed again meanwhile. */
  if (ensure_fact (self, change->model_key)->favourite == change->favourite)
    show_favourite (self, change->model_key, !change->favourite);
  g_task_return_error (task, error);
}

/**
 * td_market_set_favourite_async:
 * @self: the market
 * @model_key: "provider:id"
 * @favourite: whether this user marks the model
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is stored
 * @user_data: data for @callback
 *
 * Marks a model. Shown at once; taken back when it cannot be stored.
 */
void
td_market_set_favourite_async (TdMarket            *self,
                               const char          *model_key,
                               gboolean             favourite,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (TD_IS_MARKET (self));
  g_return_if_fail (model_key != NULL);

  favourite = !!favourite;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_market_set_favourite_async);
  g_task_set_task_data (task, change_new (model_key, favourite), change_free);
  show_favourite (self, model_key, favourite);
  if (self->database == NULL)
    g_task_return_boolean (task, TRUE);
  else
    /* What is shown is going to be stored: too late to cancel. */
    td_database_run_async (self->database, G_PRIORITY_DEFAULT, favourite_on_database_thread,
                           change_new (model_key, favourite), change_free, NULL, NULL,
                           favourite_stored_cb, g_steal_pointer (&task));
}

/**
 * td_market_set_favourite_finish:
 * @self: the market
 * @result: the result given to the callback
 * @error: return location for a #TdStoreError
 *
 * Returns: whether it is stored
 */
gboolean
td_market_set_favourite_finish (TdMarket      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gpointer
use_on_database_thread (TdConnection  *connection,
                        gpointer       data,
                        GCancellable  *cancellable,
                        GError       **error)
{
  const Change *change = data;

  td_market_store_count_use (connection, change->model_key, change->now_us, error);
  return NULL;
}

static void
use_stored_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      unused)
{
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  /* A lost count is not worth disturbing a conversation. */
  if (error != NULL)
    g_debug ("A use could not be stored: %s", error->message);
}

/**
 * td_market_count_use:
 * @self: the market
 * @model_key: "provider:id"
 *
 * Counts one use of a model. Shown at once, stored behind.
 */
void
td_market_count_use (TdMarket   *self,
                     const char *model_key)
{
  TdUserFact *fact;
  TdModel *model;

  g_return_if_fail (TD_IS_MARKET (self));
  g_return_if_fail (model_key != NULL);

  fact = ensure_fact (self, model_key);
  fact->uses++;
  self->facts_serial++;
  model = td_catalogue_find_model (self->catalogue, model_key);
  if (model != NULL)
    td_model_set_uses (model, fact->uses);
  td_market_emit_facts (self);
  if (self->database != NULL)
    td_database_run_async (self->database, G_PRIORITY_DEFAULT, use_on_database_thread,
                           change_new (model_key, FALSE), change_free, NULL, NULL, use_stored_cb,
                           NULL);
}

/* ---- what another process changed ---------------------------------------------------------- */

typedef struct
{
  TdMarket *market; /* (owned) */
  guint serial;
} Reload;

static gpointer
list_on_database_thread (TdConnection  *connection,
                         gpointer       data,
                         GCancellable  *cancellable,
                         GError       **error)
{
  return td_market_store_list_facts (connection, error);
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autofree Reload *reload = data;
  g_autoptr (TdMarket) self = g_steal_pointer (&reload->market);
  g_autoptr (GError) error = NULL;
  GHashTable *facts = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (facts == NULL)
    {
      g_debug ("Favourites and uses cannot be read: %s", error->message);
      return;
    }
  /* What changed here since the question went out is not in the answer: ask again. */
  if (reload->serial != self->facts_serial)
    {
      g_hash_table_unref (facts);
      td_market_reload_user_facts (self);
      return;
    }
  g_hash_table_unref (self->facts);
  self->facts = facts;
  td_market_apply_facts (self);
  td_market_emit_facts (self);
}

/**
 * td_market_reload_user_facts:
 * @self: the market
 *
 * Reads favourites and uses again, because another process changed them. "user-facts-changed"
 * comes when they are there.
 */
void
td_market_reload_user_facts (TdMarket *self)
{
  Reload *reload;

  g_return_if_fail (TD_IS_MARKET (self));

  if (self->database == NULL)
    return;
  reload = g_new0 (Reload, 1);
  reload->market = g_object_ref (self);
  reload->serial = self->facts_serial;
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, list_on_database_thread, NULL, NULL,
                         (GDestroyNotify) g_hash_table_unref, NULL, reloaded_cb, reload);
}
