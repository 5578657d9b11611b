/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the user asks of the marketplace, and the words for it. The answer is found in
 * td-query-index.c. */
#include "config.h"

#include "catalogue/td-query.h"

#include "base/td-words.h"

static const char *const sort_names[] = {
  [TD_SORT_RELEVANCE] = "relevance",
  [TD_SORT_NAME] = "name",
  [TD_SORT_PRICE_IN] = "price-in",
  [TD_SORT_PRICE_OUT] = "price-out",
  [TD_SORT_CONTEXT] = "context",
  [TD_SORT_RATING] = "rating",
  [TD_SORT_NEWEST] = "newest",
  [TD_SORT_MOST_USED] = "most-used",
};

static const struct
{
  TdCapability capability;
  const char *name;
} capability_names[] = {
  { TD_CAPABILITY_VISION, "vision" },
  { TD_CAPABILITY_AUDIO_IN, "audio-in" },
  { TD_CAPABILITY_VIDEO_IN, "video-in" },
  { TD_CAPABILITY_PDF, "pdf" },
  { TD_CAPABILITY_IMAGE_OUT, "image-out" },
  { TD_CAPABILITY_AUDIO_OUT, "audio-out" },
  { TD_CAPABILITY_TOOLS, "tools" },
  { TD_CAPABILITY_REASONING, "reasoning" },
  { TD_CAPABILITY_STRUCTURED_OUTPUT, "structured-output" },
  { TD_CAPABILITY_EMBEDDING, "embedding" },
  { TD_CAPABILITY_CHAT, "chat" },
};

/**
 * td_query_new:
 *
 * Returns: (transfer full): a query that asks for every model in service, by relevance
 */
TdQuery *
td_query_new (void)
{
  TdQuery *self = g_new0 (TdQuery, 1);

  self->max_price = TD_PRICE_UNKNOWN;
  return self;
}

/**
 * td_query_copy:
 * @self: a query
 *
 * Returns: (transfer full): the same query, independent of @self
 */
TdQuery *
td_query_copy (const TdQuery *self)
{
  TdQuery *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (TdQuery, 1);
  *copy = *self;
  copy->text = g_strdup (self->text);
  copy->providers = g_strdupv (self->providers);
  return copy;
}

/**
 * td_query_free:
 * @self: (transfer full): a query
 */
void
td_query_free (TdQuery *self)
{
  g_free (self->text);
  g_strfreev (self->providers);
  g_free (self);
}

static gboolean
providers_equal (GStrv a,
                 GStrv b)
{
  if (a == NULL || b == NULL)
    return (a == NULL || a[0] == NULL) && (b == NULL || b[0] == NULL);
  return g_strv_equal ((const char *const *) a, (const char *const *) b);
}

static gboolean
text_equal (const char *a,
            const char *b)
{
  return g_str_equal (a != NULL ? a : "", b != NULL ? b : "");
}

/**
 * td_query_equal:
 * @a: a query
 * @b: another
 *
 * Returns: whether both ask the same; no text and empty text are the same
 */
gboolean
td_query_equal (const TdQuery *a,
                const TdQuery *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return text_equal (a->text, b->text) && providers_equal (a->providers, b->providers) &&
         a->capabilities == b->capabilities && a->min_rating_tenths == b->min_rating_tenths &&
         a->max_price == b->max_price && a->min_context == b->min_context &&
         !a->free_only == !b->free_only && !a->local_only == !b->local_only &&
         !a->open_weights_only == !b->open_weights_only &&
         !a->favourites_only == !b->favourites_only && !a->include_retired == !b->include_retired &&
         a->sort == b->sort;
}

/**
 * td_sort_to_string:
 * @sort: an order
 *
 * Returns: (transfer none): the word for it, for settings and the command line
 */
const char *
td_sort_to_string (TdSort sort)
{
  g_return_val_if_fail ((guint) sort < G_N_ELEMENTS (sort_names), NULL);

  return sort_names[sort];
}

/**
 * td_sort_from_string:
 * @text: (nullable): a word
 * @sort: (out): the order; untouched on failure
 *
 * Returns: whether @text names an order
 */
gboolean
td_sort_from_string (const char *text,
                     TdSort     *sort)
{
  guint index;

  g_return_val_if_fail (sort != NULL, FALSE);

  if (!td_words_find (sort_names, G_N_ELEMENTS (sort_names), text, &index))
    return FALSE;
  *sort = (TdSort) index;
  return TRUE;
}

/**
 * td_capability_to_string:
 * @capability: exactly one flag
 *
 * Returns: (transfer none): the word for it, for settings and the command line
 */
const char *
td_capability_to_string (TdCapability capability)
{
  for (guint i = 0; i < G_N_ELEMENTS (capability_names); i++)
    if (capability_names[i].capability == capability)
      return capability_names[i].name;
  g_return_val_if_reached (NULL);
}

/**
 * td_capability_from_string:
 * @text: (nullable): a word
 * @capability: (out): the flag; untouched on failure
 *
 * Returns: whether @text names a capability
 */
gboolean
td_capability_from_string (const char   *text,
                           TdCapability *capability)
{
  g_return_val_if_fail (capability != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (capability_names); i++)
    if (g_strcmp0 (capability_names[i].name, text) == 0)
      {
        *capability = capability_names[i].capability;
        return TRUE;
      }
  return FALSE;
}

/**
 * td_model_facts_get_capabilities:
 * @facts: facts
 *
 * Returns: everything the model is known to be able to do
 */
TdCapability
td_model_facts_get_capabilities (const TdModelFacts *facts)
{
  TdCapability has = 0;

  g_return_val_if_fail (facts != NULL, has);

  has |= (facts->input & TD_MODALITY_IMAGE) ? TD_CAPABILITY_VISION : 0;
  has |= (facts->input & TD_MODALITY_AUDIO) ? TD_CAPABILITY_AUDIO_IN : 0;
  has |= (facts->input & TD_MODALITY_VIDEO) ? TD_CAPABILITY_VIDEO_IN : 0;
  has |= (facts->input & TD_MODALITY_PDF) ? TD_CAPABILITY_PDF : 0;
  has |= (facts->output & TD_MODALITY_IMAGE) ? TD_CAPABILITY_IMAGE_OUT : 0;
  has |= (facts->output & TD_MODALITY_AUDIO) ? TD_CAPABILITY_AUDIO_OUT : 0;
  has |= facts->tool_call == TD_FACT_YES ? TD_CAPABILITY_TOOLS : 0;
  has |= facts->reasoning == TD_FACT_YES ? TD_CAPABILITY_REASONING : 0;
  has |= facts->structured_output == TD_FACT_YES ? TD_CAPABILITY_STRUCTURED_OUTPUT : 0;
  has |= facts->type == TD_MODEL_TYPE_EMBEDDING || (facts->output & TD_MODALITY_EMBEDDING)
           ? TD_CAPABILITY_EMBEDDING
           : 0;
  has |= facts->type == TD_MODEL_TYPE_CHAT ? TD_CAPABILITY_CHAT : 0;
  return has;
}

/**
 * td_model_facts_has_capability:
 * @facts: facts
 * @capabilities: flags
 *
 * Returns: whether all of @capabilities are known to hold
 */
gboolean
td_model_facts_has_capability (const TdModelFacts *facts,
                               TdCapability        capabilities)
{
  g_return_val_if_fail (facts != NULL, FALSE);

  return (td_model_facts_get_capabilities (facts) & capabilities) == capabilities;
}
