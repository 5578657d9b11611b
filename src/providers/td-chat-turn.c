/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-turn.h"

#include <string.h>

static const char *const role_words[] = {
  [TD_ROLE_SYSTEM] = "system",
  [TD_ROLE_USER] = "user",
  [TD_ROLE_ASSISTANT] = "assistant",
  [TD_ROLE_TOOL] = "tool",
};

static void
call_free (gpointer data)
{
  TdChatCall *call = data;

  g_free (call->id);
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

static void
image_free (gpointer data)
{
  TdChatImage *image = data;

  g_free (image->mime_type);
  g_bytes_unref (image->data);
  g_free (image);
}

/**
 * td_chat_turn_new:
 * @role: whose turn it is
 * @text: (nullable): what was said
 *
 * Returns: (transfer full): a turn of text alone
 */
TdChatTurn *
td_chat_turn_new (TdRole      role,
                  const char *text)
{
  TdChatTurn *self = g_new0 (TdChatTurn, 1);

  self->role = role;
  self->text = g_strdup (text != NULL ? text : "");
  return self;
}

void
td_chat_turn_free (TdChatTurn *self)
{
  if (self == NULL)
    return;

  g_free (self->text);
  g_free (self->opaque);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  g_clear_pointer (&self->images, g_ptr_array_unref);
  g_free (self->call_id);
  g_free (self);
}

/**
 * td_chat_turn_copy:
 * @self: a turn
 *
 * Returns: (transfer full): the same turn; only the bytes of images are shared
 */
TdChatTurn *
td_chat_turn_copy (const TdChatTurn *self)
{
  TdChatTurn *copy = td_chat_turn_new (self->role, self->text);

  copy->opaque = g_strdup (self->opaque);
  copy->call_id = g_strdup (self->call_id);
  copy->failed = self->failed;
  for (guint i = 0; self->calls != NULL && i < self->calls->len; i++)
    {
      const TdChatCall *call = self->calls->pdata[i];

      td_chat_turn_add_call (copy, call->id, call->name, call->arguments);
    }
  for (guint i = 0; self->images != NULL && i < self->images->len; i++)
    {
      const TdChatImage *image = self->images->pdata[i];

      td_chat_turn_add_image (copy, image->mime_type, image->data);
    }
  return copy;
}

/**
 * td_chat_turn_add_call:
 * @self: a turn of the assistant
 * @id: what the call is known by
 * @name: the tool
 * @arguments: (nullable): an object as JSON text; none is an empty one
 *
 * Adds a call the assistant made. It is sent only when its result is in the request too.
 */
void
td_chat_turn_add_call (TdChatTurn *self,
                       const char *id,
                       const char *name,
                       const char *arguments)
{
  TdChatCall *call;

  g_return_if_fail (self != NULL && id != NULL && name != NULL);

  if (self->calls == NULL)
    self->calls = g_ptr_array_new_with_free_func (call_free);
  call = g_new0 (TdChatCall, 1);
  call->id = g_strdup (id);
  call->name = g_strdup (name);
  call->arguments = g_strdup (arguments != NULL && *arguments != '\0' ? arguments : "{}");
  g_ptr_array_add (self->calls, call);
}

/**
 * td_chat_turn_add_image:
 * @self: a turn of the user
 * @mime_type: "image/png", "image/jpeg", …
 * @data: the file
 *
 * Adds an image to what the text is about.
 */
void
td_chat_turn_add_image (TdChatTurn *self,
                        const char *mime_type,
                        GBytes     *data)
{
  TdChatImage *image;

  g_return_if_fail (self != NULL && mime_type != NULL && data != NULL);

  if (self->images == NULL)
    self->images = g_ptr_array_new_with_free_func (image_free);
  image = g_new0 (TdChatImage, 1);
  image->mime_type = g_strdup (mime_type);
  image->data = g_bytes_ref (data);
  g_ptr_array_add (self->images, image);
}

/**
 * td_chat_turn_is_blank:
 * @self: a turn
 *
 * Returns: whether its text is nothing but white space
 */
gboolean
td_chat_turn_is_blank (const TdChatTurn *self)
{
  return self->text[strspn (self->text, " \t\n\v\f\r")] == '\0';
}

/**
 * td_chat_image_to_base64:
 * @self: an image
 *
 * Returns: (transfer full): its bytes as every protocol writes them
 */
char *
td_chat_image_to_base64 (const TdChatImage *self)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (self->data, &length);

  return g_base64_encode (data, length);
}

/**
 * td_role_to_string:
 * @role: a role
 *
 * Returns: (transfer none): its word, which is also the word of the OpenAI and Ollama protocols
 */
const char *
td_role_to_string (TdRole role)
{
  g_return_val_if_fail ((guint) role < G_N_ELEMENTS (role_words), "user");

  return role_words[role];
}

/**
 * td_role_from_string:
 * @text: (nullable): a word
 * @role: (out): the role
 *
 * Returns: whether @text names a role
 */
gboolean
td_role_from_string (const char *text,
                     TdRole     *role)
{
  g_return_val_if_fail (role != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (role_words); i++)
    {
      if (g_strcmp0 (text, role_words[i]) == 0)
        {
          *role = (TdRole) i;
          return TRUE;
        }
    }
  return FALSE;
}
