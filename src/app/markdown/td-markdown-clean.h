/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdMarkdownCleaner:
 *
 * Makes valid, printable UTF-8 with "\n" line ends of bytes cut anywhere.
 */
typedef struct
{
  char pending[4];   /* the start of a character whose rest has not come */
  gsize n_pending;
  gboolean after_cr;
} TdMarkdownCleaner;

void td_markdown_cleaner_append (TdMarkdownCleaner *self,
                                 GString           *out,
                                 const char        *bytes,
                                 gsize              length);
void td_markdown_cleaner_finish (TdMarkdownCleaner *self,
                                 GString           *out);
char *td_markdown_make_visible  (const char        *text);

G_END_DECLS
