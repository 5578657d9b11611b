/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-model-json.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"

/* models: the marketplace as a list. The same query as the window's. */

#define DEFAULT_LIMIT 10
#define MAX_LIMIT     100000

typedef struct
{
  char *search;
  GStrv providers;
  GStrv capabilities;
  char *min_rating;
  char *max_price;
  char *min_context;
  char *sort;
  gboolean free_only;
  gboolean local_only;
  gboolean open_weights_only;
  gboolean favourites_only;
  gboolean include_retired;
  int limit;
  int page;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->search);
  g_strfreev (self->providers);
  g_strfreev (self->capabilities);
  g_free (self->min_rating);
  g_free (self->max_price);
  g_free (self->min_context);
  g_free (self->sort);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
set_bad_value (const char  *option,
               const char  *value,
               const char  *expected,
               GError     **error)
{
  /* Translators: an option, what was given for it, and what may be given. */
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE, _("“%s” cannot be “%s”; give %s."), option,
               value, expected);
  return FALSE;
}

static gboolean
read_rating (const char  *text,
             int         *tenths,
             GError     **error)
{
  TdMoney value = 0;

  if (!text)
    return TRUE;
  if (!td_money_parse (text, &value) || value < 0 || value > 5 * TD_MONEY_PER_DOLLAR)
    return set_bad_value ("--min-rating", text, _("a number from 0 to 5"), error);
  *tenths = (int) (value / (TD_MONEY_PER_DOLLAR / 10));
  return TRUE;
}

/* "128k", "1M", "200000". */
static gboolean
read_context (const char  *text,
              gint64      *tokens,
              GError     **error)
{
  g_autofree char *number = NULL;
  gint64 unit = 1;

  if (!text)
    return TRUE;
  number = g_strdup (text);
  if (g_str_has_suffix (number, "k") || g_str_has_suffix (number, "K"))
    unit = 1000;
  else if (g_str_has_suffix (number, "m") || g_str_has_suffix (number, "M"))
    unit = 1000 * 1000;
  if (unit > 1)
    number[strlen (number) - 1] = '\0';
  if (!g_ascii_string_to_signed (number, 10, 0, G_MAXINT32, tokens, NULL))
    return set_bad_value ("--min-context", text, _("a number of tokens, such as 128000 or 128k"),
                          error);
  *tokens *= unit;
  return TRUE;
}

static gboolean
read_capabilities (GStrv          names,
                   TdCapability  *capabilities,
                   GError       **error)
{
  for (guint i = 0; names && names[i]; i++)
    {
      TdCapability capability;

      if (!td_capability_from_string (names[i], &capability))
        {
          g_autoptr (GString) known = g_string_new (NULL);

          for (guint flag = 1; flag <= TD_CAPABILITY_CHAT; flag <<= 1)
            g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "",
                                    td_capability_to_string ((TdCapability) flag));
          return set_bad_value ("--capability", names[i], known->str, error);
        }
      *capabilities |= capability;
    }
  return TRUE;
}

static gboolean
read_sort (const char  *text,
           TdSort      *sort,
           GError     **error)
{
  if (text && !td_sort_from_string (text, sort))
    {
      g_autoptr (GString) known = g_string_new (NULL);

      for (guint i = TD_SORT_RELEVANCE; i <= TD_SORT_MOST_USED; i++)
        g_string_append_printf (known, "%s%s", known->len > 0 ? ", " : "",
                                td_sort_to_string ((TdSort) i));
      return set_bad_value ("--sort", text, known->str, error);
    }
  return TRUE;
}

static gboolean
check_providers (TdCatalogue  *catalogue,
                 GStrv         providers,
                 GError      **error)
{
  for (guint i = 0; providers && providers[i]; i++)
    {
      if (!td_catalogue_find_provider (catalogue, providers[i]))
        {
          g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
                       _("There is no provider “%s”; see “topdogctl providers list”."), providers[i]);
          return FALSE;
        }
    }
  return TRUE;
}

static TdQuery *
build_query (const Options  *options,
             TdCatalogue    *catalogue,
             const char     *words,
             GError        **error)
{
  g_autoptr (TdQuery) query = td_query_new ();

  if (!read_rating (options->min_rating, &query->min_rating_tenths, error) ||
      !read_context (options->min_context, &query->min_context, error) ||
      !read_capabilities (options->capabilities, &query->capabilities, error) ||
      !read_sort (options->sort, &query->sort, error) ||
      !check_providers (catalogue, options->providers, error))
    return NULL;
  if (options->max_price &&
      (!td_price_parse (options->max_price, &query->max_price) || query->max_price < 0))
    {
      set_bad_value ("--max-price", options->max_price,
                     _("dollars per million input tokens, such as 2.50"), error);
      return NULL;
    }
  g_free (query->text);
  query->text = options->search ? g_strjoin (" ", options->search, words, NULL) : g_strdup (words);
  g_strfreev (query->providers);
  query->providers = g_strdupv (options->providers);
  query->free_only = options->free_only;
  query->local_only = options->local_only;
  query->open_weights_only = options->open_weights_only;
  query->favourites_only = options->favourites_only;
  query->include_retired = options->include_retired;
  return g_steal_pointer (&query);
}

static void
print_table (TdCatalogue *catalogue,
             GArray      *found,
             guint        from,
             guint        to)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("Model"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Name"), TD_CLI_COLUMN_SHRINK);
  /* Translators: dollars per million tokens. */
  td_cli_table_column (table, _("Input/M"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Output/M"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Context"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Rating"), TD_CLI_COLUMN_RIGHT);
  for (guint i = from; i < to; i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, g_array_index (found, guint32, i));
      const TdModelFacts *facts = td_model_get_facts (model);

      td_cli_table_cell (table, facts->key);
      td_cli_table_cell (table, td_model_get_name (model));
      td_cli_table_cell_take (table, facts->local ? g_strdup (_("local"))
                                                  : td_cli_format_price (facts->price.input));
      td_cli_table_cell_take (table, facts->local ? g_strdup (_("local"))
                                                  : td_cli_format_price (facts->price.output));
      td_cli_table_cell_take (table, td_cli_format_tokens (facts->context));
      td_cli_table_cell_take (table, td_cli_model_dup_rating (model));
    }
  td_cli_table_print (table);
}

static void
print_json (TdCli       *cli,
            TdCatalogue *catalogue,
            GArray      *found,
            guint        from,
            guint        to,
            guint        page,
            guint        limit)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "total", found->len);
  td_json_writer_member_int64 (writer, "page", page);
  td_json_writer_member_int64 (writer, "pages", (found->len + limit - 1) / limit);
  td_json_writer_member_int64 (writer, "limit", limit);
  td_json_writer_name (writer, "models");
  td_json_writer_begin_array (writer);
  for (guint i = from; i < to; i++)
    td_cli_model_write_summary (writer, td_catalogue_get_model (catalogue,
                                                                g_array_index (found, guint32, i)));
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static void
note_count (TdCli *cli,
            guint  from,
            guint  to,
            guint  total)
{
  if (total == 0)
    td_cli_note (cli, _("no model matches"));
  else if (from >= to)
    td_cli_note (cli,
                 ngettext ("that page is empty; there is %u model",
                           "that page is empty; there are %u models", total),
                 total);
  else
    td_cli_note (cli, _("showing %u–%u of %u"), from + 1, to, total);
}

static gboolean
list_models (TdCli          *cli,
             const Options  *options,
             const char     *words,
             GError        **error)
{
  TdEngine *engine = td_cli_get_engine (cli, error);
  g_autoptr (TdQuery) query = NULL;
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  TdCatalogue *catalogue;
  guint64 from;
  guint to;

  if (!engine)
    return FALSE;
  catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  query = build_query (options, catalogue, words, error);
  if (!query)
    return FALSE;

  td_query_index_run (td_market_get_index (td_engine_get_market (engine)), query, found);
  from = MIN ((guint64) (options->page - 1) * (guint64) options->limit, found->len);
  to = (guint) MIN (from + (guint64) options->limit, found->len);
  if (cli->json)
    {
      print_json (cli, catalogue, found, (guint) from, to, (guint) options->page,
                  (guint) options->limit);
      return TRUE;
    }
  print_table (catalogue, found, (guint) from, to);
  note_count (cli, (guint) from, to, found->len);
  return TRUE;
}

static gboolean
run_models (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Options) options = { .limit = DEFAULT_LIMIT, .page = 1 };
  g_autofree char *words = NULL;
  const GOptionEntry entries[] = {
    { "search", 's', 0, G_OPTION_ARG_STRING, &options.search, N_("Words in any order"),
      N_("WORDS") },
    { "provider", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &options.providers,
      N_("Only of this provider; may be repeated"), N_("PROVIDER") },
    { "capability", 'c', 0, G_OPTION_ARG_STRING_ARRAY, &options.capabilities,
      N_("Only those that can do this; may be repeated"), N_("CAPABILITY") },
    { "min-rating", 0, 0, G_OPTION_ARG_STRING, &options.min_rating,
      N_("Only those rated at least this, 0 to 5"), N_("RATING") },
    { "max-price", 0, 0, G_OPTION_ARG_STRING, &options.max_price,
      N_("At most this many dollars per million input tokens"), N_("USD") },
    { "min-context", 0, 0, G_OPTION_ARG_STRING, &options.min_context,
      N_("At least this many tokens of context"), N_("TOKENS") },
    { "free", 0, 0, G_OPTION_ARG_NONE, &options.free_only, N_("Only those without a price"),
      NULL },
    { "local", 0, 0, G_OPTION_ARG_NONE, &options.local_only, N_("Only those on this computer"),
      NULL },
    { "open-weights", 0, 0, G_OPTION_ARG_NONE, &options.open_weights_only,
      N_("Only those with published weights"), NULL },
    { "favourites", 0, 0, G_OPTION_ARG_NONE, &options.favourites_only, N_("Only your favourites"),
      NULL },
    { "retired", 0, 0, G_OPTION_ARG_NONE, &options.include_retired, N_("Retired ones too"), NULL },
    { "sort", 0, 0, G_OPTION_ARG_STRING, &options.sort, N_("Order of the list"), N_("KEY") },
    { "limit", 'n', 0, G_OPTION_ARG_INT, &options.limit, N_("How many on a page (10)"), N_("N") },
    { "page", 0, 0, G_OPTION_ARG_INT, &options.page, N_("Which page (1)"), N_("N") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, -1, &args, error))
    return FALSE;
  if (options.limit < 1 || options.limit > MAX_LIMIT || options.page < 1)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                           _("--limit and --page count from 1."));
      return FALSE;
    }
  words = g_strjoinv (" ", args);
  return list_models (cli, &options, words, error);
}

const TdCliCommand td_cli_models_commands[] = {
  { "models", N_("[WORD…]"), N_("List and search the models of all providers"),
    N_("Capabilities: chat, vision, audio-in, video-in, pdf, image-out, audio-out, tools, reasoning,\n"
       "structured-output, embedding.\n\n"
       "Sort keys: relevance, name, price-in, price-out, context, rating, newest, most-used.\n\n"
       "Prices are dollars per million tokens. What a source does not say is shown as unknown, and a\n"
       "model that nobody measured as not rated.\n\n"
       "--json: total, page, pages, limit and models; each with id, provider, provider_model, name, type,\n"
       "status, context_tokens, max_output_tokens, price_per_million_tokens (input, output, cache_read,\n"
       "cache_write, reasoning, input_audio, output_audio; each null or nano_dollars and text), free,\n"
       "local, open_weights, rating, capabilities, released, retired, favourite, uses. Null is unknown.\n\n"
       "Example: topdogctl models --capability vision --max-price 1 --sort rating"),
    run_models },
  { "model show", N_("MODEL"), N_("Show all that is known about a model"),
    N_("MODEL is an id such as openai:gpt-4o-mini, the part after the colon, or the name shown. Where\n"
       "several providers have it, its maker’s own is taken.\n\n"
       "--json: what models gives of it, and family, base_model, derived_from, input, output, reasoning,\n"
       "tool_call, structured_output, temperature, reasoning_efforts, price_tiers, max_input_tokens,\n"
       "knowledge, updated, retires (a date, empty for some day), parameters, parameter_label, size_bytes, license, weights, note,\n"
       "rating_evidence, offers, source, source_date. Null is unknown."),
    td_cli_model_show },
  { "model compare", N_("MODEL…"), N_("Compare up to four models side by side"),
    N_("--json: models, each as model show gives it.\n\n"
       "Example: topdogctl model compare openai:gpt-4o anthropic:claude-sonnet-4-5"),
    td_cli_model_compare },
  { NULL },
};
