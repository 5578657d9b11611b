/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-model-card.h"

#include <glib/gi18n.h>

#include "app/market/td-model-text.h"
#include "app/market/td-tag-strip.h"

struct _TdModelCard
{
  GtkBox parent_instance;

  GtkListItem *item;      /* (unowned) (nullable): holds this card while it shows a model */
  TdCompareList *compare; /* (owned) */
  TdModel *model;         /* (owned) (nullable) */
  char *provider_name;    /* (owned) (nullable) */

  GtkLabel *name;
  GtkLabel *provider;
  GtkLabel *status;
  GtkToggleButton *favourite_button;
  GtkLabel *input_price;
  GtkLabel *output_price;
  GtkLabel *context;
  GtkWidget *star;
  GtkLabel *rating;
  TdTagStrip *tags;
  GtkCheckButton *compare_check;
};

G_DEFINE_FINAL_TYPE (TdModelCard, td_model_card, GTK_TYPE_BOX)

static void
set_style (GtkWidget  *widget,
           const char *style_class,
           gboolean    wanted)
{
  if (wanted)
    gtk_widget_add_css_class (widget, style_class);
  else
    gtk_widget_remove_css_class (widget, style_class);
}

/* Ten cards have ten buttons that look alike: their names say which model they are about. */
static void
set_name (GtkWidget *widget,
          char *name) /* (transfer full) */
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_free (name);
}

static void
update_favourite (TdModelCard *self)
{
  gboolean favourite = td_model_get_favourite (self->model);
  const char *name = td_model_get_name (self->model);

  gtk_toggle_button_set_active (self->favourite_button, favourite);
  gtk_button_set_icon_name (GTK_BUTTON (self->favourite_button),
                            favourite ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->favourite_button),
                               favourite ? _("Remove From Favourites") : _("Add to Favourites"));
  /* Translators: %s is a model */
  set_name (GTK_WIDGET (self->favourite_button),
            favourite ? g_strdup_printf (_("Remove %s From Favourites"), name)
                      : g_strdup_printf (_("Add %s to Favourites"), name));
}

static void
update_compare (TdModelCard *self)
{
  gboolean marked, full;

  if (self->model == NULL)
    return;
  marked = td_compare_list_contains (self->compare, self->model);
  full = g_list_model_get_n_items (G_LIST_MODEL (self->compare)) >= TD_COMPARE_MAX;
  gtk_check_button_set_active (self->compare_check, marked);
  gtk_widget_set_sensitive (GTK_WIDGET (self->compare_check), marked || !full);
}

static void
update_provider (TdModelCard *self)
{
  guint64 uses = td_model_get_uses (self->model);
  g_autofree char *used = NULL;
  g_autofree char *line = NULL;

  if (uses == 0)
    {
      gtk_label_set_label (self->provider, self->provider_name);
      return;
    }
  used = td_model_text_dup_uses (uses);
  /* Translators: on a card: the provider, then how often the model was used */
  line = g_strdup_printf (_("%s · %s"), self->provider_name, used);
  gtk_label_set_label (self->provider, line);
}

static void
set_value (GtkLabel *label,
           char *text, /* (transfer full) */
           gboolean known)
{
  gtk_label_set_label (label, text);
  set_style (GTK_WIDGET (label), "dim-label", !known);
  g_free (text);
}

static void
update (TdModelCard *self)
{
  const TdModelFacts *facts = td_model_get_facts (self->model);
  const TdRating *rating = td_model_get_rating (self->model);
  gboolean retired = td_model_facts_is_retired (facts);
  g_auto (GStrv) tags = td_model_text_list_tags (facts);
  g_autofree char *spoken_tags = g_strjoinv (_(", "), tags);

  gtk_label_set_label (self->name, td_model_get_name (self->model));
  gtk_widget_set_visible (GTK_WIDGET (self->status), facts->status != TD_MODEL_STATUS_IN_SERVICE);
  gtk_label_set_label (self->status, td_model_text_status (facts->status));
  set_style (GTK_WIDGET (self->status), "warning", retired);
  set_style (GTK_WIDGET (self), "retired", retired);
  set_value (self->input_price, td_model_text_dup_input_price (facts),
             facts->local || facts->price.input >= 0);
  set_value (self->output_price, td_model_text_dup_output_price (facts),
             facts->local || facts->price.output >= 0);
  set_value (self->context, td_model_text_dup_context (facts), facts->context > 0);
  set_value (self->rating, td_model_text_dup_rating (rating), rating != NULL);
  gtk_widget_set_visible (self->star, rating != NULL);
  td_tag_strip_set_tags (self->tags, (const char *const *) tags);
  gtk_list_item_set_accessible_description (self->item, spoken_tags);
  update_provider (self);
  update_favourite (self);
  update_compare (self);
  /* Translators: %s is a model */
  set_name (GTK_WIDGET (self->compare_check),
            g_strdup_printf (_("Compare %s"), td_model_get_name (self->model)));
}

static void
activate_with_key (TdModelCard *self,
                   const char  *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, "s", td_model_get_key (self->model));
}

static void
favourite_toggled_cb (TdModelCard     *self,
                      GtkToggleButton *button)
{
  if (self->model != NULL &&
      gtk_toggle_button_get_active (button) != td_model_get_favourite (self->model))
    activate_with_key (self, "market.toggle-favourite");
}

static void
compare_toggled_cb (TdModelCard    *self,
                    GtkCheckButton *check)
{
  if (self->model != NULL &&
      gtk_check_button_get_active (check) != td_compare_list_contains (self->compare, self->model))
    activate_with_key (self, "market.toggle-compare");
}

static void
td_model_card_dispose (GObject *object)
{
  TdModelCard *self = TD_MODEL_CARD (object);

  td_model_card_hide (self);
  g_clear_object (&self->compare);

  G_OBJECT_CLASS (td_model_card_parent_class)->dispose (object);
}

static void
td_model_card_finalize (GObject *object)
{
  g_free (TD_MODEL_CARD (object)->provider_name);

  G_OBJECT_CLASS (td_model_card_parent_class)->finalize (object);
}

static void
td_model_card_class_init (TdModelCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_model_card_dispose;
  object_class->finalize = td_model_card_finalize;

  g_type_ensure (TD_TYPE_TAG_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-model-card.ui");
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, name);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, provider);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, status);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, favourite_button);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, input_price);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, output_price);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, context);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, star);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, rating);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, tags);
  gtk_widget_class_bind_template_child (widget_class, TdModelCard, compare_check);
  gtk_widget_class_bind_template_callback (widget_class, favourite_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, compare_toggled_cb);
}

static void
td_model_card_init (TdModelCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_model_card_new:
 * @compare: the models marked for comparison
 *
 * Returns: (transfer floating): an empty card
 */
TdModelCard *
td_model_card_new (TdCompareList *compare)
{
  TdModelCard *self = g_object_new (TD_TYPE_MODEL_CARD, NULL);

  self->compare = g_object_ref (compare);
  g_signal_connect_object (compare, "items-changed", G_CALLBACK (update_compare), self,
                           G_CONNECT_SWAPPED);
  return self;
}

/**
 * td_model_card_show:
 * @self: the card
 * @item: the list item whose child it is
 * @model: the model to show
 * @provider_name: the name of its provider
 *
 * Shows a model and follows what changes about it.
 */
void
td_model_card_show (TdModelCard *self,
                    GtkListItem *item,
                    TdModel     *model,
                    const char  *provider_name)
{
  g_autofree char *summary = NULL;

  g_return_if_fail (TD_IS_MODEL_CARD (self));
  g_return_if_fail (TD_IS_MODEL (model));
  g_return_if_fail (self->model == NULL);

  self->item = item;
  self->model = g_object_ref (model);
  g_set_str (&self->provider_name, provider_name);
  g_signal_connect_swapped (model, "notify::favourite", G_CALLBACK (update_favourite), self);
  g_signal_connect_swapped (model, "notify::uses", G_CALLBACK (update_provider), self);
  update (self);
  summary = td_model_text_dup_summary (model, provider_name);
  gtk_list_item_set_accessible_label (item, summary);
}

/**
 * td_model_card_hide:
 * @self: the card
 *
 * Forgets the model. What it looks like stays until another one is shown.
 */
void
td_model_card_hide (TdModelCard *self)
{
  g_return_if_fail (TD_IS_MODEL_CARD (self));

  if (self->model == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->model, update_favourite, self);
  g_signal_handlers_disconnect_by_func (self->model, update_provider, self);
  g_clear_object (&self->model);
  self->item = NULL;
}

/**
 * td_model_card_get_model:
 * @self: the card
 *
 * Returns: (transfer none) (nullable): the model it shows
 */
TdModel *
td_model_card_get_model (TdModelCard *self)
{
  g_return_val_if_fail (TD_IS_MODEL_CARD (self), NULL);

  return self->model;
}
