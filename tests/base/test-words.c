/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-words.h"
#include "support/td-test.h"

static void
test_find (void)
{
  static const char *const words[] = { "held", "complete", "stopped" };
  static const char *const with_none[] = { "held", NULL, "stopped" };
  static const struct
  {
    const char *const *words;
    const char *text;
    gboolean found;
    guint index;
  } rows[] = {
    { words, "held", TRUE, 0 },
    { words, "stopped", TRUE, 2 },
    { words, "stop", FALSE, 9 },
    { words, "STOPPED", FALSE, 9 },
    { words, "", FALSE, 9 },
    { words, NULL, FALSE, 9 },
    { with_none, NULL, TRUE, 1 },
    { with_none, "", FALSE, 9 },
    { with_none, "stopped", TRUE, 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint index = 9;

      g_assert_cmpint (td_words_find (rows[i].words, 3, rows[i].text, &index), ==, rows[i].found);
      g_assert_cmpuint (index, ==, rows[i].index);
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/words/find", test_find);
  return g_test_run ();
}
