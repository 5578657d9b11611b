/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models as clients name and list them. */
#include "config.h"

#include "gateway/td-gateway-private.h"

#include <microhttpd.h>
#include <string.h>

#include "engine/td-auto.h"

/* The version of Ollama whose calls are spoken here; clients refuse to talk to much older ones. */
#define OLLAMA_VERSION "0.9.0"

/* What clients that add a tag to each name make of it. */
#define AUTO_WITH_TAG TD_AUTO_MODEL ":latest"

static gboolean
is_usable (TdEngine           *engine,
           const TdModelFacts *facts)
{
  return facts->type == TD_MODEL_TYPE_CHAT && !td_model_facts_is_retired (facts) &&
         td_engine_get_usable (engine, facts->key) == TD_USABLE_YES &&
         td_engine_is_installed (engine, facts->key);
}

/* Of several that a name fits, the first that can be used now. */
static TdModel *
pick (TdEngine *engine,
      GStrv     candidates)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));

  for (char **key = candidates; key && *key; key++)
    {
      TdModel *model = td_catalogue_find_model (catalogue, *key);

      if (model && is_usable (engine, td_model_get_facts (model)))
        return model;
    }
  return NULL;
}

/* "provider/id", as many clients write it. */
static TdModel *
find_with_slash (TdCatalogue *catalogue,
                 const char  *name)
{
  const char *slash = strchr (name, '/');
  g_autofree char *key = NULL;

  if (!slash)
    return NULL;
  key = g_strdup (name);
  key[slash - name] = ':';
  return td_catalogue_find_model (catalogue, key);
}

/**
 * td_gateway_resolve_model:
 * @engine: the engine
 * @name: (nullable): what a client wrote
 * @fault: (out): set when there is no such model
 *
 * A model's key, "provider/id", or a name that says which is meant.
 *
 * Returns: (transfer none) (nullable): the model; %NULL without a fault: Q is to choose
 */
TdModel *
td_gateway_resolve_model (TdEngine    *engine,
                          const char  *name,
                          TdFault    **fault)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  g_auto (GStrv) candidates = NULL;
  TdModel *model;

  if (!name || *name == '\0')
    {
      *fault = td_fault_new (TD_FAULT_INVALID, "model", "No model is named.");
      return NULL;
    }
  if (td_auto_is_name (name) || g_str_equal (name, AUTO_WITH_TAG))
    return NULL;
  model = td_catalogue_find_model (catalogue, name);
  if (!model)
    model = find_with_slash (catalogue, name);
  if (!model)
    model = td_catalogue_resolve_model (catalogue, name, &candidates);
  if (!model)
    model = pick (engine, candidates);
  if (!model)
    *fault = td_fault_new (TD_FAULT_NOT_FOUND, "model", "There is no model “%s”.", name);
  return model;
}

/* ---- lists in the dialects' own form ------------------------------------------------------- */

static TdDialectModel
describe (TdModel *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);

  return (TdDialectModel) {
    .id = facts->key,
    .name = facts->name,
    .provider = facts->provider_id,
    .context = facts->context,
    .max_output = facts->max_output,
    .size_bytes = facts->size_bytes,
    .family = facts->family,
    .parameter_label = facts->parameter_label,
    .license = facts->license,
    .takes_images = (facts->input & TD_MODALITY_IMAGE) != 0,
    .takes_tools = facts->tool_call == TD_FACT_YES,
    .thinks = facts->reasoning == TD_FACT_YES,
  };
}

static TdDialectModel
describe_auto (void)
{
  return (TdDialectModel) { .id = TD_AUTO_MODEL, .name = "Let Q choose", .provider = "topdog" };
}

/* Those that can be used now; one that cannot is nothing to choose from. */
static GBytes *
write_models (TdEngine        *engine,
              const TdDialect *dialect)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  g_autoptr (GArray) models = g_array_new (FALSE, FALSE, sizeof (TdDialectModel));
  TdDialectModel one = describe_auto ();

  g_array_append_val (models, one);
  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, i);

      if (!is_usable (engine, td_model_get_facts (model)))
        continue;
      one = describe (model);
      g_array_append_val (models, one);
    }
  return td_dialect_write_models (dialect, (const TdDialectModel *) (gpointer) models->data,
                                  models->len);
}

/* @name: (nullable): what a client wrote */
static void
reply_model (TdEngine         *engine,
             TdGatewayRequest *request,
             const TdDialect  *dialect,
             const char       *name)
{
  TdFault *fault = NULL;
  TdModel *model = td_gateway_resolve_model (engine, name, &fault);
  TdDialectModel one = model ? describe (model) : describe_auto ();
  g_autoptr (GBytes) body = NULL;

  if (fault)
    {
      td_gateway_reply_fault (request, dialect, fault);
      return;
    }
  body = td_dialect_write_model (dialect, &one);
  td_gateway_request_reply (request, MHD_HTTP_OK, "application/json", body);
}

static void
reply_shown (TdEngine         *engine,
             TdGatewayRequest *request,
             const TdDialect  *dialect)
{
  TdFault *fault = NULL;
  g_autofree char *name =
    td_dialect_ollama_read_name (td_gateway_request_get_body (request), &fault);

  if (name)
    reply_model (engine, request, dialect, name);
  else
    td_gateway_reply_fault (request, dialect, fault);
}

/**
 * td_gateway_handle_models:
 * @self: a gateway
 * @request: a request
 * @route: where it goes
 *
 * Answers what models there are, as the dialect says it.
 */
void
td_gateway_handle_models (TdGateway            *self,
                          TdGatewayRequest     *request,
                          const TdGatewayRoute *route)
{
  TdEngine *engine = td_gateway_get_engine (self);
  const TdDialect *dialect = route->dialect ();
  g_autoptr (GBytes) body = NULL;

  if (td_gateway_request_speaks_anthropic (request))
    dialect = td_dialect_anthropic ();
  if (route->action == TD_GATEWAY_MODEL)
    {
      reply_model (engine, request, dialect,
                   td_gateway_route_get_rest (route, td_gateway_request_get_path (request)));
      return;
    }
  if (route->action == TD_GATEWAY_SHOW)
    {
      reply_shown (engine, request, dialect);
      return;
    }
  if (route->action == TD_GATEWAY_VERSION)
    body = td_dialect_ollama_write_version (OLLAMA_VERSION);
  else
    body = write_models (engine, dialect);
  td_gateway_request_reply (request, MHD_HTTP_OK, "application/json", body);
}
