/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-chat-actions.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"

/* A question that is open, and what it is about. */
typedef struct
{
  TdWindow *window;                  /* (owned) */
  TdConversationList *conversations; /* (owned) */
  TdConversation *conversation;      /* (owned) */
  GtkEditable *title;                /* (unowned) (nullable): lives as long as the dialog */
} Question;

static Question *
question_new (TdWindow           *window,
              TdConversationList *conversations,
              TdConversation     *conversation)
{
  Question *self = g_new0 (Question, 1);

  self->window = g_object_ref (window);
  self->conversations = g_object_ref (conversations);
  self->conversation = g_object_ref (conversation);
  return self;
}

static void
question_free (Question *self)
{
  g_object_unref (self->conversation);
  g_object_unref (self->conversations);
  g_object_unref (self->window);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
say_error (TdWindow     *window,
           const GError *error)
{
  g_autofree char *sentences = td_app_error_dup_sentences (error);

  td_window_say (window, sentences);
}

static gboolean
focus_idle_cb (gpointer user_data)
{
  gtk_widget_grab_focus (GTK_WIDGET (user_data));
  return G_SOURCE_REMOVE;
}

static void
renamed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdWindow) window = TD_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!td_conversation_list_rename_finish (TD_CONVERSATION_LIST (source), result, &error))
    say_error (window, error);
}

static void
rename_answered_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (Question) question = user_data;
  const char *answer = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (question->title)));

  if (!g_str_equal (answer, "rename") || title[0] == '\0')
    return;
  td_conversation_list_rename_async (question->conversations, question->conversation, title, NULL,
                                     renamed_cb, g_object_ref (question->window));
}

/**
 * td_chat_actions_rename:
 * @window: the window to ask in
 * @conversations: the list the chat is in
 * @conversation: the chat
 *
 * Asks for another title and sets it.
 */
void
td_chat_actions_rename (TdWindow           *window,
                        TdConversationList *conversations,
                        TdConversation     *conversation)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("Rename Chat"), NULL));
  GtkWidget *entry = gtk_entry_new ();
  Question *question = question_new (window, conversations, conversation);

  question->title = GTK_EDITABLE (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), td_conversation_get_title (conversation));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Title"),
                                  -1);
  adw_alert_dialog_set_extra_child (dialog, entry);
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "rename", _("_Rename"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "rename", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "rename");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_dialog_set_focus (ADW_DIALOG (dialog), entry);
  adw_alert_dialog_choose (dialog, GTK_WIDGET (window), NULL, rename_answered_cb, question);
  /* A menu that this was chosen from closes only now, and takes the focus along. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, focus_idle_cb, g_object_ref (entry), g_object_unref);
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdWindow) window = TD_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!td_conversation_list_delete_finish (TD_CONVERSATION_LIST (source), result, &error))
    say_error (window, error);
}

static void
delete_answered_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (Question) question = user_data;
  const char *answer = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);

  if (!g_str_equal (answer, "delete"))
    return;
  td_window_leave_conversation (question->window, question->conversation);
  td_conversation_list_delete_async (question->conversations, question->conversation, NULL,
                                     deleted_cb, g_object_ref (question->window));
}

/**
 * td_chat_actions_delete:
 * @window: the window to ask in
 * @conversations: the list the chat is in
 * @conversation: the chat
 *
 * Asks whether the chat is really to go, and deletes it.
 */
void
td_chat_actions_delete (TdWindow           *window,
                        TdConversationList *conversations,
                        TdConversation     *conversation)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("Delete Chat?"), NULL));
  const char *title = td_conversation_get_title (conversation);

  /* Translators: %s is the title of a chat */
  adw_alert_dialog_format_body (dialog, _("“%s” and all its messages will be gone for good."),
                                title[0] != '\0' ? title : _("New Chat"));
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "cancel");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_alert_dialog_choose (dialog, GTK_WIDGET (window), NULL, delete_answered_cb,
                           question_new (window, conversations, conversation));
}

/* ---- what the user says of a reply ----------------------------------------------------------- */

static TdMessage *
find_message (TdConversation *conversation,
              gint64          id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (conversation)); i++)
    {
      TdMessage *message = td_conversation_get_message (conversation, i);

      if (td_message_get_id (message) == id)
        return message;
    }
  return NULL;
}

static void
opinion_set_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (TdWindow) window = user_data;
  g_autoptr (GError) error = NULL;

  if (td_learning_set_opinion_finish (TD_ENGINE (source), result, &error))
    return;
  td_window_say (window,
                 g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
                   ? _("This model is not in the catalogue any more: nothing is learned of it.")
                   : _("Your opinion could not be kept."));
}

/**
 * td_chat_actions_set_opinion:
 * @window: the window to tell in when it cannot be kept
 * @engine: the engine
 * @conversation: the chat
 * @message_id: one of its replies
 * @opinion: what the user says of it
 *
 * Keeps what the user says of a reply, and learns from it.
 */
void
td_chat_actions_set_opinion (TdWindow       *window,
                             TdEngine       *engine,
                             TdConversation *conversation,
                             gint64          message_id,
                             TdOpinion       opinion)
{
  TdMessage *reply = find_message (conversation, message_id);

  if (reply)
    td_learning_set_opinion_async (engine, conversation, reply, opinion, opinion_set_cb,
                                   g_object_ref (window));
}
