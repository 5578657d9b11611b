/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TdMarkdownView:
 *
 * Shows Markdown, also while it is coming in. What is appended is shown with the next frame;
 * when there is much of it, over several frames, so that no frame takes long.
 */
#define TD_TYPE_MARKDOWN_VIEW (td_markdown_view_get_type ())
G_DECLARE_FINAL_TYPE (TdMarkdownView, td_markdown_view, TD, MARKDOWN_VIEW, GtkWidget)

GtkWidget *td_markdown_view_new         (void);
void       td_markdown_view_set_plain   (TdMarkdownView *self);
void       td_markdown_view_append      (TdMarkdownView *self,
                                         const char     *text,
                                         gsize           length);
void       td_markdown_view_finish      (TdMarkdownView *self);
gboolean   td_markdown_view_is_up_to_date (TdMarkdownView *self);

G_END_DECLS
