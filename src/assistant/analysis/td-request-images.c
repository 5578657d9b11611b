/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a picture is to be looked at, or made. */
#include "config.h"

#include "assistant/analysis/td-request-images.h"

#include "assistant/analysis/td-clause-company.h"
#include "assistant/analysis/td-request-terms-private.h"
#include "assistant/analysis/td-supplied-text.h"
#include "assistant/analysis/td-wish-pairs.h"

/* The words of the classifier's lexicon; a recording is attached as well. */
static const TdLexiconHit *
find_image_word (TdRequestTerms   *self,
                 TdClauses        *clauses,
                 const TdFeatures *features,
                 guint             concept)
{
  for (guint i = 0; i < features->hits->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (features->hits, TdLexiconHit, i);

      if (hit->concept == concept && !td_clauses_is_payload (clauses, hit) &&
          !(self->needs[TD_NEED_AUDIO] && td_clauses_is_overlapped (clauses, hit, "file-word")))
        return hit;
    }
  return NULL;
}

static gboolean
has_image_words (const TdFeatures *features,
                 const TdLexicon  *lexicon)
{
  guint look = td_lexicon_find (lexicon, "image-look");
  guint make = td_lexicon_find (lexicon, "image-make");

  for (guint i = 0; i < features->hits->len; i++)
    {
      guint concept = g_array_index (features->hits, TdLexiconHit, i).concept;

      if (concept == look || concept == make)
        return TRUE;
    }
  return FALSE;
}

/* What a request for pictures says of them. "Let the best model look at it" is no picture. */
static gboolean
find_image_words (TdRequestTerms      *self,
                  TdClauses           *clauses,
                  const TdFeatures    *features,
                  const TdLexicon     *lexicon,
                  const TdLexiconHit **looks,
                  const TdLexiconHit **makes)
{
  guint look = td_lexicon_find (lexicon, "image-look");
  guint make = td_lexicon_find (lexicon, "image-make");

  *looks = find_image_word (self, clauses, features, look);
  *makes = *looks == NULL ? find_image_word (self, clauses, features, make) : NULL;
  if (*looks != NULL)
    return !td_clauses_shares (clauses, *looks, "unseen-thing") &&
           !td_clauses_shares (clauses, *looks, "model");
  if (*makes != NULL)
    return !td_clauses_shares (clauses, *makes, "undrawn-thing");
  /* A recording is transcribed as a scan is, and the classifier takes one for the other. */
  return !self->needs[TD_NEED_AUDIO] && !has_image_words (features, lexicon);
}

static void
need_images (TdRequestTerms     *self,
             TdClauses          *clauses,
             const TdLexiconHit *looks,
             const TdLexiconHit *makes)
{
  self->needs[TD_NEED_VISION] = TRUE;
  if (looks == NULL)
    looks = makes;
  if (looks != NULL)
    td_request_terms_need (self, clauses, TD_NEED_VISION, looks);
  if (makes != NULL)
    td_request_terms_need (self, clauses, TD_NEED_IMAGE_OUTPUT, makes);
}

/**
 * td_request_images_are_figurative:
 * @clauses: the clauses of the request
 * @features: what was noticed about the text
 * @lexicon: what @features were made with
 *
 * Returns: whether all its talk of pictures is a manner of speaking: "picture this"
 */
gboolean
td_request_images_are_figurative (TdClauses        *clauses,
                                  const TdFeatures *features,
                                  const TdLexicon  *lexicon)
{
  guint look = td_lexicon_find (lexicon, "image-look");
  guint make = td_lexicon_find (lexicon, "image-make");

  if (!td_clauses_has (clauses, "not-image"))
    return FALSE;
  for (guint i = 0; i < features->hits->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (features->hits, TdLexiconHit, i);

      if ((hit->concept == look || hit->concept == make) &&
          !td_clauses_is_overlapped (clauses, hit, "not-image"))
        return FALSE;
    }
  return TRUE;
}

/**
 * td_request_images_find:
 * @self: the terms to add to
 * @clauses: the clauses of the request
 * @features: what was noticed about the text
 * @lexicon: what @features were made with
 * @category: what the request is for
 *
 * Notes whether the request needs a model that sees or draws.
 */
void
td_request_images_find (TdRequestTerms   *self,
                        TdClauses        *clauses,
                        const TdFeatures *features,
                        const TdLexicon  *lexicon,
                        TdCategory        category)
{
  TdLexiconHit seen, drawn;
  gboolean sees = td_need_pairs_find (clauses, TD_NEED_VISION, category, &seen);
  /* "This logo" need not be made. */
  gboolean draws = td_need_pairs_find (clauses, TD_NEED_IMAGE_OUTPUT, category, &drawn) &&
                   !(sees && td_clauses_is_overlapped (clauses, &drawn, "shown-thing"));
  const TdLexiconHit *looks = sees ? &seen : NULL;
  const TdLexiconHit *makes = draws ? &drawn : NULL;

  if (!sees && !draws &&
      (category != TD_CATEGORY_VISION ||
       !find_image_words (self, clauses, features, lexicon, &looks, &makes)))
    return;
  need_images (self, clauses, looks, makes);
}
