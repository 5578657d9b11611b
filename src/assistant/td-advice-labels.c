/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What people call the assistant's categories and filters, in English; the window and the terminal translate it.
 */
#include "config.h"

#include "assistant/td-advice-labels.h"

#include <glib/gi18n.h>

static const char *const category_labels[TD_N_CATEGORIES] = {
  [TD_CATEGORY_CODING] = N_("Programming"),
  [TD_CATEGORY_MATH_REASONING] = N_("Maths and logic"),
  [TD_CATEGORY_WRITING] = N_("Writing"),
  [TD_CATEGORY_CREATIVE] = N_("Fiction and play"),
  [TD_CATEGORY_TRANSLATION] = N_("Translation"),
  [TD_CATEGORY_SUMMARIZE_EXTRACT] = N_("Working through a text"),
  [TD_CATEGORY_DATA_ANALYSIS] = N_("Data analysis"),
  [TD_CATEGORY_KNOWLEDGE] = N_("Facts and advice"),
  [TD_CATEGORY_VISION] = N_("Images"),
};

static const char *const filter_labels[TD_N_FILTERS] = {
  [TD_FILTER_NONE] = "",
  [TD_FILTER_RETIRED] = N_("retired"),
  [TD_FILTER_TYPE] = N_("not for this kind of request"),
  [TD_FILTER_NEED] = N_("without what it needs"),
  [TD_FILTER_LOCAL] = N_("not on this computer"),
  [TD_FILTER_MEMORY] = N_("too big for the memory"),
  [TD_FILTER_OPEN_WEIGHTS] = N_("without published weights"),
  [TD_FILTER_FREE] = N_("not free"),
  [TD_FILTER_PROVIDER] = N_("of other providers"),
  [TD_FILTER_REGION] = N_("without a stated region"),
  [TD_FILTER_CONTEXT] = N_("with too little context"),
  [TD_FILTER_PRICE] = N_("above the price limit"),
  [TD_FILTER_COST] = N_("too dear for this request"),
  [TD_FILTER_NO_KEY] = N_("without a key"),
  [TD_FILTER_SERVER] = N_("not running"),
  [TD_FILTER_BALANCE] = N_("above your balance"),
};

/**
 * td_category_get_label:
 * @category: a category
 *
 * Returns: (transfer none): its name for people, to be translated
 */
const char *
td_category_get_label (TdCategory category)
{
  g_return_val_if_fail (category < TD_N_CATEGORIES, NULL);

  return category_labels[category];
}

/**
 * td_filter_get_label:
 * @filter: a filter
 *
 * Returns: (transfer none): what is wrong with the models that it leaves out, to be translated
 */
const char *
td_filter_get_label (TdFilter filter)
{
  g_return_val_if_fail (filter < TD_N_FILTERS, NULL);

  return filter_labels[filter];
}
