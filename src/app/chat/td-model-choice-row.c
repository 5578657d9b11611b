/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-model-choice-row.h"

#include <glib/gi18n.h>

#include "app/td-format.h"
#include "engine/td-auto.h"

struct _TdModelChoiceRow
{
  GtkListBoxRow parent_instance;

  char *key;           /* (owned) (nullable) */
  TdChoiceGroup group;

  GtkLabel *name;
  GtkWidget *star;
  GtkLabel *provider;
  GtkLabel *prices;
  GtkLabel *state;
};

G_DEFINE_FINAL_TYPE (TdModelChoiceRow, td_model_choice_row, GTK_TYPE_LIST_BOX_ROW)

/**
 * td_model_choice_text_prices:
 * @facts: a model
 *
 * Returns: (transfer full): its prices in and out per million tokens, "free" or "unknown price"
 */
char *
td_model_choice_text_prices (const TdModelFacts *facts)
{
  g_autofree char *input = NULL;
  g_autofree char *output = NULL;

  if (td_model_facts_is_free (facts))
    return g_strdup (C_("price", "Free"));
  if (facts->price.input < 0 && facts->price.output < 0)
    return g_strdup (C_("price", "Unknown price"));
  input = td_format_price (facts->price.input);
  output = td_format_price (facts->price.output);
  /* Translators: two prices per million tokens: of what is sent, of what comes back */
  return g_strdup_printf (_("%s in · %s out"), input, output);
}

static const char *
describe_state (const TdModelChoice *choice)
{
  switch (choice->usable)
    {
    case TD_USABLE_NEEDS_KEY:
      return _("Needs a key");
    case TD_USABLE_DISABLED:
      return _("Switched off");
    case TD_USABLE_PROTOCOL_MISSING:
      return _("Not supported yet");
    case TD_USABLE_YES:
      return choice->is_installed ? "" : _("Not installed");
    case TD_USABLE_NOT_CHAT:
    case TD_USABLE_UNKNOWN_MODEL:
    default:
      return "";
    }
}

static void
td_model_choice_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), TD_TYPE_MODEL_CHOICE_ROW);
  G_OBJECT_CLASS (td_model_choice_row_parent_class)->dispose (object);
}

static void
td_model_choice_row_finalize (GObject *object)
{
  g_free (TD_MODEL_CHOICE_ROW (object)->key);
  G_OBJECT_CLASS (td_model_choice_row_parent_class)->finalize (object);
}

static void
td_model_choice_row_class_init (TdModelChoiceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_model_choice_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_model_choice_row_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-model-choice-row.ui");
  gtk_widget_class_bind_template_child (widget_class, TdModelChoiceRow, name);
  gtk_widget_class_bind_template_child (widget_class, TdModelChoiceRow, star);
  gtk_widget_class_bind_template_child (widget_class, TdModelChoiceRow, provider);
  gtk_widget_class_bind_template_child (widget_class, TdModelChoiceRow, prices);
  gtk_widget_class_bind_template_child (widget_class, TdModelChoiceRow, state);
}

static void
td_model_choice_row_init (TdModelChoiceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
td_model_choice_row_new (void)
{
  return g_object_new (TD_TYPE_MODEL_CHOICE_ROW, NULL);
}

/**
 * td_model_choice_row_set:
 * @self: the row
 * @engine: the engine
 * @choice: what to show from now on
 */
void
td_model_choice_row_set (TdModelChoiceRow    *self,
                         TdEngine            *engine,
                         const TdModelChoice *choice)
{
  const TdModelFacts *facts = td_model_get_facts (choice->model);
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (engine), facts->provider_id);
  const char *provider = endpoint ? endpoint->name : facts->provider_id;
  g_autofree char *prices = td_model_choice_text_prices (facts);
  const char *state = describe_state (choice);
  g_autofree char *name = NULL;

  g_return_if_fail (TD_IS_MODEL_CHOICE_ROW (self));

  g_set_str (&self->key, facts->key);
  self->group = choice->group;
  gtk_label_set_label (self->name, facts->name);
  gtk_label_set_label (self->provider, provider);
  gtk_label_set_label (self->prices, prices);
  gtk_label_set_label (self->state, state);
  gtk_widget_set_visible (GTK_WIDGET (self->state), state[0] != '\0');
  gtk_widget_set_visible (self->star, td_model_get_favourite (choice->model));
  name = g_strjoin (", ", facts->name, provider, prices, state[0] ? state : NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/**
 * td_model_choice_row_set_auto:
 * @self: the row
 *
 * From now on it leaves the choice to Q.
 */
void
td_model_choice_row_set_auto (TdModelChoiceRow *self)
{
  g_return_if_fail (TD_IS_MODEL_CHOICE_ROW (self));

  g_set_str (&self->key, TD_AUTO_MODEL);
  self->group = TD_CHOICE_AUTO;
  gtk_label_set_label (self->name, _("Let Q Choose"));
  gtk_label_set_label (self->provider, _("The model that fits each message"));
  gtk_label_set_label (self->prices, "");
  gtk_widget_set_visible (GTK_WIDGET (self->state), FALSE);
  gtk_widget_set_visible (self->star, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Let Q Choose"), -1);
}

const char *
td_model_choice_row_get_key (TdModelChoiceRow *self)
{
  g_return_val_if_fail (TD_IS_MODEL_CHOICE_ROW (self), NULL);

  return self->key;
}

TdChoiceGroup
td_model_choice_row_get_group (TdModelChoiceRow *self)
{
  g_return_val_if_fail (TD_IS_MODEL_CHOICE_ROW (self), TD_CHOICE_OTHER);

  return self->group;
}
