/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chat as the window shows it. The store has the truth and the database thread reads it;
 * what arrives here is laid over the objects that are there, so that a message keeps its
 * object, and whoever shows it, for as long as the program runs.
 */
#include "config.h"

#include "conversation/td-conversation.h"

#include <string.h>

#include "base/td-clock.h"
#include "base/td-text.h"
#include "conversation/td-conversation-private.h"

#define MAX_TITLE_CHARS 60

struct _TdConversation
{
  GObject parent_instance;

  TdConversationRow *row; /* (owned) */
  gint64 id;
  char *title;            /* (owned) */
  char *model_key;        /* (owned) (nullable) */
  char *system_prompt;    /* (owned) (nullable) */
  TdChatParameters parameters;
  GListStore *attachments; /* (owned) (element-type TdAttachment): of the draft */
  char *draft;            /* (owned) */
  gboolean draft_dirty;   /* typed here and not written yet */
  gboolean attachments_dirty; /* attached or removed here and not written yet */
  gboolean filling;       /* the pictures that come are those of the store */
  gint64 created_us;
  gint64 updated_us;
  TdMoney cost;
  gint64 n_unknown_costs;
  gint64 tokens;
  gint64 n_estimates;

  GPtrArray *messages;    /* (owned) (element-type TdMessage) */
  gboolean loaded;
  gboolean deleted;
  guint generation;       /* goes up with every change made here: tells a stale reading */
};

static void td_conversation_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TdConversation,
                               td_conversation,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      td_conversation_list_model_init))

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_MODEL_KEY,
  PROP_COST,
  PROP_UPDATED_US,
  PROP_LOADED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static GType
td_conversation_get_item_type (GListModel *model)
{
  return TD_TYPE_MESSAGE;
}

static guint
td_conversation_get_n_items (GListModel *model)
{
  return TD_CONVERSATION (model)->messages->len;
}

static gpointer
td_conversation_get_item (GListModel *model,
                          guint       position)
{
  TdMessage *message = td_conversation_get_message (TD_CONVERSATION (model), position);

  return message ? g_object_ref (message) : NULL;
}

static void
td_conversation_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = td_conversation_get_item_type;
  iface->get_n_items = td_conversation_get_n_items;
  iface->get_item = td_conversation_get_item;
}

static void
td_conversation_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TdConversation *self = TD_CONVERSATION (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_MODEL_KEY:
      g_value_set_string (value, self->model_key);
      break;
    case PROP_COST:
      g_value_set_int64 (value, self->cost);
      break;
    case PROP_UPDATED_US:
      g_value_set_int64 (value, self->updated_us);
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
td_conversation_finalize (GObject *object)
{
  TdConversation *self = TD_CONVERSATION (object);

  td_conversation_row_unref (self->row);
  g_free (self->title);
  g_free (self->model_key);
  g_free (self->system_prompt);
  td_chat_parameters_clear (&self->parameters);
  g_object_unref (self->attachments);
  g_free (self->draft);
  g_ptr_array_unref (self->messages);

  G_OBJECT_CLASS (td_conversation_parent_class)->finalize (object);
}

static void
td_conversation_class_init (TdConversationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = td_conversation_get_property;
  object_class->finalize = td_conversation_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_MODEL_KEY] = g_param_spec_string ("model-key", NULL, NULL, NULL, flags);
  properties[PROP_COST] = g_param_spec_int64 ("cost", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_UPDATED_US] =
    g_param_spec_int64 ("updated-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
td_conversation_init (TdConversation *self)
{
  self->title = g_strdup ("");
  self->draft = g_strdup ("");
  self->parameters = (TdChatParameters) TD_CHAT_PARAMETERS_INIT;
  self->attachments = g_list_store_new (TD_TYPE_ATTACHMENT);
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * td_conversation_new:
 * @model_key: (nullable): the model its first message goes to
 *
 * Returns: (transfer full): an empty chat that is not stored yet
 */
TdConversation *
td_conversation_new (const char *model_key)
{
  TdConversation *self = g_object_new (TD_TYPE_CONVERSATION, NULL);

  self->row = td_conversation_row_new (0);
  self->model_key = g_strdup (model_key);
  self->created_us = td_clock_now_us ();
  self->updated_us = self->created_us;
  self->loaded = TRUE;
  return self;
}

/**
 * td_conversation_new_from_record:
 * @record: (transfer full): what the store has
 *
 * Returns: (transfer full): the chat, its messages not loaded
 */
TdConversation *
td_conversation_new_from_record (TdConversationRecord *record)
{
  TdConversation *self = g_object_new (TD_TYPE_CONVERSATION, NULL);

  self->row = td_conversation_row_new (record->id);
  self->id = record->id;
  td_conversation_update (self, record);
  return self;
}

/**
 * td_conversation_to_record:
 * @self: a chat
 *
 * Returns: (transfer full): what its row is to hold, as plain data for the database thread
 */
TdConversationRecord *
td_conversation_to_record (TdConversation *self)
{
  TdConversationRecord *record;

  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  record = td_conversation_record_new ();
  record->id = self->id;
  record->title = g_strdup (self->title);
  record->model_key = g_strdup (self->model_key);
  record->system_prompt = g_strdup (self->system_prompt);
  td_chat_parameters_copy (&self->parameters, &record->parameters);
  record->draft = g_strdup (self->draft);
  record->created_us = self->created_us;
  record->updated_us = self->updated_us;
  return record;
}

static void
set_cost (TdConversation *self,
          TdMoney         cost)
{
  if (self->cost == cost)
    return;
  self->cost = cost;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COST]);
}

/**
 * td_conversation_update:
 * @self: a chat
 * @record: (transfer full): what the store has for the same id
 *
 * Takes over what the store says. A draft typed here and not written yet is kept.
 */
void
td_conversation_update (TdConversation       *self,
                        TdConversationRecord *record)
{
  g_autoptr (TdConversationRecord) taken = record;

  g_return_if_fail (TD_IS_CONVERSATION (self));
  g_return_if_fail (record->id == self->id);

  g_object_freeze_notify (G_OBJECT (self));
  g_set_str (&self->system_prompt, taken->system_prompt);
  td_conversation_set_parameters (self, &taken->parameters);
  self->created_us = taken->created_us;
  self->n_unknown_costs = taken->n_unknown_costs;
  self->tokens = taken->tokens;
  self->n_estimates = taken->n_estimates;
  if (!self->draft_dirty)
    g_set_str (&self->draft, taken->draft);
  set_cost (self, taken->cost);
  td_conversation_set_title (self, taken->title);
  td_conversation_set_model_key (self, taken->model_key);
  td_conversation_touch (self, taken->updated_us);
  g_object_thaw_notify (G_OBJECT (self));
}

TdConversationRow *
td_conversation_get_row (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  return self->row;
}

/**
 * td_conversation_get_generation:
 * @self: a chat
 *
 * Returns: a number that changes whenever this process changes the messages, so that a reading
 *   begun before can be told from one begun after
 */
guint
td_conversation_get_generation (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), 0);

  return self->generation;
}

const char *
td_conversation_get_system_prompt (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  return self->system_prompt;
}

void
td_conversation_set_system_prompt (TdConversation *self,
                                   const char     *text)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));

  g_set_str (&self->system_prompt, text);
}

/**
 * td_conversation_get_draft_attachments:
 * @self: a chat
 *
 * Returns: (transfer none) (element-type TdAttachment): the pictures that go with the next message
 */
GListStore *
td_conversation_get_draft_attachments (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  return self->attachments;
}

/**
 * td_conversation_get_attached_bytes:
 * @self: a loaded chat
 *
 * Returns: how much is in the pictures of its messages and of its draft: all of them are sent with
 *   each message
 */
gsize
td_conversation_get_attached_bytes (TdConversation *self)
{
  gsize bytes = 0;

  g_return_val_if_fail (TD_IS_CONVERSATION (self), 0);

  for (guint i = 0; i < self->messages->len; i++)
    {
      GPtrArray *list = td_message_get_attachments (g_ptr_array_index (self->messages, i));

      for (guint j = 0; list && j < list->len; j++)
        bytes += g_bytes_get_size (td_attachment_get_data (g_ptr_array_index (list, j)));
    }
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->attachments)); i++)
    {
      g_autoptr (TdAttachment) attachment =
        g_list_model_get_item (G_LIST_MODEL (self->attachments), i);

      bytes += g_bytes_get_size (td_attachment_get_data (attachment));
    }
  return bytes;
}

/**
 * td_conversation_get_parameters:
 * @self: a chat
 *
 * Returns: (transfer none): what the user wants of its replies
 */
const TdChatParameters *
td_conversation_get_parameters (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  return &self->parameters;
}

/**
 * td_conversation_set_parameters:
 * @self: a chat
 * @parameters: what the user wants of its replies from now on
 *
 * Only in memory: see td_conversation_list_set_wishes().
 */
void
td_conversation_set_parameters (TdConversation         *self,
                                const TdChatParameters *parameters)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));

  td_chat_parameters_copy (parameters, &self->parameters);
}

void
td_conversation_set_id (TdConversation *self,
                        gint64          id)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));
  g_return_if_fail (id >= 0);

  self->id = id;
}

void
td_conversation_set_title (TdConversation *self,
                           const char     *title)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));
  g_return_if_fail (title != NULL);

  if (g_set_str (&self->title, title))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

void
td_conversation_set_model_key (TdConversation *self,
                               const char     *model_key)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));

  if (g_set_str (&self->model_key, model_key))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL_KEY]);
}

void
td_conversation_set_draft (TdConversation *self,
                           const char     *text)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));
  g_return_if_fail (text != NULL);

  g_set_str (&self->draft, text);
}

void
td_conversation_set_draft_dirty (TdConversation *self,
                                 gboolean        dirty)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));

  self->draft_dirty = dirty;
}

/* Takes over the pictures of the draft that the store has, unless the user was quicker. */
void
td_conversation_fill_draft_attachments (TdConversation *self,
                                        GPtrArray      *attachments)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));

  if (self->attachments_dirty || attachments->len == 0 ||
      g_list_model_get_n_items (G_LIST_MODEL (self->attachments)) > 0)
    return;
  self->filling = TRUE;
  g_list_store_splice (self->attachments, 0, 0, attachments->pdata, attachments->len);
  self->filling = FALSE;
}

gboolean
td_conversation_is_filling (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), FALSE);

  return self->filling;
}

void
td_conversation_set_attachments_dirty (TdConversation *self,
                                       gboolean        dirty)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));

  self->attachments_dirty = dirty;
}

gboolean
td_conversation_is_attachments_dirty (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), FALSE);

  return self->attachments_dirty;
}

gboolean
td_conversation_is_draft_dirty (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), FALSE);

  return self->draft_dirty;
}

gint64
td_conversation_get_created_us (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), 0);

  return self->created_us;
}

/**
 * td_conversation_mark_deleted:
 * @self: a chat
 *
 * Says that the chat is gone from the store, so that what is still under way for it does not
 * bring it back into the list.
 */
void
td_conversation_mark_deleted (TdConversation *self)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));

  self->deleted = TRUE;
}

gboolean
td_conversation_is_deleted (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), FALSE);

  return self->deleted;
}

/**
 * td_conversation_touch:
 * @self: a chat
 * @updated_us: when its last message was written
 */
void
td_conversation_touch (TdConversation *self,
                       gint64          updated_us)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));

  if (self->updated_us == updated_us)
    return;
  self->updated_us = updated_us;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UPDATED_US]);
}

/**
 * td_conversation_append:
 * @self: a loaded chat
 * @message: (transfer none): its next message
 */
void
td_conversation_append (TdConversation *self,
                        TdMessage      *message)
{
  g_return_if_fail (TD_IS_CONVERSATION (self));
  g_return_if_fail (TD_IS_MESSAGE (message));

  self->generation++;
  g_ptr_array_add (self->messages, g_object_ref (message));
  g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len - 1, 0, 1);
}

/**
 * td_conversation_replace:
 * @self: a loaded chat
 * @old: a message of it
 * @replacement: (transfer none): what takes its place
 */
void
td_conversation_replace (TdConversation *self,
                         TdMessage      *old,
                         TdMessage      *replacement)
{
  guint position;

  g_return_if_fail (TD_IS_CONVERSATION (self));
  g_return_if_fail (g_ptr_array_find (self->messages, old, NULL));

  self->generation++;
  g_ptr_array_find (self->messages, old, &position);
  g_ptr_array_insert (self->messages, position, g_object_ref (replacement));
  g_ptr_array_remove_index (self->messages, position + 1);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 1);
}

/* The message with that id; most often it is where the store has it too. */
static TdMessage *
find_message (GPtrArray *messages,
              gint64     id,
              guint      hint)
{
  if (hint < messages->len && td_message_get_id (g_ptr_array_index (messages, hint)) == id)
    return g_ptr_array_index (messages, hint);
  for (guint i = 0; i < messages->len; i++)
    {
      TdMessage *message = g_ptr_array_index (messages, i);

      if (td_message_get_id (message) == id)
        return message;
    }
  return NULL;
}

/* The objects that go with @records: those that are there, brought up to date, and new ones. */
static GPtrArray *
match_records (TdConversation *self,
               GPtrArray      *records)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < records->len; i++)
    {
      TdMessageRecord *record = g_steal_pointer (&g_ptr_array_index (records, i));
      TdMessage *known = find_message (self->messages, record->id, i);

      if (!known)
        {
          g_ptr_array_add (messages, td_message_new_from_record (record));
          continue;
        }
      td_message_update (known, record);
      g_ptr_array_add (messages, g_object_ref (known));
    }
  return messages;
}

/**
 * td_conversation_swap_items:
 * @model: a list model
 * @items: (inout) (element-type GObject): its items
 * @replacement: (element-type GObject): what they are to be
 *
 * Replaces the items of a model, telling its listeners only of the part that differs.
 */
void
td_conversation_swap_items (GListModel  *model,
                            GPtrArray  **items,
                            GPtrArray   *replacement)
{
  g_autoptr (GPtrArray) old = g_steal_pointer (items);
  guint prefix = 0, suffix = 0;

  *items = g_ptr_array_ref (replacement);
  while (prefix < old->len && prefix < replacement->len &&
         g_ptr_array_index (old, prefix) == g_ptr_array_index (replacement, prefix))
    prefix++;
  while (suffix < old->len - prefix && suffix < replacement->len - prefix &&
         g_ptr_array_index (old, old->len - 1 - suffix) ==
           g_ptr_array_index (replacement, replacement->len - 1 - suffix))
    suffix++;
  if (old->len > prefix + suffix || replacement->len > prefix + suffix)
    g_list_model_items_changed (model, prefix, old->len - prefix - suffix,
                                replacement->len - prefix - suffix);
}

/**
 * td_conversation_merge_messages:
 * @self: a chat
 * @records: (element-type TdMessageRecord): what the store has, in order; emptied
 *
 * Makes the messages those of the store. Messages with a known id keep their object; those
 * that this process has not stored yet stay at the end.
 */
void
td_conversation_merge_messages (TdConversation *self,
                                GPtrArray      *records)
{
  g_autoptr (GPtrArray) messages = NULL;

  g_return_if_fail (TD_IS_CONVERSATION (self));

  messages = match_records (self, records);
  g_ptr_array_set_size (records, 0);
  for (guint i = 0; i < self->messages->len; i++)
    {
      TdMessage *message = g_ptr_array_index (self->messages, i);

      if (td_message_get_id (message) == 0)
        g_ptr_array_add (messages, g_object_ref (message));
    }
  td_conversation_swap_items (G_LIST_MODEL (self), &self->messages, messages);
  if (!self->loaded)
    {
      self->loaded = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
    }
}

/**
 * td_conversation_add_spent:
 * @self: a chat
 * @outcome: how a reply of it ended
 *
 * Adds what the reply took to the chat's sums.
 */
void
td_conversation_add_spent (TdConversation         *self,
                           const TdMessageOutcome *outcome)
{
  TdMoney sum;

  g_return_if_fail (TD_IS_CONVERSATION (self));

  self->tokens += MAX (outcome->input_tokens, 0) + MAX (outcome->output_tokens, 0);
  if (td_message_outcome_is_estimated (outcome))
    self->n_estimates++;
  if (outcome->cost == TD_MONEY_UNKNOWN || !td_money_add (self->cost, outcome->cost, &sum))
    self->n_unknown_costs++;
  else
    set_cost (self, sum);
}

/* A title stands beside other texts, which must not be turned around by what is pasted into one. */
static gboolean
is_for_title (gunichar c)
{
  return !g_unichar_iscntrl (c) && !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069);
}

static char *
dup_title_line (const char *line,
                gsize       length)
{
  g_autoptr (GString) title = g_string_sized_new (length);

  for (const char *c = line; c < line + length; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (character == '\t')
        g_string_append_c (title, ' ');
      else if (is_for_title (character))
        g_string_append_unichar (title, character);
    }
  g_strstrip (title->str);
  return g_string_free_and_steal (g_steal_pointer (&title));
}

/**
 * td_conversation_make_title:
 * @text: the first message
 *
 * Returns: (transfer full): its first line that says something, shortened and without characters
 *   that steer
 */
char *
td_conversation_make_title (const char *text)
{
  for (const char *start = text; *start != '\0';)
    {
      gsize length = strcspn (start, "\r\n");
      g_autofree char *line = dup_title_line (start, length);

      if (line[0] != '\0')
        return td_text_ellipsize (line, MAX_TITLE_CHARS);
      start += length + (start[length] != '\0' ? 1 : 0);
    }
  return g_strdup ("");
}

/**
 * td_conversation_get_id:
 * @self: a chat
 *
 * Returns: its number in the database
 */
gint64
td_conversation_get_id (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), 0);

  return self->id;
}

/**
 * td_conversation_get_title:
 * @self: a chat
 *
 * Returns: (transfer none): what it is called in the list of chats
 */
const char *
td_conversation_get_title (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  return self->title;
}

/**
 * td_conversation_get_model_key:
 * @self: a chat
 *
 * Returns: (transfer none) (nullable): the key of the model that answers next, %NULL before one is
 *   chosen
 */
const char *
td_conversation_get_model_key (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  return self->model_key;
}

/**
 * td_conversation_get_draft:
 * @self: a chat
 *
 * Returns: (transfer none): what was typed and not sent yet
 */
const char *
td_conversation_get_draft (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  return self->draft;
}

/**
 * td_conversation_get_updated_us:
 * @self: a chat
 *
 * Returns: when it was last changed, in microseconds since 1970
 */
gint64
td_conversation_get_updated_us (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), 0);

  return self->updated_us;
}

/**
 * td_conversation_get_cost:
 * @self: a chat
 *
 * Returns: what all of its replies cost so far as that is known, in nano-dollars
 */
TdMoney
td_conversation_get_cost (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), TD_MONEY_UNKNOWN);

  return self->cost;
}

/**
 * td_conversation_has_unknown_cost:
 * @self: a chat
 *
 * Returns: whether it has a reply whose price is not known, so that the cost is a lower bound
 */
gboolean
td_conversation_has_unknown_cost (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), FALSE);

  return self->n_unknown_costs > 0;
}

/**
 * td_conversation_has_estimates:
 * @self: a chat
 *
 * Returns: whether some of its tokens are estimates and not a provider's figures
 */
gboolean
td_conversation_has_estimates (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), FALSE);

  return self->n_estimates > 0;
}

/**
 * td_conversation_get_tokens:
 * @self: a chat
 *
 * Returns: the tokens of all of its requests and replies
 */
gint64
td_conversation_get_tokens (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), 0);

  return self->tokens;
}

/**
 * td_conversation_get_loaded:
 * @self: a chat
 *
 * Returns: whether its messages have been read from the database
 */
gboolean
td_conversation_get_loaded (TdConversation *self)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), FALSE);

  return self->loaded;
}

/**
 * td_conversation_get_message:
 * @self: a chat
 * @position: from 0
 *
 * Returns: (transfer none) (nullable): the message, %NULL beyond the end
 */
TdMessage *
td_conversation_get_message (TdConversation *self,
                             guint           position)
{
  g_return_val_if_fail (TD_IS_CONVERSATION (self), NULL);

  return position < self->messages->len ? g_ptr_array_index (self->messages, position) : NULL;
}
