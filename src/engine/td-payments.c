/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A payment goes through the same steps whether it is begun or asked after, whatever the method: it
 * is in the database, the method is made ready, it is asked, and its answer is judged and booked in
 * one transaction.
 */
#include "config.h"

#include "engine/td-payments.h"

#include "base/td-clock.h"
#include "base/td-http.h"
#include "wallet/td-payment-stripe.h"

#define FIRST_PAUSE_MS   3000
#define LONGEST_PAUSE_MS 30000
#define RESUME_PAUSE_MS  100 /* between those that are asked after at the start */
/* How long Stripe remembers what a token was for. */
#define TOKEN_LIFE_US (G_GINT64_CONSTANT (23) * 3600 * G_USEC_PER_SEC)

struct _TdPayments
{
  GObject parent_instance;

  TdWallet *wallet;     /* (owned) */
  TdDatabase *database; /* (owned) */
  TdKeyRing *key_ring;  /* (owned) */
  SoupSession *session; /* (owned) */
  GHashTable *watches;  /* (owned) (element-type gint64 Watch) */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TdPayments, td_payments, G_TYPE_OBJECT)

/* One payment on its way through the steps; owned by its task. */
typedef struct
{
  gint64 id;                /* 0: it is begun */
  TdPayment *payment;       /* (owned) (nullable) until it was found */
  TdPaymentSetup *setup;    /* (owned) (nullable) */
  TdPaymentMethod *method;  /* (owned) (nullable) until it is ready */
  TdPaymentAnswer *answer;  /* (owned) (nullable) until it came */
} Flow;

static void
flow_free (gpointer data)
{
  Flow *self = data;

  td_payment_free (self->payment);
  td_payment_setup_free (self->setup);
  g_clear_object (&self->method);
  td_payment_answer_free (self->answer);
  g_free (self);
}

static void
run (GTask               *task,
     TdDatabaseFunc       func,
     GDestroyNotify       result_free,
     GAsyncReadyCallback  callback)
{
  TdPayments *self = g_task_get_source_object (task);

  /* The task owns what the job reads, and waits for it. */
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, func, g_task_get_task_data (task),
                         NULL, result_free, NULL, callback, task);
}

/* ---- the answer ------------------------------------------------------------------------------ */

static gpointer
take_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Flow *flow = data;

  return td_payment_store_take_answer (connection, flow->payment->id, flow->answer, error);
}

static void
taken_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdPayments *self = g_task_get_source_object (task);
  Flow *flow = g_task_get_task_data (task);
  GError *error = NULL;
  TdPayment *payment = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (!payment)
    {
      g_task_return_error (task, error);
      return;
    }
  if (payment->state == TD_PAYMENT_PAID)
    td_wallet_note_stored (self->wallet);
  if (payment->state != flow->payment->state)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0, payment);
  g_task_return_pointer (task, payment, (GDestroyNotify) td_payment_free);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Flow *flow = g_task_get_task_data (task);
  GError *error = NULL;

  flow->answer = td_payment_method_finish (TD_PAYMENT_METHOD (source), result, &error);
  if (flow->answer)
    run (g_steal_pointer (&task), take_on_thread, (GDestroyNotify) td_payment_free, taken_cb);
  else
    g_task_return_error (task, error);
}

/* ---- the question ---------------------------------------------------------------------------- */

/* A beginning whose answer was lost is asked for again by its token, as long as that is known. */
static void
ask (GTask *task)
{
  Flow *flow = g_task_get_task_data (task);

  if (flow->payment->reference)
    td_payment_method_check_async (flow->method, flow->payment, g_task_get_cancellable (task),
                                   answered_cb, task);
  else
    td_payment_method_begin_async (flow->method, flow->payment, g_task_get_cancellable (task),
                                   answered_cb, task);
}

static gpointer
add_on_thread (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  Flow *flow = data;

  td_payment_store_add (connection, flow->payment, error);
  return NULL;
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_task_return_error (task, error);
  else
    ask (g_steal_pointer (&task));
}

static void
method_ready (GTask *task)
{
  Flow *flow = g_task_get_task_data (task);
  GError *error = NULL;

  if (flow->id != 0)
    {
      ask (task);
      return;
    }
  if (td_payment_method_takes (flow->method, flow->payment->amount, &error))
    {
      run (task, add_on_thread, NULL, added_cb);
      return;
    }
  g_task_return_error (task, error);
  g_object_unref (task);
}

/* ---- the method ------------------------------------------------------------------------------ */

static void
key_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdPayments *self = g_task_get_source_object (task);
  Flow *flow = g_task_get_task_data (task);
  GError *error = NULL;
  char *key = td_key_ring_lookup_finish (TD_KEY_RING (source), result, &error);

  if (!key)
    {
      g_task_return_error (task, error);
      return;
    }
  flow->method = td_payment_stripe_new (self->session, flow->setup, key);
  td_vault_secret_free (key);
  method_ready (g_steal_pointer (&task));
}

static gpointer
find_setup_on_thread (TdConnection  *connection,
                      gpointer       data,
                      GCancellable  *cancellable,
                      GError       **error)
{
  Flow *flow = data;

  return td_payment_store_find_setup (connection, flow->payment->method, error);
}

static void
setup_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdPayments *self = g_task_get_source_object (task);
  Flow *flow = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  flow->setup = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_task_return_error (task, error);
  else if (!flow->setup || !g_str_equal (flow->payment->method, TD_METHOD_STRIPE))
    g_task_return_new_error_literal (task, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_NOT_SET_UP,
                                     "nobody has set this method up");
  else
    td_key_ring_lookup_async (self->key_ring, flow->payment->method, cancellable,
                              key_cb, g_steal_pointer (&task));
}

static void
prepare_method (GTask *task)
{
  Flow *flow = g_task_get_task_data (task);

  if (!g_str_equal (flow->payment->method, TD_METHOD_BUDGET))
    {
      run (task, find_setup_on_thread, (GDestroyNotify) td_payment_setup_free, setup_cb);
      return;
    }
  flow->method = td_payment_budget_new ();
  method_ready (task);
}

/* ---- both ways in ---------------------------------------------------------------------------- */

static GTask *
start (TdPayments          *self,
       Flow                *flow,
       gpointer             tag,
       GCancellable        *cancellable,
       GAsyncReadyCallback  callback,
       gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, flow, flow_free);
  return task;
}

/**
 * td_payments_begin_async:
 * @self: the payments
 * @method: how the money comes: %TD_METHOD_BUDGET or %TD_METHOD_STRIPE
 * @amount: how much
 * @note: (nullable): the user's words
 * @cancellable: (nullable): a cancellable
 * @callback: called when the method has answered
 * @user_data: data for @callback
 *
 * Begins a payment. Where it is paid on a page, that is to be opened then, and
 * td_payments_watch() waits for the money.
 */
void
td_payments_begin_async (TdPayments          *self,
                         const char          *method,
                         TdMoney              amount,
                         const char          *note,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  Flow *flow;

  g_return_if_fail (TD_IS_PAYMENTS (self));
  g_return_if_fail (method != NULL);

  flow = g_new0 (Flow, 1);
  flow->payment = td_payment_new (td_wallet_get_id (self->wallet), method, amount, note);
  prepare_method (start (self, flow, td_payments_begin_async, cancellable, callback, user_data));
}

static gpointer
find_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Flow *flow = data;

  return td_payment_store_find (connection, flow->id, error);
}

static gpointer
give_up_on_thread (TdConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  Flow *flow = data;

  return td_payment_store_give_up (connection, flow->id, error);
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Flow *flow = g_task_get_task_data (task);
  GError *error = NULL;

  flow->payment = td_database_run_finish (TD_DATABASE (source), result, &error);
  if (!flow->payment)
    g_task_return_error (task, error);
  else if (!flow->payment->reference &&
           td_clock_now_us () - flow->payment->created_us > TOKEN_LIFE_US)
    /* Asking now could begin another one. */
    run (g_steal_pointer (&task), give_up_on_thread, (GDestroyNotify) td_payment_free, taken_cb);
  else
    prepare_method (g_steal_pointer (&task));
}

/**
 * td_payments_check_async:
 * @self: the payments
 * @payment_id: a payment
 * @cancellable: (nullable): a cancellable
 * @callback: called when its method has answered
 * @user_data: data for @callback
 *
 * Asks what became of a payment, and books it: money that came, and money that went back since.
 * However often this is asked, and by however many processes, it is booked once.
 */
void
td_payments_check_async (TdPayments          *self,
                         gint64               payment_id,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  Flow *flow;

  g_return_if_fail (TD_IS_PAYMENTS (self));
  g_return_if_fail (payment_id > 0);

  flow = g_new0 (Flow, 1);
  flow->id = payment_id;
  run (start (self, flow, td_payments_check_async, cancellable, callback, user_data),
       find_on_thread, (GDestroyNotify) td_payment_free, found_cb);
}

/**
 * td_payments_finish:
 * @self: the payments
 * @result: what the callback got
 * @error: return location for a #TdPaymentError, a #TdWalletError, a #TdVaultError or a #TdStoreError
 *
 * Returns: (transfer full) (nullable): the payment as it is now
 */
TdPayment *
td_payments_finish (TdPayments    *self,
                    GAsyncResult  *result,
                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- waiting --------------------------------------------------------------------------------- */

typedef struct
{
  TdPayments *payments; /* not owned: it owns this */
  gint64 id;
  guint pause_ms;
  guint source_id;      /* 0: it is being asked */
} Watch;

static void watch_again (Watch *watch);

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  g_clear_handle_id (&watch->source_id, g_source_remove);
  g_free (watch);
}

static void
watched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  TdPayments *self = TD_PAYMENTS (source);
  g_autofree gint64 *id = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdPayment) payment = td_payments_finish (self, result, &error);
  Watch *watch = g_hash_table_lookup (self->watches, id);

  if (!watch)
    return;
  if (payment ? payment->state == TD_PAYMENT_NEW || payment->state == TD_PAYMENT_OPEN
              : g_error_matches (error, TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_UNREACHABLE))
    {
      watch_again (watch);
      return;
    }
  if (error)
    g_debug ("a payment is no longer asked after: %s", error->message);
  g_hash_table_remove (self->watches, id);
}

static gboolean
watch_cb (gpointer user_data)
{
  Watch *watch = user_data;

  watch->source_id = 0;
  td_payments_check_async (watch->payments, watch->id, NULL, watched_cb,
                           g_memdup2 (&watch->id, sizeof watch->id));
  return G_SOURCE_REMOVE;
}

static void
watch_again (Watch *watch)
{
  watch->source_id = g_timeout_add (watch->pause_ms, watch_cb, watch);
  watch->pause_ms = MIN (watch->pause_ms * 2, LONGEST_PAUSE_MS);
}

static void
watch_from (TdPayments *self,
            gint64      payment_id,
            guint       first_ms)
{
  Watch *watch;

  if (g_hash_table_contains (self->watches, &payment_id))
    return;
  watch = g_new0 (Watch, 1);
  watch->payments = self;
  watch->id = payment_id;
  watch->pause_ms = first_ms;
  g_hash_table_insert (self->watches, g_memdup2 (&payment_id, sizeof payment_id), watch);
  watch_again (watch);
  watch->pause_ms = FIRST_PAUSE_MS;
}

/**
 * td_payments_watch:
 * @self: the payments
 * @payment_id: a payment that waits to be paid
 *
 * Asks after it now and then until it is paid or can no longer be; "changed" tells.
 */
void
td_payments_watch (TdPayments *self,
                   gint64      payment_id)
{
  g_return_if_fail (TD_IS_PAYMENTS (self));
  g_return_if_fail (payment_id > 0);

  watch_from (self, payment_id, FIRST_PAUSE_MS);
}

static gpointer
list_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  return td_payment_store_list (connection, *(gint64 *) data, FALSE, error);
}

static gpointer
list_askable_on_thread (TdConnection  *connection,
                        gpointer       data,
                        GCancellable  *cancellable,
                        GError       **error)
{
  return td_payment_store_list (connection, *(gint64 *) data, TRUE, error);
}

static void
resumed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdPayments) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = td_database_run_finish (TD_DATABASE (source), result, &error);

  for (guint i = 0; list && i < list->len; i++)
    watch_from (self, ((TdPayment *) g_ptr_array_index (list, i))->id, i * RESUME_PAUSE_MS);
}

/**
 * td_payments_resume:
 * @self: the payments
 *
 * Watches all that wait to be paid, those from before the program was started too, and asks once
 * whether money that was paid went back.
 */
void
td_payments_resume (TdPayments *self)
{
  gint64 id;

  g_return_if_fail (TD_IS_PAYMENTS (self));

  id = td_wallet_get_id (self->wallet);
  td_database_run_async (self->database, G_PRIORITY_LOW, list_askable_on_thread,
                         g_memdup2 (&id, sizeof id), g_free, (GDestroyNotify) g_ptr_array_unref,
                         NULL, resumed_cb, g_object_ref (self));
}

/**
 * td_payments_list_async:
 * @self: the payments
 * @cancellable: (nullable): a cancellable
 * @callback: called when they were read
 * @user_data: data for @callback
 *
 * Reads the payments of the wallet, the newest first.
 */
void
td_payments_list_async (TdPayments          *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  gint64 id;

  g_return_if_fail (TD_IS_PAYMENTS (self));

  id = td_wallet_get_id (self->wallet);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, list_on_thread,
                         g_memdup2 (&id, sizeof id), g_free, (GDestroyNotify) g_ptr_array_unref,
                         cancellable, callback, user_data);
}

GPtrArray *
td_payments_list_finish (TdPayments    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  return td_database_run_finish (self->database, result, error);
}

/* ---- the operator's side --------------------------------------------------------------------- */

typedef struct
{
  char *method;
  TdPaymentSetup *setup; /* (nullable) */
} SetUp;

static void
set_up_free (gpointer data)
{
  SetUp *self = data;

  g_free (self->method);
  td_payment_setup_free (self->setup);
  g_free (self);
}

static gpointer
set_up_on_thread (TdConnection  *connection,
                  gpointer       data,
                  GCancellable  *cancellable,
                  GError       **error)
{
  SetUp *job = data;

  td_payment_store_set_up (connection, job->method, job->setup, error);
  return NULL;
}

/* A secret key travels to it: over TLS, or not further than this machine. */
static gboolean
is_address (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (!uri || !g_uri_get_host (uri) || *g_uri_get_host (uri) == '\0' || g_uri_get_userinfo (uri))
    return FALSE;
  return g_str_equal (g_uri_get_scheme (uri), "https") ||
         (g_str_equal (g_uri_get_scheme (uri), "http") && td_http_host_is_loopback (url));
}

/**
 * td_payments_set_up_async:
 * @self: the payments
 * @method: a method with a page
 * @base_url: (nullable): where it is asked; %NULL for its own address
 * @return_url: (nullable): where the payer's browser goes afterwards; %NULL takes it out of use
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is stored
 * @user_data: data for @callback
 *
 * Sets up how an operator takes money. The secret key is added to the key ring, under the method's
 * name.
 */
void
td_payments_set_up_async (TdPayments          *self,
                          const char          *method,
                          const char          *base_url,
                          const char          *return_url,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  const char *base = base_url ? base_url : TD_METHOD_STRIPE_URL;
  SetUp *job;

  g_return_if_fail (TD_IS_PAYMENTS (self));
  g_return_if_fail (method != NULL);

  if (return_url && (!is_address (base) || !is_address (return_url)))
    {
      g_task_report_new_error (self->database, callback, user_data, td_payments_set_up_async,
                               TD_PAYMENT_ERROR, TD_PAYMENT_ERROR_NOT_SET_UP,
                               "an address has to begin with https://");
      return;
    }
  job = g_new0 (SetUp, 1);
  job->method = g_strdup (method);
  job->setup = return_url ? td_payment_setup_new (base, return_url) : NULL;
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, set_up_on_thread, job, set_up_free,
                         NULL, cancellable, callback, user_data);
}

gboolean
td_payments_set_up_finish (TdPayments    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  GError *local_error = NULL;

  g_task_propagate_pointer (G_TASK (result), &local_error);
  if (!local_error)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

static gpointer
get_setup_on_thread (TdConnection  *connection,
                     gpointer       data,
                     GCancellable  *cancellable,
                     GError       **error)
{
  return td_payment_store_find_setup (connection, data, error);
}

/**
 * td_payments_get_setup_async:
 * @self: the payments
 * @method: a method with a page
 * @cancellable: (nullable): a cancellable
 * @callback: called when it was read
 * @user_data: data for @callback
 *
 * Reads how a method is set up.
 */
void
td_payments_get_setup_async (TdPayments          *self,
                             const char          *method,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (TD_IS_PAYMENTS (self));

  td_database_run_async (self->database, G_PRIORITY_DEFAULT, get_setup_on_thread, g_strdup (method),
                         g_free, (GDestroyNotify) td_payment_setup_free, cancellable, callback,
                         user_data);
}

/**
 * td_payments_get_setup_finish:
 * @self: the payments
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): it; %NULL without @error when it is not in use
 */
TdPaymentSetup *
td_payments_get_setup_finish (TdPayments    *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return td_database_run_finish (self->database, result, error);
}

/* ---- the object ------------------------------------------------------------------------------ */

static void
td_payments_finalize (GObject *object)
{
  TdPayments *self = TD_PAYMENTS (object);

  g_hash_table_unref (self->watches);
  g_object_unref (self->wallet);
  g_object_unref (self->database);
  g_object_unref (self->key_ring);
  g_object_unref (self->session);

  G_OBJECT_CLASS (td_payments_parent_class)->finalize (object);
}

static void
td_payments_class_init (TdPaymentsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_payments_finalize;

  /**
   * TdPayments::changed:
   * @payment: (type TdPayment): a payment of which something else is known
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TD_TYPE_PAYMENTS, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
td_payments_init (TdPayments *self)
{
  self->watches = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, watch_free);
}

/**
 * td_payments_new:
 * @wallet: where the money goes
 * @database: where payments are kept
 * @key_ring: where an operator's key is
 * @session: for what is asked
 *
 * Returns: (transfer full): the payments
 */
TdPayments *
td_payments_new (TdWallet    *wallet,
                 TdDatabase  *database,
                 TdKeyRing   *key_ring,
                 SoupSession *session)
{
  TdPayments *self;

  g_return_val_if_fail (TD_IS_WALLET (wallet), NULL);
  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);
  g_return_val_if_fail (TD_IS_KEY_RING (key_ring), NULL);

  self = g_object_new (TD_TYPE_PAYMENTS, NULL);
  self->wallet = g_object_ref (wallet);
  self->database = g_object_ref (database);
  self->key_ring = g_object_ref (key_ring);
  self->session = g_object_ref (session);
  return self;
}
