/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way to the compiled-in data. Naming the resource here, rather than trusting the constructor
 * that registers it, is what makes the linker keep it: nobody refers to a constructor.
 */
#include "config.h"

#include "base/td-resources.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "/dev/topdog/core/"

/* Made by glib-compile-resources; its header is not wanted by anybody else. */
GResource *td_core_get_resource (void);

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * td_resources_lookup:
 * @path: a path below `src`, such as "store/schema/001-first-light.sql"
 * @error: return location for a #GResourceError
 *
 * Returns: (transfer full): the data, mapped and not copied unless it is stored compressed
 */
GBytes *
td_resources_lookup (const char  *path,
                     GError     **error)
{
  g_autofree char *full_path = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  full_path = g_strconcat (PREFIX, path, NULL);
  return g_resource_lookup_data (td_core_get_resource (), full_path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                 error);
}

/**
 * td_resources_list:
 * @folder: a folder below `src`, such as "store/schema"
 * @error: return location for a #GResourceError
 *
 * Returns: (transfer full): the names in the folder, sorted by byte value
 */
GStrv
td_resources_list (const char  *folder,
                   GError     **error)
{
  g_autofree char *full_path = NULL;
  GStrv names;

  g_return_val_if_fail (folder != NULL, NULL);

  full_path = g_strconcat (PREFIX, folder, NULL);
  names = g_resource_enumerate_children (td_core_get_resource (), full_path,
                                         G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (names != NULL)
    qsort (names, g_strv_length (names), sizeof (char *), compare_names);
  return names;
}
