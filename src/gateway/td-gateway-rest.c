/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The marketplace's own addresses. */
#include "config.h"

#include "gateway/td-gateway-private.h"

#include "catalogue/td-query.h"

#define DEFAULT_LIMIT 100
#define MAX_LIMIT     500

/* ---- models -------------------------------------------------------------------------------- */

static void
member_count (TdJsonWriter *writer,
              const char   *name,
              gint64        count)
{
  td_json_writer_name (writer, name);
  if (count > 0)
    td_json_writer_int64 (writer, count);
  else
    td_json_writer_null (writer);
}

static void
member_price (TdJsonWriter *writer,
              const char   *name,
              TdPrice       price)
{
  td_json_writer_name (writer, name);
  if (price >= 0)
    td_json_writer_int64 (writer, price);
  else
    td_json_writer_null (writer);
}

static void
write_modalities (TdJsonWriter *writer,
                  const char   *name,
                  TdModality    modalities)
{
  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  for (guint flag = 1; flag <= TD_MODALITY_EMBEDDING; flag <<= 1)
    if (modalities & flag)
      td_json_writer_string (writer, td_modality_to_string ((TdModality) flag));
  td_json_writer_end_array (writer);
}

static void
write_prices (TdJsonWriter      *writer,
              const TdPriceList *prices)
{
  td_json_writer_name (writer, "price_micros_per_million_tokens");
  td_json_writer_begin_object (writer);
  member_price (writer, "input", prices->input);
  member_price (writer, "output", prices->output);
  member_price (writer, "cache_read", prices->cache_read);
  member_price (writer, "cache_write", prices->cache_write);
  member_price (writer, "reasoning", prices->reasoning);
  td_json_writer_end_object (writer);
}

static const char *
get_fact (TdFact fact)
{
  if (fact == TD_FACT_UNKNOWN)
    return NULL;
  return fact == TD_FACT_YES ? "true" : "false";
}

static void
member_fact (TdJsonWriter *writer,
             const char   *name,
             TdFact        fact)
{
  const char *text = get_fact (fact);

  td_json_writer_name (writer, name);
  td_json_writer_raw (writer, text ? text : "null");
}

static void
write_model (TdJsonWriter *writer,
             TdEngine     *engine,
             TdModel      *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdRating *rating = td_model_get_rating (model);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", facts->key);
  td_json_writer_member_string (writer, "name", facts->name);
  td_json_writer_member_string (writer, "provider", facts->provider_id);
  td_json_writer_member_string (writer, "type", td_model_type_to_string (facts->type));
  td_json_writer_member_string (writer, "status", td_model_status_to_string (facts->status));
  td_json_writer_member_string (writer, "base_model", facts->base_model);
  td_json_writer_member_string (writer, "family", facts->family);
  td_json_writer_member_string (writer, "license", facts->license);
  td_json_writer_member_string (writer, "released", facts->released);
  member_count (writer, "context", facts->context);
  member_count (writer, "max_output", facts->max_output);
  write_modalities (writer, "input", facts->input);
  write_modalities (writer, "output", facts->output);
  member_fact (writer, "reasoning", facts->reasoning);
  member_fact (writer, "tools", facts->tool_call);
  member_fact (writer, "structured_output", facts->structured_output);
  member_fact (writer, "open_weights", facts->open_weights);
  td_json_writer_member_bool (writer, "local", facts->local);
  write_prices (writer, &facts->price);
  if (rating)
    td_json_writer_member_int64 (writer, "rating_tenths", rating->tenths);
  td_json_writer_member_bool (writer, "usable",
                              td_engine_get_usable (engine, facts->key) == TD_USABLE_YES &&
                                td_engine_is_installed (engine, facts->key));
  td_json_writer_end_object (writer);
}

/* A page: a whole catalogue is more than should be written in one go. */
static void
reply_models (TdEngine         *engine,
              TdGatewayRequest *request)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  guint n = td_catalogue_get_n_models (catalogue);
  guint offset = td_gateway_request_get_number (request, "offset", 0, n);
  guint limit = td_gateway_request_get_number (request, "limit", DEFAULT_LIMIT, MAX_LIMIT);
  guint end = offset + MIN (limit, n - offset);
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "total", n);
  td_json_writer_member_int64 (writer, "offset", offset);
  td_json_writer_member_string (writer, "catalogue_version", td_catalogue_get_version (catalogue));
  td_json_writer_name (writer, "models");
  td_json_writer_begin_array (writer);
  for (guint i = offset; i < end; i++)
    write_model (writer, engine, td_catalogue_get_model (catalogue, i));
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_gateway_reply_json (request, writer);
}

static void
reply_model (TdEngine         *engine,
             TdGatewayRequest *request,
             const char       *name)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  TdFault *fault = NULL;
  TdModel *model = td_gateway_resolve_model (engine, name, &fault);

  if (!model)
    {
      td_gateway_reply_fault (request, td_gateway_route_get_dialect ("/"),
                              fault ? fault
                                    : td_fault_new (TD_FAULT_NOT_FOUND, NULL,
                                                    "That is no model, but the choice of one."));
      return;
    }
  write_model (writer, engine, model);
  td_gateway_reply_json (request, writer);
}

static void
reply_categories (TdGatewayRequest *request)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "categories");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    td_json_writer_string (writer, td_category_to_string ((TdCategory) i));
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_gateway_reply_json (request, writer);
}

/* ---- money --------------------------------------------------------------------------------- */

static void
member_money (TdJsonWriter *writer,
              const char   *name,
              TdMoney       money)
{
  g_autofree char *text = td_money_format (money);

  td_json_writer_name (writer, name);
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "nano_dollars", money);
  td_json_writer_member_string (writer, "text", text);
  td_json_writer_end_object (writer);
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdGatewayRequest) request = user_data;
  TdWallet *wallet = TD_WALLET (source);
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autoptr (GError) error = NULL;

  if (!td_wallet_reload_finish (wallet, result, &error))
    {
      td_gateway_reply_fault (request, td_gateway_route_get_dialect ("/"),
                              td_fault_from_error (error));
      return;
    }
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "mode",
                                td_wallet_mode_to_string (td_wallet_get_mode (wallet)));
  member_money (writer, "balance", td_wallet_get_balance (wallet));
  member_money (writer, "held", td_wallet_get_held (wallet));
  td_json_writer_end_object (writer);
  td_gateway_reply_json (request, writer);
}

/* As it is in the database: other programs spend from it too. */
static void
reply_balance (TdEngine         *engine,
               TdGatewayRequest *request)
{
  td_wallet_reload_async (td_engine_get_wallet (engine), NULL, reloaded_cb,
                          td_gateway_request_ref (request));
}

/**
 * td_gateway_handle_rest:
 * @self: a gateway
 * @request: a request
 * @route: where it goes
 *
 * Answers what belongs to the marketplace.
 */
void
td_gateway_handle_rest (TdGateway            *self,
                        TdGatewayRequest     *request,
                        const TdGatewayRoute *route)
{
  TdEngine *engine = td_gateway_get_engine (self);

  switch (route->action)
    {
    case TD_GATEWAY_RECOMMENDATIONS:
    case TD_GATEWAY_SELECT_MODEL:
      td_gateway_advise (self, request, route->action == TD_GATEWAY_SELECT_MODEL);
      break;
    case TD_GATEWAY_MARKET_MODELS:
      reply_models (engine, request);
      break;
    case TD_GATEWAY_MARKET_MODEL:
      reply_model (
        engine, request,
        td_gateway_route_get_rest (route, td_gateway_request_get_path (request)));
      break;
    case TD_GATEWAY_CATEGORIES:
      reply_categories (request);
      break;
    case TD_GATEWAY_BALANCE:
      reply_balance (engine, request);
      break;
    case TD_GATEWAY_HEALTH:
    case TD_GATEWAY_CHAT:
    case TD_GATEWAY_MODELS:
    case TD_GATEWAY_MODEL:
    case TD_GATEWAY_SHOW:
    case TD_GATEWAY_VERSION:
    default:
      g_assert_not_reached ();
    }
}
