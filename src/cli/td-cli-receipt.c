/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-route.h"
#include "cli/td-cli-run.h"
#include "wallet/td-receipt-store.h"

/* receipt: what one reply cost, and why. */

static gpointer
find_receipt (TdConnection  *connection,
              gpointer       reply_id,
              GCancellable  *cancellable,
              GError       **error)
{
  return td_receipt_store_find (connection, *(gint64 *) reply_id, error);
}

static gpointer
find_number (TdConnection  *connection,
             gpointer       id,
             GCancellable  *cancellable,
             GError       **error)
{
  return td_receipt_store_find_number (connection, *(gint64 *) id, error);
}

/* What the gateway answered: "r12". */
static gboolean
is_of_gateway (const char *text)
{
  return *text == 'r' && g_ascii_isdigit (text[1]);
}

static TdReceipt *
get_receipt (TdCli       *cli,
             const char  *text,
             GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdEngine *engine;
  TdDatabase *database;
  TdReceipt *receipt;
  gint64 id = 0;

  if (!td_cli_resolve_id (is_of_gateway (text) ? text + 1 : text, &id, error))
    return NULL;
  engine = td_cli_get_engine (cli, error);
  if (!engine)
    return NULL;
  database = td_engine_get_database (engine);
  td_database_run_async (database, G_PRIORITY_DEFAULT,
                         is_of_gateway (text) ? find_number : find_receipt,
                         g_memdup2 (&id, sizeof id), g_free, (GDestroyNotify) td_receipt_free,
                         cli->cancellable, td_cli_run_ready, &run);
  receipt = td_database_run_finish (database, td_cli_run_wait (&run), error);
  if (receipt ||
      (error && *error && !g_error_matches (*error, TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND)))
    return receipt;
  g_clear_error (error);
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
               _("There is no receipt of a reply %s; see “topdogctl chats show”."), text);
  return NULL;
}

static gpointer
list_chores (TdConnection  *connection,
             gpointer       reply_id,
             GCancellable  *cancellable,
             GError       **error)
{
  return td_receipt_store_list_chores (connection, *(gint64 *) reply_id, error);
}

/* What the program had done by a model on account of the reply. */
static GPtrArray *
get_chores (TdCli            *cli,
            const TdReceipt  *receipt,
            GError          **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdDatabase *database = td_engine_get_database (td_cli_get_engine (cli, NULL));

  td_database_run_async (database, G_PRIORITY_DEFAULT, list_chores,
                         g_memdup2 (&receipt->message_id, sizeof receipt->message_id), g_free,
                         (GDestroyNotify) g_ptr_array_unref, cli->cancellable, td_cli_run_ready,
                         &run);
  return td_database_run_finish (database, td_cli_run_wait (&run), error);
}

static const char *
get_outcome (const TdReceipt *receipt)
{
  return receipt->outcome == TD_RECEIPT_HELD ? "held"
                                             : td_receipt_outcome_to_string (receipt->outcome);
}

static TdMoney
get_provider_cost (const TdReceipt *receipt)
{
  return receipt->usage.provider_cost == TD_USAGE_UNKNOWN ? TD_MONEY_UNKNOWN
                                                          : receipt->usage.provider_cost;
}

static void
write_tokens (TdJsonWriter    *writer,
              const TdReceipt *receipt)
{
  const TdUsage *usage = &receipt->usage;

  td_json_writer_name (writer, "tokens");
  td_json_writer_begin_object (writer);
  td_cli_json_count (writer, "input", usage->input);
  td_cli_json_count (writer, "cached", usage->cached);
  td_cli_json_count (writer, "cache_write", usage->cache_write);
  td_cli_json_count (writer, "output", usage->output);
  td_cli_json_count (writer, "reasoning", usage->reasoning);
  td_json_writer_end_object (writer);
  td_json_writer_member_bool (writer, "tokens_estimated",
                              receipt->counted_here && !receipt->counted_exactly);
  td_json_writer_member_bool (writer, "counted_here", receipt->counted_here);
  td_cli_json_count (writer, "expected_input", receipt->expected_input);
  td_json_writer_member_bool (writer, "no_reply", td_receipt_is_void (receipt));
}

static void
write_prices (TdJsonWriter    *writer,
              const TdReceipt *receipt)
{
  td_json_writer_name (writer, "price_per_million_tokens");
  td_json_writer_begin_object (writer);
  td_cli_json_price (writer, "input", receipt->prices.input);
  td_cli_json_price (writer, "cache_read", receipt->prices.cache_read);
  td_cli_json_price (writer, "cache_write", receipt->prices.cache_write);
  td_cli_json_price (writer, "output", receipt->prices.output);
  td_cli_json_price (writer, "reasoning", receipt->prices.reasoning);
  td_json_writer_end_object (writer);
}

static void
write_chores (TdJsonWriter *writer,
              GPtrArray    *chores)
{
  td_json_writer_name (writer, "chores");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < chores->len; i++)
    {
      const TdReceipt *chore = g_ptr_array_index (chores, i);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "purpose", chore->purpose);
      td_json_writer_member_string (writer, "outcome", get_outcome (chore));
      td_json_writer_member_string (writer, "model", chore->model_key);
      td_json_writer_member_string (writer, "provider", chore->provider_id);
      write_tokens (writer, chore);
      td_cli_json_money (writer, "held", chore->held);
      td_cli_json_money (writer, "cost", td_receipt_get_total (chore));
      td_cli_json_time (writer, "started", chore->started_us);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
print_json (TdCli           *cli,
            const TdReceipt *receipt,
            GPtrArray       *chores)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "message", receipt->message_id);
  td_json_writer_member_string (writer, "purpose", receipt->purpose);
  td_cli_json_string (writer, "client",
                      receipt->client && *receipt->client ? receipt->client : NULL);
  td_json_writer_member_string (writer, "outcome", get_outcome (receipt));
  td_json_writer_member_string (writer, "model", receipt->model_key);
  td_json_writer_member_string (writer, "provider", receipt->provider_id);
  td_cli_route_write_json (writer, receipt->route);
  td_json_writer_member_string (writer, "catalogue_version", receipt->catalogue_version);
  write_tokens (writer, receipt);
  write_prices (writer, receipt);
  td_cli_json_money (writer, "held", receipt->held);
  td_cli_json_money (writer, "cost", receipt->cost);
  td_cli_json_money (writer, "commission", receipt->commission);
  td_cli_json_money (writer, "overrun", receipt->overrun);
  td_cli_json_money (writer, "provider_cost", get_provider_cost (receipt));
  td_cli_json_time (writer, "started", receipt->started_us);
  td_cli_json_time (writer, "settled", receipt->settled_us);
  td_cli_json_count (writer, "first_token_ms", receipt->first_token_ms);
  td_cli_json_count (writer, "duration_ms", receipt->duration_ms);
  write_chores (writer, chores);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

/* "1,234 at $0.15 a million": the tokens of a class and their price. */
static void
print_class (const char *name,
             gint64      tokens,
             TdPrice     price)
{
  g_autofree char *text = NULL;
  g_autofree char *amount = NULL;

  if (tokens < 0)
    {
      td_cli_print_fact (name, NULL);
      return;
    }
  amount = td_cli_format_price (price);
  /* Translators: a number of tokens, and the price of a million of them. */
  text = g_strdup_printf (_("%" G_GINT64_FORMAT " at %s per million"), tokens, amount);
  td_cli_print_fact (name, text);
}

static void
print_money (const char *name,
             TdMoney     money)
{
  g_autofree char *text = td_cli_format_money (money);

  td_cli_print_fact (name, text);
}

static const char *
get_counter (const TdReceipt *receipt)
{
  if (!receipt->counted_here)
    return _("the provider");
  return receipt->counted_exactly ? _("Top Dog, exactly") : _("Top Dog, as an estimate");
}

static void
print_duration (gint64 ms)
{
  /* Translators: seconds, "1.25 s" */
  g_autofree char *text =
    g_strdup_printf (_("%d.%02d s"), (int) (ms / 1000), (int) (ms % 1000 / 10));

  td_cli_print_fact (_("Duration"), text);
}

/* Tokens of the cache cost what input costs where there is no price for them. */
static TdPrice
price_or (TdPrice          price,
          const TdReceipt *receipt)
{
  return price >= 0 ? price : receipt->prices.input;
}

static void
print_expected (const TdReceipt *receipt)
{
  g_autofree char *text =
    g_strdup_printf (receipt->expected_exactly ? _("%" G_GINT64_FORMAT " input tokens")
                                               : _("about %" G_GINT64_FORMAT " input tokens"),
                     receipt->expected_input);

  td_cli_print_fact (_("Top Dog counted"), text);
}

static void
print_counter (const TdReceipt *receipt)
{
  if (td_receipt_is_void (receipt))
    {
      td_cli_print_fact (_("Charged"), _("nothing, because no reply came"));
      return;
    }
  td_cli_print_fact (_("Counted by"), get_counter (receipt));
  if (!receipt->counted_here && receipt->expected_input >= 0)
    print_expected (receipt);
}

static void
print_receipt (const TdReceipt *receipt)
{
  g_autofree char *started = td_cli_format_time (receipt->started_us);
  const TdUsage *usage = &receipt->usage;

  td_cli_print_heading (receipt->model_key);
  td_cli_print_fact (_("Asked"), started);
  td_cli_print_fact (_("Outcome"), get_outcome (receipt));
  if (receipt->client && *receipt->client)
    /* Translators: the program that a reply was for. */
    td_cli_print_fact (_("For"), receipt->client);
  print_class (_("Input tokens"), usage->input, receipt->prices.input);
  if (usage->cached > 0)
    print_class (_("of them cached"), usage->cached,
                 price_or (receipt->prices.cache_read, receipt));
  if (usage->cache_write > 0)
    print_class (_("written to cache"), usage->cache_write,
                 price_or (receipt->prices.cache_write, receipt));
  print_class (_("Output tokens"), usage->output, receipt->prices.output);
  if (usage->reasoning > 0)
    print_class (_("of them reasoning"), usage->reasoning,
                 receipt->prices.reasoning >= 0 ? receipt->prices.reasoning
                                                : receipt->prices.output);
  print_counter (receipt);
  print_money (_("Held before"), receipt->held);
  print_money (_("Cost"), receipt->cost);
  if (receipt->duration_ms >= 0)
    print_duration (receipt->duration_ms);
  if (receipt->commission > 0)
    print_money (_("Commission"), receipt->commission);
  if (receipt->overrun > 0)
    print_money (_("Beyond the hold"), receipt->overrun);
  if (usage->provider_cost != TD_USAGE_UNKNOWN)
    print_money (_("Provider says"), usage->provider_cost);
  td_cli_print_fact (_("Prices of"), receipt->catalogue_version);
  td_cli_route_print (receipt->route);
}

static const char *
get_purpose (const TdReceipt *receipt)
{
  if (g_strcmp0 (receipt->purpose, TD_PURPOSE_TITLE) == 0)
    return _("Title");
  return receipt->purpose;
}

static void
print_chores (GPtrArray *chores)
{
  if (chores->len > 0)
    td_cli_print_heading (_("Chores"));
  for (guint i = 0; i < chores->len; i++)
    {
      const TdReceipt *chore = g_ptr_array_index (chores, i);
      g_autofree char *cost = td_cli_format_money (td_receipt_get_total (chore));
      /* Translators: a model, how it ended, and what it cost. */
      g_autofree char *text = g_strdup_printf (_("%s, %s, %s"), chore->model_key,
                                               get_outcome (chore), cost ? cost : _("unknown"));

      td_cli_print_fact (get_purpose (chore), text);
    }
}

static gboolean
run_receipt (TdCli   *cli,
             GStrv    argv,
             GError **error)
{
  g_auto (GStrv) args = argv;
  g_autoptr (TdReceipt) receipt = NULL;
  g_autoptr (GPtrArray) chores = NULL;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error))
    return FALSE;
  receipt = get_receipt (cli, args[0], error);
  chores = receipt ? get_chores (cli, receipt, error) : NULL;
  if (!chores)
    return FALSE;
  if (cli->json)
    {
      print_json (cli, receipt, chores);
    }
  else
    {
      print_receipt (receipt);
      print_chores (chores);
    }
  return TRUE;
}

const TdCliCommand td_cli_receipt_commands[] = {
  { "receipt", N_("REPLY"), N_("Say what a reply cost, and why"),
    N_("REPLY is the number that “topdogctl ask” and “topdogctl chats show” give for a reply, or what the "
       "gateway said in X-TopDog-Request-Id.\n\n"
       "The hold is the most the reply could cost, reckoned before anything was sent. Prices are those\n"
       "of the catalogue then in force.\n\n"
       "--json: message, purpose, client, outcome, model, provider, route (null, or order, why,\n"
       "offers, asked_for, passed_over, failed), catalogue_version, tokens (input, cached, cache_write,\n"
       "output, reasoning), tokens_estimated, counted_here, expected_input (our count before it was sent), no_reply\n"
       "(nothing came, and so nothing was charged),\n"
       "price_per_million_tokens, held, cost, commission,\n"
       "overrun, provider_cost, started, settled, first_token_ms, duration_ms, chores (what the program had done on\n"
       "account of the reply, such as the chat's title: purpose, outcome, model, provider, tokens,\n"
       "tokens_estimated, counted_here, expected_input, no_reply, held, cost, started)."),
    run_receipt },
  { NULL },
};
