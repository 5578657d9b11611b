/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replacing the base of the market: refreshing from the network, and importing a document.
 *
 * One update at a time; the next waits, so that none is lost. An update lays one document after
 * the other over a copy of the base, on a thread. At the end the result is stored, then swapped
 * in. Whatever goes wrong before that leaves everything as it was.
 *
 * A refresh asks each source with what it said last time, so that usually "not modified" is all
 * that comes back. When one source fails and the other has news, the news are taken; the failed
 * one is named in the changes. Only when neither gave an answer is the refresh an error, and a
 * normal one where there is no network.
 */
#include "config.h"

#include <string.h>

#include "base/td-clock.h"
#include "base/td-http.h"
#include "catalogue/td-catalogue-draft.h"
#include "catalogue/td-import.h"
#include "catalogue/td-market-private.h"

#define DAY_US           (G_GINT64_CONSTANT (24) * 60 * 60 * G_USEC_PER_SEC)
#define MAX_HEADER_BYTES 1000

typedef GBytes *(*Import) (TdCatalogue  *current,
                           GBytes       *document,
                           GError      **error);

static const Import imports[TD_N_REFRESH_SOURCES] = {
  [TD_REFRESH_MODELSDEV] = td_import_modelsdev,
  [TD_REFRESH_OPENROUTER] = td_import_openrouter,
};

typedef struct
{
  GBytes *given;            /* (owned) (nullable): the document to import; NULL for a refresh */
  gboolean force;
  gboolean is_reload;       /* of what another process stored */

  guint source;             /* the one being asked */
  SoupMessage *message;     /* (owned) (nullable): the question */
  TdRefreshState states[TD_N_REFRESH_SOURCES];
  guint n_answers;
  GPtrArray *unreachable;   /* (element-type utf8) */
  GError *first_error;      /* (owned) (nullable) */

  Import import; /* (nullable): how the document on the thread is laid over; NULL: it is whole */
  GBytes *incoming;         /* (owned) (nullable): that document */
  TdCatalogue *previous;    /* (owned): what is in force */
  TdCatalogue *result;      /* (owned): the base with what was laid over it so far */
  TdQueryIndex *index;      /* (owned) (nullable): of result */
  GBytes *document;         /* (owned) (nullable): result, to be stored; NULL: nothing new */
} Update;

static void next_source (GTask *task);

static void
update_free (gpointer data)
{
  Update *self = data;

  g_clear_pointer (&self->given, g_bytes_unref);
  g_clear_object (&self->message);
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    td_refresh_state_clear (&self->states[i]);
  g_ptr_array_unref (self->unreachable);
  g_clear_error (&self->first_error);
  g_clear_pointer (&self->incoming, g_bytes_unref);
  g_clear_object (&self->previous);
  g_clear_object (&self->result);
  g_clear_pointer (&self->index, td_query_index_unref);
  g_clear_pointer (&self->document, g_bytes_unref);
  g_free (self);
}

/* ---- one after the other ------------------------------------------------------------------- */

static void
begin (GTask *task)
{
  TdMarket *self = g_task_get_source_object (task);
  Update *update = g_task_get_task_data (task);

  g_set_object (&update->previous, self->catalogue);
  g_set_object (&update->result, self->base);
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    td_refresh_state_copy (&update->states[i], &self->states[i]);
  next_source (task);
}

/* @task: (transfer full) */
static void
enqueue (GTask *task)
{
  TdMarket *self = g_task_get_source_object (task);

  g_queue_push_tail (&self->updates, task);
  if (g_queue_get_length (&self->updates) == 1)
    begin (task);
}

/* Gives the caller its answer, and lets the next update begin. */
static void
end (GTask              *task,
     TdCatalogueChanges *changes,
     GError             *error)
{
  TdMarket *self = g_task_get_source_object (task);
  g_autoptr (GTask) ended = g_queue_pop_head (&self->updates);
  GTask *next = g_queue_peek_head (&self->updates);

  g_assert (ended == task);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, changes, (GDestroyNotify) td_catalogue_changes_free);
  if (next != NULL)
    begin (next);
}

/* ---- the end: store, swap, say what changed ------------------------------------------------ */

typedef struct
{
  GBytes *document; /* (owned) (nullable) */
  TdRefreshState states[TD_N_REFRESH_SOURCES];
  gint64 now_us;
} Save;

static void
save_free (gpointer data)
{
  Save *self = data;

  g_clear_pointer (&self->document, g_bytes_unref);
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    td_refresh_state_clear (&self->states[i]);
  g_free (self);
}

static gpointer
save_on_database_thread (TdConnection  *connection,
                         gpointer       data,
                         GCancellable  *cancellable,
                         GError       **error)
{
  const Save *save = data;

  td_market_store_save (connection, save->document, save->states, save->now_us, error);
  return NULL;
}

static void
take_over (GTask *task)
{
  TdMarket *self = g_task_get_source_object (task);
  Update *update = g_task_get_task_data (task);
  g_autoptr (TdCatalogue) before = g_object_ref (self->base);
  TdCatalogueChanges *changes = td_catalogue_changes_between (before, update->result);

  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    {
      td_refresh_state_copy (&self->states[i], &update->states[i]);
      self->refreshed_us = MAX (self->refreshed_us, self->states[i].checked_us);
    }
  for (guint i = 0; i < update->unreachable->len; i++)
    g_ptr_array_add (changes->unreachable, g_strdup (update->unreachable->pdata[i]));
  changes->up_to_date = update->document == NULL;
  if (update->document != NULL)
    td_market_swap (self, update->result, update->index);
  end (task, changes, NULL);
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  GTask *task = data;
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error != NULL)
    end (task, NULL, error);
  else
    take_over (task);
}

static void
store (GTask *task)
{
  TdMarket *self = g_task_get_source_object (task);
  Update *update = g_task_get_task_data (task);
  Save *save;

  if (self->database == NULL)
    {
      take_over (task);
      return;
    }
  save = g_new0 (Save, 1);
  save->document = update->document != NULL ? g_bytes_ref (update->document) : NULL;
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    td_refresh_state_copy (&save->states[i], &update->states[i]);
  save->now_us = td_clock_now_us ();
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, save_on_database_thread, save,
                         save_free, NULL, NULL, saved_cb, task);
}

static void
conclude (GTask *task)
{
  Update *update = g_task_get_task_data (task);

  if (update->first_error != NULL && update->n_answers == 0)
    end (task, NULL, g_steal_pointer (&update->first_error));
  else if (update->n_answers == 0)
    /* Nothing was due. */
    take_over (task);
  else
    store (task);
}

/* ---- a document, on a thread --------------------------------------------------------------- */

static void
lay_over_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Update *update = task_data;
  GError *error = NULL;
  g_autoptr (GBytes) document = update->import != NULL
                                  ? update->import (update->result, update->incoming, &error)
                                  : g_bytes_ref (update->incoming);
  g_autoptr (TdCatalogue) result =
    document != NULL ? td_catalogue_new_after (document, update->previous, &error) : NULL;

  if (result == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_set_object (&update->result, result);
  g_clear_pointer (&update->document, g_bytes_unref);
  update->document = g_steal_pointer (&document);
  g_clear_pointer (&update->index, td_query_index_unref);
  update->index = td_query_index_new (result);
  g_task_return_boolean (task, TRUE);
}

/* Takes note of a source that gave nothing, and goes on to the next. */
static void
skip_source (GTask  *task,
             GError *error)
{
  Update *update = g_task_get_task_data (task);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || update->given != NULL ||
      update->is_reload)
    {
      end (task, NULL, error);
      return;
    }
  g_debug ("%s: %s", td_refresh_source_get_name (update->source), error->message);
  g_ptr_array_add (update->unreachable, g_strdup (td_refresh_source_get_name (update->source)));
  if (update->first_error == NULL)
    update->first_error = error;
  else
    g_error_free (error);
  update->source++;
  next_source (task);
}

static void
remember_answer (Update *update)
{
  TdRefreshState *state = &update->states[update->source];
  SoupMessageHeaders *headers = soup_message_get_response_headers (update->message);
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  const char *last_modified = soup_message_headers_get_one (headers, "Last-Modified");

  td_refresh_state_clear (state);
  if (etag != NULL && strlen (etag) <= MAX_HEADER_BYTES)
    state->etag = g_strdup (etag);
  if (last_modified != NULL && strlen (last_modified) <= MAX_HEADER_BYTES)
    state->last_modified = g_strdup (last_modified);
  state->checked_us = td_clock_now_us ();
}

static void
laid_over_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  GTask *task = data;
  Update *update = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      skip_source (task, error);
      return;
    }
  if (update->is_reload)
    {
      take_over (task);
      return;
    }
  update->n_answers++;
  if (update->given != NULL)
    {
      conclude (task);
      return;
    }
  remember_answer (update);
  update->source++;
  next_source (task);
}

static void
lay_over (GTask  *task,
          GBytes *incoming,
          Import  import)
{
  Update *update = g_task_get_task_data (task);
  g_autoptr (GTask) thread = g_task_new (NULL, g_task_get_cancellable (task), laid_over_cb, task);

  g_clear_pointer (&update->incoming, g_bytes_unref);
  update->incoming = g_bytes_ref (incoming);
  update->import = import;
  g_task_set_source_tag (thread, lay_over);
  /* The thread works on it while nothing else does. */
  g_task_set_task_data (thread, update, NULL);
  g_task_run_in_thread (thread, lay_over_thread);
}

/* ---- asking a source ----------------------------------------------------------------------- */

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  GTask *task = data;
  Update *update = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) body = td_http_fetch_finish (SOUP_SESSION (source), result, &error);
  guint status = body != NULL ? soup_message_get_status (update->message) : 0;

  if (body == NULL)
    skip_source (task, error);
  else if (status == SOUP_STATUS_NOT_MODIFIED)
    {
      update->n_answers++;
      update->states[update->source].checked_us = td_clock_now_us ();
      update->source++;
      next_source (task);
    }
  else if (status != SOUP_STATUS_OK)
    skip_source (task, g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "%s answered with status %u",
                                    td_refresh_source_get_name (update->source), status));
  else
    lay_over (task, body, imports[update->source]);
}

static gboolean
is_due (const TdMarket *self,
        const Update   *update)
{
  gint64 age_us = td_clock_now_us () - update->states[update->source].checked_us;

  if (self->urls[update->source] == NULL)
    return FALSE;
  /* A check in the future is one of a clock that was wrong. */
  return update->force || update->states[update->source].checked_us == 0 || age_us >= DAY_US ||
         age_us < 0;
}

static void
ask (GTask *task)
{
  TdMarket *self = g_task_get_source_object (task);
  Update *update = g_task_get_task_data (task);
  const TdRefreshState *state = &update->states[update->source];
  SoupMessageHeaders *headers;
  GError *error = NULL;

  g_clear_object (&update->message);
  if (self->session == NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         "no network in this program");
  else
    update->message = td_http_message_new ("GET", self->urls[update->source], &error);
  if (update->message == NULL)
    {
      skip_source (task, error);
      return;
    }
  headers = soup_message_get_request_headers (update->message);
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (state->etag != NULL)
    soup_message_headers_replace (headers, "If-None-Match", state->etag);
  if (state->last_modified != NULL)
    soup_message_headers_replace (headers, "If-Modified-Since", state->last_modified);
  td_http_message_set_silence_ms (update->message, self->silence_ms);
  td_http_fetch_async (self->session, update->message, TD_CATALOGUE_MAX_BYTES,
                       g_task_get_cancellable (task), fetched_cb, task);
}

/* ---- what another process stored ----------------------------------------------------------- */

static gpointer
recall_on_database_thread (TdConnection  *connection,
                           gpointer       data,
                           GCancellable  *cancellable,
                           GError       **error)
{
  return td_market_store_load (connection, error);
}

static void
recalled_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  GTask *task = data;
  TdMarket *self = g_task_get_source_object (task);
  Update *update = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (TdMarketRecord) record = td_database_run_finish (TD_DATABASE (source), result, &error);
  const char *version = td_catalogue_get_version (self->base);
  const char *bundled = td_catalogue_get_bundled (self->base);

  if (record == NULL)
    {
      skip_source (task, error);
      return;
    }
  if (!td_market_is_newer (record->document, bundled != NULL ? bundled : version, version))
    {
      take_over (task);
      return;
    }
  for (guint i = 0; i < TD_N_REFRESH_SOURCES; i++)
    td_refresh_state_copy (&update->states[i], &record->states[i]);
  lay_over (task, record->document, NULL);
}

static void
recall (GTask *task)
{
  TdMarket *self = g_task_get_source_object (task);

  td_database_run_async (self->database, G_PRIORITY_DEFAULT, recall_on_database_thread, NULL, NULL,
                         (GDestroyNotify) td_market_record_free, NULL, recalled_cb, task);
}

static void
next_source (GTask *task)
{
  TdMarket *self = g_task_get_source_object (task);
  Update *update = g_task_get_task_data (task);

  if (update->is_reload)
    {
      recall (task);
      return;
    }
  if (update->given != NULL)
    {
      lay_over (task, update->given, td_import_any);
      return;
    }
  while (update->source < TD_N_REFRESH_SOURCES && !is_due (self, update))
    update->source++;
  if (update->source < TD_N_REFRESH_SOURCES)
    ask (task);
  else
    conclude (task);
}

/* ---- the calls ----------------------------------------------------------------------------- */

static GTask *
make_task (TdMarket            *self,
           GBytes              *given,
           gboolean             force,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Update *update = g_new0 (Update, 1);

  update->given = given != NULL ? g_bytes_ref (given) : NULL;
  update->force = force;
  update->unreachable = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (task, update, update_free);
  return task;
}

/**
 * td_market_refresh_async:
 * @self: the market
 * @force: %FALSE to ask only those sources that were last asked over a day ago
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is done
 * @user_data: data for @callback
 *
 * Asks models.dev and OpenRouter for newer facts and swaps them in. Without a network this
 * fails like any fetch, and nothing is lost.
 */
void
td_market_refresh_async (TdMarket            *self,
                         gboolean             force,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_MARKET (self));

  task = make_task (self, NULL, force, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_market_refresh_async);
  enqueue (task);
}

/**
 * td_market_refresh_finish:
 * @self: the market
 * @result: the result given to the callback
 * @error: return location for an error: a #TdCatalogueError when what came was not taken over,
 *   a #TdStoreError when it could not be kept, else that of the connection
 *
 * Returns: (transfer full): what changed
 */
TdCatalogueChanges *
td_market_refresh_finish (TdMarket      *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      unused)
{
  g_autoptr (GError) error = NULL;
  TdCatalogueChanges *changes = g_task_propagate_pointer (G_TASK (result), &error);

  g_clear_pointer (&changes, td_catalogue_changes_free);
  if (error != NULL)
    g_debug ("The refreshed catalogue cannot be read: %s", error->message);
}

/**
 * td_market_reload_catalogue:
 * @self: the market
 *
 * Takes over the catalogue that another process refreshed and stored, when it is newer. Then
 * "changed" comes.
 */
void
td_market_reload_catalogue (TdMarket *self)
{
  GTask *task;

  g_return_if_fail (TD_IS_MARKET (self));

  if (self->database == NULL)
    return;
  task = make_task (self, NULL, FALSE, NULL, reloaded_cb, NULL);
  g_task_set_source_tag (task, td_market_reload_catalogue);
  ((Update *) g_task_get_task_data (task))->is_reload = TRUE;
  enqueue (task);
}

/**
 * td_market_import_async:
 * @self: the market
 * @document: a document in our format, models.dev's or OpenRouter's
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when it is done
 * @user_data: data for @callback
 *
 * Takes over a document somebody has at hand, with the same checks as a refresh.
 */
void
td_market_import_async (TdMarket            *self,
                        GBytes              *document,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_MARKET (self));
  g_return_if_fail (document != NULL);

  task = make_task (self, document, TRUE, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_market_import_async);
  enqueue (task);
}

/**
 * td_market_import_finish:
 * @self: the market
 * @result: the result given to the callback
 * @error: return location for an error, as td_market_refresh_finish()
 *
 * Returns: (transfer full): what changed
 */
TdCatalogueChanges *
td_market_import_finish (TdMarket      *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
