/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The documented calls and no more: POST /v1/checkout/sessions with an Idempotency-Key,
 * GET /v1/checkout/sessions/ID, and GET /v1/refunds of its payment intent. Fields are form-encoded,
 * answers are JSON, amounts are cents.
 */
#include "config.h"

#include "wallet/td-payment-stripe.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "base/td-http.h"
#include "base/td-json-read.h"

#define MAX_BYTES   (256 * 1024)
#define NANO_A_CENT (TD_MONEY_PER_DOLLAR / 100)
#define LEAST_CENTS 50       /* Stripe's own limits for dollars */
#define MOST_CENTS  99999999
#define MAX_REFUNDS 100      /* in one answer */
#define PRODUCT     "Top Dog funds"

struct _TdPaymentStripe
{
  GObject parent_instance;

  SoupSession *session;   /* (owned) */
  char *base_url;         /* (owned): without a slash at its end */
  char *return_url;       /* (owned) */
  char *key;              /* (owned): wiped at the end */
};

/* A question that takes one or two calls. */
typedef struct
{
  TdPayment *payment;       /* (owned) */
  TdPaymentAnswer *answer;  /* (owned) (nullable): once the session was read */
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  td_payment_free (self->payment);
  td_payment_answer_free (self->answer);
  g_free (self);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static gboolean
td_payment_stripe_takes (TdPaymentMethod  *method,
                         TdMoney           amount,
                         GError          **error)
{
  if (amount % NANO_A_CENT == 0 && amount / NANO_A_CENT >= LEAST_CENTS &&
      amount / NANO_A_CENT <= MOST_CENTS)
    return TRUE;
  g_set_error_literal (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_AMOUNT,
                       "cards take whole cents from half a dollar up to a million dollars");
  return FALSE;
}

static SoupMessage *
create_message (TdPaymentStripe  *self,
                const char       *method,
                const char       *path,
                GError          **error)
{
  g_autofree char *url = g_strconcat (self->base_url, path, NULL);
  char *bearer = g_strconcat ("Bearer ", self->key, NULL);
  SoupMessage *message = td_http_message_new (method, url, error);

  if (message)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                  bearer);
  gnutls_memset (bearer, 0, strlen (bearer));
  g_free (bearer);
  return message;
}

/* What is wrong is told without what was sent. An error page need not be JSON. */
static GError *
make_error (SoupMessage     *message,
            const TdJsonDoc *document)
{
  const TdJson *said =
    document ? td_json_get_path (td_json_doc_get_root (document), "error") : NULL;
  const char *code = td_json_member_string (said, "code");
  const char *type = td_json_member_string (said, "type");
  guint status = soup_message_get_status (message);

  if (status >= 500 || status == 429 || status == 409)
    return g_error_new (TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_UNREACHABLE,
                        "it answered with status %u", status);
  return g_error_new (TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_REFUSED, "status %u, %s", status,
                      code ? code : type ? type
                                         : "without a reason");
}

static TdJsonDoc *
read_reply (SoupSession   *session,
            GAsyncResult  *result,
            SoupMessage   *message,
            GError       **error)
{
  const TdJsonLimits limits = { MAX_BYTES, 16 };
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) body = td_http_fetch_finish (session, result, &local_error);
  g_autoptr (TdJsonDoc) document = NULL;

  if (!body)
    {
      g_set_error (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_UNREACHABLE, "%s",
                   local_error->message);
      return NULL;
    }
  document = td_json_doc_parse_bytes (body, &limits, &local_error);
  if (soup_message_get_status (message) != SOUP_STATUS_OK)
    {
      g_propagate_error (error, make_error (message, document));
      return NULL;
    }
  if (!document)
    g_set_error (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_UNREACHABLE, "%s", local_error->message);
  return g_steal_pointer (&document);
}

/* ---- reading --------------------------------------------------------------------------------- */

static TdMoney
read_amount (const TdJson *object,
             const char   *name)
{
  gint64 cents = td_json_member_int64 (object, name, -1);

  return cents >= 0 && cents <= MOST_CENTS ? cents * NANO_A_CENT : TD_MONEY_UNKNOWN;
}

/* The page is opened in a browser: only an address of the web may be. */
static gboolean
is_page (const char *address)
{
  g_autoptr (GUri) uri = address ? g_uri_parse (address, G_URI_FLAGS_NONE, NULL) : NULL;

  if (!uri || !g_uri_get_host (uri) || *g_uri_get_host (uri) == '\0')
    return FALSE;
  return g_str_equal (g_uri_get_scheme (uri), "https") ||
         (g_str_equal (g_uri_get_scheme (uri), "http") && td_http_host_is_loopback (address));
}

/* It goes into an address, so it is letters, digits and underscores only. */
static gboolean
is_id (const char *text,
       const char *prefix)
{
  return text && g_str_has_prefix (text, prefix) && strlen (text) <= 255 &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
           strlen (text);
}

static TdPaymentAnswer *
read_session (const TdJson *session)
{
  TdPaymentAnswer *answer = td_payment_answer_new ();
  const char *id = td_json_member_string (session, "id");
  const char *page = td_json_member_string (session, "url");
  const char *intent = td_json_member_string (session, "payment_intent");
  const char *status = td_json_member_string (session, "status");

  if (g_strcmp0 (td_json_member_string (session, "object"), "checkout.session") != 0 ||
      g_strcmp0 (td_json_member_string (session, "mode"), "payment") != 0)
    return answer;
  answer->reference = is_id (id, "cs_") ? g_strdup (id) : NULL;
  answer->page = is_page (page) ? g_strdup (page) : NULL;
  answer->intent = is_id (intent, "pi_") ? g_strdup (intent) : NULL;
  answer->token = g_strdup (td_json_member_string (session, "client_reference_id"));
  answer->currency = g_strdup (td_json_member_string (session, "currency"));
  answer->amount = read_amount (session, "amount_total");
  answer->paid = g_strcmp0 (status, "complete") == 0 && answer->intent != NULL &&
                 g_strcmp0 (td_json_member_string (session, "payment_status"), "paid") == 0;
  answer->ended = g_strcmp0 (status, "expired") == 0;
  return answer;
}

/* Refunds that failed, or that are under way, took nothing back. */
static gboolean
read_refunds (const TdJson     *list,
              TdPaymentAnswer  *answer,
              GError          **error)
{
  const TdJson *data = td_json_get_member (list, "data");

  if (td_json_get_type (data) != TD_JSON_ARRAY || td_json_member_bool (list, "has_more", FALSE))
    {
      g_set_error_literal (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_UNREACHABLE,
                           "the refunds cannot be read");
      return FALSE;
    }
  for (guint i = 0; i < td_json_get_length (data); i++)
    {
      const TdJson *refund = td_json_get_element (data, i);
      const char *id = td_json_member_string (refund, "id");

      if (g_strcmp0 (td_json_member_string (refund, "status"), "succeeded") != 0)
        continue;
      if (!is_id (id, "re_") ||
          g_strcmp0 (td_json_member_string (refund, "payment_intent"), answer->intent) != 0)
        {
          g_set_error_literal (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_MISMATCH,
                               "a refund of another payment");
          return FALSE;
        }
      td_payment_answer_add_refund (answer, id, td_json_member_string (refund, "currency"),
                                    read_amount (refund, "amount"));
    }
  return TRUE;
}

/* ---- the calls ------------------------------------------------------------------------------- */

static void
refunds_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  SoupMessage *message = g_object_get_data (G_OBJECT (task), "message");
  GError *error = NULL;
  g_autoptr (TdJsonDoc) document = read_reply (SOUP_SESSION (source), result, message, &error);

  if (!document || !read_refunds (td_json_doc_get_root (document), question->answer, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&question->answer),
                           (GDestroyNotify) td_payment_answer_free);
}

static void
send_message (TdPaymentStripe     *self,
              SoupMessage         *message,
              GAsyncReadyCallback  callback,
              GTask               *task)
{
  g_object_set_data_full (G_OBJECT (task), "message", message, g_object_unref);
  td_http_message_set_silence_ms (message, 20000);
  td_http_message_set_total_ms (message, 60000);
  td_http_fetch_async (self->session, message, MAX_BYTES, g_task_get_cancellable (task), callback,
                       task);
}

/* Only of what was paid: nothing else can go back. */
static void
ask_refunds (TdPaymentStripe *self,
             GTask           *task)
{
  Question *question = g_task_get_task_data (task);
  g_autofree char *path = g_strdup_printf ("/v1/refunds?payment_intent=%s&limit=%d",
                                           question->answer->intent, MAX_REFUNDS);
  GError *error = NULL;
  SoupMessage *message = create_message (self, SOUP_METHOD_GET, path, &error);

  if (message)
    {
      send_message (self, message, refunds_cb, task);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
session_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdPaymentStripe *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  SoupMessage *message = g_object_get_data (G_OBJECT (task), "message");
  GError *error = NULL;
  g_autoptr (TdJsonDoc) document = read_reply (SOUP_SESSION (source), result, message, &error);

  if (!document)
    {
      g_task_return_error (task, error);
      return;
    }
  question->answer = read_session (td_json_doc_get_root (document));
  /* Nothing more is asked on the word of an answer that is not of this payment. */
  if (!td_payment_judge (question->payment, question->answer, &error))
    g_task_return_error (task, error);
  else if (question->answer->paid)
    ask_refunds (self, g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_steal_pointer (&question->answer),
                           (GDestroyNotify) td_payment_answer_free);
}

static GTask *
start (TdPaymentMethod     *method,
       const TdPayment     *payment,
       GCancellable        *cancellable,
       gpointer             tag,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  GTask *task = g_task_new (method, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->payment = td_payment_copy (payment);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, question, question_free);
  return task;
}

static char *
encode_fields (TdPaymentStripe *self,
               const TdPayment *payment)
{
  g_autofree char *cents = g_strdup_printf ("%" G_GINT64_FORMAT, payment->amount / NANO_A_CENT);

  return soup_form_encode ("mode", "payment",
                           "client_reference_id", payment->token,
                           "line_items[0][quantity]", "1",
                           "line_items[0][price_data][currency]", payment->currency,
                           "line_items[0][price_data][unit_amount]", cents,
                           "line_items[0][price_data][product_data][name]", PRODUCT,
                           "success_url", self->return_url,
                           "cancel_url", self->return_url,
                           NULL);
}

static void
td_payment_stripe_begin_async (TdPaymentMethod     *method,
                               const TdPayment     *payment,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  TdPaymentStripe *self = TD_PAYMENT_STRIPE (method);
  g_autoptr (GTask) task =
    start (method, payment, cancellable, td_payment_stripe_begin_async, callback, user_data);
  char *fields = encode_fields (self, payment);
  g_autoptr (GBytes) body = g_bytes_new_take (fields, strlen (fields));
  GError *error = NULL;
  SoupMessage *message = create_message (self, SOUP_METHOD_POST, "/v1/checkout/sessions", &error);

  if (!message)
    {
      g_task_return_error (task, error);
      return;
    }
  soup_message_headers_replace (soup_message_get_request_headers (message), "Idempotency-Key",
                                payment->token);
  td_http_message_set_body (message, "application/x-www-form-urlencoded", body);
  send_message (self, message, session_cb, g_steal_pointer (&task));
}

static void
td_payment_stripe_check_async (TdPaymentMethod     *method,
                               const TdPayment     *payment,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task =
    start (method, payment, cancellable, td_payment_stripe_check_async, callback, user_data);
  g_autofree char *path = g_strconcat ("/v1/checkout/sessions/", payment->reference, NULL);
  GError *error = NULL;
  SoupMessage *message = NULL;

  if (is_id (payment->reference, "cs_"))
    message = create_message (TD_PAYMENT_STRIPE (method), SOUP_METHOD_GET, path, &error);
  else
    error =
      g_error_new_literal (TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_MISMATCH, "not a session of Stripe");
  if (message)
    send_message (TD_PAYMENT_STRIPE (method), message, session_cb, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static TdPaymentAnswer *
td_payment_stripe_finish (TdPaymentMethod  *method,
                          GAsyncResult     *result,
                          GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, method), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
td_payment_stripe_method_init (TdPaymentMethodInterface *iface)
{
  iface->takes = td_payment_stripe_takes;
  iface->begin_async = td_payment_stripe_begin_async;
  iface->check_async = td_payment_stripe_check_async;
  iface->finish = td_payment_stripe_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TdPaymentStripe,
                               td_payment_stripe,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TD_TYPE_PAYMENT_METHOD,
                                                      td_payment_stripe_method_init))

static void
td_payment_stripe_finalize (GObject *object)
{
  TdPaymentStripe *self = TD_PAYMENT_STRIPE (object);

  g_object_unref (self->session);
  g_free (self->base_url);
  g_free (self->return_url);
  gnutls_memset (self->key, 0, strlen (self->key));
  g_free (self->key);

  G_OBJECT_CLASS (td_payment_stripe_parent_class)->finalize (object);
}

static void
td_payment_stripe_class_init (TdPaymentStripeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_payment_stripe_finalize;
}

static void
td_payment_stripe_init (TdPaymentStripe *self)
{
}

/**
 * td_payment_stripe_new:
 * @session: for the calls
 * @setup: where Stripe is asked, and where the payer's browser goes afterwards
 * @secret_key: the operator's
 *
 * Returns: (transfer full): the method
 */
TdPaymentMethod *
td_payment_stripe_new (SoupSession          *session,
                       const TdPaymentSetup *setup,
                       const char           *secret_key)
{
  TdPaymentStripe *self;
  gsize length;

  g_return_val_if_fail (SOUP_IS_SESSION (session), NULL);
  g_return_val_if_fail (setup != NULL && secret_key != NULL, NULL);

  self = g_object_new (TD_TYPE_PAYMENT_STRIPE, NULL);
  self->session = g_object_ref (session);
  self->base_url = g_strdup (setup->base_url);
  length = strlen (self->base_url);
  while (length > 0 && self->base_url[length - 1] == '/')
    self->base_url[--length] = '\0';
  self->return_url = g_strdup (setup->return_url);
  self->key = g_strdup (secret_key);
  return TD_PAYMENT_METHOD (self);
}
