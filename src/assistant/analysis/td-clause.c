/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-clause.h"

#include <string.h>

/* Letters that may be beside a phrase for it to be alone: a stray article. */
#define STRAY_LETTERS 3
/* In so long a text what is between its ends is mostly supplied. */
#define SUPPLIED_BYTES 500

/**
 * td_clauses_init:
 * @self: uninitialised clauses
 * @features: the features of a request
 * @lexicon: what its words were found in
 *
 * Parts a request into clauses; @features and @lexicon have to live as long as they do.
 */
/* "The cheapest model of that car" is about no model of ours. */
static void
drop_other_models (TdClauses *self)
{
  guint model = td_lexicon_find (self->lexicon, "model");
  guint other = td_lexicon_find (self->lexicon, "not-model");

  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit hit = g_array_index (self->hits, TdLexiconHit, i);

      if (hit.concept != other)
        continue;
      for (guint j = self->hits->len; j > 0; j--)
        {
          const TdLexiconHit *named = &g_array_index (self->hits, TdLexiconHit, j - 1);

          if (named->concept == model && named->start < hit.end && hit.start < named->end)
            g_array_index (self->hits, TdLexiconHit, j - 1).concept = (guint16) other;
        }
    }
}

void
td_clauses_init (TdClauses        *self,
                 const TdFeatures *features,
                 const TdLexicon  *lexicon)
{
  self->text = features->text;
  self->original = features->original;
  self->lexicon = lexicon;
  self->hits = g_array_new (FALSE, FALSE, sizeof (TdLexiconHit));
  if (self->text->length >= SUPPLIED_BYTES)
    {
      self->body_start = (guint32) features->body_start;
      self->body_end = (guint32) features->body_end;
    }
  td_lexicon_match (lexicon, self->text, 0, self->text->length, self->hits);
  drop_other_models (self);
}

void
td_clauses_clear (TdClauses *self)
{
  g_clear_pointer (&self->hits, g_array_unref);
}

static gboolean
is_border (const char *begin,
           const char *p,
           const char *end)
{
  static const char *const wide[] = { "。", "，", "、", "；", "：", "（", "）",
                                      "？", "！", "،", "؟", "؛", "—", "–" };

  if (strchr ("!?;()\n", *p) != NULL)
    return TRUE;
  if (*p == '-')
    return p > begin && p + 1 < end && p[1] == ' ' && p[-1] == ' ';
  /* Wide punctuation has become narrow, and has no space after it. */
  if (*p == ',' || *p == '.' || *p == ':')
    return p + 1 >= end || g_ascii_isspace (p[1]) || (guint8) p[1] >= 0x80 ||
           (p > begin && (guint8) p[-1] >= 0x80);
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
  while (*start > 0 && !is_border (text, text + *start - 1, stop) &&
         !((guint8) text[*start - 1] >= 0x80 &&
           is_border (text, g_utf8_prev_char (text + *start), stop)))
    (*start)--;
  while (*end < self->text->length && !is_border (text, text + *end, stop))
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
exceeds (const TdLexiconHit *hit,
         const TdLexiconHit *other,
         guint               max_bytes)
{
  return overlaps (hit, other, 0) &&
         !(other->start >= hit->start && other->end <= hit->end &&
           other->end - other->start < hit->end - hit->start);
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
 * td_clauses_is_within:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 *
 * Returns: whether a place of that concept lies over this one and beyond it: "as a CSV file" says more than
 *   "CSV file", which says more than "CSV"
 */
gboolean
td_clauses_is_within (TdClauses          *self,
                      const TdLexiconHit *hit,
                      const char         *concept)
{
  return find (self, hit, concept, exceeds, 0);
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

/* A stem covers the whole of its word. */
static guint32
find_word_end (TdClauses          *self,
               const TdLexiconHit *hit,
               guint32             end)
{
  const char *text = self->text->text;
  guint32 at = hit->end;

  if (hit->is_whole)
    return at;
  while (at < end && td_script_has_spaces (td_script_of (g_utf8_get_char (text + at))) &&
         td_script_of (g_utf8_get_char (text + at)) != TD_WRITING_NONE)
    at += g_utf8_skip[(guint8) text[at]];
  return MIN (at, end);
}

/* "Cheap flights" are not about the model, whatever flights are a word of. */
static gboolean
is_other_thing (TdClauses          *self,
                const TdLexiconHit *hit)
{
  const char *name = td_lexicon_get_name (self->lexicon, hit->concept);

  return g_str_has_suffix (name, "-thing") || g_str_has_suffix (name, "-place") ||
         g_str_has_prefix (name, "need-") || g_str_has_prefix (name, "act-");
}

static void
cover (TdClauses    *self,
       gboolean     *covered,
       const GArray *hits,
       guint32       start,
       guint32       end)
{
  for (guint i = 0; hits != NULL && i < hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (hits, TdLexiconHit, i);

      if (hits == self->hits && is_other_thing (self, other))
        continue;
      for (guint32 at = MAX (other->start, start);
           other->start < end && at < MIN (find_word_end (self, other, end), end); at++)
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
  for (guint32 at = hit->start; at < find_word_end (self, hit, end); at++)
    covered[at - start] = TRUE;
  cover (self, covered, self->hits, start, end);
  cover (self, covered, self->names, start, end);
  for (guint32 at = start; at < end; at++)
    {
      guint8 byte = (guint8) self->text->text[at];

      /* A sign of Chinese or Japanese says as much as two letters. */
      if (!covered[at - start] && (byte >= 0xc0 || g_ascii_isalpha (byte)))
        n_stray += byte >= 0xe0 ? 2 : 1;
    }
  return n_stray <= STRAY_LETTERS;
}

/* Whether its clause is a question. */
gboolean
td_clauses_is_question (TdClauses          *self,
                        const TdLexiconHit *hit)
{
  guint32 start, end;
  const char *p;

  find_clause (self, hit, &start, &end);
  p = self->text->text + end;
  if (*p == '?' || g_str_has_prefix (p, "؟"))
    return TRUE;
  while (start < end && g_ascii_isspace (self->text->text[start]))
    start++;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->start == start && td_clauses_is (self, other, "asks-thing"))
        return TRUE;
    }
  return FALSE;
}

/* "What does 'quality first' mean" asks for none. */
static gboolean
is_quoted (TdClauses          *self,
           const TdLexiconHit *hit)
{
  const char *text = self->text->text;
  guint n_before = 0;

  for (guint32 i = 0; i < hit->start; i++)
    n_before += text[i] == '"';
  if (n_before % 2 == 1 && strchr (text + hit->end, '"') != NULL)
    return TRUE;
  return hit->start > 1 && text[hit->start - 1] == '\'' && text[hit->start - 2] == ' ';
}

/* Whether its clause begins with a phrase of @concept and soon goes on with it. */
gboolean
td_clauses_is_begun (TdClauses          *self,
                     const TdLexiconHit *hit,
                     const char         *concept,
                     guint               max_bytes)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  while (start < hit->start && g_ascii_isspace (self->text->text[start]))
    start++;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->start == start && is_before (hit, other, max_bytes) &&
          td_clauses_is (self, other, concept))
        return TRUE;
    }
  return FALSE;
}

/* Whether it is in the text that was supplied, or quoted, rather than in what is asked. */
gboolean
td_clauses_is_supplied (TdClauses          *self,
                        const TdLexiconHit *hit)
{
  return (hit->start >= self->body_start && hit->start < self->body_end) || is_quoted (self, hit);
}

/* Whether nothing follows it in its clause. */
gboolean
td_clauses_ends (TdClauses          *self,
                 const TdLexiconHit *hit)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  while (end > hit->end && g_ascii_isspace (self->text->text[end - 1]))
    end--;
  return end == hit->end;
}

/* Whether its clause begins with it. */
gboolean
td_clauses_begins (TdClauses          *self,
                   const TdLexiconHit *hit)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  while (start < hit->start && g_ascii_isspace (self->text->text[start]))
    start++;
  return start == hit->start;
}

/* Whether the text says a phrase of @concept anywhere. */
gboolean
td_clauses_has (TdClauses  *self,
                const char *concept)
{
  for (guint i = 0; i < self->hits->len; i++)
    if (td_clauses_is (self, &g_array_index (self->hits, TdLexiconHit, i), concept))
      return TRUE;
  return FALSE;
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
