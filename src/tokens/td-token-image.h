/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-token-ruler.h"

G_BEGIN_DECLS

TdTokenCount td_token_image_count (const char   *model_id,
                                   guint         width,
                                   guint         height);
TdTokenCount td_token_ruler_image (TdTokenRuler *ruler,
                                   guint         width,
                                   guint         height);

G_END_DECLS
