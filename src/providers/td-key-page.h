/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

/* Where a provider lets its users make and revoke keys. */
const char *td_key_page_find (TdCatalogue *catalogue,
                              const char  *provider_id); /* (nullable) */

G_END_DECLS
