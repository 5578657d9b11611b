/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From many candidates to three that are useful together. The first two are on the frontier of price and
 * measured quality: nothing that can be used is as good and cheaper. The third may be off it, because
 * another family makes other mistakes; it says so.
 */
#include "config.h"

#include <string.h>

#include "assistant/td-advisor-private.h"

#define SMALL_DISTANCE 150 /* thousandths of quality */
#define CLEARLY        60  /* percent of the price */
#define NOTABLE        20  /* thousandths of quality that are worth a place among three */

/* Higher quality, then lower price, then the key. */
static int
compare_ties (const TdCandidate *a,
              const TdCandidate *b)
{
  if (a->what.values[TD_PART_QUALITY] != b->what.values[TD_PART_QUALITY])
    return b->what.values[TD_PART_QUALITY] - a->what.values[TD_PART_QUALITY];
  if (a->what.cost != b->what.cost)
    {
      if (a->what.cost == TD_MONEY_UNKNOWN || b->what.cost == TD_MONEY_UNKNOWN)
        return a->what.cost == TD_MONEY_UNKNOWN ? 1 : -1;
      return a->what.cost < b->what.cost ? -1 : 1;
    }
  return strcmp (a->entry->facts->key, b->entry->facts->key);
}

static int
compare_candidates (const void *a,
                    const void *b)
{
  const TdCandidate *first = *(const TdCandidate *const *) a;
  const TdCandidate *second = *(const TdCandidate *const *) b;

  if (first->what.score != second->what.score)
    return first->what.score < second->what.score ? 1 : -1;
  return compare_ties (first, second);
}

/* What costs nobody knows what is dearer than anything. */
static TdMoney
price_of (const TdCandidate *candidate)
{
  return candidate->what.cost == TD_MONEY_UNKNOWN ? G_MAXINT64 : candidate->what.cost;
}

static int
compare_prices (const void *a,
                const void *b)
{
  const TdCandidate *first = *(const TdCandidate *const *) a;
  const TdCandidate *second = *(const TdCandidate *const *) b;

  if (price_of (first) != price_of (second))
    return price_of (first) < price_of (second) ? -1 : 1;
  return second->what.values[TD_PART_QUALITY] - first->what.values[TD_PART_QUALITY];
}

/* In the order of price, whoever is not better than all cheaper ones is dominated. */
static void
mark_dominated (GPtrArray *open)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (open, NULL, NULL);
  int best = -1;
  TdMoney price_of_best = 0;

  g_ptr_array_sort (sorted, compare_prices);
  for (guint i = 0; i < sorted->len; i++)
    {
      TdCandidate *candidate = g_ptr_array_index (sorted, i);
      int quality = candidate->what.values[TD_PART_QUALITY];

      candidate->what.dominated =
        quality < best || (quality == best && price_of (candidate) > price_of_best);
      if (quality > best)
        {
          best = quality;
          price_of_best = price_of (candidate);
        }
    }
}

static gboolean
is_taken (const TdAdvice     *self,
          TdCandidate       **taken,
          const TdCandidate  *candidate)
{
  for (guint i = 0; i < self->n_top; i++)
    if (g_str_equal (taken[i]->entry->identity, candidate->entry->identity))
      return TRUE;
  return FALSE;
}

static gboolean
is_of_family (const TdAdvice     *self,
              TdCandidate       **taken,
              const TdCandidate  *candidate)
{
  for (guint i = 0; i < self->n_top; i++)
    if (taken[i]->entry->maker == candidate->entry->maker)
      return TRUE;
  return FALSE;
}

static void
take (TdAdvice      *self,
      TdCandidate  **taken,
      TdCandidate   *candidate,
      TdAdviceRole   role)
{
  taken[self->n_top] = candidate;
  self->top[self->n_top] = candidate->what;
  self->top[self->n_top].role = role;
  self->n_top++;
}

static gboolean
is_cheaper_alternative (const TdCandidate *first,
                        const TdCandidate *other)
{
  gboolean is_near = other->what.known[TD_PART_QUALITY] && first->what.known[TD_PART_QUALITY] &&
                     other->what.values[TD_PART_QUALITY] + SMALL_DISTANCE >=
                       first->what.values[TD_PART_QUALITY];
  gboolean is_local = other->entry->facts->local && !first->entry->facts->local;

  if (other->what.cost == TD_MONEY_UNKNOWN || first->what.cost == TD_MONEY_UNKNOWN || !is_near)
    return FALSE;
  return is_local || (other->what.cost < first->what.cost &&
                      other->what.cost <= first->what.cost / 100 * CLEARLY);
}

/* The better of the cheaper ones: a weak answer for nothing is no alternative. */
static void
take_second (TdAdvice     *self,
             TdCandidate **taken,
             GPtrArray    *open)
{
  TdCandidate *best = NULL;

  for (guint i = 0; i < open->len; i++)
    {
      TdCandidate *candidate = g_ptr_array_index (open, i);

      if (!candidate->what.dominated && !is_taken (self, taken, candidate) &&
          is_cheaper_alternative (taken[0], candidate) &&
          (best == NULL ||
           candidate->what.values[TD_PART_QUALITY] > best->what.values[TD_PART_QUALITY]))
        best = candidate;
    }
  if (best != NULL)
    take (self, taken, best, best->entry->facts->local ? TD_ADVICE_LOCAL : TD_ADVICE_CHEAPER);
}

/* When nothing is clearly cheaper, what would be clearly better. */
static void
take_stronger (TdAdvice     *self,
               TdCandidate **taken,
               GPtrArray    *open)
{
  for (guint i = 0; i < open->len && self->n_top == 1; i++)
    {
      TdCandidate *candidate = g_ptr_array_index (open, i);

      if (!candidate->what.dominated && !is_taken (self, taken, candidate) &&
          candidate->what.values[TD_PART_QUALITY] >=
            taken[0]->what.values[TD_PART_QUALITY] + NOTABLE)
        take (self, taken, candidate, TD_ADVICE_STRONGER);
    }
}

static void
take_rest (TdAdvice     *self,
           TdCandidate **taken,
           GPtrArray    *open,
           gboolean      other_family)
{
  for (guint i = 0; i < open->len && self->n_top < 3; i++)
    {
      TdCandidate *candidate = g_ptr_array_index (open, i);

      if (is_taken (self, taken, candidate) ||
          (other_family && is_of_family (self, taken, candidate)))
        continue;
      take (self, taken, candidate, other_family ? TD_ADVICE_OTHER_FAMILY : TD_ADVICE_NEXT);
    }
}

static void
take_first (TdAdvice     *self,
            TdCandidate **taken,
            GPtrArray    *open)
{
  for (guint i = 0; i < open->len && self->n_top == 0; i++)
    {
      TdCandidate *candidate = g_ptr_array_index (open, i);

      if (!candidate->what.dominated)
        take (self, taken, candidate, TD_ADVICE_BEST);
    }
}

/* Of what fails one filter only, the best: if it would come first, that filter is what matters. */
static void
find_change (TdAdvice *self,
             GArray   *candidates)
{
  const TdCandidate *best = NULL;

  for (guint i = 0; i < candidates->len; i++)
    {
      const TdCandidate *candidate = &g_array_index (candidates, TdCandidate, i);

      if (candidate->blocked != TD_FILTER_NONE &&
          (best == NULL || compare_candidates (&candidate, &best) < 0))
        best = candidate;
    }
  if (best != NULL && (self->n_top == 0 || best->what.score > self->top[0].score))
    self->change = (TdAdviceChange) { best->blocked, best->what.model, best->what.cost };
}

/*
 * td_advice_pick:
 * @candidates: (element-type TdCandidate): scored; those with a filter against them are only asked what
 *   would change the answer
 */
void
td_advice_pick (TdAdvice *self,
                GArray   *candidates)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  TdCandidate *taken[3] = { NULL };

  for (guint i = 0; i < candidates->len; i++)
    {
      TdCandidate *candidate = &g_array_index (candidates, TdCandidate, i);

      if (candidate->blocked == TD_FILTER_NONE)
        g_ptr_array_add (open, candidate);
    }
  mark_dominated (open);
  g_ptr_array_sort (open, compare_candidates);
  take_first (self, taken, open);
  if (self->n_top > 0)
    {
      take_second (self, taken, open);
      take_stronger (self, taken, open);
      take_rest (self, taken, open, TRUE);
      take_rest (self, taken, open, FALSE);
    }
  find_change (self, candidates);
}
