/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TdCodeBlock:
 *
 * A block of code: its language, a button that copies it, the code in colours.
 */
#define TD_TYPE_CODE_BLOCK (td_code_block_get_type ())
G_DECLARE_FINAL_TYPE (TdCodeBlock, td_code_block, TD, CODE_BLOCK, GtkWidget)

GtkWidget  *td_code_block_new          (const char     *language);
const char *td_code_block_get_language (TdCodeBlock *self);
void        td_code_block_set_text     (TdCodeBlock *self,
                                           const char     *text);
void        td_code_block_append       (TdCodeBlock *self,
                                           const char     *text);

G_END_DECLS
