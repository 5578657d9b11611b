/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-advice-context.h"

#include "engine/td-request-log.h"

static TdFilter
is_usable (const TdModelFacts *facts,
           TdMoney             cost,
           gpointer            user_data)
{
  switch (td_engine_get_usable (user_data, facts->key))
    {
    case TD_USABLE_YES:
      return td_engine_is_installed (user_data, facts->key) ? TD_FILTER_NONE : TD_FILTER_SERVER;
    case TD_USABLE_NOT_CHAT:
      return TD_FILTER_NONE; /* an image model: the filters before have decided */
    case TD_USABLE_NEEDS_KEY:
      return TD_FILTER_NO_KEY;
    case TD_USABLE_DISABLED:
    case TD_USABLE_PROTOCOL_MISSING:
    case TD_USABLE_UNKNOWN_MODEL:
    default:
      return TD_FILTER_SERVER;
    }
}

static gint64
get_speed (const TdModelFacts *facts,
           gpointer            user_data)
{
  TdOfferMeasure measure = TD_OFFER_MEASURE_INIT;

  if (!td_request_log_measure (td_engine_get_request_log (user_data), facts->key, &measure))
    return -1;
  return measure.tokens_per_ksecond;
}

/**
 * td_engine_answer_advice:
 * @settings: (inout): settings for td_advisor_run()
 */
void
td_engine_answer_advice (TdEngine         *engine,
                         TdAdviceSettings *settings)
{
  g_return_if_fail (TD_IS_ENGINE (engine) && settings != NULL);

  settings->is_usable = is_usable;
  settings->get_speed = get_speed;
  settings->user_data = engine;
}
