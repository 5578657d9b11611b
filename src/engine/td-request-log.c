/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records are handed to the database thread through a queue of their own: whatever has gathered
 * there when the thread comes round to it is one transaction, so that many requests a second
 * cost few commits. A record that is in the queue is always followed by a job that writes it,
 * and the database does its jobs before it closes.
 */
#include "config.h"

#include "engine/td-request-log.h"

#include "base/td-clock.h"
#include "engine/td-error-code.h"
#include "engine/td-request-log-store.h"

/* What routing goes by: the newest of each offer, while they still say something. */
#define RECENT_PER_OFFER 50
#define RECENT_DAYS      14
#define RECENT_LOADED    2000
#define RECENT_OFFERS    4000

typedef struct
{
  gint64 started_us;
  TdRequestKind kind;
  gint64 first_token_ms; /* -1 */
  gint64 rate;           /* -1 */
} Recent;

/* Shared with the database thread. */
typedef struct
{
  GAsyncQueue *records; /* (owned) (element-type TdRequestRecord) */
  int is_job_queued;    /* (atomic) */
} Pending;

struct _TdRequestLog
{
  GObject parent_instance;

  TdDatabase *database; /* (owned) */
  TdEngine *engine;     /* (unowned) (nullable): whose attempts these are; keeps this */
  Pending *pending;     /* (owned) */
  GHashTable *recent;   /* (owned) (element-type utf8 GArray): Recent by offer, in order of time */
};

G_DEFINE_FINAL_TYPE (TdRequestLog, td_request_log, G_TYPE_OBJECT)

static void
pending_clear (gpointer data)
{
  Pending *self = data;

  g_async_queue_unref (self->records);
}

static void
pending_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, pending_clear);
}

static void
td_request_log_finalize (GObject *object)
{
  TdRequestLog *self = TD_REQUEST_LOG (object);

  g_object_unref (self->database);
  pending_unref (self->pending);
  g_hash_table_unref (self->recent);

  G_OBJECT_CLASS (td_request_log_parent_class)->finalize (object);
}

static void
td_request_log_class_init (TdRequestLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_request_log_finalize;
}

static void
td_request_log_init (TdRequestLog *self)
{
  self->pending = g_atomic_rc_box_new0 (Pending);
  self->pending->records =
    g_async_queue_new_full ((GDestroyNotify) td_request_record_free);
  self->recent =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
}

/**
 * td_request_log_new:
 * @database: where it is kept
 *
 * Returns: (transfer full): the log, which knows nothing of the past yet
 */
TdRequestLog *
td_request_log_new (TdDatabase *database)
{
  TdRequestLog *self;

  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);

  self = g_object_new (TD_TYPE_REQUEST_LOG, NULL);
  self->database = g_object_ref (database);
  return self;
}

/* ---- what is recent ------------------------------------------------------------------------ */

static GArray *
ensure_recent (TdRequestLog *self,
               const char   *offer_key)
{
  GArray *array = g_hash_table_lookup (self->recent, offer_key);

  if (array || g_hash_table_size (self->recent) >= RECENT_OFFERS)
    return array;
  array = g_array_new (FALSE, FALSE, sizeof (Recent));
  g_hash_table_insert (self->recent, g_strdup (offer_key), array);
  return array;
}

static void
remember (TdRequestLog          *self,
          const TdRequestRecord *record)
{
  GArray *array = ensure_recent (self, record->offer_key);
  Recent recent = { record->started_us, td_request_kind_of_outcome (record->outcome),
                    record->first_token_ms, td_request_record_get_rate (record) };

  if (!array)
    return;
  if (array->len >= RECENT_PER_OFFER)
    g_array_remove_index (array, 0);
  g_array_append_val (array, recent);
}

/* What was read, on its way from the database thread: the newest first. */
typedef struct
{
  char *offer_key;
  Recent recent;
} Loaded;

static void
loaded_clear (gpointer data)
{
  g_free (((Loaded *) data)->offer_key);
}

static void
load_row_cb (const TdRequestSample *sample,
             gpointer               rows)
{
  Loaded loaded = { g_strdup (sample->key),
                    { sample->started_us, td_request_kind_of_outcome (sample->outcome),
                      sample->first_token_ms, sample->rate } };

  g_array_append_val (rows, loaded);
}

static gint64
get_recent_since_us (void)
{
  return td_clock_now_us () - RECENT_DAYS * G_TIME_SPAN_DAY;
}

static gpointer
load_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Loaded));

  g_array_set_clear_func (rows, loaded_clear);
  if (!td_request_log_store_list_recent (connection, get_recent_since_us (), RECENT_LOADED,
                                         load_row_cb, rows, error))
    return NULL;
  return g_steal_pointer (&rows);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdRequestLog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rows = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (!rows)
    {
      g_debug ("the log of requests was not read: %s", error->message);
      return;
    }
  /* Whatever was recorded meanwhile is newer than all of these. */
  for (guint i = 0; i < rows->len; i++)
    {
      Loaded *loaded = &g_array_index (rows, Loaded, i);
      GArray *array = ensure_recent (self, loaded->offer_key);

      if (array && array->len < RECENT_PER_OFFER)
        g_array_prepend_val (array, loaded->recent);
    }
}

/**
 * td_request_log_load:
 * @self: a log that nothing was recorded in
 *
 * Reads what routing goes by. Nobody waits for it: until it is there, nothing is known.
 */
void
td_request_log_load (TdRequestLog *self)
{
  g_return_if_fail (TD_IS_REQUEST_LOG (self));

  td_database_run_async (self->database, G_PRIORITY_DEFAULT, load_on_thread, NULL, NULL,
                         (GDestroyNotify) g_array_unref, NULL, loaded_cb, g_object_ref (self));
}

/**
 * td_request_log_measure:
 * @self: a log
 * @offer_key: a model at a provider
 * @measure: (out caller-allocates): how its last 50 requests of 14 days went; what failed for a
 *   reason of ours (the key, the credit, the request itself) is left out
 *
 * Answers from memory, with what this process sent and what was stored when it started.
 *
 * Returns: whether anything is known
 */
gboolean
td_request_log_measure (TdRequestLog   *self,
                        const char     *offer_key,
                        TdOfferMeasure *measure)
{
  g_autoptr (GArray) first_tokens = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) rates = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 since_us = get_recent_since_us ();
  gint64 n_complete = 0;
  GArray *array;

  g_return_val_if_fail (TD_IS_REQUEST_LOG (self), FALSE);
  g_return_val_if_fail (offer_key != NULL && measure != NULL, FALSE);

  *measure = (TdOfferMeasure) TD_OFFER_MEASURE_INIT;
  array = g_hash_table_lookup (self->recent, offer_key);
  for (guint i = 0; array && i < array->len; i++)
    {
      const Recent *recent = &g_array_index (array, Recent, i);

      if (recent->started_us < since_us)
        continue;
      if (recent->first_token_ms >= 0)
        g_array_append_val (first_tokens, recent->first_token_ms);
      if (recent->rate >= 0)
        g_array_append_val (rates, recent->rate);
      measure->n_requests +=
        recent->kind == TD_REQUEST_KIND_COMPLETE || recent->kind == TD_REQUEST_KIND_FAULT;
      n_complete += recent->kind == TD_REQUEST_KIND_COMPLETE;
    }
  measure->first_token_ms = td_request_percentile (first_tokens, 50);
  measure->tokens_per_ksecond = td_request_percentile (rates, 50);
  if (measure->n_requests > 0)
    measure->success_permille = n_complete * 1000 / measure->n_requests;
  return measure->n_requests > 0 || measure->first_token_ms >= 0;
}

/* ---- writing ------------------------------------------------------------------------------- */

static gboolean
write_records (TdConnection  *connection,
               Pending       *pending,
               GError       **error)
{
  gint64 before_us = td_clock_now_us () - TD_REQUEST_LOG_DAYS * G_TIME_SPAN_DAY;
  TdRequestRecord *next;

  if (!td_connection_begin (connection, error))
    return FALSE;
  while ((next = g_async_queue_try_pop (pending->records)) != NULL)
    {
      g_autoptr (TdRequestRecord) record = next;

      if (!td_request_log_store_insert (connection, record, error))
        return FALSE;
    }
  return td_request_log_store_prune (connection, before_us, TD_REQUEST_LOG_ROWS, error) &&
         td_connection_commit (connection, error);
}

static gpointer
write_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  Pending *pending = data;

  /* Before the queue is emptied: what comes after that needs a job of its own. */
  g_atomic_int_set (&pending->is_job_queued, FALSE);
  if (!write_records (connection, pending, error))
    td_connection_rollback (connection);
  return NULL;
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_debug ("a request was not logged: %s", error->message);
}

/**
 * td_request_log_record:
 * @self: the log
 * @record: (transfer full): how a request went; with its provider, offer and outcome
 *
 * Notes it. Nobody waits for the disk, and a log that cannot be written stops nothing.
 */
void
td_request_log_record (TdRequestLog    *self,
                       TdRequestRecord *record)
{
  g_return_if_fail (TD_IS_REQUEST_LOG (self));
  g_return_if_fail (record != NULL && record->provider_id && record->offer_key && record->outcome);

  remember (self, record);
  g_async_queue_push (self->pending->records, record);
  if (!g_atomic_int_compare_and_exchange (&self->pending->is_job_queued, FALSE, TRUE))
    return;
  td_database_run_grouped_async (self->database, write_on_thread, NULL,
                                 g_atomic_rc_box_acquire (self->pending), pending_unref, NULL,
                                 written_cb, NULL);
}

/* ---- statistics ---------------------------------------------------------------------------- */

static void
query_free (gpointer data)
{
  TdRequestQuery *query = data;

  g_free (query->provider_id);
  g_free (query);
}

static gpointer
summarise_on_thread (TdConnection  *connection,
                     gpointer       data,
                     GCancellable  *cancellable,
                     GError       **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  return td_request_log_store_summarise (connection, data, zone, error);
}

static void
summarised_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *all = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (all)
    g_task_return_pointer (task, all, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/* The midnight that begins the first of the days. */
static gint64
get_days_since_us (guint days)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (td_clock_now_us () / G_USEC_PER_SEC);
  g_autoptr (GDateTime) first = g_date_time_add_days (now, 1 - (int) days);
  g_autoptr (GDateTime) midnight =
    g_date_time_new_local (g_date_time_get_year (first), g_date_time_get_month (first),
                           g_date_time_get_day_of_month (first), 0, 0, 0);

  return g_date_time_to_unix (midnight) * G_USEC_PER_SEC;
}

/**
 * td_request_log_summarise_async:
 * @self: the log
 * @by: what the requests are put together by
 * @days: how many days, today being one of them; the days are those of the local time
 * @provider_id: (nullable): only the requests to this provider
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is done
 * @user_data: data for @callback
 *
 * Makes statistics of what all processes of this user sent.
 */
void
td_request_log_summarise_async (TdRequestLog        *self,
                                TdRequestBy          by,
                                guint                days,
                                const char          *provider_id,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  TdRequestQuery *query;
  GTask *task;

  g_return_if_fail (TD_IS_REQUEST_LOG (self));
  g_return_if_fail (days > 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_request_log_summarise_async);
  query = g_new0 (TdRequestQuery, 1);
  query->by = by;
  query->since_us = get_days_since_us (MIN (days, TD_REQUEST_LOG_DAYS));
  query->provider_id = g_strdup (provider_id);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, summarise_on_thread, query, query_free,
                         (GDestroyNotify) g_ptr_array_unref, cancellable, summarised_cb, task);
}

/**
 * td_request_log_summarise_finish:
 * @self: the log
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: (transfer full) (element-type TdRequestStats) (nullable): by key; empty when there was
 *   no request
 */
GPtrArray *
td_request_log_summarise_finish (TdRequestLog  *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- the engine's attempts ----------------------------------------------------------------- */

static char *
dup_outcome (const TdOfferAttempt *attempt)
{
  g_autoptr (GError) error = NULL;

  if (attempt->stopped)
    return g_strdup (TD_REQUEST_STOPPED);
  if (!attempt->failure)
    return g_strdup (TD_REQUEST_COMPLETE);
  error = td_failure_to_error (attempt->failure);
  return td_error_code_from_error (error);
}

static gboolean
look_up_cb (gpointer        user_data,
            const char     *model_key,
            TdOfferMeasure *measure)
{
  return td_request_log_measure (user_data, model_key, measure);
}

static void
note_cb (gpointer              user_data,
         const TdOfferAttempt *attempt)
{
  TdRequestLog *self = user_data;
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (self->engine), attempt->provider_id);
  TdRequestRecord *record = td_request_record_new ();

  record->started_us = attempt->started_us;
  record->provider_id = g_strdup (attempt->provider_id);
  record->endpoint = g_strdup (endpoint ? endpoint->base_url : "");
  record->offer_key = g_strdup (attempt->model_key);
  record->model_key = g_strdup (attempt->asked_key ? attempt->asked_key : attempt->model_key);
  record->purpose = g_strdup (attempt->purpose);
  record->outcome = dup_outcome (attempt);
  record->retries = attempt->n_try > 1 ? attempt->n_try - 1 : 0;
  record->first_token_ms = attempt->first_token_ms;
  record->duration_ms = attempt->duration_ms;
  record->input_tokens = attempt->input_tokens;
  record->cached_tokens = attempt->cached_tokens;
  record->output_tokens = attempt->output_tokens;
  record->hidden_tokens = attempt->hidden_tokens;
  td_request_log_record (self, record);
}

/**
 * td_request_log_attach:
 * @self: a log that the engine keeps
 * @engine: the engine
 *
 * Makes the engine's attempts go into this log, and its routing ask here.
 */
void
td_request_log_attach (TdRequestLog *self,
                       TdEngine     *engine)
{
  static const TdOfferLog offer_log = { look_up_cb, note_cb };

  g_return_if_fail (TD_IS_REQUEST_LOG (self));
  g_return_if_fail (TD_IS_ENGINE (engine));

  self->engine = engine;
  td_engine_set_offer_log (engine, &offer_log, self);
}
