/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-exchange.h"

#include "base/td-clock.h"
#include "engine/td-calibrator.h"
#include "engine/td-engine-private.h"
#include "engine/td-journal.h"
#include "engine/td-offer-measure.h"
#include "engine/td-retry.h"
#include "providers/td-chat-stream.h"

/* How often a reply that paused goes on; each time costs its prompt again. Some never end. */
#define MAX_PAUSES 3

struct _TdExchange
{
  GObject parent_instance;

  /* What to do. */
  TdEngine *engine;       /* (owned) */
  TdEndpoint *endpoint;   /* (owned) */
  TdChatRequest *request; /* (owned) */
  TdReceipt *hold;        /* (owned) */
  TdMessage *reply;       /* (owned) */
  char *asked_key;        /* (owned) (nullable): the model that the user picked */
  gboolean has_other;     /* another place can be asked when this one fails */
  gboolean is_probe;      /* this one failed too often just now */
  TdChatEventFunc event_func;
  gpointer event_data;
  TdFlow *flow;           /* (owned) (nullable): whether more is taken now */

  /* Under way. */
  GTask *task;            /* (owned) (nullable) */
  TdJournal *journal;     /* (owned) (nullable) */
  char *key;              /* (owned) (nullable): wiped when freed */
  guint tries;
  guint n_pauses;         /* after which the reply went on */
  gsize paused_at;        /* how much of the text came before the last of them */
  guint tries_before;     /* at other places, for the same reply */
  gint64 try_us;          /* when the last one was sent, since 1970 */
  gint64 try_started;     /* the same, monotonic */
  gboolean closed;        /* what comes now is no longer wanted */
  TdTally tally;
};

G_DEFINE_FINAL_TYPE (TdExchange, td_exchange, G_TYPE_OBJECT)

static void
td_exchange_dispose (GObject *object)
{
  TdExchange *self = TD_EXCHANGE (object);

  g_assert (!self->task);
  g_clear_object (&self->engine);
  g_clear_object (&self->reply);

  G_OBJECT_CLASS (td_exchange_parent_class)->dispose (object);
}

static void
td_exchange_finalize (GObject *object)
{
  TdExchange *self = TD_EXCHANGE (object);

  td_endpoint_free (self->endpoint);
  td_chat_request_free (self->request);
  td_receipt_free (self->hold);
  g_free (self->asked_key);
  g_clear_pointer (&self->journal, td_journal_free);
  g_clear_pointer (&self->flow, td_flow_unref);
  g_clear_pointer (&self->key, td_vault_secret_free);
  td_tally_clear (&self->tally);

  G_OBJECT_CLASS (td_exchange_parent_class)->finalize (object);
}

static void
td_exchange_class_init (TdExchangeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_exchange_dispose;
  object_class->finalize = td_exchange_finalize;
}

static void
td_exchange_init (TdExchange *self)
{
}

/**
 * td_exchange_new:
 * @engine: the engine
 * @endpoint: where to send it
 * @request: (transfer full): what to send
 * @hold: what was written before it is sent
 * @reply: what the answer goes into
 * @turn: (nullable): what it is journalled to; begun
 *
 * Returns: (transfer full): an exchange to be run once
 */
TdExchange *
td_exchange_new (TdEngine         *engine,
                 const TdEndpoint *endpoint,
                 TdChatRequest    *request,
                 const TdReceipt  *hold,
                 TdMessage        *reply,
                 TdTurn           *turn)
{
  TdExchange *self = g_object_new (TD_TYPE_EXCHANGE, NULL);
  g_autoptr (TdTokenRuler) ruler = NULL;

  self->engine = g_object_ref (engine);
  self->endpoint = td_endpoint_copy (endpoint);
  self->request = request;
  self->hold = td_receipt_copy (hold);
  self->reply = g_object_ref (reply);
  self->journal = turn ? td_journal_new (turn) : NULL;
  ruler = td_calibrator_new_ruler (td_engine_get_calibrator (engine), endpoint->provider_id,
                                   request->model);
  td_tally_init (&self->tally, ruler, hold->usage.input, hold->counted_exactly);
  return self;
}

/**
 * td_exchange_set_place:
 * @self: an exchange that was not run
 * @asked_key: the model that the user picked
 * @has_other: whether another place can be asked when this one fails
 * @is_probe: whether this one failed too often just now, and is asked once only
 */
void
td_exchange_set_place (TdExchange *self,
                       const char *asked_key,
                       gboolean    has_other,
                       gboolean    is_probe)
{
  g_return_if_fail (TD_IS_EXCHANGE (self));

  g_set_str (&self->asked_key, asked_key);
  self->has_other = has_other;
  self->is_probe = is_probe;
}

/**
 * td_exchange_follow:
 * @self: an exchange that was not run
 * @before: the one that failed
 *
 * For the user it is one reply: its time counts from when it was first sent.
 */
void
td_exchange_follow (TdExchange *self,
                    TdExchange *before)
{
  g_return_if_fail (TD_IS_EXCHANGE (self));
  g_return_if_fail (TD_IS_EXCHANGE (before));

  self->tries_before = before->tries_before + before->tries;
  self->tally.began_us = before->tally.began_us;
}

/**
 * td_exchange_set_event_func:
 * @self: an exchange
 * @func: called with each event as it comes, those of a try that failed among them
 * @user_data: data for @func
 */
void
td_exchange_set_event_func (TdExchange      *self,
                            TdChatEventFunc  func,
                            gpointer         user_data)
{
  g_return_if_fail (TD_IS_EXCHANGE (self));

  self->event_func = func;
  self->event_data = user_data;
}

/**
 * td_exchange_set_flow:
 * @self: an exchange that was not run
 * @flow: whether more of the reply is taken now
 */
void
td_exchange_set_flow (TdExchange *self,
                      TdFlow     *flow)
{
  g_return_if_fail (TD_IS_EXCHANGE (self));
  g_return_if_fail (flow != NULL && !self->flow);

  self->flow = td_flow_ref (flow);
}

static void
finish (TdExchange *self,
        GError     *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_clear_pointer (&self->key, td_vault_secret_free);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* ---- sending ------------------------------------------------------------------------------- */

static void send_request (TdExchange *self);

static void
take_content (TdExchange        *self,
              const TdChatEvent *event)
{
  gboolean reasoning = event->type == TD_CHAT_EVENT_REASONING;

  td_message_append (self->reply, reasoning, event->text, event->length);
  if (self->journal)
    td_journal_append (self->journal, reasoning, event->text, event->length);
}

static void
event_cb (const TdChatEvent *event,
          gpointer           user_data)
{
  TdExchange *self = user_data;

  if (self->closed)
    return;
  td_tally_add (&self->tally, event);
  if (event->type == TD_CHAT_EVENT_TEXT || event->type == TD_CHAT_EVENT_REASONING ||
      event->type == TD_CHAT_EVENT_REFUSAL)
    take_content (self, event);
  if (self->event_func)
    self->event_func (event, self->event_data);
}

static gboolean
wait_over_cb (gpointer user_data)
{
  TdExchange *self = user_data;
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (self->task), &error))
    finish (self, error);
  else
    send_request (self);
  return G_SOURCE_REMOVE;
}

/* Waits, but not beyond the moment the user stops it. */
static void
wait_for_next_try (TdExchange *self,
                   guint       wait_ms)
{
  g_autoptr (GSource) source = g_timeout_source_new (wait_ms);
  GCancellable *cancellable = g_task_get_cancellable (self->task);

  if (cancellable)
    {
      g_autoptr (GSource) stopped = g_cancellable_source_new (cancellable);

      g_source_set_dummy_callback (stopped);
      g_source_add_child_source (source, stopped);
    }
  g_source_set_callback (source, wait_over_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
  td_message_set_retry_at (self->reply, td_clock_now_us () + wait_ms * G_GINT64_CONSTANT (1000));
}

/* Where others can do it, one that had enough is not asked again. */
static gboolean
has_had_enough (TdExchange *self)
{
  return self->has_other &&
         td_breakers_get_state (td_engine_get_breakers (self->engine), self->hold->model_key,
                                td_clock_monotonic_us ()) != TD_BREAKER_CLOSED;
}

static gboolean
try_again (TdExchange *self)
{
  TdRetryState state = { .tries = self->tries,
                         .has_other = self->has_other,
                         .is_probe = self->is_probe || has_had_enough (self),
                         .base_ms = td_engine_get_retry_base_ms (self->engine),
                         .chance = g_random_double () };
  guint wait_ms;

  if (self->closed || !self->tally.failure || self->tally.answered_us != 0)
    return FALSE;
  if (td_retry_decide (self->tally.failure, &state, &wait_ms) != TD_RETRY_AGAIN)
    return FALSE;
  wait_for_next_try (self, wait_ms);
  return TRUE;
}

/* What went wrong with this try, also when the stream ended in good order but not the reply. */
static TdFailure *
dup_failure (TdExchange   *self,
             const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NULL;
  if (error && self->tally.failure)
    return td_failure_copy (self->tally.failure);
  if (error || self->tally.finish == TD_FINISH_ERROR)
    return td_failure_new (TD_PROVIDER_ERROR_SERVER, NULL);
  return self->tally.finish == TD_FINISH_INCOMPLETE ? td_failure_new (TD_PROVIDER_ERROR_CUT, NULL)
                                                    : NULL;
}

static void
note_attempt (TdExchange   *self,
              const GError *error)
{
  g_autoptr (TdFailure) failure = dup_failure (self, error);
  TdOfferAttempt attempt = { .provider_id = self->hold->provider_id,
                             .asked_key = self->asked_key,
                             .model_key = self->hold->model_key,
                             .purpose = self->hold->purpose,
                             .n_try = self->tries_before + self->tries,
                             .started_us = self->try_us,
                             .first_token_ms = TD_OFFER_UNMEASURED,
                             .input_tokens = self->tally.request.input,
                             .cached_tokens = self->tally.request.cached,
                             .output_tokens = self->tally.request.output,
                             .stopped = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED),
                             .failure = failure };

  attempt.duration_ms = (td_clock_monotonic_us () - self->try_started) / 1000;
  if (self->tally.answered_us != 0)
    attempt.first_token_ms = (self->tally.answered_us - self->try_started) / 1000;
  if (td_message_get_reasoning_length (self->reply) == 0)
    attempt.hidden_tokens = MAX (self->tally.request.reasoning, 0);
  td_engine_note_attempt (self->engine, &attempt);
}

static void
note_for_breaker (TdExchange   *self,
                  const GError *error)
{
  TdBreakers *breakers = td_engine_get_breakers (self->engine);

  if (!error && self->tally.finish != TD_FINISH_ERROR && self->tally.finish != TD_FINISH_INCOMPLETE)
    td_breakers_succeed (breakers, self->hold->model_key);
  else if (error && self->tally.failure)
    td_breakers_fail (breakers, self->hold->model_key, self->tally.failure,
                      td_clock_monotonic_us ());
  else
    td_breakers_abandon (breakers, self->hold->model_key);
}

/* A server that need not have a key may want one all the same. */
static GError *
name_missing_key (TdExchange *self,
                  GError     *error)
{
  if (self->key || !g_error_matches (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_AUTH))
    return error;
  g_error_free (error);
  return g_error_new (TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NO_KEY,
                      "%s wants a key, and there is none", self->endpoint->provider_id);
}

static void
streamed_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdExchange) self = user_data;
  g_autoptr (GError) error = NULL;

  td_chat_stream_finish (result, &error);
  note_attempt (self, error);
  note_for_breaker (self, error);
  if (!error)
    {
      td_calibrator_learn (td_engine_get_calibrator (self->engine), self->endpoint->provider_id,
                           self->request, self->tally.request.input);
      finish (self, NULL);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !try_again (self))
    finish (self, name_missing_key (self, g_steal_pointer (&error)));
}

static void
send_request (TdExchange *self)
{
  self->tries++;
  td_tally_start_try (&self->tally);
  self->try_us = td_clock_now_us ();
  self->try_started = td_clock_monotonic_us ();
  td_message_set_retry_at (self->reply, 0);
  td_breakers_begin (td_engine_get_breakers (self->engine), self->hold->model_key,
                     td_clock_monotonic_us ());
  td_chat_stream_paced_async (td_engine_get_session (self->engine), self->endpoint, self->key,
                              self->request, &td_engine_get_policy (self->engine)->timeouts,
                              self->flow, event_cb, self, g_task_get_cancellable (self->task),
                              streamed_cb, g_object_ref (self));
}

/* ---- the key ------------------------------------------------------------------------------- */

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdExchange) self = user_data;
  g_autoptr (GError) error = NULL;

  self->key = td_key_ring_lookup_finish (TD_KEY_RING (source), result, &error);
  if (!error)
    send_request (self);
  else if (!g_error_matches (error, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND))
    finish (self, g_steal_pointer (&error));
  else if (!self->endpoint->needs_key)
    send_request (self);
  else
    finish (self, g_error_new (TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NO_KEY,
                               "there is no key for %s", self->endpoint->provider_id));
}

static void
run (TdExchange *self,
     GTask      *task)
{
  self->task = task;
  g_task_set_check_cancellable (self->task, FALSE); /* a reply that is complete stays complete */
  if (self->endpoint->needs_key || td_engine_has_key (self->engine, self->endpoint->provider_id))
    td_key_ring_lookup_async (td_engine_get_key_ring (self->engine), self->endpoint->provider_id,
                              g_task_get_cancellable (task), unlocked_cb, g_object_ref (self));
  else
    send_request (self);
}

/**
 * td_exchange_run_async:
 * @self: an exchange that was not run
 * @cancellable: (nullable): cancelling it closes the connection at once
 * @callback: called when nothing more is going to come
 * @user_data: data for @callback
 */
void
td_exchange_run_async (TdExchange          *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_EXCHANGE (self));
  g_return_if_fail (self->tries == 0 && !self->task);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_exchange_run_async);
  run (self, task);
}

/**
 * td_exchange_run_finish:
 * @self: an exchange
 * @result: what the callback got
 * @error: return location for an error of the provider or the vault
 *
 * Returns: whether the provider came to an end; the tally says to which
 */
gboolean
td_exchange_run_finish (TdExchange    *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * td_exchange_dup_continuation:
 * @self: an exchange that came to an end
 *
 * A reply that paused is not over. What lets it go on is a request of its own, which is paid for
 * like the first: whoever holds the money decides.
 *
 * Returns: (transfer full) (nullable): what td_exchange_go_on_async() is to send; %NULL when the
 *   reply is over, or paused too often
 */
TdChatRequest *
td_exchange_dup_continuation (TdExchange *self)
{
  TdChatRequest *request;
  const char *text;

  g_return_val_if_fail (TD_IS_EXCHANGE (self), NULL);

  if (self->closed || self->tally.finish != TD_FINISH_PAUSED || self->n_pauses >= MAX_PAUSES)
    return NULL;
  request = td_chat_request_copy (self->request);
  text = td_message_get_text (self->reply);
  td_chat_request_continue (request,
                            text + MIN (self->paused_at, td_message_get_text_length (self->reply)),
                            self->tally.opaque ? self->tally.opaque->str : NULL);
  return request;
}

/**
 * td_exchange_go_on_async:
 * @self: an exchange whose reply paused
 * @request: (transfer full): of td_exchange_dup_continuation()
 * @facts: the model
 * @prompt: our count of that request
 * @cancellable: (nullable): cancelling it closes the connection at once
 * @callback: called when nothing more is going to come, unless this is called again
 * @user_data: data for @callback
 *
 * Lets the reply go on. The hold must cover that, and be on the disk.
 */
void
td_exchange_go_on_async (TdExchange          *self,
                         TdChatRequest       *request,
                         const TdModelFacts  *facts,
                         const TdTokenCount  *prompt,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_EXCHANGE (self));
  g_return_if_fail (request != NULL && !self->task);

  td_chat_request_free (self->request);
  self->request = request;
  self->n_pauses++;
  self->tries = 0;
  self->paused_at = td_message_get_text_length (self->reply);
  td_tally_go_on (&self->tally, facts, prompt->tokens, prompt->exact);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_exchange_go_on_async);
  run (self, task);
}

/**
 * td_exchange_get_tally:
 * @self: an exchange
 *
 * Returns: (transfer none): what came so far
 */
const TdTally *
td_exchange_get_tally (TdExchange *self)
{
  g_return_val_if_fail (TD_IS_EXCHANGE (self), NULL);

  return &self->tally;
}

/**
 * td_exchange_close:
 * @self: an exchange
 * @text: (out) (transfer full) (nullable): text that is not journalled yet
 * @reasoning: (out) (transfer full) (nullable): reasoning likewise
 *
 * Takes nothing more, even if the exchange goes on for a moment.
 */
void
td_exchange_close (TdExchange  *self,
                   char       **text,
                   char       **reasoning)
{
  g_return_if_fail (TD_IS_EXCHANGE (self));

  self->closed = TRUE;
  *text = *reasoning = NULL;
  if (self->journal)
    td_journal_take (self->journal, text, reasoning);
}
