/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include <string.h>

#include "providers/td-count-call.h"
#include "providers/td-hub.h"
#include "providers/td-ollama-wire.h"
#include "providers/td-pull-parser.h"

/* What providers answer besides chats: refusals, lists, progress; and addresses. */

void
fuzz_failure (const guint8 *data,
              gsize         size)
{
  static const guint statuses[] = { 400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 503, 529 };
  g_autofree char *copy = fuzz_copy (data, size);
  g_autofree char *value = g_strndup (copy, MIN (size, 64));
  const char *headers[] = { "Retry-After", value, "X-Request-Id", value, NULL };
  guint status = statuses[size > 0 ? data[0] % G_N_ELEMENTS (statuses) : 0];
  g_autoptr (TdFailure) failure = td_failure_from_reply (status, headers, copy, size);
  g_autoptr (GError) error = td_failure_to_error (failure);

  g_assert_cmpuint (failure->status, ==, status);
  g_assert_cmpint (failure->retry_after_ms, >=, -1);
  if (failure->message != NULL)
    {
      g_assert_true (g_utf8_validate (failure->message, -1, NULL));
      g_assert_cmpuint (strlen (failure->message), <=, 1000);
    }
  if (failure->request_id != NULL)
    g_assert_true (g_utf8_validate (failure->request_id, -1, NULL));
}

static void
read_hub (GBytes *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = td_hub_read_list (body, &error);

  g_assert_true ((models == NULL) == (error != NULL));
  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      const TdHubModel *model = models->pdata[i];

      g_assert_true (model->id != NULL && *model->id != '\0');
      g_assert_cmpint (model->likes, >=, -1);
      g_assert_cmpint (model->downloads, >=, -1);
    }
}

static void
read_loaded (GBytes *body)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = td_ollama_read_loaded (body, &error);

  g_assert_true ((models == NULL) == (error != NULL));
  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      const TdLoadedModel *model = models->pdata[i];

      g_assert_true (model->id != NULL && *model->id != '\0');
      g_assert_cmpint (model->size_bytes, >=, 0);
      g_assert_cmpint (model->vram_bytes, >=, 0);
      g_assert_cmpint (model->context, >=, 0);
    }
}

static void
read_version (GBytes *body)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *version = td_ollama_read_version (body, &error);

  g_assert_true ((version == NULL) == (error != NULL));
}

static void
read_counts (GBytes *body)
{
  static const TdProviderKind kinds[] = { TD_PROVIDER_KIND_OPENAI, TD_PROVIDER_KIND_ANTHROPIC,
                                          TD_PROVIDER_KIND_GEMINI };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      TdEndpoint endpoint = { .kind = kinds[i] };
      g_autoptr (GError) error = NULL;
      gint64 tokens = td_count_call_read (&endpoint, body, &error);

      g_assert_true ((tokens < 0) == (error != NULL));
    }
}

void
fuzz_lists (const guint8 *data,
            gsize         size)
{
  const TdProtocol *protocols[] = { td_protocol_openai_chat (), td_protocol_anthropic (),
                                    td_protocol_gemini (), td_protocol_ollama () };
  g_autoptr (GBytes) body = g_bytes_new (data, size);

  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) models = protocols[i]->read_list (body, &error);

      g_assert_true ((models == NULL) == (error != NULL));
      for (guint j = 0; models != NULL && j < models->len; j++)
        {
          const TdListedModel *model = models->pdata[j];

          g_assert_true (model->id != NULL && *model->id != '\0');
          g_assert_cmpint (model->context, >=, 0);
          g_assert_cmpint (model->size_bytes, >=, 0);
        }
    }
  read_hub (body);
  read_loaded (body);
  read_version (body);
  read_counts (body);
}

/* ---- progress ------------------------------------------------------------------------------ */

static void
progress_cb (const TdPullProgress *progress,
             gpointer              user_data)
{
  g_assert_cmpint (progress->total, >=, -1);
  g_assert_cmpint (progress->completed, >=, 0);
  g_assert_true (progress->status == NULL || g_utf8_validate (progress->status, -1, NULL));
  g_string_append_printf (user_data, "%s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "\n",
                          progress->status, progress->completed, progress->total);
}

static GString *
read_pull (const guint8 *data,
           gsize         size,
           gboolean      in_cuts)
{
  GString *seen = g_string_new (NULL);
  g_autoptr (TdPullParser) parser = td_pull_parser_new (progress_cb, seen);
  g_autofree char *whole = fuzz_copy (data, size);
  g_autoptr (TdFailure) failure = NULL;
  FuzzCuts cuts;
  char *piece;
  gsize length;

  fuzz_cuts_begin (&cuts, data, in_cuts ? size : 0);
  while ((piece = fuzz_cuts_next (&cuts, &length)) != NULL)
    {
      td_pull_parser_feed (parser, piece, length);
      g_free (piece);
    }
  if (!in_cuts)
    td_pull_parser_feed (parser, whole, size);
  failure = td_pull_parser_end (parser);
  g_string_append_printf (seen, "=%d", failure != NULL ? (int) failure->class : -1);
  return seen;
}

void
fuzz_pull (const guint8 *data,
           gsize         size)
{
  g_autoptr (GString) whole = read_pull (data, size, FALSE);
  g_autoptr (GString) cut = read_pull (data, size, TRUE);

  g_assert_cmpstr (whole->str, ==, cut->str);
}

/* ---- addresses ----------------------------------------------------------------------------- */

/* What is taken as an address stays the same when it is taken again, and keys go nowhere else. */
void
fuzz_address (const guint8 *data,
              gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *url = td_endpoint_normalise_url (valid, NULL);
  g_autofree char *next = td_hub_read_next (valid, TD_HUB_URL);
  g_autofree char *local = td_endpoint_url_from_ollama_host (valid);
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  if (url != NULL)
    {
      g_autofree char *again = td_endpoint_normalise_url (url, NULL);
      g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

      g_assert_cmpstr (url, ==, again);
      g_assert_nonnull (uri);
      g_assert_true (g_str_has_prefix (url, "http://") || g_str_has_prefix (url, "https://"));
      g_assert_true (g_uri_get_userinfo (uri) == NULL && g_uri_get_query (uri) == NULL &&
                     g_uri_get_fragment (uri) == NULL);
    }
  if (next != NULL)
    {
      g_autoptr (GUri) uri = g_uri_parse (next, G_URI_FLAGS_NONE, NULL);

      g_assert_cmpstr (g_uri_get_scheme (uri), ==, "https");
      g_assert_cmpstr (g_uri_get_host (uri), ==, "huggingface.co");
      g_assert_null (g_uri_get_userinfo (uri));
    }
  if (local != NULL)
    g_assert_true (g_str_has_prefix (local, "http"));
  if (td_endpoint_parse_header (valid, &name, &value, NULL))
    {
      g_assert_null (strpbrk (name, " :\r\n"));
      g_assert_true (value == NULL || strpbrk (value, "\r\n") == NULL);
    }
}
