/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "wallet/td-usage-report.h"

G_BEGIN_DECLS

/* What the usage page says in words and figures, and how its charts are scaled; no widgets, so that
 * it can be tested as tables. */

char *td_usage_text_spent (const TdUsageLine *line);
char *td_usage_text_replies (const TdUsageLine *line);
char *td_usage_text_tokens (const TdUsageLine *line);
char *td_usage_text_details (const TdUsageLine *line);
char *td_usage_text_day (const TdUsageLine *line);
char *td_usage_text_about_day (const TdUsageLine *line);
char *td_usage_text_count (gint64 count);
char *td_usage_text_chart (GPtrArray *days, gboolean of_tokens);
char *td_usage_text_what_if (const TdUsageWhatIf *what_if);
char *td_usage_text_left_out (const TdUsageWhatIf *what_if);
gint64 td_usage_text_get_value (const TdUsageLine *line, gboolean of_tokens);
gint64 td_usage_text_get_top (gint64 highest);

G_END_DECLS
