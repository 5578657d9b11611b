/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-engine.h"

#include "conversation/td-conversation-list-private.h"
#include "engine/td-advice-context.h"
#include "engine/td-auto.h"
#include "engine/td-change-notifier.h"
#include "engine/td-download.h"
#include "engine/td-engine-private.h"
#include "engine/td-recovery.h"
#include "engine/td-retry.h"
#include "engine/td-unsaved.h"

struct _TdEngine
{
  GObject parent_instance;

  TdEngineParts *parts;       /* (owned) */
  TdChangeNotifier *notifier; /* (owned) */
  GHashTable *keys; /* (owned) (element-type utf8 gboolean): providers with a key in use; is it
                                 an operator's */
  GHashTable *running;        /* (owned) (element-type TdConversation TdCompletion) */
  GHashTable *calls;   /* (owned) (element-type TdCall): a set */
  guint retry_base_ms;
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (TdEngine, td_engine, G_TYPE_OBJECT)

enum
{
  SIGNAL_SHARED_CHANGED,
  SIGNAL_USABLE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

TdEngineParts *
td_engine_parts_new (void)
{
  TdEngineParts *parts = g_new0 (TdEngineParts, 1);

  parts->breakers = td_breakers_new ();
  parts->unsaved = g_ptr_array_new_with_free_func ((GDestroyNotify) td_unsaved_unref);
  parts->downloads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  parts->policy = (TdPolicy) TD_POLICY_DEFAULT;
  return parts;
}

void
td_engine_parts_free (TdEngineParts *parts)
{
  g_clear_object (&parts->payments);
  g_clear_object (&parts->request_log);
  g_clear_object (&parts->wallet);
  g_clear_object (&parts->conversations);
  g_clear_object (&parts->count_service);
  g_clear_object (&parts->calibrator);
  g_clear_object (&parts->taste);
  g_clear_pointer (&parts->keys, g_ptr_array_unref);
  g_clear_object (&parts->key_ring);
  g_clear_object (&parts->discovered);
  g_clear_object (&parts->endpoints);
  g_clear_object (&parts->market);
  g_clear_pointer (&parts->lease, td_lease_unref);
  g_clear_pointer (&parts->breakers, td_breakers_free);
  g_clear_pointer (&parts->unsaved, g_ptr_array_unref);
  g_clear_pointer (&parts->downloads, g_hash_table_unref);
  g_clear_object (&parts->session);
  g_clear_object (&parts->database);
  g_free (parts);
}

static void
td_engine_dispose (GObject *object)
{
  TdEngine *self = TD_ENGINE (object);

  td_engine_stop (self);
  g_clear_object (&self->notifier);

  G_OBJECT_CLASS (td_engine_parent_class)->dispose (object);
}

static void
td_engine_finalize (GObject *object)
{
  TdEngine *self = TD_ENGINE (object);

  g_hash_table_unref (self->running);
  g_hash_table_unref (self->calls);
  g_hash_table_unref (self->keys);
  td_engine_parts_free (self->parts);

  G_OBJECT_CLASS (td_engine_parent_class)->finalize (object);
}

static void
td_engine_class_init (TdEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_engine_dispose;
  object_class->finalize = td_engine_finalize;

  /**
   * TdEngine::shared-changed:
   * @topic: what another process changed
   *
   * The service concerned is reading it again.
   */
  signals[SIGNAL_SHARED_CHANGED] =
    g_signal_new ("shared-changed", TD_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * TdEngine::usable-changed:
   *
   * What td_engine_get_usable() says may have changed: a key, an endpoint or the catalogue.
   */
  signals[SIGNAL_USABLE_CHANGED] =
    g_signal_new ("usable-changed", TD_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
td_engine_init (TdEngine *self)
{
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->running = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->calls = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->retry_base_ms = TD_RETRY_BASE_MS;
}

/* ---- keys ---------------------------------------------------------------------------------- */

static void
take_keys (TdEngine  *self,
           GPtrArray *keys)
{
  g_hash_table_remove_all (self->keys);
  for (guint i = 0; i < keys->len; i++)
    {
      TdApiKey *key = g_ptr_array_index (keys, i);

      if (td_api_key_get_in_use (key))
        g_hash_table_insert (self->keys, g_strdup (td_api_key_get_provider_id (key)),
                             GINT_TO_POINTER (td_api_key_get_marketplace (key)));
    }
}

static void
keys_listed_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (TdEngine) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = td_key_ring_list_finish (TD_KEY_RING (source), result, &error);

  if (!keys)
    {
      g_debug ("the keys were not listed: %s", error->message);
      return;
    }
  take_keys (self, keys);
  g_signal_emit (self, signals[SIGNAL_USABLE_CHANGED], 0);
}

static void
reload_keys (TdEngine *self)
{
  td_key_ring_list_async (self->parts->key_ring, NULL, NULL, keys_listed_cb, g_object_ref (self));
}

/* ---- changes ------------------------------------------------------------------------------- */

static gpointer
resolve_on_thread (TdConnection  *connection,
                   gpointer       data,
                   GCancellable  *cancellable,
                   GError       **error)
{
  guint n_resolved;

  td_recovery_resolve (connection, data, &n_resolved, error);
  return NULL;
}

static void
resolved_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdConversationList) conversations = user_data;
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_debug ("what was left behind was not resolved: %s", error->message);
  td_conversation_list_reload (conversations);
}

/* Another process may also have died in the middle of a reply. */
static void
reload_conversations (TdEngine *self)
{
  td_database_run_async (self->parts->database, G_PRIORITY_DEFAULT, resolve_on_thread,
                         td_lease_ref (self->parts->lease), (GDestroyNotify) td_lease_unref, NULL,
                         NULL, resolved_cb, g_object_ref (self->parts->conversations));
}

static void
discovered_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!td_discovered_reload_finish (TD_DISCOVERED (source), result, &error))
    g_debug ("the discovered models were not read again: %s", error->message);
}

/* The endpoints first: the models are theirs, and the database answers in order. */
static void
reload_providers (TdEngine *self)
{
  td_endpoint_list_reload (self->parts->endpoints);
  td_discovered_reload_async (self->parts->discovered, discovered_cb, NULL);
}

static void
shared_changed_cb (TdChangeNotifier *notifier,
                   const char       *topic,
                   TdEngine         *self)
{
  TdEngineParts *parts = self->parts;

  if (g_str_equal (topic, "favourites"))
    td_market_reload_user_facts (parts->market);
  else if (g_str_equal (topic, "keys"))
    {
      td_breakers_forget (parts->breakers, NULL);
      reload_keys (self);
    }
  else if (g_str_equal (topic, "conversations"))
    {
      reload_conversations (self);
      td_wallet_reload (parts->wallet); /* its replies are paid */
    }
  else if (g_str_equal (topic, "wallet"))
    td_wallet_reload (parts->wallet);
  else if (g_str_equal (topic, "providers"))
    reload_providers (self);
  else if (g_str_equal (topic, "catalogue"))
    td_market_reload_catalogue (parts->market);
  g_signal_emit (self, signals[SIGNAL_SHARED_CHANGED], 0, topic);
}

static void
checked_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  static const char *const topics[] = { "favourites", "providers", "keys",
                                        "wallet", "conversations", "catalogue" };
  g_autoptr (TdEngine) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean changed;

  if (!td_database_check_foreign_finish (TD_DATABASE (source), result, &changed, &error))
    g_debug ("what others wrote meanwhile is not known: %s", error->message);
  for (guint i = 0; changed && i < G_N_ELEMENTS (topics); i++)
    shared_changed_cb (self->notifier, topics[i], self);
}

/* The services read the database while the bus was not connected yet; what another process wrote
 * after them was said to nobody. */
static void
hearing_cb (TdEngine *self)
{
  td_database_check_foreign_async (self->parts->database, checked_cb, g_object_ref (self));
}

static void
keys_changed_cb (TdKeyRing  *key_ring,
                 const char *provider_id,
                 TdEngine   *self)
{
  td_engine_announce (self, "keys");
  td_breakers_forget (self->parts->breakers, provider_id);
  reload_keys (self);
}

static void
usable_changed_cb (TdEngine *self)
{
  g_signal_emit (self, signals[SIGNAL_USABLE_CHANGED], 0);
}

static void
endpoints_changed_cb (TdEngine   *self,
                      const char *provider_id)
{
  td_breakers_forget (self->parts->breakers, provider_id);
  td_discovered_check_endpoints (self->parts->discovered);
  g_signal_emit (self, signals[SIGNAL_USABLE_CHANGED], 0);
}

static void
stored_cb (TdConversationList *conversations,
           TdEngine           *self)
{
  td_wallet_reload (self->parts->wallet); /* a reply was begun, or settled */
  td_engine_announce (self, "conversations");
}

static void
wallet_stored_cb (TdWallet *wallet,
                  TdEngine *self)
{
  td_engine_announce (self, "wallet");
}

static void
removed_cb (TdConversationList *conversations,
            TdConversation     *conversation,
            TdEngine           *self)
{
  TdCompletion *completion = g_hash_table_lookup (self->running, conversation);

  if (completion)
    td_completion_stop (completion);
}

/**
 * td_engine_new_from_parts:
 * @parts: (transfer full): the services, all loaded
 *
 * Returns: (transfer full): the engine
 */
TdEngine *
td_engine_new_from_parts (TdEngineParts *parts)
{
  TdEngine *self = g_object_new (TD_TYPE_ENGINE, NULL);

  self->parts = parts;
  self->notifier = td_change_notifier_new ();
  parts->count_service = td_count_service_new (parts->session, parts->key_ring, parts->calibrator);
  parts->request_log = td_request_log_new (parts->database);
  td_request_log_load (parts->request_log);
  td_request_log_attach (parts->request_log, self);
  parts->wallet = td_wallet_new (parts->database, TD_WALLET_FIRST);
  td_wallet_reload (parts->wallet);
  parts->payments =
    td_payments_new (parts->wallet, parts->database, parts->key_ring, parts->session);
  take_keys (self, parts->keys);
  g_signal_connect_object (parts->wallet, "stored", G_CALLBACK (wallet_stored_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->notifier, "changed", G_CALLBACK (shared_changed_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->notifier, "hearing", G_CALLBACK (hearing_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (parts->key_ring, "changed", G_CALLBACK (keys_changed_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (parts->endpoints, "changed", G_CALLBACK (endpoints_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (parts->market, "changed", G_CALLBACK (usable_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (parts->conversations, "stored", G_CALLBACK (stored_cb), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (parts->conversations, "removed", G_CALLBACK (removed_cb), self,
                           G_CONNECT_DEFAULT);
  return self;
}

/* ---- completions --------------------------------------------------------------------------- */

/**
 * td_engine_begin_completion:
 * @self: the engine
 * @conversation: a chat
 * @completion: what is going to reply in it
 *
 * Returns: %FALSE when something is replying already, or the engine has stopped
 */
gboolean
td_engine_begin_completion (TdEngine       *self,
                            TdConversation *conversation,
                            TdCompletion   *completion)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), FALSE);

  if (self->stopped || g_hash_table_contains (self->running, conversation))
    return FALSE;
  g_hash_table_insert (self->running, g_object_ref (conversation), g_object_ref (completion));
  return TRUE;
}

void
td_engine_end_completion (TdEngine       *self,
                          TdConversation *conversation)
{
  g_return_if_fail (TD_IS_ENGINE (self));

  g_hash_table_remove (self->running, conversation);
}

/**
 * td_engine_begin_call:
 * @self: the engine
 * @call: what is going to run
 *
 * Returns: %FALSE when the engine has stopped
 */
gboolean
td_engine_begin_call (TdEngine *self,
                      TdCall   *call)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), FALSE);

  return !self->stopped && g_hash_table_add (self->calls, g_object_ref (call));
}

void
td_engine_end_call (TdEngine *self,
                    TdCall   *call)
{
  g_return_if_fail (TD_IS_ENGINE (self));

  g_hash_table_remove (self->calls, call);
}

/**
 * td_engine_get_completion:
 * @self: the engine
 * @conversation: a chat
 *
 * Returns: (transfer none) (nullable): what is replying in it now, in this process
 */
TdCompletion *
td_engine_get_completion (TdEngine       *self,
                          TdConversation *conversation)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return g_hash_table_lookup (self->running, conversation);
}

guint
td_engine_get_retry_base_ms (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), TD_RETRY_BASE_MS);

  return self->retry_base_ms;
}

/**
 * td_engine_set_retry_base_ms:
 * @self: the engine
 * @base_ms: the first backoff
 *
 * For tests, which do not want to wait.
 */
void
td_engine_set_retry_base_ms (TdEngine *self,
                             guint     base_ms)
{
  g_return_if_fail (TD_IS_ENGINE (self));

  self->retry_base_ms = base_ms;
}

static void
stop_downloads (TdEngine *self)
{
  g_autoptr (GPtrArray) downloads = g_hash_table_get_values_as_ptr_array (self->parts->downloads);

  for (guint i = 0; i < downloads->len; i++)
    td_download_stop (g_ptr_array_index (downloads, i));
}

/**
 * td_engine_stop:
 * @self: the engine
 *
 * Ends what is under way, saves what is not saved and closes the database. Waits until it is
 * on the disk; that is a matter of milliseconds. Doing it twice does no harm.
 */
void
td_engine_stop (TdEngine *self)
{
  g_autoptr (GPtrArray) running = NULL;
  g_autoptr (GPtrArray) calls = NULL;

  g_return_if_fail (TD_IS_ENGINE (self));

  if (self->stopped)
    return;
  self->stopped = TRUE;
  calls = g_hash_table_get_keys_as_ptr_array (self->calls);
  for (guint i = 0; i < calls->len; i++)
    td_call_halt (g_ptr_array_index (calls, i));
  running = g_hash_table_get_values_as_ptr_array (self->running);
  for (guint i = 0; i < running->len; i++)
    td_completion_halt (g_ptr_array_index (running, i));
  stop_downloads (self);
  for (guint i = 0; i < self->parts->unsaved->len; i++)
    td_unsaved_write (g_ptr_array_index (self->parts->unsaved, i));
  td_conversation_list_write_drafts (self->parts->conversations);
  soup_session_abort (self->parts->session);
  td_database_close (self->parts->database);
  /* Now that it is on the disk, others may read how it ended. */
  if (running->len > 0 || self->parts->unsaved->len > 0)
    td_change_notifier_announce (self->notifier, "conversations");
  td_change_notifier_close (self->notifier);
}

/**
 * td_engine_abandon:
 * @self: the engine
 *
 * Stops, and no longer marks the database as open, although somebody may still hold the engine.
 */
void
td_engine_abandon (TdEngine *self)
{
  g_return_if_fail (TD_IS_ENGINE (self));

  td_engine_stop (self);
  g_clear_pointer (&self->parts->lease, td_lease_unref);
}

/* ---- services ------------------------------------------------------------------------------ */

/**
 * td_engine_get_database:
 * @self: an engine
 *
 * Returns: (transfer none): the one database of the process
 */
TdDatabase *
td_engine_get_database (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->database;
}

/**
 * td_engine_get_session:
 * @self: an engine
 *
 * Returns: (transfer none): what all requests to providers go through
 */
SoupSession *
td_engine_get_session (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->session;
}

/**
 * td_engine_get_market:
 * @self: an engine
 *
 * Returns: (transfer none): the catalogue with favourites and uses
 */
TdMarket *
td_engine_get_market (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->market;
}

/**
 * td_engine_get_endpoints:
 * @self: an engine
 *
 * Returns: (transfer none): where each provider is reached
 */
TdEndpointList *
td_engine_get_endpoints (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->endpoints;
}

/**
 * td_engine_get_key_ring:
 * @self: an engine
 *
 * Returns: (transfer none): the API keys
 */
TdKeyRing *
td_engine_get_key_ring (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->key_ring;
}

/**
 * td_engine_get_conversations:
 * @self: an engine
 *
 * Returns: (transfer none): the chats
 */
TdConversationList *
td_engine_get_conversations (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->conversations;
}

/**
 * td_engine_get_commission_ppm:
 * @self: the engine
 * @provider_id: a provider
 *
 * Returns: what is taken beside the price with the key in use, in millionths of it; 0 with an own
 *   key
 */
gint64
td_engine_get_commission_ppm (TdEngine   *self,
                              const char *provider_id)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), 0);
  g_return_val_if_fail (provider_id != NULL, 0);

  if (!GPOINTER_TO_INT (g_hash_table_lookup (self->keys, provider_id)))
    return 0;
  return td_wallet_get_state (self->parts->wallet)->commission_ppm;
}

/**
 * td_engine_get_wallet:
 * @self: the engine
 *
 * Returns: (transfer none): the wallet that replies are paid from
 */
TdWallet *
td_engine_get_wallet (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->wallet;
}

/**
 * td_engine_get_request_log:
 * @self: the engine
 *
 * Returns: (transfer none) (type TdRequestLog): how the requests to providers went
 */
TdRequestLog *
td_engine_get_request_log (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->request_log;
}

/**
 * td_engine_get_payments:
 * @self: the engine
 *
 * Returns: (transfer none) (type TdPayments): what brings money to its wallet
 */
TdPayments *
td_engine_get_payments (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->payments;
}

TdDiscovered *
td_engine_get_discovered (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->discovered;
}

/**
 * td_engine_get_taste:
 * @self: the engine
 *
 * Returns: (transfer none): what the user makes of models
 */
TdTaste *
td_engine_get_taste (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->taste;
}

TdCalibrator *
td_engine_get_calibrator (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->calibrator;
}

TdEngineParts *
td_engine_get_parts (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts;
}

TdBreakers *
td_engine_get_breakers (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->breakers;
}

TdCountService *
td_engine_get_count_service (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->count_service;
}

TdLease *
td_engine_get_lease (TdEngine *self)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);

  return self->parts->lease;
}

/**
 * td_engine_has_key:
 * @self: the engine
 * @provider_id: a provider
 *
 * Returns: whether a key of it is listed; the keyring is not asked
 */
gboolean
td_engine_has_key (TdEngine   *self,
                   const char *provider_id)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), FALSE);

  return g_hash_table_contains (self->keys, provider_id);
}

/**
 * td_engine_get_usable:
 * @self: the engine
 * @model_key: a model
 *
 * Returns: whether the model could be used now, as far as is known without asking anybody
 */
TdUsable
td_engine_get_usable (TdEngine   *self,
                      const char *model_key)
{
  const TdModelFacts *facts;
  const TdEndpoint *endpoint;
  TdModel *model;

  g_return_val_if_fail (TD_IS_ENGINE (self), TD_USABLE_UNKNOWN_MODEL);
  g_return_val_if_fail (model_key != NULL, TD_USABLE_UNKNOWN_MODEL);

  if (td_auto_is_name (model_key))
    return TD_USABLE_YES;
  model = td_catalogue_find_model (td_market_get_catalogue (self->parts->market), model_key);
  if (!model)
    return TD_USABLE_UNKNOWN_MODEL;
  facts = td_model_get_facts (model);
  if (facts->type != TD_MODEL_TYPE_CHAT)
    return TD_USABLE_NOT_CHAT;
  endpoint = td_endpoint_list_find (self->parts->endpoints, facts->provider_id);
  if (!endpoint || !td_endpoint_is_supported (endpoint))
    return TD_USABLE_PROTOCOL_MISSING;
  if (!endpoint->enabled)
    return TD_USABLE_DISABLED;
  if (endpoint->needs_key && !td_engine_has_key (self, facts->provider_id))
    return TD_USABLE_NEEDS_KEY;
  return TD_USABLE_YES;
}

/* Also when that server is on another machine now. */
static gboolean
runs_on_own_server (TdEngine           *self,
                    const TdModelFacts *facts)
{
  const TdEndpoint *endpoint = td_endpoint_list_find (self->parts->endpoints, facts->provider_id);

  return facts->local || (endpoint && endpoint->may_be_local);
}

/**
 * td_engine_get_listing:
 * @self: the engine
 * @model_key: a model
 *
 * Returns: whether its provider named it when it was last asked which models it has for the
 *   user's key
 */
TdListing
td_engine_get_listing (TdEngine   *self,
                       const char *model_key)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), TD_LISTING_UNKNOWN);

  return td_discovered_get_listing (self->parts->discovered, model_key);
}

/**
 * td_engine_get_retirement:
 * @self: the engine
 * @model_key: a model
 *
 * Returns: (transfer none) (nullable): the day on which its provider is going to retire it, as
 *   "YYYY-MM-DD"; empty for some day; %NULL when the provider says nothing of the kind
 */
const char *
td_engine_get_retirement (TdEngine   *self,
                          const char *model_key)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);
  g_return_val_if_fail (model_key != NULL, NULL);

  return td_discovered_get_retirement (self->parts->discovered, model_key);
}

/**
 * td_engine_is_installed:
 * @self: the engine
 * @model_key: a model
 *
 * Returns: %FALSE for a model of a server on this machine that did not name it when it was last
 *   asked
 */
gboolean
td_engine_is_installed (TdEngine   *self,
                        const char *model_key)
{
  TdModel *model;

  g_return_val_if_fail (TD_IS_ENGINE (self), FALSE);
  g_return_val_if_fail (model_key != NULL, FALSE);

  model = td_catalogue_find_model (td_market_get_catalogue (self->parts->market), model_key);
  return model && (!runs_on_own_server (self, td_model_get_facts (model)) ||
                   td_discovered_has (self->parts->discovered, model_key));
}

/**
 * td_engine_announce:
 * @self: the engine
 * @topic: "favourites", "providers", "keys", "conversations", "catalogue" or "accounts"
 *
 * Tells the other processes of this user. The engine does it by itself for keys,
 * conversations and what completions change; whoever changes a favourite or an endpoint, or
 * refreshes the catalogue, does it when the change is stored.
 */
void
td_engine_announce (TdEngine   *self,
                    const char *topic)
{
  g_return_if_fail (TD_IS_ENGINE (self));

  if (!self->stopped)
    td_change_notifier_announce (self->notifier, topic);
}
