/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-engine-count.h"

#include "engine/td-engine-private.h"
#include "engine/td-prompt.h"

/**
 * td_engine_new_ruler:
 * @self: the engine
 * @facts: a model
 *
 * Returns: (transfer full): how its tokens are counted
 */
TdTokenRuler *
td_engine_new_ruler (TdEngine           *self,
                     const TdModelFacts *facts)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), NULL);
  g_return_val_if_fail (facts != NULL, NULL);

  return td_calibrator_new_ruler (td_engine_get_calibrator (self), facts->provider_id, facts->id);
}

static TdChatRequest *
make_request (const TdModelFacts *facts,
              const char         *text)
{
  TdChatRequest *request = td_chat_request_new (facts->id);

  td_chat_request_add_turn (request, TD_ROLE_USER, text);
  return request;
}

/**
 * td_engine_count_prompt:
 * @self: the engine
 * @facts: a model
 * @text: a message
 *
 * Counts the whole text, however long it is.
 *
 * Returns: the tokens of a chat of this one message
 */
TdTokenCount
td_engine_count_prompt (TdEngine           *self,
                        const TdModelFacts *facts,
                        const char         *text)
{
  g_autoptr (TdTokenRuler) ruler = td_engine_new_ruler (self, facts);
  g_autoptr (TdChatRequest) request = make_request (facts, text);

  return td_prompt_count_whole (request, ruler);
}

/**
 * td_engine_ask_count_async:
 * @self: the engine
 * @facts: a model
 * @text: a message
 * @cancellable: (nullable): to give up
 * @callback: called when there is an answer
 * @user_data: data for @callback
 *
 * Asks the model's provider how many tokens a chat of this one message has.
 */
void
td_engine_ask_count_async (TdEngine            *self,
                           const TdModelFacts  *facts,
                           const char          *text,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  const TdEndpoint *endpoint;
  TdCountService *service;

  g_return_if_fail (TD_IS_ENGINE (self));

  service = td_engine_get_count_service (self);
  endpoint = td_endpoint_list_find (td_engine_get_endpoints (self), facts->provider_id);
  if (endpoint && endpoint->enabled)
    td_count_service_ask_async (service, endpoint, make_request (facts, text), cancellable,
                                callback, user_data);
  else
    g_task_report_new_error (service, callback, user_data, td_engine_ask_count_async,
                             TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_DISABLED,
                             "%s is switched off", facts->provider_id);
}

/**
 * td_engine_ask_count_finish:
 * @self: the engine
 * @result: what the callback got
 * @error: return location for an error of the provider or the vault
 *
 * Returns: the tokens; -1 when it did not work
 */
gint64
td_engine_ask_count_finish (TdEngine      *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (TD_IS_ENGINE (self), -1);

  return td_count_service_ask_finish (td_engine_get_count_service (self), result, error);
}
