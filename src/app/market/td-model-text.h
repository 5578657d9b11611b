/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/market/td-filter-set.h"

G_BEGIN_DECLS

/* The words for what is known about a model. Unknown facts come out as “Unknown”, never as
 * nothing and never as no. */

const char *td_model_text_type              (TdModelType           type);
const char *td_model_text_status            (TdModelStatus         status);
const char *td_model_text_fact              (TdFact                fact);
const char *td_model_text_capability        (TdCapability          capability);
const char *td_model_text_sort              (TdSort                sort);
char       *td_model_text_dup_modalities    (TdModality            modalities);
char       *td_model_text_dup_input_price   (const TdModelFacts   *facts);
char       *td_model_text_dup_output_price  (const TdModelFacts   *facts);
char       *td_model_text_dup_context       (const TdModelFacts   *facts);
char       *td_model_text_dup_rating        (const TdRating       *rating);
char       *td_model_text_dup_uses          (guint64               uses);
char       *td_model_text_dup_full_name     (TdModel              *model,
                                             TdCatalogue          *catalogue);
char       *td_model_text_dup_summary       (TdModel              *model,
                                             const char           *provider_name);
GStrv       td_model_text_list_tags         (const TdModelFacts   *facts);
char       *td_model_text_dup_filter        (const TdActiveFilter *filter,
                                             TdCatalogue          *catalogue);

G_END_DECLS
