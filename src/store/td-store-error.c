/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/td-store-error-private.h"

#include <errno.h>

G_DEFINE_QUARK (td-store-error-quark, td_store_error)

/* What the system said when SQLite could not read or write. */
static TdStoreError
classify_errno (int          system_errno,
                TdStoreError otherwise)
{
  switch (system_errno)
    {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return TD_STORE_ERROR_FULL;
    case EACCES:
    case EPERM:
    case EROFS:
      return TD_STORE_ERROR_READ_ONLY;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return TD_STORE_ERROR_FAILED;
    default:
      return otherwise;
    }
}

/* The one place that knows SQLite's result codes. */
static TdStoreError
classify (int code,
          int system_errno)
{
  if (code == SQLITE_IOERR_CORRUPTFS)
    return TD_STORE_ERROR_CORRUPT;

  switch (code & 0xff)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return TD_STORE_ERROR_CORRUPT;
    case SQLITE_CANTOPEN:
      return classify_errno (system_errno, TD_STORE_ERROR_READ_ONLY);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return TD_STORE_ERROR_READ_ONLY;
    case SQLITE_FULL:
      return TD_STORE_ERROR_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return TD_STORE_ERROR_BUSY;
    case SQLITE_CONSTRAINT:
      return TD_STORE_ERROR_CONSTRAINT;
    case SQLITE_IOERR:
      return classify_errno (system_errno, TD_STORE_ERROR_FAILED);
    default:
      return TD_STORE_ERROR_FAILED;
    }
}

/* Says why something on @handle went wrong with @code; @doing completes "cannot …". */
void
td_store_error_set (GError     **error,
                    sqlite3     *handle,
                    int          code,
                    const char  *doing)
{
  int system_errno = handle != NULL ? sqlite3_system_errno (handle) : 0;

  g_set_error (error, TD_STORE_ERROR, (int) classify (code, system_errno), "cannot %s: %s (%d)",
               doing, handle != NULL ? sqlite3_errmsg (handle) : sqlite3_errstr (code), code);
}

/* The same for a system call outside SQLite. */
void
td_store_error_set_from_errno (GError     **error,
                               int          system_errno,
                               const char  *doing)
{
  g_set_error (error, TD_STORE_ERROR, (int) classify_errno (system_errno, TD_STORE_ERROR_READ_ONLY),
               "cannot %s: %s", doing, g_strerror (system_errno));
}
