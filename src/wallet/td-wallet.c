/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wallet/td-wallet.h"

#include "base/td-clock.h"
#include "wallet/td-budget-store.h"
#include "wallet/td-wallet-private.h"

struct _TdWallet
{
  GObject parent_instance;

  TdDatabase *database;  /* (owned) */
  gint64 id;
  TdWalletState state;
  GPtrArray *budgets;    /* (owned) (element-type TdBudget) */
  gboolean loaded;
  gboolean reloading;    /* a plain reload is under way */
  gboolean reload_again; /* something changed since it began, perhaps */
};

enum
{
  PROP_BALANCE = 1,
  PROP_HELD,
  PROP_MODE,
  N_PROPS,
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_STORED,
  SIGNAL_BUDGET_WARNING,
  N_SIGNALS,
};

/* What a job on the database thread is made of; each uses what it needs. */
typedef struct
{
  gint64 wallet_id;
  TdWalletMove move;     /* its texts are owned here */
  gint64 number;
  TdWalletMode mode;
  TdBudget *budget;      /* (nullable) */
} Job;

/* What is read at once, so that the figures fit together. */
typedef struct
{
  TdWalletState state;
  GPtrArray *budgets;
} Figures;

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TdWallet, td_wallet, G_TYPE_OBJECT)

static Job *
job_new (TdWallet *self)
{
  Job *job = g_new0 (Job, 1);

  job->wallet_id = self->id;
  return job;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free ((char *) job->move.method);
  g_free ((char *) job->move.reference);
  g_free ((char *) job->move.note);
  td_budget_free (job->budget);
  g_free (job);
}

static void
figures_free (gpointer data)
{
  Figures *figures = data;

  g_clear_pointer (&figures->budgets, g_ptr_array_unref);
  g_free (figures);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Figures, figures_free)

/* ---- the object ------------------------------------------------------------------------------ */

static void
td_wallet_get_property (GObject    *object,
                        guint       property_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  TdWallet *self = TD_WALLET (object);

  switch (property_id)
    {
    case PROP_BALANCE:
      g_value_set_int64 (value, td_wallet_get_balance (self));
      break;
    case PROP_HELD:
      g_value_set_int64 (value, td_wallet_get_held (self));
      break;
    case PROP_MODE:
      g_value_set_int (value, (int) td_wallet_get_mode (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
td_wallet_finalize (GObject *object)
{
  TdWallet *self = TD_WALLET (object);

  g_ptr_array_unref (self->budgets);
  g_object_unref (self->database);

  G_OBJECT_CLASS (td_wallet_parent_class)->finalize (object);
}

static void
td_wallet_class_init (TdWalletClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = td_wallet_get_property;
  object_class->finalize = td_wallet_finalize;

  properties[PROP_BALANCE] =
    g_param_spec_int64 ("balance", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_HELD] = g_param_spec_int64 ("held", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_MODE] =
    g_param_spec_int ("mode", NULL, NULL, TD_WALLET_TRACK, TD_WALLET_PREPAID, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TdWallet::changed:
   *
   * Everything was read again.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TD_TYPE_WALLET, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  /**
   * TdWallet::stored:
   *
   * This process changed the wallet, but for what completions spend.
   */
  signals[SIGNAL_STORED] = g_signal_new ("stored", TD_TYPE_WALLET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
  /**
   * TdWallet::budget-warning:
   * @budget: (type TdBudget): a budget that is nearly used up, or that is
   */
  signals[SIGNAL_BUDGET_WARNING] =
    g_signal_new ("budget-warning", TD_TYPE_WALLET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
td_wallet_init (TdWallet *self)
{
  self->budgets = g_ptr_array_new_with_free_func ((GDestroyNotify) td_budget_free);
}

/**
 * td_wallet_new:
 * @database: where it is
 * @wallet_id: which one
 *
 * Returns: (transfer full): a wallet of which nothing is known before it is read
 */
TdWallet *
td_wallet_new (TdDatabase *database,
               gint64      wallet_id)
{
  TdWallet *self;

  g_return_val_if_fail (TD_IS_DATABASE (database), NULL);

  self = g_object_new (TD_TYPE_WALLET, NULL);
  self->database = g_object_ref (database);
  self->id = wallet_id;
  self->state.id = wallet_id;
  return self;
}

/**
 * td_wallet_get_database:
 * @self: a wallet
 *
 * Returns: (transfer none): where its books are
 */
TdDatabase *
td_wallet_get_database (TdWallet *self)
{
  return self->database;
}

/**
 * td_wallet_get_number:
 * @self: a wallet
 *
 * Returns: its number in the database
 */
gint64
td_wallet_get_number (TdWallet *self)
{
  return self->id;
}

/* ---- reading ----------------------------------------------------------------------------------- */

static gpointer
read_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Job *job = data;
  g_autoptr (Figures) figures = g_new0 (Figures, 1);

  if (!td_wallet_store_read (connection, job->wallet_id, &figures->state, error))
    return NULL;
  figures->budgets = td_budget_store_list (connection, job->wallet_id,
                                           td_budget_day_of (td_clock_now_us ()), error);
  return figures->budgets ? g_steal_pointer (&figures) : NULL;
}

static const TdBudget *
find_budget (GPtrArray *budgets,
             gint64     id)
{
  for (guint i = 0; i < budgets->len; i++)
    {
      const TdBudget *budget = g_ptr_array_index (budgets, i);

      if (budget->id == id)
        return budget;
    }
  return NULL;
}

/* A level that was there at the start, or that the user made by setting a budget, is no news. */
static void
warn_of_budgets (TdWallet  *self,
                 GPtrArray *before)
{
  for (guint i = 0; i < self->budgets->len; i++)
    {
      TdBudget *budget = g_ptr_array_index (self->budgets, i);
      const TdBudget *old = find_budget (before, budget->id);

      if (old && old->amount == budget->amount &&
          td_budget_get_level (budget) > td_budget_get_level (old))
        g_signal_emit (self, signals[SIGNAL_BUDGET_WARNING], 0, budget);
    }
}

static void
take_figures (TdWallet *self,
              Figures  *figures)
{
  g_autoptr (GPtrArray) before = g_steal_pointer (&self->budgets);
  TdWalletState old = self->state;

  self->state = figures->state;
  self->budgets = g_steal_pointer (&figures->budgets);
  self->loaded = TRUE;
  if (old.balances.of[TD_LEDGER_WALLET] != td_wallet_get_balance (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BALANCE]);
  if (old.balances.of[TD_LEDGER_HELD] != td_wallet_get_held (self))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
  if (old.mode != self->state.mode)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODE]);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  warn_of_budgets (self, before);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdWallet *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (Figures) figures = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (figures)
    take_figures (self, figures);
  if (figures)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * td_wallet_reload_async:
 * @self: a wallet
 * @cancellable: (nullable): a cancellable
 * @callback: called when it was read
 * @user_data: data for @callback
 *
 * Reads everything again.
 */
void
td_wallet_reload_async (TdWallet            *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (TD_IS_WALLET (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_wallet_reload_async);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, read_on_thread, job_new (self),
                         job_free, figures_free, NULL, read_cb, task);
}

/**
 * td_wallet_reload_finish:
 * @self: a wallet
 * @result: the result
 * @error: return location for an error
 *
 * Returns: whether it was read
 */
gboolean
td_wallet_reload_finish (TdWallet      *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  TdWallet *self = TD_WALLET (source);
  g_autoptr (GError) error = NULL;

  if (!td_wallet_reload_finish (self, result, &error))
    g_debug ("the wallet was not read again: %s", error->message);
  self->reloading = FALSE;
  if (self->reload_again)
    td_wallet_reload (self);
}

/**
 * td_wallet_reload:
 * @self: a wallet
 *
 * Reads everything again, soon. However often this is called at once, it is read twice at most.
 */
void
td_wallet_reload (TdWallet *self)
{
  g_return_if_fail (TD_IS_WALLET (self));

  self->reload_again = self->reloading;
  if (self->reloading)
    return;
  self->reloading = TRUE;
  td_wallet_reload_async (self, NULL, reloaded_cb, NULL);
}

/**
 * td_wallet_note_stored:
 * @self: a wallet
 *
 * For whoever booked something in it by the store: reads it again, and has the others do so.
 */
void
td_wallet_note_stored (TdWallet *self)
{
  g_return_if_fail (TD_IS_WALLET (self));

  td_wallet_reload (self);
  g_signal_emit (self, signals[SIGNAL_STORED], 0);
}

/**
 * td_wallet_get_id:
 * @self: a wallet
 *
 * Returns: its number in the database
 */
gint64
td_wallet_get_id (TdWallet *self)
{
  g_return_val_if_fail (TD_IS_WALLET (self), 0);

  return self->id;
}

/**
 * td_wallet_get_loaded:
 * @self: a wallet
 *
 * Returns: whether it has been read; before that the balance is 0 and means nothing
 */
gboolean
td_wallet_get_loaded (TdWallet *self)
{
  g_return_val_if_fail (TD_IS_WALLET (self), FALSE);

  return self->loaded;
}

/**
 * td_wallet_get_balance:
 * @self: a wallet
 *
 * Returns: what can be spent, holds taken off, in nano-dollars
 */
TdMoney
td_wallet_get_balance (TdWallet *self)
{
  g_return_val_if_fail (TD_IS_WALLET (self), 0);

  return self->state.balances.of[TD_LEDGER_WALLET];
}

/**
 * td_wallet_get_held:
 * @self: a wallet
 *
 * Returns: what is held for replies that are under way, in nano-dollars
 */
TdMoney
td_wallet_get_held (TdWallet *self)
{
  g_return_val_if_fail (TD_IS_WALLET (self), 0);

  return self->state.balances.of[TD_LEDGER_HELD];
}

/**
 * td_wallet_get_mode:
 * @self: a wallet
 *
 * Returns: whether spending is refused at zero or only recorded
 */
TdWalletMode
td_wallet_get_mode (TdWallet *self)
{
  g_return_val_if_fail (TD_IS_WALLET (self), TD_WALLET_TRACK);

  return self->state.mode;
}

/**
 * td_wallet_get_state:
 * @self: a wallet
 *
 * Returns: (transfer none): all of its figures, valid until it reloads
 */
const TdWalletState *
td_wallet_get_state (TdWallet *self)
{
  g_return_val_if_fail (TD_IS_WALLET (self), NULL);

  return &self->state;
}

/**
 * td_wallet_get_budgets:
 * @self: a wallet
 *
 * Returns: (transfer none) (element-type TdBudget): its budgets; another array after the next
 *   "changed"
 */
GPtrArray *
td_wallet_get_budgets (TdWallet *self)
{
  g_return_val_if_fail (TD_IS_WALLET (self), NULL);

  return self->budgets;
}

static gboolean
concerns (const TdBudget *budget,
          const char     *provider_id,
          const char     *model_key)
{
  switch (budget->scope)
    {
    case TD_BUDGET_ALL:
      return TRUE;
    case TD_BUDGET_PROVIDER:
      return g_str_equal (budget->subject, provider_id);
    case TD_BUDGET_MODEL:
      return g_str_equal (budget->subject, model_key);
    case TD_BUDGET_AGENT:
    case TD_BUDGET_CLIENT:
    default:
      return FALSE;
    }
}

/**
 * td_wallet_get_affordable:
 * @self: a wallet
 * @provider_id: a provider
 * @model_key: one of its models
 *
 * As far as was read last: the store decides when it is held.
 *
 * Returns: the most that a reply may cost by the balance and the budgets; %TD_MONEY_UNKNOWN when
 *   neither sets a limit
 */
TdMoney
td_wallet_get_affordable (TdWallet   *self,
                          const char *provider_id,
                          const char *model_key)
{
  TdMoney affordable = G_MAXINT64;

  g_return_val_if_fail (TD_IS_WALLET (self), TD_MONEY_UNKNOWN);

  if (self->state.mode == TD_WALLET_PREPAID)
    affordable = td_wallet_get_balance (self);
  for (guint i = 0; i < self->budgets->len; i++)
    {
      const TdBudget *budget = g_ptr_array_index (self->budgets, i);

      if (concerns (budget, provider_id, model_key))
        affordable = MIN (affordable, td_budget_get_left (budget));
    }
  return affordable == G_MAXINT64 ? TD_MONEY_UNKNOWN : affordable;
}

/* ---- changing ---------------------------------------------------------------------------------- */

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdWallet *self = g_task_get_source_object (task);
  GError *error = NULL;
  gpointer value = td_database_run_finish (TD_DATABASE (source), result, &error);

  if (error)
    {
      g_task_return_error (task, error);
      return;
    }
  td_wallet_reload (self);
  g_signal_emit (self, signals[SIGNAL_STORED], 0);
  g_task_return_pointer (task, value, (GDestroyNotify) td_ledger_transaction_free);
}

static void
change (TdWallet            *self,
        TdDatabaseFunc       func,
        Job                 *job,
        GDestroyNotify       result_free,
        gpointer             tag,
        GAsyncReadyCallback  callback,
        gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tag);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, func, job, job_free, result_free, NULL,
                         changed_cb, task);
}

static gpointer
move_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  Job *job = data;
  g_autoptr (TdLedgerTransaction) transaction = NULL;

  if (!td_connection_begin (connection, error))
    return NULL;
  transaction = job->number > 0
                  ? td_wallet_store_refund (connection, &job->move, job->number, error)
                  : td_wallet_store_fund (connection, &job->move, error);
  if (transaction && td_connection_commit (connection, error))
    return g_steal_pointer (&transaction);
  td_connection_rollback (connection);
  return NULL;
}

static void
move (TdWallet            *self,
      gint64               funding_number,
      TdMoney              amount,
      const char          *method,
      const char          *reference,
      const char          *note,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  Job *job = job_new (self);

  job->number = funding_number;
  job->move = (TdWalletMove) { .wallet_id = self->id,
                               .amount = amount,
                               .method = g_strdup (method),
                               .reference = g_strdup (reference),
                               .note = note && *note ? g_strdup (note) : NULL };
  change (self, move_on_thread, job, (GDestroyNotify) td_ledger_transaction_free,
          td_wallet_add_funds_async, callback, user_data);
}

/**
 * td_wallet_add_funds_async:
 * @self: a wallet
 * @amount: how much
 * @method: how it comes
 * @reference: (nullable): what the method calls it; money of one name is booked once
 * @note: (nullable): the user's words
 * @callback: called when it is booked
 * @user_data: data for @callback
 *
 * Books money that came in.
 */
void
td_wallet_add_funds_async (TdWallet            *self,
                           TdMoney              amount,
                           const char          *method,
                           const char          *reference,
                           const char          *note,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (TD_IS_WALLET (self));
  g_return_if_fail (method != NULL);

  move (self, 0, amount, method, reference, note, callback, user_data);
}

/**
 * td_wallet_take_back_async:
 * @self: a wallet
 * @funding_number: the transaction by which money came in
 * @amount: how much of it goes back
 * @method: how it goes
 * @reference: (nullable): what the method calls it
 * @note: (nullable): the user's words
 * @callback: called when it is booked
 * @user_data: data for @callback
 *
 * Books money that went back.
 */
void
td_wallet_take_back_async (TdWallet            *self,
                           gint64               funding_number,
                           TdMoney              amount,
                           const char          *method,
                           const char          *reference,
                           const char          *note,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (TD_IS_WALLET (self));
  g_return_if_fail (funding_number > 0);
  g_return_if_fail (method != NULL);

  move (self, funding_number, amount, method, reference, note, callback, user_data);
}

/**
 * td_wallet_move_finish:
 * @self: a wallet
 * @result: what the callback got
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Returns: (transfer full) (nullable): what was booked
 */
TdLedgerTransaction *
td_wallet_move_finish (TdWallet      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
set_mode_on_thread (TdConnection  *connection,
                    gpointer       data,
                    GCancellable  *cancellable,
                    GError       **error)
{
  Job *job = data;

  td_wallet_store_set_mode (connection, job->wallet_id, job->mode, error);
  return NULL;
}

/**
 * td_wallet_set_mode_async:
 * @self: a wallet
 * @mode: how the user wants it from now on
 * @callback: called when it is stored
 * @user_data: data for @callback
 */
void
td_wallet_set_mode_async (TdWallet            *self,
                          TdWalletMode         mode,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  Job *job;

  g_return_if_fail (TD_IS_WALLET (self));

  job = job_new (self);
  job->mode = mode;
  change (self, set_mode_on_thread, job, NULL, td_wallet_set_mode_async, callback, user_data);
}

static gpointer
set_commission_on_thread (TdConnection  *connection,
                          gpointer       data,
                          GCancellable  *cancellable,
                          GError       **error)
{
  Job *job = data;

  td_wallet_store_set_commission (connection, job->wallet_id, job->number, error);
  return NULL;
}

/**
 * td_wallet_set_commission_async:
 * @self: a wallet
 * @commission_ppm: what an operator takes of what replies with an operator's key cost, in
 *   millionths
 * @callback: called when it is stored
 * @user_data: data for @callback
 */
void
td_wallet_set_commission_async (TdWallet            *self,
                                gint64               commission_ppm,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  Job *job;

  g_return_if_fail (TD_IS_WALLET (self));
  g_return_if_fail (commission_ppm >= 0 && commission_ppm <= 1000000);

  job = job_new (self);
  job->number = commission_ppm;
  change (self, set_commission_on_thread, job, NULL, td_wallet_set_commission_async, callback,
          user_data);
}

static gpointer
set_budget_on_thread (TdConnection  *connection,
                      gpointer       data,
                      GCancellable  *cancellable,
                      GError       **error)
{
  Job *job = data;

  td_budget_store_set (connection, job->wallet_id, job->budget, error);
  return NULL;
}

/**
 * td_wallet_set_budget_async:
 * @self: a wallet
 * @budget: a budget; takes the place of one of the same period for the same
 * @callback: called when it is stored
 * @user_data: data for @callback
 */
void
td_wallet_set_budget_async (TdWallet            *self,
                            const TdBudget      *budget,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  Job *job;

  g_return_if_fail (TD_IS_WALLET (self));
  g_return_if_fail (budget != NULL);

  job = job_new (self);
  job->budget = td_budget_copy (budget);
  change (self, set_budget_on_thread, job, NULL, td_wallet_set_budget_async, callback, user_data);
}

static gpointer
remove_budget_on_thread (TdConnection  *connection,
                         gpointer       data,
                         GCancellable  *cancellable,
                         GError       **error)
{
  Job *job = data;

  td_budget_store_remove (connection, job->wallet_id, job->number, error);
  return NULL;
}

/**
 * td_wallet_remove_budget_async:
 * @self: a wallet
 * @budget_id: one of its budgets
 * @callback: called when it is gone
 * @user_data: data for @callback
 */
void
td_wallet_remove_budget_async (TdWallet            *self,
                               gint64               budget_id,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  Job *job;

  g_return_if_fail (TD_IS_WALLET (self));

  job = job_new (self);
  job->number = budget_id;
  change (self, remove_budget_on_thread, job, NULL, td_wallet_remove_budget_async, callback,
          user_data);
}

/**
 * td_wallet_change_finish:
 * @self: a wallet
 * @result: what the callback got
 * @error: return location for a #TdWalletError or a #TdStoreError
 *
 * Returns: whether it is stored
 */
gboolean
td_wallet_change_finish (TdWallet      *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  g_task_propagate_pointer (G_TASK (result), &local_error);
  if (!local_error)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}
