/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "gateway/td-dialect-private.h"
#include "gateway/td-opaque.h"

/**
 * td_dialect_reply_new:
 * @dialect: the dialect the client speaks
 * @call: what it asked for
 * @head: what is known of the reply
 *
 * Returns: (transfer full): a reply of which nothing is written
 */
TdDialectReply *
td_dialect_reply_new (const TdDialect     *dialect,
                      const TdDialectCall *call,
                      const TdReplyHead   *head)
{
  TdDialectReply *self;

  g_return_val_if_fail (dialect != NULL && call != NULL && head != NULL, NULL);
  g_return_val_if_fail (head->id != NULL && head->model != NULL, NULL);

  self = g_new0 (TdDialectReply, 1);
  self->dialect = dialect;
  self->id = g_strdup (head->id);
  self->created_us = head->created_us;
  self->model = g_strdup (head->model);
  self->prompt_tokens = head->prompt_tokens;
  self->stream = call->stream;
  self->include_usage = call->include_usage;
  self->hides_reasoning = call->hides_reasoning;
  self->one_call = call->chat->one_call;
  self->record = td_reply_record_new ();
  self->part = -1;
  if (call->only_loads)
    {
      self->finished = TRUE;
      self->record->finish = TD_FINISH_STOP;
      self->record->finish_raw = g_strdup ("load");
    }
  return self;
}

void
td_dialect_reply_free (TdDialectReply *self)
{
  if (self == NULL)
    return;

  td_reply_record_free (self->record);
  td_fault_free (self->fault);
  g_free (self->id);
  g_free (self->model);
  g_free (self);
}

static gboolean
is_shown (const TdDialectReply *self,
          const TdChatEvent    *event)
{
  return !(self->hides_reasoning && event->type == TD_CHAT_EVENT_REASONING);
}

static void
begin (TdDialectReply *self,
       GByteArray     *out)
{
  if (self->begun)
    return;
  self->begun = TRUE;
  if (self->dialect->begin != NULL)
    self->dialect->begin (self, out);
}

/**
 * td_dialect_reply_take:
 * @self: a reply
 * @event: what came
 * @out: where to append what can be sent now; nothing, unless the client wants a stream
 *
 * Takes one event of the stream. The end is written with td_dialect_reply_end() only, because
 * it tells what the reply cost.
 */
void
td_dialect_reply_take (TdDialectReply    *self,
                       const TdChatEvent *event,
                       GByteArray        *out)
{
  g_return_if_fail (self != NULL && event != NULL && out != NULL);

  if (self->finished || !is_shown (self, event))
    return;
  self->finished = event->type == TD_CHAT_EVENT_FINISH || event->type == TD_CHAT_EVENT_ERROR;
  if (event->type == TD_CHAT_EVENT_ERROR)
    td_dialect_reply_fail (self, td_fault_from_failure (event->failure));
  self->part = td_reply_record_take (self->record, event);
  if (self->part < 0 || !self->stream)
    return;
  begin (self, out);
  self->dialect->take (self, event, out);
}

/**
 * td_dialect_reply_fail:
 * @self: a reply
 * @fault: (transfer full): why it failed
 *
 * Lets the reply end as a failure. The first fault stays.
 */
void
td_dialect_reply_fail (TdDialectReply *self,
                       TdFault        *fault)
{
  g_return_if_fail (self != NULL && fault != NULL);

  self->finished = TRUE;
  if (self->fault == NULL)
    self->fault = fault;
  else
    td_fault_free (fault);
}

static void
check_end (TdDialectReply *self)
{
  TdFinish finish = self->record->finish;

  if (self->fault == NULL && (finish == TD_FINISH_INCOMPLETE || finish == TD_FINISH_ERROR))
    td_dialect_reply_fail (self, td_fault_new (TD_FAULT_UPSTREAM, NULL,
                                               "The provider's reply ended in the middle"));
}

static void
append_document (TdDialectReply       *self,
                 const TdReplyTrailer *trailer,
                 GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autoptr (GBytes) body = NULL;

  if (self->fault != NULL)
    self->dialect->write_fault (self->fault, trailer != NULL ? trailer->request_id : NULL, writer);
  else
    self->dialect->write_reply (self, trailer, writer);
  body = td_json_writer_steal_bytes (writer);
  g_byte_array_append (out, g_bytes_get_data (body, NULL), (guint) g_bytes_get_size (body));
}

/**
 * td_dialect_reply_end:
 * @self: a reply
 * @trailer: (nullable): what is known now that it has been paid for
 * @out: where to append the end of the stream, or the document
 *
 * Writes the end, once. A reply that was cut off is a failure.
 */
void
td_dialect_reply_end (TdDialectReply       *self,
                      const TdReplyTrailer *trailer,
                      GByteArray           *out)
{
  g_return_if_fail (self != NULL && out != NULL);

  if (self->ended)
    return;
  self->ended = TRUE;
  check_end (self);
  if (!self->stream || (self->fault != NULL && !self->begun))
    {
      append_document (self, trailer, out);
      return;
    }
  begin (self, out);
  if (self->fault != NULL)
    self->dialect->fail (self, trailer, out);
  else
    self->dialect->end (self, trailer, out);
}

/**
 * td_dialect_reply_keep_alive:
 * @self: a reply
 * @out: where to append something that means nothing
 *
 * For connections that are cut when nothing comes for long. The status is out after this, so that
 * a failure can only be told inside the stream; a whole reply stays as it is.
 */
void
td_dialect_reply_keep_alive (TdDialectReply *self,
                             GByteArray     *out)
{
  g_return_if_fail (self != NULL && out != NULL);

  if (!self->stream || self->ended || self->dialect->keep_alive == NULL)
    return;
  begin (self, out);
  td_dialect_append_text (out, self->dialect->keep_alive);
}

/**
 * td_dialect_reply_has_begun:
 * @self: a reply
 *
 * Returns: whether a part of the stream was written
 */
gboolean
td_dialect_reply_has_begun (TdDialectReply *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->begun;
}

/**
 * td_dialect_reply_get_fault:
 * @self: a reply that has ended
 *
 * Returns: (transfer none) (nullable): why it failed; unless the stream has begun, its status is
 *   the answer's
 */
const TdFault *
td_dialect_reply_get_fault (TdDialectReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->fault;
}

/**
 * td_dialect_reply_get_content_type:
 * @self: a reply
 *
 * Returns: (transfer none): the content type of what was written
 */
const char *
td_dialect_reply_get_content_type (TdDialectReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->stream && (self->begun || self->fault == NULL) ? self->dialect->stream_type
                                                              : "application/json";
}

/* ---- For the dialects --------------------------------------------------------------------- */

/* What was booked; where that is not known, what the provider said. */
TdUsage
td_dialect_reply_get_usage (const TdDialectReply *reply,
                            const TdReplyTrailer *trailer)
{
  TdUsage usage = reply->record->usage;

  if (trailer != NULL && trailer->usage != NULL)
    td_usage_merge (&usage, trailer->usage);
  if (usage.input >= 0 && usage.output >= 0)
    usage.total = usage.input + usage.output;
  return usage;
}

char *
td_dialect_wrap_opaque (const TdDialectReply *reply)
{
  const GString *opaque = reply->record->opaque;

  return opaque != NULL && opaque->len > 0
           ? td_opaque_wrap (opaque->str, opaque->len, reply->model)
           : NULL;
}

gint64
td_dialect_reply_get_created (const TdDialectReply *reply)
{
  return reply->created_us / G_USEC_PER_SEC;
}
