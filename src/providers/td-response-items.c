/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-response-items.h"

#include <string.h>

#define MAX_ITEMS 1024
#define MAX_BYTES (8 * 1024 * 1024)

/* The only member of what is kept. */
#define MEMBER "response_items"

#define REASONING "reasoning"
#define MESSAGE   "message"
#define CALL      "function_call"

/* How long a message's text is, in place of the text. */
#define TEXT_BYTES "bytes"

struct _TdResponseItems
{
  TdJsonWriter *list; /* (owned): what is kept, as a list that is still open */
  guint n_items;
  gsize n_bytes;
  gboolean needed;    /* there is more to send back than text and calls */
  gboolean too_much;  /* not all were kept, so none can go back */
};

/**
 * td_response_items_new:
 *
 * Returns: (transfer full): the items of one reply, none yet
 */
TdResponseItems *
td_response_items_new (void)
{
  TdResponseItems *self = g_new0 (TdResponseItems, 1);

  self->list = td_json_writer_new ();
  td_json_writer_begin_array (self->list);
  return self;
}

void
td_response_items_free (TdResponseItems *self)
{
  if (self == NULL)
    return;

  td_json_writer_free (self->list);
  g_free (self);
}

/* ---- Keeping ------------------------------------------------------------------------------ */

static void
write_member (TdJsonWriter *writer,
              const TdJson *from,
              const char   *name)
{
  const TdJson *value = td_json_get_member (from, name);

  if (!td_json_is_set (value))
    return;
  td_json_writer_name (writer, name);
  td_json_writer_value (writer, value);
}

/* Reasoning that was not stored at the server is refused when it comes back without its
 * encrypted content. */
static gboolean
can_go_back (const TdJson *reasoning)
{
  return td_json_get_string_length (td_json_get_member (reasoning, "encrypted_content")) > 0;
}

static void
write_reasoning (TdJsonWriter *writer,
                 const TdJson *item)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", REASONING);
  write_member (writer, item, "id");
  write_member (writer, item, "summary");
  write_member (writer, item, "content");
  write_member (writer, item, "encrypted_content");
  td_json_writer_end_object (writer);
}

static gboolean
has_refusal (const TdJson *message)
{
  const TdJson *content = td_json_get_member (message, "content");

  for (guint i = 0; i < td_json_get_length (content); i++)
    {
      if (g_strcmp0 (td_json_member_string (td_json_get_element (content, i), "type"),
                     "refusal") == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * td_response_items_take:
 * @self: the items of one reply
 * @item: the next of them, finished
 * @n_bytes: of a message: how long its text is
 *
 * Keeps an item.
 */
void
td_response_items_take (TdResponseItems *self,
                        const TdJson    *item,
                        gsize            n_bytes)
{
  const char *type = td_json_member_string (item, "type");

  if (self->n_items >= MAX_ITEMS || self->n_bytes > MAX_BYTES || has_refusal (item))
    self->too_much = TRUE;
  if (self->too_much)
    return;
  self->n_items++;
  if (g_strcmp0 (type, REASONING) == 0 && can_go_back (item))
    {
      write_reasoning (self->list, item);
      self->n_bytes += td_json_get_string_length (td_json_get_member (item, "encrypted_content"));
      self->needed = TRUE;
    }
  else if (g_strcmp0 (type, MESSAGE) == 0)
    {
      td_json_writer_begin_object (self->list);
      td_json_writer_member_string (self->list, "type", MESSAGE);
      write_member (self->list, item, "id");
      write_member (self->list, item, "phase");
      td_json_writer_member_int64 (self->list, TEXT_BYTES, (gint64) n_bytes);
      td_json_writer_end_object (self->list);
      self->needed |= td_json_member_string (item, "phase") != NULL;
    }
  else if (g_strcmp0 (type, CALL) == 0)
    {
      td_json_writer_begin_object (self->list);
      td_json_writer_member_string (self->list, "type", CALL);
      write_member (self->list, item, "id");
      write_member (self->list, item, "call_id");
      td_json_writer_end_object (self->list);
    }
}

/**
 * td_response_items_to_opaque:
 * @self: the items of one reply; nothing can be taken after this
 *
 * Returns: (transfer full) (nullable): an object for td_response_items_write(), or %NULL when
 *   sending back text and calls is enough
 */
char *
td_response_items_to_opaque (TdResponseItems *self)
{
  g_autoptr (TdJsonWriter) writer = NULL;
  g_autofree char *list = NULL;

  if (!self->needed || self->too_much)
    return NULL;

  td_json_writer_end_array (self->list);
  list = td_json_writer_steal_text (self->list);
  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, MEMBER);
  td_json_writer_raw (writer, list);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_text (writer);
}

/* ---- Sending back ------------------------------------------------------------------------- */

static void
write_message (TdJsonWriter *writer,
               const TdJson *item,
               const char   *text,
               gsize         length)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", MESSAGE);
  if (item != NULL)
    write_member (writer, item, "id");
  td_json_writer_member_string (writer, "status", "completed");
  td_json_writer_member_string (writer, "role", "assistant");
  if (item != NULL)
    write_member (writer, item, "phase");
  td_json_writer_name (writer, "content");
  td_json_writer_begin_array (writer);
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", "output_text");
  td_json_writer_name (writer, "text");
  td_json_writer_string_len (writer, text, length);
  td_json_writer_name (writer, "annotations");
  td_json_writer_begin_array (writer);
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
}

static void
write_call (TdJsonWriter     *writer,
            const TdJson     *item,
            const TdChatCall *call)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", CALL);
  if (item != NULL)
    write_member (writer, item, "id");
  td_json_writer_member_string (writer, "call_id", call->id);
  td_json_writer_member_string (writer, "name", call->name);
  td_json_writer_member_string (writer, "arguments", call->arguments);
  td_json_writer_member_string (writer, "status", "completed");
  td_json_writer_end_object (writer);
}

static gsize
get_text_bytes (const TdJson *item)
{
  if (g_strcmp0 (td_json_member_string (item, "type"), MESSAGE) != 0)
    return 0;
  return (gsize) CLAMP (td_json_member_int64 (item, TEXT_BYTES, 0), 0, G_MAXINT32);
}

static const TdChatCall *
find_answered_call (const TdChatRequest *request,
                    guint                turn,
                    const TdJson        *item)
{
  if (g_strcmp0 (td_json_member_string (item, "type"), CALL) != 0)
    return NULL;
  return td_chat_request_find_answered (request, turn, td_json_member_string (item, "call_id"));
}

/* How many items can be sent: all up to the last message or answered call, because reasoning is
 * refused without what came of it. 0 when they are not about this text. */
static guint
count_usable (const TdJson        *items,
              const TdChatRequest *request,
              guint                turn)
{
  const char *text = ((const TdChatTurn *) request->turns->pdata[turn])->text;
  gsize length = strlen (text);
  gsize at = 0;
  guint n = 0;

  for (guint i = 0; i < td_json_get_length (items); i++)
    {
      const TdJson *item = td_json_get_element (items, i);
      gsize n_bytes = get_text_bytes (item);

      /* Within bounds, and not inside a character. */
      if (n_bytes > length - at || ((guchar) text[at + n_bytes] & 0xc0) == 0x80)
        return 0;
      at += n_bytes;
      if (n_bytes > 0 || find_answered_call (request, turn, item) != NULL)
        n = i + 1;
    }
  return at == length ? n : 0;
}

/* Reasoning goes with the message or the call that follows it. */
static gboolean
leads_to_something (const TdJson        *items,
                    guint                from,
                    const TdChatRequest *request,
                    guint                turn)
{
  for (guint i = from + 1; i < td_json_get_length (items); i++)
    {
      const TdJson *item = td_json_get_element (items, i);

      if (g_strcmp0 (td_json_member_string (item, "type"), REASONING) != 0)
        return get_text_bytes (item) > 0 || find_answered_call (request, turn, item) != NULL;
    }
  return FALSE;
}

static void
write_kept (TdJsonWriter        *writer,
            const TdJson        *items,
            guint                n,
            const TdChatRequest *request,
            guint                turn)
{
  const char *text = ((const TdChatTurn *) request->turns->pdata[turn])->text;

  for (guint i = 0; i < n; i++)
    {
      const TdJson *item = td_json_get_element (items, i);
      const TdChatCall *call = find_answered_call (request, turn, item);
      gsize n_bytes = get_text_bytes (item);

      if (n_bytes > 0)
        write_message (writer, item, text, n_bytes);
      else if (call != NULL)
        write_call (writer, item, call);
      else if (g_strcmp0 (td_json_member_string (item, "type"), REASONING) == 0 &&
               can_go_back (item) && leads_to_something (items, i, request, turn))
        write_reasoning (writer, item);
      text += n_bytes;
    }
}

static gboolean
is_kept (const TdJson     *items,
         guint             n,
         const TdChatCall *call)
{
  for (guint i = 0; i < n; i++)
    {
      if (g_strcmp0 (td_json_member_string (td_json_get_element (items, i), "call_id"),
                     call->id) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * td_response_items_write:
 * @writer: a writer inside the list "input"
 * @request: a request
 * @turn: the number of one of the assistant's turns in it
 *
 * Writes the turn as it came: reasoning, messages and calls in their order. It does so only when
 * the text is as long as it was; of a turn that was edited, or comes from elsewhere, text and
 * calls go. Of what was kept, which came from the network once, only the members that are meant
 * go back, and calls only with their answers.
 */
void
td_response_items_write (TdJsonWriter        *writer,
                         const TdChatRequest *request,
                         guint                turn)
{
  const TdChatTurn *from = request->turns->pdata[turn];
  g_autoptr (TdJsonDoc) doc =
    from->opaque != NULL ? td_json_doc_parse (from->opaque, -1, NULL, NULL) : NULL;
  const TdJson *items =
    doc != NULL ? td_json_get_member (td_json_doc_get_root (doc), MEMBER) : NULL;
  guint n = td_json_get_type (items) == TD_JSON_ARRAY ? count_usable (items, request, turn) : 0;

  write_kept (writer, items, n, request, turn);
  if (n == 0 && !td_chat_turn_is_blank (from))
    write_message (writer, NULL, from->text, strlen (from->text));
  for (guint i = 0; from->calls != NULL && i < from->calls->len; i++)
    {
      const TdChatCall *call = from->calls->pdata[i];

      if (!is_kept (items, n, call) && td_chat_request_is_answered (request, turn, call))
        write_call (writer, NULL, call);
    }
}
