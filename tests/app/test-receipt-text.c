/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-receipt-text.h"
#include "support/td-test.h"

#define CENT (TD_MONEY_PER_DOLLAR / 100)

static void
add_line (const char *what,
          const char *value,
          gpointer    user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", what, value);
}

static void
test_lines (void)
{
  static const struct
  {
    TdReceipt receipt;
    const char *text;
  } cases[] = {
    { { .catalogue_version = (char *) "2026-11-23",
        .held = 5 * CENT,
        .cost = CENT,
        .expected_input = 990,
        .usage = { 1000, 300, 100, 50, 20, -1, 2 * CENT },
        .prices = { 3000000, 15000000, 300000, -1, 5000000, -1, -1 } },
      "Input: 600 at $3.00 per million\n"
      "From the Cache: 300 at $0.30 per million\n"
      "Into the Cache: 100 at $3.00 per million\n"
      "Output: 30 at $15.00 per million\n"
      "Reasoning: 20 at $5.00 per million\n"
      "Counted By: The provider; Top Dog had about 990 in\n"
      "Provider Says: $0.02, reckoned here: $0.01\n"
      "Held Before: $0.05\n"
      "Prices Of: 2026-11-23\n" },
    { { .catalogue_version = (char *) "x",
        .held = TD_MONEY_UNKNOWN,
        .cost = TD_MONEY_UNKNOWN,
        .expected_input = -1,
        .counted_here = TRUE,
        .usage = { 7, -1, -1, -1, -1, -1, -1 },
        .prices = { -1, -1, -1, -1, -1, -1, -1 } },
      "Input: 7 at an unknown price\n"
      "Counted By: Top Dog, as an estimate\n"
      "Prices Of: x\n" },
    { { .catalogue_version = (char *) "x",
        .held = 0,
        .cost = 0,
        .expected_input = 7,
        .expected_exactly = TRUE,
        .usage = { 7, -1, -1, 9, -1, -1, -1 },
        .prices = { 0, 0, -1, -1, -1, -1, -1 } },
      "Input: 7, free\n"
      "Output: 9, free\n"
      "Counted By: The provider; Top Dog had 7 in\n"
      "Prices Of: x\n" },
    { { .catalogue_version = (char *) "x",
        .held = 13,
        .cost = 10,
        .commission = 3,
        .overrun = 2,
        .expected_input = -1,
        .usage = { 1, -1, -1, 0, -1, -1, 10 },
        .prices = { 10000, 10000, -1, -1, -1, -1, -1 } },
      "Input: 1 at $0.01 per million\n"
      "Output: 0 at $0.01 per million\n"
      "Counted By: The provider\n"
      "Provider Says: $0.00000001\n"
      "Commission: $0.000000003\n"
      "Held Before: $0.000000013\n"
      "Beyond the Hold: $0.000000002\n"
      "Prices Of: x\n" },
    { { .catalogue_version = (char *) "x",
        .outcome = TD_RECEIPT_FAILED,
        .held = 5 * CENT,
        .cost = 0,
        .expected_input = 990,
        .usage = { -1, -1, -1, -1, -1, -1, -1 },
        .prices = { 3000000, 15000000, -1, -1, -1, -1, -1 } },
      "Charged: Nothing, because no reply came\n"
      "Held Before: $0.05\n"
      "Prices Of: x\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      td_receipt_text_foreach (&cases[i].receipt, add_line, text);
      g_assert_cmpstr (text->str, ==, cases[i].text);
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/receipt-text/lines", test_lines);
  return g_test_run ();
}
