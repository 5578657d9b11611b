/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "store/td-connection.h"

G_BEGIN_DECLS

/**
 * TdDatabase:
 *
 * The one SQLite database and the one thread that may touch it. Everybody else hands a
 * function to td_database_run_async() and gets a plain result back on the main thread.
 *
 * Opening migrates: a copy of an older database is kept beside it first, each step is a
 * transaction. A database that is corrupt, newer than this program or not ours is left
 * exactly as it is and reported as a #TdStoreError.
 */
#define TD_TYPE_DATABASE (td_database_get_type ())
G_DECLARE_FINAL_TYPE (TdDatabase, td_database, TD, DATABASE, GObject)

/**
 * TdDatabaseFunc:
 * @connection: the connection; valid only inside the function, only on its thread
 * @data: what was given to td_database_run_async()
 * @cancellable: (nullable): whether the caller still wants the result
 * @error: return location for an error
 *
 * Straight-line SQL on the database thread. Plain data in, plain data or fresh objects out;
 * no signals, no notify, no shared objects.
 *
 * Returns: (transfer full) (nullable): the result; on failure %NULL with @error set. A
 *   function without a result returns %NULL without setting @error
 */
typedef gpointer (*TdDatabaseFunc) (TdConnection  *connection,
                                    gpointer       data,
                                    GCancellable  *cancellable,
                                    GError       **error);

/* The kinds of database there are: folders with the SQL that makes them. */
#define TD_DATABASE_SCHEMA_MAIN     "schema"   /* what an account owns */
#define TD_DATABASE_SCHEMA_ACCOUNTS "accounts" /* which accounts there are */

void        td_database_open_schema_async (const char           *path,
                                           const char           *schema,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
void        td_database_open_async  (const char           *path,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
TdDatabase *td_database_open_finish (GAsyncResult         *result,
                                     GError              **error);
const char *td_database_get_path    (TdDatabase           *self);
void        td_database_run_async   (TdDatabase           *self,
                                     int                   priority,
                                     TdDatabaseFunc        func,
                                     gpointer              data,
                                     GDestroyNotify        data_free,
                                     GDestroyNotify        result_free,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);

/**
 * TdDatabaseUndo:
 * @data: what was given to td_database_run_grouped_async()
 *
 * The function succeeded, but nothing of it came to the disk after all: what it noted outside the
 * database has to be as before. On the database thread.
 */
typedef void (*TdDatabaseUndo) (gpointer data);

void        td_database_run_grouped_async (TdDatabase          *self,
                                           TdDatabaseFunc       func,
                                           TdDatabaseUndo       undo,
                                           gpointer             data,
                                           GDestroyNotify       data_free,
                                           GDestroyNotify       result_free,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gpointer    td_database_run_finish  (TdDatabase           *self,
                                     GAsyncResult         *result,
                                     GError              **error);
void        td_database_check_foreign_async  (TdDatabase           *self,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean    td_database_check_foreign_finish (TdDatabase           *self,
                                              GAsyncResult         *result,
                                              gboolean             *changed,
                                              GError              **error);
void        td_database_close       (TdDatabase           *self);

G_END_DECLS
