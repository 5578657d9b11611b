/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What makes a request hard, as far as its text shows. Length misleads, because supplied text is long and
 * easy: so the instruction is measured, and the category says what its kind usually takes.
 */
#include "config.h"

#include "assistant/analysis/td-complexity.h"

#include <string.h>

enum
{
  TERM_BIAS,
  TERM_CATEGORY,                                  /* one each */
  TERM_LENGTH = TERM_CATEGORY + TD_N_CATEGORIES,
  TERM_INSTRUCTION,
  TERM_SENTENCES,
  TERM_LONG_WORDS,
  TERM_NUMBERS,
  TERM_LIST,
  TERM_CODE,
  TERM_FORMULA,
  TERM_TABLE,
  TERM_SUPPLIED,
  TERM_ONE_SENTENCE,
  TERM_CONCEPTS,
  TERM_LENGTH_WANTED,
  TERM_EXPERT,
  TERM_ANALYSIS,
  TERM_STATISTICS,
  TERM_QUESTION,
  TERM_GREETING,
  TERM_CERTAINTY,
  N_TERMS,
};

G_STATIC_ASSERT (N_TERMS <= TD_N_COMPLEXITY_TERMS);

static const char *const term_names[N_TERMS] = {
  [TERM_BIAS] = "base",
  [TERM_CATEGORY +
    TD_CATEGORY_CODING] = "category:coding",
  [TERM_CATEGORY +
    TD_CATEGORY_MATH_REASONING] = "category:math_reasoning",
  [TERM_CATEGORY +
    TD_CATEGORY_WRITING] = "category:writing",
  [TERM_CATEGORY +
    TD_CATEGORY_CREATIVE] = "category:creative",
  [TERM_CATEGORY +
    TD_CATEGORY_TRANSLATION] = "category:translation",
  [TERM_CATEGORY +
    TD_CATEGORY_SUMMARIZE_EXTRACT] = "category:summarize_extract",
  [TERM_CATEGORY +
    TD_CATEGORY_DATA_ANALYSIS] = "category:data_analysis",
  [TERM_CATEGORY +
    TD_CATEGORY_KNOWLEDGE] = "category:knowledge",
  [TERM_CATEGORY +
    TD_CATEGORY_VISION] = "category:vision",
  [TERM_LENGTH] = "length",
  [TERM_INSTRUCTION] = "instruction-length",
  [TERM_SENTENCES] = "sentences",
  [TERM_LONG_WORDS] = "long-words",
  [TERM_NUMBERS] = "numbers",
  [TERM_LIST] = "list-of-requests",
  [TERM_CODE] = "code",
  [TERM_FORMULA] = "formula",
  [TERM_TABLE] = "table",
  [TERM_SUPPLIED] = "supplied-text",
  [TERM_ONE_SENTENCE] = "one-sentence",
  [TERM_CONCEPTS] = "different-requests",
  [TERM_LENGTH_WANTED] = "length-wanted",
  [TERM_EXPERT] = "expert-terms",
  [TERM_ANALYSIS] = "analysis-wanted",
  [TERM_STATISTICS] = "statistics",
  [TERM_QUESTION] = "question-word",
  [TERM_GREETING] = "greeting",
  [TERM_CERTAINTY] = "clear-category",
};

/**
 * td_complexity_term_name:
 * @term: the number of a feature of complexity
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
td_complexity_term_name (guint term)
{
  return term < N_TERMS ? term_names[term] : NULL;
}

static gboolean
mentions (const TdFeatures *features,
          const TdLexicon  *lexicon,
          const char       *concept)
{
  guint number = td_lexicon_find (lexicon, concept);

  return number != TD_LEXICON_NONE && features->concept_zones[number] != 0;
}

static double
has_shape (const TdFeatures *features,
           TdShape           shape)
{
  return (features->shapes >> shape) & 1;
}

static double
bounded (guint  value,
         double whole)
{
  return MIN (value / whole, 1.0);
}

static void
measure_words (const TdFeatures *features,
               double           *terms)
{
  guint n_long = 0;
  guint n_numbers = 0;
  guint n_first = 0;

  for (guint i = 0; i < features->words->len; i++)
    {
      const TdWord *word = &g_array_index (features->words, TdWord, i);
      gboolean is_dense = !td_script_has_spaces (word->script);

      n_long += word->end - word->start >= (word->script == TD_WRITING_LATIN ? 9 : 18);
      n_numbers += word->script == TD_WRITING_DIGIT;
      n_first += (word->start < features->first_end || word->start >= features->last_start) *
                 (is_dense ? 1 : 2);
    }
  terms[TERM_LONG_WORDS] = bounded (n_long, 20.0);
  terms[TERM_NUMBERS] = bounded (n_numbers, 10.0);
  terms[TERM_INSTRUCTION] = bounded (n_first, 100.0);
}

static void
measure_length (const TdFeatures *features,
                double           *terms)
{
  guint n_sentences = 0;

  for (gsize i = 0; i + 1 < features->text->length; i++)
    n_sentences += strchr (".?!\n", features->text->text[i]) != NULL ||
                   strncmp (features->text->text + i, "。", 3) == 0;
  terms[TERM_SENTENCES] = bounded (n_sentences, 12.0);
  terms[TERM_LENGTH] = bounded (g_bit_storage (features->n_characters), 12.0);
}

static void
measure_concepts (const TdFeatures *features,
                  const TdLexicon  *lexicon,
                  double           *terms)
{
  guint n = 0;

  for (guint i = 0; i < td_lexicon_get_n_concepts (lexicon); i++)
    n += (features->concept_zones[i] & (TD_ZONE_FIRST | TD_ZONE_LAST)) != 0;
  terms[TERM_CONCEPTS] = bounded (n, 10.0);
  terms[TERM_LENGTH_WANTED] = mentions (features, lexicon, "length-out");
  terms[TERM_EXPERT] = mentions (features, lexicon, "software") +
                       mentions (features, lexicon, "notation") +
                       mentions (features, lexicon, "code-lang");
  terms[TERM_EXPERT] = MIN (terms[TERM_EXPERT] / 2.0, 1.0);
  terms[TERM_ANALYSIS] = mentions (features, lexicon, "analyse");
  terms[TERM_STATISTICS] = mentions (features, lexicon, "statistics");
  terms[TERM_QUESTION] = mentions (features, lexicon, "question");
  terms[TERM_GREETING] = mentions (features, lexicon, "greeting");
}

/**
 * td_complexity_measure:
 * @probabilities: of the categories
 * @terms: (out caller-allocates) (array fixed-size=32): the measures; those not in use are 0
 */
void
td_complexity_measure (const TdFeatures *features,
                       const TdLexicon  *lexicon,
                       const double     *probabilities,
                       double           *terms)
{
  double highest = 0.0;

  memset (terms, 0, sizeof (double) * TD_N_COMPLEXITY_TERMS);
  terms[TERM_BIAS] = 1.0;
  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    {
      terms[TERM_CATEGORY + i] = probabilities[i];
      highest = MAX (highest, probabilities[i]);
    }
  measure_words (features, terms);
  measure_length (features, terms);
  measure_concepts (features, lexicon, terms);
  terms[TERM_LIST] = has_shape (features, TD_SHAPE_LIST);
  terms[TERM_CODE] =
    MAX (has_shape (features, TD_SHAPE_CODE_FENCE), has_shape (features, TD_SHAPE_CODE_LIKE));
  terms[TERM_FORMULA] = has_shape (features, TD_SHAPE_FORMULA);
  terms[TERM_TABLE] = has_shape (features, TD_SHAPE_TABLE);
  terms[TERM_SUPPLIED] = has_shape (features, TD_SHAPE_SUPPLIED);
  terms[TERM_ONE_SENTENCE] = has_shape (features, TD_SHAPE_ONE_SENTENCE);
  terms[TERM_CERTAINTY] = highest;
}
