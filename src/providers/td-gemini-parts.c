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

/* A call goes back only together with its answer, which requests have no place for yet; one
 * without is refused. */
static gboolean
may_go_back (const TdJson *part)
{
  return td_json_get_type (part) == TD_JSON_OBJECT &&
         td_json_get_member (part, "functionCall") == NULL;
}

/* Someone may have changed the text since: then it counts, and the signatures are void. */
static gboolean
says_the_same (const TdJson *parts,
               const char   *text)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < td_json_get_length (parts); i++)
    {
      const TdJson *part = td_json_get_element (parts, i);
      const char *piece = td_json_member_string (part, "text");

      if (piece != NULL && !is_thought (part))
        g_string_append (joined, piece);
    }
  return strcmp (joined->str, text) == 0;
}

/**
 * td_gemini_parts_write:
 * @opaque: (nullable): what td_gemini_parts_to_opaque() made, read again
 * @text: the text of the same turn
 * @writer: where to write, inside of a list
 *
 * Writes the parts of a turn as they came.
 *
 * Returns: whether it did; if not, nothing was written and the text is what there is
 */
gboolean
td_gemini_parts_write (const TdJson *opaque,
                       const char   *text,
                       TdJsonWriter *writer)
{
  const TdJson *parts = td_json_get_member (opaque, "parts");
  gboolean written = FALSE;

  if (td_json_get_type (parts) != TD_JSON_ARRAY || !says_the_same (parts, text))
    return FALSE;
  for (guint i = 0; i < td_json_get_length (parts); i++)
    {
      if (!may_go_back (td_json_get_element (parts, i)))
        continue;
      td_json_writer_value (writer, td_json_get_element (parts, i));
      written = TRUE;
    }
  return written;
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
