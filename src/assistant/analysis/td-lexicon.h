/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-folded-text.h"

G_BEGIN_DECLS

#define TD_LEXICON_MAX_CONCEPTS 160
#define TD_LEXICON_NONE         G_MAXUINT16

/**
 * TdLexiconHit:
 *
 * A word or phrase of the lexicon in a text, by its place in the folded text.
 */
typedef struct
{
  guint16 concept;
  guint16 is_whole; /* ends where a word ends */
  guint32 start;
  guint32 end;
} TdLexiconHit;

/**
 * TdLexicon:
 *
 * Words and phrases of several languages, grouped by what they mean. Packed, when the program is built, from a text:
 *
 *   [concept]
 *   en: phrase, stem*, another phrase
 *
 * A phrase is looked for where words begin and must end where one ends, unless it ends in "*".
 * In scripts without spaces, and in Arabic, where articles and prepositions are written onto the
 * word, it is found anywhere. Unchanging, usable from every thread.
 */
typedef struct _TdLexicon TdLexicon;

TdLexicon  *td_lexicon_new_from_bytes (GBytes         *bytes,
                                       GError        **error);
void        td_lexicon_free       (TdLexicon          *self);
guint       td_lexicon_get_n_concepts (const TdLexicon *self);
const char *td_lexicon_get_name   (const TdLexicon    *self,
                                   guint               concept);
guint       td_lexicon_find       (const TdLexicon    *self,
                                   const char         *name);
guint32     td_lexicon_get_hash   (const TdLexicon    *self);
void        td_lexicon_match      (const TdLexicon    *self,
                                   const TdFoldedText *text,
                                   gsize               start,
                                   gsize               end,
                                   GArray             *hits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdLexicon, td_lexicon_free)

G_END_DECLS
