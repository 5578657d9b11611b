/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-funds-dialog.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/wallet/td-wallet-text.h"

struct _TdFundsDialog
{
  AdwDialog parent_instance;

  TdWallet *wallet; /* (owned) (nullable): NULL once disposed */

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

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdFundsDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdLedgerTransaction) transaction =
    td_wallet_move_finish (TD_WALLET (source), result, &error);

  if (self->wallet == NULL)
    return;
  if (transaction != NULL)
    {
      adw_dialog_close (ADW_DIALOG (self));
      return;
    }
  else
    {
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      update (self);
      show_trouble (self, sentences);
    }
}

static void
add_funds (TdFundsDialog *self)
{
  TdMoney amount;

  if (!td_wallet_text_parse (get_amount_text (self), &amount))
    return;
  gtk_widget_set_sensitive (self->add_button, FALSE);
  td_wallet_add_funds_async (self->wallet, amount, "budget", NULL,
                             gtk_editable_get_text (GTK_EDITABLE (self->note_row)), added_cb,
                             g_object_ref (self));
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
  g_clear_object (&TD_FUNDS_DIALOG (object)->wallet);

  G_OBJECT_CLASS (td_funds_dialog_parent_class)->dispose (object);
}

static void
td_funds_dialog_class_init (TdFundsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_funds_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-funds-dialog.ui");
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
 * @wallet: where the funds go
 *
 * Returns: (transfer floating): the dialog
 */
AdwDialog *
td_funds_dialog_new (TdWallet *wallet)
{
  TdFundsDialog *self;

  g_return_val_if_fail (TD_IS_WALLET (wallet), NULL);

  self = g_object_new (TD_TYPE_FUNDS_DIALOG, NULL);
  self->wallet = g_object_ref (wallet);
  return ADW_DIALOG (self);
}
