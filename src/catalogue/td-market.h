/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "catalogue/td-query.h"
#include "catalogue/td-refresh.h"
#include "store/td-database.h"

G_BEGIN_DECLS

/**
 * TdMarket:
 *
 * The catalogue in force and what this user did with it: the bundled catalogue or the newest
 * refreshed one, favourites, uses per model. Swaps a whole catalogue at a time.
 *
 * Signals: "changed" (the catalogue was replaced), "user-facts-changed" (favourites or uses).
 */
#define TD_TYPE_MARKET (td_market_get_type ())
G_DECLARE_FINAL_TYPE (TdMarket, td_market, TD, MARKET, GObject)

void          td_market_load_async    (TdDatabase          *database, /* (nullable): without one nothing is remembered */
                                       SoupSession         *session,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data);
TdMarket     *td_market_load_finish   (GAsyncResult        *result,
                                       GError             **error);
TdCatalogue  *td_market_get_catalogue (TdMarket            *self);
TdQueryIndex *td_market_get_index     (TdMarket            *self);
gint64        td_market_get_refreshed_us (TdMarket         *self); /* 0: never */

void          td_market_set_favourite_async  (TdMarket            *self,
                                              const char          *model_key,
                                              gboolean             favourite,
                                              GCancellable        *cancellable,
                                              GAsyncReadyCallback  callback,
                                              gpointer             user_data);
gboolean      td_market_set_favourite_finish (TdMarket            *self,
                                              GAsyncResult        *result,
                                              GError             **error);

/* Counts one use of the model: its shown count goes up at once, the store follows. */
void          td_market_count_use     (TdMarket            *self,
                                       const char          *model_key);
/* Reads favourites and uses again: another process changed them. */
void          td_market_reload_user_facts (TdMarket        *self);
/* Replaces the catalogue by the given models and providers added to it (discovered local
 * models, custom endpoints); they last until the program ends or are given again. */
void          td_market_set_moved      (TdMarket           *self,
                                        const char *const  *provider_ids); /* of this machine usually, and not now */
void          td_market_set_discovered (TdMarket           *self,
                                        const char         *provider_id,
                                        TdProviderFacts    *provider,      /* (nullable) (transfer full): a provider the catalogue does not have */
                                        GPtrArray          *model_facts);  /* (element-type TdModelFacts) (transfer full) */

/* Where to refresh from, instead of the public addresses; NULL leaves a source out. */
void          td_market_set_refresh_urls (TdMarket           *self,
                                          const char         *modelsdev_url,
                                          const char         *openrouter_url);
void          td_market_refresh_async  (TdMarket            *self,
                                        gboolean             force, /* FALSE: only when the last one is over a day old */
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
TdCatalogueChanges *td_market_refresh_finish (TdMarket      *self,
                                              GAsyncResult  *result,
                                              GError       **error);
/* Takes over the catalogue that another process refreshed; "changed" comes when it is there. */
void          td_market_reload_catalogue (TdMarket         *self);
void          td_market_import_async   (TdMarket            *self,
                                        GBytes              *document, /* ours, models.dev's or OpenRouter's format */
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
TdCatalogueChanges *td_market_import_finish (TdMarket       *self,
                                             GAsyncResult   *result,
                                             GError        **error);

G_END_DECLS
