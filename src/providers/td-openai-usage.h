/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "tokens/td-usage.h"

G_BEGIN_DECLS

void   td_openai_usage_read       (const TdJson *usage,
                                   TdUsage      *result);
gint64 td_openai_usage_parse_cost (const char   *decimal);

G_END_DECLS
