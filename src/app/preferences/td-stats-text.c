/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-stats-text.h"

#include <glib/gi18n.h>

static char *
format_success (const TdRequestStats *stats)
{
  int permille = td_request_stats_get_success (stats);

  if (permille < 0)
    return NULL;
  if (permille == 1000)
    return g_strdup (_("all answered"));
  /* Translators: how many requests were answered to the end, in per cent: "98.5 % answered" */
  return g_strdup_printf (_("%.1f %% answered"), permille / 10.0);
}

/**
 * td_stats_text_build_title:
 * @stats: statistics
 *
 * Returns: (transfer full): how many requests there were, and how many were answered
 */
char *
td_stats_text_build_title (const TdRequestStats *stats)
{
  g_autofree char *requests =
    g_strdup_printf (ngettext ("%u request", "%u requests", stats->n_requests), stats->n_requests);
  g_autofree char *success = format_success (stats);

  if (!success)
    return g_steal_pointer (&requests);
  /* Translators: "124 requests, 98.5 % answered" */
  return g_strdup_printf (_("%s, %s"), requests, success);
}

static char *
format_first_token (const TdRequestStats *stats)
{
  if (stats->first_token_median_ms < 0)
    return NULL;
  if (stats->first_token_p95_ms == stats->first_token_median_ms)
    return g_strdup_printf (_("First token after %.2f s"), stats->first_token_median_ms / 1000.0);
  /* Translators: seconds until a reply begins: the median, and what 19 of 20 replies did not exceed */
  return g_strdup_printf (_("First token after %.2f s, 19 of 20 within %.2f s"),
                          stats->first_token_median_ms / 1000.0,
                          stats->first_token_p95_ms / 1000.0);
}

/**
 * td_stats_text_build_details:
 * @stats: statistics
 *
 * Returns: (transfer full): how fast the replies were and what was repeated; empty when nothing of
 *   that is known
 */
char *
td_stats_text_build_details (const TdRequestStats *stats)
{
  g_autofree char *first_token = format_first_token (stats);
  GString *text = g_string_new (first_token);

  if (stats->rate_median >= 0)
    {
      g_string_append (text, text->len > 0 ? " · " : "");
      g_string_append_printf (text, _("%.1f tokens a second"), stats->rate_median / 1000.0);
    }
  if (stats->n_retries > 0)
    {
      g_string_append (text, text->len > 0 ? " · " : "");
      g_string_append_printf (text, ngettext ("%u retry", "%u retries", stats->n_retries),
                              stats->n_retries);
    }
  return g_string_free_and_steal (text);
}
