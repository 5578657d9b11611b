/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-chat-limits.h"

/* From least to most. The tokens are what an effort comes to where a model is told how many. */
static const struct
{
  const char *word;
  gint64 tokens;
} efforts[] = {
  { "none", 0 },
  { "minimal", 1024 },
  { "low", 4096 },
  { "medium", 8192 },
  { "high", 16384 },
  { "xhigh", 24576 },
  { "max", 32768 },
};

static int
find_effort (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (efforts); i++)
    {
      if (g_strcmp0 (word, efforts[i].word) == 0)
        return (int) i;
    }
  return -1;
}

static TdThinking
read_thinking (const TdModelFacts *facts)
{
  TdThinking thinking = TD_THINKING_UNKNOWN;

  if (facts->reasoning == TD_FACT_NO)
    return TD_THINKING_NONE;
  if (facts->reasoning_efforts != NULL && facts->reasoning_efforts[0] != NULL)
    thinking |= TD_THINKING_EFFORT;
  if (facts->has_reasoning_budget)
    thinking |= TD_THINKING_BUDGET;
  if (facts->reasoning_toggle == TD_FACT_YES)
    thinking |= TD_THINKING_SWITCH;
  if (thinking == TD_THINKING_UNKNOWN && facts->reasoning == TD_FACT_YES)
    return TD_THINKING_ITS_OWN;
  return thinking;
}

/* The nearest effort the model knows, and of two the smaller one: nobody is to pay for more than
 * was asked for. */
static const char *
find_nearest (const TdModelFacts *facts,
              int                 wanted)
{
  const char *best = NULL;
  int best_distance = G_MAXINT;

  for (guint i = 0; facts->reasoning_efforts[i] != NULL; i++)
    {
      int known = find_effort (facts->reasoning_efforts[i]);
      int distance = ABS (known - wanted);

      if (known < 0 || (wanted > 0 && known == 0))
        continue;
      if (distance < best_distance ||
          (distance == best_distance && known < find_effort (best)))
        {
          best = facts->reasoning_efforts[i];
          best_distance = distance;
        }
    }
  return best;
}

static void
fit_effort (TdChatRequest      *request,
            const TdModelFacts *facts)
{
  int wanted = find_effort (request->effort);
  gboolean can_stop = (request->thinking & TD_THINKING_SWITCH) != 0;

  if (request->effort == NULL)
    return;
  if (wanted < 0 || request->thinking == TD_THINKING_NONE)
    {
      g_set_str (&request->effort, NULL);
      return;
    }
  if ((request->thinking & TD_THINKING_EFFORT) && (wanted > 0 || !can_stop))
    g_set_str (&request->effort, find_nearest (facts, wanted));
}

static void
fit_budget (TdChatRequest      *request,
            const TdModelFacts *facts)
{
  int effort = find_effort (request->effort);

  if (effort < 0 || !(request->thinking & TD_THINKING_BUDGET))
    return;
  request->thinking_budget = efforts[effort].tokens;
  if (facts->reasoning_budget_max > 0)
    request->thinking_budget = MIN (request->thinking_budget, facts->reasoning_budget_max);
  request->thinking_budget = MAX (request->thinking_budget, facts->reasoning_budget_min);
}

/**
 * td_chat_limits_apply:
 * @request: a request with all the user's wishes
 * @facts: the model it is for
 *
 * Takes back what the model refuses, and says what it has to be asked in its own way: a
 * temperature it does not take is dropped, a limit beyond what it can write is lowered, how much
 * to think becomes the nearest it knows. Of what is not known nothing is changed.
 */
void
td_chat_limits_apply (TdChatRequest      *request,
                      const TdModelFacts *facts)
{
  g_return_if_fail (request != NULL && facts != NULL);

  request->traits = facts->wire;
  request->model_max_output = facts->max_output;
  if (facts->max_output > 0 && request->max_output > facts->max_output)
    request->max_output = facts->max_output;
  if (facts->temperature == TD_FACT_NO)
    request->has_temperature = request->has_top_p = FALSE;
  request->thinking = read_thinking (facts);
  fit_effort (request, facts);
  fit_budget (request, facts);
}

/**
 * td_chat_limits_get_effort:
 * @budget: how many tokens a model may think with
 *
 * Returns: (transfer none): the most effort that takes no more; the least there is for a budget
 *   below all of them
 */
const char *
td_chat_limits_get_effort (gint64 budget)
{
  gsize i = G_N_ELEMENTS (efforts) - 1;

  while (i > 1 && efforts[i].tokens > budget)
    i--;
  return efforts[i].word;
}
