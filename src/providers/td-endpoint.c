/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-endpoint.h"

#include <string.h>

#include "base/td-http.h"

#define OLLAMA_DEFAULT_HOST "127.0.0.1"
#define OLLAMA_DEFAULT_PORT 11434
#define MAX_URL_BYTES       2048
#define MAX_HEADER_BYTES    4096

G_DEFINE_QUARK (td-endpoint-error-quark, td_endpoint_error)

/* Would be secrets in the database, or steer the connection itself. */
static const char *const secret_headers[] = {
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "api-key",
  "x-goog-api-key",
  "cookie",
  "set-cookie",
};
static const char *const transport_headers[] = {
  "host",
  "content-length",
  "content-type",
  "transfer-encoding",
  "connection",
  "accept-encoding",
  "expect",
  "te",
  "upgrade",
};

/**
 * td_endpoint_new_for_provider:
 * @facts: a provider of the catalogue
 *
 * Returns: (transfer full): the endpoint as the catalogue describes it, without any change
 */
TdEndpoint *
td_endpoint_new_for_provider (const TdProviderFacts *facts)
{
  TdEndpoint *self;

  g_return_val_if_fail (facts != NULL, NULL);

  self = g_new0 (TdEndpoint, 1);
  self->provider_id = g_strdup (facts->id);
  self->name = g_strdup (facts->name);
  self->kind = facts->kind;
  self->base_url = g_strdup (facts->base_url);
  self->default_base_url = g_strdup (facts->base_url);
  self->list_url = g_strdup (facts->list_url);
  self->auth = facts->auth;
  self->wire = facts->wire;
  self->headers = g_strdupv (facts->headers);
  self->needs_key = facts->auth != TD_AUTH_NONE && !facts->local;
  self->list_needs_key = self->needs_key && (facts->list_url == NULL || facts->list_needs_key);
  self->local = facts->local;
  self->may_be_local = facts->local;
  self->enabled = TRUE;
  self->main = facts->main;
  self->position = -1;
  return self;
}

/**
 * td_endpoint_new_custom:
 * @provider_id: its id
 * @name: the name the user gave it
 * @base_url: a normalised address
 *
 * An OpenAI-compatible server named by the user. A key is sent when there is one, but none is
 * needed: local servers mostly take none.
 *
 * Returns: (transfer full): the endpoint
 */
TdEndpoint *
td_endpoint_new_custom (const char *provider_id,
                        const char *name,
                        const char *base_url)
{
  TdEndpoint *self = g_new0 (TdEndpoint, 1);

  self->position = -1;
  self->provider_id = g_strdup (provider_id);
  self->name = g_strdup (name);
  self->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  self->auth = TD_AUTH_BEARER;
  self->enabled = TRUE;
  self->may_be_local = TRUE;
  self->custom = TRUE;
  td_endpoint_set_base_url (self, base_url);
  return self;
}

/**
 * td_endpoint_copy:
 * @self: (nullable): an endpoint
 *
 * Returns: (transfer full) (nullable): a copy
 */
TdEndpoint *
td_endpoint_copy (const TdEndpoint *self)
{
  TdEndpoint *copy;

  if (self == NULL)
    return NULL;

  copy = g_new (TdEndpoint, 1);
  *copy = *self;
  copy->provider_id = g_strdup (self->provider_id);
  copy->name = g_strdup (self->name);
  copy->base_url = g_strdup (self->base_url);
  copy->default_base_url = g_strdup (self->default_base_url);
  copy->list_url = g_strdup (self->list_url);
  copy->headers = g_strdupv (self->headers);
  copy->extra_headers = g_strdupv (self->extra_headers);
  return copy;
}

void
td_endpoint_free (TdEndpoint *self)
{
  if (self == NULL)
    return;

  g_free (self->provider_id);
  g_free (self->name);
  g_free (self->base_url);
  g_free (self->default_base_url);
  g_free (self->list_url);
  g_strfreev (self->headers);
  g_strfreev (self->extra_headers);
  g_free (self);
}

/**
 * td_endpoint_set_base_url:
 * @self: an endpoint nobody else has seen yet
 * @base_url: a normalised address
 *
 * Moves the endpoint. Its list address follows, and a server that people run themselves counts
 * as local as long as it is on this machine.
 */
void
td_endpoint_set_base_url (TdEndpoint *self,
                          const char *base_url)
{
  g_return_if_fail (self != NULL && base_url != NULL);

  g_set_str (&self->base_url, base_url);
  if (g_strcmp0 (base_url, self->default_base_url) != 0)
    g_clear_pointer (&self->list_url, g_free);
  self->local = self->may_be_local && td_http_host_is_loopback (base_url);
}

static void
append_pair (GStrv      *pairs,
             const char *name,
             const char *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (*pairs != NULL)
    g_strv_builder_addv (builder, (const char **) *pairs);
  g_strv_builder_add_many (builder, name, value, NULL);
  g_strfreev (*pairs);
  *pairs = g_strv_builder_end (builder);
}

/**
 * td_endpoint_set_header:
 * @self: an endpoint nobody else has seen yet
 * @name: a header name
 * @value: its value
 *
 * Adds a header of the user's to what is sent with every request. Of two with the same name
 * the later one is sent.
 */
void
td_endpoint_set_header (TdEndpoint *self,
                        const char *name,
                        const char *value)
{
  g_return_if_fail (self != NULL && name != NULL && value != NULL);

  append_pair (&self->headers, name, value);
  append_pair (&self->extra_headers, name, value);
}

static gboolean
is_plain (const char *url)
{
  return url != NULL && g_ascii_strncasecmp (url, "http://", 7) == 0;
}

/**
 * td_endpoint_is_plain_remote:
 * @self: an endpoint
 *
 * Returns: whether what is sent there, the key too, can be read on the way: plain http to
 *   another machine
 */
gboolean
td_endpoint_is_plain_remote (const TdEndpoint *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return is_plain (self->base_url) && !td_http_host_is_loopback (self->base_url);
}

static gboolean
refuse_url (GError     **error,
            const char  *why)
{
  g_set_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_URL, "not a usable address: %s",
               why);
  return FALSE;
}

static gboolean
check_url (GUri    *uri,
           GError **error)
{
  const char *scheme = g_uri_get_scheme (uri);

  if (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0)
    return refuse_url (error, "only http and https are possible");
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return refuse_url (error, "it names no host");
  if (g_uri_get_userinfo (uri) != NULL)
    return refuse_url (error, "it must not hold a user name or password");
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return refuse_url (error, "it must not hold a query or fragment");
  if (g_uri_get_port (uri) == 0)
    return refuse_url (error, "0 is no port");
  return TRUE;
}

/* People type "localhost:8080" and "api.example.org": plain http only where nobody listens. */
static char *
add_scheme (const char *text)
{
  g_autofree char *plain = NULL;

  if (strstr (text, "://") != NULL)
    return g_strdup (text);
  plain = g_strconcat ("http://", text, NULL);
  if (td_http_host_is_loopback (plain))
    return g_steal_pointer (&plain);
  return g_strconcat ("https://", text, NULL);
}

static gboolean
is_printable_ascii (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      if (!g_ascii_isgraph (*c))
        return FALSE;
    }
  return TRUE;
}

/* The relaxed reader lets a host end at characters that no path begins with; such parts cannot
 * be joined again. */
static gboolean
is_joinable (GUri *uri)
{
  const char *path = g_uri_get_path (uri);

  return g_uri_get_host (uri) != NULL && (*path == '\0' || *path == '/');
}

/**
 * td_endpoint_normalise_url:
 * @text: an address as a person typed it
 * @error: return location for a TD_ENDPOINT_ERROR
 *
 * Trims space and trailing slashes, adds a missing scheme, and refuses what cannot be an API
 * address: other schemes, user names, queries, fragments.
 *
 * Returns: (transfer full) (nullable): the address
 */
char *
td_endpoint_normalise_url (const char  *text,
                           GError     **error)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *full = NULL;
  g_autofree char *result = NULL;
  g_autoptr (GUri) uri = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  trimmed = g_strstrip (g_strndup (text, MAX_URL_BYTES));
  if (*trimmed == '\0' || strlen (text) > MAX_URL_BYTES || !is_printable_ascii (trimmed))
    {
      refuse_url (error, "it is empty, too long or holds spaces or unusual characters");
      return NULL;
    }
  full = add_scheme (trimmed);
  uri = g_uri_parse (full, G_URI_FLAGS_PARSE_RELAXED, NULL);
  if (uri == NULL)
    {
      refuse_url (error, "it cannot be understood");
      return NULL;
    }
  if (!check_url (uri, error))
    return NULL;
  if (!is_joinable (uri))
    {
      refuse_url (error, "its path begins with something else than a slash");
      return NULL;
    }

  result = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                       g_uri_get_port (uri), g_uri_get_path (uri), NULL, NULL);
  while (g_str_has_suffix (result, "/"))
    result[strlen (result) - 1] = '\0';
  return g_steal_pointer (&result);
}

static char *
connectable_host (const char *host)
{
  if (host == NULL || *host == '\0' || g_str_equal (host, "0.0.0.0"))
    return g_strdup (OLLAMA_DEFAULT_HOST);
  if (g_str_equal (host, "::"))
    return g_strdup ("::1");
  return g_strdup (host);
}

/**
 * td_endpoint_url_from_ollama_host:
 * @text: (nullable): the value of OLLAMA_HOST
 *
 * Reads it as Ollama's own client does: a host, host:port or an address. Without a scheme the
 * port is 11434 unless given; an address given as such keeps its scheme's port. 0.0.0.0, which
 * a server listens on, is this machine.
 *
 * Returns: (transfer full) (nullable): an address, or %NULL when nothing usable is there
 */
char *
td_endpoint_url_from_ollama_host (const char *text)
{
  g_autofree char *trimmed = NULL;
  g_autofree char *full = NULL;
  g_autofree char *host = NULL;
  g_autofree char *joined = NULL;
  g_autoptr (GUri) uri = NULL;
  gboolean has_scheme;
  int port;

  trimmed = g_strstrip (g_strdup (text != NULL ? text : ""));
  if (*trimmed == '\0' || !is_printable_ascii (trimmed))
    return NULL;
  has_scheme = strstr (trimmed, "://") != NULL;
  if (*trimmed == ':' && g_ascii_isdigit (trimmed[1]))
    full = g_strconcat ("http://" OLLAMA_DEFAULT_HOST, trimmed, NULL);
  else if (strcmp (trimmed, "::") == 0 || strcmp (trimmed, "::1") == 0)
    full = g_strdup ("http://[::1]");
  else
    full = has_scheme ? g_strdup (trimmed) : g_strconcat ("http://", trimmed, NULL);

  uri = g_uri_parse (full, G_URI_FLAGS_PARSE_RELAXED, NULL);
  if (uri == NULL || !is_joinable (uri)) /* an empty host is one, "mailto:a://b" has none */
    return NULL;
  host = connectable_host (g_uri_get_host (uri));
  port = g_uri_get_port (uri);
  if (port <= 0)
    port = has_scheme ? -1 : OLLAMA_DEFAULT_PORT;
  joined = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, host, port,
                       g_uri_get_path (uri), NULL, NULL);
  return td_endpoint_normalise_url (joined, NULL);
}

/* The token of RFC 9110. */
static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    {
      if (!g_ascii_isalnum (*c) && strchr ("!#$%&'*+-.^_`|~", *c) == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_listed (const char        *name,
           const char *const *list,
           gsize              length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_strcasecmp (name, list[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_field_value (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c != '\t' && (*c < 0x20 || *c > 0x7e))
        return FALSE;
    }
  return TRUE;
}

/**
 * td_endpoint_parse_header:
 * @text: "Name: value"; "Name:" for none
 * @name: (out): the name
 * @value: (out) (nullable): the value, or %NULL when there is none
 * @error: return location for a TD_ENDPOINT_ERROR
 *
 * Refuses what is no header, what the transport decides itself, and headers that carry a key:
 * those would be secrets in the database.
 *
 * Returns: whether it is a header that may be kept
 */
gboolean
td_endpoint_parse_header (const char  *text,
                          char       **name,
                          char       **value,
                          GError     **error)
{
  g_autofree char *left = NULL;
  g_autofree char *right = NULL;
  const char *colon;

  g_return_val_if_fail (text != NULL && name != NULL && value != NULL, FALSE);

  colon = strchr (text, ':');
  left = colon != NULL ? g_strstrip (g_strndup (text, colon - text)) : NULL;
  /* Checked before trimming: a line break at an edge is refused too, not mended. */
  if (colon == NULL || strlen (text) > MAX_HEADER_BYTES || !is_field_value (text) ||
      !is_token (left))
    {
      g_set_error_literal (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_HEADER,
                           "a header has the form \"Name: value\", in plain characters");
      return FALSE;
    }
  if (is_listed (left, secret_headers, G_N_ELEMENTS (secret_headers)))
    {
      g_set_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_SECRET_HEADER,
                   "the header %s carries a secret; add it as a key", left);
      return FALSE;
    }
  if (is_listed (left, transport_headers, G_N_ELEMENTS (transport_headers)))
    {
      g_set_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_HEADER,
                   "the header %s is set by the connection", left);
      return FALSE;
    }
  right = g_strstrip (g_strdup (colon + 1));
  *name = g_steal_pointer (&left);
  *value = *right != '\0' ? g_steal_pointer (&right) : NULL;
  return TRUE;
}

/**
 * td_endpoint_get_api_version:
 * @self: an endpoint
 *
 * Gemini has a version for previews, which has most, and one that is called stable.
 *
 * Returns: (transfer none) (nullable): the one in the address; %NULL for other protocols, and for an
 *   address that does not end with one
 */
const char *
td_endpoint_get_api_version (const TdEndpoint *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->kind != TD_PROVIDER_KIND_GEMINI)
    return NULL;
  if (g_str_has_suffix (self->base_url, "/" TD_GEMINI_VERSION_BETA))
    return TD_GEMINI_VERSION_BETA;
  return g_str_has_suffix (self->base_url, "/" TD_GEMINI_VERSION_STABLE) ? TD_GEMINI_VERSION_STABLE
                                                                         : NULL;
}
