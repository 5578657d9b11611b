/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-category.h"

#include "base/td-words.h"

static const char *const names[TD_N_CATEGORIES] = {
  [TD_CATEGORY_CODING] = "coding",
  [TD_CATEGORY_MATH_REASONING] = "math_reasoning",
  [TD_CATEGORY_WRITING] = "writing",
  [TD_CATEGORY_CREATIVE] = "creative",
  [TD_CATEGORY_TRANSLATION] = "translation",
  [TD_CATEGORY_SUMMARIZE_EXTRACT] = "summarize_extract",
  [TD_CATEGORY_DATA_ANALYSIS] = "data_analysis",
  [TD_CATEGORY_KNOWLEDGE] = "knowledge",
  [TD_CATEGORY_VISION] = "vision",
};

/**
 * td_category_to_string:
 * @category: a category
 *
 * Returns: (transfer none): its name in JSON and in the training data
 */
const char *
td_category_to_string (TdCategory category)
{
  g_return_val_if_fail (category < TD_N_CATEGORIES, NULL);

  return names[category];
}

/**
 * td_category_from_string:
 * @text: (nullable): a name
 * @category: (out): its category
 *
 * Returns: whether there is such a category
 */
gboolean
td_category_from_string (const char *text,
                         TdCategory *category)
{
  guint index;

  if (!td_words_find (names, TD_N_CATEGORIES, text, &index))
    return FALSE;
  *category = (TdCategory) index;
  return TRUE;
}
