/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "account/td-account-manager.h"
#include "catalogue/td-market.h"
#include "conversation/td-conversation-list.h"
#include "providers/td-discovery.h"
#include "providers/td-endpoint-list.h"
#include "store/td-database.h"
#include "vault/td-key-ring.h"
#include "wallet/td-wallet.h"

G_BEGIN_DECLS

/**
 * TdEngine:
 *
 * Builds the services of this process and owns them. The programs (window, daemon, terminal)
 * get everything from here; nothing below knows of it.
 *
 * Signals: "shared-changed" (topic): another process changed "favourites", "providers",
 *   "keys", "conversations", "catalogue" or "wallet"; the engine has already told the service concerned.
 *   "accounts": who is signed in may be somebody else now.
 *   "usable-changed": what td_engine_get_usable() says may have changed.
 */
#define TD_TYPE_ENGINE (td_engine_get_type ())
G_DECLARE_FINAL_TYPE (TdEngine, td_engine, TD, ENGINE, GObject)

/* Opens the database and the catalogue on their own threads. A database that cannot be used
 * fails the call with a TD_STORE_ERROR; the file is left as it is. */
void                td_engine_start_async        (const char           *database_path, /* (nullable): the usual one */
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
/* The same on the data of who is signed in; fails with a TD_ACCOUNT_ERROR when nobody is. */
void                td_engine_start_account_async (TdAccountManager    *accounts,
                                                   GCancellable        *cancellable,
                                                   GAsyncReadyCallback  callback,
                                                   gpointer             user_data);
TdEngine           *td_engine_start_finish       (GAsyncResult         *result,
                                                  GError              **error);
/* Stops what is under way (replies are kept as stopped) and closes the database. */
void                td_engine_stop               (TdEngine             *self);
/* Stops it for who is going to delete its database: as if this process had ended. */
void                td_engine_abandon            (TdEngine             *self);

TdDatabase         *td_engine_get_database       (TdEngine             *self);
SoupSession        *td_engine_get_session        (TdEngine             *self);
TdMarket           *td_engine_get_market         (TdEngine             *self);
TdEndpointList     *td_engine_get_endpoints      (TdEngine             *self);
TdKeyRing          *td_engine_get_key_ring       (TdEngine             *self);
TdConversationList *td_engine_get_conversations  (TdEngine             *self);
TdWallet           *td_engine_get_wallet         (TdEngine             *self);

/* Whether the model could be used now, without asking anybody: protocol spoken, provider
 * enabled, a key listed or none needed. */
typedef enum
{
  TD_USABLE_YES,
  TD_USABLE_NEEDS_KEY,
  TD_USABLE_DISABLED,
  TD_USABLE_PROTOCOL_MISSING,
  TD_USABLE_NOT_CHAT,
  TD_USABLE_UNKNOWN_MODEL,
} TdUsable;

TdUsable            td_engine_get_usable         (TdEngine             *self,
                                                  const char           *model_key);

/* Whether a provider named a model when it was last asked. */
typedef enum
{
  TD_LISTING_UNKNOWN, /* it was never asked */
  TD_LISTING_LISTED,
  TD_LISTING_MISSING,
} TdListing;

TdListing           td_engine_get_listing        (TdEngine             *self,
                                                  const char           *model_key);

/* The catalogue's models in service that a provider did not name: retired there, or not for the
 * user's key. Aliases that it does not list are among them. */
GPtrArray          *td_engine_list_missing       (TdEngine             *self,
                                                  const char           *provider_id); /* (element-type TdModel) (transfer full) */

/* Whether the model is where it is to run: TRUE but for one of a server on this machine that has
 * not named it, which may have to be installed first. */
const char         *td_engine_get_retirement     (TdEngine             *self,
                                                  const char           *model_key); /* (nullable): YYYY-MM-DD; "": some day */
gboolean            td_engine_is_installed       (TdEngine             *self,
                                                  const char           *model_key);

/* Opens a connection to where the next request for a model is going to go; for whoever sees the
 * user begin to type. */
void                td_engine_warm_up            (TdEngine             *self,
                                                  const char           *model_key);

/* Tests a provider: its list call with the key in use. The models it names that the catalogue
 * does not know become usable. */
void                td_engine_test_provider_async  (TdEngine            *self,
                                                    const char          *provider_id,
                                                    GCancellable        *cancellable,
                                                    GAsyncReadyCallback  callback,
                                                    gpointer             user_data);
GPtrArray          *td_engine_test_provider_finish (TdEngine            *self,
                                                    GAsyncResult        *result,
                                                    GError             **error); /* (element-type TdListedModel) */
/* Takes a server found on this machine into use: its address and its models. */
void                td_engine_adopt_server_async   (TdEngine            *self,
                                                    const TdLocalServer *server,
                                                    GCancellable        *cancellable,
                                                    GAsyncReadyCallback  callback,
                                                    gpointer             user_data);
char               *td_engine_adopt_server_finish  (TdEngine            *self,
                                                    GAsyncResult        *result,
                                                    GError             **error); /* the provider id */
/* Tells the other processes of this user that @topic changed. The engine does so itself for
 * keys, conversations and what completions change; whoever changes a favourite or an endpoint,
 * or refreshes the catalogue, does it once that is stored. */
void                td_engine_announce             (TdEngine            *self,
                                                    const char          *topic);

G_END_DECLS
