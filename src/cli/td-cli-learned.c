/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-output.h"
#include "cli/td-cli-run.h"
#include "engine/td-advice-context.h"

/* learned: what the assistant makes of models because of what became of their replies. */

static void
print_table (GPtrArray *entries)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("Kind of request"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Model"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("For"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Against"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Of 100"), TD_CLI_COLUMN_RIGHT);
  for (guint i = 0; i < entries->len; i++)
    {
      const TdTasteEntry *entry = entries->pdata[i];

      td_cli_table_cell (table, td_category_to_string (entry->category));
      td_cli_table_cell (table, entry->model);
      td_cli_table_cell_take (table, g_strdup_printf ("%u", entry->liked));
      td_cli_table_cell_take (table, g_strdup_printf ("%u", entry->disliked));
      td_cli_table_cell_take (table,
                              g_strdup_printf ("%+d", td_taste_entry_get_value (entry) / 10));
    }
  td_cli_table_print (table);
}

static void
print_json (TdCli     *cli,
            GPtrArray *entries)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "learned");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < entries->len; i++)
    {
      const TdTasteEntry *entry = entries->pdata[i];

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "category", td_category_to_string (entry->category));
      td_json_writer_member_string (writer, "model", entry->model);
      td_json_writer_member_int64 (writer, "for", entry->liked);
      td_json_writer_member_int64 (writer, "against", entry->disliked);
      td_json_writer_member_int64 (writer, "per_mille", td_taste_entry_get_value (entry));
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
forget (TdTaste  *taste,
        GError  **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

  td_taste_forget_async (taste, td_cli_run_ready, &run);
  return td_taste_forget_finish (taste, td_cli_run_wait (&run), error);
}

static gboolean
run_learned (TdCli   *cli,
             GStrv    argv,
             GError **error)
{
  g_auto (GStrv) args = argv;
  gboolean is_to_forget = FALSE;
  const GOptionEntry entries[] = {
    { "forget", 0, 0, G_OPTION_ARG_NONE, &is_to_forget, N_("Forget all of it"), NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) learned = NULL;
  TdTaste *taste;

  if (!td_cli_parse (cli, entries, 0, 0, &args, error) || !td_cli_get_engine (cli, error))
    return FALSE;
  taste = td_engine_get_taste (cli->engine);
  if (is_to_forget && !forget (taste, error))
    return FALSE;
  learned = td_taste_list (taste);
  if (cli->json)
    print_json (cli, learned);
  else if (is_to_forget)
    td_cli_note (cli, "%s", _("Nothing is remembered of how replies were received."));
  else if (learned->len == 0)
    td_cli_note (cli, "%s", _("Nothing was learned yet."));
  else
    print_table (learned);
  return TRUE;
}

const TdCliCommand td_cli_learned_commands[] = {
  { "learned", NULL, N_("Show what was learned from your replies, or forget it"),
    N_("Replies that you kept, had made again, preferred to those of another model or judged shift later\n"
       "recommendations for the same kind of request, by a twentieth of the score at most. It is kept on\n"
       "this computer only.\n\n"
       "--json: learned, each with category, model, for, against (points), per_mille (-1000 to 1000)."),
    run_learned },
  { NULL },
};
