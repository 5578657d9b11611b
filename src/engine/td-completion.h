/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "engine/td-router.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

#define TD_COMPLETION_ERROR (td_completion_error_quark ())
GQuark td_completion_error_quark (void);

/**
 * TdCompletionError:
 * @TD_COMPLETION_ERROR_NO_MODEL: no such model in the catalogue
 * @TD_COMPLETION_ERROR_NOT_CHAT: the model does not chat
 * @TD_COMPLETION_ERROR_DISABLED: the provider is switched off in the preferences
 * @TD_COMPLETION_ERROR_LIMIT: it could cost more than the caller allows; nothing was sent
 * @TD_COMPLETION_ERROR_PRICE_UNKNOWN: a cost limit was set and the price is not known
 * @TD_COMPLETION_ERROR_BUSY: this conversation is already waiting for a reply; nothing was stored
 * @TD_COMPLETION_ERROR_NOTHING_TO_SEND: an empty message, or a reply to make again where there is
 *   no question; nothing was stored
 * @TD_COMPLETION_ERROR_NO_IMAGES: there are pictures in the chat, and the model takes none; nothing was
 *   sent
 * @TD_COMPLETION_ERROR_NO_CHOICE: Q was to choose, and nothing that can be used now fits
 */
typedef enum
{
  TD_COMPLETION_ERROR_NO_MODEL,
  TD_COMPLETION_ERROR_NOT_CHAT,
  TD_COMPLETION_ERROR_DISABLED,
  TD_COMPLETION_ERROR_LIMIT,
  TD_COMPLETION_ERROR_PRICE_UNKNOWN,
  TD_COMPLETION_ERROR_BUSY,
  TD_COMPLETION_ERROR_NOTHING_TO_SEND,
  TD_COMPLETION_ERROR_NO_IMAGES,
  TD_COMPLETION_ERROR_NO_CHOICE,
} TdCompletionError;

/**
 * TdCompletion:
 *
 * The one path by which anything reaches a provider: route, estimate, hold, stream, settle,
 * receipt. It writes the reply into a #TdMessage of a #TdConversation; the text is journalled
 * at least every 250 ms, so that a crash loses at most that.
 *
 * A completion is made, configured, run once and dropped. When it fails before anything came,
 * the failed message says why and stays in the conversation, and the user's text is stored.
 *
 * Signal: "text" (const char *delta): for those who pass the text on (the terminal).
 */
#define TD_TYPE_COMPLETION (td_completion_get_type ())
G_DECLARE_FINAL_TYPE (TdCompletion, td_completion, TD, COMPLETION, GObject)

TdCompletion *td_completion_new            (TdEngine            *engine,
                                            TdConversation      *conversation,
                                            const char          *model_key);
void          td_completion_set_user_text  (TdCompletion        *self,
                                            const char          *text); /* the new message; without one the last reply is made again */
void          td_completion_set_system     (TdCompletion        *self,
                                            const char          *text);
void          td_completion_set_attachments (TdCompletion       *self,
                                             GPtrArray          *attachments); /* (element-type TdAttachment): of the new message */
void          td_completion_set_parameters (TdCompletion        *self,
                                            const TdChatParameters *parameters); /* for the chat, from now on */
void          td_completion_set_schema     (TdCompletion        *self,
                                            const char          *name,
                                            const char          *schema);
void          td_completion_set_max_output (TdCompletion        *self,
                                            gint64               tokens);
void          td_completion_set_max_cost   (TdCompletion        *self,
                                            TdMoney              limit);
void          td_completion_set_stop_cost  (TdCompletion        *self,
                                            TdMoney              limit);
void          td_completion_set_stream     (TdCompletion        *self,
                                            gboolean             stream); /* TRUE unless set */
void          td_completion_set_route_order (TdCompletion     *self,
                                             TdRouteOrder      order); /* the user's policy unless set */
const TdReceipt *td_completion_get_receipt (TdCompletion       *self); /* (nullable) until it has ended */
TdMessage    *td_completion_get_reply      (TdCompletion        *self); /* (nullable) until it has started */
void          td_completion_run_async      (TdCompletion        *self,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             user_data);
/* Ends it as the user would: the connection is closed at once, what came is kept. */
void          td_completion_stop           (TdCompletion        *self);
/* What is replying in a chat now, in this process. */
TdCompletion *td_engine_get_completion     (TdEngine            *engine,
                                            TdConversation      *conversation); /* (transfer none) (nullable) */
/* The error is the one shown with the message; G_IO_ERROR_CANCELLED when the user stopped it. */
gboolean      td_completion_run_finish     (TdCompletion        *self,
                                            GAsyncResult        *result,
                                            GError             **error);

G_END_DECLS
