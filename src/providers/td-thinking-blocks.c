/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-thinking-blocks.h"

#include <string.h>

#include "providers/td-chat-write.h"

#define MAX_ENTRIES 1024

#define MAX_BYTES (8 * 1024 * 1024)

#define THINKING "thinking"
#define REDACTED "redacted_thinking"
#define TEXT     "text"
#define TOOL_USE "tool_use"
#define OTHER    "other"

/* The members of what is kept, and of its entries besides the provider's own. */
#define MEMBER     "thinking_blocks"
#define PAUSED     "paused"
#define TEXT_BYTES "bytes"
#define BLOCK      "block"

/* A block of thinking, what stands between two of them, or a block that is not for people: what
 * a tool at the server was asked and what it found. */
typedef struct
{
  const char *type;   /* THINKING, REDACTED, TEXT, TOOL_USE or OTHER */
  gint64 index;       /* the server's */
  GString *thinking;  /* (owned) (nullable): of THINKING */
  GString *signature; /* (owned) (nullable): of THINKING */
  char *data;         /* (owned) (nullable): of REDACTED; of TOOL_USE: the call's id */
  gsize n_bytes;      /* of TEXT */
  GString *block;     /* (owned) (nullable): of OTHER, as it began */
  GString *input;     /* (owned) (nullable): of OTHER: what came of its input in pieces */
} Entry;

struct _TdThinkingBlocks
{
  GPtrArray *entries; /* (owned) (element-type Entry) */
  gsize n_bytes;      /* of other blocks */
  gboolean too_many;  /* not all were kept, so none can go back */
};

static void
free_string (GString *string)
{
  if (string != NULL)
    g_string_free (string, TRUE);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  free_string (entry->thinking);
  free_string (entry->signature);
  free_string (entry->block);
  free_string (entry->input);
  g_free (entry->data);
  g_free (entry);
}

/**
 * td_thinking_blocks_new:
 *
 * Returns: (transfer full): the thinking of one reply, none yet
 */
TdThinkingBlocks *
td_thinking_blocks_new (void)
{
  TdThinkingBlocks *self = g_new0 (TdThinkingBlocks, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  return self;
}

void
td_thinking_blocks_free (TdThinkingBlocks *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->entries);
  g_free (self);
}

static Entry *
get_last (TdThinkingBlocks *self)
{
  return self->entries->len > 0 ? self->entries->pdata[self->entries->len - 1] : NULL;
}

static Entry *
add_entry (TdThinkingBlocks *self,
           const char       *type,
           gint64            index)
{
  Entry *entry;

  if (self->entries->len >= MAX_ENTRIES)
    {
      self->too_many = TRUE;
      return NULL;
    }
  entry = g_new0 (Entry, 1);
  entry->type = type;
  entry->index = index;
  g_ptr_array_add (self->entries, entry);
  return entry;
}

static void
append_json (GString      *to,
             const TdJson *piece)
{
  if (td_json_get_type (piece) == TD_JSON_STRING)
    g_string_append_len (to, td_json_get_string (piece), td_json_get_string_length (piece));
}

static void
add_pieces (Entry        *entry,
            const TdJson *from)
{
  const char *signature = td_json_member_string (from, "signature");

  append_json (entry->thinking, td_json_get_member (from, "thinking"));
  /* It comes once, whole. */
  if (signature != NULL && *signature != '\0')
    g_string_assign (entry->signature, signature);
}

/**
 * td_thinking_blocks_begin:
 * @self: the thinking of one reply
 * @index: the block's place in the reply
 * @block: a block, whole or as a stream begins it
 *
 * Keeps a block of thinking, open or redacted. Other blocks are not for here.
 */
void
td_thinking_blocks_begin (TdThinkingBlocks *self,
                          gint64            index,
                          const TdJson     *block)
{
  const char *type = td_json_member_string (block, "type");
  Entry *entry;

  if (g_strcmp0 (type, REDACTED) == 0)
    {
      entry = add_entry (self, REDACTED, index);
      if (entry != NULL)
        entry->data = g_strdup (td_json_member_string (block, "data"));
    }
  else if (g_strcmp0 (type, THINKING) == 0)
    {
      entry = add_entry (self, THINKING, index);
      if (entry == NULL)
        return;
      entry->thinking = g_string_new (NULL);
      entry->signature = g_string_new (NULL);
      add_pieces (entry, block);
    }
}

/**
 * td_thinking_blocks_begin_other:
 * @self: the thinking of one reply
 * @index: the block's place in the reply
 * @block: a block this program makes nothing of, whole or as a stream begins it
 *
 * Keeps it: a reply that paused goes on only when it comes back whole.
 */
void
td_thinking_blocks_begin_other (TdThinkingBlocks *self,
                                gint64            index,
                                const TdJson     *block)
{
  Entry *entry =
    td_json_get_type (block) == TD_JSON_OBJECT ? add_entry (self, OTHER, index) : NULL;

  if (entry == NULL)
    return;
  entry->block = g_string_new (NULL);
  td_json_append_text (block, entry->block);
  self->n_bytes += entry->block->len;
  self->too_many |= self->n_bytes > MAX_BYTES;
}

/**
 * td_thinking_blocks_pass_call:
 * @self: the thinking of one reply
 * @block: a call of a tool
 *
 * Takes note of a call.
 */
void
td_thinking_blocks_pass_call (TdThinkingBlocks *self,
                              const TdJson     *block)
{
  Entry *entry = add_entry (self, TOOL_USE, -1);

  if (entry != NULL)
    entry->data = g_strdup (td_json_member_string (block, "id"));
}

/**
 * td_thinking_blocks_add:
 * @self: the thinking of one reply
 * @index: the place of a block that has begun
 * @delta: more of its thinking, of its signature, or of the input of another block
 *
 * Adds a piece to the block that is being sent; blocks do not overlap.
 */
void
td_thinking_blocks_add (TdThinkingBlocks *self,
                        gint64            index,
                        const TdJson     *delta)
{
  Entry *last = get_last (self);

  if (last == NULL || last->index != index)
    return;
  if (last->thinking != NULL)
    add_pieces (last, delta);
  else if (last->block != NULL && self->n_bytes <= MAX_BYTES)
    {
      if (last->input == NULL)
        last->input = g_string_new (NULL);
      append_json (last->input, td_json_get_member (delta, "partial_json"));
      self->n_bytes += td_json_get_string_length (td_json_get_member (delta, "partial_json"));
    }
}

/**
 * td_thinking_blocks_pass_text:
 * @self: the thinking of one reply
 * @n_bytes: how much text comes here
 *
 * Takes note of a piece of the reply's text.
 */
void
td_thinking_blocks_pass_text (TdThinkingBlocks *self,
                              gsize             n_bytes)
{
  Entry *last = get_last (self);

  if (n_bytes == 0)
    return;
  if (last == NULL || g_strcmp0 (last->type, TEXT) != 0)
    last = add_entry (self, TEXT, -1);
  if (last != NULL)
    last->n_bytes += n_bytes;
}

/* Thinking without its signature, of a reply that was cut, is refused when it comes back. */
static gboolean
can_go_back (const Entry *entry)
{
  if (g_str_equal (entry->type, THINKING))
    return entry->signature->len > 0;
  return g_str_equal (entry->type, TEXT) || entry->block != NULL ||
         (entry->data != NULL && *entry->data != '\0');
}

static gboolean
is_worth_keeping (TdThinkingBlocks *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = self->entries->pdata[i];

      if (!g_str_equal (entry->type, TEXT) && !g_str_equal (entry->type, TOOL_USE) &&
          can_go_back (entry))
        any = TRUE;
    }
  return any && !self->too_many;
}

static void
write_other (TdJsonWriter *writer,
             const Entry  *entry)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (entry->block->str, entry->block->len, NULL, NULL);
  const TdJson *block = doc != NULL ? td_json_doc_get_root (doc) : NULL;

  td_json_writer_name (writer, BLOCK);
  td_json_writer_begin_object (writer);
  for (guint i = 0; i < td_json_get_length (block); i++)
    {
      const char *name = td_json_get_name (block, i);

      if (entry->input != NULL && entry->input->len > 0 && g_str_equal (name, "input"))
        continue;
      td_json_writer_name (writer, name);
      td_json_writer_value (writer, td_json_get_element (block, i));
    }
  if (entry->input != NULL && entry->input->len > 0)
    td_chat_write_json (writer, "input", entry->input->str);
  td_json_writer_end_object (writer);
}

static void
write_entry (TdJsonWriter *writer,
             const Entry  *entry)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", entry->type);
  if (entry->thinking != NULL)
    {
      td_json_writer_name (writer, "thinking");
      td_json_writer_string_len (writer, entry->thinking->str, entry->thinking->len);
      td_json_writer_name (writer, "signature");
      td_json_writer_string_len (writer, entry->signature->str, entry->signature->len);
    }
  td_json_writer_member_string (writer, g_str_equal (entry->type, TOOL_USE) ? "id" : "data",
                                entry->data);
  if (g_str_equal (entry->type, TEXT))
    td_json_writer_member_int64 (writer, TEXT_BYTES, (gint64) entry->n_bytes);
  if (entry->block != NULL)
    write_other (writer, entry);
  td_json_writer_end_object (writer);
}

/**
 * td_thinking_blocks_to_opaque:
 * @self: the thinking of one reply
 * @paused: whether the reply is to go on
 *
 * Returns: (transfer full) (nullable): an object for td_thinking_blocks_write(), or %NULL when
 *   there is nothing that could go back beside text and calls
 */
char *
td_thinking_blocks_to_opaque (TdThinkingBlocks *self,
                              gboolean          paused)
{
  g_autoptr (TdJsonWriter) writer = NULL;

  if (!is_worth_keeping (self))
    return NULL;

  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, MEMBER);
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < self->entries->len; i++)
    {
      if (can_go_back (self->entries->pdata[i]))
        write_entry (writer, self->entries->pdata[i]);
    }
  td_json_writer_end_array (writer);
  if (paused)
    td_json_writer_member_bool (writer, PAUSED, TRUE);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_text (writer);
}

/* ---- Sending back ------------------------------------------------------------------------- */

static gsize
get_text_bytes (const TdJson *entry)
{
  if (g_strcmp0 (td_json_member_string (entry, "type"), TEXT) != 0)
    return 0;
  return (gsize) CLAMP (td_json_member_int64 (entry, TEXT_BYTES, 0), 0, G_MAXINT32);
}

static gboolean
is_blank (const char *text,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isspace (text[i]))
        return FALSE;
    }
  return TRUE;
}

static const TdChatCall *
find_answered_call (const TdChatRequest *request,
                    guint                turn,
                    const TdJson        *entry)
{
  if (g_strcmp0 (td_json_member_string (entry, "type"), TOOL_USE) != 0)
    return NULL;
  return td_chat_request_find_answered (request, turn, td_json_member_string (entry, "id"));
}

/* How many entries can be sent with a turn: all up to the last call that was answered or piece of
 * text that is not blank, because thinking must not come last; of a reply that is to go on, all.
 * 0 when they are not about this text. */
static guint
count_usable (const TdJson        *entries,
              gboolean             paused,
              const TdChatRequest *request,
              guint                turn)
{
  const char *text = ((const TdChatTurn *) request->turns->pdata[turn])->text;
  gsize length = strlen (text);
  gsize at = 0;
  guint n = 0;

  for (guint i = 0; i < td_json_get_length (entries); i++)
    {
      const TdJson *entry = td_json_get_element (entries, i);
      gsize n_bytes = get_text_bytes (entry);

      /* Within bounds, and not inside a character. */
      if (n_bytes > length - at || ((guchar) text[at + n_bytes] & 0xc0) == 0x80)
        return 0;
      if (paused || !is_blank (text + at, n_bytes) ||
          find_answered_call (request, turn, entry) != NULL)
        n = i + 1;
      at += n_bytes;
    }
  return at == length ? n : 0;
}

static void
write_thinking (TdJsonWriter *writer,
                const TdJson *entry)
{
  const char *type = td_json_member_string (entry, "type");

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", type);
  if (g_strcmp0 (type, REDACTED) == 0)
    td_json_writer_member_string (writer, "data", td_json_member_string (entry, "data"));
  else
    {
      td_json_writer_member_string (writer, "thinking", td_json_member_string (entry, "thinking"));
      td_json_writer_member_string (writer, "signature",
                                    td_json_member_string (entry, "signature"));
    }
  td_json_writer_end_object (writer);
}

static void
write_text (TdJsonWriter *writer,
            const char   *text,
            gsize         length)
{
  /* Blank text is refused. */
  if (is_blank (text, length))
    return;
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", TEXT);
  td_json_writer_name (writer, TEXT);
  td_json_writer_string_len (writer, text, length);
  td_json_writer_end_object (writer);
}

static void
write_call (TdJsonWriter     *writer,
            const TdChatCall *call)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", TOOL_USE);
  td_json_writer_member_string (writer, "id", call->id);
  td_json_writer_member_string (writer, "name", call->name);
  td_chat_write_json (writer, "input", call->arguments);
  td_json_writer_end_object (writer);
}

static gboolean
is_thinking (const TdJson *entry)
{
  const char *type = td_json_member_string (entry, "type");

  if (g_strcmp0 (type, REDACTED) == 0)
    return td_json_member_string (entry, "data") != NULL;
  return g_strcmp0 (type, THINKING) == 0 && td_json_member_string (entry, "thinking") != NULL &&
         td_json_member_string (entry, "signature") != NULL;
}

static void
write_back (TdJsonWriter        *writer,
            const TdJson        *entry,
            const TdChatRequest *request,
            guint                turn,
            const char          *text)
{
  const TdChatCall *call = find_answered_call (request, turn, entry);
  const TdJson *block = td_json_get_member (entry, BLOCK);

  if (is_thinking (entry))
    write_thinking (writer, entry);
  else if (call != NULL)
    write_call (writer, call);
  else if (g_strcmp0 (td_json_member_string (entry, "type"), OTHER) == 0 &&
           td_json_get_type (block) == TD_JSON_OBJECT)
    td_json_writer_value (writer, block);
  else
    write_text (writer, text, get_text_bytes (entry));
}

static gboolean
is_among (const TdJson     *entries,
          guint             n,
          const TdChatCall *call)
{
  for (guint i = 0; i < n; i++)
    {
      if (g_strcmp0 (td_json_member_string (td_json_get_element (entries, i), "id"), call->id) ==
          0)
        return TRUE;
    }
  return FALSE;
}

/**
 * td_thinking_blocks_write:
 * @writer: a writer inside a list of content blocks
 * @request: a request
 * @turn: the number of one of the assistant's turns in it
 *
 * Writes a turn as it came: thinking, text and calls in their order. It does so only when the
 * text is as long as it was: one that was edited or joined with another is no longer what was
 * thought about, and text and calls alone go. Of what was kept, which came from the network once,
 * only the members that are meant go back, and calls only with their answers.
 */
void
td_thinking_blocks_write (TdJsonWriter        *writer,
                          const TdChatRequest *request,
                          guint                turn)
{
  const TdChatTurn *from = request->turns->pdata[turn];
  g_autoptr (TdJsonDoc) doc =
    from->opaque != NULL ? td_json_doc_parse (from->opaque, -1, NULL, NULL) : NULL;
  const TdJson *root = doc != NULL ? td_json_doc_get_root (doc) : NULL;
  const TdJson *entries = td_json_get_member (root, MEMBER);
  const char *text = from->text;
  guint n = 0;

  if (td_json_get_type (entries) == TD_JSON_ARRAY)
    n = count_usable (entries, td_json_member_bool (root, PAUSED, FALSE), request, turn);
  for (guint i = 0; i < n; i++)
    {
      const TdJson *entry = td_json_get_element (entries, i);

      write_back (writer, entry, request, turn, text);
      text += get_text_bytes (entry);
    }
  if (n == 0)
    write_text (writer, text, strlen (text));
  for (guint i = 0; from->calls != NULL && i < from->calls->len; i++)
    {
      const TdChatCall *call = from->calls->pdata[i];

      if (!is_among (entries, n, call) && td_chat_request_is_answered (request, turn, call))
        write_call (writer, call);
    }
}

/**
 * td_thinking_blocks_is_paused:
 * @opaque: (nullable): what td_thinking_blocks_to_opaque() gave
 *
 * Returns: whether a turn is worth sending for this alone: it is to go on
 */
gboolean
td_thinking_blocks_is_paused (const char *opaque)
{
  g_autoptr (TdJsonDoc) doc = opaque != NULL ? td_json_doc_parse (opaque, -1, NULL, NULL) : NULL;

  return doc != NULL && td_json_member_bool (td_json_doc_get_root (doc), PAUSED, FALSE);
}
