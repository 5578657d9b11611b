/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which model does a chore: the cheapest that can be used now, which is one of this machine where there
 * is one. A chat's text goes nowhere it has not been: what was said to a model of this machine stays on
 * it, and what was said to a provider goes to that provider or to this machine.
 */
#include "config.h"

#include "engine/td-chore-choice.h"

#include "wallet/td-pricing.h"

/* What a model that thinks may take to come to a short answer. */
#define THINKING_TOKENS 1024

/* When the first cannot be reached, another one may. */
#define MAX_CHOICES 2

/* Of models of one price the smallest is the fastest, but below this they are of little use. */
#define MIN_BYTES G_GINT64_CONSTANT (500000000)

/**
 * td_chore_choice_get_max_output:
 * @facts: a model
 * @wanted: tokens that the answer takes
 *
 * Returns: the tokens to allow it
 */
gint64
td_chore_choice_get_max_output (const TdModelFacts *facts,
                                gint64              wanted)
{
  gint64 limit = facts->reasoning == TD_FACT_YES ? wanted + THINKING_TOKENS : wanted;

  return facts->max_output > 0 ? MIN (limit, facts->max_output) : limit;
}

static gboolean
is_free_elsewhere (const TdModelFacts *facts)
{
  return !facts->local && td_model_facts_is_free (facts);
}

static gboolean
may_see (const TdModelFacts *facts,
         const TdModelFacts *talked_to)
{
  if (talked_to->local)
    return facts->local;
  if (facts->local)
    return TRUE;
  /* What costs nothing elsewhere is often paid with the text. */
  return g_str_equal (facts->provider_id, talked_to->provider_id) &&
         (!is_free_elsewhere (facts) || is_free_elsewhere (talked_to));
}

static gboolean
can_do (TdEngine           *engine,
        const TdModelFacts *facts)
{
  return facts->type == TD_MODEL_TYPE_CHAT && (facts->output & TD_MODALITY_TEXT) != 0 &&
         facts->status != TD_MODEL_STATUS_DEPRECATED && !td_model_facts_is_retired (facts) &&
         td_engine_get_usable (engine, facts->key) == TD_USABLE_YES &&
         td_engine_is_installed (engine, facts->key);
}

typedef struct
{
  TdModel *model; /* (unowned) */
  TdMoney worst;
  gboolean is_same; /* the model that was talked to: it is loaded */
  gint64 size;
} Choice;

static gint64
get_size (const TdModelFacts *facts)
{
  return facts->size_bytes >= MIN_BYTES ? facts->size_bytes : G_MAXINT64;
}

static int
compare_choices (gconstpointer a,
                 gconstpointer b)
{
  const Choice *one = a;
  const Choice *two = b;

  if (one->worst != two->worst)
    return one->worst < two->worst ? -1 : 1;
  if (one->is_same != two->is_same)
    return one->is_same ? -1 : 1;
  if (one->size != two->size)
    return one->size < two->size ? -1 : 1;
  return g_strcmp0 (td_model_get_key (one->model), td_model_get_key (two->model));
}

static void
consider (GArray             *choices,
          TdEngine           *engine,
          TdModel            *model,
          const TdModelFacts *talked_to,
          gint64              prompt_tokens,
          gint64              max_output)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  Choice choice = { .model = model };

  if (!may_see (facts, talked_to) ||
      !td_pricing_worst_case (facts, prompt_tokens,
                              td_chore_choice_get_max_output (facts, max_output), &choice.worst) ||
      choice.worst > TD_CHORE_MAX_COST || !can_do (engine, facts))
    return;
  choice.is_same = g_str_equal (facts->key, talked_to->key);
  choice.size = get_size (facts);
  g_array_append_val (choices, choice);
}

/**
 * td_chore_choice_list:
 * @engine: the engine
 * @talked_to: the model that has seen the text
 * @prompt_tokens: the most that the question can have
 * @max_output: tokens that the answer takes
 *
 * Returns: (transfer full) (element-type TdModel): whom to ask, best first; empty when there is
 *   nobody who may and is cheap
 */
GPtrArray *
td_chore_choice_list (TdEngine           *engine,
                      const TdModelFacts *talked_to,
                      gint64              prompt_tokens,
                      gint64              max_output)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));
  guint n = td_catalogue_get_n_models (catalogue);
  g_autoptr (GArray) choices = g_array_new (FALSE, FALSE, sizeof (Choice));
  GPtrArray *models = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    consider (choices, engine, td_catalogue_get_model (catalogue, i), talked_to, prompt_tokens,
              max_output);
  g_array_sort (choices, compare_choices);
  for (guint i = 0; i < MIN (choices->len, MAX_CHOICES); i++)
    g_ptr_array_add (models, g_object_ref (g_array_index (choices, Choice, i).model));
  return models;
}
