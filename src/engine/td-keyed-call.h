/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"

G_BEGIN_DECLS

/* A provider is asked something besides a chat: where, and with the key if there is one. */
typedef void (*TdKeyedCallFunc) (GTask            *task, /* (transfer full) */
                                 TdEngine         *engine,
                                 const TdEndpoint *endpoint,
                                 const char       *key); /* (nullable) */

void td_engine_call_with_key (TdEngine         *engine,
                              const TdEndpoint *endpoint,
                              GTask            *task, /* (transfer full) */
                              TdKeyedCallFunc   func);

G_END_DECLS
