/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-provider-settings.h"

#include <glib/gi18n.h>

#include "app/preferences/td-hub-dialog.h"
#include "app/preferences/td-key-group.h"
#include "app/preferences/td-ollama-group.h"
#include "app/preferences/td-provider-timeouts.h"
#include "app/preferences/td-stats-group.h"
#include "app/td-app-error.h"
#include "engine/td-hub-search.h"
#include "engine/td-local-models.h"

struct _TdProviderSettings
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL once disposed */
  char *provider_id;         /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GPtrArray *header_rows;    /* (element-type GtkWidget) */
  gboolean is_testing;
  gboolean showing;          /* what changes in the widgets comes from the endpoint, not the user */

  TdKeyGroup *keys;
  TdOllamaGroup *ollama;
  GtkWidget *hub_group;
  TdStatsGroup *stats;
  TdProviderTimeouts *timeouts;
  AdwPreferencesGroup *headers_group;
  AdwSwitchRow *enabled_row;
  AdwEntryRow *address_row;
  GtkWidget *reset_button;
  AdwSwitchRow *version_row;
  AdwEntryRow *header_row;
  AdwButtonRow *test_row;
  GtkLabel *test_result;
  GtkLabel *trouble;
  GtkLabel *plain_warning;
  GtkWidget *unsupported_note;
  AdwPreferencesGroup *remove_group;
};

G_DEFINE_FINAL_TYPE (TdProviderSettings, td_provider_settings, ADW_TYPE_NAVIGATION_PAGE)

static const TdEndpoint *
get_endpoint (TdProviderSettings *self)
{
  return td_endpoint_list_find (td_engine_get_endpoints (self->engine), self->provider_id);
}

static void
say (TdProviderSettings *self,
     GtkLabel           *label,
     const GError       *error)
{
  const TdEndpoint *endpoint = get_endpoint (self);
  g_autoptr (TdErrorText) text = NULL;
  g_autofree char *sentences = NULL;

  if (error != NULL)
    {
      text = td_app_error_describe (error, endpoint != NULL ? endpoint->name : NULL);
      sentences = g_strconcat (text->title, " ", text->advice, NULL);
    }
  gtk_label_set_text (label, sentences != NULL ? sentences : "");
  gtk_widget_set_visible (GTK_WIDGET (label), sentences != NULL);
  if (sentences != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (label), sentences,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
set_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (TdProviderSettings) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = td_endpoint_list_set_finish (TD_ENDPOINT_LIST (source), result, &error);

  if (self->engine == NULL)
    return;
  if (done)
    td_engine_announce (self->engine, "providers");
  say (self, self->trouble, error);
}

static void
set_field (TdProviderSettings *self,
           const char         *field,
           const char         *value)
{
  /* Not cancelled with the page: what the user changed is kept even when the dialog is closed. */
  td_endpoint_list_set_async (td_engine_get_endpoints (self->engine), self->provider_id, field,
                              value, NULL, set_cb, g_object_ref (self));
}

static void
enabled_changed_cb (TdProviderSettings *self)
{
  if (!self->showing)
    set_field (self, "enabled", adw_switch_row_get_active (self->enabled_row) ? "true" : "false");
}

static void
address_applied_cb (TdProviderSettings *self)
{
  set_field (self, "base-url", gtk_editable_get_text (GTK_EDITABLE (self->address_row)));
}

static void
reset_clicked_cb (TdProviderSettings *self)
{
  set_field (self, "base-url", NULL);
}

static void
version_changed_cb (TdProviderSettings *self)
{
  if (!self->showing && self->engine != NULL)
    set_field (self, "api-version",
               adw_switch_row_get_active (self->version_row) ? TD_GEMINI_VERSION_STABLE
                                                             : TD_GEMINI_VERSION_BETA);
}

static void
hub_activated_cb (TdProviderSettings *self)
{
  /* On the window: on a phone the preferences are too narrow for another dialog inside them. */
  adw_dialog_present (td_hub_dialog_new (self->engine),
                      GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))));
}

static void
header_applied_cb (TdProviderSettings *self)
{
  g_autofree char *value = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->header_row)));

  if (*value != '\0')
    set_field (self, "header", value);
}

static void
remove_header_cb (GtkButton          *button,
                  TdProviderSettings *self)
{
  g_autofree char *value =
    g_strconcat (g_object_get_data (G_OBJECT (button), "header-name"), ":", NULL);

  set_field (self, "header", value);
}

static GtkWidget *
create_header_row (TdProviderSettings *self,
                   const char         *name,
                   const char         *value)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value);
  gtk_widget_set_tooltip_text (button, _("Remove Header"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "header-name", g_strdup (name), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_header_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
show_headers (TdProviderSettings *self,
              const TdEndpoint   *endpoint)
{
  for (guint i = 0; i < self->header_rows->len; i++)
    adw_preferences_group_remove (self->headers_group, g_ptr_array_index (self->header_rows, i));
  g_ptr_array_set_size (self->header_rows, 0);

  for (guint i = 0; endpoint->extra_headers != NULL && endpoint->extra_headers[i] != NULL; i += 2)
    {
      GtkWidget *row =
        create_header_row (self, endpoint->extra_headers[i], endpoint->extra_headers[i + 1]);

      g_ptr_array_add (self->header_rows, row);
      adw_preferences_group_add (self->headers_group, row);
      if (g_str_has_prefix (gtk_editable_get_text (GTK_EDITABLE (self->header_row)),
                            endpoint->extra_headers[i]))
        gtk_editable_set_text (GTK_EDITABLE (self->header_row), "");
    }
}

/* @version: (nullable): there is none to choose */
static void
show_version (TdProviderSettings *self,
              const char         *version)
{
  gtk_widget_set_visible (GTK_WIDGET (self->version_row), version != NULL);
  if (version != NULL)
    adw_switch_row_set_active (self->version_row, g_str_equal (version, TD_GEMINI_VERSION_STABLE));
}

static void
show_endpoint (TdProviderSettings *self)
{
  const TdEndpoint *endpoint = get_endpoint (self);

  if (endpoint == NULL)
    return; /* removed: the dialog takes the page away */

  self->showing = TRUE;
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), endpoint->name);
  adw_switch_row_set_active (self->enabled_row, endpoint->enabled);
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->address_row)), endpoint->base_url) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->address_row), endpoint->base_url);
  gtk_widget_set_visible (self->reset_button,
                          endpoint->default_base_url != NULL &&
                            g_strcmp0 (endpoint->default_base_url, endpoint->base_url) != 0);
  show_version (self, td_endpoint_get_api_version (endpoint));
  gtk_widget_set_visible (GTK_WIDGET (self->plain_warning), td_endpoint_is_plain_remote (endpoint));
  gtk_widget_set_visible (self->unsupported_note, !td_endpoint_is_supported (endpoint));
  gtk_widget_set_sensitive (GTK_WIDGET (self->test_row), td_endpoint_is_supported (endpoint));
  gtk_widget_set_visible (GTK_WIDGET (self->remove_group), endpoint->custom);
  show_headers (self, endpoint);
  self->showing = FALSE;
}

/* What the provider has for this key, and what of the catalogue it has not. */
static char *
describe_models (TdProviderSettings *self,
                 GPtrArray          *models)
{
  g_autoptr (GPtrArray) missing = td_engine_list_missing (self->engine, self->provider_id);
  g_autofree char *listed = NULL;
  g_autofree char *gone = NULL;

  listed = g_strdup_printf (ngettext ("It works: the provider lists %u model.",
                                      "It works: the provider lists %u models.", models->len),
                            models->len);
  if (missing->len == 0)
    return g_steal_pointer (&listed);
  gone = g_strdup_printf (
    ngettext ("%u model of the catalogue is not among them: it is retired, or not for this key.",
              "%u models of the catalogue are not among them: they are retired, or not for this key.",
              missing->len),
    missing->len);
  return g_strconcat (listed, " ", gone, NULL);
}

static void
test_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TdProviderSettings) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models =
    td_engine_test_provider_finish (TD_ENGINE (source), result, &error);

  if (self->engine == NULL)
    return;
  self->is_testing = FALSE;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->test_row), _("_Test Connection"));
  say (self, self->test_result, error);
  gtk_widget_remove_css_class (GTK_WIDGET (self->test_result),
                               models != NULL ? "error" : "success");
  gtk_widget_add_css_class (GTK_WIDGET (self->test_result), models != NULL ? "success" : "error");
  if (models != NULL)
    {
      g_autofree char *text = describe_models (self, models);

      gtk_label_set_text (self->test_result, text);
      gtk_widget_set_visible (GTK_WIDGET (self->test_result), TRUE);
      gtk_accessible_announce (GTK_ACCESSIBLE (self->test_result), text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
}

static void
test_activated_cb (TdProviderSettings *self)
{
  /* The row stays sensitive: it has the focus, and without one the keyboard is lost. */
  if (self->is_testing)
    return;
  self->is_testing = TRUE;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->test_row), _("Testing…"));
  say (self, self->test_result, NULL);
  td_engine_test_provider_async (self->engine, self->provider_id, self->cancellable, test_cb,
                                 g_object_ref (self));
}

/* An endpoint that was just added: without its list there is nothing to chat with. */
static gboolean
was_never_asked (TdProviderSettings *self)
{
  g_autofree char *any = g_strconcat (self->provider_id, ":", NULL);

  return td_engine_get_listing (self->engine, any) == TD_LISTING_UNKNOWN;
}

static void
remove_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdProviderSettings) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = td_endpoint_list_remove_finish (TD_ENDPOINT_LIST (source), result, &error);

  if (self->engine == NULL)
    return;
  if (!done)
    {
      say (self, self->trouble, error);
      return;
    }
  td_engine_announce (self->engine, "providers");
  gtk_widget_activate_action (GTK_WIDGET (self), "navigation.pop", NULL);
}

static void
remove_response_cb (AdwAlertDialog     *dialog,
                    const char         *response,
                    TdProviderSettings *self)
{
  if (g_str_equal (response, "remove") && self->engine != NULL)
    td_endpoint_list_remove_async (td_engine_get_endpoints (self->engine), self->provider_id, NULL,
                                   remove_cb, g_object_ref (self));
}

static void
remove_activated_cb (TdProviderSettings *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Remove This Endpoint?"),
                                            _("Chats with its models are kept. Its keys stay in the keyring until you remove them."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "remove",
                                  _("_Remove"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "remove",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_response_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
endpoints_changed_cb (TdProviderSettings *self,
                      const char         *provider_id)
{
  if (provider_id == NULL || g_str_equal (provider_id, self->provider_id))
    show_endpoint (self);
}

static void
td_provider_settings_dispose (GObject *object)
{
  TdProviderSettings *self = TD_PROVIDER_SETTINGS (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_provider_settings_parent_class)->dispose (object);
}

static void
td_provider_settings_finalize (GObject *object)
{
  TdProviderSettings *self = TD_PROVIDER_SETTINGS (object);

  g_free (self->provider_id);
  g_ptr_array_unref (self->header_rows);

  G_OBJECT_CLASS (td_provider_settings_parent_class)->finalize (object);
}

static void
td_provider_settings_class_init (TdProviderSettingsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_provider_settings_dispose;
  object_class->finalize = td_provider_settings_finalize;

  g_type_ensure (TD_TYPE_KEY_GROUP);
  g_type_ensure (TD_TYPE_OLLAMA_GROUP);
  g_type_ensure (TD_TYPE_PROVIDER_TIMEOUTS);
  g_type_ensure (TD_TYPE_STATS_GROUP);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/dev/topdog/Marketplace/ui/td-provider-settings.ui");
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, keys);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, ollama);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, hub_group);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, stats);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, timeouts);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, headers_group);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, enabled_row);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, address_row);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, reset_button);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, version_row);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, header_row);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, test_row);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, test_result);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, trouble);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, plain_warning);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, unsupported_note);
  gtk_widget_class_bind_template_child (widget_class, TdProviderSettings, remove_group);
  gtk_widget_class_bind_template_callback (widget_class, enabled_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, version_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, hub_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, header_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, test_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_activated_cb);
}

static void
td_provider_settings_init (TdProviderSettings *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->header_rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
}

/**
 * td_provider_settings_new:
 * @engine: the engine
 * @provider_id: a provider in its list of endpoints
 *
 * Returns: (transfer floating): the page
 */
AdwNavigationPage *
td_provider_settings_new (TdEngine   *engine,
                          const char *provider_id)
{
  TdProviderSettings *self;
  const TdEndpoint *endpoint;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (provider_id != NULL, NULL);

  self = g_object_new (TD_TYPE_PROVIDER_SETTINGS, NULL);
  self->engine = g_object_ref (engine);
  self->provider_id = g_strdup (provider_id);
  endpoint = get_endpoint (self);
  if (endpoint != NULL && endpoint->auth != TD_AUTH_NONE)
    td_key_group_set_provider (self->keys, engine, provider_id);
  else
    gtk_widget_set_visible (GTK_WIDGET (self->keys), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->ollama), td_local_models_can (engine, provider_id));
  if (td_local_models_can (engine, provider_id))
    td_ollama_group_set_provider (self->ollama, engine, provider_id);
  gtk_widget_set_visible (self->hub_group, g_str_equal (provider_id, TD_HUB_PROVIDER));
  td_stats_group_set_provider (self->stats, engine, provider_id);
  td_provider_timeouts_set_provider (self->timeouts, engine, provider_id);
  g_signal_connect_object (td_engine_get_endpoints (engine), "changed",
                           G_CALLBACK (endpoints_changed_cb), self, G_CONNECT_SWAPPED);
  show_endpoint (self);
  if (endpoint != NULL && endpoint->custom && was_never_asked (self))
    test_activated_cb (self);
  return ADW_NAVIGATION_PAGE (self);
}
