/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include <string.h>

#include "base/td-clock.h"
#include "base/td-http.h"
#include "catalogue/td-catalogue-draft.h"
#include "catalogue/td-market-private.h"

/* 2026-11-24 10:20:30 UTC, after the day of the bundled facts */
#define NOW_US  (G_GINT64_CONSTANT (1795515630) * G_USEC_PER_SEC)
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* ---- a world: a database of its own and a server that does as it is told ------------------- */

/* What one of the two sources answers, and what it was asked. */
typedef struct
{
  guint status;
  char *body;
  const char *etag;
  const char *last_modified;
  gboolean cut;
  gboolean stall;
  guint n_requests;
  char *if_none_match;
  char *if_modified_since;
} Page;

typedef struct
{
  char *path;
  SoupServer *server;
  char *urls[2];
  Page pages[2];
} World;

static void
cut_off (SoupServerMessage *message,
         const char        *body)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  g_autofree char *reply = g_strdup_printf (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT
    "\r\n\r\n%.*s",
    strlen (body), (int) strlen (body) / 2, body);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), reply, strlen (reply), NULL,
                             NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static void
serve_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           data)
{
  Page *page = data;
  SoupMessageHeaders *asked = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  page->n_requests++;
  g_set_str (&page->if_none_match, soup_message_headers_get_one (asked, "If-None-Match"));
  g_set_str (&page->if_modified_since, soup_message_headers_get_one (asked, "If-Modified-Since"));
  if (page->stall)
    {
      soup_server_message_pause (message);
      return;
    }
  if (page->cut)
    {
      cut_off (message, page->body);
      return;
    }
  if (page->etag != NULL)
    soup_message_headers_replace (headers, "ETag", page->etag);
  if (page->last_modified != NULL)
    soup_message_headers_replace (headers, "Last-Modified", page->last_modified);
  if (page->etag != NULL && g_strcmp0 (page->if_none_match, page->etag) == 0)
    {
      soup_server_message_set_status (message, 304, NULL);
      return;
    }
  soup_server_message_set_status (message, page->status, NULL);
  if (page->body != NULL)
    soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, page->body,
                                      strlen (page->body));
}

static void
world_set_up (World         *world,
              gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autoptr (GError) error = NULL;
  GSList *uris;

  td_clock_freeze (NOW_US);
  world->path = g_build_filename (folder, "topdog.db", NULL);
  world->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (world->server, "/dev", serve_cb, &world->pages[0], NULL);
  soup_server_add_handler (world->server, "/router", serve_cb, &world->pages[1], NULL);
  soup_server_listen_local (world->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (world->server);
  world->urls[0] = g_strdup_printf ("http://127.0.0.1:%d/dev", g_uri_get_port (uris->data));
  world->urls[1] = g_strdup_printf ("http://127.0.0.1:%d/router", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
world_tear_down (World         *world,
                 gconstpointer  unused)
{
  soup_server_disconnect (world->server);
  g_clear_object (&world->server);
  for (guint i = 0; i < 2; i++)
    {
      g_free (world->urls[i]);
      g_free (world->pages[i].body);
      g_free (world->pages[i].if_none_match);
      g_free (world->pages[i].if_modified_since);
    }
  g_free (world->path);
  td_clock_thaw ();
}

static TdDatabase *
open_database (World *world)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdDatabase *database;

  td_database_open_async (world->path, NULL, td_test_ready, &call);
  database = td_database_open_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return database;
}

static TdMarket *
load_market (TdDatabase *database,
             World      *world)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_autoptr (GError) error = NULL;
  TdMarket *market;

  td_market_load_async (database, session, NULL, td_test_ready, &call);
  market = td_market_load_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  if (world != NULL)
    td_market_set_refresh_urls (market, world->urls[0], world->urls[1]);
  return market;
}

static TdCatalogueChanges *
refresh (TdMarket  *market,
         gboolean   force,
         GError   **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_market_refresh_async (market, force, NULL, td_test_ready, &call);
  return td_market_refresh_finish (market, td_test_wait (&call), error);
}

static gboolean
mark (TdMarket    *market,
      const char  *key,
      gboolean     favourite,
      GError     **error)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_market_set_favourite_async (market, key, favourite, NULL, td_test_ready, &call);
  return td_market_set_favourite_finish (market, td_test_wait (&call), error);
}

static TdModel *
find (TdMarket   *market,
      const char *key)
{
  return td_catalogue_find_model (td_market_get_catalogue (market), key);
}

static void
count_cb (TdMarket *market,
          gpointer  count)
{
  ++*(guint *) count;
}

/* Waits for what is on the database thread, and for the callbacks of it. */
static gpointer
do_nothing (TdConnection  *connection,
            gpointer       data,
            GCancellable  *cancellable,
            GError       **error)
{
  return NULL;
}

static void
settle (TdDatabase *database)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_database_run_async (database, G_PRIORITY_LOW + 100, do_nothing, NULL, NULL, NULL, NULL,
                         td_test_ready, &call);
  td_database_run_finish (database, td_test_wait (&call), NULL);
}

/* Perplexity's four models in a newer state: one dearer, one cheaper, one gone, one new. */
#define DEV_BODY                                                                                     \
  "{\"perplexity\":{\"id\":\"perplexity\",\"models\":{"                                              \
  "\"sonar\":{\"name\":\"Sonar\",\"cost\":{\"input\":1.5,\"output\":1}},"                            \
  "\"sonar-pro\":{\"name\":\"Sonar Pro\",\"cost\":{\"input\":3,\"output\":12}},"                     \
  "\"sonar-deep-research\":{\"name\":\"Deep\",\"cost\":{\"input\":2,\"output\":8,\"reasoning\":3}}," \
  "\"sonar-next\":{\"name\":\"Sonar Next\",\"cost\":{\"input\":9,\"output\":9}}}}}"

/* OpenRouter's models as they are, with one more. */
static char *
make_router_body (TdMarket *market)
{
  g_autoptr (GString) body =
    g_string_new ("{\"data\":[{\"id\":\"openai/gpt-new\",\"name\":\"OpenAI: GPT New\","
                  "\"pricing\":{\"prompt\":\"0.000001\",\"completion\":\"0.000002\"}}");
  TdCatalogue *catalogue = td_market_get_catalogue (market);

  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (catalogue, i));

      if (g_str_equal (facts->provider_id, "openrouter") && !td_model_facts_is_retired (facts))
        g_string_append_printf (body, ",{\"id\":\"%s\"}", facts->id);
    }
  g_string_append (body, "]}");
  return g_string_free_and_steal (g_steal_pointer (&body));
}

static void
set_pages (World    *world,
           TdMarket *market)
{
  world->pages[0].status = 200;
  world->pages[0].body = g_strdup (DEV_BODY);
  world->pages[0].etag = "\"dev-1\"";
  world->pages[1].status = 200;
  world->pages[1].body = make_router_body (market);
  world->pages[1].etag = "\"router-1\"";
  world->pages[1].last_modified = "Tue, 24 Nov 2026 08:00:00 GMT";
}

static void
assert_keys (GPtrArray  *keys,
             const char *expected)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < keys->len; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? " " : "", (char *) keys->pdata[i]);
  g_assert_cmpstr (joined->str, ==, expected);
}

/* ---- loading, favourites, uses ------------------------------------------------------------- */

static void
test_without_database (World         *world,
                       gconstpointer  unused)
{
  g_autoptr (TdMarket) market = load_market (NULL, NULL);
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (TdQuery) query = td_query_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (td_catalogue_get_n_models (td_market_get_catalogue (market)), ==, 1127);
  g_assert_cmpint (td_market_get_refreshed_us (market), ==, 0);
  query->text = g_strdup ("claude opus 5.5");
  td_query_index_run (td_market_get_index (market), query, result);
  g_assert_cmpuint (result->len, >, 0);
  g_assert_true (mark (market, "openai:gpt-5.4", TRUE, &error));
  g_assert_no_error (error);
  g_assert_true (td_model_get_favourite (find (market, "openai:gpt-5.4")));
  td_market_count_use (market, "openai:gpt-5.4");
  g_assert_cmpuint (td_model_get_uses (find (market, "openai:gpt-5.4")), ==, 1);
  td_market_reload_user_facts (market);
}

static void
test_user_facts (World         *world,
                 gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (TdMarket) again = NULL;
  g_autoptr (GError) error = NULL;
  guint n_signals = 0;

  g_signal_connect (market, "user-facts-changed", G_CALLBACK (count_cb), &n_signals);
  g_assert_true (mark (market, "openai:gpt-5.4", TRUE, &error));
  g_assert_true (mark (market, "openai:gpt-5.4", FALSE, &error));
  g_assert_true (mark (market, "anthropic:claude-opus-4-7", TRUE, &error));
  g_assert_true (mark (market, "nobody:nothing", TRUE, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    td_market_count_use (market, "openai:gpt-5.4");
  g_assert_cmpuint (td_model_get_uses (find (market, "openai:gpt-5.4")), ==, 3);
  g_assert_cmpuint (n_signals, ==, 7);
  settle (database);

  again = load_market (database, world);
  g_assert_false (td_model_get_favourite (find (again, "openai:gpt-5.4")));
  g_assert_true (td_model_get_favourite (find (again, "anthropic:claude-opus-4-7")));
  g_assert_cmpuint (td_model_get_uses (find (again, "openai:gpt-5.4")), ==, 3);
  g_assert_cmpuint (td_model_get_uses (find (again, "anthropic:claude-opus-4-7")), ==, 0);
}

static gboolean
has_three_uses (gpointer market)
{
  return td_model_get_uses (find (market, "openai:gpt-5.4")) == 3;
}

/* Two processes: what one counts the other sees when told to look. */
static void
test_reload (World         *world,
             gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdDatabase) other_database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (TdMarket) other = load_market (other_database, world);

  g_assert_true (mark (market, "openai:gpt-5.4", TRUE, NULL));
  td_market_count_use (market, "openai:gpt-5.4");
  td_market_count_use (market, "openai:gpt-5.4");
  settle (database);
  g_assert_false (td_model_get_favourite (find (other, "openai:gpt-5.4")));
  td_market_reload_user_facts (other);
  /* Counted while the question is out: not lost when the answer comes. */
  td_market_count_use (other, "openai:gpt-5.4");
  td_test_wait_until (has_three_uses, other, "three uses");
  g_assert_true (td_model_get_favourite (find (other, "openai:gpt-5.4")));
}

static void
test_not_stored (World         *world,
                 gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (GError) error = NULL;

  td_database_close (database);
  g_assert_false (mark (market, "openai:gpt-5.4", TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_false (td_model_get_favourite (find (market, "openai:gpt-5.4")));
}

/* ---- discovered models --------------------------------------------------------------------- */

static TdModelFacts *
make_facts (const char *provider,
            const char *id)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strconcat (provider, ":", id, NULL);
  facts->provider_id = g_strdup (provider);
  facts->id = g_strdup (id);
  facts->name = g_strdup (id);
  return facts;
}

static GPtrArray *
make_list (TdModelFacts *first,
           TdModelFacts *second)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);

  if (first != NULL)
    g_ptr_array_add (list, first);
  if (second != NULL)
    g_ptr_array_add (list, second);
  return list;
}

static TdProviderFacts *
make_provider (const char *id)
{
  TdProviderFacts *facts = td_provider_facts_new ();

  facts->id = g_strdup (id);
  facts->name = g_strdup (id);
  facts->base_url = g_strdup ("http://127.0.0.1:9999/v1");
  facts->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  return facts;
}

static void
test_discovered (World         *world,
                 gconstpointer  unused)
{
  g_autoptr (TdMarket) market = load_market (NULL, NULL);
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (TdQuery) query = td_query_new ();
  TdModel *before = find (market, "openai:gpt-5.4");
  g_autoptr (TdModel) kept = NULL;
  TdModelFacts *known = make_facts ("ollama", "llama3.1:8b");
  TdModelFacts *remote = make_facts ("openai", "gpt-5.4");
  guint n_changed = 0;

  g_signal_connect (market, "changed", G_CALLBACK (count_cb), &n_changed);
  known->context = 131072;
  remote->context = 5;
  g_assert_nonnull (find (market, "ollama:llama3.1:8b"));

  td_market_set_discovered (market, "ollama", NULL,
                            make_list (make_facts ("ollama", "mine:latest"), known));
  td_market_set_discovered (market, "shed", make_provider ("shed"),
                            make_list (make_facts ("shed", "m"), NULL));
  td_market_set_discovered (market, "openai", NULL,
                            make_list (remote, make_facts ("openai", "gpt-5.4")));
  td_market_set_discovered (market, "openai", NULL,
                            make_list (make_facts ("openai", "\x1b[2J"), NULL));
  g_assert_cmpuint (td_catalogue_get_n_models (td_market_get_catalogue (market)), ==, 1127 + 2);
  td_market_set_discovered (market, "nobody", NULL, make_list (make_facts ("nobody", "m"), NULL));
  td_market_set_discovered (market, "shed2", make_provider ("shed2"),
                            make_list (make_facts ("shed", "stolen"), NULL));
  g_assert_cmpuint (n_changed, ==, 6);
  g_assert_cmpuint (td_catalogue_get_n_models (td_market_get_catalogue (market)), ==, 1127 + 2);

  /* On this machine the server knows best and nothing costs; elsewhere the catalogue does. */
  g_assert_cmpint (td_model_get_facts (find (market, "ollama:llama3.1:8b"))->context, ==, 131072);
  g_assert_true (td_model_facts_is_free (td_model_get_facts (find (market, "ollama:mine:latest"))));
  g_assert_false (td_model_facts_is_free (td_model_get_facts (find (market, "shed:m"))));
  g_assert_cmpint (td_model_get_facts (find (market, "openai:gpt-5.4"))->context, ==, 1050000);
  g_assert_true (find (market, "openai:gpt-5.4") == before);
  g_assert_nonnull (td_catalogue_find_provider (td_market_get_catalogue (market), "shed"));
  g_assert_null (find (market, "nobody:m"));
  g_assert_null (find (market, "shed:stolen"));
  query->text = g_strdup ("mine latest");
  td_query_index_run (td_market_get_index (market), query, result);
  g_assert_cmpuint (result->len, ==, 1);

  /* Looked at again: in place of what was there, and what is the same is the same object. */
  kept = g_object_ref (find (market, "shed:m"));
  mark (market, "shed:m", TRUE, NULL);
  td_market_set_discovered (market, "shed", make_provider ("shed"),
                            make_list (make_facts ("shed", "m"), make_facts ("shed", "n")));
  g_assert_true (find (market, "shed:m") == kept);
  g_assert_true (td_model_get_favourite (find (market, "shed:m")));
  g_assert_nonnull (find (market, "shed:n"));

  td_market_set_discovered (market, "shed", NULL, make_list (NULL, NULL));
  td_market_set_discovered (market, "shed2", NULL, make_list (NULL, NULL));
  td_market_set_discovered (market, "ollama", NULL, make_list (NULL, NULL));
  g_assert_cmpuint (td_catalogue_get_n_models (td_market_get_catalogue (market)), ==, 1127);
  g_assert_null (td_catalogue_find_provider (td_market_get_catalogue (market), "shed"));
  g_assert_cmpint (td_model_get_facts (find (market, "ollama:llama3.1:8b"))->context, !=, 131072);
}

/* ---- refreshing ---------------------------------------------------------------------------- */

static void
test_refresh (World         *world,
              gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (TdMarket) again = NULL;
  g_autoptr (TdCatalogueChanges) changes = NULL;
  g_autoptr (GError) error = NULL;
  TdModel *untouched = find (market, "google:gemini-2.5-pro");
  guint n_changed = 0;

  set_pages (world, market);
  mark (market, "perplexity:sonar", TRUE, NULL);
  td_market_set_discovered (market, "shed", make_provider ("shed"),
                            make_list (make_facts ("shed", "m"), NULL));
  g_signal_connect (market, "changed", G_CALLBACK (count_cb), &n_changed);

  changes = refresh (market, FALSE, &error);
  g_assert_no_error (error);
  g_assert_false (changes->up_to_date);
  assert_keys (changes->added, "perplexity:sonar-next openrouter:openai/gpt-new");
  assert_keys (changes->retired, "perplexity:sonar-reasoning-pro");
  assert_keys (changes->price_up, "perplexity:sonar");
  assert_keys (changes->price_down, "perplexity:sonar-pro");
  assert_keys (changes->unreachable, "");
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpint (td_market_get_refreshed_us (market), ==, NOW_US);
  g_assert_cmpstr (td_catalogue_get_version (td_market_get_catalogue (market)), >, "2026-11-24");

  /* The user's marks are carried over, discovered models stay, what says the same is the same. */
  g_assert_true (td_model_get_favourite (find (market, "perplexity:sonar")));
  g_assert_cmpint (td_model_get_facts (find (market, "perplexity:sonar"))->price.input, ==,
                   1500000);
  g_assert_nonnull (find (market, "shed:m"));
  g_assert_true (find (market, "google:gemini-2.5-pro") == untouched);
  g_assert_nonnull (td_model_get_rating (find (market, "openai:gpt-5.4")));
  g_assert_cmpstr (td_model_get_facts (find (market, "openrouter:openai/gpt-new"))->base_model, ==,
                   "openai/gpt-new");

  /* The next start has it, without asking; and only what was discovered is not there. */
  again = load_market (database, world);
  g_assert_cmpstr (td_catalogue_get_version (td_market_get_catalogue (again)), ==,
                   td_catalogue_get_version (td_market_get_catalogue (market)));
  g_assert_cmpint (td_market_get_refreshed_us (again), ==, NOW_US);
  g_assert_nonnull (find (again, "perplexity:sonar-next"));
  g_assert_true (td_model_get_favourite (find (again, "perplexity:sonar")));
  g_assert_null (find (again, "shed:m"));
  g_assert_cmpuint (world->pages[0].n_requests, ==, 1);
}

static void
test_daily (World         *world,
            gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (TdMarket) again = NULL;
  g_autoptr (TdCatalogueChanges) first = NULL, soon = NULL, forced = NULL, next_day = NULL;
  TdCatalogue *catalogue;

  set_pages (world, market);
  first = refresh (market, FALSE, NULL);
  g_assert_null (world->pages[0].if_none_match);
  catalogue = td_market_get_catalogue (market);

  /* Not again on the same day, unless told to; then with what was said last time. */
  td_clock_freeze (NOW_US + 23 * HOUR_US);
  soon = refresh (market, FALSE, NULL);
  g_assert_true (soon->up_to_date);
  g_assert_cmpuint (world->pages[0].n_requests + world->pages[1].n_requests, ==, 2);
  forced = refresh (market, TRUE, NULL);
  g_assert_true (forced->up_to_date);
  g_assert_cmpuint (world->pages[0].n_requests + world->pages[1].n_requests, ==, 4);
  g_assert_cmpstr (world->pages[0].if_none_match, ==, "\"dev-1\"");
  g_assert_cmpstr (world->pages[1].if_none_match, ==, "\"router-1\"");
  g_assert_cmpstr (world->pages[1].if_modified_since, ==, "Tue, 24 Nov 2026 08:00:00 GMT");
  g_assert_cmpuint (forced->added->len, ==, 0);
  g_assert_true (td_market_get_catalogue (market) == catalogue);
  g_assert_cmpint (td_market_get_refreshed_us (market), ==, NOW_US + 23 * HOUR_US);

  /* A day later, by another process that remembers. */
  td_clock_freeze (NOW_US + 48 * HOUR_US);
  again = load_market (database, world);
  next_day = refresh (again, FALSE, NULL);
  g_assert_true (next_day->up_to_date);
  g_assert_cmpuint (world->pages[0].n_requests + world->pages[1].n_requests, ==, 6);
  g_assert_cmpstr (world->pages[0].if_none_match, ==, "\"dev-1\"");
}

/* A clock that was wrong once does not stop refreshing for years. */
static void
test_clock_was_wrong (World         *world,
                      gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (TdCatalogueChanges) first = NULL, second = NULL;

  set_pages (world, market);
  td_clock_freeze (NOW_US + 10000 * HOUR_US);
  first = refresh (market, FALSE, NULL);
  td_clock_freeze (NOW_US);
  second = refresh (market, FALSE, NULL);
  g_assert_nonnull (second);
  g_assert_cmpuint (world->pages[0].n_requests, ==, 2);
}

typedef struct
{
  const char *label;
  guint status;
  const char *body;
  gboolean cut;
  gboolean stall;
  GQuark (*domain) (void);
  int code;
} Trouble;

static const Trouble troubles[] = {
  { "500", 500, "{\"error\":true}", FALSE, FALSE, g_io_error_quark, G_IO_ERROR_FAILED },
  { "404 with a body that would do", 404, DEV_BODY, FALSE, FALSE, g_io_error_quark,
    G_IO_ERROR_FAILED },
  { "a redirect", 302, NULL, FALSE, FALSE, g_io_error_quark, G_IO_ERROR_FAILED },
  { "cut off", 200, DEV_BODY, TRUE, FALSE, g_io_error_quark, G_IO_ERROR_PARTIAL_INPUT },
  { "no answer", 200, NULL, FALSE, TRUE, g_io_error_quark, G_IO_ERROR_TIMED_OUT },
  { "garbage", 200, "<!doctype html><title>Sign in to this network</title>", FALSE, FALSE,
    td_catalogue_error_quark, TD_CATALOGUE_ERROR_FORMAT },
  { "half a document", 200, "{\"perplexity\":{\"models\":{\"sonar\":", FALSE, FALSE,
    td_catalogue_error_quark, TD_CATALOGUE_ERROR_FORMAT },
  { "nothing", 200, "{}", FALSE, FALSE, td_catalogue_error_quark, TD_CATALOGUE_ERROR_SUSPICIOUS },
  { "most are gone", 200, "{\"perplexity\":{\"models\":{\"sonar\":{}}}}", FALSE, FALSE,
    td_catalogue_error_quark, TD_CATALOGUE_ERROR_SUSPICIOUS },
};

/* Whatever comes, everything stays as it was, and the next time all is well. */
static void
test_trouble (World         *world,
              gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  TdCatalogue *catalogue = td_market_get_catalogue (market);
  TdQueryIndex *index = td_market_get_index (market);
  g_autoptr (TdCatalogueChanges) changes = NULL;
  g_autoptr (TdMarket) again = NULL;
  guint n_changed = 0;

  g_signal_connect (market, "changed", G_CALLBACK (count_cb), &n_changed);
  td_market_set_refresh_urls (market, world->urls[0], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++)
    {
      Page *page = &world->pages[0];
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", troubles[i].label);
      page->status = troubles[i].status;
      g_set_str (&page->body, troubles[i].body);
      page->cut = troubles[i].cut;
      page->stall = troubles[i].stall;
      page->etag = "\"bad\"";
      market->silence_ms = troubles[i].stall ? 50 : 20000;
      g_assert_null (refresh (market, FALSE, &error));
      g_assert_error (error, troubles[i].domain (), troubles[i].code);
      g_assert_true (td_market_get_catalogue (market) == catalogue);
      g_assert_true (td_market_get_index (market) == index);
      g_assert_cmpint (td_market_get_refreshed_us (market), ==, 0);
      g_assert_null (page->if_none_match);
      again = load_market (database, world);
      g_assert_cmpstr (td_catalogue_get_version (td_market_get_catalogue (again)), ==,
                       "2026-11-23");
      g_clear_object (&again);
    }
  g_assert_cmpuint (n_changed, ==, 0);

  g_free (world->pages[0].body);
  world->pages[0] = (Page) { .status = 200, .body = g_strdup (DEV_BODY) };
  changes = refresh (market, FALSE, NULL);
  g_assert_cmpuint (changes->added->len, ==, 1);
}

static void
test_offline (World         *world,
              gconstpointer  unused)
{
  g_autoptr (TdMarket) market = load_market (NULL, world);
  g_autoptr (GError) error = NULL;

  soup_server_disconnect (world->server);
  g_assert_null (refresh (market, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_cmpuint (td_catalogue_get_n_models (td_market_get_catalogue (market)), ==, 1127);
}

static void
test_bad_address (World         *world,
                  gconstpointer  unused)
{
  g_autoptr (TdMarket) market = load_market (NULL, world);
  g_autoptr (TdCatalogueChanges) nowhere = NULL;
  g_autoptr (GError) error = NULL;

  td_market_set_refresh_urls (market, "file:///etc/passwd", NULL);
  g_assert_null (refresh (market, TRUE, &error));
  g_assert_error (error, TD_HTTP_ERROR, TD_HTTP_ERROR_BAD_ADDRESS);
  td_market_set_refresh_urls (market, NULL, NULL);
  nowhere = refresh (market, TRUE, NULL);
  g_assert_true (nowhere->up_to_date);
}

/* One source is down, the other has news: those are taken, and the failure is named. */
static void
test_half (World         *world,
           gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (TdCatalogueChanges) changes = NULL, later = NULL;
  g_autoptr (GError) error = NULL;

  set_pages (world, market);
  world->pages[0].status = 503;
  world->pages[0].etag = NULL;
  changes = refresh (market, FALSE, &error);
  g_assert_no_error (error);
  assert_keys (changes->added, "openrouter:openai/gpt-new");
  assert_keys (changes->unreachable, "models.dev");
  /* The one that failed is due again, the other is not. */
  world->pages[0].status = 200;
  later = refresh (market, FALSE, &error);
  assert_keys (later->added, "perplexity:sonar-next");
  g_assert_cmpuint (world->pages[0].n_requests, ==, 2);
  g_assert_cmpuint (world->pages[1].n_requests, ==, 1);
}

static void
test_cancel (World         *world,
             gconstpointer  unused)
{
  g_autoptr (TdMarket) market = load_market (NULL, world);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (TdTestCall) cancelled = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) early = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) waiting = TD_TEST_CALL_INIT;
  g_autoptr (TdCatalogueChanges) changes = NULL;
  g_autoptr (GError) error = NULL;

  set_pages (world, market);
  world->pages[0].stall = TRUE;
  td_market_refresh_async (market, TRUE, cancellable, td_test_ready, &cancelled);
  /* The next one waits for it. */
  td_market_set_refresh_urls (market, world->urls[0], world->urls[1]);
  td_market_refresh_async (market, TRUE, NULL, td_test_ready, &waiting);
  while (world->pages[0].n_requests == 0)
    g_main_context_iteration (NULL, TRUE);
  world->pages[0].stall = FALSE;
  g_cancellable_cancel (cancellable);
  g_assert_null (td_market_refresh_finish (market, td_test_wait (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  changes = td_market_refresh_finish (market, td_test_wait (&waiting), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changes->added->len, ==, 2);

  /* Cancelled before it began. */
  td_market_refresh_async (market, TRUE, cancellable, td_test_ready, &early);
  g_assert_null (td_market_refresh_finish (market, td_test_wait (&early), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* What cannot be kept is not taken over either. */
static void
test_refresh_not_stored (World         *world,
                         gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  TdCatalogue *catalogue = td_market_get_catalogue (market);
  g_autoptr (GError) error = NULL;

  set_pages (world, market);
  td_database_close (database);
  g_assert_null (refresh (market, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_assert_true (td_market_get_catalogue (market) == catalogue);
}

static gboolean
has_next_sonar (gpointer market)
{
  return find (market, "perplexity:sonar-next") != NULL;
}

/* Two processes: what one refreshed the other takes over, and asks the sources accordingly. */
static void
test_reload_catalogue (World         *world,
                       gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdDatabase) other_database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (TdMarket) other = load_market (other_database, world);
  g_autoptr (TdCatalogueChanges) changes = NULL, none = NULL;
  TdCatalogue *catalogue;
  guint n_changed = 0;

  g_signal_connect (other, "changed", G_CALLBACK (count_cb), &n_changed);
  td_market_reload_catalogue (other);
  settle (other_database);
  g_assert_cmpuint (n_changed, ==, 0);

  set_pages (world, market);
  mark (other, "perplexity:sonar", TRUE, NULL);
  changes = refresh (market, FALSE, NULL);
  td_market_reload_catalogue (other);
  td_test_wait_until (has_next_sonar, other, "the refreshed catalogue");
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpint (td_market_get_refreshed_us (other), ==, NOW_US);
  g_assert_true (td_model_get_favourite (find (other, "perplexity:sonar")));
  none = refresh (other, FALSE, NULL);
  g_assert_true (none->up_to_date);
  g_assert_cmpuint (world->pages[0].n_requests, ==, 1);

  /* Told again, it has it already. */
  catalogue = td_market_get_catalogue (other);
  td_market_reload_catalogue (other);
  settle (other_database);
  g_assert_true (td_market_get_catalogue (other) == catalogue);
}

/* ---- what was stored by another version ---------------------------------------------------- */

static gpointer
plant_on_thread (TdConnection  *connection,
                 gpointer       document,
                 GCancellable  *cancellable,
                 GError       **error)
{
  TdRefreshState states[TD_N_REFRESH_SOURCES] = { { (char *) "\"old\"", NULL, NOW_US },
                                                  { NULL, NULL, 0 } };

  td_market_store_save (connection, document, states, NOW_US, error);
  return NULL;
}

static void
plant (TdDatabase *database,
       const char *version,
       const char *bundled_version,
       gboolean    broken)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GBytes) bundled = td_catalogue_load_bundled (NULL);
  g_autoptr (TdCatalogueDraft) draft = td_catalogue_draft_read (bundled, NULL);
  g_autoptr (GBytes) document = NULL;
  g_autoptr (GBytes) part = NULL;
  g_autoptr (GError) error = NULL;

  g_set_str (&draft->version, version);
  g_set_str (&draft->bundled, bundled_version);
  document = td_catalogue_draft_write (draft);
  part = g_bytes_new_from_bytes (document, 0, g_bytes_get_size (document) / (broken ? 2 : 1));
  td_database_run_async (database, G_PRIORITY_DEFAULT, plant_on_thread, g_bytes_ref (part),
                         (GDestroyNotify) g_bytes_unref, NULL, NULL, td_test_ready, &call);
  td_database_run_finish (database, td_test_wait (&call), &error);
  g_assert_no_error (error);
}

static const struct
{
  const char *label;
  const char *stored;
  const char *bundled; /* what it goes back to */
  gboolean broken;
  const char *expected;
} versions[] = {
  { "stored is newer", "2026-11-24T00:00:00Z", "2026-11-23", FALSE, "2026-11-24T00:00:00Z" },
  { "stored is of the same day", "2026-11-23T00:00:00Z", "2026-11-23", FALSE,
    "2026-11-23T00:00:00Z" },
  { "bundled is newer", "2026-11-22T23:59:59Z", "2026-11-01", FALSE, "2026-11-23" },
  { "stored is newer, but of an older bundled one", "2026-11-24T00:00:00Z", "2026-11-22", FALSE,
    "2026-11-23" },
  { "the program was newer once", "2026-11-25T00:00:00Z", "2026-11-24", FALSE,
    "2026-11-25T00:00:00Z" },
  { "stored says not what it goes back to", "2026-11-24T00:00:00Z", NULL, FALSE, "2026-11-23" },
  { "stored is newer and broken", "2026-11-24T00:00:00Z", "2026-11-23", TRUE, "2026-11-23" },
};

static void
test_versions (World         *world,
               gconstpointer  unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autoptr (TdDatabase) database = open_database (world);
      g_autoptr (TdMarket) market = NULL;
      g_autoptr (TdCatalogueChanges) changes = NULL;
      gboolean stored = !g_str_equal (versions[i].expected, "2026-11-23");

      g_test_message ("%s", versions[i].label);
      plant (database, versions[i].stored, versions[i].bundled, versions[i].broken);
      market = load_market (database, world);
      g_assert_cmpstr (td_catalogue_get_version (td_market_get_catalogue (market)), ==,
                       versions[i].expected);
      g_assert_cmpint (td_market_get_refreshed_us (market), ==, stored ? NOW_US : 0);

      /* Where the stored one is not in force, neither is what the sources said of it. */
      td_market_set_refresh_urls (market, world->urls[0], NULL);
      world->pages[0].status = 500;
      changes = refresh (market, TRUE, NULL);
      g_assert_cmpstr (world->pages[0].if_none_match, ==, stored ? "\"old\"" : NULL);
    }
}

/* ---- importing ----------------------------------------------------------------------------- */

static void
test_import (World         *world,
             gconstpointer  unused)
{
  g_autoptr (TdDatabase) database = open_database (world);
  g_autoptr (TdMarket) market = load_market (database, world);
  g_autoptr (GBytes) sample = td_test_load_data ("catalogue/modelsdev-api.json");
  g_autoptr (GBytes) garbage = g_bytes_new_static ("no", 2);
  g_auto (TdTestCall) good = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) bad = TD_TEST_CALL_INIT;
  g_autoptr (TdCatalogueChanges) changes = NULL;
  g_autoptr (TdMarket) again = NULL;
  g_autoptr (GError) error = NULL;

  td_market_import_async (market, garbage, NULL, td_test_ready, &bad);
  td_market_import_async (market, sample, NULL, td_test_ready, &good);
  g_assert_null (td_market_import_finish (market, td_test_wait (&bad), &error));
  g_assert_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT);
  g_clear_error (&error);
  changes = td_market_import_finish (market, td_test_wait (&good), &error);
  g_assert_no_error (error);
  /* One of the three is said to have ended. */
  assert_keys (changes->added, "samplecloud:sample-large samplecloud:sample-embed");
  g_assert_cmpuint (changes->retired->len, ==, 0);
  g_assert_nonnull (td_catalogue_find_provider (td_market_get_catalogue (market), "samplecloud"));
  g_assert_cmpint (td_market_get_refreshed_us (market), ==, 0);

  again = load_market (database, world);
  g_assert_nonnull (find (again, "samplecloud:sample-large"));
}

#define ADD(path, function) g_test_add (path, World, NULL, world_set_up, function, world_tear_down)

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  ADD ("/market/without-database", test_without_database);
  ADD ("/market/user-facts", test_user_facts);
  ADD ("/market/reload", test_reload);
  ADD ("/market/not-stored", test_not_stored);
  ADD ("/market/discovered", test_discovered);
  ADD ("/market/refresh", test_refresh);
  ADD ("/market/daily", test_daily);
  ADD ("/market/clock-was-wrong", test_clock_was_wrong);
  ADD ("/market/trouble", test_trouble);
  ADD ("/market/offline", test_offline);
  ADD ("/market/bad-address", test_bad_address);
  ADD ("/market/half", test_half);
  ADD ("/market/cancel", test_cancel);
  ADD ("/market/refresh-not-stored", test_refresh_not_stored);
  ADD ("/market/reload-catalogue", test_reload_catalogue);
  ADD ("/market/versions", test_versions);
  ADD ("/market/import", test_import);
  return g_test_run ();
}
