/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words such as "cheapest" or "local" are in every other request and are about flights and restaurants; they
 * are only taken as being about the model where a word for models is near, or where they are a clause of
 * their own: "…, cheapest please".
 */
#include "config.h"

#include "assistant/analysis/td-request-wishes.h"

#include <string.h>

#include "assistant/analysis/td-clause-company.h"
#include "assistant/analysis/td-clause-edges.h"
#include "assistant/analysis/td-clause-question.h"
#include "assistant/analysis/td-request-terms-private.h"
#include "assistant/analysis/td-supplied-text.h"
#include "assistant/analysis/td-wish-pairs.h"

#define NEAR_COLUMNS 28
#define DENIED_BYTES 12
#define LIMIT_BYTES  8
#define LONG_BYTES   12 /* so long a phrase means but one thing, wherever it stands */

/* The concepts of phrases.txt that stand for themselves, those that need company, and those that cancel
 * them. */
typedef struct
{
  TdStatedKind kind;
  const char *say;
  const char *word;
  const char *cancel;
} Wish;

static const Wish wishes[] = {
  { TD_STATED_LOCAL, "say-local", NULL, "not-local" },
  { TD_STATED_OPEN_WEIGHTS, "say-open", "word-open", NULL },
  { TD_STATED_FREE, "say-free", "word-free", "not-gratis" },
  { TD_STATED_CHEAP, "say-cheap", "word-cheap", "say-free" },
  { TD_STATED_QUALITY, "say-quality", "word-quality", NULL },
  { TD_STATED_SPEED, "say-speed", "word-speed", "not-speed" },
  { TD_STATED_REGION, NULL, "word-region", NULL },
};

/* "Run it locally" is about the program in a question about programs, "the cheapest" about what is to be
 * bought in one of fact. */
static gboolean
is_about_model (TdClauses          *clauses,
                const TdLexiconHit *hit,
                TdStatedKind        kind,
                TdCategory          category)
{
  if (td_clauses_is_near (clauses, hit, "model", NEAR_COLUMNS) ||
      td_clauses_is_alone (clauses, hit))
    return TRUE;
  if (kind != TD_STATED_QUALITY &&
      (td_clauses_is_question (clauses, hit) || td_clauses_asks (clauses, hit)) &&
      !td_clauses_shares_sentence (clauses, hit, "model"))
    return FALSE;
  switch (kind)
    {
    case TD_STATED_SPEED:
      return category != TD_CATEGORY_KNOWLEDGE && category != TD_CATEGORY_MATH_REASONING &&
             td_clauses_is_at_edge (clauses, hit);
    case TD_STATED_LOCAL:
      return category != TD_CATEGORY_CODING &&
             (hit->end - hit->start >= LONG_BYTES || td_clauses_is_at_edge (clauses, hit));
    case TD_STATED_CHEAP:
      return category != TD_CATEGORY_KNOWLEDGE ||
             td_clauses_is_at_edge (clauses, hit);
    default:
      return TRUE;
    }
}

/* "It need not be the best"; and "cheaper than a dollar" is a limit. */
static gboolean
is_denied (TdClauses          *clauses,
           const TdLexiconHit *hit,
           TdStatedKind        kind)
{
  const char *after = clauses->text->text + hit->end;
  gsize distance = strcspn (after, "0123456789");

  return td_clauses_is_before (clauses, hit, "about-thing", G_MAXINT) ||
         td_clauses_is_before (clauses, hit, "denied", DENIED_BYTES) ||
         (kind == TD_STATED_CHEAP && td_clauses_shares (clauses, hit, "amount-word") &&
          (td_clauses_shares (clauses, hit, "much-word") ||
           td_clauses_is_overlapped (clauses, hit, "below"))) ||
         td_clauses_is_after (clauses, hit, "denied-after", DENIED_BYTES) ||
         (kind == TD_STATED_CHEAP && td_clauses_is_overlapped (clauses, hit, "below") &&
          after[distance] != '\0' && distance <= LIMIT_BYTES);
}

/* Whether a word that needs company has it. */
static gboolean
has_company (TdClauses          *clauses,
             const TdLexiconHit *hit,
             TdStatedKind        kind)
{
  gboolean asked = td_clauses_is_question (clauses, hit);

  if (td_clauses_is_near (clauses, hit, "model", NEAR_COLUMNS) &&
      (!asked || td_clauses_shares (clauses, hit, "which-thing")))
    return TRUE;
  return kind != TD_STATED_QUALITY && !asked && !td_clauses_asks (clauses, hit) &&
         td_clauses_is_alone (clauses, hit);
}

static gboolean
is_wished (TdClauses          *clauses,
           const TdLexiconHit *hit,
           const Wish         *wish,
           TdCategory          category)
{
  gboolean says = td_clauses_is (clauses, hit, wish->say) &&
                  is_about_model (clauses, hit, wish->kind, category);

  if (!says &&
      !(td_clauses_is (clauses, hit, wish->word) && has_company (clauses, hit, wish->kind)))
    return FALSE;
  return !td_clauses_states_nothing (clauses, hit) && !is_denied (clauses, hit, wish->kind) &&
         !td_request_terms_is_cancelled (clauses, hit, wish->cancel);
}

static void
find_wish (TdRequestTerms *self,
           TdClauses      *clauses,
           const Wish     *wish,
           TdCategory      category)
{
  for (guint i = 0; i < clauses->hits->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);

      if (!is_wished (clauses, hit, wish, category))
        continue;
      td_request_terms_state (self, clauses, wish->kind, 1, NULL, hit->start, hit->end);
      return;
    }
}

/**
 * td_request_wishes_find:
 * @self: the terms to add to
 * @clauses: the clauses of the request
 * @category: what the request is for
 *
 * Notes what the request says about the model that is to answer it, but for amounts and providers.
 */
void
td_request_wishes_find (TdRequestTerms *self,
                        TdClauses      *clauses,
                        TdCategory      category)
{
  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    find_wish (self, clauses, &wishes[i], category);
  for (guint kind = 0; kind < TD_N_STATED; kind++)
    {
      TdLexiconHit hit;

      if (td_wish_pairs_find (clauses, (TdStatedKind) kind, category, &hit))
        td_request_terms_state (self, clauses, (TdStatedKind) kind, 1, NULL, hit.start, hit.end);
    }
}
