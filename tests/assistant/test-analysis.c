/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "assistant/analysis/td-analysis.h"
#include "assistant/analysis/td-exp.h"
#include "support/td-test.h"

static const struct
{
  const char *text;
  TdCategory category;
} cases[] = {
  { "Write a Python function that merges two sorted lists", TD_CATEGORY_CODING },
  { "Schreibe ein Bash-Skript, das alte Logdateien löscht", TD_CATEGORY_CODING },
  { "Почему мой код на C++ падает с ошибкой сегментации?", TD_CATEGORY_CODING },
  { "Solve 4x - 12 = 20", TD_CATEGORY_MATH_REASONING },
  { "一个长方形长8厘米宽5厘米，面积是多少？", TD_CATEGORY_MATH_REASONING },
  { "Combien font 15 % de 260 ?", TD_CATEGORY_MATH_REASONING },
  { "Write a polite email to my neighbour about the noise", TD_CATEGORY_WRITING },
  { "Redacta una carta de renuncia breve", TD_CATEGORY_WRITING },
  { "Tell me a fairy tale about a lonely kettle", TD_CATEGORY_CREATIVE },
  { "Сочини стихотворение про старый маяк", TD_CATEGORY_CREATIVE },
  { "Translate into German: the shop opens at nine", TD_CATEGORY_TRANSLATION },
  { "この文を英語に翻訳してください：駅はどこですか", TD_CATEGORY_TRANSLATION },
  { "ترجم إلى الفرنسية: أين المحطة؟", TD_CATEGORY_TRANSLATION },
  { "Summarise the following text in two sentences: the council met on Monday.",
    TD_CATEGORY_SUMMARIZE_EXTRACT },
  { "Riassumi il testo seguente in tre punti: la biblioteca riapre a maggio.",
    TD_CATEGORY_SUMMARIZE_EXTRACT },
  { "Excel formula: sum column C where column A says paid", TD_CATEGORY_DATA_ANALYSIS },
  { "Qual região vendeu menos segundo a tabela abaixo?", TD_CATEGORY_DATA_ANALYSIS },
  { "Why do leaves fall in autumn?", TD_CATEGORY_KNOWLEDGE },
  { "¿Por qué el cielo es azul?", TD_CATEGORY_KNOWLEDGE },
  { "What breed is the dog in this photo?", TD_CATEGORY_VISION },
  { "画一只在月亮上的兔子", TD_CATEGORY_VISION },
};

static char *
describe (const TdAnalysis *analysis)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    g_string_append_printf (text, "%s %d ", td_category_to_string (analysis->ranked[i].category),
                            analysis->ranked[i].per_mille);
  for (guint i = 0; i < analysis->evidence->len; i++)
    {
      const TdEvidence *evidence = g_ptr_array_index (analysis->evidence, i);

      g_string_append_printf (text, "%s %d ", evidence->name, evidence->weight);
    }
  g_string_append_printf (text, "%d %d %d", analysis->complexity, analysis->complexity_score,
                          (int) analysis->input_tokens);
  return g_string_free_and_steal (text);
}

/* A few, the strongest first, and each named once. */
static void
assert_evidence (GPtrArray *list)
{
  g_assert_cmpuint (list->len, >, 0);
  g_assert_cmpuint (list->len, <=, TD_ANALYSIS_MAX_EVIDENCE);
  for (guint i = 1; i < list->len; i++)
    {
      const TdEvidence *one = g_ptr_array_index (list, i);

      for (guint k = 0; k < i; k++)
        {
          const TdEvidence *before = g_ptr_array_index (list, k);

          g_assert_cmpint (before->weight, >=, one->weight);
          g_assert_cmpstr (before->name, !=, one->name);
        }
    }
}

static void
test_categories (void)
{
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);

  g_assert_nonnull (analyzer);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdAnalysis) analysis = td_analyzer_run (analyzer, cases[i].text, -1);
      int sum = 0;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (td_category_to_string (analysis->category), ==,
                       td_category_to_string (cases[i].category));
      g_assert_cmpint (analysis->ranked[0].category, ==, cases[i].category);
      for (guint c = 0; c < TD_N_CATEGORIES; c++)
        {
          sum += analysis->ranked[c].per_mille;
          g_assert_true (c == 0 ||
                         analysis->ranked[c].per_mille <= analysis->ranked[c - 1].per_mille);
        }
      g_assert_cmpint (ABS (sum - 1000), <=, TD_N_CATEGORIES);
      assert_evidence (analysis->evidence);
    }
}

static void
test_same_in_every_locale (void)
{
  static const char *const locales[] = { "C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8",
                                         "ar_EG.UTF-8" };
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected = NULL;

      for (guint l = 0; l < G_N_ELEMENTS (locales); l++)
        {
          g_autoptr (TdAnalysis) analysis = NULL;
          g_autofree char *found = NULL;

          setlocale (LC_ALL, locales[l]);
          analysis = td_analyzer_run (analyzer, cases[i].text, -1);
          found = describe (analysis);
          if (expected == NULL)
            expected = g_steal_pointer (&found);
          else
            g_assert_cmpstr (found, ==, expected);
        }
    }
  setlocale (LC_ALL, "C.UTF-8");
}

/* Case, width and accents make no difference. */
static void
test_folding (void)
{
  static const char *const same[][2] = {
    { "Übersetze INS Englische", "ubersetze ins englische" },
    { "ＴＲＡＮＳＬＡＴＥ this", "translate this" },
    { "TRADUCCIÓN", "traduccion" },
    { "İSTANBUL", "istanbul" },
    { "ترجمةٌ", "ترجمه" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autoptr (TdFoldedText) first = td_folded_text_new (same[i][0], strlen (same[i][0]));
      g_autoptr (TdFoldedText) second = td_folded_text_new (same[i][1], strlen (same[i][1]));

      g_assert_cmpstr (first->text, ==, second->text);
      g_assert_cmpuint (first->origins[first->length], ==, strlen (same[i][0]));
    }
}

/* Anything at all is an answerable request. */
static void
test_any_bytes (void)
{
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);
  guint32 state = 7;

  for (guint round = 0; round < 300; round++)
    {
      gsize length = round < 5 ? round : (round * 37) % 4000;
      g_autofree char *bytes = g_malloc (length + 1);
      g_autoptr (TdAnalysis) analysis = NULL;

      for (gsize i = 0; i < length; i++)
        {
          state = state * 1664525 + 1013904223;
          bytes[i] = (char) (state >> 24);
        }
      bytes[length] = '\0';
      analysis = td_analyzer_run (analyzer, bytes, (gssize) length);
      g_assert_cmpint (analysis->complexity, >=, 1);
      g_assert_cmpint (analysis->complexity, <=, 3);
      g_assert_cmpint (analysis->confidence, >=, 100);
    }
}

static void
test_long_text (void)
{
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);
  GString *text = g_string_new ("Summarise the following text:\n");
  g_autofree char *whole = NULL;
  g_autoptr (TdAnalysis) analysis = NULL;

  while (text->len < 200000)
    g_string_append (text, "The ferry left the harbour at noon and came back in the rain. ");
  whole = g_string_free_and_steal (text);
  analysis = td_analyzer_run (analyzer, whole, -1);
  g_assert_cmpint (analysis->category, ==, TD_CATEGORY_SUMMARIZE_EXTRACT);
  g_assert_true (analysis->terms->needs[TD_NEED_LONG_CONTEXT]);
  g_assert_cmpint (analysis->input_tokens, >, 30000);
}

static void
test_correction (void)
{
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);
  g_autoptr (TdAnalysis) analysis = td_analyzer_run (analyzer, "Draw a cat in a hat", -1);

  g_assert_true (analysis->terms->needs[TD_NEED_IMAGE_OUTPUT]);
  td_analysis_correct_category (analysis, TD_CATEGORY_CREATIVE);
  g_assert_false (analysis->terms->needs[TD_NEED_VISION]);
  g_assert_false (analysis->terms->needs[TD_NEED_IMAGE_OUTPUT]);
  td_analysis_correct_complexity (analysis, 1);
  g_assert_cmpint (analysis->output_tokens, >, 0);
  g_assert_cmpint (analysis->output_tokens_low, <, analysis->output_tokens);
  g_assert_cmpint (analysis->output_tokens_high, >, analysis->output_tokens);
}

/* Known values, and each is the other's inverse. */
static void
test_exp (void)
{
  g_assert_cmpfloat_with_epsilon (td_exp (0.0), 1.0, 1e-15);
  g_assert_cmpfloat_with_epsilon (td_exp (1.0), 2.718281828459045, 1e-14);
  g_assert_cmpfloat_with_epsilon (td_log (10.0), 2.302585092994046, 1e-13);
  for (double x = -20.0; x < 20.0; x += 0.37)
    g_assert_cmpfloat_with_epsilon (td_log (td_exp (x)), x, 1e-12);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/analysis/categories", test_categories);
  g_test_add_func ("/analysis/same-in-every-locale", test_same_in_every_locale);
  g_test_add_func ("/analysis/folding", test_folding);
  g_test_add_func ("/analysis/any-bytes", test_any_bytes);
  g_test_add_func ("/analysis/long-text", test_long_text);
  g_test_add_func ("/analysis/correction", test_correction);
  g_test_add_func ("/analysis/exp", test_exp);
  return g_test_run ();
}
