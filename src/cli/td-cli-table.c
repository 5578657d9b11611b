/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define GAP        2
#define MIN_SHRUNK 8

typedef struct
{
  char *title;
  TdCliColumn flags;
  guint width;
  gboolean is_hidden;
} Column;

struct _TdCliTable
{
  GArray *columns;  /* (element-type Column) */
  GPtrArray *cells; /* (element-type utf8): row by row */
};

static void
column_clear (gpointer data)
{
  g_free (((Column *) data)->title);
}

/**
 * td_cli_table_new: (skip)
 *
 * Returns: (transfer full): an empty table
 */
TdCliTable *
td_cli_table_new (void)
{
  TdCliTable *self = g_new0 (TdCliTable, 1);

  self->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  g_array_set_clear_func (self->columns, column_clear);
  self->cells = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * td_cli_table_free: (skip)
 * @self: (transfer full): a table
 */
void
td_cli_table_free (TdCliTable *self)
{
  g_array_unref (self->columns);
  g_ptr_array_unref (self->cells);
  g_free (self);
}

/**
 * td_cli_table_column: (skip)
 * @self: a table without cells yet
 * @title: the column's title
 * @flags: how the column is set
 */
void
td_cli_table_column (TdCliTable  *self,
                     const char  *title,
                     TdCliColumn  flags)
{
  Column column = { g_strdup (title), flags, td_cli_text_width (title), FALSE };

  g_assert (self->cells->len == 0);
  g_array_append_val (self->columns, column);
}

/**
 * td_cli_table_cell: (skip)
 * @self: a table
 * @text: (nullable): text from anywhere
 *
 * Adds the next cell, row by row.
 */
void
td_cli_table_cell (TdCliTable *self,
                   const char *text)
{
  Column *column = &g_array_index (self->columns, Column, self->cells->len % self->columns->len);
  char *clean = td_cli_clean_text (text ? text : "", -1, FALSE);

  column->width = MAX (column->width, td_cli_text_width (clean));
  g_ptr_array_add (self->cells, clean);
}

/**
 * td_cli_table_cell_take: (skip)
 * @self: a table
 * @text: (transfer full) (nullable): text from anywhere
 *
 * The same for text made for this.
 */
void
td_cli_table_cell_take (TdCliTable *self,
                        char       *text)
{
  td_cli_table_cell (self, text);
  g_free (text);
}

static guint
get_terminal_width (void)
{
  struct winsize size;

  if (!td_cli_is_stdout_terminal () || ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
    return 0;
  return size.ws_col;
}

static void
shrink_to_terminal (TdCliTable *self)
{
  guint available = get_terminal_width ();
  guint needed = GAP * (self->columns->len - 1);

  for (guint i = 0; i < self->columns->len; i++)
    needed += g_array_index (self->columns, Column, i).width;
  for (guint i = self->columns->len; available > 0 && needed > available && i > 0; i--)
    {
      Column *column = &g_array_index (self->columns, Column, i - 1);
      guint excess;

      if (!(column->flags & TD_CLI_COLUMN_SHRINK) || column->width <= MIN_SHRUNK)
        continue;
      excess = MIN (needed - available, column->width - MIN_SHRUNK);
      column->width -= excess;
      needed -= excess;
    }
  /* An id cut off is of no use; a name can go. */
  for (guint i = self->columns->len; available > 0 && needed > available && i > 0; i--)
    {
      Column *column = &g_array_index (self->columns, Column, i - 1);

      if (!(column->flags & TD_CLI_COLUMN_SHRINK))
        continue;
      needed -= column->width + GAP;
      column->is_hidden = TRUE;
    }
}

/* The beginning of the text that fits, and an ellipsis. */
static char *
fit (const char *text,
     guint       width)
{
  GString *fitted;
  guint used = 1;

  if (td_cli_text_width (text) <= width)
    return g_strdup (text);

  fitted = g_string_new (NULL);
  for (const char *c = text; *c; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      used += g_unichar_iszerowidth (character) ? 0 : g_unichar_iswide (character) ? 2
                                                                                   : 1;
      if (used > width)
        break;
      g_string_append_unichar (fitted, character);
    }
  g_string_append (fitted, "…");
  return g_string_free_and_steal (fitted);
}

static void
append_cell (GString      *line,
             const Column *column,
             const char   *text,
             gboolean      is_last)
{
  g_autofree char *fitted = fit (text, column->width);
  guint padding = column->width - td_cli_text_width (fitted);

  if (column->is_hidden)
    return;
  if (column->flags & TD_CLI_COLUMN_RIGHT)
    g_string_append_printf (line, "%*s%s", (int) padding, "", fitted);
  else
    g_string_append_printf (line, "%s%*s", fitted, is_last ? 0 : (int) padding, "");
  if (!is_last)
    g_string_append_printf (line, "%*s", GAP, "");
}

/**
 * td_cli_table_print: (skip)
 * @self: a table of whole rows
 *
 * Prints the table with its titles; nothing at all when it has no rows.
 */
void
td_cli_table_print (TdCliTable *self)
{
  guint n_columns = self->columns->len;
  g_autoptr (GString) titles = g_string_new (NULL);

  g_assert (self->cells->len % n_columns == 0);
  if (self->cells->len == 0)
    return;

  shrink_to_terminal (self);
  for (guint i = 0; i < n_columns; i++)
    {
      const Column *column = &g_array_index (self->columns, Column, i);

      append_cell (titles, column, column->title, i + 1 == n_columns);
    }
  td_cli_print_heading (titles->str);
  for (guint row = 0; row < self->cells->len; row += n_columns)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      for (guint i = 0; i < n_columns; i++)
        append_cell (line, &g_array_index (self->columns, Column, i), self->cells->pdata[row + i],
                     i + 1 == n_columns);
      td_cli_print ("%s\n", line->str);
    }
}
