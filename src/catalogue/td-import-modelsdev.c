/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document of models.dev: providers by id, each with its models by id. It knows every
 * provider of the catalogue but the models on this machine.
 */
#include "config.h"

#include <string.h>

#include "catalogue/td-import.h"
#include "catalogue/td-refresh.h"

#define SOURCE            "models.dev-live"
#define OPENROUTER        "openrouter"
#define OPENROUTER_SOURCE "openrouter-live"

/* ---- prices -------------------------------------------------------------------------------- */

/* Dollars per million tokens, read from the digits as they stand: no floating point. */
static TdPrice
read_price (const TdJson *cost,
            const char   *name)
{
  const char *text = td_json_get_number_text (td_json_get_member (cost, name));
  TdPrice price;

  if (text == NULL || !td_price_parse (text, &price) || price > TD_CATALOGUE_MAX_PRICE)
    return TD_PRICE_UNKNOWN;
  return price;
}

static void
read_prices (const TdJson *cost,
             TdPriceList  *prices)
{
  prices->input = read_price (cost, "input");
  prices->output = read_price (cost, "output");
  prices->cache_read = read_price (cost, "cache_read");
  prices->cache_write = read_price (cost, "cache_write");
  prices->reasoning = read_price (cost, "reasoning");
  prices->input_audio = read_price (cost, "input_audio");
  prices->output_audio = read_price (cost, "output_audio");
}

static void
add_tier (GArray       *tiers,
          const TdJson *cost,
          gint64        above_tokens)
{
  TdPriceTier tier = { .above_tokens = above_tokens };

  if (above_tokens <= 0 || above_tokens > TD_CATALOGUE_MAX_COUNT ||
      tiers->len >= TD_CATALOGUE_MAX_TIERS)
    return;
  for (guint i = 0; i < tiers->len; i++)
    if (g_array_index (tiers, TdPriceTier, i).above_tokens == above_tokens)
      return;
  read_prices (cost, &tier.prices);
  if (tier.prices.input >= 0 || tier.prices.output >= 0)
    g_array_append_val (tiers, tier);
}

static int
compare_tiers (gconstpointer a,
               gconstpointer b)
{
  const TdPriceTier *x = a;
  const TdPriceTier *y = b;

  return (x->above_tokens > y->above_tokens) - (x->above_tokens < y->above_tokens);
}

static void
lay_prices (const TdJson *cost,
            TdModelFacts *facts)
{
  const TdJson *tiers = td_json_get_member (cost, "tiers");
  const TdJson *over_200k = td_json_get_member (cost, "context_over_200k");
  GArray *read = g_array_new (FALSE, TRUE, sizeof (TdPriceTier));
  TdPriceList prices;
  guint n_tiers;

  for (guint i = 0; i < td_json_get_length (tiers); i++)
    {
      const TdJson *tier = td_json_get_element (tiers, i);

      if (g_strcmp0 (td_json_get_string (td_json_get_path (tier, "tier.type")), "context") == 0)
        add_tier (read, tier, td_json_member_int64 (td_json_get_member (tier, "tier"), "size", 0));
    }
  if (read->len == 0 && td_json_get_type (over_200k) == TD_JSON_OBJECT)
    add_tier (read, over_200k, 200000);
  g_array_sort (read, compare_tiers);
  read_prices (cost, &prices);
  n_tiers = read->len;
  td_import_set_prices (facts, &prices, (TdPriceTier *) (gpointer) g_array_free (read, FALSE),
                        n_tiers);
}

/* ---- models -------------------------------------------------------------------------------- */

/* The options stand for all there are: what is not among them the model does not take. */
static void
lay_reasoning_options (const TdJson *options,
                       TdModelFacts *facts)
{
  if (td_json_get_type (options) != TD_JSON_ARRAY)
    return;
  facts->reasoning_toggle = TD_FACT_UNKNOWN;
  g_clear_pointer (&facts->reasoning_efforts, g_strfreev);
  facts->has_reasoning_budget = FALSE;
  facts->reasoning_budget_min = 0;
  facts->reasoning_budget_max = 0;
  for (guint i = 0; i < td_json_get_length (options); i++)
    {
      const TdJson *option = td_json_get_element (options, i);
      const char *type = td_json_member_string (option, "type");

      if (g_strcmp0 (type, "toggle") == 0)
        facts->reasoning_toggle = TD_FACT_YES;
      else if (g_strcmp0 (type, "effort") == 0)
        td_import_take_words (option, "values", &facts->reasoning_efforts);
      else if (g_strcmp0 (type, "budget_tokens") == 0)
        {
          facts->has_reasoning_budget = TRUE;
          facts->reasoning_budget_min =
            CLAMP (td_json_member_int64 (option, "min", 0), -1, TD_CATALOGUE_MAX_COUNT);
          facts->reasoning_budget_max =
            CLAMP (td_json_member_int64 (option, "max", 0), -1, TD_CATALOGUE_MAX_COUNT);
        }
    }
}

static void
lay_status (const TdJson *model,
            TdModelFacts *facts)
{
  const char *status = td_json_member_string (model, "status");

  facts->status = TD_MODEL_STATUS_IN_SERVICE;
  if (g_strcmp0 (status, "alpha") == 0)
    facts->status = TD_MODEL_STATUS_ALPHA;
  else if (g_strcmp0 (status, "beta") == 0)
    facts->status = TD_MODEL_STATUS_BETA;
  else if (g_strcmp0 (status, "deprecated") == 0)
    facts->status = TD_MODEL_STATUS_DEPRECATED;
}

static void
lay_limits (const TdJson *limit,
            TdModelFacts *facts)
{
  td_import_take_count (limit, "context", &facts->context);
  td_import_take_count (limit, "input", &facts->max_input);
  td_import_take_count (limit, "output", &facts->max_output);
}

static void
lay_abilities (const TdJson *model,
               TdModelFacts *facts)
{
  const TdJson *modalities = td_json_get_member (model, "modalities");

  td_import_take_fact (model, "attachment", &facts->attachment);
  td_import_take_fact (model, "reasoning", &facts->reasoning);
  td_import_take_fact (model, "tool_call", &facts->tool_call);
  td_import_take_fact (model, "structured_output", &facts->structured_output);
  td_import_take_fact (model, "temperature", &facts->temperature);
  td_import_take_fact (model, "open_weights", &facts->open_weights);
  td_import_take_modalities (modalities, "input", &facts->input);
  /* The source says "text" of vectors too. */
  if (facts->type != TD_MODEL_TYPE_EMBEDDING)
    td_import_take_modalities (modalities, "output", &facts->output);
}

static void
lay_model (TdImport     *import,
           const char   *provider_id,
           const char   *id,
           const TdJson *model)
{
  gboolean is_new;
  TdModelFacts *facts;

  if (td_json_get_type (model) != TD_JSON_OBJECT)
    return;
  facts = td_import_ensure_model (import, provider_id, id, &is_new);
  if (facts == NULL)
    return;
  td_import_take_text (model, "name", &facts->name);
  td_import_take_text (model, "family", &facts->family);
  td_import_take_text (td_json_get_member (model, "interleaved"), "field", &facts->reasoning_field);
  td_import_take_date (model, "knowledge", &facts->knowledge);
  td_import_take_date (model, "release_date", &facts->released);
  td_import_take_date (model, "last_updated", &facts->updated);
  lay_abilities (model, facts);
  lay_reasoning_options (td_json_get_member (model, "reasoning_options"), facts);
  lay_limits (td_json_get_member (model, "limit"), facts);
  lay_prices (td_json_get_member (model, "cost"), facts);
  lay_status (model, facts);
  if (is_new)
    td_import_classify (import, facts);
}

/* ---- providers ----------------------------------------------------------------------------- */

/* A provider nobody has heard of before can be used when it says where it is and speaks a
 * protocol we know. Only over https: the user's key for it will go there. */
static TdProviderFacts *
read_provider (const char   *id,
               const TdJson *provider)
{
  const char *api = td_json_member_string (provider, "api");
  const char *npm = td_json_member_string (provider, "npm");
  const char *doc = td_json_member_string (provider, "doc");
  gboolean is_anthropic = npm != NULL && strstr (npm, "anthropic") != NULL;
  TdProviderFacts *facts;

  if (!td_catalogue_is_provider_id (id) || !td_catalogue_is_url (api) ||
      !g_str_has_prefix (api, "https://") || strchr (api, '$') != NULL)
    return NULL;
  facts = td_provider_facts_new ();
  facts->id = g_strdup (id);
  facts->name = g_strdup (id);
  td_import_take_text (provider, "name", &facts->name);
  facts->base_url = g_strdup (api);
  while (g_str_has_suffix (facts->base_url, "/"))
    facts->base_url[strlen (facts->base_url) - 1] = '\0';
  facts->kind = is_anthropic ? TD_PROVIDER_KIND_ANTHROPIC : TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  facts->auth = is_anthropic ? TD_AUTH_X_API_KEY : TD_AUTH_BEARER;
  facts->doc_url = td_catalogue_is_url (doc) ? g_strdup (doc) : NULL;
  facts->list_url = g_strconcat (facts->base_url, "/models", NULL);
  facts->list_format = g_strdup (is_anthropic ? "anthropic" : "openai");
  facts->list_needs_key = TRUE;
  return facts;
}

static gboolean
ensure_provider (TdImport     *import,
                 const char   *id,
                 const TdJson *provider)
{
  TdProviderFacts *facts;

  if (td_import_has_provider (import, id))
    return TRUE;
  if (import->draft->providers->len >= TD_CATALOGUE_MAX_PROVIDERS)
    return FALSE;
  facts = read_provider (id, provider);
  if (facts == NULL)
    return FALSE;
  g_ptr_array_add (import->draft->providers, facts);
  return TRUE;
}

static void
lay_provider (TdImport     *import,
              const char   *id,
              const TdJson *provider)
{
  const TdJson *models = td_json_get_member (provider, "models");

  if (td_json_get_type (models) != TD_JSON_OBJECT || td_json_get_length (models) == 0)
    return;
  /* Once OpenRouter itself was asked it knows its own models better. */
  if (g_str_equal (id, OPENROUTER) &&
      td_catalogue_find_source (import->current, OPENROUTER_SOURCE) != NULL)
    return;
  if (!ensure_provider (import, id, provider))
    return;
  for (guint i = 0; i < td_json_get_length (models); i++)
    lay_model (import, id, td_json_get_name (models, i), td_json_get_element (models, i));
}

/**
 * td_import_modelsdev:
 * @current: the catalogue in force
 * @document: what models.dev answered
 * @error: return location for a #TdCatalogueError
 *
 * Lays the facts of models.dev over @current. May run on any thread.
 *
 * Returns: (transfer full): the new catalogue as a document in our format
 */
GBytes *
td_import_modelsdev (TdCatalogue  *current,
                     GBytes       *document,
                     GError      **error)
{
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (TdImport) import = NULL;
  const TdJson *root;

  g_return_val_if_fail (TD_IS_CATALOGUE (current) && document != NULL, NULL);

  doc = td_import_parse (document, error);
  if (doc == NULL)
    return NULL;
  root = td_json_doc_get_root (doc);
  if (td_json_get_type (root) != TD_JSON_OBJECT)
    {
      g_set_error_literal (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT,
                           "models.dev: not an object");
      return NULL;
    }
  import = td_import_begin (current, SOURCE, "models.dev", "https://models.dev");
  g_set_str (&td_catalogue_draft_ensure_source (import->draft, SOURCE)->license, "MIT");
  for (guint i = 0; i < td_json_get_length (root); i++)
    lay_provider (import, td_json_get_name (root, i), td_json_get_element (root, i));
  return td_import_end (import, error);
}
