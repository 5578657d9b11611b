/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/account/td-account-form.h"

#include <glib/gi18n.h>

#include "account/td-account-error.h"
#include "account/td-password.h"
#include "app/td-app-error.h"
#include "app/td-application.h"

struct _TdAccountForm
{
  AdwNavigationPage parent_instance;

  TdAccountFormKind kind;
  TdAccountManager *accounts; /* (owned) (nullable): NULL once disposed */
  TdKeyRing *key_ring;        /* (owned) (nullable) */
  gboolean is_busy;

  AdwPreferencesGroup *intro;
  GtkWidget *account_group;
  AdwComboRow *account_row;
  GtkWidget *name_group;
  GtkWidget *name_row;
  GtkLabel *name_trouble;
  GtkWidget *email_group;
  GtkWidget *email_row;
  GtkLabel *email_trouble;
  GtkWidget *old_group;
  GtkWidget *old_row;
  GtkLabel *old_trouble;
  GtkWidget *new_group;
  GtkWidget *new_row;
  GtkLabel *new_trouble;
  GtkWidget *strength_box;
  GtkLevelBar *strength_bar;
  GtkLabel *strength_label;
  GtkButton *submit_button;
  GtkButton *other_button;
  GtkLabel *trouble;
};

G_DEFINE_FINAL_TYPE (TdAccountForm, td_account_form, ADW_TYPE_NAVIGATION_PAGE)

enum
{
  SIGNAL_DONE,
  SIGNAL_OTHER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* ---- Which account ----------------------------------------------------------------------------- */

/* The one that is chosen, or signed in. */
static TdAccount *
get_account (TdAccountForm *self)
{
  GPtrArray *accounts = td_account_manager_get_accounts (self->accounts);
  guint index = adw_combo_row_get_selected (self->account_row);

  if (self->kind != TD_ACCOUNT_FORM_SIGN_IN)
    return td_account_manager_get_current (self->accounts);
  return index < accounts->len ? accounts->pdata[index] : NULL;
}

static gboolean
needs_old_password (TdAccountForm *self)
{
  TdAccount *account = get_account (self);

  return self->kind != TD_ACCOUNT_FORM_SIGN_UP && account && td_account_get_protected (account);
}

static gboolean
needs_new_password (TdAccountForm *self)
{
  return self->kind == TD_ACCOUNT_FORM_SIGN_UP || self->kind == TD_ACCOUNT_FORM_PASSWORD;
}

static void
fill_accounts (TdAccountForm *self)
{
  GPtrArray *accounts = td_account_manager_get_accounts (self->accounts);
  TdAccount *current = td_account_manager_get_current (self->accounts);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  for (guint i = 0; i < accounts->len; i++)
    {
      gtk_string_list_append (names, td_account_get_name (accounts->pdata[i]));
      if (current && g_str_equal (td_account_get_id (current),
                                  td_account_get_id (accounts->pdata[i])))
        selected = i;
    }
  /* Who wants to sign in while somebody is signed in wants to be another. */
  if (td_account_manager_get_state (self->accounts) == TD_ACCOUNT_STATE_READY && accounts->len > 1)
    selected = (selected + 1) % accounts->len;
  adw_combo_row_set_model (self->account_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->account_row, selected);
}

/* ---- What is wrong ------------------------------------------------------------------------------ */

static void
set_trouble (GtkWidget *row, /* (nullable) */
             GtkLabel *label,
             const char *sentences)
{
  gtk_label_set_text (label, sentences ? sentences : "");
  gtk_widget_set_visible (GTK_WIDGET (label), sentences != NULL);
  if (row && sentences)
    gtk_widget_add_css_class (row, "error");
  else if (row)
    gtk_widget_remove_css_class (row, "error");
  if (sentences)
    gtk_accessible_announce (GTK_ACCESSIBLE (label), sentences,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
clear_troubles (TdAccountForm *self)
{
  set_trouble (self->name_row, self->name_trouble, NULL);
  set_trouble (self->email_row, self->email_trouble, NULL);
  set_trouble (self->old_row, self->old_trouble, NULL);
  set_trouble (self->new_row, self->new_trouble, NULL);
  set_trouble (NULL, self->trouble, NULL);
}

static void
find_field (TdAccountForm  *self,
            const GError   *error,
            GtkWidget     **row,
            GtkLabel      **label)
{
  *row = NULL;
  *label = self->trouble;
  if (error->domain != TD_ACCOUNT_ERROR)
    return;
  switch ((TdAccountError) error->code)
    {
    case TD_ACCOUNT_ERROR_NAME_INVALID:
    case TD_ACCOUNT_ERROR_NAME_TAKEN:
      *row = self->name_row;
      *label = self->name_trouble;
      break;
    case TD_ACCOUNT_ERROR_EMAIL_INVALID:
      *row = self->email_row;
      *label = self->email_trouble;
      break;
    case TD_ACCOUNT_ERROR_PASSWORD_SHORT:
    case TD_ACCOUNT_ERROR_PASSWORD_LONG:
    case TD_ACCOUNT_ERROR_PASSWORD_COMMON:
    case TD_ACCOUNT_ERROR_PASSWORD_PERSONAL:
      *row = self->new_row;
      *label = self->new_trouble;
      break;
    case TD_ACCOUNT_ERROR_PASSWORD_WRONG:
    case TD_ACCOUNT_ERROR_PASSWORD_NEEDED:
    case TD_ACCOUNT_ERROR_TOO_SOON:
      if (needs_old_password (self))
        {
          *row = self->old_row;
          *label = self->old_trouble;
        }
      break;
    case TD_ACCOUNT_ERROR_SIGNED_OUT:
    case TD_ACCOUNT_ERROR_NOT_FOUND:
    case TD_ACCOUNT_ERROR_IN_USE:
    case TD_ACCOUNT_ERROR_DAMAGED:
    case TD_ACCOUNT_ERROR_TOKEN_INVALID:
    case TD_ACCOUNT_ERROR_TOKEN_EXPIRED:
    case TD_ACCOUNT_ERROR_TOKEN_REUSED:
    default:
      break;
    }
}

static char *
describe (TdAccountForm *self,
          const GError  *error)
{
  g_autofree char *sentences = td_app_error_dup_sentences (error);
  TdAccount *account = get_account (self);
  gint64 seconds = account ? td_account_get_wait_seconds (account) : 0;
  g_autofree char *wait = NULL;

  if (error->domain != TD_ACCOUNT_ERROR || seconds == 0)
    return g_steal_pointer (&sentences);
  wait =
    g_strdup_printf (ngettext ("The next password is looked at in %" G_GINT64_FORMAT " second.",
                               "The next password is looked at in %" G_GINT64_FORMAT " seconds.",
                               (gulong) seconds),
                     seconds);
  return g_strconcat (sentences, " ", wait, NULL);
}

static void
show_error (TdAccountForm *self,
            const GError  *error)
{
  g_autofree char *sentences = describe (self, error);
  GtkWidget *row;
  GtkLabel *label;

  find_field (self, error, &row, &label);
  set_trouble (row, label, sentences);
  if (row)
    gtk_widget_grab_focus (row);
}

/* ---- State of the fields ------------------------------------------------------------------------- */

static void
update_strength (TdAccountForm *self)
{
  static const char *const hints[] = {
    [TD_PASSWORD_WEAK] = N_("Weak: at least 10 characters, and nothing that others try first."),
    [TD_PASSWORD_FAIR] = N_("Fair: a few more characters make it good."),
    [TD_PASSWORD_GOOD] = N_("Good"),
    [TD_PASSWORD_STRONG] = N_("Strong"),
  };
  const char *password = get_text (self->new_row);
  TdPasswordStrength strength = td_password_rate (password);

  gtk_widget_set_visible (self->strength_box, *password != '\0');
  gtk_level_bar_set_value (self->strength_bar, (double) strength + 1);
  gtk_label_set_text (self->strength_label, _(hints[strength]));
}

static gboolean
is_complete (TdAccountForm *self)
{
  if (self->kind == TD_ACCOUNT_FORM_SIGN_UP && !*get_text (self->name_row))
    return FALSE;
  if (needs_new_password (self) && !*get_text (self->new_row))
    return FALSE;
  return !needs_old_password (self) || *get_text (self->old_row);
}

static void
update (TdAccountForm *self)
{
  gtk_widget_set_visible (self->old_group, needs_old_password (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->submit_button),
                            is_complete (self) && !self->is_busy);
  update_strength (self);
}

static void
edited_cb (TdAccountForm *self,
           GtkEditable   *editable)
{
  if (!self->accounts)
    return;
  clear_troubles (self);
  update (self);
}

static void
account_chosen_cb (TdAccountForm *self)
{
  if (!self->accounts)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->old_row), "");
  clear_troubles (self);
  update (self);
}

/* ---- Doing it ------------------------------------------------------------------------------------ */

static void
set_busy (TdAccountForm *self,
          gboolean       is_busy)
{
  self->is_busy = is_busy;
  adw_navigation_page_set_can_pop (ADW_NAVIGATION_PAGE (self), !is_busy);
  update (self);
}

typedef struct
{
  TdAccountForm *form; /* (owned) */
  GError *error;       /* (owned) */
} Failure;

/* How long one has to wait is in the list only. */
static void
list_read_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Failure *failure = user_data;
  g_autoptr (TdAccountForm) self = failure->form;
  g_autoptr (GError) error = failure->error;

  g_free (failure);
  td_account_manager_load_finish (TD_ACCOUNT_MANAGER (source), result, NULL);
  if (!self->accounts)
    return;
  set_busy (self, FALSE);
  show_error (self, error);
}

static void
end (TdAccountForm *self, /* (transfer full) */
     GError *error) /* (transfer full) (nullable) */
{
  g_autoptr (TdAccountForm) form = self;
  Failure *failure;

  if (!error)
    td_application_announce_accounts (td_application_get_default ());
  if (!form->accounts)
    {
      g_clear_error (&error);
      return;
    }
  if (!error)
    {
      set_busy (form, FALSE);
      g_signal_emit (form, signals[SIGNAL_DONE], 0);
      return;
    }
  failure = g_new0 (Failure, 1);
  failure->form = g_object_ref (form);
  failure->error = error;
  td_account_manager_load_async (form->accounts, NULL, list_read_cb, failure);
}

static void
signed_up_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GError *error = NULL;

  td_account_manager_sign_up_finish (TD_ACCOUNT_MANAGER (source), result, &error);
  end (user_data, error);
}

static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GError *error = NULL;

  td_account_manager_sign_in_finish (TD_ACCOUNT_MANAGER (source), result, &error);
  end (user_data, error);
}

static void
password_set_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GError *error = NULL;

  td_account_manager_set_password_finish (TD_ACCOUNT_MANAGER (source), result, &error);
  end (user_data, error);
}

static void
keys_moved_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  GError *error = NULL;

  td_account_manager_move_keys_finish (TD_ACCOUNT_MANAGER (source), result, &error);
  end (user_data, error);
}

/* The password is checked while everything is still open; then the application closes it all. */
static void
delete_allowed_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (TdAccountForm) self = user_data;
  GError *error = NULL;

  if (!td_account_manager_sign_in_finish (TD_ACCOUNT_MANAGER (source), result, &error))
    end (g_steal_pointer (&self), error);
  else if (self->accounts)
    td_application_delete_account (td_application_get_default (),
                                   needs_old_password (self) ? get_text (self->old_row) : NULL);
}

static TdVaultKind
get_other_kind (TdAccountForm *self)
{
  TdVault *vault = td_account_manager_get_vault (self->accounts);

  return vault && td_vault_get_kind (vault) == TD_VAULT_KIND_SEALED ? TD_VAULT_KIND_KEYRING
                                                                    : TD_VAULT_KIND_SEALED;
}

static void
submit_cb (TdAccountForm *self)
{
  TdAccount *account = get_account (self);
  const char *old_password = needs_old_password (self) ? get_text (self->old_row) : NULL;

  if (!is_complete (self) || self->is_busy)
    return;
  clear_troubles (self);
  set_busy (self, TRUE);
  switch (self->kind)
    {
    case TD_ACCOUNT_FORM_SIGN_UP:
      td_account_manager_sign_up_async (self->accounts, get_text (self->name_row),
                                        get_text (self->email_row), get_text (self->new_row),
                                        signed_up_cb, g_object_ref (self));
      break;
    case TD_ACCOUNT_FORM_PASSWORD:
      td_account_manager_set_password_async (self->accounts, old_password,
                                             get_text (self->new_row), password_set_cb,
                                             g_object_ref (self));
      break;
    case TD_ACCOUNT_FORM_MOVE_KEYS:
      td_account_manager_move_keys_async (self->accounts, self->key_ring, get_other_kind (self),
                                          old_password, keys_moved_cb, g_object_ref (self));
      break;
    case TD_ACCOUNT_FORM_DELETE:
      td_account_manager_sign_in_async (self->accounts, td_account_get_id (account), old_password,
                                        delete_allowed_cb, g_object_ref (self));
      break;
    case TD_ACCOUNT_FORM_SIGN_IN:
    default:
      td_account_manager_sign_in_async (self->accounts, td_account_get_id (account), old_password,
                                        signed_in_cb, g_object_ref (self));
      break;
    }
}

static void
other_cb (TdAccountForm *self)
{
  g_signal_emit (self, signals[SIGNAL_OTHER], 0);
}

/* ---- The form ------------------------------------------------------------------------------------ */

static void
td_account_form_dispose (GObject *object)
{
  TdAccountForm *self = TD_ACCOUNT_FORM (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->key_ring);

  G_OBJECT_CLASS (td_account_form_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, intro);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, account_group);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, account_row);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, name_group);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, name_row);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, name_trouble);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, email_group);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, email_row);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, email_trouble);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, old_group);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, old_row);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, old_trouble);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, new_group);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, new_row);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, new_trouble);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, strength_box);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, strength_bar);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, strength_label);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, submit_button);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, other_button);
  gtk_widget_class_bind_template_child (widget_class, TdAccountForm, trouble);
}

static void
td_account_form_class_init (TdAccountFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_account_form_dispose;

  /**
   * TdAccountForm::done:
   *
   * What the form is for was done.
   */
  signals[SIGNAL_DONE] = g_signal_new ("done", TD_TYPE_ACCOUNT_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
  /**
   * TdAccountForm::other:
   *
   * The user wants to sign up instead of in, or in instead of up.
   */
  signals[SIGNAL_OTHER] = g_signal_new ("other", TD_TYPE_ACCOUNT_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-account-form.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, account_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, submit_cb);
  gtk_widget_class_bind_template_callback (widget_class, other_cb);
}

static void
td_account_form_init (TdAccountForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static const char *
get_title (TdAccountForm *self)
{
  switch (self->kind)
    {
    case TD_ACCOUNT_FORM_SIGN_UP:
      return _("Create Account");
    case TD_ACCOUNT_FORM_PASSWORD:
      return needs_old_password (self) ? _("Change Password") : _("Protect Account");
    case TD_ACCOUNT_FORM_DELETE:
      return _("Delete Account");
    case TD_ACCOUNT_FORM_MOVE_KEYS:
      return _("Move API Keys");
    case TD_ACCOUNT_FORM_SIGN_IN:
    default:
      return _("Sign In");
    }
}

static const char *
get_intro (TdAccountForm *self)
{
  switch (self->kind)
    {
    case TD_ACCOUNT_FORM_SIGN_UP:
      return _("Every account on this computer has chats, keys and money of its own.");
    case TD_ACCOUNT_FORM_PASSWORD:
      return _(
       "The password is asked for when you sign in. Nobody can give it back to you when it is lost.");
    case TD_ACCOUNT_FORM_DELETE:
      return _(
       "All chats, API keys and money records of this account go from this computer, and nothing of it comes back. The keys stay valid at the providers until you revoke them there.");
    case TD_ACCOUNT_FORM_MOVE_KEYS:
      return get_other_kind (self) == TD_VAULT_KIND_SEALED
               ? _(
                  "All keys go into a file that only your password opens, and are removed from the keyring. You will be asked for the password each time Top Dog starts.")
               : _("All keys go into the system’s keyring, and the sealed vault is removed.");
    case TD_ACCOUNT_FORM_SIGN_IN:
    default:
      return NULL;
    }
}

static const char *
get_submit_label (TdAccountForm *self)
{
  switch (self->kind)
    {
    case TD_ACCOUNT_FORM_SIGN_UP:
      return _("_Create Account");
    case TD_ACCOUNT_FORM_PASSWORD:
      return _("_Set Password");
    case TD_ACCOUNT_FORM_DELETE:
      return _("_Delete Everything");
    case TD_ACCOUNT_FORM_MOVE_KEYS:
      return _("_Move Keys");
    case TD_ACCOUNT_FORM_SIGN_IN:
    default:
      return _("_Sign In");
    }
}

static void
set_up (TdAccountForm *self)
{
  gboolean is_sign_in = self->kind == TD_ACCOUNT_FORM_SIGN_IN;
  gboolean is_sign_up = self->kind == TD_ACCOUNT_FORM_SIGN_UP;

  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), get_title (self));
  adw_preferences_group_set_description (self->intro, get_intro (self));
  gtk_widget_set_visible (GTK_WIDGET (self->intro), get_intro (self) != NULL);
  gtk_widget_set_visible (self->account_group, is_sign_in);
  gtk_widget_set_visible (self->name_group, is_sign_up);
  gtk_widget_set_visible (self->email_group, is_sign_up);
  gtk_widget_set_visible (self->new_group, needs_new_password (self));
  if (is_sign_up)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->new_row), _("Password"));
  gtk_button_set_label (self->submit_button, get_submit_label (self));
  gtk_widget_add_css_class (GTK_WIDGET (self->submit_button),
                            self->kind == TD_ACCOUNT_FORM_DELETE ? "destructive-action"
                                                                 : "suggested-action");
  gtk_button_set_label (self->other_button,
                        is_sign_up ? _("_Sign In Instead") : _("_Create Account…"));
  gtk_widget_set_visible (GTK_WIDGET (self->other_button), is_sign_in || is_sign_up);
}

/**
 * td_account_form_new:
 * @accounts: the accounts
 * @key_ring: (nullable): the keys, for a form that moves them
 * @kind: what it is for
 *
 * Returns: (transfer floating): the page
 */
TdAccountForm *
td_account_form_new (TdAccountManager  *accounts,
                     TdKeyRing         *key_ring,
                     TdAccountFormKind  kind)
{
  TdAccountForm *self = g_object_new (TD_TYPE_ACCOUNT_FORM, NULL);

  g_return_val_if_fail (TD_IS_ACCOUNT_MANAGER (accounts), NULL);

  self->kind = kind;
  self->key_ring = key_ring ? g_object_ref (key_ring) : NULL;
  self->accounts = g_object_ref (accounts);
  fill_accounts (self);
  set_up (self);
  update (self);
  return self;
}

TdAccountFormKind
td_account_form_get_kind (TdAccountForm *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_FORM (self), TD_ACCOUNT_FORM_SIGN_IN);

  return self->kind;
}

/**
 * td_account_form_get_first:
 * @self: the form
 *
 * Returns: (transfer none): where one begins
 */
GtkWidget *
td_account_form_get_first (TdAccountForm *self)
{
  const struct
  {
    GtkWidget *group;
    GtkWidget *row;
  } fields[] = {
    { self->name_group, self->name_row },
    { self->old_group, self->old_row },
    { self->new_group, self->new_row },
  };

  g_return_val_if_fail (TD_IS_ACCOUNT_FORM (self), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      if (gtk_widget_get_visible (fields[i].group))
        return fields[i].row;
    }
  return GTK_WIDGET (self->submit_button);
}

/**
 * td_account_form_get_default:
 * @self: the form
 *
 * Returns: (transfer none): the button that Return presses
 */
GtkWidget *
td_account_form_get_default (TdAccountForm *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT_FORM (self), NULL);

  return GTK_WIDGET (self->submit_button);
}
