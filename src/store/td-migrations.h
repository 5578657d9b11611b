/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection.h"

G_BEGIN_DECLS

/**
 * TdMigrations:
 *
 * The steps that lead from an empty database to the newest schema; step 1 makes version 1.
 */
typedef struct _TdMigrations TdMigrations;

TdMigrations *td_migrations_new_builtin (GError             **error);
TdMigrations *td_migrations_new_of_schema (const char         *schema,
                                           GError            **error);
TdMigrations *td_migrations_new         (const char *const   *scripts);
TdMigrations *td_migrations_new_up_to   (const TdMigrations  *self,
                                         int                  version);
TdMigrations *td_migrations_ref         (TdMigrations        *self);
void          td_migrations_unref       (TdMigrations        *self);
int           td_migrations_get_newest  (const TdMigrations  *self);
gboolean      td_migrations_run         (const TdMigrations  *self,
                                         TdConnection        *connection,
                                         GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdMigrations, td_migrations_unref)

G_END_DECLS
