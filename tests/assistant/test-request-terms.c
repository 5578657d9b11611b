/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "assistant/analysis/td-analysis.h"
#include "support/td-test.h"

#define MAX_WRONG 3 /* of a hundred */

/* What is expected, as "local,max_cost=1000000000,provider_out=openai"; "" for nothing. */
typedef struct
{
  const char *text;
  const char *expected;
} Case;

static const Case stated_cases[] = {
  { "Summarise this letter offline", "local" },
  { "it need not be the cheapest model, just explain tides", "" },
  { "what does \"price doesn't matter\" mean in this ad", "" },
  { "how do I keep my laptop from overheating", "" },
  { "explain tides, costs are secondary", "quality" },
  { "ten cents at most: explain tides", "max_cost=100000000" },
  { "either Claude or Gemini, write a haiku", "provider_in=anthropic,provider_in=google" },
  { "translate it to Polish with a local model", "local" },
  { "Übersetze das ins Polnische, aber nur lokal", "local" },
  { "Resume esto sin conexión", "local" },
  { "Traduis cette phrase hors ligne", "local" },
  { "riassumi questa lettera con un modello locale", "local" },
  { "resuma esta carta com um modelo local", "local" },
  { "Переведи письмо локальной моделью", "local" },
  { "用本地模型总结这封信", "local" },
  { "ローカルモデルでこの手紙を要約して", "local" },
  { "لخص هذه الرسالة بدون إنترنت", "local" },
  { "Write a poem about rain, cheapest please", "cheap" },
  { "use the cheapest model to fix my typos", "cheap" },
  { "Schreib ein Gedicht, so billig wie möglich", "cheap" },
  { "Escribe un poema con el modelo más barato", "cheap" },
  { "Écris un poème avec le modèle le moins cher", "cheap" },
  { "scrivi una poesia, il più economico possibile", "cheap" },
  { "escreva um poema com o modelo mais barato", "cheap" },
  { "напиши стихотворение как можно дешевле", "cheap" },
  { "用最便宜的模型写一首诗", "cheap" },
  { "できるだけ安く詩を書いて", "cheap" },
  { "اكتب قصيدة بأقل تكلفة", "cheap" },
  { "explain tides, under $1", "max_cost=1000000000" },
  { "explain tides, the answer must cost less than 5 cents", "max_cost=50000000" },
  { "erkläre Ebbe und Flut, unter 0,50 Dollar", "max_cost=500000000" },
  { "explica las mareas, menos de 1 dólar", "max_cost=1000000000" },
  { "explique les marées, moins de 2 $", "max_cost=2000000000" },
  { "объясни приливы, не более 1 доллара", "max_cost=1000000000" },
  { "解释潮汐，不超过1美元", "max_cost=1000000000" },
  { "潮の満ち引きを説明して、1ドル以下で", "max_cost=1000000000" },
  { "اشرح المد والجزر، أقل من 1 دولار", "max_cost=1000000000" },
  { "a model under $3 per million tokens for chat", "max_price=3000000" },
  { "fix this letter, not OpenAI", "provider_out=openai" },
  { "我信不过OpenAI，帮我总结这封邮件", "provider_out=openai" },
  { "Hou OpenAI hierbuiten", "provider_out=openai" },
  { "OpenAI'ye güvenmiyorum, bu e-postayı özetle", "provider_out=openai" },
  { "fix this letter but don't use Google models", "provider_out=google" },
  { "korrigiere den Brief, nicht mit OpenAI", "provider_out=openai" },
  { "corrige la carta, sin OpenAI", "provider_out=openai" },
  { "corrige la lettre, sauf Anthropic", "provider_out=anthropic" },
  { "correggi la lettera, senza OpenAI", "provider_out=openai" },
  { "corrija a carta, exceto OpenAI", "provider_out=openai" },
  { "исправь письмо, только не OpenAI", "provider_out=openai" },
  { "修改这封信，不要OpenAI", "provider_out=openai" },
  { "この手紙を直して、OpenAI以外で", "provider_out=openai" },
  { "صحح الرسالة، بدون OpenAI", "provider_out=openai" },
  { "write a haiku, only Mistral", "provider_in=mistral" },
  { "a coding model that fits in 8 GB", "memory=8000000000" },
  { "programmiere das, passt in 8 GB RAM", "memory=8000000000" },
  { "писать код, модель помещается в 16 ГБ", "memory=16000000000" },
  { "写代码的模型，适合 16GB 显存", "memory=16000000000" },
  { "write a short bio, open source models only", "open_weights" },
  { "schreibe eine Kurzbiografie mit einem quelloffenen Modell", "open_weights" },
  { "用开源模型写一段简介", "open_weights" },
  { "prove this lemma, price doesn't matter", "quality" },
  { "Beweise das Lemma, Preis egal", "quality" },
  { "证明这个引理，不计成本", "quality" },
  { "name three rivers, as fast as possible", "speed" },
  { "nenne drei Flüsse, so schnell wie möglich", "speed" },
  { "name three rivers with a free model", "free" },
  { "назови три реки бесплатной моделью", "free" },
  { "a model with at least 128k context for my notes", "min_context=128000" },
  { "Please proofread my will. Nothing may be uploaded anywhere.", "local" },
  { "corrige mi testamento, sin que nada se suba a la nube", "local" },
  { "修改我的遗嘱，内容不能传到网上", "local" },
  { "résume mon journal, rien ne doit sortir de mon ordinateur", "local" },
  { "перескажи мой дневник, ничего не отправляй в интернет", "local" },
  { "日記を要約して、パソコンの外に出さないで", "local" },
  { "لخص مذكراتي دون إرسالها إلى الإنترنت", "local" },
  { "I'm broke, so pick something dirt cheap: fix my CV", "cheap" },
  { "Lebenslauf verbessern, Hauptsache billig", "cheap" },
  { "mejora mi CV, que salga barato", "cheap" },
  { "melhore meu currículo, o importante é ser barato", "cheap" },
  { "улучши резюме, главное чтобы дёшево", "cheap" },
  { "翻译这封信，越省钱越好", "cheap" },
  { "traduci questa lettera spendendo il meno possibile", "cheap" },
  { "haiku, aber kostenlos bitte", "free" },
  { "写一首俳句，要免费的", "free" },
  { "translate this, I need the answer right away", "speed" },
  { "写一首俳句，要快，我赶时间", "speed" },
  { "ترجم الرسالة بأقل ثمن ممكن", "cheap" },
  { "write a haiku using Claude", "provider_in=anthropic" },
  { "utilise Mistral pour ce haïku", "provider_in=mistral" },
  { "请用Claude翻译这句话", "provider_in=anthropic" },
  { "Claudeでこの文を訳して", "provider_in=anthropic" },
  { "улучши резюме, Claude не использовать", "provider_out=anthropic" },
  { "summarise this, I won't pay more than 3 cents", "max_cost=30000000" },
  { "résume ça pour moins de 3 centimes", "max_cost=30000000" },
  { "Modell, das in 12 GB VRAM passt", "memory=12000000000" },
  { "any model but one by Meta, please. Write a haiku", "provider_out=meta" },
  { "this answer may cost 5 cents at the very most: write a haiku", "max_cost=50000000" },
  { "这次回答不能超过五毛钱：写一首俳句", "max_cost=50000000" },
  { "can Claude answer this: what is a haiku", "provider_in=anthropic" },
  { "Claude or Gemini only. Write a haiku", "provider_in=anthropic,provider_in=google" },
  { "Summarise: the pump was cheap, ran offline for weeks and was free for members.", "" },
  { "un modèle qui tient dans 8 Go", "memory=8000000000" },

  /* Everybody has a monthly budget. */
  { "help me plan a monthly budget", "" },
  { "best local restaurants in Lisbon", "" },
  { "why is fast food so popular", "" },
  { "cheapest flights from Berlin to Rome", "" },
  { "how do I buy a cheap bicycle?", "" },
  { "gifts under $20 for my sister", "" },
  { "which laptop with 16 GB of memory should I buy", "" },
  { "free things to do in Paris", "" },
  { "what did OpenAI announce in 2015", "" },
  { "how did people live without Google?", "" },
  { "how do I run postgres locally with docker", "" },
  { "quick pasta recipe", "" },
  { "best open source license for a library", "" },
  { "günstige Hotels in Wien", "" },
  { "monatliches Budget planen", "" },
  { "restaurantes locales en Sevilla", "" },
  { "hôtel pas cher à Nice", "" },
  { "дешёвые авиабилеты в Сочи", "" },
  { "最便宜的机票", "" },
  { "一番安いホテルはどこですか", "" },
  { "أرخص فندق في دبي", "" },
  { "the context of the French revolution", "" },
  { "which phone model is the best", "" },
  { "best AI movies of all time", "" },
  { "What is Claude Monet famous for?", "" },
  { "how to call the OpenAI API from python", "" },
  { "my laptop won't leave airplane mode", "" },
  { "a present for less than 10 dollars", "" },
  { "speed of light in glass", "" },
  { "лучшие друзья девочек", "" },
  { "最好的朋友作文", "" },
  { "la vitesse du son", "" },
  { "o melhor museu do Rio", "" },
  { "أسرع حيوان في العالم", "" },
  { "東京で一番安いホテル", "" },
  { "compute 8 GB in megabytes", "" },
  { "", "" },
};

static const Case need_cases[] = {
  { "What is on this photo?", "vision" },
  { "Draw a cat in a hat", "vision,image_output" },
  { "Malt mir bitte ein Logo für eine Bäckerei", "vision,image_output" },
  { "这张照片里有什么？", "vision" },
  { "what's the weather right now in Oslo", "tools" },
  { "Wie wird das Wetter morgen in Kiel?", "tools" },
  { "busca en internet el precio actual del cobre", "tools" },
  { "今天天气怎么样", "tools" },
  { "какая погода сегодня", "tools" },
  { "List three fruits as JSON", "structured_output" },
  { "Gib mir drei Obstsorten als JSON", "structured_output" },
  { "Dame tres frutas en formato JSON", "structured_output" },
  { "以JSON格式列出三种水果", "structured_output" },
  { "果物を三つJSON形式で挙げて", "structured_output" },
  { "اذكر ثلاث فواكه بصيغة JSON", "structured_output" },
  { "transcribe this recording of our meeting", "audio" },
  { "Transkribiere die Aufnahme", "audio" },
  { "把这段录音转成文字", "audio" },
  { "summarise this 300-page report", "long_context" },
  { "Describe the architecture of this repository, roughly 300k lines", "long_context" },
  { "40,000 tickets in this one file, which complaints come up most?", "long_context" },
  { "Segue um log com 2 milhões de linhas, encontre a falha", "long_context" },
  { "Voici 80 000 lignes de journaux, trouve la panne", "long_context" },
  { "I want to write a 400-page novel", "" },
  { "أريد أن أكتب رواية من 400 صفحة", "" },
  { "How do I generate 300000 lines of test data in Python", "" },
  { "fasse dieses Dokument mit 400 Seiten zusammen", "long_context" },
  { "what is Tesla's share price now", "tools" },
  { "Wie steht der DAX gerade?", "tools" },
  { "现在美元汇率是多少", "tools" },
  { "今日の東京の天気は", "tools" },
  { "ما سعر الذهب اليوم", "tools" },
  { "run this script and tell me the output", "tools" },
  { "output YAML only", "structured_output" },

  { "Summarise: today's news reported that trains are late", "" },
  { "Write an essay of 5000 words", "" },
  { "Read the 5 000 pages below and list the names", "long_context" },
  { "What does JSON stand for?", "" },
  { "Was bedeutet JSON?", "" },
  { "picture this: you wake up on an island. What do you do first?", "" },
  { "which garden tools do I need for roses", "" },
  { "how do vaccines work", "" },
  { "recommend a recording studio in Leeds", "" },
  { "tell me about the history of weather forecasts", "" },
  { "histoire de la photographie", "" },
  { "история фотографии", "" },
  { "write a program that plays the recording", "" },
  { "how do stock exchanges work", "" },
  { "the big picture of European history", "" },
  { "can you picture a world without bees", "" },
  { "draw a conclusion from the story of Icarus", "" },
};

static char *
describe_stated (const TdRequestTerms *terms)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < terms->stated->len; i++)
    {
      const TdStated *stated = g_ptr_array_index (terms->stated, i);

      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "",
                              td_stated_to_string (stated->kind));
      if (stated->provider != NULL)
        g_string_append_printf (text, "=%s", stated->provider);
      else if (stated->value != 1)
        g_string_append_printf (text, "=%" G_GINT64_FORMAT, stated->value);
      g_assert_nonnull (stated->phrase);
    }
  return g_string_free_and_steal (text);
}

static char *
describe_needs (const TdRequestTerms *terms)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < TD_N_NEEDS; i++)
    if (terms->needs[i])
      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "",
                              td_need_to_string ((TdNeed) i));
  return g_string_free_and_steal (text);
}

static void
check (const Case *cases,
       guint n,
       char *(*describe) (const TdRequestTerms *terms))
{
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);
  guint n_wrong = 0;

  g_assert_nonnull (analyzer);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TdAnalysis) analysis = td_analyzer_run (analyzer, cases[i].text, -1);
      g_autofree char *found = describe (analysis->terms);

      if (!g_str_equal (found, cases[i].expected))
        {
          g_test_message ("“%s” (%s): “%s” instead of “%s”", cases[i].text,
                          td_category_to_string (analysis->category), found, cases[i].expected);
          n_wrong++;
        }
    }
  g_assert_cmpuint (n_wrong, ==, 0);
}

static void
test_stated (void)
{
  check (stated_cases, G_N_ELEMENTS (stated_cases), describe_stated);
}

static void
test_needs (void)
{
  check (need_cases, G_N_ELEMENTS (need_cases), describe_needs);
}

/* Whether two lists of words parted by commas are the same but for their order. */
static gboolean
same_words (const char *one,
            const char *other)
{
  g_auto (GStrv) a = g_strsplit (g_str_equal (one, "-") ? "" : one, ",", -1);
  g_auto (GStrv) b = g_strsplit (other, ",", -1);

  for (guint i = 0; a[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *) b, a[i]))
      return FALSE;
  return g_strv_length (a) == g_strv_length (b);
}

/* Who makes an image need not look at one. */
static gboolean
is_as_expected (const TdAnalysis  *analysis,
                char             **fields)
{
  g_autofree char *stated = describe_stated (analysis->terms);
  g_autofree char *needs = describe_needs (analysis->terms);
  const char *made = "vision,image_output";

  return same_words (fields[1], stated) &&
         same_words (fields[2], g_str_equal (needs, made) ? strchr (needs, ',') + 1 : needs);
}

static void
test_written (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "assistant", "terms.tsv", NULL);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);
  guint n = 0;
  guint n_wrong = 0;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], "\t", 4);
      g_autoptr (TdAnalysis) analysis = NULL;

      if (lines[i][0] == '#' || g_strv_length (fields) != 4)
        continue;
      analysis = td_analyzer_run (analyzer, fields[3], -1);
      n++;
      if (is_as_expected (analysis, fields))
        continue;
      g_test_message ("not [%s|%s]: %s", fields[1], fields[2], fields[3]);
      n_wrong++;
    }
  g_assert_cmpuint (n, >, 500);
  g_assert_cmpuint (n_wrong * 100, <, n * MAX_WRONG);
}

static void
test_phrases (void)
{
  TdAnalyzer *analyzer = td_analyzer_get_default (NULL);
  g_autoptr (TdAnalysis) analysis =
    td_analyzer_run (analyzer, "Nenne drei Flüsse ALS JSON, so SCHNELL wie möglich", -1);
  const TdStated *speed = td_request_terms_find (analysis->terms, TD_STATED_SPEED);

  g_assert_cmpstr (analysis->terms->need_phrases[TD_NEED_STRUCTURED_OUTPUT], ==, "ALS JSON");
  g_assert_nonnull (speed);
  g_assert_cmpstr (speed->phrase, ==, "so SCHNELL wie möglich");
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/request-terms/stated", test_stated);
  g_test_add_func ("/request-terms/needs", test_needs);
  g_test_add_func ("/request-terms/written", test_written);
  g_test_add_func ("/request-terms/phrases", test_phrases);
  return g_test_run ();
}
