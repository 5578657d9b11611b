/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replies of the Messages protocol as a server writes them. Each part of a reply is a block: the
 * number of the part is the block's. */
#include "config.h"

#include "gateway/td-dialect-anthropic.h"

#include "providers/td-chat-write.h"

#define ID_PREFIX "msg_"

/* ---- Blocks ------------------------------------------------------------------------------- */

static const TdReplyPart *
get_part (const TdDialectReply *reply,
          guint                 number)
{
  return reply->record->parts->pdata[number];
}

/* There is no block for a refusal: it is what the model says. */
static void
write_block (TdJsonWriter      *writer,
             const TdReplyPart *part,
             gboolean           done)
{
  td_json_writer_begin_object (writer);
  if (part->type == TD_REPLY_PART_CALL)
    {
      td_json_writer_member_string (writer, "type", "tool_use");
      td_json_writer_member_string (writer, "id", part->id);
      td_json_writer_member_string (writer, "name", part->name);
      td_chat_write_json (writer, "input", done ? part->text->str : "");
    }
  else if (part->type == TD_REPLY_PART_REASONING)
    {
      td_json_writer_member_string (writer, "type", "thinking");
      td_json_writer_member_string (writer, "thinking", done ? part->text->str : "");
      td_json_writer_member_string (writer, "signature", "");
    }
  else
    {
      td_json_writer_member_string (writer, "type", "text");
      td_json_writer_member_string (writer, "text", done ? part->text->str : "");
    }
  td_json_writer_end_object (writer);
}

/* It comes last, when no block of thinking is open any more to be signed with it. */
static void
write_opaque_block (TdJsonWriter *writer,
                    const char   *wrapped)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "redacted_thinking");
  td_json_writer_member_string (writer, "data", wrapped);
  td_json_writer_end_object (writer);
}

static const char *
get_stop_reason (const TdReplyRecord *record)
{
  switch (record->finish)
    {
    case TD_FINISH_STOP:
      return g_strcmp0 (record->finish_raw, "stop_sequence") == 0 ? "stop_sequence" : "end_turn";
    case TD_FINISH_LENGTH:
      return "max_tokens";
    case TD_FINISH_TOOL_CALLS:
      return "tool_use";
    case TD_FINISH_REFUSED:
      return "refusal";
    case TD_FINISH_PAUSED:
      return "pause_turn";
    case TD_FINISH_CANCELLED:
    case TD_FINISH_UNKNOWN:
    case TD_FINISH_ERROR:
    case TD_FINISH_INCOMPLETE:
    default:
      return "end_turn";
    }
}

/* Their input is without what the cache was read and written for. */
static void
write_usage (TdJsonWriter  *writer,
             const TdUsage *usage)
{
  gint64 input = usage->input;

  if (input >= 0)
    input = MAX (input - MAX (usage->cached, 0) - MAX (usage->cache_write, 0), 0);
  td_json_writer_name (writer, "usage");
  td_json_writer_begin_object (writer);
  td_dialect_write_count (writer, "input_tokens", input);
  td_dialect_write_count (writer, "cache_creation_input_tokens", usage->cache_write);
  td_dialect_write_count (writer, "cache_read_input_tokens", usage->cached);
  td_dialect_write_count (writer, "output_tokens", usage->output);
  if (usage->reasoning >= 0)
    {
      td_json_writer_name (writer, "output_tokens_details");
      td_json_writer_begin_object (writer);
      td_json_writer_member_int64 (writer, "thinking_tokens", usage->reasoning);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_object (writer);
}

static void
begin_message (TdJsonWriter         *writer,
               const TdDialectReply *reply)
{
  td_json_writer_begin_object (writer);
  td_dialect_write_id (writer, "id", ID_PREFIX, reply);
  td_json_writer_member_string (writer, "type", "message");
  td_json_writer_member_string (writer, "role", "assistant");
  td_json_writer_member_string (writer, "model", reply->model);
}

static void
write_stop (TdJsonWriter *writer,
            const char   *reason)
{
  td_json_writer_name (writer, "stop_reason");
  td_json_writer_string (writer, reason);
  td_json_writer_name (writer, "stop_sequence");
  td_json_writer_null (writer);
}

/* ---- Stream ------------------------------------------------------------------------------- */

static TdJsonWriter *
begin_event (const char *type)
{
  TdJsonWriter *writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", type);
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

/* Counts are running totals: what is not known yet stands at our own count, or at nothing. */
static void
begin (TdDialectReply *reply,
       GByteArray     *out)
{
  g_autoptr (TdJsonWriter) writer = begin_event ("message_start");
  TdUsage usage = reply->record->usage;

  if (usage.input < 0)
    usage.input = MAX (reply->prompt_tokens, 0);
  usage.output = MAX (usage.output, 0);
  usage.reasoning = TD_USAGE_UNKNOWN;
  td_json_writer_name (writer, "message");
  begin_message (writer, reply);
  td_json_writer_name (writer, "content");
  td_json_writer_raw (writer, "[]");
  write_stop (writer, NULL);
  write_usage (writer, &usage);
  td_json_writer_end_object (writer);
  end_event (writer, "message_start", out);
}

static void
open_block (TdDialectReply *reply,
            GByteArray     *out)
{
  g_autoptr (TdJsonWriter) writer = begin_event ("content_block_start");

  td_json_writer_member_int64 (writer, "index", reply->n_items);
  td_json_writer_name (writer, "content_block");
  write_block (writer, get_part (reply, reply->n_items), FALSE);
  end_event (writer, "content_block_start", out);
  reply->n_items++;
}

static void
append_delta (TdDialectReply *reply,
              const char     *text,
              gsize           length,
              GByteArray     *out)
{
  static const char *const names[][2] = {
    [TD_REPLY_PART_TEXT] = { "text_delta", "text" },
    [TD_REPLY_PART_REFUSAL] = { "text_delta", "text" },
    [TD_REPLY_PART_REASONING] = { "thinking_delta", "thinking" },
    [TD_REPLY_PART_CALL] = { "input_json_delta", "partial_json" },
  };
  const TdReplyPart *part = get_part (reply, reply->n_items - 1);
  g_autoptr (TdJsonWriter) writer = begin_event ("content_block_delta");

  td_json_writer_member_int64 (writer, "index", reply->n_items - 1);
  td_json_writer_name (writer, "delta");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", names[part->type][0]);
  td_json_writer_name (writer, names[part->type][1]);
  td_json_writer_string_len (writer, text, length);
  td_json_writer_end_object (writer);
  end_event (writer, "content_block_delta", out);
}

static void
close_block (TdDialectReply *reply,
             guint           number,
             GByteArray     *out)
{
  g_autoptr (TdJsonWriter) writer = begin_event ("content_block_stop");

  td_json_writer_member_int64 (writer, "index", number);
  end_event (writer, "content_block_stop", out);
}

/* Blocks do not overlap, and the pieces of several calls may come by turns: after the first call
 * has begun all others wait. */
static void
take (TdDialectReply    *reply,
      const TdChatEvent *event,
      GByteArray        *out)
{
  guint number = (guint) reply->part;
  gboolean has_open = reply->n_items > 0;

  if (number >= reply->n_items)
    {
      if (has_open && get_part (reply, reply->n_items - 1)->type == TD_REPLY_PART_CALL)
        return;
      if (has_open)
        close_block (reply, reply->n_items - 1, out);
      open_block (reply, out);
    }
  if (event->type != TD_CHAT_EVENT_TOOL_BEGIN)
    append_delta (reply, event->text, event->length, out);
}

static void
append_waiting (TdDialectReply *reply,
                GByteArray     *out)
{
  if (reply->n_items > 0)
    close_block (reply, reply->n_items - 1, out);
  while (reply->n_items < reply->record->parts->len)
    {
      const GString *text = get_part (reply, reply->n_items)->text;

      open_block (reply, out);
      if (text->len > 0)
        append_delta (reply, text->str, text->len, out);
      close_block (reply, reply->n_items - 1, out);
    }
}

static void
append_opaque (TdDialectReply *reply,
               GByteArray     *out)
{
  g_autofree char *wrapped = td_dialect_wrap_opaque (reply);
  g_autoptr (TdJsonWriter) writer = NULL;

  if (wrapped == NULL)
    return;
  writer = begin_event ("content_block_start");
  td_json_writer_member_int64 (writer, "index", reply->n_items);
  td_json_writer_name (writer, "content_block");
  write_opaque_block (writer, wrapped);
  end_event (writer, "content_block_start", out);
  close_block (reply, reply->n_items, out);
}

static void
end (TdDialectReply       *reply,
     const TdReplyTrailer *trailer,
     GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = NULL;
  g_autoptr (TdJsonWriter) last = begin_event ("message_stop");
  TdUsage usage = td_dialect_reply_get_usage (reply, trailer);

  append_waiting (reply, out);
  append_opaque (reply, out);
  writer = begin_event ("message_delta");
  td_json_writer_name (writer, "delta");
  td_json_writer_begin_object (writer);
  write_stop (writer, get_stop_reason (reply->record));
  td_json_writer_end_object (writer);
  write_usage (writer, &usage);
  td_dialect_write_topdog (writer, trailer);
  end_event (writer, "message_delta", out);
  end_event (last, "message_stop", out);
}

/* ---- Whole reply -------------------------------------------------------------------------- */

static void
write_reply (TdDialectReply       *reply,
             const TdReplyTrailer *trailer,
             TdJsonWriter         *writer)
{
  g_autofree char *wrapped = td_dialect_wrap_opaque (reply);
  TdUsage usage = td_dialect_reply_get_usage (reply, trailer);

  begin_message (writer, reply);
  td_json_writer_name (writer, "content");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < reply->record->parts->len; i++)
    write_block (writer, get_part (reply, i), TRUE);
  if (wrapped != NULL)
    write_opaque_block (writer, wrapped);
  td_json_writer_end_array (writer);
  write_stop (writer, get_stop_reason (reply->record));
  write_usage (writer, &usage);
  td_dialect_write_topdog (writer, trailer);
  td_json_writer_end_object (writer);
}

/* ---- Faults and models -------------------------------------------------------------------- */

static const char *const fault_words[] = {
  [TD_FAULT_INVALID] = "invalid_request_error",
  [TD_FAULT_UNAUTHENTICATED] = "authentication_error",
  [TD_FAULT_PAYMENT] = "billing_error",
  [TD_FAULT_FORBIDDEN] = "permission_error",
  [TD_FAULT_NOT_FOUND] = "not_found_error",
  [TD_FAULT_CONFLICT] = "conflict_error",
  [TD_FAULT_TOO_LONG] = "invalid_request_error",
  [TD_FAULT_TOO_LARGE] = "request_too_large",
  [TD_FAULT_RATE_LIMIT] = "rate_limit_error",
  [TD_FAULT_INTERNAL] = "api_error",
  [TD_FAULT_UNSUPPORTED] = "api_error",
  [TD_FAULT_UPSTREAM] = "api_error",
  [TD_FAULT_UNAVAILABLE] = "overloaded_error",
  [TD_FAULT_TIMED_OUT] = "timeout_error",
};

static void
write_fault (const TdFault *fault,
             const char    *request_id,
             TdJsonWriter  *writer)
{
  /* Clients that shorten the chat and try again know this case by its words. */
  g_autofree char *message = fault->kind == TD_FAULT_TOO_LONG
                               ? g_strconcat ("prompt is too long: ", fault->message, NULL)
                               : g_strdup (fault->message);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "error");
  td_json_writer_name (writer, "error");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", fault_words[fault->kind]);
  td_json_writer_member_string (writer, "message", message);
  td_dialect_write_fault_topdog (writer, fault, NULL);
  td_json_writer_end_object (writer);
  td_json_writer_name (writer, "request_id");
  td_json_writer_string (writer, request_id);
  td_json_writer_end_object (writer);
}

static void
fail (TdDialectReply       *reply,
      const TdReplyTrailer *trailer,
      GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  write_fault (reply->fault, trailer != NULL ? trailer->request_id : NULL, writer);
  td_dialect_append_sse (out, "error", writer);
}

static guint
get_status (const TdFault *fault)
{
  return fault->kind == TD_FAULT_UNAVAILABLE ? 529 : td_fault_get_status (fault);
}

/* A model without a date has the beginning of time, by their own document. */
static void
write_model (const TdDialectModel *model,
             TdJsonWriter         *writer)
{
  g_autofree char *created = td_dialect_dup_time (model->created * G_USEC_PER_SEC);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "model");
  td_json_writer_member_string (writer, "id", model->id);
  td_json_writer_member_string (writer, "display_name",
                                model->name != NULL ? model->name : model->id);
  td_json_writer_member_string (writer, "created_at", created);
  if (model->context > 0)
    td_json_writer_member_int64 (writer, "max_input_tokens", model->context);
  if (model->max_output > 0)
    td_json_writer_member_int64 (writer, "max_tokens", model->max_output);
  td_json_writer_end_object (writer);
}

static void
write_end_id (TdJsonWriter *writer,
              const char   *name,
              const char   *id)
{
  td_json_writer_name (writer, name);
  td_json_writer_string (writer, id);
}

static void
write_models (const TdDialectModel *models,
              guint                 n_models,
              TdJsonWriter         *writer)
{
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "data");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < n_models; i++)
    write_model (&models[i], writer);
  td_json_writer_end_array (writer);
  td_json_writer_member_bool (writer, "has_more", FALSE);
  write_end_id (writer, "first_id", n_models > 0 ? models[0].id : NULL);
  write_end_id (writer, "last_id", n_models > 0 ? models[n_models - 1].id : NULL);
  td_json_writer_end_object (writer);
}

#define MESSAGES_DIALECT(name_, read_)                          \
  {                                                             \
    .name = name_,                                              \
    .stream_type = "text/event-stream",                         \
    .read = read_,                                              \
    .begin = begin,                                             \
    .take = take,                                               \
    .end = end,                                                 \
    .fail = fail,                                               \
    .keep_alive = "event: ping\ndata: {\"type\":\"ping\"}\n\n", \
    .write_reply = write_reply,                                 \
    .write_fault = write_fault,                                 \
    .get_status = get_status,                                   \
    .write_models = write_models,                               \
    .write_model = write_model,                                 \
  }

/**
 * td_dialect_anthropic:
 *
 * Anthropic's Messages. What a provider wants to have back is a block of redacted thinking; the
 * cost is "x_topdog" in the message_delta event.
 *
 * Returns: (transfer none): the dialect
 */
const TdDialect *
td_dialect_anthropic (void)
{
  static const TdDialect dialect = MESSAGES_DIALECT ("anthropic", td_dialect_anthropic_read);

  return &dialect;
}

/**
 * td_dialect_anthropic_count:
 *
 * The requests of /v1/messages/count_tokens, which need no limit; see
 * td_dialect_anthropic_write_count().
 *
 * Returns: (transfer none): the dialect
 */
const TdDialect *
td_dialect_anthropic_count (void)
{
  static const TdDialect dialect =
    MESSAGES_DIALECT ("anthropic-count", td_dialect_anthropic_read_count);

  return &dialect;
}

/**
 * td_dialect_anthropic_write_count:
 * @input_tokens: what a prompt takes
 *
 * Returns: (transfer full): the answer to /v1/messages/count_tokens
 */
GBytes *
td_dialect_anthropic_write_count (gint64 input_tokens)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "input_tokens", input_tokens);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}
