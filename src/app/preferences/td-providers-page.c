/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-providers-page.h"

#include <glib/gi18n.h>

#include "app/preferences/td-endpoint-dialog.h"
#include "app/preferences/td-local-servers-group.h"
#include "app/td-app-error.h"
#include "app/td-application.h"
#include "base/td-text.h"

struct _TdProvidersPage
{
  AdwPreferencesPage parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL once disposed */
  GCancellable *cancellable; /* (owned) */
  GHashTable *last_fours;    /* (element-type utf8 utf8): provider id to the key in use */
  GPtrArray *rows;           /* (element-type GtkWidget) */

  GtkSearchEntry *search;
  AdwActionRow *keyring_row;
  GtkImage *keyring_icon;
  GtkWidget *unlock_button;
  AdwPreferencesRow *move_row;
  AdwPreferencesGroup *group;
};

G_DEFINE_FINAL_TYPE (TdProvidersPage, td_providers_page, ADW_TYPE_PREFERENCES_PAGE)

enum
{
  SIGNAL_PROVIDER_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
describe_state (TdProvidersPage  *self,
                const TdEndpoint *endpoint)
{
  const char *last_four = g_hash_table_lookup (self->last_fours, endpoint->provider_id);

  if (!td_endpoint_is_supported (endpoint))
    return g_strdup (_("Browse and compare only, for now"));
  if (!endpoint->enabled)
    return g_strdup (_("Switched off"));
  if (last_four != NULL && *last_four != '\0')
    /* Translators: the last characters of the key */
    return g_strdup_printf (_("Key ends in %s"), last_four);
  if (last_four != NULL)
    return g_strdup (_("Key added"));
  if (endpoint->needs_key)
    return g_strdup (_("Needs a key"));
  return endpoint->local ? g_strdup (_("On this computer, no key needed"))
                         : g_strdup (_("No key needed"));
}

static void
row_activated_cb (GtkWidget       *row,
                  TdProvidersPage *self)
{
  g_signal_emit (self, signals[SIGNAL_PROVIDER_ACTIVATED], 0,
                 g_object_get_data (G_OBJECT (row), "provider-id"));
}

static void
add_provider_row (TdProvidersPage  *self,
                  const TdEndpoint *endpoint)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *state = describe_state (self, endpoint);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), endpoint->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), state);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "provider-id", g_strdup (endpoint->provider_id), g_free);
  g_object_set_data_full (G_OBJECT (row), "folded", td_text_fold (endpoint->name), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (row_activated_cb), self, 0);
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->group, row);
}

static void
filter_rows (TdProvidersPage *self)
{
  g_autofree char *text = td_text_fold (gtk_editable_get_text (GTK_EDITABLE (self->search)));

  g_strstrip (text);
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      gtk_widget_set_visible (row,
                              strstr (g_object_get_data (G_OBJECT (row), "folded"), text) != NULL);
    }
}

/* The rows stay, so that the scrolled place and the focus do; only their states change. */
static gboolean
update_rows (TdProvidersPage *self,
             GPtrArray       *endpoints)
{
  if (self->rows->len != endpoints->len)
    return FALSE;
  for (guint i = 0; i < endpoints->len; i++)
    if (!g_str_equal (g_object_get_data (g_ptr_array_index (self->rows, i), "provider-id"),
                      ((TdEndpoint *) g_ptr_array_index (endpoints, i))->provider_id))
      return FALSE;
  for (guint i = 0; i < endpoints->len; i++)
    {
      g_autofree char *state = describe_state (self, g_ptr_array_index (endpoints, i));

      adw_action_row_set_subtitle (g_ptr_array_index (self->rows, i), state);
    }
  return TRUE;
}

static void
show_providers (TdProvidersPage *self)
{
  g_autoptr (GPtrArray) endpoints =
    td_endpoint_list_dup_all (td_engine_get_endpoints (self->engine));

  if (update_rows (self, endpoints))
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < endpoints->len; i++)
    add_provider_row (self, g_ptr_array_index (endpoints, i));
  filter_rows (self);
}

static void
keys_listed_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (TdProvidersPage) self = user_data;
  g_autoptr (GPtrArray) keys = td_key_ring_list_finish (TD_KEY_RING (source), result, NULL);

  if (self->engine == NULL || keys == NULL)
    return;
  g_hash_table_remove_all (self->last_fours);
  for (guint i = 0; i < keys->len; i++)
    {
      TdApiKey *key = g_ptr_array_index (keys, i);

      if (td_api_key_get_in_use (key))
        g_hash_table_insert (self->last_fours, g_strdup (td_api_key_get_provider_id (key)),
                             g_strdup (td_api_key_get_last_four (key)));
    }
  show_providers (self);
}

static void
show_vault (TdProvidersPage *self,
            TdVaultKind      kind,
            TdVaultState     state)
{
  static const struct
  {
    TdVaultKind kind;
    TdVaultState state;
    const char *icon;
    const char *title;
    const char *subtitle;
  } says[] = {
    { TD_VAULT_KIND_SEALED, TD_VAULT_STATE_READY, "channel-secure-symbolic",
      N_("The sealed vault is open"),
      N_("API keys are kept in a file that only your password opens.") },
    { TD_VAULT_KIND_SEALED, TD_VAULT_STATE_LOCKED, "changes-prevent-symbolic",
      N_("The sealed vault is locked"),
      N_("Sign in again to open it. If its file is damaged, put a backup in its place.") },
    { TD_VAULT_KIND_SEALED, TD_VAULT_STATE_ABSENT, "dialog-warning-symbolic",
      N_("The sealed vault is gone"),
      N_("Its file, keys.sealed, is missing. Put a backup in its place.") },
    { TD_VAULT_KIND_KEYRING, TD_VAULT_STATE_READY, "channel-secure-symbolic",
      N_("The keyring is ready"), N_("API keys are kept in the system keyring.") },
    { TD_VAULT_KIND_KEYRING, TD_VAULT_STATE_LOCKED, "changes-prevent-symbolic",
      N_("The keyring is locked"),
      N_("The system asks for its password when a key is added or used.") },
    { TD_VAULT_KIND_KEYRING, TD_VAULT_STATE_EMPTY, "channel-secure-symbolic",
      N_("There is no keyring yet"),
      N_("The system makes one with the first key, and asks for a password for it.") },
    { TD_VAULT_KIND_KEYRING, TD_VAULT_STATE_ABSENT, "dialog-warning-symbolic",
      N_("This session has no keyring"),
      N_(
       "Keys cannot be kept. Start a keyring service such as GNOME Keyring, or keep them in a sealed vault.") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (says); i++)
    if (says[i].kind == kind && says[i].state == state)
      {
        gtk_image_set_from_icon_name (self->keyring_icon, says[i].icon);
        adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->keyring_row), _(says[i].title));
        adw_action_row_set_subtitle (self->keyring_row, _(says[i].subtitle));
      }
  gtk_widget_set_visible (self->unlock_button,
                          kind == TD_VAULT_KIND_KEYRING && state == TD_VAULT_STATE_LOCKED);
  gtk_widget_set_visible (GTK_WIDGET (self->move_row), state != TD_VAULT_STATE_LOCKED);
  adw_preferences_row_set_title (self->move_row, kind == TD_VAULT_KIND_SEALED
                                                   ? _("Keep Keys in the _Keyring…")
                                                   : _("Keep Keys in a _Sealed Vault…"));
}

static void
show_keyring_trouble (TdProvidersPage *self,
                      const GError    *error)
{
  g_autoptr (TdErrorText) text = td_app_error_describe (error, NULL);

  gtk_image_set_from_icon_name (self->keyring_icon, "dialog-warning-symbolic");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->keyring_row), text->title);
  adw_action_row_set_subtitle (self->keyring_row, text->advice);
}

static void
keyring_state_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (TdProvidersPage) self = user_data;
  g_autoptr (GError) error = NULL;
  TdVaultState state = td_vault_get_state_finish (TD_VAULT (source), result, &error);

  if (self->engine == NULL)
    return;
  if (error == NULL)
    show_vault (self, td_vault_get_kind (TD_VAULT (source)), state);
  else
    show_keyring_trouble (self, error);
}

static void
look_at_keys (TdProvidersPage *self)
{
  TdKeyRing *key_ring = td_engine_get_key_ring (self->engine);

  td_key_ring_list_async (key_ring, NULL, self->cancellable, keys_listed_cb, g_object_ref (self));
  td_vault_get_state_async (td_key_ring_get_vault (key_ring), self->cancellable, keyring_state_cb,
                            g_object_ref (self));
}

static void
unlock_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdProvidersPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = td_vault_unlock_finish (TD_VAULT (source), result, &error);

  if (self->engine == NULL)
    return;
  gtk_widget_set_sensitive (self->unlock_button, TRUE);
  if (done)
    look_at_keys (self);
  else
    show_keyring_trouble (self, error);
}

static void
unlock_clicked_cb (TdProvidersPage *self)
{
  gtk_widget_set_sensitive (self->unlock_button, FALSE);
  td_vault_unlock_async (td_key_ring_get_vault (td_engine_get_key_ring (self->engine)),
                         self->cancellable, unlock_cb, g_object_ref (self));
}

static void
move_activated_cb (TdProvidersPage *self)
{
  td_application_move_keys (td_application_get_default ());
}

static void
endpoint_added_cb (TdProvidersPage *self,
                   const char      *provider_id)
{
  g_signal_emit (self, signals[SIGNAL_PROVIDER_ACTIVATED], 0, provider_id);
}

static void
add_clicked_cb (TdProvidersPage *self)
{
  AdwDialog *dialog = td_endpoint_dialog_new (self->engine);

  g_signal_connect_object (dialog, "added", G_CALLBACK (endpoint_added_cb), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
td_providers_page_dispose (GObject *object)
{
  TdProvidersPage *self = TD_PROVIDERS_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_providers_page_parent_class)->dispose (object);
}

static void
td_providers_page_finalize (GObject *object)
{
  TdProvidersPage *self = TD_PROVIDERS_PAGE (object);

  g_hash_table_unref (self->last_fours);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (td_providers_page_parent_class)->finalize (object);
}

static void
td_providers_page_class_init (TdProvidersPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_providers_page_dispose;
  object_class->finalize = td_providers_page_finalize;

  signals[SIGNAL_PROVIDER_ACTIVATED] =
    g_signal_new ("provider-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-providers-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdProvidersPage, search);
  gtk_widget_class_bind_template_child (widget_class, TdProvidersPage, keyring_row);
  gtk_widget_class_bind_template_child (widget_class, TdProvidersPage, keyring_icon);
  gtk_widget_class_bind_template_child (widget_class, TdProvidersPage, unlock_button);
  gtk_widget_class_bind_template_child (widget_class, TdProvidersPage, move_row);
  gtk_widget_class_bind_template_child (widget_class, TdProvidersPage, group);
  gtk_widget_class_bind_template_callback (widget_class, filter_rows);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, unlock_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, move_activated_cb);
}

static void
td_providers_page_init (TdProvidersPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
  self->last_fours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->cancellable = g_cancellable_new ();
}

/**
 * td_providers_page_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the page
 */
AdwPreferencesPage *
td_providers_page_new (TdEngine *engine)
{
  TdProvidersPage *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_PROVIDERS_PAGE, NULL);
  self->engine = g_object_ref (engine);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self),
                            ADW_PREFERENCES_GROUP (td_local_servers_group_new (engine)));
  g_signal_connect_object (td_engine_get_endpoints (engine), "changed", G_CALLBACK (show_providers),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (td_engine_get_key_ring (engine), "changed", G_CALLBACK (look_at_keys),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (td_application_get_accounts (td_application_get_default ()), "changed",
                           G_CALLBACK (look_at_keys), self, G_CONNECT_SWAPPED);
  show_providers (self);
  look_at_keys (self);
  return ADW_PREFERENCES_PAGE (self);
}
