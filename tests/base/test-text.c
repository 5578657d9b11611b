/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-text.h"
#include "support/td-test.h"

static void
test_fold (void)
{
  static const struct
  {
    const char *text;
    const char *folded;
  } rows[] = {
    { NULL, "" },
    { "", "" },
    { "CAFE", "cafe" },
    { "Café", "cafe" },
    { "Cafe\xcc\x81", "cafe" }, /* the accent as a character of its own */
    { "Straße", "strasse" },
    { "STRASSE", "strasse" },
    { "Łódź Øre Æther œuvre", "lodz ore aether oeuvre" },
    { "ﬁne Ａ①", "fine a1" },
    { "İstanbul ısı", "istanbul isi" },
    { "ΣΊΣΥΦΟΣ", "σισυφοσ" },
    { "Ёлка", "елка" },
    { "模型 GPT-4o", "模型 gpt-4o" },
    { "\u202eo\u00adpus\u200b \ufeff4", "opus 4" }, /* nothing of that can be seen */
    { "\xff"
      "A",
      "\xef\xbf\xbd"
      "a" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *folded = td_text_fold (rows[i].text);

      g_assert_cmpstr (folded, ==, rows[i].folded);
    }
}

/* GLib's case folding swaps the two cases of Cherokee back and forth. */
static gboolean
is_cherokee (gunichar c)
{
  return g_unichar_get_script (c) == G_UNICODE_SCRIPT_CHEROKEE;
}

/* Of the many characters without case one in sixteen is enough. */
static gboolean
is_worth_testing (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
      return FALSE;
    case G_UNICODE_OTHER_LETTER:
      return c % 16 == 0;
    default:
      return !is_cherokee (c);
    }
}

/* Folding folded text changes nothing, for every character there is. */
static void
test_fold_every_character (void)
{
  for (gunichar c = 1; c <= 0x10ffff; c++)
    {
      char text[8] = { 0 };
      g_autofree char *once = NULL;
      g_autofree char *twice = NULL;

      if (!is_worth_testing (c))
        continue;
      g_unichar_to_utf8 (c, text);
      once = td_text_fold (text);
      twice = td_text_fold (once);
      if (g_strcmp0 (once, twice) != 0)
        g_error ("U+%04X folds to '%s', then to '%s'", c, once, twice);
    }
}

static void
test_format_tokens (void)
{
  static const struct
  {
    gint64 tokens;
    const char *shown;
  } rows[] = {
    { 0, "0" },
    { 7, "7" },
    { 999, "999" },
    { 1000, "1K" },
    { 1049, "1.05K" },
    { 4096, "4.1K" },
    { 8192, "8.19K" },
    { 32768, "32.8K" },
    { 128000, "128K" },
    { 131072, "131K" },
    { 999499, "999K" },
    { 999500, "1M" },
    { 1000000, "1M" },
    { 1048576, "1.05M" },
    { 1050000, "1.05M" },
    { 2000000, "2M" },
    { 999999999, "1B" },
    { G_GINT64_CONSTANT (15600000000000), "15600B" },
    { G_MAXINT64, "9220000000B" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = td_text_format_tokens (rows[i].tokens);

      g_assert_cmpstr (shown, ==, rows[i].shown);
    }
}

static void
test_ellipsize (void)
{
  static const struct
  {
    const char *text;
    guint max_chars;
    const char *shown;
  } rows[] = {
    { NULL, 5, "" },
    { "", 0, "" },
    { "hello", 5, "hello" },
    { "hello", 4, "hel…" },
    { "hello", 1, "…" },
    { "hello", 0, "" },
    { "one two", 5, "one…" },
    { "äöüßé", 5, "äöüßé" },
    { "äöüßéx", 5, "äöüß…" },
    { "abe\xcc\x81z", 4, "ab…" }, /* the accent stays with its letter */
    { "\xff\xff\xff", 2, "\xef\xbf\xbd…" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = td_text_ellipsize (rows[i].text, rows[i].max_chars);

      g_assert_cmpstr (shown, ==, rows[i].shown);
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/text/fold", test_fold);
  g_test_add_func ("/text/fold-every-character", test_fold_every_character);
  g_test_add_func ("/text/format-tokens", test_format_tokens);
  g_test_add_func ("/text/ellipsize", test_ellipsize);
  return g_test_run ();
}
