/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* prlimit() */
#include "config.h"

#include "keyring-session.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "support/td-test.h"

#define SERVICE       "org.freedesktop.secrets"
#define LOGIN_KEYRING "/org/freedesktop/secrets/collection/login"
#define PASSWORD      "pw" /* what tests/support/session gives the keyring */

static GStrv session_environ;

/* Before the test's directories are isolated: the daemon lives in the session's. */
void
keyring_session_init (void)
{
  session_environ = g_get_environ ();
}

GDBusConnection *
keyring_session_get_bus (void)
{
  g_autoptr (GError) error = NULL;
  static GDBusConnection *bus;

  if (!bus)
    bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  return bus;
}

static GVariant *
call_bus (const char         *method,
          const GVariantType *reply_type)
{
  return g_dbus_connection_call_sync (keyring_session_get_bus (), "org.freedesktop.DBus",
                                      "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                                      g_variant_new ("(s)", SERVICE), reply_type,
                                      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
}

static GVariant *
call_service (const char         *interface,
              const char         *method,
              GVariant           *parameters,
              const GVariantType *reply_type)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply;

  reply = g_dbus_connection_call_sync (keyring_session_get_bus (), SERVICE,
                                       "/org/freedesktop/secrets", interface, method, parameters,
                                       reply_type, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return reply;
}

gboolean
keyring_session_has_daemon (void)
{
  g_autoptr (GVariant) reply = call_bus ("NameHasOwner", G_VARIANT_TYPE ("(b)"));
  gboolean is_owned = FALSE;

  g_assert_nonnull (reply);
  g_variant_get (reply, "(b)", &is_owned);
  return is_owned;
}

GPid
keyring_session_get_pid (void)
{
  g_autoptr (GVariant) reply = call_bus ("GetConnectionUnixProcessID", G_VARIANT_TYPE ("(u)"));
  guint32 pid = 0;

  g_assert_nonnull (reply);
  g_variant_get (reply, "(u)", &pid);
  return (GPid) pid;
}

static gboolean
is_up (gpointer unused)
{
  return keyring_session_has_daemon ();
}

static gboolean
is_down (gpointer unused)
{
  return !keyring_session_has_daemon ();
}

static gboolean
tick_cb (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* Asks again and again: nothing else wakes the loop while another program starts or ends. */
static void
wait_until (TdTestCondition  condition,
            const char      *what)
{
  guint tick = g_timeout_add (20, tick_cb, NULL);

  td_test_wait_until (condition, NULL, what);
  g_source_remove (tick);
}

void
keyring_session_start (gboolean with_default_keyring)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                               G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) daemon = NULL;
  g_autoptr (GBytes) password =
    g_bytes_new_static (PASSWORD, with_default_keyring ? strlen (PASSWORD) : 0);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_environ (launcher, session_environ);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG"); /* it is not under test */
  daemon = g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", "--foreground",
                                        "--components=secrets",
                                        with_default_keyring ? "--unlock" : NULL, NULL);
  g_assert_no_error (error);
  g_output_stream_write_bytes (g_subprocess_get_stdin_pipe (daemon), password, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (g_subprocess_get_stdin_pipe (daemon), NULL, &error);
  g_assert_no_error (error);
  wait_until (is_up, "the keyring to start");
}

void
keyring_session_kill (void)
{
  g_assert_cmpint (kill (keyring_session_get_pid (), SIGKILL), ==, 0);
  wait_until (is_down, "the keyring to end");
}

void
keyring_session_limit_files (guint n_files)
{
  struct rlimit limit;

  g_assert_cmpint (prlimit (keyring_session_get_pid (), RLIMIT_NOFILE, NULL, &limit), ==, 0);
  limit.rlim_cur = n_files;
  g_assert_cmpint (prlimit (keyring_session_get_pid (), RLIMIT_NOFILE, &limit, NULL), ==, 0);
}

void
keyring_session_lock (void)
{
  g_autoptr (GVariant) reply = NULL;
  const char *paths[] = { LOGIN_KEYRING, NULL };

  reply = call_service ("org.freedesktop.Secret.Service", "Lock", g_variant_new ("(^ao)", paths),
                        G_VARIANT_TYPE ("(aoo)"));
}

static GVariant *
build_plain_secret (const char *text)
{
  g_autoptr (GVariant) session = NULL;
  const char *path;

  session = call_service ("org.freedesktop.Secret.Service", "OpenSession",
                          g_variant_new ("(sv)", "plain", g_variant_new_string ("")),
                          G_VARIANT_TYPE ("(vo)"));
  g_variant_get_child (session, 1, "&o", &path);
  return g_variant_new ("(o@ay@ays)", path,
                        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "", 0, 1),
                        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text, strlen (text), 1),
                        "text/plain");
}

/* Without a prompt, the way the login does it. */
void
keyring_session_unlock (void)
{
  GVariant *secret = build_plain_secret (PASSWORD);
  g_autoptr (GVariant) reply = NULL;

  reply = call_service ("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
                        "UnlockWithMasterPassword",
                        g_variant_new ("(o@(oayays))", LOGIN_KEYRING, secret), NULL);
}

static void
item_created_cb (GDBusConnection *bus,
                 const char      *sender,
                 const char      *path,
                 const char      *interface,
                 const char      *signal,
                 GVariant        *parameters,
                 gpointer         unused)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;
  const char *item;

  g_variant_get (parameters, "(&o)", &item);
  reply =
    g_dbus_connection_call_sync (bus, SERVICE, item, "org.freedesktop.Secret.Item", "SetSecret",
                                 g_variant_new ("(@(oayays))",
                                                build_plain_secret ("something else")),
                                 NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

/* Another program overwrites every new secret at once, until the id is given to
 * g_dbus_connection_signal_unsubscribe(). */
guint
keyring_session_spoil_new_secrets (void)
{
  return g_dbus_connection_signal_subscribe (keyring_session_get_bus (), SERVICE,
                                             "org.freedesktop.Secret.Collection", "ItemCreated",
                                             LOGIN_KEYRING, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                             item_created_cb, NULL, NULL);
}

char *
keyring_session_get_folder (void)
{
  return g_build_filename (g_environ_getenv (session_environ, "XDG_DATA_HOME"), "keyrings", NULL);
}

char *
keyring_session_get_home (void)
{
  return g_strdup (g_environ_getenv (session_environ, "HOME"));
}

static char *
run_tool (const char *const *argv)
{
  g_autoptr (GSubprocess) tool = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;

  tool =
    g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                       &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (tool, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

static gboolean
has_prompt (gpointer unused)
{
  const char *const argv[] = {
    "xdotool", "search", "--onlyvisible", "--class", "gcr-prompter", NULL
  };
  g_autofree char *output = run_tool (argv);

  return output && *output != '\0';
}

void
keyring_session_wait_for_prompt (void)
{
  wait_until (has_prompt, "the prompt to appear");
}

static gboolean
has_no_prompt (gpointer unused)
{
  return !has_prompt (NULL);
}

/* Types into the window that has the focus; the prompt takes it when it appears. */
void
keyring_session_answer (const char *keys)
{
  g_auto (GStrv) words = g_strsplit (keys, " ", -1);

  for (guint i = 0; words[i]; i++)
    {
      const char *const argv[] = { "xdotool", "key", "--clearmodifiers", words[i], NULL };
      g_autofree char *output = run_tool (argv);
    }
  wait_until (has_no_prompt, "the prompt to go");
}
