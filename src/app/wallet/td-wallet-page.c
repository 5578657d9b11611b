/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-wallet-page.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/td-format.h"
#include "app/td-window.h"
#include "app/wallet/td-budget-group.h"
#include "app/wallet/td-funds-dialog.h"
#include "app/wallet/td-transaction-group.h"
#include "app/wallet/td-wallet-text.h"
#include "engine/td-payments.h"

struct _TdWalletPage
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;   /* (owned) (nullable): NULL once disposed */
  gboolean updating;  /* the switch is being set to what is stored */

  GtkLabel *balance;
  GtkLabel *summary;
  AdwSwitchRow *prepaid_row;
  AdwEntryRow *stop_row;
  AdwActionRow *ledger_row;
  TdBudgetGroup *budgets;
  TdTransactionGroup *transactions;
};

G_DEFINE_FINAL_TYPE (TdWalletPage, td_wallet_page, ADW_TYPE_NAVIGATION_PAGE)

static TdWallet *
get_wallet (TdWalletPage *self)
{
  return td_engine_get_wallet (self->engine);
}

static void
update (TdWalletPage *self)
{
  const TdWalletState *state = td_wallet_get_state (get_wallet (self));
  g_autofree char *balance = td_money_format_left (td_wallet_get_balance (get_wallet (self)));
  g_autofree char *summary = td_wallet_text_summary (state);

  gtk_label_set_label (self->balance, balance);
  gtk_label_set_label (self->summary, summary);
  self->updating = TRUE;
  adw_switch_row_set_active (self->prepaid_row, state->mode == TD_WALLET_PREPAID);
  self->updating = FALSE;
}

static void
say_error (TdWalletPage *self,
           const GError *error)
{
  TdWindow *window = td_window_find (GTK_WIDGET (self));
  g_autofree char *sentences = td_app_error_dup_sentences (error);

  if (window != NULL)
    td_window_say (window, sentences);
}

static void
mode_set_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdWalletPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (td_wallet_change_finish (TD_WALLET (source), result, &error) || self->engine == NULL)
    return;
  say_error (self, error);
  update (self);
}

static void
prepaid_changed_cb (TdWalletPage *self)
{
  if (self->updating || self->engine == NULL)
    return;
  td_wallet_set_mode_async (get_wallet (self),
                            adw_switch_row_get_active (self->prepaid_row) ? TD_WALLET_PREPAID
                                                                          : TD_WALLET_TRACK,
                            mode_set_cb, g_object_ref (self));
}

static GSettings *
get_settings (void)
{
  return td_application_get_settings (td_application_get_default ());
}

static void
show_stop_cost (TdWalletPage *self)
{
  gint64 cost = g_settings_get_int64 (get_settings (), "reply-stop-cost");
  g_autofree char *text = cost > 0 ? td_money_to_decimal (cost) : g_strdup ("");

  gtk_editable_set_text (GTK_EDITABLE (self->stop_row), text);
}

/* Empty is no limit; anything else has to be an amount. */
static gboolean
read_stop_cost (TdWalletPage *self,
                TdMoney      *cost)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->stop_row));

  *cost = 0;
  return *text == '\0' || td_wallet_text_parse (text, cost);
}

static void
stop_changed_cb (TdWalletPage *self)
{
  TdMoney cost;

  if (read_stop_cost (self, &cost))
    gtk_widget_remove_css_class (GTK_WIDGET (self->stop_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->stop_row), "error");
}

static void
stop_applied_cb (TdWalletPage *self)
{
  TdWindow *window = td_window_find (GTK_WIDGET (self));
  TdMoney cost;

  if (read_stop_cost (self, &cost))
    g_settings_set_int64 (get_settings (), "reply-stop-cost", cost);
  else if (window != NULL)
    td_window_say (window, _("Enter dollars, such as 0.05 or 1."));
  if (!read_stop_cost (self, &cost))
    show_stop_cost (self);
}

static void
verified_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdWalletPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLedgerReport) report = td_wallet_verify_finish (TD_WALLET (source), result, &error);
  g_autofree char *finding = NULL;
  g_autofree char *count = NULL;

  if (self->engine == NULL)
    return;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "wallet.verify", TRUE);
  if (report == NULL)
    {
      say_error (self, error);
      return;
    }
  count = td_format_count (report->n_transactions);
  if (report->sound)
    finding = g_strdup_printf (ngettext ("It is sound: %s transaction.",
                                         "It is sound: %s transactions.",
                                         (gulong) report->n_transactions),
                               count);
  else
    finding =
      g_strdup (_("It was changed by somebody else than Top Dog. Put a backup in its place."));
  adw_action_row_set_subtitle (self->ledger_row, finding);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->ledger_row), finding,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
verify_cb (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  TdWalletPage *self = TD_WALLET_PAGE (widget);

  gtk_widget_action_set_enabled (widget, "wallet.verify", FALSE);
  adw_action_row_set_subtitle (self->ledger_row, _("Checking…"));
  td_wallet_verify_async (get_wallet (self), NULL, verified_cb, g_object_ref (self));
}

static void
add_funds_cb (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  td_wallet_page_add_funds (TD_WALLET_PAGE (widget));
}

static void
td_wallet_page_dispose (GObject *object)
{
  g_clear_object (&TD_WALLET_PAGE (object)->engine);

  G_OBJECT_CLASS (td_wallet_page_parent_class)->dispose (object);
}

static void
td_wallet_page_class_init (TdWalletPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_wallet_page_dispose;

  g_type_ensure (TD_TYPE_BUDGET_GROUP);
  g_type_ensure (TD_TYPE_TRANSACTION_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-wallet-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdWalletPage, balance);
  gtk_widget_class_bind_template_child (widget_class, TdWalletPage, summary);
  gtk_widget_class_bind_template_child (widget_class, TdWalletPage, prepaid_row);
  gtk_widget_class_bind_template_child (widget_class, TdWalletPage, stop_row);
  gtk_widget_class_bind_template_child (widget_class, TdWalletPage, ledger_row);
  gtk_widget_class_bind_template_child (widget_class, TdWalletPage, budgets);
  gtk_widget_class_bind_template_child (widget_class, TdWalletPage, transactions);
  gtk_widget_class_bind_template_callback (widget_class, prepaid_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_applied_cb);
  gtk_widget_class_install_action (widget_class, "wallet.add-funds", NULL, add_funds_cb);
  gtk_widget_class_install_action (widget_class, "wallet.verify", NULL, verify_cb);
}

static void
td_wallet_page_init (TdWalletPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_wallet_page_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the page of its wallet
 */
AdwNavigationPage *
td_wallet_page_new (TdEngine *engine)
{
  TdWalletPage *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_WALLET_PAGE, NULL);
  self->engine = g_object_ref (engine);
  td_budget_group_set_engine (self->budgets, engine);
  td_transaction_group_set_engine (self->transactions, engine);
  g_signal_connect_object (get_wallet (self), "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  show_stop_cost (self);
  td_payments_resume (td_engine_get_payments (engine));
  td_wallet_reload (get_wallet (self)); /* a new day may have begun since */
  update (self);
  return ADW_NAVIGATION_PAGE (self);
}

/**
 * td_wallet_page_add_funds:
 * @self: the page
 *
 * Asks for an amount.
 */
void
td_wallet_page_add_funds (TdWalletPage *self)
{
  g_return_if_fail (TD_IS_WALLET_PAGE (self));

  adw_dialog_present (td_funds_dialog_new (td_engine_get_payments (self->engine)),
                      GTK_WIDGET (self));
}
