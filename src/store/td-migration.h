/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-connection-private.h"

G_BEGIN_DECLS

/* The steps from an empty database to the newest: step n leads from version n to n + 1. */
typedef struct
{
  const char *const *scripts; /* (array zero-terminated=1): SQL of each step */
} TdMigrations;

gboolean td_migration_run (TdConnection        *connection,
                           const TdMigrations  *migrations,
                           const char          *path,
                           GError             **error);

/* "TDog" in the file's header: which program the database belongs to. */
#define TD_MIGRATION_APPLICATION_ID G_GINT64_CONSTANT (0x54446f67)

G_END_DECLS
