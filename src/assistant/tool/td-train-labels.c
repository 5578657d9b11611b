/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Labels of the data sets that were read again, each request by itself and without seeing what the data set says
 * of it: lines of the request's id, its category, and "s" if that is sure or "u" if it can be argued.
 */
#include "config.h"

#include "assistant/tool/td-train-labels.h"

#include <gio/gio.h>
#include <string.h>

/* How far a label can be trusted that was given twice, given differently, or by its data set alone. */
#define AGREED_WEIGHT 1.0f
#define SURE_WEIGHT   0.9f
#define ARGUED_WEIGHT 0.4f

/* A sure label counts; of one that can be argued, that of the data set is kept with less weight. */
static void
apply (TdExample  *example,
       TdCategory  category,
       gboolean    is_sure)
{
  if (example->category == category)
    {
      example->weight = is_sure ? AGREED_WEIGHT : example->weight;
      return;
    }
  if (is_sure)
    example->category = category;
  example->weight = is_sure ? SURE_WEIGHT : ARGUED_WEIGHT;
}

static GHashTable *
index_by_id (GPtrArray *examples)
{
  GHashTable *by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < examples->len; i++)
    {
      TdExample *example = g_ptr_array_index (examples, i);

      if (example->id != NULL && example->id[0] != '\0')
        g_hash_table_insert (by_id, example->id, example);
    }
  return by_id;
}

/**
 * td_train_labels_apply:
 * @examples: (element-type TdExample): what is corrected, as far as it is in the file
 *
 * Returns: %FALSE with a `G_FILE_ERROR` or `G_IO_ERROR` set
 */
gboolean
td_train_labels_apply (GPtrArray   *examples,
                       const char  *path,
                       GError     **error)
{
  g_autoptr (GHashTable) by_id = index_by_id (examples);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\t", 3);
      TdExample *example;
      TdCategory category;

      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      if (g_strv_length (parts) != 3 || !td_category_from_string (parts[1], &category))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "%s:%u: not an id, a category, and s or u", path, i + 1);
          return FALSE;
        }
      example = g_hash_table_lookup (by_id, parts[0]);
      if (example != NULL)
        apply (example, category, parts[2][0] == 's');
    }
  return TRUE;
}
