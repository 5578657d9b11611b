/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-endpoint-change.h"

#include <string.h>

#include "base/td-text.h"

/* Whether what a user wants to change about an endpoint makes sense. */

#define MAX_NAME_CHARS 80

/* @value: (nullable): the address, or NULL for the default one */
static TdEndpointChange *
make_url_change (const TdEndpoint  *endpoint,
                 const char        *value,
                 GError           **error)
{
  g_autofree char *url = NULL;

  if (value == NULL && endpoint->custom)
    {
      g_set_error_literal (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_VALUE,
                           "an endpoint of your own has no other address to go back to");
      return NULL;
    }
  if (value != NULL)
    {
      url = td_endpoint_normalise_url (value, error);
      if (url == NULL)
        return NULL;
    }
  return td_endpoint_change_new (endpoint->provider_id, NULL, url);
}

/* @value: (nullable): of those in td_endpoint_get_api_version(), or NULL for the usual one */
static TdEndpointChange *
make_version_change (const TdEndpoint  *endpoint,
                     const char        *value,
                     GError           **error)
{
  const char *before = td_endpoint_get_api_version (endpoint);
  const char *version = value != NULL ? value : TD_GEMINI_VERSION_BETA;
  g_autofree char *url = NULL;

  if (before == NULL || (!g_str_equal (version, TD_GEMINI_VERSION_BETA) &&
                         !g_str_equal (version, TD_GEMINI_VERSION_STABLE)))
    {
      g_set_error_literal (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_VALUE,
                           "the version is v1beta or v1, of Gemini at an address that ends with it");
      return NULL;
    }
  url = g_strdup_printf ("%.*s%s", (int) (strlen (endpoint->base_url) - strlen (before)),
                         endpoint->base_url, version);
  return make_url_change (endpoint, url, error);
}

static TdEndpointChange *
make_enabled_change (const TdEndpoint  *endpoint,
                     const char        *value,
                     GError           **error)
{
  if (value == NULL || g_str_equal (value, "true"))
    return td_endpoint_change_new (endpoint->provider_id, NULL, NULL);
  if (g_str_equal (value, "false"))
    return td_endpoint_change_new (endpoint->provider_id, NULL, "off");
  g_set_error_literal (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_VALUE,
                       "enabled is either true or false");
  return NULL;
}

static TdEndpointChange *
make_header_change (const TdEndpoint  *endpoint,
                    const char        *value,
                    GError           **error)
{
  g_autofree char *name = NULL;
  g_autofree char *content = NULL;

  if (value == NULL)
    return td_endpoint_change_new (endpoint->provider_id, NULL, NULL);
  if (!td_endpoint_parse_header (value, &name, &content, error))
    return NULL;
  return td_endpoint_change_new (endpoint->provider_id, name, content);
}

static gboolean
is_timeout (const char *field)
{
  static const char *const fields[] = { "connect-timeout", "first-byte-timeout", "idle-timeout",
                                        "total-timeout", NULL };

  return g_strv_contains (fields, field);
}

/* @value: (nullable): seconds, or NULL for the usual limit */
static TdEndpointChange *
make_timeout_change (const TdEndpoint  *endpoint,
                     const char        *field,
                     const char        *value,
                     GError           **error)
{
  g_autofree char *ms = NULL;
  guint64 seconds = 0;

  if (value != NULL && !g_ascii_string_to_unsigned (value, 10, 1, TD_TIMEOUT_MAX_MS / 1000,
                                                    &seconds, NULL))
    {
      g_set_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_VALUE,
                   "a time limit is a number of seconds, 1 to %d", TD_TIMEOUT_MAX_MS / 1000);
      return NULL;
    }
  ms = value != NULL ? g_strdup_printf ("%" G_GUINT64_FORMAT, seconds * 1000) : NULL;
  return td_endpoint_change_new (endpoint->provider_id, field, ms);
}

/**
 * td_endpoint_change_make:
 * @endpoint: what to change
 * @field: "base-url", "api-version" (Gemini), "enabled", "header" or one of the time limits
 * @value: (nullable): the value, or %NULL for the default
 * @func: (out): what stores the change
 * @error: return location for a TD_ENDPOINT_ERROR
 *
 * Returns: (transfer full) (nullable): the change, when @value fits
 */
TdEndpointChange *
td_endpoint_change_make (const TdEndpoint  *endpoint,
                         const char        *field,
                         const char        *value,
                         TdDatabaseFunc    *func,
                         GError           **error)
{
  if (g_str_equal (field, "base-url"))
    {
      *func = td_endpoint_store_set_base_url;
      return make_url_change (endpoint, value, error);
    }
  if (g_str_equal (field, "enabled"))
    {
      *func = td_endpoint_store_set_enabled;
      return make_enabled_change (endpoint, value, error);
    }
  if (g_str_equal (field, "header"))
    {
      *func = value != NULL ? td_endpoint_store_set_header : td_endpoint_store_clear_headers;
      return make_header_change (endpoint, value, error);
    }
  if (is_timeout (field))
    {
      *func = td_endpoint_store_set_timeout;
      return make_timeout_change (endpoint, field, value, error);
    }
  if (g_str_equal (field, "api-version"))
    {
      *func = td_endpoint_store_set_base_url;
      return make_version_change (endpoint, value, error);
    }
  g_set_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_UNKNOWN_FIELD,
               "there is no field \"%s\"; there are base-url, api-version, enabled, header, connect-timeout,"
               " first-byte-timeout, idle-timeout and total-timeout",
               field);
  return NULL;
}

/**
 * td_endpoint_change_make_id:
 * @name: what the user calls an endpoint
 *
 * Returns: (transfer full): the letters and digits of the name, fit to be a provider's id
 */
char *
td_endpoint_change_make_id (const char *name)
{
  g_autofree char *folded = td_text_fold (name);
  GString *slug = g_string_new (NULL);

  for (const char *c = folded; *c != '\0'; c++)
    {
      if (g_ascii_isalnum (*c))
        g_string_append_c (slug, *c);
      else if (slug->len > 0 && slug->str[slug->len - 1] != '-')
        g_string_append_c (slug, '-');
    }
  if (slug->len > 0 && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  if (slug->len == 0)
    g_string_append (slug, "endpoint");
  return g_string_free (slug, FALSE);
}

/**
 * td_endpoint_change_check_name:
 * @name: what the user calls an endpoint
 * @error: return location for a TD_ENDPOINT_ERROR
 *
 * Returns: (transfer full) (nullable): the name without space around it, when it is one
 */
char *
td_endpoint_change_check_name (const char  *name,
                               GError     **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (name));
  gboolean good = g_utf8_validate (trimmed, -1, NULL) && *trimmed != '\0' &&
                  g_utf8_strlen (trimmed, -1) <= MAX_NAME_CHARS;

  for (const char *p = trimmed; good && *p != '\0'; p = g_utf8_next_char (p))
    good = g_unichar_isprint (g_utf8_get_char (p));
  if (good)
    return g_steal_pointer (&trimmed);
  g_set_error (error, TD_ENDPOINT_ERROR, TD_ENDPOINT_ERROR_BAD_VALUE,
               "a name has 1 to %d plain characters", MAX_NAME_CHARS);
  return NULL;
}
