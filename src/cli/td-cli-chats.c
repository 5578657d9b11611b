/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/td-cli-errors.h"
#include "cli/td-cli-message.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-resolve.h"
#include "cli/td-cli-run.h"

/* chats: what was asked and answered before, in the window or here. */

#define DEFAULT_LIMIT 20
#define MAX_LIMIT     100000

static void
write_chat_members (TdJsonWriter   *writer,
                    TdConversation *conversation)
{
  gint64 tokens = td_conversation_get_tokens (conversation);

  td_json_writer_member_int64 (writer, "id", td_conversation_get_id (conversation));
  td_json_writer_member_string (writer, "title", td_conversation_get_title (conversation));
  td_cli_json_string (writer, "model", td_conversation_get_model_key (conversation));
  td_cli_json_time (writer, "updated", td_conversation_get_updated_us (conversation));
  td_cli_json_money (writer, "known_cost", td_conversation_get_cost (conversation));
  td_json_writer_member_bool (writer, "has_unknown_cost",
                              td_conversation_has_unknown_cost (conversation));
  td_cli_json_count (writer, "tokens", tokens);
  td_json_writer_member_bool (writer, "tokens_estimated",
                              td_conversation_has_estimates (conversation));
}

static char *
dup_cost (TdConversation *conversation)
{
  g_autofree char *known = td_cli_format_money (td_conversation_get_cost (conversation));

  /* Translators: a sum of money, where the cost of some replies is not known. */
  return td_conversation_has_unknown_cost (conversation)
           ? g_strdup_printf (_("%s + unknown"), known)
           : g_steal_pointer (&known);
}

/* ---- list ---------------------------------------------------------------------------------- */

static void
print_chats (GListModel *chats,
             guint       n_shown)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("No."), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("Last used"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Title"), TD_CLI_COLUMN_SHRINK);
  td_cli_table_column (table, _("Model"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("Cost"), TD_CLI_COLUMN_RIGHT);
  for (guint i = 0; i < n_shown; i++)
    {
      g_autoptr (TdConversation) conversation = g_list_model_get_item (chats, i);
      const char *title = td_conversation_get_title (conversation);

      td_cli_table_cell_take (table, g_strdup_printf ("%" G_GINT64_FORMAT,
                                                      td_conversation_get_id (conversation)));
      td_cli_table_cell_take (table,
                              td_cli_format_time (td_conversation_get_updated_us (conversation)));
      td_cli_table_cell (table, *title ? title : _("Untitled"));
      td_cli_table_cell (table, td_conversation_get_model_key (conversation));
      td_cli_table_cell_take (table, dup_cost (conversation));
    }
  td_cli_table_print (table);
}

static void
print_chats_json (TdCli      *cli,
                  GListModel *chats,
                  guint       n_shown)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "total", g_list_model_get_n_items (chats));
  td_json_writer_name (writer, "chats");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < n_shown; i++)
    {
      g_autoptr (TdConversation) conversation = g_list_model_get_item (chats, i);

      td_json_writer_begin_object (writer);
      write_chat_members (writer, conversation);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
run_list (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  int limit = DEFAULT_LIMIT;
  guint n_chats, n_shown;
  GListModel *chats;
  const GOptionEntry entries[] = {
    { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_("How many at most (20)"), N_("N") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, 0, &args, error))
    return FALSE;
  if (limit < 1 || limit > MAX_LIMIT)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE, _("--limit counts from 1."));
      return FALSE;
    }
  if (!td_cli_get_engine (cli, error))
    return FALSE;
  chats = G_LIST_MODEL (td_engine_get_conversations (cli->engine));
  n_chats = g_list_model_get_n_items (chats);
  n_shown = MIN (n_chats, (guint) limit);
  if (cli->json)
    {
      print_chats_json (cli, chats, n_shown);
      return TRUE;
    }
  print_chats (chats, n_shown);
  if (n_chats == 0)
    td_cli_note (cli, _("no chats yet; start one with “topdogctl ask”"));
  else
    td_cli_note (cli, _("showing %u–%u of %u"), 1, n_shown, n_chats);
  return TRUE;
}

/* ---- show ---------------------------------------------------------------------------------- */

static TdConversation *
find_chat (TdCli       *cli,
           const char  *text,
           GError     **error)
{
  TdEngine *engine;
  TdConversation *conversation;
  gint64 id = 0;

  if (!td_cli_resolve_id (text, &id, error))
    return NULL;
  engine = td_cli_get_engine (cli, error);
  if (!engine)
    return NULL;
  conversation = td_conversation_list_find (td_engine_get_conversations (engine), id);
  if (!conversation)
    g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
                 _("There is no chat %s; see “topdogctl chats list”."), text);
  return conversation;
}

/* Whose error it is that the next sentence tells. */
static void
set_subject (TdCli     *cli,
             TdMessage *message)
{
  const char *model_key = td_message_get_model_key (message);
  g_auto (GStrv) parts = model_key ? g_strsplit (model_key, ":", 2) : NULL;
  const TdEndpoint *endpoint =
    parts && parts[0] ? td_endpoint_list_find (td_engine_get_endpoints (cli->engine), parts[0])
                      : NULL;

  td_cli_set_subject (cli, endpoint ? endpoint->name : NULL);
}

static const char *
get_role (TdMessage *message)
{
  switch (td_message_get_role (message))
    {
    case TD_MESSAGE_ROLE_SYSTEM:
      return "system";
    case TD_MESSAGE_ROLE_USER:
      return "user";
    case TD_MESSAGE_ROLE_ASSISTANT:
    default:
      return "assistant";
    }
}

static void
print_heading (TdMessage *message)
{
  const char *name = td_message_get_model_name (message);
  g_autofree char *time = td_cli_format_time (td_message_get_created_us (message));
  g_autofree char *heading = NULL;

  switch (td_message_get_role (message))
    {
    case TD_MESSAGE_ROLE_SYSTEM:
      heading = g_strdup_printf (_("Instructions · %s"), time);
      break;
    case TD_MESSAGE_ROLE_USER:
      heading = g_strdup_printf (_("You · %s"), time);
      break;
    case TD_MESSAGE_ROLE_ASSISTANT:
    default:
      heading = g_strdup_printf ("%s · %s", name ? name : _("Reply"), time);
      break;
    }
  td_cli_print_heading (heading);
}

static void
print_outcome (TdCli     *cli,
               TdMessage *message)
{
  g_autoptr (GError) error = td_cli_message_dup_error (message);
  g_autofree char *summary = td_cli_message_dup_summary (message);
  g_autofree char *sentence = NULL;

  if (error)
    {
      set_subject (cli, message);
      sentence = td_cli_errors_dup_message (cli, error);
      td_cli_print ("[%s]\n", sentence);
    }
  else if (td_message_get_state (message) == TD_MESSAGE_STATE_STOPPED)
    td_cli_print ("[%s]\n", _("stopped"));
  else if (td_message_get_state (message) == TD_MESSAGE_STATE_INTERRUPTED)
    td_cli_print ("[%s]\n", _("interrupted: the program ended in the middle of the reply"));
  /* Translators: the number of the reply, and what it took. */
  td_cli_print (_("(reply %" G_GINT64_FORMAT " · %s)\n"), td_message_get_id (message), summary);
}

static void
print_extras (TdMessage *message)
{
  g_autofree char *extras = td_cli_message_dup_extras (message);

  if (extras)
    td_cli_write (extras, strlen (extras), NULL);
}

static void
print_chat (TdCli          *cli,
            TdConversation *conversation)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));

  for (guint i = 0; i < n; i++)
    {
      TdMessage *message = td_conversation_get_message (conversation, i);

      if (i > 0)
        td_cli_print ("\n");
      print_heading (message);
      td_cli_write (td_message_get_text (message), td_message_get_text_length (message), NULL);
      td_cli_print ("\n");
      print_extras (message);
      if (td_message_get_role (message) == TD_MESSAGE_ROLE_ASSISTANT)
        print_outcome (cli, message);
    }
}

static void
print_chat_json (TdCli          *cli,
                 TdConversation *conversation)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));

  td_json_writer_begin_object (writer);
  write_chat_members (writer, conversation);
  td_json_writer_name (writer, "messages");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < n; i++)
    {
      TdMessage *message = td_conversation_get_message (conversation, i);
      g_autoptr (GError) error = td_cli_message_dup_error (message);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "role", get_role (message));
      td_cli_message_write_members (writer, message);
      if (error)
        {
          set_subject (cli, message);
          td_cli_errors_write_json (cli, writer, error);
        }
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static gboolean
run_show (TdCli   *cli,
          GStrv    argv,
          GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdConversation *conversation;
  TdConversationList *list;

  if (!td_cli_parse (cli, NULL, 1, 1, &args, error))
    return FALSE;
  conversation = find_chat (cli, args[0], error);
  if (!conversation)
    return FALSE;
  list = td_engine_get_conversations (cli->engine);
  td_conversation_list_open_async (list, conversation, cli->cancellable, td_cli_run_ready, &run);
  if (!td_conversation_list_open_finish (list, td_cli_run_wait (&run), error))
    return FALSE;
  if (cli->json)
    print_chat_json (cli, conversation);
  else
    print_chat (cli, conversation);
  return TRUE;
}

/* ---- delete -------------------------------------------------------------------------------- */

static gboolean
delete_chat (TdCli           *cli,
             TdConversation  *conversation,
             GError         **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdConversationList *list = td_engine_get_conversations (cli->engine);

  td_conversation_list_delete_async (list, conversation, cli->cancellable, td_cli_run_ready, &run);
  return td_conversation_list_delete_finish (list, td_cli_run_wait (&run), error);
}

static gboolean
run_delete (TdCli   *cli,
            GStrv    argv,
            GError **error)
{
  g_auto (GStrv) args = argv;
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  if (!td_cli_parse (cli, NULL, 1, -1, &args, error))
    return FALSE;
  /* All of them must exist before the first one goes. */
  for (guint i = 0; args[i]; i++)
    {
      if (!find_chat (cli, args[i], error))
        return FALSE;
    }
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "deleted");
  td_json_writer_begin_array (writer);
  for (guint i = 0; args[i]; i++)
    {
      TdConversation *found = find_chat (cli, args[i], NULL);
      g_autoptr (TdConversation) conversation = found ? g_object_ref (found) : NULL;

      if (!conversation) /* named twice */
        continue;
      if (!delete_chat (cli, conversation, error))
        return FALSE;
      td_json_writer_int64 (writer, td_conversation_get_id (conversation));
      if (!cli->json)
        td_cli_print (_("Chat %s is deleted.\n"), args[i]);
    }
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  if (cli->json)
    td_cli_json_print (cli, writer);
  return TRUE;
}

const TdCliCommand td_cli_chats_commands[] = {
  { "chats list", NULL, N_("List the chats, the newest first"),
    N_("--json: total and chats, each with id, title, model, updated, known_cost, has_unknown_cost,\n"
       "tokens, tokens_estimated (whether some of them are)."),
    run_list },
  { "chats show", N_("NUMBER"), N_("Print a chat"),
    N_("NUMBER is from “topdogctl chats list”.\n\n"
       "--json: what chats list gives of it, and messages, each with role, message, created and text;\n"
       "replies also with what ask gives."),
    run_show },
  { "chats delete", N_("NUMBER…"), N_("Delete chats for good"),
    N_("NUMBER is from “topdogctl chats list”. There is no way back.\n\n"
       "--json: deleted, the numbers."),
    run_delete },
  { NULL },
};
