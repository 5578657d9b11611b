/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-transport.h"

#include <string.h>

#include "providers/td-failure-text.h"

/* Only what can stand in a header may be sent; a key with a line break in it would otherwise
 * be two headers. */
static gboolean
is_sendable (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      if ((guchar) *c < 0x20 || (guchar) *c >= 0x7f)
        return FALSE;
    }
  return TRUE;
}

/**
 * td_transport_check_before:
 * @endpoint: where a request is to go
 * @key: (nullable): the key
 *
 * Returns: (transfer full) (nullable): why nothing can be sent, or %NULL when it can
 */
TdFailure *
td_transport_check_before (const TdEndpoint *endpoint,
                           const char       *key)
{
  gboolean has_key = key != NULL && *key != '\0';

  if (td_protocol_for_endpoint (endpoint) == NULL)
    return td_failure_new (TD_PROVIDER_ERROR_UNSUPPORTED, NULL);
  if (endpoint->needs_key && !has_key)
    return td_failure_new (TD_PROVIDER_ERROR_NO_KEY, NULL);
  if (has_key && !is_sendable (key))
    return td_failure_new (TD_PROVIDER_ERROR_AUTH, "the key holds characters that no key has");
  return NULL;
}

static void
add_headers (SoupMessageHeaders  *to,
             char               **headers)
{
  for (; headers != NULL && headers[0] != NULL && headers[1] != NULL; headers += 2)
    {
      if (*headers[0] != '\0' && strpbrk (headers[0], " \t\r\n:") == NULL &&
          is_sendable (headers[1]))
        soup_message_headers_replace (to, headers[0], headers[1]);
    }
}

static void
add_key (SoupMessageHeaders *to,
         TdAuth              auth,
         const char         *key)
{
  g_autofree char *bearer = NULL;

  switch (auth)
    {
    case TD_AUTH_BEARER:
      bearer = g_strconcat ("Bearer ", key, NULL);
      soup_message_headers_replace (to, "Authorization", bearer);
      memset (bearer, 0, strlen (bearer));
      break;
    case TD_AUTH_X_API_KEY:
      soup_message_headers_replace (to, "x-api-key", key);
      break;
    case TD_AUTH_X_GOOG_API_KEY:
      soup_message_headers_replace (to, "x-goog-api-key", key);
      break;
    case TD_AUTH_NONE:
    default:
      break;
    }
}

/**
 * td_transport_message_new:
 * @wire: what to send
 * @endpoint: where it goes, for how the key is sent
 * @key: (nullable): the key
 * @failure: (out) (nullable): why not, when %NULL is returned
 *
 * Makes the message and puts headers, key and body on it. It follows no redirect (see
 * td_http_message_new()), so that the key goes nowhere else.
 *
 * Returns: (transfer full) (nullable): a message
 */
SoupMessage *
td_transport_message_new (const TdWireRequest  *wire,
                          const TdEndpoint     *endpoint,
                          const char           *key,
                          TdFailure           **failure)
{
  g_autoptr (GError) error = NULL;
  SoupMessage *message = td_http_message_new (wire->method, wire->url, &error);

  if (message == NULL)
    {
      *failure = td_failure_new (TD_PROVIDER_ERROR_UNREACHABLE, error->message);
      return NULL;
    }
  add_headers (soup_message_get_request_headers (message), wire->headers);
  if (key != NULL && *key != '\0')
    add_key (soup_message_get_request_headers (message), endpoint->auth, key);
  if (wire->body != NULL)
    td_http_message_set_body (message, "application/json", wire->body);
  return message;
}

static void
append_header_cb (const char *name,
                  const char *value,
                  gpointer    builder)
{
  g_strv_builder_add_many (builder, name, value, NULL);
}

/**
 * td_transport_dup_headers:
 * @message: a message with a reply
 *
 * Returns: (transfer full): the reply's headers, names and values by turns
 */
GStrv
td_transport_dup_headers (SoupMessage *message)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  soup_message_headers_foreach (soup_message_get_response_headers (message), append_header_cb,
                                builder);
  return g_strv_builder_end (builder);
}

static gboolean
is_unreachable (const GError *error)
{
  static const int codes[] = {
    G_IO_ERROR_CONNECTION_REFUSED,
    G_IO_ERROR_HOST_UNREACHABLE,
    G_IO_ERROR_NETWORK_UNREACHABLE,
    G_IO_ERROR_HOST_NOT_FOUND,
    G_IO_ERROR_PROXY_FAILED,
    G_IO_ERROR_PROXY_AUTH_FAILED,
    G_IO_ERROR_PROXY_NEED_AUTH,
    G_IO_ERROR_PROXY_NOT_ALLOWED,
  };

  if (error->domain == G_RESOLVER_ERROR)
    return TRUE;
  for (gsize i = 0; error->domain == G_IO_ERROR && i < G_N_ELEMENTS (codes); i++)
    {
      if (error->code == codes[i])
        return TRUE;
    }
  return FALSE;
}

static TdProviderError
classify (const GError     *error,
          TdTransportPhase  phase)
{
  if (is_unreachable (error))
    return TD_PROVIDER_ERROR_UNREACHABLE;
  if (error->domain == G_TLS_ERROR && phase != TD_TRANSPORT_READING)
    return TD_PROVIDER_ERROR_TLS;
  if (error->domain == SOUP_SESSION_ERROR ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    return TD_PROVIDER_ERROR_PROTOCOL;
  if (phase == TD_TRANSPORT_CONNECTING)
    return TD_PROVIDER_ERROR_UNREACHABLE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return TD_PROVIDER_ERROR_TIMED_OUT;
  return phase == TD_TRANSPORT_WAITING ? TD_PROVIDER_ERROR_SERVER : TD_PROVIDER_ERROR_CUT;
}

/**
 * td_transport_failure_from_error:
 * @error: what libsoup or GIO reported, not a cancellation
 * @phase: how far the exchange had come
 *
 * Returns: (transfer full): the failure
 */
TdFailure *
td_transport_failure_from_error (const GError     *error,
                                 TdTransportPhase  phase)
{
  g_autofree char *message =
    td_failure_clean_text (error->message, strlen (error->message), TD_FAILURE_MAX_MESSAGE_BYTES);
  TdProviderError class = classify (error, phase);

  /* What is told of this class is in the words of the provider’s server, and it had none. */
  return td_failure_new (class, class == TD_PROVIDER_ERROR_SERVER ? NULL : message);
}

static TdFailure *
failure_from_redirect (SoupMessage *message)
{
  const char *location =
    soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  g_autofree char *clean = NULL;
  g_autofree char *text = NULL;
  TdFailure *failure;

  clean = location != NULL
            ? td_failure_clean_text (location, strlen (location), TD_FAILURE_EXCERPT_BYTES)
            : NULL;
  text = g_strdup_printf ("it redirects to %s, which is not followed",
                          clean != NULL ? clean : "nowhere");
  failure = td_failure_new (TD_PROVIDER_ERROR_PROTOCOL, text);
  failure->status = soup_message_get_status (message);
  return failure;
}

/**
 * td_transport_failure_from_reply:
 * @message: a message whose reply is no success
 * @body: the body, or its start
 * @length: how many bytes @body has
 *
 * Returns: (transfer full): the failure
 */
TdFailure *
td_transport_failure_from_reply (SoupMessage *message,
                                 const char  *body,
                                 gsize        length)
{
  g_auto (GStrv) headers = NULL;
  guint status = soup_message_get_status (message);

  if (status < 400)
    return failure_from_redirect (message);
  headers = td_transport_dup_headers (message);
  return td_failure_from_reply (status, (const char *const *) headers, body, length);
}
