/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests of Ollama as clients write them. */
#include "config.h"

#include "gateway/td-dialect-ollama.h"

#include <string.h>

#include "gateway/td-dialect-openai.h"

#define MAX_TEMPERATURE 2

#define MAX_NAME_BYTES 512

static const TdUnmetWish chat_wishes[] = {
  { "logprobs", TD_UNMET_UNLESS_FALSE },
  { "top_logprobs", TD_UNMET_UNLESS_ZERO },
};

static const TdUnmetWish generate_wishes[] = {
  { "logprobs", TD_UNMET_UNLESS_FALSE },
  { "top_logprobs", TD_UNMET_UNLESS_ZERO },
  { "raw", TD_UNMET_UNLESS_FALSE },
  { "suffix", TD_UNMET_UNLESS_EMPTY },
  { "template", TD_UNMET_UNLESS_EMPTY },
  { "context", TD_UNMET_UNLESS_EMPTY },
  { "width", TD_UNMET_UNLESS_ZERO },
  { "height", TD_UNMET_UNLESS_ZERO },
  { "steps", TD_UNMET_UNLESS_ZERO },
};

/* Many clients write all of Ollama's defaults out; those ask for nothing. How the model is loaded,
 * and the seed, are not for us to say. */
static const TdUnmetWish option_wishes[] = {
  { "top_k", TD_UNMET_UNLESS_VALUE, 40 },
  { "min_p", TD_UNMET_UNLESS_ZERO },
  { "typical_p", TD_UNMET_UNLESS_ONE },
  { "tfs_z", TD_UNMET_UNLESS_ONE },
  { "repeat_penalty", TD_UNMET_UNLESS_VALUE, 1.1 },
  { "presence_penalty", TD_UNMET_UNLESS_ZERO },
  { "frequency_penalty", TD_UNMET_UNLESS_ZERO },
  { "mirostat", TD_UNMET_UNLESS_ZERO },
};

/* Calls need not have ids here, and results may name the tool only. */
typedef struct
{
  TdCallReader *reader;
  TdChatTurn *asked;    /* (unowned) (nullable): the last turn that made calls */
  GHashTable *answered; /* (owned) (element-type TdChatCall): its calls that have a result */
  guint n_calls;
} Messages;

/* ---- Calls and results -------------------------------------------------------------------- */

static void
take_call (Messages     *messages,
           TdChatTurn   *turn,
           const TdJson *call,
           const char   *where)
{
  TdCallReader *reader = messages->reader;
  const TdJson *function = td_call_reader_get_object (reader, call, where, "function");
  const char *id = td_call_reader_get_string (reader, call, where, "id");
  g_autofree char *made = g_strdup_printf ("call_%u", messages->n_calls++);
  g_autofree char *at = g_strconcat (where, ".function", NULL);
  const char *name = td_call_reader_need_string (reader, function, at, "name");
  const TdJson *json = td_call_reader_get_object (reader, function, at, "arguments");
  g_autoptr (GString) arguments = g_string_new (NULL);

  if (json != NULL)
    td_json_append_text (json, arguments);
  td_call_reader_take_call (reader, turn, where, id != NULL && *id != '\0' ? id : made, name,
                            arguments->str);
}

static void
take_calls (Messages     *messages,
            TdChatTurn   *turn,
            const TdJson *message,
            const char   *where)
{
  const TdJson *calls = td_call_reader_get_array (messages->reader, message, where, "tool_calls",
                                                  TD_CALL_MAX_PARTS);

  for (guint i = 0; i < td_json_get_length (calls) && td_call_reader_is_good (messages->reader);
       i++)
    {
      g_autofree char *at = g_strdup_printf ("%s.tool_calls[%u]", where, i);

      take_call (messages, turn, td_json_get_element (calls, i), at);
    }
  messages->asked = turn;
  g_hash_table_remove_all (messages->answered);
}

/* By the id, or else the first call of that tool without a result. */
static const TdChatCall *
find_call (Messages   *messages,
           const char *id,
           const char *name)
{
  const TdChatTurn *asked = messages->asked;

  for (guint i = 0; asked != NULL && asked->calls != NULL && i < asked->calls->len; i++)
    {
      const TdChatCall *call = asked->calls->pdata[i];
      gboolean fits = id != NULL ? g_str_equal (call->id, id)
                                 : name == NULL || g_str_equal (call->name, name);

      if (fits && !g_hash_table_contains (messages->answered, call))
        return call;
    }
  return NULL;
}

static void
take_result (Messages     *messages,
             TdChatTurn   *turn,
             const TdJson *message,
             const char   *where)
{
  TdCallReader *reader = messages->reader;
  const char *id = td_call_reader_get_string (reader, message, where, "tool_call_id");
  const char *name = td_call_reader_get_string (reader, message, where, "tool_name");
  const TdChatCall *call = find_call (messages, id != NULL && *id != '\0' ? id : NULL, name);

  if (call == NULL)
    {
      td_call_reader_refuse (reader, where, NULL, "is the result of no call before it");
      return;
    }
  g_hash_table_add (messages->answered, (gpointer) call);
  g_set_str (&turn->call_id, call->id);
}

/* ---- Messages ----------------------------------------------------------------------------- */

static void
take_images (TdCallReader *reader,
             TdChatTurn   *turn,
             const TdJson *object,
             const char   *where)
{
  const TdJson *images =
    td_call_reader_get_array (reader, object, where, "images", TD_CALL_MAX_PARTS);

  if (td_json_get_length (images) > 0 && turn->role != TD_ROLE_USER)
    td_call_reader_refuse (reader, where, "images", "can only be in messages of the user");
  for (guint i = 0; i < td_json_get_length (images) && td_call_reader_is_good (reader); i++)
    {
      g_autofree char *at =
        g_strdup_printf ("%s%simages[%u]", where, *where != '\0' ? "." : "", i);

      td_call_reader_take_base64 (reader, turn, at, NULL,
                                  td_json_get_string (td_json_get_element (images, i)));
    }
}

static void
take_message (Messages     *messages,
              const TdJson *message,
              const char   *where)
{
  TdCallReader *reader = messages->reader;
  const char *word = td_call_reader_need_string (reader, message, where, "role");
  TdChatTurn *turn;
  TdRole role;

  if (!td_role_from_string (word, &role))
    {
      td_call_reader_refuse (reader, where, "role", "has to be system, user, assistant or tool");
      return;
    }
  turn = td_call_reader_add_turn (
    reader, role, td_call_reader_get_string (reader, message, where, "content"));
  take_images (reader, turn, message, where);
  if (role == TD_ROLE_TOOL)
    take_result (messages, turn, message, where);
  else if (role == TD_ROLE_ASSISTANT)
    {
      take_calls (messages, turn, message, where);
      td_call_reader_take_opaque (reader, turn, td_json_member_string (message, TD_OLLAMA_STATE));
    }
}

static void
take_messages (TdCallReader *reader)
{
  const TdJson *list =
    td_call_reader_get_array (reader, reader->root, "", "messages", TD_CALL_MAX_MESSAGES);
  Messages messages = { .reader = reader, .answered = g_hash_table_new (NULL, NULL) };

  for (guint i = 0; i < td_json_get_length (list) && td_call_reader_is_good (reader); i++)
    {
      g_autofree char *where = g_strdup_printf ("messages[%u]", i);

      take_message (&messages, td_json_get_element (list, i), where);
    }
  g_hash_table_unref (messages.answered);
  reader->call->only_loads = td_json_get_length (list) == 0;
  if (!reader->call->only_loads)
    td_call_reader_check_turns (reader, "messages");
}

/* ---- Settings ----------------------------------------------------------------------------- */

/* Less than nothing is no limit. */
static void
take_limit (TdCallReader *reader,
            const TdJson *options)
{
  double limit;

  if (td_call_reader_get_number (reader, options, "options", "num_predict", -2, G_MAXINT32,
                                 &limit) &&
      limit >= 0)
    reader->call->chat->max_output =
      td_call_reader_get_count (reader, options, "options", "num_predict");
}

static void
take_options (TdCallReader *reader)
{
  const TdJson *options = td_call_reader_get_object (reader, reader->root, "", "options");

  td_call_reader_refuse_unmet (reader, options, "options", option_wishes,
                               G_N_ELEMENTS (option_wishes));
  td_call_reader_take_sampling (reader, options, "options", MAX_TEMPERATURE);
  td_call_reader_take_stop (reader, options, "options", "stop");
  take_limit (reader, options);
}

/* Not said, a model that can think does, and shows it. */
static void
take_think (TdCallReader *reader)
{
  const TdJson *think = td_json_get_member (reader->root, "think");

  if (td_json_get_type (think) == TD_JSON_STRING)
    td_call_reader_take_effort (reader, reader->root, "", "think");
  else if (td_json_is_set (think))
    {
      gboolean thinks = td_call_reader_get_bool (reader, reader->root, "", "think", FALSE);

      g_set_str (&reader->call->chat->effort, thinks ? "medium" : "none");
      reader->call->hides_reasoning = !thinks;
    }
}

static void
take_format (TdCallReader *reader)
{
  const TdJson *format = td_json_get_member (reader->root, "format");
  g_autoptr (GString) schema = g_string_new (NULL);

  if (!td_json_is_set (format) || (td_json_get_type (format) == TD_JSON_STRING &&
                                   td_json_get_string_length (format) == 0))
    return;
  if (td_json_get_type (format) == TD_JSON_OBJECT)
    {
      td_json_append_text (format, schema);
      td_chat_request_set_schema (reader->call->chat, "reply", schema->str, FALSE);
    }
  else if (g_strcmp0 (td_json_get_string (format), "json") == 0)
    td_call_reader_take_json_mode (reader);
  else
    td_call_reader_refuse (reader, "", "format", "has to be json or a JSON schema");
}

static void
take_settings (TdCallReader *reader)
{
  take_options (reader);
  take_think (reader);
  take_format (reader);
  reader->call->stream = td_call_reader_get_bool (reader, reader->root, "", "stream", TRUE);
  reader->call->include_usage = TRUE;
}

/**
 * td_dialect_ollama_read_chat:
 * @reader: a reader
 *
 * Reads the body of POST /api/chat. Without messages it asks for the model to be loaded.
 */
void
td_dialect_ollama_read_chat (TdCallReader *reader)
{
  td_call_reader_take_model (reader);
  td_call_reader_refuse_unmet (reader, reader->root, "", chat_wishes, G_N_ELEMENTS (chat_wishes));
  take_messages (reader);
  td_dialect_openai_read_chat_tools (reader);
  take_settings (reader);
}

/**
 * td_dialect_ollama_read_generate:
 * @reader: a reader
 *
 * Reads the body of POST /api/generate. Without a prompt it asks for the model to be loaded.
 */
void
td_dialect_ollama_read_generate (TdCallReader *reader)
{
  const char *system = td_call_reader_get_string (reader, reader->root, "", "system");
  const char *prompt = td_call_reader_get_string (reader, reader->root, "", "prompt");
  TdChatTurn *turn;

  td_call_reader_take_model (reader);
  td_call_reader_refuse_unmet (reader, reader->root, "", generate_wishes,
                               G_N_ELEMENTS (generate_wishes));
  if (system != NULL && *system != '\0')
    td_call_reader_add_turn (reader, TD_ROLE_SYSTEM, system);
  turn = td_call_reader_add_turn (reader, TD_ROLE_USER, prompt);
  take_images (reader, turn, reader->root, "");
  reader->call->only_loads = *turn->text == '\0' && turn->images == NULL;
  take_settings (reader);
}

/**
 * td_dialect_ollama_read_name:
 * @body: the body of POST /api/show
 * @fault: (out): why it cannot be answered
 *
 * Returns: (transfer full) (nullable): which model it asks about
 */
char *
td_dialect_ollama_read_name (GBytes   *body,
                             TdFault **fault)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse_bytes (body, NULL, NULL);
  const TdJson *root = doc != NULL ? td_json_doc_get_root (doc) : NULL;
  const char *name = td_json_member_string (root, "model");

  *fault = NULL;
  if (name == NULL)
    name = td_json_member_string (root, "name");
  if (name != NULL && *name != '\0' && strlen (name) <= MAX_NAME_BYTES)
    return g_strdup (name);
  *fault = td_fault_new (TD_FAULT_INVALID, "model", "model: is missing");
  return NULL;
}
