/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"
#include "store/td-migration.h"

G_BEGIN_DECLS

/* For tests: opens with other migrations than the program's. @migrations must live as long. */
void td_database_open_with_migrations_async (const char          *path,
                                             const TdMigrations  *migrations,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);

G_END_DECLS
