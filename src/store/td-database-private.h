/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"
#include "store/td-migrations.h"

G_BEGIN_DECLS

/* For tests: opens with other steps than the program's own. */
void td_database_open_with_migrations_async (const char           *path,
                                             TdMigrations         *migrations,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);

G_END_DECLS
