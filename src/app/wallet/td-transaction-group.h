/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdTransactionGroup:
 *
 * What moved the balance last, and a way to all of it.
 */
#define TD_TYPE_TRANSACTION_GROUP (td_transaction_group_get_type ())
G_DECLARE_FINAL_TYPE (TdTransactionGroup,
                      td_transaction_group,
                      TD,
                      TRANSACTION_GROUP,
                      AdwPreferencesGroup)

void td_transaction_group_set_engine (TdTransactionGroup *self,
                                      TdEngine           *engine);

G_END_DECLS
