/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-paths.h"

#include <errno.h>

#include <glib/gstdio.h>

/**
 * td_paths_get_data_dir:
 *
 * The folder of this user's data, `$XDG_DATA_HOME/topdog`, made for this user only on first use.
 * When it cannot be made the path is still given, and opening a file there says why.
 *
 * Returns: (transfer none): the absolute path
 */
const char *
td_paths_get_data_dir (void)
{
  static char *data_dir;

  if (g_once_init_enter_pointer (&data_dir))
    {
      char *path = g_build_filename (g_get_user_data_dir (), "topdog", NULL);

      if (g_mkdir_with_parents (path, 0700) != 0)
        g_debug ("cannot make the data folder: %s", g_strerror (errno));
      g_once_init_leave_pointer (&data_dir, path);
    }
  return data_dir;
}

/**
 * td_paths_build_database:
 *
 * Returns: (transfer full): the absolute path of the first account's database
 */
char *
td_paths_build_database (void)
{
  return g_build_filename (td_paths_get_data_dir (), "topdog.db", NULL);
}

/**
 * td_paths_build_accounts:
 *
 * Returns: (transfer full): the absolute path of the list of accounts; there is no such file until
 *   somebody makes or protects one
 */
char *
td_paths_build_accounts (void)
{
  return g_build_filename (td_paths_get_data_dir (), "accounts.db", NULL);
}
