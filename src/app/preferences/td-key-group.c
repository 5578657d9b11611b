/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-key-group.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/td-format.h"
#include "providers/td-key-page.h"

struct _TdKeyGroup
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine;         /* (owned) (nullable): NULL until set and once disposed */
  char *provider_id;        /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GPtrArray *rows;          /* (element-type GtkWidget): one a key */

  AdwPasswordEntryRow *secret_row;
  AdwEntryRow *name_row;
  GtkWidget *add_button;
  GtkLabel *trouble;
};

G_DEFINE_FINAL_TYPE (TdKeyGroup, td_key_group, ADW_TYPE_PREFERENCES_GROUP)

static const char *
get_provider_name (TdKeyGroup *self)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (self->engine), self->provider_id);

  return endpoint != NULL ? endpoint->name : self->provider_id;
}

/* NULL clears what was said. */
static void
say (TdKeyGroup   *self,
     const GError *error)
{
  g_autoptr (TdErrorText) text = NULL;
  g_autofree char *sentences = NULL;

  if (error != NULL)
    {
      text = td_app_error_describe (error, get_provider_name (self));
      sentences = g_strconcat (text->title, " ", text->advice, NULL);
    }
  gtk_label_set_text (self->trouble, sentences != NULL ? sentences : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), sentences != NULL);
  if (sentences != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self->trouble), sentences,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
update_add_button (TdKeyGroup *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->secret_row));

  gtk_widget_set_sensitive (self->add_button, *text != '\0');
}

static void
use_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (TdKeyGroup) self = user_data;
  g_autoptr (GError) error = NULL;

  td_key_ring_use_finish (TD_KEY_RING (source), result, &error);
  if (self->engine != NULL)
    say (self, error);
}

static void
use_key (TdKeyGroup *self,
         TdApiKey   *key)
{
  td_key_ring_use_async (td_engine_get_key_ring (self->engine), td_api_key_get_id (key),
                         self->cancellable, use_cb, g_object_ref (self));
}

static void
add_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (TdKeyGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdApiKey) key = td_key_ring_add_finish (TD_KEY_RING (source), result, &error);

  if (self->engine == NULL)
    return;
  gtk_editable_set_editable (GTK_EDITABLE (self->secret_row), TRUE);
  /* Before the button turns off and leaves the keyboard nowhere. */
  gtk_widget_grab_focus (GTK_WIDGET (self->secret_row));
  if (key != NULL)
    {
      /* Only now: what was typed is not lost when the keyring refuses it. */
      gtk_editable_set_text (GTK_EDITABLE (self->secret_row), "");
      gtk_editable_set_text (GTK_EDITABLE (self->name_row), "");
    }
  say (self, error);
  update_add_button (self);
}

static void
add_key (TdKeyGroup *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));

  gtk_widget_grab_focus (GTK_WIDGET (self->secret_row));
  gtk_editable_set_editable (GTK_EDITABLE (self->secret_row), FALSE);
  gtk_widget_set_sensitive (self->add_button, FALSE);
  td_key_ring_add_async (td_engine_get_key_ring (self->engine), self->provider_id,
                         *name != '\0' ? name : NULL,
                         gtk_editable_get_text (GTK_EDITABLE (self->secret_row)), self->cancellable,
                         add_cb, g_object_ref (self));
}

static void
revoke_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdKeyGroup) self = user_data;
  g_autoptr (GError) error = NULL;

  td_key_ring_revoke_finish (TD_KEY_RING (source), result, &error);
  if (self->engine != NULL)
    say (self, error);
}

static void
revoke_response_cb (AdwAlertDialog *dialog,
                    const char     *response,
                    TdKeyGroup     *self)
{
  gint64 *key_id = g_object_get_data (G_OBJECT (dialog), "key-id");

  if (g_str_equal (response, "revoke") && self->engine != NULL)
    td_key_ring_revoke_async (td_engine_get_key_ring (self->engine), *key_id, self->cancellable,
                              revoke_cb, g_object_ref (self));
}

static void
ask_revoke (TdKeyGroup *self,
            TdApiKey   *key)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Remove This Key?"), NULL);
  TdMarket *market = td_engine_get_market (self->engine);
  const char *page = td_key_page_find (td_market_get_catalogue (market), self->provider_id);
  gint64 id = td_api_key_get_id (key);

  adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog),
                                /* Translators: the provider's name, twice */
                                _("Top Dog forgets the key. It stays valid at %s until you also revoke it on the website of %s."),
                                get_provider_name (self), get_provider_name (self));
  if (page != NULL)
    {
      GtkWidget *link = gtk_link_button_new_with_label (page, _("Revoke It on the Website"));

      gtk_widget_set_halign (link, GTK_ALIGN_CENTER);
      adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), link);
    }
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "revoke",
                                  _("_Remove"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "revoke",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "key-id", g_memdup2 (&id, sizeof id), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (revoke_response_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
revoke_clicked_cb (GtkButton  *button,
                   TdKeyGroup *self)
{
  ask_revoke (self, g_object_get_data (G_OBJECT (button), "key"));
}

static void
use_clicked_cb (GtkButton  *button,
                TdKeyGroup *self)
{
  use_key (self, g_object_get_data (G_OBJECT (button), "key"));
}

static GtkWidget *
create_key_row (TdKeyGroup *self,
                TdApiKey   *key)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *revoke = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *when = td_format_when (td_api_key_get_created_us (key));
  const char *last_four = td_api_key_get_last_four (key);
  g_autofree char *revoke_name = NULL;
  g_autofree char *subtitle =
    *last_four != '\0'
      /* Translators: the last characters of a key and when it was added */
      ? g_strdup_printf (_("Ends in %s · Added %s"), last_four, when)
      : g_strdup_printf (_("Added %s"), when);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), td_api_key_get_name (key));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (td_api_key_get_in_use (key))
    {
      GtkWidget *mark = gtk_label_new (_("In use"));

      gtk_widget_add_css_class (mark, "dim-label");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), mark);
    }
  else
    {
      GtkWidget *use = gtk_button_new_with_label (_("Use"));

      gtk_widget_set_valign (use, GTK_ALIGN_CENTER);
      g_object_set_data_full (G_OBJECT (use), "key", g_object_ref (key), g_object_unref);
      g_signal_connect_object (use, "clicked", G_CALLBACK (use_clicked_cb), self, 0);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), use);
    }
  /* Translators: a button, for screen readers; %s is the name of a key */
  revoke_name = g_strdup_printf (_("Remove %s"), td_api_key_get_name (key));
  gtk_accessible_update_property (GTK_ACCESSIBLE (revoke), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  revoke_name, -1);
  gtk_widget_set_tooltip_text (revoke, _("Remove Key"));
  gtk_widget_set_valign (revoke, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (revoke, "flat");
  g_object_set_data_full (G_OBJECT (revoke), "key", g_object_ref (key), g_object_unref);
  g_signal_connect_object (revoke, "clicked", G_CALLBACK (revoke_clicked_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), revoke);
  return row;
}

static gboolean
has_focus (GtkWidget *row)
{
  GtkRoot *root = gtk_widget_get_root (row);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, row);
}

static void
show_keys (TdKeyGroup *self,
           GPtrArray  *keys)
{
  gboolean is_typing = has_focus (GTK_WIDGET (self->secret_row));

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  /* The fields to add one stay below the keys, with what is typed in them. */
  g_object_ref (self->secret_row);
  g_object_ref (self->name_row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->secret_row));
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->name_row));
  for (guint i = 0; i < keys->len; i++)
    {
      GtkWidget *row = create_key_row (self, g_ptr_array_index (keys, i));

      g_ptr_array_add (self->rows, row);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->secret_row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->name_row));
  g_object_unref (self->secret_row);
  g_object_unref (self->name_row);
  if (is_typing)
    gtk_widget_grab_focus (GTK_WIDGET (self->secret_row));
}

static void
list_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TdKeyGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = td_key_ring_list_finish (TD_KEY_RING (source), result, &error);

  if (self->engine == NULL)
    return;
  if (keys != NULL)
    show_keys (self, keys);
  else
    say (self, error);
}

static void
load_keys (TdKeyGroup *self)
{
  td_key_ring_list_async (td_engine_get_key_ring (self->engine), self->provider_id,
                          self->cancellable, list_cb, g_object_ref (self));
}

static void
keys_changed_cb (TdKeyGroup *self,
                 const char *provider_id)
{
  if (provider_id == NULL || g_str_equal (provider_id, self->provider_id))
    load_keys (self);
}

static void
td_key_group_dispose (GObject *object)
{
  TdKeyGroup *self = TD_KEY_GROUP (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_key_group_parent_class)->dispose (object);
}

static void
td_key_group_finalize (GObject *object)
{
  TdKeyGroup *self = TD_KEY_GROUP (object);

  g_free (self->provider_id);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (td_key_group_parent_class)->finalize (object);
}

static void
td_key_group_class_init (TdKeyGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_key_group_dispose;
  object_class->finalize = td_key_group_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-key-group.ui");
  gtk_widget_class_bind_template_child (widget_class, TdKeyGroup, secret_row);
  gtk_widget_class_bind_template_child (widget_class, TdKeyGroup, name_row);
  gtk_widget_class_bind_template_child (widget_class, TdKeyGroup, add_button);
  gtk_widget_class_bind_template_child (widget_class, TdKeyGroup, trouble);
  gtk_widget_class_bind_template_callback (widget_class, update_add_button);
  gtk_widget_class_bind_template_callback (widget_class, add_key);
}

static void
td_key_group_init (TdKeyGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  update_add_button (self);
}

/**
 * td_key_group_set_provider:
 * @self: the group, once
 * @engine: the engine
 * @provider_id: whose keys
 *
 * Lists the provider's keys.
 */
void
td_key_group_set_provider (TdKeyGroup *self,
                           TdEngine   *engine,
                           const char *provider_id)
{
  g_return_if_fail (TD_IS_KEY_GROUP (self));
  g_return_if_fail (self->engine == NULL);
  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (provider_id != NULL);

  self->engine = g_object_ref (engine);
  self->provider_id = g_strdup (provider_id);
  g_signal_connect_object (td_engine_get_key_ring (engine), "changed", G_CALLBACK (keys_changed_cb),
                           self, G_CONNECT_SWAPPED);
  load_keys (self);
}
