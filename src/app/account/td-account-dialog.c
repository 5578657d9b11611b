/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/account/td-account-dialog.h"

#include <glib/gi18n.h>

struct _TdAccountDialog
{
  AdwDialog parent_instance;

  TdAccountManager *accounts; /* (owned) */
  TdEngine *engine;           /* (owned) (nullable): of who is signed in */

  AdwNavigationView *view;
  AdwNavigationPage *overview;
  AdwAvatar *avatar;
  GtkLabel *name_label;
  GtkLabel *email_label;
  GtkLabel *balance_label;
  AdwActionRow *balance_row;
  AdwActionRow *keys_row;
  AdwActionRow *password_row;
  GtkWidget *switch_row;
};

G_DEFINE_FINAL_TYPE (TdAccountDialog, td_account_dialog, ADW_TYPE_DIALOG)

/* ---- The account's own page ------------------------------------------------------------------- */

static void
update_balance (TdAccountDialog *self)
{
  TdWallet *wallet = td_engine_get_wallet (self->engine);
  g_autofree char *balance = td_money_format_left (td_wallet_get_balance (wallet));
  TdMoney held = td_wallet_get_held (wallet);
  g_autofree char *held_text = td_money_format (held);
  g_autofree char *subtitle = NULL;

  gtk_label_set_text (self->balance_label, balance);
  if (held > 0)
    /* Translators: an amount of money that is set aside for replies under way. */
    subtitle = g_strdup_printf (_("%s held for replies under way"), held_text);
  adw_action_row_set_subtitle (self->balance_row, subtitle ? subtitle : "");
}

static void
update (TdAccountDialog *self)
{
  TdAccount *account = td_account_manager_get_current (self->accounts);
  TdVault *vault = td_account_manager_get_vault (self->accounts);
  const TdAccountFacts *facts;

  if (!account || !vault)
    return;
  facts = td_account_get_facts (account);
  adw_avatar_set_text (self->avatar, facts->name);
  gtk_label_set_text (self->name_label, facts->name);
  gtk_label_set_text (self->email_label, facts->email ? facts->email : "");
  gtk_widget_set_visible (GTK_WIDGET (self->email_label), facts->email != NULL);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row),
                                 facts->is_protected ? _("Change Password…")
                                                     : _("Protect With a Password…"));
  adw_action_row_set_subtitle (self->password_row,
                               facts->is_protected
                                 ? ""
                                 : _("Whoever uses this computer as you can use the account."));
  adw_action_row_set_subtitle (self->keys_row,
                               td_vault_get_kind (vault) == TD_VAULT_KIND_SEALED
                                 ? _("In a file that your password opens")
                                 : _("In the system’s keyring"));
  gtk_widget_set_visible (self->switch_row,
                          td_account_manager_get_accounts (self->accounts)->len > 1);
}

/* ---- Forms ------------------------------------------------------------------------------------ */

static void
form_done_cb (TdAccountDialog *self,
              TdAccountForm   *form)
{
  TdAccountFormKind kind = td_account_form_get_kind (form);

  if (kind != TD_ACCOUNT_FORM_PASSWORD && kind != TD_ACCOUNT_FORM_MOVE_KEYS)
    {
      adw_dialog_close (ADW_DIALOG (self));
      return;
    }
  update (self);
  adw_navigation_view_pop (self->view);
}

static void
form_other_cb (TdAccountDialog *self,
               TdAccountForm   *form)
{
  if (td_account_form_get_kind (form) == TD_ACCOUNT_FORM_SIGN_IN)
    td_account_dialog_show (self, TD_ACCOUNT_FORM_SIGN_UP);
  else if (adw_navigation_view_get_previous_page (self->view, ADW_NAVIGATION_PAGE (form)) !=
           self->overview)
    adw_navigation_view_pop (self->view);
  else
    td_account_dialog_show (self, TD_ACCOUNT_FORM_SIGN_IN);
}

static void
page_shown_cb (TdAccountDialog *self)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->view);
  GtkWidget *first;

  if (!TD_IS_ACCOUNT_FORM (page))
    {
      adw_dialog_set_default_widget (ADW_DIALOG (self), NULL);
      return;
    }
  adw_dialog_set_default_widget (ADW_DIALOG (self),
                                 td_account_form_get_default (TD_ACCOUNT_FORM (page)));
  first = td_account_form_get_first (TD_ACCOUNT_FORM (page));
  adw_dialog_set_focus (ADW_DIALOG (self), first);
  gtk_widget_grab_focus (first);
}

/**
 * td_account_dialog_show:
 * @self: the dialog
 * @kind: what is to be done
 *
 * Shows a form on top of what is there.
 */
void
td_account_dialog_show (TdAccountDialog   *self,
                        TdAccountFormKind  kind)
{
  TdKeyRing *key_ring = NULL;
  TdAccountForm *form;

  g_return_if_fail (TD_IS_ACCOUNT_DIALOG (self));

  if (self->engine)
    key_ring = td_engine_get_key_ring (self->engine);
  form = td_account_form_new (self->accounts, key_ring, kind);
  g_signal_connect_object (form, "done", G_CALLBACK (form_done_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "other", G_CALLBACK (form_other_cb), self, G_CONNECT_SWAPPED);
  adw_navigation_view_push (self->view, ADW_NAVIGATION_PAGE (form));
}

static void
password_cb (TdAccountDialog *self)
{
  td_account_dialog_show (self, TD_ACCOUNT_FORM_PASSWORD);
}

static void
switch_cb (TdAccountDialog *self)
{
  td_account_dialog_show (self, TD_ACCOUNT_FORM_SIGN_IN);
}

static void
create_cb (TdAccountDialog *self)
{
  td_account_dialog_show (self, TD_ACCOUNT_FORM_SIGN_UP);
}

static void
delete_cb (TdAccountDialog *self)
{
  td_account_dialog_show (self, TD_ACCOUNT_FORM_DELETE);
}

static void
wallet_cb (TdAccountDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-wallet", NULL);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
keys_cb (TdAccountDialog *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "preferences",
                                  NULL);
  adw_dialog_close (ADW_DIALOG (self));
}

/* ---- The dialog -------------------------------------------------------------------------------- */

static void
td_account_dialog_dispose (GObject *object)
{
  TdAccountDialog *self = TD_ACCOUNT_DIALOG (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_account_dialog_parent_class)->dispose (object);
}

static void
td_account_dialog_class_init (TdAccountDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_account_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-account-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, view);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, overview);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, avatar);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, name_label);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, email_label);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, balance_label);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, balance_row);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, keys_row);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, TdAccountDialog, switch_row);
  gtk_widget_class_bind_template_callback (widget_class, page_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, wallet_cb);
  gtk_widget_class_bind_template_callback (widget_class, keys_cb);
  gtk_widget_class_bind_template_callback (widget_class, password_cb);
  gtk_widget_class_bind_template_callback (widget_class, switch_cb);
  gtk_widget_class_bind_template_callback (widget_class, create_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
}

static void
td_account_dialog_init (TdAccountDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* With nobody in there is no account to look at. */
static void
show_sign_in_only (TdAccountDialog *self)
{
  TdAccountForm *form = td_account_form_new (self->accounts, NULL, TD_ACCOUNT_FORM_SIGN_IN);
  AdwNavigationPage *pages[] = { ADW_NAVIGATION_PAGE (form) };

  g_signal_connect_object (form, "done", G_CALLBACK (form_done_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "other", G_CALLBACK (form_other_cb), self, G_CONNECT_SWAPPED);
  adw_navigation_view_replace (self->view, pages, G_N_ELEMENTS (pages));
}

/**
 * td_account_dialog_new:
 * @accounts: the accounts
 * @engine: (nullable): the engine of who is signed in
 *
 * Returns: (transfer floating): the dialog
 */
TdAccountDialog *
td_account_dialog_new (TdAccountManager *accounts,
                       TdEngine         *engine)
{
  TdAccountDialog *self = g_object_new (TD_TYPE_ACCOUNT_DIALOG, NULL);

  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (accounts), NULL);

  self->accounts = g_object_ref (accounts);
  self->engine = engine ? g_object_ref (engine) : NULL;
  g_signal_connect_object (accounts, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (!engine || td_account_manager_get_state (accounts) != TD_ACCOUNT_STATE_READY)
    {
      show_sign_in_only (self);
      return self;
    }
  g_signal_connect_object (td_engine_get_wallet (engine), "changed", G_CALLBACK (update_balance),
                           self, G_CONNECT_SWAPPED);
  update (self);
  update_balance (self);
  return self;
}
