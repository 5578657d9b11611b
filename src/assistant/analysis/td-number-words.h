/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *td_number_words_read       (const char *text,
                                        gint64     *millionths);
const char *td_number_words_read_signs (const char *text,
                                        gint64     *millionths);

G_END_DECLS
