/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TD_DAEMON_BUS_NAME "dev.topdog.Marketplace.Daemon"

/**
 * TdDaemon:
 *
 * The background service: started by the message bus when somebody asks for it, gone again
 * after a minute without work. For now it answers the search of GNOME Shell.
 */
#define TD_TYPE_DAEMON (td_daemon_get_type ())
G_DECLARE_FINAL_TYPE (TdDaemon, td_daemon, TD, DAEMON, GApplication)

GApplication *td_daemon_new (void);

G_END_DECLS
