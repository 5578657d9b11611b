/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Payments against a server that does what the documented API of Stripe says, and against one that
 * loses, doubles, reorders and forges.
 */
#include "config.h"

#include <string.h>

#include "base/td-clock.h"
#include "base/td-http.h"
#include "base/td-json-write.h"
#include "engine/td-payments.h"
#include "wallet/td-payment-stripe.h"
#include "wallet/wallet-fixture.h"

#define KEY "sk_test_canary_4242424242424242"

/* ---- a vault in memory ----------------------------------------------------------------------- */

#define TEST_TYPE_VAULT (test_vault_get_type ())
G_DECLARE_FINAL_TYPE (TestVault, test_vault, TEST, VAULT, GObject)

struct _TestVault
{
  GObject parent_instance;

  GHashTable *secrets;
};

static void
test_vault_store_async (TdVault             *vault,
                        const char          *secret_id,
                        const char          *label,
                        const char          *secret,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (vault, cancellable, callback, user_data);

  g_hash_table_insert (TEST_VAULT (vault)->secrets, g_strdup (secret_id), g_strdup (secret));
  g_task_return_boolean (task, TRUE);
}

static gboolean
test_vault_store_finish (TdVault       *vault,
                         GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
test_vault_lookup_async (TdVault             *vault,
                         const char          *secret_id,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (vault, cancellable, callback, user_data);
  const char *secret = g_hash_table_lookup (TEST_VAULT (vault)->secrets, secret_id);

  if (secret)
    g_task_return_pointer (task, g_strdup (secret), g_free);
  else
    g_task_return_new_error_literal (task, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND, "gone");
}

static char *
test_vault_lookup_finish (TdVault       *vault,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_vault_vault_init (TdVaultInterface *iface)
{
  iface->store_async = test_vault_store_async;
  iface->store_finish = test_vault_store_finish;
  iface->lookup_async = test_vault_lookup_async;
  iface->lookup_finish = test_vault_lookup_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestVault,
                               test_vault,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TD_TYPE_VAULT, test_vault_vault_init))

static void
test_vault_finalize (GObject *object)
{
  g_hash_table_unref (TEST_VAULT (object)->secrets);
  G_OBJECT_CLASS (test_vault_parent_class)->finalize (object);
}

static void
test_vault_class_init (TestVaultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_vault_finalize;
}

static void
test_vault_init (TestVault *self)
{
  self->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* ---- the server ------------------------------------------------------------------------------ */

typedef struct
{
  char *id, *token, *currency;
  gint64 cents;
  gboolean paid, expired;
  GString *refunds; /* elements of the list */
} Session;

/* How it lies. Each text takes the place of the member's value in JSON. */
typedef struct
{
  const char *id, *token, *currency, *amount, *status, *payment_status, *object, *intent, *refunds;
} Lie;

typedef struct
{
  SoupServer *server;
  char *url;
  GPtrArray *sessions;       /* (element-type Session) */
  GHashTable *by_key;        /* idempotency key: Session, not owned */
  guint n_posts;
  guint n_lost;              /* answers to come that get lost */
  const Lie *lie;            /* (nullable) */
  char *last_fields;
} Stripe;

static void
session_free (gpointer data)
{
  Session *session = data;

  g_free (session->id);
  g_free (session->token);
  g_free (session->currency);
  g_string_free (session->refunds, TRUE);
  g_free (session);
}

static char *
quote (const char *lie,
       const char *truth)
{
  return lie ? g_strdup (lie) : truth ? g_strdup_printf ("\"%s\"", truth)
                                      : g_strdup ("null");
}

static char *
describe (Stripe  *self,
          Session *session)
{
  static const Lie truth;
  const Lie *lie = self->lie ? self->lie : &truth;
  g_autofree char *id = quote (lie->id, session->id);
  g_autofree char *token = quote (lie->token, session->token);
  g_autofree char *currency = quote (lie->currency, session->currency);
  g_autofree char *cents = g_strdup_printf ("%" G_GINT64_FORMAT, session->cents);
  g_autofree char *status =
    quote (lie->status, session->paid ? "complete" : session->expired ? "expired"
                                                                      : "open");
  g_autofree char *payment_status = quote (lie->payment_status, session->paid ? "paid" : "unpaid");
  g_autofree char *object = quote (lie->object, "checkout.session");
  g_autofree char *intent_id = g_strconcat ("pi_", session->id, NULL);
  g_autofree char *intent = quote (lie->intent, session->paid ? intent_id : NULL);

  return g_strdup_printf (
    "{\"id\":%s,\"object\":%s,\"mode\":\"payment\",\"amount_total\":%s,\"currency\":%s,"
    "\"client_reference_id\":%s,\"status\":%s,\"payment_status\":%s,\"payment_intent\":%s,"
    "\"livemode\":false,\"url\":%s%s%s}",
    id, object, lie->amount ? lie->amount : cents, currency, token, status, payment_status, intent,
    session->paid ? "null" : "\"https://checkout.example/pay/", session->paid ? "" : session->id,
    session->paid ? "" : "\"");
}

static void
reply (SoupServerMessage *message,
       guint              status,
       const char        *json)
{
  soup_server_message_set_status (message, status, NULL);
  soup_message_body_truncate (soup_server_message_get_response_body (message));
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, json,
                                    strlen (json));
}

static void
create_session (Stripe            *self,
                SoupServerMessage *message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GHashTable) fields = soup_form_decode (text);
  const char *key = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                  "Idempotency-Key");
  Session *session = key ? g_hash_table_lookup (self->by_key, key) : NULL;
  const char *cents = g_hash_table_lookup (fields, "line_items[0][price_data][unit_amount]");
  g_autofree char *json = NULL;

  g_set_str (&self->last_fields, text);
  self->n_posts++;
  if (!session)
    {
      session = g_new0 (Session, 1);
      session->id = g_strdup_printf ("cs_test_%u", self->sessions->len + 1);
      session->token = g_strdup (g_hash_table_lookup (fields, "client_reference_id"));
      session->currency =
        g_strdup (g_hash_table_lookup (fields, "line_items[0][price_data][currency]"));
      session->cents = cents ? g_ascii_strtoll (cents, NULL, 10) : 0;
      session->refunds = g_string_new (NULL);
      g_ptr_array_add (self->sessions, session);
      if (key)
        g_hash_table_insert (self->by_key, g_strdup (key), session);
    }
  json = describe (self, session);
  reply (message, 200, json);
}

static void
stripe_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Stripe *self = user_data;
  const char *key = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                  "Authorization");
  const char *intent = query ? g_hash_table_lookup (query, "payment_intent") : NULL;

  if (g_strcmp0 (key, "Bearer " KEY) != 0)
    {
      reply (message, 401,
             "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Invalid API Key\"}}");
      return;
    }
  if (g_str_equal (path, "/v1/checkout/sessions") &&
      soup_server_message_get_method (message) == SOUP_METHOD_POST)
    create_session (self, message);
  else
    reply (message, 404,
           "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"resource_missing\"}}");
  for (guint i = 0; i < self->sessions->len; i++)
    {
      Session *session = g_ptr_array_index (self->sessions, i);
      g_autofree char *its_path = g_strconcat ("/v1/checkout/sessions/", session->id, NULL);
      g_autofree char *its_intent = g_strconcat ("pi_", session->id, NULL);
      g_autofree char *json = NULL;

      if (g_str_equal (path, its_path))
        json = describe (self, session);
      else if (g_str_equal (path, "/v1/refunds") && g_strcmp0 (intent, its_intent) == 0)
        json = self->lie && self->lie->refunds
                 ? g_strdup (self->lie->refunds)
                 : g_strdup_printf ("{\"object\":\"list\",\"has_more\":false,\"data\":[%s]}",
                                    session->refunds->str);
      if (json)
        reply (message, 200, json);
    }
  if (self->n_lost > 0)
    {
      self->n_lost--;
      reply (message, 500, "<html>gateway trouble</html>");
    }
}

static void
add_refund (Session    *session,
            const char *id,
            gint64      cents,
            const char *status)
{
  g_string_append_printf (session->refunds,
                          "%s{\"id\":\"%s\",\"object\":\"refund\",\"amount\":%" G_GINT64_FORMAT
                          ",\"currency\":\"usd\",\"payment_intent\":\"pi_%s\",\"status\":\"%s\"}",
                          session->refunds->len > 0 ? "," : "", id, cents, session->id, status);
}

/* ---- the fixture ----------------------------------------------------------------------------- */

typedef struct
{
  Stripe stripe;
  char *path;
  TdDatabase *database;
  TdVault *vault;
  TdKeyRing *key_ring;
  SoupSession *session;
  TdWallet *wallet;
  TdPayments *payments;
} Fixture;

static void
add_key (Fixture    *fixture,
         const char *key)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (TdApiKey) added = NULL;
  g_autoptr (GError) error = NULL;

  td_key_ring_add_async (fixture->key_ring, TD_METHOD_STRIPE, NULL, key, NULL, td_test_ready,
                         &call);
  added = td_key_ring_add_finish (fixture->key_ring, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static GError *
set_up_method (Fixture    *fixture,
               const char *base_url,
               const char *return_url)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  GError *error = NULL;

  td_payments_set_up_async (fixture->payments, TD_METHOD_STRIPE, base_url, return_url, NULL,
                            td_test_ready, &call);
  td_payments_set_up_finish (fixture->payments, td_test_wait (&call), &error);
  return error;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->stripe.server = soup_server_new (NULL, NULL);
  fixture->stripe.sessions = g_ptr_array_new_with_free_func (session_free);
  fixture->stripe.by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  soup_server_add_handler (fixture->stripe.server, NULL, stripe_cb, &fixture->stripe, NULL);
  g_assert_true (soup_server_listen_local (fixture->stripe.server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY,
                                           &error));
  uris = soup_server_get_uris (fixture->stripe.server);
  fixture->stripe.url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  fixture->path = g_build_filename (folder, "topdog.db", NULL);
  fixture->database = wallet_open_database (fixture->path);
  fixture->vault = g_object_new (TEST_TYPE_VAULT, NULL);
  fixture->key_ring = td_key_ring_new (fixture->database, fixture->vault);
  fixture->session = td_http_session_new ();
  fixture->wallet = td_wallet_new (fixture->database, TD_WALLET_FIRST);
  fixture->payments =
    td_payments_new (fixture->wallet, fixture->database, fixture->key_ring, fixture->session);
  add_key (fixture, KEY);
  g_assert_no_error (set_up_method (fixture, fixture->stripe.url,
                                    "https://operator.example/thanks"));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  g_object_unref (fixture->payments);
  g_object_unref (fixture->wallet);
  g_object_unref (fixture->key_ring);
  g_object_unref (fixture->vault);
  soup_session_abort (fixture->session);
  g_object_unref (fixture->session);
  td_database_close (fixture->database);
  g_object_unref (fixture->database);
  g_free (fixture->path);
  g_object_unref (fixture->stripe.server);
  g_ptr_array_unref (fixture->stripe.sessions);
  g_hash_table_unref (fixture->stripe.by_key);
  g_free (fixture->stripe.url);
  g_free (fixture->stripe.last_fields);
}

static TdPayment *
begin (Fixture     *fixture,
       const char  *method,
       TdMoney      amount,
       GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_payments_begin_async (fixture->payments, method, amount, "November", NULL, td_test_ready,
                           &call);
  return td_payments_finish (fixture->payments, td_test_wait (&call), error);
}

static TdPayment *
check (Fixture  *fixture,
       gint64    id,
       GError  **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_payments_check_async (fixture->payments, id, NULL, td_test_ready, &call);
  return td_payments_finish (fixture->payments, td_test_wait (&call), error);
}

static void
assert_state (Fixture        *fixture,
              gint64          id,
              TdPaymentState  state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdPayment) payment = check (fixture, id, &error);

  g_assert_no_error (error);
  g_assert_cmpint (payment->state, ==, state);
}

/* The balance and how many transactions made it, of a ledger that is sound. */
static gpointer
read_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  gint64 *figures = g_new0 (gint64, 2);

  wallet_assert_sound (connection);
  figures[0] = wallet_read (connection).balances.of[TD_LEDGER_WALLET];
  figures[1] = wallet_count (connection, "SELECT count (*) FROM ledger_transaction");
  return figures;
}

static void
assert_balance (Fixture *fixture,
                TdMoney  balance,
                gint64   n_transactions)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autofree gint64 *figures = NULL;
  g_autoptr (GError) error = NULL;

  td_database_run_async (fixture->database, G_PRIORITY_DEFAULT, read_on_thread, NULL, NULL, g_free,
                         NULL, td_test_ready, &call);
  figures = td_database_run_finish (fixture->database, td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpint (figures[0], ==, balance);
  g_assert_cmpint (figures[1], ==, n_transactions);
}

static Session *
get_session (Fixture *fixture,
             guint    index)
{
  g_assert_cmpuint (index, <, fixture->stripe.sessions->len);
  return g_ptr_array_index (fixture->stripe.sessions, index);
}

/* ---- what goes well -------------------------------------------------------------------------- */

static void
test_budget (Fixture       *fixture,
             gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_BUDGET, 7 * DOLLAR, &error);

  g_assert_no_error (error);
  g_assert_cmpint (payment->state, ==, TD_PAYMENT_PAID);
  g_assert_null (payment->page);
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, 7 * DOLLAR, 1);
  g_assert_cmpuint (fixture->stripe.n_posts, ==, 0);
}

static void
test_paid (Fixture       *fixture,
           gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, 2050 * CENT, &error);
  g_autoptr (GHashTable) fields = NULL;

  g_assert_no_error (error);
  fields = soup_form_decode (fixture->stripe.last_fields);
  g_assert_cmpstr (g_hash_table_lookup (fields, "mode"), ==, "payment");
  g_assert_cmpstr (g_hash_table_lookup (fields, "line_items[0][quantity]"), ==, "1");
  g_assert_cmpstr (g_hash_table_lookup (fields, "line_items[0][price_data][unit_amount]"), ==,
                   "2050");
  g_assert_cmpstr (g_hash_table_lookup (fields, "line_items[0][price_data][currency]"), ==, "usd");
  g_assert_cmpstr (g_hash_table_lookup (fields, "success_url"), ==,
                   "https://operator.example/thanks");
  g_assert_cmpstr (payment->page, ==, "https://checkout.example/pay/cs_test_1");

  /* The browser may come back from the page as often as it likes: what counts is what Stripe says. */
  assert_state (fixture, payment->id, TD_PAYMENT_OPEN);
  assert_balance (fixture, 0, 0);
  get_session (fixture, 0)->paid = TRUE;
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, 2050 * CENT, 1);
  /* Doubled. */
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, 2050 * CENT, 1);
}

static void
test_expired (Fixture       *fixture,
              gconstpointer  unused)
{
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, DOLLAR, NULL);

  get_session (fixture, 0)->expired = TRUE;
  assert_state (fixture, payment->id, TD_PAYMENT_ENDED);
  assert_balance (fixture, 0, 0);
}

static void
test_refunds (Fixture       *fixture,
              gconstpointer  unused)
{
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, 10 * DOLLAR, NULL);
  Session *session = get_session (fixture, 0);

  /* Both are heard of at once: the money came before it went. */
  session->paid = TRUE;
  add_refund (session, "re_1", 300, "succeeded");
  add_refund (session, "re_2", 500, "pending");
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, 7 * DOLLAR, 2);
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, 7 * DOLLAR, 2);
  add_refund (session, "re_3", 100, "succeeded");
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, 6 * DOLLAR, 3);
}

/* ---- what gets lost -------------------------------------------------------------------------- */

static void
test_lost_beginning (Fixture       *fixture,
                     gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdPayment) none = NULL;

  fixture->stripe.n_lost = 1;
  none = begin (fixture, TD_METHOD_STRIPE, DOLLAR, &error);
  g_assert_null (none);
  g_assert_error (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_UNREACHABLE);
  /* The session is there, and only its answer was lost: the same one is asked for again. */
  assert_state (fixture, 1, TD_PAYMENT_OPEN);
  g_assert_cmpuint (fixture->stripe.n_posts, ==, 2);
  g_assert_cmpuint (fixture->stripe.sessions->len, ==, 1);
  get_session (fixture, 0)->paid = TRUE;
  assert_state (fixture, 1, TD_PAYMENT_PAID);
  assert_balance (fixture, DOLLAR, 1);
}

static void
test_lost_confirmation (Fixture       *fixture,
                        gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, DOLLAR, NULL);
  g_autoptr (TdPayment) none = NULL;

  get_session (fixture, 0)->paid = TRUE;
  fixture->stripe.n_lost = 1;
  none = check (fixture, payment->id, &error);
  g_assert_error (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_UNREACHABLE);
  assert_balance (fixture, 0, 0);
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, DOLLAR, 1);
}

/* Nobody knows its page, so nobody paid: it ends, and never begins another one. */
static void
test_lost_for_good (Fixture       *fixture,
                    gconstpointer  unused)
{
  g_autoptr (TdPayment) none = NULL;

  td_clock_freeze (td_clock_now_us ());
  fixture->stripe.n_lost = 1;
  none = begin (fixture, TD_METHOD_STRIPE, DOLLAR, NULL);
  td_clock_freeze (td_clock_now_us () + 24 * G_TIME_SPAN_HOUR);
  assert_state (fixture, 1, TD_PAYMENT_ENDED);
  assert_state (fixture, 1, TD_PAYMENT_ENDED);
  g_assert_cmpuint (fixture->stripe.n_posts, ==, 1);
  assert_balance (fixture, 0, 0);
  td_clock_thaw ();
}

static gboolean
is_balance_6 (gpointer wallet)
{
  return td_wallet_get_balance (wallet) == 6 * DOLLAR;
}

/* After a restart both are asked after: what waits to be paid, and what may have gone back. */
static void
test_resumed (Fixture       *fixture,
              gconstpointer  unused)
{
  g_autoptr (TdPayment) paid = begin (fixture, TD_METHOD_STRIPE, 5 * DOLLAR, NULL);
  g_autoptr (TdPayment) open = begin (fixture, TD_METHOD_STRIPE, 2 * DOLLAR, NULL);
  g_autoptr (TdPayments) next = NULL;

  get_session (fixture, 0)->paid = TRUE;
  assert_state (fixture, paid->id, TD_PAYMENT_PAID);
  get_session (fixture, 1)->paid = TRUE;
  add_refund (get_session (fixture, 0), "re_1", 100, "succeeded");
  next = td_payments_new (fixture->wallet, fixture->database, fixture->key_ring, fixture->session);
  td_payments_resume (next);
  td_test_wait_until (is_balance_6, fixture->wallet, "the money");
  assert_balance (fixture, 6 * DOLLAR, 3);
}

/* An answer that was longer on its way takes nothing back. */
static void
test_reordered (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, DOLLAR, NULL);
  Session *session = get_session (fixture, 0);

  session->paid = TRUE;
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  session->paid = FALSE;
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  session->expired = TRUE;
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, DOLLAR, 1);
}

/* Two programs ask at once. */
static void
test_two_at_once (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, DOLLAR, NULL);
  g_autoptr (TdDatabase) database = wallet_open_database (fixture->path);
  g_autoptr (TdKeyRing) key_ring = td_key_ring_new (database, fixture->vault);
  g_autoptr (TdWallet) wallet = td_wallet_new (database, TD_WALLET_FIRST);
  g_autoptr (TdPayments) other = td_payments_new (wallet, database, key_ring, fixture->session);
  g_auto (TdTestCall) first = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) second = TD_TEST_CALL_INIT;
  g_autoptr (TdPayment) a = NULL;
  g_autoptr (TdPayment) b = NULL;
  Session *session = get_session (fixture, 0);

  session->paid = TRUE;
  add_refund (session, "re_1", 40, "succeeded");
  td_payments_check_async (fixture->payments, payment->id, NULL, td_test_ready, &first);
  td_payments_check_async (other, payment->id, NULL, td_test_ready, &second);
  a = td_payments_finish (fixture->payments, td_test_wait (&first), NULL);
  b = td_payments_finish (other, td_test_wait (&second), NULL);
  g_assert_cmpint (a->state, ==, TD_PAYMENT_PAID);
  g_assert_cmpint (b->state, ==, TD_PAYMENT_PAID);
  assert_balance (fixture, 60 * CENT, 2);
  td_database_close (database);
}

/* ---- what is forged -------------------------------------------------------------------------- */

static void
test_forged (Fixture       *fixture,
             gconstpointer  unused)
{
  static const struct
  {
    const char *name;
    Lie lie;
  } cases[] = {
    { "another session", { .id = "\"cs_test_99\"" } },
    { "no session", { .id = "null" } },
    { "a path instead of an id", { .id = "\"cs_test_1/../2\"" } },
    { "somebody else's", { .token = "\"0000\"" } },
    { "nobody's", { .token = "null" } },
    { "more money", { .amount = "100000" } },
    { "less money", { .amount = "1" } },
    { "a negative amount", { .amount = "-2000" } },
    { "an amount in words", { .amount = "\"1000\"" } },
    { "a fraction", { .amount = "1000.5" } },
    { "beyond 64 bits", { .amount = "18446744073709552616" } },
    { "another currency", { .currency = "\"jpy\"" } },
    { "no currency", { .currency = "null" } },
    { "another object", { .object = "\"event\"" } },
    { "a refund of another payment",
      { .refunds =
          "{\"data\":[{\"id\":\"re_1\",\"amount\":1,\"currency\":\"usd\",\"payment_intent\":\"pi_other\","
          "\"status\":\"succeeded\"}]}" } },
    { "a refund of more than came",
      { .refunds =
          "{\"data\":[{\"id\":\"re_1\",\"amount\":1001,\"currency\":\"usd\",\"payment_intent\":\"pi_cs_test_1\","
          "\"status\":\"succeeded\"}]}" } },
    { "a refund that brings money",
      { .refunds =
          "{\"data\":[{\"id\":\"re_1\",\"amount\":-500,\"currency\":\"usd\",\"payment_intent\":\"pi_cs_test_1\","
          "\"status\":\"succeeded\"}]}" } },
    { "a refund in another currency",
      { .refunds =
          "{\"data\":[{\"id\":\"re_1\",\"amount\":1,\"currency\":\"eur\",\"payment_intent\":\"pi_cs_test_1\","
          "\"status\":\"succeeded\"}]}" } },
    { "refunds that are not all there", { .refunds = "{\"data\":[],\"has_more\":true}" } },
    { "no refunds at all", { .refunds = "{\"data\":7}" } },
  };
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, 10 * DOLLAR, NULL);

  get_session (fixture, 0)->paid = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TdPayment) none = NULL;

      g_test_message ("%s", cases[i].name);
      fixture->stripe.lie = &cases[i].lie;
      none = check (fixture, payment->id, &error);
      g_assert_null (none);
      g_assert_true (error->domain == TD_PAYMENT_ERROR);
      assert_balance (fixture, 0, 0);
    }
  fixture->stripe.lie = NULL;
  assert_state (fixture, payment->id, TD_PAYMENT_PAID);
  assert_balance (fixture, 10 * DOLLAR, 1);
}

/* It says that it is paid, but not so that money came. */
static void
test_not_paid (Fixture       *fixture,
               gconstpointer  unused)
{
  static const Lie lies[] = {
    { .status = "\"complete\"" },
    { .payment_status = "\"paid\"" },
    { .status = "\"complete\"", .payment_status = "\"paid\"", .intent = "null" },
    { .status = "\"complete\"", .payment_status = "\"no_payment_required\"", .intent = "\"pi_1\"" },
    { .status = "\"complete\"", .payment_status = "\"paid\"", .intent = "\"pi_1&limit=0\"" },
  };
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, 10 * DOLLAR, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++)
    {
      fixture->stripe.lie = &lies[i];
      assert_state (fixture, payment->id, TD_PAYMENT_OPEN);
      assert_balance (fixture, 0, 0);
    }
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void
test_amounts (Fixture       *fixture,
              gconstpointer  unused)
{
  static const TdMoney amounts[] = {
    0, -DOLLAR, 49 * CENT, DOLLAR + 1, 1000000 * DOLLAR, G_MAXINT64
  };

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, amounts[i], &error);

      g_assert_error (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_AMOUNT);
    }
  g_assert_cmpuint (fixture->stripe.n_posts, ==, 0);
}

static void
test_set_up (Fixture       *fixture,
             gconstpointer  unused)
{
  static const char *const bad[] = { "http://pay.example", "ftp://127.0.0.1", "nonsense",
                                     "https://", "https://u:p@pay.example" };
  g_autoptr (GError) gone = NULL;
  g_autoptr (GError) wrong_key = NULL;
  g_autoptr (TdPayment) none = NULL;
  g_autoptr (TdPayment) nothing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = set_up_method (fixture, bad[i], "https://operator.example");
      g_autoptr (GError) other = set_up_method (fixture, NULL, bad[i]);

      g_assert_error (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_NOT_SET_UP);
      g_assert_error (other, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_NOT_SET_UP);
    }
  g_hash_table_remove_all (TEST_VAULT (fixture->vault)->secrets);
  nothing = begin (fixture, TD_METHOD_STRIPE, DOLLAR, &wrong_key);
  g_assert_error (wrong_key, TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND);
  g_assert_no_error (set_up_method (fixture, NULL, NULL));
  none = begin (fixture, TD_METHOD_STRIPE, DOLLAR, &gone);
  g_assert_error (gone, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_NOT_SET_UP);
}

static void
test_wrong_key (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdPayment) none = NULL;
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, TEST_VAULT (fixture->vault)->secrets);
  g_assert_true (g_hash_table_iter_next (&iter, &id, NULL));
  g_hash_table_iter_replace (&iter, g_strdup ("sk_test_wrong"));
  none = begin (fixture, TD_METHOD_STRIPE, DOLLAR, &error);
  g_assert_error (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_REFUSED);
  g_assert_null (strstr (error->message, "sk_test"));
}

/* Nothing but the vault has the key. */
static void
test_key_is_not_kept (Fixture       *fixture,
                      gconstpointer  unused)
{
  g_autoptr (TdPayment) payment = begin (fixture, TD_METHOD_STRIPE, DOLLAR, NULL);
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (payment);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *contents = NULL;
      gsize length = 0;

      if (g_file_get_contents (path, &contents, &length, NULL))
        g_assert_null (g_strstr_len (contents, (gssize) length, "canary"));
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/payments/budget", test_budget);
  ADD ("/payments/paid", test_paid);
  ADD ("/payments/expired", test_expired);
  ADD ("/payments/refunds", test_refunds);
  ADD ("/payments/lost-beginning", test_lost_beginning);
  ADD ("/payments/lost-confirmation", test_lost_confirmation);
  ADD ("/payments/lost-for-good", test_lost_for_good);
  ADD ("/payments/resumed", test_resumed);
  ADD ("/payments/reordered", test_reordered);
  ADD ("/payments/two-at-once", test_two_at_once);
  ADD ("/payments/forged", test_forged);
  ADD ("/payments/not-paid", test_not_paid);
  ADD ("/payments/amounts", test_amounts);
  ADD ("/payments/set-up", test_set_up);
  ADD ("/payments/wrong-key", test_wrong_key);
  ADD ("/payments/key-is-not-kept", test_key_is_not_kept);
  return g_test_run ();
}
