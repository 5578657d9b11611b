/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-dialect-private.h"

#include <string.h>

static TdFault *
fault_of_json_error (const GError *error)
{
  if (g_error_matches (error, TD_JSON_ERROR, TD_JSON_ERROR_TOO_LARGE))
    return td_fault_new (TD_FAULT_TOO_LARGE, NULL, "The request is too large: %s", error->message);
  return td_fault_new (TD_FAULT_INVALID, NULL, "The request is not JSON that can be read: %s",
                       error->message);
}

/**
 * td_dialect_read:
 * @self: a dialect
 * @body: what a client sent
 * @fault: (out): why it cannot be answered
 *
 * Reads a request. What would change the reply and cannot be honoured is refused by name; other
 * members nobody knows are ignored.
 *
 * Returns: (transfer full) (nullable): the call
 */
TdDialectCall *
td_dialect_read (const TdDialect  *self,
                 GBytes           *body,
                 TdFault         **fault)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (TdDialectCall) call = NULL;
  TdCallReader reader = { 0 };

  g_return_val_if_fail (self != NULL && body != NULL && fault != NULL, NULL);

  *fault = NULL;
  doc = td_json_doc_parse_bytes (body, NULL, &error);
  if (doc == NULL)
    {
      *fault = fault_of_json_error (error);
      return NULL;
    }
  call = g_new0 (TdDialectCall, 1);
  call->chat = td_chat_request_new (NULL);
  reader.call = call;
  reader.root = td_json_doc_get_root (doc);
  if (td_json_get_type (reader.root) == TD_JSON_OBJECT)
    self->read (&reader);
  else
    td_call_reader_refuse (&reader, "", NULL, "The request has to be a JSON object");
  td_chat_turn_free (reader.held);
  *fault = reader.fault;
  call->chat->stream = call->stream;
  return reader.fault == NULL ? g_steal_pointer (&call) : NULL;
}

void
td_dialect_call_free (TdDialectCall *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->opaque_models, g_hash_table_unref);
  td_chat_request_free (self->chat);
  g_free (self);
}

/**
 * td_dialect_call_forget_others:
 * @self: a call
 * @model: which model is going to reply, as its replies' #TdReplyHead names it
 *
 * Drops what other models sent along with their turns: it is theirs, and this one would refuse it.
 */
void
td_dialect_call_forget_others (TdDialectCall *self,
                               const char    *model)
{
  GHashTableIter iter;
  gpointer turn, from;

  g_return_if_fail (self != NULL);

  if (self->opaque_models == NULL)
    return;
  g_hash_table_iter_init (&iter, self->opaque_models);
  while (g_hash_table_iter_next (&iter, &turn, &from))
    {
      if (g_strcmp0 (from, model) != 0)
        g_clear_pointer (&((TdChatTurn *) turn)->opaque, g_free);
    }
}

/**
 * td_dialect_write_fault:
 * @self: a dialect
 * @fault: why a request is not answered
 * @request_id: (nullable): what it is known by
 *
 * Returns: (transfer full): the body of the answer, JSON
 */
GBytes *
td_dialect_write_fault (const TdDialect *self,
                        const TdFault   *fault,
                        const char      *request_id)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  g_return_val_if_fail (self != NULL && fault != NULL, NULL);

  self->write_fault (fault, request_id, writer);
  return td_json_writer_steal_bytes (writer);
}

/**
 * td_dialect_get_status:
 * @self: a dialect
 * @fault: why a request is not answered
 *
 * Returns: the HTTP status the dialect has for it
 */
guint
td_dialect_get_status (const TdDialect *self,
                       const TdFault   *fault)
{
  g_return_val_if_fail (self != NULL && fault != NULL, 500);

  return self->get_status != NULL ? self->get_status (fault) : td_fault_get_status (fault);
}

/**
 * td_dialect_write_models:
 * @self: a dialect
 * @models: (array length=n_models): models
 * @n_models: how many
 *
 * Returns: (transfer full): the list as the dialect writes it
 */
GBytes *
td_dialect_write_models (const TdDialect      *self,
                         const TdDialectModel *models,
                         guint                 n_models)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  g_return_val_if_fail (self != NULL && (models != NULL || n_models == 0), NULL);

  self->write_models (models, n_models, writer);
  return td_json_writer_steal_bytes (writer);
}

/**
 * td_dialect_write_model:
 * @self: a dialect
 * @model: a model
 *
 * Returns: (transfer full): what the dialect says of one model
 */
GBytes *
td_dialect_write_model (const TdDialect      *self,
                        const TdDialectModel *model)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  g_return_val_if_fail (self != NULL && model != NULL, NULL);

  self->write_model (model, writer);
  return td_json_writer_steal_bytes (writer);
}

/* ---- For the dialects --------------------------------------------------------------------- */

void
td_dialect_append_text (GByteArray *out,
                        const char *text)
{
  g_byte_array_append (out, (const guint8 *) text, (guint) strlen (text));
}

/**
 * td_dialect_append_sse:
 * @out: where to
 * @event: (nullable): the event's name
 * @writer: a writer that has written its data
 *
 * Appends a server-sent event. JSON has no line ends in it, so it is one line of data.
 */
void
td_dialect_append_sse (GByteArray   *out,
                       const char   *event,
                       TdJsonWriter *writer)
{
  g_autofree char *text = td_json_writer_steal_text (writer);

  if (event != NULL)
    {
      td_dialect_append_text (out, "event: ");
      td_dialect_append_text (out, event);
      td_dialect_append_text (out, "\n");
    }
  td_dialect_append_text (out, "data: ");
  td_dialect_append_text (out, text);
  td_dialect_append_text (out, "\n\n");
}

void
td_dialect_append_line (GByteArray   *out,
                        TdJsonWriter *writer)
{
  g_autofree char *text = td_json_writer_steal_text (writer);

  td_dialect_append_text (out, text);
  td_dialect_append_text (out, "\n");
}

static void
write_cost (TdJsonWriter *writer,
            TdMoney       cost)
{
  g_autofree char *text = NULL;

  td_json_writer_name (writer, "cost");
  if (cost == TD_MONEY_UNKNOWN)
    {
      td_json_writer_null (writer);
      return;
    }
  text = td_money_format (cost);
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "nano_dollars", cost);
  td_json_writer_member_string (writer, "text", text);
  td_json_writer_end_object (writer);
}

/**
 * td_dialect_write_topdog:
 * @writer: a writer inside an object
 * @trailer: (nullable): what is known of a reply that has been paid for
 *
 * Writes "x_topdog": what no dialect has a place for.
 */
void
td_dialect_write_topdog (TdJsonWriter         *writer,
                         const TdReplyTrailer *trailer)
{
  if (trailer == NULL)
    return;
  td_json_writer_name (writer, "x_topdog");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "request_id", trailer->request_id);
  td_json_writer_member_string (writer, "model", trailer->model);
  td_json_writer_member_string (writer, "provider", trailer->provider);
  write_cost (writer, trailer->cost);
  td_json_writer_member_string (writer, "reason", trailer->reason);
  td_json_writer_end_object (writer);
}

/* What we call the fault ourselves, whatever the dialect calls it. */
void
td_dialect_write_fault_topdog (TdJsonWriter  *writer,
                               const TdFault *fault,
                               const char    *request_id)
{
  td_json_writer_name (writer, "x_topdog");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "request_id", request_id);
  td_json_writer_member_string (writer, "code", fault->code);
  if (fault->retry_after_ms >= 0)
    td_json_writer_member_int64 (writer, "retry_after_ms", fault->retry_after_ms);
  td_json_writer_end_object (writer);
}

void
td_dialect_write_id (TdJsonWriter         *writer,
                     const char           *name,
                     const char           *prefix,
                     const TdDialectReply *reply)
{
  g_autofree char *id = g_strconcat (prefix, reply->id, NULL);

  td_json_writer_member_string (writer, name, id);
}

/* Unknown is unknown, never 0. */
void
td_dialect_write_count (TdJsonWriter *writer,
                        const char   *name,
                        gint64        count)
{
  td_json_writer_name (writer, name);
  if (count >= 0)
    td_json_writer_int64 (writer, count);
  else
    td_json_writer_null (writer);
}

/* In UTC, by RFC 3339. */
char *
td_dialect_dup_time (gint64 microseconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc_usec (microseconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S.%fZ") : NULL;
}
