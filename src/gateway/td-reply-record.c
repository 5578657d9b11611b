/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-reply-record.h"

static void
part_free (gpointer data)
{
  TdReplyPart *part = data;

  g_string_free (part->text, TRUE);
  g_free (part->id);
  g_free (part->name);
  g_free (part);
}

/**
 * td_reply_record_new:
 *
 * Returns: (transfer full): the record of a reply of which nothing has come
 */
TdReplyRecord *
td_reply_record_new (void)
{
  TdReplyRecord *self = g_new0 (TdReplyRecord, 1);

  self->parts = g_ptr_array_new_with_free_func (part_free);
  self->usage = (TdUsage) TD_USAGE_INIT;
  self->finish = TD_FINISH_INCOMPLETE;
  return self;
}

void
td_reply_record_free (TdReplyRecord *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->parts);
  if (self->opaque != NULL)
    g_string_free (self->opaque, TRUE);
  g_free (self->finish_raw);
  g_free (self);
}

static int
add_part (TdReplyRecord     *self,
          TdReplyPartType    type,
          const TdChatEvent *event)
{
  TdReplyPart *part = g_new0 (TdReplyPart, 1);

  part->type = type;
  part->text = g_string_new (NULL);
  part->index = event->index;
  part->id = g_strdup (event->id);
  part->name = g_strdup (event->name);
  g_ptr_array_add (self->parts, part);
  return (int) self->parts->len - 1;
}

static int
append (TdReplyRecord     *self,
        int                number,
        const TdChatEvent *event)
{
  TdReplyPart *part = self->parts->pdata[number];

  g_string_append_len (part->text, event->text, (gssize) event->length);
  return number;
}

static int
take_text (TdReplyRecord     *self,
           TdReplyPartType    type,
           const TdChatEvent *event)
{
  int last = (int) self->parts->len - 1;

  if (event->length == 0)
    return -1;
  if (last < 0 || ((const TdReplyPart *) self->parts->pdata[last])->type != type)
    last = add_part (self, type, event);
  return append (self, last, event);
}

static int
take_arguments (TdReplyRecord     *self,
                const TdChatEvent *event)
{
  for (guint i = self->parts->len; i > 0; i--)
    {
      const TdReplyPart *part = self->parts->pdata[i - 1];

      if (part->type == TD_REPLY_PART_CALL && part->index == event->index)
        return append (self, (int) i - 1, event);
    }
  return -1;
}

static int
take_opaque (TdReplyRecord     *self,
             const TdChatEvent *event)
{
  if (self->opaque == NULL)
    self->opaque = g_string_new (NULL);
  g_string_truncate (self->opaque, 0);
  g_string_append_len (self->opaque, event->text, (gssize) event->length);
  return -1;
}

/**
 * td_reply_record_take:
 * @self: a record
 * @event: what came
 *
 * Returns: the number of the part that grew; -1: none did
 */
int
td_reply_record_take (TdReplyRecord     *self,
                      const TdChatEvent *event)
{
  g_return_val_if_fail (self != NULL && event != NULL, -1);

  switch (event->type)
    {
    case TD_CHAT_EVENT_TEXT:
      return take_text (self, TD_REPLY_PART_TEXT, event);
    case TD_CHAT_EVENT_REASONING:
      return take_text (self, TD_REPLY_PART_REASONING, event);
    case TD_CHAT_EVENT_REFUSAL:
      return take_text (self, TD_REPLY_PART_REFUSAL, event);
    case TD_CHAT_EVENT_TOOL_BEGIN:
      return add_part (self, TD_REPLY_PART_CALL, event);
    case TD_CHAT_EVENT_TOOL_ARGS:
      return take_arguments (self, event);
    case TD_CHAT_EVENT_OPAQUE:
      return take_opaque (self, event);
    case TD_CHAT_EVENT_USAGE:
      td_usage_merge (&self->usage, event->usage);
      return -1;
    case TD_CHAT_EVENT_FINISH:
      self->finish = event->finish;
      g_set_str (&self->finish_raw, event->finish_raw);
      return -1;
    case TD_CHAT_EVENT_START:
    case TD_CHAT_EVENT_ERROR:
    default:
      return -1;
    }
}

/**
 * td_reply_record_count:
 * @self: a record
 * @type: a type of part
 *
 * Returns: how many parts of it came
 */
guint
td_reply_record_count (const TdReplyRecord *self,
                       TdReplyPartType      type)
{
  guint n = 0;

  for (guint i = 0; i < self->parts->len; i++)
    n += ((const TdReplyPart *) self->parts->pdata[i])->type == type;
  return n;
}

/**
 * td_reply_record_dup_text:
 * @self: a record
 * @type: a type of part
 *
 * Returns: (transfer full) (nullable): the text of all parts of it; %NULL when none came
 */
char *
td_reply_record_dup_text (const TdReplyRecord *self,
                          TdReplyPartType      type)
{
  GString *text = NULL;

  for (guint i = 0; i < self->parts->len; i++)
    {
      const TdReplyPart *part = self->parts->pdata[i];

      if (part->type != type)
        continue;
      if (text == NULL)
        text = g_string_sized_new (part->text->len + 1);
      g_string_append_len (text, part->text->str, (gssize) part->text->len);
    }
  return text != NULL ? g_string_free (text, FALSE) : NULL;
}

/**
 * td_reply_part_get_arguments:
 * @part: a call
 *
 * Returns: (transfer none): its arguments; a call without any has an empty object
 */
const char *
td_reply_part_get_arguments (const TdReplyPart *part)
{
  return part->text->len > 0 ? part->text->str : "{}";
}
