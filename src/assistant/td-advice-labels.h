/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"

G_BEGIN_DECLS

const char *td_category_get_label (TdCategory category);
const char *td_filter_get_label   (TdFilter   filter);

G_END_DECLS
