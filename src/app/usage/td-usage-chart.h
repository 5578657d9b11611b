/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "wallet/td-usage-report.h"

G_BEGIN_DECLS

/**
 * TdUsageChart:
 *
 * A bar for each day, in the accent colour. The arrow keys and the pointer choose a day, which is
 * told of in words beside the chart.
 *
 * Property "chosen" (gint): the day that is pointed at; -1 for none.
 */
#define TD_TYPE_USAGE_CHART (td_usage_chart_get_type ())
G_DECLARE_FINAL_TYPE (TdUsageChart, td_usage_chart, TD, USAGE_CHART, GtkWidget)

void td_usage_chart_show (TdUsageChart *self,
                          GPtrArray *days, /* (element-type TdUsageLine) */
                          gboolean of_tokens);
int td_usage_chart_get_chosen (TdUsageChart *self);

G_END_DECLS
