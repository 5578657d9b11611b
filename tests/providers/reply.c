/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/reply.h"

static void
reply_call_free (gpointer data)
{
  ReplyCall *call = data;

  g_free (call->id);
  g_free (call->name);
  g_string_free (call->args, TRUE);
  g_free (call);
}

Reply *
reply_new (void)
{
  Reply *self = g_new0 (Reply, 1);

  self->text = g_string_new (NULL);
  self->reasoning = g_string_new (NULL);
  self->refusal = g_string_new (NULL);
  self->calls = g_ptr_array_new_with_free_func (reply_call_free);
  self->usage = (TdUsage) TD_USAGE_INIT;
  return self;
}

void
reply_free (Reply *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->model);
  g_free (self->upstream);
  g_string_free (self->text, TRUE);
  g_string_free (self->reasoning, TRUE);
  g_string_free (self->refusal, TRUE);
  g_ptr_array_unref (self->calls);
  g_free (self->opaque);
  g_free (self->finish_raw);
  td_failure_free (self->failure);
  g_free (self);
}

static void
append_text (GString           *to,
             const TdChatEvent *event)
{
  g_assert_cmpuint (event->length, >, 0);
  g_assert_true (g_utf8_validate_len (event->text, event->length, NULL));
  g_string_append_len (to, event->text, event->length);
}

static void
begin_call (Reply             *self,
            const TdChatEvent *event)
{
  ReplyCall *call = g_new0 (ReplyCall, 1);

  g_assert_cmpuint (event->index, ==, self->calls->len);
  g_assert_nonnull (event->id);
  g_assert_nonnull (event->name);
  call->index = event->index;
  call->id = g_strdup (event->id);
  call->name = g_strdup (event->name);
  call->args = g_string_new (NULL);
  g_ptr_array_add (self->calls, call);
}

/* Collects, and checks what holds for every reply of every protocol. */
void
reply_event_cb (const TdChatEvent *event,
                gpointer           user_data)
{
  Reply *self = user_data;

  g_assert_cmpuint (self->n_ends, ==, 0);
  self->n_events++;
  if (event->type != TD_CHAT_EVENT_START && event->type != TD_CHAT_EVENT_ERROR &&
      event->type != TD_CHAT_EVENT_USAGE)
    g_assert_cmpuint (self->n_starts, ==, 1);

  switch (event->type)
    {
    case TD_CHAT_EVENT_START:
      g_assert_cmpuint (self->n_starts, ==, 0);
      self->n_starts++;
      self->id = g_strdup (event->id);
      self->model = g_strdup (event->model);
      self->upstream = g_strdup (event->upstream);
      break;
    case TD_CHAT_EVENT_TEXT:
      append_text (self->text, event);
      break;
    case TD_CHAT_EVENT_REASONING:
      append_text (self->reasoning, event);
      break;
    case TD_CHAT_EVENT_REFUSAL:
      append_text (self->refusal, event);
      break;
    case TD_CHAT_EVENT_TOOL_BEGIN:
      begin_call (self, event);
      break;
    case TD_CHAT_EVENT_TOOL_ARGS:
      g_assert_cmpuint (event->index, <, self->calls->len);
      append_text (((ReplyCall *) self->calls->pdata[event->index])->args, event);
      break;
    case TD_CHAT_EVENT_OPAQUE:
      g_assert_null (self->opaque);
      self->opaque = g_strndup (event->text, event->length);
      break;
    case TD_CHAT_EVENT_USAGE:
      self->has_usage = TRUE;
      self->usage = *event->usage;
      break;
    case TD_CHAT_EVENT_FINISH:
      self->n_ends++;
      self->finished = TRUE;
      self->finish = event->finish;
      self->finish_raw = g_strdup (event->finish_raw);
      break;
    case TD_CHAT_EVENT_ERROR:
      self->n_ends++;
      self->failure = td_failure_copy (event->failure);
      g_assert_nonnull (self->failure);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* The word of the samples for how the reply ended. */
const char *
reply_get_end (const Reply *self)
{
  if (self->failure != NULL)
    return self->failure->class == TD_PROVIDER_ERROR_CUT ? "incomplete" : "error";
  return self->finished ? td_finish_to_string (self->finish) : NULL;
}

static gboolean
members_equal (const TdJson *a,
               const TdJson *b)
{
  for (guint i = 0; i < td_json_get_length (a); i++)
    {
      const char *name = td_json_get_name (a, i);

      if (!json_equal (td_json_get_element (a, i),
                       name != NULL ? td_json_get_member (b, name) : td_json_get_element (b, i)))
        return FALSE;
    }
  return TRUE;
}

/* By structure: the order of members does not count. */
gboolean
json_equal (const TdJson *a,
            const TdJson *b)
{
  TdJsonType type = td_json_get_type (a);

  if (type != td_json_get_type (b))
    return FALSE;
  switch (type)
    {
    case TD_JSON_BOOL:
      return td_json_get_bool (a, FALSE) == td_json_get_bool (b, FALSE);
    case TD_JSON_NUMBER:
      return g_strcmp0 (td_json_get_number_text (a), td_json_get_number_text (b)) == 0;
    case TD_JSON_STRING:
      return g_strcmp0 (td_json_get_string (a), td_json_get_string (b)) == 0;
    case TD_JSON_ARRAY:
    case TD_JSON_OBJECT:
      return td_json_get_length (a) == td_json_get_length (b) && members_equal (a, b);
    case TD_JSON_ABSENT:
    case TD_JSON_NULL:
    default:
      return TRUE;
    }
}

/* "text|reasoning|end", the end being the class of the failure or the reason to finish. */
char *
reply_dup_summary (const Reply *self)
{
  const char *end = self->failure != NULL ? td_provider_error_to_string (self->failure->class)
                                          : td_finish_to_string (self->finish);

  return g_strdup_printf ("%s|%s|%s", self->text->str, self->reasoning->str, end);
}

/* "id:name(arguments) …end"; an id that was made up is written as "*". */
char *
reply_dup_calls (const Reply *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->calls->len; i++)
    {
      const ReplyCall *call = self->calls->pdata[i];

      g_string_append_printf (out, "%s:%s(%s) ",
                              g_str_has_prefix (call->id, "call_") ? "*" : call->id, call->name,
                              call->args->str);
    }
  g_string_append (out, reply_get_end (self));
  return g_string_free (out, FALSE);
}
