/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * TdTagStrip:
 *
 * Short words in a row, as many as fit; what does not fit is counted at the end (“+2”). One line
 * high whatever the width, so that cards stay equal.
 */
#define TD_TYPE_TAG_STRIP (td_tag_strip_get_type ())
G_DECLARE_FINAL_TYPE (TdTagStrip, td_tag_strip, TD, TAG_STRIP, GtkWidget)

void td_tag_strip_set_tags (TdTagStrip        *self,
                            const char *const *tags);

G_END_DECLS
