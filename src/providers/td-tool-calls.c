/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-tool-calls.h"

/* More calls in one turn are an attempt to fill memory. */
#define MAX_CALLS 256

typedef struct
{
  guint index;       /* ours: 0, 1, 2 … in the order in which they are handed out */
  gint64 wire_index; /* the server's */
  char *id;          /* (owned) (nullable): the server's */
  char *name;        /* (owned) (nullable): not known yet */
  GString *args;     /* (owned): all of the arguments so far */
} Call;

struct _TdToolCalls
{
  TdReplyEmitter *out; /* (unowned) */
  GPtrArray *calls;    /* (owned) (element-type Call) */
  guint n_begun;
};

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->id);
  g_free (call->name);
  g_string_free (call->args, TRUE);
  g_free (call);
}

/**
 * td_tool_calls_new:
 * @out: where calls are handed out; must outlive them
 *
 * Returns: (transfer full): the calls of one reply, none yet
 */
TdToolCalls *
td_tool_calls_new (TdReplyEmitter *out)
{
  TdToolCalls *self = g_new0 (TdToolCalls, 1);

  self->out = out;
  self->calls = g_ptr_array_new_with_free_func (call_free);
  return self;
}

void
td_tool_calls_free (TdToolCalls *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->calls);
  g_free (self);
}

static Call *
add_call (TdToolCalls *self,
          gint64       wire_index)
{
  Call *call;

  if (self->calls->len >= MAX_CALLS)
    return NULL;

  call = g_new0 (Call, 1);
  call->wire_index = wire_index;
  call->args = g_string_new (NULL);
  g_ptr_array_add (self->calls, call);
  return call;
}

/* Without arguments a call is complete too: that means none. */
static gboolean
has_complete_args (const Call *call)
{
  g_autoptr (TdJsonDoc) doc = NULL;

  if (call->args->len == 0)
    return TRUE;
  doc = td_json_doc_parse (call->args->str, call->args->len, NULL, NULL);
  return doc != NULL && td_json_get_type (td_json_doc_get_root (doc)) == TD_JSON_OBJECT;
}

static const char *
get_text (const TdJson *object,
          const char   *name)
{
  const char *text = td_json_member_string (object, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

static const TdJson *
get_function (const TdJson *fragment)
{
  const TdJson *function = td_json_get_member (fragment, "function");

  return td_json_get_type (function) == TD_JSON_OBJECT ? function : fragment;
}

static gboolean
has_args (const TdJson *function)
{
  const TdJson *args = td_json_get_member (function, "arguments");

  return td_json_get_type (args) == TD_JSON_OBJECT || td_json_get_string_length (args) > 0;
}

/* Servers without ids name the function again when the next call starts; others repeat the
 * name in every fragment of one call. */
static gboolean
starts_again (const Call   *call,
              const TdJson *fragment)
{
  const TdJson *function = get_function (fragment);
  const char *name = get_text (function, "name");

  if (name == NULL || call->name == NULL || call->args->len == 0 || !has_complete_args (call))
    return FALSE;
  return !g_str_equal (name, call->name) || has_args (function);
}

static Call *
find_by_wire_index (TdToolCalls *self,
                    gint64       wire_index)
{
  for (guint i = self->calls->len; i > 0; i--)
    {
      Call *call = self->calls->pdata[i - 1];

      if (call->wire_index == wire_index)
        return call;
    }
  return NULL;
}

static Call *
find_by_id (TdToolCalls *self,
            const char  *id)
{
  for (guint i = self->calls->len; i > 0; i--)
    {
      Call *call = self->calls->pdata[i - 1];

      if (g_strcmp0 (call->id, id) == 0)
        return call;
    }
  return NULL;
}

static Call *
find_call (TdToolCalls  *self,
           const TdJson *fragment,
           const char   *id)
{
  gint64 wire_index;
  Call *call;

  if (td_json_get_int64 (td_json_get_member (fragment, "index"), &wire_index))
    {
      call = find_by_wire_index (self, wire_index);
      if (call != NULL && id != NULL && call->id != NULL && !g_str_equal (id, call->id))
        call = NULL;
    }
  else
    {
      wire_index = self->calls->len;
      if (id != NULL)
        call = find_by_id (self, id);
      else
        call = wire_index > 0 ? self->calls->pdata[wire_index - 1] : NULL;
    }
  if (call != NULL && (id == NULL || call->id == NULL) && starts_again (call, fragment))
    call = NULL;
  return call != NULL ? call : add_call (self, wire_index);
}

static void
begin (TdToolCalls *self,
       Call        *call,
       const char  *name)
{
  g_autofree char *made = NULL;

  call->index = self->n_begun++;
  call->name = g_strdup (name);
  if (call->id == NULL)
    {
      g_autofree char *uuid = g_uuid_string_random ();

      made = g_strdup_printf ("call_%.8s%.4s", uuid, uuid + 9);
    }
  td_reply_emitter_tool_begin (self->out, call->index, call->id != NULL ? call->id : made, name);
  td_reply_emitter_tool_args (self->out, call->index, call->args->str, call->args->len);
}

/* Mostly a piece of JSON text; some servers send the object itself. */
static void
add_args (TdToolCalls  *self,
          Call         *call,
          const TdJson *args)
{
  gsize before = call->args->len;

  if (td_json_get_type (args) == TD_JSON_STRING)
    g_string_append_len (call->args, td_json_get_string (args), td_json_get_string_length (args));
  else if (td_json_get_type (args) == TD_JSON_OBJECT)
    td_json_append_text (args, call->args);
  if (call->name != NULL)
    td_reply_emitter_tool_args (self->out, call->index, call->args->str + before,
                                call->args->len - before);
}

static void
add_to_call (TdToolCalls  *self,
             Call         *call,
             const TdJson *fragment,
             const char   *id)
{
  const TdJson *function = get_function (fragment);
  const char *name = get_text (function, "name");
  const TdJson *args = td_json_get_member (function, "arguments");

  if (call->id == NULL)
    call->id = g_strdup (id);
  if (call->name == NULL && name != NULL)
    begin (self, call, name);
  /* Gemini's name for them is the shorter one. */
  add_args (self, call, args != NULL ? args : td_json_get_member (function, "args"));
}

/**
 * td_tool_calls_take_fragment:
 * @self: the calls of one reply
 * @fragment: an element of "tool_calls" in the OpenAI form
 *
 * A fragment belongs to the call of the same index, but a new id at a known index starts a new
 * call. Without an index it belongs to the call of the same id, or without an id too to the
 * last call, unless that is complete and a function is named again. A missing id is made up.
 */
void
td_tool_calls_take_fragment (TdToolCalls  *self,
                             const TdJson *fragment)
{
  const char *id = get_text (fragment, "id");
  Call *call;

  if (td_json_get_type (fragment) != TD_JSON_OBJECT)
    return;
  call = find_call (self, fragment, id);
  if (call != NULL)
    add_to_call (self, call, fragment, id);
}

/**
 * td_tool_calls_take_whole:
 * @self: the calls of one reply
 * @call: a whole call (Gemini, Ollama, or a reply that is not streamed)
 *
 * Takes a call that never comes in fragments, whatever index it claims.
 */
void
td_tool_calls_take_whole (TdToolCalls  *self,
                          const TdJson *call)
{
  Call *added;

  if (td_json_get_type (call) != TD_JSON_OBJECT)
    return;
  added = add_call (self, self->calls->len);
  if (added != NULL)
    add_to_call (self, added, call, get_text (call, "id"));
}

/**
 * td_tool_calls_begin:
 * @self: the calls of one reply
 * @wire_index: the server's number for the call
 * @call: its id and name
 *
 * Begins a call whose arguments come by td_tool_calls_add_args(): the form of protocols that
 * say clearly where a call begins.
 */
void
td_tool_calls_begin (TdToolCalls  *self,
                     gint64        wire_index,
                     const TdJson *call)
{
  /* Responses tell a call from the item it comes in. */
  const char *id = get_text (call, "call_id");
  Call *added;

  if (td_json_get_type (call) != TD_JSON_OBJECT)
    return;
  added = add_call (self, wire_index);
  if (added != NULL)
    add_to_call (self, added, call, id != NULL ? id : get_text (call, "id"));
}

/**
 * td_tool_calls_add_args:
 * @self: the calls of one reply
 * @wire_index: the number of a call that has begun; of others nothing is taken
 * @args: a piece of its arguments, or all of them as an object
 */
void
td_tool_calls_add_args (TdToolCalls  *self,
                        gint64        wire_index,
                        const TdJson *args)
{
  Call *call = find_by_wire_index (self, wire_index);

  if (call != NULL)
    add_args (self, call, args);
}

/**
 * td_tool_calls_any_complete:
 * @self: the calls of one reply
 *
 * Returns: whether there is a call with a name and whole arguments
 */
gboolean
td_tool_calls_any_complete (TdToolCalls *self)
{
  for (guint i = 0; i < self->calls->len; i++)
    {
      const Call *call = self->calls->pdata[i];

      if (call->name != NULL && has_complete_args (call))
        return TRUE;
    }
  return FALSE;
}
