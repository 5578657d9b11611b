/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-download.h"

#include <string.h>

#include "engine/td-engine-private.h"
#include "engine/td-local-models.h"

struct _TdDownload
{
  GObject parent_instance;

  TdEngine *engine;          /* (owned) (nullable): while it runs */
  char *model_key;           /* (owned) */
  char *provider_id;         /* (owned) */
  char *model;               /* (owned): by its name there */
  GCancellable *cancellable; /* (owned) */
  char *status;              /* (owned) (nullable) */
  gint64 total;
  gint64 completed;
  GError *error;             /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TdDownload, td_download, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
td_download_finalize (GObject *object)
{
  TdDownload *self = TD_DOWNLOAD (object);

  g_assert (!self->engine);
  g_free (self->model_key);
  g_free (self->provider_id);
  g_free (self->model);
  g_free (self->status);
  g_clear_error (&self->error);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (td_download_parent_class)->finalize (object);
}

static void
td_download_class_init (TdDownloadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_download_finalize;

  /**
   * TdDownload::changed:
   *
   * It is further, or has ended.
   */
  signals[CHANGED] = g_signal_new ("changed", TD_TYPE_DOWNLOAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
td_download_init (TdDownload *self)
{
  self->total = -1;
  self->cancellable = g_cancellable_new ();
}

static void
tell (TdDownload *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* @error: (transfer full) (nullable) */
static void
end (TdDownload *self,
     GError     *error)
{
  g_clear_error (&self->error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  self->error = error;
  g_clear_object (&self->engine);
  tell (self);
}

static void
progress_cb (const TdPullProgress *progress,
             gpointer              user_data)
{
  TdDownload *self = user_data;

  g_set_str (&self->status, progress->status);
  self->total = progress->total;
  self->completed = progress->completed;
  tell (self);
}

/* The server has one model more: the market is told, and others too. */
static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdDownload) self = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) models =
    td_engine_test_provider_finish (TD_ENGINE (source), result, &error);

  end (self, error);
}

static void
pulled_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (td_ollama_pull_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
pull (GTask            *task,
      TdEngine         *engine,
      const TdEndpoint *endpoint,
      const char       *key)
{
  TdDownload *self = g_task_get_source_object (task);

  td_ollama_pull_async (td_engine_get_session (engine), endpoint, key, self->model, progress_cb,
                        self, self->cancellable, pulled_cb, task);
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  TdDownload *self = TD_DOWNLOAD (source);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    td_engine_test_provider_async (self->engine, self->provider_id, NULL, listed_cb,
                                   g_object_ref (self));
  else
    end (self, error);
}

static TdDownload *
begin (TdEngine   *engine,
       const char *model_key)
{
  const char *colon = strchr (model_key, ':');
  TdDownload *self = g_object_new (TD_TYPE_DOWNLOAD, NULL);
  GTask *task;

  self->model_key = g_strdup (model_key);
  self->provider_id = g_strndup (model_key, colon - model_key);
  self->model = g_strdup (colon + 1);
  self->engine = g_object_ref (engine);
  task = g_task_new (self, self->cancellable, ended_cb, NULL);
  g_task_set_source_tag (task, begin);
  td_local_models_call (engine, self->provider_id, task, pull);
  return self;
}

/**
 * td_engine_find_download:
 * @engine: the engine
 * @model_key: a model at a server
 *
 * Returns: (transfer none) (nullable): the download of it that was begun last
 */
TdDownload *
td_engine_find_download (TdEngine   *engine,
                         const char *model_key)
{
  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (model_key != NULL, NULL);

  return g_hash_table_lookup (td_engine_get_parts (engine)->downloads, model_key);
}

/**
 * td_engine_download:
 * @engine: the engine
 * @model_key: a model at a server that runs models itself, as "provider:name"
 *
 * Begins to download it, unless that is under way. When it is there, the server is asked for its
 * models again.
 *
 * Returns: (transfer none): the download
 */
TdDownload *
td_engine_download (TdEngine   *engine,
                    const char *model_key)
{
  TdDownload *download;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (model_key != NULL && strchr (model_key, ':') != NULL, NULL);

  download = td_engine_find_download (engine, model_key);
  if (download && download->engine)
    return download;
  download = begin (engine, model_key);
  g_hash_table_replace (td_engine_get_parts (engine)->downloads, g_strdup (model_key), download);
  return download;
}

/**
 * td_download_stop:
 * @self: a download
 *
 * Stops it. What has come stays with the server: begun again, it goes on from there.
 */
void
td_download_stop (TdDownload *self)
{
  g_return_if_fail (TD_IS_DOWNLOAD (self));

  g_cancellable_cancel (self->cancellable);
}

/**
 * td_download_is_running:
 * @self: a download
 *
 * Returns: whether it has not ended
 */
gboolean
td_download_is_running (TdDownload *self)
{
  g_return_val_if_fail (TD_IS_DOWNLOAD (self), FALSE);

  return self->engine != NULL;
}

/**
 * td_download_get_error:
 * @self: a download
 *
 * Returns: (transfer none) (nullable): why it failed; %NULL also when it was stopped
 */
const GError *
td_download_get_error (TdDownload *self)
{
  g_return_val_if_fail (TD_IS_DOWNLOAD (self), NULL);

  return self->error;
}

/**
 * td_download_get_status:
 * @self: a download
 *
 * Returns: (transfer none) (nullable): what the server says it is doing, in its own words
 */
const char *
td_download_get_status (TdDownload *self)
{
  g_return_val_if_fail (TD_IS_DOWNLOAD (self), NULL);

  return self->status;
}

/**
 * td_download_get_total:
 * @self: a download
 *
 * Returns: how many bytes it is in all, as far as the server said; -1: it said nothing
 */
gint64
td_download_get_total (TdDownload *self)
{
  g_return_val_if_fail (TD_IS_DOWNLOAD (self), -1);

  return self->total;
}

/**
 * td_download_get_completed:
 * @self: a download
 *
 * Returns: how many of them are there
 */
gint64
td_download_get_completed (TdDownload *self)
{
  g_return_val_if_fail (TD_IS_DOWNLOAD (self), 0);

  return self->completed;
}

/**
 * td_download_get_model_key:
 * @self: a download
 *
 * Returns: (transfer none): what is being downloaded
 */
const char *
td_download_get_model_key (TdDownload *self)
{
  g_return_val_if_fail (TD_IS_DOWNLOAD (self), NULL);

  return self->model_key;
}
