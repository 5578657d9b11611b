/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"

G_BEGIN_DECLS

void td_cli_advice_print (const TdAdvice   *self,
                          const TdAnalysis *analysis);

G_END_DECLS
