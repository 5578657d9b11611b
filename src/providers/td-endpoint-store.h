/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-timeouts.h"
#include "store/td-database.h"

G_BEGIN_DECLS

/* What the user changed about one provider, or an endpoint the user named, as it is stored. */
typedef struct
{
  char *provider_id;
  char *name;      /* (nullable): of a custom endpoint */
  char *base_url;  /* (nullable): the default */
  gboolean enabled;
  gboolean custom;
  int position;    /* in the user's own order; -1: none */
  TdTimeouts timeouts; /* 0 where not set */
  GStrv headers;   /* (nullable): names and values by turns */
} TdEndpointRow;

/* A change to make; every one of the functions below gives all rows as they are after it. */
typedef struct
{
  char *provider_id;
  char *name;  /* of an endpoint or of a header */
  char *value; /* (nullable) */
} TdEndpointChange;

TdEndpointChange *td_endpoint_change_new  (const char       *provider_id,
                                           const char       *name,
                                           const char       *value);
void              td_endpoint_change_free (TdEndpointChange *self);
void              td_endpoint_row_free    (TdEndpointRow    *self);

/* Each is a #TdDatabaseFunc: it takes a TdEndpointChange (loading takes nothing) and gives all
 * rows, (element-type TdEndpointRow). */
gpointer td_endpoint_store_load          (TdConnection  *connection,
                                          gpointer       unused,
                                          GCancellable  *cancellable,
                                          GError       **error);
gpointer td_endpoint_store_set_base_url  (TdConnection  *connection,
                                          gpointer       change,
                                          GCancellable  *cancellable,
                                          GError       **error);
gpointer td_endpoint_store_set_enabled   (TdConnection  *connection,
                                          gpointer       change,
                                          GCancellable  *cancellable,
                                          GError       **error);
gpointer td_endpoint_store_set_header    (TdConnection  *connection,
                                          gpointer       change,
                                          GCancellable  *cancellable,
                                          GError       **error);
gpointer td_endpoint_store_clear_headers (TdConnection  *connection,
                                          gpointer       change,
                                          GCancellable  *cancellable,
                                          GError       **error);
gpointer td_endpoint_store_add           (TdConnection  *connection,
                                          gpointer       change,
                                          GCancellable  *cancellable,
                                          GError       **error);
gpointer td_endpoint_store_remove        (TdConnection  *connection,
                                          gpointer       change,
                                          GCancellable  *cancellable,
                                          GError       **error);

gpointer td_endpoint_store_set_timeout   (TdConnection  *connection,
                                          gpointer       change,
                                          GCancellable  *cancellable,
                                          GError       **error);
gpointer td_endpoint_store_set_order     (TdConnection  *connection,
                                          gpointer       change,
                                          GCancellable  *cancellable,
                                          GError       **error);

G_END_DECLS
