/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>

#include "base/td-process.h"
#include "daemon/td-daemon.h"

static gboolean
quit_cb (gpointer application)
{
  g_application_quit (application);
  return G_SOURCE_REMOVE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GApplication) daemon = NULL;

  td_process_leave_no_core ();
  setlocale (LC_ALL, "");
  bindtextdomain (TD_GETTEXT_DOMAIN, TD_LOCALEDIR);
  bind_textdomain_codeset (TD_GETTEXT_DOMAIN, "UTF-8");
  textdomain (TD_GETTEXT_DOMAIN);

  daemon = td_daemon_new ();
  g_application_set_version (daemon, TD_VERSION);
  g_unix_signal_add (SIGTERM, quit_cb, daemon);
  g_unix_signal_add (SIGINT, quit_cb, daemon);
  return g_application_run (daemon, argc, argv);
}
