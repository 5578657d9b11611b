/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts in a request: what the answer may cost, what there is to run a model on, how much is to be read. */
#include "config.h"

#include "assistant/analysis/td-request-amounts.h"

#include "assistant/analysis/td-amount.h"
#include "assistant/analysis/td-clause-company.h"
#include "assistant/analysis/td-clause-edges.h"
#include "assistant/analysis/td-clause-question.h"
#include "assistant/analysis/td-request-needs.h"
#include "assistant/analysis/td-request-terms-private.h"
#include "assistant/analysis/td-supplied-text.h"

#define NEAR_COLUMNS  28
#define BOUND_COLUMNS 20
#define AFTER_COLUMNS 28
#define FEW_DOLLARS   (10 * TD_MONEY_PER_DOLLAR)
#define MANY_DOLLARS  (100 * TD_MONEY_PER_DOLLAR)
#define FEW_CENTS     (TD_MONEY_PER_DOLLAR / 5) /* nothing but an answer is to be had for that */
#define MANY_PAGES    40

/* "For under three dollars translate this": of the things that are ordered only an answer is so cheap. */
static gboolean
begins_order (TdClauses          *clauses,
              const TdLexiconHit *place,
              TdCategory          category)
{
  TdLexiconHit begin = *place;

  if (category == TD_CATEGORY_KNOWLEDGE || category == TD_CATEGORY_MATH_REASONING ||
      category == TD_CATEGORY_DATA_ANALYSIS)
    return FALSE;
  begin.end = place->start + 1;
  return td_clauses_begins (clauses, &begin) ||
         td_clauses_is_begun (clauses, &begin, "below", 1);
}

static gboolean
is_bounded (TdClauses          *clauses,
            const TdAmount     *amount,
            const TdLexiconHit *place,
            gboolean            of_answer)
{
  return amount->is_bounded || td_clauses_is_before (clauses, place, "below", BOUND_COLUMNS) ||
         td_clauses_is_after (clauses, place, "below", AFTER_COLUMNS) ||
         (of_answer && td_clauses_shares_sentence (clauses, place, "below"));
}

/* An answer costs cents, a gift does not: above some dollars only what is plainly about the model. */
static gboolean
is_for_answer (TdClauses          *clauses,
               const TdAmount     *amount,
               const TdLexiconHit *place,
               TdCategory          category)
{
  gboolean of_figures =
    category == TD_CATEGORY_MATH_REASONING || category == TD_CATEGORY_DATA_ANALYSIS;

  if (td_clauses_shares (clauses, place, "model") ||
      (td_clauses_is_alone (clauses, place) && amount->value <= MANY_DOLLARS) ||
      (amount->value <= FEW_DOLLARS && begins_order (clauses, place, category)))
    return TRUE;
  if (amount->value > FEW_DOLLARS)
    return FALSE;
  return td_clauses_shares (clauses, place, "answer-thing") ||
         (!of_figures && td_clauses_shares_sentence (clauses, place, "model")) ||
         (!of_figures && amount->value <= TD_MONEY_PER_DOLLAR && td_clauses_ends (clauses, place) &&
          !td_clauses_is_question (clauses, place)) ||
         (category != TD_CATEGORY_MATH_REASONING &&
          td_clauses_shares (clauses, place, "cost-word")) ||
         (category != TD_CATEGORY_KNOWLEDGE && amount->value <= FEW_CENTS);
}

static void
find_price (TdRequestTerms *self,
            TdClauses      *clauses,
            const TdAmount *amount,
            TdCategory      category)
{
  TdLexiconHit place = { 0, 1, amount->start, amount->end };
  gboolean per_million = td_clauses_shares (clauses, &place, "per-million");
  gboolean of_answer = td_clauses_shares_sentence (clauses, &place, "answer-thing") ||
                       td_clauses_shares_sentence (clauses, &place, "model");

  if (per_million
        ? !is_bounded (clauses, amount, &place, of_answer)
        : !is_bounded (clauses, amount, &place, of_answer && amount->value <= FEW_DOLLARS) ||
            !is_for_answer (clauses, amount, &place, category))
    return;
  if (per_million)
    td_request_terms_state (self, clauses, TD_STATED_MAX_PRICE,
                            amount->value / (TD_MONEY_PER_DOLLAR / TD_PRICE_PER_DOLLAR), NULL,
                            amount->start, amount->end);
  else
    td_request_terms_state (self, clauses, TD_STATED_MAX_COST, amount->value, NULL, amount->start,
                            amount->end);
}

static void
find_memory (TdRequestTerms *self,
             TdClauses      *clauses,
             const TdAmount *amount)
{
  TdLexiconHit place = { 0, 1, amount->start, amount->end };

  if (td_clauses_is_alone (clauses, &place) || td_clauses_shares (clauses, &place, "model") ||
      ((td_clauses_shares (clauses, &place, "fits") || amount->is_memory ||
        td_clauses_is_near (clauses, &place, "memory-word", 6)) &&
       td_clauses_has (clauses, "model")) ||
      (amount->is_memory && td_clauses_shares (clauses, &place, "fits") &&
       td_clauses_shares (clauses, &place, "any-model")) ||
      (td_clauses_is_before (clauses, &place, "fits", NEAR_COLUMNS) &&
       td_request_terms_find (self, TD_STATED_LOCAL) != NULL))
    td_request_terms_state (self, clauses, TD_STATED_MEMORY, amount->value, NULL, amount->start,
                            amount->end);
}

/* What there is to read, in pages. Of a length that is asked for nobody says that it is pasted, and a novel
 * is mostly asked for. */
static void
find_pages (TdRequestTerms *self,
            TdClauses      *clauses,
            const TdAmount *amount,
            TdCategory      category)
{
  static const struct
  {
    const char *unit;
    gint64 pages;
    gint64 of;
  } units[] = {
    { "pages-word", 1, 1 },
    { "volume-thing", 200, 1 },
    { "file-thing", 1, 1 },
    { "line-thing", 1, 60 },
    { "word-count-thing", 1, 400 },
    { "sign-thing", 1, 2000 },
  };
  TdLexiconHit place = { 0, 1, amount->start, amount->end };
  gboolean given = td_clauses_shares_sentence (clauses, &place, "have-thing");

  if (amount->value > G_GINT64_CONSTANT (1000000000))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      gint64 pages = amount->value * units[i].pages / units[i].of;

      if (pages < MANY_PAGES || pages >= 100000 ||
          !td_clauses_is_near (clauses, &place, units[i].unit, i == 0 ? 12 : 5) ||
          !(given || (i == 0 && category != TD_CATEGORY_CREATIVE &&
                      td_request_needs_allow (TD_NEED_LONG_CONTEXT, category) &&
                      !td_clauses_is_question (clauses, &place))))
        continue;
      self->pages = MAX (self->pages, pages);
      break;
    }
}

static void
find_amount (TdRequestTerms *self,
             TdClauses      *clauses,
             const TdAmount *amount,
             TdCategory      category)
{
  TdLexiconHit place = { 0, 1, amount->start, amount->end };

  if (amount->unit == TD_AMOUNT_MONEY)
    find_price (self, clauses, amount, category);
  else if (amount->unit == TD_AMOUNT_BYTES)
    find_memory (self, clauses, amount);
  else if (amount->value >= 1000 &&
           td_clauses_is_near (clauses, &place, "context-word", NEAR_COLUMNS))
    td_request_terms_state (self, clauses, TD_STATED_MIN_CONTEXT, amount->value, NULL,
                            amount->start, amount->end);
  else
    find_pages (self, clauses, amount, category);
}

/**
 * td_request_amounts_find:
 * @self: the terms to add to
 * @clauses: the clauses of the request
 * @category: what the request is for
 *
 * Notes the limits that the request sets, and how much it gives to read.
 */
void
td_request_amounts_find (TdRequestTerms *self,
                         TdClauses      *clauses,
                         TdCategory      category)
{
  TdAmount amount;
  gsize at = 0;

  while (td_amount_find (clauses->text, &at, &amount))
    {
      TdLexiconHit place = { 0, 1, amount.start, amount.end };

      if (td_clauses_is_supplied (clauses, &place))
        continue;
      find_amount (self, clauses, &amount, category);
      if (self->pages > 0 && self->need_phrases[TD_NEED_LONG_CONTEXT] == NULL)
        td_request_terms_need (self, clauses, TD_NEED_LONG_CONTEXT, &place);
    }
}
