/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-protocol.h"
#include "store/td-connection.h"

G_BEGIN_DECLS

/* Models that a provider named and the catalogue does not know. On the database thread. */
GHashTable *td_discovered_store_list    (TdConnection  *connection,
                                         GError       **error); /* provider id: GPtrArray of TdListedModel */
gboolean    td_discovered_store_add     (TdConnection         *connection,
                                         const char           *provider_id,
                                         const TdListedModel  *model,
                                         GError              **error);
gboolean    td_discovered_store_replace (TdConnection  *connection,
                                         const char    *provider_id,
                                         GPtrArray     *models,
                                         gboolean       forget,
                                         GError       **error);

G_END_DECLS
