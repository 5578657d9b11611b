/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-lexicon.h"

#include <gio/gio.h>
#include <string.h>

/* A phrase while they are collected. */
typedef struct
{
  guint32 start; /* in the pool */
  guint16 length;
  guint16 entry;
} Phrase;

/* A trie of the folded phrases, children as sibling lists. What goes on in one way only is one node. */
typedef struct
{
  guint32 label : 24; /* in the labels */
  guint32 length : 8;
  guint16 child;
  guint16 sibling;
  guint16 entry; /* first of what ends here, or TD_LEXICON_NONE */
} __attribute__ ((packed)) Node;

#define MAX_LABEL 255

typedef struct
{
  guint16 concept;
  guint16 next;
  guint16 is_stem;
} Entry;

struct _TdLexicon
{
  GString *pool;    /* (owned) (nullable): of the phrases, only while they are collected */
  GArray *phrases;  /* (element-type Phrase) (nullable): the same */
  Node *nodes;      /* (owned): the first is none */
  char *labels;     /* (owned) */
  GArray *entries;  /* (element-type Entry) */
  GPtrArray *names; /* (element-type utf8) */
  guint16 roots[256];
  guint32 hash;
};

static void
add_phrase (TdLexicon  *self,
            guint16     concept,
            const char *phrase)
{
  gsize length = strlen (phrase);
  gboolean is_stem = length > 0 && phrase[length - 1] == '*';
  g_autoptr (TdFoldedText) folded = td_folded_text_new (phrase, length - is_stem);
  Entry entry = { concept, TD_LEXICON_NONE, is_stem };
  Phrase added = { (guint32) self->pool->len, (guint16) folded->length,
                   (guint16) self->entries->len };

  if (folded->length == 0 || folded->length > G_MAXUINT16 ||
      self->entries->len >= TD_LEXICON_NONE - 1)
    return;
  g_string_append_len (self->pool, folded->text, (gssize) folded->length);
  g_array_append_val (self->entries, entry);
  g_array_append_val (self->phrases, added);
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

static int
compare_phrases (gconstpointer a,
                 gconstpointer b,
                 gpointer      pool)
{
  const Phrase *one = a;
  const Phrase *other = b;
  const char *text = ((GString *) pool)->str;
  int order =
    memcmp (text + one->start, text + other->start, MIN (one->length, other->length));

  if (order != 0)
    return order;
  if (one->length != other->length)
    return (int) one->length - (int) other->length;
  return (int) other->entry - (int) one->entry;
}

/* How long the label is that the phrases from @first up to @end, which are in order, share behind @depth. */
static guint
measure_label (const char   *pool,
               const Phrase *phrases,
               guint         first,
               guint         end,
               guint         depth)
{
  const Phrase *last = &phrases[end - 1];
  guint most = MIN (MIN (phrases[first].length, last->length) - depth, MAX_LABEL);
  guint length = 1;

  while (length < most && pool[phrases[first].start + depth + length] ==
                            pool[last->start + depth + length])
    length++;
  return length;
}

/* Makes nodes of the phrases from @first up to @end, which are the same up to @depth. Returns the first node
 * of the list. */
static guint16
pack (TdLexicon *self,
      GArray    *nodes,
      GString   *labels,
      guint      first,
      guint      end,
      guint      depth)
{
  const Phrase *phrases = (const Phrase *) (void *) self->phrases->data;
  const char *pool = self->pool->str;
  guint16 list = 0;

  while (first < end && nodes->len < TD_LEXICON_NONE)
    {
      guint next = first + 1;
      Node node = { .label = labels->len, .sibling = list, .entry = TD_LEXICON_NONE };
      guint16 child;

      while (next < end &&
             pool[phrases[next].start + depth] == pool[phrases[first].start + depth])
        next++;
      node.length = measure_label (pool, phrases, first, next, depth);
      g_string_append_len (labels, pool + phrases[first].start + depth, node.length);
      for (; first < next && phrases[first].length == depth + node.length; first++)
        {
          g_array_index (self->entries, Entry, phrases[first].entry).next = TD_LEXICON_NONE;
          if (node.entry == TD_LEXICON_NONE)
            node.entry = phrases[first].entry;
          else
            g_array_index (self->entries, Entry, phrases[first - 1].entry).next =
              phrases[first].entry;
        }
      list = (guint16) nodes->len;
      g_array_append_val (nodes, node);
      child = pack (self, nodes, labels, first, next, depth + node.length);
      g_array_index (nodes, Node, list).child = child;
      first = next;
    }
  return list;
}

/* The nodes by their first byte, for a quick start. */
static void
finish (TdLexicon *self)
{
  g_autoptr (GArray) nodes = g_array_new (FALSE, TRUE, sizeof (Node));
  g_autoptr (GString) labels = g_string_new (NULL);
  guint16 next;

  g_array_set_size (nodes, 1);
  g_array_sort_with_data (self->phrases, compare_phrases, self->pool);
  for (guint16 node = pack (self, nodes, labels, 0, self->phrases->len, 0); node != 0; node = next)
    {
      Node *first = &g_array_index (nodes, Node, node);

      next = first->sibling;
      first->sibling = 0;
      self->roots[(guint8) labels->str[first->label]] = node;
    }
  self->nodes = g_memdup2 (nodes->data, sizeof (Node) * nodes->len);
  self->labels = g_memdup2 (labels->str, labels->len + 1);
  g_string_free (g_steal_pointer (&self->pool), TRUE);
  g_clear_pointer (&self->phrases, g_array_unref);
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

  g_return_val_if_fail (source != NULL, NULL);

  self->pool = g_string_sized_new (strlen (source));
  self->phrases = g_array_new (FALSE, FALSE, sizeof (Phrase));
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->hash = td_hash_bytes (0, source, strlen (source));
  /* Line by line: what is freed in between is used again, and nothing of it stays. */
  for (const char *line = source; line != NULL; line = strchr (line, '\n'))
    {
      g_autofree char *copy = NULL;

      line += *line == '\n';
      copy = g_strndup (line, strcspn (line, "\n"));
      if (!add_line (self, g_strstrip (copy), error))
        return NULL;
    }
  finish (self);
  return g_steal_pointer (&self);
}

void
td_lexicon_free (TdLexicon *self)
{
  if (self->pool != NULL)
    g_string_free (self->pool, TRUE);
  g_clear_pointer (&self->phrases, g_array_unref);
  g_free (self->nodes);
  g_free (self->labels);
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
  guint16 list = self->roots[g_ascii_isspace (first) ? ' ' : first];
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
