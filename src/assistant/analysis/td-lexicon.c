/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-lexicon.h"

#include <gio/gio.h>
#include <string.h>

/* A trie of the folded phrases, children as sibling lists: small, and the walks are short. There are a
 * hundred thousand of them, so that every byte counts. */
typedef struct
{
  guint64 child : 24;
  guint64 sibling : 24;
  guint64 byte : 8;
  guint16 entry; /* first of what ends here, or TD_LEXICON_NONE */
} __attribute__ ((packed)) Node;

#define MAX_NODES (1u << 24)

typedef struct
{
  guint16 concept;
  guint16 next;
  guint16 is_stem;
} Entry;

struct _TdLexicon
{
  GArray *nodes;    /* (element-type Node): the first is the root */
  GArray *entries;  /* (element-type Entry) */
  GPtrArray *names; /* (element-type utf8) */
  guint32 roots[256];
  guint32 hash;
};

static guint32
find_child (const TdLexicon *self,
            guint32          node,
            guint8           byte)
{
  const Node *nodes = (const Node *) (void *) self->nodes->data;
  guint32 child;

  if (node == 0)
    return self->roots[byte];
  child = nodes[node].child;
  while (child != 0 && nodes[child].byte != byte)
    child = nodes[child].sibling;
  return child;
}

static guint32
ensure_child (TdLexicon *self,
              guint32    parent,
              guint8     byte)
{
  guint32 child = find_child (self, parent, byte);
  Node node = { 0, 0, byte, TD_LEXICON_NONE };

  if (child != 0)
    return child;
  child = self->nodes->len;
  if (parent == 0)
    self->roots[byte] = child;
  else
    {
      node.sibling = g_array_index (self->nodes, Node, parent).child;
      g_array_index (self->nodes, Node, parent).child = child;
    }
  g_array_append_val (self->nodes, node);
  return child;
}

static void
add_phrase (TdLexicon  *self,
            guint16     concept,
            const char *phrase)
{
  gsize length = strlen (phrase);
  gboolean is_stem = length > 0 && phrase[length - 1] == '*';
  g_autoptr (TdFoldedText) folded = td_folded_text_new (phrase, length - is_stem);
  guint32 node = 0;
  Entry entry;

  if (folded->length == 0 || self->entries->len >= TD_LEXICON_NONE - 1 ||
      self->nodes->len + folded->length >= MAX_NODES)
    return;
  for (gsize i = 0; i < folded->length; i++)
    node = ensure_child (self, node, (guint8) folded->text[i]);
  entry = (Entry) { concept, g_array_index (self->nodes, Node, node).entry, is_stem };
  g_array_index (self->nodes, Node, node).entry = (guint16) self->entries->len;
  g_array_append_val (self->entries, entry);
}

static void
add_phrases (TdLexicon  *self,
             guint16     concept,
             const char *list)
{
  g_auto (GStrv) phrases = g_strsplit (list, ",", -1);

  for (guint i = 0; phrases[i] != NULL; i++)
    add_phrase (self, concept, g_strstrip (phrases[i]));
}

static gboolean
add_concept (TdLexicon  *self,
             char       *line,
             GError    **error)
{
  char *end = strchr (line, ']');

  if (end == NULL || self->names->len >= TD_LEXICON_MAX_CONCEPTS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a concept: %s", line);
      return FALSE;
    }
  *end = '\0';
  g_ptr_array_add (self->names, g_strdup (line + 1));
  return TRUE;
}

static gboolean
add_line (TdLexicon  *self,
          char       *line,
          GError    **error)
{
  const char *colon;

  if (line[0] == '\0' || line[0] == '#')
    return TRUE;
  if (line[0] == '[')
    return add_concept (self, line, error);
  colon = strchr (line, ':');
  if (colon == NULL || self->names->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a list of phrases: %s", line);
      return FALSE;
    }
  add_phrases (self, (guint16) (self->names->len - 1), colon + 1);
  return TRUE;
}

/**
 * td_lexicon_new:
 * @source: the text described at #TdLexicon
 *
 * Returns: (transfer full): the lexicon, or %NULL with `G_IO_ERROR_INVALID_DATA`
 */
TdLexicon *
td_lexicon_new (const char  *source,
                GError     **error)
{
  g_autoptr (TdLexicon) self = g_new0 (TdLexicon, 1);
  Node root = { 0, 0, 0, TD_LEXICON_NONE };

  g_return_val_if_fail (source != NULL, NULL);

  self->nodes = g_array_sized_new (FALSE, FALSE, sizeof (Node), 4096);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->hash = td_hash_bytes (0, source, strlen (source));
  g_array_append_val (self->nodes, root);
  /* Line by line: what is freed in between is used again, and nothing of it stays. */
  for (const char *line = source; line != NULL; line = strchr (line, '\n'))
    {
      g_autofree char *copy = NULL;

      line += *line == '\n';
      copy = g_strndup (line, strcspn (line, "\n"));
      if (!add_line (self, g_strstrip (copy), error))
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
td_lexicon_free (TdLexicon *self)
{
  g_array_unref (self->nodes);
  g_array_unref (self->entries);
  g_ptr_array_unref (self->names);
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
  return self->names->len;
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
  g_return_val_if_fail (concept < self->names->len, NULL);

  return g_ptr_array_index (self->names, concept);
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
  for (guint i = 0; i < self->names->len; i++)
    if (g_str_equal (g_ptr_array_index (self->names, i), name))
      return i;
  return TD_LEXICON_NONE;
}

/* Weights trained with one lexicon mean nothing with another. */
guint32
td_lexicon_get_hash (const TdLexicon *self)
{
  return self->hash;
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
  for (; entry != TD_LEXICON_NONE; entry = g_array_index (self->entries, Entry, entry).next)
    {
      const Entry *found = &g_array_index (self->entries, Entry, entry);

      hit.concept = found->concept;
      if (hit.is_whole || found->is_stem)
        g_array_append_val (hits, hit);
    }
}

/* Any white space of the text is the single space of a phrase. */
static void
match_at (const TdLexicon    *self,
          const TdFoldedText *text,
          gsize               start,
          gsize               end,
          gboolean            anywhere,
          GArray             *hits)
{
  const Node *nodes = (const Node *) (void *) self->nodes->data;
  guint32 node = 0;
  gsize at = start;

  while (at < end)
    {
      guint8 byte = (guint8) text->text[at++];

      if (g_ascii_isspace (byte))
        {
          byte = ' ';
          while (at < end && g_ascii_isspace (text->text[at]))
            at++;
        }
      node = find_child (self, node, byte);
      if (node == 0)
        return;
      if (nodes[node].entry != TD_LEXICON_NONE)
        {
          gboolean is_whole = anywhere || is_word_end (text->text, at, end);

          add_hits (self, nodes[node].entry,
                    (TdLexiconHit) { 0, is_whole, (guint32) start, (guint32) at }, hits);
        }
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
