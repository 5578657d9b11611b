/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-money.h"
#include "cli/td-cli.h"

G_BEGIN_DECLS

typedef enum
{
  TD_CLI_COLUMN_LEFT = 0,
  TD_CLI_COLUMN_RIGHT = 1 << 0,
  TD_CLI_COLUMN_SHRINK = 1 << 1, /* shortened, or left out, when the terminal is too narrow */
} TdCliColumn;

/**
 * TdCliTable:
 *
 * Rows and columns, aligned by the columns that characters take on a terminal. Nothing is cut
 * off unless the output is a terminal.
 */
typedef struct _TdCliTable TdCliTable;

TdCliTable   *td_cli_table_new      (void);
void          td_cli_table_free     (TdCliTable     *self);
void          td_cli_table_column   (TdCliTable     *self,
                                     const char     *title,
                                     TdCliColumn     flags);
void          td_cli_table_cell     (TdCliTable     *self,
                                     const char     *text);
void          td_cli_table_cell_take (TdCliTable    *self,
                                      char          *text);
void          td_cli_table_print    (TdCliTable     *self);

/* Text for people. What comes from outside cannot steer the terminal. */
gboolean      td_cli_write          (const char     *text,
                                     gsize           length,
                                     GError        **error);
gboolean      td_cli_check_output   (GError        **error);
void          td_cli_print          (const char     *format,
                                     ...) G_GNUC_PRINTF (1, 2);
void          td_cli_print_heading  (const char     *text);
void          td_cli_print_fact     (const char     *name,
                                     const char     *value);
void          td_cli_note           (TdCli          *cli,
                                     const char     *format,
                                     ...) G_GNUC_PRINTF (2, 3);
gboolean      td_cli_is_stdout_terminal (void);
guint         td_cli_text_width     (const char     *text);
char         *td_cli_clean_text     (const char     *text,
                                     gssize          length,
                                     gboolean        keep_lines);

/* Values as people read them; unknown is called unknown. */
char         *td_cli_format_money   (TdMoney         money);
char         *td_cli_format_price   (TdPrice         price);
char         *td_cli_format_tokens  (gint64          tokens);
char         *td_cli_format_time    (gint64          time_us);

/* The one JSON value of a run, and the forms its members have everywhere. */
void          td_cli_json_print     (TdCli          *cli,
                                     TdJsonWriter   *writer);
void          td_cli_json_money     (TdJsonWriter   *writer,
                                     const char     *name,
                                     TdMoney         money);
void          td_cli_json_left      (TdJsonWriter   *writer,
                                     const char     *name,
                                     TdMoney         money);
void          td_cli_json_price     (TdJsonWriter   *writer,
                                     const char     *name,
                                     TdPrice         price);
void          td_cli_json_time      (TdJsonWriter   *writer,
                                     const char     *name,
                                     gint64          time_us);
void          td_cli_json_string    (TdJsonWriter   *writer,
                                     const char     *name,
                                     const char     *value);
void          td_cli_json_count     (TdJsonWriter   *writer,
                                     const char     *name,
                                     gint64          count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdCliTable, td_cli_table_free)

G_END_DECLS
