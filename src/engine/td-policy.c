/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-policy.h"

#include "engine/td-engine-private.h"

#define SCHEMA_ID "dev.topdog.Marketplace"
#define KEY       "td-policy-settings"

/* A program that runs from where it was built may see an older schema, or none. */
static GSettings *
open_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema =
    source ? g_settings_schema_source_lookup (source, SCHEMA_ID, TRUE) : NULL;

  if (!schema || !g_settings_schema_has_key (schema, "routing-order") ||
      !g_settings_schema_has_key (schema, "total-timeout") ||
      !g_settings_schema_has_key (schema, "assistant-providers"))
    return NULL;
  return g_settings_new_full (schema, NULL, NULL);
}

static guint
get_ms (GSettings  *settings,
        const char *key)
{
  return g_settings_get_uint (settings, key) * 1000;
}

static void
take_settings (TdEngine  *self,
               GSettings *settings)
{
  g_autofree char *order = g_settings_get_string (settings, "routing-order");
  TdPolicy policy = TD_POLICY_DEFAULT;

  td_route_order_from_string (order, &policy.order);
  policy.timeouts = (TdTimeouts) { .connect_ms = get_ms (settings, "connect-timeout"),
                                   .first_byte_ms = get_ms (settings, "first-byte-timeout"),
                                   .idle_ms = get_ms (settings, "idle-timeout"),
                                   .total_ms = get_ms (settings, "total-timeout") };
  td_engine_set_policy (self, &policy);
}

static void
settings_changed_cb (GSettings  *settings,
                     const char *key,
                     TdEngine   *self)
{
  take_settings (self, settings);
}

/**
 * td_engine_follow_settings:
 * @self: the engine
 *
 * Takes the order of offers and the time limits from the settings, now and whenever they
 * change. Without the schema the usual ones stay in force.
 */
void
td_engine_follow_settings (TdEngine *self)
{
  g_autoptr (GSettings) settings = NULL;

  g_return_if_fail (TD_IS_ENGINE (self));

  settings = open_settings ();
  if (!settings)
    return;
  g_signal_connect_object (settings, "changed", G_CALLBACK (settings_changed_cb), self,
                           G_CONNECT_DEFAULT);
  take_settings (self, settings);
  g_object_set_data_full (G_OBJECT (self), KEY, g_steal_pointer (&settings), g_object_unref);
}

/**
 * td_engine_get_settings:
 * @self: the engine
 *
 * Returns: (transfer none) (nullable): the settings that td_engine_follow_settings() found
 */
GSettings *
td_engine_get_settings (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return g_object_get_data (G_OBJECT (self), KEY);
}

/**
 * td_engine_get_policy:
 * @self: the engine
 *
 * Returns: (transfer none): what the user says about requests in general
 */
const TdPolicy *
td_engine_get_policy (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return &td_engine_get_parts (self)->policy;
}

/**
 * td_engine_set_policy:
 * @self: the engine
 * @policy: what the user says about requests in general
 *
 * Counts for the requests that are sent from now on.
 */
void
td_engine_set_policy (TdEngine       *self,
                      const TdPolicy *policy)
{
  g_return_if_fail (TD_IS_ENGINE (self));
  g_return_if_fail (policy != NULL);

  td_engine_get_parts (self)->policy = *policy;
}
