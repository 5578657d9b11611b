/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-calibrator.h"
#include "providers/td-count-call.h"
#include "vault/td-key-ring.h"

G_BEGIN_DECLS

/**
 * TdCountService:
 *
 * Providers' own counts of prompts, remembered by what was asked. Never in the way: it raises no
 * prompt of the keyring, asks once, and a provider that turned out to have no such call is not asked
 * again. What is counted is sent to the provider, so whoever asks has to be allowed to send it.
 */
#define TD_TYPE_COUNT_SERVICE (td_count_service_get_type ())
G_DECLARE_FINAL_TYPE (TdCountService, td_count_service, TD, COUNT_SERVICE, GObject)

TdCountService *td_count_service_new        (SoupSession          *session,
                                             TdKeyRing            *key_ring,
                                             TdCalibrator         *calibrator);
gboolean        td_count_service_can_ask    (TdCountService       *self,
                                             const TdEndpoint     *endpoint);
void            td_count_service_ask_async  (TdCountService       *self,
                                             const TdEndpoint     *endpoint,
                                             TdChatRequest        *request,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
gint64          td_count_service_ask_finish (TdCountService       *self,
                                             GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
