/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/assistant/td-assistant-preferences.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/assistant/td-assistant-text.h"
#include "app/td-application.h"
#include "app/td-dialog-width.h"
#include "engine/td-advice-context.h"

#define CENTS_PER_DOLLAR 100
#define MOST_CENTS       (100 * CENTS_PER_DOLLAR)
#define NANOS_PER_CENT   (TD_MONEY_PER_DOLLAR / CENTS_PER_DOLLAR)

struct _TdAssistantPreferences
{
  AdwPreferencesDialog parent_instance;

  TdEngine *engine;     /* (owned) (nullable): NULL once disposed */
  GSettings *settings;  /* (owned) */
  GPtrArray
    *providers; /* (owned) (element-type AdwSwitchRow): each with its provider as its name */

  AdwComboRow *profile;
  AdwSwitchRow *local_only;
  AdwSpinRow *budget;
  AdwPreferencesGroup *learned;
  GPtrArray *learned_rows; /* (owned) (element-type GtkWidget): transfer none */
};

G_DEFINE_FINAL_TYPE (TdAssistantPreferences, td_assistant_preferences, ADW_TYPE_PREFERENCES_DIALOG)

static void
td_assistant_preferences_dispose (GObject *object)
{
  TdAssistantPreferences *self = TD_ASSISTANT_PREFERENCES (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (td_assistant_preferences_parent_class)->dispose (object);
}

static void
td_assistant_preferences_finalize (GObject *object)
{
  TdAssistantPreferences *self = TD_ASSISTANT_PREFERENCES (object);

  g_ptr_array_unref (self->providers);
  g_ptr_array_unref (self->learned_rows);

  G_OBJECT_CLASS (td_assistant_preferences_parent_class)->finalize (object);
}

static void
td_assistant_preferences_class_init (TdAssistantPreferencesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_assistant_preferences_dispose;
  object_class->finalize = td_assistant_preferences_finalize;
}

static void
td_assistant_preferences_init (TdAssistantPreferences *self)
{
  self->providers = g_ptr_array_new ();
  self->learned_rows = g_ptr_array_new ();
}

/* ---- what matters, and the limits ------------------------------------------------------------ */

static void
profile_cb (TdAssistantPreferences *self)
{
  g_settings_set_string (
    self->settings, "assistant-profile",
    td_profile_to_string ((TdProfile) adw_combo_row_get_selected (self->profile)));
}

static void
budget_cb (TdAssistantPreferences *self)
{
  g_settings_set_int64 (self->settings, "assistant-max-cost",
                        (gint64) adw_spin_row_get_value (self->budget) * NANOS_PER_CENT);
}

static void
add_profile (TdAssistantPreferences *self,
             AdwPreferencesGroup    *group)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *stored = g_settings_get_string (self->settings, "assistant-profile");
  TdProfile profile = TD_PROFILE_BALANCED;

  for (guint i = 0; i < TD_N_PROFILES; i++)
    gtk_string_list_append (names, td_assistant_text_profile ((TdProfile) i));
  td_profile_from_string (stored, &profile);
  self->profile = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->profile), _("What Matters"));
  adw_combo_row_set_model (self->profile, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->profile, profile);
  g_signal_connect_object (self->profile, "notify::selected", G_CALLBACK (profile_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (group, GTK_WIDGET (self->profile));
}

static void
add_limits (TdAssistantPreferences *self,
            AdwPreferencesGroup    *group)
{
  gint64 stored = g_settings_get_int64 (self->settings, "assistant-max-cost");

  self->local_only = ADW_SWITCH_ROW (adw_switch_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->local_only),
                                 _("Only on This Computer"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->local_only), _("Nothing is sent anywhere"));
  g_settings_bind (self->settings, "assistant-local-only", self->local_only, "active",
                   G_SETTINGS_BIND_DEFAULT);
  adw_preferences_group_add (group, GTK_WIDGET (self->local_only));

  self->budget = ADW_SPIN_ROW (adw_spin_row_new_with_range (0, MOST_CENTS, 1));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->budget), _("Limit for a Request"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->budget), _("In cents; 0 is no limit"));
  adw_spin_row_set_value (self->budget, (double) (stored / NANOS_PER_CENT));
  g_signal_connect_object (self->budget, "notify::value", G_CALLBACK (budget_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (group, GTK_WIDGET (self->budget));
}

/* ---- providers ------------------------------------------------------------------------------ */

/* All of them is the same as none chosen: a new provider is one of all. */
static void
provider_cb (TdAssistantPreferences *self)
{
  g_autoptr (GStrvBuilder) chosen = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  guint n = 0;

  for (guint i = 0; i < self->providers->len; i++)
    {
      AdwSwitchRow *row = g_ptr_array_index (self->providers, i);

      if (!adw_switch_row_get_active (row))
        continue;
      g_strv_builder_add (chosen, gtk_widget_get_name (GTK_WIDGET (row)));
      n++;
    }
  list = n == self->providers->len ? g_new0 (char *, 1) : g_strv_builder_end (chosen);
  g_settings_set_strv (self->settings, "assistant-providers", (const char *const *) list);
}

static AdwPreferencesGroup *
create_providers (TdAssistantPreferences *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  g_autoptr (GPtrArray) endpoints =
    td_endpoint_list_dup_all (td_engine_get_endpoints (self->engine));
  g_auto (GStrv) chosen = g_settings_get_strv (self->settings, "assistant-providers");

  adw_preferences_group_set_title (group, _("Providers"));
  adw_preferences_group_set_description (group, _("Whose models may be recommended."));
  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = g_ptr_array_index (endpoints, i);
      GtkWidget *row;

      if (!td_endpoint_is_supported (endpoint) || !endpoint->enabled)
        continue;
      row = adw_switch_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), endpoint->name);
      gtk_widget_set_name (row, endpoint->provider_id);
      adw_switch_row_set_active (
        ADW_SWITCH_ROW (row), chosen[0] == NULL || g_strv_contains ((const char *const *) chosen,
                                                                    endpoint->provider_id));
      g_signal_connect_object (row, "notify::active", G_CALLBACK (provider_cb), self,
                               G_CONNECT_SWAPPED);
      g_ptr_array_add (self->providers, row);
      adw_preferences_group_add (group, row);
    }
  return group;
}

/* ---- what was learned ------------------------------------------------------------------------ */

static void
forget_cb (TdAssistantPreferences *self)
{
  td_taste_forget_async (td_engine_get_taste (self->engine), NULL, NULL);
}

static void
add_learned (TdAssistantPreferences *self,
             const TdTasteEntry     *entry)
{
  int value = td_taste_entry_get_value (entry);
  const char *slash = strrchr (entry->model, '/');
  g_autofree char *text = NULL;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label;

  /* Translators: how much a model is preferred, from -100 to +100. */
  text = g_strdup_printf (_("%+d of 100"), value / 10);
  label = gtk_label_new (text);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), slash ? slash + 1 : entry->model);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), td_assistant_text_category (entry->category));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  adw_preferences_group_add (self->learned, row);
  g_ptr_array_add (self->learned_rows, row);
}

static void
show_learned (TdAssistantPreferences *self)
{
  g_autoptr (GPtrArray) entries = td_taste_list (td_engine_get_taste (self->engine));

  for (guint i = 0; i < self->learned_rows->len; i++)
    adw_preferences_group_remove (self->learned, g_ptr_array_index (self->learned_rows, i));
  g_ptr_array_set_size (self->learned_rows, 0);
  for (guint i = 0; i < entries->len; i++)
    add_learned (self, g_ptr_array_index (entries, i));
  gtk_widget_set_sensitive (adw_preferences_group_get_header_suffix (self->learned),
                            entries->len > 0);
  adw_preferences_group_set_description (
    self->learned,
    entries->len > 0
      ? _(
         "From replies you kept, had made again or judged. It stays on this computer and moves a score by a twentieth at most.")
      : _(
         "Nothing yet. Replies you keep, have made again or judge will count a little, on this computer only."));
}

static AdwPreferencesGroup *
create_learned (TdAssistantPreferences *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Forget"));

  self->learned = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->learned, _("Learned Here"));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (forget_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_set_header_suffix (self->learned, button);
  g_signal_connect_object (td_engine_get_taste (self->engine), "changed",
                           G_CALLBACK (show_learned), self, G_CONNECT_SWAPPED);
  show_learned (self);
  return self->learned;
}

/**
 * td_assistant_preferences_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the dialog
 */
AdwDialog *
td_assistant_preferences_new (TdEngine *engine)
{
  TdAssistantPreferences *self = g_object_new (TD_TYPE_ASSISTANT_PREFERENCES, "title",
                                               _("What Q Goes By"), NULL);
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *general = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  self->engine = g_object_ref (engine);
  self->settings = g_object_ref (td_application_get_settings (td_application_get_default ()));
  adw_preferences_group_set_description (general,
                                         _("What a request itself says always wins for that request."));
  add_profile (self, general);
  add_limits (self, general);
  adw_preferences_page_add (page, general);
  adw_preferences_page_add (page, create_learned (self));
  adw_preferences_page_add (page, create_providers (self));
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), page);
  td_dialog_width_allow_narrow (ADW_PREFERENCES_DIALOG (self));
  return ADW_DIALOG (self);
}
