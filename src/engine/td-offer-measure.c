/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-offer-measure.h"

#define KEY "td-offer-log"

typedef struct
{
  const TdOfferLog *log;
  gpointer user_data;
} Keeper;

static Keeper *
get_keeper (TdEngine *self)
{
  return g_object_get_data (G_OBJECT (self), KEY);
}

/**
 * td_engine_set_offer_log:
 * @self: the engine
 * @log: (nullable): who keeps the log; has to last as long as the engine
 * @user_data: data for its functions
 *
 * Says who remembers how requests ended. Without one nothing is measured.
 */
void
td_engine_set_offer_log (TdEngine         *self,
                         const TdOfferLog *log,
                         gpointer          user_data)
{
  Keeper *keeper = NULL;

  g_return_if_fail (TD_IS_ENGINE (self));

  if (log)
    {
      keeper = g_new0 (Keeper, 1);
      keeper->log = log;
      keeper->user_data = user_data;
    }
  g_object_set_data_full (G_OBJECT (self), KEY, keeper, g_free);
}

/**
 * td_engine_measure_offer:
 * @self: the engine
 * @model_key: a model at a provider
 * @measure: (out caller-allocates): how it did; all unknown when nobody measured it
 */
void
td_engine_measure_offer (TdEngine       *self,
                         const char     *model_key,
                         TdOfferMeasure *measure)
{
  Keeper *keeper;

  g_return_if_fail (TD_IS_ENGINE (self));
  g_return_if_fail (model_key != NULL && measure != NULL);

  keeper = get_keeper (self);
  *measure = (TdOfferMeasure) TD_OFFER_MEASURE_INIT;
  if (!keeper || !keeper->log->look_up ||
      !keeper->log->look_up (keeper->user_data, model_key, measure))
    *measure = (TdOfferMeasure) TD_OFFER_MEASURE_INIT;
}

/**
 * td_engine_note_attempt:
 * @self: the engine
 * @attempt: how one request ended
 *
 * Hands it to whoever keeps the log.
 */
void
td_engine_note_attempt (TdEngine             *self,
                        const TdOfferAttempt *attempt)
{
  Keeper *keeper;

  g_return_if_fail (TD_IS_ENGINE (self));
  g_return_if_fail (attempt != NULL);

  keeper = get_keeper (self);
  if (keeper && keeper->log->note)
    keeper->log->note (keeper->user_data, attempt);
}
