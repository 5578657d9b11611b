/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of a question, each with one callback that starts the next: write it on a worker and see
 * whether it was asked before; see that the keyring is open; fetch the key; ask.
 */
#include "config.h"

#include "engine/td-count-service.h"

#define MAX_REMEMBERED 256

struct _TdCountService
{
  GObject parent_instance;

  SoupSession *session;     /* (owned) */
  TdKeyRing *key_ring;      /* (owned) */
  TdCalibrator *calibrator; /* (owned) */
  GHashTable *answers;      /* (owned) (element-type utf8 gint64): by the hash of the question */
  GQueue order;             /* (element-type utf8): their hashes, oldest first; the table's */
  GHashTable *mute;         /* (owned) (element-type utf8): addresses without such a call */
};

G_DEFINE_FINAL_TYPE (TdCountService, td_count_service, G_TYPE_OBJECT)

static void
td_count_service_dispose (GObject *object)
{
  TdCountService *self = TD_COUNT_SERVICE (object);

  g_clear_object (&self->session);
  g_clear_object (&self->key_ring);
  g_clear_object (&self->calibrator);

  G_OBJECT_CLASS (td_count_service_parent_class)->dispose (object);
}

static void
td_count_service_finalize (GObject *object)
{
  TdCountService *self = TD_COUNT_SERVICE (object);

  g_queue_clear (&self->order);
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->mute);

  G_OBJECT_CLASS (td_count_service_parent_class)->finalize (object);
}

static void
td_count_service_class_init (TdCountServiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_count_service_dispose;
  object_class->finalize = td_count_service_finalize;
}

static void
td_count_service_init (TdCountService *self)
{
  g_queue_init (&self->order);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->mute = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * td_count_service_new:
 * @session: the session of this process
 * @key_ring: where the keys are
 * @calibrator: learns from the answers
 *
 * Returns: (transfer full): a service that remembers nothing yet
 */
TdCountService *
td_count_service_new (SoupSession  *session,
                      TdKeyRing    *key_ring,
                      TdCalibrator *calibrator)
{
  TdCountService *self = g_object_new (TD_TYPE_COUNT_SERVICE, NULL);

  self->session = g_object_ref (session);
  self->key_ring = g_object_ref (key_ring);
  self->calibrator = g_object_ref (calibrator);
  return self;
}

/**
 * td_count_service_can_ask:
 * @self: the service
 * @endpoint: an endpoint
 *
 * Returns: whether it counts prompts, as far as is known
 */
gboolean
td_count_service_can_ask (TdCountService   *self,
                          const TdEndpoint *endpoint)
{
  g_return_val_if_fail (TD_IS_COUNT_SERVICE (self), FALSE);
  g_return_val_if_fail (endpoint != NULL, FALSE);

  return td_count_call_exists (endpoint) && !g_hash_table_contains (self->mute, endpoint->base_url);
}

static void
remember (TdCountService *self,
          const char     *hash,
          gint64          tokens)
{
  char *key;

  if (g_hash_table_contains (self->answers, hash))
    return;
  if (g_queue_get_length (&self->order) >= MAX_REMEMBERED)
    g_hash_table_remove (self->answers, g_queue_pop_head (&self->order));
  key = g_strdup (hash);
  g_hash_table_insert (self->answers, key, g_memdup2 (&tokens, sizeof tokens));
  g_queue_push_tail (&self->order, key);
}

/* ---- a question ---------------------------------------------------------------------------- */

typedef struct
{
  TdEndpoint *endpoint;   /* (owned) */
  TdChatRequest *request; /* (owned) */
  TdWireRequest *wire;    /* (owned) (nullable): it is not written yet */
  char *hash;             /* (owned) (nullable) */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  td_endpoint_free (question->endpoint);
  td_chat_request_free (question->request);
  g_clear_pointer (&question->wire, td_wire_request_free);
  g_free (question->hash);
  g_free (question);
}

/* What says that there is no such call, rather than that something is wrong now. */
static gboolean
means_no_such_call (const GError *error)
{
  return g_error_matches (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_NOT_FOUND) ||
         g_error_matches (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_INVALID) ||
         g_error_matches (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_PROTOCOL);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdCountService *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  GError *error = NULL;
  gint64 tokens = td_count_call_finish (result, &error);

  if (error)
    {
      if (means_no_such_call (error))
        g_hash_table_add (self->mute, g_strdup (question->endpoint->base_url));
      g_task_return_error (task, error);
      return;
    }
  remember (self, question->hash, tokens);
  td_calibrator_learn (self->calibrator, question->endpoint->provider_id, question->request,
                       tokens);
  g_task_return_int (task, (gssize) tokens);
}

static void
ask (GTask      *task,
     const char *key)
{
  TdCountService *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);

  td_count_call_async (self->session, question->endpoint, key, question->wire,
                       g_task_get_cancellable (task), answered_cb, g_object_ref (task));
}

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *key = td_key_ring_lookup_finish (TD_KEY_RING (source), result, &error);

  if (error)
    g_task_return_error (task, error);
  else
    ask (task, key);
  g_clear_pointer (&key, td_vault_secret_free);
}

static void
state_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdCountService *self = g_task_get_source_object (task);
  Question *question = g_task_get_task_data (task);
  GError *error = NULL;
  TdVaultState state = td_vault_get_state_finish (TD_VAULT (source), result, &error);

  if (error)
    g_task_return_error (task, error);
  else if (state != TD_VAULT_STATE_READY)
    g_task_return_new_error_literal (task, TD_VAULT_ERROR, TD_VAULT_ERROR_LOCKED,
                                     "the keyring would have to be unlocked first");
  else
    td_key_ring_lookup_async (self->key_ring, question->endpoint->provider_id,
                              g_task_get_cancellable (task), unlocked_cb,
                              g_object_ref (task));
}

static void
write_on_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  Question *question = data;

  question->wire = td_count_call_write (question->endpoint, question->request);
  if (question->wire)
    question->hash = td_count_call_hash (question->wire);
  g_task_return_boolean (task, TRUE);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  TdCountService *self = TD_COUNT_SERVICE (source);
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  gint64 *known = question->hash ? g_hash_table_lookup (self->answers, question->hash) : NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!question->wire || !td_count_service_can_ask (self, question->endpoint))
    g_task_return_new_error_literal (task, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_UNSUPPORTED,
                                     "this provider does not count when asked");
  else if (known)
    g_task_return_int (task, (gssize) *known);
  else if (question->endpoint->needs_key)
    td_vault_get_state_async (td_key_ring_get_vault (self->key_ring),
                              g_task_get_cancellable (task), state_cb, g_object_ref (task));
  else
    ask (task, NULL);
}

/**
 * td_count_service_ask_async:
 * @self: the service
 * @endpoint: whom to ask
 * @request: (transfer full): what would be sent
 * @cancellable: (nullable): to give up
 * @callback: called when there is an answer
 * @user_data: data for @callback
 *
 * Asks how many tokens a request has. The request goes to the provider.
 */
void
td_count_service_ask_async (TdCountService      *self,
                            const TdEndpoint    *endpoint,
                            TdChatRequest       *request,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) write = NULL;
  Question *question;
  GTask *task;

  g_return_if_fail (TD_IS_COUNT_SERVICE (self));
  g_return_if_fail (endpoint != NULL);
  g_return_if_fail (request != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, td_count_service_ask_async);
  question = g_new0 (Question, 1);
  question->endpoint = td_endpoint_copy (endpoint);
  question->request = request;
  g_task_set_task_data (task, question, question_free);
  write = g_task_new (self, NULL, written_cb, task);
  g_task_set_source_tag (write, write_on_thread);
  g_task_set_task_data (write, question, NULL); /* the other task's, which waits for this one */
  g_task_run_in_thread (write, write_on_thread);
}

/**
 * td_count_service_ask_finish:
 * @self: the service
 * @result: what the callback got
 * @error: return location for an error of the provider or the vault
 *
 * Returns: the tokens; -1 when it did not work
 */
gint64
td_count_service_ask_finish (TdCountService  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}
