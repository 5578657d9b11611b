/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-count-call.h"

#include <string.h>

#include "base/td-json-write.h"
#include "providers/td-failure-text.h"
#include "providers/td-limited-fetch.h"
#include "providers/td-transport.h"
#include "vault/td-vault.h"

#define MAX_ANSWER_BYTES (64 * 1024)
#define LIMIT_MS         10000
#define MAX_TOKENS       G_GINT64_CONSTANT (1000000000)

#define GENERATE ":generateContent"

/* What a provider counts is what it would be sent, so that nothing is forgotten: the chat request,
 * without what is only about the reply and would be refused here. */
typedef struct
{
  const char *protocol;
  const char *path;          /* (nullable): after the address of the chat */
  const char *const *members; /* (nullable): what is kept; all of it */
  const char *answer;
} Call;

static const char *const anthropic_members[] = { "model", "messages", "system",
                                                 "tools", "thinking", "tool_choice",
                                                 "output_config", "cache_control", NULL };
static const char *const responses_members[] = { "model", "input", "instructions",
                                                 "tools", "reasoning", "tool_choice",
                                                 "text", "parallel_tool_calls", NULL };

static const Call calls[] = {
  { "anthropic", "/count_tokens", anthropic_members, "input_tokens" },
  { "openai-responses", "/input_tokens", responses_members, "input_tokens" },
  { "gemini", NULL, NULL, "totalTokens" },
};

static const Call *
find_call (const TdEndpoint *endpoint)
{
  const TdProtocol *protocol = td_protocol_for_endpoint (endpoint);

  for (guint i = 0; protocol != NULL && i < G_N_ELEMENTS (calls); i++)
    if (g_str_equal (calls[i].protocol, protocol->name))
      return &calls[i];
  return NULL;
}

/**
 * td_count_call_exists:
 * @endpoint: an endpoint
 *
 * Returns: whether its protocol has a call that counts
 */
gboolean
td_count_call_exists (const TdEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, FALSE);

  return find_call (endpoint) != NULL;
}

/* ---- writing ------------------------------------------------------------------------------- */

static void
copy_members (TdJsonWriter      *writer,
              const TdJson      *root,
              const char *const *members)
{
  for (guint i = 0; i < td_json_get_length (root); i++)
    {
      const char *name = td_json_get_name (root, i);

      if (members != NULL && !g_strv_contains (members, name))
        continue;
      td_json_writer_name (writer, name);
      td_json_writer_value (writer, td_json_get_element (root, i));
    }
}

static GBytes *
make_body (const Call *call,
           const char *model,
           GBytes     *chat)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse_bytes (chat, NULL, NULL);
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  if (doc == NULL)
    return NULL;
  td_json_writer_begin_object (writer);
  if (call->path == NULL)
    {
      g_autofree char *name =
        g_strconcat (g_str_has_prefix (model, "models/") ? "" : "models/", model, NULL);

      td_json_writer_name (writer, "generateContentRequest");
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "model", name);
    }
  copy_members (writer, td_json_doc_get_root (doc), call->members);
  if (call->path == NULL)
    td_json_writer_end_object (writer);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_bytes (writer);
}

static char *
make_url (const Call *call,
          const char *chat)
{
  g_autofree char *before = NULL;

  if (call->path != NULL)
    return g_strconcat (chat, call->path, NULL);
  if (!g_str_has_suffix (chat, GENERATE))
    return NULL;
  before = g_strndup (chat, strlen (chat) - strlen (GENERATE));
  return g_strconcat (before, ":countTokens", NULL);
}

/**
 * td_count_call_write:
 * @endpoint: whom to ask
 * @request: what would be sent
 *
 * Writes the question what a prompt counts. Takes about as long as writing the prompt three times;
 * any thread may do it.
 *
 * Returns: (transfer full) (nullable): what to send; %NULL where there is no such call
 */
TdWireRequest *
td_count_call_write (const TdEndpoint    *endpoint,
                     const TdChatRequest *request)
{
  const Call *call;
  g_autoptr (TdChatRequest) whole = NULL;
  g_autoptr (TdWireRequest) wire = NULL;
  g_autoptr (GBytes) chat = NULL;
  g_autofree char *chat_url = NULL;

  g_return_val_if_fail (endpoint != NULL, NULL);
  g_return_val_if_fail (request != NULL, NULL);

  call = find_call (endpoint);
  if (call == NULL)
    return NULL;
  whole = td_chat_request_copy (request);
  whole->stream = FALSE;
  wire = td_protocol_for_endpoint (endpoint)->write_chat (endpoint, whole);
  chat = g_steal_pointer (&wire->body);
  chat_url = g_steal_pointer (&wire->url);
  wire->url = make_url (call, chat_url);
  wire->body = make_body (call, request->model, chat);
  return wire->url != NULL && wire->body != NULL ? g_steal_pointer (&wire) : NULL;
}

/**
 * td_count_call_hash:
 * @wire: what td_count_call_write() wrote
 *
 * Returns: (transfer full): the same for the same question, and for no other
 */
char *
td_count_call_hash (const TdWireRequest *wire)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length;
  const guchar *body = g_bytes_get_data (wire->body, &length);

  g_checksum_update (checksum, (const guchar *) wire->url, (gssize) strlen (wire->url) + 1);
  g_checksum_update (checksum, body, (gssize) length);
  return g_strdup (g_checksum_get_string (checksum));
}

/* ---- reading ------------------------------------------------------------------------------- */

/**
 * td_count_call_read:
 * @endpoint: who was asked
 * @body: the answer
 * @error: return location for a TD_PROVIDER_ERROR
 *
 * Returns: the tokens; -1 when the answer is none
 */
gint64
td_count_call_read (const TdEndpoint  *endpoint,
                    GBytes            *body,
                    GError           **error)
{
  const Call *call;
  g_autoptr (TdJsonDoc) doc = NULL;
  gint64 tokens = -1;

  g_return_val_if_fail (endpoint != NULL, -1);
  g_return_val_if_fail (body != NULL, -1);

  call = find_call (endpoint);
  doc = td_json_doc_parse_bytes (body, NULL, NULL);
  if (call != NULL && doc != NULL)
    tokens = td_json_member_int64 (td_json_doc_get_root (doc), call->answer, -1);
  if (tokens >= 0 && tokens <= MAX_TOKENS)
    return tokens;
  g_set_error_literal (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_PROTOCOL,
                       "the answer does not say how many tokens there are");
  return -1;
}

/* ---- asking -------------------------------------------------------------------------------- */

typedef struct
{
  TdEndpoint *endpoint; /* (owned) */
  char *key;            /* (owned) (nullable) */
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  td_endpoint_free (self->endpoint);
  g_clear_pointer (&self->key, td_vault_secret_free);
  g_free (self);
}

/* @error: (transfer full) */
static void
return_error (GTask  *task,
              GError *error)
{
  Question *self = g_task_get_task_data (task);

  error->message = td_failure_redact_text (error->message, self->key);
  g_task_return_error (task, error);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) body = td_limited_fetch_finish (result, NULL, &error);
  gint64 tokens = body != NULL ? td_count_call_read (self->endpoint, body, &error) : -1;

  if (error != NULL)
    return_error (task, error);
  else
    g_task_return_int (task, (gssize) tokens);
}

/**
 * td_count_call_async:
 * @session: the session of this process
 * @endpoint: whom to ask
 * @key: (nullable): the key; never kept
 * @wire: what td_count_call_write() wrote for it
 * @cancellable: (nullable): a #GCancellable
 * @callback: called when the answer is there
 * @user_data: data for @callback
 *
 * Asks a provider to count. Tried once, for a few seconds: there is always an estimate instead.
 */
void
td_count_call_async (SoupSession         *session,
                     const TdEndpoint    *endpoint,
                     const char          *key,
                     const TdWireRequest *wire,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (TdFailure) failure = td_transport_check_before (endpoint, key);
  g_autoptr (SoupMessage) message = NULL;
  Question *self = g_new0 (Question, 1);

  g_task_set_source_tag (task, td_count_call_async);
  g_task_set_task_data (task, self, question_free);
  self->endpoint = td_endpoint_copy (endpoint);
  self->key = g_strdup (key);
  if (failure == NULL)
    message = td_transport_message_new (wire, endpoint, key, &failure);
  if (message == NULL)
    return_error (task, td_failure_to_error (failure));
  else
    td_limited_fetch_async (session, message, MAX_ANSWER_BYTES, LIMIT_MS, cancellable, answered_cb,
                            g_steal_pointer (&task));
}

/**
 * td_count_call_finish:
 * @result: what the callback got
 * @error: return location for a TD_PROVIDER_ERROR, or G_IO_ERROR_CANCELLED
 *
 * Returns: the tokens; -1 when it did not work
 */
gint64
td_count_call_finish (GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, td_count_call_async), -1);

  return g_task_propagate_int (G_TASK (result), error);
}
