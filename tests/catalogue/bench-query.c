/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Searching the whole catalogue while somebody types: every query is typed character by
 * character, and every keystroke is timed. Beside it, on the same data in the same run, the peer:
 * an SQLite FTS5 table with a prefix query per word, ranked, all in memory.
 *
 * Also how long it takes to have the catalogue: parsing the bundled document and making the index.
 */
#include "config.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/td-text.h"
#include "catalogue/td-catalogue-draft.h"
#include "catalogue/td-query-private.h"

#define ROUNDS      200
#define PEER_ROUNDS 20
#define COPIES      4
#define LOAD_ROUNDS 15

static const char *const typed[] = {
  "gpt-5",
  "claude opus",
  "sonnet claude 4.5",
  "llama 3.3 70b instruct",
  "gemini flash lite",
  "qwen3 coder 480b",
  "deepseek r1",
  "free vision tools",
  "openai/gpt-oss-120b",
  "mistral small",
  "embedding",
  "zzzz nothing like this",
  "a e i o",
};

/* The time this thread computed: on a busy machine the clock on the wall says more about the
 * neighbours. */
static gint64
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
report (const char *label,
        GArray     *times)
{
  double p50;

  g_array_sort (times, compare_times);
  p50 = g_array_index (times, gint64, times->len / 2) / 1e6;
  g_print ("%-34s %7u timed   p50 %8.4f ms   p99 %8.4f ms   max %8.4f ms\n", label, times->len, p50,
           g_array_index (times, gint64, times->len * 99 / 100) / 1e6,
           g_array_index (times, gint64, times->len - 1) / 1e6);
  return p50;
}

static void
bench_load (void)
{
  g_autoptr (GArray) parse = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) index = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < LOAD_ROUNDS; i++)
    {
      gint64 start = now_ns ();
      g_autoptr (TdCatalogue) catalogue = td_catalogue_new_bundled (NULL);
      gint64 parsed = now_ns ();
      g_autoptr (TdQueryIndex) made = td_query_index_new (catalogue);
      gint64 took_parse = parsed - start;
      gint64 took_index = now_ns () - parsed;

      g_array_append_val (parse, took_parse);
      g_array_append_val (index, took_index);
    }
  report ("parse the bundled catalogue", parse);
  report ("make the index", index);
}

/* What the main thread does when a server on this machine was found: add its models. */
static void
bench_index (TdCatalogue *catalogue)
{
  g_autoptr (TdQueryIndex) index = td_query_index_new (catalogue);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) found =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdModelFacts *facts =
    td_model_facts_copy (td_model_get_facts (td_catalogue_get_model (catalogue, 0)));
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_set_str (&facts->key, "openai:discovered");
  g_ptr_array_add (found, facts);
  for (guint i = 0; i < LOAD_ROUNDS; i++)
    {
      gint64 start = now_ns ();
      g_autoptr (TdCatalogue) more = td_catalogue_new_with (catalogue, none, found, catalogue);
      g_autoptr (TdQueryIndex) made = td_query_index_new_after (more, index);
      gint64 took = now_ns () - start;

      g_array_append_val (times, took);
    }
  report ("add a discovered model to those", times);
}

static GArray *
bench_typing (TdQueryIndex *index,
              TdSort        sort)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (TdQuery) query = td_query_new ();

  query->sort = sort;
  for (guint round = 0; round < ROUNDS; round++)
    for (guint t = 0; t < G_N_ELEMENTS (typed); t++)
      for (gsize n = 1; n <= strlen (typed[t]); n++)
        {
          gint64 start;
          gint64 took;

          g_free (query->text);
          query->text = g_strndup (typed[t], n);
          start = now_ns ();
          td_query_index_run (index, query, result);
          took = now_ns () - start;
          g_array_append_val (times, took);
        }
  return times;
}

static void
check (int         code,
       int         expected,
       const char *what)
{
  if (code != expected)
    g_error ("%s: SQLite error %d", what, code);
}

static sqlite3 *
make_peer (TdCatalogue *catalogue)
{
  sqlite3 *peer = NULL;
  sqlite3_stmt *insert = NULL;

  check (sqlite3_open (":memory:", &peer), SQLITE_OK, "open");
  check (sqlite3_exec (peer,
                       "CREATE VIRTUAL TABLE model USING fts5 (name, id, provider, family, base,"
                       " prefix='1 2 3', tokenize='unicode61'); BEGIN",
                       NULL, NULL, NULL),
         SQLITE_OK, "create");
  check (sqlite3_prepare_v2 (peer, "INSERT INTO model VALUES (?, ?, ?, ?, ?)", -1, &insert, NULL),
         SQLITE_OK, "prepare");
  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (catalogue, i));

      sqlite3_bind_text (insert, 1, facts->name, -1, SQLITE_TRANSIENT);
      sqlite3_bind_text (insert, 2, facts->id, -1, SQLITE_TRANSIENT);
      sqlite3_bind_text (insert, 3, facts->provider_id, -1, SQLITE_TRANSIENT);
      sqlite3_bind_text (insert, 4, facts->family, -1, SQLITE_TRANSIENT);
      sqlite3_bind_text (insert, 5, facts->base_model, -1, SQLITE_TRANSIENT);
      check (sqlite3_step (insert), SQLITE_DONE, "insert");
      sqlite3_reset (insert);
    }
  sqlite3_finalize (insert);
  check (sqlite3_exec (peer, "COMMIT; INSERT INTO model (model) VALUES ('optimize')", NULL, NULL,
                       NULL),
         SQLITE_OK, "commit");
  return peer;
}

static char *
make_peer_query (const char *text,
                 gsize       length)
{
  GString *query = g_string_new (NULL);
  g_autofree char *part = g_strndup (text, length);
  g_auto (GStrv) words = g_strsplit_set (part, " -./:", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_string_append_printf (query, "%s\"%s\"*", query->len > 0 ? " " : "", words[i]);
  return g_string_free_and_steal (query);
}

static GArray *
bench_peer (sqlite3 *peer)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));
  sqlite3_stmt *select = NULL;

  check (sqlite3_prepare_v2 (peer, "SELECT rowid FROM model WHERE model MATCH ? ORDER BY rank", -1,
                             &select, NULL),
         SQLITE_OK, "prepare");
  for (guint round = 0; round < PEER_ROUNDS; round++)
    for (guint t = 0; t < G_N_ELEMENTS (typed); t++)
      for (gsize n = 1; n <= strlen (typed[t]); n++)
        {
          g_autofree char *query = make_peer_query (typed[t], n);
          gint64 start = now_ns ();
          gint64 took;

          sqlite3_bind_text (select, 1, query, -1, SQLITE_STATIC);
          while (sqlite3_step (select) == SQLITE_ROW)
            ;
          sqlite3_reset (select);
          took = now_ns () - start;
          g_array_append_val (times, took);
        }
  sqlite3_finalize (select);
  return times;
}

/* As many models as a refresh from the network brings: everything several times over. */
static TdCatalogue *
make_large (TdCatalogue *catalogue)
{
  TdCatalogueDraft *draft = td_catalogue_draft_new_from (catalogue);
  guint n_models = draft->models->len;

  for (guint copy = 1; copy < COPIES; copy++)
    for (guint i = 0; i < n_models; i++)
      {
        TdModelFacts *facts = td_model_facts_copy (draft->models->pdata[i]);

        g_free (facts->id);
        facts->id = g_strdup_printf ("%s-v%u", strchr (facts->key, ':') + 1, copy);
        g_free (facts->key);
        facts->key = g_strconcat (facts->provider_id, ":", facts->id, NULL);
        g_ptr_array_add (draft->models, facts);
      }
  return td_catalogue_new_take_draft (draft, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdCatalogue) catalogue = NULL;
  g_autoptr (TdQueryIndex) index = NULL;
  g_autoptr (GArray) relevance = NULL;
  g_autoptr (GArray) price = NULL;
  g_autoptr (GArray) others = NULL;
  g_autoptr (GArray) many = NULL;
  g_autoptr (TdCatalogue) large = NULL;
  g_autoptr (TdQueryIndex) large_index = NULL;
  g_autofree char *label = NULL;
  sqlite3 *peer;
  double ours;
  double theirs;

  bench_load ();
  catalogue = td_catalogue_new_bundled (&error);
  if (catalogue == NULL)
    g_error ("%s", error->message);
  index = td_query_index_new (catalogue);
  g_print ("%u models\n", td_catalogue_get_n_models (catalogue));
  relevance = bench_typing (index, TD_SORT_RELEVANCE);
  ours = report ("search as typed, by relevance", relevance);
  price = bench_typing (index, TD_SORT_PRICE_IN);
  report ("search as typed, by price", price);
  peer = make_peer (catalogue);
  others = bench_peer (peer);
  theirs = report ("SQLite FTS5 prefix query, ranked", others);
  sqlite3_close (peer);
  large = make_large (catalogue);
  large_index = td_query_index_new (large);
  many = bench_typing (large_index, TD_SORT_RELEVANCE);
  label = g_strdup_printf ("the same over %u models", td_catalogue_get_n_models (large));
  report (label, many);
  bench_index (large);
  g_print ("search p50: FTS5 takes %.1f times as long\n", theirs / ours);
  return EXIT_SUCCESS;
}
