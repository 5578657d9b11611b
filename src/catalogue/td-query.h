/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

typedef enum
{
  TD_SORT_RELEVANCE,
  TD_SORT_NAME,
  TD_SORT_PRICE_IN,
  TD_SORT_PRICE_OUT,
  TD_SORT_CONTEXT,
  TD_SORT_RATING,
  TD_SORT_NEWEST,
  TD_SORT_MOST_USED,
} TdSort;

/* What a model must be able to do; all of the flags set must hold and be known to hold. */
typedef enum
{
  TD_CAPABILITY_VISION = 1 << 0,
  TD_CAPABILITY_AUDIO_IN = 1 << 1,
  TD_CAPABILITY_VIDEO_IN = 1 << 2,
  TD_CAPABILITY_PDF = 1 << 3,
  TD_CAPABILITY_IMAGE_OUT = 1 << 4,
  TD_CAPABILITY_AUDIO_OUT = 1 << 5,
  TD_CAPABILITY_TOOLS = 1 << 6,
  TD_CAPABILITY_REASONING = 1 << 7,
  TD_CAPABILITY_STRUCTURED_OUTPUT = 1 << 8,
  TD_CAPABILITY_EMBEDDING = 1 << 9,
  TD_CAPABILITY_CHAT = 1 << 10,
} TdCapability;

/**
 * TdQuery:
 *
 * What the user asked of the marketplace. Plain data: the same query on the same catalogue
 * gives the same answer, in every locale.
 */
typedef struct
{
  char *text;               /* (nullable): words in any order, matched as prefixes of words or inside them */
  GStrv providers;          /* (nullable): any of these provider ids */
  TdCapability capabilities;
  int min_rating_tenths;    /* 0: no limit; above 0 leaves unrated models out */
  TdPrice max_price;        /* of input per million tokens; TD_PRICE_UNKNOWN: no limit */
  gint64 min_context;       /* tokens; 0: no limit */
  gboolean free_only;
  gboolean local_only;
  gboolean open_weights_only;
  gboolean favourites_only;
  gboolean include_retired;
  TdSort sort;
} TdQuery;

TdQuery    *td_query_new   (void);
TdQuery    *td_query_copy  (const TdQuery *self);
void        td_query_free  (TdQuery       *self);
gboolean    td_query_equal (const TdQuery *a,
                            const TdQuery *b);

/**
 * TdQueryIndex:
 *
 * The folded text and sort keys of a catalogue's models, made once per catalogue.
 */
typedef struct _TdQueryIndex TdQueryIndex;

TdQueryIndex *td_query_index_new   (TdCatalogue   *catalogue);
TdQueryIndex *td_query_index_ref   (TdQueryIndex  *self);
void          td_query_index_unref (TdQueryIndex  *self);
void          td_query_index_run   (TdQueryIndex  *self,
                                    const TdQuery *query,
                                    GArray        *result); /* (element-type guint32): indices into the catalogue, replaced */

const char   *td_sort_to_string         (TdSort        sort);
gboolean      td_sort_from_string       (const char   *text,
                                         TdSort       *sort);
const char   *td_capability_to_string   (TdCapability  capability);
gboolean      td_capability_from_string (const char   *text,
                                         TdCapability *capability);
TdCapability  td_model_facts_get_capabilities (const TdModelFacts *facts);
gboolean      td_model_facts_has_capability (const TdModelFacts *facts,
                                             TdCapability        capabilities);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdQuery, td_query_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdQueryIndex, td_query_index_unref)

G_END_DECLS
