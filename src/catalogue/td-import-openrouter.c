/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenRouter's own list of its models: the provider "openrouter" and nothing else. */
#include "config.h"

#include <string.h>

#include "catalogue/td-import.h"
#include "catalogue/td-refresh.h"

#define PROVIDER "openrouter"
#define SOURCE   "openrouter-live"
#define END_NOTE "OpenRouter announces its end for "

/* ---- prices -------------------------------------------------------------------------------- */

/* Dollars per token as text; -1 says that it varies, which is not known. */
static TdPrice
read_price (const TdJson *pricing,
            const char   *name)
{
  const TdJson *value = td_json_get_member (pricing, name);
  const char *text = td_json_get_string (value);
  TdPrice price;

  if (text == NULL)
    text = td_json_get_number_text (value);
  if (text == NULL || !td_price_from_usd_per_token (text, &price) || price > TD_CATALOGUE_MAX_PRICE)
    return TD_PRICE_UNKNOWN;
  return price;
}

/* Of a model that costs money, 0 for a part of the price says that the part is not billed by
 * itself, not that it is free. */
static TdPrice
read_part (const TdJson *pricing,
           const char   *name,
           TdPrice       whole)
{
  TdPrice price = read_price (pricing, name);

  return price == 0 && whole != 0 ? TD_PRICE_UNKNOWN : price;
}

static gboolean
is_per_request (const TdJson *pricing)
{
  TdPrice price;
  const char *text = td_json_member_string (pricing, "request");

  return text != NULL && td_price_from_usd_per_token (text, &price) && price > 0;
}

static void
lay_prices (const TdJson *pricing,
            TdModelFacts *facts)
{
  TdPriceList prices;
  TdPriceTier *tiers = NULL;
  guint n_tiers = 0;

  td_price_list_init (&prices);
  prices.input = read_price (pricing, "prompt");
  prices.output = read_price (pricing, "completion");
  prices.cache_read = read_part (pricing, "input_cache_read", prices.input);
  prices.cache_write = read_part (pricing, "input_cache_write", prices.input);
  prices.reasoning = read_part (pricing, "internal_reasoning", prices.output);
  prices.input_audio = facts->price.input_audio;
  prices.output_audio = facts->price.output_audio;
  /* The list has no steps by length: those known are right as long as what they start from is. */
  if (prices.input == facts->price.input && prices.output == facts->price.output)
    {
      tiers = g_memdup2 (facts->tiers, facts->n_tiers * sizeof *facts->tiers);
      n_tiers = facts->n_tiers;
    }
  td_import_set_prices (facts, &prices, tiers, n_tiers);
  if (is_per_request (pricing))
    {
      g_free (facts->note);
      facts->note = g_strdup_printf ("Besides its tokens every request costs %s USD.",
                                     td_json_member_string (pricing, "request"));
    }
}

/* ---- models -------------------------------------------------------------------------------- */

static TdFact
is_supported (GStrv       parameters,
              const char *name)
{
  return g_strv_contains ((const char *const *) parameters, name) ? TD_FACT_YES : TD_FACT_NO;
}

/* An empty list says nothing: routers have one. */
static void
lay_parameters (const TdJson *model,
                TdModelFacts *facts)
{
  g_auto (GStrv) parameters = td_json_member_strv (model, "supported_parameters");

  if (parameters == NULL || parameters[0] == NULL)
    return;
  facts->tool_call = is_supported (parameters, "tools");
  facts->structured_output = is_supported (parameters, "structured_outputs");
  facts->reasoning = is_supported (parameters, "reasoning");
  facts->temperature = is_supported (parameters, "temperature");
}

static void
lay_modalities (const TdJson *model,
                TdModelFacts *facts)
{
  const TdJson *architecture = td_json_get_member (model, "architecture");

  td_import_take_modalities (architecture, "input_modalities", &facts->input);
  if (facts->type != TD_MODEL_TYPE_EMBEDDING)
    td_import_take_modalities (architecture, "output_modalities", &facts->output);
  /* What is called a file there is a PDF. */
  if (facts->input & TD_MODALITY_FILE)
    facts->input = (facts->input & ~TD_MODALITY_FILE) | TD_MODALITY_PDF;
}

static void
lay_limits (const TdJson *model,
            TdModelFacts *facts)
{
  const TdJson *top = td_json_get_member (model, "top_provider");

  td_import_take_count (top, "context_length", &facts->context);
  td_import_take_count (model, "context_length", &facts->context);
  td_import_take_count (top, "max_completion_tokens", &facts->max_output);
}

static void
lay_weights (const TdJson *model,
             TdModelFacts *facts)
{
  const char *id = td_json_member_string (model, "hugging_face_id");
  g_autofree char *url = id != NULL ? g_strconcat ("https://huggingface.co/", id, NULL) : NULL;

  if (id == NULL || *id == '\0' || !td_catalogue_is_url (url))
    return;
  facts->open_weights = TD_FACT_YES;
  if (facts->weights == NULL)
    facts->weights = g_steal_pointer (&url);
}

static void
lay_end (TdImport     *import,
         const TdJson *model,
         TdModelFacts *facts)
{
  const char *end = td_json_member_string (model, "expiration_date");

  if (facts->note != NULL && g_str_has_prefix (facts->note, END_NOTE))
    g_clear_pointer (&facts->note, g_free);
  if (!td_catalogue_is_date (end))
    return;
  if (strcmp (end, import->today) < 0)
    facts->status = TD_MODEL_STATUS_DEPRECATED;
  else if (facts->note == NULL)
    facts->note = g_strdup_printf (END_NOTE "%s.", end);
}

/* "Maker: Name" is how the list writes names; the maker is known without. */
static void
lay_name (const TdJson *model,
          TdModelFacts *facts)
{
  const char *colon;

  td_import_take_text (model, "name", &facts->name);
  colon = strstr (facts->name, ": ");
  if (colon != NULL && colon != facts->name && colon[2] != '\0')
    {
      g_autofree char *name = g_strdup (colon + 2);

      g_set_str (&facts->name, name);
    }
}

/* When the entry came to the list is the best that is known of when a new model came out. */
static void
lay_created (const TdJson *model,
             TdModelFacts *facts)
{
  gint64 created = td_json_member_int64 (model, "created", 0);
  g_autoptr (GDateTime) date = created > 0 ? g_date_time_new_from_unix_utc (created) : NULL;

  if (date != NULL && g_date_time_get_year (date) >= 2000 && g_date_time_get_year (date) <= 2999)
    facts->released = g_date_time_format (date, "%Y-%m-%d");
}

static void
lay_model (TdImport     *import,
           const TdJson *model)
{
  const char *id = td_json_member_string (model, "id");
  gboolean is_new;
  TdModelFacts *facts = id != NULL ? td_import_ensure_model (import, PROVIDER, id, &is_new) : NULL;

  if (facts == NULL)
    return;
  lay_modalities (model, facts);
  lay_limits (model, facts);
  lay_parameters (model, facts);
  lay_weights (model, facts);
  lay_prices (td_json_get_member (model, "pricing"), facts);
  lay_end (import, model, facts);
  td_import_take_date (model, "knowledge_cutoff", &facts->knowledge);
  if (facts->reasoning_efforts == NULL)
    td_import_take_words (td_json_get_member (model, "reasoning"), "supported_efforts",
                          &facts->reasoning_efforts);
  if (is_new)
    {
      lay_name (model, facts);
      lay_created (model, facts);
      td_import_classify (import, facts);
    }
}

/**
 * td_import_openrouter:
 * @current: the catalogue in force, which has the provider "openrouter"
 * @document: what OpenRouter answered
 * @error: return location for a #TdCatalogueError
 *
 * Lays OpenRouter's list over its part of @current. May run on any thread.
 *
 * Returns: (transfer full): the new catalogue as a document in our format
 */
GBytes *
td_import_openrouter (TdCatalogue  *current,
                      GBytes       *document,
                      GError      **error)
{
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (TdImport) import = NULL;
  const TdJson *data;

  g_return_val_if_fail (TD_IS_CATALOGUE (current) && document != NULL, NULL);

  doc = td_import_parse (document, error);
  if (doc == NULL)
    return NULL;
  data = td_json_get_member (td_json_doc_get_root (doc), "data");
  if (td_json_get_type (data) != TD_JSON_ARRAY ||
      td_catalogue_find_provider (current, PROVIDER) == NULL)
    {
      g_set_error_literal (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT,
                           "OpenRouter: no list of models");
      return NULL;
    }
  import = td_import_begin (current, SOURCE, "OpenRouter model list",
                            "https://openrouter.ai/api/v1/models");
  for (guint i = 0; i < td_json_get_length (data); i++)
    lay_model (import, td_json_get_element (data, i));
  return td_import_end (import, error);
}
