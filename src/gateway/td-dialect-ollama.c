/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies of Ollama as a server writes them: a line for each piece, and the last one says what it
 * took. */
#include "config.h"

#include "gateway/td-dialect-ollama.h"

#include <string.h>

#include "providers/td-chat-write.h"

#define NS_PER_US 1000

/* The two calls differ in where the pieces stand. */
static gboolean
is_generate (const TdDialectReply *reply)
{
  return reply->dialect == td_dialect_ollama_generate ();
}

/* ---- Lines -------------------------------------------------------------------------------- */

static TdJsonWriter *
begin_line (TdJsonWriter         *writer,
            const TdDialectReply *reply)
{
  g_autofree char *created = td_dialect_dup_time (reply->created_us);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", reply->model);
  td_json_writer_member_string (writer, "created_at", created);
  return writer;
}

/* Leaves the writer where the pieces stand. */
static void
begin_message (TdJsonWriter         *writer,
               const TdDialectReply *reply,
               const char           *text,
               gsize                 length)
{
  if (!is_generate (reply))
    {
      td_json_writer_name (writer, "message");
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "role", "assistant");
    }
  td_json_writer_name (writer, is_generate (reply) ? "response" : "content");
  td_json_writer_string_len (writer, text, length);
}

static void
end_message (TdJsonWriter         *writer,
             const TdDialectReply *reply,
             gboolean              done)
{
  if (!is_generate (reply))
    td_json_writer_end_object (writer);
  td_json_writer_member_bool (writer, "done", done);
}

static void
take (TdDialectReply    *reply,
      const TdChatEvent *event,
      GByteArray        *out)
{
  g_autoptr (TdJsonWriter) writer = NULL;
  gboolean is_thought = event->type == TD_CHAT_EVENT_REASONING;

  /* Calls come whole, so not before the end. */
  if (event->type == TD_CHAT_EVENT_TOOL_BEGIN || event->type == TD_CHAT_EVENT_TOOL_ARGS)
    return;
  writer = begin_line (td_json_writer_new (), reply);
  begin_message (writer, reply, event->text, is_thought ? 0 : event->length);
  if (is_thought)
    {
      td_json_writer_name (writer, "thinking");
      td_json_writer_string_len (writer, event->text, event->length);
    }
  end_message (writer, reply, FALSE);
  td_json_writer_end_object (writer);
  td_dialect_append_line (out, writer);
}

/* ---- Calls and the end -------------------------------------------------------------------- */

static void
write_call (TdJsonWriter      *writer,
            const TdReplyPart *part,
            guint              number)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", part->id);
  td_json_writer_name (writer, "function");
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "index", number);
  td_json_writer_member_string (writer, "name", part->name);
  td_chat_write_json (writer, "arguments", part->text->str);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static void
write_calls (TdJsonWriter         *writer,
             const TdDialectReply *reply)
{
  guint number = 0;

  if (td_reply_record_count (reply->record, TD_REPLY_PART_CALL) == 0)
    return;
  td_json_writer_name (writer, "tool_calls");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < reply->record->parts->len; i++)
    {
      const TdReplyPart *part = reply->record->parts->pdata[i];

      if (part->type == TD_REPLY_PART_CALL)
        write_call (writer, part, number++);
    }
  td_json_writer_end_array (writer);
}

static void
write_state (TdJsonWriter         *writer,
             const TdDialectReply *reply)
{
  g_autofree char *wrapped = td_dialect_wrap_opaque (reply);

  td_json_writer_member_string (writer, TD_OLLAMA_STATE, wrapped);
}

static void
write_duration (TdJsonWriter *writer,
                const char   *name,
                gint64        microseconds)
{
  if (microseconds >= 0 && microseconds <= G_MAXINT64 / NS_PER_US)
    td_json_writer_member_int64 (writer, name, microseconds * NS_PER_US);
}

static void
write_measures (TdJsonWriter         *writer,
                const TdDialectReply *reply,
                const TdReplyTrailer *trailer)
{
  TdUsage usage = td_dialect_reply_get_usage (reply, trailer);
  gint64 total = trailer != NULL ? trailer->duration_us : -1;
  gint64 first = trailer != NULL ? trailer->first_token_us : -1;

  write_duration (writer, "total_duration", total);
  if (usage.input >= 0)
    td_json_writer_member_int64 (writer, "prompt_eval_count", usage.input);
  write_duration (writer, "prompt_eval_duration", first);
  if (usage.output >= 0)
    td_json_writer_member_int64 (writer, "eval_count", usage.output);
  if (first >= 0 && total >= first)
    write_duration (writer, "eval_duration", total - first);
  td_dialect_write_topdog (writer, trailer);
}

static const char *
get_done_reason (const TdReplyRecord *record)
{
  if (record->finish == TD_FINISH_LENGTH)
    return "length";
  return g_strcmp0 (record->finish_raw, "load") == 0 ? "load" : "stop";
}

static void
write_end (TdJsonWriter         *writer,
           const TdDialectReply *reply,
           const TdReplyTrailer *trailer)
{
  end_message (writer, reply, TRUE);
  td_json_writer_member_string (writer, "done_reason", get_done_reason (reply->record));
  write_measures (writer, reply, trailer);
  td_json_writer_end_object (writer);
}

static void
append_calls (const TdDialectReply *reply,
              GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = NULL;

  if (td_reply_record_count (reply->record, TD_REPLY_PART_CALL) == 0)
    return;
  writer = begin_line (td_json_writer_new (), reply);
  begin_message (writer, reply, "", 0);
  write_calls (writer, reply);
  end_message (writer, reply, FALSE);
  td_json_writer_end_object (writer);
  td_dialect_append_line (out, writer);
}

static void
end (TdDialectReply       *reply,
     const TdReplyTrailer *trailer,
     GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = NULL;

  append_calls (reply, out);
  writer = begin_line (td_json_writer_new (), reply);
  begin_message (writer, reply, "", 0);
  write_state (writer, reply);
  write_end (writer, reply, trailer);
  td_dialect_append_line (out, writer);
}

static void
fail (TdDialectReply       *reply,
      const TdReplyTrailer *trailer,
      GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_dialect_ollama_write_fault (reply->fault, trailer != NULL ? trailer->request_id : NULL,
                                 writer);
  td_dialect_append_line (out, writer);
}

/* There is no place for a refusal: it is what the model says. */
static char *
dup_text (const TdDialectReply *reply)
{
  g_autofree char *text = td_reply_record_dup_text (reply->record, TD_REPLY_PART_TEXT);
  g_autofree char *refusal = td_reply_record_dup_text (reply->record, TD_REPLY_PART_REFUSAL);

  return g_strconcat (text != NULL ? text : "", refusal, NULL);
}

static void
write_reply (TdDialectReply       *reply,
             const TdReplyTrailer *trailer,
             TdJsonWriter         *writer)
{
  g_autofree char *text = dup_text (reply);
  g_autofree char *thinking = td_reply_record_dup_text (reply->record, TD_REPLY_PART_REASONING);

  begin_line (writer, reply);
  begin_message (writer, reply, text, strlen (text));
  td_json_writer_member_string (writer, "thinking", thinking);
  write_calls (writer, reply);
  write_state (writer, reply);
  write_end (writer, reply, trailer);
}

#define OLLAMA_DIALECT(name_, read_)                \
  {                                                 \
    .name = name_,                                  \
    .stream_type = "application/x-ndjson",          \
    .read = read_,                                  \
    .take = take,                                   \
    .end = end,                                     \
    .fail = fail,                                   \
    .write_reply = write_reply,                     \
    .write_fault = td_dialect_ollama_write_fault,   \
    .write_models = td_dialect_ollama_write_models, \
    .write_model = td_dialect_ollama_write_model,   \
  }

/**
 * td_dialect_ollama_chat:
 *
 * Ollama's /api/chat; its models are those of /api/tags, and a single one what /api/show tells.
 *
 * Returns: (transfer none): the dialect
 */
const TdDialect *
td_dialect_ollama_chat (void)
{
  static const TdDialect dialect = OLLAMA_DIALECT ("ollama-chat", td_dialect_ollama_read_chat);

  return &dialect;
}

/**
 * td_dialect_ollama_generate:
 *
 * Ollama's /api/generate: a prompt in place of messages.
 *
 * Returns: (transfer none): the dialect
 */
const TdDialect *
td_dialect_ollama_generate (void)
{
  static const TdDialect dialect =
    OLLAMA_DIALECT ("ollama-generate", td_dialect_ollama_read_generate);

  return &dialect;
}
