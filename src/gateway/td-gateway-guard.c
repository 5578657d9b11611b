/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-gateway-guard.h"

#include <string.h>

struct _TdGatewayGuard
{
  gboolean any_address; /* it listens on all there are */
  guint port;
  GStrv hosts; /* (owned): names it is reached by, in lower case, addresses without brackets */
  GStrv origins;        /* (owned): of web pages that may use it */
};

/**
 * td_gateway_guard_new:
 * @address: what it listens on
 * @port: on which port
 * @hosts: (nullable): other names that it is reached by
 * @origins: (nullable): web pages that may use it, such as "https://chat.example.org"
 *
 * Returns: (transfer full): a guard
 */
TdGatewayGuard *
td_gateway_guard_new (GInetAddress      *address,
                      guint              port,
                      const char *const *hosts,
                      const char *const *origins)
{
  TdGatewayGuard *self = g_new0 (TdGatewayGuard, 1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *text = g_inet_address_to_string (address);

  self->any_address = g_inet_address_get_is_any (address);
  self->port = port;
  g_strv_builder_add (builder, text);
  if (self->any_address || g_inet_address_get_is_loopback (address))
    g_strv_builder_add (builder, "localhost");
  for (; hosts && *hosts; hosts++)
    g_strv_builder_take (builder, g_ascii_strdown (*hosts, -1));
  self->hosts = g_strv_builder_end (builder);
  self->origins = origins ? g_strdupv ((char **) origins) : g_new0 (char *, 1);
  return self;
}

void
td_gateway_guard_free (TdGatewayGuard *self)
{
  g_strfreev (self->hosts);
  g_strfreev (self->origins);
  g_free (self);
}

/* "name:port" or "[address]:port". FALSE: it is neither. */
static gboolean
split_host (const char  *text,
            char       **name,
            guint       *port)
{
  const char *end = *text == '[' ? strchr (text, ']') : text + strcspn (text, ":");
  const char *rest = end && *text == '[' ? end + 1 : end;
  guint64 number;

  if (!end || end == text)
    return FALSE;
  *port = 80;
  if (*rest == ':')
    {
      if (!g_ascii_string_to_unsigned (rest + 1, 10, 1, G_MAXUINT16, &number, NULL))
        return FALSE;
      *port = (guint) number;
    }
  else if (*rest != '\0')
    return FALSE;
  if (*text == '[')
    text++;
  *name = g_ascii_strdown (text, end - text);
  return TRUE;
}

/**
 * td_gateway_guard_admits_host:
 * @self: a guard
 * @host: (nullable): the Host header
 *
 * Where it listens on all addresses any address will do, but no name it does not know: a page that has
 * its own name point here cannot make the browser say an address.
 *
 * Returns: whether it is this gateway that was meant
 */
gboolean
td_gateway_guard_admits_host (const TdGatewayGuard *self,
                              const char           *host)
{
  g_autofree char *name = NULL;
  guint port;

  if (!host || !split_host (host, &name, &port) || port != self->port)
    return FALSE;
  return g_strv_contains ((const char *const *) self->hosts, name) ||
         (self->any_address && g_hostname_is_ip_address (name));
}

/**
 * td_gateway_guard_admits_origin:
 * @self: a guard
 * @origin: (nullable): the Origin header, which browsers send for web pages
 *
 * Returns: whether it may go on
 */
gboolean
td_gateway_guard_admits_origin (const TdGatewayGuard *self,
                                const char           *origin)
{
  return !origin || g_strv_contains ((const char *const *) self->origins, origin);
}

/**
 * td_gateway_guard_dup_key:
 * @authorization: (nullable): the Authorization header
 * @x_api_key: (nullable): the header of that name
 *
 * Returns: (transfer full) (nullable): the key that was shown
 */
char *
td_gateway_guard_dup_key (const char *authorization,
                          const char *x_api_key)
{
  g_autofree char *key = NULL;

  if (authorization && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0)
    key = g_strstrip (g_strdup (authorization + 7));
  else if (!authorization && x_api_key)
    key = g_strstrip (g_strdup (x_api_key));
  return key && *key ? g_steal_pointer (&key) : NULL;
}
