/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-prompt.h"

#include <string.h>

#include "base/td-image-info.h"
#include "conversation/td-message-private.h"
#include "providers/td-chat-event.h"
#include "tokens/td-token-image.h"

/* As much text as takes at most some milliseconds to count. */
#define MAX_COUNTED (64 * 1024)

/* And as much as takes no longer to estimate. What comes after it is taken to be like it: a chat of
 * megabytes is beyond nearly every model, and must not hold the window. */
#define MAX_GUESSED (256 * 1024)

/* What a call or a part of a tool costs beside its text, on the whole and at most: with tools some
 * providers send instructions of their own. */
#define HIDDEN_TOKENS     8
#define MAX_HIDDEN_TOKENS 512

/* Pixels: what a picture has of which that cannot be read. */
#define UNKNOWN_SIDE 2048

static TdRole
role_of (TdMessage *message)
{
  switch (td_message_get_role (message))
    {
    case TD_MESSAGE_ROLE_SYSTEM:
      return TD_ROLE_SYSTEM;
    case TD_MESSAGE_ROLE_ASSISTANT:
      return TD_ROLE_ASSISTANT;
    case TD_MESSAGE_ROLE_USER:
    default:
      return TD_ROLE_USER;
    }
}

/* Many chat templates insist that user and assistant take turns, which they do not when the
 * user stopped a reply before anything came: such messages go as one. */
static void
add_turn (TdChatRequest *request,
          TdRole         role,
          const char    *text)
{
  TdChatTurn *last =
    request->turns->len > 0 ? g_ptr_array_index (request->turns, request->turns->len - 1) : NULL;

  if (last && last->role == role)
    {
      g_autofree char *before = g_steal_pointer (&last->text);

      last->text = g_strconcat (before, "\n\n", text, NULL);
      return;
    }
  td_chat_request_add_turn (request, role, text);
}

static gboolean
is_refused (TdMessage *reply)
{
  return g_strcmp0 (td_message_get_finish (reply), td_finish_to_string (TD_FINISH_REFUSED)) == 0;
}

/* A turn that came to nothing: its question was never answered, or is one that the model does
 * not want to see. */
static gboolean
is_void (TdMessage *reply,
         gboolean   without_refused)
{
  TdMessageState state = td_message_get_state (reply);

  if (td_message_get_role (reply) != TD_MESSAGE_ROLE_ASSISTANT)
    return FALSE;
  if (is_refused (reply))
    return without_refused || td_message_get_text_length (reply) == 0;
  return td_message_get_text_length (reply) == 0 &&
         (state == TD_MESSAGE_STATE_FAILED || state == TD_MESSAGE_STATE_INTERRUPTED);
}

/* What is sent of the messages before @reply, in order. A turn that came to nothing is left
 * out with what the user said in it; whoever wants an answer to that has it made again, which
 * puts the new reply in the place of the failed one. */
static GPtrArray *
list_sent (TdConversation *conversation,
           TdMessage      *reply,
           gboolean        without_refused)
{
  GPtrArray *sent = g_ptr_array_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));
  guint n_settled = 0; /* those of turns that are over */

  for (guint i = 0; i < n; i++)
    {
      TdMessage *message = td_conversation_get_message (conversation, i);

      if (message == reply)
        break;
      if (is_void (message, without_refused))
        g_ptr_array_set_size (sent, (int) n_settled);
      else if (td_message_get_text_length (message) > 0 || td_message_get_attachments (message))
        g_ptr_array_add (sent, message);
      if (td_message_get_role (message) != TD_MESSAGE_ROLE_USER)
        n_settled = sent->len;
    }
  return sent;
}

/**
 * td_prompt_add_images:
 * @request: a request
 * @attachments: (nullable) (element-type TdAttachment): what goes with its last turn
 */
void
td_prompt_add_images (TdChatRequest *request,
                      GPtrArray     *attachments)
{
  for (guint i = 0; attachments && i < attachments->len; i++)
    {
      TdAttachment *attachment = g_ptr_array_index (attachments, i);

      td_chat_request_add_image (request, td_attachment_get_mime_type (attachment),
                                 td_attachment_get_data (attachment));
    }
}

/**
 * td_prompt_build:
 * @conversation: a loaded chat
 * @reply: the message that the answer goes into; it and what follows it are not sent
 * @model_key: the model; what it wanted to have back with its turns goes to it alone
 * @model_id: the model as its provider names it
 * @system_prompt: (nullable): what comes first
 * @without_refused: whether turns that a model refused are left out, because this one would
 *   refuse again as long as it sees them
 *
 * Writes the chat as a request. Reasoning is not sent back; empty messages are left out, and so
 * are turns that failed before anything came.
 *
 * Returns: (transfer full): the request
 */
TdChatRequest *
td_prompt_build (TdConversation *conversation,
                 TdMessage      *reply,
                 const char     *model_key,
                 const char     *model_id,
                 const char     *system_prompt,
                 gboolean        without_refused)
{
  TdChatRequest *request = td_chat_request_new (model_id);
  g_autoptr (GPtrArray) sent = list_sent (conversation, reply, without_refused);

  if (system_prompt && system_prompt[0] != '\0')
    td_chat_request_add_turn (request, TD_ROLE_SYSTEM, system_prompt);
  for (guint i = 0; i < sent->len; i++)
    {
      TdMessage *message = g_ptr_array_index (sent, i);

      add_turn (request, role_of (message), td_message_get_text (message));
      td_prompt_add_images (request, td_message_get_attachments (message));
      if (td_message_get_opaque (message) &&
          g_strcmp0 (td_message_get_model_key (message), model_key) == 0)
        td_chat_request_set_opaque (request, td_message_get_opaque (message));
    }
  return request;
}

/* What is not plain text: how it is put to the model is the provider's secret. */
static void
add_hidden (TdTokenCount *count,
            TdTokenRuler *ruler,
            const char   *text)
{
  TdTokenCount hidden = TD_TOKEN_COUNT_NONE;

  if (!text)
    return;
  hidden = td_token_ruler_guess (ruler, text, -1);
  hidden.tokens += HIDDEN_TOKENS;
  hidden.at_most += MAX_HIDDEN_TOKENS;
  td_token_count_add (count, hidden);
}

static TdTokenCount
count_image (TdTokenRuler      *ruler,
             const TdChatImage *image)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (image->data, &size);
  TdImageInfo info;

  if (!td_image_info_read (data, size, &info))
    info.width = info.height = UNKNOWN_SIDE;
  return td_token_ruler_image (ruler, info.width, info.height);
}

static void
add_extras (TdTokenCount     *count,
            TdTokenRuler     *ruler,
            const TdChatTurn *turn)
{
  for (guint i = 0; turn->calls && i < turn->calls->len; i++)
    {
      const TdChatCall *call = g_ptr_array_index (turn->calls, i);

      add_hidden (count, ruler, call->name);
      add_hidden (count, ruler, call->arguments);
    }
  for (guint i = 0; turn->images && i < turn->images->len; i++)
    td_token_count_add (count, count_image (ruler, g_ptr_array_index (turn->images, i)));
  /* Mostly it is not counted again, but nobody promises that. */
  if (turn->opaque)
    td_token_count_add (count, (TdTokenCount) { 0, (gint64) strlen (turn->opaque), FALSE, -1 });
}

/* What has been counted of a request. */
typedef struct
{
  TdTokenCount total;
  gsize n_bytes;     /* of text */
  gsize max_counted; /* bytes */
} Counting;

static TdTokenCount
extrapolate (const Counting *counting,
             gsize           length)
{
  gint64 bytes = MAX ((gint64) counting->n_bytes, 1);
  gint64 tokens = counting->total.tokens * (gint64) length / bytes;

  return (TdTokenCount) { tokens, MAX (tokens, (gint64) length), FALSE, -1 };
}

static TdTokenCount
count_text (const Counting *counting,
            TdTokenRuler   *ruler,
            const char     *text,
            gsize           length)
{
  if (length <= counting->max_counted && counting->n_bytes <= counting->max_counted - length)
    return td_token_ruler_count (ruler, text, (gssize) length);
  if (counting->n_bytes <= MAX_GUESSED)
    return td_token_ruler_guess (ruler, text, (gssize) length);
  return extrapolate (counting, length);
}

static void
count_turn (Counting         *counting,
            TdTokenRuler     *ruler,
            const TdChatTurn *turn)
{
  TdTokenCount count = td_token_ruler_frame (ruler, td_role_to_string (turn->role));
  gsize length = strlen (turn->text);

  td_token_count_add (&count, count_text (counting, ruler, turn->text, length));
  add_extras (&count, ruler, turn);
  td_token_count_add (&counting->total, count);
  counting->n_bytes += length;
}

static void
count_tools (const TdChatRequest *request,
             TdTokenRuler        *ruler,
             TdTokenCount        *total)
{
  for (guint i = 0; request->tools && i < request->tools->len; i++)
    {
      const TdChatTool *tool = g_ptr_array_index (request->tools, i);

      add_hidden (total, ruler, tool->name);
      add_hidden (total, ruler, tool->description);
      add_hidden (total, ruler, tool->parameters);
    }
  add_hidden (total, ruler, request->schema);
}

static TdTokenCount
count_turns (const TdChatRequest *request,
             TdTokenRuler        *ruler,
             gsize                max_counted)
{
  Counting counting = { td_token_ruler_frame_reply (ruler), 0, max_counted };

  for (guint i = 0; i < request->turns->len; i++)
    count_turn (&counting, ruler, g_ptr_array_index (request->turns, i));
  count_tools (request, ruler, &counting.total);
  return counting.total;
}

/**
 * td_prompt_count:
 * @request: a request
 * @ruler: the model it goes to
 *
 * Counts a prompt with what chats cost besides their text. Takes a few milliseconds at most: of a
 * long chat the end is estimated, and the count says so.
 *
 * Returns: how many tokens the provider is going to count for it
 */
TdTokenCount
td_prompt_count (const TdChatRequest *request,
                 TdTokenRuler        *ruler)
{
  return count_turns (request, ruler, MAX_COUNTED);
}

/**
 * td_prompt_count_whole:
 * @request: a request
 * @ruler: the model it goes to
 *
 * Counts a prompt however long it is. For a worker.
 *
 * Returns: how many tokens the provider is going to count for it
 */
TdTokenCount
td_prompt_count_whole (const TdChatRequest *request,
                       TdTokenRuler        *ruler)
{
  return count_turns (request, ruler, G_MAXSIZE);
}
