/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "engine/td-tally.h"
#include "engine/td-turn.h"
#include "providers/td-chat-event.h"
#include "providers/td-chat-request.h"
#include "providers/td-flow.h"

G_BEGIN_DECLS

/**
 * TdExchange:
 *
 * The talk with one provider in the middle of a completion: fetches the key, sends the
 * request, tries again while nothing was shown, and writes what comes into the reply and its
 * journal, if it has one. Whether another provider is asked then is for the completion to say.
 */
#define TD_TYPE_EXCHANGE (td_exchange_get_type ())
G_DECLARE_FINAL_TYPE (TdExchange, td_exchange, TD, EXCHANGE, GObject)

TdExchange    *td_exchange_new              (TdEngine         *engine,
                                             const TdEndpoint *endpoint,
                                             TdChatRequest    *request,
                                             const TdReceipt  *hold,
                                             TdMessage        *reply,
                                             TdTurn           *turn);
void           td_exchange_set_place        (TdExchange *self,
                                             const char *asked_key,
                                             gboolean    has_other,
                                             gboolean    is_probe);
void           td_exchange_follow           (TdExchange *self,
                                             TdExchange *before);
void           td_exchange_set_event_func   (TdExchange     *self,
                                             TdChatEventFunc func,
                                             gpointer        user_data);
void           td_exchange_set_flow         (TdExchange *self,
                                             TdFlow     *flow);
void           td_exchange_run_async        (TdExchange         *self,
                                             GCancellable       *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer            user_data);
gboolean       td_exchange_run_finish       (TdExchange   *self,
                                             GAsyncResult *result,
                                             GError      **error);
TdChatRequest *td_exchange_dup_continuation (TdExchange *self);
void           td_exchange_go_on_async      (TdExchange         *self,
                                             TdChatRequest      *request,
                                             const TdModelFacts *facts,
                                             const TdTokenCount *prompt,
                                             GCancellable       *cancellable,
                                             GAsyncReadyCallback callback,
                                             gpointer            user_data);
const TdTally *td_exchange_get_tally        (TdExchange *self);
void           td_exchange_close            (TdExchange *self,
                                             char      **text,
                                             char      **reasoning);

G_END_DECLS
