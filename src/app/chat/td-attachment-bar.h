/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "conversation/td-conversation.h"

G_BEGIN_DECLS

/**
 * TdAttachmentBar:
 *
 * The pictures that go with the message being written. Signal "trouble" (GError): one cannot be taken.
 */
#define TD_TYPE_ATTACHMENT_BAR (td_attachment_bar_get_type ())
G_DECLARE_FINAL_TYPE (TdAttachmentBar, td_attachment_bar, TD, ATTACHMENT_BAR, GtkWidget)

GtkWidget *td_attachment_bar_new       (TdConversation  *conversation);
void       td_attachment_bar_choose    (TdAttachmentBar *self);
void       td_attachment_bar_add_files (TdAttachmentBar *self,
                                        GSList          *files); /* (element-type GFile) */
void       td_attachment_bar_add_texture (TdAttachmentBar *self,
                                          GdkTexture      *texture);

G_END_DECLS
