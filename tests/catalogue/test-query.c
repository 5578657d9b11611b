/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <locale.h>
#include <string.h>

#include "base/td-text.h"
#include "catalogue/td-catalogue-draft.h"
#include "catalogue/td-query-private.h"

#define HEAD \
  "\"format\":\"model-catalogue/1\",\"generated\":\"2026-01-01\",\"price_unit\":\"micro-USD per million tokens\""
#define PROVIDER(id, name, rest) \
  "{\"id\":\"" id "\",\"name\":\"" name "\",\"kind\":\"openai\",\"auth\":\"bearer\",\"base_url\":\"https://" id ".example\"" rest "}"
#define MODEL(provider, id, name, rest) \
  "{\"provider\":\"" provider "\",\"id\":\"" id "\",\"name\":\"" name "\"," rest "}"
#define CHAT "\"type\":\"chat\""

/* A small market with one of everything. Ratings: alpha 4.0, beta 2.0, gamma 0.0. */
static const char small[] =
  "{" HEAD ",\"providers\":[" PROVIDER ("acme", "Acme Labs", ",\"main\":true") "," PROVIDER ("bolt", "Bolt", "") "," PROVIDER ("home", "Home (local)", ",\"local\":true") "],"
                                                                                                                                                                          "\"models\":[" MODEL ("acme", "gpt-5", "GPT-5", CHAT ",\"base_model\":\"acme/alpha\",\"context\":1000,\"released\":\"2025-06-01\",\"input\":[\"text\",\"image\"],\"reasoning\":true,\"tool_call\":true,\"price\":{\"input\":2000000,\"output\":8000000}") "," MODEL ("acme", "gpt-5-mini", "GPT-5 mini", CHAT ",\"base_model\":\"acme/beta\",\"context\":2000,\"released\":\"2025-07\",\"input\":[\"text\",\"image\",\"pdf\"],\"tool_call\":true,\"reasoning\":false,\"price\":{\"input\":500000,\"output\":2000000}") "," MODEL ("acme", "gpt-4o", "GPT-4o", CHAT ",\"status\":\"deprecated\",\"context\":500,\"released\":\"2024\",\"price\":{\"input\":2500000,\"output\":9000000}") "," MODEL ("bolt", "claude-sonnet-4-5", "Claude Sonnet 4.5", CHAT ",\"base_model\":\"acme/gamma\",\"context\":3000,\"open_weights\":true,\"structured_output\":true,\"price\":{\"input\":0,\"output\":0}") "," MODEL ("bolt", "acme/gpt-5", "Résumé Writer", CHAT ",\"base_model\":\"acme/alpha\",\"released\":\"2026\",\"price\":{\"input\":0,\"output\":5}") "," MODEL ("bolt", "embed-1", "Embed One", "\"type\":\"embedding\",\"status\":\"unlisted\",\"output\":[\"embedding\"]") "," MODEL ("bolt", "painter", "Painter", "\"type\":\"image\",\"output\":[\"image\"],\"open_weights\":false,\"price\":{\"output\":7}") "," MODEL ("home", "llama3:70b", "Llama 3 70B", CHAT ",\"family\":\"llama\",\"open_weights\":true,\"context\":8000") "],\"benchmarks\":[{\"id\":\"b\",\"title\":\"B\",\"higher_is_better\":true,\"weight\":1,\"anchor\":true}],"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "\"ratings\":{"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "\"acme/alpha\":{\"rating\":4.0,\"score\":3,\"percentile\":80,\"evidence\":[\"b\"]},"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "\"acme/beta\":{\"rating\":2.0,\"score\":2,\"percentile\":40,\"evidence\":[\"b\"]},"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "\"acme/gamma\":{\"rating\":0.0,\"score\":1,\"percentile\":0,\"evidence\":[\"b\"]}}}";

static TdCatalogue *
load_small (void)
{
  g_autoptr (GBytes) document = g_bytes_new_static (small, strlen (small));
  g_autoptr (GError) error = NULL;
  TdCatalogue *catalogue = td_catalogue_new_from_document (document, &error);

  g_assert_no_error (error);
  return catalogue;
}

/* The answer as ids parted by spaces. */
static char *
run (TdCatalogue   *catalogue,
     const TdQuery *query)
{
  TdQueryIndex *index = td_query_index_new (catalogue);
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));
  GString *ids = g_string_new (NULL);

  td_query_index_run (index, query, result);
  for (guint i = 0; i < result->len; i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, g_array_index (result, guint32, i));

      g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", td_model_get_facts (model)->id);
    }
  td_query_index_unref (index);
  return g_string_free_and_steal (ids);
}

#define ALL (TD_CAPABILITY_VISION | TD_CAPABILITY_TOOLS)

static const struct
{
  const char *label;
  TdQuery query;
  const char *expected;
} filters[] = {
  { "everything in service",
    { .max_price = -1 },
    "gpt-5 acme/gpt-5 gpt-5-mini claude-sonnet-4-5 llama3:70b painter" },
  { "retired too",
    { .max_price = -1, .include_retired = TRUE, .sort = TD_SORT_NAME },
    "claude-sonnet-4-5 embed-1 gpt-4o gpt-5 gpt-5-mini llama3:70b painter acme/gpt-5" },
  { "vision", { .max_price = -1, .capabilities = TD_CAPABILITY_VISION }, "gpt-5 gpt-5-mini" },
  { "vision and reasoning",
    { .max_price = -1, .capabilities = TD_CAPABILITY_VISION | TD_CAPABILITY_REASONING },
    "gpt-5" },
  { "pdf", { .max_price = -1, .capabilities = TD_CAPABILITY_PDF }, "gpt-5-mini" },
  { "structured output",
    { .max_price = -1, .capabilities = TD_CAPABILITY_STRUCTURED_OUTPUT },
    "claude-sonnet-4-5" },
  { "pictures out", { .max_price = -1, .capabilities = TD_CAPABILITY_IMAGE_OUT }, "painter" },
  { "audio in", { .max_price = -1, .capabilities = TD_CAPABILITY_AUDIO_IN }, "" },
  { "embedding", { .max_price = -1, .capabilities = TD_CAPABILITY_EMBEDDING }, "" },
  { "embedding, retired",
    { .max_price = -1, .capabilities = TD_CAPABILITY_EMBEDDING, .include_retired = TRUE },
    "embed-1" },
  { "rated at all: 0.1",
    { .max_price = -1, .min_rating_tenths = 1 },
    "gpt-5 acme/gpt-5 gpt-5-mini" },
  { "rating 4", { .max_price = -1, .min_rating_tenths = 40 }, "gpt-5 acme/gpt-5" },
  { "rating 4.1", { .max_price = -1, .min_rating_tenths = 41 }, "" },
  { "price up to 0.5",
    { .max_price = 500000 },
    "acme/gpt-5 gpt-5-mini claude-sonnet-4-5 llama3:70b" },
  { "price up to just below", { .max_price = 499999 }, "acme/gpt-5 claude-sonnet-4-5 llama3:70b" },
  { "price up to 0", { .max_price = 0 }, "acme/gpt-5 claude-sonnet-4-5 llama3:70b" },
  { "context 2000",
    { .max_price = -1, .min_context = 2000 },
    "gpt-5-mini claude-sonnet-4-5 llama3:70b" },
  { "context 8001", { .max_price = -1, .min_context = 8001 }, "" },
  { "free", { .max_price = -1, .free_only = TRUE }, "claude-sonnet-4-5 llama3:70b" },
  { "local", { .max_price = -1, .local_only = TRUE }, "llama3:70b" },
  { "open weights",
    { .max_price = -1, .open_weights_only = TRUE },
    "claude-sonnet-4-5 llama3:70b" },
  { "favourites", { .max_price = -1, .favourites_only = TRUE }, "" },
  { "by name",
    { .max_price = -1, .sort = TD_SORT_NAME },
    "claude-sonnet-4-5 gpt-5 gpt-5-mini llama3:70b painter acme/gpt-5" },
  { "by price in",
    { .max_price = -1, .sort = TD_SORT_PRICE_IN },
    "acme/gpt-5 claude-sonnet-4-5 llama3:70b gpt-5-mini gpt-5 painter" },
  { "by price out",
    { .max_price = -1, .sort = TD_SORT_PRICE_OUT },
    "claude-sonnet-4-5 llama3:70b acme/gpt-5 painter gpt-5-mini gpt-5" },
  { "by context",
    { .max_price = -1, .sort = TD_SORT_CONTEXT },
    "llama3:70b claude-sonnet-4-5 gpt-5-mini gpt-5 acme/gpt-5 painter" },
  { "by rating",
    { .max_price = -1, .sort = TD_SORT_RATING },
    "gpt-5 acme/gpt-5 gpt-5-mini claude-sonnet-4-5 llama3:70b painter" },
  { "newest",
    { .max_price = -1, .sort = TD_SORT_NEWEST },
    "acme/gpt-5 gpt-5-mini gpt-5 claude-sonnet-4-5 llama3:70b painter" },
};

static void
test_filters (void)
{
  g_autoptr (TdCatalogue) catalogue = load_small ();

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      g_autofree char *found = run (catalogue, &filters[i].query);

      g_test_message ("%s", filters[i].label);
      g_assert_cmpstr (found, ==, filters[i].expected);
    }
}

static void
test_providers (void)
{
  g_autoptr (TdCatalogue) catalogue = load_small ();
  static const struct
  {
    const char *providers;
    const char *expected;
  } rows[] = {
    { "home", "llama3:70b" },
    { "home acme", "gpt-5 gpt-5-mini llama3:70b" },
    { "nobody", "" },
    { "nobody home", "llama3:70b" },
  };
  char *none[] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TdQuery) query = td_query_new ();
      g_autofree char *found = NULL;

      query->providers = g_strsplit (rows[i].providers, " ", -1);
      found = run (catalogue, query);
      g_assert_cmpstr (found, ==, rows[i].expected);
    }
  {
    TdQuery query = { .max_price = -1, .providers = none, .local_only = TRUE };
    g_autofree char *found = run (catalogue, &query);

    g_assert_cmpstr (found, ==, "llama3:70b");
  }
}

static void
test_user_facts (void)
{
  g_autoptr (TdCatalogue) catalogue = load_small ();
  TdQuery favourites = { .max_price = -1, .favourites_only = TRUE };
  TdQuery used = { .max_price = -1, .sort = TD_SORT_MOST_USED };
  g_autofree char *marked = NULL;
  g_autofree char *by_use = NULL;
  g_autofree char *by_more_use = NULL;

  td_model_set_favourite (td_catalogue_find_model (catalogue, "bolt:painter"), TRUE);
  td_model_set_favourite (td_catalogue_find_model (catalogue, "acme:gpt-4o"), TRUE);
  marked = run (catalogue, &favourites);
  g_assert_cmpstr (marked, ==, "painter");

  td_model_set_uses (td_catalogue_find_model (catalogue, "bolt:painter"), 3);
  td_model_set_uses (td_catalogue_find_model (catalogue, "home:llama3:70b"), 3);
  td_model_set_uses (td_catalogue_find_model (catalogue, "acme:gpt-5-mini"), 4);
  td_model_set_uses (td_catalogue_find_model (catalogue, "acme:gpt-4o"), 9);
  by_use = run (catalogue, &used);
  g_assert_cmpstr (by_use, ==, "gpt-5-mini llama3:70b painter gpt-5 acme/gpt-5 claude-sonnet-4-5");
  td_model_set_uses (td_catalogue_find_model (catalogue, "bolt:painter"), 5);
  by_more_use = run (catalogue, &used);
  g_assert_cmpstr (by_more_use, ==,
                   "painter gpt-5-mini llama3:70b gpt-5 acme/gpt-5 claude-sonnet-4-5");
}

/* What is typed, and what comes in which order. */
static const struct
{
  const char *text;
  const char *expected;
} searches[] = {
  /* The name itself first, then an id that is those words, then more words, by rating. */
  { "gpt-5", "gpt-5 acme/gpt-5 gpt-5-mini" },
  { "GPT 5", "gpt-5 acme/gpt-5 gpt-5-mini" },
  { "5 gpt", "gpt-5 acme/gpt-5 gpt-5-mini" },
  { "gpt5", "gpt-5 acme/gpt-5 gpt-5-mini" },
  { "  gpt   gpt-5 gpt ", "gpt-5 acme/gpt-5 gpt-5-mini" },
  { "gpt-5 mini", "gpt-5-mini" },
  { "mini gpt-5", "gpt-5-mini" },
  { "mini", "gpt-5-mini" },
  { "mi", "gpt-5-mini" },
  { "ini", "gpt-5-mini" },
  /* The id of one is the two words, of the others only the provider or the base model fits. */
  { "acme gpt-5", "acme/gpt-5 gpt-5 gpt-5-mini" },
  { "acme/gpt-5", "acme/gpt-5" },
  { "sonnet claude", "claude-sonnet-4-5" },
  { "claude 4.5", "claude-sonnet-4-5" },
  { "claude-4-5-sonnet", "claude-sonnet-4-5" },
  { "4.5", "claude-sonnet-4-5" },
  { "5.4", "claude-sonnet-4-5" },
  { "resume", "acme/gpt-5" },
  { "RÉSUMÉ", "acme/gpt-5" },
  { "résu writ", "acme/gpt-5" },
  { "llama", "llama3:70b" },
  { "llama3", "llama3:70b" },
  { "70b llama 3", "llama3:70b" },
  { "bolt", "acme/gpt-5 claude-sonnet-4-5 painter" },
  { "labs", "gpt-5 gpt-5-mini" },
  { "vision", "gpt-5 gpt-5-mini" },
  { "vision tools mini", "gpt-5-mini" },
  { "local", "llama3:70b" },
  { "free", "claude-sonnet-4-5 llama3:70b" },
  { "gpt claude", "" },
  { "xyzzy", "" },
  { "q", "" },
  /* Nothing to search for is no search. */
  { "", "gpt-5 acme/gpt-5 gpt-5-mini claude-sonnet-4-5 llama3:70b painter" },
  { "\u202e\u200b", "gpt-5 acme/gpt-5 gpt-5-mini claude-sonnet-4-5 llama3:70b painter" },
  { " \t\n", "gpt-5 acme/gpt-5 gpt-5-mini claude-sonnet-4-5 llama3:70b painter" },
  { "-- / ??", "gpt-5 acme/gpt-5 gpt-5-mini claude-sonnet-4-5 llama3:70b painter" },
  /* Starts of words ("tools") before insides of words ("gpt", "sonnet", "chat"). */
  { "t", "gpt-5 gpt-5-mini acme/gpt-5 claude-sonnet-4-5 llama3:70b painter" },
  /* Run together, from the start of a word; but 7 is not the beginning of 70. */
  { "gpt5mini", "gpt-5-mini" },
  { "gpt5m", "gpt-5-mini" },
  { "5mini", "gpt-5-mini" },
  { "pt5", "" },
  { "sonnet45", "claude-sonnet-4-5" },
  { "llama370b", "llama3:70b" },
  { "llama37", "" },
  { "gptmini", "" },
  { "45", "" },
};

static void
test_search (void)
{
  g_autoptr (TdCatalogue) catalogue = load_small ();

  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      TdQuery query = { .max_price = -1, .text = (char *) searches[i].text };
      g_autofree char *found = run (catalogue, &query);

      g_test_message ("\"%s\"", searches[i].text);
      g_assert_cmpstr (found, ==, searches[i].expected);
    }
}

/* Pasted text and bytes that are no text do no harm. */
static void
test_hostile_text (void)
{
  g_autoptr (TdCatalogue) catalogue = load_small ();
  g_autofree char *many = g_strnfill (100000, 'a');
  g_autoptr (GString) words = g_string_new (NULL);
  const char *const texts[] = { many, "\xff\xfe", "gpt\xc3", "a\x01z" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      TdQuery query = { .max_price = -1, .text = (char *) texts[i] };
      g_autofree char *found = run (catalogue, &query);

      g_assert_cmpstr (found, ==, "");
    }
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (words, "é%u ", i);
  {
    TdQuery query = { .max_price = -1, .text = words->str };
    g_autofree char *found = run (catalogue, &query);

    g_assert_cmpstr (found, ==, "");
  }
}

/* A server may name its models at any length, with characters that folding makes many of. */
static void
test_long_names (void)
{
  g_autoptr (TdCatalogue) base = load_small ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) models =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  g_autoptr (TdCatalogue) catalogue = NULL;
  g_autoptr (GString) name = g_string_new ("Long ");
  g_autofree char *found = NULL;
  TdModelFacts *facts = td_model_facts_new ();
  TdQuery query = { .max_price = -1, .text = (char *) "long" };

  for (guint i = 0; i < 30000; i++)
    g_string_append (name, "\xef\xb7\xba");
  facts->provider_id = g_strdup ("bolt");
  facts->id = g_strdup ("long");
  facts->key = g_strdup ("bolt:long");
  facts->name = g_strdup (name->str);
  facts->family = g_strdup (name->str);
  facts->base_model = g_strdup (name->str);
  g_ptr_array_add (models, facts);
  catalogue = td_catalogue_new_with (base, none, models, NULL);
  found = run (catalogue, &query);
  g_assert_cmpstr (found, ==, "long");
}

static void
test_empty_catalogue (void)
{
  static const char text[] = "{" HEAD ",\"providers\":[" PROVIDER ("p", "P", "") "]}";
  g_autoptr (GBytes) document = g_bytes_new_static (text, strlen (text));
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_from_document (document, NULL);

  for (guint sort = TD_SORT_RELEVANCE; sort <= TD_SORT_MOST_USED; sort++)
    {
      TdQuery query = { .max_price = -1, .text = (char *) "gpt", .sort = (TdSort) sort };
      g_autofree char *found = run (catalogue, &query);

      g_assert_cmpstr (found, ==, "");
    }
}

/* ---- the whole catalogue against a plain second implementation ----------------------------- */

static gboolean
reference_fits (TdModel       *model,
                const TdQuery *q)
{
  const TdModelFacts *f = td_model_get_facts (model);
  const TdRating *rating = td_model_get_rating (model);

  if (!q->include_retired &&
      (f->status == TD_MODEL_STATUS_DEPRECATED || f->status == TD_MODEL_STATUS_UNLISTED))
    return FALSE;
  if (q->providers != NULL && q->providers[0] != NULL &&
      !g_strv_contains ((const char *const *) q->providers, f->provider_id))
    return FALSE;
  if ((q->capabilities & TD_CAPABILITY_VISION) && !(f->input & TD_MODALITY_IMAGE))
    return FALSE;
  if ((q->capabilities & TD_CAPABILITY_TOOLS) && f->tool_call != TD_FACT_YES)
    return FALSE;
  if ((q->capabilities & TD_CAPABILITY_CHAT) && f->type != TD_MODEL_TYPE_CHAT)
    return FALSE;
  if (q->min_rating_tenths > 0 && (rating == NULL || rating->tenths < q->min_rating_tenths))
    return FALSE;
  if (q->max_price >= 0 && !f->local && (f->price.input < 0 || f->price.input > q->max_price))
    return FALSE;
  if (q->min_context > 0 && f->context < q->min_context)
    return FALSE;
  if (q->free_only && !f->local && (f->price.input != 0 || f->price.output != 0))
    return FALSE;
  if (q->local_only && !g_str_equal (f->provider_id, "ollama"))
    return FALSE;
  return !q->open_weights_only || f->open_weights == TD_FACT_YES;
}

static int
reference_cmp (gint64 a,
               gint64 b)
{
  return a < b ? -1 : a > b;
}

static int
reference_tenths (TdModel *model)
{
  return td_model_get_rating (model) != NULL ? td_model_get_rating (model)->tenths : -1;
}

static int
reference_order (TdModel *a,
                 TdModel *b,
                 TdSort   sort)
{
  const TdModelFacts *x = td_model_get_facts (a);
  const TdModelFacts *y = td_model_get_facts (b);
  g_autofree char *name_a = td_text_fold (x->name);
  g_autofree char *name_b = td_text_fold (y->name);
  gint64 price_a = sort == TD_SORT_PRICE_IN ? x->price.input : x->price.output;
  gint64 price_b = sort == TD_SORT_PRICE_IN ? y->price.input : y->price.output;
  int order = 0;

  if (sort == TD_SORT_PRICE_IN || sort == TD_SORT_PRICE_OUT)
    {
      price_a = x->local ? 0 : price_a < 0 ? G_MAXINT64
                                           : price_a;
      price_b = y->local ? 0 : price_b < 0 ? G_MAXINT64
                                           : price_b;
      order = reference_cmp (price_a, price_b);
    }
  if (sort == TD_SORT_CONTEXT)
    order = reference_cmp (y->context, x->context);
  if (sort == TD_SORT_NEWEST)
    order = g_strcmp0 (y->released, x->released);
  if (order == 0 && sort != TD_SORT_NAME)
    order = reference_cmp (reference_tenths (b), reference_tenths (a));
  if (order == 0)
    order = strcmp (name_a, name_b);
  return order != 0 ? order : strcmp (x->key, y->key);
}

static void
randomize (TdQuery *query)
{
  static const TdCapability capabilities[] = { 0,
                                               0,
                                               TD_CAPABILITY_VISION,
                                               TD_CAPABILITY_TOOLS,
                                               TD_CAPABILITY_CHAT,
                                               TD_CAPABILITY_VISION | TD_CAPABILITY_TOOLS };
  static const char *const providers[] = {
    NULL, NULL, "openai", "openrouter", "ollama google", "groq nobody"
  };
  const char *chosen = providers[g_test_rand_int_range (0, G_N_ELEMENTS (providers))];

  query->providers = chosen != NULL ? g_strsplit (chosen, " ", -1) : NULL;
  query->capabilities = capabilities[g_test_rand_int_range (0, G_N_ELEMENTS (capabilities))];
  query->min_rating_tenths = g_test_rand_bit () ? 0 : g_test_rand_int_range (1, 51);
  query->max_price = g_test_rand_bit () ? TD_PRICE_UNKNOWN : g_test_rand_int_range (0, 20) * 500000;
  query->min_context = g_test_rand_bit () ? 0 : g_test_rand_int_range (1, 400000);
  query->free_only = g_test_rand_int_range (0, 6) == 0;
  query->local_only = g_test_rand_int_range (0, 10) == 0;
  query->open_weights_only = g_test_rand_int_range (0, 4) == 0;
  query->include_retired = g_test_rand_bit ();
  query->sort = (TdSort) g_test_rand_int_range (TD_SORT_RELEVANCE, TD_SORT_MOST_USED + 1);
}

static void
test_against_reference (void)
{
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
  g_autoptr (TdQueryIndex) index = td_query_index_new (catalogue);
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint n_answers = 0;

  for (guint round = 0; round < 400; round++)
    {
      g_autoptr (TdQuery) query = td_query_new ();
      guint n_expected = 0;

      randomize (query);
      td_query_index_run (index, query, result);
      for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
        n_expected += reference_fits (td_catalogue_get_model (catalogue, i), query);
      g_assert_cmpuint (result->len, ==, n_expected);
      for (guint i = 0; i < result->len; i++)
        {
          TdModel *model = td_catalogue_get_model (catalogue, g_array_index (result, guint32, i));

          g_assert_true (reference_fits (model, query));
          if (i > 0)
            g_assert_cmpint (reference_order (td_catalogue_get_model (
                                                catalogue, g_array_index (result, guint32, i - 1)),
                                              model, query->sort),
                             <, 0);
        }
      n_answers += result->len;
    }
  g_assert_cmpuint (n_answers, >, 10000);
}

/* A plain search: is every part of what was typed somewhere in the model's words? */
static gboolean
reference_finds (TdCatalogue *catalogue,
                 TdModel     *model,
                 const char  *word)
{
  const TdModelFacts *f = td_model_get_facts (model);
  const char *const fields[] = {
    f->name, f->id,
    f->provider_id, td_provider_get_name (td_catalogue_find_provider (catalogue, f->provider_id)),
    f->family, f->base_model
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *folded = fields[i] != NULL ? g_utf8_strdown (fields[i], -1) : NULL;

      if (folded != NULL && strstr (folded, word) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Words that no capability is called: whoever has them in a field is found, nobody else. */
static void
test_search_against_reference (void)
{
  static const char *const words[] = { "claude", "gpt", "llama", "qwen", "flash",
                                       "instruct", "nvidia", "mistral", "eek", "70",
                                       "oss", "x", "deepseek", "onnet", "hugging" };
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
  g_autoptr (TdQueryIndex) index = td_query_index_new (catalogue);
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree guint8 *found = g_new (guint8, td_catalogue_get_n_models (catalogue));

  for (guint a = 0; a < G_N_ELEMENTS (words); a++)
    for (guint b = 0; b < G_N_ELEMENTS (words); b++)
      {
        g_autoptr (TdQuery) query = td_query_new ();

        query->text = g_strconcat (words[a], " ", words[b], NULL);
        query->include_retired = TRUE;
        td_query_index_run (index, query, result);
        memset (found, 0, td_catalogue_get_n_models (catalogue));
        for (guint i = 0; i < result->len; i++)
          found[g_array_index (result, guint32, i)] = TRUE;
        for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
          {
            TdModel *model = td_catalogue_get_model (catalogue, i);
            gboolean expected = reference_finds (catalogue, model, words[a]) &&
                                reference_finds (catalogue, model, words[b]);

            /* "x" is also inside of a capability's name. */
            if (found[i] != expected && !g_str_equal (words[a], "x") &&
                !g_str_equal (words[b], "x"))
              g_error ("\"%s\": %s %s", query->text, td_model_get_key (model),
                       expected ? "missing" : "found");
            g_assert_true (found[i] || !expected);
          }
      }
}

static gboolean
reference_starts_word (TdCatalogue *catalogue,
                       TdModel     *model,
                       char         letter)
{
  const TdModelFacts *f = td_model_get_facts (model);
  const char *const fields[] = {
    f->name, f->id, f->provider_id,
    td_provider_get_name (td_catalogue_find_provider (catalogue, f->provider_id))
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *folded = td_text_fold (fields[i]);

      for (const char *p = folded; *p != '\0'; p++)
        if (*p == letter && (p == folded || (!g_ascii_isalnum (p[-1]) && g_ascii_isprint (p[-1]))))
          return TRUE;
    }
  return FALSE;
}

/* One letter: first all models with a word that starts with it in what names them, then others. */
static void
test_one_letter (void)
{
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
  g_autoptr (TdQueryIndex) index = td_query_index_new (catalogue);
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (const char *letter = "abcdefghijklmnopqrstuvwxyz0123456789"; *letter != '\0'; letter++)
    {
      g_autoptr (TdQuery) query = td_query_new ();
      guint n_expected = 0;

      query->text = g_strndup (letter, 1);
      query->include_retired = TRUE;
      td_query_index_run (index, query, result);
      for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
        n_expected +=
          reference_starts_word (catalogue, td_catalogue_get_model (catalogue, i), *letter);
      g_assert_cmpuint (result->len, >=, n_expected);
      for (guint i = 0; i < result->len; i++)
        {
          TdModel *model = td_catalogue_get_model (catalogue, g_array_index (result, guint32, i));

          g_assert_cmpint (reference_starts_word (catalogue, model, *letter), ==, i < n_expected);
        }
    }
}

/* Typing on never brings a model in that was not there a letter before, nor loses what fits. */
static void
test_typing (void)
{
  static const char *const texts[] = { "claude opus 4", "gemini flash", "llama instruct 70b",
                                       "qwen coder" };
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
  g_autoptr (TdQueryIndex) index = td_query_index_new (catalogue);
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint n_models = td_catalogue_get_n_models (catalogue);

  for (guint t = 0; t < G_N_ELEMENTS (texts); t++)
    {
      g_autofree guint8 *before = g_malloc (n_models);

      memset (before, TRUE, n_models);
      for (gsize n = 1; n <= strlen (texts[t]); n++)
        {
          g_autoptr (TdQuery) query = td_query_new ();
          g_autofree guint8 *now = g_malloc0 (n_models);

          query->text = g_strndup (texts[t], n);
          td_query_index_run (index, query, result);
          g_assert_cmpuint (result->len, >, 0);
          for (guint i = 0; i < result->len; i++)
            {
              now[g_array_index (result, guint32, i)] = TRUE;
              g_assert_true (before[g_array_index (result, guint32, i)]);
            }
          memcpy (before, now, n_models);
        }
    }
}

static GPtrArray *
make_additions (TdCatalogue *base,
                guint        n_added,
                const char  *renamed)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);

  for (guint i = 0; i < n_added; i++)
    {
      TdModelFacts *facts = td_model_facts_new ();

      facts->provider_id = g_strdup (i % 2 == 0 ? "ollama" : "shed");
      facts->id = g_strdup_printf ("claude-found-%u", i);
      facts->key = g_strconcat (facts->provider_id, ":", facts->id, NULL);
      facts->name = g_strdup_printf ("Claude found %u", i);
      g_ptr_array_add (models, facts);
    }
  if (renamed != NULL)
    {
      TdModelFacts *facts =
        td_model_facts_copy (td_model_get_facts (td_catalogue_find_model (base, renamed)));

      g_set_str (&facts->name, "Gpt claude vision renamed");
      g_ptr_array_add (models, facts);
    }
  return models;
}

static void
assert_same_answers (TdQueryIndex *a,
                     TdQueryIndex *b)
{
  static const char *const texts[] = { NULL, "c", "claude", "gpt", "found 7",
                                       "renamed", "shed", "cottage", "vision", "ollama claude",
                                       "5" };
  g_autoptr (GArray) found_a = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) found_b = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint sort = TD_SORT_RELEVANCE; sort <= TD_SORT_MOST_USED; sort++)
      {
        TdQuery query = { .max_price = -1,
                          .text = (char *) texts[i],
                          .sort = (TdSort) sort,
                          .include_retired = TRUE };

        td_query_index_run (a, &query, found_a);
        td_query_index_run (b, &query, found_b);
        g_assert_cmpmem (found_a->data, found_a->len * sizeof (guint32), found_b->data,
                         found_b->len * sizeof (guint32));
      }
}

/* An index made of another one answers as one made from the beginning. */
static void
test_after (void)
{
  static const struct
  {
    guint n_added;
    const char *renamed;
    const char *provider_name;
  } steps[] = {
    { 1, NULL, "Shed" },
    { 100, NULL, "Shed" },
    { 100, NULL, "Cottage" },
    { 3, "openai:gpt-5.4", "Cottage" },
    { 3, "deepinfra:openai/gpt-oss-120b", "Cottage" },
    { 25, NULL, "Cottage" },
    { 0, NULL, "Cottage" },
  };
  g_autoptr (TdCatalogue) base = td_catalogue_new_bundled (NULL);
  TdQueryIndex *index = td_query_index_new (base);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GPtrArray) providers =
        g_ptr_array_new_with_free_func ((GDestroyNotify) td_provider_facts_free);
      g_autoptr (GPtrArray) models = make_additions (base, steps[i].n_added, steps[i].renamed);
      TdProviderFacts *shed = td_provider_facts_new ();
      g_autoptr (TdCatalogue) more = NULL;
      g_autoptr (TdQueryIndex) fresh = NULL;
      TdQueryIndex *after;

      shed->id = g_strdup ("shed");
      shed->name = g_strdup (steps[i].provider_name);
      g_ptr_array_add (providers, shed);
      more = td_catalogue_new_with (base, providers, models, NULL);
      fresh = td_query_index_new (more);
      after = td_query_index_new_after (more, index);
      assert_same_answers (fresh, after);
      td_query_index_unref (index);
      index = after;
    }
  td_query_index_unref (index);
}

static void
test_order_of_words (void)
{
  static const char *const texts[][2] = {
    { "claude sonnet 4.5", "4.5 sonnet claude" },
    { "gpt-5 mini", "mini gpt-5" },
    { "free vision llama", "llama free vision" },
    { "70b instruct", "instruct 70b" },
  };
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      TdQuery one = { .max_price = -1, .text = (char *) texts[i][0] };
      TdQuery other = { .max_price = -1, .text = (char *) texts[i][1] };
      g_autofree char *found = run (catalogue, &one);
      g_autofree char *found_other = run (catalogue, &other);

      g_assert_cmpstr (found, !=, "");
      g_assert_cmpstr (found, ==, found_other);
    }
}

static void
test_locale (void)
{
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
  TdQuery query = { .max_price = -1, .text = (char *) "I", .sort = TD_SORT_NAME };
  g_autofree char *before = run (catalogue, &query);
  g_autofree char *after = NULL;

  /* Where Turkish is not installed the test says nothing. */
  setlocale (LC_ALL, "tr_TR.UTF-8");
  after = run (catalogue, &query);
  g_assert_cmpstr (before, ==, after);
}

static void
test_words (void)
{
  for (guint sort = TD_SORT_RELEVANCE; sort <= TD_SORT_MOST_USED; sort++)
    {
      TdSort read;

      g_assert_true (td_sort_from_string (td_sort_to_string ((TdSort) sort), &read));
      g_assert_cmpuint (read, ==, sort);
    }
  for (guint bit = 0; bit <= 10; bit++)
    {
      TdCapability read;

      g_assert_true (td_capability_from_string (td_capability_to_string ((TdCapability) (1 << bit)),
                                                &read));
      g_assert_cmpuint (read, ==, 1u << bit);
    }
  g_assert_false (td_sort_from_string ("best", &(TdSort) { 0 }));
  g_assert_false (td_sort_from_string (NULL, &(TdSort) { 0 }));
  g_assert_false (td_capability_from_string ("flying", &(TdCapability) { 0 }));
}

static void
test_equal (void)
{
  g_autoptr (TdQuery) a = td_query_new ();
  g_autoptr (TdQuery) b = NULL;

  a->text = g_strdup ("x");
  a->providers = g_strsplit ("p q", " ", -1);
  b = td_query_copy (a);
  g_assert_true (td_query_equal (a, b));
  b->min_context = 1;
  g_assert_false (td_query_equal (a, b));
  b->min_context = 0;
  g_clear_pointer (&b->providers, g_strfreev);
  g_assert_false (td_query_equal (a, b));
  g_strfreev (g_steal_pointer (&a->providers));
  g_assert_true (td_query_equal (a, b));
  g_free (g_steal_pointer (&a->text));
  g_assert_false (td_query_equal (a, b));
  b->text[0] = '\0';
  g_assert_true (td_query_equal (a, b));
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/query/filters", test_filters);
  g_test_add_func ("/query/providers", test_providers);
  g_test_add_func ("/query/user-facts", test_user_facts);
  g_test_add_func ("/query/search", test_search);
  g_test_add_func ("/query/hostile-text", test_hostile_text);
  g_test_add_func ("/query/long-names", test_long_names);
  g_test_add_func ("/query/empty-catalogue", test_empty_catalogue);
  g_test_add_func ("/query/against-reference", test_against_reference);
  g_test_add_func ("/query/search-against-reference", test_search_against_reference);
  g_test_add_func ("/query/one-letter", test_one_letter);
  g_test_add_func ("/query/typing", test_typing);
  g_test_add_func ("/query/after", test_after);
  g_test_add_func ("/query/order-of-words", test_order_of_words);
  g_test_add_func ("/query/locale", test_locale);
  g_test_add_func ("/query/words", test_words);
  g_test_add_func ("/query/equal", test_equal);
  return g_test_run ();
}
