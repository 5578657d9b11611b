/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-prompt-meter.h"

#include <string.h>

#include "conversation/td-conversation-private.h"
#include "engine/td-completion.h"
#include "engine/td-engine-private.h"
#include "engine/td-prompt.h"
#include "engine/td-route.h"
#include "tokens/td-token-image.h"
#include "tokens/td-token-meter.h"
#include "wallet/td-pricing.h"
#include "wallet/td-usage-store.h"

/* Longer texts are counted on a worker: this much takes a fraction of a millisecond. */
#define MAX_AT_ONCE (16 * 1024)

/* The provider is asked when nothing was written for so long. */
#define PAUSE_MS 1000

struct _TdPromptMeter
{
  GObject parent_instance;

  TdEngine *engine;             /* (owned) */
  TdConversation *conversation; /* (owned) */
  guint count_id;               /* source of the next count of the chat */
  gboolean is_other;            /* the chat has changed since the last one */

  /* The model the figures are of. */
  TdModel *model;               /* (owned) (nullable) */
  TdTokenRuler *ruler;          /* (owned) (nullable): there is no model */

  TdUsageHabit habit;           /* how long its replies are */

  /* The chat so far. */
  TdTokenCount history;
  gboolean history_known;
  gboolean has_replies;         /* something of it was sent before */
  guint n_counts;               /* of the chat: what an older one says is not wanted */

  /* The draft. */
  TdTokenMeter *meter;          /* (owned) (nullable): a worker has it */
  char *waiting;                /* (owned) (nullable): the draft to be counted next */
  TdTokenCount draft;
  gsize draft_length;
  gboolean draft_known;
  gboolean draft_busy;          /* a worker counts */

  /* The provider's own count. */
  gboolean asks_provider;
  guint ask_id;                 /* source of the next question */
  GCancellable *asking;         /* (owned) (nullable): of the question under way */
  gint64 answer;                /* -1: there is none to what would be sent now */
};

G_DEFINE_FINAL_TYPE (TdPromptMeter, td_prompt_meter, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* What would be sent is something else now. */
static void
forget_answer (TdPromptMeter *self)
{
  g_clear_handle_id (&self->ask_id, g_source_remove);
  if (self->asking)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->answer = -1;
}

static void
td_prompt_meter_dispose (GObject *object)
{
  TdPromptMeter *self = TD_PROMPT_METER (object);

  g_clear_handle_id (&self->count_id, g_source_remove);
  forget_answer (self);
  g_clear_object (&self->model);
  g_clear_object (&self->conversation);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_prompt_meter_parent_class)->dispose (object);
}

static void
td_prompt_meter_finalize (GObject *object)
{
  TdPromptMeter *self = TD_PROMPT_METER (object);

  g_clear_pointer (&self->meter, td_token_meter_free);
  g_clear_pointer (&self->ruler, td_token_ruler_unref);
  g_free (self->waiting);

  G_OBJECT_CLASS (td_prompt_meter_parent_class)->finalize (object);
}

static void
td_prompt_meter_class_init (TdPromptMeterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_prompt_meter_dispose;
  object_class->finalize = td_prompt_meter_finalize;

  /**
   * TdPromptMeter::changed:
   *
   * The figures are others.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TD_TYPE_PROMPT_METER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
td_prompt_meter_init (TdPromptMeter *self)
{
  self->answer = -1;
}

static void
tell (TdPromptMeter *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* ---- the provider's count ------------------------------------------------------------------ */

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdPromptMeter) self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 tokens = td_count_service_ask_finish (TD_COUNT_SERVICE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  if (error)
    g_debug ("the provider did not count: %s", error->message);
  self->answer = tokens;
  if (tokens >= 0)
    tell (self);
}

static TdChatRequest *
make_request (TdPromptMeter *self)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);

  return td_prompt_build (self->conversation, NULL, facts->key, facts->id,
                          td_conversation_get_system_prompt (self->conversation),
                          td_route_minds_refused_turns (self->engine, facts));
}

static GPtrArray *
list_draft_attachments (TdPromptMeter *self)
{
  GListModel *model = G_LIST_MODEL (td_conversation_get_draft_attachments (self->conversation));
  GPtrArray *attachments = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (attachments, g_list_model_get_item (model, i));
  return attachments;
}

static gboolean
pause_over_cb (gpointer user_data)
{
  TdPromptMeter *self = TD_PROMPT_METER (user_data);
  const TdEndpoint *endpoint = td_endpoint_list_find (
    td_engine_get_endpoints (self->engine), td_model_get_facts (self->model)->provider_id);
  TdCountService *service = td_engine_get_count_service (self->engine);
  g_autoptr (GPtrArray) attachments = NULL;
  TdChatRequest *request;

  self->ask_id = 0;
  if (!endpoint || !td_count_service_can_ask (service, endpoint) ||
      td_engine_get_completion (self->engine, self->conversation) ||
      td_engine_get_usable (self->engine, td_model_get_key (self->model)) != TD_USABLE_YES)
    return G_SOURCE_REMOVE;
  request = make_request (self);
  td_chat_request_add_turn (request, TD_ROLE_USER, td_conversation_get_draft (self->conversation));
  attachments = list_draft_attachments (self);
  td_prompt_add_images (request, attachments);
  self->asking = g_cancellable_new ();
  td_count_service_ask_async (service, endpoint, request, self->asking, answered_cb,
                              g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* Something was written, or the chat is another: asks when it has come to rest. */
static void
plan_question (TdPromptMeter *self)
{
  forget_answer (self);
  if (self->asks_provider && self->model && !td_token_ruler_is_exact (self->ruler) &&
      td_conversation_get_draft (self->conversation)[0] != '\0')
    self->ask_id = g_timeout_add (PAUSE_MS, pause_over_cb, self);
}

/**
 * td_prompt_meter_set_asks_provider:
 * @self: a meter
 * @asks: whether the provider may be asked to count, which sends it what is being written
 */
void
td_prompt_meter_set_asks_provider (TdPromptMeter *self,
                                   gboolean       asks)
{
  g_return_if_fail (TD_IS_PROMPT_METER (self));

  if (self->asks_provider == asks)
    return;
  self->asks_provider = asks;
  plan_question (self);
  tell (self);
}

/* ---- the draft ----------------------------------------------------------------------------- */

static void count_draft (TdPromptMeter *self);

/* A draft on its way through a worker. */
typedef struct
{
  TdTokenMeter *meter;
  char *text;
} DraftJob;

static void
draft_job_free (gpointer data)
{
  DraftJob *job = data;

  g_clear_pointer (&job->meter, td_token_meter_free);
  g_free (job->text);
  g_free (job);
}

static void
count_draft_on_thread (GTask        *task,
                       gpointer      source,
                       gpointer      data,
                       GCancellable *cancellable)
{
  DraftJob *job = data;

  td_token_meter_set_text (job->meter, job->text, -1);
  g_task_return_boolean (task, TRUE);
}

static void
take_draft_count (TdPromptMeter *self)
{
  self->draft = td_token_meter_get_count (self->meter);
  self->draft_length = td_token_meter_get_length (self->meter);
  self->draft_known = TRUE;
  tell (self);
}

static void
draft_counted_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  TdPromptMeter *self = TD_PROMPT_METER (source);
  DraftJob *job = g_task_get_task_data (G_TASK (result));

  self->draft_busy = FALSE;
  if (!self->engine)
    return;
  if (self->meter) /* the model was changed meanwhile: what was counted is not of it */
    {
      if (!self->waiting)
        self->waiting = g_steal_pointer (&job->text);
    }
  else
    {
      self->meter = g_steal_pointer (&job->meter);
      take_draft_count (self);
    }
  count_draft (self);
}

static void
count_draft_in_background (TdPromptMeter *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, draft_counted_cb, NULL);
  DraftJob *job = g_new0 (DraftJob, 1);

  g_task_set_source_tag (task, count_draft_in_background);
  job->meter = g_steal_pointer (&self->meter);
  job->text = g_steal_pointer (&self->waiting);
  g_task_set_task_data (task, job, draft_job_free);
  self->draft_busy = TRUE;
  g_task_run_in_thread (task, count_draft_on_thread);
}

static void
count_draft (TdPromptMeter *self)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!self->waiting || self->draft_busy || !self->meter)
    return;
  length = strlen (self->waiting);
  if (MAX (length, td_token_meter_get_length (self->meter)) > MAX_AT_ONCE)
    {
      count_draft_in_background (self);
      return;
    }
  text = g_steal_pointer (&self->waiting);
  td_token_meter_set_text (self->meter, text, (gssize) length);
  take_draft_count (self);
}

/**
 * td_prompt_meter_take_draft:
 * @self: a meter
 * @text: (transfer full): what is being written, as it is now
 *
 * Counts it, at once or soon.
 */
void
td_prompt_meter_take_draft (TdPromptMeter *self,
                            char          *text)
{
  g_return_if_fail (TD_IS_PROMPT_METER (self));
  g_return_if_fail (text != NULL);

  g_free (self->waiting);
  self->waiting = text;
  plan_question (self);
  count_draft (self);
}

/* ---- the chat so far ----------------------------------------------------------------------- */

typedef struct
{
  TdTokenRuler *ruler;
  TdChatRequest *request;
  TdTokenCount count;
  guint number;
} HistoryJob;

static void
history_job_free (gpointer data)
{
  HistoryJob *job = data;

  td_token_ruler_unref (job->ruler);
  td_chat_request_free (job->request);
  g_free (job);
}

static void
count_history_on_thread (GTask        *task,
                         gpointer      source,
                         gpointer      data,
                         GCancellable *cancellable)
{
  HistoryJob *job = data;

  job->count = td_prompt_count_whole (job->request, job->ruler);
  g_task_return_boolean (task, TRUE);
}

static void
history_counted_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  TdPromptMeter *self = TD_PROMPT_METER (source);
  HistoryJob *job = g_task_get_task_data (G_TASK (result));

  if (!self->engine || job->number != self->n_counts)
    return;
  self->history = job->count;
  self->history_known = TRUE;
  tell (self);
}

static gboolean
has_reply (const TdChatRequest *request)
{
  for (guint i = 0; i < request->turns->len; i++)
    if (((TdChatTurn *) g_ptr_array_index (request->turns, i))->role == TD_ROLE_ASSISTANT)
      return TRUE;
  return FALSE;
}

static void
count_history (TdPromptMeter *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, history_counted_cb, NULL);
  HistoryJob *job = g_new0 (HistoryJob, 1);

  g_task_set_source_tag (task, count_history);
  job->ruler = td_token_ruler_ref (self->ruler);
  job->request = make_request (self);
  job->number = ++self->n_counts;
  self->has_replies = has_reply (job->request);
  g_task_set_task_data (task, job, history_job_free);
  g_task_run_in_thread (task, count_history_on_thread);
}

/* ---- how long replies are ------------------------------------------------------------------- */

/* The key comes back with what was found: the model may be another one by then. */
typedef struct
{
  char *key;
  TdUsageHabit habit;
} HabitJob;

static void
habit_job_free (gpointer data)
{
  HabitJob *job = data;

  g_free (job->key);
  g_free (job);
}

static gpointer
find_habit_on_thread (TdConnection  *connection,
                      gpointer       data,
                      GCancellable  *cancellable,
                      GError       **error)
{
  g_autofree HabitJob *job = g_new0 (HabitJob, 1);

  if (!td_usage_store_find_habit (connection, data, &job->habit, error))
    return NULL;
  job->key = g_strdup (data);
  return g_steal_pointer (&job);
}

static void
habit_found_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (TdPromptMeter) self = user_data;
  g_autoptr (GError) error = NULL;
  HabitJob *job = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (!job)
    return;
  if (self->engine && self->model && g_str_equal (job->key, td_model_get_key (self->model)) &&
      memcmp (&self->habit, &job->habit, sizeof job->habit) != 0)
    {
      self->habit = job->habit;
      tell (self);
    }
  habit_job_free (job);
}

static void
find_habit (TdPromptMeter *self)
{
  td_database_run_async (td_engine_get_database (self->engine), G_PRIORITY_LOW,
                         find_habit_on_thread, g_strdup (td_model_get_key (self->model)), g_free,
                         habit_job_free, NULL, habit_found_cb, g_object_ref (self));
}

/* ---- the model ----------------------------------------------------------------------------- */

/* Another model counts otherwise: the draft too is counted again. */
static gboolean
set_model (TdPromptMeter *self,
           TdModel       *model)
{
  const TdModelFacts *facts = model ? td_model_get_facts (model) : NULL;

  if (!g_set_object (&self->model, model))
    return FALSE;
  self->history_known = FALSE;
  self->draft_known = FALSE;
  self->habit = (TdUsageHabit) { 0 };
  g_clear_pointer (&self->ruler, td_token_ruler_unref);
  g_clear_pointer (&self->meter, td_token_meter_free);
  if (!facts)
    return TRUE;
  self->ruler = td_calibrator_new_ruler (td_engine_get_calibrator (self->engine),
                                         facts->provider_id, facts->id);
  self->meter = td_token_meter_new (self->ruler);
  if (!self->waiting)
    self->waiting = g_strdup (td_conversation_get_draft (self->conversation));
  count_draft (self);
  return TRUE;
}

static gboolean
count_cb (gpointer user_data)
{
  TdPromptMeter *self = TD_PROMPT_METER (user_data);
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  const char *key = td_conversation_get_model_key (self->conversation);

  self->count_id = 0;
  if (set_model (self, key ? td_catalogue_find_model (catalogue, key) : NULL) || self->is_other)
    plan_question (self);
  self->is_other = FALSE;
  if (self->model)
    find_habit (self);
  if (!self->model || !td_conversation_get_loaded (self->conversation))
    tell (self);
  else
    count_history (self);
  return G_SOURCE_REMOVE;
}

/* Several things change when a reply ends; they are one reason to count. */
static void
queue_count (TdPromptMeter *self)
{
  if (!self->count_id)
    self->count_id = g_idle_add (count_cb, self);
}

static void
chat_changed_cb (TdPromptMeter *self)
{
  self->is_other = TRUE;
  queue_count (self);
}

/* What was learnt changes estimates of the draft as well. */
static void
learnt_cb (TdPromptMeter *self)
{
  if (self->meter)
    take_draft_count (self);
  queue_count (self);
}

static void
attachments_changed_cb (TdPromptMeter *self)
{
  plan_question (self);
  tell (self);
}

/**
 * td_prompt_meter_new:
 * @engine: the engine
 * @conversation: a chat; its draft is taken until td_prompt_meter_take_draft() brings another
 *
 * Returns: (transfer full): a meter, whose figures are known soon
 */
TdPromptMeter *
td_prompt_meter_new (TdEngine       *engine,
                     TdConversation *conversation)
{
  TdPromptMeter *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (TD_IS_CONVERSATION (conversation), NULL);

  self = g_object_new (TD_TYPE_PROMPT_METER, NULL);
  self->engine = g_object_ref (engine);
  self->conversation = g_object_ref (conversation);
  g_signal_connect_object (conversation, "notify", G_CALLBACK (chat_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (conversation, "items-changed", G_CALLBACK (chat_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (td_engine_get_market (engine), "changed", G_CALLBACK (queue_count), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (td_engine_get_calibrator (engine), "learnt", G_CALLBACK (learnt_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (td_conversation_get_draft_attachments (conversation), "items-changed",
                           G_CALLBACK (attachments_changed_cb), self, G_CONNECT_SWAPPED);
  queue_count (self);
  return self;
}

/* ---- the figures --------------------------------------------------------------------------- */

/* The least that sending it costs. What was sent before, the provider may remember. */
static void
price (TdPromptMeter   *self,
       TdPromptFigures *figures)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  TdUsage usage = TD_USAGE_INIT;
  TdCost cost;

  usage.input = figures->request.tokens;
  usage.cached = self->has_replies ? MIN (self->history.tokens, usage.input) : 0;
  usage.output = 0;
  td_pricing_cost (facts, &usage, &cost);
  figures->price_known = cost.known;
  figures->at_least = cost.known ? cost.total : TD_MONEY_UNKNOWN;
}

static TdMoney
price_with (TdPromptMeter *self,
            gint64         input,
            gint64         cached,
            gint64         output)
{
  TdUsage usage = { input, cached, 0, output, 0, TD_USAGE_UNKNOWN, TD_USAGE_UNKNOWN };
  TdCost cost;

  td_pricing_cost (td_model_get_facts (self->model), &usage, &cost);
  return cost.known ? cost.total : TD_MONEY_UNKNOWN;
}

/* From a short reply to a prompt that is partly cached, to a long one when nothing is. */
static void
price_replies (TdPromptMeter   *self,
               TdPromptFigures *figures)
{
  gint64 input = figures->request.tokens;

  figures->habit = self->habit;
  if (self->habit.n_replies == 0)
    return;
  figures->low = price_with (self, input, self->has_replies ? MIN (self->history.tokens, input) : 0,
                             self->habit.low);
  figures->high = price_with (self, input, 0, self->habit.high);
}

static void
add_draft_images (TdPromptMeter   *self,
                  TdPromptFigures *figures)
{
  g_autoptr (GPtrArray) attachments = list_draft_attachments (self);

  for (guint i = 0; i < attachments->len; i++)
    {
      TdAttachment *attachment = g_ptr_array_index (attachments, i);
      TdTokenCount count = td_token_ruler_image (self->ruler, td_attachment_get_width (attachment),
                                                 td_attachment_get_height (attachment));

      td_token_count_add (&figures->draft, count);
      td_token_count_add (&figures->request, count);
    }
}

/**
 * td_prompt_meter_get_figures:
 * @self: a meter
 * @figures: (out): what the next message would send
 *
 * Returns: %FALSE while that is not known: there is no model, or it is still being counted
 */
gboolean
td_prompt_meter_get_figures (TdPromptMeter   *self,
                             TdPromptFigures *figures)
{
  g_return_val_if_fail (TD_IS_PROMPT_METER (self), FALSE);
  g_return_val_if_fail (figures != NULL, FALSE);

  *figures = (TdPromptFigures) { .at_least = TD_MONEY_UNKNOWN,
                                 .low = TD_MONEY_UNKNOWN,
                                 .high = TD_MONEY_UNKNOWN };
  if (!self->model || !self->history_known || !self->draft_known)
    return FALSE;
  figures->draft = self->draft;
  figures->request = self->history;
  if (self->draft_length > 0)
    {
      td_token_count_add (&figures->request,
                          td_token_ruler_frame (self->ruler, td_role_to_string (TD_ROLE_USER)));
      td_token_count_add (&figures->request, self->draft);
    }
  add_draft_images (self, figures);
  if (self->answer >= 0)
    {
      figures->request = (TdTokenCount) { self->answer, self->answer, TRUE, 0 };
      figures->by_provider = TRUE;
    }
  figures->has_images = td_conversation_get_attached_bytes (self->conversation) > 0;
  figures->context = td_model_get_facts (self->model)->context;
  price (self, figures);
  price_replies (self, figures);
  return TRUE;
}
