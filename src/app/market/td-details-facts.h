/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

/* The groups of facts on a model's details page. Each appends to @box. */

void td_details_add_prices    (GtkBox             *box,
                               const TdModelFacts *facts);
void td_details_add_limits    (GtkBox             *box,
                               const TdModelFacts *facts);
void td_details_add_abilities (GtkBox             *box,
                               const TdModelFacts *facts);
void td_details_add_identity  (GtkBox             *box,
                               const TdModelFacts *facts,
                               TdCatalogue        *catalogue);
void td_details_add_offers    (GtkBox             *box,
                               TdModel            *model,
                               TdCatalogue        *catalogue);
void td_details_add_rating    (GtkBox             *box,
                               TdModel            *model,
                               TdCatalogue        *catalogue);

G_END_DECLS
