/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-clause.h"

#include <string.h>

/* Letters that may be beside a phrase for it to be alone: a stray article. */
#define STRAY_LETTERS 3
/* In so long a text what is between its ends is mostly supplied. */
#define SUPPLIED_BYTES 500

/* Where a byte of the text is. Clauses and sentences are numbered; so are the signs between them. */
struct _TdPlace
{
  guint16 clause;
  guint16 sentence;
  guint16 column;   /* how wide all before it is: a letter 1, a sign of Chinese 2 */
  guint8 quoted;    /* or in the middle of a long text */
  guint8 payload;   /* what "translate this:" is to be done to */
};

typedef struct _TdPlace TdPlace;

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

/* "Ai" is "who" to some and "ki" is "that": only capitals make them a word for models there. */
static void
drop_short_names (TdClauses *self)
{
  guint model = td_lexicon_find (self->lexicon, "model");
  guint other = td_lexicon_find (self->lexicon, "not-model");
  gboolean vietnamese = strstr (self->original, "\341\272") != NULL || /* U+1E80 and on */
                        strstr (self->original, "\341\273") != NULL;

  for (guint i = 0; i < self->hits->len; i++)
    {
      TdLexiconHit *hit = &g_array_index (self->hits, TdLexiconHit, i);
      const char *text = self->text->text + hit->start;

      if (hit->concept == model && hit->end - hit->start == 2 &&
          (strncmp (text, "ki", 2) == 0 || (vietnamese && strncmp (text, "ai", 2) == 0)) &&
          !g_ascii_isupper (self->original[self->text->origins[hit->start]]))
        hit->concept = (guint16) other;
    }
}

typedef enum
{
  INSIDE,
  BETWEEN_CLAUSES,
  BETWEEN_SENTENCES,
} Border;

static Border
find_border (const char *begin,
             const char *p,
             const char *end)
{
  static const char *const between_clauses[] = { "、", "،", "—", "–" };
  static const char *const between_sentences[] = { "。", "؟", "؛", "।", "…" };

  if ((guint8) *p >= 0x80)
    {
      for (guint i = 0; i < G_N_ELEMENTS (between_clauses); i++)
        if (strncmp (p, between_clauses[i], strlen (between_clauses[i])) == 0)
          return BETWEEN_CLAUSES;
      for (guint i = 0; i < G_N_ELEMENTS (between_sentences); i++)
        if (strncmp (p, between_sentences[i], strlen (between_sentences[i])) == 0)
          return BETWEEN_SENTENCES;
      return INSIDE;
    }
  if (strchr ("!?;\n", *p) != NULL)
    return BETWEEN_SENTENCES;
  if (*p == '(' || *p == ')' ||
      (*p == '-' && p > begin && p + 1 < end && p[1] == ' ' && p[-1] == ' '))
    return BETWEEN_CLAUSES;
  /* Wide punctuation has become narrow, and has no space after it. */
  if ((*p == ',' || *p == '.' || *p == ':') &&
      (p + 1 >= end || g_ascii_isspace (p[1]) || (guint8) p[1] >= 0x80 ||
       (p > begin && (guint8) p[-1] >= 0x80)))
    return *p == ',' ? BETWEEN_CLAUSES : BETWEEN_SENTENCES;
  return INSIDE;
}

static guint
measure (gunichar character)
{
  TdScript script = td_script_of (character);

  if (g_unichar_ismark (character))
    return 0;
  return td_script_has_spaces (script) && script != TD_WRITING_HANGUL ? 1 : 2;
}

static void
find_places (TdClauses *self)
{
  const char *text = self->text->text;
  const char *stop = text + self->text->length;
  guint16 clause = 0;
  guint16 sentence = 0;
  guint column = 0;

  self->places = g_new0 (TdPlace, self->text->length + 1);
  for (const char *p = text; p < stop; p = g_utf8_next_char (p))
    {
      Border border = find_border (text, p, stop);
      guint n_bytes = (guint) (g_utf8_next_char (p) - p);

      clause += border != INSIDE;
      sentence += border == BETWEEN_SENTENCES;
      for (guint i = 0; i < n_bytes; i++)
        self->places[p - text + i] = (TdPlace) { clause, sentence, (guint16) column, 0, 0 };
      clause += border != INSIDE;
      sentence += border == BETWEEN_SENTENCES;
      column = MIN (column + measure (g_utf8_get_char (p)), G_MAXUINT16);
    }
  self->places[self->text->length] = (TdPlace) { clause, sentence, (guint16) column, 0, 0 };
}

static void
mark_quoted (TdClauses *self,
             gsize      start,
             gsize      end)
{
  for (gsize at = start; at < end; at++)
    self->places[at].quoted = TRUE;
}

static void
find_quotes (TdClauses *self)
{
  static const struct
  {
    const char *open;
    const char *close;
  } quotes[] = { { "\"", "\"" }, { "\342\200\236", "\"" }, { "«", "»" },   { "»", "«" },
                 { "「", "」" }, { "『", "』" },           { "《", "》" }, { "“", "”" } };
  const char *text = self->text->text;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    for (guint i = 0; i < G_N_ELEMENTS (quotes); i++)
      {
        const char *end;

        if ((*p != '"' && (guint8) *p < 0x80) || !g_str_has_prefix (p, quotes[i].open))
          continue;
        end = strstr (p + strlen (quotes[i].open), quotes[i].close);
        if (end == NULL)
          continue;
        mark_quoted (self, p - text, end - text);
        p = end;
        break;
      }
}

/* Whether the sentence before @at, or all of the text where a line ends there, says what is to be done to a
 * text. */
static gboolean
is_order_on_text (TdClauses       *self,
                  const GArray    *meant,
                  const TdLexicon *meanings,
                  gsize            at)
{
  static const char *const orders[] = { "rewrite", "translate", "summarize", "extract",
                                        "classify", "text-given", "question-of-text" };
  gboolean ends_line = self->text->text[at] == '\n';

  for (guint i = 0; i < meant->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (meant, TdLexiconHit, i);

      if (hit->start >= at ||
          (!ends_line &&
           self->places[hit->start].sentence != self->places[at - 1].sentence))
        continue;
      for (guint n = 0; n < (ends_line ? G_N_ELEMENTS (orders) : 5); n++)
        if (hit->concept == td_lexicon_find (meanings, orders[n]))
          return TRUE;
    }
  return FALSE;
}

/* What follows such an order is not what is asked for: "Summarise: today's news reported ...". */
static void
find_payload (TdClauses       *self,
              const GArray    *meant,
              const TdLexicon *meanings)
{
  const char *text = self->text->text;

  for (gsize at = 1; at < self->text->length; at++)
    {
      const char *end;

      if ((text[at] != ':' && text[at] != '\n') ||
          self->places[at].sentence == self->places[at - 1].sentence ||
          !is_order_on_text (self, meant, meanings, at))
        continue;
      end = at + 2 < self->text->length ? strstr (text + at + 2, "\n\n") : NULL;
      for (gsize i = at + 1; i < (end != NULL ? (gsize) (end - text) : self->text->length); i++)
        self->places[i].payload = TRUE;
      return;
    }
}

/**
 * td_clauses_init:
 * @self: uninitialised clauses
 * @features: the features of a request
 * @meanings: what these were made with
 * @lexicon: what to look for
 *
 * Parts a request into clauses and sentences; @features and @lexicon have to live as long as they do.
 */
void
td_clauses_init (TdClauses        *self,
                 const TdFeatures *features,
                 const TdLexicon  *meanings,
                 const TdLexicon  *lexicon)
{
  self->text = features->text;
  self->original = features->original;
  self->lexicon = lexicon;
  self->hits = g_array_new (FALSE, FALSE, sizeof (TdLexiconHit));
  td_lexicon_match (lexicon, self->text, 0, self->text->length, self->hits);
  drop_other_models (self);
  drop_short_names (self);
  for (guint i = 0; i < self->hits->len; i++)
    self->present[g_array_index (self->hits, TdLexiconHit, i).concept] = TRUE;
  find_places (self);
  find_quotes (self);
  if (self->text->length >= SUPPLIED_BYTES)
    mark_quoted (self, features->body_start, features->body_end);
  find_payload (self, features->hits, meanings);
}

void
td_clauses_clear (TdClauses *self)
{
  g_clear_pointer (&self->hits, g_array_unref);
  g_clear_pointer (&self->places, g_free);
}

static void
find_clause (TdClauses          *self,
             const TdLexiconHit *hit,
             guint32            *start,
             guint32            *end)
{
  guint16 first = self->places[hit->start].clause;
  guint16 last = self->places[hit->end - 1].clause;

  *start = hit->start;
  *end = hit->end;
  while (*start > 0 && self->places[*start - 1].clause == first)
    (*start)--;
  while (*end < self->text->length && self->places[*end].clause == last)
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
  return concept != NULL && hit->concept == td_lexicon_find (self->lexicon, concept);
}

typedef gboolean (*Relation) (TdClauses          *self,
                              const TdLexiconHit *hit,
                              const TdLexiconHit *other,
                              guint               max_columns);

static gboolean
overlaps (TdClauses          *self,
          const TdLexiconHit *hit,
          const TdLexiconHit *other,
          guint               max_columns)
{
  return other->start < hit->end && hit->start < other->end;
}

static gboolean
exceeds (TdClauses          *self,
         const TdLexiconHit *hit,
         const TdLexiconHit *other,
         guint               max_columns)
{
  return overlaps (self, hit, other, 0) &&
         !(other->start >= hit->start && other->end <= hit->end &&
           other->end - other->start < hit->end - hit->start);
}

static guint
get_column (TdClauses *self,
            guint32    at)
{
  return self->places[at].column;
}

static gboolean
is_before (TdClauses          *self,
           const TdLexiconHit *hit,
           const TdLexiconHit *other,
           guint               max_columns)
{
  return other->end <= hit->start &&
         get_column (self, hit->start) - get_column (self, other->end) <= max_columns;
}

static gboolean
is_after (TdClauses          *self,
          const TdLexiconHit *hit,
          const TdLexiconHit *other,
          guint               max_columns)
{
  return other->start >= hit->end &&
         get_column (self, other->start) - get_column (self, hit->end) <= max_columns;
}

static gboolean
is_near (TdClauses          *self,
         const TdLexiconHit *hit,
         const TdLexiconHit *other,
         guint               max_columns)
{
  return overlaps (self, hit, other, 0) || is_before (self, hit, other, max_columns) ||
         is_after (self, hit, other, max_columns);
}

static gboolean
in_same_clause (TdClauses          *self,
                const TdLexiconHit *hit,
                const TdLexiconHit *other)
{
  return self->places[other->start].clause >= self->places[hit->start].clause &&
         self->places[other->end - 1].clause <= self->places[hit->end - 1].clause;
}

static gboolean
in_same_sentence (TdClauses          *self,
                  const TdLexiconHit *hit,
                  const TdLexiconHit *other)
{
  return self->places[other->start].sentence >= self->places[hit->start].sentence &&
         self->places[other->end - 1].sentence <= self->places[hit->end - 1].sentence;
}

/* Whether a phrase of @concept stands at the place, in the same clause. */
static gboolean
find (TdClauses          *self,
      const TdLexiconHit *hit,
      const char         *concept,
      Relation            relation,
      guint               max_columns)
{
  guint wanted = td_lexicon_find (self->lexicon, concept);

  if (wanted == TD_LEXICON_NONE || !self->present[wanted])
    return FALSE;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->concept == wanted && in_same_clause (self, hit, other) &&
          relation (self, hit, other, max_columns))
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

/* Whether the concept occurs in the sentence of the place. */
gboolean
td_clauses_shares_sentence (TdClauses          *self,
                            const TdLexiconHit *hit,
                            const char         *concept)
{
  guint wanted = td_lexicon_find (self->lexicon, concept);

  if (wanted == TD_LEXICON_NONE || !self->present[wanted])
    return FALSE;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->concept == wanted && in_same_sentence (self, hit, other))
        return TRUE;
    }
  return FALSE;
}

/**
 * td_clauses_is_near:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether the concept occurs that close to the place
 */
gboolean
td_clauses_is_near (TdClauses          *self,
                    const TdLexiconHit *hit,
                    const char         *concept,
                    guint               max_columns)
{
  return find (self, hit, concept, is_near, max_columns);
}

/**
 * td_clauses_is_before:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether the concept stands that closely before the place
 */
gboolean
td_clauses_is_before (TdClauses          *self,
                      const TdLexiconHit *hit,
                      const char         *concept,
                      guint               max_columns)
{
  return find (self, hit, concept, is_before, max_columns);
}

/**
 * td_clauses_is_after:
 * @self: clauses
 * @hit: a place in the request
 * @concept: the name of a concept
 * @max_columns: how far away at most, in letters
 *
 * Returns: whether the concept stands that closely behind the place
 */
gboolean
td_clauses_is_after (TdClauses          *self,
                     const TdLexiconHit *hit,
                     const char         *concept,
                     guint               max_columns)
{
  return find (self, hit, concept, is_after, max_columns);
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
         g_str_has_prefix (name, "need-") || g_str_has_prefix (name, "act-") ||
         g_str_equal (name, "search-word") || g_str_equal (name, "output-word");
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

/* Whether its clause begins as a question for a fact does. */
gboolean
td_clauses_begins_asking (TdClauses          *self,
                          const TdLexiconHit *hit)
{
  guint asks = td_lexicon_find (self->lexicon, "asks-thing");
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  while (start < end && g_ascii_isspace (self->text->text[start]))
    start++;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->start == start && other->concept == asks)
        return TRUE;
    }
  return FALSE;
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
  return *p == '?' || g_str_has_prefix (p, "؟") || td_clauses_begins_asking (self, hit);
}

/* Whether its sentence ends in a question mark. */
gboolean
td_clauses_asks (TdClauses          *self,
                 const TdLexiconHit *hit)
{
  guint16 sentence = self->places[hit->start].sentence;
  guint32 end = hit->end;

  while (end < self->text->length && self->places[end].sentence == sentence)
    end++;
  return self->text->text[end] == '?' || g_str_has_prefix (self->text->text + end, "؟");
}

/* Whether its clause is the last of its sentence. */
gboolean
td_clauses_ends_sentence (TdClauses          *self,
                          const TdLexiconHit *hit)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  return self->places[end].sentence != self->places[hit->start].sentence ||
         end >= self->text->length;
}

/* Whether its clause begins with a phrase of @concept and soon goes on with it. */
gboolean
td_clauses_is_begun (TdClauses          *self,
                     const TdLexiconHit *hit,
                     const char         *concept,
                     guint               max_columns)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  while (start < hit->start && g_ascii_isspace (self->text->text[start]))
    start++;
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->start == start && is_before (self, hit, other, max_columns) &&
          td_clauses_is (self, other, concept))
        return TRUE;
    }
  return FALSE;
}

/* Whether it is in the text that was supplied, or quoted, rather than in what is asked. "What does 'quality
 * first' mean" asks for none. */
gboolean
td_clauses_is_supplied (TdClauses          *self,
                        const TdLexiconHit *hit)
{
  const char *text = self->text->text;

  return self->places[hit->start].quoted ||
         (hit->start > 1 && text[hit->start - 1] == '\'' && text[hit->start - 2] == ' ');
}

/* The same, or in the text that an order is to be carried out on. */
gboolean
td_clauses_is_payload (TdClauses          *self,
                       const TdLexiconHit *hit)
{
  return td_clauses_is_supplied (self, hit) || self->places[hit->start].payload;
}

/* Of the model one may speak behind "translate this:" as well, if one says so. */
gboolean
td_clauses_states_nothing (TdClauses          *self,
                           const TdLexiconHit *hit)
{
  return td_clauses_is_supplied (self, hit) ||
         (self->places[hit->start].payload && !td_clauses_is_alone (self, hit) &&
          !(td_clauses_shares_sentence (self, hit, "model") &&
            td_clauses_shares_sentence (self, hit, "pick-word")));
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

/* Whether only words of politeness are before @at in its clause: "could you please draw". */
static gboolean
is_led_in (TdClauses *self,
           guint32    start,
           guint32    at)
{
  guint please = td_lexicon_find (self->lexicon, "lead-in-thing");

  for (guint i = 0; i < self->hits->len && start < at; i++)
    {
      const TdLexiconHit *hit = &g_array_index (self->hits, TdLexiconHit, i);

      while (start < at && !g_unichar_isalnum (g_utf8_get_char (self->text->text + start)))
        start += g_utf8_skip[(guint8) self->text->text[start]];
      if (hit->concept == please && hit->start == start)
        start = hit->end;
    }
  while (start < at && !g_unichar_isalnum (g_utf8_get_char (self->text->text + start)))
    start += g_utf8_skip[(guint8) self->text->text[start]];
  return start >= at;
}

/* Whether its clause begins with it, but for words of politeness, or a word that goes on. */
gboolean
td_clauses_opens (TdClauses          *self,
                  const TdLexiconHit *hit)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  return is_led_in (self, start, hit->start) ||
         td_clauses_is_before (self, hit, "then-thing", 1);
}

/* Whether its clause begins so with a phrase of @concept. */
gboolean
td_clauses_is_opened (TdClauses          *self,
                      const TdLexiconHit *hit,
                      const char         *concept,
                      guint               max_columns)
{
  guint wanted = td_lexicon_find (self->lexicon, concept);

  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (self->hits, TdLexiconHit, i);

      if (other->concept == wanted && in_same_clause (self, hit, other) &&
          is_before (self, hit, other, max_columns) && td_clauses_opens (self, other))
        return TRUE;
    }
  return FALSE;
}

/* Whether nothing but words of politeness follows it in its clause. */
gboolean
td_clauses_closes (TdClauses          *self,
                   const TdLexiconHit *hit)
{
  guint32 start, end;

  find_clause (self, hit, &start, &end);
  return is_led_in (self, find_word_end (self, hit, end), end) ||
         get_column (self, end) - get_column (self, hit->end) <= 8;
}

/* Whether the text begins with it, but for an article. */
gboolean
td_clauses_opens_text (TdClauses          *self,
                       const TdLexiconHit *hit)
{
  return get_column (self, hit->start) <= 4;
}

/* Whether the text says a phrase of @concept anywhere. */
gboolean
td_clauses_has (TdClauses  *self,
                const char *concept)
{
  guint wanted = td_lexicon_find (self->lexicon, concept);

  return wanted != TD_LEXICON_NONE && self->present[wanted];
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
