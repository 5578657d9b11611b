/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdCategory:
 *
 * What a request is for. Named after what is to be delivered, not after the subject.
 */
typedef enum
{
  TD_CATEGORY_CODING,
  TD_CATEGORY_MATH_REASONING,
  TD_CATEGORY_WRITING,
  TD_CATEGORY_CREATIVE,
  TD_CATEGORY_TRANSLATION,
  TD_CATEGORY_SUMMARIZE_EXTRACT,
  TD_CATEGORY_DATA_ANALYSIS,
  TD_CATEGORY_KNOWLEDGE,
  TD_CATEGORY_VISION,
  TD_N_CATEGORIES,
} TdCategory;

const char *td_category_to_string   (TdCategory   category);
gboolean    td_category_from_string (const char  *text,
                                     TdCategory  *category);

G_END_DECLS
