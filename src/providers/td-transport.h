/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-http.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

/* How far an exchange had come when it failed. */
typedef enum
{
  TD_TRANSPORT_CONNECTING, /* there is no connection yet */
  TD_TRANSPORT_WAITING,    /* the request is on its way, no reply has started */
  TD_TRANSPORT_READING,    /* in the middle of the reply */
} TdTransportPhase;

/* What a chat and a list call have in common on their way through libsoup. */
SoupMessage *td_transport_message_new        (const TdWireRequest  *wire,
                                              const TdEndpoint     *endpoint,
                                              const char           *key,
                                              TdFailure           **failure);
GStrv        td_transport_dup_headers        (SoupMessage          *message);
TdFailure   *td_transport_failure_from_error (const GError         *error,
                                              TdTransportPhase      phase);
TdFailure   *td_transport_failure_from_reply (SoupMessage          *message,
                                              const char           *body,
                                              gsize                 length);
TdFailure   *td_transport_check_before       (const TdEndpoint     *endpoint,
                                              const char           *key);

G_END_DECLS
