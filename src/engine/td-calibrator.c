/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-calibrator.h"

#include <string.h>

#include "base/td-clock.h"
#include "engine/td-calibration-store.h"

/* Shorter prompts teach nothing, whatever is in them; longer ones would take too long to count. */
#define MIN_BYTES 160
#define MAX_BYTES (4 * 1024 * 1024)
/* Of a hundred tokens, those of one script that make a prompt one of that script. */
#define PURE_PERCENT 80

struct _TdCalibrator
{
  GObject parent_instance;

  TdDatabase *database;            /* (owned) */
  TdTokenCalibration *calibration; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TdCalibrator, td_calibrator, G_TYPE_OBJECT)

enum
{
  SIGNAL_LEARNT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
td_calibrator_dispose (GObject *object)
{
  TdCalibrator *self = TD_CALIBRATOR (object);

  g_clear_object (&self->database);

  G_OBJECT_CLASS (td_calibrator_parent_class)->dispose (object);
}

static void
td_calibrator_finalize (GObject *object)
{
  td_token_calibration_unref (TD_CALIBRATOR (object)->calibration);

  G_OBJECT_CLASS (td_calibrator_parent_class)->finalize (object);
}

static void
td_calibrator_class_init (TdCalibratorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_calibrator_dispose;
  object_class->finalize = td_calibrator_finalize;

  /**
   * TdCalibrator::learnt:
   *
   * Estimates may be others now.
   */
  signals[SIGNAL_LEARNT] = g_signal_new ("learnt", TD_TYPE_CALIBRATOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
td_calibrator_init (TdCalibrator *self)
{
  self->calibration = td_token_calibration_new ();
}

/**
 * td_calibrator_new:
 * @database: where lessons are kept
 *
 * Returns: (transfer full): a calibrator that has not read them yet
 */
TdCalibrator *
td_calibrator_new (TdDatabase *database)
{
  TdCalibrator *self = g_object_new (TD_TYPE_CALIBRATOR, NULL);

  self->database = g_object_ref (database);
  return self;
}

static gpointer
load_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  td_calibration_store_load (connection, data, error);
  return NULL;
}

/**
 * td_calibrator_load_async:
 * @self: a calibrator
 * @callback: called when what is stored was read
 * @user_data: data for @callback
 */
void
td_calibrator_load_async (TdCalibrator        *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (TD_IS_CALIBRATOR (self));

  td_database_run_async (self->database, G_PRIORITY_DEFAULT, load_on_thread,
                         td_token_calibration_ref (self->calibration),
                         (GDestroyNotify) td_token_calibration_unref, NULL, NULL, callback,
                         user_data);
}

/**
 * td_calibrator_load_finish:
 * @self: a calibrator
 * @result: what the callback got
 * @error: return location for a #TdStoreError
 *
 * Returns: whether it was read
 */
gboolean
td_calibrator_load_finish (TdCalibrator  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (TD_IS_CALIBRATOR (self), FALSE);

  td_database_run_finish (self->database, result, &local_error);
  if (!local_error)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

/**
 * td_calibrator_new_ruler:
 * @self: a calibrator
 * @provider_id: who offers the model
 * @model_id: the name it has there
 *
 * Returns: (transfer full): how tokens of the model are counted
 */
TdTokenRuler *
td_calibrator_new_ruler (TdCalibrator *self,
                         const char   *provider_id,
                         const char   *model_id)
{
  g_return_val_if_fail (TD_IS_CALIBRATOR (self), NULL);

  return td_token_ruler_new (provider_id, model_id, self->calibration);
}

/* ---- learning ------------------------------------------------------------------------------ */

typedef struct
{
  TdTokenRuler *ruler;
  TdChatRequest *request;
  gint64 reported;
} Lesson;

static void
lesson_free (gpointer data)
{
  Lesson *lesson = data;

  td_token_ruler_unref (lesson->ruler);
  td_chat_request_free (lesson->request);
  g_free (lesson);
}

/* What the texts come to by the vocabulary of estimates. A prompt of several scripts says nothing
 * about any of them: -1. */
static gint64
count_base (const Lesson  *lesson,
            TdTokenScript *script)
{
  TdTokenizer *tokenizer = td_token_ruler_get_tokenizer (lesson->ruler);
  gint64 by_script[TD_N_SCRIPTS] = { 0 };
  gint64 base = 0;

  *script = TD_SCRIPT_LATIN;
  for (guint i = 0; i < lesson->request->turns->len; i++)
    {
      const TdChatTurn *turn = g_ptr_array_index (lesson->request->turns, i);
      gint64 count = td_tokenizer_count (tokenizer, turn->text, -1);

      base += count;
      by_script[td_token_script_of (turn->text, strlen (turn->text))] += count;
    }
  for (guint i = 0; i < TD_N_SCRIPTS; i++)
    if (by_script[i] > by_script[*script])
      *script = i;
  return by_script[*script] * 100 >= base * PURE_PERCENT ? base : -1;
}

static gint64
count_framing (const Lesson *lesson)
{
  TdTokenCount framing = td_token_ruler_frame_reply (lesson->ruler);

  for (guint i = 0; i < lesson->request->turns->len; i++)
    {
      const TdChatTurn *turn = g_ptr_array_index (lesson->request->turns, i);

      td_token_count_add (&framing,
                          td_token_ruler_frame (lesson->ruler, td_role_to_string (turn->role)));
    }
  return framing.tokens;
}

static void
learn_on_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  const Lesson *lesson = data;
  TdTokenScript script;
  gint64 base = count_base (lesson, &script);

  g_task_return_pointer (task,
                         td_token_ruler_learn (lesson->ruler, script, base,
                                               lesson->reported - count_framing (lesson)),
                         (GDestroyNotify) g_ptr_array_unref);
}

static gpointer
save_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  td_calibration_store_save (connection, data, td_clock_now_us (), error);
  return NULL;
}

static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_debug ("what was learnt about token counts was not stored: %s", error->message);
}

static void
learnt_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  TdCalibrator *self = TD_CALIBRATOR (source);
  g_autoptr (GPtrArray) lessons = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!lessons || lessons->len == 0 || !self->database)
    return;
  g_signal_emit (self, signals[SIGNAL_LEARNT], 0);
  td_database_run_async (self->database, G_PRIORITY_LOW, save_on_thread,
                         g_steal_pointer (&lessons), (GDestroyNotify) g_ptr_array_unref, NULL, NULL,
                         saved_cb, NULL);
}

static gboolean
is_instructive (const TdChatRequest *request)
{
  gsize n_bytes = 0;

  if (request->tools || request->schema)
    return FALSE;
  for (guint i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = g_ptr_array_index (request->turns, i);

      if (turn->opaque || turn->calls || turn->images || turn->role == TD_ROLE_TOOL)
        return FALSE; /* whether and how those count is the provider's secret */
      n_bytes += strlen (turn->text);
    }
  return n_bytes >= MIN_BYTES && n_bytes <= MAX_BYTES;
}

/**
 * td_calibrator_learn:
 * @self: a calibrator
 * @provider_id: who answered
 * @request: what was sent
 * @reported: the tokens the provider counted for it; negative when it did not say
 *
 * Learns from a reply, in the background. Where counts are exact there is nothing to learn.
 */
void
td_calibrator_learn (TdCalibrator        *self,
                     const char          *provider_id,
                     const TdChatRequest *request,
                     gint64               reported)
{
  g_autoptr (TdTokenRuler) ruler = NULL;
  g_autoptr (GTask) task = NULL;
  Lesson *lesson;

  g_return_if_fail (TD_IS_CALIBRATOR (self));
  g_return_if_fail (request != NULL);

  if (reported <= 0 || !is_instructive (request))
    return;
  ruler = td_calibrator_new_ruler (self, provider_id, request->model);
  if (td_token_ruler_is_exact (ruler) || !td_token_ruler_get_tokenizer (ruler))
    return;
  lesson = g_new0 (Lesson, 1);
  lesson->ruler = g_steal_pointer (&ruler);
  lesson->request = td_chat_request_copy (request);
  lesson->reported = reported;
  task = g_task_new (self, NULL, learnt_cb, NULL);
  g_task_set_source_tag (task, td_calibrator_learn);
  g_task_set_task_data (task, lesson, lesson_free);
  g_task_run_in_thread (task, learn_on_thread);
}
