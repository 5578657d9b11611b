/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

void       td_engine_find_receipt_async  (TdEngine             *self,
                                          gint64                message_id,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
TdReceipt *td_engine_find_receipt_finish (GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
