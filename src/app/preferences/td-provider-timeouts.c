/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-provider-timeouts.h"

#define PAUSE_MS 400

enum
{
  CONNECT,
  FIRST_BYTE,
  IDLE,
  TOTAL,
  N_LIMITS,
};

static const char *const fields[N_LIMITS] = { "connect-timeout", "first-byte-timeout",
                                              "idle-timeout", "total-timeout" };

struct _TdProviderTimeouts
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine;        /* (owned) (nullable): NULL once disposed */
  char *provider_id;       /* (owned) (nullable) */
  guint stored[N_LIMITS];  /* seconds; 0: the usual limit */
  guint pause_id;          /* source that stores what was changed */
  gboolean showing;        /* what changes in the rows comes from the endpoint, not the user */

  AdwSpinRow *connect_row;
  AdwSpinRow *first_byte_row;
  AdwSpinRow *idle_row;
  AdwSpinRow *total_row;
};

G_DEFINE_FINAL_TYPE (TdProviderTimeouts, td_provider_timeouts, ADW_TYPE_PREFERENCES_GROUP)

static AdwSpinRow *
get_row (TdProviderTimeouts *self,
         guint               limit)
{
  AdwSpinRow *const rows[N_LIMITS] = { self->connect_row, self->first_byte_row, self->idle_row,
                                       self->total_row };

  return rows[limit];
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdEngine) engine = user_data;
  g_autoptr (GError) error = NULL;

  if (td_endpoint_list_set_finish (TD_ENDPOINT_LIST (source), result, &error))
    td_engine_announce (engine, "providers");
  else
    g_debug ("a time limit was not stored: %s", error->message);
}

static void
store (TdProviderTimeouts *self)
{
  for (guint i = 0; i < N_LIMITS; i++)
    {
      guint seconds = (guint) adw_spin_row_get_value (get_row (self, i));
      g_autofree char *value = seconds > 0 ? g_strdup_printf ("%u", seconds) : NULL;

      if (seconds == self->stored[i])
        continue;
      self->stored[i] = seconds;
      td_endpoint_list_set_async (td_engine_get_endpoints (self->engine), self->provider_id,
                                  fields[i], value, NULL, stored_cb, g_object_ref (self->engine));
    }
}

static gboolean
pause_over_cb (gpointer user_data)
{
  TdProviderTimeouts *self = user_data;

  self->pause_id = 0;
  store (self);
  return G_SOURCE_REMOVE;
}

static void
value_changed_cb (TdProviderTimeouts *self)
{
  if (self->showing || !self->engine)
    return;
  g_clear_handle_id (&self->pause_id, g_source_remove);
  self->pause_id = g_timeout_add (PAUSE_MS, pause_over_cb, self);
}

static void
show_limits (TdProviderTimeouts *self)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (self->engine), self->provider_id);

  if (!endpoint || self->pause_id != 0)
    return; /* gone, or about to be changed */
  self->stored[CONNECT] = endpoint->timeouts.connect_ms / 1000;
  self->stored[FIRST_BYTE] = endpoint->timeouts.first_byte_ms / 1000;
  self->stored[IDLE] = endpoint->timeouts.idle_ms / 1000;
  self->stored[TOTAL] = endpoint->timeouts.total_ms / 1000;
  self->showing = TRUE;
  for (guint i = 0; i < N_LIMITS; i++)
    adw_spin_row_set_value (get_row (self, i), self->stored[i]);
  self->showing = FALSE;
}

static void
td_provider_timeouts_dispose (GObject *object)
{
  TdProviderTimeouts *self = TD_PROVIDER_TIMEOUTS (object);

  if (self->pause_id != 0)
    {
      g_clear_handle_id (&self->pause_id, g_source_remove);
      store (self);
    }
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_provider_timeouts_parent_class)->dispose (object);
}

static void
td_provider_timeouts_finalize (GObject *object)
{
  g_free (TD_PROVIDER_TIMEOUTS (object)->provider_id);

  G_OBJECT_CLASS (td_provider_timeouts_parent_class)->finalize (object);
}

static void
td_provider_timeouts_class_init (TdProviderTimeoutsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_provider_timeouts_dispose;
  object_class->finalize = td_provider_timeouts_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/dev/topdog/Marketplace/ui/td-provider-timeouts.ui");
  gtk_widget_class_bind_template_child (widget_class, TdProviderTimeouts, connect_row);
  gtk_widget_class_bind_template_child (widget_class, TdProviderTimeouts, first_byte_row);
  gtk_widget_class_bind_template_child (widget_class, TdProviderTimeouts, idle_row);
  gtk_widget_class_bind_template_child (widget_class, TdProviderTimeouts, total_row);
  gtk_widget_class_bind_template_callback (widget_class, value_changed_cb);
}

static void
td_provider_timeouts_init (TdProviderTimeouts *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_provider_timeouts_set_provider:
 * @self: the group
 * @engine: the engine
 * @provider_id: a provider in its list of endpoints
 *
 * Shows the limits of a provider. Called once.
 */
void
td_provider_timeouts_set_provider (TdProviderTimeouts *self,
                                   TdEngine           *engine,
                                   const char         *provider_id)
{
  g_return_if_fail (TD_IS_PROVIDER_TIMEOUTS (self));
  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (!self->engine);

  self->engine = g_object_ref (engine);
  self->provider_id = g_strdup (provider_id);
  g_signal_connect_object (td_engine_get_endpoints (engine), "changed", G_CALLBACK (show_limits),
                           self, G_CONNECT_SWAPPED);
  show_limits (self);
}
