/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/market/td-compare-list.h"
#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdModelDetails:
 *
 * Everything that is known about one model, and what can be done with it.
 */
#define TD_TYPE_MODEL_DETAILS (td_model_details_get_type ())
G_DECLARE_FINAL_TYPE (TdModelDetails, td_model_details, TD, MODEL_DETAILS, AdwNavigationPage)

TdModelDetails *td_model_details_new       (TdEngine       *engine,
                                            TdCompareList  *compare,
                                            TdModel        *model);
TdModel        *td_model_details_get_model (TdModelDetails *self);

G_END_DECLS
