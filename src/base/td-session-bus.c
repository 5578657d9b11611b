/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-session-bus.h"

/**
 * td_session_bus_exists:
 *
 * Asked before connecting: where there is no session bus but a display, GLib starts a bus of its
 * own, which outlives the program and has nobody on it.
 *
 * Returns: whether there is a session bus to connect to
 */
gboolean
td_session_bus_exists (void)
{
  const char *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  g_autofree char *socket = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  return (address && *address != '\0') || g_file_test (socket, G_FILE_TEST_EXISTS);
}
