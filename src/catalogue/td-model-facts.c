/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The record of facts behind a #TdModel: making, copying and comparing it, the words the
 * catalogue uses, and what follows from the facts alone. The object is in td-model.c.
 */
#include "config.h"

#include "base/td-words.h"
#include "catalogue/td-model.h"

static const char *const type_names[] = {
  [TD_MODEL_TYPE_CHAT] = "chat",
  [TD_MODEL_TYPE_EMBEDDING] = "embedding",
  [TD_MODEL_TYPE_RERANK] = "rerank",
  [TD_MODEL_TYPE_MODERATION] = "moderation",
  [TD_MODEL_TYPE_IMAGE] = "image",
  [TD_MODEL_TYPE_VIDEO] = "video",
  [TD_MODEL_TYPE_AUDIO] = "audio",
  [TD_MODEL_TYPE_TRANSCRIPTION] = "transcription",
  [TD_MODEL_TYPE_REALTIME] = "realtime",
  [TD_MODEL_TYPE_OTHER] = "other",
};

static const char *const status_names[] = {
  [TD_MODEL_STATUS_IN_SERVICE] = "in-service",
  [TD_MODEL_STATUS_ALPHA] = "alpha",
  [TD_MODEL_STATUS_BETA] = "beta",
  [TD_MODEL_STATUS_DEPRECATED] = "deprecated",
  [TD_MODEL_STATUS_UNLISTED] = "unlisted",
};

static const struct
{
  TdModality modality;
  const char *name;
} modality_names[] = {
  { TD_MODALITY_TEXT, "text" },
  { TD_MODALITY_IMAGE, "image" },
  { TD_MODALITY_AUDIO, "audio" },
  { TD_MODALITY_VIDEO, "video" },
  { TD_MODALITY_PDF, "pdf" },
  { TD_MODALITY_FILE, "file" },
  { TD_MODALITY_EMBEDDING, "embedding" },
};

/* Every string of the record, so that none is forgotten in one of the three functions below. */
static const gsize string_offsets[] = {
  G_STRUCT_OFFSET (TdModelFacts, key),
  G_STRUCT_OFFSET (TdModelFacts, provider_id),
  G_STRUCT_OFFSET (TdModelFacts, id),
  G_STRUCT_OFFSET (TdModelFacts, name),
  G_STRUCT_OFFSET (TdModelFacts, family),
  G_STRUCT_OFFSET (TdModelFacts, base_model),
  G_STRUCT_OFFSET (TdModelFacts, base_link),
  G_STRUCT_OFFSET (TdModelFacts, derived_from),
  G_STRUCT_OFFSET (TdModelFacts, reasoning_field),
  G_STRUCT_OFFSET (TdModelFacts, knowledge),
  G_STRUCT_OFFSET (TdModelFacts, released),
  G_STRUCT_OFFSET (TdModelFacts, updated),
  G_STRUCT_OFFSET (TdModelFacts, parameter_label),
  G_STRUCT_OFFSET (TdModelFacts, license),
  G_STRUCT_OFFSET (TdModelFacts, weights),
  G_STRUCT_OFFSET (TdModelFacts, note),
  G_STRUCT_OFFSET (TdModelFacts, source),
};

static char **
string_at (const TdModelFacts *self,
           guint               i)
{
  return (char **) G_STRUCT_MEMBER_P (self, string_offsets[i]);
}

/**
 * td_price_list_init:
 * @self: (out caller-allocates): prices
 *
 * Makes every price unknown.
 */
void
td_price_list_init (TdPriceList *self)
{
  g_return_if_fail (self != NULL);

  self->input = TD_PRICE_UNKNOWN;
  self->output = TD_PRICE_UNKNOWN;
  self->cache_read = TD_PRICE_UNKNOWN;
  self->cache_write = TD_PRICE_UNKNOWN;
  self->reasoning = TD_PRICE_UNKNOWN;
  self->input_audio = TD_PRICE_UNKNOWN;
  self->output_audio = TD_PRICE_UNKNOWN;
}

/**
 * td_model_facts_new:
 *
 * Returns: (transfer full): facts of which nothing is known; a chat model in service
 */
TdModelFacts *
td_model_facts_new (void)
{
  TdModelFacts *self = g_new0 (TdModelFacts, 1);

  td_price_list_init (&self->price);
  return self;
}

/**
 * td_model_facts_copy:
 * @self: facts
 *
 * Returns: (transfer full): the same facts, independent of @self
 */
TdModelFacts *
td_model_facts_copy (const TdModelFacts *self)
{
  TdModelFacts *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (TdModelFacts, 1);
  *copy = *self;
  for (guint i = 0; i < G_N_ELEMENTS (string_offsets); i++)
    *string_at (copy, i) = g_strdup (*string_at (self, i));
  copy->reasoning_efforts = g_strdupv (self->reasoning_efforts);
  copy->tiers = g_memdup2 (self->tiers, self->n_tiers * sizeof *self->tiers);
  return copy;
}

/**
 * td_model_facts_free:
 * @self: (transfer full): facts
 */
void
td_model_facts_free (TdModelFacts *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (string_offsets); i++)
    g_free (*string_at (self, i));
  g_strfreev (self->reasoning_efforts);
  g_free (self->tiers);
  g_free (self);
}

static gboolean
price_list_equal (const TdPriceList *a,
                  const TdPriceList *b)
{
  return a->input == b->input && a->output == b->output && a->cache_read == b->cache_read &&
         a->cache_write == b->cache_write && a->reasoning == b->reasoning &&
         a->input_audio == b->input_audio && a->output_audio == b->output_audio;
}

static gboolean
prices_equal (const TdModelFacts *a,
              const TdModelFacts *b)
{
  if (!price_list_equal (&a->price, &b->price) || a->n_tiers != b->n_tiers)
    return FALSE;
  for (guint i = 0; i < a->n_tiers; i++)
    if (a->tiers[i].above_tokens != b->tiers[i].above_tokens ||
        !price_list_equal (&a->tiers[i].prices, &b->tiers[i].prices))
      return FALSE;
  return TRUE;
}

static gboolean
abilities_equal (const TdModelFacts *a,
                 const TdModelFacts *b)
{
  return a->type == b->type && a->input == b->input && a->output == b->output &&
         a->reasoning == b->reasoning && a->tool_call == b->tool_call &&
         a->attachment == b->attachment && a->structured_output == b->structured_output &&
         a->temperature == b->temperature && a->reasoning_toggle == b->reasoning_toggle &&
         a->open_weights == b->open_weights && a->wire == b->wire &&
         a->has_reasoning_budget == b->has_reasoning_budget &&
         a->reasoning_budget_min == b->reasoning_budget_min &&
         a->reasoning_budget_max == b->reasoning_budget_max;
}

static gboolean
efforts_equal (const TdModelFacts *a,
               const TdModelFacts *b)
{
  if (a->reasoning_efforts == NULL || b->reasoning_efforts == NULL)
    return a->reasoning_efforts == b->reasoning_efforts;
  return g_strv_equal ((const char *const *) a->reasoning_efforts,
                       (const char *const *) b->reasoning_efforts);
}

/**
 * td_model_facts_equal:
 * @a: facts
 * @b: other facts
 *
 * Returns: whether both say exactly the same
 */
gboolean
td_model_facts_equal (const TdModelFacts *a,
                      const TdModelFacts *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (string_offsets); i++)
    if (g_strcmp0 (*string_at (a, i), *string_at (b, i)) != 0)
      return FALSE;
  return abilities_equal (a, b) && efforts_equal (a, b) && prices_equal (a, b) &&
         a->status == b->status && a->context == b->context && a->max_input == b->max_input &&
         a->max_output == b->max_output && a->parameters == b->parameters &&
         a->size_bytes == b->size_bytes && a->local == b->local;
}

/**
 * td_model_facts_is_free:
 * @facts: facts
 *
 * Returns: whether using the model is known to cost nothing: it runs on this machine, or the
 *   source states a price of zero for input and for output
 */
gboolean
td_model_facts_is_free (const TdModelFacts *facts)
{
  g_return_val_if_fail (facts != NULL, FALSE);

  return facts->local || (facts->price.input == 0 && facts->price.output == 0);
}

/**
 * td_model_facts_is_retired:
 * @facts: facts
 *
 * A model is retired when its end was stated, and also when a newer state of the source no
 * longer has it and the provider does not list it ("unlisted"). The facts are kept, since old
 * chats name the model, but nobody should pick it any more.
 *
 * Returns: whether the model is no longer in service
 */
gboolean
td_model_facts_is_retired (const TdModelFacts *facts)
{
  g_return_val_if_fail (facts != NULL, FALSE);

  return facts->status == TD_MODEL_STATUS_DEPRECATED || facts->status == TD_MODEL_STATUS_UNLISTED;
}

/**
 * td_model_facts_get_price_in:
 * @facts: facts
 *
 * What filters and sorting take for the price of input: a model on this machine has no price
 * and costs nothing per token, so it counts as 0.
 *
 * Returns: the price; %TD_PRICE_UNKNOWN where it is not known
 */
TdPrice
td_model_facts_get_price_in (const TdModelFacts *facts)
{
  g_return_val_if_fail (facts != NULL, TD_PRICE_UNKNOWN);

  return facts->local ? 0 : facts->price.input;
}

/**
 * td_model_facts_get_price_out:
 * @facts: facts
 *
 * Returns: as td_model_facts_get_price_in(), for output
 */
TdPrice
td_model_facts_get_price_out (const TdModelFacts *facts)
{
  g_return_val_if_fail (facts != NULL, TD_PRICE_UNKNOWN);

  return facts->local ? 0 : facts->price.output;
}

/**
 * td_model_type_to_string:
 * @type: a type
 *
 * Returns: (transfer none): the word the catalogue uses for it
 */
const char *
td_model_type_to_string (TdModelType type)
{
  g_return_val_if_fail ((guint) type < G_N_ELEMENTS (type_names), NULL);

  return type_names[type];
}

/**
 * td_model_type_from_string:
 * @text: (nullable): a word of the catalogue
 * @type: (out): the type; untouched on failure
 *
 * Returns: whether @text names a type
 */
gboolean
td_model_type_from_string (const char  *text,
                           TdModelType *type)
{
  guint found;

  g_return_val_if_fail (type != NULL, FALSE);

  if (!td_words_find (type_names, G_N_ELEMENTS (type_names), text, &found))
    return FALSE;
  *type = (TdModelType) found;
  return TRUE;
}

/**
 * td_model_status_to_string:
 * @status: a status
 *
 * Returns: (transfer none): the word the catalogue uses for it; "in-service", which the
 *   catalogue writes by leaving the field out
 */
const char *
td_model_status_to_string (TdModelStatus status)
{
  g_return_val_if_fail ((guint) status < G_N_ELEMENTS (status_names), NULL);

  return status_names[status];
}

/**
 * td_model_status_from_string:
 * @text: (nullable): a word of the catalogue
 * @status: (out): the status; untouched on failure
 *
 * Returns: whether @text names a status
 */
gboolean
td_model_status_from_string (const char    *text,
                             TdModelStatus *status)
{
  guint found;

  g_return_val_if_fail (status != NULL, FALSE);

  if (!td_words_find (status_names, G_N_ELEMENTS (status_names), text, &found))
    return FALSE;
  *status = (TdModelStatus) found;
  return TRUE;
}

/**
 * td_modality_to_string:
 * @modality: exactly one flag
 *
 * Returns: (transfer none): the word the catalogue uses for it
 */
const char *
td_modality_to_string (TdModality modality)
{
  for (guint i = 0; i < G_N_ELEMENTS (modality_names); i++)
    if (modality_names[i].modality == modality)
      return modality_names[i].name;
  g_return_val_if_reached (NULL);
}

/**
 * td_modality_from_string:
 * @text: (nullable): a word of the catalogue
 * @modality: (out): the flag; untouched on failure
 *
 * Returns: whether @text names a modality
 */
gboolean
td_modality_from_string (const char *text,
                         TdModality *modality)
{
  g_return_val_if_fail (modality != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (modality_names); i++)
    if (g_strcmp0 (modality_names[i].name, text) == 0)
      {
        *modality = modality_names[i].modality;
        return TRUE;
      }
  return FALSE;
}
