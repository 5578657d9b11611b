/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-lexicon.h"

#include <gio/gio.h>
#include <string.h>

#include "assistant/analysis/td-lexicon-layout.h"

struct _TdLexicon
{
  GBytes *bytes; /* (owned): what the rest is borrowed from */
  const TdLexiconHeader *header;
  const TdLexiconEntry *entries;
  const TdLexiconNode *nodes; /* the first is none */
  const char *labels;
  const char **names; /* (owned) (array) */
};

static gboolean
is_good (const TdLexiconHeader *header,
         gsize                  size)
{
  return size >= sizeof *header && memcmp (header->magic, TD_LEXICON_MAGIC, 8) == 0 &&
         header->n_concepts <= TD_LEXICON_MAX_CONCEPTS && header->n_entries < TD_LEXICON_NONE &&
         header->n_nodes <= TD_LEXICON_NONE &&
         size == sizeof *header + header->n_entries * sizeof (TdLexiconEntry) +
                   header->n_nodes * sizeof (TdLexiconNode) + header->n_label_bytes +
                   header->n_name_bytes;
}

/**
 * td_lexicon_new_from_bytes:
 * @bytes: made by topdog-lexicon-prepare; part of the program, so that only its frame is checked
 *
 * Returns: (transfer full): the lexicon, or %NULL with `G_IO_ERROR_INVALID_DATA`
 */
TdLexicon *
td_lexicon_new_from_bytes (GBytes  *bytes,
                           GError **error)
{
  gsize size;
  const TdLexiconHeader *header = g_bytes_get_data (bytes, &size);
  const char *name;
  TdLexicon *self;

  if (!is_good (header, size))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a packed lexicon");
      return NULL;
    }
  self = g_new0 (TdLexicon, 1);
  self->bytes = g_bytes_ref (bytes);
  self->header = header;
  self->entries = (const TdLexiconEntry *) (header + 1);
  self->nodes = (const TdLexiconNode *) (self->entries + header->n_entries);
  self->labels = (const char *) (self->nodes + header->n_nodes);
  self->names = g_new (const char *, header->n_concepts + 1);
  name = self->labels + header->n_label_bytes;
  for (guint i = 0; i < header->n_concepts; i++, name += strlen (name) + 1)
    self->names[i] = name;
  return self;
}

void
td_lexicon_free (TdLexicon *self)
{
  g_bytes_unref (self->bytes);
  g_free (self->names);
  g_free (self);
}

/**
 * td_lexicon_get_n_concepts:
 * @self: a lexicon
 *
 * Returns: how many concepts it knows
 */
guint
td_lexicon_get_n_concepts (const TdLexicon *self)
{
  return self->header->n_concepts;
}

/**
 * td_lexicon_get_name:
 * @self: a lexicon
 * @concept: the number of a concept
 *
 * Returns: (transfer none): its name
 */
const char *
td_lexicon_get_name (const TdLexicon *self,
                     guint            concept)
{
  g_return_val_if_fail (concept < self->header->n_concepts, NULL);

  return self->names[concept];
}

/**
 * td_lexicon_find:
 *
 * Returns: the number of a concept, or #TD_LEXICON_NONE
 */
guint
td_lexicon_find (const TdLexicon *self,
                 const char      *name)
{
  for (guint i = 0; i < self->header->n_concepts; i++)
    if (g_str_equal (self->names[i], name))
      return i;
  return TD_LEXICON_NONE;
}

/* Weights trained with one lexicon mean nothing with another. */
guint32
td_lexicon_get_hash (const TdLexicon *self)
{
  return self->header->hash;
}

static gboolean
is_word_end (const char *text,
             gsize       at,
             gsize       end)
{
  TdScript before;
  TdScript after;

  if (at >= end)
    return TRUE;
  after = td_script_of (g_utf8_get_char (text + at));
  if (after == TD_WRITING_NONE)
    return TRUE;
  before = td_script_of (g_utf8_get_char (g_utf8_prev_char (text + at)));
  return before != after || !td_script_has_spaces (after);
}

static void
add_hits (const TdLexicon *self,
          guint16          entry,
          TdLexiconHit     hit,
          GArray          *hits)
{
  for (; entry != TD_LEXICON_NONE; entry = self->entries[entry].next)
    {
      const TdLexiconEntry *found = &self->entries[entry];

      hit.concept = found->concept;
      if (hit.is_whole || found->is_stem)
        g_array_append_val (hits, hit);
    }
}

/* Any white space of the text is the single space of a phrase. */
static guint8
take_byte (const TdFoldedText *text,
           gsize              *at,
           gsize               end)
{
  guint8 byte = (guint8) text->text[(*at)++];

  if (!g_ascii_isspace (byte))
    return byte;
  while (*at < end && g_ascii_isspace (text->text[*at]))
    (*at)++;
  return ' ';
}

/* The node of a list whose label is what the text goes on with, or 0. */
static guint16
follow (const TdLexicon    *self,
        guint16             node,
        const TdFoldedText *text,
        gsize              *at,
        gsize               end)
{
  guint8 byte = take_byte (text, at, end);

  while (node != 0 && (guint8) self->labels[self->nodes[node].label] != byte)
    node = self->nodes[node].sibling;
  for (guint i = 1; node != 0 && i < self->nodes[node].length; i++)
    if (*at >= end ||
        take_byte (text, at, end) != (guint8) self->labels[self->nodes[node].label + i])
      return 0;
  return node;
}

static void
match_at (const TdLexicon    *self,
          const TdFoldedText *text,
          gsize               start,
          gsize               end,
          gboolean            anywhere,
          GArray             *hits)
{
  guint8 first = (guint8) text->text[start];
  guint16 list = self->header->roots[g_ascii_isspace (first) ? ' ' : first];
  gsize at = start;

  while (at < end && list != 0)
    {
      guint16 node = follow (self, list, text, &at, end);

      if (node == 0)
        return;
      if (self->nodes[node].entry != TD_LEXICON_NONE)
        {
          gboolean is_whole = anywhere || is_word_end (text->text, at, end);

          add_hits (self, self->nodes[node].entry,
                    (TdLexiconHit) { 0, is_whole, (guint32) start, (guint32) at }, hits);
        }
      list = self->nodes[node].child;
    }
}

/**
 * td_lexicon_match:
 * @start: byte offset in the folded text, at a character
 * @end: the same
 * @hits: (element-type TdLexiconHit): where to append, in the order of the text
 *
 * Finds all phrases in a part of a text, overlapping ones too.
 */
void
td_lexicon_match (const TdLexicon    *self,
                  const TdFoldedText *text,
                  gsize               start,
                  gsize               end,
                  GArray             *hits)
{
  TdScript before = TD_WRITING_NONE;
  gsize next;

  for (gsize at = start; at < end; at = next)
    {
      gunichar character = g_utf8_get_char (text->text + at);
      TdScript script = td_script_of (character);
      gboolean anywhere = !td_script_has_spaces (script) || script == TD_WRITING_ARABIC ||
                          script == TD_WRITING_HANGUL;

      next = at + g_utf8_skip[(guint8) text->text[at]];
      if (script == TD_WRITING_NONE ? g_ascii_ispunct (text->text[at]) || character > 0x7f
                                    : anywhere || script != before)
        match_at (self, text, at, end, anywhere, hits);
      before = script;
    }
}
