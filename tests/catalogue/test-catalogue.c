/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "catalogue/td-catalogue-draft.h"
#include "catalogue/td-catalogue.h"

static TdCatalogue *
load_bundled (void)
{
  g_autoptr (GError) error = NULL;
  TdCatalogue *catalogue = td_catalogue_new_bundled (&error);

  g_assert_no_error (error);
  g_assert_nonnull (catalogue);
  return catalogue;
}

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

/* The counts of the table in the facts' own description. */
static const struct
{
  const char *provider;
  guint models;
  guint chat;
  guint in_service;
  guint priced;
} counts[] = {
  { "openai", 60, 51, 41, 56 },
  { "anthropic", 29, 29, 17, 29 },
  { "google", 43, 24, 35, 38 },
  { "huggingface", 60, 58, 60, 60 },
  { "ollama", 148, 140, 148, 0 },
  { "ollama-cloud", 50, 50, 25, 5 },
  { "mistral", 34, 31, 26, 32 },
  { "xai", 13, 8, 13, 8 },
  { "deepseek", 5, 5, 4, 5 },
  { "groq", 16, 9, 16, 10 },
  { "openrouter", 353, 339, 353, 349 },
  { "togetherai", 32, 32, 25, 32 },
  { "fireworks-ai", 16, 16, 16, 16 },
  { "cohere", 14, 14, 14, 10 },
  { "perplexity", 4, 4, 4, 4 },
  { "moonshotai", 10, 10, 10, 10 },
  { "zai", 14, 14, 14, 14 },
  { "alibaba", 51, 47, 51, 51 },
  { "minimax", 7, 7, 7, 7 },
  { "nvidia", 84, 52, 84, 84 },
  { "github-models", 55, 55, 55, 55 },
  { "cerebras", 2, 2, 2, 2 },
  { "deepinfra", 27, 27, 27, 27 },
};

static void
test_counts (void)
{
  g_autoptr (TdCatalogue) catalogue = load_bundled ();

  g_assert_cmpuint (td_catalogue_get_n_models (catalogue), ==, 1127);
  g_assert_cmpuint (td_catalogue_get_providers (catalogue)->len, ==, 23);
  g_assert_cmpstr (td_catalogue_get_version (catalogue), ==, "2026-11-23");
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      guint models = 0, chat = 0, in_service = 0, priced = 0;

      for (guint m = 0; m < td_catalogue_get_n_models (catalogue); m++)
        {
          const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (catalogue, m));

          if (!g_str_equal (facts->provider_id, counts[i].provider))
            continue;
          models++;
          chat += facts->type == TD_MODEL_TYPE_CHAT;
          in_service += !td_model_facts_is_retired (facts);
          priced += facts->price.input >= 0;
        }
      g_test_message ("%s", counts[i].provider);
      g_assert_cmpuint (models, ==, counts[i].models);
      g_assert_cmpuint (chat, ==, counts[i].chat);
      g_assert_cmpuint (in_service, ==, counts[i].in_service);
      g_assert_cmpuint (priced, ==, counts[i].priced);
    }
}

/* One entry looked up in the facts by hand. */
static void
test_model (void)
{
  g_autoptr (TdCatalogue) catalogue = load_bundled ();
  TdModel *model = td_catalogue_find_model (catalogue, "openai:gpt-5.4");
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdCatalogueSource *source = td_catalogue_find_source (catalogue, facts->source);

  g_assert_cmpstr (facts->name, ==, "GPT-5.4");
  g_assert_cmpstr (facts->base_model, ==, "openai/gpt-5.4");
  g_assert_cmpstr (facts->base_link, ==, "first-party");
  g_assert_cmpint (facts->type, ==, TD_MODEL_TYPE_CHAT);
  g_assert_cmpint (facts->input, ==, TD_MODALITY_TEXT | TD_MODALITY_IMAGE | TD_MODALITY_PDF);
  g_assert_cmpint (facts->output, ==, TD_MODALITY_TEXT);
  g_assert_cmpint (facts->reasoning, ==, TD_FACT_YES);
  g_assert_cmpint (facts->temperature, ==, TD_FACT_NO);
  g_assert_cmpint (facts->reasoning_toggle, ==, TD_FACT_UNKNOWN);
  g_assert_cmpuint (g_strv_length (facts->reasoning_efforts), ==, 5);
  g_assert_cmpstr (facts->released, ==, "2026-03-05");
  g_assert_cmpint (facts->context, ==, 1050000);
  g_assert_cmpint (facts->max_input, ==, 922000);
  g_assert_cmpint (facts->price.input, ==, 2500000);
  g_assert_cmpint (facts->price.output, ==, 15000000);
  g_assert_cmpint (facts->price.cache_read, ==, 250000);
  g_assert_cmpint (facts->price.cache_write, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpuint (facts->n_tiers, ==, 1);
  g_assert_cmpint (facts->tiers[0].above_tokens, ==, 272000);
  g_assert_cmpint (facts->tiers[0].prices.output, ==, 22500000);
  g_assert_cmpint (facts->tiers[0].prices.reasoning, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpint (facts->parameters, ==, 0);
  g_assert_null (facts->license);
  g_assert_false (facts->local);
  g_assert_cmpstr (source->license, ==, "MIT");
}

/* Where providers and single models depart from what others do on the wire. */
static void
test_wire (void)
{
  static const struct
  {
    const char *id; /* of a provider, or a model's key */
    TdWireTrait wire;
  } cases[] = {
    { "openai", TD_WIRE_TRAIT_RESPONSES | TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS },
    { "openrouter", TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS | TD_WIRE_TRAIT_REASONING_OBJECT |
                      TD_WIRE_TRAIT_KEY_CALL },
    { "groq", TD_WIRE_TRAIT_NONE },
    { "openai:gpt-5.4", TD_WIRE_TRAIT_NONE },
    { "github-models:openai/o3", TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS },
    { "github-models:openai/gpt-4o", TD_WIRE_TRAIT_NONE },
  };
  g_autoptr (TdCatalogue) catalogue = load_bundled ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TdModel *model = td_catalogue_find_model (catalogue, cases[i].id);
      TdProvider *provider = td_catalogue_find_provider (catalogue, cases[i].id);
      TdWireTrait wire = model != NULL ? td_model_get_facts (model)->wire
                                       : td_provider_get_facts (provider)->wire;

      g_test_message ("%s", cases[i].id);
      g_assert_cmpuint (wire, ==, cases[i].wire);
    }
}

static void
test_provider (void)
{
  g_autoptr (TdCatalogue) catalogue = load_bundled ();
  const TdProviderFacts *anthropic =
    td_provider_get_facts (td_catalogue_find_provider (catalogue, "anthropic"));
  const TdProviderFacts *ollama =
    td_provider_get_facts (td_catalogue_find_provider (catalogue, "ollama"));

  g_assert_cmpint (anthropic->kind, ==, TD_PROVIDER_KIND_ANTHROPIC);
  g_assert_cmpint (anthropic->auth, ==, TD_AUTH_X_API_KEY);
  g_assert_cmpstr (anthropic->base_url, ==, "https://api.anthropic.com/v1");
  g_assert_cmpstr (anthropic->headers[0], ==, "anthropic-version");
  g_assert_cmpstr (anthropic->headers[1], ==, "2023-06-01");
  g_assert_cmpstr (anthropic->list_format, ==, "anthropic");
  g_assert_true (anthropic->list_needs_key);
  g_assert_true (anthropic->main);
  g_assert_true (ollama->local);
  g_assert_cmpint (ollama->auth, ==, TD_AUTH_NONE);
  g_assert_cmpuint (g_strv_length (ollama->env), ==, 0);
  g_assert_null (td_catalogue_find_provider (catalogue, "nobody"));
}

static void
test_evidence (void)
{
  g_autoptr (TdCatalogue) catalogue = load_bundled ();
  g_autoptr (GPtrArray) offers = td_catalogue_list_offers (catalogue, "openai/gpt-oss-120b");
  g_autoptr (GPtrArray) measured =
    td_catalogue_list_measurements (catalogue, "zhipuai/glm-5v-turbo");
  const TdRating *rating =
    td_model_get_rating (td_catalogue_find_model (catalogue, "openrouter:z-ai/glm-5v-turbo"));
  guint n_rated = 0;
  int weights = 0;

  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    n_rated += td_model_get_rating (td_catalogue_get_model (catalogue, i)) != NULL;
  g_assert_cmpuint (n_rated, ==, 528);
  g_assert_cmpuint (g_hash_table_size (td_catalogue_get_ratings (catalogue)), ==, 246);
  g_assert_cmpint (rating->tenths, ==, 24);
  g_assert_cmpuint (measured->len, >=, 3);
  for (guint i = 0; i < measured->len; i++)
    g_assert_nonnull (
      td_catalogue_find_benchmark (catalogue, ((TdMeasurement *) measured->pdata[i])->benchmark));
  for (guint i = 0; i < td_catalogue_get_benchmarks (catalogue)->len; i++)
    weights += ((TdBenchmark *) td_catalogue_get_benchmarks (catalogue)->pdata[i])->weight;
  g_assert_cmpint (weights, ==, 6);
  g_assert_cmpuint (offers->len, >, 5);
  for (guint i = 0; i < offers->len; i++)
    g_assert_cmpstr (td_model_get_facts (offers->pdata[i])->base_model, ==, "openai/gpt-oss-120b");
  g_assert_null (td_catalogue_find_rating (catalogue, "nobody/nothing"));
  g_assert_null (td_catalogue_find_rating (catalogue, NULL));
}

/* What is written is what was read. */
static void
test_round_trip (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) document = td_catalogue_load_bundled (&error);
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_from_document (document, &error);
  g_autoptr (TdCatalogueDraft) draft = td_catalogue_draft_new_from (catalogue);
  g_autoptr (GBytes) again = td_catalogue_draft_write (draft);
  g_autofree char *bundled = NULL;
  g_autofree char *version = td_catalogue_peek_version (again, &bundled);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (document, again));
  g_assert_cmpstr (version, ==, "2026-11-23");
  g_assert_null (bundled);
}

/* ---- documents that must be refused -------------------------------------------------------- */

#define HEAD \
  "\"format\":\"model-catalogue/1\",\"generated\":\"2026-01-01\",\"price_unit\":\"micro-USD per million tokens\""
#define PROVIDER \
  "{\"id\":\"p\",\"name\":\"P\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://p.example/v1\"}"
#define PROVIDERS        "\"providers\":[" PROVIDER "]"
#define MODEL(rest)      "{\"provider\":\"p\",\"id\":\"m\",\"name\":\"M\",\"type\":\"chat\"" rest "}"
#define DOCUMENT(models) "{" HEAD "," PROVIDERS ",\"models\":[" models "]}"

static const struct
{
  const char *label;
  const char *document;
} refused[] = {
  { "empty", "" },
  { "garbage", "<html>no</html>" },
  { "cut", "{\"format\":\"model-catalogue/1\",\"generated\":\"20" },
  { "an array", "[]" },
  { "no format", "{" PROVIDERS "}" },
  { "newer format", "{\"format\":\"model-catalogue/2\",\"generated\":\"2026\"," PROVIDERS "}" },
  { "no date",
    "{\"format\":\"model-catalogue/1\",\"price_unit\":\"micro-USD per million tokens\"," PROVIDERS
    "}" },
  { "other unit",
    "{\"format\":\"model-catalogue/1\",\"generated\":\"2026\",\"price_unit\":\"USD\"," PROVIDERS
    "}" },
  { "no providers", "{" HEAD "}" },
  { "models is an object", "{" HEAD "," PROVIDERS ",\"models\":{}}" },
  { "provider twice", "{" HEAD ",\"providers\":[" PROVIDER "," PROVIDER "]}" },
  { "provider with a colon",
    "{" HEAD
    ",\"providers\":[{\"id\":\"a:b\",\"name\":\"P\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://p.example\"}]}" },
  { "unknown kind",
    "{" HEAD
    ",\"providers\":[{\"id\":\"p\",\"name\":\"P\",\"kind\":\"telepathy\",\"auth\":\"bearer\",\"base_url\":\"https://p.example\"}]}" },
  { "no web address",
    "{" HEAD
    ",\"providers\":[{\"id\":\"p\",\"name\":\"P\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"file:///etc\"}]}" },
  { "an address with a user",
    "{" HEAD
    ",\"providers\":[{\"id\":\"p\",\"name\":\"P\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://api.openai.com@p.example\"}]}" },
  { "a header with a line break",
    "{" HEAD
    ",\"providers\":[{\"id\":\"p\",\"name\":\"P\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://p.example\",\"headers\":{\"X\":\"a\\r\\nB: c\"}}]}" },
  { "model is a text", DOCUMENT ("\"m\"") },
  { "model twice", DOCUMENT (MODEL () "," MODEL ()) },
  { "unknown provider",
    DOCUMENT ("{\"provider\":\"q\",\"id\":\"m\",\"name\":\"M\",\"type\":\"chat\"}") },
  { "no name", DOCUMENT ("{\"provider\":\"p\",\"id\":\"m\",\"type\":\"chat\"}") },
  { "no type", DOCUMENT ("{\"provider\":\"p\",\"id\":\"m\",\"name\":\"M\"}") },
  { "unknown type",
    DOCUMENT ("{\"provider\":\"p\",\"id\":\"m\",\"name\":\"M\",\"type\":\"oracle\"}") },
  { "id with a space",
    DOCUMENT ("{\"provider\":\"p\",\"id\":\"m m\",\"name\":\"M\",\"type\":\"chat\"}") },
  { "name with a line break",
    DOCUMENT ("{\"provider\":\"p\",\"id\":\"m\",\"name\":\"M\\nN\",\"type\":\"chat\"}") },
  { "name turned round",
    DOCUMENT ("{\"provider\":\"p\",\"id\":\"m\",\"name\":\"M\\u202eN\",\"type\":\"chat\"}") },
  { "unknown status", DOCUMENT (MODEL (",\"status\":\"lost\"")) },
  { "unknown source", DOCUMENT (MODEL (",\"source\":\"hearsay\"")) },
  { "unknown modality", DOCUMENT (MODEL (",\"input\":[\"smell\"]")) },
  { "context is a text", DOCUMENT (MODEL (",\"context\":\"big\"")) },
  { "context below zero", DOCUMENT (MODEL (",\"context\":-1")) },
  { "context in parts", DOCUMENT (MODEL (",\"context\":1.5")) },
  { "a fact that is a number", DOCUMENT (MODEL (",\"reasoning\":1")) },
  { "no date", DOCUMENT (MODEL (",\"released\":\"soon\"")) },
  { "a month too many", DOCUMENT (MODEL (",\"released\":\"2026-13\"")) },
  { "negative price", DOCUMENT (MODEL (",\"price\":{\"input\":-1}")) },
  { "fractional price", DOCUMENT (MODEL (",\"price\":{\"input\":0.5}")) },
  { "absurd price", DOCUMENT (MODEL (",\"price\":{\"input\":100000000001}")) },
  { "price beyond 64 bits", DOCUMENT (MODEL (",\"price\":{\"input\":99999999999999999999}")) },
  { "negative tier",
    DOCUMENT (MODEL (",\"price\":{\"tiers\":[{\"above_tokens\":5,\"input\":-3}]}")) },
  { "tiers that do not rise",
    DOCUMENT (MODEL (
      ",\"price\":{\"tiers\":[{\"above_tokens\":5,\"input\":3},{\"above_tokens\":5,\"input\":4}]}")) },
  { "measurement on nothing",
    "{" HEAD "," PROVIDERS
    ",\"measurements\":[{\"benchmark\":\"b\",\"name\":\"n\",\"base_models\":[\"x\"],\"value\":1}]}" },
  { "rating from nothing",
    "{" HEAD "," PROVIDERS
    ",\"ratings\":{\"x\":{\"rating\":1,\"score\":1,\"percentile\":1,\"evidence\":[\"b\"]}}}" },
  { "rating too high",
    "{" HEAD "," PROVIDERS
    ",\"benchmarks\":[{\"id\":\"b\",\"title\":\"B\",\"higher_is_better\":true}],"
    "\"ratings\":{\"x\":{\"rating\":5.1,\"score\":1,\"percentile\":1,\"evidence\":[\"b\"]}}}" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GBytes) document = bytes (refused[i].document);
      g_autoptr (GError) error = NULL;
      g_autoptr (TdCatalogue) catalogue = td_catalogue_new_from_document (document, &error);

      g_test_message ("%s: %s", refused[i].label, error != NULL ? error->message : "accepted");
      g_assert_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT);
      g_assert_null (catalogue);
    }
}

/* The smallest catalogue; with a field from the future, nulls, and everything unknown. */
static void
test_tolerated (void)
{
  g_autoptr (GBytes) document =
    bytes (DOCUMENT (MODEL (",\"smell\":{\"a\":[1]},\"context\":null,\"price\":null")));
  g_autoptr (GError) error = NULL;
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_from_document (document, &error);
  const TdModelFacts *facts;

  g_assert_no_error (error);
  facts = td_model_get_facts (td_catalogue_find_model (catalogue, "p:m"));
  g_assert_cmpint (facts->context, ==, 0);
  g_assert_cmpint (facts->price.input, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpint (facts->reasoning, ==, TD_FACT_UNKNOWN);
  g_assert_cmpint (facts->status, ==, TD_MODEL_STATUS_IN_SERVICE);
  g_assert_false (td_model_facts_is_free (facts));
  g_assert_null (td_model_get_rating (td_catalogue_find_model (catalogue, "p:m")));
}

/* A document of the real one cut anywhere is refused or, were it whole again, the same. */
static void
test_cut (void)
{
  g_autoptr (GBytes) document = td_catalogue_load_bundled (NULL);
  gsize size = g_bytes_get_size (document);

  for (guint i = 1; i < 20; i++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (document, 0, size * i / 20);
      g_autoptr (GError) error = NULL;
      g_autoptr (TdCatalogue) catalogue = td_catalogue_new_from_document (part, &error);

      g_assert_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT);
      g_assert_null (catalogue);
    }
}

/* ---- what somebody typed ------------------------------------------------------------------- */

#define RESOLVE_DOCUMENT                                                                                                                               \
  "{" HEAD ",\"providers\":["                                                                                                                          \
  "{\"id\":\"maker\",\"name\":\"Maker\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://a.example\"},"                                  \
  "{\"id\":\"big\",\"name\":\"Big\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://b.example\",\"main\":true},"                        \
  "{\"id\":\"one\",\"name\":\"One\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://c.example\"},"                                      \
  "{\"id\":\"two\",\"name\":\"Two\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://d.example\"}],"                                     \
  "\"models\":["                                                                                                                                       \
  "{\"provider\":\"maker\",\"id\":\"Alpha-1\",\"name\":\"Alpha One\",\"type\":\"chat\",\"base_model\":\"maker/alpha\",\"base_link\":\"first-party\"}," \
  "{\"provider\":\"big\",\"id\":\"Alpha-1\",\"name\":\"Alpha One\",\"type\":\"chat\",\"base_model\":\"maker/alpha\"},"                                 \
  "{\"provider\":\"one\",\"id\":\"maker/alpha-1\",\"name\":\"Alpha\",\"type\":\"chat\",\"base_model\":\"maker/alpha\"},"                               \
  "{\"provider\":\"big\",\"id\":\"beta\",\"name\":\"Beta\",\"type\":\"chat\"},"                                                                        \
  "{\"provider\":\"one\",\"id\":\"beta\",\"name\":\"Beta\",\"type\":\"chat\"},"                                                                        \
  "{\"provider\":\"one\",\"id\":\"gamma\",\"name\":\"Gamma\",\"type\":\"chat\"},"                                                                      \
  "{\"provider\":\"two\",\"id\":\"gamma\",\"name\":\"Gamma\",\"type\":\"chat\"},"                                                                      \
  "{\"provider\":\"one\",\"id\":\"delta\",\"name\":\"Delta\",\"type\":\"chat\",\"status\":\"unlisted\"},"                                              \
  "{\"provider\":\"two\",\"id\":\"delta\",\"name\":\"Delta\",\"type\":\"chat\"},"                                                                      \
  "{\"provider\":\"two\",\"id\":\"x:y\",\"name\":\"Colon\",\"type\":\"chat\"}]}"

static const struct
{
  const char *text;
  const char *key;        /* NULL: none */
  const char *candidates; /* NULL: none */
} meant[] = {
  { "maker:Alpha-1", "maker:Alpha-1", NULL },
  { "maker/Alpha-1", "maker:Alpha-1", NULL },
  { "big:Alpha-1", "big:Alpha-1", NULL },
  { "one:maker/alpha-1", "one:maker/alpha-1", NULL },
  { "one/maker/alpha-1", "one:maker/alpha-1", NULL },
  { "Alpha-1", "maker:Alpha-1", NULL },      /* its maker's own */
  { "maker/alpha-1", "one:maker/alpha-1", NULL }, /* an id, exactly */
  { "maker/alpha", "maker:Alpha-1", NULL },  /* a base model */
  { "beta", "big:beta", NULL },              /* a main provider's */
  { "gamma", NULL, "one:gamma two:gamma" },
  { "delta", "two:delta", NULL },            /* the one in service */
  { "x:y", "two:x:y", NULL },
  { "two:x:y", "two:x:y", NULL },
  { "MAKER:ALPHA-1", "maker:Alpha-1", NULL },
  { "Big/alpha-1", "big:Alpha-1", NULL },
  { "BETA", "big:beta", NULL },
  { "MAKER/ALPHA", "maker:Alpha-1", NULL },
  { "colon", "two:x:y", NULL },              /* a name */
  { "Gamma", NULL, "one:gamma two:gamma" },
  { "omega", NULL, NULL },
  { "maker:omega", NULL, NULL },
  { "/", NULL, NULL },
  { ":", NULL, NULL },
  { "", NULL, NULL },
};

static void
test_resolve (void)
{
  g_autoptr (GBytes) document = bytes (RESOLVE_DOCUMENT);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_from_document (document, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (meant); i++)
    {
      g_auto (GStrv) candidates = NULL;
      TdModel *model = td_catalogue_resolve_model (catalogue, meant[i].text, &candidates);
      g_autofree char *joined = candidates != NULL ? g_strjoinv (" ", candidates) : NULL;

      g_test_message ("%s", meant[i].text);
      g_assert_cmpstr (model != NULL ? td_model_get_key (model) : NULL, ==, meant[i].key);
      g_assert_cmpstr (joined, ==, meant[i].candidates);
    }
  g_assert_null (td_catalogue_resolve_model (catalogue, NULL, NULL));
  g_assert_null (td_catalogue_resolve_model (catalogue, "gamma", NULL));
}

/* A catalogue with more in it shares what it can, and replaces what is named again. */
static void
test_with (void)
{
  g_autoptr (GBytes) document = bytes (RESOLVE_DOCUMENT);
  g_autoptr (TdCatalogue) base = td_catalogue_new_from_document (document, NULL);
  g_autoptr (GPtrArray) providers =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_provider_facts_free);
  g_autoptr (GPtrArray) models =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  g_autoptr (TdCatalogue) more = NULL;
  g_autoptr (TdCatalogue) again = NULL;
  TdProviderFacts *provider = td_provider_facts_new ();
  TdModelFacts *added = td_model_facts_new ();
  TdModelFacts *replaced =
    td_model_facts_copy (td_model_get_facts (td_catalogue_find_model (base, "one:beta")));

  provider->id = g_strdup ("home");
  provider->name = g_strdup ("Home");
  g_ptr_array_add (providers, provider);
  added->key = g_strdup ("home:m");
  added->provider_id = g_strdup ("home");
  added->id = g_strdup ("m");
  added->name = g_strdup ("M");
  g_ptr_array_add (models, added);
  replaced->context = 4096;
  g_ptr_array_add (models, replaced);

  more = td_catalogue_new_with (base, providers, models, NULL);
  g_assert_cmpuint (td_catalogue_get_n_models (more), ==, td_catalogue_get_n_models (base) + 1);
  g_assert_true (td_catalogue_find_model (more, "big:beta") ==
                 td_catalogue_find_model (base, "big:beta"));
  g_assert_cmpint (td_model_get_facts (td_catalogue_find_model (more, "one:beta"))->context, ==,
                   4096);
  g_assert_cmpint (td_model_get_facts (td_catalogue_find_model (base, "one:beta"))->context, ==, 0);
  g_assert_nonnull (td_catalogue_find_provider (more, "home"));
  g_assert_null (td_catalogue_find_provider (base, "home"));

  /* Made again, what says the same is the same object. */
  again = td_catalogue_new_with (base, providers, models, more);
  g_assert_true (td_catalogue_find_model (again, "home:m") ==
                 td_catalogue_find_model (more, "home:m"));
  g_assert_true (td_catalogue_find_model (again, "one:beta") ==
                 td_catalogue_find_model (more, "one:beta"));
}

#define RATED(stars, context)                                                                                             \
  "{" HEAD "," PROVIDERS ",\"models\":[" MODEL (                                                                          \
    ",\"base_model\":\"x\",\"context\":" context) "],\"benchmarks\":[{\"id\":\"b\",\"title\":\"B\",\"higher_is_better\":" \
                                                  "true}],\"ratings\":{\"x\":{\"rating\":" stars                          \
                                                  ",\"score\":1,\"percentile\":1,\"evidence\":[\"b\"]}}}"

/* A model is the same object in the next catalogue when everything about it is the same. */
static void
test_after (void)
{
  static const struct
  {
    const char *document;
    gboolean is_same;
  } rows[] = {
    { RATED ("1.0", "5"), TRUE },
    { RATED ("1.1", "5"), FALSE },
    { RATED ("1.0", "6"), FALSE },
  };
  g_autoptr (GBytes) first = bytes (RATED ("1.0", "5"));
  g_autoptr (GError) error = NULL;
  g_autoptr (TdCatalogue) before = td_catalogue_new_from_document (first, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) next = bytes (rows[i].document);
      g_autoptr (TdCatalogue) after = td_catalogue_new_after (next, before, &error);

      g_assert_no_error (error);
      g_assert_cmpint (td_catalogue_find_model (after, "p:m") ==
                         td_catalogue_find_model (before, "p:m"),
                       ==, rows[i].is_same);
    }
}

/* ---- the tool that packs ------------------------------------------------------------------- */

static char *
read_facts (const char *name)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "..", "data", "catalogue", name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;

  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  return contents;
}

static GBytes *
pack (const char  *models,
      const char  *benchmarks,
      char       **message)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *tool = g_test_build_filename (G_TEST_BUILT, "..", "src", "catalogue", "tool",
                                                 "topdog-catalogue-pack", NULL);
  g_autofree char *models_path = g_build_filename (folder, "models.json", NULL);
  g_autofree char *benchmarks_path = g_build_filename (folder, "benchmarks.json", NULL);
  g_autofree char *out_path = g_build_filename (folder, "catalogue.json", NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *packed = NULL;
  gsize length = 0;

  g_assert_true (g_file_set_contents (models_path, models, -1, NULL));
  g_assert_true (g_file_set_contents (benchmarks_path, benchmarks, -1, NULL));
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, tool, models_path,
                              benchmarks_path, out_path, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, message, &error);
  g_assert_no_error (error);
  if (g_subprocess_get_exit_status (process) != 0)
    {
      g_assert_false (g_file_test (out_path, G_FILE_TEST_EXISTS));
      return NULL;
    }
  g_assert_true (g_file_get_contents (out_path, &packed, &length, NULL));
  return g_bytes_new_take (packed, length);
}

/* A mistake in the facts: what is written instead of what, and what the message must name. */
static const struct
{
  gboolean in_benchmarks;
  const char *from;
  const char *to;
  const char *named;
} mistakes[] = {
  { FALSE, "\"format\": \"model-catalogue/1\"", "\"format\": \"model-catalogue/9\"", "format" },
  { FALSE, "\"provider\":\"openai\",\"id\":\"gpt-4\",", "\"provider\":\"openai\",\"id\":\"gpt-5\",",
    "openai:gpt-5" },
  { FALSE, "\"provider\":\"openai\",\"id\":\"gpt-4\",", "\"provider\":\"opnai\",\"id\":\"gpt-4\",",
    "opnai:gpt-4" },
  { FALSE, "\"price\":{\"input\":500000,", "\"price\":{\"input\":-500000,", "gpt-3.5-turbo" },
  { FALSE, "\"base_model\":\"openai/gpt-5\"", "\"base_model\":\"openai/gtp-5\"", "openai/gpt-5" },
  { TRUE, "\"benchmark\":\"livebench\"", "\"benchmark\":\"livebunch\"", "unknown benchmark" },
  { TRUE, "\"anthropic/claude-opus-5-5\"]", "\"anthropic/claude-opus-55\"]",
    "anthropic/claude-opus-55" },
  { TRUE, "\"arena-text\": 2", "\"arena-test\": 2", "weights" },
  { TRUE, "\"low\":1502.6", "\"low\":\"1502.6\"", "low" },
};

static void
test_pack (void)
{
  g_autofree char *models = read_facts ("models.json");
  g_autofree char *benchmarks = read_facts ("benchmarks.json");
  g_autofree char *message = NULL;
  g_autoptr (GBytes) packed = pack (models, benchmarks, &message);
  g_autoptr (GBytes) bundled = td_catalogue_load_bundled (NULL);

  g_assert_nonnull (packed);
  g_assert_true (g_bytes_equal (packed, bundled));
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (GString) changed = g_string_new (mistakes[i].in_benchmarks ? benchmarks : models);
      g_autofree char *complaint = NULL;
      g_autoptr (GBytes) wrong = NULL;

      g_assert_cmpuint (g_string_replace (changed, mistakes[i].from, mistakes[i].to, 1), ==, 1);
      wrong = pack (mistakes[i].in_benchmarks ? models : changed->str,
                    mistakes[i].in_benchmarks ? changed->str : benchmarks, &complaint);
      g_test_message ("%s: %s", mistakes[i].to, complaint);
      g_assert_null (wrong);
      g_assert_nonnull (strstr (complaint, mistakes[i].named));
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/catalogue/counts", test_counts);
  g_test_add_func ("/catalogue/model", test_model);
  g_test_add_func ("/catalogue/provider", test_provider);
  g_test_add_func ("/catalogue/wire", test_wire);
  g_test_add_func ("/catalogue/evidence", test_evidence);
  g_test_add_func ("/catalogue/round-trip", test_round_trip);
  g_test_add_func ("/catalogue/refused", test_refused);
  g_test_add_func ("/catalogue/tolerated", test_tolerated);
  g_test_add_func ("/catalogue/cut", test_cut);
  g_test_add_func ("/catalogue/resolve", test_resolve);
  g_test_add_func ("/catalogue/with", test_with);
  g_test_add_func ("/catalogue/after", test_after);
  g_test_add_func ("/catalogue/pack", test_pack);
  return g_test_run ();
}
