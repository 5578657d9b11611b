/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a request needs and wishes: the phrases that say so, put together from the parts. */
#include "config.h"

#include "assistant/analysis/td-request-terms.h"

#include "assistant/analysis/td-clause-company.h"
#include "assistant/analysis/td-request-amounts.h"
#include "assistant/analysis/td-request-images.h"
#include "assistant/analysis/td-request-needs.h"
#include "assistant/analysis/td-request-providers.h"
#include "assistant/analysis/td-request-terms-private.h"
#include "assistant/analysis/td-request-wishes.h"
#include "base/td-resources.h"

static const char *const need_names[TD_N_NEEDS] = {
  [TD_NEED_VISION] = "vision",
  [TD_NEED_IMAGE_OUTPUT] = "image_output",
  [TD_NEED_AUDIO] = "audio",
  [TD_NEED_TOOLS] = "tools",
  [TD_NEED_LONG_CONTEXT] = "long_context",
  [TD_NEED_STRUCTURED_OUTPUT] = "structured_output",
};

static const char *const stated_names[TD_N_STATED] = {
  [TD_STATED_LOCAL] = "local",
  [TD_STATED_OPEN_WEIGHTS] = "open_weights",
  [TD_STATED_FREE] = "free",
  [TD_STATED_CHEAP] = "cheap",
  [TD_STATED_QUALITY] = "quality",
  [TD_STATED_SPEED] = "speed",
  [TD_STATED_REGION] = "region",
  [TD_STATED_MEMORY] = "memory",
  [TD_STATED_MAX_COST] = "max_cost",
  [TD_STATED_MAX_PRICE] = "max_price",
  [TD_STATED_MIN_CONTEXT] = "min_context",
  [TD_STATED_PROVIDER_IN] = "provider_in",
  [TD_STATED_PROVIDER_OUT] = "provider_out",
};

static TdLexicon *phrases;
static TdLexicon *providers;

/**
 * td_need_to_string:
 * @need: something a request needs
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
td_need_to_string (TdNeed need)
{
  g_return_val_if_fail (need < TD_N_NEEDS, NULL);

  return need_names[need];
}

/**
 * td_stated_to_string:
 * @kind: a kind of wish
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
td_stated_to_string (TdStatedKind kind)
{
  g_return_val_if_fail (kind < TD_N_STATED, NULL);

  return stated_names[kind];
}

static TdLexicon *
load (const char  *name,
      GError     **error)
{
  g_autofree char *path = g_strconcat ("assistant/", name, NULL);
  g_autoptr (GBytes) bytes = td_resources_lookup (path, error);

  return bytes != NULL ? td_lexicon_new_from_bytes (bytes, error) : NULL;
}

/**
 * td_request_terms_prepare:
 *
 * Looks the phrases up, the first time. They are compiled in, so that it fails only if the program is
 * broken.
 */
gboolean
td_request_terms_prepare (GError **error)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      phrases = load ("phrases", error);
      if (phrases != NULL)
        providers = load ("providers", error);
      g_once_init_leave (&once, 1);
    }
  return phrases != NULL && providers != NULL;
}

static void
stated_free (gpointer data)
{
  TdStated *stated = data;

  g_free (stated->phrase);
  g_free (stated);
}

/**
 * td_request_terms_state:
 * @self: the terms to add to
 * @clauses: the clauses of the request
 * @kind: what is wished
 * @value: how much, see #TdStatedKind
 * @provider: (nullable): a static string, see #TdStatedKind
 * @start: where in the folded text the words begin that say so
 * @end: where they end
 *
 * Notes a wish, unless it has been noted.
 */
void
td_request_terms_state (TdRequestTerms *self,
                        TdClauses      *clauses,
                        TdStatedKind    kind,
                        gint64          value,
                        const char     *provider,
                        guint32         start,
                        guint32         end)
{
  TdStated *stated;

  for (guint i = 0; i < self->stated->len; i++)
    {
      const TdStated *other = g_ptr_array_index (self->stated, i);

      if (other->kind == kind && other->provider == provider)
        return;
    }
  stated = g_new0 (TdStated, 1);
  *stated = (TdStated) { kind, value, provider, td_clauses_dup_original (clauses, start, end) };
  g_ptr_array_add (self->stated, stated);
}

/**
 * td_request_terms_is_cancelled:
 * @clauses: the clauses of a request
 * @hit: words that say a need or a wish
 * @cancel: (nullable): the concept of the phrases that cancel these
 *
 * Returns: whether the words are part of such a phrase, or one beside them tells all of the clause off
 */
gboolean
td_request_terms_is_cancelled (TdClauses          *clauses,
                               const TdLexiconHit *hit,
                               const char         *cancel)
{
  return cancel != NULL &&
         (td_clauses_is_within (clauses, hit, cancel) ||
          ((g_str_equal (cancel, "not-live") || g_str_equal (cancel, "not-local")) &&
           td_clauses_shares (clauses, hit, cancel)));
}

/**
 * td_request_terms_need:
 * @self: the terms to add to
 * @clauses: the clauses of the request
 * @need: what it needs
 * @hit: the words that say so
 *
 * Notes a need.
 */
void
td_request_terms_need (TdRequestTerms     *self,
                       TdClauses          *clauses,
                       TdNeed              need,
                       const TdLexiconHit *hit)
{
  self->needs[need] = TRUE;
  g_free (self->need_phrases[need]);
  self->need_phrases[need] = td_clauses_dup_original (clauses, hit->start, hit->end);
}

/**
 * td_request_terms_is_figurative:
 * @features: what was noticed about the text
 * @lexicon: what @features were made with
 *
 * td_request_terms_prepare() must have succeeded.
 *
 * Returns: whether all its talk of pictures is a manner of speaking: "picture this"
 */
gboolean
td_request_terms_is_figurative (const TdFeatures *features,
                                const TdLexicon  *lexicon)
{
  g_auto (TdClauses) clauses = { 0 };

  td_clauses_init (&clauses, features, lexicon, phrases);
  return td_request_images_are_figurative (&clauses, features, lexicon);
}

/**
 * td_request_terms_new:
 * @features: what was noticed about the text
 * @lexicon: what @features were made with
 * @category: what the request is for
 *
 * td_request_terms_prepare() must have succeeded.
 *
 * Returns: (transfer full): the needs and wishes
 */
TdRequestTerms *
td_request_terms_new (const TdFeatures *features,
                      const TdLexicon  *lexicon,
                      TdCategory        category)
{
  TdRequestTerms *self = g_new0 (TdRequestTerms, 1);
  g_auto (TdClauses) clauses = { 0 };

  self->stated = g_ptr_array_new_with_free_func (stated_free);
  td_clauses_init (&clauses, features, lexicon, phrases);
  td_request_wishes_find (self, &clauses, category);
  td_request_needs_find (self, &clauses, category);
  td_request_images_find (self, &clauses, features, lexicon, category);
  td_request_amounts_find (self, &clauses, category);
  td_request_providers_find (self, &clauses, providers, category);
  return self;
}

/**
 * td_request_terms_free:
 * @self: (transfer full): terms
 *
 * Frees terms.
 */
void
td_request_terms_free (TdRequestTerms *self)
{
  for (guint i = 0; i < TD_N_NEEDS; i++)
    g_free (self->need_phrases[i]);
  g_ptr_array_unref (self->stated);
  g_free (self);
}

/**
 * td_request_terms_find:
 * @self: terms
 * @kind: a kind of wish
 *
 * Returns: (nullable): the first statement of a kind
 */
const TdStated *
td_request_terms_find (const TdRequestTerms *self,
                       TdStatedKind          kind)
{
  for (guint i = 0; i < self->stated->len; i++)
    {
      const TdStated *stated = g_ptr_array_index (self->stated, i);

      if (stated->kind == kind)
        return stated;
    }
  return NULL;
}
