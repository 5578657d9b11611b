/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "engine/td-offer-measure.h"
#include "engine/td-request-stats.h"

G_BEGIN_DECLS

#define TD_REQUEST_LOG_DAYS 90
#define TD_REQUEST_LOG_ROWS 100000

/**
 * TdRequestLog:
 *
 * How every request to a provider went: when, where, how it ended, how fast. Never a body, never
 * a key. Rows older than 90 days, and all but the newest 100,000, are dropped as new ones come.
 *
 * The newest are kept in memory too, so that routing can ask how an offer does without waiting.
 */
#define TD_TYPE_REQUEST_LOG (td_request_log_get_type ())
G_DECLARE_FINAL_TYPE (TdRequestLog, td_request_log, TD, REQUEST_LOG, GObject)

TdRequestLog *td_request_log_new              (TdDatabase           *database);
void          td_request_log_load             (TdRequestLog         *self);
void          td_request_log_record           (TdRequestLog         *self,
                                               TdRequestRecord      *record); /* (transfer full) */
gboolean      td_request_log_measure          (TdRequestLog         *self,
                                               const char           *offer_key,
                                               TdOfferMeasure       *measure);
void          td_request_log_summarise_async  (TdRequestLog         *self,
                                               TdRequestBy           by,
                                               guint                 days,
                                               const char           *provider_id, /* (nullable) */
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
GPtrArray    *td_request_log_summarise_finish (TdRequestLog         *self,
                                               GAsyncResult         *result,
                                               GError              **error); /* (element-type TdRequestStats) */

/* The log of an engine. */
TdRequestLog *td_engine_get_request_log       (TdEngine             *engine);
/* Makes the engine's attempts go into its log, and its routing ask there. */
void          td_request_log_attach           (TdRequestLog         *self,
                                               TdEngine             *engine);

G_END_DECLS
