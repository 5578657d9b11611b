/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "providers/td-endpoint.h"

G_BEGIN_DECLS

/* Opens a connection to a provider ahead of the request that is going to need it. */
void td_warm_up (SoupSession      *session,
                 const TdEndpoint *endpoint,
                 guint             limit_ms);

G_END_DECLS
