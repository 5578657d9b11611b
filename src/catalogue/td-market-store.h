/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"

G_BEGIN_DECLS

/* The sources a catalogue is refreshed from. */
typedef enum
{
  TD_REFRESH_MODELSDEV,
  TD_REFRESH_OPENROUTER,
  TD_N_REFRESH_SOURCES,
} TdRefreshSource;

/* What a source said of its newest document, to ask next time whether there is a newer one. */
typedef struct
{
  char *etag;          /* (nullable) */
  char *last_modified; /* (nullable) */
  gint64 checked_us;   /* 0: never */
} TdRefreshState;

/* What this user did with a model. */
typedef struct
{
  gboolean favourite;
  guint64 uses;
} TdUserFact;

/* What a market starts from. */
typedef struct
{
  GBytes *document;      /* (nullable): the newest refreshed catalogue */
  TdRefreshState states[TD_N_REFRESH_SOURCES];
  GHashTable *facts;     /* (element-type utf8 TdUserFact): by model key */
} TdMarketRecord;

/*
 * The market's part of the database. Straight-line SQL on the database thread; inside
 * src/catalogue only.
 */
TdMarketRecord *td_market_store_load          (TdConnection          *connection,
                                               GError               **error);
void            td_market_record_free         (TdMarketRecord        *self);
GHashTable     *td_market_store_list_facts    (TdConnection          *connection,
                                               GError               **error);
gboolean        td_market_store_set_favourite (TdConnection          *connection,
                                               const char            *model_key,
                                               gboolean               favourite,
                                               GError               **error);
gboolean        td_market_store_count_use     (TdConnection          *connection,
                                               const char            *model_key,
                                               gint64                 now_us,
                                               GError               **error);
gboolean        td_market_store_save          (TdConnection          *connection,
                                               GBytes                *document,
                                               const TdRefreshState  *states,
                                               gint64                 now_us,
                                               GError               **error);
gboolean        td_market_store_forget        (TdConnection          *connection,
                                               GError               **error);

const char     *td_refresh_source_get_name    (TdRefreshSource        source);
void            td_refresh_state_clear        (TdRefreshState        *self);
void            td_refresh_state_copy         (TdRefreshState        *self,
                                               const TdRefreshState  *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdMarketRecord, td_market_record_free)

G_END_DECLS
