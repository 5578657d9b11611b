/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "assistant/td-advice-json.h"
#include "assistant/td-advice-request.h"
#include "cli/td-cli-advice.h"
#include "cli/td-cli-errors.h"
#include "cli/td-cli-input.h"
#include "cli/td-cli-output.h"
#include "engine/td-advice-context.h"

/* recommend: which models fit a request, and why. Nothing is sent anywhere. */

#define MAX_CATALOGUE_BYTES (64 * 1024 * 1024)
#define MAX_BATCH_BYTES     (256 * 1024 * 1024)

typedef struct
{
  char *profile;
  char *catalogue;
  char *benchmarks;
  char *max_cost;
  GStrv providers;
  GStrv not_providers;
  gboolean local_only;
  gboolean all;
  gboolean batch;
} Options;

/* One run of the command: the options, and what they mean. */
typedef struct
{
  TdCli *cli;
  TdAnalyzer *analyzer;
  TdAdvisor *advisor;
  TdAdviceSettings settings;
} Job;

static void
options_clear (Options *self)
{
  g_free (self->profile);
  g_free (self->catalogue);
  g_free (self->benchmarks);
  g_free (self->max_cost);
  g_strfreev (self->providers);
  g_strfreev (self->not_providers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static void
job_clear (Job *self)
{
  g_clear_pointer (&self->advisor, td_advisor_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

static gboolean
set_usage (GError     **error,
           const char  *message)
{
  g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE, message);
  return FALSE;
}

/* The benchmark facts lie beside the models, unless said otherwise. */
static GBytes *
read_benchmarks (TdCli          *cli,
                 const Options  *options,
                 GError        **error)
{
  g_autofree char *folder = g_path_get_dirname (options->catalogue);
  g_autofree char *beside = g_build_filename (folder, "benchmarks.json", NULL);

  if (options->benchmarks != NULL)
    return td_cli_input_read_bytes (cli, options->benchmarks, MAX_CATALOGUE_BYTES, error);
  if (!g_file_test (beside, G_FILE_TEST_IS_REGULAR))
    return NULL;
  return td_cli_input_read_bytes (cli, beside, MAX_CATALOGUE_BYTES, error);
}

static TdCatalogue *
load_catalogue (TdCli          *cli,
                const Options  *options,
                GError        **error)
{
  g_autoptr (GBytes) models =
    td_cli_input_read_bytes (cli, options->catalogue, MAX_CATALOGUE_BYTES, error);
  g_autoptr (GBytes) benchmarks = NULL;
  g_autoptr (GError) local_error = NULL;

  if (models == NULL)
    return NULL;
  benchmarks = read_benchmarks (cli, options, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return td_catalogue_new_from_facts (models, benchmarks, error);
}

/* Of another catalogue nobody knows what can be used: all of it is ranked. */
static gboolean
prepare (Job            *self,
         const Options  *options,
         GError        **error)
{
  g_autoptr (TdCatalogue) catalogue = NULL;

  self->analyzer = td_analyzer_get_default (error);
  if (self->analyzer == NULL)
    return FALSE;
  if (options->catalogue != NULL)
    catalogue = load_catalogue (self->cli, options, error);
  else if (td_cli_get_engine (self->cli, error) != NULL)
    {
      catalogue = g_object_ref (td_market_get_catalogue (td_engine_get_market (self->cli->engine)));
      td_engine_answer_advice (self->cli->engine, &self->settings);
    }
  if (catalogue == NULL)
    return FALSE;
  self->advisor = td_advisor_new (catalogue);
  return TRUE;
}

static gboolean
read_options (Job            *self,
              const Options  *options,
              GError        **error)
{
  if (options->profile != NULL &&
      !td_profile_from_string (options->profile, &self->settings.profile))
    return set_usage (error, _("A profile is quality, balanced, cost or speed."));
  if (options->max_cost != NULL && (!td_money_parse (options->max_cost, &self->settings.max_cost) ||
                                    self->settings.max_cost < 0))
    return set_usage (error, _("A limit is a number of dollars, such as 0.02."));
  self->settings.local_only = options->local_only;
  self->settings.include_all = options->all;
  self->settings.providers_in = (const char *const *) options->providers;
  self->settings.providers_out = (const char *const *) options->not_providers;
  return TRUE;
}

/* ---- many requests ------------------------------------------------------------------------- */

/* The same as the core says, in the user's language. */
static void
translate_trouble (GError **error)
{
  const char *message;

  if ((*error)->domain != TD_ADVICE_REQUEST_ERROR)
    return;
  switch ((TdAdviceRequestError) (*error)->code)
    {
    case TD_ADVICE_REQUEST_ERROR_PROFILE:
      message = _("A profile is quality, balanced, cost or speed.");
      break;
    case TD_ADVICE_REQUEST_ERROR_AMOUNT:
      message = _("A limit is a number of dollars, such as 0.02.");
      break;
    case TD_ADVICE_REQUEST_ERROR_TEXT:
    default:
      message = _("A line is a JSON string, or an object with “text”.");
      break;
    }
  g_clear_error (error);
  set_usage (error, message);
}

static gboolean
write_line (TdJsonWriter  *writer,
            GError       **error)
{
  g_autofree char *text = td_json_writer_steal_text (writer);
  g_autofree char *line = g_strconcat (text, "\n", NULL);

  return td_cli_write (line, strlen (line), error);
}

/* One bad line is answered with what is wrong with it; the others are answered as if it were not there. */
static gboolean
write_trouble (Job           *self,
               guint          number,
               const TdJson  *id,
               const GError  *trouble,
               GError       **error)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "line", number);
  if (td_json_is_set (id))
    {
      td_json_writer_name (writer, "id");
      td_json_writer_value (writer, id);
    }
  td_cli_errors_write_json (self->cli, writer, trouble);
  td_json_writer_end_object (writer);
  return write_line (writer, error);
}

static gboolean
write_answer (Job                    *self,
              const TdAdviceRequest  *request,
              GError                **error)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autoptr (TdAnalysis) analysis = td_analyzer_run (self->analyzer, request->text, -1);
  g_autoptr (TdAdvice) advice = td_advisor_run (self->advisor, analysis, &request->settings);

  td_advice_request_write_answer (request, advice, analysis, writer);
  return write_line (writer, error);
}

/* @n_bad: (inout): how many lines could not be answered */
static gboolean
answer_line (Job         *self,
             const char  *line,
             gsize        length,
             guint        number,
             guint       *n_bad,
             GError     **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (line, (gssize) length, NULL, &trouble);
  g_auto (TdAdviceRequest) request = { 0 };

  if (doc != NULL &&
      td_advice_request_read (&request, td_json_doc_get_root (doc), &self->settings, &trouble))
    return write_answer (self, &request, error);
  translate_trouble (&trouble);
  (*n_bad)++;
  return write_trouble (self, number, request.id, trouble, error);
}

static gboolean
is_blank (const char *line,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (line[i]))
      return FALSE;
  return TRUE;
}

static gboolean
answer_batch (Job     *self,
              GError **error)
{
  g_autoptr (GBytes) input = td_cli_input_read_bytes (self->cli, "-", MAX_BATCH_BYTES, error);
  gsize size = 0;
  const char *line = input != NULL ? g_bytes_get_data (input, &size) : NULL;
  const char *end = line + size;
  guint n_bad = 0;

  if (input == NULL)
    return FALSE;
  for (guint number = 1; line < end; number++)
    {
      const char *stop = memchr (line, '\n', end - line);
      gsize length = (stop != NULL ? stop : end) - line;

      if (!is_blank (line, length) && !answer_line (self, line, length, number, &n_bad, error))
        return FALSE;
      line += length + 1;
    }
  if (n_bad > 0)
    td_cli_note (self->cli,
                 ngettext ("%u line could not be read, and is answered with an error.",
                           "%u lines could not be read, and are answered with an error.", n_bad),
                 n_bad);
  return TRUE;
}

static gboolean
answer (Job        *self,
        const char *text)
{
  g_autoptr (TdAnalysis) analysis = td_analyzer_run (self->analyzer, text, -1);
  g_autoptr (TdAdvice) advice = td_advisor_run (self->advisor, analysis, &self->settings);

  if (self->cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_advice_write_members (advice, analysis, writer);
      td_json_writer_end_object (writer);
      td_cli_json_print (self->cli, writer);
    }
  else
    td_cli_advice_print (advice, analysis);
  return TRUE;
}

static gboolean
run_recommend (TdCli   *cli,
               GStrv    argv,
               GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Options) options = { 0 };
  g_auto (Job) job = { .cli = cli, .settings = TD_ADVICE_SETTINGS_DEFAULT };
  g_autofree char *text = NULL;
  const GOptionEntry entries[] = {
    { "profile", 0, 0, G_OPTION_ARG_STRING, &options.profile,
      N_("What matters: quality, balanced, cost or speed"), N_("PROFILE") },
    { "local", 0, 0, G_OPTION_ARG_NONE, &options.local_only, N_("Only models on this computer"),
      NULL },
    { "all", 0, 0, G_OPTION_ARG_NONE, &options.all, N_("Also models that cannot be used now"),
      NULL },
    { "max-cost", 0, 0, G_OPTION_ARG_STRING, &options.max_cost,
      N_("At most this many dollars for the request"), N_("USD") },
    { "provider", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &options.providers,
      N_("Only of this provider; may be repeated"), N_("PROVIDER") },
    { "not-provider", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.not_providers,
      N_("Not of this provider; may be repeated"), N_("PROVIDER") },
    { "catalogue", 0, 0, G_OPTION_ARG_FILENAME, &options.catalogue,
      N_("Choose from another catalogue"), N_("FILE") },
    { "benchmarks", 0, 0, G_OPTION_ARG_FILENAME, &options.benchmarks,
      N_("The measurements that go with it"), N_("FILE") },
    { "batch", 0, 0, G_OPTION_ARG_NONE, &options.batch,
      N_("Read one request a line from standard input, as JSON"), NULL },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, -1, &args, error) || !read_options (&job, &options, error) ||
      !prepare (&job, &options, error))
    return FALSE;
  if (options.batch)
    return answer_batch (&job, error);
  text =
    args != NULL && args[0] != NULL ? g_strjoinv (" ", args) : td_cli_input_read_text (cli, error);
  return text != NULL && answer (&job, text);
}

const TdCliCommand td_cli_recommend_commands[] = {
  { "recommend", N_("TEXT"), N_("Say which models fit a request, and why"),
    N_("Says what kind of request the text is, what it needs and what it asks of the model, and recommends "
       "three models with the reasons and the price of this very request. Nothing is sent anywhere.\n\n"
       "With --batch, each line of standard input is a JSON string, or an object with “text” and, if wanted, "
       "“id” and “settings”; each answer is one JSON object on a line. A line that is neither is answered with “line” and “error”."),
    run_recommend },
  { NULL },
};
