/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize td_token_text_find_invalid (const char *text,
                                  gsize       length);
char *td_token_text_make_valid   (const char *text,
                                  gsize       length,
                                  gsize      *valid_length);

G_END_DECLS
