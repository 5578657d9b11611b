/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-funds-dialog.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/wallet/td-wallet-text.h"
#include "wallet/td-payment-stripe.h"

struct _TdFundsDialog
{
  AdwDialog parent_instance;

  TdPayments *payments; /* (owned) (nullable): NULL once disposed */
  gint64 payment_id;    /* what is waited for; 0: nothing */

  GtkStack *stack;
  GtkWidget *card_row;
  GtkCheckButton *card_check;
  GtkLinkButton *page_button;
  AdwEntryRow *amount_row;
  AdwEntryRow *note_row;
  GtkWidget *add_button;
  GtkLabel *trouble;
};

G_DEFINE_FINAL_TYPE (TdFundsDialog, td_funds_dialog, ADW_TYPE_DIALOG)

static void
show_trouble (TdFundsDialog *self,
              const char    *sentences)
{
  gtk_label_set_text (self->trouble, sentences ? sentences : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), sentences != NULL);
  if (sentences == NULL)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->amount_row), "error");
      return;
    }
  gtk_widget_add_css_class (GTK_WIDGET (self->amount_row), "error");
  gtk_accessible_announce (GTK_ACCESSIBLE (self->trouble), sentences,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static const char *
get_amount_text (TdFundsDialog *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->amount_row));
}

static void
update (TdFundsDialog *self)
{
  TdMoney amount;
  gboolean is_amount = td_wallet_text_parse (get_amount_text (self), &amount);

  gtk_widget_set_sensitive (self->add_button, is_amount);
  if (is_amount || get_amount_text (self)[0] == '\0')
    show_trouble (self, NULL);
  else
    show_trouble (self, _("Enter dollars, such as 20 or 7.50, and at most a million."));
}

/* Where nothing opens it, its address is behind the button. */
static void
page_opened_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error))
    g_debug ("the page of a payment was not opened: %s", error->message);
}

static void
wait_for (TdFundsDialog   *self,
          const TdPayment *payment)
{
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (payment->page);

  self->payment_id = payment->id;
  gtk_link_button_set_uri (self->page_button, payment->page);
  gtk_stack_set_visible_child_name (self->stack, "waiting");
  td_payments_watch (self->payments, payment->id);
  gtk_uri_launcher_launch (launcher, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL,
                           page_opened_cb, NULL);
}

static void
begun_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdFundsDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdPayment) payment = td_payments_finish (TD_PAYMENTS (source), result, &error);

  if (self->payments == NULL)
    return;
  if (payment == NULL)
    {
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      update (self);
      show_trouble (self, sentences);
    }
  else if (payment->state == TD_PAYMENT_OPEN && payment->page != NULL)
    wait_for (self, payment);
  else
    adw_dialog_close (ADW_DIALOG (self));
}

static void
payment_changed_cb (TdFundsDialog *self,
                    TdPayment     *payment)
{
  if (payment->id != self->payment_id)
    return;
  if (payment->state == TD_PAYMENT_PAID)
    adw_dialog_close (ADW_DIALOG (self));
  else if (payment->state == TD_PAYMENT_ENDED)
    {
      gtk_stack_set_visible_child_name (self->stack, "form");
      update (self);
      show_trouble (self, _("The page has expired, and nothing was paid."));
    }
}

static void
add_funds (TdFundsDialog *self)
{
  const char *method =
    gtk_check_button_get_active (self->card_check) ? TD_METHOD_STRIPE : TD_METHOD_BUDGET;
  TdMoney amount;

  if (!td_wallet_text_parse (get_amount_text (self), &amount))
    return;
  gtk_widget_set_sensitive (self->add_button, FALSE);
  td_payments_begin_async (self->payments, method, amount,
                           gtk_editable_get_text (GTK_EDITABLE (self->note_row)), NULL, begun_cb,
                           g_object_ref (self));
}

/* Paying by card is offered where an operator takes such payments. */
static void
setup_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdFundsDialog) self = user_data;
  g_autoptr (TdPaymentSetup) setup = NULL;

  if (self->payments == NULL)
    return;
  setup = td_payments_get_setup_finish (self->payments, result, NULL);
  gtk_widget_set_visible (self->card_row, setup != NULL);
}

static void
set_amount_cb (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  TdFundsDialog *self = TD_FUNDS_DIALOG (widget);

  gtk_editable_set_text (GTK_EDITABLE (self->amount_row), g_variant_get_string (parameter, NULL));
  gtk_editable_set_position (GTK_EDITABLE (self->amount_row), -1);
}

static void
td_funds_dialog_dispose (GObject *object)
{
  g_clear_object (&TD_FUNDS_DIALOG (object)->payments);

  G_OBJECT_CLASS (td_funds_dialog_parent_class)->dispose (object);
}

static void
td_funds_dialog_class_init (TdFundsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_funds_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-funds-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdFundsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, TdFundsDialog, card_row);
  gtk_widget_class_bind_template_child (widget_class, TdFundsDialog, card_check);
  gtk_widget_class_bind_template_child (widget_class, TdFundsDialog, page_button);
  gtk_widget_class_bind_template_child (widget_class, TdFundsDialog, amount_row);
  gtk_widget_class_bind_template_child (widget_class, TdFundsDialog, note_row);
  gtk_widget_class_bind_template_child (widget_class, TdFundsDialog, add_button);
  gtk_widget_class_bind_template_child (widget_class, TdFundsDialog, trouble);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, add_funds);
  gtk_widget_class_install_action (widget_class, "funds.set-amount", "s", set_amount_cb);
}

static void
td_funds_dialog_init (TdFundsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

/**
 * td_funds_dialog_new:
 * @payments: what brings the funds
 *
 * Returns: (transfer floating): the dialog
 */
AdwDialog *
td_funds_dialog_new (TdPayments *payments)
{
  TdFundsDialog *self;

  g_return_val_if_fail (TD_IS_PAYMENTS (payments), NULL);

  self = g_object_new (TD_TYPE_FUNDS_DIALOG, NULL);
  self->payments = g_object_ref (payments);
  g_signal_connect_object (payments, "changed", G_CALLBACK (payment_changed_cb), self,
                           G_CONNECT_SWAPPED);
  td_payments_get_setup_async (payments, TD_METHOD_STRIPE, NULL, setup_cb, g_object_ref (self));
  return ADW_DIALOG (self);
}
