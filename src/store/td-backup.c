/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A copy of the database as it was last committed, made by SQLite, because copying the file alone
 * would miss what is still in the log.
 */
#include "config.h"

#include "store/td-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store/td-store-error-private.h"

/* Bounds how much is copied between two looks at whether the source is busy. */
#define PAGES_PER_STEP  1000
#define BUSY_TIMEOUT_MS 5000

static void
close_handle (sqlite3 *handle)
{
  sqlite3_close (handle);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3, close_handle)

static sqlite3 *
open_file (const char  *path,
           GError     **error)
{
  g_autoptr (sqlite3) handle = NULL;
  int flags =
    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
  int code = sqlite3_open_v2 (path, &handle, flags, NULL);

  if (code != SQLITE_OK)
    {
      td_store_error_set (error, handle, code, "open a file for the backup");
      return NULL;
    }
  sqlite3_busy_timeout (handle, BUSY_TIMEOUT_MS);
  return g_steal_pointer (&handle);
}

static gboolean
copy_pages (sqlite3  *source,
            sqlite3  *copy,
            GError  **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (copy, "main", source, "main");
  int code = SQLITE_OK;

  if (backup != NULL)
    {
      while (code == SQLITE_OK)
        code = sqlite3_backup_step (backup, PAGES_PER_STEP);
      sqlite3_backup_finish (backup);
    }
  if (backup != NULL && code == SQLITE_DONE)
    return TRUE;
  td_store_error_set (error, copy, backup != NULL ? code : sqlite3_extended_errcode (copy),
                      "copy the database");
  return FALSE;
}

static gboolean
make_private_file (const char  *path,
                   GError     **error)
{
  int fd;

  /* What an earlier try left behind. */
  g_unlink (path);
  fd = g_open (path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      td_store_error_set_from_errno (error, errno, "make the backup");
      return FALSE;
    }
  return g_close (fd, error);
}

static gboolean
copy_database (const char  *from,
               const char  *to,
               GError     **error)
{
  g_autoptr (sqlite3) source = NULL;
  g_autoptr (sqlite3) copy = NULL;

  if (!make_private_file (to, error))
    return FALSE;
  source = open_file (from, error);
  copy = source != NULL ? open_file (to, error) : NULL;
  return copy != NULL && copy_pages (source, copy, error);
}

/* The new name has to survive a power cut as well as what is in the file. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  if (fsync (fd) != 0)
    g_debug ("cannot sync the folder of the backup: %s", g_strerror (errno));
  g_close (fd, NULL);
}

/**
 * td_backup_make:
 * @database_path: a database, which others may have open
 * @backup_path: the copy; an older one is replaced when the new one is whole
 * @error: return location for a #TdStoreError
 *
 * Copies the database, blocking.
 *
 * Returns: %FALSE with @error set, and no new file, on failure
 */
gboolean
td_backup_make (const char  *database_path,
                const char  *backup_path,
                GError     **error)
{
  g_autofree char *part_path = g_strconcat (backup_path, ".part", NULL);

  if (!copy_database (database_path, part_path, error))
    {
      g_unlink (part_path);
      return FALSE;
    }
  if (g_rename (part_path, backup_path) != 0)
    {
      td_store_error_set_from_errno (error, errno, "name the backup");
      g_unlink (part_path);
      return FALSE;
    }
  sync_folder (backup_path);
  return TRUE;
}
