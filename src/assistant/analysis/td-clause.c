/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-clause.h"

#include <string.h>

/* Letters that may be beside a phrase for it to be alone: a stray article. */
#define STRAY_BYTES 3

/**
 * td_clauses_init:
 * @self: uninitialised clauses
 * @features: the features of a request
 * @lexicon: what its words were found in
 *
 * Parts a request into clauses; @features and @lexicon have to live as long as they do.
 */
void
td_clauses_init (TdClauses        *self,
                 const TdFeatures *features,
                 const TdLexicon  *lexicon)
{
  self->text = features->text;
  self->original = features->original;
  self->lexicon = lexicon;
  self->hits = g_array_new (FALSE, FALSE, sizeof (TdLexiconHit));
  td_lexicon_match (lexicon, self->text, 0, self->text->length, self->hits);
}

void
td_clauses_clear (TdClauses *self)
{
  g_clear_pointer (&self->hits, g_array_unref);
}

static gboolean
is_border (const char *p,
           const char *end)
{
  static const char *const wide[] = { "。", "，", "、", "；", "：", "（", "）",
                                      "？", "！", "،", "؟", "؛", "—" };

  if (strchr ("!?;()\n", *p) != NULL)
    return TRUE;
  /* Wide punctuation has become narrow, and has no space after it. */
  if (*p == ',' || *p == '.' || *p == ':')
    return p + 1 >= end || g_ascii_isspace (p[1]) || (guint8) p[1] >= 0x80;
  for (guint i = 0; (guint8) *p >= 0x80 && i < G_N_ELEMENTS (wide); i++)
    if (strncmp (p, wide[i], strlen (wide[i])) == 0)
      return TRUE;
  return FALSE;
}

static void
find_clause (TdClauses          *self,
             const TdLexiconHit *hit,
             guint32            *start,
             guint32            *end)
{
  const char *text = self->text->text;
  const char *stop = text + self->text->length;

  *start = hit->start;
  *end = hit->end;
  while (*start > 0 && !is_border (text + *start - 1, stop) &&
         !((guint8) text[*start - 1] >= 0x80 &&
           is_border (g_utf8_prev_char (text + *start), stop)))
    (*start)--;
  while (*end < self->text->length && !is_border (text + *end, stop))
    (*end)++;
}

/**
 * td_clauses_is:
 * @self: clauses
 * @hit: a place in the request
 * @concept: (nullable): the name of a concept
 *
 * Returns: whether the place was found for that concept
 */
gboolean
td_clauses_is (TdClauses          *self,
               const TdLexiconHit *hit,
               const char         *concept)
{
  return
    concept != NULL && g_str_equal (td_lexicon_get_name (self->lexicon, hit->concept), concept);
}

typedef gboolean (*Place) (const TdLexiconHit *hit,
                           const TdLexiconHit *other,
                           guint               max_bytes);

static gboolean
overlaps (const TdLexiconHit *hit,
          const TdLexiconHit *other,
          guint               max_bytes)
{
  return other->start < hit->end && hit->start < other->end;
}

static gboolean
is_before (const TdLexiconHit *hit,
           const TdLexiconHit *other,
           guint               max_bytes)
{
  return other->end <= hit->start && hit->start - other->end <= max_bytes;
}

static gboolean
is_after (const TdLexiconHit *hit,
          const TdLexiconHit *other,
          guint               max_bytes)
{
  return other->start >= hit->end && other->start - hit->end <= max_bytes;
}

static gboolean
is_near (const TdLexiconHit *hit,
         const TdLexiconHit *other,
         guint               max_bytes)
{
  return overlaps (hit, other, 0) || is_before (hit, other, max_bytes) ||
         is_after (hit, other, max_bytes);
}

/* Whether a phrase of @concept stands at the place, in the same clause. */
static gboolean
find (TdClauses          *self,
      const TdLexiconHit *hit,
      const char         *concept,
      Place               place,
      guint               max_bytes)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->start >= start && other->end <= end && td_clauses_is (self, other, concept) &&
          place (hit, other, max_bytes))
        return TRUE;
    }
  return FALSE;
}

/**
 * td_clauses_is_overlapped:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 *
 * Returns: whether a place of that concept lies over part of this one
 */
gboolean
td_clauses_is_overlapped (TdClauses          *self,
                          const TdLexiconHit *hit,
                          const char         *concept)
{
  return find (self, hit, concept, overlaps, 0);
}

/**
 * td_clauses_shares:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 *
 * Returns: whether the concept occurs in the clause of the place
 */
gboolean
td_clauses_shares (TdClauses          *self,
                   const TdLexiconHit *hit,
                   const char         *concept)
{
  return find (self, hit, concept, is_near, G_MAXINT);
}

/**
 * td_clauses_is_near:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_bytes: how far away at most
 *
 * Returns: whether the concept occurs that close to the place
 */
gboolean
td_clauses_is_near (TdClauses          *self,
                    const TdLexiconHit *hit,
                    const char         *concept,
                    guint               max_bytes)
{
  return find (self, hit, concept, is_near, max_bytes);
}

/**
 * td_clauses_is_before:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_bytes: how far away at most
 *
 * Returns: whether the concept stands that closely before the place
 */
gboolean
td_clauses_is_before (TdClauses          *self,
                      const TdLexiconHit *hit,
                      const char         *concept,
                      guint               max_bytes)
{
  return find (self, hit, concept, is_before, max_bytes);
}

/**
 * td_clauses_is_after:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_bytes: how far away at most
 *
 * Returns: whether the concept stands that closely behind the place
 */
gboolean
td_clauses_is_after (TdClauses          *self,
                     const TdLexiconHit *hit,
                     const char         *concept,
                     guint               max_bytes)
{
  return find (self, hit, concept, is_after, max_bytes);
}

static void
cover (gboolean     *covered,
       const GArray *hits,
       guint32       start,
       guint32       end)
{
  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (hits, TdLexiconHit, i);

      for (guint32 at = MAX (other->start, start); at < MIN (other->end, end); at++)
        covered[at - start] = TRUE;
    }
}

/**
 * td_clauses_is_alone:
 *
 * Returns: whether its clause has nothing in it but what is about the model that answers
 */
gboolean
td_clauses_is_alone (TdClauses          *self,
                     const TdLexiconHit *hit)
{
  g_autofree gboolean *covered = NULL;
  guint32 start, end;
  guint n_stray = 0;

  find_clause (self, hit, &start, &end);
  covered = g_new0 (gboolean, end - start + 1);
  for (guint32 at = hit->start; at < hit->end; at++)
    covered[at - start] = TRUE;
  cover (covered, self->hits, start, end);
  cover (covered, self->names, start, end);
  for (guint32 at = start; at < end; at++)
    {
      guint8 byte = (guint8) self->text->text[at];

      n_stray += !covered[at - start] && (byte >= 0x80 || g_ascii_isalpha (byte));
    }
  return n_stray <= STRAY_BYTES;
}

/* Whether it begins or ends its clause. */
gboolean
td_clauses_is_at_edge (TdClauses          *self,
                       const TdLexiconHit *hit)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  while (start < hit->start && g_ascii_isspace (self->text->text[start]))
    start++;
  while (end > hit->end && g_ascii_isspace (self->text->text[end - 1]))
    end--;
  return start == hit->start || end == hit->end ||
         !td_script_has_spaces (td_script_of (g_utf8_get_char (self->text->text + hit->start)));
}

/**
 * td_clauses_dup_original:
 *
 * Returns: (transfer full): a piece of the text as it was written
 */
char *
td_clauses_dup_original (TdClauses *self,
                         guint32    start,
                         guint32    end)
{
  guint32 from = self->text->origins[start];
  guint32 to = self->text->origins[end];

  return g_utf8_make_valid (self->original + from, to - from);
}
