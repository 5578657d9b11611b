/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-request-stats.h"

G_BEGIN_DECLS

/* What a provider's statistics say, in words. */
char *td_stats_text_build_title   (const TdRequestStats *stats);
char *td_stats_text_build_details (const TdRequestStats *stats);

G_END_DECLS
