/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-input.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "account/td-account-error.h"

#define MAX_SECRET_BYTES (64 * 1024)
#define MAX_TEXT_BYTES   (4 * 1024 * 1024)

/* Everything is read through the main loop, so that Ctrl+C ends the waiting. */
typedef struct
{
  char *bytes;       /* (owned) */
  gsize length;
  gsize max_bytes;
  gboolean to_newline;
  gboolean is_done;
  int failure;       /* errno */
} Reading;

/* Room for all that may come, from the start: growing would leave copies of a secret behind. */
static void
reading_init (Reading  *self,
              gsize     max_bytes,
              gboolean  to_newline)
{
  *self = (Reading) { g_malloc (max_bytes + 1), 0, max_bytes, to_newline, FALSE, 0 };
}

static void
reading_clear (Reading *self)
{
  if (!self->bytes)
    return;

  explicit_bzero (self->bytes, self->length);
  g_clear_pointer (&self->bytes, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static gboolean
readable_cb (int          fd,
             GIOCondition condition,
             gpointer     user_data)
{
  Reading *self = user_data;
  gssize n = read (fd, self->bytes + self->length, self->max_bytes + 1 - self->length);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (n < 0)
    self->failure = errno;
  if (n > 0)
    self->length += (gsize) n;
  self->is_done = n <= 0 || self->length > self->max_bytes ||
                  (self->to_newline && memchr (self->bytes, '\n', self->length));
  return !self->is_done;
}

/* @name: what is read, for errors */
static gboolean
reading_run (Reading     *self,
             TdCli       *cli,
             int          fd,
             const char  *name,
             GError     **error)
{
  guint source_id = g_unix_fd_add (fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, self);

  while (!self->is_done && !g_cancellable_is_cancelled (cli->cancellable))
    g_main_context_iteration (NULL, TRUE);
  if (!self->is_done)
    g_source_remove (source_id);

  if (g_cancellable_set_error_if_cancelled (cli->cancellable, error))
    return FALSE;
  if (self->failure != 0)
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_INPUT, _("“%s” cannot be read: %s."), name,
                   g_strerror (self->failure));
      return FALSE;
    }
  if (self->length > self->max_bytes)
    {
      g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_INPUT,
                           _("The input is too large; give less of it."));
      return FALSE;
    }
  return TRUE;
}

/**
 * td_cli_input_is_terminal:
 *
 * Returns: whether a person types the input
 */
gboolean
td_cli_input_is_terminal (void)
{
  return isatty (STDIN_FILENO);
}

static char *
read_secret_from (TdCli       *cli,
                  int          fd,
                  gboolean     is_terminal,
                  const char  *prompt,
                  GError     **error)
{
  g_auto (Reading) reading = { 0 };
  struct termios before;
  gboolean is_read;

  if (is_terminal)
    {
      struct termios silent;

      tcgetattr (fd, &before);
      silent = before;
      silent.c_lflag &= ~(tcflag_t) ECHO;
      tcsetattr (fd, TCSAFLUSH, &silent);
      g_printerr ("%s: ", prompt);
    }
  reading_init (&reading, MAX_SECRET_BYTES, is_terminal);
  is_read = reading_run (&reading, cli, fd, fd == STDIN_FILENO ? "-" : "/dev/tty", error);
  if (is_terminal)
    {
      tcsetattr (fd, TCSAFLUSH, &before);
      g_printerr ("\n");
    }
  if (!is_read)
    return NULL;
  if (memchr (reading.bytes, '\0', reading.length))
    {
      g_set_error_literal (error, TD_VAULT_ERROR, TD_VAULT_ERROR_INVALID,
                           "The key has a zero byte in it");
      return NULL;
    }
  return g_strndup (reading.bytes, reading.length);
}

/**
 * td_cli_input_read_secret:
 * @cli: this run
 * @prompt: what to ask a person, without the colon
 * @error: return location for an error
 *
 * Reads a secret: from a person without showing it, from a program as all of the standard
 * input. There is no other way in, because arguments are visible to everybody on the machine.
 *
 * Returns: (transfer full) (nullable): the secret; free with td_vault_secret_free()
 */
char *
td_cli_input_read_secret (TdCli       *cli,
                          const char  *prompt,
                          GError     **error)
{
  return read_secret_from (cli, STDIN_FILENO, td_cli_input_is_terminal (), prompt, error);
}

/**
 * td_cli_input_read_from_terminal:
 * @cli: this run
 * @prompt: what to ask, without the colon
 * @error: return location for %TD_ACCOUNT_ERROR_PASSWORD_NEEDED when there is nobody to ask
 *
 * Reads a password from the terminal that the program was started on, whatever the standard input
 * is.
 *
 * Returns: (transfer full) (nullable): the password; free with td_vault_secret_free()
 */
char *
td_cli_input_read_from_terminal (TdCli       *cli,
                                 const char  *prompt,
                                 GError     **error)
{
  int fd = g_open ("/dev/tty", O_RDWR | O_CLOEXEC, 0);
  char *password;

  if (fd < 0)
    {
      g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_PASSWORD_NEEDED,
                           "There is no terminal to ask for the password");
      return NULL;
    }
  password = read_secret_from (cli, fd, TRUE, prompt, error);
  g_close (fd, NULL);
  if (password)
    password[strcspn (password, "\r\n")] = '\0';
  return password;
}

static char *
take_text (const char  *bytes,
           gsize        length,
           const char  *name,
           GError     **error)
{
  if (!g_utf8_validate (bytes, (gssize) length, NULL))
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_INPUT,
                   _("“%s” is neither a text in UTF-8 nor a picture that can be sent."), name);
      return NULL;
    }
  return g_strndup (bytes, length);
}

/**
 * td_cli_input_take_text:
 * @bytes: a file
 * @name: what it is called
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): its text
 */
char *
td_cli_input_take_text (GBytes      *bytes,
                        const char  *name,
                        GError     **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return take_text (data ? data : "", size, name, error);
}

/**
 * td_cli_input_read_text:
 * @cli: this run
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): all of the standard input
 */
char *
td_cli_input_read_text (TdCli   *cli,
                        GError **error)
{
  return td_cli_input_read_file (cli, "-", error);
}

static gboolean
read_path (TdCli       *cli,
           const char  *path,
           Reading     *reading,
           GError     **error)
{
  gboolean is_stdin = g_str_equal (path, "-");
  int fd = is_stdin ? STDIN_FILENO : g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean is_read;

  if (fd < 0)
    {
      int saved_errno = errno;

      g_set_error (error, TD_CLI_ERROR,
                   saved_errno == ENOENT ? TD_CLI_ERROR_NOT_FOUND : TD_CLI_ERROR_INPUT,
                   _("“%s” cannot be read: %s."), path, g_strerror (saved_errno));
      return FALSE;
    }
  is_read = reading_run (reading, cli, fd, path, error);
  if (!is_stdin)
    g_close (fd, NULL);
  return is_read;
}

/**
 * td_cli_input_read_file:
 * @cli: this run
 * @path: a file; "-" is the standard input
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the file's text
 */
char *
td_cli_input_read_file (TdCli       *cli,
                        const char  *path,
                        GError     **error)
{
  g_auto (Reading) reading = { 0 };

  reading_init (&reading, MAX_TEXT_BYTES, FALSE);
  if (!read_path (cli, path, &reading, error))
    return NULL;
  return take_text (reading.bytes, reading.length, path, error);
}

/**
 * td_cli_input_read_bytes:
 * @cli: this run
 * @path: a file; "-" is the standard input
 * @max_bytes: the largest size taken
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the file
 */
GBytes *
td_cli_input_read_bytes (TdCli       *cli,
                         const char  *path,
                         gsize        max_bytes,
                         GError     **error)
{
  g_auto (Reading) reading = { 0 };

  reading_init (&reading, max_bytes, FALSE);
  if (!read_path (cli, path, &reading, error))
    return NULL;
  return g_bytes_new (reading.bytes, reading.length);
}
