/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-change-notifier.h"

#include "base/td-session-bus.h"

#define BUS_PATH      "/dev/topdog/Changed"
#define BUS_INTERFACE "dev.topdog.Changed1"
#define BUS_SIGNAL    "Changed"
#define GATHER_MS     50

/* Nothing else is taken from the bus, where every program of the user can speak. */
static const char *const topics[] = { "favourites", "providers", "keys", "conversations",
                                      "catalogue", "wallet", "accounts", "clients" };

struct _TdChangeNotifier
{
  GObject parent_instance;

  char *name;              /* (owned): ours among all notifiers; a process may have several */
  GCancellable *connecting; /* (owned) */
  GDBusConnection *bus;    /* (owned) (nullable): not yet, or never */
  guint subscription;
  guint heard;             /* topics heard, as bits, not told yet */
  guint waiting;           /* topics to announce once connected, as bits */
  guint gather_id;         /* source that tells what was heard */
};

G_DEFINE_FINAL_TYPE (TdChangeNotifier, td_change_notifier, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_HEARING,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static int
find_topic (const char *topic)
{
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      if (g_strcmp0 (topics[i], topic) == 0)
        return (int) i;
    }
  return -1;
}

static void
td_change_notifier_dispose (GObject *object)
{
  td_change_notifier_close (TD_CHANGE_NOTIFIER (object));

  G_OBJECT_CLASS (td_change_notifier_parent_class)->dispose (object);
}

static void
td_change_notifier_finalize (GObject *object)
{
  TdChangeNotifier *self = TD_CHANGE_NOTIFIER (object);

  g_free (self->name);
  g_object_unref (self->connecting);

  G_OBJECT_CLASS (td_change_notifier_parent_class)->finalize (object);
}

static void
td_change_notifier_class_init (TdChangeNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_change_notifier_dispose;
  object_class->finalize = td_change_notifier_finalize;

  /**
   * TdChangeNotifier::changed:
   * @topic: what another process changed
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TD_TYPE_CHANGE_NOTIFIER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * TdChangeNotifier::hearing:
   *
   * From now on nothing is missed; what was said before was not heard.
   */
  signals[SIGNAL_HEARING] = g_signal_new ("hearing", TD_TYPE_CHANGE_NOTIFIER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
td_change_notifier_init (TdChangeNotifier *self)
{
  self->name = g_uuid_string_random ();
  self->connecting = g_cancellable_new ();
}

static gboolean
gather_cb (gpointer user_data)
{
  g_autoptr (TdChangeNotifier) self = g_object_ref (user_data);
  guint heard = self->heard;

  self->gather_id = 0;
  self->heard = 0;
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      if (heard & (1u << i))
        g_signal_emit (self, signals[SIGNAL_CHANGED], 0, topics[i]);
    }
  return G_SOURCE_REMOVE;
}

static void
heard_cb (GDBusConnection *bus,
          const char      *sender,
          const char      *path,
          const char      *interface,
          const char      *signal,
          GVariant        *parameters,
          gpointer         user_data)
{
  TdChangeNotifier *self = user_data;
  const char *topic, *name;
  int index;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ss)")))
    return;
  g_variant_get (parameters, "(&s&s)", &topic, &name);
  index = find_topic (topic);
  if (index < 0 || g_str_equal (name, self->name))
    return;
  self->heard |= 1u << index;
  if (self->gather_id == 0)
    self->gather_id = g_timeout_add (GATHER_MS, gather_cb, self);
}

static void
bus_answered_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (TdChangeNotifier) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer)
    g_signal_emit (self, signals[SIGNAL_HEARING], 0);
  else
    g_debug ("the bus does not answer: %s", error->message);
}

/* The bus does what it is asked in that order: when it answers, it has taken the subscription. */
static void
ask_bus (TdChangeNotifier *self)
{
  g_dbus_connection_call (self->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                          "org.freedesktop.DBus", "GetId", NULL, G_VARIANT_TYPE ("(s)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->connecting, bus_answered_cb,
                          g_object_ref (self));
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (TdChangeNotifier) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  guint waiting;

  if (!bus)
    {
      g_debug ("other programs are not told of changes: %s", error->message);
      return;
    }
  /* A session that ends must not take the program down before it has saved its work. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->bus = g_steal_pointer (&bus);
  self->subscription =
    g_dbus_connection_signal_subscribe (self->bus, NULL, BUS_INTERFACE, BUS_SIGNAL, BUS_PATH, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, heard_cb, self, NULL);
  ask_bus (self);
  waiting = self->waiting;
  self->waiting = 0;
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      if (waiting & (1u << i))
        td_change_notifier_announce (self, topics[i]);
    }
}

/**
 * td_change_notifier_new:
 *
 * Returns: (transfer full): a notifier, which connects to the bus by itself
 */
TdChangeNotifier *
td_change_notifier_new (void)
{
  TdChangeNotifier *self = g_object_new (TD_TYPE_CHANGE_NOTIFIER, NULL);

  if (td_session_bus_exists ())
    g_bus_get (G_BUS_TYPE_SESSION, self->connecting, connected_cb, g_object_ref (self));
  return self;
}

/**
 * td_change_notifier_announce:
 * @self: a notifier
 * @topic: what this process changed
 */
void
td_change_notifier_announce (TdChangeNotifier *self,
                             const char       *topic)
{
  g_return_if_fail (TD_IS_CHANGE_NOTIFIER (self));
  g_return_if_fail (td_change_notifier_is_topic (topic));

  if (self->bus)
    g_dbus_connection_emit_signal (self->bus, NULL, BUS_PATH, BUS_INTERFACE, BUS_SIGNAL,
                                   g_variant_new ("(ss)", topic, self->name), NULL);
  else
    self->waiting |= 1u << find_topic (topic);
}

/**
 * td_change_notifier_is_topic:
 * @topic: a word
 *
 * Returns: whether there is such a topic
 */
gboolean
td_change_notifier_is_topic (const char *topic)
{
  return find_topic (topic) >= 0;
}

/* A program that changes one thing and ends is gone before the bus has heard of it. */
static void
tell_last (TdChangeNotifier *self)
{
  guint waiting = self->waiting;

  self->waiting = 0;
  if (waiting != 0 && td_session_bus_exists ())
    self->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  if (!self->bus)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    {
      if (waiting & (1u << i))
        td_change_notifier_announce (self, topics[i]);
    }
  g_dbus_connection_flush_sync (self->bus, NULL, NULL);
}

/**
 * td_change_notifier_close:
 * @self: a notifier
 *
 * Hears and tells nothing more, once what was announced is on its way.
 */
void
td_change_notifier_close (TdChangeNotifier *self)
{
  g_return_if_fail (TD_IS_CHANGE_NOTIFIER (self));

  g_cancellable_cancel (self->connecting);
  g_clear_handle_id (&self->gather_id, g_source_remove);
  tell_last (self);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->bus);
}
