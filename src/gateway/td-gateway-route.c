/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-gateway-route.h"

#include <string.h>

static const TdGatewayRoute routes[] = {
  { "GET", "/healthz", FALSE, TD_GATEWAY_HEALTH, NULL },
  { "GET", "/v1/models", FALSE, TD_GATEWAY_MODELS, td_dialect_openai_chat },
  { "GET", "/v1/models/", TRUE, TD_GATEWAY_MODEL, td_dialect_openai_chat },
  { "POST", "/v1/chat/completions", FALSE, TD_GATEWAY_CHAT, td_dialect_openai_chat },
  { "POST", "/v1/responses", FALSE, TD_GATEWAY_CHAT, td_dialect_responses },
  { "POST", "/v1/messages", FALSE, TD_GATEWAY_CHAT, td_dialect_anthropic },
  { "POST", "/v1/messages/count_tokens", FALSE, TD_GATEWAY_CHAT, td_dialect_anthropic_count },
  { "POST", "/api/chat", FALSE, TD_GATEWAY_CHAT, td_dialect_ollama_chat },
  { "POST", "/api/generate", FALSE, TD_GATEWAY_CHAT, td_dialect_ollama_generate },
  { "GET", "/api/tags", FALSE, TD_GATEWAY_MODELS, td_dialect_ollama_chat },
  { "POST", "/api/show", FALSE, TD_GATEWAY_SHOW, td_dialect_ollama_chat },
  { "GET", "/api/version", FALSE, TD_GATEWAY_VERSION, td_dialect_ollama_chat },
  { "POST", "/api/v1/recommendations", FALSE, TD_GATEWAY_RECOMMENDATIONS, NULL },
  { "POST", "/api/v1/select-model", FALSE, TD_GATEWAY_SELECT_MODEL, NULL },
  { "GET", "/api/v1/models", FALSE, TD_GATEWAY_MARKET_MODELS, NULL },
  { "GET", "/api/v1/models/", TRUE, TD_GATEWAY_MARKET_MODEL, NULL },
  { "GET", "/api/v1/categories", FALSE, TD_GATEWAY_CATEGORIES, NULL },
  { "GET", "/api/v1/balance", FALSE, TD_GATEWAY_BALANCE, NULL },
};

static gboolean
fits (const TdGatewayRoute *route,
      const char           *path)
{
  gsize length = strlen (route->path);

  if (!route->open_end)
    return g_str_equal (route->path, path);
  return strncmp (route->path, path, length) == 0 && path[length] != '\0';
}

/**
 * td_gateway_route_find:
 * @method: the method of a request
 * @path: its path, without what follows a question mark
 * @allowed: (out) (nullable): the method that is meant here, when it is another one
 *
 * Returns: (transfer none) (nullable): where it goes
 */
const TdGatewayRoute *
td_gateway_route_find (const char  *method,
                       const char  *path,
                       const char **allowed)
{
  *allowed = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      if (!fits (&routes[i], path))
        continue;
      if (g_str_equal (routes[i].method, method))
        return &routes[i];
      *allowed = routes[i].method;
    }
  return NULL;
}

/**
 * td_gateway_route_get_dialect:
 * @path: the path of a request, which may lead nowhere
 *
 * Returns: (transfer none): the dialect in which errors are told there
 */
const TdDialect *
td_gateway_route_get_dialect (const char *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    if (routes[i].dialect && fits (&routes[i], path))
      return routes[i].dialect ();
  return td_dialect_openai_chat ();
}

/**
 * td_gateway_route_get_rest:
 * @self: a route with an open end
 * @path: a path that goes there
 *
 * Returns: (transfer none): the name that follows
 */
const char *
td_gateway_route_get_rest (const TdGatewayRoute *self,
                           const char           *path)
{
  return path + strlen (self->path);
}
