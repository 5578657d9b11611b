/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "support/td-test.h"
#include "tokens/td-token-estimate.h"
#include "tokens/td-token-image.h"

#define CODE                                                                                        \
  "static gboolean\nfind_name (const char *const *names,\n           guint              n_names,\n" \
  "           const char        *text)\n{\n  for (guint i = 0; i < n_names; i++)\n    {\n"          \
  "      if (g_strcmp0 (names[i], text) == 0)\n        return TRUE;\n    }\n  return FALSE;\n}\n"

/* What OpenAI's o200k_base gives, counted with the npm package gpt-tokenizer. */
static const struct
{
  const char *text;
  gint64 tokens;
} counted[] = {
  { "Could you please explain how photosynthesis works, and why leaves change colour in autumn? "
    "I have a test tomorrow and I'm not sure I understand the difference between chlorophyll and "
    "carotenoids.",
    38 },
  { "Künstliche Intelligenz ist ein Teilgebiet der Informatik. Sie imitiert menschliche kognitive "
    "Fähigkeiten, indem sie Informationen aus Eingabedaten erkennt und sortiert. Überraschend "
    "größere Änderungen.",
    41 },
  { "Искусственный интеллект — свойство интеллектуальных систем выполнять творческие функции, "
    "которые традиционно считаются прерогативой человека. Наука и технология создания "
    "интеллектуальных машин.",
    37 },
  { "人工智能是计算机科学的一个分支，它企图了解智能的实质，并生产出一种新的能以人类智能相似的方式做出反应的"
    "智能机器。该领域的研究包括机器人、语言识别、图像识别、自然语言处理和专家系统等。",
    64 },
  { "人工知能とは、計算という概念とコンピュータという道具を用いて知能を研究する計算機科学の一分野を指す語です。"
    "ひらがなとカタカナもあります。",
    52 },
  { "인공지능은 인간의 학습능력, 추론능력, 지각능력을 인공적으로 구현하려는 컴퓨터 과학의 세부 분야 중 하나이다.",
    38 },
  { "الذكاء الاصطناعي هو سلوك وخصائص معينة تتسم بها البرامج الحاسوبية تجعلها تحاكي القدرات الذهنية "
    "البشرية وأنماط عملها.",
    37 },
  { "कृत्रिम बुद्धिमत्ता मशीनों द्वारा प्रदर्शित बुद्धि है, जो मनुष्यों और अन्य जानवरों द्वारा प्रदर्शित "
    "प्राकृतिक बुद्धि के विपरीत है।",
    39 },
  { CODE, 74 },
  { "{\"id\": 1234567, \"name\": \"A model\", \"price\": 0.000015, \"tags\": [\"a\", \"b\", \"c\"]}",
    37 },
};

static void
test_near_the_count (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (counted); i++)
    {
      gint64 estimate = td_token_estimate (counted[i].text, strlen (counted[i].text));

      g_test_message ("text %u: %" G_GINT64_FORMAT " for %" G_GINT64_FORMAT, i, estimate,
                      counted[i].tokens);
      g_assert_cmpint (estimate * 100, >=, counted[i].tokens * 80);
      g_assert_cmpint (estimate * 100, <=, counted[i].tokens * 140);
    }
}

static void
test_edges (void)
{
  g_assert_cmpint (td_token_estimate ("", 0), ==, 0);
  g_assert_cmpint (td_token_estimate (" ", 1), ==, 1);
  g_assert_cmpint (td_token_estimate ("a", 1), ==, 1);
  g_assert_cmpint (td_token_estimate ("\xe4\xba", 2), ==, 1);     /* half a character */
  g_assert_cmpint (td_token_estimate ("\xff\xfe\x80", 3), ==, 1); /* no UTF-8 at all */
}

/* Long texts are sampled: near the sum of their parts, and quick. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 one = td_token_estimate (counted[0].text, strlen (counted[0].text));
  gint64 estimate, started, took_us = G_MAXINT64;
  gint64 n = 0;

  for (; text->len < 20 * 1024 * 1024; n++)
    g_string_append (text, counted[0].text);
  estimate = td_token_estimate (text->str, text->len);
  g_assert_cmpint (estimate, >=, one * n * 9 / 10);
  g_assert_cmpint (estimate, <=, one * n * 11 / 10);

  for (guint i = 0; i < 5; i++)
    {
      started = g_get_monotonic_time ();
      td_token_estimate (text->str, text->len);
      took_us = MIN (took_us, g_get_monotonic_time () - started);
    }
  g_assert_cmpint (took_us, <, 50000); /* reading all of it would take longer */
}

/* The examples that the makers give. */
static void
test_images (void)
{
  static const struct
  {
    const char *model;
    guint width, height;
    gint64 tokens;
  } examples[] = {
    { "claude-sonnet-4-5", 200, 200, 54 },
    { "claude-sonnet-4-5", 1000, 1000, 1334 },
    { "anthropic/claude-3.5-haiku", 1092, 1092, 1590 },
    { "gpt-4o", 1024, 1024, 765 },
    { "openai/gpt-4o", 2048, 4096, 1105 },
    { "gpt-4o-mini", 1024, 1024, 2833 + 4 * 5667 },
    { "gpt-4.1-mini", 1024, 1024, 1659 },
    { "gemini-2.5-flash", 384, 384, 258 },
    { "gemini-2.5-flash", 960, 540, 6 * 258 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      TdTokenCount count =
        td_token_image_count (examples[i].model, examples[i].width, examples[i].height);

      g_test_message ("%s %ux%u", examples[i].model, examples[i].width, examples[i].height);
      g_assert_cmpint (count.tokens, ==, examples[i].tokens);
      g_assert_cmpint (count.at_most, >=, count.tokens);
      g_assert_false (count.exact);
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/token-estimate/near-the-count", test_near_the_count);
  g_test_add_func ("/token-estimate/edges", test_edges);
  g_test_add_func ("/token-estimate/long", test_long);
  g_test_add_func ("/token-estimate/images", test_images);
  return g_test_run ();
}
