/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-gemini-parts.h"

#include <string.h>

/* What is kept of one reply; beyond that its text alone goes back, without signatures. */
#define MAX_BYTES (8 * 1024 * 1024)

struct _TdGeminiParts
{
  GString *json;     /* (owned): the parts as elements of a list */
  GString *text;     /* (owned): of plain text parts that are not in @json yet */
  gboolean needed;   /* there is more to send back than the text */
  gboolean too_much;
};

/**
 * td_gemini_parts_new:
 *
 * Returns: (transfer full): the parts of one reply, none yet
 */
TdGeminiParts *
td_gemini_parts_new (void)
{
  TdGeminiParts *self = g_new0 (TdGeminiParts, 1);

  self->json = g_string_new (NULL);
  self->text = g_string_new (NULL);
  return self;
}

void
td_gemini_parts_free (TdGeminiParts *self)
{
  if (self == NULL)
    return;

  g_string_free (self->json, TRUE);
  g_string_free (self->text, TRUE);
  g_free (self);
}

static void
add_separator (TdGeminiParts *self)
{
  if (self->json->len > 0)
    g_string_append_c (self->json, ',');
}

static void
flush_text (TdGeminiParts *self)
{
  g_autoptr (TdJsonWriter) writer = NULL;
  g_autofree char *part = NULL;

  if (self->text->len == 0)
    return;
  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "text");
  td_json_writer_string_len (writer, self->text->str, self->text->len);
  td_json_writer_end_object (writer);
  part = td_json_writer_steal_text (writer);
  add_separator (self);
  g_string_append (self->json, part);
  g_string_truncate (self->text, 0);
}

static gboolean
is_thought (const TdJson *part)
{
  return td_json_member_bool (part, "thought", FALSE);
}

static gboolean
is_signed (const TdJson *part)
{
  return td_json_get_string_length (td_json_get_member (part, "thoughtSignature")) > 0;
}

/**
 * td_gemini_parts_take:
 * @self: the parts of one reply
 * @part: (nullable): the next of its parts
 *
 * Keeps a part as it came. Only pieces of text without a signature are joined, and summaries of
 * thoughts without one are left out: they are for people, and would be paid for as input.
 */
void
td_gemini_parts_take (TdGeminiParts *self,
                      const TdJson  *part)
{
  const TdJson *text = td_json_get_member (part, "text");

  if (self->too_much || td_json_get_type (part) != TD_JSON_OBJECT)
    return;
  if (!is_signed (part) && td_json_get_type (text) == TD_JSON_STRING)
    {
      if (!is_thought (part))
        g_string_append_len (self->text, td_json_get_string (text),
                             td_json_get_string_length (text));
    }
  else
    {
      flush_text (self);
      add_separator (self);
      td_json_append_text (part, self->json);
      self->needed = TRUE;
    }
  self->too_much = self->json->len + self->text->len > MAX_BYTES;
}

/**
 * td_gemini_parts_to_opaque:
 * @self: the parts of one reply
 * @continuation_token: (nullable): with what a reply that paused can be continued
 *
 * Returns: (transfer full) (nullable): an object with the members "parts" and
 *   "continuationToken", or %NULL when sending the text back is enough
 */
char *
td_gemini_parts_to_opaque (TdGeminiParts *self,
                           const char    *continuation_token)
{
  gboolean with_parts = self->needed && !self->too_much;
  g_autoptr (TdJsonWriter) writer = NULL;
  g_autofree char *list = NULL;

  if (!with_parts && continuation_token == NULL)
    return NULL;

  flush_text (self);
  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  if (with_parts)
    {
      list = g_strconcat ("[", self->json->str, "]", NULL);
      td_json_writer_name (writer, "parts");
      td_json_writer_raw (writer, list);
    }
  td_json_writer_member_string (writer, "continuationToken", continuation_token);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_text (writer);
}

/* Someone may have changed the text since: then it counts, and the signatures are void. */
static gboolean
says_the_same (const TdJson     *parts,
               const TdChatTurn *turn)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < td_json_get_length (parts); i++)
    {
      const TdJson *part = td_json_get_element (parts, i);
      const char *piece = td_json_member_string (part, "text");

      if (piece != NULL && !is_thought (part))
        g_string_append (joined, piece);
    }
  return strcmp (joined->str, turn->text) == 0;
}

/* The calls of a turn are those of its parts in the same order; they need not have ids. */
static const TdChatCall *
get_call (const TdChatTurn *turn,
          guint             n,
          const TdJson     *part)
{
  const TdChatCall *call =
    turn->calls != NULL && n < turn->calls->len ? turn->calls->pdata[n] : NULL;
  const char *name = td_json_member_string (td_json_get_member (part, "functionCall"), "name");

  return call != NULL && g_strcmp0 (call->name, name) == 0 ? call : NULL;
}

static gboolean
is_call (const TdJson *part)
{
  return td_json_get_type (td_json_get_member (part, "functionCall")) == TD_JSON_OBJECT;
}

static const TdJson *
find_parts (const TdJson *opaque)
{
  const TdJson *parts = td_json_get_member (opaque, "parts");

  return td_json_get_type (parts) == TD_JSON_ARRAY ? parts : NULL;
}

/**
 * td_gemini_parts_write:
 * @opaque: (nullable): what td_gemini_parts_to_opaque() made, read again
 * @request: a request
 * @turn: the number of the turn of the assistant that it belongs to
 * @writer: where to write, inside of a list
 *
 * Writes the parts of a turn as they came, calls only with their answers.
 *
 * Returns: whether it did; if not, nothing was written and text and calls are what there is
 */
gboolean
td_gemini_parts_write (const TdJson        *opaque,
                       const TdChatRequest *request,
                       guint                turn,
                       TdJsonWriter        *writer)
{
  const TdChatTurn *from = request->turns->pdata[turn];
  const TdJson *parts = find_parts (opaque);
  gboolean written = FALSE;
  guint n_calls = 0;

  if (parts == NULL || !says_the_same (parts, from))
    return FALSE;
  for (guint i = 0; i < td_json_get_length (parts); i++)
    {
      const TdJson *part = td_json_get_element (parts, i);
      const TdChatCall *call = is_call (part) ? get_call (from, n_calls++, part) : NULL;

      if (td_json_get_type (part) != TD_JSON_OBJECT)
        continue;
      if (is_call (part) && (call == NULL || !td_chat_request_is_answered (request, turn, call)))
        continue;
      td_json_writer_value (writer, part);
      written = TRUE;
    }
  return written;
}

/**
 * td_gemini_parts_has_call_id:
 * @opaque: (nullable): what td_gemini_parts_to_opaque() made, read again
 * @id: what the call is known by here
 *
 * Older models give their calls no ids; the answer to such a call has none either.
 *
 * Returns: whether Gemini itself knows the call by that
 */
gboolean
td_gemini_parts_has_call_id (const TdJson *opaque,
                             const char   *id)
{
  const TdJson *parts = find_parts (opaque);

  /* A call that did not come from Gemini is sent with the id it has. */
  if (parts == NULL)
    return TRUE;
  for (guint i = 0; i < td_json_get_length (parts); i++)
    {
      const TdJson *call = td_json_get_member (td_json_get_element (parts, i), "functionCall");

      if (g_strcmp0 (td_json_member_string (call, "id"), id) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * td_gemini_parts_get_continuation_token:
 * @opaque: (nullable): what td_gemini_parts_to_opaque() made, read again
 *
 * Returns: (transfer none) (nullable): the token, when the reply paused
 */
const char *
td_gemini_parts_get_continuation_token (const TdJson *opaque)
{
  const char *token = td_json_member_string (opaque, "continuationToken");

  return token != NULL && *token != '\0' ? token : NULL;
}
