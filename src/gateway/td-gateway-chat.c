/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chat of a client: its dialect reads the request, the engine meters and answers it, and the dialect
 * writes what comes. The head of the answer waits for the first of it, so that a provider that fails before
 * is told by the status, and the headers name who really replies.
 */
#include "config.h"

#include "gateway/td-gateway-private.h"

#include <microhttpd.h>

#include "base/td-clock.h"
#include "engine/td-call.h"
#include "engine/td-dispatch.h"
#include "engine/td-engine-count.h"
#include "engine/td-prompt.h"

/* Reading a larger body would hold up everybody else. */
#define MAX_READ_HERE (64 * 1024)

typedef struct
{
  grefcount ref_count;

  TdGateway *gateway;        /* (owned) */
  TdGatewayRequest *request; /* (owned) */
  const TdDialect *dialect;
  TdDialectCall *asked;      /* (owned) (nullable) */
  TdCall *call;              /* (owned) (nullable) */
  TdDialectReply *reply;     /* (owned) (nullable): once something came */
  GByteArray *out;           /* (owned): written and not passed on */
  char *reason;              /* (owned) (nullable) */
  gboolean gone;             /* the client hung up */
} Chat;

static Chat *
chat_ref (Chat *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

static void
chat_unref (Chat *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  td_gateway_request_set_owner (self->request, NULL, NULL, NULL);
  g_clear_pointer (&self->asked, td_dialect_call_free);
  g_clear_pointer (&self->reply, td_dialect_reply_free);
  g_clear_object (&self->call);
  g_byte_array_unref (self->out);
  g_free (self->reason);
  td_gateway_request_unref (self->request);
  g_object_unref (self->gateway);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_unref)

/* ---- what is sent -------------------------------------------------------------------------- */

static void
add_headers (Chat *self)
{
  const TdReceipt *receipt = td_call_get_receipt (self->call);
  g_autofree char *id = NULL;

  td_gateway_request_add_header (self->request, "X-TopDog-Reason", self->reason);
  if (!receipt)
    return;
  id = g_strdup_printf ("r%" G_GINT64_FORMAT, receipt->id);
  td_gateway_request_set_id (self->request, id);
  td_gateway_request_add_header (self->request, "X-TopDog-Model", receipt->model_key);
  td_gateway_request_add_header (self->request, "X-TopDog-Provider", receipt->provider_id);
}

/* (nullable): when it is known */
static char *
dup_cost (Chat *self)
{
  const TdReceipt *receipt = td_call_get_receipt (self->call);
  TdMoney cost = receipt ? td_receipt_get_total (receipt) : TD_MONEY_UNKNOWN;

  return cost == TD_MONEY_UNKNOWN ? NULL : g_strdup_printf ("%" G_GINT64_FORMAT, cost);
}

static void
ensure_reply (Chat *self)
{
  TdReplyHead head = { .created_us = td_clock_now_us (),
                       .model = td_call_get_model_key (self->call),
                       .prompt_tokens = td_call_get_prompt_tokens (self->call) };

  if (self->reply)
    return;
  head.id = td_gateway_request_get_id (self->request);
  self->reply = td_dialect_reply_new (self->dialect, self->asked, &head);
}

static void
pass_on (Chat *self)
{
  if (self->out->len == 0 || self->gone)
    return;
  if (!td_gateway_request_has_begun (self->request))
    {
      add_headers (self);
      td_gateway_request_begin (self->request, td_dialect_reply_get_content_type (self->reply));
    }
  if (!td_gateway_request_write (self->request, self->out->data, self->out->len))
    td_call_set_waiting (self->call, TRUE);
  g_byte_array_set_size (self->out, 0);
}

static void
event_cb (const TdChatEvent *event,
          gpointer           user_data)
{
  Chat *self = user_data;

  ensure_reply (self);
  td_dialect_reply_take (self->reply, event, self->out);
  if (self->asked->stream)
    pass_on (self);
}

static void
drained_cb (gpointer owner)
{
  Chat *self = owner;

  if (self->call)
    td_call_set_waiting (self->call, FALSE);
}

/* What came is settled; the rest is not wanted any more. */
static void
gone_cb (gpointer owner)
{
  Chat *self = owner;

  self->gone = TRUE;
  if (self->call)
    td_call_stop (self->call);
}

/* ---- the end ------------------------------------------------------------------------------- */

static void
fill_trailer (Chat           *self,
              TdReplyTrailer *trailer)
{
  const TdReceipt *receipt = td_call_get_receipt (self->call);

  *trailer = (TdReplyTrailer) TD_REPLY_TRAILER_INIT;
  trailer->request_id = td_gateway_request_get_id (self->request);
  trailer->reason = self->reason;
  if (!receipt)
    return;
  trailer->model = receipt->model_key;
  trailer->provider = receipt->provider_id;
  trailer->cost = td_receipt_get_total (receipt);
  trailer->usage = &receipt->usage;
  if (receipt->duration_ms >= 0)
    trailer->duration_us = receipt->duration_ms * 1000;
  if (receipt->first_token_ms >= 0)
    trailer->first_token_us = receipt->first_token_ms * 1000;
}

static void
end_stream (Chat *self)
{
  g_autofree char *cost = dup_cost (self);
  TdReplyTrailer trailer;

  fill_trailer (self, &trailer);
  td_dialect_reply_end (self->reply, &trailer, self->out);
  pass_on (self);
  td_gateway_request_add_trailer (self->request, "X-TopDog-Cost", cost);
  td_gateway_request_end (self->request);
}

static void
reply_whole (Chat *self)
{
  g_autofree char *cost = dup_cost (self);
  g_autoptr (GBytes) body = NULL;
  TdReplyTrailer trailer;

  add_headers (self);
  td_gateway_request_add_header (self->request, "X-TopDog-Cost", cost);
  fill_trailer (self, &trailer);
  td_dialect_reply_end (self->reply, &trailer, self->out);
  if (td_dialect_reply_get_fault (self->reply))
    {
      const TdFault *fault = td_dialect_reply_get_fault (self->reply);

      body = td_dialect_write_fault (self->dialect, fault,
                                     td_gateway_request_get_id (self->request));
      td_gateway_request_reply (self->request, td_dialect_get_status (self->dialect, fault),
                                "application/json", body);
      return;
    }
  body = g_bytes_new (self->out->data, self->out->len);
  td_gateway_request_reply (self->request, MHD_HTTP_OK,
                            td_dialect_reply_get_content_type (self->reply), body);
}

static TdFault *
make_fault (Chat         *self,
            const GError *error)
{
  const TdFailure *failure = td_call_get_failure (self->call);

  if (error->domain == TD_PROVIDER_ERROR && failure && (int) failure->class == error->code)
    return td_fault_from_failure (failure);
  return td_fault_from_error (error);
}

static void
called_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Chat) self = user_data;
  g_autoptr (GError) error = NULL;

  td_call_run_finish (self->call, result, &error);
  if (error && !self->reply)
    {
      g_autofree char *cost = dup_cost (self);

      add_headers (self);
      td_gateway_request_add_header (self->request, "X-TopDog-Cost", cost);
      td_gateway_reply_fault (self->request, self->dialect, make_fault (self, error));
    }
  else
    {
      ensure_reply (self);
      if (error)
        td_dialect_reply_fail (self->reply, make_fault (self, error));
      if (td_gateway_request_has_begun (self->request) || (self->asked->stream && !error))
        end_stream (self);
      else
        reply_whole (self);
    }
  td_gateway_end_job (self->gateway);
}

/* ---- the beginning ------------------------------------------------------------------------- */

static void
fail (Chat    *self,
      TdFault *fault)
{
  td_gateway_reply_fault (self->request, self->dialect, fault);
}

/* (transfer full) (nullable): something that the client can pay */
static TdAutoChoice *
choose (Chat    *self,
        GError **error)
{
  TdEngine *engine = td_gateway_get_engine (self->gateway);
  TdMoney rest =
    td_dispatch_get_client_rest (engine, td_gateway_request_get_client (self->request));

  return td_auto_choose_for_request (engine, self->asked->chat, rest, error);
}

/* (transfer full) (nullable): with the choice of Q, if it is one */
static TdCall *
make_call (Chat     *self,
           TdModel  *model,
           GError  **error)
{
  TdEngine *engine = td_gateway_get_engine (self->gateway);
  TdChatRequest *request = self->asked->chat;
  g_autoptr (TdAutoChoice) choice = NULL;
  const char *key;
  TdCall *call;

  if (!model)
    choice = choose (self, error);
  if (!model && !choice)
    return NULL;
  key = model ? td_model_get_key (model) : choice->model_key;
  td_dialect_call_forget_others (self->asked, key);
  call = td_call_new (engine, td_chat_request_copy (request), key);
  if (choice)
    td_call_take_choice (call, g_steal_pointer (&choice));
  return call;
}

/* How long the prompt is; nothing is sent anywhere. */
static void
reply_count (Chat    *self,
             TdModel *model)
{
  TdEngine *engine = td_gateway_get_engine (self->gateway);
  g_autoptr (TdTokenRuler) ruler = td_engine_new_ruler (engine, td_model_get_facts (model));
  TdTokenCount count = td_prompt_count (self->asked->chat, ruler);
  g_autoptr (GBytes) body = td_dialect_anthropic_write_count (count.tokens);

  td_gateway_request_reply (self->request, MHD_HTTP_OK, "application/json", body);
}

/* Nobody has to be asked for a model to be ready. */
static void
reply_ready (Chat    *self,
             TdModel *model)
{
  TdReplyHead head = { .id = td_gateway_request_get_id (self->request),
                       .created_us = td_clock_now_us (),
                       .model = td_model_get_key (model),
                       .prompt_tokens = -1 };
  g_autoptr (GBytes) body = NULL;

  self->reply = td_dialect_reply_new (self->dialect, self->asked, &head);
  td_dialect_reply_end (self->reply, NULL, self->out);
  body = g_bytes_new (self->out->data, self->out->len);
  td_gateway_request_reply (self->request, MHD_HTTP_OK,
                            td_dialect_reply_get_content_type (self->reply), body);
}

static void
run_call (Chat    *self,
          TdModel *model)
{
  g_autoptr (GError) error = NULL;

  self->call = make_call (self, model, &error);
  if (!self->call)
    {
      fail (self, td_fault_from_error (error));
      return;
    }
  self->reason = td_call_dup_reason (self->call);
  td_call_set_client (self->call, td_gateway_request_get_client (self->request));
  td_call_set_event_func (self->call, event_cb, self);
  td_gateway_begin_job (self->gateway);
  td_call_run_async (self->call, called_cb, chat_ref (self));
}

/* (transfer none) (nullable): a model where one is needed to go by, though Q is to choose */
static TdModel *
choose_model (Chat    *self,
              GError **error)
{
  TdEngine *engine = td_gateway_get_engine (self->gateway);
  g_autoptr (TdAutoChoice) choice = choose (self, error);

  return choice ? td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (engine)),
                                           choice->model_key)
                : NULL;
}

static void
run (Chat *self)
{
  gboolean counts = self->dialect == td_dialect_anthropic_count ();
  TdFault *fault = NULL;
  TdModel *model = td_gateway_resolve_model (td_gateway_get_engine (self->gateway),
                                             self->asked->chat->model, &fault);
  g_autoptr (GError) error = NULL;

  if (!model && !fault && (counts || self->asked->only_loads))
    {
      model = choose_model (self, &error);
      if (!model)
        fault = td_fault_from_error (error);
    }
  if (fault)
    fail (self, fault);
  else if (counts)
    reply_count (self, model);
  else if (self->asked->only_loads)
    reply_ready (self, model);
  else
    run_call (self, model);
}

static void
take_asked (Chat          *self,
            TdDialectCall *asked,
            TdFault       *fault)
{
  self->asked = asked;
  if (self->gone)
    g_clear_pointer (&fault, td_fault_free);
  else if (!asked)
    fail (self, fault);
  else
    run (self);
}

typedef struct
{
  const TdDialect *dialect;
  GBytes *body;          /* (owned) */
  TdDialectCall *asked;  /* (owned) (nullable) */
  TdFault *fault;        /* (owned) (nullable) */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_bytes_unref (reading->body);
  g_clear_pointer (&reading->asked, td_dialect_call_free);
  g_clear_pointer (&reading->fault, td_fault_free);
  g_free (reading);
}

static void
read_on_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  Reading *reading = data;

  reading->asked = td_dialect_read (reading->dialect, reading->body, &reading->fault);
  g_task_return_boolean (task, TRUE);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (Chat) self = user_data;
  Reading *reading = g_task_get_task_data (G_TASK (result));

  take_asked (self, g_steal_pointer (&reading->asked), g_steal_pointer (&reading->fault));
}

static void
read_elsewhere (Chat   *self,
                GBytes *body)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, read_cb, chat_ref (self));
  Reading *reading = g_new0 (Reading, 1);

  reading->dialect = self->dialect;
  reading->body = g_bytes_ref (body);
  g_task_set_source_tag (task, read_elsewhere);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_on_thread);
}

/**
 * td_gateway_chat:
 * @self: a gateway
 * @request: a request of a client
 * @dialect: the dialect it is in
 *
 * Answers it, metered like every reply.
 */
void
td_gateway_chat (TdGateway        *self,
                 TdGatewayRequest *request,
                 const TdDialect  *dialect)
{
  g_autoptr (Chat) chat = g_new0 (Chat, 1);
  GBytes *body = td_gateway_request_get_body (request);
  TdFault *fault = NULL;

  g_ref_count_init (&chat->ref_count);
  chat->gateway = g_object_ref (self);
  chat->request = td_gateway_request_ref (request);
  chat->dialect = dialect;
  chat->out = g_byte_array_new ();
  td_gateway_request_set_owner (request, gone_cb, drained_cb, chat);
  if (g_bytes_get_size (body) > MAX_READ_HERE)
    {
      read_elsewhere (chat, body);
    }
  else
    {
      TdDialectCall *asked = td_dialect_read (dialect, body, &fault);

      take_asked (chat, asked, fault);
    }
}
