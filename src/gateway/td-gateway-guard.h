/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TdGatewayGuard:
 *
 * Who is let in by what the head of a request says, before anything of it is looked at. Unchanging,
 * usable from every thread.
 *
 * A web page must not reach the gateway through the browser of somebody who visits it: neither directly
 * (it sends an Origin) nor under a name of its own that points here (its Host is that name).
 */
typedef struct _TdGatewayGuard TdGatewayGuard;

TdGatewayGuard *td_gateway_guard_new          (GInetAddress          *address,
                                               guint                  port,
                                               const char *const     *hosts,
                                               const char *const     *origins);
void            td_gateway_guard_free         (TdGatewayGuard        *self);
gboolean        td_gateway_guard_admits_host  (const TdGatewayGuard  *self,
                                               const char            *host); /* (nullable) */
gboolean        td_gateway_guard_admits_origin (const TdGatewayGuard *self,
                                                const char           *origin); /* (nullable) */
char           *td_gateway_guard_dup_key      (const char            *authorization,
                                               const char            *x_api_key); /* (nullable) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdGatewayGuard, td_gateway_guard_free)

G_END_DECLS
