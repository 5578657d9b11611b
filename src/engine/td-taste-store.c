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
 * td_taste_store_take:
 * @connection: the database
 * @entry: points to take from what is there; no more than there are
 * @error: return location for an error
 *
 * Returns: whether it is stored
 */
gboolean
td_taste_store_take (TdConnection        *connection,
                     const TdTasteEntry  *entry,
                     GError             **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "UPDATE taste SET"
                           " liked = CASE WHEN liked > ? THEN liked - ? ELSE 0 END,"
                           " disliked = CASE WHEN disliked > ? THEN disliked - ? ELSE 0 END"
                           " WHERE category = ? AND model = ?",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, entry->liked);
  td_statement_bind_int64 (statement, 2, entry->liked);
  td_statement_bind_int64 (statement, 3, entry->disliked);
  td_statement_bind_int64 (statement, 4, entry->disliked);
  td_statement_bind_text (statement, 5, td_category_to_string (entry->category));
  td_statement_bind_text (statement, 6, entry->model);
  return td_statement_run (statement, error);
}

/**
 * td_taste_store_find_opinion:
 * @connection: the database
 * @message_id: a reply
 * @opinion: (out): what the user said of it
 * @of: (out) (optional) (nullable) (transfer full): the category and the model it was counted for, without
 *   points; %NULL when nothing was said
 * @error: return location for an error
 *
 * Returns: whether it was read
 */
gboolean
td_taste_store_find_opinion (TdConnection  *connection,
                             gint64         message_id,
                             TdOpinion     *opinion,
                             TdTasteEntry **of,
                             GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "SELECT good, category, model FROM opinion WHERE message_id = ?", error);
  TdCategory category;
  gboolean has_row;

  *opinion = TD_OPINION_NONE;
  if (of)
    *of = NULL;
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, message_id);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  if (!has_row || !td_category_from_string (td_statement_get_text (statement, 1), &category))
    return TRUE;
  *opinion = td_statement_get_int64 (statement, 0) ? TD_OPINION_GOOD : TD_OPINION_BAD;
  if (of)
    *of = td_taste_entry_new (category, td_statement_get_text (statement, 2));
  return TRUE;
}

static gboolean
remove_opinion (TdConnection  *connection,
                gint64         message_id,
                GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "DELETE FROM opinion WHERE message_id = ?", error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, message_id);
  return td_statement_run (statement, error);
}

/**
 * td_taste_store_write_opinion:
 * @connection: the database
 * @message_id: a reply
 * @opinion: what the user says of it; %TD_OPINION_NONE takes back what was said
 * @of: the category and the model it counts for
 * @error: return location for an error
 *
 * Returns: whether it is stored
 */
gboolean
td_taste_store_write_opinion (TdConnection        *connection,
                              gint64               message_id,
                              TdOpinion            opinion,
                              const TdTasteEntry  *of,
                              GError             **error)
{
  g_autoptr (TdStatement) statement = NULL;

  if (!remove_opinion (connection, message_id, error))
    return FALSE;
  if (opinion == TD_OPINION_NONE)
    return TRUE;
  statement = td_connection_prepare (connection,
                                     "INSERT INTO opinion (message_id, category, model, good, given_us)"
                                     " VALUES (?, ?, ?, ?, ?)",
                                     error);
  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, message_id);
  td_statement_bind_text (statement, 2, td_category_to_string (of->category));
  td_statement_bind_text (statement, 3, of->model);
  td_statement_bind_int64 (statement, 4, opinion == TD_OPINION_GOOD);
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
  static const char *const statements[] = { "DELETE FROM taste", "DELETE FROM opinion" };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      g_autoptr (TdStatement) statement = td_connection_prepare (connection, statements[i], error);

      if (!statement || !td_statement_run (statement, error))
        return FALSE;
    }
  return TRUE;
}
