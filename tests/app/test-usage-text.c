/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/usage/td-usage-text.h"
#include "support/td-test.h"

#define CENT (TD_MONEY_PER_DOLLAR / 100)

static void
test_top (void)
{
  static const gint64 cases[][2] = { { 0, 4 },       { 4, 4 },       { 5, 8 },       { 12, 12 },
                                     { 13, 16 },     { 33, 40 },     { 41, 80 },     { 100, 120 },
                                     { 1234, 1600 }, { 4000, 4000 }, { 4001, 8000 }, { 399, 400 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%" G_GINT64_FORMAT, cases[i][0]);
      g_assert_cmpint (td_usage_text_get_top (cases[i][0]), ==, cases[i][1]);
    }
  g_assert_cmpint (td_usage_text_get_top (G_MAXINT64), ==, G_MAXINT64);
}

static void
test_lines (void)
{
  static const struct
  {
    TdUsageLine line;
    const char *spent;
    const char *details;
    const char *about;
  } cases[] = {
    { { .key = (char *) "2026-11-23", .n_replies = 2, .spent = 5 * CENT, .input = 1, .output = 20 },
      "$0.05",
      "2 replies · 1 token in, 20 out",
      "23 Nov 2026: $0.05 · 2 replies · 1 token in, 20 out" },
    { { .key = (char *) "2026-11-01",
        .n_replies = 2,
        .spent = CENT,
        .n_unknown_costs = 1,
        .input = 7 },
      "over $0.01",
      "2 replies · 7 tokens in, 0 out",
      "1 Nov 2026: over $0.01 · 2 replies · 7 tokens in, 0 out" },
    { { .key = (char *) "2026-11-01", .n_replies = 1, .n_unknown_costs = 1, .n_unknown_counts = 1 },
      "unknown price",
      "1 reply · tokens unknown",
      "1 Nov 2026: unknown price · 1 reply · tokens unknown" },
    { { .key = (char *) "2026-11-02" },
      "$0.00",
      "0 replies · 0 tokens in, 0 out",
      "2 Nov 2026: nothing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *spent = td_usage_text_spent (&cases[i].line);
      g_autofree char *details = td_usage_text_details (&cases[i].line);
      g_autofree char *about = td_usage_text_about_day (&cases[i].line);

      g_assert_cmpstr (spent, ==, cases[i].spent);
      g_assert_cmpstr (details, ==, cases[i].details);
      g_assert_cmpstr (about, ==, cases[i].about);
    }
}

static void
test_what_if (void)
{
  static const struct
  {
    TdUsageWhatIf what_if;
    const char *text;
    const char *left_out;
  } cases[] = {
    { { 2, 0, 4 * CENT, CENT }, "$0.01 instead of $0.04, 75 % less", NULL },
    { { 2, 1, CENT, 3 * CENT },
      "$0.03 instead of $0.01, 200 % more",
      "1 reply is left out: its cost or its tokens are not known." },
    { { 2, 2, CENT, CENT },
      "$0.01, the same",
      "2 replies are left out: their cost or their tokens are not known." },
    { { 1, 0, 0, CENT }, "$0.01 instead of $0.00", NULL },
    { { 0, 0, 0, 0 }, "Nothing that could be compared.", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = td_usage_text_what_if (&cases[i].what_if);
      g_autofree char *left_out = td_usage_text_left_out (&cases[i].what_if);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpstr (left_out, ==, cases[i].left_out);
    }
}

static void
test_counts (void)
{
  static const struct
  {
    gint64 count;
    const char *text;
  } cases[] = { { 0, "0" },           { 9999, "9999" },
                { 12499, "12 k" },    { 1234567, "1.235 M" },
                { 30000000, "30 M" }, { G_GINT64_CONSTANT (25000000000), "25 G" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = td_usage_text_count (cases[i].count);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/usage-text/top", test_top);
  g_test_add_func ("/usage-text/lines", test_lines);
  g_test_add_func ("/usage-text/what-if", test_what_if);
  g_test_add_func ("/usage-text/counts", test_counts);
  return g_test_run ();
}
