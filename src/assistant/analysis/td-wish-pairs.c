/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wishes and needs that are said in many ways: two words that mean little alone, close to each other in one
 * clause. "Nothing may leave this computer", "must not go to any server" and "keep it on my own machine" are
 * one such rule rather than a hundred phrases, and one for all languages.
 */
#include "config.h"

#include "assistant/analysis/td-wish-pairs.h"

#include "assistant/analysis/td-clause-company.h"
#include "assistant/analysis/td-clause-edges.h"
#include "assistant/analysis/td-clause-question.h"
#include "assistant/analysis/td-supplied-text.h"

#define SHORT_BYTES 160 /* of a question without figures to work with */

typedef enum
{
  ORDERED = 1 << 0,      /* the first stands before the second */
  ASKED = 1 << 1,        /* a question may say so too */
  ALONE = 1 << 2,        /* and nothing else is in the clause */
  AT_EDGE = 1 << 3,      /* the second begins or ends its clause */
  OPENS = 1 << 4,        /* the first begins its clause */
  IN_CODE = 1 << 5,      /* said of the answer even where programs are asked for */
  FACTS_ONLY = 1 << 6,   /* only in questions of fact */
  NO_FIGURES = 1 << 7,   /* not where tables are spoken of */
  SENTENCE = 1 << 8,     /* all of it anywhere in the sentence */
  CLOSES = 1 << 9,       /* the second ends its clause */
  NOT_FACTS = 1 << 10,   /* not in questions of fact */
  NOT_SUMS = 1 << 13,    /* where figures are computed it is said of what is there already */
  OVERLAID = 1 << 12,    /* or the two are one word */
  BEFORE = 1 << 11,      /* the first begins the text: the second is its subject */
} PairFlags;

/* The names are concepts of phrases.txt. */
typedef struct
{
  guint about; /* a TdStatedKind or a TdNeed */
  const char *first; /* (nullable) */
  const char *second;
  const char *with;    /* (nullable): has to be in the clause too */
  const char *without; /* (nullable): may not be in the clause */
  guint max_columns;
  PairFlags flags;
} Pair;

static const Pair wishes[] = {
  { TD_STATED_LOCAL, "run-word", "own-device", NULL, "not-local", 24, ASKED },
  { TD_STATED_LOCAL, "leave-word", "own-device", NULL, "not-leave", 28, ORDERED },
  { TD_STATED_LOCAL, "leave-word", "own-device", "no-word", "not-leave", 28, 0 },
  { TD_STATED_LOCAL, "leave-word", "own-house", "data-word", "not-leave", 28, 0 },
  { TD_STATED_LOCAL, "run-word", "own-house", "model", "not-local", 24, 0 },
  { TD_STATED_LOCAL, "no-word", "net-place", NULL, "not-net", 44, 0 },
  { TD_STATED_LOCAL, "keep-word", "say-local", NULL, "not-local", 24, 0 },
  { TD_STATED_LOCAL, "keep-word", "own-device", NULL, "not-leave", 16, ORDERED },
  { TD_STATED_LOCAL, "model", "own-device", NULL, "not-local", 40, 0 },
  { TD_STATED_LOCAL, "model", "say-local", NULL, "not-local", 0, SENTENCE },
  { TD_STATED_OPEN_WEIGHTS, "no-word", "closed-word", NULL, NULL, 12, ORDERED },
  { TD_STATED_OPEN_WEIGHTS, "model", "say-open", NULL, NULL, 60, 0 },
  { TD_STATED_FREE, "no-word", "pay-word", NULL, "not-free", 40, ALONE | OVERLAID },

  { TD_STATED_FREE, "no-word", "pay-verb", "model", "much-word", 24, OVERLAID },
  { TD_STATED_FREE, "no-word", "one-cent", "model", "much-word", 0, SENTENCE },
  { TD_STATED_FREE, "no-word", "one-cent", "pay-word", "much-word", 0, ALONE },
  { TD_STATED_CHEAP, "no-word", "pay-word", "much-word", "amount-word", 40, ALONE },
  { TD_STATED_CHEAP, "price-word", "comes-first", NULL, "quality-noun", 24, 0 },
  { TD_STATED_CHEAP, "pick-word", "word-cheap", "any-model", NULL, 24, ORDERED },
  { TD_STATED_CHEAP, "price-word", "low-word", NULL, "no-matter", 16, ALONE | NO_FIGURES },
  { TD_STATED_CHEAP, "price-word", "low-word", "model", "no-matter", 16, 0 },
  { TD_STATED_CHEAP, "pay-word", "low-word", NULL, "amount-word", 24, ALONE },
  { TD_STATED_CHEAP, "no-word", "dear-word", "model", NULL, 24, ORDERED },
  { TD_STATED_QUALITY, "price-word", "no-matter", NULL, NULL, 28, 0 },
  { TD_STATED_QUALITY, "quality-noun", "comes-first", NULL, NULL, 24, 0 },
  { TD_STATED_SPEED, "speed-noun", "comes-first", NULL, "not-speed", 24, 0 },
  { TD_STATED_SPEED, "answer-word", "word-speed", NULL, "not-speed", 14, 0 },
  { TD_STATED_SPEED, "model", "word-speed", "answer-word", "not-speed", 60, 0 },
  { TD_STATED_SPEED, "quality-noun", "no-matter", NULL, NULL, 24, 0 },
  { TD_STATED_REGION, "host-word", "region-place", NULL, "not-host", 60, 0 },
  { TD_STATED_REGION, "data-word", "region-place", "leave-word", "not-host", 60, 0 },
};

static const Pair needs[] = {
  { TD_NEED_VISION, "shown-thing", "image-thing", NULL, "unseen-thing", 32,
    ASKED | IN_CODE | OVERLAID },
  { TD_NEED_IMAGE_OUTPUT, NULL, "draw-thing", NULL, "undrawn-thing", 0, ASKED | OPENS | NOT_SUMS },
  { TD_NEED_IMAGE_OUTPUT, NULL, "draw-thing", NULL, "undrawn-thing", 0, CLOSES | NOT_SUMS },
  { TD_NEED_IMAGE_OUTPUT, "make-thing", "art-thing", NULL, "undrawn-thing", 30,
    ASKED | ORDERED | IN_CODE },
  { TD_NEED_IMAGE_OUTPUT, "art-thing", "make-thing", NULL, "undrawn-thing", 16, ORDERED | CLOSES },
  { TD_NEED_IMAGE_OUTPUT, "art-thing", "make-end-thing", NULL, "undrawn-thing", 6, ORDERED },
  { TD_NEED_IMAGE_OUTPUT, NULL, "art-head-thing", NULL, "undrawn-thing", 0, BEFORE | NOT_FACTS },
  { TD_NEED_AUDIO, "listen-thing", "audio-thing", NULL, "not-audio", 60, ASKED | IN_CODE },
  { TD_NEED_AUDIO, "transcribe-thing", "audio-thing", NULL, "not-audio", 0, SENTENCE | ASKED },
  { TD_NEED_AUDIO, NULL, "transcribe-thing", NULL, "not-audio", 0, OPENS },
  { TD_NEED_AUDIO, "read-word", "aloud-word", NULL, "not-audio", 60, ASKED | ORDERED },
  { TD_NEED_AUDIO, NULL, "spoken-thing", NULL, "not-audio", 0, 0 },
  { TD_NEED_AUDIO, NULL, "audio-file-thing", NULL, "not-audio", 0, ASKED },
  { TD_NEED_TOOLS, "search-word", "web-place", NULL, "not-live", 90, ASKED | ORDERED },
  { TD_NEED_TOOLS, "web-place", "search-word", NULL, "not-live", 60, ASKED | ORDERED },
  { TD_NEED_TOOLS, "search-word", "now-thing", NULL, "not-live", 60,
    ORDERED | OPENS | NO_FIGURES },
  { TD_NEED_TOOLS, "act-word", "act-thing", NULL, "not-live", 44, ORDERED | OPENS | IN_CODE },
  { TD_NEED_TOOLS, "act-thing", "act-end", NULL, "not-live", 24, ORDERED | CLOSES },
  { TD_NEED_TOOLS, "send-thing", "mail-thing", NULL, "not-live", 60, ASKED },
  { TD_NEED_TOOLS, "visit-thing", "url-thing", NULL, "not-live", 60, ASKED },
  { TD_NEED_TOOLS, "visit-thing", "url-thing", NULL, "not-live", 8, OPENS | IN_CODE },
  { TD_NEED_TOOLS, "run-order-thing", "run-thing", NULL, "not-live", 24, IN_CODE },
  { TD_NEED_TOOLS, "past-word", "played-thing", NULL, "not-live", 60, ASKED | FACTS_ONLY },
  { TD_NEED_TOOLS, "past-word", "live-thing", NULL, "not-live", 40, ASKED | FACTS_ONLY },
  { TD_NEED_TOOLS, "now-thing", "office-thing", NULL, "not-live", 40, ASKED | FACTS_ONLY },
  { TD_NEED_TOOLS, "now-thing", "timetable-thing", NULL, "not-live", 50, ASKED | FACTS_ONLY },
  { TD_NEED_TOOLS, "next-thing", "timetable-thing", NULL, "not-live", 12,
    ASKED | ORDERED | FACTS_ONLY },
  { TD_NEED_STRUCTURED_OUTPUT, "output-word", "format-word", NULL, "not-structured", 34, ASKED },
  { TD_NEED_STRUCTURED_OUTPUT, "field-thing", "format-word", NULL, "not-structured", 0, SENTENCE },
  { TD_NEED_STRUCTURED_OUTPUT, "field-thing", "format-word", "output-word", "not-structured", 0,
    SENTENCE | IN_CODE },
  { TD_NEED_STRUCTURED_OUTPUT, "must-output", "schema-thing", NULL, "not-structured", 60, 0 },
  { TD_NEED_STRUCTURED_OUTPUT, "output-word", "schema-thing", NULL, "not-structured", 60, 0 },
  { TD_NEED_STRUCTURED_OUTPUT, "must-output", "format-word", NULL, NULL, 34, ORDERED | IN_CODE },
  { TD_NEED_STRUCTURED_OUTPUT, "format-word", "please", NULL, "not-structured", 12, ALONE },
  { TD_NEED_LONG_CONTEXT, "have-thing", "big-text-thing", NULL, NULL, 0,
    SENTENCE | ASKED | IN_CODE },
};

static gboolean
shares (TdClauses          *clauses,
        const Pair         *pair,
        const TdLexiconHit *hit,
        const char         *concept)
{
  return pair->flags & SENTENCE ? td_clauses_shares_sentence (clauses, hit, concept)
                                : td_clauses_shares (clauses, hit, concept);
}

static gboolean
is_beside (TdClauses          *clauses,
           const Pair         *pair,
           const TdLexiconHit *hit)
{
  if (pair->first == NULL)
    return TRUE;
  if (pair->flags & SENTENCE)
    return td_clauses_shares_sentence (clauses, hit, pair->first);
  return pair->flags & ORDERED
           ? td_clauses_is_before (clauses, hit, pair->first, pair->max_columns)
         : pair->flags & OVERLAID
           ? td_clauses_is_near (clauses, hit, pair->first, pair->max_columns)
           : td_clauses_is_before (clauses, hit, pair->first, pair->max_columns) ||
               td_clauses_is_after (clauses, hit, pair->first, pair->max_columns);
}

static gboolean
stands_right (TdClauses          *clauses,
              const Pair         *pair,
              const TdLexiconHit *hit)
{
  if ((pair->flags & ALONE) && !td_clauses_is_alone (clauses, hit))
    return FALSE;
  if ((pair->flags & CLOSES) && !td_clauses_closes (clauses, hit))
    return FALSE;
  if ((pair->flags & BEFORE) && !td_clauses_opens_text (clauses, hit))
    return FALSE;
  if (pair->flags & OPENS)
    return pair->first != NULL
             ? td_clauses_is_opened (clauses, hit, pair->first, pair->max_columns)
             : td_clauses_opens (clauses, hit);
  return TRUE;
}

static gboolean
is_pair (TdClauses          *clauses,
         const Pair         *pair,
         const TdLexiconHit *hit)
{
  return is_beside (clauses, pair, hit) &&
         (pair->with == NULL || td_clauses_shares_sentence (clauses, hit, pair->with)) &&
         (pair->without == NULL || !shares (clauses, pair, hit, pair->without)) &&
         ((pair->flags & ASKED) || !td_clauses_is_question (clauses, hit)) &&
         stands_right (clauses, pair, hit);
}

/* "Money is no object" is neither thrift nor a refusal to pay. */
static gboolean
is_generous (TdClauses          *clauses,
             const Pair         *pair,
             const TdLexiconHit *hit)
{
  return (pair->about == TD_STATED_FREE || pair->about == TD_STATED_CHEAP) &&
         (td_clauses_shares (clauses, hit, "say-quality") ||
          td_clauses_shares (clauses, hit, "no-matter"));
}

static gboolean
find (TdClauses    *clauses,
      const Pair   *pair,
      gboolean      needed,
      TdLexiconHit *place)
{
  guint second = td_lexicon_find (clauses->lexicon, pair->second);

  if (!td_clauses_has (clauses, pair->second) ||
      (pair->first != NULL && !td_clauses_has (clauses, pair->first)))
    return FALSE;
  for (guint i = 0; i < clauses->hits->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);

      if (hit->concept != second || !is_pair (clauses, pair, hit) ||
          (!needed && is_generous (clauses, pair, hit)) ||
          (needed ? td_clauses_is_payload (clauses, hit)
                  : td_clauses_states_nothing (clauses, hit)))
        continue;
      *place = *hit;
      return TRUE;
    }
  return FALSE;
}

/* In a question about programs nearly all such words are about the program. */
static gboolean
may_say (const Pair *pair,
         TdClauses  *clauses,
         TdCategory  category)
{
  if (pair->flags & FACTS_ONLY)
    return category == TD_CATEGORY_KNOWLEDGE ||
           (clauses->text->length < SHORT_BYTES &&
            (category == TD_CATEGORY_DATA_ANALYSIS || category == TD_CATEGORY_MATH_REASONING ||
             category == TD_CATEGORY_SUMMARIZE_EXTRACT));
  if ((pair->flags & NO_FIGURES && category == TD_CATEGORY_DATA_ANALYSIS) ||
      (pair->flags & NOT_SUMS && category == TD_CATEGORY_MATH_REASONING) ||
      (pair->flags & NOT_FACTS && category == TD_CATEGORY_KNOWLEDGE))
    return FALSE;
  return category != TD_CATEGORY_CODING || (pair->flags & IN_CODE) ||
         td_clauses_has (clauses, "model");
}

/**
 * td_wish_pairs_find:
 * @kind: a wish
 * @category: what the request is for
 * @place: (out caller-allocates): the words that say so
 *
 * Returns: whether two words of the text together state the wish
 */
gboolean
td_wish_pairs_find (TdClauses    *clauses,
                    TdStatedKind  kind,
                    TdCategory    category,
                    TdLexiconHit *place)
{
  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    if (wishes[i].about == kind && may_say (&wishes[i], clauses, category) &&
        find (clauses, &wishes[i], FALSE, place))
      return TRUE;
  return FALSE;
}

/**
 * td_need_pairs_find:
 * @need: a need
 * @category: what the request is for
 * @place: (out caller-allocates): the words that say so
 *
 * Returns: whether two words of the text together tell of the need
 */
gboolean
td_need_pairs_find (TdClauses    *clauses,
                    TdNeed        need,
                    TdCategory    category,
                    TdLexiconHit *place)
{
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    if (needs[i].about == need && may_say (&needs[i], clauses, category) &&
        find (clauses, &needs[i], TRUE, place))
      return TRUE;
  return FALSE;
}
