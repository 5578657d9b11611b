/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "store/td-store-error.h"

G_BEGIN_DECLS

void td_store_error_set            (GError     **error,
                                    sqlite3     *handle,
                                    int          code,
                                    const char  *doing);
void td_store_error_set_from_errno (GError     **error,
                                    int          system_errno,
                                    const char  *doing);

G_END_DECLS
