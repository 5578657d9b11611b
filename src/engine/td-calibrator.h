/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-chat-request.h"
#include "store/td-database.h"
#include "tokens/td-token-ruler.h"

G_BEGIN_DECLS

/**
 * TdCalibrator:
 *
 * Keeps what providers' own counts teach about our estimates: learns from each reply, on a worker,
 * and stores it.
 *
 * Signal: "learnt": estimates may be others now.
 */
#define TD_TYPE_CALIBRATOR (td_calibrator_get_type ())
G_DECLARE_FINAL_TYPE (TdCalibrator, td_calibrator, TD, CALIBRATOR, GObject)

TdCalibrator *td_calibrator_new         (TdDatabase           *database);
void          td_calibrator_load_async  (TdCalibrator         *self,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean      td_calibrator_load_finish (TdCalibrator         *self,
                                         GAsyncResult         *result,
                                         GError              **error);
TdTokenRuler *td_calibrator_new_ruler   (TdCalibrator         *self,
                                         const char           *provider_id,
                                         const char           *model_id);
void          td_calibrator_learn       (TdCalibrator         *self,
                                         const char           *provider_id,
                                         const TdChatRequest  *request,
                                         gint64                reported);

G_END_DECLS
