/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chat Completions as a server writes them. */
#include "config.h"

#include "gateway/td-dialect-openai.h"

#include <string.h>

#define ID_PREFIX "chatcmpl-"

/* ---- Usage and the end -------------------------------------------------------------------- */

static void
write_detail (TdJsonWriter *writer,
              const char   *name,
              gint64        count)
{
  if (count >= 0)
    td_json_writer_member_int64 (writer, name, count);
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
  td_dialect_write_count (writer, "prompt_tokens", usage->input);
  td_dialect_write_count (writer, "completion_tokens", usage->output);
  td_dialect_write_count (writer, "total_tokens", usage->total);
  td_json_writer_name (writer, "prompt_tokens_details");
  td_json_writer_begin_object (writer);
  write_detail (writer, "cached_tokens", usage->cached);
  write_detail (writer, "cache_write_tokens", usage->cache_write);
  td_json_writer_end_object (writer);
  td_json_writer_name (writer, "completion_tokens_details");
  td_json_writer_begin_object (writer);
  write_detail (writer, "reasoning_tokens", usage->reasoning);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static const char *
get_finish_word (const TdReplyRecord *record)
{
  switch (record->finish)
    {
    case TD_FINISH_LENGTH:
      return "length";
    case TD_FINISH_TOOL_CALLS:
      return "tool_calls";
    case TD_FINISH_REFUSED:
      return td_reply_record_count (record, TD_REPLY_PART_REFUSAL) > 0 ? "stop" : "content_filter";
    case TD_FINISH_STOP:
    case TD_FINISH_PAUSED:
    case TD_FINISH_CANCELLED:
    case TD_FINISH_UNKNOWN:
    case TD_FINISH_ERROR:
    case TD_FINISH_INCOMPLETE:
    default:
      return "stop";
    }
}

/* ---- Stream ------------------------------------------------------------------------------- */

static void
begin_object (TdJsonWriter         *writer,
              const TdDialectReply *reply,
              const char           *object)
{
  td_json_writer_begin_object (writer);
  td_dialect_write_id (writer, "id", ID_PREFIX, reply);
  td_json_writer_member_string (writer, "object", object);
  td_json_writer_member_int64 (writer, "created", td_dialect_reply_get_created (reply));
  td_json_writer_member_string (writer, "model", reply->model);
}

/* Leaves the writer inside "delta". */
static TdJsonWriter *
begin_chunk (const TdDialectReply *reply)
{
  TdJsonWriter *writer = td_json_writer_new ();

  begin_object (writer, reply, "chat.completion.chunk");
  td_json_writer_name (writer, "choices");
  td_json_writer_begin_array (writer);
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "index", 0);
  td_json_writer_name (writer, "delta");
  td_json_writer_begin_object (writer);
  return writer;
}

static void
end_chunk (const TdDialectReply *reply,
           TdJsonWriter         *writer,
           const char           *finish_reason,
           const TdReplyTrailer *trailer,
           GByteArray           *out)
{
  td_json_writer_end_object (writer);
  td_json_writer_name (writer, "finish_reason");
  td_json_writer_string (writer, finish_reason);
  td_json_writer_end_object (writer);
  td_json_writer_end_array (writer);
  if (reply->include_usage)
    write_usage (writer, NULL);
  td_dialect_write_topdog (writer, trailer);
  td_json_writer_end_object (writer);
  td_dialect_append_sse (out, NULL, writer);
}

static void
begin (TdDialectReply *reply,
       GByteArray     *out)
{
  g_autoptr (TdJsonWriter) writer = begin_chunk (reply);

  td_json_writer_member_string (writer, "role", "assistant");
  td_json_writer_member_string (writer, "content", "");
  end_chunk (reply, writer, NULL, NULL, out);
}

static void
write_call_delta (TdJsonWriter      *writer,
                  const TdChatEvent *event)
{
  gboolean first = event->type == TD_CHAT_EVENT_TOOL_BEGIN;

  td_json_writer_name (writer, "tool_calls");
  td_json_writer_begin_array (writer);
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "index", event->index);
  if (first)
    {
      td_json_writer_member_string (writer, "id", event->id);
      td_json_writer_member_string (writer, "type", "function");
    }
  td_json_writer_name (writer, "function");
  td_json_writer_begin_object (writer);
  if (first)
    td_json_writer_member_string (writer, "name", event->name);
  td_json_writer_name (writer, "arguments");
  td_json_writer_string_len (writer, event->text, first ? 0 : event->length);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
  td_json_writer_end_array (writer);
}

/* There is no place for reasoning in OpenAI's own chunks; this is the name most servers gave it. */
static const char *
get_delta_name (TdChatEventType type)
{
  if (type == TD_CHAT_EVENT_REASONING)
    return "reasoning_content";
  return type == TD_CHAT_EVENT_REFUSAL ? "refusal" : "content";
}

static void
take (TdDialectReply    *reply,
      const TdChatEvent *event,
      GByteArray        *out)
{
  g_autoptr (TdJsonWriter) writer = begin_chunk (reply);

  if (event->type == TD_CHAT_EVENT_TOOL_BEGIN || event->type == TD_CHAT_EVENT_TOOL_ARGS)
    write_call_delta (writer, event);
  else
    {
      td_json_writer_name (writer, get_delta_name (event->type));
      td_json_writer_string_len (writer, event->text, event->length);
    }
  end_chunk (reply, writer, NULL, NULL, out);
}

/* In the form OpenRouter has for it, because its clients bring it back. */
static void
write_opaque (TdJsonWriter         *writer,
              const TdDialectReply *reply)
{
  g_autofree char *wrapped = td_dialect_wrap_opaque (reply);

  if (wrapped == NULL)
    return;
  td_json_writer_name (writer, "reasoning_details");
  td_json_writer_begin_array (writer);
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "reasoning.encrypted");
  td_json_writer_member_string (writer, "data", wrapped);
  td_json_writer_member_string (writer, "format", TD_OPENAI_OPAQUE_FORMAT);
  td_json_writer_member_int64 (writer, "index", 0);
  td_json_writer_end_object (writer);
  td_json_writer_end_array (writer);
}

static void
append_usage_chunk (const TdDialectReply *reply,
                    const TdReplyTrailer *trailer,
                    GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  TdUsage usage = td_dialect_reply_get_usage (reply, trailer);

  begin_object (writer, reply, "chat.completion.chunk");
  td_json_writer_name (writer, "choices");
  td_json_writer_begin_array (writer);
  td_json_writer_end_array (writer);
  write_usage (writer, &usage);
  td_dialect_write_topdog (writer, trailer);
  td_json_writer_end_object (writer);
  td_dialect_append_sse (out, NULL, writer);
}

/* A chunk without choices breaks clients that did not ask for usage: they get the trailer with
 * the reason to stop. */
static void
end (TdDialectReply       *reply,
     const TdReplyTrailer *trailer,
     GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = begin_chunk (reply);

  write_opaque (writer, reply);
  end_chunk (reply, writer, get_finish_word (reply->record),
             reply->include_usage ? NULL : trailer, out);
  if (reply->include_usage)
    append_usage_chunk (reply, trailer, out);
  td_dialect_append_text (out, "data: [DONE]\n\n");
}

static void
fail (TdDialectReply       *reply,
      const TdReplyTrailer *trailer,
      GByteArray           *out)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_dialect_openai_write_fault (reply->fault, trailer != NULL ? trailer->request_id : NULL,
                                 writer);
  td_dialect_append_sse (out, NULL, writer);
}

/* ---- Whole reply -------------------------------------------------------------------------- */

static void
write_text (TdJsonWriter         *writer,
            const char           *name,
            const TdDialectReply *reply,
            TdReplyPartType       type,
            gboolean              always)
{
  g_autofree char *text = td_reply_record_dup_text (reply->record, type);

  if (text == NULL && !always)
    return;
  td_json_writer_name (writer, name);
  td_json_writer_string (writer, text);
}

static void
write_call (TdJsonWriter      *writer,
            const TdReplyPart *part)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", part->id);
  td_json_writer_member_string (writer, "type", "function");
  td_json_writer_name (writer, "function");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "name", part->name);
  td_json_writer_member_string (writer, "arguments", td_reply_part_get_arguments (part));
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

static void
write_calls (TdJsonWriter         *writer,
             const TdDialectReply *reply)
{
  if (td_reply_record_count (reply->record, TD_REPLY_PART_CALL) == 0)
    return;
  td_json_writer_name (writer, "tool_calls");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < reply->record->parts->len; i++)
    {
      const TdReplyPart *part = reply->record->parts->pdata[i];

      if (part->type == TD_REPLY_PART_CALL)
        write_call (writer, part);
    }
  td_json_writer_end_array (writer);
}

static void
write_reply (TdDialectReply       *reply,
             const TdReplyTrailer *trailer,
             TdJsonWriter         *writer)
{
  TdUsage usage = td_dialect_reply_get_usage (reply, trailer);

  begin_object (writer, reply, "chat.completion");
  td_json_writer_name (writer, "choices");
  td_json_writer_begin_array (writer);
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "index", 0);
  td_json_writer_name (writer, "message");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "role", "assistant");
  write_text (writer, "content", reply, TD_REPLY_PART_TEXT, TRUE);
  write_text (writer, "refusal", reply, TD_REPLY_PART_REFUSAL, TRUE);
  write_text (writer, "reasoning_content", reply, TD_REPLY_PART_REASONING, FALSE);
  write_calls (writer, reply);
  write_opaque (writer, reply);
  td_json_writer_end_object (writer);
  td_json_writer_name (writer, "logprobs");
  td_json_writer_null (writer);
  td_json_writer_member_string (writer, "finish_reason", get_finish_word (reply->record));
  td_json_writer_end_object (writer);
  td_json_writer_end_array (writer);
  write_usage (writer, &usage);
  td_dialect_write_topdog (writer, trailer);
  td_json_writer_end_object (writer);
}

/* ---- Faults and models -------------------------------------------------------------------- */

/* OpenAI's words; @code replaces ours where clients look for it. */
static const struct
{
  const char *type;
  const char *code;
} fault_words[] = {
  [TD_FAULT_INVALID] = { "invalid_request_error", NULL },
  [TD_FAULT_UNAUTHENTICATED] = { "authentication_error", "invalid_api_key" },
  [TD_FAULT_PAYMENT] = { "insufficient_quota", NULL },
  [TD_FAULT_FORBIDDEN] = { "permission_error", NULL },
  [TD_FAULT_NOT_FOUND] = { "invalid_request_error", "model_not_found" },
  [TD_FAULT_CONFLICT] = { "invalid_request_error", NULL },
  [TD_FAULT_TOO_LONG] = { "invalid_request_error", "context_length_exceeded" },
  [TD_FAULT_TOO_LARGE] = { "invalid_request_error", NULL },
  [TD_FAULT_RATE_LIMIT] = { "rate_limit_error", "rate_limit_exceeded" },
  [TD_FAULT_INTERNAL] = { "server_error", NULL },
  [TD_FAULT_UNSUPPORTED] = { "invalid_request_error", NULL },
  [TD_FAULT_UPSTREAM] = { "server_error", NULL },
  [TD_FAULT_UNAVAILABLE] = { "service_unavailable_error", NULL },
  [TD_FAULT_TIMED_OUT] = { "server_error", NULL },
};

static void
write_nullable (TdJsonWriter *writer,
                const char   *name,
                const char   *value)
{
  td_json_writer_name (writer, name);
  td_json_writer_string (writer, value);
}

/**
 * td_dialect_openai_get_code:
 * @fault: why a request is not answered
 *
 * Returns: (transfer none) (nullable): OpenAI's code for it, or else ours
 */
const char *
td_dialect_openai_get_code (const TdFault *fault)
{
  const char *code = fault_words[fault->kind].code;

  return code != NULL ? code : fault->code;
}

/**
 * td_dialect_openai_write_fault:
 * @fault: why a request is not answered
 * @request_id: (nullable): what it is known by
 * @writer: a writer
 *
 * Writes the error object of OpenAI. Our own stable code is in "x_topdog" when "code" is OpenAI's.
 */
void
td_dialect_openai_write_fault (const TdFault *fault,
                               const char    *request_id,
                               TdJsonWriter  *writer)
{
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "error");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "message", fault->message);
  td_json_writer_member_string (writer, "type", fault_words[fault->kind].type);
  write_nullable (writer, "param", fault->param);
  write_nullable (writer, "code", td_dialect_openai_get_code (fault));
  td_dialect_write_fault_topdog (writer, fault, request_id);
  td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
}

/**
 * td_dialect_openai_write_model:
 * @model: a model
 * @writer: a writer
 *
 * Writes a model as OpenAI names it, with what others add to it.
 */
void
td_dialect_openai_write_model (const TdDialectModel *model,
                               TdJsonWriter         *writer)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "id", model->id);
  td_json_writer_member_string (writer, "object", "model");
  td_json_writer_member_int64 (writer, "created", model->created);
  td_json_writer_member_string (writer, "owned_by",
                                model->provider != NULL ? model->provider : "topdog");
  td_json_writer_member_string (writer, "name", model->name);
  if (model->context > 0)
    td_json_writer_member_int64 (writer, "context_length", model->context);
  if (model->max_output > 0)
    td_json_writer_member_int64 (writer, "max_output_tokens", model->max_output);
  td_json_writer_end_object (writer);
}

/**
 * td_dialect_openai_write_models:
 * @models: (array length=n_models): models
 * @n_models: how many
 * @writer: a writer
 *
 * Writes the list of GET /v1/models.
 */
void
td_dialect_openai_write_models (const TdDialectModel *models,
                                guint                 n_models,
                                TdJsonWriter         *writer)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "object", "list");
  td_json_writer_name (writer, "data");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < n_models; i++)
    td_dialect_openai_write_model (&models[i], writer);
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
}

/**
 * td_dialect_openai_chat:
 *
 * OpenAI's Chat Completions. Reasoning comes as "reasoning_content"; what a provider wants to have
 * back comes as an entry of "reasoning_details", and the cost as "x_topdog" with the last chunk.
 *
 * Returns: (transfer none): the dialect
 */
const TdDialect *
td_dialect_openai_chat (void)
{
  static const TdDialect dialect = {
    .name = "openai-chat",
    .stream_type = "text/event-stream",
    .read = td_dialect_openai_read,
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
