/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include "app/chat/td-prompt-text.h"

/* What stands below a message being written. */

#define EXACT(n)           { (n), (n), TRUE, 0 }
#define ABOUT(n, permille) { (n), (n), FALSE, (permille) }

static void
test_count (void)
{
  static const struct
  {
    TdTokenCount count;
    const char *text;
  } cases[] = {
    { EXACT (0), "0" },
    { EXACT (12), "12" },
    { ABOUT (12, -1), "about 12" },
    { ABOUT (1240, 0), "about 1240, ±0 %" },
    { ABOUT (1240, 60), "about 1240, ±6 %" },
    { ABOUT (1240, 61), "about 1240, ±7 %" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = td_prompt_text_count (cases[i].count);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_summary (void)
{
  static const struct
  {
    TdPromptFigures figures;
    const char *text;
  } cases[] = {
    { { EXACT (1), EXACT (8), FALSE, TRUE, 0, 0 }, "free · 1 token, 8 in all" },
    { { EXACT (12), EXACT (40), FALSE, TRUE, 1200000, 100 },
      "from $0.0012 · 12 tokens, 40 in all" },
    { { EXACT (12), EXACT (40), FALSE, FALSE, TD_MONEY_UNKNOWN, 0 },
      "unknown price · 12 tokens, 40 in all" },
    { { ABOUT (12, -1), ABOUT (40, -1), FALSE, TRUE, 1200000, 0 },
      "from $0.0012 · about 12 tokens, 40 in all" },
    { { EXACT (12), ABOUT (40, 31), FALSE, TRUE, 0, 0 },
      "free · about 12 tokens, 40 in all, ±4 %" },
    { { EXACT (12), EXACT (101), FALSE, TRUE, 1200000, 100 },
      "12 tokens, 101 in all · the model takes 100" },
    { { EXACT (12), EXACT (40), FALSE, TRUE, 1200000, 0, .low = 4000000, .high = 31000000,
        .habit = { 3, 10, 99 } },
      "$0.004 to $0.031 · 12 tokens, 40 in all" },
    { { EXACT (12), EXACT (40), FALSE, TRUE, 0, 0, .low = 4000000, .high = 4010000,
        .habit = { 3, 10, 10 } },
      "about $0.004 · 12 tokens, 40 in all" },
    { { EXACT (12), EXACT (40), FALSE, TRUE, 0, 0, .low = 0, .high = 0, .habit = { 3, 10, 10 } },
      "free · 12 tokens, 40 in all" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = td_prompt_text_summary (&cases[i].figures);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_details (void)
{
  TdPromptFigures figures = { EXACT (12), EXACT (40), FALSE, TRUE, 1200000, 0 };
  g_autofree char *exact = td_prompt_text_details (&figures);
  g_autofree char *ranged = NULL;
  g_autofree char *estimated = NULL;
  g_autofree char *corrected = NULL;

  g_assert_cmpstr (exact, ==,
                   "This message: 12 tokens\n"
                   "With the instructions and the chat so far: 40 tokens\n"
                   "Counted exactly, with the model’s own vocabulary.\n"
                   "Sending it costs at least $0.0012, and then the reply.");
  figures.low = 4000000;
  figures.high = 31000000;
  figures.habit = (TdUsageHabit) { 7, 120, 900 };
  ranged = td_prompt_text_details (&figures);
  g_assert_true (g_str_has_suffix (
    ranged, "With the reply $0.004 to $0.031: this model’s last ones to you mostly had"
            " 120 to 900 tokens."));
  figures.habit.n_replies = 0;
  figures.request = (TdTokenCount) ABOUT (40, -1);
  figures.at_least = 0;
  estimated = td_prompt_text_details (&figures);
  g_assert_true (g_str_has_suffix (estimated, "about 40 tokens\n"
                                              "Estimated: this model’s own vocabulary is not at hand."));
  figures.request.error_permille = 20;
  corrected = td_prompt_text_details (&figures);
  g_assert_true (g_str_has_suffix (corrected, "about 40, ±2 % tokens\n"
                                              "Estimated, and corrected by what providers have counted before."));
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/prompt-text/count", test_count);
  g_test_add_func ("/prompt-text/summary", test_summary);
  g_test_add_func ("/prompt-text/details", test_details);
  return g_test_run ();
}
