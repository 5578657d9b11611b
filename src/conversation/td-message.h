/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "base/td-money.h"

G_BEGIN_DECLS

typedef enum
{
  TD_MESSAGE_ROLE_SYSTEM,
  TD_MESSAGE_ROLE_USER,
  TD_MESSAGE_ROLE_ASSISTANT,
} TdMessageRole;

typedef enum
{
  TD_MESSAGE_STATE_COMPLETE,
  TD_MESSAGE_STATE_STREAMING,
  TD_MESSAGE_STATE_STOPPED,     /* the user stopped it */
  TD_MESSAGE_STATE_INTERRUPTED, /* this program ended in the middle of it */
  TD_MESSAGE_STATE_FAILED,      /* the error code says why; the text so far is kept */
} TdMessageState;

/**
 * TdMessage:
 *
 * One message of a conversation. While a reply streams, its text grows in place; nothing else
 * of the conversation changes.
 *
 * Properties (read-only): "text", "reasoning", "state", "cost", "output-tokens", "retry-at-us", "model-key"
 * (which changes when another provider is asked before anything came). Streaming text
 * is told by the signal "appended" alone, at most once a frame; "text" and "reasoning" are
 * notified when the reply ends or is replaced as a whole, because whoever binds them copies
 * all of it.
 * Signal "appended" (text or reasoning grew at its end; read only what is new).
 */
#define TD_TYPE_MESSAGE (td_message_get_type ())
G_DECLARE_FINAL_TYPE (TdMessage, td_message, TD, MESSAGE, GObject)

gint64         td_message_get_id            (TdMessage *self); /* 0: not stored yet */
TdMessageRole  td_message_get_role          (TdMessage *self);
TdMessageState td_message_get_state         (TdMessage *self);
const char    *td_message_get_text          (TdMessage *self); /* valid until the text grows */
gsize          td_message_get_text_length   (TdMessage *self); /* bytes */
const char    *td_message_get_reasoning     (TdMessage *self); /* valid until it grows */
gsize          td_message_get_reasoning_length (TdMessage *self); /* bytes */
const char    *td_message_get_model_key     (TdMessage *self); /* (nullable) */
const char    *td_message_get_model_name    (TdMessage *self); /* (nullable) */
gint64         td_message_get_created_us    (TdMessage *self);
gint64         td_message_get_input_tokens  (TdMessage *self); /* -1: unknown */
gint64         td_message_get_output_tokens (TdMessage *self); /* -1: unknown */
gboolean       td_message_is_usage_counted_here (TdMessage *self); /* not the provider's figure */
gboolean       td_message_is_usage_estimated (TdMessage *self); /* nor counted exactly */
GPtrArray     *td_message_get_attachments  (TdMessage *self); /* (nullable) (element-type TdAttachment) (transfer none) */
const char    *td_message_get_calls        (TdMessage *self); /* (nullable): a JSON list of objects with id, name, arguments */
TdMoney        td_message_get_cost          (TdMessage *self); /* TD_MONEY_UNKNOWN: not known */
gint64         td_message_get_first_token_ms (TdMessage *self); /* -1: unknown */
gint64         td_message_get_duration_ms   (TdMessage *self); /* -1: unknown */
const char    *td_message_get_finish        (TdMessage *self); /* (nullable): TdFinish as text */
/* What went wrong, as the code and words of the failure. NULL and 0 when nothing did. */
const char    *td_message_get_error_code    (TdMessage *self); /* (nullable): "provider:rate-limit", "vault:locked", ... */
const char    *td_message_get_error_detail  (TdMessage *self); /* (nullable): the provider's words */
/* Of a failed reply: when the provider says it may be tried again. Of a streaming one: when it
 * is going to be, because the provider asked to wait. 0: no wait. */
gint64         td_message_get_retry_at_us   (TdMessage *self);

G_END_DECLS
