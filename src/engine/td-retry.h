/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-provider-error.h"

G_BEGIN_DECLS

#define TD_RETRY_MAX_TRIES 3
#define TD_RETRY_BASE_MS 500

gboolean td_retry_decide (const TdFailure *failure,
                          guint            tries,
                          guint            base_ms,
                          double           chance,
                          guint           *wait_ms);

G_END_DECLS
