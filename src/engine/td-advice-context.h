/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"
#include "engine/td-engine.h"
#include "engine/td-taste.h"

G_BEGIN_DECLS

/* Makes settings ask the engine what can be used now and how fast it was. They borrow the engine. */
void td_engine_answer_advice (TdEngine         *engine,
                              TdAdviceSettings *settings);
/* What the user prefers in general, from the settings of this program. They borrow the engine. */
void td_engine_take_advice_preferences (TdEngine         *engine,
                                        TdAdviceSettings *settings);

/* What the user makes of models, and where what becomes of a reply is noted. */
TdTaste    *td_engine_get_taste    (TdEngine           *self);
const char *td_advice_get_identity (const TdModelFacts *facts); /* what taste knows a model by */

G_END_DECLS
