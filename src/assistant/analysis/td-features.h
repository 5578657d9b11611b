/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-lexicon.h"

G_BEGIN_DECLS

/* Of long requests the instruction is at one end; what is supplied is between. */
#define TD_FEATURE_HEAD  700
#define TD_FEATURE_TAIL  300

typedef enum
{
  TD_FEATURE_WORD,
  TD_FEATURE_PAIR,    /* of neighbouring words */
  TD_FEATURE_OPENING, /* the first words */
  TD_FEATURE_CLOSING, /* the last words */
  TD_FEATURE_LETTERS, /* parts of words */
  TD_FEATURE_CONCEPT, /* of the lexicon */
  TD_FEATURE_CONCEPTS, /* two of them together */
  TD_FEATURE_SHAPE,
  TD_FEATURE_BODY,     /* words and parts of words outside the instruction */
  TD_N_FEATURE_GROUPS,
} TdFeatureGroup;

/**
 * TdFeature:
 *
 * One thing noticed about a text. @value is in units of 1/1024, so that sums are exact.
 */
typedef struct
{
  guint32 hash; /* what it is known by, never 0 */
  gint16 value;
  guint8 group; /* a TdFeatureGroup */
  guint8 zone;  /* of concepts: bits of #TdZone */
  guint32 start; /* in the folded text; of concepts and shapes their number */
  guint32 end;
} TdFeature;

typedef enum
{
  TD_ZONE_START = 1 << 0, /* in the first words */
  TD_ZONE_FIRST = 1 << 1, /* in the first line or sentence */
  TD_ZONE_LAST = 1 << 2,  /* in the last one */
  TD_ZONE_BODY = 1 << 3,
} TdZone;

/**
 * TdShape:
 *
 * What a text looks like, whatever it says.
 */
typedef enum
{
  TD_SHAPE_CODE_FENCE,
  TD_SHAPE_CODE_LIKE,
  TD_SHAPE_FORMULA,
  TD_SHAPE_TABLE,
  TD_SHAPE_QUESTION,
  TD_SHAPE_COLON,
  TD_SHAPE_SUPPLIED, /* a short instruction and a long text */
  TD_SHAPE_QUOTED,
  TD_SHAPE_NUMBERS,
  TD_SHAPE_MANY_NUMBERS,
  TD_SHAPE_LIST,
  TD_SHAPE_URL,
  TD_SHAPE_LINES,
  TD_SHAPE_MIXED_SCRIPTS,
  TD_SHAPE_ONE_SENTENCE,
  TD_N_SHAPES,
} TdShape;

/**
 * TdFeatures:
 *
 * What is noticed about one text: for the classifier, the complexity and the explanation.
 */
typedef struct
{
  char *original;       /* (owned): the head and the tail of the text */
  TdFoldedText *text;   /* (owned): of these */
  GArray *words;        /* (element-type TdWord) */
  GArray *hits;         /* (element-type TdLexiconHit) */
  GArray *items;        /* (element-type TdFeature): no hash twice */
  guint32 *seen;        /* (owned): a set of hashes */
  gsize first_end;      /* where the first sentence ends in the folded text */
  gsize last_start;
  gsize body_start;     /* what is between is not the instruction; empty in a short text */
  gsize body_end;
  guint32 shapes;       /* 1 << TdShape */
  gsize n_bytes;        /* of the whole original */
  guint n_characters;   /* of the whole original, at most G_MAXUINT */
  guint n_lines;
  TdScript script;      /* that most of it is written in */
  guint8 concept_zones[TD_LEXICON_MAX_CONCEPTS];
} TdFeatures;

TdFeatures *td_features_new           (const TdLexicon  *lexicon,
                                       const char       *text,
                                       gssize            length);
void        td_features_free          (TdFeatures       *self);
char       *td_features_dup_name      (const TdFeatures *self,
                                       const TdLexicon  *lexicon,
                                       const TdFeature  *feature);
const char *td_shape_to_string        (TdShape           shape);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdFeatures, td_features_free)

G_END_DECLS
