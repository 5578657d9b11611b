/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-request-providers.h"

#define NEAR_BYTES   28
#define BOUND_BYTES  14
#define JOINED_BYTES 10

/* "Write a haiku using Claude": a name that the order ends with. A question about programs or facts may end
 * so too and mean something else. */
static gboolean
is_told_to_use (TdClauses          *clauses,
                const TdLexiconHit *hit,
                TdCategory          category)
{
  gboolean begun = td_clauses_is_begun (clauses, hit, "use-provider", 1);

  if (td_clauses_is_overlapped (clauses, hit, "not-name") ||
      td_clauses_is_question (clauses, hit) ||
      ((category == TD_CATEGORY_CODING || category == TD_CATEGORY_KNOWLEDGE) && !begun))
    return FALSE;
  return begun ||
         (td_clauses_is_before (clauses, hit, "use-provider", 1) &&
          td_clauses_ends (clauses, hit)) ||
         (td_clauses_is_before (clauses, hit, "only-provider", 1) &&
          td_clauses_ends (clauses, hit)) ||
         td_clauses_is_after (clauses, hit, "use-provider-after", 1);
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
  gboolean named_model = td_clauses_is_near (clauses, hit, "model", NEAR_BYTES);
  /* Letters of other scripts take two bytes and more. */
  guint bound = hit->start > 1 && (guint8) clauses->text->text[hit->start - 2] >= 0x80
                  ? 2 * BOUND_BYTES
                  : BOUND_BYTES;
  gboolean out = td_clauses_is_before (clauses, hit, "not-provider", bound) ||
                 td_clauses_is_after (clauses, hit, "not-after", BOUND_BYTES);
  gboolean in = td_clauses_is_before (clauses, hit, "only-provider", 4) ||
                td_clauses_is_after (clauses, hit, "only-after", 8);
  const TdStated *joined;

  if (ambiguous && !named_model && !td_clauses_is_alone (clauses, hit))
    return;
  if (!out && !in && (joined = find_joined (self, clauses, providers, hit)) != NULL)
    td_request_terms_state (self, clauses, joined->kind, 0, name + ambiguous, hit->start, hit->end);
  else if (td_clauses_is_question (clauses, hit) && !named_model)
    return;
  else if (out)
    td_request_terms_state (self, clauses, TD_STATED_PROVIDER_OUT, 0, name + ambiguous, hit->start,
                            hit->end);
  else if ((in && (named_model || td_clauses_is_alone (clauses, hit))) ||
           (!ambiguous && is_told_to_use (clauses, hit, category)))
    td_request_terms_state (self, clauses, TD_STATED_PROVIDER_IN, 0, name + ambiguous, hit->start,
                            hit->end);
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
}
