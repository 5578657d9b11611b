/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tokens/td-token-layout.h"

G_BEGIN_DECLS

/* What the trie is made of: the tokens in the order of their bytes. */
typedef struct
{
  const guint8 *bytes;
  guint32 length;
  guint32 id;
} TdTrieEntry;

GArray *td_trie_build (const TdTrieEntry *entries,
                       guint              n_entries,
                       guint32           *root);

G_END_DECLS
