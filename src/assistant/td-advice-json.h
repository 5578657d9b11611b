/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"
#include "base/td-json-write.h"

G_BEGIN_DECLS

void td_advice_write_members (const TdAdvice   *self,
                              const TdAnalysis *analysis,
                              TdJsonWriter     *writer);

G_END_DECLS
