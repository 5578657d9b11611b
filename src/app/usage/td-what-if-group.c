/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/usage/td-what-if-group.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/usage/td-usage-text.h"

struct _TdWhatIfGroup
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL until set and once disposed */
  GCancellable *cancellable; /* (owned) (nullable): of what is being reckoned */
  GPtrArray
    *models; /* (owned) (element-type TdModel): as they are listed, without the first entry */
  gint64 first_day; /* 0: not set */
  gint64 last_day;

  AdwComboRow *model_row;
  AdwActionRow *result_row;
};

G_DEFINE_FINAL_TYPE (TdWhatIfGroup, td_what_if_group, ADW_TYPE_PREFERENCES_GROUP)

static void
show_result (TdWhatIfGroup *self,
             const char    *text,
             const char    *details)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->result_row), text);
  adw_action_row_set_subtitle (self->result_row, details ? details : "");
  gtk_widget_set_visible (GTK_WIDGET (self->result_row), TRUE);
}

static void
reckoned_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdWhatIfGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  TdUsageWhatIf what_if;
  g_autofree char *text = NULL;
  g_autofree char *details = NULL;

  if (!td_usage_what_if_finish (TD_DATABASE (source), result, &what_if, &error))
    {
      if (self->engine == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      text = td_app_error_dup_sentences (error);
      show_result (self, text, NULL);
      return;
    }
  if (self->engine == NULL)
    return;
  text = td_usage_text_what_if (&what_if);
  details = td_usage_text_left_out (&what_if);
  show_result (self, text, details);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->result_row), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static TdModel *
get_chosen (TdWhatIfGroup *self)
{
  guint selected = adw_combo_row_get_selected (self->model_row);

  return selected == 0 || selected > self->models->len
           ? NULL
           : g_ptr_array_index (self->models, selected - 1);
}

static void
reckon (TdWhatIfGroup *self)
{
  TdModel *model = get_chosen (self);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (model == NULL || self->engine == NULL || self->first_day == 0)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->result_row), FALSE);
      return;
    }
  self->cancellable = g_cancellable_new ();
  td_usage_what_if_async (td_engine_get_database (self->engine),
                          td_wallet_get_id (td_engine_get_wallet (self->engine)), self->first_day,
                          self->last_day, td_model_get_facts (model), self->cancellable,
                          reckoned_cb, g_object_ref (self));
}

/* ---- the models ------------------------------------------------------------------------------ */

static gboolean
can_be_compared (const TdModelFacts *facts)
{
  return facts->type == TD_MODEL_TYPE_CHAT && !td_model_facts_is_retired (facts) && !facts->local &&
         facts->price.input >= 0 && facts->price.output >= 0;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  TdModel *x = *(TdModel *const *) a, *y = *(TdModel *const *) b;
  int order = g_utf8_collate (td_model_get_name (x), td_model_get_name (y));

  return order != 0 ? order : strcmp (td_model_get_key (x), td_model_get_key (y));
}

static char *
dup_title (TdWhatIfGroup *self,
           TdModel       *model)
{
  const char *id = td_model_get_facts (model)->provider_id;
  const TdEndpoint *endpoint = td_endpoint_list_find (td_engine_get_endpoints (self->engine), id);

  /* Translators: a model and its provider. */
  return g_strdup_printf (_("%s, %s"), td_model_get_name (model), endpoint ? endpoint->name : id);
}

static void
list_models (TdWhatIfGroup *self)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  g_ptr_array_set_size (self->models, 0);
  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, i);

      if (can_be_compared (td_model_get_facts (model)))
        g_ptr_array_add (self->models, g_object_ref (model));
    }
  g_ptr_array_sort (self->models, compare_names);
  gtk_string_list_append (titles, _("None"));
  for (guint i = 0; i < self->models->len; i++)
    gtk_string_list_take (titles, dup_title (self, g_ptr_array_index (self->models, i)));
  adw_combo_row_set_model (self->model_row, G_LIST_MODEL (titles));
}

static GtkWidget *
create_model_row (void)
{
  return g_object_new (ADW_TYPE_COMBO_ROW, "title", _("Model"), "enable-search", TRUE,
                       "search-match-mode", GTK_STRING_FILTER_MATCH_MODE_SUBSTRING, NULL);
}

/* ---- the object ------------------------------------------------------------------------------ */

static void
td_what_if_group_dispose (GObject *object)
{
  TdWhatIfGroup *self = TD_WHAT_IF_GROUP (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_what_if_group_parent_class)->dispose (object);
}

static void
td_what_if_group_finalize (GObject *object)
{
  g_ptr_array_unref (TD_WHAT_IF_GROUP (object)->models);

  G_OBJECT_CLASS (td_what_if_group_parent_class)->finalize (object);
}

static void
td_what_if_group_class_init (TdWhatIfGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_what_if_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_what_if_group_finalize;
}

static void
td_what_if_group_init (TdWhatIfGroup *self)
{
  g_autoptr (GtkExpression) expression =
    gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  self->models = g_ptr_array_new_with_free_func (g_object_unref);
  self->model_row = ADW_COMBO_ROW (create_model_row ());
  adw_combo_row_set_expression (self->model_row, expression);
  self->result_row = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->result_row), FALSE);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("With Another Model"));
  adw_preferences_group_set_description (
    ADW_PREFERENCES_GROUP (self),
    _(
     "What the same replies would have cost, token for token. Another model might have needed more or fewer."));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->model_row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->result_row));
  gtk_widget_set_visible (GTK_WIDGET (self->result_row), FALSE);
  g_signal_connect_object (self->model_row, "notify::selected", G_CALLBACK (reckon), self,
                           G_CONNECT_SWAPPED);
}

/**
 * td_what_if_group_set_engine:
 * @self: the group, once
 * @engine: the engine
 *
 * Lists the models whose prices are known.
 */
void
td_what_if_group_set_engine (TdWhatIfGroup *self,
                             TdEngine      *engine)
{
  g_return_if_fail (TD_IS_WHAT_IF_GROUP (self));
  g_return_if_fail (self->engine == NULL);
  g_return_if_fail (TD_IS_ENGINE (engine));

  self->engine = g_object_ref (engine);
  list_models (self);
}

/**
 * td_what_if_group_set_days:
 * @self: the group
 * @first_day: from this day on, such as 20261123
 * @last_day: to this day, with it
 *
 * Reckons again, for these days.
 */
void
td_what_if_group_set_days (TdWhatIfGroup *self,
                           gint64         first_day,
                           gint64         last_day)
{
  g_return_if_fail (TD_IS_WHAT_IF_GROUP (self));

  self->first_day = first_day;
  self->last_day = last_day;
  reckon (self);
}
