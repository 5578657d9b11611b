/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/markdown/td-markdown-block.h"

G_BEGIN_DECLS

GtkWidget *td_markdown_label_new    (const TdMarkdownBlock *block);
void       td_markdown_label_set    (GtkWidget             *label,
                                     const TdMarkdownBlock *block);
void       td_markdown_show_blocks  (GtkWidget             *column,
                                     GtkWidget             *after,
                                     GPtrArray             *blocks,
                                     int                    kind_before);

G_END_DECLS
