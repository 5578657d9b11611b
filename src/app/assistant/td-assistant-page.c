/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/assistant/td-assistant-page.h"

#include <glib/gi18n.h>

#include "app/assistant/td-assistant-card.h"
#include "app/assistant/td-assistant-preferences.h"
#include "app/assistant/td-assistant-text.h"
#include "app/td-application.h"
#include "app/td-window.h"
#include "engine/td-advice-context.h"

#define TYPING_MS 150

struct _TdAssistantPage
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;       /* (owned) (nullable) */
  GSettings *settings;    /* (owned) (nullable): NULL once disposed */
  TdAdvisor *advisor;     /* (owned) (nullable): of the catalogue in use */
  guint typing_id;
  gboolean filling;       /* the chips are set by us, not by the user */
  gboolean corrected;     /* the user chose the category or the complexity of this text */
  GHashTable *ignored; /* (owned) (element-type utf8): chips of this text that were switched off */
  gboolean keeps_chips;   /* what was understood is the same, only less of it counts */
  gboolean is_stale;      /* something that the answer rests on changed while nobody looked */
  GStrv shown;            /* (owned) (nullable): keys of the cards */
  char *wanted_provider;  /* (owned) (nullable): whose key would change the answer */

  GtkTextView *question;
  GtkLabel *placeholder;
  GtkStack *stack;
  AdwWrapBox *chips;
  AdwWrapBox *found;
  GtkDropDown *category;
  GtkDropDown *complexity;
  GtkDropDown *profile;
  GtkToggleButton *local_button;
  GtkLabel *unsure;
  GtkBox *cards;
  GtkLabel *nothing;
  GtkLabel *change;
  GtkButton *connect_button;
  GtkButton *compare_button;
  GtkLabel *excluded;
};

G_DEFINE_FINAL_TYPE (TdAssistantPage, td_assistant_page, ADW_TYPE_NAVIGATION_PAGE)

static void update (TdAssistantPage *self);

static char *
dup_text (TdAssistantPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->question);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static TdCatalogue *
get_catalogue (TdAssistantPage *self)
{
  return td_market_get_catalogue (td_engine_get_market (self->engine));
}

/* A refreshed catalogue is another one. */
static void
ensure_advisor (TdAssistantPage *self)
{
  TdCatalogue *catalogue = get_catalogue (self);

  if (self->advisor != NULL && td_advisor_get_catalogue (self->advisor) == catalogue)
    return;
  g_clear_pointer (&self->advisor, td_advisor_free);
  self->advisor = td_advisor_new (catalogue);
}

static void
chip_toggled_cb (TdAssistantPage *self,
                 GtkToggleButton *chip)
{
  const char *name = gtk_widget_get_name (GTK_WIDGET (chip));

  if (gtk_toggle_button_get_active (chip))
    g_hash_table_remove (self->ignored, name);
  else
    g_hash_table_add (self->ignored, g_strdup (name));
  self->keeps_chips = TRUE;
  update (self);
  self->keeps_chips = FALSE;
}

/* Pressed: it counts. Released: the user says that it does not, and it stays to be pressed again. */
static void
add_chip (TdAssistantPage *self,
          const char      *name,
          const char      *title,
          const char      *phrase)
{
  GtkWidget *chip = gtk_toggle_button_new_with_label (title);
  g_autofree char *why = NULL;

  gtk_widget_set_name (chip, name);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip),
                                !g_hash_table_contains (self->ignored, name));
  gtk_widget_add_css_class (chip, "chip-toggle");
  g_signal_connect_object (chip, "toggled", G_CALLBACK (chip_toggled_cb), self, G_CONNECT_SWAPPED);
  /* Translators: the words of a request that something was concluded from. */
  why = phrase != NULL
          ? g_strdup_printf (_("Because of “%s”. Release it if that is wrong."), phrase)
          : g_strdup (_("Release it if that is wrong."));
  gtk_widget_set_tooltip_text (chip, why);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, why,
                                  -1);
  adw_wrap_box_append (self->found, chip);
}

static char *
name_need (TdNeed need)
{
  return g_strconcat ("need:", td_need_to_string (need), NULL);
}

static char *
name_stated (const TdStated *stated)
{
  return g_strconcat ("stated:", td_stated_to_string (stated->kind), ":",
                      stated->provider != NULL ? stated->provider : "", NULL);
}

static void
add_stated_chip (TdAssistantPage *self,
                 const TdStated  *stated)
{
  g_autofree char *name = name_stated (stated);
  g_autofree char *title = NULL;

  if (stated->kind >= TD_STATED_MEMORY)
    /* Translators: what is asked for, and the words that say how much or of whom. */
    title = g_strdup_printf (_("%s: %s"), td_assistant_text_stated (stated->kind), stated->phrase);
  else
    title = g_strdup (td_assistant_text_stated (stated->kind));
  add_chip (self, name, title, stated->kind >= TD_STATED_MEMORY ? NULL : stated->phrase);
}

static void
show_chips (TdAssistantPage      *self,
            const TdRequestTerms *terms)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->found))) != NULL)
    adw_wrap_box_remove (self->found, child);
  for (guint i = 0; i < TD_N_NEEDS; i++)
    if (terms->needs[i])
      {
        g_autofree char *name = name_need ((TdNeed) i);

        add_chip (self, name, td_assistant_text_need ((TdNeed) i), terms->need_phrases[i]);
      }
  for (guint i = 0; i < terms->stated->len; i++)
    add_stated_chip (self, g_ptr_array_index (terms->stated, i));
  gtk_widget_set_visible (GTK_WIDGET (self->found),
                          gtk_widget_get_first_child (GTK_WIDGET (self->found)) != NULL);
}

/* What the user said of this text counts, not what was understood. */
static void
apply_ignored (TdAssistantPage *self,
               TdAnalysis      *analysis)
{
  for (guint i = 0; i < TD_N_NEEDS; i++)
    {
      g_autofree char *name = name_need ((TdNeed) i);

      if (g_hash_table_contains (self->ignored, name))
        td_analysis_ignore_need (analysis, (TdNeed) i);
    }
  for (guint i = analysis->terms->stated->len; i > 0; i--)
    {
      g_autofree char *name = name_stated (g_ptr_array_index (analysis->terms->stated, i - 1));

      if (g_hash_table_contains (self->ignored, name))
        td_analysis_ignore_stated (analysis, i - 1);
    }
}

static void
show_understood (TdAssistantPage  *self,
                 const TdAnalysis *analysis)
{
  g_autofree char *unsure = NULL;

  self->filling = TRUE;
  gtk_drop_down_set_selected (self->category, analysis->category);
  gtk_drop_down_set_selected (self->complexity, (guint) analysis->complexity - 1);
  self->filling = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->unsure), analysis->confidence < TD_ANALYSIS_UNSURE);
  /* Translators: another kind of request that it may be. */
  unsure = g_strdup_printf (_("or is it: %s?"),
                            td_assistant_text_category (analysis->ranked[1].category));
  gtk_label_set_text (self->unsure, unsure);
  if (!self->keeps_chips)
    show_chips (self, analysis->terms);
}

static void
show_cards (TdAssistantPage *self,
            const TdAdvice  *advice,
            gboolean         usable)
{
  GtkWidget *child;
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->cards))) != NULL)
    gtk_box_remove (self->cards, child);
  for (guint i = 0; i < advice->n_top; i++)
    {
      gtk_box_append (self->cards,
                      td_assistant_card_new (&advice->top[i], get_catalogue (self), usable));
      g_strv_builder_add (keys, td_model_get_key (advice->top[i].model));
    }
  g_strfreev (self->shown);
  self->shown = g_strv_builder_end (keys);
  gtk_widget_set_visible (GTK_WIDGET (self->compare_button), advice->n_top > 1);
}

static void
show_change (TdAssistantPage *self,
             const TdAdvice  *advice)
{
  g_autofree char *change = td_assistant_text_change (advice, get_catalogue (self));
  g_autofree char *excluded = td_assistant_text_excluded (advice);
  gboolean needs_key = advice->change.filter == TD_FILTER_NO_KEY;

  gtk_label_set_text (self->change, change != NULL ? change : "");
  gtk_widget_set_visible (GTK_WIDGET (self->change), change != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->connect_button), needs_key);
  g_free (self->wanted_provider);
  self->wanted_provider =
    needs_key ? g_strdup (td_model_get_facts (advice->change.model)->provider_id) : NULL;
  gtk_label_set_text (self->excluded, excluded);
}

/* For somebody with no key and no server the answer is what to connect, and what it will cost. */
static void
recommend (TdAssistantPage  *self,
           const TdAnalysis *analysis)
{
  TdAdviceSettings settings = TD_ADVICE_SETTINGS_DEFAULT;
  g_autoptr (TdAdvice) advice = NULL;

  td_engine_take_advice_preferences (self->engine, &settings);
  td_engine_answer_advice (self->engine, &settings);
  ensure_advisor (self);
  advice = td_advisor_run (self->advisor, analysis, &settings);
  show_change (self, advice);
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), advice->n_top == 0);
  if (advice->n_top == 0)
    {
      g_autoptr (TdAdvice) all = NULL;

      settings.include_all = TRUE;
      all = td_advisor_run (self->advisor, analysis, &settings);
      gtk_label_set_text (self->nothing, all->n_top > 0
                                           ? _("Nothing you can use now fits. These would:")
                                           : _("No model in the catalogue fits."));
      show_cards (self, all, FALSE);
    }
  else
    show_cards (self, advice, TRUE);
}

static void
update (TdAssistantPage *self)
{
  g_autofree char *text = dup_text (self);
  g_autoptr (TdAnalysis) analysis = NULL;
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), *text == '\0');
  if (self->engine == NULL || analyzer == NULL || *g_strchug (text) == '\0')
    {
      gtk_stack_set_visible_child_name (self->stack, analyzer == NULL ? "broken" : "empty");
      return;
    }
  analysis = td_analyzer_run (analyzer, text, -1);
  if (self->corrected)
    {
      td_analysis_correct_category (analysis,
                                    (TdCategory) gtk_drop_down_get_selected (self->category));
      td_analysis_correct_complexity (analysis,
                                      (int) gtk_drop_down_get_selected (self->complexity) + 1);
    }
  show_understood (self, analysis);
  apply_ignored (self, analysis);
  recommend (self, analysis);
  gtk_stack_set_visible_child_name (self->stack, "answer");
}

/* What can be used now, or what is left of the money, is different: the same request may be
 * answered differently. Where nobody looks it waits until somebody does. */
static void
world_changed_cb (TdAssistantPage *self)
{
  self->is_stale = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (self->is_stale)
    return;
  self->keeps_chips = TRUE;
  update (self);
  self->keeps_chips = FALSE;
}

/* A reply in another pane books money; the cards are not made anew under the pointer for that. */
static void
balance_changed_cb (TdAssistantPage *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->is_stale = TRUE;
}

static gboolean
typing_paused_cb (gpointer user_data)
{
  TdAssistantPage *self = user_data;

  self->typing_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
question_changed_cb (TdAssistantPage *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->question);

  /* What was corrected was about another text. */
  self->corrected = FALSE;
  g_hash_table_remove_all (self->ignored);
  gtk_widget_set_visible (GTK_WIDGET (self->placeholder),
                          gtk_text_buffer_get_char_count (buffer) == 0);
  g_clear_handle_id (&self->typing_id, g_source_remove);
  self->typing_id = g_timeout_add (TYPING_MS, typing_paused_cb, self);
}

static void
corrected_cb (TdAssistantPage *self)
{
  if (self->filling)
    return;
  self->corrected = TRUE;
  update (self);
}

static void
profile_changed_cb (TdAssistantPage *self)
{
  TdProfile profile = (TdProfile) gtk_drop_down_get_selected (self->profile);

  if (!self->filling)
    g_settings_set_string (self->settings, "assistant-profile", td_profile_to_string (profile));
}

/* The same preferences hold in the dialog, in every window and for "Let Q Choose". */
static void
settings_changed_cb (TdAssistantPage *self,
                     const char      *key)
{
  g_autofree char *stored = g_settings_get_string (self->settings, "assistant-profile");
  TdProfile profile = TD_PROFILE_BALANCED;

  if (!g_str_has_prefix (key, "assistant-"))
    return;
  td_profile_from_string (stored, &profile);
  self->filling = TRUE;
  gtk_drop_down_set_selected (self->profile, profile);
  self->filling = FALSE;
  update (self);
}

static void
chat_cb (GtkWidget  *widget,
         const char *action_name,
         GVariant   *parameter)
{
  TdAssistantPage *self = TD_ASSISTANT_PAGE (widget);
  g_autofree char *text = dup_text (self);

  td_window_start_chat_with (td_window_find (widget), g_variant_get_string (parameter, NULL), text);
}

static void
compare_cb (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  TdAssistantPage *self = TD_ASSISTANT_PAGE (widget);

  td_window_compare (td_window_find (widget), (const char *const *) self->shown);
}

static void
connect_cb (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  TdAssistantPage *self = TD_ASSISTANT_PAGE (widget);

  if (self->wanted_provider != NULL)
    gtk_widget_activate_action (widget, "app.show-provider", "s", self->wanted_provider);
}

static void
preferences_cb (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  TdAssistantPage *self = TD_ASSISTANT_PAGE (widget);

  if (self->engine != NULL)
    adw_dialog_present (td_assistant_preferences_new (self->engine), widget);
}

static void
fill_drop_downs (TdAssistantPage *self)
{
  g_autoptr (GtkStringList) categories = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) complexities = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) profiles = gtk_string_list_new (NULL);

  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    gtk_string_list_append (categories, td_assistant_text_category ((TdCategory) i));
  for (int i = 1; i <= 3; i++)
    gtk_string_list_append (complexities, td_assistant_text_complexity (i));
  for (guint i = 0; i < TD_N_PROFILES; i++)
    gtk_string_list_append (profiles, td_assistant_text_profile ((TdProfile) i));
  self->filling = TRUE;
  gtk_drop_down_set_model (self->category, G_LIST_MODEL (categories));
  gtk_drop_down_set_model (self->complexity, G_LIST_MODEL (complexities));
  gtk_drop_down_set_model (self->profile, G_LIST_MODEL (profiles));
  self->filling = FALSE;
}

static void
td_assistant_page_map (GtkWidget *widget)
{
  TdAssistantPage *self = TD_ASSISTANT_PAGE (widget);

  GTK_WIDGET_CLASS (td_assistant_page_parent_class)->map (widget);
  if (self->is_stale)
    world_changed_cb (self);
}

static void
td_assistant_page_dispose (GObject *object)
{
  TdAssistantPage *self = TD_ASSISTANT_PAGE (object);

  g_clear_handle_id (&self->typing_id, g_source_remove);
  g_clear_pointer (&self->advisor, td_advisor_free);
  g_clear_object (&self->engine);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), TD_TYPE_ASSISTANT_PAGE);

  G_OBJECT_CLASS (td_assistant_page_parent_class)->dispose (object);
}

static void
td_assistant_page_finalize (GObject *object)
{
  TdAssistantPage *self = TD_ASSISTANT_PAGE (object);

  g_strfreev (self->shown);
  g_hash_table_unref (self->ignored);
  g_free (self->wanted_provider);

  G_OBJECT_CLASS (td_assistant_page_parent_class)->finalize (object);
}

static void
td_assistant_page_class_init (TdAssistantPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_assistant_page_dispose;
  object_class->finalize = td_assistant_page_finalize;
  widget_class->map = td_assistant_page_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-assistant-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, question);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, placeholder);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, stack);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, chips);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, found);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, category);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, complexity);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, profile);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, local_button);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, unsure);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, cards);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, nothing);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, change);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, connect_button);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, compare_button);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantPage, excluded);
  gtk_widget_class_bind_template_callback (widget_class, question_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, corrected_cb);
  gtk_widget_class_bind_template_callback (widget_class, profile_changed_cb);
  gtk_widget_class_install_action (widget_class, "assistant.chat", "s", chat_cb);
  gtk_widget_class_install_action (widget_class, "assistant.compare", NULL, compare_cb);
  gtk_widget_class_install_action (widget_class, "assistant.connect", NULL, connect_cb);
  gtk_widget_class_install_action (widget_class, "assistant.preferences", NULL, preferences_cb);
}

static void
td_assistant_page_init (TdAssistantPage *self)
{
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->ignored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->settings = g_object_ref (td_application_get_settings (td_application_get_default ()));
  fill_drop_downs (self);
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (settings_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_settings_bind (self->settings, "assistant-local-only", self->local_button, "active",
                   G_SETTINGS_BIND_DEFAULT);
  settings_changed_cb (self, "assistant-profile");
}

TdAssistantPage *
td_assistant_page_new (void)
{
  return g_object_new (TD_TYPE_ASSISTANT_PAGE, NULL);
}

/**
 * td_assistant_page_set_engine:
 *
 * From now on there are models to choose from.
 */
void
td_assistant_page_set_engine (TdAssistantPage *self,
                              TdEngine        *engine)
{
  g_return_if_fail (TD_IS_ASSISTANT_PAGE (self));

  if (!g_set_object (&self->engine, engine))
    return;
  if (engine != NULL)
    {
      g_signal_connect_object (engine, "usable-changed", G_CALLBACK (world_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (td_engine_get_wallet (engine), "changed",
                               G_CALLBACK (balance_changed_cb), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

/**
 * td_assistant_page_ask:
 * @text: (nullable): a request to put into the box; %NULL leaves what is there
 *
 * Answers, and puts the cursor into the box.
 */
void
td_assistant_page_ask (TdAssistantPage *self,
                       const char      *text)
{
  g_return_if_fail (TD_IS_ASSISTANT_PAGE (self));

  if (text != NULL && *text != '\0')
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->question), text, -1);
  g_clear_handle_id (&self->typing_id, g_source_remove);
  update (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->question));
}
