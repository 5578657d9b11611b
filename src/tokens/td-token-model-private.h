/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-token-model.h"

G_BEGIN_DECLS

/* What a message and the start of the reply cost besides role and text. */
typedef struct
{
  guint8 per_message;
  guint8 per_name;
  guint8 per_reply;
} TdTokenFraming;

const TdTokenFraming *td_encoding_get_framing (TdEncoding  encoding);
guint                 td_token_find_percent   (const char *model_id);

G_END_DECLS
