/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * A lexicon as it is compiled in, made by topdog-lexicon-prepare while the program is built: a header, then the
 * entries, the nodes, the labels (bytes) and the names of the concepts, each with a zero behind it. Nothing is
 * made of it when the program starts. In the byte order of the machine that it is built for.
 */

#include <glib.h>

G_BEGIN_DECLS

#define TD_LEXICON_MAGIC     "TDLEXIC1"
#define TD_LEXICON_MAX_LABEL 255

typedef struct
{
  char magic[8];
  guint32 hash; /* of the text that it was made of */
  guint32 n_concepts;
  guint32 n_entries;
  guint32 n_nodes;
  guint32 n_label_bytes;
  guint32 n_name_bytes;
  guint16 roots[256]; /* the nodes by their first byte */
} TdLexiconHeader;

/* What a phrase means. */
typedef struct
{
  guint16 concept : 15;
  guint16 is_stem : 1;
  guint16 next; /* of the same phrase, or TD_LEXICON_NONE */
} TdLexiconEntry;

/* A trie of the folded phrases, children as sibling lists. What goes on in one way only is one node. */
typedef struct
{
  guint32 label : 24; /* where, in the labels */
  guint32 length : 8;
  guint16 child;      /* or 0 */
  guint16 sibling;    /* or 0 */
  guint16 entry;      /* first of what ends here, or TD_LEXICON_NONE */
} __attribute__ ((packed)) TdLexiconNode;

G_END_DECLS
