/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a request needs, but for pictures and what its figures say. */
#include "config.h"

#include "assistant/analysis/td-request-needs.h"

#include "assistant/analysis/td-clause-company.h"
#include "assistant/analysis/td-clause-question.h"
#include "assistant/analysis/td-request-terms-private.h"
#include "assistant/analysis/td-supplied-text.h"
#include "assistant/analysis/td-wish-pairs.h"

#define LIVE_BYTES  60
#define SHORT_BYTES 160 /* of a question without figures to work with */

typedef struct
{
  TdNeed need;
  const char *say;
  const char *cancel;
} NeedPhrase;

static const NeedPhrase need_phrases[] = {
  { TD_NEED_AUDIO, "need-audio", "not-audio" },
  { TD_NEED_TOOLS, "need-live", "not-live" },
  { TD_NEED_LONG_CONTEXT, "need-long", NULL },
  { TD_NEED_STRUCTURED_OUTPUT, "need-structured", "not-structured" },
};

/**
 * td_request_needs_allow:
 * @need: something a request may need
 * @category: what the request is for
 *
 * Programs about recordings and the weather are written without hearing or seeing any, and so are stories
 * and sums.
 *
 * Returns: whether such a request needs that at all
 */
gboolean
td_request_needs_allow (TdNeed     need,
                        TdCategory category)
{
  switch (need)
    {
    case TD_NEED_AUDIO:
      return category != TD_CATEGORY_CODING && category != TD_CATEGORY_MATH_REASONING;
    case TD_NEED_TOOLS:
      return category != TD_CATEGORY_CODING && category != TD_CATEGORY_MATH_REASONING &&
             category != TD_CATEGORY_CREATIVE && category != TD_CATEGORY_DATA_ANALYSIS;
    case TD_NEED_LONG_CONTEXT:
      return category != TD_CATEGORY_CODING && category != TD_CATEGORY_MATH_REASONING;
    case TD_NEED_VISION:
    case TD_NEED_IMAGE_OUTPUT:
    case TD_NEED_STRUCTURED_OUTPUT:
    case TD_N_NEEDS:
    default:
      return TRUE;
    }
}

/* "What is a long novel" has none to be read, a poem about a recording is not about one that is given. */
static gboolean
is_only_spoken_of (TdClauses          *clauses,
                   const TdLexiconHit *hit,
                   TdNeed              need,
                   TdCategory          category)
{
  if (need == TD_NEED_LONG_CONTEXT)
    return td_clauses_is_question (clauses, hit) &&
           !td_clauses_shares_sentence (clauses, hit, "have-thing");
  if (need == TD_NEED_AUDIO)
    return category == TD_CATEGORY_CREATIVE &&
           !td_clauses_shares_sentence (clauses, hit, "listen-thing") &&
           !td_clauses_shares_sentence (clauses, hit, "read-word");
  return need == TD_NEED_STRUCTURED_OUTPUT && category == TD_CATEGORY_CODING &&
         td_clauses_shares (clauses, hit, "not-structured");
}

static void
find_need (TdRequestTerms   *self,
           TdClauses        *clauses,
           const NeedPhrase *phrase,
           TdCategory        category)
{
  if (!td_request_needs_allow (phrase->need, category))
    return;
  for (guint i = 0; i < clauses->hits->len && !self->needs[phrase->need]; i++)
    {
      const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);

      if (!td_clauses_is (clauses, hit, phrase->say) || td_clauses_is_payload (clauses, hit) ||
          is_only_spoken_of (clauses, hit, phrase->need, category) ||
          td_request_terms_is_cancelled (clauses, hit, phrase->cancel))
        continue;
      td_request_terms_need (self, clauses, phrase->need, hit);
    }
}

/* Needs that two phrases say together. */
static void
find_paired_needs (TdRequestTerms *self,
                   TdClauses      *clauses,
                   TdCategory      category)
{
  for (guint need = 0; need < TD_N_NEEDS; need++)
    {
      TdLexiconHit hit;

      if (!self->needs[need] && need != TD_NEED_VISION && need != TD_NEED_IMAGE_OUTPUT &&
          td_need_pairs_find (clauses, (TdNeed) need, category, &hit))
        td_request_terms_need (self, clauses, (TdNeed) need, &hit);
    }
}

/* "Run this script and show what it prints." */
static void
find_run_needs (TdRequestTerms *self,
                TdClauses      *clauses)
{
  for (guint i = 0; i < clauses->hits->len && !self->needs[TD_NEED_TOOLS]; i++)
    {
      const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);

      if (!td_clauses_is (clauses, hit, "need-run") || td_clauses_is_payload (clauses, hit))
        continue;
      td_request_terms_need (self, clauses, TD_NEED_TOOLS, hit);
    }
}

/* "Today" and "weather" in one clause: nobody knows that by heart. */
static void
find_live_needs (TdRequestTerms *self,
                 TdClauses      *clauses,
                 TdCategory      category)
{
  if (category == TD_CATEGORY_CODING || category == TD_CATEGORY_CREATIVE)
    return;
  for (guint i = 0; i < clauses->hits->len && !self->needs[TD_NEED_TOOLS]; i++)
    {
      const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);

      if (!td_clauses_is (clauses, hit, "live-thing") ||
          td_clauses_is_payload (clauses, hit) ||
          !td_clauses_is_near (clauses, hit, "now-thing", LIVE_BYTES) ||
          td_request_terms_is_cancelled (clauses, hit, "not-live"))
        continue;
      td_request_terms_need (self, clauses, TD_NEED_TOOLS, hit);
    }
}

/**
 * td_request_needs_find:
 * @self: the terms to add to
 * @clauses: the clauses of the request
 * @category: what the request is for
 *
 * Notes what the request needs a model to hear, to do or to write for a program.
 */
void
td_request_needs_find (TdRequestTerms *self,
                       TdClauses      *clauses,
                       TdCategory      category)
{
  for (guint i = 0; i < G_N_ELEMENTS (need_phrases); i++)
    find_need (self, clauses, &need_phrases[i], category);
  find_paired_needs (self, clauses, category);
  find_run_needs (self, clauses);
  if (td_request_needs_allow (TD_NEED_TOOLS, category) || clauses->text->length < SHORT_BYTES)
    find_live_needs (self, clauses, category);
}
