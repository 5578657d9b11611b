/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-auto.h"
#include "engine/td-engine.h"
#include "providers/td-chat-event.h"
#include "providers/td-chat-request.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/**
 * TdCall:
 *
 * A request from outside that belongs to no chat: it brings its own messages, and leaves nothing behind
 * but its receipt. It goes the way of every reply: route, estimate, hold, stream, settle. A call is made,
 * configured, run once and dropped.
 */
#define TD_TYPE_CALL (td_call_get_type ())
G_DECLARE_FINAL_TYPE (TdCall, td_call, TD, CALL, GObject)

TdCall *td_call_new          (TdEngine      *engine,
                              TdChatRequest *request,
                              const char    *model_key); /* takes the request */
void    td_call_set_client   (TdCall     *self,
                              const char *client);
void    td_call_set_max_cost (TdCall *self,
                              TdMoney limit);
/* Called on the main thread for what came of the reply: START, text, reasoning, tool calls, OPAQUE,
 * USAGE, and FINISH once it is over. What came of a try that failed is not shown. */
void             td_call_set_event_func    (TdCall         *self,
                                            TdChatEventFunc func,
                                            gpointer        user_data);
void             td_call_take_choice       (TdCall       *self,
                                            TdAutoChoice *choice); /* (transfer full) */
void             td_call_run_async         (TdCall             *self,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
gboolean         td_call_run_finish        (TdCall       *self,
                                            GAsyncResult *result,
                                            GError      **error);
void             td_call_stop              (TdCall *self);
void             td_call_set_waiting       (TdCall  *self,
                                            gboolean waiting);
const char      *td_call_get_model_key     (TdCall *self);
gint64           td_call_get_prompt_tokens (TdCall *self);
const TdReceipt *td_call_get_receipt       (TdCall *self); /* (nullable) */
char            *td_call_dup_reason        (TdCall *self); /* (nullable) */
const TdFailure *td_call_get_failure       (TdCall *self); /* (nullable) */

G_END_DECLS
