/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-taste.h"

#include <string.h>

#include "engine/td-taste-store.h"

/* As if so many points had been given each way: a single reply moves little. */
#define DOUBT 8

struct _TdTaste
{
  GObject parent_instance;

  TdDatabase *database; /* (owned) */
  GPtrArray *entries;   /* (owned) (element-type TdTasteEntry) */
};

G_DEFINE_FINAL_TYPE (TdTaste, td_taste, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* Points for and against; what the user says counts more than what can be concluded. */
static const struct
{
  guint liked;
  guint disliked;
} points[] = {
  [TD_TASTE_KEPT] = { 1, 0 },
  [TD_TASTE_REGENERATED] = { 0, 2 },
  [TD_TASTE_LIKED] = { 4, 0 },
  [TD_TASTE_DISLIKED] = { 0, 4 },
  [TD_TASTE_WON] = { 3, 0 },
  [TD_TASTE_LOST] = { 0, 3 },
};

/**
 * td_taste_entry_new:
 *
 * Returns: (transfer full): an entry without points
 */
TdTasteEntry *
td_taste_entry_new (TdCategory  category,
                    const char *model)
{
  TdTasteEntry *self = g_new0 (TdTasteEntry, 1);

  self->category = category;
  self->model = g_strdup (model);
  return self;
}

void
td_taste_entry_free (TdTasteEntry *self)
{
  g_free (self->model);
  g_free (self);
}

/**
 * td_taste_entry_get_value:
 *
 * Returns: -1000 to 1000; 0: nothing either way
 */
int
td_taste_entry_get_value (const TdTasteEntry *entry)
{
  int sum = (int) (entry->liked + entry->disliked + DOUBT);

  g_return_val_if_fail (entry != NULL, 0);

  return ((int) entry->liked - (int) entry->disliked) * 1000 / sum;
}

static void
td_taste_dispose (GObject *object)
{
  g_clear_object (&TD_TASTE (object)->database);

  G_OBJECT_CLASS (td_taste_parent_class)->dispose (object);
}

static void
td_taste_finalize (GObject *object)
{
  g_ptr_array_unref (TD_TASTE (object)->entries);

  G_OBJECT_CLASS (td_taste_parent_class)->finalize (object);
}

static void
td_taste_class_init (TdTasteClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_taste_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_taste_finalize;

  /**
   * TdTaste::changed:
   *
   * Something was learned or forgotten.
   */
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", TD_TYPE_TASTE, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
td_taste_init (TdTaste *self)
{
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) td_taste_entry_free);
}

/**
 * td_taste_new:
 * @database: where it is kept
 *
 * Returns: (transfer full): a taste that knows nothing yet
 */
TdTaste *
td_taste_new (TdDatabase *database)
{
  TdTaste *self = g_object_new (TD_TYPE_TASTE, NULL);

  self->database = g_object_ref (database);
  return self;
}

static TdTasteEntry *
find (TdTaste    *self,
      TdCategory  category,
      const char *model)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      TdTasteEntry *entry = g_ptr_array_index (self->entries, i);

      if (entry->category == category && g_str_equal (entry->model, model))
        return entry;
    }
  return NULL;
}

static TdTasteEntry *
ensure (TdTaste    *self,
        TdCategory  category,
        const char *model)
{
  TdTasteEntry *entry = find (self, category, model);

  if (!entry)
    {
      entry = td_taste_entry_new (category, model);
      g_ptr_array_add (self->entries, entry);
    }
  return entry;
}

/* ---- the store ------------------------------------------------------------------------------ */

static gpointer
load_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (GPtrArray) entries =
    g_ptr_array_new_with_free_func ((GDestroyNotify) td_taste_entry_free);

  return td_taste_store_load (connection, entries, error) ? g_steal_pointer (&entries) : NULL;
}

/**
 * td_taste_load_async:
 * @self: a taste
 * @callback: called when it was read
 * @user_data: data for @callback
 *
 * Reads what was learned before.
 */
void
td_taste_load_async (TdTaste             *self,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_return_if_fail (TD_IS_TASTE (self));

  td_database_run_async (self->database, G_PRIORITY_DEFAULT, load_on_thread, NULL, NULL,
                         (GDestroyNotify) g_ptr_array_unref, NULL, callback, user_data);
}

/**
 * td_taste_load_finish:
 * @self: a taste
 * @result: what the callback got
 * @error: return location for an error of the store
 *
 * Returns: whether it was read
 */
gboolean
td_taste_load_finish (TdTaste       *self,
                      GAsyncResult  *result,
                      GError       **error)
{
  GPtrArray *entries = td_database_run_finish (self->database, result, error);

  g_return_val_if_fail (TD_IS_TASTE (self), FALSE);

  if (!entries)
    return FALSE;
  g_ptr_array_unref (self->entries);
  self->entries = entries;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

static gpointer
add_on_thread (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  return GINT_TO_POINTER (td_taste_store_add (connection, data, error));
}

static void
added_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    g_debug ("what was learned of a model is not kept: %s", error->message);
}

/* ---- learning ------------------------------------------------------------------------------- */

static void
count (TdTasteEntry *entry,
       guint         liked,
       guint         disliked)
{
  entry->liked += liked;
  entry->disliked += disliked;
  while (entry->liked + entry->disliked > TD_TASTE_MOST)
    {
      entry->liked /= 2;
      entry->disliked /= 2;
    }
}

/**
 * td_taste_note:
 * @self: a taste
 * @category: what the request was for
 * @model: the base model, or the key of one that has none
 * @signal: what became of its reply
 *
 * Learns from one reply.
 */
void
td_taste_note (TdTaste       *self,
               TdCategory     category,
               const char    *model,
               TdTasteSignal  signal)
{
  TdTasteEntry *entry;
  TdTasteEntry *more;

  g_return_if_fail (TD_IS_TASTE (self));
  g_return_if_fail (model != NULL && (guint) signal < G_N_ELEMENTS (points));

  entry = ensure (self, category, model);
  count (entry, points[signal].liked, points[signal].disliked);
  more = td_taste_entry_new (category, model);
  count (more, points[signal].liked, points[signal].disliked);
  td_database_run_async (self->database, G_PRIORITY_LOW, add_on_thread, more,
                         (GDestroyNotify) td_taste_entry_free, NULL, NULL, added_cb, NULL);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* ---- what the user says ---------------------------------------------------------------------- */

typedef struct
{
  gint64 message_id;
  TdOpinion opinion;
  TdTasteEntry *given; /* (owned): its points */
  TdTasteEntry *taken; /* (owned) (nullable): the points of what was said before */
} OpinionJob;

static void
opinion_job_free (OpinionJob *self)
{
  g_clear_pointer (&self->given, td_taste_entry_free);
  g_clear_pointer (&self->taken, td_taste_entry_free);
  g_free (self);
}

static void
give_points (TdTasteEntry *entry,
             TdOpinion     opinion)
{
  static const TdTasteSignal of[] = { [TD_OPINION_GOOD] = TD_TASTE_LIKED,
                                      [TD_OPINION_BAD] = TD_TASTE_DISLIKED };

  if (opinion != TD_OPINION_NONE)
    count (entry, points[of[opinion]].liked, points[of[opinion]].disliked);
}

static gboolean
write_opinion (TdConnection  *connection,
               OpinionJob    *job,
               GError       **error)
{
  TdOpinion before;

  if (!td_taste_store_find_opinion (connection, job->message_id, &before, &job->taken, error))
    return FALSE;
  if (job->taken)
    {
      give_points (job->taken, before);
      if (!td_taste_store_take (connection, job->taken, error))
        return FALSE;
    }
  return td_taste_store_write_opinion (connection, job->message_id, job->opinion, job->given,
                                       error) &&
         (job->opinion == TD_OPINION_NONE || td_taste_store_add (connection, job->given, error));
}

static gpointer
set_opinion_on_thread (TdConnection  *connection,
                       gpointer       data,
                       GCancellable  *cancellable,
                       GError       **error)
{
  if (!td_connection_begin (connection, error))
    return NULL;
  if (!write_opinion (connection, data, error) || !td_connection_commit (connection, error))
    td_connection_rollback (connection);
  return NULL;
}

static void
take_points (TdTaste            *self,
             const TdTasteEntry *taken)
{
  TdTasteEntry *entry = find (self, taken->category, taken->model);

  if (!entry)
    return;
  entry->liked -= MIN (entry->liked, taken->liked);
  entry->disliked -= MIN (entry->disliked, taken->disliked);
}

static void
opinion_set_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TdTaste *self = g_task_get_source_object (task);
  OpinionJob *job = g_task_get_task_data (task);
  GError *error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (error)
    {
      g_task_return_error (task, error);
      return;
    }
  if (job->taken)
    take_points (self, job->taken);
  if (job->opinion != TD_OPINION_NONE)
    {
      TdTasteEntry *entry = ensure (self, job->given->category, job->given->model);

      count (entry, job->given->liked, job->given->disliked);
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  g_task_return_boolean (task, TRUE);
}

/**
 * td_taste_set_opinion_async:
 * @self: a taste
 * @message_id: a reply
 * @category: what its request was for
 * @model: the base model, or the key of one that has none
 * @opinion: what the user says of it; %TD_OPINION_NONE takes back what was said
 * @callback: called when it is kept
 * @user_data: data for @callback
 *
 * Learns from what the user says of a reply, instead of what they said of it before.
 */
void
td_taste_set_opinion_async (TdTaste             *self,
                            gint64               message_id,
                            TdCategory           category,
                            const char          *model,
                            TdOpinion            opinion,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  OpinionJob *job = g_new0 (OpinionJob, 1);

  g_return_if_fail (TD_IS_TASTE (self));
  g_return_if_fail (model != NULL);

  g_task_set_source_tag (task, td_taste_set_opinion_async);
  g_task_set_task_data (task, job, (GDestroyNotify) opinion_job_free);
  job->message_id = message_id;
  job->opinion = opinion;
  job->given = td_taste_entry_new (category, model);
  give_points (job->given, opinion);
  /* The task, and with it the job, lives until the callback. */
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, set_opinion_on_thread, job, NULL, NULL,
                         NULL, opinion_set_cb, g_steal_pointer (&task));
}

/**
 * td_taste_set_opinion_finish:
 * @self: a taste
 * @result: what the callback got
 * @error: return location for an error of the store
 *
 * Returns: whether it is kept
 */
gboolean
td_taste_set_opinion_finish (TdTaste       *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gpointer
get_opinion_on_thread (TdConnection  *connection,
                       gpointer       data,
                       GCancellable  *cancellable,
                       GError       **error)
{
  TdOpinion opinion;

  td_taste_store_find_opinion (connection, *(gint64 *) data, &opinion, NULL, error);
  return GUINT_TO_POINTER (opinion);
}

/**
 * td_taste_get_opinion_async:
 * @self: a taste
 * @message_id: a reply
 * @callback: called when it was looked up
 * @user_data: data for @callback
 *
 * Looks up what the user said of a reply.
 */
void
td_taste_get_opinion_async (TdTaste             *self,
                            gint64               message_id,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (TD_IS_TASTE (self));

  td_database_run_async (self->database, G_PRIORITY_DEFAULT, get_opinion_on_thread,
                         g_memdup2 (&message_id, sizeof message_id), g_free, NULL, NULL, callback,
                         user_data);
}

/**
 * td_taste_get_opinion_finish:
 * @self: a taste
 * @result: what the callback got
 * @error: return location for an error of the store
 *
 * Returns: what was said; %TD_OPINION_NONE also on failure
 */
TdOpinion
td_taste_get_opinion_finish (TdTaste       *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (TD_IS_TASTE (self), TD_OPINION_NONE);

  return (TdOpinion) GPOINTER_TO_UINT (td_database_run_finish (self->database, result, error));
}

/* ---- what is known --------------------------------------------------------------------------- */

/**
 * td_taste_get:
 * @self: a taste
 * @category: what a request is for
 * @model: the base model, or the key of one that has none
 *
 * Returns: what is learned of it: -1000 to 1000; 0: nothing
 */
int
td_taste_get (TdTaste    *self,
              TdCategory  category,
              const char *model)
{
  const TdTasteEntry *entry;

  g_return_val_if_fail (TD_IS_TASTE (self), 0);
  g_return_val_if_fail (model != NULL, 0);

  entry = find (self, category, model);
  return entry ? td_taste_entry_get_value (entry) : 0;
}

static int
compare_entries (const void *a,
                 const void *b)
{
  const TdTasteEntry *first = *(const TdTasteEntry *const *) a;
  const TdTasteEntry *second = *(const TdTasteEntry *const *) b;

  if (first->category != second->category)
    return first->category < second->category ? -1 : 1;
  if (td_taste_entry_get_value (first) != td_taste_entry_get_value (second))
    return td_taste_entry_get_value (second) - td_taste_entry_get_value (first);
  return strcmp (first->model, second->model);
}

/**
 * td_taste_list:
 * @self: a taste
 *
 * Returns: (transfer container) (element-type TdTasteEntry): all of it, by category, the best first; valid
 *   until it changes
 */
GPtrArray *
td_taste_list (TdTaste *self)
{
  GPtrArray *entries;

  g_return_val_if_fail (TD_IS_TASTE (self), NULL);

  entries = g_ptr_array_new ();
  for (guint i = 0; i < self->entries->len; i++)
    {
      TdTasteEntry *entry = g_ptr_array_index (self->entries, i);

      /* What was said and taken back left nothing. */
      if (entry->liked + entry->disliked > 0)
        g_ptr_array_add (entries, entry);
    }
  g_ptr_array_sort (entries, compare_entries);
  return entries;
}

static gpointer
clear_on_thread (TdConnection  *connection,
                 gpointer       data,
                 GCancellable  *cancellable,
                 GError       **error)
{
  return GINT_TO_POINTER (td_taste_store_clear (connection, error));
}

/**
 * td_taste_forget_async:
 * @self: a taste
 * @callback: called when nothing of it is stored any more
 * @user_data: data for @callback
 *
 * Forgets everything.
 */
void
td_taste_forget_async (TdTaste             *self,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_return_if_fail (TD_IS_TASTE (self));

  g_ptr_array_set_size (self->entries, 0);
  td_database_run_async (self->database, G_PRIORITY_DEFAULT, clear_on_thread, NULL, NULL, NULL,
                         NULL, callback, user_data);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * td_taste_forget_finish:
 * @self: a taste
 * @result: what the callback got
 * @error: return location for an error of the store
 *
 * Returns: whether it is forgotten
 */
gboolean
td_taste_forget_finish (TdTaste       *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (TD_IS_TASTE (self), FALSE);

  return td_database_run_finish (self->database, result, error) != NULL;
}
