/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-thinking-blocks.h"

#include <string.h>

#define MAX_ENTRIES 1024

#define THINKING "thinking"
#define REDACTED "redacted_thinking"
#define TEXT     "text"

/* The only member of what is kept, and its entries' type besides the provider's own two. */
#define MEMBER     "thinking_blocks"
#define TEXT_BYTES "bytes"

/* A block of thinking, or the text between two of them. */
typedef struct
{
  const char *type;   /* THINKING, REDACTED or TEXT */
  gint64 index;       /* the server's */
  GString *thinking;  /* (owned) (nullable): of THINKING */
  GString *signature; /* (owned) (nullable): of THINKING */
  char *data;         /* (owned) (nullable): of REDACTED */
  gsize n_bytes;      /* of TEXT */
} Entry;

struct _TdThinkingBlocks
{
  GPtrArray *entries; /* (owned) (element-type Entry) */
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
 * td_thinking_blocks_add:
 * @self: the thinking of one reply
 * @index: the place of a block that has begun
 * @delta: more of its thinking, or of its signature
 *
 * Adds a piece to the block that is being sent; blocks do not overlap.
 */
void
td_thinking_blocks_add (TdThinkingBlocks *self,
                        gint64            index,
                        const TdJson     *delta)
{
  Entry *last = get_last (self);

  if (last != NULL && last->thinking != NULL && last->index == index)
    add_pieces (last, delta);
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
  return g_str_equal (entry->type, TEXT) || (entry->data != NULL && *entry->data != '\0');
}

static gboolean
is_worth_keeping (TdThinkingBlocks *self)
{
  gboolean any_thinking = FALSE;

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = self->entries->pdata[i];

      if (!g_str_equal (entry->type, TEXT) && can_go_back (entry))
        any_thinking = TRUE;
    }
  return any_thinking && !self->too_many;
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
  td_json_writer_member_string (writer, "data", entry->data);
  if (g_str_equal (entry->type, TEXT))
    td_json_writer_member_int64 (writer, TEXT_BYTES, (gint64) entry->n_bytes);
  td_json_writer_end_object (writer);
}

/**
 * td_thinking_blocks_to_opaque:
 * @self: the thinking of one reply
 *
 * Returns: (transfer full) (nullable): an object for td_thinking_blocks_write(), or %NULL when
 *   there is no thinking that could go back
 */
char *
td_thinking_blocks_to_opaque (TdThinkingBlocks *self)
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

/* How many entries can be sent with @text: all up to the last piece of text that is not blank,
 * because thinking must not come last. 0 when they are not about this text. */
static guint
count_usable (const TdJson *entries,
              const char   *text)
{
  gsize length = strlen (text);
  gsize at = 0;
  guint n = 0;

  for (guint i = 0; i < td_json_get_length (entries); i++)
    {
      gsize n_bytes = get_text_bytes (td_json_get_element (entries, i));

      /* Within bounds, and not inside a character. */
      if (n_bytes > length - at || ((guchar) text[at + n_bytes] & 0xc0) == 0x80)
        return 0;
      if (!is_blank (text + at, n_bytes))
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

static gboolean
is_thinking (const TdJson *entry)
{
  const char *type = td_json_member_string (entry, "type");

  if (g_strcmp0 (type, REDACTED) == 0)
    return td_json_member_string (entry, "data") != NULL;
  return g_strcmp0 (type, THINKING) == 0 && td_json_member_string (entry, "thinking") != NULL &&
         td_json_member_string (entry, "signature") != NULL;
}

/**
 * td_thinking_blocks_write:
 * @writer: a writer inside a list of content blocks
 * @opaque: (nullable): what td_thinking_blocks_to_opaque() gave for this turn
 * @text: the turn's text
 *
 * Writes a turn as it came: thinking and text in their order. It does so only when the text is
 * as long as it was: one that was edited or joined with another is no longer what was thought
 * about. Of @opaque, which came from the network once, only the members that are meant go back.
 *
 * Returns: %FALSE when nothing was written
 */
gboolean
td_thinking_blocks_write (TdJsonWriter *writer,
                          const char   *opaque,
                          const char   *text)
{
  g_autoptr (TdJsonDoc) doc = opaque != NULL ? td_json_doc_parse (opaque, -1, NULL, NULL) : NULL;
  const TdJson *entries =
    doc != NULL ? td_json_get_member (td_json_doc_get_root (doc), MEMBER) : NULL;
  gsize at = 0;
  guint n;

  if (td_json_get_type (entries) != TD_JSON_ARRAY)
    return FALSE;
  n = count_usable (entries, text);
  for (guint i = 0; i < n; i++)
    {
      const TdJson *entry = td_json_get_element (entries, i);
      gsize n_bytes = get_text_bytes (entry);

      if (is_thinking (entry))
        write_thinking (writer, entry);
      else
        write_text (writer, text + at, n_bytes);
      at += n_bytes;
    }
  return n > 0;
}
