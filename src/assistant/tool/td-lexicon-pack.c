/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the text of a lexicon to the trie that the program matches with.
 */
#include "config.h"

#include "assistant/tool/td-lexicon-pack.h"

#include <gio/gio.h>
#include <string.h>

#include "assistant/analysis/td-lexicon-layout.h"
#include "assistant/analysis/td-lexicon.h"

typedef struct
{
  guint32 start; /* in the pool */
  guint16 length;
  guint16 entry;
} Phrase;

typedef struct
{
  GString *pool;   /* (owned): of the folded phrases */
  GArray *phrases; /* (element-type Phrase) */
  GArray *entries; /* (element-type TdLexiconEntry) */
  GString *names;  /* (owned): each with a zero behind it */
  GHashTable *known; /* (element-type utf8): what was added, with its concept */
  guint n_concepts;
} Packer;

static void
add_phrase (Packer     *self,
            guint16     concept,
            const char *phrase)
{
  gsize length = strlen (phrase);
  gboolean is_stem = length > 0 && phrase[length - 1] == '*';
  g_autoptr (TdFoldedText) folded = td_folded_text_new (phrase, length - is_stem);
  TdLexiconEntry entry = { .concept = concept, .is_stem = is_stem, .next = TD_LEXICON_NONE };
  Phrase added = { (guint32) self->pool->len, (guint16) folded->length,
                   (guint16) self->entries->len };

  /* Languages share many words. */
  if (folded->length == 0 || folded->length > G_MAXUINT16 ||
      !g_hash_table_add (self->known, g_strdup_printf ("%u %u %.*s", concept, is_stem,
                                                       (int) folded->length, folded->text)))
    return;
  g_string_append_len (self->pool, folded->text, (gssize) folded->length);
  g_array_append_val (self->entries, entry);
  g_array_append_val (self->phrases, added);
}

static void
add_phrases (Packer     *self,
             guint16     concept,
             const char *list)
{
  g_auto (GStrv) phrases = g_strsplit (list, ",", -1);

  for (guint i = 0; phrases[i] != NULL; i++)
    add_phrase (self, concept, g_strstrip (phrases[i]));
}

static gboolean
add_concept (Packer  *self,
             char    *line,
             GError **error)
{
  char *end = strchr (line, ']');

  if (end == NULL || self->n_concepts >= TD_LEXICON_MAX_CONCEPTS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a concept: %s", line);
      return FALSE;
    }
  *end = '\0';
  g_string_append_len (self->names, line + 1, end - line);
  self->n_concepts++;
  return TRUE;
}

static gboolean
add_line (Packer  *self,
          char    *line,
          GError **error)
{
  const char *colon;

  if (line[0] == '\0' || line[0] == '#')
    return TRUE;
  if (line[0] == '[')
    return add_concept (self, line, error);
  colon = strchr (line, ':');
  if (colon == NULL || self->n_concepts == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not a list of phrases: %s", line);
      return FALSE;
    }
  add_phrases (self, (guint16) (self->n_concepts - 1), colon + 1);
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
  guint most = MIN (MIN (phrases[first].length, last->length) - depth, TD_LEXICON_MAX_LABEL);
  guint length = 1;

  while (length < most && pool[phrases[first].start + depth + length] ==
                            pool[last->start + depth + length])
    length++;
  return length;
}

/* Makes nodes of the phrases from @first up to @end, which are the same up to @depth. Returns the first node
 * of the list. */
static guint16
pack (Packer  *self,
      GArray  *nodes,
      GString *labels,
      guint    first,
      guint    end,
      guint    depth)
{
  const Phrase *phrases = (const Phrase *) (void *) self->phrases->data;
  const char *pool = self->pool->str;
  guint16 list = 0;

  while (first < end && nodes->len < TD_LEXICON_NONE)
    {
      guint next = first + 1;
      TdLexiconNode node = { .label = labels->len, .sibling = list, .entry = TD_LEXICON_NONE };
      guint16 child;

      while (next < end &&
             pool[phrases[next].start + depth] == pool[phrases[first].start + depth])
        next++;
      node.length = measure_label (pool, phrases, first, next, depth);
      g_string_append_len (labels, pool + phrases[first].start + depth, node.length);
      for (; first < next && phrases[first].length == depth + node.length; first++)
        {
          g_array_index (self->entries, TdLexiconEntry, phrases[first].entry).next =
            TD_LEXICON_NONE;
          if (node.entry == TD_LEXICON_NONE)
            node.entry = phrases[first].entry;
          else
            g_array_index (self->entries, TdLexiconEntry, phrases[first - 1].entry).next =
              phrases[first].entry;
        }
      list = (guint16) nodes->len;
      g_array_append_val (nodes, node);
      child = pack (self, nodes, labels, first, next, depth + node.length);
      g_array_index (nodes, TdLexiconNode, list).child = child;
      first = next;
    }
  return list;
}

static gboolean
add_lines (Packer      *self,
           const char  *source,
           GError     **error)
{
  g_auto (GStrv) lines = g_strsplit (source, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (!add_line (self, g_strstrip (lines[i]), error))
      return FALSE;
  return TRUE;
}

/* The trie, and its nodes by their first byte for a quick start. */
static GBytes *
finish (Packer   *self,
        guint32   hash,
        GError  **error)
{
  g_autoptr (GArray) nodes = g_array_new (FALSE, TRUE, sizeof (TdLexiconNode));
  g_autoptr (GString) labels = g_string_new (NULL);
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  TdLexiconHeader header = { .magic = TD_LEXICON_MAGIC, .hash = hash };
  guint16 next;

  g_array_set_size (nodes, 1);
  g_array_sort_with_data (self->phrases, compare_phrases, self->pool);
  for (guint16 node = pack (self, nodes, labels, 0, self->phrases->len, 0); node != 0; node = next)
    {
      TdLexiconNode *first = &g_array_index (nodes, TdLexiconNode, node);

      next = first->sibling;
      first->sibling = 0;
      header.roots[(guint8) labels->str[first->label]] = node;
    }
  if (nodes->len >= TD_LEXICON_NONE || self->entries->len >= TD_LEXICON_NONE)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "there are more phrases than can be numbered");
      return NULL;
    }
  header.n_concepts = self->n_concepts;
  header.n_entries = self->entries->len;
  header.n_nodes = nodes->len;
  header.n_label_bytes = (guint32) labels->len;
  header.n_name_bytes = (guint32) self->names->len;
  g_byte_array_append (packed, (const guint8 *) &header, sizeof header);
  g_byte_array_append (packed, (const guint8 *) self->entries->data,
                       self->entries->len * sizeof (TdLexiconEntry));
  g_byte_array_append (packed, (const guint8 *) nodes->data, nodes->len * sizeof (TdLexiconNode));
  g_byte_array_append (packed, (const guint8 *) labels->str, (guint) labels->len);
  g_byte_array_append (packed, (const guint8 *) self->names->str, (guint) self->names->len);
  return g_byte_array_free_to_bytes (g_steal_pointer (&packed));
}

/**
 * td_lexicon_pack:
 * @source: the text described at #TdLexicon
 *
 * Returns: (transfer full): what td_lexicon_new_from_bytes() takes, or %NULL with `G_IO_ERROR_INVALID_DATA`
 */
GBytes *
td_lexicon_pack (const char  *source,
                 GError     **error)
{
  Packer self = { .pool = g_string_new (NULL),
                  .phrases = g_array_new (FALSE, FALSE, sizeof (Phrase)),
                  .entries = g_array_new (FALSE, FALSE, sizeof (TdLexiconEntry)),
                  .names = g_string_new (NULL),
                  .known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  GBytes *packed = NULL;

  if (add_lines (&self, source, error))
    packed = finish (&self, td_hash_bytes (0, source, strlen (source)), error);
  g_string_free (self.pool, TRUE);
  g_array_unref (self.phrases);
  g_array_unref (self.entries);
  g_string_free (self.names, TRUE);
  g_hash_table_unref (self.known);
  return packed;
}
