/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include "providers/bad-server.h"
#include "providers/td-hub.h"

#define KEY  "hf_key-of-the-test"
#define JSON "application/json"
#define EXPAND                                                                     \
  "&expand=likes&expand=downloads&expand=gated&expand=private&expand=lastModified" \
  "&expand=pipeline_tag&expand=inference&expand=inferenceProviderMapping"

static void
test_queries (void)
{
  static const struct
  {
    TdHubQuery query;
    const char *url;
  } cases[] = {
    { { 0 },
      TD_HUB_URL "/models?inference_provider=all&pipeline_tag=text-generation"
                 "&sort=trendingScore&limit=100" EXPAND },
    { { "qwen & co", "Qwen", "groq", "likes", 20 },
      TD_HUB_URL "/models?inference_provider=groq&pipeline_tag=text-generation"
                 "&search=qwen%20%26%20co&author=Qwen&sort=likes&limit=20" EXPAND },
    { { .search = "", .limit = 99999 },
      TD_HUB_URL "/models?inference_provider=all&pipeline_tag=text-generation"
                 "&sort=trendingScore&limit=1000" EXPAND },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdWireRequest) wire = td_hub_write_list (TD_HUB_URL, &cases[i].query);

      g_assert_cmpstr (wire->method, ==, "GET");
      g_assert_cmpstr (wire->url, ==, cases[i].url);
      g_assert_null (wire->body);
    }
}

/* The next page is followed as it is named, but the key goes nowhere else. */
static void
test_links (void)
{
  static const char *const cases[][2] = {
    { "<https://huggingface.co/api/models?cursor=a%3D>; rel=\"next\"",
      "https://huggingface.co/api/models?cursor=a%3D" },
    { "<https://huggingface.co/x>; rel=\"prev\", <https://huggingface.co/y>; rel=\"next\"",
      "https://huggingface.co/y" },
    { "<https://huggingface.co/x>; rel=\"prev\"", NULL },
    { "<https://elsewhere.example/y>; rel=\"next\"", NULL },
    { "<http://huggingface.co/y>; rel=\"next\"", NULL },
    { "<https://huggingface.co:8443/y>; rel=\"next\"", NULL },
    { "<https://huggingface.co@elsewhere.example/y>; rel=\"next\"", NULL },
    { "<https://me:secret@huggingface.co/y>; rel=\"next\"", NULL },
    { "</api/models?cursor=b>; rel=\"next\"", NULL },
    { "<https://huggingface.co/y; rel=\"next\"", NULL },
    { "<<<", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *next = td_hub_read_next (cases[i][0], TD_HUB_URL);

      g_test_message ("%s", cases[i][0]);
      g_assert_cmpstr (next, ==, cases[i][1]);
    }
}

/* "id likes downloads gated private warm providers" of each */
static char *
summarise (GPtrArray *models)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < models->len; i++)
    {
      const TdHubModel *model = models->pdata[i];
      g_autofree char *providers =
        model->providers != NULL ? g_strjoinv ("+", model->providers) : NULL;

      g_string_append_printf (out, "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d%d%d %s; ",
                              model->id, model->likes, model->downloads, model->gated,
                              model->private, model->warm, providers);
    }
  return g_string_free (out, FALSE);
}

static void
test_models (void)
{
  static const char *const cases[][2] = {
    { "[]", "" },
    { "[{\"id\":\"a/b\"}]", "a/b -1 -1 000 (null); " },
    { "[{\"id\":\"a/b\",\"likes\":3,\"downloads\":4,\"gated\":\"auto\",\"private\":true,"
      "\"inference\":\"warm\",\"inferenceProviderMapping\":[{\"provider\":\"x\",\"status\":\"live\"},"
      "{\"provider\":\"y\",\"status\":\"staging\"},{\"status\":\"live\"},7,{\"provider\":\"z\",\"status\":\"live\"}]}]",
      "a/b 3 4 111 x+z; " },
    { "[{\"id\":\"a\",\"gated\":false,\"likes\":-7,\"downloads\":\"many\",\"inference\":null}]",
      "a -1 -1 000 (null); " },
    { "[{\"id\":\"\"},{},7,null,[],{\"id\":\"b\"}]", "b -1 -1 000 (null); " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (cases[i][0], strlen (cases[i][0]));
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) models = td_hub_read_list (body, &error);
      g_autofree char *summary = NULL;

      g_assert_no_error (error);
      summary = summarise (models);
      g_assert_cmpstr (summary, ==, cases[i][1]);
    }
}

static void
test_no_models (void)
{
  static const struct
  {
    const char *body;
    TdProviderError class;
  } cases[] = {
    { "{\"error\":\"Invalid username or password.\"}", TD_PROVIDER_ERROR_SERVER },
    { "{\"data\":[]}", TD_PROVIDER_ERROR_PROTOCOL },
    { "<html>", TD_PROVIDER_ERROR_PROTOCOL },
    { "", TD_PROVIDER_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (cases[i].body, strlen (cases[i].body));
      g_autoptr (GError) error = NULL;

      g_assert_null (td_hub_read_list (body, &error));
      g_assert_error (error, TD_PROVIDER_ERROR, (int) cases[i].class);
    }
}

static GPtrArray *
ask (BadServer   *server,
     const char  *next_url,
     char       **next,
     GError     **error)
{
  g_autofree char *base = bad_server_build_url (server, "/api");
  g_autoptr (SoupSession) session = td_http_session_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdHubQuery query = { 0 };

  td_hub_list_async (session, base, KEY, &query, next_url, NULL, td_test_ready, &call);
  g_assert_null (call.result);
  return td_hub_list_finish (td_test_wait (&call), next, error);
}

static void
test_pages (void)
{
  static const char template[] = "Link: <%s>; rel=\"next\"\n";
  Script scripts[] = {
    { "/api/models", 200, JSON, NULL, "[{\"id\":\"a\"}]" },
    { "/api/more", 200, JSON, NULL, "[{\"id\":\"b\"}]" },
  };
  g_autoptr (BadServer) server = bad_server_new (scripts, G_N_ELEMENTS (scripts));
  g_autofree char *more = bad_server_build_url (server, "/api/more");
  g_autofree char *header = g_strdup_printf (template, more);
  g_autofree char *next = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;

  scripts[0].headers = header;
  first = ask (server, NULL, &next, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((TdHubModel *) first->pdata[0])->id, ==, "a");
  g_assert_cmpstr (next, ==, more);
  g_assert_cmpstr (bad_server_get_last_header (server, "Authorization"), ==, "Bearer " KEY);
  second = ask (server, next, &after, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((TdHubModel *) second->pdata[0])->id, ==, "b");
  g_assert_null (after);
}

static void
test_refused (void)
{
  static const Script scripts[] = {
    { "/api/models", 429, JSON, "RateLimit: \"api\";r=0;t=55\n", "{\"error\":\"slow down\"}" },
  };
  g_autoptr (BadServer) server = bad_server_new (scripts, G_N_ELEMENTS (scripts));
  g_autoptr (GError) error = NULL;

  g_assert_null (ask (server, NULL, NULL, &error));
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_RATE_LIMIT);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/hub/queries", test_queries);
  g_test_add_func ("/hub/links", test_links);
  g_test_add_func ("/hub/models", test_models);
  g_test_add_func ("/hub/no-models", test_no_models);
  g_test_add_func ("/hub/pages", test_pages);
  g_test_add_func ("/hub/refused", test_refused);
  return g_test_run ();
}
