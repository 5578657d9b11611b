/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the words for models mean a model. */
#include "config.h"

#include "assistant/analysis/td-model-words.h"

#include <string.h>

/* "The cheapest model of that car" is about no model of ours. */
static void
drop_other_models (TdClauses *clauses)
{
  guint model = td_lexicon_find (clauses->lexicon, "model");
  guint other = td_lexicon_find (clauses->lexicon, "not-model");

  for (guint i = 0; i < clauses->hits->len; i++)
    {
      const TdLexiconHit hit = g_array_index (clauses->hits, TdLexiconHit, i);

      if (hit.concept != other)
        continue;
      for (guint j = clauses->hits->len; j > 0; j--)
        {
          const TdLexiconHit *named = &g_array_index (clauses->hits, TdLexiconHit, j - 1);

          if (named->concept == model && named->start < hit.end && hit.start < named->end)
            g_array_index (clauses->hits, TdLexiconHit, j - 1).concept = (guint16) other;
        }
    }
}

/* "Ai" is "who" to some and "ki" is "that": only capitals make them a word for models there. */
static void
drop_short_names (TdClauses *clauses)
{
  guint model = td_lexicon_find (clauses->lexicon, "model");
  guint other = td_lexicon_find (clauses->lexicon, "not-model");
  gboolean vietnamese = strstr (clauses->original, "\341\272") != NULL || /* U+1E80 and on */
                        strstr (clauses->original, "\341\273") != NULL;

  for (guint i = 0; i < clauses->hits->len; i++)
    {
      TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);
      const char *text = clauses->text->text + hit->start;

      if (hit->concept == model && hit->end - hit->start == 2 &&
          (strncmp (text, "ki", 2) == 0 || (vietnamese && strncmp (text, "ai", 2) == 0)) &&
          !g_ascii_isupper (clauses->original[clauses->text->origins[hit->start]]))
        hit->concept = (guint16) other;
    }
}

/**
 * td_model_words_sift:
 * @clauses: clauses with the phrases that are in them
 *
 * Takes words for models that mean something else for what they are.
 */
void
td_model_words_sift (TdClauses *clauses)
{
  drop_other_models (clauses);
  drop_short_names (clauses);
}
