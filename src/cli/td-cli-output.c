/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-output.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "base/td-text.h"

/**
 * td_cli_is_stdout_terminal:
 *
 * Returns: whether a person watches the output
 */
gboolean
td_cli_is_stdout_terminal (void)
{
  static int is_terminal = -1;

  if (is_terminal < 0)
    is_terminal = isatty (STDOUT_FILENO);
  return is_terminal;
}

static gboolean
has_styles (void)
{
  const char *no_colour = g_getenv ("NO_COLOR");

  return td_cli_is_stdout_terminal () && (!no_colour || !*no_colour) &&
         g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}

/* Control characters steer terminals: U+0000 to U+001F, U+007F to U+009F, and those that turn
 * the direction of the text that follows. */
static gboolean
is_harmless (gunichar character,
             gboolean keep_lines)
{
  if (keep_lines && (character == '\n' || character == '\t'))
    return TRUE;
  return character >= 0x20 && !(character >= 0x7f && character <= 0x9f) &&
         !(character >= 0x202a && character <= 0x202e) &&
         !(character >= 0x2066 && character <= 0x2069);
}

/**
 * td_cli_clean_text:
 * @text: valid UTF-8 from anywhere
 * @length: its length in bytes, or -1
 * @keep_lines: whether line breaks and tabs stay
 *
 * Replaces what a terminal would obey instead of showing it by U+FFFD.
 *
 * Returns: (transfer full): text that is only shown
 */
char *
td_cli_clean_text (const char *text,
                   gssize      length,
                   gboolean    keep_lines)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  GString *clean = g_string_sized_new (strlen (valid));

  for (const char *c = valid; *c; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      g_string_append_unichar (clean, is_harmless (character, keep_lines) ? character : 0xfffd);
    }
  return g_string_free_and_steal (clean);
}

/**
 * td_cli_text_width:
 * @text: valid UTF-8
 *
 * Returns: how many columns of a terminal the text takes
 */
guint
td_cli_text_width (const char *text)
{
  guint width = 0;

  for (const char *c = text; *c; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (!g_unichar_iszerowidth (character))
        width += g_unichar_iswide (character) ? 2 : 1;
    }
  return width;
}

/* Why the output could not be written, the first time that it could not: an errno. */
static int output_failure;

static void
set_output_error (int      failure,
                  GError **error)
{
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_OUTPUT, _("The output could not be written: %s."),
               g_strerror (failure));
}

static gboolean
write_all (const char  *text,
           gsize        length,
           GError     **error)
{
  while (length > 0)
    {
      gssize n = write (STDOUT_FILENO, text, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          if (output_failure == 0)
            output_failure = errno;
          set_output_error (errno, error);
          return FALSE;
        }
      text += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/**
 * td_cli_write:
 * @text: valid UTF-8 as it came from outside
 * @length: its length in bytes
 * @error: return location for a %TD_CLI_ERROR_OUTPUT
 *
 * Writes text to the standard output at once: cleaned for a terminal, unchanged for a program.
 *
 * Returns: whether it was written
 */
gboolean
td_cli_write (const char  *text,
              gsize        length,
              GError     **error)
{
  g_autofree char *clean = NULL;

  if (!td_cli_is_stdout_terminal ())
    return write_all (text, length, error);

  clean = td_cli_clean_text (text, (gssize) length, TRUE);
  return write_all (clean, strlen (clean), error);
}

/**
 * td_cli_check_output:
 * @error: return location for a %TD_CLI_ERROR_OUTPUT
 *
 * A reader that left has seen what it wanted to see.
 *
 * Returns: whether all that was printed so far has been written, or nobody wanted more of it
 */
gboolean
td_cli_check_output (GError **error)
{
  if (output_failure == 0 || output_failure == EPIPE)
    return TRUE;
  set_output_error (output_failure, error);
  return FALSE;
}

/**
 * td_cli_print:
 * @format: as for printf()
 *
 * Prints text of ours; what comes from outside has to be cleaned before.
 */
void
td_cli_print (const char *format,
              ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  write_all (text, strlen (text), NULL);
}

/**
 * td_cli_print_heading:
 * @text: text from anywhere
 *
 * Prints a line that stands out.
 */
void
td_cli_print_heading (const char *text)
{
  g_autofree char *clean = td_cli_clean_text (text, -1, FALSE);

  if (has_styles ())
    td_cli_print ("\033[1m%s\033[0m\n", clean);
  else
    td_cli_print ("%s\n", clean);
}

/**
 * td_cli_print_fact:
 * @name: what it is, translated
 * @value: (nullable): what is known; %NULL: nothing
 *
 * Prints one line of a list of facts, with the values below each other.
 */
void
td_cli_print_fact (const char *name,
                   const char *value)
{
  g_autofree char *clean = td_cli_clean_text (value ? value : _("unknown"), -1, FALSE);
  guint width = td_cli_text_width (name);

  td_cli_print ("  %s%*s %s\n", name, width < 20 ? (int) (20 - width) : 0, "", clean);
}

/**
 * td_cli_note:
 * @cli: this run
 * @format: as for printf()
 *
 * Says something beside the output, on the standard error. Left out with --quiet.
 */
void
td_cli_note (TdCli      *cli,
             const char *format,
             ...)
{
  g_autofree char *text = NULL;
  g_autofree char *clean = NULL;
  va_list args;

  if (cli->quiet)
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  clean = td_cli_clean_text (text, -1, FALSE);
  g_printerr ("%s\n", clean);
}

/**
 * td_cli_format_money:
 * @money: an amount, or %TD_MONEY_UNKNOWN
 *
 * Returns: (transfer full): the amount for people
 */
char *
td_cli_format_money (TdMoney money)
{
  return money == TD_MONEY_UNKNOWN ? g_strdup (_("unknown")) : td_money_format (money);
}

/**
 * td_cli_format_price:
 * @price: a price, or %TD_PRICE_UNKNOWN
 *
 * Returns: (transfer full): dollars per million tokens for people
 */
char *
td_cli_format_price (TdPrice price)
{
  if (price < 0)
    return g_strdup (_("unknown"));
  return price == 0 ? g_strdup (_("free")) : td_price_format (price);
}

/**
 * td_cli_format_tokens:
 * @tokens: a count; 0 or less: not known
 *
 * Returns: (transfer full): the count for people
 */
char *
td_cli_format_tokens (gint64 tokens)
{
  return tokens > 0 ? td_text_format_tokens (tokens) : g_strdup (_("unknown"));
}

static GDateTime *
get_date_time (gint64   time_us,
               gboolean is_local)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (time_us);

  if (!utc)
    return NULL;
  return is_local ? g_date_time_to_local (utc) : g_date_time_ref (utc);
}

/**
 * td_cli_format_time:
 * @time_us: microseconds since 1970
 *
 * Returns: (transfer full): the time in the user's time zone
 */
char *
td_cli_format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = get_date_time (time_us, TRUE);

  return time ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup (_("unknown"));
}

/* ---- JSON ---------------------------------------------------------------------------------- */

/**
 * td_cli_json_print:
 * @cli: this run
 * @writer: a finished value
 *
 * Prints the one JSON value of this run, on a line.
 */
void
td_cli_json_print (TdCli        *cli,
                   TdJsonWriter *writer)
{
  g_autofree char *text = td_json_writer_steal_text (writer);

  cli->wrote_json = TRUE;
  if (write_all (text, strlen (text), NULL))
    write_all ("\n", 1, NULL);
}

static void
write_amount (TdJsonWriter *writer,
              const char   *name,
              gboolean      is_known,
              gint64        nano_dollars,
              char         *text)
{
  g_autofree char *owned = text;

  td_json_writer_name (writer, name);
  if (!is_known)
    {
      td_json_writer_null (writer);
      return;
    }
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "nano_dollars", nano_dollars);
  td_json_writer_member_string (writer, "text", owned);
  td_json_writer_end_object (writer);
}

/**
 * td_cli_json_money:
 * @writer: a writer inside an object
 * @name: the member's name
 * @money: an amount, or %TD_MONEY_UNKNOWN, which is null
 *
 * Writes money: whole nano-dollars for programs, text for people.
 */
void
td_cli_json_money (TdJsonWriter *writer,
                   const char   *name,
                   TdMoney       money)
{
  gboolean is_known = money != TD_MONEY_UNKNOWN;

  write_amount (writer, name, is_known, money, is_known ? td_money_format (money) : NULL);
}

/**
 * td_cli_json_left:
 * @writer: a writer inside an object
 * @name: the member's name
 * @money: what there is to spend
 *
 * As td_cli_json_money(), with a text that says no more than there is.
 */
void
td_cli_json_left (TdJsonWriter *writer,
                  const char   *name,
                  TdMoney       money)
{
  write_amount (writer, name, TRUE, money, td_money_format_left (money));
}

/**
 * td_cli_json_price:
 * @writer: a writer inside an object
 * @name: the member's name
 * @price: a price, or %TD_PRICE_UNKNOWN, which is null
 *
 * Writes a price per million tokens, in the same form as money.
 */
void
td_cli_json_price (TdJsonWriter *writer,
                   const char   *name,
                   TdPrice       price)
{
  gint64 nano_dollars = 0;
  gboolean is_known =
    price >= 0 && !__builtin_mul_overflow (price, G_GINT64_CONSTANT (1000), &nano_dollars);

  write_amount (writer, name, is_known, nano_dollars, is_known ? td_price_format (price) : NULL);
}

/**
 * td_cli_json_time:
 * @writer: a writer inside an object
 * @name: the member's name
 * @time_us: microseconds since 1970; 0 or less: null
 *
 * Writes a time as ISO 8601 in UTC.
 */
void
td_cli_json_time (TdJsonWriter *writer,
                  const char   *name,
                  gint64        time_us)
{
  g_autoptr (GDateTime) time = time_us > 0 ? get_date_time (time_us, FALSE) : NULL;
  g_autofree char *text = time ? g_date_time_format_iso8601 (time) : NULL;

  td_cli_json_string (writer, name, text);
}

/**
 * td_cli_json_string:
 * @writer: a writer inside an object
 * @name: the member's name
 * @value: (nullable): the text
 *
 * Writes a member that is there in any case: null when nothing is known.
 */
void
td_cli_json_string (TdJsonWriter *writer,
                    const char   *name,
                    const char   *value)
{
  td_json_writer_name (writer, name);
  if (value)
    td_json_writer_string (writer, value);
  else
    td_json_writer_null (writer);
}

/**
 * td_cli_json_count:
 * @writer: a writer inside an object
 * @name: the member's name
 * @count: a count; below 0: null
 *
 * Writes a count that may not be known.
 */
void
td_cli_json_count (TdJsonWriter *writer,
                   const char   *name,
                   gint64        count)
{
  td_json_writer_name (writer, name);
  if (count >= 0)
    td_json_writer_int64 (writer, count);
  else
    td_json_writer_null (writer);
}
