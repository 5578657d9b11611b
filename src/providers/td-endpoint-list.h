/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-market.h"
#include "providers/td-endpoint.h"
#include "store/td-database.h"

G_BEGIN_DECLS

/**
 * TdEndpointList:
 *
 * Every provider of the catalogue and every endpoint the user named, as reached now. What the
 * user changes is kept in the store; headers that look like secrets are refused there and
 * belong into the vault.
 *
 * Signals: "changed" (with the provider's id, or NULL for several).
 */
#define TD_TYPE_ENDPOINT_LIST (td_endpoint_list_get_type ())
G_DECLARE_FINAL_TYPE (TdEndpointList, td_endpoint_list, TD, ENDPOINT_LIST, GObject)

void              td_endpoint_list_load_async   (TdDatabase          *database,
                                                 TdMarket            *market,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
TdEndpointList   *td_endpoint_list_load_finish  (GAsyncResult        *result,
                                                 GError             **error);
GPtrArray        *td_endpoint_list_dup_all      (TdEndpointList      *self); /* (element-type TdEndpoint) (transfer full): in the user's order, then main ones, then by name */
const TdEndpoint *td_endpoint_list_find         (TdEndpointList      *self,
                                                 const char          *provider_id);
/* Fields: "base-url", "enabled" (true, false), "header" ("Name: value"; "Name:" removes it),
 * "connect-timeout", "first-byte-timeout", "idle-timeout", "total-timeout" (seconds); a NULL or empty value goes back to the default. */
void              td_endpoint_list_set_async    (TdEndpointList      *self,
                                                 const char          *provider_id,
                                                 const char          *field,
                                                 const char          *value, /* (nullable) */
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean          td_endpoint_list_set_finish   (TdEndpointList      *self,
                                                 GAsyncResult        *result,
                                                 GError             **error);
/* A custom OpenAI-compatible endpoint; its provider id is made from the name. */
void              td_endpoint_list_add_async    (TdEndpointList      *self,
                                                 const char          *name,
                                                 const char          *url,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
char             *td_endpoint_list_add_finish   (TdEndpointList      *self,
                                                 GAsyncResult        *result,
                                                 GError             **error); /* the provider id */
void              td_endpoint_list_remove_async (TdEndpointList      *self,
                                                 const char          *provider_id,
                                                 GCancellable        *cancellable,
                                                 GAsyncReadyCallback  callback,
                                                 gpointer             user_data);
gboolean          td_endpoint_list_remove_finish (TdEndpointList     *self,
                                                  GAsyncResult       *result,
                                                  GError            **error);
/* The user's own order of the providers, for those who go by it; none is left out. */
void              td_endpoint_list_set_order_async  (TdEndpointList      *self,
                                                     const char *const   *provider_ids,
                                                     GCancellable        *cancellable,
                                                     GAsyncReadyCallback  callback,
                                                     gpointer             user_data);
gboolean          td_endpoint_list_set_order_finish (TdEndpointList      *self,
                                                     GAsyncResult        *result,
                                                     GError             **error);
void              td_endpoint_list_reload       (TdEndpointList      *self);

G_END_DECLS
