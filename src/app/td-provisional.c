/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-engine.h"

/* Built only while src/engine is not there: a market over the bundled catalogue that remembers
 * nothing. */
struct _TdMarket
{
  GObject parent_instance;

  TdCatalogue *catalogue;
  TdQueryIndex *index;
};

G_DEFINE_FINAL_TYPE (TdMarket, td_market, G_TYPE_OBJECT)

static void
td_market_class_init (TdMarketClass *klass)
{
  g_signal_new ("changed", TD_TYPE_MARKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("user-facts-changed", TD_TYPE_MARKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
td_market_init (TdMarket *self)
{
  g_autoptr (GError) error = NULL;

  self->catalogue = td_catalogue_new_bundled (&error);
  g_assert_no_error (error);
  self->index = td_query_index_new (self->catalogue);
}

TdCatalogue *
td_market_get_catalogue (TdMarket *self)
{
  return self->catalogue;
}

TdQueryIndex *
td_market_get_index (TdMarket *self)
{
  return self->index;
}

void
td_market_set_favourite_async (TdMarket            *self,
                               const char          *model_key,
                               gboolean             favourite,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  td_model_set_favourite (td_catalogue_find_model (self->catalogue, model_key), favourite);
  g_signal_emit_by_name (self, "user-facts-changed");
  g_task_return_boolean (task, TRUE);
}

gboolean
td_market_set_favourite_finish (TdMarket      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

struct _TdEngine
{
  GObject parent_instance;

  TdMarket *market;
};

G_DEFINE_FINAL_TYPE (TdEngine, td_engine, G_TYPE_OBJECT)

static void
td_engine_class_init (TdEngineClass *klass)
{
}

static void
td_engine_init (TdEngine *self)
{
  self->market = g_object_new (TD_TYPE_MARKET, NULL);
}

void
td_engine_start_async (const char          *database_path,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_return_pointer (task, g_object_new (TD_TYPE_ENGINE, NULL), g_object_unref);
}

TdEngine *
td_engine_start_finish (GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
td_engine_stop (TdEngine *self)
{
}

TdMarket *
td_engine_get_market (TdEngine *self)
{
  return self->market;
}

/* Anything with a signal of the right name. */
TdKeyRing *
td_engine_get_key_ring (TdEngine *self)
{
  return (gpointer) self->market;
}

TdEndpointList *
td_engine_get_endpoints (TdEngine *self)
{
  return (gpointer) self->market;
}

TdConversationList *
td_engine_get_conversations (TdEngine *self)
{
  return NULL;
}

TdUsable
td_engine_get_usable (TdEngine   *self,
                      const char *model_key)
{
  TdModel *model = td_catalogue_find_model (self->market->catalogue, model_key);
  const TdModelFacts *facts = td_model_get_facts (model);

  return facts->type != TD_MODEL_TYPE_CHAT ? TD_USABLE_NOT_CHAT
         : facts->local                    ? TD_USABLE_YES
                                           : TD_USABLE_NEEDS_KEY;
}

void
td_market_refresh_async (TdMarket            *self,
                         gboolean             force,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE,
                                   "there is no network");
}

TdCatalogueChanges *
td_market_refresh_finish (TdMarket      *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
