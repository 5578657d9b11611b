/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"

G_BEGIN_DECLS

/* The assistant's findings in the user's words. */
const char *td_assistant_text_category   (TdCategory              category);
const char *td_assistant_text_complexity (int                     complexity);
const char *td_assistant_text_need       (TdNeed                  need);
const char *td_assistant_text_stated     (TdStatedKind            kind);
const char *td_assistant_text_profile    (TdProfile               profile);
const char *td_assistant_text_part       (TdPart                  part);
const char *td_assistant_text_role       (const TdRecommendation *what);
char       *td_assistant_text_reason     (const TdRecommendation *what);
char       *td_assistant_text_cost       (const TdRecommendation *what);
char       *td_assistant_text_excluded   (const TdAdvice         *advice);
char       *td_assistant_text_change     (const TdAdvice         *advice,
                                          TdCatalogue            *catalogue);

G_END_DECLS
