/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-query.h"

G_BEGIN_DECLS

typedef enum
{
  TD_FILTER_TEXT,
  TD_FILTER_PROVIDER,
  TD_FILTER_CAPABILITY,
  TD_FILTER_MIN_RATING,
  TD_FILTER_MAX_PRICE,
  TD_FILTER_MIN_CONTEXT,
  TD_FILTER_FREE,
  TD_FILTER_LOCAL,
  TD_FILTER_OPEN_WEIGHTS,
  TD_FILTER_FAVOURITES,
  TD_FILTER_RETIRED,
} TdFilterKind;

/* One restriction that is in force (or, for TD_FILTER_RETIRED, one that was lifted). */
typedef struct
{
  TdFilterKind kind;
  char *provider_id; /* (nullable): for TD_FILTER_PROVIDER */
  gint64 value;      /* the flag, tenths, price or tokens of the other kinds */
} TdActiveFilter;

/**
 * TdFilterSet:
 *
 * What the user asks of the marketplace, as the state that the search entry, the filter pane,
 * the chips and the sort order share.
 *
 * Signal: "changed".
 */
#define TD_TYPE_FILTER_SET (td_filter_set_get_type ())
G_DECLARE_FINAL_TYPE (TdFilterSet, td_filter_set, TD, FILTER_SET, GObject)

TdFilterSet   *td_filter_set_new            (void);
const TdQuery *td_filter_set_get_query      (TdFilterSet          *self);
void           td_filter_set_set_text       (TdFilterSet          *self,
                                             const char           *text);
void           td_filter_set_set_sort       (TdFilterSet          *self,
                                             TdSort                sort);
void           td_filter_set_set_provider   (TdFilterSet          *self,
                                             const char           *provider_id,
                                             gboolean              wanted);
gboolean       td_filter_set_has_provider   (TdFilterSet          *self,
                                             const char           *provider_id);
void           td_filter_set_set_value      (TdFilterSet          *self,
                                             TdFilterKind          kind,
                                             gint64                value);
gint64         td_filter_set_get_value      (TdFilterSet          *self,
                                             TdFilterKind          kind);
void           td_filter_set_clear          (TdFilterSet          *self);
GPtrArray     *td_filter_set_list_active    (TdFilterSet          *self);
void           td_filter_set_remove         (TdFilterSet          *self,
                                             const TdActiveFilter *filter);
void           td_active_filter_lift        (const TdActiveFilter *self,
                                             TdQuery              *query);
void           td_active_filter_free        (TdActiveFilter       *self);

G_END_DECLS
