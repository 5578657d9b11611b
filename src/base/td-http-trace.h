/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * TD_HTTP_TRACE_VARIABLE:
 *
 * The environment variable that asks for it: TOPDOG_DEBUG=http.
 */
#define TD_HTTP_TRACE_VARIABLE "TOPDOG_DEBUG"

gboolean td_http_trace_is_wanted (void);
void     td_http_trace_attach    (SoupSession *session);

G_END_DECLS
