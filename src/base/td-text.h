/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Case and accents folded away, for searching: "Café" and "CAFE" are the same text. */
char *td_text_fold          (const char *text);
char *td_text_format_tokens (gint64      tokens);
char *td_text_ellipsize     (const char *text,
                             guint       max_chars);

G_END_DECLS
