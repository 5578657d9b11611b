/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "wallet/td-lease.h"

G_BEGIN_DECLS

gboolean td_recovery_resolve (TdConnection  *connection,
                              TdLease       *lease,
                              guint         *n_resolved,
                              GError       **error);

G_END_DECLS
