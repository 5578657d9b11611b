/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-model-details.h"

#include <glib/gi18n.h>

#include "app/market/td-details-facts.h"
#include "app/market/td-local-model-group.h"
#include "app/market/td-model-text.h"
#include "app/td-format.h"
#include "engine/td-local-models.h"

struct _TdModelDetails
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;       /* (owned) */
  TdCompareList *compare; /* (owned) */
  TdModel *model;         /* (owned) */
  guint filler;           /* the source that adds the groups, 0 when all are there */
  guint n_filled;

  AdwBanner *banner;
  GtkLabel *name;
  GtkLabel *subtitle;
  GtkButton *chat_button;
  GtkButton *provider_button;
  GtkToggleButton *favourite_button;
  GtkToggleButton *compare_button;
  GtkLabel *missing;
  GtkLabel *input_price;
  GtkLabel *output_price;
  GtkLabel *context;
  GtkWidget *star;
  GtkLabel *rating;
  GtkBox *groups;
};

G_DEFINE_FINAL_TYPE (TdModelDetails, td_model_details, ADW_TYPE_NAVIGATION_PAGE)

static const char *
get_provider_name (TdModelDetails *self)
{
  const char *id = td_model_get_facts (self->model)->provider_id;
  TdProvider *provider =
    td_catalogue_find_provider (td_market_get_catalogue (td_engine_get_market (self->engine)), id);

  return provider != NULL ? td_provider_get_name (provider) : id;
}

static char *
dup_missing (TdModelDetails *self,
             TdUsable        usable)
{
  const char *name = get_provider_name (self);

  switch (usable)
    {
    case TD_USABLE_NEEDS_KEY:
      /* Translators: %s is a provider */
      return g_strdup_printf (_("%s needs an API key before you can chat with this model."), name);
    case TD_USABLE_DISABLED:
      return g_strdup_printf (_("%s is switched off in the preferences."), name);
    case TD_USABLE_PROTOCOL_MISSING:
      return g_strdup_printf (
        _("Top Dog cannot talk to %s yet. The same model may be offered elsewhere, see below."),
        name);
    case TD_USABLE_NOT_CHAT:
      return g_strdup (_("This model does not chat."));
    case TD_USABLE_UNKNOWN_MODEL:
      return g_strdup (_("This model is no longer in the catalogue."));
    case TD_USABLE_YES:
    default:
      return NULL;
    }
}

static void
update_usable (TdModelDetails *self)
{
  TdUsable usable = td_engine_get_usable (self->engine, td_model_get_key (self->model));
  gboolean settle = usable == TD_USABLE_NEEDS_KEY || usable == TD_USABLE_DISABLED;
  g_autofree char *missing = dup_missing (self, usable);

  gtk_widget_set_visible (GTK_WIDGET (self->chat_button),
                          usable == TD_USABLE_YES &&
                            td_engine_is_installed (self->engine, td_model_get_key (self->model)));
  gtk_widget_set_visible (GTK_WIDGET (self->provider_button), settle);
  gtk_button_set_label (self->provider_button,
                        usable == TD_USABLE_NEEDS_KEY ? _("_Add API Key…") : _("_Switch On…"));
  gtk_widget_set_visible (GTK_WIDGET (self->missing), missing != NULL);
  gtk_label_set_label (self->missing, missing != NULL ? missing : "");
}

static void
update_favourite (TdModelDetails *self)
{
  gboolean favourite = td_model_get_favourite (self->model);

  gtk_toggle_button_set_active (self->favourite_button, favourite);
  gtk_button_set_icon_name (GTK_BUTTON (self->favourite_button),
                            favourite ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->favourite_button),
                               favourite ? _("Remove From Favourites") : _("Add to Favourites"));
}

static void
update_compare (TdModelDetails *self)
{
  gboolean marked = td_compare_list_contains (self->compare, self->model);
  gboolean full = g_list_model_get_n_items (G_LIST_MODEL (self->compare)) >= TD_COMPARE_MAX;

  gtk_toggle_button_set_active (self->compare_button, marked);
  gtk_widget_set_sensitive (GTK_WIDGET (self->compare_button), marked || !full);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->compare_button),
                               marked ? _("Remove From Comparison") : _("Add to Comparison"));
}

static void
update_subtitle (TdModelDetails *self)
{
  g_autofree char *uses = td_model_text_dup_uses (td_model_get_uses (self->model));
  g_autofree char *text = NULL;

  /* Translators: under a model's name: its provider, then how often it was used */
  text = g_strdup_printf (_("%s · %s"), get_provider_name (self), uses);
  gtk_label_set_label (self->subtitle, text);
}

static void
update_banner (TdModelDetails *self)
{
  TdModelStatus status = td_model_get_facts (self->model)->status;
  const char *retires = td_engine_get_retirement (self->engine, td_model_get_key (self->model));
  g_autofree char *date = retires && *retires != '\0' ? td_format_date (retires) : NULL;
  /* Translators: %s is a date */
  g_autofree char *dated =
    date ? g_strdup_printf (_("Its provider is going to retire this model on %s."), date) : NULL;
  const char *title = dated;

  if (retires && !dated)
    title = _("Its provider is going to retire this model.");
  else if (dated)
    title = dated;
  else if (status == TD_MODEL_STATUS_DEPRECATED)
    title = _("This model is retired. Its provider may refuse it.");
  else if (status == TD_MODEL_STATUS_UNLISTED)
    title = _("Its provider no longer lists this model. It may have been retired.");
  else if (status == TD_MODEL_STATUS_ALPHA || status == TD_MODEL_STATUS_BETA)
    title = _("This model is a preview. It may change or go away.");
  adw_banner_set_revealed (self->banner, title != NULL);
  adw_banner_set_title (self->banner, title != NULL ? title : "");
}

static void
set_value (GtkLabel *label,
           char *text) /* (transfer full) */
{
  gtk_label_set_label (label, text);
  g_free (text);
}

/* The rest of the page, a group at a time, so that no model's page holds up a frame, however
 * often it was measured and wherever it is offered. */
static gboolean
add_next_group_cb (gpointer user_data)
{
  TdModelDetails *self = user_data;
  const TdModelFacts *facts = td_model_get_facts (self->model);
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));

  switch (self->n_filled++)
    {
    case 0:
      td_details_add_offers (self->groups, self->model, catalogue);
      return G_SOURCE_CONTINUE;
    case 1:
      td_details_add_abilities (self->groups, facts);
      td_details_add_limits (self->groups, facts);
      return G_SOURCE_CONTINUE;
    case 2:
      td_details_add_rating (self->groups, self->model, catalogue);
      return G_SOURCE_CONTINUE;
    default:
      td_details_add_identity (self->groups, facts, catalogue);
      self->filler = 0;
      return G_SOURCE_REMOVE;
    }
}

static void
fill (TdModelDetails *self)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  const TdRating *rating = td_model_get_rating (self->model);

  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), td_model_get_name (self->model));
  gtk_label_set_label (self->name, td_model_get_name (self->model));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->chat_button), "s", facts->key);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->provider_button), "s",
                                    facts->provider_id);
  set_value (self->input_price, td_model_text_dup_input_price (facts));
  set_value (self->output_price, td_model_text_dup_output_price (facts));
  set_value (self->context, td_model_text_dup_context (facts));
  set_value (self->rating, td_model_text_dup_rating (rating));
  gtk_widget_set_visible (self->star, rating != NULL);
  update_banner (self);
  if (td_local_models_can (self->engine, facts->provider_id))
    gtk_box_append (self->groups, td_local_model_group_new (self->engine, facts->key));
  td_details_add_prices (self->groups, facts);
  self->filler = g_idle_add (add_next_group_cb, self);
}

static void
favourite_toggled_cb (TdModelDetails  *self,
                      GtkToggleButton *button)
{
  if (self->model != NULL &&
      gtk_toggle_button_get_active (button) != td_model_get_favourite (self->model))
    gtk_widget_activate_action (GTK_WIDGET (self), "market.toggle-favourite", "s",
                                td_model_get_key (self->model));
}

static void
compare_toggled_cb (TdModelDetails  *self,
                    GtkToggleButton *button)
{
  if (self->model != NULL && gtk_toggle_button_get_active (button) !=
                               td_compare_list_contains (self->compare, self->model))
    gtk_widget_activate_action (GTK_WIDGET (self), "market.toggle-compare", "s",
                                td_model_get_key (self->model));
}

static void
td_model_details_dispose (GObject *object)
{
  TdModelDetails *self = TD_MODEL_DETAILS (object);

  g_clear_handle_id (&self->filler, g_source_remove);
  g_clear_object (&self->model);
  g_clear_object (&self->compare);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_model_details_parent_class)->dispose (object);
}

static void
td_model_details_class_init (TdModelDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_model_details_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-model-details.ui");
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, banner);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, name);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, subtitle);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, chat_button);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, provider_button);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, favourite_button);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, compare_button);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, missing);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, input_price);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, output_price);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, context);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, star);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, rating);
  gtk_widget_class_bind_template_child (widget_class, TdModelDetails, groups);
  gtk_widget_class_bind_template_callback (widget_class, favourite_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, compare_toggled_cb);
}

static void
td_model_details_init (TdModelDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_model_details_new:
 * @engine: the engine
 * @compare: the models marked for comparison
 * @model: the model to show
 *
 * Returns: (transfer floating): the page
 */
TdModelDetails *
td_model_details_new (TdEngine      *engine,
                      TdCompareList *compare,
                      TdModel       *model)
{
  TdModelDetails *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (TD_IS_MODEL (model), NULL);

  self = g_object_new (TD_TYPE_MODEL_DETAILS, NULL);
  self->engine = g_object_ref (engine);
  self->compare = g_object_ref (compare);
  self->model = g_object_ref (model);
  fill (self);
  update_favourite (self);
  update_compare (self);
  update_subtitle (self);
  update_usable (self);
  g_signal_connect_object (model, "notify::favourite", G_CALLBACK (update_favourite), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "notify::uses", G_CALLBACK (update_subtitle), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (compare, "items-changed", G_CALLBACK (update_compare), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (engine, "usable-changed", G_CALLBACK (update_usable), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (td_engine_get_market (engine), "changed", G_CALLBACK (update_usable),
                           self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * td_model_details_get_model:
 * @self: the page
 *
 * Returns: (transfer none): the model it shows
 */
TdModel *
td_model_details_get_model (TdModelDetails *self)
{
  g_return_val_if_fail (TD_IS_MODEL_DETAILS (self), NULL);

  return self->model;
}
