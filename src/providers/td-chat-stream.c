/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-stream.h"

#include <string.h>

#include "providers/td-chat-adapt.h"
#include "providers/td-failure-reply.h"
#include "providers/td-failure-text.h"
#include "providers/td-reply-kind.h"
#include "providers/td-stream-end.h"
#include "providers/td-transport.h"
#include "vault/td-vault.h"

/* One request and its reply. The protocol writes and reads, libsoup moves bytes; what is done
 * here is the time in between: limits, cancelling, and one end whatever happens. */

#define READ_BYTES        (16 * 1024)
#define MAX_REPLY_BYTES   (64 * 1024 * 1024)
#define MAX_REFUSAL_BYTES (256 * 1024)

/* Counted: each pending operation holds a reference, so that the caller may have its answer
 * while libsoup still has to answer. */
typedef struct
{
  /* What to do */
  SoupSession *session;       /* (owned) */
  const TdProtocol *protocol; /* (nullable) */
  TdEndpoint *endpoint;       /* (owned) */
  TdChatRequest *request;     /* (owned) */
  char *key;                  /* (owned) (nullable): wiped when freed */
  TdTimeouts limits;
  TdChatEventFunc func;
  gpointer func_data;
  TdFlow *flow;               /* (owned) (nullable) */

  /* How it ends */
  GTask *task;                /* (owned) (nullable): NULL once it has ended */
  GCancellable *caller;       /* (owned) (nullable) */
  gulong caller_id;
  gboolean finished;          /* FINISH was handed out */
  GError *error;              /* (owned) (nullable): of the ERROR that was handed out */

  /* How far it is */
  GCancellable *stop;         /* (owned): ends the operation that is pending */
  GSource *timer;             /* (owned) */
  gint64 deadline;            /* when all of it has to be over, monotonic; 0: no limit */
  TdTransportPhase phase;
  SoupMessage *message;       /* (owned) (nullable) */
  GInputStream *stream;       /* (owned) (nullable) */
  gboolean pending;           /* an operation that will call back is under way */
  GSource
    *hold; /* (owned) (nullable): nothing is read until the flow is opened; fires when stopped */
  gboolean timed_out;
  TdReplyKind kind;
  GByteArray *start;          /* (owned): of a refusal or of garbage */
  TdChatParser *parser;       /* (owned) (nullable) */
  gsize n_read;
  char buffer[READ_BYTES];
} Exchange;

static void send_request (Exchange *self);
static void read_more (Exchange *self);

static void
exchange_clear (gpointer data)
{
  Exchange *self = data;

  g_assert (self->task == NULL);
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_clear_object (&self->session);
  g_clear_object (&self->message);
  g_clear_object (&self->stream);
  g_clear_object (&self->stop);
  g_clear_object (&self->caller);
  g_clear_error (&self->error);
  g_clear_pointer (&self->parser, td_chat_parser_free);
  g_clear_pointer (&self->endpoint, td_endpoint_free);
  g_clear_pointer (&self->request, td_chat_request_free);
  g_clear_pointer (&self->key, td_vault_secret_free);
  g_clear_pointer (&self->flow, td_flow_unref);
  g_byte_array_unref (self->start);
}

static void
exchange_unref (Exchange *self)
{
  g_rc_box_release_full (self, exchange_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_unref)

static gboolean
is_over (const Exchange *self)
{
  return self->task == NULL || self->finished || self->error != NULL;
}

static gboolean
is_cancelled (const Exchange *self)
{
  return self->caller != NULL && g_cancellable_is_cancelled (self->caller);
}

/* ---- Ending ------------------------------------------------------------------------------- */

static void
close_stream (Exchange *self)
{
  if (self->stream != NULL)
    td_stream_close (g_steal_pointer (&self->stream));
}

static gboolean
is_past_deadline (const Exchange *self)
{
  return self->deadline != 0 && g_get_monotonic_time () >= self->deadline;
}

/* @ms: -1 for no limit but that for all of it */
static void
set_timer (Exchange *self,
           gint64    ms)
{
  gint64 ready = ms >= 0 ? g_get_monotonic_time () + ms * 1000 : -1;

  if (self->deadline != 0 && (ready < 0 || ready > self->deadline))
    ready = self->deadline;
  g_source_set_ready_time (self->timer, ready);
}

static void
end_hold (Exchange *self)
{
  if (self->hold == NULL)
    return;
  td_flow_wait (self->flow, NULL, NULL);
  g_source_destroy (self->hold);
  g_clear_pointer (&self->hold, g_source_unref);
}

/* The task's callback runs in here, with the exchange still whole. */
static void
end (Exchange *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  end_hold (self);
  if (self->caller_id != 0)
    g_cancellable_disconnect (self->caller, self->caller_id);
  self->caller_id = 0;
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_source_set_ready_time (self->timer, -1);
  if (self->pending)
    g_cancellable_cancel (self->stop);
  else if (self->finished && self->stream != NULL)
    td_stream_drain (g_steal_pointer (&self->stream));
  else
    close_stream (self); /* not cancelled: a connection whose reply was read is used again */

  if (self->finished)
    g_task_return_boolean (task, TRUE);
  else if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                     "the reply was stopped");
}

/* What a failure in the middle of a reply tells besides the parser's own words. */
static void
complete_failure (Exchange  *self,
                  TdFailure *failure)
{
  SoupMessageHeaders *headers;

  if (self->timed_out && failure->class == TD_PROVIDER_ERROR_CUT)
    {
      failure->class = TD_PROVIDER_ERROR_TIMED_OUT;
      failure->retryable = FALSE;
    }
  if (self->phase != TD_TRANSPORT_READING)
    return;
  headers = soup_message_get_response_headers (self->message);
  if (failure->status == 0)
    failure->status = soup_message_get_status (self->message);
  if (failure->request_id == NULL)
    failure->request_id =
      td_failure_dup_request_id (soup_message_headers_get_one (headers, "X-Request-Id"));
}

static void
event_cb (const TdChatEvent *event,
          gpointer           user_data)
{
  Exchange *self = user_data;
  TdChatEvent changed = *event;
  g_autoptr (TdFailure) failure = NULL;

  if (is_over (self) || is_cancelled (self))
    return;
  if (event->type == TD_CHAT_EVENT_FINISH)
    self->finished = TRUE;
  else if (event->type == TD_CHAT_EVENT_ERROR)
    {
      failure = td_failure_copy (event->failure);
      complete_failure (self, failure);
      td_failure_redact_key (failure, self->key);
      changed.failure = failure;
      self->error = td_failure_to_error (failure);
    }
  self->func (&changed, self->func_data);
}

static void
fail (Exchange  *self,
      TdFailure *failure)
{
  g_autoptr (TdFailure) owned = failure;

  event_cb (&(TdChatEvent) { .type = TD_CHAT_EVENT_ERROR,
                             .finish = TD_FINISH_ERROR,
                             .failure = owned },
            self);
  end (self);
}

/* The parser knows whether the chat had ended before the bytes did. */
static void
end_parser (Exchange *self)
{
  td_chat_parser_end (self->parser);
  end (self);
}

/* As text, also when nothing came. */
static const char *
get_start (const Exchange *self)
{
  return self->start->len > 0 ? (const char *) self->start->data : "";
}

/* What there is of a refusal: its status says enough when its body does not come. */
static void
fail_with_refusal (Exchange *self)
{
  fail (self,
        td_transport_failure_from_reply (self->message, get_start (self), self->start->len));
}

static gboolean
time_is_up_cb (gpointer user_data)
{
  g_autoptr (Exchange) self = g_rc_box_acquire (user_data);

  g_source_set_ready_time (self->timer, -1);
  self->timed_out = TRUE;
  if (self->phase == TD_TRANSPORT_CONNECTING && !is_past_deadline (self))
    fail (self, td_failure_new (TD_PROVIDER_ERROR_UNREACHABLE, "no connection in time"));
  else if (self->kind == TD_REPLY_STREAM)
    end_parser (self);
  else if (self->kind == TD_REPLY_REFUSAL)
    fail_with_refusal (self);
  else
    fail (self, td_failure_new (TD_PROVIDER_ERROR_TIMED_OUT, NULL));
  return G_SOURCE_CONTINUE;
}

/* An operation came back with an error; after a cancellation that is how it was stopped. */
static void
fail_with_error (Exchange     *self,
                 const GError *error)
{
  TdFailure *failure;

  if (is_cancelled (self))
    {
      end (self);
      return;
    }
  if (self->kind == TD_REPLY_REFUSAL)
    {
      fail_with_refusal (self);
      return;
    }
  failure = td_transport_failure_from_error (error, self->phase);
  if (self->kind == TD_REPLY_STREAM && failure->class == TD_PROVIDER_ERROR_CUT)
    {
      td_failure_free (failure);
      end_parser (self);
    }
  else
    fail (self, failure);
}

/* ---- Reading the reply -------------------------------------------------------------------- */

static const char *
get_content_type (Exchange *self)
{
  return soup_message_headers_get_content_type (
    soup_message_get_response_headers (self->message), NULL);
}

static void
set_kind (Exchange    *self,
          TdReplyKind  kind)
{
  self->kind = kind;
  if (kind == TD_REPLY_STREAM || kind == TD_REPLY_DOCUMENT)
    self->parser = self->protocol->parser_new (kind == TD_REPLY_STREAM, event_cb, self);
}

static gboolean
adapt_and_retry (Exchange *self)
{
  TdChatAdapt adapt =
    td_chat_adapt_from_refusal (self->endpoint, self->request,
                                soup_message_get_status (self->message),
                                get_start (self), self->start->len);

  if (adapt == TD_CHAT_ADAPT_NOTHING)
    return FALSE;
  self->request->adapt |= adapt;
  close_stream (self);
  send_request (self);
  return TRUE;
}

static void
take_refusal (Exchange *self)
{
  if (!adapt_and_retry (self))
    fail_with_refusal (self);
}

/* All of the reply that comes has come. */
static void
take_end (Exchange *self)
{
  if (self->parser != NULL)
    end_parser (self);
  else if (self->kind == TD_REPLY_REFUSAL)
    take_refusal (self);
  else if (self->start->len > 0)
    fail (self, td_failure_new_garbage (get_start (self), self->start->len));
  else
    fail (self, td_failure_new (TD_PROVIDER_ERROR_CUT, "the reply is empty"));
}

static void
take_bytes (Exchange   *self,
            const char *bytes,
            gsize       length)
{
  gboolean lines = self->protocol == td_protocol_ollama ();

  if (self->kind == TD_REPLY_UNDECIDED)
    set_kind (self, td_reply_kind_from_start (get_content_type (self), lines, bytes, length));
  if (self->parser != NULL)
    td_chat_parser_feed (self->parser, bytes, length);
  else if (self->kind != TD_REPLY_UNDECIDED)
    g_byte_array_append (self->start, (const guint8 *) bytes, (guint) length);
}

static gboolean
has_enough (const Exchange *self)
{
  if (self->kind == TD_REPLY_REFUSAL)
    return self->start->len >= MAX_REFUSAL_BYTES;
  return self->kind == TD_REPLY_GARBAGE && self->start->len >= TD_FAILURE_EXCERPT_BYTES * 4;
}

static void
take_read (Exchange *self,
           gsize     length)
{
  self->n_read += length;
  set_timer (self, self->limits.idle_ms);
  take_bytes (self, self->buffer, length);
  if (is_over (self) || is_cancelled (self))
    end (self);
  else if (self->n_read > MAX_REPLY_BYTES)
    fail (self, td_failure_new (TD_PROVIDER_ERROR_PROTOCOL, "the reply is too large"));
  else if (has_enough (self))
    take_end (self);
  else
    read_more (self);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (Exchange) self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  self->pending = FALSE;
  if (self->task == NULL)
    close_stream (self);
  else if (n < 0 || is_cancelled (self))
    fail_with_error (self, error);
  else if (n == 0)
    take_end (self);
  else
    take_read (self, (gsize) n);
}

static void
go_on (gpointer user_data)
{
  g_autoptr (Exchange) self = g_rc_box_acquire (user_data);

  end_hold (self);
  if (is_cancelled (self))
    {
      end (self);
      return;
    }
  set_timer (self, self->limits.idle_ms);
  read_more (self);
}

static gboolean
stopped_cb (GCancellable *stop,
            gpointer      user_data)
{
  go_on (user_data);
  return G_SOURCE_REMOVE;
}

/* Whoever takes the reply has enough for now. That the provider is kept waiting is not its fault. */
static void
hold_on (Exchange *self)
{
  set_timer (self, -1);
  self->hold = g_cancellable_source_new (self->stop);
  g_source_set_callback (self->hold, G_SOURCE_FUNC (stopped_cb), g_rc_box_acquire (self),
                         (GDestroyNotify) exchange_unref);
  g_source_attach (self->hold, NULL);
  td_flow_wait (self->flow, go_on, self);
}

static void
read_more (Exchange *self)
{
  if (self->flow != NULL && td_flow_is_closed (self->flow))
    {
      hold_on (self);
      return;
    }
  self->pending = TRUE;
  g_input_stream_read_async (self->stream, self->buffer, READ_BYTES, G_PRIORITY_DEFAULT, self->stop,
                             read_cb, g_rc_box_acquire (self));
}

/* ---- Sending ------------------------------------------------------------------------------ */

static void
sent_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (Exchange) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream =
    soup_session_send_finish (SOUP_SESSION (source), result, &error);

  self->pending = FALSE;
  self->stream = g_steal_pointer (&stream);
  if (self->task == NULL)
    close_stream (self);
  else if (self->stream == NULL || is_cancelled (self))
    fail_with_error (self, error);
  else
    {
      self->phase = TD_TRANSPORT_READING;
      set_kind (self, td_reply_kind_from_head (soup_message_get_status (self->message),
                                               get_content_type (self)));
      if (self->request->adapt != TD_CHAT_ADAPT_NOTHING && self->kind != TD_REPLY_REFUSAL)
        td_chat_adapt_remember (self->session, self->endpoint, self->request);
      read_more (self);
    }
}

static void
network_event_cb (SoupMessage        *message,
                  GSocketClientEvent  event,
                  GIOStream          *connection,
                  gpointer            user_data)
{
  Exchange *self = user_data;

  /* Not while waiting for one of the connections to become free. */
  if (event == G_SOCKET_CLIENT_RESOLVING)
    {
      self->phase = TD_TRANSPORT_CONNECTING;
      set_timer (self, self->limits.connect_ms);
    }
}

static void
starting_cb (SoupMessage *message,
             gpointer     user_data)
{
  Exchange *self = user_data;

  self->phase = TD_TRANSPORT_WAITING;
  set_timer (self, self->limits.first_byte_ms);
}

static void
reset_reply (Exchange *self)
{
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  g_byte_array_set_size (self->start, 0);
  self->n_read = 0;
  self->phase = TD_TRANSPORT_CONNECTING;
  set_timer (self, -1);
}

static void
send_request (Exchange *self)
{
  g_autoptr (TdWireRequest) wire = NULL;
  TdFailure *failure = NULL;

  self->protocol = td_protocol_for_chat (self->endpoint, self->request);
  wire = self->protocol->write_chat (self->endpoint, self->request);

  reset_reply (self);
  self->message = td_transport_message_new (wire, self->endpoint, self->key, &failure);
  if (self->message == NULL)
    {
      fail (self, failure);
      return;
    }
  g_signal_connect (self->message, "network-event", G_CALLBACK (network_event_cb), self);
  g_signal_connect (self->message, "starting", G_CALLBACK (starting_cb), self);
  self->pending = TRUE;
  soup_session_send_async (self->session, self->message, G_PRIORITY_DEFAULT, self->stop, sent_cb,
                           g_rc_box_acquire (self));
}

/* The caller's function is called from the main loop only, also for what is known at once. */
static gboolean
start_cb (gpointer user_data)
{
  Exchange *self = user_data;
  TdFailure *failure = td_transport_check_before (self->endpoint, self->key);

  if (is_cancelled (self))
    {
      td_failure_free (failure);
      end (self);
    }
  else if (failure != NULL)
    fail (self, failure);
  else
    send_request (self);
  return G_SOURCE_REMOVE;
}

static void
caller_cancelled_cb (GCancellable *cancellable,
                     gpointer      stop)
{
  g_cancellable_cancel (stop);
}

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  return callback (user_data);
}

static GSource *
timer_new (Exchange *self)
{
  static GSourceFuncs funcs = { .dispatch = timer_dispatch };
  GSource *timer = g_source_new (&funcs, sizeof (GSource));

  g_source_set_static_name (timer, "td-chat-stream limit");
  g_source_set_callback (timer, time_is_up_cb, self, NULL);
  g_source_attach (timer, NULL);
  return timer;
}

/**
 * td_chat_stream_paced_async:
 * @session: the session of this process
 * @endpoint: where to send it
 * @key: (nullable): the key; sent as the endpoint says, wiped when the call has ended
 * @request: what to send
 * @timeouts: (nullable): time limits; %NULL for TD_TIMEOUTS_DEFAULT. Those that the endpoint sets
 *   itself win
 * @flow: (nullable): while it is closed nothing more is read from the provider
 * @func: called on the main thread for each event, in order; never after the call has ended
 * @func_data: data for @func
 * @cancellable: (nullable): cancelling closes the connection at once
 * @callback: called once, after the last event
 * @user_data: data for @callback
 *
 * Sends one request and hands out the reply's events. Exactly one of FINISH, ERROR or
 * cancellation ends it. Nothing is called before this function has returned.
 *
 * There is no retry in here: the caller decides. The one exception is a server that answers
 * 400 or 422 because it does not know stream_options, knows the output limit by its other name,
 * or has no thoughts to show: it has done nothing, and is asked once more in the way it knows.
 * That is remembered for the life of @session.
 */
void
td_chat_stream_paced_async (SoupSession         *session,
                            const TdEndpoint    *endpoint,
                            const char          *key,
                            const TdChatRequest *request,
                            const TdTimeouts    *timeouts,
                            TdFlow              *flow,
                            TdChatEventFunc      func,
                            gpointer             func_data,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  Exchange *self;

  g_return_if_fail (SOUP_IS_SESSION (session));
  g_return_if_fail (endpoint != NULL && request != NULL && func != NULL);

  self = g_rc_box_new0 (Exchange);
  self->session = g_object_ref (session);
  self->protocol = td_protocol_for_endpoint (endpoint);
  self->endpoint = td_endpoint_copy (endpoint);
  self->request = td_chat_request_copy (request);
  self->request->adapt |= td_chat_adapt_recall (session, endpoint, request);
  self->key = g_strdup (key);
  self->limits = timeouts != NULL ? *timeouts : (TdTimeouts) TD_TIMEOUTS_DEFAULT;
  td_timeouts_merge (&self->limits, &endpoint->timeouts);
  if (self->limits.total_ms > 0)
    self->deadline =
      g_get_monotonic_time () + self->limits.total_ms * G_GINT64_CONSTANT (1000);
  self->func = func;
  self->func_data = func_data;
  self->flow = flow != NULL ? td_flow_ref (flow) : NULL;
  self->start = g_byte_array_new ();
  self->stop = g_cancellable_new ();
  self->timer = timer_new (self);
  self->task = g_task_new (NULL, NULL, callback, user_data);
  g_task_set_source_tag (self->task, td_chat_stream_async);
  if (cancellable != NULL)
    {
      self->caller = g_object_ref (cancellable);
      self->caller_id = g_cancellable_connect (cancellable, G_CALLBACK (caller_cancelled_cb),
                                               g_object_ref (self->stop), g_object_unref);
    }
  g_idle_add_full (G_PRIORITY_DEFAULT, start_cb, self, (GDestroyNotify) exchange_unref);
}

/**
 * td_chat_stream_async:
 * @session: the session of this process
 * @endpoint: where to send it
 * @key: (nullable): the key
 * @request: what to send
 * @timeouts: (nullable): time limits
 * @func: called on the main thread for each event, in order; never after the call has ended
 * @func_data: data for @func
 * @cancellable: (nullable): cancelling closes the connection at once
 * @callback: called once, after the last event
 * @user_data: data for @callback
 *
 * The same as td_chat_stream_paced_async() for who takes all of it at once.
 */
void
td_chat_stream_async (SoupSession         *session,
                      const TdEndpoint    *endpoint,
                      const char          *key,
                      const TdChatRequest *request,
                      const TdTimeouts    *timeouts,
                      TdChatEventFunc      func,
                      gpointer             func_data,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  td_chat_stream_paced_async (session, endpoint, key, request, timeouts, NULL, func, func_data,
                              cancellable, callback, user_data);
}

/**
 * td_chat_stream_finish:
 * @result: the result given to the callback
 * @error: return location for a TD_PROVIDER_ERROR after ERROR, or G_IO_ERROR_CANCELLED
 *
 * Returns: whether the reply ended with FINISH
 */
gboolean
td_chat_stream_finish (GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, td_chat_stream_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
