/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

/*
 * TdQueryText:
 *
 * The searchable text of a catalogue's models. Inside src/catalogue only; see the .c for how it
 * works.
 */
typedef struct _TdQueryText TdQueryText;

/* How well a model answers what was typed; a greater value is the better answer. */
typedef enum
{
  TD_MATCH_NONE,
  TD_MATCH_INSIDE,      /* every word is somewhere, some of them inside of a word */
  TD_MATCH_WORD_START,  /* every word starts a word */
  TD_MATCH_NAME_START,  /* every word starts a word of name, id or provider */
  TD_MATCH_NAME_WORDS,  /* every word is a word of name, id or provider */
  TD_MATCH_ID,          /* the words are the id */
  TD_MATCH_NAME,        /* the words are the name */
  TD_N_MATCHES,
} TdMatch;

TdQueryText *td_query_text_new   (TdCatalogue       *catalogue,
                                  const TdQueryText *other,
                                  TdCatalogue       *other_catalogue);
void         td_query_text_free  (TdQueryText       *self);
gboolean     td_query_text_match (const TdQueryText *self,
                                  const char        *text,
                                  guint8            *matches);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdQueryText, td_query_text_free)

G_END_DECLS
