/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "base/td-clock.h"
#include "catalogue/td-import.h"
#include "catalogue/td-refresh.h"

/* 2026-11-24 10:20:30 UTC */
#define NOW_US (G_GINT64_CONSTANT (1795515630) * G_USEC_PER_SEC)

#define HEAD \
  "\"format\":\"model-catalogue/1\",\"generated\":\"2026-11-23\",\"price_unit\":\"micro-USD per million tokens\""
#define PROVIDER(id) \
  "{\"id\":\"" id "\",\"name\":\"" id "\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://" id ".example\"}"

/* Two providers that make or serve models, and one that is not in any list. */
static const char known[] =
  "{" HEAD ",\"providers\":[" PROVIDER ("maker") "," PROVIDER ("openrouter") ","
                                                                             "{\"id\":\"home\",\"name\":\"Home\",\"kind\":\"ollama\",\"auth\":\"none\",\"base_url\":\"http://localhost:1\",\"local\":true}],"
                                                                             "\"models\":["
                                                                             "{\"provider\":\"maker\",\"id\":\"Alpha\",\"name\":\"Alpha\",\"type\":\"chat\",\"base_model\":\"maker/Alpha\",\"base_link\":\"first-party\","
                                                                             "\"context\":1000,\"family\":\"greek\",\"note\":\"Half price until May.\",\"price\":{\"input\":1000000,\"output\":4000000,\"tiers\":[{\"above_tokens\":500,\"input\":2000000}]}},"
                                                                             "{\"provider\":\"maker\",\"id\":\"beta\",\"name\":\"Beta\",\"type\":\"chat\",\"base_model\":\"maker/beta\",\"base_link\":\"first-party\",\"price\":{\"input\":3000000,\"output\":3000000}},"
                                                                             "{\"provider\":\"maker\",\"id\":\"gamma\",\"name\":\"Gamma\",\"type\":\"chat\",\"status\":\"unlisted\",\"base_model\":\"maker/gamma\",\"base_link\":\"first-party\"},"
                                                                             "{\"provider\":\"maker\",\"id\":\"delta\",\"name\":\"Delta\",\"type\":\"chat\",\"status\":\"deprecated\",\"base_model\":\"maker/delta\",\"base_link\":\"first-party\"},"
                                                                             "{\"provider\":\"openrouter\",\"id\":\"mk/alpha\",\"name\":\"Alpha\",\"type\":\"chat\",\"base_model\":\"maker/Alpha\",\"base_link\":\"same-name\",\"family\":\"greek\","
                                                                             "\"price\":{\"input\":1000000,\"output\":4000000,\"input_audio\":7,\"tiers\":[{\"above_tokens\":500,\"input\":2000000}]}},"
                                                                             "{\"provider\":\"home\",\"id\":\"local:1b\",\"name\":\"Local\",\"type\":\"chat\"}],"
                                                                             "\"benchmarks\":[{\"id\":\"b\",\"title\":\"B\",\"higher_is_better\":true,\"weight\":1,\"anchor\":true}],"
                                                                             "\"measurements\":[{\"benchmark\":\"b\",\"name\":\"a\",\"base_models\":[\"maker/Alpha\"],\"value\":3}],"
                                                                             "\"ratings\":{\"maker/Alpha\":{\"rating\":2.5,\"score\":3,\"percentile\":50,\"evidence\":[\"b\"]}}}";

static TdCatalogue *
load_known (void)
{
  g_autoptr (GBytes) document = g_bytes_new_static (known, strlen (known));
  g_autoptr (GError) error = NULL;
  TdCatalogue *catalogue = td_catalogue_new_from_document (document, &error);

  g_assert_no_error (error);
  return catalogue;
}

typedef GBytes *(*Import) (TdCatalogue  *current,
                           GBytes       *document,
                           GError      **error);

static TdCatalogue *
import_bytes (TdCatalogue *current,
              Import       import,
              GBytes      *incoming)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) document = import (current, incoming, &error);
  TdCatalogue *catalogue;

  g_assert_no_error (error);
  catalogue = td_catalogue_new_from_document (document, &error);
  g_assert_no_error (error);
  return catalogue;
}

static TdCatalogue *
import_text (TdCatalogue *current,
             Import       import,
             const char  *text)
{
  g_autoptr (GBytes) incoming = g_bytes_new (text, strlen (text));

  return import_bytes (current, import, incoming);
}

static const TdModelFacts *
facts_of (TdCatalogue *catalogue,
          const char  *key)
{
  TdModel *model = td_catalogue_find_model (catalogue, key);

  if (model == NULL)
    g_error ("no model %s", key);
  return td_model_get_facts (model);
}

static void
assert_words (GStrv       words,
              const char *expected)
{
  g_autofree char *joined = words != NULL ? g_strjoinv (" ", words) : NULL;

  g_assert_cmpstr (joined, ==, expected);
}

/* ---- models.dev ---------------------------------------------------------------------------- */

static void
test_modelsdev_sample (void)
{
  g_autoptr (TdCatalogue) current = load_known ();
  g_autoptr (GBytes) sample = td_test_load_data ("catalogue/modelsdev-api.json");
  g_autoptr (TdCatalogue) after = import_bytes (current, td_import_modelsdev, sample);
  const TdProviderFacts *cloud =
    td_provider_get_facts (td_catalogue_find_provider (after, "samplecloud"));
  const TdModelFacts *large = facts_of (after, "samplecloud:sample-large");
  const TdModelFacts *mini = facts_of (after, "samplecloud:vendor/sample-mini");
  const TdModelFacts *embed = facts_of (after, "samplecloud:sample-embed");

  g_assert_cmpstr (cloud->name, ==, "Sample Cloud");
  g_assert_cmpstr (cloud->base_url, ==, "https://api.samplecloud.example/v1");
  g_assert_cmpint (cloud->kind, ==, TD_PROVIDER_KIND_OPENAI_COMPATIBLE);
  g_assert_cmpint (cloud->auth, ==, TD_AUTH_BEARER);
  g_assert_false (cloud->main);
  g_assert_null (cloud->env);
  g_assert_cmpstr (cloud->doc_url, ==, "https://samplecloud.example/docs/models");
  /* It does not say where it is, and has no models. */
  g_assert_null (td_catalogue_find_provider (after, "samplelab"));

  g_assert_cmpstr (large->name, ==, "Sample Large");
  g_assert_cmpstr (large->family, ==, "sample");
  g_assert_cmpint (large->type, ==, TD_MODEL_TYPE_CHAT);
  g_assert_cmpint (large->status, ==, TD_MODEL_STATUS_IN_SERVICE);
  g_assert_cmpint (large->input, ==, TD_MODALITY_TEXT | TD_MODALITY_IMAGE | TD_MODALITY_PDF);
  g_assert_cmpint (large->output, ==, TD_MODALITY_TEXT);
  g_assert_cmpint (large->attachment, ==, TD_FACT_YES);
  g_assert_cmpint (large->reasoning, ==, TD_FACT_YES);
  g_assert_cmpint (large->tool_call, ==, TD_FACT_YES);
  g_assert_cmpint (large->structured_output, ==, TD_FACT_YES);
  g_assert_cmpint (large->temperature, ==, TD_FACT_NO);
  g_assert_cmpint (large->open_weights, ==, TD_FACT_NO);
  g_assert_cmpint (large->reasoning_toggle, ==, TD_FACT_YES);
  assert_words (large->reasoning_efforts, "low medium high");
  g_assert_true (large->has_reasoning_budget);
  g_assert_cmpint (large->reasoning_budget_min, ==, 1024);
  g_assert_cmpint (large->reasoning_budget_max, ==, 32768);
  g_assert_cmpstr (large->reasoning_field, ==, "reasoning_content");
  g_assert_cmpstr (large->knowledge, ==, "2026-03");
  g_assert_cmpstr (large->released, ==, "2026-05-20");
  g_assert_cmpstr (large->updated, ==, "2026-06-01");
  g_assert_cmpint (large->context, ==, 1048576);
  g_assert_cmpint (large->max_input, ==, 983040);
  g_assert_cmpint (large->max_output, ==, 65536);
  g_assert_cmpint (large->price.input, ==, 1250000);
  g_assert_cmpint (large->price.output, ==, 10000000);
  g_assert_cmpint (large->price.cache_read, ==, 125000);
  g_assert_cmpint (large->price.cache_write, ==, 1562500);
  g_assert_cmpint (large->price.reasoning, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpuint (large->n_tiers, ==, 1);
  g_assert_cmpint (large->tiers[0].above_tokens, ==, 200000);
  g_assert_cmpint (large->tiers[0].prices.input, ==, 2500000);
  g_assert_cmpint (large->tiers[0].prices.output, ==, 15000000);
  g_assert_cmpint (large->tiers[0].prices.cache_read, ==, 250000);
  g_assert_cmpint (large->tiers[0].prices.cache_write, ==, TD_PRICE_UNKNOWN);
  g_assert_null (large->base_model);

  g_assert_cmpint (mini->price.input, ==, 37500);
  g_assert_cmpint (mini->price.output, ==, 150000);
  g_assert_cmpint (mini->status, ==, TD_MODEL_STATUS_DEPRECATED);
  g_assert_cmpint (mini->structured_output, ==, TD_FACT_UNKNOWN);
  g_assert_cmpstr (mini->released, ==, "2025-11");

  g_assert_cmpint (embed->type, ==, TD_MODEL_TYPE_EMBEDDING);
  g_assert_cmpint (embed->output, ==, TD_MODALITY_EMBEDDING);
  g_assert_cmpint (embed->price.input, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpint (embed->max_output, ==, 0);
  g_assert_cmpint (embed->context, ==, 8192);

  /* What the document does not cover is as it was. */
  g_assert_true (td_model_facts_equal (facts_of (after, "maker:Alpha"),
                                       facts_of (current, "maker:Alpha")));
  g_assert_true (td_model_facts_equal (facts_of (after, "home:local:1b"),
                                       facts_of (current, "home:local:1b")));
  g_assert_cmpstr (td_catalogue_get_version (after), ==, "2026-11-24T10:20:30Z");
  g_assert_cmpstr (td_catalogue_find_source (after, large->source)->date, ==, "2026-11-24");
}

/* A newer state of a provider that is known: what is kept, what is replaced, who is gone. */
static void
test_modelsdev_known (void)
{
  g_autoptr (TdCatalogue) current = load_known ();
  g_autoptr (TdCatalogue) after = import_text (
    current, td_import_modelsdev,
    "{\"maker\":{\"id\":\"maker\",\"name\":\"Evil\",\"api\":\"https://evil.example\",\"env\":[\"PATH\"],\"models\":{"
    "\"Alpha\":{\"name\":\"Alpha 2\",\"limit\":{\"context\":0,\"output\":99},\"cost\":{\"input\":1.5,\"output\":4}},"
    "\"gamma\":{\"name\":\"Gamma\",\"cost\":{}},"
    "\"delta\":{\"name\":\"Delta\",\"status\":\"deprecated\"},"
    "\"new-one\":{\"name\":\"New One\",\"status\":\"beta\",\"modalities\":{\"input\":[\"text\",\"smell\"],\"output\":[\"text\"]}},"
    "\"mk/alpha:free\":{\"name\":\"Alpha free\",\"cost\":{\"input\":0,\"output\":0}},"
    "\"bad id\":{\"name\":\"Bad\"},"
    "\"no-object\":7"
    "}},\"unknown\":{\"models\":{\"x\":{\"name\":\"X\"}}},"
    "\"plain\":{\"api\":\"http://plain.example\",\"models\":{\"x\":{\"name\":\"X\"}}},"
    "\"template\":{\"api\":\"https://${HOST}/v1\",\"models\":{\"x\":{\"name\":\"X\"}}},"
    "\"claudish\":{\"npm\":\"@ai-sdk/anthropic\",\"api\":\"https://c.example/v1/\",\"models\":{\"x\":{\"name\":\"X\"}}}}");
  const TdModelFacts *alpha = facts_of (after, "maker:Alpha");
  const TdProviderFacts *maker =
    td_provider_get_facts (td_catalogue_find_provider (after, "maker"));
  const TdProviderFacts *claudish =
    td_provider_get_facts (td_catalogue_find_provider (after, "claudish"));

  /* Where keys are sent does not change. */
  g_assert_cmpstr (maker->base_url, ==, "https://maker.example");
  g_assert_cmpstr (maker->name, ==, "maker");
  g_assert_null (maker->env);

  g_assert_cmpstr (alpha->name, ==, "Alpha 2");
  g_assert_cmpstr (alpha->family, ==, "greek");
  g_assert_cmpstr (alpha->base_model, ==, "maker/Alpha");
  g_assert_cmpint (alpha->context, ==, 1000);
  g_assert_cmpint (alpha->max_output, ==, 99);
  g_assert_cmpint (alpha->price.input, ==, 1500000);
  g_assert_cmpuint (alpha->n_tiers, ==, 0);
  g_assert_null (alpha->note);
  g_assert_cmpint (td_model_get_rating (td_catalogue_find_model (after, "maker:Alpha"))->tenths, ==,
                   25);

  /* Not in the list any more; there again; said to end. */
  g_assert_cmpint (facts_of (after, "maker:beta")->status, ==, TD_MODEL_STATUS_UNLISTED);
  g_assert_cmpint (facts_of (after, "maker:beta")->price.input, ==, 3000000);
  g_assert_cmpint (facts_of (after, "maker:gamma")->status, ==, TD_MODEL_STATUS_IN_SERVICE);
  g_assert_cmpint (facts_of (after, "maker:delta")->status, ==, TD_MODEL_STATUS_DEPRECATED);
  g_assert_cmpint (facts_of (after, "home:local:1b")->status, ==, TD_MODEL_STATUS_IN_SERVICE);

  g_assert_cmpstr (facts_of (after, "maker:new-one")->base_model, ==, "maker/new-one");
  g_assert_cmpstr (facts_of (after, "maker:new-one")->base_link, ==, "first-party");
  g_assert_cmpint (facts_of (after, "maker:new-one")->status, ==, TD_MODEL_STATUS_BETA);
  g_assert_cmpint (facts_of (after, "maker:new-one")->input, ==, TD_MODALITY_TEXT);
  g_assert_cmpstr (facts_of (after, "maker:mk/alpha:free")->base_model, ==, "maker/Alpha");
  g_assert_cmpstr (facts_of (after, "maker:mk/alpha:free")->base_link, ==, "same-name");
  g_assert_true (td_model_facts_is_free (facts_of (after, "maker:mk/alpha:free")));
  g_assert_null (td_catalogue_find_model (after, "maker:bad id"));
  g_assert_null (td_catalogue_find_model (after, "maker:no-object"));

  /* Nowhere, not safely, and not anywhere in particular. */
  g_assert_null (td_catalogue_find_provider (after, "unknown"));
  g_assert_null (td_catalogue_find_provider (after, "plain"));
  g_assert_null (td_catalogue_find_provider (after, "template"));
  g_assert_cmpint (claudish->kind, ==, TD_PROVIDER_KIND_ANTHROPIC);
  g_assert_cmpint (claudish->auth, ==, TD_AUTH_X_API_KEY);
  g_assert_cmpstr (claudish->base_url, ==, "https://c.example/v1");
  g_assert_cmpstr (claudish->list_url, ==, "https://c.example/v1/models");
}

/* Dollars per million tokens to whole micro-dollars, from the digits. */
static const struct
{
  const char *number;
  TdPrice price;
} modelsdev_prices[] = {
  { "0", 0 },
  { "1", 1000000 },
  { "0.1", 100000 },
  { "0.07", 70000 },
  { "2.675", 2675000 },
  { "0.000001", 1 },
  { "0.0375", 37500 },
  { "15.00", 15000000 },
  { "100000", 100000000000 },
  { "100000.1", TD_PRICE_UNKNOWN },
  { "-1", TD_PRICE_UNKNOWN },
  { "\"1\"", TD_PRICE_UNKNOWN },
  { "null", TD_PRICE_UNKNOWN },
  { "true", TD_PRICE_UNKNOWN },
};

static void
test_modelsdev_prices (void)
{
  g_autoptr (TdCatalogue) current = load_known ();

  for (guint i = 0; i < G_N_ELEMENTS (modelsdev_prices); i++)
    {
      g_autofree char *text = g_strdup_printf (
        "{\"new\":{\"api\":\"https://new.example\",\"models\":{\"m\":{\"name\":\"M\",\"cost\":{\"input\":%s,\"output\":1}}}}}",
        modelsdev_prices[i].number);
      g_autoptr (TdCatalogue) after = import_text (current, td_import_modelsdev, text);

      g_test_message ("%s", modelsdev_prices[i].number);
      g_assert_cmpint (facts_of (after, "new:m")->price.input, ==, modelsdev_prices[i].price);
    }
}

/* ---- OpenRouter ---------------------------------------------------------------------------- */

#define ROUTER(models) "{\"data\":[{\"id\":\"mk/alpha\",\"name\":\"Mk: Alpha\"}," models "]}"

static void
test_openrouter_sample (void)
{
  g_autoptr (TdCatalogue) known_catalogue = load_known ();
  g_autoptr (GBytes) sample = td_test_load_data ("catalogue/openrouter-models.json");
  g_autoptr (TdCatalogueDraft) draft = td_catalogue_draft_new_from (known_catalogue);
  g_autoptr (TdCatalogue) current = NULL;
  g_autoptr (TdCatalogue) after = NULL;
  const TdModelFacts *large, *mini, *router;

  /* Without the one model the sample does not have: of one, one gone would be too many. */
  g_ptr_array_remove_index (draft->models, 4);
  current = td_catalogue_new_take_draft (g_steal_pointer (&draft), NULL);
  after = import_bytes (current, td_import_openrouter, sample);
  large = facts_of (after, "openrouter:samplelab/sample-large");
  mini = facts_of (after, "openrouter:samplelab/sample-mini:free");
  router = facts_of (after, "openrouter:samplerouter/auto");

  g_assert_cmpstr (large->name, ==, "Sample Large");
  g_assert_cmpint (large->type, ==, TD_MODEL_TYPE_CHAT);
  g_assert_cmpint (large->input, ==, TD_MODALITY_TEXT | TD_MODALITY_IMAGE | TD_MODALITY_PDF);
  g_assert_cmpint (large->price.input, ==, 1250000);
  g_assert_cmpint (large->price.output, ==, 10000000);
  g_assert_cmpint (large->price.cache_read, ==, 125000);
  g_assert_cmpint (large->price.cache_write, ==, 1562500);
  /* "0" for a part of what costs money is not a free part. */
  g_assert_cmpint (large->price.reasoning, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpint (large->context, ==, 1048576);
  g_assert_cmpint (large->max_output, ==, 65536);
  g_assert_cmpint (large->reasoning, ==, TD_FACT_YES);
  g_assert_cmpint (large->tool_call, ==, TD_FACT_YES);
  g_assert_cmpint (large->structured_output, ==, TD_FACT_YES);
  g_assert_cmpint (large->temperature, ==, TD_FACT_NO);
  g_assert_cmpint (large->open_weights, ==, TD_FACT_UNKNOWN);
  g_assert_cmpstr (large->knowledge, ==, "2026-03-31");
  g_assert_cmpstr (large->released, ==, "2026-05-20");
  assert_words (large->reasoning_efforts, "low medium high");
  g_assert_null (large->note);

  g_assert_cmpstr (mini->name, ==, "Sample Mini (free)");
  g_assert_true (td_model_facts_is_free (mini));
  g_assert_cmpint (mini->price.cache_read, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpint (mini->context, ==, 131072);
  g_assert_cmpint (mini->max_output, ==, 0);
  g_assert_cmpint (mini->tool_call, ==, TD_FACT_NO);
  g_assert_cmpint (mini->open_weights, ==, TD_FACT_YES);
  g_assert_cmpstr (mini->weights, ==, "https://huggingface.co/samplelab/Sample-Mini");
  g_assert_nonnull (strstr (mini->note, "2026-12-31"));
  g_assert_cmpint (mini->status, ==, TD_MODEL_STATUS_IN_SERVICE);

  /* A price of -1 varies, and no parameters are none that are known. */
  g_assert_cmpint (router->price.input, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpint (router->price.output, ==, TD_PRICE_UNKNOWN);
  g_assert_cmpint (router->tool_call, ==, TD_FACT_UNKNOWN);
  g_assert_cmpint (router->context, ==, 200000);

  /* Nobody else is touched. */
  g_assert_cmpint (facts_of (after, "maker:beta")->status, ==, TD_MODEL_STATUS_IN_SERVICE);
  g_assert_true (td_model_facts_equal (facts_of (after, "maker:Alpha"),
                                       facts_of (current, "maker:Alpha")));
}

static void
test_openrouter_known (void)
{
  g_autoptr (TdCatalogue) current = load_known ();
  g_autoptr (TdCatalogue) same = import_text (
    current, td_import_openrouter,
    "{\"data\":[{\"id\":\"mk/alpha\",\"name\":\"Mk: Other\",\"created\":1,\"pricing\":{\"prompt\":\"0.000001\",\"completion\":\"0.000004\"}}]}");
  g_autoptr (TdCatalogue) dearer = import_text (
    current, td_import_openrouter,
    "{\"data\":[{\"id\":\"mk/alpha\",\"pricing\":{\"prompt\":\"0.000002\",\"completion\":\"0.000004\",\"request\":\"0.005\"}},"
    "{\"id\":\"mk/omega\",\"name\":\"Mk: Omega\"},{\"id\":\"~mk/latest\",\"name\":\"Latest\"},{\"id\":\"stranger/x\",\"name\":\"X\"},"
    "{\"id\":\"mk/old\",\"name\":\"Old\",\"expiration_date\":\"2026-11-23\"},{\"name\":\"no id\"},7]}");
  const TdModelFacts *alpha = facts_of (same, "openrouter:mk/alpha");

  g_assert_cmpstr (alpha->name, ==, "Alpha");
  g_assert_cmpstr (alpha->family, ==, "greek");
  g_assert_null (alpha->released);
  g_assert_cmpint (alpha->price.input_audio, ==, 7);
  g_assert_cmpuint (alpha->n_tiers, ==, 1);

  alpha = facts_of (dearer, "openrouter:mk/alpha");
  g_assert_cmpint (alpha->price.input, ==, 2000000);
  g_assert_cmpuint (alpha->n_tiers, ==, 0);
  g_assert_nonnull (strstr (alpha->note, "0.005"));
  g_assert_cmpstr (facts_of (dearer, "openrouter:mk/omega")->base_model, ==, "maker/omega");
  g_assert_cmpstr (facts_of (dearer, "openrouter:mk/omega")->base_link, ==, "same-name");
  g_assert_null (facts_of (dearer, "openrouter:~mk/latest")->base_model);
  g_assert_null (facts_of (dearer, "openrouter:stranger/x")->base_model);
  g_assert_cmpint (facts_of (dearer, "openrouter:mk/old")->status, ==, TD_MODEL_STATUS_DEPRECATED);
}

/* After OpenRouter itself was asked, models.dev has no more say in its models. */
static void
test_both (void)
{
  g_autoptr (TdCatalogue) current = load_known ();
  g_autoptr (TdCatalogue) asked = import_text (
    current, td_import_openrouter,
    ROUTER (
      "{\"id\":\"mk/new\",\"pricing\":{\"prompt\":\"0.000001\",\"completion\":\"0.000001\"}}"));
  g_autoptr (TdCatalogue) after = import_text (
    asked, td_import_modelsdev,
    "{\"openrouter\":{\"models\":{\"mk/alpha\":{\"name\":\"Changed\"}}},\"maker\":{\"models\":{\"Alpha\":{\"name\":\"A\"},\"beta\":{\"name\":\"B\"}}}}");

  g_assert_cmpstr (facts_of (after, "openrouter:mk/alpha")->name, ==, "Alpha");
  g_assert_cmpint (facts_of (after, "openrouter:mk/new")->status, ==, TD_MODEL_STATUS_IN_SERVICE);
  g_assert_cmpstr (facts_of (after, "maker:Alpha")->name, ==, "A");
}

/* ---- refused ------------------------------------------------------------------------------- */

static const struct
{
  const char *label;
  Import import;
  const char *document;
  int code;
} refused[] = {
  { "no bytes", td_import_modelsdev, "", TD_CATALOGUE_ERROR_FORMAT },
  { "a web page", td_import_modelsdev, "<!doctype html>", TD_CATALOGUE_ERROR_FORMAT },
  { "a list", td_import_modelsdev, "[]", TD_CATALOGUE_ERROR_FORMAT },
  { "cut", td_import_modelsdev, "{\"maker\":{\"models\":{\"Alpha\":", TD_CATALOGUE_ERROR_FORMAT },
  { "empty", td_import_modelsdev, "{}", TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "no models", td_import_modelsdev, "{\"maker\":{\"models\":{}}}",
    TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "something else", td_import_modelsdev, "{\"error\":{\"message\":\"no\"}}",
    TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "most are gone", td_import_modelsdev, "{\"maker\":{\"models\":{\"x\":{},\"y\":{},\"z\":{}}}}",
    TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "a thousand times dearer", td_import_modelsdev,
    "{\"maker\":{\"models\":{\"Alpha\":{\"cost\":{\"input\":1000,\"output\":4000}},\"beta\":{}}}}",
    TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "a thousand times cheaper", td_import_modelsdev,
    "{\"maker\":{\"models\":{\"Alpha\":{\"cost\":{\"input\":0.001,\"output\":0.004}},\"beta\":{}}}}",
    TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "OpenRouter: an object", td_import_openrouter, "{\"data\":{}}", TD_CATALOGUE_ERROR_FORMAT },
  { "OpenRouter: empty", td_import_openrouter, "{\"data\":[]}", TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "OpenRouter: all gone", td_import_openrouter, "{\"data\":[{\"id\":\"a/b\"}]}",
    TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "OpenRouter: per million instead of per token", td_import_openrouter,
    "{\"data\":[{\"id\":\"mk/alpha\",\"pricing\":{\"prompt\":\"0.01\",\"completion\":\"0.04\"}}]}",
    TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "any: a number", td_import_any, "7", TD_CATALOGUE_ERROR_FORMAT },
  { "any: ours, newer", td_import_any, "{\"format\":\"model-catalogue/2\"}",
    TD_CATALOGUE_ERROR_FORMAT },
  { "any: ours, with most gone", td_import_any, "{" HEAD ",\"providers\":[" PROVIDER ("maker") "]}",
    TD_CATALOGUE_ERROR_SUSPICIOUS },
};

static void
test_refused (void)
{
  g_autoptr (TdCatalogue) current = load_known ();

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GBytes) incoming = g_bytes_new (refused[i].document, strlen (refused[i].document));
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) document = refused[i].import (current, incoming, &error);

      g_test_message ("%s: %s", refused[i].label, error != NULL ? error->message : "accepted");
      g_assert_error (error, TD_CATALOGUE_ERROR, refused[i].code);
      g_assert_null (document);
    }
}

/* ---- whichever format it is ---------------------------------------------------------------- */

static void
test_any (void)
{
  g_autoptr (TdCatalogue) current = load_known ();
  g_autoptr (TdCatalogue) dev = import_text (current, td_import_any,
                                             "{\"maker\":{\"models\":{\"Alpha\":{\"name\":\"A\"},\"beta\":{}}}}");
  g_autoptr (TdCatalogue) router =
    import_text (current, td_import_any, ROUTER ("{\"id\":\"mk/b\"}"));
  g_autoptr (GString) facts_only = g_string_new (known);
  g_autoptr (TdCatalogue) own = NULL;

  g_assert_cmpstr (facts_of (dev, "maker:Alpha")->name, ==, "A");
  g_assert_nonnull (td_catalogue_find_model (router, "openrouter:mk/b"));
  /* A file of models alone keeps the evidence there is. */
  g_string_truncate (facts_only, strstr (known, ",\"benchmarks\"") - known);
  g_string_append_c (facts_only, '}');
  g_string_replace (facts_only, "Gamma", "Gamma II", 1);
  g_string_replace (facts_only, "https://maker.example", "https://evil.example", 1);
  own = import_text (current, td_import_any, facts_only->str);
  g_assert_cmpstr (facts_of (own, "maker:gamma")->name, ==, "Gamma II");
  g_assert_cmpstr (td_provider_get_facts (td_catalogue_find_provider (own, "maker"))->base_url, ==,
                   "https://maker.example");
  g_assert_cmpstr (td_catalogue_get_bundled (own), ==, "2026-11-23");
  g_assert_cmpstr (td_catalogue_get_version (own), ==, "2026-11-23+");
  g_assert_cmpint (td_model_get_rating (td_catalogue_find_model (own, "maker:Alpha"))->tenths, ==,
                   25);
}

/* ---- what changed -------------------------------------------------------------------------- */

static void
assert_keys (GPtrArray  *keys,
             const char *expected)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < keys->len; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? " " : "", (char *) keys->pdata[i]);
  g_assert_cmpstr (joined->str, ==, expected);
}

#define STATE(models) "{" HEAD ",\"providers\":[" PROVIDER ("p") "],\"models\":[" models "]}"
#define ONE(id, rest) \
  "{\"provider\":\"p\",\"id\":\"" id "\",\"name\":\"N\",\"type\":\"chat\"" rest "}"
#define PRICED(id, in, out) ONE (id, ",\"price\":{\"input\":" in ",\"output\":" out "}")

static void
test_changes (void)
{
  static const char before_text[] = STATE (
    PRICED ("same", "5", "5") "," PRICED ("up", "5", "5") "," PRICED ("down", "5", "5") "," PRICED ("mixed-up", "5", "5") "," PRICED (
      "mixed-down", "5",
      "5") "," PRICED ("mixed-even", "5",
                       "5") "," PRICED ("to-free", "5",
                                        "5") "," PRICED ("from-free", "0",
                                                         "0") "," ONE ("unknown-known",
                                                                       "") "," PRICED ("known-unknown",
                                                                                       "5",
                                                                                       "5") "," ONE ("gone",
                                                                                                     "") "," ONE ("retiring",
                                                                                                                  "") "," ONE ("retired",
                                                                                                                               ",\"status\":\"unlisted\"") "," ONE ("back",
                                                                                                                                                                    ",\"status\":\"deprecated\""));
  static const char after_text[] = STATE (
    ONE ("new-retired", ",\"status\":\"deprecated\"") "," ONE ("new", "") "," PRICED ("same", "5", "5") "," PRICED ("up", "6", "5") "," PRICED ("down", "5", "4") "," PRICED (
      "mixed-up", "4",
      "7") "," PRICED ("mixed-down", "6",
                       "3") "," PRICED ("mixed-even", "4",
                                        "6") "," PRICED ("to-free", "0",
                                                         "0") "," PRICED ("from-free", "1",
                                                                          "0") "," PRICED ("unknown-known",
                                                                                           "5",
                                                                                           "5") "," ONE ("known-unknown",
                                                                                                         "") "," ONE ("retiring",
                                                                                                                      ",\"status\":\"unlisted\"") "," ONE ("retired",
                                                                                                                                                           ",\"status\":\"deprecated\"") "," ONE ("back",
                                                                                                                                                                                                  ""));
  g_autoptr (GBytes) before_bytes = g_bytes_new_static (before_text, strlen (before_text));
  g_autoptr (GBytes) after_bytes = g_bytes_new_static (after_text, strlen (after_text));
  g_autoptr (TdCatalogue) before = td_catalogue_new_from_document (before_bytes, NULL);
  g_autoptr (TdCatalogue) after = td_catalogue_new_from_document (after_bytes, NULL);
  g_autoptr (TdCatalogueChanges) changes = td_catalogue_changes_between (before, after);

  assert_keys (changes->added, "p:new p:back");
  assert_keys (changes->retired, "p:gone p:retiring");
  assert_keys (changes->price_up, "p:up p:mixed-up p:from-free");
  assert_keys (changes->price_down, "p:down p:mixed-down p:to-free");
}

/* ---- hostile documents --------------------------------------------------------------------- */

/* The samples with bytes changed, cut and doubled: refused or a proper catalogue, never a crash. */
static void
test_mangled (void)
{
  static const char *const samples[] = { "catalogue/modelsdev-api.json",
                                         "catalogue/openrouter-models.json" };
  g_autoptr (TdCatalogue) current = load_known ();
  guint n_accepted = 0;

  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (GBytes) sample = td_test_load_data (samples[round % 2]);
      gsize length;
      g_autofree char *text =
        g_memdup2 (g_bytes_get_data (sample, &length), g_bytes_get_size (sample));
      static const char spice[] = "\"{}[]:,0123456789-.eE\\u\x01\xff\xc3 n";
      g_autoptr (GBytes) mangled = NULL;
      g_autoptr (GBytes) document = NULL;

      for (int i = g_test_rand_int_range (1, 6); i > 0; i--)
        text[g_test_rand_int_range (0, (int) length)] =
          spice[g_test_rand_int_range (0, sizeof spice - 1)];
      mangled = g_bytes_new (text, round % 7 == 0 ? (gsize) g_test_rand_int_range (0, (int) length)
                                                  : length);
      document = td_import_any (current, mangled, NULL);
      if (document != NULL)
        {
          g_autoptr (TdCatalogue) after = td_catalogue_new_from_document (document, NULL);

          g_assert_nonnull (after);
          n_accepted++;
        }
    }
  g_assert_cmpuint (n_accepted, >, 10);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  td_clock_freeze (NOW_US);
  g_test_add_func ("/import/modelsdev/sample", test_modelsdev_sample);
  g_test_add_func ("/import/modelsdev/known", test_modelsdev_known);
  g_test_add_func ("/import/modelsdev/prices", test_modelsdev_prices);
  g_test_add_func ("/import/openrouter/sample", test_openrouter_sample);
  g_test_add_func ("/import/openrouter/known", test_openrouter_known);
  g_test_add_func ("/import/both", test_both);
  g_test_add_func ("/import/refused", test_refused);
  g_test_add_func ("/import/any", test_any);
  g_test_add_func ("/import/changes", test_changes);
  g_test_add_func ("/import/mangled", test_mangled);
  return g_test_run ();
}
