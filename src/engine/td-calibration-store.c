/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-calibration-store.h"

/**
 * td_calibration_store_load:
 * @connection: the database
 * @calibration: takes up what is stored
 * @error: return location for an error
 *
 * Returns: whether all was read; lessons that make no sense are left out
 */
gboolean
td_calibration_store_load (TdConnection        *connection,
                           TdTokenCalibration  *calibration,
                           GError             **error)
{
  g_autoptr (TdStatement) statement = NULL;
  gboolean has_row;

  statement =
    td_connection_prepare (connection,
                           "SELECT name, script, samples, ratio_ppm, error_ppm FROM token_lesson"
                           " ORDER BY updated_us DESC",
                           error);
  if (!statement)
    return FALSE;
  while (TRUE)
    {
      TdTokenLesson lesson = { 0 };

      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      if (!td_token_script_from_string (td_statement_get_text (statement, 1), &lesson.script))
        continue;
      lesson.name = (char *) td_statement_get_text (statement, 0);
      lesson.samples = td_statement_get_int64 (statement, 2);
      lesson.ratio_ppm = td_statement_get_int64 (statement, 3);
      lesson.error_ppm = td_statement_get_int64 (statement, 4);
      td_token_calibration_restore (calibration, &lesson);
    }
}

static gboolean
save_lesson (TdConnection         *connection,
             const TdTokenLesson  *lesson,
             gint64                now_us,
             GError              **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection,
                           "INSERT INTO token_lesson (name, script, samples, ratio_ppm, error_ppm,"
                           " updated_us) VALUES (?, ?, ?, ?, ?, ?)"
                           " ON CONFLICT (name, script) DO UPDATE SET samples = excluded.samples,"
                           " ratio_ppm = excluded.ratio_ppm, error_ppm = excluded.error_ppm,"
                           " updated_us = excluded.updated_us",
                           error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, lesson->name);
  td_statement_bind_text (statement, 2, td_token_script_to_string (lesson->script));
  td_statement_bind_int64 (statement, 3, lesson->samples);
  td_statement_bind_int64 (statement, 4, lesson->ratio_ppm);
  td_statement_bind_int64 (statement, 5, lesson->error_ppm);
  td_statement_bind_int64 (statement, 6, now_us);
  return td_statement_run (statement, error);
}

static gboolean
save_all (TdConnection  *connection,
          GPtrArray     *lessons,
          gint64         now_us,
          GError       **error)
{
  for (guint i = 0; i < lessons->len; i++)
    if (!save_lesson (connection, g_ptr_array_index (lessons, i), now_us, error))
      return FALSE;
  return td_connection_commit (connection, error);
}

/**
 * td_calibration_store_save:
 * @connection: the database, outside a transaction
 * @lessons: (element-type TdTokenLesson): what was learnt
 * @now_us: the time
 * @error: return location for an error
 *
 * Returns: whether they are stored
 */
gboolean
td_calibration_store_save (TdConnection  *connection,
                           GPtrArray     *lessons,
                           gint64         now_us,
                           GError       **error)
{
  if (!td_connection_begin (connection, error))
    return FALSE;
  if (save_all (connection, lessons, now_us, error))
    return TRUE;
  td_connection_rollback (connection);
  return FALSE;
}
