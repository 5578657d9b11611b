/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-taste-store.h"

#include "base/td-clock.h"

/**
 * td_taste_store_load:
 * @connection: the database
 * @entries: (element-type TdTasteEntry): where to append; what makes no sense is left out
 * @error: return location for an error
 *
 * Returns: whether all was read
 */
gboolean
td_taste_store_load (TdConnection  *connection,
                     GPtrArray     *entries,
                     GError       **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement =
    td_connection_prepare (connection,
                           "SELECT category, model, liked, disliked FROM taste"
                           " ORDER BY category, model",
                           error);
  if (!statement)
    return FALSE;
  while (TRUE)
    {
      TdCategory category;
      TdTasteEntry *entry;

      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      if (!td_category_from_string (td_statement_get_text (statement, 0), &category))
        continue;
      entry = td_taste_entry_new (category, td_statement_get_text (statement, 1));
      entry->liked = (guint) CLAMP (td_statement_get_int64 (statement, 2), 0, TD_TASTE_MOST);
      entry->disliked = (guint) CLAMP (td_statement_get_int64 (statement, 3), 0, TD_TASTE_MOST);
      g_ptr_array_add (entries, entry);
    }
}

/**
 * td_taste_store_add:
 * @connection: the database
 * @entry: points to add to what is there; another program may have added some too
 * @error: return location for an error
 *
 * Returns: whether it is stored
 */
gboolean
td_taste_store_add (TdConnection        *connection,
                    const TdTasteEntry  *entry,
                    GError             **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "INSERT INTO taste (category, model, liked, disliked, updated_us)"
                           " VALUES (?, ?, ?, ?, ?)"
                           " ON CONFLICT (category, model) DO UPDATE SET"
                           " liked = taste.liked + excluded.liked,"
                           " disliked = taste.disliked + excluded.disliked,"
                           " updated_us = excluded.updated_us",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, td_category_to_string (entry->category));
  td_statement_bind_text (statement, 2, entry->model);
  td_statement_bind_int64 (statement, 3, entry->liked);
  td_statement_bind_int64 (statement, 4, entry->disliked);
  td_statement_bind_int64 (statement, 5, td_clock_now_us ());
  return td_statement_run (statement, error);
}

/**
 * td_taste_store_clear:
 * @connection: the database
 * @error: return location for an error
 *
 * Returns: whether all is forgotten
 */
gboolean
td_taste_store_clear (TdConnection  *connection,
                      GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "DELETE FROM taste", error);

  return statement && td_statement_run (statement, error);
}
