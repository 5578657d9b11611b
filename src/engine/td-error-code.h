/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Errors as stable text, "provider:rate-limit": what is stored with a failed message and what
 * the terminal prints with --json. The window and the terminal turn the domain and code that
 * come back into their sentences.
 */
char     *td_error_code_from_error (const GError *error);
gboolean  td_error_code_parse      (const char   *text,
                                    GQuark       *domain,
                                    int          *code);

G_END_DECLS
