/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

GtkSourceLanguage    *td_code_language_find       (const char *name);
gboolean              td_code_language_is_ready   (GtkSourceLanguage *language);
void                  td_code_language_prepare    (GtkSourceLanguage *language);
const char           *td_code_language_get_title  (const char *name);
GtkSourceStyleScheme *td_code_language_get_scheme (void);
void                  td_code_language_warm_up    (void);

G_END_DECLS
