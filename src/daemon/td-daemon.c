/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "daemon/td-daemon.h"

#include <glib/gi18n.h>

#include "daemon/td-search-provider.h"

#define IDLE_LIMIT_SECONDS     60
#define MAX_IDLE_LIMIT_SECONDS (24 * 60 * 60)

struct _TdDaemon
{
  GApplication parent_instance;

  TdSearchProvider *search_provider; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TdDaemon, td_daemon, G_TYPE_APPLICATION)

static gboolean
td_daemon_dbus_register (GApplication     *application,
                         GDBusConnection  *connection,
                         const char       *object_path,
                         GError          **error)
{
  TdDaemon *self = TD_DAEMON (application);

  if (!G_APPLICATION_CLASS (td_daemon_parent_class)
         ->dbus_register (application, connection, object_path, error))
    return FALSE;

  self->search_provider = td_search_provider_new ();
  return td_search_provider_export (self->search_provider, connection, error);
}

static void
td_daemon_dbus_unregister (GApplication    *application,
                           GDBusConnection *connection,
                           const char      *object_path)
{
  TdDaemon *self = TD_DAEMON (application);

  if (self->search_provider)
    td_search_provider_unexport (self->search_provider);
  g_clear_object (&self->search_provider);

  G_APPLICATION_CLASS (td_daemon_parent_class)
    ->dbus_unregister (application, connection, object_path);
}

static int
td_daemon_handle_local_options (GApplication *application,
                                GVariantDict *options)
{
  int seconds = IDLE_LIMIT_SECONDS;

  if (g_variant_dict_lookup (options, "idle-seconds", "i", &seconds) &&
      (seconds < 1 || seconds > MAX_IDLE_LIMIT_SECONDS))
    {
      g_printerr ("topdogd: %s\n", _("--idle-seconds counts from 1 to a day."));
      return 2;
    }
  g_application_set_inactivity_timeout (application, (guint) seconds * 1000);
  return -1;
}

/* Started by hand: there is nothing to show, and the bus starts it when it is needed. */
static void
td_daemon_activate (GApplication *application)
{
}

static void
td_daemon_class_init (TdDaemonClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->dbus_register = td_daemon_dbus_register;
  application_class->dbus_unregister = td_daemon_dbus_unregister;
  application_class->handle_local_options = td_daemon_handle_local_options;
  application_class->activate = td_daemon_activate;
}

static void
td_daemon_init (TdDaemon *self)
{
  const GOptionEntry options[] = {
    { "idle-seconds", 0, 0, G_OPTION_ARG_INT, NULL, N_("Leave after so long without work (60)"),
      N_("SECONDS") },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/**
 * td_daemon_new:
 *
 * Returns: (transfer full): the service, to be run
 */
GApplication *
td_daemon_new (void)
{
  return g_object_new (TD_TYPE_DAEMON, "application-id", TD_DAEMON_BUS_NAME, "flags",
                       G_APPLICATION_IS_SERVICE, "resource-base-path", NULL, NULL);
}
