/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-stats-text.h"
#include "support/td-test.h"

#define MEASURED(median, p95, rate) \
  .first_token_median_ms = (median), .first_token_p95_ms = (p95), .rate_median = (rate)

static const struct
{
  TdRequestStats stats;
  const char *title;
  const char *details;
} rows[] = {
  { { .n_requests = 124,
      .n_complete = 120,
      .n_faults = 3,
      .n_stopped = 1,
      .n_retries = 2,
      MEASURED (417, 1250, 41700) },
    "124 requests, 97.5 % answered",
    "First token after 0.42 s, 19 of 20 within 1.25 s · 41.7 tokens a second · 2 retries" },
  { { .n_requests = 1, .n_complete = 1, .n_retries = 1, MEASURED (90, 90, -1) },
    "1 request, all answered",
    "First token after 0.09 s · 1 retry" },
  { { .n_requests = 2, .n_stopped = 2, MEASURED (-1, -1, 20000) },
    "2 requests",
    "20.0 tokens a second" },
  { { .n_requests = 3, .n_refused = 3, MEASURED (-1, -1, -1) }, "3 requests, 0.0 % answered", "" },
};

static void
test_texts (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *title = td_stats_text_build_title (&rows[i].stats);
      g_autofree char *details = td_stats_text_build_details (&rows[i].stats);

      g_assert_cmpstr (title, ==, rows[i].title);
      g_assert_cmpstr (details, ==, rows[i].details);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/stats-text/texts", test_texts);
  return g_test_run ();
}
