/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a text looks like: code, a formula, a table, an instruction with a text after it. Looks at
 * bytes only, so that it takes the same time for everything.
 */
#include "config.h"

#include "assistant/analysis/td-text-shape.h"

#include <string.h>

/* What is looked at of a long text: enough to see its nature. */
#define MAX_LOOK 16384

static const char *const shape_names[TD_N_SHAPES] = {
  [TD_SHAPE_CODE_FENCE] = "code-fence",
  [TD_SHAPE_CODE_LIKE] = "code-like",
  [TD_SHAPE_FORMULA] = "formula",
  [TD_SHAPE_TABLE] = "table",
  [TD_SHAPE_QUESTION] = "question",
  [TD_SHAPE_COLON] = "colon",
  [TD_SHAPE_SUPPLIED] = "supplied-text",
  [TD_SHAPE_QUOTED] = "quoted",
  [TD_SHAPE_NUMBERS] = "numbers",
  [TD_SHAPE_MANY_NUMBERS] = "many-numbers",
  [TD_SHAPE_LIST] = "list",
  [TD_SHAPE_URL] = "url",
  [TD_SHAPE_LINES] = "lines",
  [TD_SHAPE_MIXED_SCRIPTS] = "mixed-scripts",
  [TD_SHAPE_ONE_SENTENCE] = "one-sentence",
};

typedef struct
{
  guint n_brackets;
  guint n_semicolons;
  guint n_operators;
  guint n_formula;
  guint n_numbers;
  guint n_quotes;
  guint n_questions;
  guint n_table_lines;
  guint n_list_lines;
  guint n_indented;
} Counts;

/**
 * td_shape_to_string:
 * @shape: a shape of text
 *
 * Returns: (transfer none): its name
 */
const char *
td_shape_to_string (TdShape shape)
{
  g_return_val_if_fail (shape < TD_N_SHAPES, NULL);

  return shape_names[shape];
}

static void
count_line (Counts     *counts,
            const char *line,
            gsize       length)
{
  guint n_separators = 0;
  guint n_commas = 0;
  gsize at = 0;

  for (gsize i = 0; i < length; i++)
    {
      n_separators += line[i] == '|' || line[i] == '\t';
      n_commas += (line[i] == ',' && i + 1 < length && line[i + 1] != ' ') || line[i] == ';';
    }
  while (at < length && (line[at] == ' ' || line[at] == '\t'))
    at++;
  counts->n_indented += at >= 2 && at < length;
  counts->n_table_lines += n_separators >= 2 || (n_commas >= 2 && length < 300);
  if (at + 1 < length)
    counts->n_list_lines +=
      line[at] == '-' || line[at] == '*' ||
      (g_ascii_isdigit (line[at]) && (line[at + 1] == '.' || line[at + 1] == ')'));
}

static void
count_byte (Counts     *counts,
            const char *text,
            gsize       at)
{
  char byte = text[at];
  char before = at > 0 ? text[at - 1] : ' ';

  counts->n_brackets += strchr ("{}()[]", byte) != NULL;
  counts->n_semicolons +=
    byte == ';' && (text[at + 1] == '\n' || text[at + 1] == '\0' || text[at + 1] == '\r');
  counts->n_operators += strchr ("=<>&|_", byte) != NULL;
  counts->n_formula += strchr ("^\\=+$", byte) != NULL;
  counts->n_numbers += g_ascii_isdigit (byte) && !g_ascii_isdigit (before);
  counts->n_quotes += byte == '"';
  counts->n_questions += byte == '?';
}

static guint
count_text (Counts     *counts,
            const char *text,
            gsize       length)
{
  guint n_lines = 1;
  gsize line = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '\n')
        {
          count_line (counts, text + line, i - line);
          line = i + 1;
          n_lines++;
        }
      else if (text[i] != '\0')
        count_byte (counts, text, i);
    }
  count_line (counts, text + line, length - line);
  return n_lines;
}

/* Where a sentence ends: not inside a number or an abbreviation of one letter. */
static gboolean
ends_sentence (const char *p,
               const char *end)
{
  if (*p == '\n' || *p == '?' || *p == '!')
    return TRUE;
  if (*p == '.' || *p == ':')
    return p + 1 >= end || g_ascii_isspace (p[1]) || (*p == ':' && (guint8) p[1] >= 0x80);
  return strncmp (p, "。", 3) == 0 || strncmp (p, "؟", 2) == 0 || strncmp (p, "।", 3) == 0;
}

static void
find_sentences (TdFeatures *self)
{
  const char *text = self->text->text;
  const char *end = text + self->text->length;
  const char *p = text;
  const char *last;

  while (p < end && td_script_of (g_utf8_get_char (p)) == TD_WRITING_NONE)
    p = g_utf8_next_char (p);
  while (p < end && !ends_sentence (p, end))
    p++;
  self->first_end = p - text;
  last = end;
  while (last > text && td_script_of (g_utf8_get_char (g_utf8_prev_char (last))) == TD_WRITING_NONE)
    last = g_utf8_prev_char (last);
  while (last > p && !ends_sentence (last - 1, end))
    last--;
  self->last_start = last - text;
}

static void
find_script (TdFeatures *self)
{
  guint counts[TD_WRITING_NONE + 1] = { 0 };
  guint best = TD_WRITING_LATIN;
  guint n_scripts = 0;

  for (guint i = 0; i < self->words->len; i++)
    {
      const TdWord *word = &g_array_index (self->words, TdWord, i);

      counts[word->script] += word->end - word->start;
    }
  counts[TD_WRITING_DIGIT] = 0;
  if (counts[TD_WRITING_KANA] > 0)
    {
      counts[TD_WRITING_KANA] += counts[TD_WRITING_HAN];
      counts[TD_WRITING_HAN] = 0;
    }
  for (guint i = 0; i < TD_WRITING_NONE; i++)
    {
      n_scripts += counts[i] * 8 > self->text->length;
      if (counts[i] > counts[best])
        best = i;
    }
  self->script = (TdScript) best;
  if (n_scripts > 1)
    self->shapes |= 1u << TD_SHAPE_MIXED_SCRIPTS;
}

static void
set_shape (TdFeatures *self,
           TdShape     shape,
           gboolean    is_so)
{
  if (is_so)
    self->shapes |= 1u << shape;
}

static gboolean
contains (const char *text,
          gsize       length,
          const char *what)
{
  return g_strstr_len (text, (gssize) length, what) != NULL;
}

/**
 * td_text_shape_look:
 * @text: (array length=length): the whole original
 *
 * Fills in the shape, the sentences and the script of the features.
 */
void
td_text_shape_look (TdFeatures *features,
                    const char *text,
                    gsize       length)
{
  Counts counts = { 0 };
  gsize looked = MIN (length, MAX_LOOK);
  guint n_lines = count_text (&counts, text, looked);
  const TdFoldedText *folded = features->text;
  gsize end = folded->length;

  features->n_lines = n_lines;
  find_sentences (features);
  find_script (features);
  while (end > 0 && g_ascii_isspace (folded->text[end - 1]))
    end--;
  set_shape (features, TD_SHAPE_CODE_FENCE, contains (text, looked, "```"));
  set_shape (features, TD_SHAPE_CODE_LIKE,
             counts.n_semicolons >= 2 || (counts.n_brackets >= 6 && counts.n_operators >= 4 &&
                                          counts.n_brackets * 30 > looked));
  set_shape (features, TD_SHAPE_FORMULA,
             contains (text, looked, "$") || contains (text, looked, "\\(") ||
               contains (text, looked, "\\frac") || counts.n_formula * 25 > looked);
  set_shape (features, TD_SHAPE_TABLE, counts.n_table_lines >= 3);
  set_shape (features, TD_SHAPE_QUESTION,
             counts.n_questions > 0 || contains (text, looked, "？") ||
               contains (text, looked, "؟"));
  set_shape (features, TD_SHAPE_COLON, end > 0 && folded->text[end - 1] == ':');
  set_shape (features, TD_SHAPE_SUPPLIED,
             features->n_characters > 300 &&
               (features->first_end < 160 || folded->length - features->last_start < 160));
  set_shape (features, TD_SHAPE_QUOTED,
             counts.n_quotes >= 2 || contains (text, looked, "“") || contains (text, looked, "«") ||
               contains (text, looked, "「") || contains (text, looked, "„"));
  set_shape (features, TD_SHAPE_NUMBERS, counts.n_numbers >= 2);
  set_shape (features, TD_SHAPE_MANY_NUMBERS, counts.n_numbers >= 8);
  set_shape (features, TD_SHAPE_LIST, counts.n_list_lines >= 2);
  set_shape (features, TD_SHAPE_URL, contains (text, looked, "http"));
  set_shape (features, TD_SHAPE_LINES, n_lines >= 4);
  set_shape (features, TD_SHAPE_ONE_SENTENCE, features->last_start <= features->first_end + 1);
}
