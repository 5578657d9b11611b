/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a text mostly is, as far as vocabularies treat it differently. */
typedef enum
{
  TD_SCRIPT_LATIN,
  TD_SCRIPT_CODE, /* ASCII with many marks: programs, tables, markup */
  TD_SCRIPT_CYRILLIC,
  TD_SCRIPT_GREEK,
  TD_SCRIPT_SEMITIC, /* Hebrew, Arabic */
  TD_SCRIPT_INDIC,
  TD_SCRIPT_SOUTH_EAST, /* Thai, Lao, Tibetan, Burmese, Khmer */
  TD_SCRIPT_HAN,
  TD_SCRIPT_JAPANESE,
  TD_SCRIPT_HANGUL,
  TD_SCRIPT_OTHER,
  TD_N_SCRIPTS,
} TdTokenScript;

const char    *td_token_script_to_string   (TdTokenScript  script);
gboolean       td_token_script_from_string (const char    *text,
                                            TdTokenScript *script);
TdTokenScript  td_token_script_of          (const char    *text,
                                            gsize          length);

G_END_DECLS
