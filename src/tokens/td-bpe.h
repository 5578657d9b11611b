/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-token-table.h"

G_BEGIN_DECLS

gsize td_bpe_encode (const TdTokenTable *table,
                     const guint8       *piece,
                     gsize               length,
                     guint32            *tokens);
gsize td_bpe_count  (const TdTokenTable *table,
                     const guint8       *piece,
                     gsize               length);

G_END_DECLS
