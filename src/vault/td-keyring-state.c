/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-keyring-state.h"

#include <libsecret/secret.h>

#include "base/td-session-bus.h"
#include "vault/td-vault-limit.h"

#define CALL_TIMEOUT_MS 2000
#define PROBE_LIMIT_MS  6000

/* Foreign errors, and what they mean here. The keyring's own words are for the log. */
static const struct
{
  GQuark (*domain) (void);
  int code;
  TdVaultError meaning;
} meanings[] = {
  { g_dbus_error_quark, G_DBUS_ERROR_SERVICE_UNKNOWN, TD_VAULT_ERROR_ABSENT },
  { g_dbus_error_quark, G_DBUS_ERROR_NAME_HAS_NO_OWNER, TD_VAULT_ERROR_ABSENT },
  { g_dbus_error_quark, G_DBUS_ERROR_NO_SERVER, TD_VAULT_ERROR_ABSENT },
  { g_dbus_error_quark, G_DBUS_ERROR_DISCONNECTED, TD_VAULT_ERROR_ABSENT },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_EXEC_FAILED, TD_VAULT_ERROR_ABSENT },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_CHILD_EXITED, TD_VAULT_ERROR_ABSENT },
  { g_dbus_error_quark, G_DBUS_ERROR_SPAWN_FAILED, TD_VAULT_ERROR_ABSENT },
  { g_dbus_error_quark, G_DBUS_ERROR_NO_REPLY, TD_VAULT_ERROR_TIMED_OUT },
  { g_dbus_error_quark, G_DBUS_ERROR_TIMEOUT, TD_VAULT_ERROR_TIMED_OUT },
  { g_dbus_error_quark, G_DBUS_ERROR_TIMED_OUT, TD_VAULT_ERROR_TIMED_OUT },
  { g_dbus_error_quark, G_DBUS_ERROR_ACCESS_DENIED, TD_VAULT_ERROR_REFUSED },
  { g_dbus_error_quark, G_DBUS_ERROR_AUTH_FAILED, TD_VAULT_ERROR_REFUSED },
  { g_io_error_quark, G_IO_ERROR_TIMED_OUT, TD_VAULT_ERROR_TIMED_OUT },
  { g_io_error_quark, G_IO_ERROR_CLOSED, TD_VAULT_ERROR_ABSENT },
  { g_io_error_quark, G_IO_ERROR_NOT_FOUND, TD_VAULT_ERROR_ABSENT },
  { g_io_error_quark, G_IO_ERROR_CONNECTION_REFUSED, TD_VAULT_ERROR_ABSENT },
  { secret_error_get_quark, SECRET_ERROR_IS_LOCKED, TD_VAULT_ERROR_LOCKED },
  { secret_error_get_quark, SECRET_ERROR_NO_SUCH_OBJECT, TD_VAULT_ERROR_NOT_FOUND },
};

/**
 * td_keyring_error_convert: (skip)
 * @error: what libsecret or D-Bus said
 *
 * Returns: (transfer full): the same as a %TD_VAULT_ERROR
 */
GError *
td_keyring_error_convert (const GError *error)
{
  if (error->domain == TD_VAULT_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);

  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    {
      if (error->domain == meanings[i].domain () && error->code == meanings[i].code)
        return g_error_new (TD_VAULT_ERROR, meanings[i].meaning, "%s", error->message);
    }
  return g_error_new (TD_VAULT_ERROR, TD_VAULT_ERROR_FAILED, "%s", error->message);
}

/**
 * td_keyring_error_for_state: (skip)
 * @state: a state other than %TD_VAULT_STATE_READY
 *
 * Returns: (transfer full): why nothing can be fetched in that state
 */
GError *
td_keyring_error_for_state (TdVaultState state)
{
  switch (state)
    {
    case TD_VAULT_STATE_LOCKED:
      return g_error_new_literal (TD_VAULT_ERROR, TD_VAULT_ERROR_LOCKED, "The keyring is locked");
    case TD_VAULT_STATE_ABSENT:
      return g_error_new_literal (TD_VAULT_ERROR, TD_VAULT_ERROR_ABSENT,
                                  "This session has no keyring");
    case TD_VAULT_STATE_READY:
    case TD_VAULT_STATE_EMPTY:
    default:
      return g_error_new_literal (TD_VAULT_ERROR, TD_VAULT_ERROR_NOT_FOUND,
                                  "The keyring has no such secret");
    }
}

static void
answer (TdVaultLimit *limit,
        TdVaultState  state)
{
  g_autoptr (GTask) task = td_vault_limit_steal_task (limit);

  if (task)
    g_task_return_int (task, state);
}

/* Without the service, libsecret keeps secrets in a file when it runs in a sandbox that has a
 * portal to give it the file's password. */
static void
portal_asked_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (TdVaultLimit) limit = user_data;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  answer (limit, reply ? TD_VAULT_STATE_READY : TD_VAULT_STATE_ABSENT);
}

static void
ask_portal (GDBusConnection *bus,
            TdVaultLimit    *limit)
{
  if (!g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS))
    {
      answer (limit, TD_VAULT_STATE_ABSENT);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop",
                          "org.freedesktop.DBus.Properties", "Get",
                          g_variant_new ("(ss)", "org.freedesktop.portal.Secret", "version"),
                          G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS, NULL,
                          portal_asked_cb, td_vault_limit_ref (limit));
}

static gboolean
is_no_such_object (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
         g_error_matches (error, SECRET_ERROR, SECRET_ERROR_NO_SUCH_OBJECT);
}

/* libsecret keeps the encrypted session it agreed on with the service for the life of the
 * process, and a service that was started again does not know it. */
static void
note_owner (const char *unique_name)
{
  static char *last_owner;

  if (last_owner && g_strcmp0 (last_owner, unique_name) != 0)
    secret_service_disconnect ();
  g_set_str (&last_owner, unique_name);
}

static GVariant *
finish_call (GDBusConnection  *bus,
             GAsyncResult     *result,
             GError          **error)
{
  g_autoptr (GDBusMessage) reply =
    g_dbus_connection_send_message_with_reply_finish (bus, result, error);
  GVariant *body;
  GVariant *value = NULL;

  if (!reply || g_dbus_message_to_gerror (reply, error))
    return NULL;

  body = g_dbus_message_get_body (reply);
  if (body && g_variant_is_of_type (body, G_VARIANT_TYPE ("(v)")))
    g_variant_get (body, "(v)", &value);
  if (!value || !g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    {
      g_clear_pointer (&value, g_variant_unref);
      g_set_error_literal (error, TD_VAULT_ERROR, TD_VAULT_ERROR_FAILED,
                           "The keyring's answer makes no sense");
      return NULL;
    }
  note_owner (g_dbus_message_get_sender (reply));
  return value;
}

static void
service_asked_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (TdVaultLimit) limit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) converted = NULL;
  g_autoptr (GVariant) locked = finish_call (G_DBUS_CONNECTION (source), result, &error);

  if (locked)
    {
      answer (limit, g_variant_get_boolean (locked) ? TD_VAULT_STATE_LOCKED : TD_VAULT_STATE_READY);
      return;
    }
  if (is_no_such_object (error))
    {
      answer (limit, TD_VAULT_STATE_EMPTY);
      return;
    }
  converted = td_keyring_error_convert (error);
  g_debug ("The keyring's state is not known: %s", error->message);
  if (g_error_matches (converted, TD_VAULT_ERROR, TD_VAULT_ERROR_ABSENT) ||
      g_error_matches (converted, TD_VAULT_ERROR, TD_VAULT_ERROR_REFUSED))
    ask_portal (G_DBUS_CONNECTION (source), limit);
  else
    td_vault_limit_fail (limit, g_steal_pointer (&converted));
}

static void
ask_service (GDBusConnection *bus,
             TdVaultLimit    *limit)
{
  g_autoptr (GDBusMessage) message = NULL;

  message = g_dbus_message_new_method_call ("org.freedesktop.secrets",
                                            "/org/freedesktop/secrets/aliases/default",
                                            "org.freedesktop.DBus.Properties", "Get");
  g_dbus_message_set_body (message,
                           g_variant_new ("(ss)", "org.freedesktop.Secret.Collection", "Locked"));
  g_dbus_connection_send_message_with_reply (bus, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                             CALL_TIMEOUT_MS, NULL, NULL, service_asked_cb,
                                             td_vault_limit_ref (limit));
}

static void
bus_got_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdVaultLimit) limit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (!bus)
    {
      g_debug ("No session bus: %s", error->message);
      answer (limit, TD_VAULT_STATE_ABSENT);
      return;
    }
  ask_service (bus, limit);
}

/**
 * td_keyring_state_async: (skip)
 * @cancellable: (nullable): to stop waiting
 * @callback: called when the state is known
 * @user_data: passed to @callback
 *
 * Asks for the state of the default keyring; answered within seconds even by a keyring that
 * hangs.
 */
void
td_keyring_state_async (GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (TdVaultLimit) limit = NULL;
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, td_keyring_state_async);
  limit = td_vault_limit_new (task, PROBE_LIMIT_MS);
  if (g_strcmp0 (g_getenv ("SECRET_BACKEND"), "file") == 0)
    answer (limit, TD_VAULT_STATE_READY);
  else if (!td_session_bus_exists ())
    answer (limit, TD_VAULT_STATE_ABSENT);
  else
    g_bus_get (G_BUS_TYPE_SESSION, NULL, bus_got_cb, td_vault_limit_ref (limit));
}

/**
 * td_keyring_state_finish: (skip)
 * @result: what the callback got
 * @error: return location for a %TD_VAULT_ERROR
 *
 * Returns: the state; %TD_VAULT_STATE_ABSENT when @error is set
 */
TdVaultState
td_keyring_state_finish (GAsyncResult  *result,
                         GError       **error)
{
  g_autoptr (GError) failure = NULL;
  gssize state;

  g_return_val_if_fail (g_task_is_valid (result, NULL), TD_VAULT_STATE_ABSENT);

  state = g_task_propagate_int (G_TASK (result), &failure);
  if (!failure)
    return (TdVaultState) state;

  g_propagate_error (error, g_steal_pointer (&failure));
  return TD_VAULT_STATE_ABSENT;
}
