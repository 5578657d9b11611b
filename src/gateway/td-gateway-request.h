/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TdGatewayRequest:
 *
 * One request of a client and the answer to it, where the thread that has its socket and the main thread
 * meet. The front fills it and hands it over; the main thread answers with one document, or with a stream
 * that it writes piece by piece. All of this is for the main thread, and does no harm once the client is
 * gone.
 */
typedef struct _TdGatewayRequest TdGatewayRequest;

typedef void (*TdGatewayRequestFunc) (gpointer owner);

TdGatewayRequest *td_gateway_request_ref         (TdGatewayRequest     *self);
void              td_gateway_request_unref       (TdGatewayRequest     *self);
const char       *td_gateway_request_get_method  (TdGatewayRequest     *self);
const char       *td_gateway_request_get_path    (TdGatewayRequest     *self);
guint             td_gateway_request_get_number  (TdGatewayRequest     *self,
                                                  const char           *name,
                                                  guint                 fallback,
                                                  guint                 most);
gboolean          td_gateway_request_speaks_anthropic (TdGatewayRequest *self);
GBytes           *td_gateway_request_get_body    (TdGatewayRequest     *self);
const char       *td_gateway_request_get_client  (TdGatewayRequest     *self); /* (nullable) */
const char       *td_gateway_request_get_id      (TdGatewayRequest     *self);
void              td_gateway_request_set_id      (TdGatewayRequest     *self,
                                                  const char           *id);
/* Who is told that the client is gone, or that it took what it was given. Both at most once at a time. */
void              td_gateway_request_set_owner   (TdGatewayRequest     *self,
                                                  TdGatewayRequestFunc  gone,
                                                  TdGatewayRequestFunc  drained,
                                                  gpointer              owner);
void              td_gateway_request_add_header  (TdGatewayRequest     *self,
                                                  const char           *name,
                                                  const char           *value);
void              td_gateway_request_reply       (TdGatewayRequest     *self,
                                                  guint                 status,
                                                  const char           *content_type,
                                                  GBytes               *body);
void              td_gateway_request_begin       (TdGatewayRequest     *self,
                                                  const char           *content_type);
gboolean          td_gateway_request_has_begun   (TdGatewayRequest     *self);
gboolean          td_gateway_request_write       (TdGatewayRequest     *self,
                                                  const void           *bytes,
                                                  gsize                 length);
void              td_gateway_request_add_trailer (TdGatewayRequest     *self,
                                                  const char           *name,
                                                  const char           *value);
void              td_gateway_request_end         (TdGatewayRequest     *self);
void              td_gateway_request_cut         (TdGatewayRequest     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdGatewayRequest, td_gateway_request_unref)

G_END_DECLS
