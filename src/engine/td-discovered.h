/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-market.h"
#include "engine/td-engine.h"
#include "providers/td-endpoint-list.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

/**
 * TdDiscovered:
 *
 * The models that providers named: kept in the store. Those the catalogue does not know are
 * given to the market at every start and whenever they change; of the others is known that the
 * provider still has them.
 */
#define TD_TYPE_DISCOVERED (td_discovered_get_type ())
G_DECLARE_FINAL_TYPE (TdDiscovered, td_discovered, TD, DISCOVERED, GObject)

TdDiscovered *td_discovered_new           (TdDatabase           *database,
                                           TdMarket             *market,
                                           TdEndpointList       *endpoints);
void          td_discovered_reload_async  (TdDiscovered         *self,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean      td_discovered_reload_finish (TdDiscovered         *self,
                                           GAsyncResult         *result,
                                           GError              **error);
TdListing     td_discovered_get_listing   (TdDiscovered         *self,
                                           const char           *model_key);
const char   *td_discovered_get_retirement (TdDiscovered      *self,
                                            const char        *model_key);
gboolean      td_discovered_has           (TdDiscovered         *self,
                                           const char           *model_key);
void          td_discovered_update_async  (TdDiscovered         *self,
                                           const char           *provider_id,
                                           GPtrArray            *listed,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean      td_discovered_update_finish (TdDiscovered         *self,
                                           GAsyncResult         *result,
                                           GError              **error);
void          td_discovered_add_async     (TdDiscovered         *self,
                                           const char           *provider_id,
                                           const TdListedModel  *model,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean      td_discovered_add_finish    (TdDiscovered         *self,
                                           GAsyncResult         *result,
                                           GError              **error);
void          td_discovered_check_endpoints (TdDiscovered     *self);

G_END_DECLS
