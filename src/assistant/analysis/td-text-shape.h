/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-features.h"

G_BEGIN_DECLS

void td_text_shape_look (TdFeatures *features,
                         const char *text,
                         gsize       length);

G_END_DECLS
