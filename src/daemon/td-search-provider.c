/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "daemon/td-search-provider.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/td-money.h"
#include "engine/td-engine.h"
#include "engine/td-policy.h"

#define OBJECT_PATH     "/dev/topdog/SearchProvider"
#define APP_OBJECT_PATH "/dev/topdog/Marketplace"

/* The shell shows a handful; more would only be carried over the bus. */
#define MAX_RESULTS 10
/* One or two letters fit hundreds of models and are the beginning of somebody else's word. */
#define MIN_LETTERS 3

static const char interface_xml[] =
  "<node>"
  "  <interface name='org.gnome.Shell.SearchProvider2'>"
  "    <method name='GetInitialResultSet'>"
  "      <arg type='as' name='terms' direction='in'/><arg type='as' name='results' direction='out'/>"
  "    </method>"
  "    <method name='GetSubsearchResultSet'>"
  "      <arg type='as' name='previous_results' direction='in'/><arg type='as' name='terms' direction='in'/>"
  "      <arg type='as' name='results' direction='out'/>"
  "    </method>"
  "    <method name='GetResultMetas'>"
  "      <arg type='as' name='identifiers' direction='in'/><arg type='aa{sv}' name='metas' direction='out'/>"
  "    </method>"
  "    <method name='ActivateResult'>"
  "      <arg type='s' name='identifier' direction='in'/><arg type='as' name='terms' direction='in'/>"
  "      <arg type='u' name='timestamp' direction='in'/>"
  "    </method>"
  "    <method name='LaunchSearch'>"
  "      <arg type='as' name='terms' direction='in'/><arg type='u' name='timestamp' direction='in'/>"
  "    </method>"
  "  </interface>"
  "</node>";

struct _TdSearchProvider
{
  GObject parent_instance;

  GDBusConnection *connection; /* (owned) (nullable): exported there */
  guint registration_id;
  TdAccountManager *accounts;  /* (owned) */
  TdEngine *engine;            /* (owned) (nullable): of who is signed in */
  gboolean is_starting;
  GQueue waiting; /* (element-type GDBusMethodInvocation): asked before the engine was there */
};

G_DEFINE_FINAL_TYPE (TdSearchProvider, td_search_provider, G_TYPE_OBJECT)

static void
td_search_provider_dispose (GObject *object)
{
  TdSearchProvider *self = TD_SEARCH_PROVIDER (object);

  td_search_provider_unexport (self);
  if (self->engine)
    td_engine_stop (self->engine);
  g_clear_object (&self->engine);
  g_clear_object (&self->accounts);
  g_queue_clear_full (&self->waiting, g_object_unref);

  G_OBJECT_CLASS (td_search_provider_parent_class)->dispose (object);
}

static void
td_search_provider_class_init (TdSearchProviderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_search_provider_dispose;
}

static void
td_search_provider_init (TdSearchProvider *self)
{
  g_queue_init (&self->waiting);
  self->accounts = td_account_manager_new (NULL);
}

/* ---- Answers ------------------------------------------------------------------------------- */

static GVariant *
find_models (TdSearchProvider  *self,
             const char *const *terms)
{
  g_autoptr (TdQuery) query = td_query_new ();
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  TdMarket *market = td_engine_get_market (self->engine);
  TdCatalogue *catalogue = td_market_get_catalogue (market);
  GVariantBuilder builder;

  g_set_str (&query->text, NULL);
  query->text = g_strjoinv (" ", (char **) terms);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  if (g_utf8_strlen (query->text, -1) >= MIN_LETTERS)
    td_query_index_run (td_market_get_index (market), query, found);
  for (guint i = 0; i < MIN (found->len, MAX_RESULTS); i++)
    g_variant_builder_add (
      &builder, "s",
      td_model_get_key (td_catalogue_get_model (catalogue, g_array_index (found, guint32, i))));
  return g_variant_new ("(as)", &builder);
}

static char *
describe_price (const TdModelFacts *facts)
{
  g_autofree char *input = NULL;
  g_autofree char *output = NULL;

  if (facts->local)
    return g_strdup (_("runs on this computer"));
  if (td_model_facts_is_free (facts))
    return g_strdup (_("free"));
  if (facts->price.input < 0 || facts->price.output < 0)
    return g_strdup (_("price unknown"));
  input = td_price_format (facts->price.input);
  output = td_price_format (facts->price.output);
  /* Translators: two prices in dollars for a million tokens read and written. */
  return g_strdup_printf (_("%s in, %s out per million tokens"), input, output);
}

static char *
describe_model (TdCatalogue *catalogue,
                TdModel     *model)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdRating *rating = td_model_get_rating (model);
  TdProvider *provider = td_catalogue_find_provider (catalogue, facts->provider_id);
  g_autofree char *price = describe_price (facts);
  const char *name = provider ? td_provider_get_name (provider) : facts->provider_id;

  if (!rating)
    /* Translators: a provider and a price. */
    return g_strdup_printf (_("%s · %s"), name, price);
  /* Translators: a provider, a price, and a rating from 0.0 to 5.0. */
  return g_strdup_printf (_("%s · %s · rated %d.%d"), name, price, rating->tenths / 10,
                          rating->tenths % 10);
}

static GVariant *
describe_models (TdSearchProvider  *self,
                 const char *const *identifiers)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; identifiers[i]; i++)
    {
      TdModel *model = td_catalogue_find_model (catalogue, identifiers[i]);
      g_autofree char *description = NULL;

      if (!model)
        continue;
      description = describe_model (catalogue, model);
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("a{sv}"));
      g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (identifiers[i]));
      g_variant_builder_add (&builder, "{sv}", "name",
                             g_variant_new_string (td_model_get_name (model)));
      g_variant_builder_add (&builder, "{sv}", "description", g_variant_new_string (description));
      g_variant_builder_add (&builder, "{sv}", "gicon", g_variant_new_string (TD_APP_ID));
      g_variant_builder_close (&builder);
    }
  return g_variant_new ("(aa{sv})", &builder);
}

/* ---- The window ---------------------------------------------------------------------------- */

static void
launched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GDBusMethodInvocation) invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (!reply)
    g_debug ("The window could not be opened: %s", error->message);
  g_application_release (g_application_get_default ());
  g_dbus_method_invocation_return_value (g_steal_pointer (&invocation), NULL);
}

/* The window is another program; the bus starts it if need be. */
static void
launch (GDBusMethodInvocation *invocation,
        const char            *action,
        const char            *parameter,
        guint32                timestamp)
{
  GVariantBuilder parameters, platform_data;

  g_variant_builder_init (&parameters, G_VARIANT_TYPE ("av"));
  g_variant_builder_add (&parameters, "v", g_variant_new_string (parameter));
  g_variant_builder_init (&platform_data, G_VARIANT_TYPE_VARDICT);
  if (timestamp != 0)
    {
      g_autofree char *startup_id = g_strdup_printf ("topdogd_TIME%u", timestamp);

      g_variant_builder_add (&platform_data, "{sv}", "desktop-startup-id",
                             g_variant_new_string (startup_id));
    }
  g_dbus_connection_call (g_dbus_method_invocation_get_connection (invocation), TD_APP_ID,
                          APP_OBJECT_PATH, "org.freedesktop.Application", "ActivateAction",
                          g_variant_new ("(sava{sv})", action, &parameters, &platform_data), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, launched_cb, invocation);
}

/* ---- Questions ----------------------------------------------------------------------------- */

static void
return_value (GDBusMethodInvocation *invocation,
              GVariant              *value)
{
  g_dbus_method_invocation_return_value (invocation, value);
  g_application_release (g_application_get_default ());
}

static void
answer (TdSearchProvider *self,
        GDBusMethodInvocation *invocation) /* (transfer full) */
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *parameters = g_dbus_method_invocation_get_parameters (invocation);
  g_autofree const char **words = NULL;

  if (g_str_equal (method, "GetInitialResultSet"))
    {
      g_variant_get (parameters, "(^a&s)", &words);
      return_value (invocation, find_models (self, words));
    }
  else if (g_str_equal (method, "GetSubsearchResultSet"))
    {
      /* The whole catalogue is searched in less time than the old result is looked through. */
      g_variant_get (parameters, "(as^a&s)", NULL, &words);
      return_value (invocation, find_models (self, words));
    }
  else
    {
      g_variant_get (parameters, "(^a&s)", &words);
      return_value (invocation, describe_models (self, words));
    }
}

/* Without the user's data there is nothing to find, which is an answer too. */
static void
answer_nothing (GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  gboolean is_metas = g_str_equal (method, "GetResultMetas");

  return_value (invocation,
                is_metas ? g_variant_new ("(aa{sv})", NULL) : g_variant_new ("(as)", NULL));
}

/* Somebody else may be signed in now, or nobody: the next question finds out. */
static void
shared_changed_cb (TdSearchProvider *self,
                   const char       *topic,
                   TdEngine         *engine)
{
  if (!g_str_equal (topic, "accounts") || engine != self->engine)
    return;
  td_engine_abandon (self->engine);
  g_clear_object (&self->engine);
}

static void
engine_started_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (TdSearchProvider) self = user_data;
  g_autoptr (GError) error = NULL;
  GDBusMethodInvocation *invocation;

  self->is_starting = FALSE;
  self->engine = td_engine_start_finish (result, &error);
  if (self->engine)
    {
      td_engine_follow_settings (self->engine);
      g_signal_connect_object (self->engine, "shared-changed", G_CALLBACK (shared_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  else
    g_debug ("No engine: %s", error->message);
  while ((invocation = g_queue_pop_head (&self->waiting)))
    {
      if (self->engine)
        answer (self, invocation);
      else
        answer_nothing (invocation);
    }
}

static void
accounts_loaded_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  TdAccountManager *accounts = TD_ACCOUNT_MANAGER (source);
  g_autoptr (GError) error = NULL;

  if (!td_account_manager_load_finish (accounts, result, &error))
    g_debug ("Who is signed in is not known: %s", error->message);
  td_engine_start_account_async (accounts, NULL, engine_started_cb, user_data);
}

static void
ask (TdSearchProvider *self,
     GDBusMethodInvocation *invocation) /* (transfer full) */
{
  if (self->engine)
    {
      answer (self, invocation);
      return;
    }
  g_queue_push_tail (&self->waiting, invocation);
  if (self->is_starting)
    return;
  self->is_starting = TRUE;
  td_account_manager_load_async (self->accounts, NULL, accounts_loaded_cb, g_object_ref (self));
}

static void
method_called_cb (GDBusConnection       *connection,
                  const char            *sender,
                  const char            *object_path,
                  const char            *interface_name,
                  const char            *method_name,
                  GVariant              *parameters,
                  GDBusMethodInvocation *invocation,
                  gpointer               user_data)
{
  TdSearchProvider *self = user_data;
  const char *identifier;
  g_autofree const char **terms = NULL;
  g_autofree char *text = NULL;
  guint32 timestamp;

  /* As long as it is held, the service does not leave. */
  g_application_hold (g_application_get_default ());
  if (g_str_equal (method_name, "ActivateResult"))
    {
      g_variant_get (parameters, "(&s^a&su)", &identifier, &terms, &timestamp);
      launch (invocation, "show-model", identifier, timestamp);
    }
  else if (g_str_equal (method_name, "LaunchSearch"))
    {
      g_variant_get (parameters, "(^a&su)", &terms, &timestamp);
      text = g_strjoinv (" ", (char **) terms);
      launch (invocation, "search", text, timestamp);
    }
  else
    ask (self, invocation);
}

/* ---- The object ---------------------------------------------------------------------------- */

/**
 * td_search_provider_new:
 *
 * It holds the default application while a question is open.
 *
 * Returns: (transfer full): a search provider that is not exported yet
 */
TdSearchProvider *
td_search_provider_new (void)
{
  return g_object_new (TD_TYPE_SEARCH_PROVIDER, NULL);
}

/**
 * td_search_provider_export:
 * @self: a search provider
 * @connection: the session bus
 * @error: return location for an error
 *
 * Returns: whether the shell can ask now
 */
gboolean
td_search_provider_export (TdSearchProvider  *self,
                           GDBusConnection   *connection,
                           GError           **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = method_called_cb };
  g_autoptr (GDBusNodeInfo) node = NULL;

  g_return_val_if_fail (TD_IS_SEARCH_PROVIDER (self), FALSE);
  g_return_val_if_fail (!self->connection, FALSE);

  node = g_dbus_node_info_new_for_xml (interface_xml, error);
  if (!node)
    return FALSE;
  self->registration_id =
    g_dbus_connection_register_object (connection, OBJECT_PATH, node->interfaces[0], &vtable, self,
                                       NULL, error);
  if (self->registration_id == 0)
    return FALSE;
  self->connection = g_object_ref (connection);
  return TRUE;
}

/**
 * td_search_provider_unexport:
 * @self: a search provider
 *
 * Answers nobody any more.
 */
void
td_search_provider_unexport (TdSearchProvider *self)
{
  g_return_if_fail (TD_IS_SEARCH_PROVIDER (self));

  if (!self->connection)
    return;
  g_dbus_connection_unregister_object (self->connection, self->registration_id);
  g_clear_object (&self->connection);
}
