/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"

G_BEGIN_DECLS

/* What a chore may cost at most: a quarter of a cent. */
#define TD_CHORE_MAX_COST (TD_MONEY_PER_DOLLAR / 400)

gint64     td_chore_choice_get_max_output (const TdModelFacts *facts,
                                           gint64              wanted);
GPtrArray *td_chore_choice_list           (TdEngine           *engine,
                                           const TdModelFacts *talked_to,
                                           gint64              prompt_tokens,
                                           gint64              max_output); /* (element-type TdModel) */

G_END_DECLS
