/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "store/td-store-error.h"

G_BEGIN_DECLS

/**
 * TdConnection:
 *
 * The SQLite connection as the database thread sees it. Every function here asserts that it
 * runs on that thread.
 */
typedef struct _TdConnection TdConnection;

/**
 * TdStatement:
 *
 * A prepared statement, borrowed from the connection's cache: prepare, bind, step, and it is
 * reset when the autoptr goes out of scope.
 */
typedef struct _TdStatement TdStatement;

TdStatement *td_connection_prepare   (TdConnection  *self,
                                      const char    *sql,
                                      GError       **error);
gboolean     td_connection_execute   (TdConnection  *self,
                                      const char    *sql_script,
                                      GError       **error);
gboolean     td_connection_begin     (TdConnection  *self,
                                      GError       **error);
gboolean     td_connection_commit    (TdConnection  *self,
                                      GError       **error);
void         td_connection_rollback  (TdConnection  *self);
gint64       td_connection_get_last_insert_id (TdConnection *self);
gint64       td_connection_get_changes        (TdConnection *self);

/* Parameters count from 1. A NULL text or bytes binds SQL NULL. */
void         td_statement_bind_int64 (TdStatement   *self,
                                      int            index,
                                      gint64         value);
void         td_statement_bind_text  (TdStatement   *self,
                                      int            index,
                                      const char    *value);
void         td_statement_bind_bytes (TdStatement   *self,
                                      int            index,
                                      GBytes        *value);
void         td_statement_bind_null  (TdStatement   *self,
                                      int            index);
gboolean     td_statement_step       (TdStatement   *self,
                                      gboolean      *has_row,
                                      GError       **error);
gboolean     td_statement_run        (TdStatement   *self,
                                      GError       **error);

/* Columns count from 0; borrowed until the next step. */
gboolean     td_statement_is_null    (TdStatement   *self,
                                      int            column);
gint64       td_statement_get_int64  (TdStatement   *self,
                                      int            column);
const char  *td_statement_get_text   (TdStatement   *self,
                                      int            column);
GBytes      *td_statement_get_bytes  (TdStatement   *self,
                                      int            column);
void         td_statement_release    (TdStatement   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdStatement, td_statement_release)

G_END_DECLS
