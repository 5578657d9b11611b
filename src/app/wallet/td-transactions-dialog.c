/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-transactions-dialog.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/wallet/td-transaction-item.h"
#include "app/wallet/td-wallet-text.h"
#include "base/td-clock.h"

/* How many are read at once: more than fit on a screen. */
#define PAGE 100

struct _TdTransactionsDialog
{
  AdwDialog parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL once disposed */
  GCancellable *cancellable; /* (owned): of what is being read */
  GListStore *items;         /* (owned) (element-type TdTransactionItem) */
  gint64 since_us;
  gboolean reading;
  gboolean complete;         /* there are no older ones */

  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkDropDown *kind;
  GtkDropDown *period;
  GtkListView *list;
  GtkScrolledWindow *scroller;
};

G_DEFINE_FINAL_TYPE (TdTransactionsDialog, td_transactions_dialog, ADW_TYPE_DIALOG)

static void
say (TdTransactionsDialog *self,
     const char           *sentences)
{
  AdwToast *toast = adw_toast_new ("");

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, sentences);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
say_error (TdTransactionsDialog *self,
           const GError         *error)
{
  g_autofree char *sentences = td_app_error_dup_sentences (error);

  say (self, sentences);
}

/* ---- which ones ------------------------------------------------------------------------------ */

static TdLedgerFilter
get_filter (TdTransactionsDialog *self)
{
  static const TdLedgerFilter filters[] = { TD_LEDGER_FILTER_MOVES, TD_LEDGER_FILTER_MONEY_IN,
                                            TD_LEDGER_FILTER_SPENDING, TD_LEDGER_FILTER_ALL };
  guint selected = gtk_drop_down_get_selected (self->kind);

  return selected < G_N_ELEMENTS (filters) ? filters[selected] : TD_LEDGER_FILTER_MOVES;
}

static gint64
get_since (TdTransactionsDialog *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local_usec (td_clock_now_us ());
  g_autoptr (GDateTime) since = NULL;
  int year = g_date_time_get_year (now), month = g_date_time_get_month (now);

  switch (gtk_drop_down_get_selected (self->period))
    {
    case 1:
      since = g_date_time_new_local (year, month, g_date_time_get_day_of_month (now), 0, 0, 0);
      break;
    case 2:
      since = g_date_time_new_local (year, month, 1, 0, 0, 0);
      break;
    case 3:
      since = g_date_time_new_local (year, 1, 1, 0, 0, 0);
      break;
    default:
      break;
    }
  return since != NULL ? g_date_time_to_unix_usec (since) : 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void read_more (TdTransactionsDialog *self);

/* What scrolls into sight is read before it is missed; the adjustment knows of new rows only once
 * they are laid out. */
static void
scrolled_cb (TdTransactionsDialog *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double size = gtk_adjustment_get_page_size (adjustment);

  if (size > 0 &&
      gtk_adjustment_get_value (adjustment) + 3 * size >= gtk_adjustment_get_upper (adjustment))
    read_more (self);
}

static void
append (TdTransactionsDialog *self,
        GPtrArray            *list)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < list->len; i++)
    g_ptr_array_add (items,
                     td_transaction_item_new (g_steal_pointer (&g_ptr_array_index (list, i))));
  g_list_store_splice (self->items, g_list_model_get_n_items (G_LIST_MODEL (self->items)), 0,
                       items->pdata, items->len);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdTransactionsDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = td_wallet_list_finish (TD_WALLET (source), result, &error);

  if (self->engine == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->reading = FALSE;
  if (list == NULL)
    {
      say_error (self, error);
      return;
    }
  self->complete = list->len < PAGE;
  append (self, list);
  gtk_stack_set_visible_child_name (
    self->stack, g_list_model_get_n_items (G_LIST_MODEL (self->items)) > 0 ? "list" : "empty");
}

static void
read_more (TdTransactionsDialog *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  g_autoptr (TdTransactionItem) last =
    n > 0 ? g_list_model_get_item (G_LIST_MODEL (self->items), n - 1) : NULL;

  if (self->reading || self->complete || self->engine == NULL)
    return;
  self->reading = TRUE;
  td_wallet_list_async (td_engine_get_wallet (self->engine), get_filter (self), self->since_us,
                        last != NULL ? td_transaction_item_get (last)->number : 0, PAGE,
                        self->cancellable, listed_cb, g_object_ref (self));
}

static void
reload (TdTransactionsDialog *self)
{
  if (self->engine == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->reading = FALSE;
  self->complete = FALSE;
  self->since_us = get_since (self);
  g_list_store_remove_all (self->items);
  read_more (self);
}

/* Whoever looks at older ones is not torn away from them. */
static void
wallet_changed_cb (TdTransactionsDialog *self)
{
  if (gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller)) < 1)
    reload (self);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static GtkWidget *
create_label (GtkWidget  *box,
              const char *style,
              float       xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_widget_set_hexpand (left, TRUE);
  gtk_box_append (GTK_BOX (row), left);
  gtk_box_append (GTK_BOX (row), right);
  create_label (left, NULL, 0);
  gtk_widget_add_css_class (create_label (left, "caption", 0), "dim-label");
  create_label (right, "numeric", 1);
  gtk_widget_add_css_class (create_label (right, "caption", 1), "dim-label");
  gtk_widget_add_css_class (row, "transaction-row");
  gtk_list_item_set_child (item, row);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
set_label (GtkWidget  *box,
           gboolean    first,
           const char *text)
{
  GtkWidget *label = first ? gtk_widget_get_first_child (box) : gtk_widget_get_last_child (box);

  gtk_label_set_label (GTK_LABEL (label), text);
}

static char *
dup_kind (const TdLedgerTransaction *transaction)
{
  g_autofree char *details = td_wallet_text_details (transaction);

  if (transaction->kind == TD_LEDGER_HOLD)
    /* Translators: when an amount was set aside for a reply. */
    return g_strdup_printf (_("Held · %s"), details);
  if (transaction->kind == TD_LEDGER_RELEASE)
    /* Translators: when an amount that was set aside was given back. */
    return g_strdup_printf (_("Released · %s"), details);
  return g_steal_pointer (&details);
}

static void
bind_cb (TdTransactionsDialog *self,
         GtkListItem          *item)
{
  const TdLedgerTransaction *transaction = td_transaction_item_get (gtk_list_item_get_item (item));
  GtkWidget *row = gtk_list_item_get_child (item);
  GtkWidget *left = gtk_widget_get_first_child (row), *right = gtk_widget_get_last_child (row);
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model = transaction->model_key != NULL
                     ? td_catalogue_find_model (catalogue, transaction->model_key)
                     : NULL;
  g_autofree char *title =
    td_wallet_text_title (transaction, model ? td_model_get_name (model) : NULL);
  g_autofree char *kind = dup_kind (transaction);
  g_autofree char *amount = td_wallet_text_amount (transaction->amount);
  g_autofree char *balance_text = td_money_format_left (transaction->balance);
  /* Translators: what was there after a transaction. */
  g_autofree char *balance = g_strdup_printf (_("Balance %s"), balance_text);
  g_autofree char *all = g_strdup_printf ("%s, %s, %s", title, amount, kind);

  set_label (left, TRUE, title);
  set_label (left, FALSE, kind);
  set_label (right, TRUE, amount);
  set_label (right, FALSE, balance);
  gtk_list_item_set_accessible_label (item, all);
}

/* ---- files ----------------------------------------------------------------------------------- */

typedef struct
{
  TdTransactionsDialog *dialog; /* (owned) */
  GFile *file;                  /* (owned) (nullable) until it was chosen */
  TdLedgerFormat format;
} Export;

static void
export_free (Export *self)
{
  g_object_unref (self->dialog);
  g_clear_object (&self->file);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Export) export = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    say (export->dialog, _("The transactions are in the file."));
  else
    say_error (export->dialog, error);
}

static void
exported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Export) export = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = td_wallet_export_finish (TD_WALLET (source), result, &error);

  if (text == NULL)
    {
      say_error (export->dialog, error);
      return;
    }
  g_file_replace_contents_bytes_async (export->file, text, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                       written_cb, export);
  g_steal_pointer (&export);
}

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Export) export = user_data;
  g_autoptr (GError) error = NULL;
  TdTransactionsDialog *self = export->dialog;
  TdLedgerFormat format;

  export->file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);
  if (export->file == NULL || self->engine == NULL)
    {
      if (error != NULL && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
        say_error (self, error);
      return;
    }
  format = export->format;
  td_wallet_export_async (td_engine_get_wallet (self->engine), format, get_filter (self),
                          get_since (self), NULL, exported_cb, g_steal_pointer (&export));
}

static void
export_cb (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  TdTransactionsDialog *self = TD_TRANSACTIONS_DIALOG (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  gboolean is_json = g_str_equal (g_variant_get_string (parameter, NULL), "json");
  Export *export = g_new0 (Export, 1);

  export->dialog = g_object_ref (self);
  export->format = is_json ? TD_LEDGER_JSON : TD_LEDGER_CSV;
  gtk_file_dialog_set_title (dialog, _("Export Transactions"));
  gtk_file_dialog_set_initial_name (dialog, is_json ? "transactions.json" : "transactions.csv");
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (widget)), NULL, chosen_cb, export);
}

/* ---- the object ------------------------------------------------------------------------------ */

static void
td_transactions_dialog_dispose (GObject *object)
{
  TdTransactionsDialog *self = TD_TRANSACTIONS_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_transactions_dialog_parent_class)->dispose (object);
}

static void
td_transactions_dialog_finalize (GObject *object)
{
  TdTransactionsDialog *self = TD_TRANSACTIONS_DIALOG (object);

  g_object_unref (self->cancellable);
  g_object_unref (self->items);

  G_OBJECT_CLASS (td_transactions_dialog_parent_class)->finalize (object);
}

static void
td_transactions_dialog_class_init (TdTransactionsDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_transactions_dialog_dispose;
  object_class->finalize = td_transactions_dialog_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/dev/topdog/Marketplace/ui/td-transactions-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdTransactionsDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, TdTransactionsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, TdTransactionsDialog, kind);
  gtk_widget_class_bind_template_child (widget_class, TdTransactionsDialog, period);
  gtk_widget_class_bind_template_child (widget_class, TdTransactionsDialog, list);
  gtk_widget_class_bind_template_child (widget_class, TdTransactionsDialog, scroller);
  gtk_widget_class_bind_template_callback (widget_class, reload);
  gtk_widget_class_bind_template_callback (widget_class, setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, bind_cb);
  gtk_widget_class_install_action (widget_class, "transactions.export", "s", export_cb);
}

static void
td_transactions_dialog_init (TdTransactionsDialog *self)
{
  g_autoptr (GtkSelectionModel) selection = NULL;
  GtkAdjustment *adjustment;

  self->cancellable = g_cancellable_new ();
  self->items = g_list_store_new (TD_TYPE_TRANSACTION_ITEM);
  gtk_widget_init_template (GTK_WIDGET (self));
  selection =
    GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->items))));
  gtk_list_view_set_model (self->list, selection);
  adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * td_transactions_dialog_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the transactions of its wallet
 */
AdwDialog *
td_transactions_dialog_new (TdEngine *engine)
{
  TdTransactionsDialog *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_TRANSACTIONS_DIALOG, NULL);
  self->engine = g_object_ref (engine);
  g_signal_connect_object (td_engine_get_wallet (engine), "changed", G_CALLBACK (wallet_changed_cb),
                           self, G_CONNECT_SWAPPED);
  reload (self);
  return ADW_DIALOG (self);
}
