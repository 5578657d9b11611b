/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message as the window shows it. A streaming reply grows in two GStrings, so that n pieces
 * cost n and not n squared; listeners hear of it once a frame however fast the pieces come.
 */
#include "config.h"

#include "conversation/td-message.h"

#include "base/td-clock.h"
#include "conversation/td-message-private.h"

#define FRAME_US 16000

struct _TdMessage
{
  GObject parent_instance;

  gint64 id;
  TdMessageRole role;
  GString *text;      /* (owned) */
  GString *reasoning; /* (owned) */
  char *model_key;    /* (owned) (nullable) */
  char *model_name;   /* (owned) (nullable) */
  gint64 created_us;
  GPtrArray *attachments; /* (owned) (nullable) (element-type TdAttachment): never changed */
  TdMessageOutcome outcome;
  gboolean live;      /* this process is writing it */

  guint appended_id;  /* source of the next "appended" */
  gint64 appended_us; /* when it was last emitted, monotonic */
};

G_DEFINE_FINAL_TYPE (TdMessage, td_message, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TEXT,
  PROP_REASONING,
  PROP_STATE,
  PROP_COST,
  PROP_OUTPUT_TOKENS,
  PROP_RETRY_AT_US,
  PROP_MODEL_KEY,
  N_PROPS,
};

enum
{
  SIGNAL_APPENDED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
emit_appended (TdMessage *self)
{
  g_clear_handle_id (&self->appended_id, g_source_remove);
  self->appended_us = td_clock_monotonic_us ();
  g_signal_emit (self, signals[SIGNAL_APPENDED], 0);
}

static gboolean
appended_cb (gpointer user_data)
{
  TdMessage *self = user_data;

  self->appended_id = 0;
  emit_appended (self);
  return G_SOURCE_REMOVE;
}

static void
queue_appended (TdMessage *self)
{
  gint64 wait_us;

  if (self->appended_id != 0)
    return;
  wait_us = self->appended_us + FRAME_US - td_clock_monotonic_us ();
  self->appended_id =
    g_timeout_add_full (G_PRIORITY_DEFAULT, wait_us > 0 ? (wait_us + 999) / 1000 : 0, appended_cb,
                        self, NULL);
}

static void
td_message_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  TdMessage *self = TD_MESSAGE (object);

  switch (prop_id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text->str);
      break;
    case PROP_REASONING:
      g_value_set_string (value, self->reasoning->str);
      break;
    case PROP_STATE:
      g_value_set_int (value, self->outcome.state);
      break;
    case PROP_COST:
      g_value_set_int64 (value, self->outcome.cost);
      break;
    case PROP_OUTPUT_TOKENS:
      g_value_set_int64 (value, self->outcome.output_tokens);
      break;
    case PROP_RETRY_AT_US:
      g_value_set_int64 (value, self->outcome.retry_at_us);
      break;
    case PROP_MODEL_KEY:
      g_value_set_string (value, self->model_key);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
td_message_dispose (GObject *object)
{
  TdMessage *self = TD_MESSAGE (object);

  g_clear_handle_id (&self->appended_id, g_source_remove);

  G_OBJECT_CLASS (td_message_parent_class)->dispose (object);
}

static void
td_message_finalize (GObject *object)
{
  TdMessage *self = TD_MESSAGE (object);

  g_string_free (self->text, TRUE);
  g_string_free (self->reasoning, TRUE);
  g_free (self->model_key);
  g_free (self->model_name);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  td_message_outcome_clear (&self->outcome);

  G_OBJECT_CLASS (td_message_parent_class)->finalize (object);
}

static void
td_message_class_init (TdMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = td_message_get_property;
  object_class->dispose = td_message_dispose;
  object_class->finalize = td_message_finalize;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, "", flags);
  properties[PROP_REASONING] = g_param_spec_string ("reasoning", NULL, NULL, "", flags);
  properties[PROP_STATE] =
    g_param_spec_int ("state", NULL, NULL, 0, TD_MESSAGE_STATE_FAILED, 0, flags);
  properties[PROP_COST] =
    g_param_spec_int64 ("cost", NULL, NULL, G_MININT64, G_MAXINT64, TD_MONEY_UNKNOWN, flags);
  properties[PROP_OUTPUT_TOKENS] =
    g_param_spec_int64 ("output-tokens", NULL, NULL, -1, G_MAXINT64, -1, flags);
  properties[PROP_RETRY_AT_US] =
    g_param_spec_int64 ("retry-at-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_MODEL_KEY] = g_param_spec_string ("model-key", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TdMessage::appended:
   *
   * Text or reasoning grew at its end. At most once a frame, and once more before the state
   * changes if anything is left to tell.
   */
  signals[SIGNAL_APPENDED] = g_signal_new ("appended", TD_TYPE_MESSAGE, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
td_message_init (TdMessage *self)
{
  self->text = g_string_new (NULL);
  self->reasoning = g_string_new (NULL);
  self->outcome = (TdMessageOutcome) TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
}

/**
 * td_message_new:
 * @role: whose message it is
 * @text: all of its text
 *
 * Returns: (transfer full): a complete message, written now
 */
TdMessage *
td_message_new (TdMessageRole  role,
                const char    *text)
{
  TdMessage *self = g_object_new (TD_TYPE_MESSAGE, NULL);

  self->role = role;
  self->created_us = td_clock_now_us ();
  g_string_assign (self->text, text);
  return self;
}

/**
 * td_message_new_reply:
 * @model_key: the model that is going to write it
 * @model_name: (nullable): its name, kept because models leave the catalogue
 *
 * Returns: (transfer full): an empty reply that this process is streaming
 */
TdMessage *
td_message_new_reply (const char *model_key,
                      const char *model_name)
{
  TdMessage *self = td_message_new (TD_MESSAGE_ROLE_ASSISTANT, "");

  self->model_key = g_strdup (model_key);
  self->model_name = g_strdup (model_name);
  self->outcome.state = TD_MESSAGE_STATE_STREAMING;
  self->live = TRUE;
  return self;
}

/**
 * td_message_set_attachments:
 * @self: a message
 * @attachments: (element-type TdAttachment): what goes with it; not to be changed any more
 */
void
td_message_set_attachments (TdMessage *self,
                            GPtrArray *attachments)
{
  g_return_if_fail (TD_IS_MESSAGE (self));
  g_return_if_fail (attachments != NULL);

  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  self->attachments = g_ptr_array_ref (attachments);
}

/**
 * td_message_get_attachments:
 * @self: a message
 *
 * Returns: (transfer none) (nullable) (element-type TdAttachment): the pictures that go with it
 */
GPtrArray *
td_message_get_attachments (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->attachments;
}

/**
 * td_message_get_calls:
 * @self: a reply
 *
 * Returns: (transfer none) (nullable): the tools that the model wanted to call, as a JSON list of objects
 *   with id, name and arguments; %NULL when there were none
 */
const char *
td_message_get_calls (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->outcome.calls;
}

static void
take_record (TdMessage       *self,
             TdMessageRecord *record)
{
  self->id = record->id;
  self->role = record->role;
  self->created_us = record->created_us;
  g_set_str (&self->model_key, record->model_key);
  g_set_str (&self->model_name, record->model_name);
  g_string_assign (self->text, record->text ? record->text : "");
  g_string_assign (self->reasoning, record->reasoning ? record->reasoning : "");
  if (record->attachments)
    td_message_set_attachments (self, record->attachments);
  td_message_outcome_clear (&self->outcome);
  td_message_outcome_copy (&record->outcome, &self->outcome);
}

/**
 * td_message_new_from_record:
 * @record: (transfer full): what the store has
 *
 * Returns: (transfer full): the message
 */
TdMessage *
td_message_new_from_record (TdMessageRecord *record)
{
  g_autoptr (TdMessageRecord) taken = record;
  TdMessage *self = g_object_new (TD_TYPE_MESSAGE, NULL);

  take_record (self, taken);
  return self;
}

/**
 * td_message_to_record:
 * @self: a message
 *
 * Returns: (transfer full): a copy of it as plain data, for the database thread
 */
TdMessageRecord *
td_message_to_record (TdMessage *self)
{
  TdMessageRecord *record;

  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  record = td_message_record_new ();
  record->id = self->id;
  record->role = self->role;
  record->text = g_strndup (self->text->str, self->text->len);
  record->reasoning = g_strndup (self->reasoning->str, self->reasoning->len);
  record->model_key = g_strdup (self->model_key);
  record->model_name = g_strdup (self->model_name);
  record->created_us = self->created_us;
  record->attachments = self->attachments ? g_ptr_array_ref (self->attachments) : NULL;
  td_message_outcome_copy (&self->outcome, &record->outcome);
  return record;
}

static gboolean
is_same_text (const GString *text,
              const char    *other)
{
  return g_str_equal (text->str, other ? other : "");
}

/* Tells what took over from the state before; @text and @reasoning whether those changed. */
static void
notify_changes (TdMessage              *self,
                const TdMessageOutcome *before,
                gboolean                text,
                gboolean                reasoning)
{
  g_object_freeze_notify (G_OBJECT (self));
  if (text)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
  if (reasoning)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASONING]);
  if (before->cost != self->outcome.cost)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COST]);
  if (before->output_tokens != self->outcome.output_tokens)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OUTPUT_TOKENS]);
  if (before->retry_at_us != self->outcome.retry_at_us)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT_US]);
  if (before->state != self->outcome.state)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * td_message_update:
 * @self: a message
 * @record: (transfer full): what the store has for the same id
 *
 * Takes over what another process wrote. A reply that this process is streaming knows better
 * than the store and stays as it is.
 */
void
td_message_update (TdMessage       *self,
                   TdMessageRecord *record)
{
  g_autoptr (TdMessageRecord) taken = record;
  TdMessageOutcome before;
  gboolean text, reasoning;

  g_return_if_fail (TD_IS_MESSAGE (self));
  g_return_if_fail (record->id == self->id);

  if (self->live)
    return;
  before = self->outcome; /* only its numbers are read below */
  text = !is_same_text (self->text, taken->text);
  reasoning = !is_same_text (self->reasoning, taken->reasoning);
  take_record (self, taken);
  notify_changes (self, &before, text, reasoning);
}

const char *
td_message_get_opaque (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->outcome.opaque;
}

/**
 * td_message_is_live:
 * @self: a message
 *
 * Returns: whether this process is streaming it
 */
gboolean
td_message_is_live (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), FALSE);

  return self->live;
}

/**
 * td_message_set_model:
 * @self: a reply of which nothing came yet
 * @model_key: the model that is going to write it
 * @model_name: (nullable): its name
 *
 * Another provider is asked than the one before.
 */
void
td_message_set_model (TdMessage  *self,
                      const char *model_key,
                      const char *model_name)
{
  gboolean changed;

  g_return_if_fail (TD_IS_MESSAGE (self));

  changed = g_set_str (&self->model_key, model_key);
  if (g_set_str (&self->model_name, model_name) || changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL_KEY]);
}

void
td_message_set_id (TdMessage *self,
                   gint64     id)
{
  g_return_if_fail (TD_IS_MESSAGE (self));
  g_return_if_fail (id > 0);

  self->id = id;
}

/**
 * td_message_append:
 * @self: a reply that this process is streaming
 * @reasoning: whether it is reasoning or text
 * @text: whole characters of UTF-8 without NUL
 * @length: bytes of it
 *
 * Adds to the reply's end; "appended" follows within a frame.
 */
void
td_message_append (TdMessage  *self,
                   gboolean    reasoning,
                   const char *text,
                   gsize       length)
{
  g_return_if_fail (TD_IS_MESSAGE (self));
  g_return_if_fail (self->live);

  if (length == 0)
    return;
  g_string_append_len (reasoning ? self->reasoning : self->text, text, length);
  queue_appended (self);
}

/**
 * td_message_set_retry_at:
 * @self: a reply that this process is streaming
 * @retry_at_us: when the next try is going to be made; 0 when it is being made
 */
void
td_message_set_retry_at (TdMessage *self,
                         gint64     retry_at_us)
{
  g_return_if_fail (TD_IS_MESSAGE (self));
  g_return_if_fail (self->live);

  if (self->outcome.retry_at_us == retry_at_us)
    return;
  self->outcome.retry_at_us = retry_at_us;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT_US]);
}

/**
 * td_message_finish:
 * @self: a reply that this process was streaming
 * @outcome: how it ended
 *
 * Ends the reply. What was appended last is told first, then the change of state.
 */
void
td_message_finish (TdMessage              *self,
                   const TdMessageOutcome *outcome)
{
  TdMessageOutcome before;

  g_return_if_fail (TD_IS_MESSAGE (self));
  g_return_if_fail (outcome->state != TD_MESSAGE_STATE_STREAMING);

  if (self->appended_id != 0)
    emit_appended (self);
  before = self->outcome; /* only its numbers are read below */
  td_message_outcome_clear (&self->outcome);
  td_message_outcome_copy (outcome, &self->outcome);
  self->live = FALSE;
  notify_changes (self, &before, self->text->len > 0, self->reasoning->len > 0);
}

/**
 * td_message_get_id:
 * @self: a message
 *
 * Returns: its number in the database
 */
gint64
td_message_get_id (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), 0);

  return self->id;
}

/**
 * td_message_get_role:
 * @self: a message
 *
 * Returns: who wrote it
 */
TdMessageRole
td_message_get_role (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), TD_MESSAGE_ROLE_USER);

  return self->role;
}

/**
 * td_message_get_state:
 * @self: a message
 *
 * Returns: whether it is being written, whole, or how it ended early
 */
TdMessageState
td_message_get_state (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), TD_MESSAGE_STATE_COMPLETE);

  return self->outcome.state;
}

/**
 * td_message_get_text:
 * @self: a message
 *
 * Returns: (transfer none): its text so far, in Markdown where a model wrote it
 */
const char *
td_message_get_text (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->text->str;
}

/**
 * td_message_get_text_length:
 * @self: a message
 *
 * Returns: the length of its text in bytes
 */
gsize
td_message_get_text_length (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), 0);

  return self->text->len;
}

/**
 * td_message_get_reasoning:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): what the model thought before it answered, as far as the
 *   provider shows it
 */
const char *
td_message_get_reasoning (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->reasoning->str;
}

/**
 * td_message_get_reasoning_length:
 * @self: a message
 *
 * Returns: the length of the reasoning in bytes
 */
gsize
td_message_get_reasoning_length (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), 0);

  return self->reasoning->len;
}

/**
 * td_message_get_model_key:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the key of the model that wrote it
 */
const char *
td_message_get_model_key (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->model_key;
}

/**
 * td_message_get_model_name:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): that model's name at the time, which outlives the model
 */
const char *
td_message_get_model_name (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->model_name;
}

/**
 * td_message_get_created_us:
 * @self: a message
 *
 * Returns: when it was begun, in microseconds since 1970
 */
gint64
td_message_get_created_us (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), 0);

  return self->created_us;
}

/**
 * td_message_get_input_tokens:
 * @self: a message
 *
 * Returns: the tokens of the request that it answers, -1 when that is not known
 */
gint64
td_message_get_input_tokens (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), -1);

  return self->outcome.input_tokens;
}

/**
 * td_message_get_output_tokens:
 * @self: a message
 *
 * Returns: the tokens that were written, reasoning among them, -1 when that is not known
 */
gint64
td_message_get_output_tokens (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), -1);

  return self->outcome.output_tokens;
}

/**
 * td_message_is_usage_counted_here:
 * @self: a message
 *
 * Returns: whether the tokens are our own count, because the provider gave none
 */
gboolean
td_message_is_usage_counted_here (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), FALSE);

  return self->outcome.counted_here;
}

/**
 * td_message_is_usage_estimated:
 * @self: a message
 *
 * Returns: whether that count is an estimate
 */
gboolean
td_message_is_usage_estimated (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), FALSE);

  return td_message_outcome_is_estimated (&self->outcome);
}

/**
 * td_message_get_cost:
 * @self: a message
 *
 * Returns: what it cost in nano-dollars, %TD_MONEY_UNKNOWN when its price is not known
 */
TdMoney
td_message_get_cost (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), TD_MONEY_UNKNOWN);

  return self->outcome.cost;
}

/**
 * td_message_get_first_token_ms:
 * @self: a message
 *
 * Returns: the milliseconds from sending to the first token, -1 when there was none
 */
gint64
td_message_get_first_token_ms (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), -1);

  return self->outcome.first_token_ms;
}

/**
 * td_message_get_duration_ms:
 * @self: a message
 *
 * Returns: the milliseconds from sending to the end, -1 when that is not known
 */
gint64
td_message_get_duration_ms (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), -1);

  return self->outcome.duration_ms;
}

/**
 * td_message_get_finish:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the reason to finish, as td_finish_to_string() writes it
 */
const char *
td_message_get_finish (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->outcome.finish;
}

/**
 * td_message_get_error_code:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the class of its failure, as td_error_code_from_error()
 *   writes it
 */
const char *
td_message_get_error_code (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->outcome.error_code;
}

/**
 * td_message_get_error_detail:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): what the provider said of the failure
 */
const char *
td_message_get_error_detail (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), NULL);

  return self->outcome.error_detail;
}

/**
 * td_message_get_retry_at_us:
 * @self: a message
 *
 * Returns: when asking again makes sense, in microseconds since 1970; 0 when nobody said
 */
gint64
td_message_get_retry_at_us (TdMessage *self)
{
  g_return_val_if_fail (TD_IS_MESSAGE (self), 0);

  return self->outcome.retry_at_us;
}
