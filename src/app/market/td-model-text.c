/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-model-text.h"

#include <glib/gi18n.h>

#include "app/td-format.h"
#include "base/td-text.h"

static const struct
{
  TdCapability capability;
  const char *name;
  const char *tag;
} capabilities[] = {
  { TD_CAPABILITY_CHAT, N_("Chat"), NULL },
  { TD_CAPABILITY_REASONING, N_("Reasoning"), N_("Reasoning") },
  { TD_CAPABILITY_TOOLS, N_("Tool calls"), N_("Tools") },
  { TD_CAPABILITY_VISION, N_("Reads images"), N_("Vision") },
  { TD_CAPABILITY_PDF, N_("Reads PDF files"), N_("PDF") },
  { TD_CAPABILITY_AUDIO_IN, N_("Hears audio"), N_("Audio in") },
  { TD_CAPABILITY_VIDEO_IN, N_("Watches video"), N_("Video in") },
  { TD_CAPABILITY_IMAGE_OUT, N_("Makes images"), N_("Images") },
  { TD_CAPABILITY_AUDIO_OUT, N_("Speaks"), N_("Speech") },
  { TD_CAPABILITY_STRUCTURED_OUTPUT, N_("Structured output"), N_("Structured") },
  { TD_CAPABILITY_EMBEDDING, N_("Embeddings"), N_("Embeddings") },
};

/**
 * td_model_text_type:
 * @type: what a model is for
 *
 * Returns: the name of the kind, translated
 */
const char *
td_model_text_type (TdModelType type)
{
  switch (type)
    {
    case TD_MODEL_TYPE_CHAT:
      return _("Chat");
    case TD_MODEL_TYPE_EMBEDDING:
      return _("Embeddings");
    case TD_MODEL_TYPE_RERANK:
      return _("Ranking");
    case TD_MODEL_TYPE_MODERATION:
      return _("Moderation");
    case TD_MODEL_TYPE_IMAGE:
      return _("Images");
    case TD_MODEL_TYPE_VIDEO:
      return _("Video");
    case TD_MODEL_TYPE_AUDIO:
      return _("Audio");
    case TD_MODEL_TYPE_TRANSCRIPTION:
      return _("Transcription");
    case TD_MODEL_TYPE_REALTIME:
      return _("Live conversation");
    case TD_MODEL_TYPE_OTHER:
    default:
      return _("Other");
    }
}

/**
 * td_model_text_status:
 * @status: where a model stands in its life
 *
 * Returns: the status, translated
 */
const char *
td_model_text_status (TdModelStatus status)
{
  switch (status)
    {
    case TD_MODEL_STATUS_ALPHA:
      return _("Early preview");
    case TD_MODEL_STATUS_BETA:
      return _("Preview");
    case TD_MODEL_STATUS_DEPRECATED:
      return _("Retired");
    case TD_MODEL_STATUS_UNLISTED:
      return _("No longer listed");
    case TD_MODEL_STATUS_IN_SERVICE:
    default:
      return _("In service");
    }
}

/**
 * td_model_text_fact:
 * @fact: a fact that may be unknown
 *
 * Returns: yes, no or unknown, translated
 */
const char *
td_model_text_fact (TdFact fact)
{
  switch (fact)
    {
    case TD_FACT_YES:
      return _("Yes");
    case TD_FACT_NO:
      return _("No");
    case TD_FACT_UNKNOWN:
    default:
      return _("Unknown");
    }
}

/**
 * td_model_text_capability:
 * @capability: one capability
 *
 * Returns: its name, translated
 */
const char *
td_model_text_capability (TdCapability capability)
{
  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++)
    {
      if (capabilities[i].capability == capability)
        return _(capabilities[i].name);
    }
  g_return_val_if_reached ("");
}

/**
 * td_model_text_sort:
 * @sort: an order
 *
 * Returns: its name, translated
 */
const char *
td_model_text_sort (TdSort sort)
{
  switch (sort)
    {
    case TD_SORT_NAME:
      return _("Name");
    case TD_SORT_PRICE_IN:
      return _("Input price");
    case TD_SORT_PRICE_OUT:
      return _("Output price");
    case TD_SORT_CONTEXT:
      return _("Context");
    case TD_SORT_RATING:
      return _("Rating");
    case TD_SORT_NEWEST:
      return _("Newest");
    case TD_SORT_MOST_USED:
      return _("Most used");
    case TD_SORT_RELEVANCE:
    default:
      return _("Relevance");
    }
}

/**
 * td_model_text_dup_modalities:
 * @modalities: what goes in or comes out
 *
 * Returns: (transfer full): a list of them, or “Unknown”
 */
char *
td_model_text_dup_modalities (TdModality modalities)
{
  static const struct
  {
    TdModality modality;
    const char *name;
  } names[] = {
    { TD_MODALITY_TEXT, N_("Text") },
    { TD_MODALITY_IMAGE, N_("Images") },
    { TD_MODALITY_AUDIO, N_("Audio") },
    { TD_MODALITY_VIDEO, N_("Video") },
    { TD_MODALITY_PDF, N_("PDF files") },
    { TD_MODALITY_FILE, N_("Files") },
    { TD_MODALITY_EMBEDDING, N_("Embeddings") },
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if ((modalities & names[i].modality) == 0)
        continue;
      if (text->len > 0)
        /* Translators: what stands between the parts of a list: Text, Images */
        g_string_append (text, _(", "));
      g_string_append (text, _(names[i].name));
    }
  if (text->len == 0)
    g_string_append (text, _("Unknown"));
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static char *
dup_price (const TdModelFacts *facts,
           TdPrice             price)
{
  if (facts->local)
    return g_strdup (C_("price", "Local"));
  return td_format_price (price);
}

/**
 * td_model_text_dup_input_price:
 * @facts: a model
 *
 * Returns: (transfer full): what a million tokens of input cost; “Free”, “Unknown”, or “Local”
 *   for what runs on this machine and has no price
 */
char *
td_model_text_dup_input_price (const TdModelFacts *facts)
{
  return dup_price (facts, facts->price.input);
}

/**
 * td_model_text_dup_output_price:
 * @facts: a model
 *
 * Returns: (transfer full): the same for the output
 */
char *
td_model_text_dup_output_price (const TdModelFacts *facts)
{
  return dup_price (facts, facts->price.output);
}

/**
 * td_model_text_dup_context:
 * @facts: a model
 *
 * Returns: (transfer full): how many tokens fit, in short, or “Unknown”
 */
char *
td_model_text_dup_context (const TdModelFacts *facts)
{
  return facts->context > 0 ? td_text_format_tokens (facts->context) : g_strdup (_("Unknown"));
}

/**
 * td_model_text_dup_rating:
 * @rating: (nullable): a rating
 *
 * Returns: (transfer full): the rating with one decimal, or “Not rated”
 */
char *
td_model_text_dup_rating (const TdRating *rating)
{
  return rating != NULL ? td_format_rating (rating->tenths) : g_strdup (_("Not rated"));
}

/**
 * td_model_text_dup_uses:
 * @uses: how often this user used a model
 *
 * Returns: (transfer full): a phrase about it
 */
char *
td_model_text_dup_uses (guint64 uses)
{
  if (uses == 0)
    return g_strdup (_("Not used yet"));
  return g_strdup_printf (ngettext ("Used %" G_GUINT64_FORMAT " time",
                                    "Used %" G_GUINT64_FORMAT " times", uses),
                          uses);
}

/**
 * td_model_text_dup_full_name:
 * @model: a model
 * @catalogue: (nullable): the catalogue, for the names of providers
 *
 * Returns: (transfer full): the name with the provider, where the name alone could be another's
 */
char *
td_model_text_dup_full_name (TdModel     *model,
                             TdCatalogue *catalogue)
{
  const char *id = td_model_get_facts (model)->provider_id;
  TdProvider *provider = catalogue != NULL ? td_catalogue_find_provider (catalogue, id) : NULL;

  /* Translators: a model, then its provider */
  return g_strdup_printf (_("%s (%s)"), td_model_get_name (model),
                          provider != NULL ? td_provider_get_name (provider) : id);
}

/**
 * td_model_text_dup_summary:
 * @model: a model
 * @provider_name: the name of its provider
 *
 * Returns: (transfer full): what a card shows, as one sentence for screen readers
 */
char *
td_model_text_dup_summary (TdModel    *model,
                           const char *provider_name)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdRating *rating = td_model_get_rating (model);
  g_autofree char *input = td_model_text_dup_input_price (facts);
  g_autofree char *output = td_model_text_dup_output_price (facts);
  g_autofree char *context = td_model_text_dup_context (facts);
  g_autofree char *stars = td_model_text_dup_rating (rating);
  g_autofree char *rated = NULL;

  /* Translators: %s is a rating such as 4.5 */
  rated = rating != NULL ? g_strdup_printf (_("rating %s of 5"), stars) : g_strdup (_("not rated"));
  /* Translators: a model for screen readers: name, provider, status (empty or “, Retired”), prices
   * of input and output per million tokens, context in tokens, rating */
  return g_strdup_printf (_("%s, %s%s%s, price in %s, price out %s, context %s, %s"),
                          td_model_get_name (model), provider_name,
                          td_model_facts_is_retired (facts) ? _(", ") : "",
                          td_model_facts_is_retired (facts) ? td_model_text_status (facts->status)
                                                            : "",
                          input, output, context, rated);
}

/**
 * td_model_text_list_tags:
 * @facts: a model
 *
 * Returns: (transfer full) (array zero-terminated=1): short names of what it is known to be able
 *   to do, the telling ones first
 */
GStrv
td_model_text_list_tags (const TdModelFacts *facts)
{
  g_autoptr (GStrvBuilder) tags = g_strv_builder_new ();

  if (facts->type != TD_MODEL_TYPE_CHAT && facts->type != TD_MODEL_TYPE_EMBEDDING)
    g_strv_builder_add (tags, td_model_text_type (facts->type));
  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++)
    {
      if (capabilities[i].tag != NULL &&
          td_model_facts_has_capability (facts, capabilities[i].capability))
        g_strv_builder_add (tags, _(capabilities[i].tag));
    }
  if (facts->open_weights == TD_FACT_YES)
    g_strv_builder_add (tags, _("Open weights"));
  return g_strv_builder_end (tags);
}

/**
 * td_model_text_dup_filter:
 * @filter: a filter in force
 * @catalogue: (nullable): the catalogue, for the names of providers
 *
 * Returns: (transfer full): what the filter asks for, in a few words
 */
char *
td_model_text_dup_filter (const TdActiveFilter *filter,
                          TdCatalogue          *catalogue)
{
  g_autofree char *value = NULL;
  TdProvider *provider;

  switch (filter->kind)
    {
    case TD_FILTER_TEXT:
      return g_strdup (_("Words searched for"));
    case TD_FILTER_PROVIDER:
      provider =
        catalogue != NULL ? td_catalogue_find_provider (catalogue, filter->provider_id) : NULL;
      return g_strdup (provider != NULL ? td_provider_get_name (provider) : filter->provider_id);
    case TD_FILTER_CAPABILITY:
      return g_strdup (td_model_text_capability ((TdCapability) filter->value));
    case TD_FILTER_MIN_RATING:
      value = td_format_rating ((int) filter->value);
      /* Translators: a filter: models rated at least this much */
      return g_strdup_printf (_("Rated %s or more"), value);
    case TD_FILTER_MAX_PRICE:
      value = td_price_format (filter->value);
      /* Translators: a filter: models whose input costs at most this much */
      return g_strdup_printf (_("At most %s"), value);
    case TD_FILTER_MIN_CONTEXT:
      value = td_text_format_tokens (filter->value);
      /* Translators: a filter: models whose context is at least this many tokens */
      return g_strdup_printf (_("Context %s or more"), value);
    case TD_FILTER_FREE:
      return g_strdup (_("Free"));
    case TD_FILTER_LOCAL:
      return g_strdup (_("Local"));
    case TD_FILTER_OPEN_WEIGHTS:
      return g_strdup (_("Open weights"));
    case TD_FILTER_FAVOURITES:
      return g_strdup (_("Favourites"));
    case TD_FILTER_RETIRED:
    default:
      return g_strdup (_("With retired models"));
    }
}
