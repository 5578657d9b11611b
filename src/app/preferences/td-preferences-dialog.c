/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-preferences-dialog.h"

#include "app/preferences/td-provider-order.h"
#include "app/preferences/td-provider-settings.h"
#include "app/preferences/td-providers-page.h"
#include "app/preferences/td-requests-page.h"
#include "app/td-application.h"
#include "app/td-dialog-width.h"

/* What the rows of the appearance stand for, in their order. */
static const char *const color_schemes[] = { "system", "light", "dark" };

struct _TdPreferencesDialog
{
  AdwPreferencesDialog parent_instance;

  TdEngine *engine; /* (owned) (nullable): NULL once disposed */

  AdwComboRow *appearance_row;
  AdwSwitchRow *enter_row;
  AdwSwitchRow *titles_row;
  AdwSwitchRow *count_row;
  AdwSwitchRow *refresh_row;
};

G_DEFINE_FINAL_TYPE (TdPreferencesDialog, td_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static gboolean
scheme_to_position (GValue   *value,
                    GVariant *variant,
                    gpointer  user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (color_schemes); i++)
    if (g_str_equal (color_schemes[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_scheme (const GValue       *value,
                    const GVariantType *type,
                    gpointer            user_data)
{
  guint position = g_value_get_uint (value);

  return position < G_N_ELEMENTS (color_schemes) ? g_variant_new_string (color_schemes[position])
                                                 : NULL;
}

static void
td_preferences_dialog_dispose (GObject *object)
{
  g_clear_object (&TD_PREFERENCES_DIALOG (object)->engine);

  G_OBJECT_CLASS (td_preferences_dialog_parent_class)->dispose (object);
}

static void
td_preferences_dialog_class_init (TdPreferencesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_preferences_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/dev/topdog/Marketplace/ui/td-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdPreferencesDialog, appearance_row);
  gtk_widget_class_bind_template_child (widget_class, TdPreferencesDialog, enter_row);
  gtk_widget_class_bind_template_child (widget_class, TdPreferencesDialog, titles_row);
  gtk_widget_class_bind_template_child (widget_class, TdPreferencesDialog, count_row);
  gtk_widget_class_bind_template_child (widget_class, TdPreferencesDialog, refresh_row);
}

static void
td_preferences_dialog_init (TdPreferencesDialog *self)
{
  GSettings *settings = td_application_get_settings (td_application_get_default ());

  gtk_widget_init_template (GTK_WIDGET (self));
  td_dialog_width_allow_narrow (ADW_PREFERENCES_DIALOG (self));
  g_settings_bind_with_mapping (settings, "color-scheme", self->appearance_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, scheme_to_position, position_to_scheme,
                                NULL, NULL);
  g_settings_bind (settings, "enter-sends", self->enter_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "write-titles", self->titles_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "count-at-provider", self->count_row, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "refresh-automatically", self->refresh_row, "active",
                   G_SETTINGS_BIND_DEFAULT);
}

static void
provider_activated_cb (TdPreferencesDialog *self,
                       const char          *provider_id)
{
  td_preferences_dialog_show_provider (self, provider_id);
}

static void
own_order_activated_cb (TdPreferencesDialog *self)
{
  adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (self),
                                       td_provider_order_new (self->engine));
}

/**
 * td_preferences_dialog_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the dialog
 */
TdPreferencesDialog *
td_preferences_dialog_new (TdEngine *engine)
{
  TdPreferencesDialog *self;
  AdwPreferencesPage *providers;
  AdwPreferencesPage *requests;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_PREFERENCES_DIALOG, NULL);
  self->engine = g_object_ref (engine);
  providers = td_providers_page_new (engine);
  g_signal_connect_object (providers, "provider-activated", G_CALLBACK (provider_activated_cb),
                           self, G_CONNECT_SWAPPED);
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), providers);
  requests = td_requests_page_new ();
  g_signal_connect_object (requests, "own-order-activated", G_CALLBACK (own_order_activated_cb),
                           self, G_CONNECT_SWAPPED);
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), requests);
  return self;
}

/**
 * td_preferences_dialog_show_provider:
 * @self: the dialog
 * @provider_id: the provider
 *
 * Opens the page of one provider, where its key and address are.
 */
void
td_preferences_dialog_show_provider (TdPreferencesDialog *self,
                                     const char          *provider_id)
{
  g_return_if_fail (TD_IS_PREFERENCES_DIALOG (self));
  g_return_if_fail (provider_id != NULL);

  if (td_endpoint_list_find (td_engine_get_endpoints (self->engine), provider_id) == NULL)
    return;
  adw_preferences_dialog_set_visible_page_name (ADW_PREFERENCES_DIALOG (self), "providers");
  adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (self),
                                       td_provider_settings_new (self->engine, provider_id));
}
