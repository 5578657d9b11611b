/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-chat-event.h"

G_BEGIN_DECLS

/**
 * TdCallLog:
 *
 * The tools that a model wanted to call in a reply. They are kept as the model wrote them, however
 * little sense that makes: nothing is run here.
 */
typedef struct _TdCallLog TdCallLog;

TdCallLog *td_call_log_new      (void);
void       td_call_log_free     (TdCallLog         *self);
void       td_call_log_add      (TdCallLog         *self,
                                 const TdChatEvent *event);
char      *td_call_log_to_json  (const TdCallLog   *self); /* (nullable): there was none */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdCallLog, td_call_log_free)

G_END_DECLS
