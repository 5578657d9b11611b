/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-query.h"

G_BEGIN_DECLS

/* Inside src/catalogue only. */
TdQueryIndex *td_query_index_new_after (TdCatalogue  *catalogue,
                                        TdQueryIndex *previous);

G_END_DECLS
