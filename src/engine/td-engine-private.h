/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-breaker.h"
#include "engine/td-calibrator.h"
#include "engine/td-call.h"
#include "engine/td-completion.h"
#include "engine/td-count-service.h"
#include "engine/td-discovered.h"
#include "engine/td-engine.h"
#include "engine/td-payments.h"
#include "engine/td-policy.h"
#include "engine/td-request-log.h"
#include "engine/td-taste.h"
#include "wallet/td-lease.h"

G_BEGIN_DECLS

/* Everything an engine is made of, gathered while it starts. */
typedef struct
{
  TdDatabase *database;
  SoupSession *session;
  TdLease *lease;
  TdMarket *market;
  TdEndpointList *endpoints;
  TdDiscovered *discovered;
  TdKeyRing *key_ring;
  GPtrArray *keys; /* (element-type TdApiKey) */
  TdConversationList *conversations;
  TdWallet *wallet;
  TdCalibrator *calibrator;
  TdTaste *taste;
  TdCountService *count_service; /* (nullable) until the engine is made */
  TdBreakers *breakers;
  TdPolicy policy;
  GHashTable *downloads; /* (element-type utf8 TdDownload): by model key */
  GPtrArray *unsaved; /* (element-type TdUnsaved) */
  TdPayments *payments; /* (nullable) until the engine is made */
  TdRequestLog *request_log; /* (nullable) until the engine is made */
} TdEngineParts;

TdEngineParts *td_engine_parts_new      (void);
void           td_engine_parts_free     (TdEngineParts *parts);
TdEngine      *td_engine_new_from_parts (TdEngineParts *parts);

/* What the completion and the engine know of each other. */
TdEngineParts  *td_engine_get_parts          (TdEngine *self);
TdBreakers     *td_engine_get_breakers       (TdEngine *self);
TdLease        *td_engine_get_lease          (TdEngine *self);
gboolean        td_engine_has_key            (TdEngine   *self,
                                              const char *provider_id);
gint64          td_engine_get_commission_ppm (TdEngine   *self,
                                              const char *provider_id);
guint           td_engine_get_retry_base_ms  (TdEngine *self);
void            td_engine_set_retry_base_ms  (TdEngine *self,
                                              guint     base_ms);
gboolean        td_engine_begin_completion   (TdEngine       *self,
                                              TdConversation *conversation,
                                              TdCompletion   *completion);
void            td_engine_end_completion     (TdEngine       *self,
                                              TdConversation *conversation);
gboolean        td_engine_begin_call         (TdEngine *self,
                                              TdCall   *call);
void            td_engine_end_call           (TdEngine *self,
                                              TdCall   *call);
TdDiscovered   *td_engine_get_discovered     (TdEngine *self);
TdCalibrator   *td_engine_get_calibrator     (TdEngine *self);
TdCountService *td_engine_get_count_service  (TdEngine *self);
void            td_completion_halt           (TdCompletion *self);
void            td_call_halt                 (TdCall *self);

G_END_DECLS
