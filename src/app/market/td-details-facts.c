/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-details-facts.h"

#include <glib/gi18n.h>

#include "app/market/td-fact-group.h"
#include "app/market/td-model-text.h"
#include "app/td-format.h"
#include "base/td-text.h"

static TdFactGroup *
append_group (GtkBox     *box,
              const char *title,
              const char *description)
{
  TdFactGroup *group = td_fact_group_new (title, description);

  gtk_box_append (box, GTK_WIDGET (group));
  return group;
}

static void
add_price (TdFactGroup *group,
           const char  *what,
           TdPrice      price)
{
  td_fact_group_take (group, what, td_format_price (price));
}

/* Classes that most models do not have are worth a line only where they are known. */
static void
add_known_price (TdFactGroup *group,
                 const char  *what,
                 TdPrice      price)
{
  if (price >= 0)
    add_price (group, what, price);
}

static void
append_part (GString    *text,
             const char *what,
             TdPrice     price)
{
  g_autofree char *value = NULL;

  if (price < 0)
    return;
  if (text->len > 0)
    g_string_append (text, _(", "));
  value = td_format_price (price);
  g_string_append_printf (text, "%s %s", what, value);
}

static void
add_tier (TdFactGroup       *group,
          const TdPriceTier *tier)
{
  g_autofree char *tokens = td_text_format_tokens (tier->above_tokens);
  g_autofree char *what = NULL;
  g_autoptr (GString) value = g_string_new (NULL);

  /* Translators: prices that hold when the prompt is longer than this many tokens */
  what = g_strdup_printf (_("Prompts over %s tokens"), tokens);
  append_part (value, C_("price class", "input"), tier->prices.input);
  append_part (value, C_("price class", "output"), tier->prices.output);
  append_part (value, C_("price class", "cached input"), tier->prices.cache_read);
  append_part (value, C_("price class", "cache write"), tier->prices.cache_write);
  append_part (value, C_("price class", "reasoning"), tier->prices.reasoning);
  td_fact_group_add (group, what, value->len > 0 ? value->str : NULL);
}

/**
 * td_details_add_prices:
 * @box: where to append
 * @facts: the model
 *
 * Appends the prices of every token class.
 */
void
td_details_add_prices (GtkBox             *box,
                       const TdModelFacts *facts)
{
  TdFactGroup *group;

  if (facts->local)
    {
      append_group (box, _("Price"),
                    _("It runs on this computer, so its provider charges nothing."));
      return;
    }
  group = append_group (box, _("Price"), _("For a million tokens, in US dollars."));
  add_price (group, _("Input"), facts->price.input);
  add_price (group, _("Output"), facts->price.output);
  add_price (group, _("Cached input"), facts->price.cache_read);
  add_price (group, _("Writing to the cache"), facts->price.cache_write);
  add_known_price (group, _("Reasoning"), facts->price.reasoning);
  add_known_price (group, _("Audio input"), facts->price.input_audio);
  add_known_price (group, _("Audio output"), facts->price.output_audio);
  for (guint i = 0; i < facts->n_tiers; i++)
    add_tier (group, &facts->tiers[i]);
}

static void
add_tokens (TdFactGroup *group,
            const char  *what,
            gint64       tokens)
{
  g_autofree char *number = NULL;
  g_autofree char *value = NULL;

  if (tokens > 0)
    {
      number = td_format_count (tokens);
      /* Translators: %s is a number of tokens with grouped thousands */
      value = g_strdup_printf (ngettext ("%s token", "%s tokens", tokens), number);
    }
  td_fact_group_add (group, what, value);
}

/**
 * td_details_add_limits:
 * @box: where to append
 * @facts: the model
 *
 * Appends how much fits.
 */
void
td_details_add_limits (GtkBox             *box,
                       const TdModelFacts *facts)
{
  TdFactGroup *group = append_group (box, _("Limits"), NULL);

  add_tokens (group, _("Context"), facts->context);
  if (facts->max_input > 0)
    add_tokens (group, _("Longest input"), facts->max_input);
  add_tokens (group, _("Longest output"), facts->max_output);
}

static char *
dup_budget (const TdModelFacts *facts)
{
  g_autofree char *low = td_format_count (facts->reasoning_budget_min);
  g_autofree char *high = td_format_count (facts->reasoning_budget_max);

  if (facts->reasoning_budget_min > 0 && facts->reasoning_budget_max > 0)
    /* Translators: a range of tokens */
    return g_strdup_printf (_("%s to %s tokens"), low, high);
  if (facts->reasoning_budget_max > 0)
    return g_strdup_printf (_("Up to %s tokens"), high);
  if (facts->reasoning_budget_min > 0)
    return g_strdup_printf (_("%s tokens or more"), low);
  return g_strdup (_("Can be set"));
}

static void
add_reasoning (TdFactGroup        *group,
               const TdModelFacts *facts)
{
  td_fact_group_add (group, _("Reasoning"), td_model_text_fact (facts->reasoning));
  if (facts->reasoning != TD_FACT_YES)
    return;
  td_fact_group_add (group, _("Reasoning can be switched off"),
                     td_model_text_fact (facts->reasoning_toggle));
  if (facts->reasoning_efforts != NULL && facts->reasoning_efforts[0] != NULL)
    td_fact_group_take (group, _("Reasoning efforts"),
                        g_strjoinv (_(", "), facts->reasoning_efforts));
  if (facts->has_reasoning_budget)
    td_fact_group_take (group, _("Reasoning budget"), dup_budget (facts));
}

/**
 * td_details_add_abilities:
 * @box: where to append
 * @facts: the model
 *
 * Appends what the model can do, and what is not known about that.
 */
void
td_details_add_abilities (GtkBox             *box,
                          const TdModelFacts *facts)
{
  TdFactGroup *group = append_group (box, _("Abilities"), NULL);

  td_fact_group_take (group, _("Takes"), td_model_text_dup_modalities (facts->input));
  td_fact_group_take (group, _("Gives"), td_model_text_dup_modalities (facts->output));
  add_reasoning (group, facts);
  td_fact_group_add (group, _("Tool calls"), td_model_text_fact (facts->tool_call));
  td_fact_group_add (group, _("Attachments"), td_model_text_fact (facts->attachment));
  td_fact_group_add (group, _("Structured output"), td_model_text_fact (facts->structured_output));
  td_fact_group_add (group, _("Temperature can be set"), td_model_text_fact (facts->temperature));
}

static char *
dup_parameters (const TdModelFacts *facts)
{
  if (facts->parameter_label != NULL)
    return g_ascii_strup (facts->parameter_label, -1);
  return facts->parameters > 0 ? td_text_format_tokens (facts->parameters) : NULL;
}

static void
add_source (TdFactGroup             *group,
            const TdModelFacts      *facts,
            const TdCatalogueSource *source)
{
  g_autofree char *date = NULL;
  g_autofree char *value = NULL;

  if (source == NULL)
    {
      td_fact_group_add (group, _("Source"), facts->source);
      return;
    }
  date = td_format_date (source->date);
  /* Translators: where facts come from and their date */
  value = g_strdup_printf (_("%s, %s"), source->title, date);
  td_fact_group_add_link (group, _("Source"), value, source->url);
}

static GtkWidget *
create_copy_button (const char *id)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Copy the ID"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "market.copy");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  return button;
}

/**
 * td_details_add_identity:
 * @box: where to append
 * @facts: the model
 * @catalogue: the catalogue it is from
 *
 * Appends what the model is, from when, and where the facts come from.
 */
void
td_details_add_identity (GtkBox             *box,
                         const TdModelFacts *facts,
                         TdCatalogue        *catalogue)
{
  TdFactGroup *group = append_group (box, _("About the Model"), NULL);
  TdProvider *provider = td_catalogue_find_provider (catalogue, facts->provider_id);

  td_fact_group_add_link (group, _("Provider"),
                          provider != NULL ? td_provider_get_name (provider) : facts->provider_id,
                          provider != NULL ? td_provider_get_facts (provider)->doc_url : NULL);
  td_fact_group_add_widget (group, _("ID"), facts->id, create_copy_button (facts->id));
  td_fact_group_add (group, _("Base model"), facts->base_model);
  if (facts->derived_from != NULL)
    td_fact_group_add (group, _("Made from"), facts->derived_from);
  td_fact_group_add (group, _("Family"), facts->family);
  td_fact_group_add (group, _("Kind"), td_model_text_type (facts->type));
  td_fact_group_add (group, _("Status"), td_model_text_status (facts->status));
  td_fact_group_take (group, _("Knowledge until"), td_format_date (facts->knowledge));
  td_fact_group_take (group, _("Released"), td_format_date (facts->released));
  td_fact_group_take (group, _("Last changed"), td_format_date (facts->updated));
  td_fact_group_take (group, _("Parameters"), dup_parameters (facts));
  if (facts->size_bytes > 0)
    td_fact_group_take (group, _("Download size"), g_format_size (facts->size_bytes));
  td_fact_group_add_link (group, _("Open weights"), td_model_text_fact (facts->open_weights),
                          facts->weights);
  td_fact_group_add (group, _("Licence"), facts->license);
  if (facts->note != NULL)
    td_fact_group_add (group, _("Note"), facts->note);
  add_source (group, facts,
              td_catalogue_find_source (catalogue, facts->source != NULL ? facts->source : ""));
}

static GtkWidget *
create_offer_row (TdModel     *offer,
                  TdCatalogue *catalogue)
{
  const TdModelFacts *facts = td_model_get_facts (offer);
  TdProvider *provider = td_catalogue_find_provider (catalogue, facts->provider_id);
  g_autofree char *input = td_model_text_dup_input_price (facts);
  g_autofree char *output = td_model_text_dup_output_price (facts);
  g_autofree char *context = td_model_text_dup_context (facts);
  g_autofree char *subtitle = NULL;
  GtkWidget *row = adw_action_row_new ();

  /* Translators: an offer of a model: prices of input and output, context in tokens */
  subtitle = g_strdup_printf (_("In %s · Out %s · Context %s"), input, output, context);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), provider != NULL
                                                              ? td_provider_get_name (provider)
                                                              : facts->provider_id);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (td_model_facts_is_retired (facts))
    {
      GtkWidget *status = gtk_label_new (td_model_text_status (facts->status));

      gtk_widget_add_css_class (status, "caption-heading");
      gtk_widget_add_css_class (status, "warning");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), status);
    }
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.show-model");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", td_model_get_key (offer));
  return row;
}

/**
 * td_details_add_offers:
 * @box: where to append
 * @model: the model
 * @catalogue: the catalogue it is from
 *
 * Appends the same model at other providers, if there are any.
 */
void
td_details_add_offers (GtkBox      *box,
                       TdModel     *model,
                       TdCatalogue *catalogue)
{
  const char *base_model = td_model_get_facts (model)->base_model;
  g_autoptr (GPtrArray) offers =
    base_model != NULL ? td_catalogue_list_offers (catalogue, base_model) : NULL;
  TdFactGroup *group = NULL;

  for (guint i = 0; offers != NULL && i < offers->len; i++)
    {
      TdModel *offer = g_ptr_array_index (offers, i);

      if (offer == model)
        continue;
      if (group == NULL)
        group =
          append_group (box, _("The Same Model Elsewhere"), _("Prices for a million tokens."));
      td_fact_group_add_row (group, create_offer_row (offer, catalogue));
    }
}
