/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/td-clock.h"
#include "base/td-image-info.h"
#include "base/td-json-read.h"
#include "cli/td-cli-errors.h"
#include "cli/td-cli-input.h"
#include "cli/td-cli-message.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-route.h"
#include "cli/td-cli-run.h"
#include "engine/td-auto.h"
#include "engine/td-completion.h"

#define MAX_FILE_BYTES   (4 * 1024 * 1024)
#define MAX_SCHEMA_BYTES (256 * 1024)

/* ask: one question, one reply, through the same metered path as every other. */

typedef struct
{
  char *model;
  char *system;
  GStrv files;
  gboolean no_stream;
  char *max_cost;
  char *stop_at;
  char *route;
  char *effort;
  double temperature;
  gint64 max_output;
  char *schema;
  GPtrArray *images; /* (element-type TdAttachment) */
  gsize n_image_bytes;
} Options;

#define OPTIONS_INIT { .temperature = -1 }

static void
options_clear (Options *self)
{
  g_free (self->model);
  g_free (self->system);
  g_strfreev (self->files);
  g_free (self->max_cost);
  g_free (self->stop_at);
  g_free (self->route);
  g_free (self->effort);
  g_free (self->schema);
  g_clear_pointer (&self->images, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* ---- The question ---------------------------------------------------------------------------- */

/* Longer than any row of backticks in the text, so that the text cannot end its own block. */
static char *
make_fence (const char *text)
{
  guint longest = 0;
  guint run = 0;

  for (const char *c = text; *c; c++)
    {
      run = *c == '`' ? run + 1 : 0;
      longest = MAX (longest, run);
    }
  return g_strnfill (MAX (longest + 1, 3), '`');
}

/* A picture goes along as one. TRUE: it was one, or there is an error. */
static gboolean
take_image (Options     *options,
            const char  *name,
            GBytes      *file,
            GError     **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  TdImageInfo info;
  TdAttachment *attachment;

  if (!td_image_info_read (data, size, &info))
    return FALSE;
  attachment = td_attachment_new (name, file, error);
  if (!attachment)
    {
      g_prefix_error (error, "%s: ", name);
      return TRUE;
    }
  g_ptr_array_add (options->images, attachment);
  options->n_image_bytes += size;
  if (options->images->len > TD_ATTACHMENT_MAX_PER_MESSAGE ||
      options->n_image_bytes > TD_ATTACHMENT_MAX_CHAT_BYTES)
    g_set_error (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_TOO_MANY,
                 "at most %d pictures of %d MB in all", TD_ATTACHMENT_MAX_PER_MESSAGE,
                 TD_ATTACHMENT_MAX_CHAT_BYTES >> 20);
  return TRUE;
}

static gboolean
append_file (TdCli       *cli,
             Options     *options,
             GString     *question,
             const char  *path,
             GError     **error)
{
  g_autoptr (GBytes) file = td_cli_input_read_bytes (cli, path, MAX_FILE_BYTES, error);
  g_autofree char *name = g_str_equal (path, "-") ? g_strdup ("stdin") : g_path_get_basename (path);
  g_autofree char *shown_name = g_utf8_make_valid (name, -1);
  g_autofree char *contents = NULL;
  g_autofree char *fence = NULL;
  GError *failure = NULL;

  if (!file)
    return FALSE;
  if (take_image (options, shown_name, file, &failure))
    {
      if (failure)
        g_propagate_error (error, failure);
      return !failure;
    }
  contents = td_cli_input_take_text (file, path, error);
  if (!contents)
    return FALSE;
  fence = make_fence (contents);
  g_string_append_printf (question, "\n\n%s:\n%s\n%s%s%s", shown_name, fence, contents,
                          g_str_has_suffix (contents, "\n") ? "" : "\n", fence);
  return TRUE;
}

static gboolean
is_stdin_wanted (const Options *options,
                 GStrv          args)
{
  if (g_strv_contains ((const char *const *) args, "-"))
    return TRUE;
  return !*args &&
         !(options->files && g_strv_contains ((const char *const *) options->files, "-")) &&
         !td_cli_input_is_terminal ();
}

/* The words of the command line, then what comes from a pipe, then the files. */
static char *
build_question (TdCli    *cli,
                Options  *options,
                GStrv     args,
                GError  **error)
{
  g_autoptr (GString) question = g_string_new (NULL);
  gboolean reads_stdin = is_stdin_wanted (options, args);

  for (guint i = 0; args[i]; i++)
    {
      if (!g_str_equal (args[i], "-"))
        g_string_append_printf (question, "%s%s", question->len > 0 ? " " : "", args[i]);
    }
  if (reads_stdin)
    {
      g_autofree char *text = td_cli_input_read_text (cli, error);

      if (!text)
        return NULL;
      g_string_append_printf (question, "%s%s", question->len > 0 ? "\n\n" : "", g_strchomp (text));
    }
  for (guint i = 0; options->files && options->files[i]; i++)
    {
      if (!append_file (cli, options, question, options->files[i], error))
        return NULL;
    }
  if (!*g_strstrip (question->str) && options->images->len == 0)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("What is the question? Give it as the last argument or through a pipe."));
      return NULL;
    }
  return g_strdup (question->str);
}

/* ---- The reply ------------------------------------------------------------------------------- */

typedef struct
{
  TdCli *cli;
  gboolean ends_in_newline;
  GError *error; /* (owned) (nullable): the output broke */
} Stream;

static void
text_cb (TdCompletion *completion,
         const char   *delta,
         Stream       *stream)
{
  gsize length = strlen (delta);

  if (stream->error || length == 0)
    return;
  stream->ends_in_newline = delta[length - 1] == '\n';
  /* Nobody reads on: nobody has to pay on. */
  if (!td_cli_write (delta, length, &stream->error))
    g_cancellable_cancel (stream->cli->cancellable);
}

static void
print_rest (Stream    *stream,
            TdMessage *reply,
            gboolean   is_streamed)
{
  if (reply && !is_streamed)
    text_cb (NULL, td_message_get_text (reply), stream);
  if (!stream->ends_in_newline && !stream->error)
    td_cli_print ("\n");
}

static void
print_json (TdCli           *cli,
            TdConversation  *conversation,
            TdMessage       *reply,
            const TdReceipt *receipt,
            const GError    *error)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "chat", td_conversation_get_id (conversation));
  if (reply)
    td_cli_message_write_members (writer, reply);
  td_cli_route_write_json (writer, receipt ? receipt->route : NULL);
  if (error)
    td_cli_errors_write_json (cli, writer, error);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static void
note_route (TdCli           *cli,
            const TdReceipt *receipt)
{
  g_autofree char *why = receipt ? td_cli_route_dup_why (receipt->route) : NULL;

  if (why)
    /* Translators: a model at a provider, and why that provider was asked. */
    td_cli_note (cli, _("%s: %s"), receipt->model_key, why);
}

static void
note_outcome (TdCli           *cli,
              TdConversation  *conversation,
              TdMessage       *reply,
              const TdReceipt *receipt,
              const GError    *error)
{
  gint64 wait_us = reply ? td_message_get_retry_at_us (reply) - td_clock_now_us () : 0;
  g_autofree char *summary = NULL;

  if (!error && reply)
    {
      summary = td_cli_message_dup_summary (reply);
      /* Translators: what the reply took, and the numbers of the chat it is kept in and its own. */
      td_cli_note (cli, _("%s · chat %" G_GINT64_FORMAT ", reply %" G_GINT64_FORMAT), summary,
                   td_conversation_get_id (conversation), td_message_get_id (reply));
    }
  note_route (cli, receipt);
  if (error && reply && td_message_get_text_length (reply) > 0)
    td_cli_note (cli, _("what arrived is kept in chat %" G_GINT64_FORMAT),
                 td_conversation_get_id (conversation));
  /* Credit does not come back by waiting, whatever the provider says of when to ask again. */
  if (error && wait_us > 0 && !g_error_matches (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_QUOTA))
    td_cli_note (cli,
                 ngettext ("try again in %d second", "try again in %d seconds",
                           (gulong) (wait_us / G_USEC_PER_SEC + 1)),
                 (int) (wait_us / G_USEC_PER_SEC + 1));
}

static gboolean
is_concerned (const TdBudget  *budget,
              const TdReceipt *receipt)
{
  return budget->scope == TD_BUDGET_ALL ||
         (budget->scope == TD_BUDGET_PROVIDER &&
          g_str_equal (budget->subject, receipt->provider_id)) ||
         (budget->scope == TD_BUDGET_MODEL && g_str_equal (budget->subject, receipt->model_key));
}

/* Whoever spends in a terminal is told as in the window. */
static void
note_budgets (TdCli           *cli,
              const TdReceipt *receipt)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdWallet *wallet = td_engine_get_wallet (cli->engine);
  GPtrArray *budgets;

  if (!receipt)
    return;
  td_wallet_reload_async (wallet, NULL, td_cli_run_ready, &run);
  if (!td_wallet_reload_finish (wallet, td_cli_run_wait (&run), NULL))
    return;
  budgets = td_wallet_get_budgets (wallet);
  for (guint i = 0; i < budgets->len; i++)
    {
      const TdBudget *budget = g_ptr_array_index (budgets, i);
      const char *subject = *budget->subject ? budget->subject : _("everything");
      g_autofree char *amount = td_cli_format_money (budget->amount);

      if (!is_concerned (budget, receipt))
        continue;
      if (td_budget_get_level (budget) == TD_BUDGET_REACHED)
        /* Translators: an amount of money, and what the budget is for: a provider, a model or everything. */
        td_cli_note (cli, _("a budget of %s for %s is used up"), amount, subject);
      else if (td_budget_get_level (budget) == TD_BUDGET_NEAR)
        /* Translators: an amount of money, and what the budget is for: a provider, a model or everything. */
        td_cli_note (cli, _("more than 80 %% of a budget of %s for %s is used"), amount, subject);
    }
}

/* A reply that calls a tool is not one that says nothing. */
static void
note_calls (TdCli     *cli,
            TdMessage *reply)
{
  g_autofree char *extras = td_cli_message_dup_extras (reply);

  if (extras)
    td_cli_note (cli, "%s", g_strchomp (extras));
}

static gboolean
run_completion (TdCli           *cli,
                TdConversation  *conversation,
                TdCompletion    *completion,
                gboolean         is_streamed,
                GError         **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (GError) failure = NULL;
  Stream stream = { cli, FALSE, NULL };
  const TdReceipt *receipt;
  gboolean has_text;
  TdMessage *reply;

  if (is_streamed && !cli->json)
    g_signal_connect (completion, "text", G_CALLBACK (text_cb), &stream);
  td_completion_run_async (completion, cli->cancellable, td_cli_run_ready, &run);
  td_completion_run_finish (completion, td_cli_run_wait (&run), &failure);
  g_signal_handlers_disconnect_by_data (completion, &stream);

  reply = td_completion_get_reply (completion);
  receipt = td_completion_get_receipt (completion);
  has_text = reply && td_message_get_text_length (reply) > 0;
  if (cli->json)
    print_json (cli, conversation, reply, receipt, failure);
  else if (has_text)
    print_rest (&stream, reply, is_streamed);
  if (reply && !cli->json)
    note_calls (cli, reply);
  note_outcome (cli, conversation, reply, receipt, failure);
  note_budgets (cli, receipt);
  if (stream.error)
    {
      g_propagate_error (error, stream.error);
      return FALSE;
    }
  if (!failure)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Checked here already: a provider says of a broken one only that the request is wrong. */
static char *
read_schema (TdCli       *cli,
             const char  *path,
             GError     **error)
{
  g_autoptr (GBytes) file = td_cli_input_read_bytes (cli, path, MAX_SCHEMA_BYTES, error);
  g_autofree char *text = file ? td_cli_input_take_text (file, path, error) : NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (TdJsonDoc) doc = NULL;

  if (!text)
    return NULL;
  doc = td_json_doc_parse (text, -1, NULL, &failure);
  if (doc && td_json_get_type (td_json_doc_get_root (doc)) == TD_JSON_OBJECT)
    return g_steal_pointer (&text);
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE, _("“%s” is not a JSON schema: %s."), path,
               failure ? failure->message : _("it is no object"));
  return NULL;
}

static gboolean
check_wishes (const Options  *options,
              GError        **error)
{
  static const char *const efforts[] = { "none", "minimal", "low", "medium", "high", "xhigh", "max",
                                         NULL };

  if (options->effort && !g_strv_contains (efforts, options->effort))
    g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                 _("“%s” is no effort; there are none, minimal, low, medium, high, xhigh and max."),
                 options->effort);
  else if (options->temperature != -1 &&
           !(options->temperature >= 0 &&
             options->temperature <= TD_CHAT_PARAMETERS_MAX_TEMPERATURE / 1000))
    g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                         _("The temperature is a number from 0 to 2."));
  else if (options->max_output < 0 || options->max_output > TD_CHAT_PARAMETERS_MAX_OUTPUT)
    g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                         _("--max-output is a number of tokens."));
  else
    return TRUE;
  return FALSE;
}

static gboolean
ask (TdCli          *cli,
     const Options  *options,
     const char     *question,
     TdMoney         max_cost,
     TdMoney         stop_cost,
     GError        **error)
{
  gboolean is_auto = td_auto_is_name (options->model);
  TdModel *model = is_auto ? NULL : td_cli_resolve_model (cli, options->model, error);
  g_autofree char *model_key = g_strdup (is_auto ? TD_AUTO_MODEL
                                         : model ? td_model_get_key (model)
                                                 : NULL);
  const TdEndpoint *endpoint;
  g_autoptr (TdConversation) conversation = NULL;
  g_autoptr (TdCompletion) completion = NULL;
  TdRouteOrder order;
  /* Borrowed: the completion copies it. */
  const TdChatParameters parameters = {
    options->effort, options->temperature >= 0 ? (int) (options->temperature * 1000 + 0.5) : -1,
    options->max_output
  };
  g_autofree char *schema = NULL;

  if (!model_key || !td_cli_get_engine (cli, error) ||
      (options->schema && !(schema = read_schema (cli, options->schema, error))))
    return FALSE;
  if (model)
    {
      endpoint = td_endpoint_list_find (td_engine_get_endpoints (cli->engine),
                                        td_model_get_facts (model)->provider_id);
      td_cli_set_subject (cli,
                          endpoint ? endpoint->name : td_model_get_facts (model)->provider_id);
    }

  conversation = td_conversation_list_create (td_engine_get_conversations (cli->engine), model_key);
  completion = td_completion_new (cli->engine, conversation, model_key);
  td_completion_set_user_text (completion, question);
  td_completion_set_stream (completion, !options->no_stream);
  if (options->system)
    td_completion_set_system (completion, options->system);
  td_completion_set_max_cost (completion, max_cost);
  td_completion_set_stop_cost (completion, stop_cost);
  td_completion_set_attachments (completion, options->images);
  td_completion_set_parameters (completion, &parameters);
  if (schema)
    td_completion_set_schema (completion, "reply", schema);
  if (options->route && td_route_order_from_string (options->route, &order))
    td_completion_set_route_order (completion, order);
  return run_completion (cli, conversation, completion, !options->no_stream, error);
}

/* @text: (nullable): what was given for the option */
static gboolean
parse_limit (const char  *option,
             const char  *text,
             TdMoney     *limit,
             GError     **error)
{
  *limit = TD_MONEY_UNKNOWN;
  if (!text || (td_money_parse (text, limit) && *limit >= 0))
    return TRUE;
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
               _("“%s” is no amount; give %s in dollars, such as 0.05."), text, option);
  return FALSE;
}

static gboolean
run_ask (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Options) options = OPTIONS_INIT;
  g_autofree char *question = NULL;
  TdMoney max_cost, stop_cost;
  TdRouteOrder order;
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_STRING, &options.model, N_("Which model to ask"),
      N_("MODEL") },
    { "system", 's', 0, G_OPTION_ARG_STRING, &options.system, N_("How the model is to behave"),
      N_("TEXT") },
    { "file", 'f', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.files,
      N_("Send a text file or a picture along; may be repeated"), N_("FILE") },
    { "effort", 'e', 0, G_OPTION_ARG_STRING, &options.effort, N_("How much the model is to think"),
      N_("EFFORT") },
    { "temperature", 't', 0, G_OPTION_ARG_DOUBLE, &options.temperature,
      N_("How freely it is to choose its words, from 0 to 2"), N_("NUMBER") },
    { "max-output", 0, 0, G_OPTION_ARG_INT64, &options.max_output,
      N_("The most tokens the reply may have"), N_("TOKENS") },
    { "schema", 0, 0, G_OPTION_ARG_FILENAME, &options.schema,
      N_("Have a reply in JSON that follows the JSON schema in a file"), N_("FILE") },
    { "no-stream", 0, 0, G_OPTION_ARG_NONE, &options.no_stream, N_("Wait for the whole reply"),
      NULL },
    { "max-cost", 0, 0, G_OPTION_ARG_STRING, &options.max_cost,
      N_("Send nothing that could cost more"), N_("USD") },
    { "stop-at", 0, 0, G_OPTION_ARG_STRING, &options.stop_at,
      N_("End the reply when it has cost that"), N_("USD") },
    { "route", 0, 0, G_OPTION_ARG_STRING, &options.route,
      N_("Which of the providers that offer the model"), N_("ORDER") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, -1, &args, error))
    return FALSE;
  if (!options.model)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("Which model? Name one with --model; see “topdogctl models”."));
      return FALSE;
    }
  if (!parse_limit ("--max-cost", options.max_cost, &max_cost, error) ||
      !parse_limit ("--stop-at", options.stop_at, &stop_cost, error))
    return FALSE;
  if (options.route && !td_route_order_from_string (options.route, &order))
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("“%s” is no order; there are chosen, cheapest, fastest, most-reliable and own-order."),
                   options.route);
      return FALSE;
    }
  if (!check_wishes (&options, error))
    return FALSE;
  options.images = g_ptr_array_new_with_free_func (g_object_unref);
  question = build_question (cli, &options, args, error);
  return question && ask (cli, &options, question, max_cost, stop_cost, error);
}

const TdCliCommand td_cli_ask_commands[] = {
  { "ask", N_("--model MODEL [TEXT…]"), N_("Ask a model and print its reply"),
    N_("TEXT is the question. Without one, or where it has a lone “-”, the question is read from the\n"
       "standard input. MODEL is an id or a name from “topdogctl models”,\n"
       "or topdog/auto, which lets Q choose for this request.\n\n"
       "The reply is printed as it comes. What it took is said on the standard error, and the chat is\n"
       "kept (see “topdogctl chats”). Ctrl+C stops the reply and keeps what arrived.\n\n"
       "With --max-cost nothing is sent when the longest possible reply could cost more. With --stop-at\n"
       "the reply is made no longer than that pays for.\n\n"
       "--route says which provider is asked where several offer the model: chosen (the one named with\n"
       "it), cheapest, fastest or most-reliable (as measured so far), own-order (see “topdogctl providers\n"
       "order”). If it fails before its first word, the next one is asked.\n\n"
       "A file with --file may be a PNG, JPEG, GIF or WebP picture of up to 3.6 MB; only models that see\n"
       "pictures are asked then. --effort is none, minimal, low, medium, high, xhigh or max; the nearest\n"
       "that the model knows is asked for. What a model does not take is not sent to it.\n\n"
       "--json: one object at the end with chat, message, created, text, reasoning, state (complete,\n"
       "stopped, failed), finish, tool_calls (none of them is run), model, input_tokens, output_tokens,\n"
       "tokens_estimated, cost (null or nano_dollars and text), first_token_ms, duration_ms, route (why it came from there, see “topdogctl\n"
       "receipt”), and error (code, message) if it failed.\n\n"
       "Examples:\n"
       "  topdogctl ask --model openai:gpt-4o-mini \"Why is the sky blue?\"\n"
       "  git diff | topdogctl ask -m llama3.2:3b \"Review this:\" -\n"
       "  topdogctl ask -m openai:gpt-4o-mini --file notes.txt --max-cost 0.01 \"Summarise this.\""),
    run_ask },
  { NULL },
};
