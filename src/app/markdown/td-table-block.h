/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/markdown/td-markdown-block.h"

G_BEGIN_DECLS

/**
 * TdTableBlock:
 *
 * A table, wider than the page if need be: it scrolls sideways by itself.
 */
#define TD_TYPE_TABLE_BLOCK (td_table_block_get_type ())
G_DECLARE_FINAL_TYPE (TdTableBlock, td_table_block, TD, TABLE_BLOCK, GtkWidget)

GtkWidget *td_table_block_new (void);
gboolean   td_table_block_set (TdTableBlock       *self,
                                  const TdMarkdownBlock *block);

G_END_DECLS
