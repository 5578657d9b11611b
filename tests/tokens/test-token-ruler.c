/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting for a model: what is exact and what an estimate, what estimates learn from providers'
 * counts, and counting a text that grows.
 */
#include "config.h"

#include <string.h>

#include "support/td-test.h"
#include "tokens/td-token-meter.h"
#include "tokens/token-texts.h"

#define MILLION G_GINT64_CONSTANT (1000000)

static const struct
{
  const char *text;
  TdTokenScript script;
} scripts[] = {
  { "", TD_SCRIPT_LATIN },
  { "12 345", TD_SCRIPT_LATIN },
  { "Plain words, with a mark here and there.", TD_SCRIPT_LATIN },
  { "D\xc3\xa9j\xc3\xa0 vu \xe2\x80\x94 voil\xc3\xa0", TD_SCRIPT_LATIN },
  { "for (i = 0; i < n; i++) { a[i] += b[i] * 2; }", TD_SCRIPT_CODE },
  { "{\"a\": [1, 2], \"b\": {\"c\": null}}", TD_SCRIPT_CODE },
  { "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82, \xd0\xbc\xd0\xb8\xd1\x80",
    TD_SCRIPT_CYRILLIC },
  { "\xce\x9a\xce\xb1\xce\xbb\xce\xb7\xce\xbc\xce\xad\xcf\x81\xce\xb1", TD_SCRIPT_GREEK },
  { "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85", TD_SCRIPT_SEMITIC },
  { "\xe0\xa4\xa8\xe0\xa4\xae\xe0\xa4\xb8\xe0\xa5\x8d\xe0\xa4\xa4\xe0\xa5\x87", TD_SCRIPT_INDIC },
  { "\xe0\xb8\xaa\xe0\xb8\xa7\xe0\xb8\xb1\xe0\xb8\xaa\xe0\xb8\x94\xe0\xb8\xb5",
    TD_SCRIPT_SOUTH_EAST },
  { "\xe4\xb8\xad\xe6\x96\x87\xe3\x80\x82", TD_SCRIPT_HAN },
  { "\xe6\xbc\xa2\xe5\xad\x97\xe3\x81\xa8\xe4\xbb\xae\xe5\x90\x8d", TD_SCRIPT_JAPANESE },
  { "\xec\x95\x88\xeb\x85\x95 OK", TD_SCRIPT_HANGUL },
  { "\xf0\x9f\x98\x80\xf0\x9f\x98\x80", TD_SCRIPT_OTHER },
  { "\xff\xfe\x80", TD_SCRIPT_LATIN },
  { "\xe4\xb8", TD_SCRIPT_LATIN },
};

static void
test_scripts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_test_message ("text %u", i);
      g_assert_cmpstr (
        td_token_script_to_string (td_token_script_of (scripts[i].text, strlen (scripts[i].text))),
        ==, td_token_script_to_string (scripts[i].script));
    }
  for (guint i = 0; i < TD_N_SCRIPTS; i++)
    {
      TdTokenScript script = TD_N_SCRIPTS;

      g_assert_true (td_token_script_from_string (td_token_script_to_string (i), &script));
      g_assert_cmpuint (script, ==, i);
    }
  g_assert_false (td_token_script_from_string ("klingon", &(TdTokenScript) { 0 }));
  g_assert_false (td_token_script_from_string (NULL, &(TdTokenScript) { 0 }));
}

/* The beginning of a long text does not decide alone. */
static void
test_script_of_long_text (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 2000; i++)
    g_string_append (text, "a few words ");
  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "\xe4\xb8\xad");
  g_assert_cmpuint (td_token_script_of (text->str, text->len), ==, TD_SCRIPT_HAN);
}

static void
test_names (void)
{
  static const struct
  {
    const char *id, *model, *family;
  } names[] = {
    { "claude-opus-4-5-20251101", "claude-opus-4-5-20251101", "claude" },
    { "anthropic/Claude-Opus-4.5", "claude-opus-4.5", "claude" },
    { "llama3.1:8b", "llama3.1", "llama" },
    { "meta/Llama-3:free", "llama-3", "llama" },
    { "4o", "4o", "4o" },
    { "maker/", "", "" },
    { "", "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *model = td_token_calibration_dup_model (names[i].id);
      g_autofree char *family = td_token_calibration_dup_family (names[i].id);

      g_assert_cmpstr (model, ==, names[i].model);
      g_assert_cmpstr (family, ==, names[i].family);
    }
}

/* ---- lessons -------------------------------------------------------------------------------- */

static guint
learn (TdTokenCalibration *calibration,
       const char         *model,
       TdTokenScript       script,
       gint64              base,
       gint64              estimated,
       gint64              reported)
{
  g_autoptr (GPtrArray) lessons =
    td_token_calibration_learn (calibration, model, script, base, estimated, reported);

  return lessons->len;
}

static void
assert_lesson (TdTokenCalibration *calibration,
               const char         *model,
               TdTokenScript       script,
               gint64              ratio,
               gint64              error)
{
  gint64 found_ratio = 0;
  gint64 found_error = 0;

  g_assert_true (
    td_token_calibration_find (calibration, model, script, &found_ratio, &found_error));
  g_assert_cmpint (found_ratio, ==, ratio);
  g_assert_cmpint (found_error, ==, error);
}

static void
assert_no_lesson (TdTokenCalibration *calibration,
                  const char         *model,
                  TdTokenScript       script)
{
  gint64 unused;

  g_assert_false (td_token_calibration_find (calibration, model, script, &unused, &unused));
}

/* The mean of what was reported, and of how far off it was; first for the model, then for those of
 * its family that have taught nothing themselves, and for one script at a time. */
static void
test_learning (void)
{
  g_autoptr (TdTokenCalibration) calibration = td_token_calibration_new ();

  g_assert_cmpuint (learn (calibration, "claude-a", TD_SCRIPT_LATIN, 1000, 1000, 1100), ==, 2);
  g_assert_cmpuint (learn (calibration, "claude-a", TD_SCRIPT_LATIN, 1000, 1100, 1300), ==, 2);
  assert_no_lesson (calibration, "claude-a", TD_SCRIPT_LATIN);
  g_assert_cmpuint (learn (calibration, "claude-a", TD_SCRIPT_LATIN, 1000, 1200, 1200), ==, 2);
  /* 1.1, 1.3 and 1.2; 100 of 1100, 200 of 1300 and nothing. */
  assert_lesson (calibration, "claude-a", TD_SCRIPT_LATIN, 1200000,
                 (100 * MILLION / 1100 + 200 * MILLION / 1300) / 3);
  assert_lesson (calibration, "maker/claude-b:free", TD_SCRIPT_LATIN, 1200000,
                 (100 * MILLION / 1100 + 200 * MILLION / 1300) / 3);
  assert_no_lesson (calibration, "claude-a", TD_SCRIPT_HAN);
  assert_no_lesson (calibration, "gemini-a", TD_SCRIPT_LATIN);

  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (learn (calibration, "claude-b", TD_SCRIPT_LATIN, 1000, 2000, 2000), ==, 2);
  assert_lesson (calibration, "claude-b", TD_SCRIPT_LATIN, 2000000, 0);
}

/* What is old fades. */
static void
test_fading (void)
{
  g_autoptr (TdTokenCalibration) calibration = td_token_calibration_new ();
  gint64 ratio, error;

  for (guint i = 0; i < 1000; i++)
    learn (calibration, "model", TD_SCRIPT_LATIN, 1000, 1000, 1000);
  for (guint i = 0; i < 100; i++)
    learn (calibration, "model", TD_SCRIPT_LATIN, 1000, 1500, 1500);
  g_assert_true (
    td_token_calibration_find (calibration, "model", TD_SCRIPT_LATIN, &ratio, &error));
  g_assert_cmpint (ratio, >, 1450000);
  g_assert_cmpint (ratio, <=, 1500000);
}

static void
test_useless_lessons (void)
{
  g_autoptr (TdTokenCalibration) calibration = td_token_calibration_new ();
  g_autofree char *long_name = g_strnfill (10000, 'x');

  g_assert_cmpuint (learn (calibration, "m1", TD_SCRIPT_LATIN, 20, 20, 25), ==, 0); /* short */
  g_assert_cmpuint (learn (calibration, "m1", TD_SCRIPT_LATIN, 1000, 1000, 10), ==, 0);
  g_assert_cmpuint (learn (calibration, "m1", TD_SCRIPT_LATIN, 1000, 1000, 90000), ==, 0);
  g_assert_cmpuint (learn (calibration, "m1", TD_SCRIPT_LATIN, 1000, 1000, 0), ==, 0);
  g_assert_cmpuint (learn (calibration, "m1", TD_SCRIPT_LATIN, 1000, 1000, -5), ==, 0);
  g_assert_cmpuint (learn (calibration, "m1", TD_SCRIPT_LATIN, -1, 1000, 1000), ==, 0);
  g_assert_cmpuint (learn (calibration, "m1", TD_SCRIPT_LATIN, G_MAXINT64, G_MAXINT64, G_MAXINT64),
                    ==, 0);
  g_assert_cmpuint (learn (calibration, "", TD_SCRIPT_LATIN, 1000, 1000, 1000), ==, 0);
  g_assert_cmpuint (learn (calibration, long_name, TD_SCRIPT_LATIN, 1000, 1000, 1000), ==, 1);

  /* A server that dropped the beginning of the chat: known only once it is known what to expect. */
  for (guint i = 0; i < 3; i++)
    learn (calibration, "m1", TD_SCRIPT_LATIN, 1000, 1000, 1000);
  g_assert_cmpuint (learn (calibration, "m1", TD_SCRIPT_LATIN, 9000, 9000, 4096), ==, 0);
  assert_lesson (calibration, "m1", TD_SCRIPT_LATIN, 1000000, 0);
}

static void
test_restored (void)
{
  g_autoptr (TdTokenCalibration) calibration = td_token_calibration_new ();
  TdTokenLesson lesson = { (char *) "claude", TD_SCRIPT_HAN, 7, 1300000, 60000 };
  TdTokenLesson bad[] = {
    { (char *) "bad", TD_SCRIPT_HAN, 0, 1300000, 60000 },
    { (char *) "bad", TD_SCRIPT_HAN, 7, 0, 60000 },
    { (char *) "bad", TD_SCRIPT_HAN, 7, G_MAXINT64, 60000 },
    { (char *) "bad", TD_SCRIPT_HAN, 7, 1300000, -1 },
    { (char *) "bad", TD_N_SCRIPTS, 7, 1300000, 60000 },
    { (char *) "", TD_SCRIPT_HAN, 7, 1300000, 60000 },
  };

  td_token_calibration_restore (calibration, &lesson);
  assert_lesson (calibration, "claude-sonnet", TD_SCRIPT_HAN, 1300000, 60000);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    td_token_calibration_restore (calibration, &bad[i]);
  assert_no_lesson (calibration, "bad", TD_SCRIPT_HAN);
  assert_no_lesson (calibration, "", TD_SCRIPT_HAN);
}

/* ---- the ruler ------------------------------------------------------------------------------ */

static void
test_ruler (void)
{
  g_autoptr (TdTokenCalibration) calibration = td_token_calibration_new ();
  g_autoptr (TdTokenRuler) exact = td_token_ruler_new ("openai", "gpt-4o", calibration);
  g_autoptr (TdTokenRuler) rough = td_token_ruler_new ("anthropic", "claude-x", calibration);
  g_autoptr (GPtrArray) nothing = NULL;
  g_autoptr (GPtrArray) lessons = NULL;
  const char *text = "Counting words is not counting tokens.";
  gint64 base = td_tokenizer_count (td_tokenizer_get (TD_ENCODING_O200K_BASE), text, -1);
  TdTokenCount count = td_token_ruler_count (exact, text, -1);

  g_assert_true (count.exact);
  g_assert_cmpint (count.tokens, ==, base);
  g_assert_cmpint (count.at_most, ==, base);
  g_assert_cmpint (count.error_permille, ==, 0);

  count = td_token_ruler_count (rough, text, -1);
  g_assert_false (count.exact);
  g_assert_cmpint (count.tokens, >, base);
  g_assert_cmpint (count.at_most, ==, (gint64) strlen (text));
  g_assert_cmpint (count.error_permille, ==, -1);

  nothing = td_token_ruler_learn (exact, TD_SCRIPT_LATIN, 1000, 1300);
  g_assert_cmpuint (nothing->len, ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_clear_pointer (&lessons, g_ptr_array_unref);
      lessons = td_token_ruler_learn (rough, TD_SCRIPT_LATIN, 1000, 2000);
      g_assert_cmpuint (lessons->len, ==, 2);
    }
  count = td_token_ruler_count (rough, text, -1);
  g_assert_cmpint (count.tokens, ==, 2 * base);
  g_assert_false (count.exact);
  /* Thrice estimated as 1,140 of 2,000: nothing is believed before the third. */
  g_assert_cmpint (count.error_permille, ==, 430);
  g_assert_cmpint (td_token_ruler_count (rough, NULL, 0).tokens, ==, 0);
}

static void
test_sums (void)
{
  TdTokenCount sum = TD_TOKEN_COUNT_NONE;

  td_token_count_add (&sum, (TdTokenCount) { 100, 120, TRUE, 0 });
  g_assert_true (sum.exact);
  td_token_count_add (&sum, (TdTokenCount) { 300, 900, FALSE, 80 });
  g_assert_cmpint (sum.tokens, ==, 400);
  g_assert_cmpint (sum.at_most, ==, 1020);
  g_assert_false (sum.exact);
  g_assert_cmpint (sum.error_permille, ==, 60);
  td_token_count_add (&sum, (TdTokenCount) { 0, 0, FALSE, -1 });
  g_assert_cmpint (sum.error_permille, ==, 60);
  /* Nothing that is known of, but maybe something. */
  td_token_count_add (&sum, (TdTokenCount) { 0, 10, FALSE, -1 });
  g_assert_cmpint (sum.error_permille, ==, -1);
  td_token_count_add (&sum, (TdTokenCount) { 5, 5, TRUE, 0 });
  g_assert_cmpint (sum.error_permille, ==, -1);
}

/* Whatever is written, no vocabulary that falls back to bytes has more tokens than there are. */
static void
test_bound (void)
{
  g_autoptr (GPtrArray) texts = token_texts_generate (7, 300);
  g_autoptr (TdTokenRuler) rough = td_token_ruler_new (NULL, "something", NULL);
  TdTokenizer *old = td_tokenizer_get (TD_ENCODING_CL100K_BASE);

  for (guint i = 0; i < texts->len; i++)
    {
      gsize length;
      const char *text = g_bytes_get_data (g_ptr_array_index (texts, i), &length);

      g_assert_cmpint (td_token_ruler_count (rough, text, (gssize) length).at_most, >=,
                       g_utf8_validate_len (text, length, NULL)
                         ? td_tokenizer_count (old, text, (gssize) length)
                         : 0);
    }
}

/* ---- the meter ------------------------------------------------------------------------------ */

static void
check_meter (TdTokenRuler *ruler,
             GBytes       *bytes)
{
  g_autoptr (TdTokenMeter) streamed = td_token_meter_new (ruler);
  g_autoptr (TdTokenMeter) typed = td_token_meter_new (ruler);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  TdTokenCount whole = td_token_ruler_count (ruler, text, (gssize) length);

  for (gsize at = 0; at < length; at += 7)
    td_token_meter_append (streamed, text + at, MIN (7, length - at));
  g_assert_cmpuint (td_token_meter_get_length (streamed), ==, length);
  g_assert_cmpint (td_token_meter_get_count (streamed).tokens, ==, whole.tokens);
  g_assert_cmpint (td_token_meter_get_count (streamed).exact, ==, whole.exact);
  td_token_meter_set_text (typed, "something else", -1);
  td_token_meter_set_text (typed, text, (gssize) length);
  g_assert_cmpint (td_token_meter_get_count (typed).tokens, ==, whole.tokens);
  td_token_meter_append (typed, " x", 2);
  td_token_meter_clear (typed);
  g_assert_cmpint (td_token_meter_get_count (typed).tokens, ==, 0);
}

static void
test_meter (void)
{
  g_autoptr (GPtrArray) texts = token_texts_generate (3, 60);
  g_autoptr (TdTokenRuler) exact = td_token_ruler_new ("openai", "gpt-4o", NULL);
  g_autoptr (TdTokenRuler) rough = td_token_ruler_new ("ollama", "something", NULL);

  for (guint i = 0; i < texts->len; i++)
    {
      check_meter (exact, g_ptr_array_index (texts, i));
      check_meter (rough, g_ptr_array_index (texts, i));
    }
}

/* A megabyte of one letter has no border anywhere: counting from the last one each time would take
 * the square of it. */
static void
test_meter_is_linear (void)
{
  g_autoptr (TdTokenRuler) ruler = td_token_ruler_new ("openai", "gpt-4o", NULL);
  g_autoptr (TdTokenMeter) meter = td_token_meter_new (ruler);
  g_autofree char *text = g_strnfill (1024 * 1024, 'a');
  gint64 started = g_get_monotonic_time ();

  for (gsize at = 0; at < 1024 * 1024; at += 4)
    td_token_meter_append (meter, text + at, 4);
  g_assert_cmpint (td_token_meter_get_count (meter).tokens, ==,
                   td_token_ruler_count (ruler, text, -1).tokens);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 20 * G_USEC_PER_SEC);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/script/table", test_scripts);
  g_test_add_func ("/script/long-text", test_script_of_long_text);
  g_test_add_func ("/calibration/names", test_names);
  g_test_add_func ("/calibration/learning", test_learning);
  g_test_add_func ("/calibration/fading", test_fading);
  g_test_add_func ("/calibration/useless", test_useless_lessons);
  g_test_add_func ("/calibration/restored", test_restored);
  g_test_add_func ("/ruler/counts", test_ruler);
  g_test_add_func ("/ruler/sums", test_sums);
  g_test_add_func ("/ruler/bound", test_bound);
  g_test_add_func ("/meter/counts", test_meter);
  g_test_add_func ("/meter/linear", test_meter_is_linear);
  return g_test_run ();
}
