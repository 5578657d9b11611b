/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "assistant/td-advice-json.h"
#include "support/td-test.h"

/* Rounds of the property test. TOPDOG_ADVICE_ROUNDS=1000000 is the long form, by hand. */
#define ROUNDS 3000

static TdAnalyzer *analyzer;

static TdAdvisor *
make_advisor (void)
{
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);

  g_assert_nonnull (catalogue);
  return td_advisor_new (catalogue);
}

static char *
write_json (const TdAdvice   *advice,
            const TdAnalysis *analysis)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_advice_write_members (advice, analysis, writer);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_text (writer);
}

/* ---- a catalogue of our own ------------------------------------------------------------------ */

static guint32
next (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

static void
append_model (GString    *text,
              GHashTable *keys,
              guint32    *state,
              guint       i)
{
  static const char *const makers[] = { "ant", "bee", "cat", "dog" };
  guint provider = next (state) % 4;
  gboolean local = provider == 3;
  char *base = g_strdup_printf ("%s/m%u", makers[next (state) % 4], next (state) % 12);

  g_hash_table_replace (keys, base, g_strdup_printf ("p%u:m%u", provider, i));
  g_string_append_printf (
    text,
    "%s{\"provider\":\"p%u\",\"id\":\"m%u\",\"name\":\"Model %u\",\"type\":\"chat\","
    "\"base_model\":\"%s\",\"input\":[\"text\"%s],\"output\":[\"text\"],"
    "\"released\":\"20%u-0%u\",\"context\":%u,\"tool_call\":%s,\"open_weights\":%s",
    i > 0 ? "," : "", provider, i, i, base, next (state) % 2 ? ",\"image\"" : "",
    20 + next (state) % 7, 1 + next (state) % 9, 1000 << (next (state) % 10),
    next (state) % 2 ? "true" : "false", next (state) % 2 ? "true" : "false");
  if (!local && next (state) % 8 != 0)
    g_string_append_printf (text, ",\"price\":{\"input\":%u,\"output\":%u}",
                            next (state) % 4 * 700000, next (state) % 5 * 3000000);
  if (local)
    g_string_append_printf (text, ",\"size_bytes\":%u000000000", 1 + next (state) % 40);
  g_string_append (text, "}");
}

static GBytes *
make_models (GHashTable *keys,
             guint32    *state)
{
  GString *text = g_string_new ("{\"format\":\"model-catalogue/1\",\"generated\":\"2026-11-23\","
                                "\"price_unit\":\"micro-USD per million tokens\",\"sources\":[],\"providers\":[");
  guint n = 5 + next (state) % 25;

  for (guint i = 0; i < 4; i++)
    g_string_append_printf (text,
                            "%s{\"id\":\"p%u\",\"name\":\"P%u\",\"kind\":\"openai-compatible\","
                            "\"base_url\":\"http://127.0.0.1:1/v1\",\"auth\":\"bearer\",\"local\":%s}",
                            i > 0 ? "," : "", i, i, i == 3 ? "true" : "false");
  g_string_append (text, "],\"models\":[");
  for (guint i = 0; i < n; i++)
    append_model (text, keys, state, i);
  g_string_append (text, "]}");
  return g_string_free_to_bytes (text);
}

static GBytes *
make_benchmarks (GHashTable *keys,
                 guint32    *state)
{
  GString *text = g_string_new ("{\"format\":\"model-benchmarks/1\",\"generated\":\"2026-11-23\","
                                "\"rating\":{\"weights\":{\"arena-text\":2},\"anchor\":\"arena-text\"},"
                                "\"benchmarks\":[{\"id\":\"arena-text\",\"title\":\"T\",\"metric\":\"m\","
                                "\"unit\":\"points\",\"higher_is_better\":true,\"date\":\"2026-10-02\","
                                "\"source_url\":\"https://example.org\",\"license\":\"CC0\","
                                "\"attribution\":\"a\"}],\"results\":[");
  g_autoptr (GString) links = g_string_new (NULL);
  g_autoptr (GList) bases = g_list_sort (g_hash_table_get_keys (keys), (GCompareFunc) strcmp);
  const char *comma = "";

  for (GList *l = bases; l != NULL; l = l->next)
    {
      const char *base = l->data;

      if (next (state) % 3 == 0)
        continue;
      g_string_append_printf (text,
                              "%s{\"benchmark\":\"arena-text\",\"name\":\"%s\",\"base_models\":[\"%s\"],"
                              "\"value\":%u,\"date\":\"2026-10-02\"}",
                              comma, base, base, 1000 + next (state) % 500);
      g_string_append_printf (links, "%s\"%s\":[\"%s\"]", comma, base,
                              (const char *) g_hash_table_lookup (keys, base));
      comma = ",";
    }
  g_string_append_printf (text, "],\"links\":{%s},\"ratings\":{}}", links->str);
  return g_string_free_to_bytes (text);
}

static TdAdvisor *
make_random_advisor (guint32 *state)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GBytes) models = make_models (keys, state);
  g_autoptr (GBytes) benchmarks = make_benchmarks (keys, state);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_from_facts (models, benchmarks, &error);

  g_assert_no_error (error);
  return td_advisor_new (catalogue);
}

static const char *const some_providers[] = { "p1", "p2", NULL };

static TdFilter
is_usable (const TdModelFacts *facts,
           TdMoney             cost,
           gpointer            user_data)
{
  return facts->key[strlen (facts->key) - 1] == '3' ? TD_FILTER_NO_KEY : TD_FILTER_NONE;
}

/* Anything a program might have learned, within the bounds and outside. */
static int
get_preference (const TdModelFacts *facts,
                TdCategory          category,
                gpointer            user_data)
{
  return (int) (td_hash_bytes (category, facts->key, strlen (facts->key)) % 3001) - 1500;
}

static gint64
get_speed (const TdModelFacts *facts,
           gpointer            user_data)
{
  return (gint64) (td_hash_bytes (9, facts->key, strlen (facts->key)) % 200000) - 1;
}

static TdAdviceSettings
make_settings (guint32 *state)
{
  TdAdviceSettings settings = TD_ADVICE_SETTINGS_DEFAULT;

  settings.profile = (TdProfile) (next (state) % TD_N_PROFILES);
  settings.local_only = next (state) % 6 == 0;
  settings.open_weights_only = next (state) % 6 == 0;
  settings.free_only = next (state) % 6 == 0;
  if (next (state) % 5 == 0)
    settings.max_cost = next (state) % 10000000;
  if (next (state) % 5 == 0)
    settings.max_price = next (state) % 9000000;
  if (next (state) % 6 == 0)
    settings.min_context = next (state) % 300000;
  if (next (state) % 6 == 0)
    settings.memory_bytes = G_GINT64_CONSTANT (1000000000) * (1 + next (state) % 40);
  if (next (state) % 6 == 0)
    settings.providers_in = some_providers;
  if (next (state) % 6 == 0)
    settings.providers_out = some_providers;
  if (next (state) % 2 == 0)
    settings.is_usable = is_usable;
  if (next (state) % 3 == 0)
    settings.get_preference = get_preference;
  if (next (state) % 3 == 0)
    settings.get_speed = get_speed;
  settings.include_all = next (state) % 4 == 0;
  return settings;
}

static const char *const requests[] = {
  "write a haiku about rain",
  "fix this function, as cheap as possible",
  "what is on this photo?",
  "Beweise, dass es unendlich viele Primzahlen gibt, offline",
  "list three rivers as JSON with an open source model",
  "what is the weather right now in Oslo",
  "用最便宜的模型写一首诗",
  "prove this lemma, price doesn't matter",
  "explain tides, under $0.001",
  "",
};

/* ---- what must hold --------------------------------------------------------------------------- */

static void
check_filters (const TdAdvice         *advice,
               const TdAnalysis       *analysis,
               const TdRecommendation *what)
{
  const TdAdviceSettings *settings = &advice->settings;
  const TdModelFacts *facts = td_model_get_facts (what->model);

  g_assert_false (td_model_facts_is_retired (facts));
  g_assert_true (!settings->local_only || facts->local);
  g_assert_true (!settings->open_weights_only || facts->open_weights == TD_FACT_YES);
  g_assert_true (!settings->free_only || facts->local ||
                 (facts->price.input == 0 && facts->price.output == 0));
  if (settings->max_cost != TD_MONEY_UNKNOWN)
    g_assert_true (what->cost != TD_MONEY_UNKNOWN && what->cost <= settings->max_cost);
  if (settings->max_price != TD_PRICE_UNKNOWN && !facts->local)
    g_assert_true (facts->price.input >= 0 && facts->price.output >= 0 &&
                   facts->price.input <= settings->max_price &&
                   facts->price.output <= settings->max_price);
  if (settings->min_context > 0)
    g_assert_cmpint (facts->context, >=, settings->min_context);
  if (settings->memory_bytes > 0 && facts->local)
    g_assert_cmpint (facts->size_bytes, <=, settings->memory_bytes);
  if (settings->providers_in != NULL)
    g_assert_true (g_strv_contains (settings->providers_in, facts->provider_id));
  if (settings->providers_out != NULL)
    {
      g_autofree char *maker =
        g_strndup (facts->base_model != NULL ? facts->base_model : "",
                   strcspn (facts->base_model != NULL ? facts->base_model : "", "/"));

      g_assert_false (g_strv_contains (settings->providers_out, facts->provider_id));
      g_assert_false (g_strv_contains (settings->providers_out, maker));
    }
  if (settings->is_usable != NULL && !settings->include_all)
    g_assert_cmpint (is_usable (facts, what->cost, NULL), ==, TD_FILTER_NONE);
  if (analysis->terms->needs[TD_NEED_TOOLS])
    g_assert_cmpint (facts->tool_call, ==, TD_FACT_YES);
  if (analysis->terms->needs[TD_NEED_VISION] && !analysis->terms->needs[TD_NEED_IMAGE_OUTPUT])
    g_assert_true (facts->input & TD_MODALITY_IMAGE);
}

static void
check_sum (const TdRecommendation *what)
{
  gint64 sum = 0;

  for (guint p = 0; p < TD_N_PARTS; p++)
    {
      g_assert_true (what->known[p] || what->values[p] == 0);
      g_assert_cmpint (ABS (what->values[p]), <=, 1000);
      sum += (gint64) what->weights[p] * what->values[p];
    }
  g_assert_cmpint (sum, ==, what->score);
  g_assert_true (what->quality != NULL || what->values[TD_PART_QUALITY] == 0);
}

/* Every number of a sentence is the catalogue's, or the estimate that stands beside it. */
static void
check_reasons (const TdRecommendation *what,
               const TdAnalysis       *analysis)
{
  const TdModelFacts *facts = td_model_get_facts (what->model);
  const TdRating *rating = td_model_get_rating (what->model);
  g_autoptr (GPtrArray) reasons = td_recommendation_list_reasons (what, analysis);
  g_autoptr (GString) known = g_string_new (" 5 ");
  g_autofree char *cost = td_money_format (what->cost == TD_MONEY_UNKNOWN ? 0 : what->cost);
  g_autofree char *in = td_price_format (MAX (facts->price.input, 0));
  g_autofree char *out = td_price_format (MAX (facts->price.output, 0));

  g_string_append_printf (known, "%s %s %s %u ", cost, in, out,
                          what->quality != NULL ? what->quality->benchmarks->len : 0);
  if (rating != NULL)
    g_string_append_printf (known, "%d.%d ", rating->tenths / 10, rating->tenths % 10);
  g_assert_cmpuint (reasons->len, >=, 2);
  for (guint i = 0; i < reasons->len; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (g_ptr_array_index (reasons, i), " (),:", -1);

      for (guint w = 0; words[w] != NULL; w++)
        {
          if (g_str_has_suffix (words[w], "."))
            words[w][strlen (words[w]) - 1] = '\0';
          if (strpbrk (words[w], "0123456789") != NULL)
            g_assert_nonnull (strstr (known->str, words[w]));
        }
    }
}

static gboolean
beats (const TdRecommendation *better,
       const TdRecommendation *worse)
{
  return better->values[TD_PART_QUALITY] >= worse->values[TD_PART_QUALITY] &&
         better->cost != TD_MONEY_UNKNOWN &&
         (worse->cost == TD_MONEY_UNKNOWN || better->cost < worse->cost);
}

static void
check_three (const TdAdvice *advice)
{
  g_assert_cmpuint (advice->n_top, ==, MIN (advice->n_top, advice->n_candidates));
  g_assert_true (advice->n_candidates == 0 || advice->n_top > 0);
  for (guint i = 0; i < advice->n_top; i++)
    {
      const char *base = td_model_get_facts (advice->top[i].model)->base_model;

      for (guint j = 0; j < i; j++)
        {
          if (base != NULL)
            g_assert_cmpstr (td_model_get_facts (advice->top[j].model)->base_model, !=, base);
          g_assert_true (advice->top[j].model != advice->top[i].model);
          if (beats (&advice->top[j], &advice->top[i]))
            g_assert_true (advice->top[i].dominated);
        }
      if (advice->top[i].role != TD_ADVICE_OTHER_FAMILY && advice->top[i].role != TD_ADVICE_NEXT)
        g_assert_false (advice->top[i].dominated);
    }
}

/* What the advice is asked again with: only one provider's models, so that others come to light. */
static void
check_against_all (TdAdvisor              *advisor,
                   const TdAnalysis       *analysis,
                   const TdAdviceSettings *settings,
                   const TdAdvice         *advice)
{
  static const char *const ids[] = { "p0", "p1", "p2", "p3" };

  for (guint p = 0; p < G_N_ELEMENTS (ids); p++)
    {
      const char *const only[] = { ids[p], NULL };
      TdAdviceSettings one = *settings;
      g_autoptr (TdAdvice) other = NULL;

      if (settings->providers_in != NULL && !g_strv_contains (settings->providers_in, ids[p]))
        continue;
      one.providers_in = only;
      other = td_advisor_run (advisor, analysis, &one);
      for (guint i = 0; i < other->n_top; i++)
        for (guint j = 0; j < advice->n_top; j++)
          if (analysis->complexity != 1 && beats (&other->top[i], &advice->top[j]))
            g_assert_true (advice->top[j].dominated);
    }
}

/* What is dominated says so in its reasons. */
static void
check_stated (const TdRecommendation *what,
              const TdAnalysis       *analysis)
{
  g_autoptr (GPtrArray) reasons = td_recommendation_list_reasons (what, analysis);

  if (what->dominated)
    g_assert_nonnull (strstr (g_ptr_array_index (reasons, 0), "as good is cheaper"));
}

/* The first one gets no dearer when cost weighs more. */
static void
check_cost_weight (TdAdvisor              *advisor,
                   const TdAnalysis       *analysis,
                   const TdAdviceSettings *settings)
{
  TdAdviceSettings changed = *settings;
  int before = -1;

  changed.has_weights = TRUE;
  td_profile_get_weights (settings->profile, analysis->complexity, changed.weights);
  for (int weight = 0; weight <= 1000; weight += 250)
    {
      g_autoptr (TdAdvice) advice = NULL;

      changed.weights[TD_PART_COST] = weight;
      advice = td_advisor_run (advisor, analysis, &changed);
      if (advice->n_top == 0)
        return;
      g_assert_cmpint (advice->top[0].values[TD_PART_COST], >=, before);
      before = advice->top[0].values[TD_PART_COST];
    }
}

static void
check_repeat (TdAdvisor              *advisor,
              const TdAnalysis       *analysis,
              const TdAdviceSettings *settings,
              const TdAdvice         *advice)
{
  static const char *const locales[] = { "de_DE.UTF-8", "tr_TR.UTF-8", "C", "ar_EG.UTF-8" };
  g_autofree char *first = write_json (advice, analysis);
  g_autofree char *second = NULL;
  g_autoptr (TdAdvice) again = NULL;

  /* Those that write numbers, order letters or fold case in another way; one that is missing is C. */
  setlocale (LC_ALL, locales[advice->n_candidates % G_N_ELEMENTS (locales)]);
  again = td_advisor_run (advisor, analysis, settings);
  second = write_json (again, analysis);
  setlocale (LC_ALL, "C.UTF-8");
  g_assert_cmpstr (first, ==, second);
}

static void
check_round (TdAdvisor *advisor,
             guint32   *state)
{
  TdAdviceSettings settings = make_settings (state);
  const char *text = requests[next (state) % G_N_ELEMENTS (requests)];
  g_autoptr (TdAnalysis) analysis = td_analyzer_run (analyzer, text, -1);
  g_autoptr (TdAdvice) advice = NULL;
  guint n_excluded = 0;

  td_analysis_correct_complexity (analysis, 1 + (int) (next (state) % 3));
  advice = td_advisor_run (advisor, analysis, &settings);
  check_three (advice);
  for (guint i = 0; i < advice->n_top; i++)
    {
      check_filters (advice, analysis, &advice->top[i]);
      check_sum (&advice->top[i]);
      check_reasons (&advice->top[i], analysis);
      check_stated (&advice->top[i], analysis);
    }
  check_against_all (advisor, analysis, &settings, advice);
  for (guint i = 0; i < TD_N_FILTERS; i++)
    n_excluded += advice->excluded[i];
  g_assert_cmpuint (n_excluded + advice->n_candidates, ==,
                    td_catalogue_get_n_models (td_advisor_get_catalogue (advisor)));
  check_cost_weight (advisor, analysis, &settings);
  check_repeat (advisor, analysis, &settings, advice);
}

static void
test_properties (void)
{
  const char *wanted = g_getenv ("TOPDOG_ADVICE_ROUNDS");
  guint64 rounds = wanted != NULL ? g_ascii_strtoull (wanted, NULL, 10) : ROUNDS;
  guint32 state = 20261123;
  g_autoptr (TdAdvisor) advisor = NULL;

  for (guint64 i = 0; i < rounds; i++)
    {
      if (i % 50 == 0)
        {
          g_clear_pointer (&advisor, td_advisor_free);
          advisor = make_random_advisor (&state);
        }
      check_round (advisor, &state);
    }
}

static void
test_bundled (void)
{
  g_autoptr (TdAdvisor) advisor = make_advisor ();
  guint32 state = 5;

  for (guint i = 0; i < 100; i++)
    {
      TdAdviceSettings settings = TD_ADVICE_SETTINGS_DEFAULT;
      g_autoptr (TdAnalysis) analysis =
        td_analyzer_run (analyzer, requests[next (&state) % G_N_ELEMENTS (requests)], -1);
      g_autoptr (TdAdvice) advice = NULL;

      settings.profile = (TdProfile) (next (&state) % TD_N_PROFILES);
      advice = td_advisor_run (advisor, analysis, &settings);
      check_three (advice);
      for (guint t = 0; t < advice->n_top; t++)
        {
          check_filters (advice, analysis, &advice->top[t]);
          check_sum (&advice->top[t]);
          check_reasons (&advice->top[t], analysis);
        }
    }
}

/* The text wins over the settings, for this request. */
static void
test_text_wins (void)
{
  g_autoptr (TdAdvisor) advisor = make_advisor ();
  TdAdviceSettings settings = TD_ADVICE_SETTINGS_DEFAULT;
  g_autoptr (TdAnalysis) analysis = td_analyzer_run (analyzer, "write a haiku, only Mistral", -1);
  g_autoptr (TdAdvice) advice = NULL;
  const char *const openai[] = { "openai", NULL };

  settings.providers_in = openai;
  advice = td_advisor_run (advisor, analysis, &settings);
  g_assert_cmpuint (advice->n_top, >, 0);
  for (guint i = 0; i < advice->n_top; i++)
    g_assert_cmpstr (td_model_get_facts (advice->top[i].model)->provider_id, ==, "mistral");
}

static TdFilter
has_no_key (const TdModelFacts *facts,
            TdMoney             cost,
            gpointer            user_data)
{
  return TD_FILTER_NO_KEY;
}

/* With nothing to use, the answer is what to connect. */
static void
test_no_key (void)
{
  g_autoptr (TdAdvisor) advisor = make_advisor ();
  TdAdviceSettings settings = TD_ADVICE_SETTINGS_DEFAULT;
  g_autoptr (TdAnalysis) analysis = td_analyzer_run (analyzer, "write a python function", -1);
  g_autoptr (TdAdvice) advice = NULL;

  settings.is_usable = has_no_key;
  advice = td_advisor_run (advisor, analysis, &settings);
  g_assert_cmpuint (advice->n_top, ==, 0);
  g_assert_cmpuint (advice->excluded[TD_FILTER_NO_KEY], >, 100);
  g_assert_cmpint (advice->change.filter, ==, TD_FILTER_NO_KEY);
  g_assert_nonnull (advice->change.model);
  g_assert_nonnull (td_model_get_rating (advice->change.model));
}

static void
test_weights (void)
{
  int easy[TD_N_PARTS], usual[TD_N_PARTS], hard[TD_N_PARTS];

  td_profile_get_weights (TD_PROFILE_BALANCED, 1, easy);
  td_profile_get_weights (TD_PROFILE_BALANCED, 2, usual);
  td_profile_get_weights (TD_PROFILE_BALANCED, 3, hard);
  g_assert_cmpint (usual[TD_PART_QUALITY], ==, 500);
  g_assert_cmpint (usual[TD_PART_COST], ==, 300);
  g_assert_cmpint (easy[TD_PART_QUALITY], ==, 350);
  g_assert_cmpint (easy[TD_PART_COST], ==, 450);
  g_assert_cmpint (hard[TD_PART_QUALITY], ==, 650);
  g_assert_cmpint (hard[TD_PART_COST], ==, 150);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  analyzer = td_analyzer_get_default (NULL);
  g_assert_nonnull (analyzer);
  g_test_add_func ("/advice/weights", test_weights);
  g_test_add_func ("/advice/properties", test_properties);
  g_test_add_func ("/advice/bundled", test_bundled);
  g_test_add_func ("/advice/text-wins", test_text_wins);
  g_test_add_func ("/advice/no-key", test_no_key);
  return g_test_run ();
}
