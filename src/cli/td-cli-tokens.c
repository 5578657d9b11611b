/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/td-cli-input.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"
#include "engine/td-engine-count.h"
#include "wallet/td-pricing.h"

/* tokens: how many a text has for a model, and whether that is exact. */

typedef struct
{
  char *model;
  gboolean ask_provider;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->model);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What there is to say about a text. */
typedef struct
{
  const TdModelFacts *facts;
  gsize bytes;
  TdTokenCount text;
  TdTokenCount request; /* as the only message of a chat */
  gboolean by_provider; /* the request */
  TdMoney price;        /* of the request */
} Figures;

static gboolean
ask_provider (TdCli       *cli,
              const char  *text,
              Figures     *figures,
              GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdEngine *engine = td_cli_get_engine (cli, NULL);
  gint64 tokens;

  td_cli_set_subject (cli, figures->facts->provider_id);
  td_engine_ask_count_async (engine, figures->facts, text, cli->cancellable, td_cli_run_ready,
                             &run);
  tokens = td_engine_ask_count_finish (engine, td_cli_run_wait (&run), error);
  if (tokens < 0)
    return FALSE;
  figures->request = (TdTokenCount) { tokens, tokens, TRUE, 0 };
  figures->by_provider = TRUE;
  return TRUE;
}

static void
price_request (Figures *figures)
{
  TdUsage usage = TD_USAGE_INIT;
  TdCost cost;

  usage.input = figures->request.tokens;
  usage.output = 0;
  td_pricing_cost (figures->facts, &usage, &cost);
  figures->price = cost.known ? cost.total : TD_MONEY_UNKNOWN;
}

static gboolean
count (TdCli          *cli,
       const Options  *options,
       const char     *text,
       Figures        *figures,
       GError        **error)
{
  TdModel *model = td_cli_resolve_model (cli, options->model, error);
  g_autoptr (TdTokenRuler) ruler = NULL;
  TdEngine *engine;

  if (!model)
    return FALSE;
  engine = td_cli_get_engine (cli, NULL);
  figures->facts = td_model_get_facts (model);
  figures->bytes = strlen (text);
  ruler = td_engine_new_ruler (engine, figures->facts);
  figures->text = td_token_ruler_count (ruler, text, (gssize) figures->bytes);
  figures->request = td_engine_count_prompt (engine, figures->facts, text);
  if (options->ask_provider && !ask_provider (cli, text, figures, error))
    return FALSE;
  price_request (figures);
  return TRUE;
}

/* ---- what is said ---------------------------------------------------------------------------- */

static void
write_count (TdJsonWriter *writer,
             const char   *name,
             TdTokenCount  count)
{
  td_json_writer_name (writer, name);
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "tokens", count.tokens);
  td_json_writer_member_bool (writer, "exact", count.exact);
  td_cli_json_count (writer, "error_permille", count.error_permille);
  td_json_writer_end_object (writer);
}

static void
print_json (TdCli         *cli,
            const Figures *figures)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", figures->facts->key);
  td_json_writer_member_int64 (writer, "bytes", (gint64) figures->bytes);
  write_count (writer, "text", figures->text);
  write_count (writer, "request", figures->request);
  td_json_writer_member_string (writer, "request_counted_by",
                                figures->by_provider ? "provider" : "top-dog");
  td_cli_json_money (writer, "price", figures->price);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

/* "1,240, exactly", "about 1,240", "about 1,240, ±6 %" */
static char *
dup_count (TdTokenCount count,
           gboolean     by_provider)
{
  if (by_provider)
    /* Translators: a number of tokens. */
    return g_strdup_printf (_("%" G_GINT64_FORMAT ", counted by the provider"), count.tokens);
  if (count.exact)
    /* Translators: a number of tokens. */
    return g_strdup_printf (_("%" G_GINT64_FORMAT ", exactly"), count.tokens);
  if (count.error_permille < 0)
    /* Translators: a number of tokens. */
    return g_strdup_printf (_("about %" G_GINT64_FORMAT ", an estimate"), count.tokens);
  /* Translators: a number of tokens, and by how many percent such estimates were off. */
  return g_strdup_printf (_("about %" G_GINT64_FORMAT ", an estimate; such were off by %d %%"),
                          count.tokens, (count.error_permille + 9) / 10);
}

static void
print_figures (const Figures *figures)
{
  g_autofree char *text = dup_count (figures->text, FALSE);
  g_autofree char *request = dup_count (figures->request, figures->by_provider);
  g_autofree char *price = td_cli_format_money (figures->price);

  td_cli_print_heading (figures->facts->key);
  td_cli_print_fact (_("Tokens"), text);
  td_cli_print_fact (_("As a message"), request);
  td_cli_print_fact (_("Costs at least"), price);
}

static gboolean
run_tokens (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_STRING, &options.model,
      N_("The model whose tokens are meant (needed)"), N_("MODEL") },
    { "ask-provider", 0, 0, G_OPTION_ARG_NONE, &options.ask_provider,
      N_("Let the provider count; this sends it the text"), NULL },
    { NULL },
  };
  g_autofree char *text = NULL;
  Figures figures = { 0 };

  if (!td_cli_parse (cli, entries, 0, 1, &args, error))
    return FALSE;
  if (!options.model)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("Say with --model for which model the tokens are to be counted."));
      return FALSE;
    }
  text = td_cli_input_read_file (cli, args[0] ? args[0] : "-", error);
  if (!text || !count (cli, &options, text, &figures, error))
    return FALSE;
  if (cli->json)
    print_json (cli, &figures);
  else
    print_figures (&figures);
  return TRUE;
}

const TdCliCommand td_cli_tokens_commands[] = {
  { "tokens", N_("--model MODEL [FILE]"), N_("Count the tokens of a text"),
    N_("Without FILE the text comes from the standard input.\n\n"
       "For models with a published vocabulary the count is exact. For others it is an estimate, which\n"
       "follows what providers have counted in your replies; it says how far such estimates were off.\n"
       "“As a message” is what the text comes to as the only message of a chat.\n\n"
       "--ask-provider lets Anthropic, Gemini and OpenAI count, who do not charge for it.\n\n"
       "--json: model, bytes, text and request (each tokens, exact, error_permille or null),\n"
       "request_counted_by (top-dog or provider), price.\n\n"
       "Example:\n"
       "  topdogctl tokens -m openai:gpt-4o notes.txt"),
    run_tokens },
  { NULL },
};
