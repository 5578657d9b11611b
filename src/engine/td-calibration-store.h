/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"
#include "tokens/td-token-calibration.h"

G_BEGIN_DECLS

/* Lessons in the database. All of this runs on the database thread. */
gboolean td_calibration_store_load (TdConnection        *connection,
                                    TdTokenCalibration  *calibration,
                                    GError             **error);
gboolean td_calibration_store_save (TdConnection        *connection,
                                    GPtrArray           *lessons, /* (element-type TdTokenLesson) */
                                    gint64               now_us,
                                    GError             **error);

G_END_DECLS
