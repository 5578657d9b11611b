/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-endpoint-store.h"
#include "providers/td-endpoint.h"

G_BEGIN_DECLS

TdEndpointChange *td_endpoint_change_make       (const TdEndpoint  *endpoint,
                                                 const char        *field,
                                                 const char        *value,
                                                 TdDatabaseFunc    *func,
                                                 GError           **error);
char             *td_endpoint_change_make_id    (const char        *name);
char             *td_endpoint_change_check_name (const char        *name,
                                                 GError           **error);

G_END_DECLS
