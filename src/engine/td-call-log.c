/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-call-log.h"

#include "base/td-json-write.h"

/* What is beyond is not kept: a provider may send without end. */
#define MAX_CALLS 256

typedef struct
{
  guint index;
  char *id;
  char *name;
  GString *arguments;
} Call;

struct _TdCallLog
{
  GPtrArray *calls; /* (owned) (element-type Call) */
};

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->id);
  g_free (call->name);
  g_string_free (call->arguments, TRUE);
  g_free (call);
}

/**
 * td_call_log_new:
 *
 * Returns: (transfer full): an empty log
 */
TdCallLog *
td_call_log_new (void)
{
  TdCallLog *self = g_new0 (TdCallLog, 1);

  self->calls = g_ptr_array_new_with_free_func (call_free);
  return self;
}

/**
 * td_call_log_free:
 * @self: (transfer full) (nullable): a log
 */
void
td_call_log_free (TdCallLog *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->calls);
  g_free (self);
}

static void
begin_call (TdCallLog         *self,
            const TdChatEvent *event)
{
  Call *call;

  if (self->calls->len >= MAX_CALLS)
    return;
  call = g_new0 (Call, 1);
  call->index = event->index;
  call->id = g_strdup (event->id);
  call->name = g_strdup (event->name);
  call->arguments = g_string_new (NULL);
  g_ptr_array_add (self->calls, call);
}

/* The newest with the index: a reply that goes on begins to count again. */
static Call *
find_call (TdCallLog *self,
           guint      index)
{
  for (guint i = self->calls->len; i > 0; i--)
    {
      Call *call = g_ptr_array_index (self->calls, i - 1);

      if (call->index == index)
        return call;
    }
  return NULL;
}

/**
 * td_call_log_add:
 * @self: a log
 * @event: an event of the reply
 *
 * Takes note of a call, and leaves everything else alone.
 */
void
td_call_log_add (TdCallLog         *self,
                 const TdChatEvent *event)
{
  Call *call;

  g_return_if_fail (self != NULL);
  g_return_if_fail (event != NULL);

  if (event->type == TD_CHAT_EVENT_TOOL_BEGIN)
    begin_call (self, event);
  if (event->type != TD_CHAT_EVENT_TOOL_ARGS)
    return;
  call = find_call (self, event->index);
  if (call)
    g_string_append_len (call->arguments, event->text, (gssize) event->length);
}

/**
 * td_call_log_to_json:
 * @self: a log
 *
 * Returns: (transfer full) (nullable): a list of objects with id, name and arguments, the latter as the
 *   model wrote them; %NULL when there was no call
 */
char *
td_call_log_to_json (const TdCallLog *self)
{
  g_autoptr (TdJsonWriter) writer = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->calls->len == 0)
    return NULL;
  writer = td_json_writer_new ();
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < self->calls->len; i++)
    {
      const Call *call = g_ptr_array_index (self->calls, i);

      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "id", call->id);
      td_json_writer_member_string (writer, "name", call->name ? call->name : "");
      td_json_writer_name (writer, "arguments");
      td_json_writer_string_len (writer, call->arguments->str, call->arguments->len);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
  return td_json_writer_steal_text (writer);
}
