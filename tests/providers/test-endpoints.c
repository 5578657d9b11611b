/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include "providers/td-endpoint.h"

static void
test_urls (void)
{
  static const struct
  {
    const char *typed;
    const char *url; /* (nullable): refused */
  } cases[] = {
    { "https://api.openai.com/v1", "https://api.openai.com/v1" },
    { "  https://api.openai.com/v1/// \n", "https://api.openai.com/v1" },
    { "HTTPS://API.example.org/V1", "https://API.example.org/V1" },
    { "http://localhost:1234", "http://localhost:1234" },
    { "localhost:8080/v1", "http://localhost:8080/v1" },
    { "127.0.0.1:8080", "http://127.0.0.1:8080" },
    { "[::1]:8080", "http://[::1]:8080" },
    { "api.example.org", "https://api.example.org" },
    { "api.example.org:8443/v1/", "https://api.example.org:8443/v1" },
    { "http://192.168.0.7:11434", "http://192.168.0.7:11434" },
    { "", NULL },
    { "   ", NULL },
    { "/", NULL },
    { "ftp://example.org", NULL },
    { "file:///etc/passwd", NULL },
    { "javascript://example.org", NULL },
    { "https://", NULL },
    { "https:///v1", NULL },
    { "https://user:secret@example.org", NULL },
    { "https://user@example.org", NULL },
    { "https://example.org/v1?key=secret", NULL },
    { "https://example.org/v1#part", NULL },
    { "https://example.org:0/", NULL },
    { "https://example.org:99999/", NULL },
    { "https://exa mple.org", NULL },
    { "https://example.org/\r\nHost: evil", NULL },
    { "https://ex\xC3\xA4mple.org", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = td_endpoint_normalise_url (cases[i].typed, &error);

      g_test_message ("%s", cases[i].typed);
      g_assert_cmpstr (url, ==, cases[i].url);
      if (cases[i].url == NULL)
        g_assert_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_URL);
    }
}

static void
test_long_url (void)
{
  g_autofree char *path = g_strnfill (5000, 'a');
  g_autofree char *typed = g_strconcat ("https://example.org/", path, NULL);

  g_assert_null (td_endpoint_normalise_url (typed, NULL));
}

static void
test_ollama_host (void)
{
  static const char *const cases[][2] = {
    { NULL, NULL },
    { "", NULL },
    { "  ", NULL },
    { "192.168.0.7", "http://192.168.0.7:11434" },
    { "box.lan:1234", "http://box.lan:1234" },
    { ":1234", "http://127.0.0.1:1234" },
    { "0.0.0.0", "http://127.0.0.1:11434" },
    { "0.0.0.0:9999", "http://127.0.0.1:9999" },
    { "http://0.0.0.0:9999/", "http://127.0.0.1:9999" },
    { "::1", "http://[::1]:11434" },
    { "::", "http://[::1]:11434" },
    { "[::]:9999", "http://[::1]:9999" },
    { "http://box.lan", "http://box.lan" },
    { "https://box.lan/ollama/", "https://box.lan/ollama" },
    { "ftp://box.lan", NULL },
    { "not a host", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = td_endpoint_url_from_ollama_host (cases[i][0]);

      g_test_message ("%s", cases[i][0]);
      g_assert_cmpstr (url, ==, cases[i][1]);
    }
}

static void
test_headers (void)
{
  static const struct
  {
    const char *text;
    const char *name;
    const char *value;
    int error; /* -1: none */
  } cases[] = {
    { "X-Title: Top Dog", "X-Title", "Top Dog", -1 },
    { "HTTP-Referer:https://example.org", "HTTP-Referer", "https://example.org", -1 },
    { " X-A : b ", "X-A", "b", -1 },
    { "X-A:", "X-A", NULL, -1 },
    { "X-A:   ", "X-A", NULL, -1 },
    { "no header", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { ": value", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "X A: b", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "X-A: b\r\nX-B: c", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "X-A: b\n", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "X-A\n: b", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "X-\xC3\xA4: b", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "X-A: \xC3\xA4", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "Authorization: Bearer x", NULL, NULL, TD_ENDPOINT_ERROR_SECRET_HEADER },
    { "authorization: x", NULL, NULL, TD_ENDPOINT_ERROR_SECRET_HEADER },
    { "X-API-Key: x", NULL, NULL, TD_ENDPOINT_ERROR_SECRET_HEADER },
    { "x-goog-api-key: x", NULL, NULL, TD_ENDPOINT_ERROR_SECRET_HEADER },
    { "Cookie: x", NULL, NULL, TD_ENDPOINT_ERROR_SECRET_HEADER },
    { "api-key: x", NULL, NULL, TD_ENDPOINT_ERROR_SECRET_HEADER },
    { "Host: x", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "Content-Length: 5", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
    { "Transfer-Encoding: chunked", NULL, NULL, TD_ENDPOINT_ERROR_BAD_HEADER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;
      gboolean good = td_endpoint_parse_header (cases[i].text, &name, &value, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_true (good == (cases[i].error < 0));
      if (!good)
        g_assert_error (error, TD_ENDPOINT_ERROR, cases[i].error);
      g_assert_cmpstr (name, ==, cases[i].name);
      g_assert_cmpstr (value, ==, cases[i].value);
    }
}

static void
test_plain_remote (void)
{
  static const struct
  {
    const char *url;
    gboolean plain_remote;
    gboolean local;
  } cases[] = {
    { "http://127.0.0.1:8080/v1", FALSE, TRUE },
    { "http://localhost:8080/v1", FALSE, TRUE },
    { "http://[::1]:8080/v1", FALSE, TRUE },
    { "http://192.168.0.7/v1", TRUE, FALSE },
    { "http://example.org/v1", TRUE, FALSE },
    { "https://example.org/v1", FALSE, FALSE },
    { "http://127.0.0.1.example.org", TRUE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdEndpoint) endpoint = td_endpoint_new_custom ("mine", "Mine", cases[i].url);

      g_test_message ("%s", cases[i].url);
      g_assert_true (td_endpoint_is_plain_remote (endpoint) == cases[i].plain_remote);
      g_assert_true (endpoint->local == cases[i].local);
      g_assert_false (endpoint->needs_key);
    }
}

static void
test_from_provider (void)
{
  g_autoptr (TdProviderFacts) facts = td_provider_facts_new ();
  g_autoptr (TdEndpoint) endpoint = NULL;
  g_autoptr (TdEndpoint) copy = NULL;

  facts->id = g_strdup ("x");
  facts->name = g_strdup ("X");
  facts->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  facts->base_url = g_strdup ("https://x/v1");
  facts->list_url = g_strdup ("https://y/models");
  facts->auth = TD_AUTH_BEARER;
  facts->headers = g_strsplit ("X-A b", " ", 2);
  endpoint = td_endpoint_new_for_provider (facts);
  td_endpoint_set_header (endpoint, "X-C", "d");
  copy = td_endpoint_copy (endpoint);

  g_assert_true (copy->needs_key);
  g_assert_false (copy->list_needs_key);
  g_assert_true (copy->enabled);
  g_assert_false (copy->custom);
  g_assert_cmpstr (copy->list_url, ==, "https://y/models");
  g_assert_cmpstrv (copy->headers, ((const char *[]) { "X-A", "b", "X-C", "d", NULL }));
  g_assert_cmpstrv (copy->extra_headers, ((const char *[]) { "X-C", "d", NULL }));

  /* Elsewhere the provider's list address means nothing. */
  td_endpoint_set_base_url (copy, "http://127.0.0.1:1/v1");
  g_assert_null (copy->list_url);
  g_assert_cmpstr (copy->default_base_url, ==, "https://x/v1");
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/endpoints/urls", test_urls);
  g_test_add_func ("/endpoints/long-url", test_long_url);
  g_test_add_func ("/endpoints/ollama-host", test_ollama_host);
  g_test_add_func ("/endpoints/headers", test_headers);
  g_test_add_func ("/endpoints/plain-remote", test_plain_remote);
  g_test_add_func ("/endpoints/from-provider", test_from_provider);
  return g_test_run ();
}
