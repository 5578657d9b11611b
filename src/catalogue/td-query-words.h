/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * TdQueryWord:
 *
 * A word that was typed, or a phrase that punctuation holds together. Inside src/catalogue only.
 */
typedef struct
{
  char *text; /* (owned): normal form; holds spaces when it is a phrase */
  gsize length;
  gsize n_letters; /* without spaces */
  gboolean is_mixed; /* one word of letters and digits, such as "gpt4o" */
} TdQueryWord;

GArray  *td_query_words_new     (void);
void     td_query_words_add     (GArray        *words,
                                 const char    *folded,
                                 gsize          length);
GArray  *td_query_words_split   (const char    *text);
void     td_query_append_words  (GString       *out,
                                 const char    *folded,
                                 gsize          length);
guint16  td_query_count_letters (const GString *text,
                                 gsize          start,
                                 gsize          end);

G_END_DECLS
