/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TdComposer:
 *
 * Where a message is written. Sending and stopping are the page's actions `chat.send` and
 * `chat.stop`.
 *
 * Signal: "changed": the text is another.
 */
#define TD_TYPE_COMPOSER (td_composer_get_type ())
G_DECLARE_FINAL_TYPE (TdComposer, td_composer, TD, COMPOSER, GtkWidget)

char    *td_composer_dup_text        (TdComposer *self);
void     td_composer_set_text        (TdComposer *self,
                                      const char *text);
gboolean td_composer_is_empty        (TdComposer *self);
void     td_composer_set_busy        (TdComposer *self,
                                      gboolean    is_busy);
void     td_composer_set_hint        (TdComposer *self,
                                      const char *hint);
void     td_composer_set_note        (TdComposer *self,
                                      const char *note,
                                      const char *details);
void     td_composer_set_enter_sends (TdComposer *self,
                                      gboolean    enter_sends);
void     td_composer_add_tool        (TdComposer *self,
                                      GtkWidget  *tool);
void     td_composer_focus_text      (TdComposer *self);

void       td_composer_set_attachment_bar (TdComposer *self,
                                            GtkWidget  *bar);

G_END_DECLS
