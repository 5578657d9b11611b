/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-message.h"

#include <glib/gi18n.h>

#include "base/td-json-read.h"
#include "cli/td-cli-output.h"
#include "engine/td-error-code.h"

/**
 * td_cli_message_get_state:
 * @message: a message
 *
 * Returns: the stable name of its state
 */
const char *
td_cli_message_get_state (TdMessage *message)
{
  switch (td_message_get_state (message))
    {
    case TD_MESSAGE_STATE_STREAMING:
      return "streaming";
    case TD_MESSAGE_STATE_STOPPED:
      return "stopped";
    case TD_MESSAGE_STATE_INTERRUPTED:
      return "interrupted";
    case TD_MESSAGE_STATE_FAILED:
      return "failed";
    case TD_MESSAGE_STATE_COMPLETE:
    default:
      return "complete";
    }
}

/**
 * td_cli_message_dup_error:
 * @message: a message
 *
 * Returns: (transfer full) (nullable): what went wrong with it, as the error it was
 */
GError *
td_cli_message_dup_error (TdMessage *message)
{
  const char *text = td_message_get_error_code (message);
  const char *detail = td_message_get_error_detail (message);
  GQuark domain;
  int code;

  if (!text)
    return NULL;
  td_error_code_parse (text, &domain, &code);
  return g_error_new_literal (domain, code, detail ? detail : text);
}

static void
write_images (TdJsonWriter *writer,
              GPtrArray    *attachments)
{
  if (!attachments)
    return;
  td_json_writer_name (writer, "images");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < attachments->len; i++)
    {
      TdAttachment *attachment = g_ptr_array_index (attachments, i);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "name", td_attachment_get_name (attachment));
      td_json_writer_member_string (writer, "type", td_attachment_get_mime_type (attachment));
      td_json_writer_member_int64 (writer, "width", td_attachment_get_width (attachment));
      td_json_writer_member_int64 (writer, "height", td_attachment_get_height (attachment));
      td_json_writer_member_int64 (writer, "bytes",
                                   (gint64) g_bytes_get_size (td_attachment_get_data (attachment)));
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

/**
 * td_cli_message_write_members:
 * @writer: a writer inside an object
 * @message: a message
 *
 * Writes what is known about a message. The members of replies are there in replies only.
 */
void
td_cli_message_write_members (TdJsonWriter *writer,
                              TdMessage    *message)
{
  td_json_writer_member_int64 (writer, "message", td_message_get_id (message));
  td_cli_json_time (writer, "created", td_message_get_created_us (message));
  td_json_writer_member_string (writer, "text", td_message_get_text (message));
  write_images (writer, td_message_get_attachments (message));
  if (td_message_get_role (message) != TD_MESSAGE_ROLE_ASSISTANT)
    return;

  td_json_writer_member_string (writer, "reasoning", td_message_get_reasoning (message));
  td_json_writer_member_string (writer, "state", td_cli_message_get_state (message));
  td_cli_json_string (writer, "finish", td_message_get_finish (message));
  td_json_writer_name (writer, "tool_calls");
  td_json_writer_raw (writer,
                      td_message_get_calls (message) ? td_message_get_calls (message) : "[]");
  td_cli_json_string (writer, "model", td_message_get_model_key (message));
  td_cli_json_count (writer, "input_tokens", td_message_get_input_tokens (message));
  td_cli_json_count (writer, "output_tokens", td_message_get_output_tokens (message));
  td_json_writer_member_bool (writer, "tokens_estimated",
                              td_message_is_usage_estimated (message));
  td_cli_json_money (writer, "cost", td_message_get_cost (message));
  td_cli_json_count (writer, "first_token_ms", td_message_get_first_token_ms (message));
  td_cli_json_count (writer, "duration_ms", td_message_get_duration_ms (message));
}

static void
append_pictures (GString   *text,
                 GPtrArray *attachments)
{
  for (guint i = 0; attachments && i < attachments->len; i++)
    {
      TdAttachment *attachment = g_ptr_array_index (attachments, i);

      /* Translators: a picture of a message: its name, and its width and height in pixels. */
      g_string_append_printf (text, _("[picture %s, %u × %u]\n"),
                              td_attachment_get_name (attachment),
                              td_attachment_get_width (attachment),
                              td_attachment_get_height (attachment));
    }
}

static void
append_calls (GString    *text,
              const char *calls)
{
  g_autoptr (TdJsonDoc) doc = calls ? td_json_doc_parse (calls, -1, NULL, NULL) : NULL;
  const TdJson *list = doc ? td_json_doc_get_root (doc) : NULL;

  for (guint i = 0; i < td_json_get_length (list); i++)
    {
      const TdJson *call = td_json_get_element (list, i);
      const char *name = td_json_member_string (call, "name");
      const char *arguments = td_json_member_string (call, "arguments");

      /* Translators: a tool that the model wanted to call, and what with, as it wrote them. */
      g_string_append_printf (text, _("[the model wants to call %s with %s; no tool is run]\n"),
                              name ? name : "?", arguments ? arguments : "");
    }
}

/**
 * td_cli_message_dup_extras:
 * @message: a message
 *
 * Returns: (transfer full) (nullable): what there is besides its text, in lines: pictures, and calls of
 *   tools
 */
char *
td_cli_message_dup_extras (TdMessage *message)
{
  GString *text = g_string_new (NULL);

  append_pictures (text, td_message_get_attachments (message));
  append_calls (text, td_message_get_calls (message));
  if (text->len > 0)
    return g_string_free_and_steal (text);
  g_string_free (text, TRUE);
  return NULL;
}

static char *
dup_tokens (TdMessage *message)
{
  gint64 input = td_message_get_input_tokens (message);
  gint64 output = td_message_get_output_tokens (message);

  if (input < 0 || output < 0)
    return g_strdup (_("tokens unknown"));
  /* Translators: numbers of tokens sent and received; the first form is our estimate. */
  return g_strdup_printf (td_message_is_usage_estimated (message)
                            ? _("about %" G_GINT64_FORMAT " tokens in, %" G_GINT64_FORMAT " out")
                            : _("%" G_GINT64_FORMAT " tokens in, %" G_GINT64_FORMAT " out"),
                          input, output);
}

/**
 * td_cli_message_dup_summary:
 * @message: a reply that has ended
 *
 * Returns: (transfer full): what it took, in words
 */
char *
td_cli_message_dup_summary (TdMessage *message)
{
  gint64 duration_ms = td_message_get_duration_ms (message);
  TdMoney cost = td_message_get_cost (message);
  g_autofree char *tokens = dup_tokens (message);
  g_autofree char *price =
    cost == TD_MONEY_UNKNOWN ? g_strdup (_("cost unknown")) : td_money_format (cost);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s · %s", tokens, price);
  if (duration_ms >= 0)
    /* Translators: seconds with one decimal. */
    g_string_append_printf (text, _(" · %" G_GINT64_FORMAT ".%d s"), duration_ms / 1000,
                            (int) (duration_ms % 1000 / 100));
  return g_string_free_and_steal (text);
}
