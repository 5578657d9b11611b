/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-unit-words.h"

G_BEGIN_DECLS

const TdUnitWord *td_currencies_find      (const char *text);
gsize             td_currencies_get_sign  (const char *text,
                                           const char *number);
const char       *td_currencies_skip_tail (const char *text);

G_END_DECLS
