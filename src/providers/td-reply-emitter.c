/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-reply-emitter.h"

static void
emit (TdReplyEmitter    *self,
      const TdChatEvent *event)
{
  if (!self->ended)
    self->func (event, self->user_data);
}

static void
emit_text (TdReplyEmitter  *self,
           TdChatEventType  type,
           const char      *text,
           gsize            length)
{
  td_reply_emitter_start (self, NULL, NULL);
  emit (self, &(TdChatEvent) { .type = type, .text = text, .length = length });
}

static void
take_piece_cb (gboolean    is_reasoning,
               const char *text,
               gsize       length,
               gpointer    user_data)
{
  emit_text (user_data, is_reasoning ? TD_CHAT_EVENT_REASONING : TD_CHAT_EVENT_TEXT, text, length);
}

/**
 * td_reply_emitter_init:
 * @self: (out caller-allocates): an emitter at the start of a reply; must not move in memory
 * @func: called for each event
 * @user_data: data for @func
 */
void
td_reply_emitter_init (TdReplyEmitter  *self,
                       TdChatEventFunc  func,
                       gpointer         user_data)
{
  *self = (TdReplyEmitter) { .func = func, .user_data = user_data, .usage = TD_USAGE_INIT };
  self->think = td_think_splitter_new (take_piece_cb, self);
}

void
td_reply_emitter_clear (TdReplyEmitter *self)
{
  g_clear_pointer (&self->think, td_think_splitter_free);
}

static const char *
null_if_empty (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

/**
 * td_reply_emitter_start:
 * @self: an emitter
 * @id: (nullable): the provider's id of the reply
 * @model: (nullable): the model that replies
 *
 * Hands out START, the first time only.
 */
void
td_reply_emitter_start (TdReplyEmitter *self,
                        const char     *id,
                        const char     *model)
{
  td_reply_emitter_start_upstream (self, id, model, NULL);
}

/**
 * td_reply_emitter_start_upstream:
 * @self: an emitter
 * @id: (nullable): the provider's id of the reply
 * @model: (nullable): the model that replies
 * @upstream: (nullable): whom the provider asked
 *
 * Hands out START, the first time only.
 */
void
td_reply_emitter_start_upstream (TdReplyEmitter *self,
                                 const char     *id,
                                 const char     *model,
                                 const char     *upstream)
{
  if (self->started)
    return;

  self->started = TRUE;
  emit (self, &(TdChatEvent) {
                .type = TD_CHAT_EVENT_START,
                .id = null_if_empty (id),
                .model = null_if_empty (model),
                .upstream = null_if_empty (upstream),
              });
}

/**
 * td_reply_emitter_text:
 * @self: an emitter
 * @text: (nullable): a piece of text; anything but a non-empty string is nothing
 *
 * Hands out text. Until the server names reasoning itself, the model's own marks are looked
 * for at the start.
 */
void
td_reply_emitter_text (TdReplyEmitter *self,
                       const TdJson   *text)
{
  gsize length = td_json_get_string_length (text);

  if (length == 0)
    return;
  if (self->has_reasoning)
    emit_text (self, TD_CHAT_EVENT_TEXT, td_json_get_string (text), length);
  else
    td_think_splitter_feed (self->think, td_json_get_string (text), length);
}

/**
 * td_reply_emitter_reasoning:
 * @self: an emitter
 * @text: (nullable): a piece of what the server calls reasoning
 *
 * Hands out reasoning. From then on the text is taken as it is.
 */
void
td_reply_emitter_reasoning (TdReplyEmitter *self,
                            const TdJson   *text)
{
  gsize length = td_json_get_string_length (text);

  if (length == 0)
    return;
  if (!self->has_reasoning)
    td_think_splitter_flush (self->think);
  self->has_reasoning = TRUE;
  emit_text (self, TD_CHAT_EVENT_REASONING, td_json_get_string (text), length);
}

/**
 * td_reply_emitter_reasoning_break:
 * @self: an emitter of reasoning
 *
 * Hands out a blank line between two parts of the reasoning.
 */
void
td_reply_emitter_reasoning_break (TdReplyEmitter *self)
{
  emit_text (self, TD_CHAT_EVENT_REASONING, "\n\n", 2);
}

/**
 * td_reply_emitter_refusal:
 * @self: an emitter
 * @text: (nullable): a piece of the words with which the model refuses
 *
 * Hands out a refusal, and remembers that there was one.
 */
void
td_reply_emitter_refusal (TdReplyEmitter *self,
                          const TdJson   *text)
{
  gsize length = td_json_get_string_length (text);

  if (length == 0)
    return;
  self->refused = TRUE;
  emit_text (self, TD_CHAT_EVENT_REFUSAL, td_json_get_string (text), length);
}

/**
 * td_reply_emitter_tool_begin:
 * @self: an emitter
 * @index: the number of the call in this reply, from 0
 * @id: what the call is known by
 * @name: the function
 *
 * Hands out the beginning of a tool call.
 */
void
td_reply_emitter_tool_begin (TdReplyEmitter *self,
                             guint           index,
                             const char     *id,
                             const char     *name)
{
  td_reply_emitter_start (self, NULL, NULL);
  emit (self, &(TdChatEvent) { .type = TD_CHAT_EVENT_TOOL_BEGIN,
                               .index = index,
                               .id = id,
                               .name = name });
}

/**
 * td_reply_emitter_tool_args:
 * @self: an emitter
 * @index: the number of a call that has begun
 * @text: a piece of its arguments
 * @length: how many bytes
 *
 * Hands out a piece of a tool call's arguments, unless it is empty.
 */
void
td_reply_emitter_tool_args (TdReplyEmitter *self,
                            guint           index,
                            const char     *text,
                            gsize           length)
{
  if (length > 0)
    emit (self, &(TdChatEvent) { .type = TD_CHAT_EVENT_TOOL_ARGS,
                                 .index = index,
                                 .text = text,
                                 .length = length });
}

/**
 * td_reply_emitter_opaque:
 * @self: an emitter
 * @text: JSON to send back with this turn
 * @length: how many bytes
 *
 * Hands out what the provider wants to have back.
 */
void
td_reply_emitter_opaque (TdReplyEmitter *self,
                         const char     *text,
                         gsize           length)
{
  emit (self, &(TdChatEvent) { .type = TD_CHAT_EVENT_OPAQUE, .text = text, .length = length });
}

static gboolean
says_anything (const TdUsage *usage)
{
  return usage->input >= 0 || usage->cached >= 0 || usage->cache_write >= 0 || usage->output >= 0 ||
         usage->reasoning >= 0 || usage->total >= 0 || usage->provider_cost >= 0;
}

/**
 * td_reply_emitter_usage:
 * @self: an emitter
 * @later: figures that replace those known so far; unknown ones leave them
 *
 * Hands out the running totals.
 */
void
td_reply_emitter_usage (TdReplyEmitter *self,
                        const TdUsage  *later)
{
  if (!says_anything (later))
    return;

  td_usage_merge (&self->usage, later);
  emit (self, &(TdChatEvent) { .type = TD_CHAT_EVENT_USAGE, .usage = &self->usage });
}

static void
hand_out_the_rest (TdReplyEmitter *self)
{
  td_think_splitter_flush (self->think);
  td_reply_emitter_start (self, NULL, NULL);
}

/**
 * td_reply_emitter_finish:
 * @self: an emitter
 * @finish: why the turn ended
 * @finish_raw: (nullable): in the provider's word
 *
 * Hands out the end of a turn that did not fail.
 */
void
td_reply_emitter_finish (TdReplyEmitter *self,
                         TdFinish        finish,
                         const char     *finish_raw)
{
  hand_out_the_rest (self);
  emit (self, &(TdChatEvent) { .type = TD_CHAT_EVENT_FINISH,
                               .finish = finish,
                               .finish_raw = finish_raw });
  self->ended = TRUE;
}

/**
 * td_reply_emitter_fail:
 * @self: an emitter
 * @failure: (transfer full): what happened
 *
 * Hands out the end of a turn that failed; the text so far has been handed out before.
 */
void
td_reply_emitter_fail (TdReplyEmitter *self,
                       TdFailure      *failure)
{
  if (self->started)
    hand_out_the_rest (self);
  else
    td_think_splitter_flush (self->think);
  emit (self, &(TdChatEvent) {
                .type = TD_CHAT_EVENT_ERROR,
                .finish = TD_FINISH_ERROR,
                .failure = failure,
              });
  self->ended = TRUE;
  td_failure_free (failure);
}
