/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What kind of character a word is made of. */
typedef enum
{
  TD_WRITING_LATIN,
  TD_WRITING_CYRILLIC,
  TD_WRITING_HAN,
  TD_WRITING_KANA,
  TD_WRITING_HANGUL,
  TD_WRITING_ARABIC,
  TD_WRITING_INDIC,
  TD_WRITING_THAI,
  TD_WRITING_OTHER,
  TD_WRITING_DIGIT,
  TD_WRITING_NONE, /* not part of a word */
} TdScript;

/**
 * TdFoldedText:
 *
 * A text without its differences of case, width and accent, one character at a time, so that every
 * byte knows where in the original it comes from. The same in every locale: only Unicode's own
 * tables are asked.
 */
typedef struct
{
  char *text;          /* (owned): valid UTF-8 */
  gsize length;
  guint32 *origins;    /* (owned) (array length=length+1): byte offsets in the original */
} TdFoldedText;

/**
 * TdWord:
 *
 * A run of letters or digits; of scripts without spaces, one character.
 */
typedef struct
{
  guint32 start; /* in the folded text */
  guint32 end;
  guint32 hash;  /* of its bytes; all numbers of as many digits have the same */
  TdScript script;
} TdWord;

TdFoldedText *td_folded_text_new       (const char         *text,
                                        gsize               length);
void          td_folded_text_free      (TdFoldedText       *self);
void          td_folded_text_add_words (const TdFoldedText *self,
                                        gsize               start,
                                        gsize               end,
                                        GArray             *words);
TdScript      td_script_of             (gunichar            character);
gboolean      td_script_has_spaces     (TdScript            script);
guint32       td_hash_bytes            (guint32             seed,
                                        const char         *bytes,
                                        gsize               length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdFoldedText, td_folded_text_free)

G_END_DECLS
