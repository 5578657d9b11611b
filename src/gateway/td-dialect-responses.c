/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies of the Responses protocol as a server writes them. Each part of a reply is an item of
 * its own: the number of the part is the item's. */
#include "config.h"

#include "gateway/td-dialect-responses.h"

#include "gateway/td-dialect-openai.h"

/* What an item of a type is called, and its events. */
static const struct
{
  const char *id_prefix;
  const char *part_added; /* (nullable) */
  const char *delta;
  const char *done;
  const char *part_done;  /* (nullable) */
  const char *part_type;
  const char *text_name;  /* what the text is called when it is done */
  const char *part_index; /* what the only part's number is called */
} types[] = {
  [TD_REPLY_PART_TEXT] = { "msg_", "response.content_part.added", "response.output_text.delta",
                           "response.output_text.done", "response.content_part.done",
                           "output_text", "text", "content_index" },
  [TD_REPLY_PART_REFUSAL] = { "msg_", "response.content_part.added", "response.refusal.delta",
                              "response.refusal.done", "response.content_part.done", "refusal",
                              "refusal", "content_index" },
  [TD_REPLY_PART_REASONING] = { "rs_", "response.reasoning_summary_part.added",
                                "response.reasoning_summary_text.delta",
                                "response.reasoning_summary_text.done",
                                "response.reasoning_summary_part.done", "summary_text", "text",
                                "summary_index" },
  [TD_REPLY_PART_CALL] = { "fc_", NULL, "response.function_call_arguments.delta",
                           "response.function_call_arguments.done", NULL, NULL, "arguments",
                           NULL },
};

/* ---- Items -------------------------------------------------------------------------------- */

static void
write_item_id (TdJsonWriter         *writer,
               const char           *name,
               const TdDialectReply *reply,
               const char           *prefix,
               guint                 number)
{
  g_autofree char *id = g_strdup_printf ("%s%s_%u", prefix, reply->id, number);

  td_json_writer_member_string (writer, name, id);
}

static void
write_part (TdJsonWriter      *writer,
            const TdReplyPart *part,
            gboolean           done)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", types[part->type].part_type);
  td_json_writer_member_string (writer, types[part->type].text_name, done ? part->text->str : "");
  if (part->type == TD_REPLY_PART_TEXT)
    {
      td_json_writer_name (writer, "annotations");
      td_json_writer_raw (writer, "[]");
    }
  td_json_writer_end_object (writer);
}

static void
write_parts (TdJsonWriter      *writer,
             const char        *name,
             const TdReplyPart *part,
             gboolean           done)
{
  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  if (done)
    write_part (writer, part, TRUE);
  td_json_writer_end_array (writer);
}

/* The last item of a reply that was cut short is not whole. */
static const char *
get_item_status (const TdDialectReply *reply,
                 guint                 number,
                 gboolean              done)
{
  if (!done)
    return "in_progress";
  return reply->record->finish == TD_FINISH_LENGTH && number == reply->record->parts->len - 1
           ? "incomplete"
           : "completed";
}

static void
write_item (TdJsonWriter         *writer,
            const TdDialectReply *reply,
            guint                 number,
            gboolean              done)
{
  const TdReplyPart *part = reply->record->parts->pdata[number];

  td_json_writer_begin_object (writer);
  write_item_id (writer, "id", reply, types[part->type].id_prefix, number);
  if (part->type == TD_REPLY_PART_REASONING)
    {
      td_json_writer_member_string (writer, "type", "reasoning");
      write_parts (writer, "summary", part, done);
      td_json_writer_end_object (writer);
      return;
    }
  td_json_writer_member_string (writer, "type",
                                part->type == TD_REPLY_PART_CALL ? "function_call" : "message");
  td_json_writer_member_string (writer, "status", get_item_status (reply, number, done));
  if (part->type == TD_REPLY_PART_CALL)
    {
      td_json_writer_member_string (writer, "call_id", part->id);
      td_json_writer_member_string (writer, "name", part->name);
      td_json_writer_member_string (writer, "arguments",
                                    done ? td_reply_part_get_arguments (part) : "");
    }
  else
    {
      td_json_writer_member_string (writer, "role", "assistant");
      write_parts (writer, "content", part, done);
    }
  td_json_writer_end_object (writer);
}

/* What the provider wants to have back is an item of its own, because it comes last. */
static gboolean
has_opaque (const TdDialectReply *reply)
{
  return reply->record->opaque != NULL && reply->record->opaque->len > 0;
}

static void
write_opaque_item (TdJsonWriter         *writer,
                   const TdDialectReply *reply,
                   gboolean              done)
{
  g_autofree char *wrapped = done ? td_dialect_wrap_opaque (reply) : NULL;

  td_json_writer_begin_object (writer);
  write_item_id (writer, "id", reply, "rs_", reply->record->parts->len);
  td_json_writer_member_string (writer, "type", "reasoning");
  td_json_writer_name (writer, "summary");
  td_json_writer_raw (writer, "[]");
  td_json_writer_member_string (writer, "encrypted_content", wrapped);
  td_json_writer_end_object (writer);
}

/* ---- The response ------------------------------------------------------------------------- */

static const char *
get_incomplete_reason (const TdReplyRecord *record)
{
  if (record->finish == TD_FINISH_LENGTH)
    return "max_output_tokens";
  return record->finish == TD_FINISH_REFUSED &&
             td_reply_record_count (record, TD_REPLY_PART_REFUSAL) == 0
           ? "content_filter"
           : NULL;
}

static void
write_usage (TdJsonWriter  *writer,
             const TdUsage *usage)
{
  td_json_writer_name (writer, "usage");
  if (usage == NULL || !td_usage_is_known (usage))
    {
      td_json_writer_null (writer);
      return;
    }
  td_json_writer_begin_object (writer);
  td_dialect_write_count (writer, "input_tokens", usage->input);
  td_json_writer_name (writer, "input_tokens_details");
  td_json_writer_begin_object (writer);
  td_dialect_write_count (writer, "cached_tokens", usage->cached);
  if (usage->cache_write >= 0)
    td_json_writer_member_int64 (writer, "cache_write_tokens", usage->cache_write);
  td_json_writer_end_object (writer);
  td_dialect_write_count (writer, "output_tokens", usage->output);
  td_json_writer_name (writer, "output_tokens_details");
  td_json_writer_begin_object (writer);
  td_dialect_write_count (writer, "reasoning_tokens", usage->reasoning);
  td_json_writer_end_object (writer);
  td_dialect_write_count (writer, "total_tokens", usage->total);
  td_json_writer_end_object (writer);
}

static void
write_error (TdJsonWriter  *writer,
             const TdFault *fault)
{
  td_json_writer_name (writer, "error");
  if (fault == NULL)
    {
      td_json_writer_null (writer);
      return;
    }
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "code", td_dialect_openai_get_code (fault));
  td_json_writer_member_string (writer, "message", fault->message);
  td_json_writer_end_object (writer);
}

static void
write_incomplete (TdJsonWriter *writer,
                  const char   *reason)
{
  td_json_writer_name (writer, "incomplete_details");
  if (reason == NULL)
    {
      td_json_writer_null (writer);
      return;
    }
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "reason", reason);
  td_json_writer_end_object (writer);
}

static void
write_output (TdJsonWriter         *writer,
              const TdDialectReply *reply)
{
  td_json_writer_name (writer, "output");
  td_json_writer_begin_array (writer);
  for (guint i = 0; reply->finished && i < reply->record->parts->len; i++)
    write_item (writer, reply, i, TRUE);
  if (reply->finished && has_opaque (reply))
    write_opaque_item (writer, reply, TRUE);
  td_json_writer_end_array (writer);
}

static const char *
get_status (const TdDialectReply *reply)
{
  if (!reply->finished)
    return "in_progress";
  if (reply->fault != NULL)
    return "failed";
  return get_incomplete_reason (reply->record) != NULL ? "incomplete" : "completed";
}

static void
write_response (TdJsonWriter         *writer,
                const TdDialectReply *reply,
                const TdReplyTrailer *trailer)
{
  TdUsage usage = td_dialect_reply_get_usage (reply, trailer);

  td_json_writer_begin_object (writer);
  td_dialect_write_id (writer, "id", "resp_", reply);
  td_json_writer_member_string (writer, "object", "response");
  td_json_writer_member_int64 (writer, "created_at", td_dialect_reply_get_created (reply));
  td_json_writer_member_string (writer, "status", get_status (reply));
  write_error (writer, reply->fault);
  write_incomplete (writer, reply->finished ? get_incomplete_reason (reply->record) : NULL);
  td_json_writer_member_string (writer, "model", reply->model);
  write_output (writer, reply);
  td_json_writer_member_bool (writer, "parallel_tool_calls", !reply->one_call);
  td_json_writer_member_bool (writer, "store", FALSE);
  write_usage (writer, reply->finished ? &usage : NULL);
  td_dialect_write_topdog (writer, trailer);
  td_json_writer_end_object (writer);
}

/* ---- Stream ------------------------------------------------------------------------------- */

static TdJsonWriter *
begin_event (TdDialectReply *reply,
             const char     *type)
{
  TdJsonWriter *writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", type);
  td_json_writer_member_int64 (writer, "sequence_number", reply->n_sent++);
  return writer;
}

static void
end_event (TdJsonWriter *writer,
           const char   *type,
           GByteArray   *out)
{
  td_json_writer_end_object (writer);
  td_dialect_append_sse (out, type, writer);
}

static void
append_response (TdDialectReply       *reply,
                 const char           *type,
                 const TdReplyTrailer *trailer,
                 GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = begin_event (reply, type);

  td_json_writer_name (writer, "response");
  write_response (writer, reply, trailer);
  end_event (writer, type, out);
}

static void
append_item (TdDialectReply *reply,
             const char     *type,
             guint           number,
             gboolean        done,
             GByteArray     *out)
{
  g_autoptr (TdJsonWriter) writer = begin_event (reply, type);

  td_json_writer_member_int64 (writer, "output_index", number);
  td_json_writer_name (writer, "item");
  if (number < reply->record->parts->len)
    write_item (writer, reply, number, done);
  else
    write_opaque_item (writer, reply, done);
  end_event (writer, type, out);
}

/* An event inside an item, as far as all of them are alike. */
static TdJsonWriter *
begin_inner (TdDialectReply *reply,
             const char     *type,
             guint           number)
{
  const TdReplyPart *part = reply->record->parts->pdata[number];
  TdJsonWriter *writer = begin_event (reply, type);

  write_item_id (writer, "item_id", reply, types[part->type].id_prefix, number);
  td_json_writer_member_int64 (writer, "output_index", number);
  if (types[part->type].part_index != NULL)
    td_json_writer_member_int64 (writer, types[part->type].part_index, 0);
  return writer;
}

static void
append_part (TdDialectReply *reply,
             const char     *type,
             guint           number,
             gboolean        done,
             GByteArray     *out)
{
  g_autoptr (TdJsonWriter) writer = NULL;

  if (type == NULL)
    return;
  writer = begin_inner (reply, type, number);
  td_json_writer_name (writer, "part");
  write_part (writer, reply->record->parts->pdata[number], done);
  end_event (writer, type, out);
}

static void
append_delta (TdDialectReply    *reply,
              guint              number,
              const TdChatEvent *event,
              GByteArray        *out)
{
  const TdReplyPart *part = reply->record->parts->pdata[number];
  const char *type = types[part->type].delta;
  g_autoptr (TdJsonWriter) writer = begin_inner (reply, type, number);

  td_json_writer_name (writer, "delta");
  td_json_writer_string_len (writer, event->text, event->length);
  if (part->type == TD_REPLY_PART_TEXT)
    {
      td_json_writer_name (writer, "logprobs");
      td_json_writer_raw (writer, "[]");
    }
  end_event (writer, type, out);
}

static void
append_done (TdDialectReply *reply,
             guint           number,
             GByteArray     *out)
{
  const TdReplyPart *part = reply->record->parts->pdata[number];
  const char *type = types[part->type].done;
  g_autoptr (TdJsonWriter) writer = begin_inner (reply, type, number);

  td_json_writer_member_string (writer, "name", part->name);
  td_json_writer_member_string (writer, types[part->type].text_name,
                                part->type == TD_REPLY_PART_CALL
                                  ? td_reply_part_get_arguments (part)
                                  : part->text->str);
  if (part->type == TD_REPLY_PART_TEXT)
    {
      td_json_writer_name (writer, "logprobs");
      td_json_writer_raw (writer, "[]");
    }
  end_event (writer, type, out);
}

static void
close_item (TdDialectReply *reply,
            guint           number,
            GByteArray     *out)
{
  const TdReplyPart *part = reply->record->parts->pdata[number];

  append_done (reply, number, out);
  append_part (reply, types[part->type].part_done, number, TRUE, out);
  append_item (reply, "response.output_item.done", number, TRUE, out);
}

static gboolean
is_call (const TdDialectReply *reply,
         guint                 number)
{
  return ((const TdReplyPart *) reply->record->parts->pdata[number])->type == TD_REPLY_PART_CALL;
}

/* Calls stay open until the end, because the pieces of several may come by turns. */
static void
open_item (TdDialectReply *reply,
           guint           number,
           GByteArray     *out)
{
  const TdReplyPart *part = reply->record->parts->pdata[number];

  if (number > 0 && !is_call (reply, number - 1))
    close_item (reply, number - 1, out);
  append_item (reply, "response.output_item.added", number, FALSE, out);
  append_part (reply, types[part->type].part_added, number, FALSE, out);
  reply->n_items++;
}

static void
begin (TdDialectReply *reply,
       GByteArray     *out)
{
  gboolean finished = reply->finished;

  /* Even a reply that is over already begins with nothing. */
  reply->finished = FALSE;
  append_response (reply, "response.created", NULL, out);
  append_response (reply, "response.in_progress", NULL, out);
  reply->finished = finished;
}

static void
take (TdDialectReply    *reply,
      const TdChatEvent *event,
      GByteArray        *out)
{
  guint number = (guint) reply->part;

  if (number >= reply->n_items)
    open_item (reply, number, out);
  if (event->type != TD_CHAT_EVENT_TOOL_BEGIN)
    append_delta (reply, number, event, out);
}

static void
end (TdDialectReply       *reply,
     const TdReplyTrailer *trailer,
     GByteArray           *out)
{
  guint n_items = reply->n_items;

  for (guint i = 0; i < n_items; i++)
    {
      if (is_call (reply, i) || i == n_items - 1)
        close_item (reply, i, out);
    }
  if (has_opaque (reply))
    {
      append_item (reply, "response.output_item.added", n_items, FALSE, out);
      append_item (reply, "response.output_item.done", n_items, TRUE, out);
    }
  append_response (reply,
                   get_incomplete_reason (reply->record) != NULL ? "response.incomplete"
                                                                 : "response.completed",
                   trailer, out);
}

static void
fail (TdDialectReply       *reply,
      const TdReplyTrailer *trailer,
      GByteArray           *out)
{
  append_response (reply, "response.failed", trailer, out);
}

static void
write_reply (TdDialectReply       *reply,
             const TdReplyTrailer *trailer,
             TdJsonWriter         *writer)
{
  write_response (writer, reply, trailer);
}

/**
 * td_dialect_responses:
 *
 * OpenAI's Responses, without anything that is kept between two requests. What a provider wants to
 * have back is the encrypted content of a reasoning item; the cost is "x_topdog" in the last
 * event's response.
 *
 * Returns: (transfer none): the dialect
 */
const TdDialect *
td_dialect_responses (void)
{
  static const TdDialect dialect = {
    .name = "openai-responses",
    .stream_type = "text/event-stream",
    .read = td_dialect_responses_read,
    .begin = begin,
    .take = take,
    .end = end,
    .fail = fail,
    .keep_alive = ": keep-alive\n\n",
    .write_reply = write_reply,
    .write_fault = td_dialect_openai_write_fault,
    .write_models = td_dialect_openai_write_models,
    .write_model = td_dialect_openai_write_model,
  };

  return &dialect;
}
