/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-request-providers.h"

#include "assistant/analysis/td-clause-company.h"
#include "assistant/analysis/td-clause-edges.h"
#include "assistant/analysis/td-clause-question.h"
#include "assistant/analysis/td-request-terms-private.h"
#include "assistant/analysis/td-supplied-text.h"

#define NEAR_COLUMNS  28
#define BOUND_COLUMNS 16
#define JOINED_BYTES  10

/* "Can Claude answer this" asks for no fact, "what can Claude answer" does. */
static gboolean
answers (TdClauses          *clauses,
         const TdLexiconHit *hit)
{
  return !td_clauses_begins_asking (clauses, hit) &&
         (td_clauses_is_after (clauses, hit, "answers-after", 5) ||
          td_clauses_is_before (clauses, hit, "answers-before", 4));
}

/* "The strongest Claude model": a name beside the word for models and a word that picks one. */
static gboolean
is_picked (TdClauses          *clauses,
           const TdLexiconHit *hit)
{
  static const char *const words[] = { "pick-word", "word-quality", "word-speed", "word-cheap",
                                       "word-open", "word-free", "must-thing" };

  if (!td_clauses_is_near (clauses, hit, "model", NEAR_COLUMNS))
    return FALSE;
  if (td_clauses_is_alone (clauses, hit))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (td_clauses_shares (clauses, hit, words[i]))
      return TRUE;
  return FALSE;
}

/* "Claude, but for less than 10 cents: ..." */
static gboolean
is_called (TdClauses          *clauses,
           const TdLexiconHit *hit)
{
  return td_clauses_opens_text (clauses, hit) && td_clauses_is_alone (clauses, hit) &&
         clauses->names->len == 1 && !td_clauses_ends_sentence (clauses, hit);
}

/* "Write a haiku using Claude": a name that the order ends with. A question about programs or facts may end
 * so too and mean something else. */
static gboolean
is_told_to_use (TdClauses          *clauses,
                const TdLexiconHit *hit,
                TdCategory          category)
{
  gboolean begun = td_clauses_is_opened (clauses, hit, "use-provider", 2) ||
                   (td_clauses_is_opened (clauses, hit, "use-provider", 14) &&
                    td_clauses_closes (clauses, hit));

  if (td_clauses_is_overlapped (clauses, hit, "not-name"))
    return FALSE;
  if (answers (clauses, hit))
    return TRUE;
  if (td_clauses_is_question (clauses, hit))
    return FALSE;
  if (begun || is_picked (clauses, hit) || is_called (clauses, hit))
    return TRUE;
  if (category == TD_CATEGORY_CODING || category == TD_CATEGORY_KNOWLEDGE)
    return FALSE;
  return (td_clauses_is_before (clauses, hit, "use-provider", 1) &&
          td_clauses_ends (clauses, hit)) ||
         (td_clauses_is_before (clauses, hit, "only-provider", 1) &&
          td_clauses_ends (clauses, hit)) ||
         td_clauses_is_after (clauses, hit, "use-provider-after", 1);
}

static gboolean
is_unwanted (TdClauses          *clauses,
             const TdLexiconHit *hit)
{
  return td_clauses_is_before (clauses, hit, "not-provider", BOUND_COLUMNS) ||
         td_clauses_is_after (clauses, hit, "not-after", BOUND_COLUMNS) ||
         (td_clauses_is_after (clauses, hit, "bare-no", 1) &&
          td_clauses_closes (clauses, hit));
}

/* "No Chinese models": all of these. */
static void
find_chinese (TdRequestTerms *self,
              TdClauses      *clauses)
{
  static const char *const makers[] = { "deepseek", "moonshotai", "zai", "zhipuai", "alibaba",
                                        "minimax", "bytedance", "tencent", "xiaomi", "stepfun" };

  for (guint i = 0; i < clauses->hits->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);

      if (!td_clauses_is (clauses, hit, "chinese-thing") || td_clauses_is_supplied (clauses, hit) ||
          td_clauses_is_question (clauses, hit) || !is_unwanted (clauses, hit))
        continue;
      for (guint n = 0; n < G_N_ELEMENTS (makers); n++)
        td_request_terms_state (self, clauses, TD_STATED_PROVIDER_OUT, 0, makers[n], hit->start,
                                hit->end);
    }
}

/* The one before it in "Claude or Gemini only". */
static void
join_previous (TdRequestTerms     *self,
               TdClauses          *clauses,
               const TdLexicon    *providers,
               const TdLexiconHit *hit,
               TdStatedKind        kind)
{
  for (guint i = 0; i < clauses->names->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (clauses->names, TdLexiconHit, i);
      const char *name = td_lexicon_get_name (providers, other->concept);

      if (other->end >= hit->start || hit->start - other->end > JOINED_BYTES ||
          hit->start - other->end < 3 || other->concept == hit->concept)
        continue;
      td_request_terms_state (self, clauses, kind, 0, name + (name[0] == '?'), other->start,
                              other->end);
    }
}

/* The one before it in "either GPT or Claude". */
static const TdStated *
find_joined (TdRequestTerms     *self,
             TdClauses          *clauses,
             const TdLexicon    *providers,
             const TdLexiconHit *hit)
{
  for (guint i = 0; clauses->names != NULL && i < clauses->names->len; i++)
    {
      const TdLexiconHit *other = &g_array_index (clauses->names, TdLexiconHit, i);
      const char *name = td_lexicon_get_name (providers, other->concept);

      if (other->end >= hit->start || hit->start - other->end > JOINED_BYTES)
        continue;
      for (guint j = 0; j < self->stated->len; j++)
        {
          const TdStated *stated = g_ptr_array_index (self->stated, j);

          if (g_strcmp0 (stated->provider, name + (name[0] == '?')) == 0)
            return stated;
        }
    }
  return NULL;
}

static void
find_provider (TdRequestTerms     *self,
               TdClauses          *clauses,
               const TdLexicon    *providers,
               const TdLexiconHit *hit,
               TdCategory          category)
{
  const char *name = td_lexicon_get_name (providers, hit->concept);
  gboolean ambiguous = name[0] == '?';
  gboolean named_model = td_clauses_is_near (clauses, hit, "model", NEAR_COLUMNS);
  gboolean out = is_unwanted (clauses, hit);
  gboolean in = td_clauses_is_before (clauses, hit, "only-provider", 4) ||
                td_clauses_is_after (clauses, hit, "only-after", 8);
  const TdStated *joined;

  if (td_clauses_states_nothing (clauses, hit) ||
      (ambiguous && !named_model && !td_clauses_is_alone (clauses, hit)))
    return;
  if (!out && !in && (joined = find_joined (self, clauses, providers, hit)) != NULL)
    td_request_terms_state (self, clauses, joined->kind, 0, name + ambiguous, hit->start, hit->end);
  else if (td_clauses_is_question (clauses, hit) && !named_model && !answers (clauses, hit))
    return;
  else if (out || (in && (named_model || td_clauses_is_alone (clauses, hit))) ||
           (!ambiguous && is_told_to_use (clauses, hit, category)))
    {
      TdStatedKind kind = out ? TD_STATED_PROVIDER_OUT : TD_STATED_PROVIDER_IN;

      /* One makes models and serves none. */
      if (!out && g_str_equal (name, "?meta"))
        return;
      join_previous (self, clauses, providers, hit, kind);
      td_request_terms_state (self, clauses, kind, 0, name + ambiguous, hit->start, hit->end);
    }
}

/**
 * td_request_providers_find:
 * @providers: what people call them
 *
 * Notes which providers the text asks for and which it does not want.
 */
void
td_request_providers_find (TdRequestTerms  *self,
                           TdClauses       *clauses,
                           const TdLexicon *providers,
                           TdCategory       category)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (TdLexiconHit));

  td_lexicon_match (providers, clauses->text, 0, clauses->text->length, hits);
  clauses->names = hits;
  for (guint i = 0; i < hits->len; i++)
    find_provider (self, clauses, providers, &g_array_index (hits, TdLexiconHit, i), category);
  clauses->names = NULL;
  find_chinese (self, clauses);
}
