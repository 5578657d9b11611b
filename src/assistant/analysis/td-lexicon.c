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
  guint16 concept : 15;
  guint16 is_stem : 1;
} Phrase;

/* A trie of the folded phrases. What goes on in one way only is one node; children stand in a row. */
typedef struct
{
  guint64 label : 20; /* in the labels */
  guint64 length : 6;
  guint64 is_last : 1; /* of its row */
  guint64 child : 16;  /* first of the row below, or 0 */
  guint64 entry : 16;  /* first of what ends here, or TD_LEXICON_NONE */
} Node;

#define MAX_LABEL  63
#define MAX_LABELS (1 << 20)

/* What a phrase stands for; all that it does stands in a row. */
typedef struct
{
  guint16 concept : 14;
  guint16 is_stem : 1;
  guint16 is_last : 1;
} Entry;

struct _TdLexicon
{
  GString *pool;    /* (owned) (nullable): of the phrases, only while they are collected */
  GArray *phrases;  /* (element-type Phrase) (nullable): the same */
  Node *nodes;      /* (owned): the first is none */
  char *labels;     /* (owned) */
  Entry *entries;   /* (owned) */
  GPtrArray *names; /* (element-type utf8) */
  GHashTable *by_name; /* (element-type utf8 uint): numbers of the concepts and one more */
  guint16 roots[256];
  guint32 hash;
};

static void
add_phrase (TdLexicon  *self,
            guint16     concept,
            const char *phrase,
            gsize       length)
{
  gboolean is_stem;
  Phrase added;

  for (; length > 0 && phrase[0] == ' '; length--)
    phrase++;
  while (length > 0 && phrase[length - 1] == ' ')
    length--;
  is_stem = length > 0 && phrase[length - 1] == '*';
  length -= is_stem;
  if (length == 0 || length > G_MAXUINT16 || self->phrases->len >= TD_LEXICON_NONE - 1)
    return;
  added = (Phrase) { (guint32) self->pool->len, (guint16) length, concept, is_stem };
  g_string_append_len (self->pool, phrase, (gssize) length);
  g_array_append_val (self->phrases, added);
}

static void
add_phrases (TdLexicon  *self,
             guint16     concept,
             const char *list)
{
  g_autoptr (TdFoldedText) folded = td_folded_text_new (list, strlen (list));

  for (const char *phrase = folded->text; *phrase != '\0';)
    {
      gsize length = strcspn (phrase, ",");

      add_phrase (self, concept, phrase, length);
      phrase += length + (phrase[length] == ',');
    }
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
  g_hash_table_insert (self->by_name, g_ptr_array_index (self->names, self->names->len - 1),
                       GUINT_TO_POINTER (self->names->len));
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
  if (one->concept != other->concept)
    return (int) one->concept - (int) other->concept;
  return (int) one->is_stem - (int) other->is_stem;
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

/* How many phrases from @first on, which are in order, have the same byte at @depth. */
static guint
count_alike (TdLexicon *self,
             guint      first,
             guint      end,
             guint      depth)
{
  const Phrase *phrases = (const Phrase *) (void *) self->phrases->data;
  const char *pool = self->pool->str;
  guint next = first + 1;

  while (next < end &&
         pool[phrases[next].start + depth] == pool[phrases[first].start + depth])
    next++;
  return next - first;
}

/* How many phrases from @first on have nothing behind @length. */
static guint
count_whole (TdLexicon *self,
             guint      first,
             guint      end,
             guint      length)
{
  guint n = 0;

  while (first + n < end && g_array_index (self->phrases, Phrase, first + n).length == length)
    n++;
  return n;
}

/* Several languages have the same word for it. */
static void
drop_doubles (TdLexicon *self)
{
  guint n = 0;

  for (guint i = 0; i < self->phrases->len; i++)
    {
      const Phrase *phrase = &g_array_index (self->phrases, Phrase, i);

      if (n == 0 ||
          compare_phrases (&g_array_index (self->phrases, Phrase, n - 1), phrase, self->pool) != 0)
        g_array_index (self->phrases, Phrase, n++) = *phrase;
    }
  g_array_set_size (self->phrases, n);
}

/* Makes nodes of the phrases from @first up to @end, which are the same up to @depth. Returns the first node
 * of their row. */
static guint16
pack (TdLexicon *self,
      GArray    *nodes,
      GString   *labels,
      guint      first,
      guint      end,
      guint      depth)
{
  const Phrase *phrases = (const Phrase *) (void *) self->phrases->data;
  guint row = nodes->len;
  guint n = 0;

  for (guint at = first; at < end; at += count_alike (self, at, end, depth))
    n++;
  if (n == 0 || row + n > TD_LEXICON_NONE || labels->len + MAX_LABEL > MAX_LABELS)
    return 0;
  g_array_set_size (nodes, row + n);
  for (guint i = 0; i < n; i++)
    {
      guint next = first + count_alike (self, first, end, depth);
      guint length = measure_label (self->pool->str, phrases, first, next, depth);
      guint n_whole = count_whole (self, first, next, depth + length);
      Node node = { .label = labels->len,
                    .length = length,
                    .is_last = i == n - 1,
                    .entry = n_whole > 0 ? first : TD_LEXICON_NONE };

      for (guint k = first; k < first + n_whole; k++)
        self->entries[k] = (Entry) { .concept = phrases[k].concept,
                                     .is_stem = phrases[k].is_stem,
                                     .is_last = k == first + n_whole - 1 };
      g_string_append_len (labels, self->pool->str + phrases[first].start + depth, length);
      node.child = pack (self, nodes, labels, first + n_whole, next, depth + length);
      g_array_index (nodes, Node, row + i) = node;
      first = next;
    }
  return (guint16) row;
}

/* The nodes by their first byte, for a quick start. */
static void
finish (TdLexicon *self)
{
  g_autoptr (GArray) nodes = g_array_new (FALSE, TRUE, sizeof (Node));
  g_autoptr (GString) labels = g_string_new (NULL);

  g_array_set_size (nodes, 1);
  g_array_sort_with_data (self->phrases, compare_phrases, self->pool);
  drop_doubles (self);
  self->entries = g_new0 (Entry, self->phrases->len);
  pack (self, nodes, labels, 0, self->phrases->len, 0);
  for (guint node = 1; node < nodes->len; node++)
    {
      Node *first = &g_array_index (nodes, Node, node);

      self->roots[(guint8) labels->str[first->label]] = (guint16) node;
      if (first->is_last)
        break;
    }
  for (guint i = 0; i < G_N_ELEMENTS (self->roots); i++)
    if (self->roots[i] != 0)
      g_array_index (nodes, Node, self->roots[i]).is_last = TRUE;
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
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
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
  g_free (self->entries);
  g_hash_table_unref (self->by_name);
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
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_name, name));

  return found > 0 ? found - 1 : TD_LEXICON_NONE;
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
          guint            entry,
          TdLexiconHit     hit,
          GArray          *hits)
{
  const Entry *found;

  do
    {
      found = &self->entries[entry++];
      hit.concept = found->concept;
      if (hit.is_whole || found->is_stem)
        g_array_append_val (hits, hit);
    }
  while (!found->is_last);
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
    node = self->nodes[node].is_last ? 0 : node + 1;
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
