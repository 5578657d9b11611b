/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-transaction-group.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/wallet/td-transactions-dialog.h"
#include "app/wallet/td-wallet-text.h"

/* The newest; all of them are in a dialog. */
#define SHOWN 5

struct _TdTransactionGroup
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL until set and once disposed */
  GCancellable *cancellable; /* (owned) (nullable): of the list that is being read */

  GPtrArray *rows;           /* (owned) (element-type GtkWidget) */
};

G_DEFINE_FINAL_TYPE (TdTransactionGroup, td_transaction_group, ADW_TYPE_PREFERENCES_GROUP)

static void
add_widget (TdTransactionGroup *self,
            GtkWidget          *row)
{
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
remove_rows (TdTransactionGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self),
                                  g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static GtkWidget *
create_row (const char *title,
            const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  return row;
}

static void
add_row (TdTransactionGroup        *self,
         const TdLedgerTransaction *transaction)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model = transaction->model_key
                     ? td_catalogue_find_model (catalogue, transaction->model_key)
                     : NULL;
  g_autofree char *title =
    td_wallet_text_title (transaction, model ? td_model_get_name (model) : NULL);
  g_autofree char *details = td_wallet_text_details (transaction);
  g_autofree char *amount = td_wallet_text_amount (transaction->amount);
  GtkWidget *row = create_row (title, details);
  GtkWidget *label = gtk_label_new (amount);

  gtk_widget_add_css_class (label, "numeric");
  if (transaction->amount > 0)
    gtk_widget_add_css_class (label, "success");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  add_widget (self, row);
}

static void
show_all (TdTransactionGroup *self)
{
  adw_dialog_present (td_transactions_dialog_new (self->engine), GTK_WIDGET (self));
}

static void
add_all_button (TdTransactionGroup *self)
{
  GtkWidget *row = adw_button_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("_Show All…"));
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (show_all), self, G_CONNECT_SWAPPED);
  add_widget (self, row);
}

static void
show_list (TdTransactionGroup *self,
           GPtrArray          *list)
{
  remove_rows (self);
  for (guint i = 0; i < list->len; i++)
    add_row (self, g_ptr_array_index (list, i));
  if (list->len > 0)
    add_all_button (self);
  else
    add_widget (self, create_row (_("Nothing yet"), NULL));
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdTransactionGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = td_wallet_list_finish (TD_WALLET (source), result, &error);

  if (self->engine == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (list != NULL)
    {
      show_list (self, list);
    }
  else
    {
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      remove_rows (self);
      add_widget (self, create_row (sentences, NULL));
    }
}

static void
reload (TdTransactionGroup *self)
{
  if (self->engine == NULL)
    return;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  td_wallet_list_async (td_engine_get_wallet (self->engine), TD_LEDGER_FILTER_MOVES, 0, 0, SHOWN,
                        self->cancellable, listed_cb, g_object_ref (self));
}

static void
td_transaction_group_dispose (GObject *object)
{
  TdTransactionGroup *self = TD_TRANSACTION_GROUP (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_transaction_group_parent_class)->dispose (object);
}

static void
td_transaction_group_finalize (GObject *object)
{
  g_ptr_array_unref (TD_TRANSACTION_GROUP (object)->rows);

  G_OBJECT_CLASS (td_transaction_group_parent_class)->finalize (object);
}

static void
td_transaction_group_class_init (TdTransactionGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_transaction_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_transaction_group_finalize;
}

static void
td_transaction_group_init (TdTransactionGroup *self)
{
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Transactions"));
}

/**
 * td_transaction_group_set_engine:
 * @self: the group, once
 * @engine: the engine
 *
 * Lists the transactions of its wallet.
 */
void
td_transaction_group_set_engine (TdTransactionGroup *self,
                                 TdEngine           *engine)
{
  g_return_if_fail (TD_IS_TRANSACTION_GROUP (self));
  g_return_if_fail (self->engine == NULL);
  g_return_if_fail (TD_IS_ENGINE (engine));

  self->engine = g_object_ref (engine);
  g_signal_connect_object (td_engine_get_wallet (engine), "changed", G_CALLBACK (reload), self,
                           G_CONNECT_SWAPPED);
  reload (self);
}
