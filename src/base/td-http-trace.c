/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shows the headers of requests and replies on the standard error, for people who want to know
 * why a provider behaves as it does. Bodies are never shown. SoupLogger would do most of it, but
 * it hides what is known to be secret; here all is hidden that is not known to be harmless: a
 * header that is not on the list below, the query of an address, and whatever repeats one of the
 * request's hidden values.
 */
#include "config.h"

#include "base/td-http-trace.h"

#include <string.h>

#define HIDDEN           "[hidden]"
#define MAX_HEADERS      100
#define MAX_VALUE_BYTES  200
#define MIN_SECRET_BYTES 4
#define TRACE_KEY        "td-http-trace"

/* Names without capitals; one that ends in "-" stands for all that begin so. */
static const char *const harmless[] = {
  "accept",
  "accept-encoding",
  "accept-language",
  "accept-ranges",
  "age",
  "allow",
  "anthropic-beta",
  "anthropic-ratelimit-",
  "anthropic-version",
  "cache-control",
  "cf-cache-status",
  "cf-ray",
  "connection",
  "content-encoding",
  "content-language",
  "content-length",
  "content-type",
  "date",
  "etag",
  "expires",
  "host",
  "if-modified-since",
  "if-none-match",
  "keep-alive",
  "last-modified",
  "openai-processing-ms",
  "openai-version",
  "request-id",
  "retry-after",
  "retry-after-ms",
  "server",
  "server-timing",
  "strict-transport-security",
  "transfer-encoding",
  "user-agent",
  "vary",
  "via",
  "x-content-type-options",
  "x-ratelimit-",
  "x-request-id",
  "x-should-retry",
};

/* One request under way. */
typedef struct
{
  guint number;
  gint64 sent_us;     /* monotonic; 0: not yet */
  gboolean answered;
  GPtrArray *secrets; /* (owned) (element-type utf8): hidden values; wiped when freed */
} Trace;

/* One block of lines, written at once. */
typedef struct
{
  GString *text;
  const Trace *trace;
  char mark;          /* '>' what was sent, '<' what came */
  guint n_headers;
} Block;

static void
secret_free (gpointer secret)
{
  memset (secret, 0, strlen (secret));
  g_free (secret);
}

static void
trace_free (gpointer data)
{
  Trace *self = data;

  g_ptr_array_unref (self->secrets);
  g_free (self);
}

/**
 * td_http_trace_is_wanted:
 *
 * Returns: whether the environment asks for it
 */
gboolean
td_http_trace_is_wanted (void)
{
  static const GDebugKey keys[] = { { "http", 1 } };

  return g_parse_debug_string (g_getenv (TD_HTTP_TRACE_VARIABLE), keys, G_N_ELEMENTS (keys)) != 0;
}

static gboolean
is_harmless (const char *name)
{
  g_autofree char *folded = g_ascii_strdown (name, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (harmless); i++)
    {
      if (g_str_has_suffix (harmless[i], "-") ? g_str_has_prefix (folded, harmless[i])
                                              : g_str_equal (folded, harmless[i]))
        return TRUE;
    }
  return FALSE;
}

static gboolean
repeats_secret (const Trace *trace,
                const char  *text)
{
  for (guint i = 0; i < trace->secrets->len; i++)
    {
      if (strstr (text, g_ptr_array_index (trace->secrets, i)) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* What comes from a server must not steer the terminal, nor fill it. */
static void
append_clean (GString    *to,
              const char *text)
{
  for (gsize i = 0; text[i] != '\0'; i++)
    {
      if (i >= MAX_VALUE_BYTES)
        {
          g_string_append (to, "[…]");
          return;
        }
      g_string_append_c (to, g_ascii_isprint (text[i]) ? text[i] : '?');
    }
}

/* ---- lines --------------------------------------------------------------------------------- */

static void
begin_line (Block *block)
{
  g_string_append_printf (block->text, "http %u %c ", block->trace->number, block->mark);
}

static void
append_header_cb (const char *name,
                  const char *value,
                  gpointer    user_data)
{
  Block *block = user_data;

  if (++block->n_headers > MAX_HEADERS)
    return;
  begin_line (block);
  g_string_append (block->text, "  ");
  if (repeats_secret (block->trace, name))
    g_string_append (block->text, HIDDEN);
  else
    append_clean (block->text, name);
  g_string_append (block->text, ": ");
  if (is_harmless (name) && !repeats_secret (block->trace, value))
    append_clean (block->text, value);
  else
    g_string_append (block->text, HIDDEN);
  g_string_append_c (block->text, '\n');
}

static void
append_headers (Block              *block,
                SoupMessageHeaders *headers)
{
  soup_message_headers_foreach (headers, append_header_cb, block);
  if (block->n_headers <= MAX_HEADERS)
    return;
  begin_line (block);
  g_string_append_printf (block->text, "  and %u more\n", block->n_headers - MAX_HEADERS);
}

/* Scheme, host, port and path; a name and a password in it are left out. */
static void
append_address (Block *block,
                GUri  *uri)
{
  g_autofree char *address =
    g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO | G_URI_HIDE_QUERY | G_URI_HIDE_FRAGMENT);

  if (repeats_secret (block->trace, address))
    g_string_append (block->text, HIDDEN);
  else
    append_clean (block->text, address);
  if (g_uri_get_query (uri) != NULL)
    g_string_append (block->text, "?" HIDDEN);
}

static void
print_block (Block *block)
{
  g_printerr ("%s", block->text->str);
  g_string_free (block->text, TRUE);
}

/* ---- the message's way --------------------------------------------------------------------- */

/* A value as a whole and its last word: the key of "Bearer KEY". */
static void
add_secret_cb (const char *name,
               const char *value,
               gpointer    user_data)
{
  GPtrArray *secrets = user_data;
  const char *space = strrchr (value, ' ');
  const char *word = space != NULL ? space + 1 : value;

  if (!is_harmless (name) && strlen (word) >= MIN_SECRET_BYTES)
    g_ptr_array_add (secrets, g_strdup (word));
}

static void
wrote_headers_cb (SoupMessage *message,
                  Trace       *trace)
{
  Block block = { g_string_new (NULL), trace, '>', 0 };
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  trace->sent_us = g_get_monotonic_time ();
  trace->answered = FALSE;
  g_ptr_array_set_size (trace->secrets, 0);
  soup_message_headers_foreach (headers, add_secret_cb, trace->secrets);
  begin_line (&block);
  g_string_append_printf (block.text, "%s ", soup_message_get_method (message));
  append_address (&block, soup_message_get_uri (message));
  g_string_append_c (block.text, '\n');
  append_headers (&block, headers);
  print_block (&block);
}

static void
got_headers_cb (SoupMessage *message,
                Trace       *trace)
{
  Block block = { g_string_new (NULL), trace, '<', 0 };
  gint64 ms = (g_get_monotonic_time () - trace->sent_us) / 1000;

  trace->answered = TRUE;
  begin_line (&block);
  g_string_append_printf (block.text, "%u after %" G_GINT64_FORMAT " ms\n",
                          soup_message_get_status (message), ms);
  append_headers (&block, soup_message_get_response_headers (message));
  print_block (&block);
}

static void
request_queued_cb (SoupSession *session,
                   SoupMessage *message,
                   gpointer     user_data)
{
  static guint last_number; /* sessions belong to the main thread */
  Trace *trace = g_new0 (Trace, 1);

  trace->number = ++last_number;
  trace->secrets = g_ptr_array_new_with_free_func (secret_free);
  g_object_set_data_full (G_OBJECT (message), TRACE_KEY, trace, trace_free);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (wrote_headers_cb), trace);
  g_signal_connect (message, "got-headers", G_CALLBACK (got_headers_cb), trace);
}

static void
request_unqueued_cb (SoupSession *session,
                     SoupMessage *message,
                     gpointer     user_data)
{
  Trace *trace = g_object_get_data (G_OBJECT (message), TRACE_KEY);

  if (trace == NULL)
    return;
  if (!trace->answered)
    g_printerr ("http %u ! %s\n", trace->number,
                trace->sent_us != 0 ? "no answer came" : "nothing was sent");
  g_signal_handlers_disconnect_by_data (message, trace);
  g_object_set_data (G_OBJECT (message), TRACE_KEY, NULL);
}

/**
 * td_http_trace_attach:
 * @session: a session
 *
 * Shows what the session sends and gets from here on.
 */
void
td_http_trace_attach (SoupSession *session)
{
  g_return_if_fail (SOUP_IS_SESSION (session));

  g_signal_connect (session, "request-queued", G_CALLBACK (request_queued_cb), NULL);
  g_signal_connect (session, "request-unqueued", G_CALLBACK (request_unqueued_cb), NULL);
}
