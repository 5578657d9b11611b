/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-compare-facts.h"

#include <glib/gi18n.h>

#include "app/market/td-model-text.h"
#include "app/td-format.h"
#include "base/td-text.h"

typedef enum
{
  BEST_NONE, /* a matter of taste */
  BEST_LOW,
  BEST_HIGH,
} Best;

/* A line of the table: how its value reads, and where some values are better than others, the
 * number that says so; FALSE when it is not known. */
typedef struct
{
  const char *what;
  char *(*dup_text) (TdModel *model);
  gboolean (*get_number) (TdModel *model, gint64 *number);
  Best best;
} Line;

static char *
dup_input_price (TdModel *model)
{
  return td_model_text_dup_input_price (td_model_get_facts (model));
}

static char *
dup_output_price (TdModel *model)
{
  return td_model_text_dup_output_price (td_model_get_facts (model));
}

static char *
dup_cached_price (TdModel *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);

  return facts->local ? td_model_text_dup_input_price (facts)
                      : td_format_price (facts->price.cache_read);
}

/* What runs on this machine has no price; nothing is cheaper. */
static gboolean
get_price (const TdModelFacts *facts,
           TdPrice             price,
           gint64             *number)
{
  *number = facts->local ? 0 : price;
  return *number >= 0;
}

static gboolean
get_input_price (TdModel *model,
                 gint64  *number)
{
  const TdModelFacts *facts = td_model_get_facts (model);

  return get_price (facts, facts->price.input, number);
}

static gboolean
get_output_price (TdModel *model,
                  gint64  *number)
{
  const TdModelFacts *facts = td_model_get_facts (model);

  return get_price (facts, facts->price.output, number);
}

static gboolean
get_cached_price (TdModel *model,
                  gint64  *number)
{
  const TdModelFacts *facts = td_model_get_facts (model);

  return get_price (facts, facts->price.cache_read, number);
}

static char *
dup_rating (TdModel *model)
{
  return td_model_text_dup_rating (td_model_get_rating (model));
}

static gboolean
get_rating (TdModel *model,
            gint64  *number)
{
  const TdRating *rating = td_model_get_rating (model);

  *number = rating != NULL ? rating->tenths : 0;
  return rating != NULL;
}

static char *
dup_context (TdModel *model)
{
  return td_model_text_dup_context (td_model_get_facts (model));
}

static gboolean
get_context (TdModel *model,
             gint64  *number)
{
  *number = td_model_get_facts (model)->context;
  return *number > 0;
}

static char *
dup_max_output (TdModel *model)
{
  gint64 tokens = td_model_get_facts (model)->max_output;

  return tokens > 0 ? td_text_format_tokens (tokens) : g_strdup (_("Unknown"));
}

static gboolean
get_max_output (TdModel *model,
                gint64  *number)
{
  *number = td_model_get_facts (model)->max_output;
  return *number > 0;
}

static char *
dup_kind (TdModel *model)
{
  return g_strdup (td_model_text_type (td_model_get_facts (model)->type));
}

static char *
dup_status (TdModel *model)
{
  return g_strdup (td_model_text_status (td_model_get_facts (model)->status));
}

static char *
dup_takes (TdModel *model)
{
  return td_model_text_dup_modalities (td_model_get_facts (model)->input);
}

static char *
dup_gives (TdModel *model)
{
  return td_model_text_dup_modalities (td_model_get_facts (model)->output);
}

static char *
dup_reasoning (TdModel *model)
{
  return g_strdup (td_model_text_fact (td_model_get_facts (model)->reasoning));
}

static char *
dup_tools (TdModel *model)
{
  return g_strdup (td_model_text_fact (td_model_get_facts (model)->tool_call));
}

static char *
dup_structured (TdModel *model)
{
  return g_strdup (td_model_text_fact (td_model_get_facts (model)->structured_output));
}

static char *
dup_open_weights (TdModel *model)
{
  return g_strdup (td_model_text_fact (td_model_get_facts (model)->open_weights));
}

static char *
dup_knowledge (TdModel *model)
{
  return td_format_date (td_model_get_facts (model)->knowledge);
}

static char *
dup_released (TdModel *model)
{
  return td_format_date (td_model_get_facts (model)->released);
}

static char *
dup_uses (TdModel *model)
{
  return td_model_text_dup_uses (td_model_get_uses (model));
}

static const Line lines[] = {
  { N_("Price in per million tokens"), dup_input_price, get_input_price, BEST_LOW },
  { N_("Price out per million tokens"), dup_output_price, get_output_price, BEST_LOW },
  { N_("Cached input per million tokens"), dup_cached_price, get_cached_price, BEST_LOW },
  { N_("Rating"), dup_rating, get_rating, BEST_HIGH },
  { N_("Context"), dup_context, get_context, BEST_HIGH },
  { N_("Longest output"), dup_max_output, get_max_output, BEST_HIGH },
  { N_("Kind"), dup_kind, NULL, BEST_NONE },
  { N_("Status"), dup_status, NULL, BEST_NONE },
  { N_("Takes"), dup_takes, NULL, BEST_NONE },
  { N_("Gives"), dup_gives, NULL, BEST_NONE },
  { N_("Reasoning"), dup_reasoning, NULL, BEST_NONE },
  { N_("Tool calls"), dup_tools, NULL, BEST_NONE },
  { N_("Structured output"), dup_structured, NULL, BEST_NONE },
  { N_("Open weights"), dup_open_weights, NULL, BEST_NONE },
  { N_("Knowledge until"), dup_knowledge, NULL, BEST_NONE },
  { N_("Released"), dup_released, NULL, BEST_NONE },
  { N_("Used by you"), dup_uses, NULL, BEST_NONE },
};

/* The best are marked only where there is something to choose: at least two values are known
 * and they differ. */
static guint
find_best (GPtrArray  *models,
           const Line *line)
{
  gint64 low = G_MAXINT64, high = G_MININT64, number, wanted;
  guint best = 0, n_known = 0;

  if (line->best == BEST_NONE)
    return 0;
  for (guint i = 0; i < models->len; i++)
    {
      if (!line->get_number (g_ptr_array_index (models, i), &number))
        continue;
      low = MIN (low, number);
      high = MAX (high, number);
      n_known++;
    }
  if (n_known < 2 || low == high)
    return 0;
  wanted = line->best == BEST_LOW ? low : high;
  for (guint i = 0; i < models->len; i++)
    {
      if (line->get_number (g_ptr_array_index (models, i), &number) && number == wanted)
        best |= 1u << i;
    }
  return best;
}

/**
 * td_compare_facts_list:
 * @models: (element-type TdModel): the models, at most 32
 *
 * Returns: (transfer full) (element-type TdCompareFact): what they are compared by
 */
GPtrArray *
td_compare_facts_list (GPtrArray *models)
{
  GPtrArray *facts = g_ptr_array_new_with_free_func ((GDestroyNotify) td_compare_fact_free);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autoptr (GStrvBuilder) values = g_strv_builder_new ();
      TdCompareFact *fact = g_new0 (TdCompareFact, 1);

      for (guint j = 0; j < models->len; j++)
        g_strv_builder_take (values, lines[i].dup_text (g_ptr_array_index (models, j)));
      fact->what = _(lines[i].what);
      fact->values = g_strv_builder_end (values);
      fact->best = find_best (models, &lines[i]);
      g_ptr_array_add (facts, fact);
    }
  return facts;
}

void
td_compare_fact_free (TdCompareFact *self)
{
  g_strfreev (self->values);
  g_free (self);
}
