/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of a client's request: what several dialects say alike. */
#include "config.h"

#include <string.h>

#include "base/td-image-info.h"
#include "gateway/td-call-reader.h"
#include "gateway/td-opaque.h"

/* Pairs of calls and results are looked for one by one. */
#define MAX_CALLS  256
#define MAX_IMAGES 256

/* Results of calls hold text only; their images follow as the user's, behind all of them. */
static void
release_held (TdCallReader *self)
{
  TdChatTurn *held = g_steal_pointer (&self->held);

  if (held != NULL && held->images != NULL)
    g_ptr_array_add (self->call->chat->turns, held);
  else
    td_chat_turn_free (held);
}

/**
 * td_call_reader_hold_images:
 * @self: a reader
 *
 * Returns: (transfer none): where to put the images of a result
 */
TdChatTurn *
td_call_reader_hold_images (TdCallReader *self)
{
  if (self->held == NULL)
    self->held = td_chat_turn_new (TD_ROLE_USER, NULL);
  return self->held;
}

/**
 * td_call_reader_add_turn:
 * @self: a reader
 * @role: whose turn it is
 * @text: (nullable): what was said
 *
 * Returns: (transfer none): the new turn
 */
TdChatTurn *
td_call_reader_add_turn (TdCallReader *self,
                         TdRole        role,
                         const char   *text)
{
  GPtrArray *turns = self->call->chat->turns;

  if (role != TD_ROLE_TOOL)
    release_held (self);
  td_chat_request_add_turn (self->call->chat, role, text);
  return turns->pdata[turns->len - 1];
}

/**
 * td_call_reader_add_text:
 * @to: the text of a turn so far
 * @text: (nullable): the next part
 * @separator: what stands between two parts
 *
 * Appends a part.
 */
void
td_call_reader_add_text (GString    *to,
                         const char *text,
                         const char *separator)
{
  if (text == NULL || *text == '\0')
    return;
  if (to->len > 0)
    g_string_append (to, separator);
  g_string_append (to, text);
}

void
td_call_reader_set_text (TdChatTurn    *turn,
                         const GString *text)
{
  g_free (turn->text);
  turn->text = g_strndup (text->str, text->len);
}

/**
 * td_call_reader_take_call:
 * @self: a reader
 * @turn: a turn of the assistant
 * @where: where the call stands
 * @id: (nullable): what it is known by
 * @name: (nullable): the tool
 * @arguments: (nullable): an object as JSON text
 *
 * Takes a call the model made earlier.
 */
void
td_call_reader_take_call (TdCallReader *self,
                          TdChatTurn   *turn,
                          const char   *where,
                          const char   *id,
                          const char   *name,
                          const char   *arguments)
{
  if (turn->calls != NULL && turn->calls->len >= MAX_CALLS)
    td_call_reader_refuse (self, where, NULL, "there are more than %d calls in a turn", MAX_CALLS);
  for (guint i = 0; turn->calls != NULL && i < turn->calls->len; i++)
    {
      if (g_strcmp0 (((const TdChatCall *) turn->calls->pdata[i])->id, id) == 0)
        td_call_reader_refuse (self, where, NULL, "has the id of another call");
    }
  if (td_call_reader_is_good (self) && id != NULL && name != NULL)
    td_chat_turn_add_call (turn, id, name, arguments);
}

/* ---- Images ------------------------------------------------------------------------------- */

/* GLib's decoder skips what is not base64; here a picture is whole or refused. */
static GBytes *
decode_base64 (const char *text,
               gsize       length)
{
  static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  gsize n_plain = strspn (text, alphabet);
  gsize n_decoded;
  guchar *decoded;

  if (length == 0 || length % 4 != 0 || length - n_plain > 2 ||
      strspn (text + n_plain, "=") != length - n_plain)
    return NULL;
  decoded = g_base64_decode (text, &n_decoded);
  return g_bytes_new_take (decoded, n_decoded);
}

/**
 * td_call_reader_take_base64:
 * @self: a reader
 * @turn: a turn of the user
 * @where: where the image stands
 * @mime_type: (nullable): what it is said to be
 * @base64: (nullable): the file
 *
 * Takes an image. What it is, is read from the file: providers refuse it when the two differ.
 */
void
td_call_reader_take_base64 (TdCallReader *self,
                            TdChatTurn   *turn,
                            const char   *where,
                            const char   *mime_type,
                            const char   *base64)
{
  g_autoptr (GBytes) data = base64 != NULL ? decode_base64 (base64, strlen (base64)) : NULL;
  TdImageInfo info;

  if (data == NULL)
    td_call_reader_refuse (self, where, NULL, "is not base64");
  else if (!td_image_info_read (g_bytes_get_data (data, NULL), g_bytes_get_size (data), &info))
    td_call_reader_refuse (self, where, NULL, "is not a PNG, JPEG, GIF or WebP image%s%s",
                           mime_type != NULL ? " but said to be " : "",
                           mime_type != NULL ? mime_type : "");
  else if (turn->images != NULL && turn->images->len >= MAX_IMAGES)
    td_call_reader_refuse (self, where, NULL, "there are more than %d images", MAX_IMAGES);
  else
    td_chat_turn_add_image (turn, info.mime_type, data);
}

/**
 * td_call_reader_take_image_url:
 * @self: a reader
 * @turn: a turn of the user
 * @where: where the image stands
 * @url: (nullable): its address, which has to hold it
 *
 * Takes an image.
 */
void
td_call_reader_take_image_url (TdCallReader *self,
                               TdChatTurn   *turn,
                               const char   *where,
                               const char   *url)
{
  const char *comma = url != NULL ? strchr (url, ',') : NULL;
  g_autofree char *head = NULL;

  if (comma == NULL || g_ascii_strncasecmp (url, "data:", 5) != 0)
    {
      td_call_reader_refuse (self, where, NULL,
                             "images have to be data: addresses; Top Dog fetches none");
      return;
    }
  head = g_ascii_strdown (url + 5, comma - url - 5);
  if (!g_str_has_suffix (head, ";base64"))
    td_call_reader_refuse (self, where, NULL, "is not base64");
  else
    td_call_reader_take_base64 (self, turn, where, NULL, comma + 1);
}

/* ---- What belongs together ---------------------------------------------------------------- */

/**
 * td_call_reader_take_opaque:
 * @self: a reader
 * @turn: a turn of the assistant
 * @wrapped: (nullable): what a client brought back; that of somebody else means nothing
 *
 * Takes what a provider sent with the turn to have it back.
 */
void
td_call_reader_take_opaque (TdCallReader *self,
                            TdChatTurn   *turn,
                            const char   *wrapped)
{
  g_autofree char *model = NULL;
  g_autofree char *opaque = wrapped != NULL ? td_opaque_unwrap (wrapped, &model) : NULL;

  if (opaque == NULL)
    return;
  g_set_str (&turn->opaque, opaque);
  if (self->call->opaque_models == NULL)
    self->call->opaque_models = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_hash_table_replace (self->call->opaque_models, turn, g_steal_pointer (&model));
}

static void
check_calls (TdCallReader *self,
             guint         number,
             const char   *name)
{
  const TdChatRequest *chat = self->call->chat;
  const TdChatTurn *turn = chat->turns->pdata[number];

  for (guint i = 0; turn->calls != NULL && i < turn->calls->len && td_call_reader_is_good (self);
       i++)
    {
      const TdChatCall *call = turn->calls->pdata[i];

      if (!td_chat_request_is_answered (chat, number, call))
        td_call_reader_refuse (self, "", name, "the call %s has no result right after it",
                               call->id);
    }
}

/**
 * td_call_reader_check_turns:
 * @self: a reader that has read all messages
 * @name: the member that holds them
 *
 * Checks that there is something to reply to, and that calls and results belong together, because
 * half of a pair would be left out on the way to the provider.
 */
void
td_call_reader_check_turns (TdCallReader *self,
                            const char   *name)
{
  const TdChatRequest *chat = self->call->chat;
  gboolean any = FALSE;

  release_held (self);
  for (guint i = 0; i < chat->turns->len && td_call_reader_is_good (self); i++)
    {
      const TdChatTurn *turn = chat->turns->pdata[i];

      any = any || turn->role != TD_ROLE_SYSTEM;
      check_calls (self, i, name);
      if (turn->role == TD_ROLE_TOOL && td_chat_request_get_answered (chat, i) == NULL)
        td_call_reader_refuse (self, "", name, "the result of %s follows no such call",
                               turn->call_id);
    }
  if (!any)
    td_call_reader_refuse (self, "", name, "there is nothing to reply to");
}
