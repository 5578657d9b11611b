/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one SoupSession of a process and how messages are made for it.
 *
 * libsoup opens a new connection, with its TLS handshake, for every POST that is not marked
 * idempotent (need_new_connection in soup-connection-manager.c), because it would have to
 * repeat a POST that was lost on a reused connection. Every message here is marked, so that
 * connections are reused; whether a failed request may be sent again stays the caller's
 * decision, and libsoup repeats one only when the server closed an idle connection before it
 * answered anything.
 */
#include "config.h"

#include "base/td-http.h"

#include <string.h>

#include "base/td-http-trace.h"

#define MAX_CONNECTIONS          64
#define MAX_CONNECTIONS_PER_HOST 16
#define IDLE_CONNECTION_SECONDS  60

G_DEFINE_QUARK (td-http-error-quark, td_http_error)

/**
 * td_http_session_new:
 *
 * Makes a session without cookies, cache or time limits of its own: whoever reads a reply
 * knows how long silence may last. Replies come decompressed, so limits on their size have to
 * count what is read, not what the headers announce.
 *
 * Returns: (transfer full): a session
 */
SoupSession *
td_http_session_new (void)
{
  SoupSession *session =
    soup_session_new_with_options ("max-conns", MAX_CONNECTIONS,
                                   "max-conns-per-host", MAX_CONNECTIONS_PER_HOST,
                                   "timeout", 0,
                                   "idle-timeout", IDLE_CONNECTION_SECONDS,
                                   "user-agent", "TopDog/" TD_VERSION,
                                   NULL);

  if (td_http_trace_is_wanted ())
    td_http_trace_attach (session);
  return session;
}

static gboolean
is_web_address (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);

  /* GUri lets characters through that no name can have, and a typing error is best told at once. */
  return host != NULL && *host != '\0' && strpbrk (host, " <>\"\\") == NULL &&
         (g_str_equal (scheme, "http") || g_str_equal (scheme, "https"));
}

/**
 * td_http_message_new:
 * @method: "GET", "POST", ...
 * @url: an absolute http or https address
 * @error: return location for a #TdHttpError
 *
 * Makes a message that reuses connections and follows no redirect: a redirect could carry a
 * key to another host.
 *
 * Returns: (transfer full) (nullable): a message
 */
SoupMessage *
td_http_message_new (const char  *method,
                     const char  *url,
                     GError     **error)
{
  SoupMessage *message = NULL;
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (url != NULL, NULL);

  uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri != NULL && is_web_address (uri))
    message = soup_message_new_from_uri (method, uri);
  if (message == NULL)
    {
      g_set_error_literal (error, TD_HTTP_ERROR, TD_HTTP_ERROR_BAD_ADDRESS,
                           "not an http or https address");
      return NULL;
    }

  soup_message_set_flags (message, SOUP_MESSAGE_IDEMPOTENT | SOUP_MESSAGE_NO_REDIRECT);
  return message;
}

/**
 * td_http_message_set_body:
 * @message: the message
 * @content_type: the body's media type
 * @body: the body
 *
 * Gives the message a body to send.
 */
void
td_http_message_set_body (SoupMessage *message,
                          const char  *content_type,
                          GBytes      *body)
{
  g_return_if_fail (SOUP_IS_MESSAGE (message));
  g_return_if_fail (body != NULL);

  soup_message_set_request_body_from_bytes (message, content_type, body);
}

/**
 * td_http_host_is_loopback:
 * @url: an absolute address
 *
 * Returns: whether the address names this machine itself, so that nothing sent there leaves it
 */
gboolean
td_http_host_is_loopback (const char *url)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GInetAddress) address = NULL;
  const char *host;

  g_return_val_if_fail (url != NULL, FALSE);

  uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}
