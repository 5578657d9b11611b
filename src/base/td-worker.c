/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * g_task_run_in_thread() runs tasks on whichever thread of a pool is free, several at a time. An
 * SQLite connection wants one and the same thread, an order, and an end that can be waited for.
 *
 * The thread only knows the queue, never the worker, so that the worker can be dropped at
 * any time. What a task refers to is released where its callback runs, never on the thread.
 */
#include "config.h"

#include "base/td-worker.h"

struct _TdWorker
{
  GObject parent_instance;

  GAsyncQueue *queue;   /* (owned) (element-type Item): shared with the thread */
  GThread *thread;      /* (owned) (nullable): NULL once it was shut down */
  guint64 n_pushed;     /* (mutex queue) */
  gboolean is_stopping; /* (mutex queue) */
};

typedef struct
{
  int priority;
  guint64 number;
  GTask *task;          /* (nullable): alive until it has returned; NULL ends the thread */
  GTaskThreadFunc func; /* (nullable) */
  TdWorkerBatchFunc batch_func; /* (nullable): instead of @func */
} Item;

G_DEFINE_FINAL_TYPE (TdWorker, td_worker, G_TYPE_OBJECT)

static int
compare_items (gconstpointer a,
               gconstpointer b,
               gpointer      data)
{
  const Item *left = a;
  const Item *right = b;

  if (left->priority != right->priority)
    return left->priority < right->priority ? -1 : 1;
  return left->number < right->number ? -1 : left->number > right->number;
}

/* The last reference to a task drops its source object and its data, and those belong to
 * the thread that waits for the task: where this is emitted, right after the callback. The thread
 * does not touch a task once it has returned. */
static void
release_task_cb (GTask *task)
{
  g_object_unref (task);
}

static void
run_item (const Item *item)
{
  GTask *task = item->task;

  if (!g_task_return_error_if_cancelled (task))
    item->func (task, g_task_get_source_object (task), g_task_get_task_data (task),
                g_task_get_cancellable (task));
}

/* The item after @first, when it may run together with it. Nothing overtakes anything else. */
static Item *
pop_of_batch (GAsyncQueue *queue,
              const Item  *first)
{
  Item *item;

  g_async_queue_lock (queue);
  item = g_async_queue_try_pop_unlocked (queue);
  if (item && (item->batch_func != first->batch_func || item->priority != first->priority))
    g_async_queue_push_front_unlocked (queue, g_steal_pointer (&item));
  g_async_queue_unlock (queue);
  return item;
}

static void
run_batch (GAsyncQueue *queue,
           const Item  *first)
{
  GTask *tasks[TD_WORKER_MAX_BATCH];
  guint n_tasks = 0;

  if (!g_task_return_error_if_cancelled (first->task))
    tasks[n_tasks++] = first->task;
  while (n_tasks < TD_WORKER_MAX_BATCH)
    {
      g_autofree Item *item = pop_of_batch (queue, first);

      if (!item)
        break;
      if (!g_task_return_error_if_cancelled (item->task))
        tasks[n_tasks++] = item->task;
    }
  if (n_tasks > 0)
    first->batch_func (tasks, n_tasks);
}

static gpointer
thread_main (gpointer data)
{
  g_autoptr (GAsyncQueue) queue = data;
  gboolean running = TRUE;

  while (running)
    {
      Item *item = g_async_queue_pop (queue);

      running = item->task != NULL;
      if (running && item->batch_func)
        run_batch (queue, item);
      else if (running)
        run_item (item);
      g_free (item);
    }
  return NULL;
}

static gboolean
push_item (TdWorker          *self,
           int                priority,
           GTask             *task,
           GTaskThreadFunc    func,
           TdWorkerBatchFunc  batch_func)
{
  Item *item;

  g_async_queue_lock (self->queue);
  if (self->is_stopping)
    {
      g_async_queue_unlock (self->queue);
      return FALSE;
    }
  self->is_stopping = task == NULL;
  item = g_new0 (Item, 1);
  item->priority = priority;
  /* The end comes after everything else, also after what has the same priority. */
  item->number = task != NULL ? self->n_pushed++ : G_MAXUINT64;
  item->task = task;
  item->func = func;
  item->batch_func = batch_func;
  g_async_queue_push_sorted_unlocked (self->queue, item, compare_items, NULL);
  g_async_queue_unlock (self->queue);
  return TRUE;
}

static void
td_worker_finalize (GObject *object)
{
  TdWorker *self = TD_WORKER (object);

  td_worker_shutdown (self);
  g_async_queue_unref (self->queue);

  G_OBJECT_CLASS (td_worker_parent_class)->finalize (object);
}

static void
td_worker_class_init (TdWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = td_worker_finalize;
}

static void
td_worker_init (TdWorker *self)
{
  self->queue = g_async_queue_new ();
}

/**
 * td_worker_new:
 * @name: what debuggers show the thread as; the first 15 bytes count
 *
 * Starts the thread.
 *
 * Returns: (transfer full): a worker with nothing to do
 */
TdWorker *
td_worker_new (const char *name)
{
  TdWorker *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (TD_TYPE_WORKER, NULL);
  self->thread = g_thread_new (name, thread_main, g_async_queue_ref (self->queue));
  return self;
}

/**
 * td_worker_push:
 * @self: a worker
 * @priority: the order among what waits, the lowest number first
 * @task: what @func gets, and has to return
 * @func: (scope async): what to run on the thread
 *
 * Queues @func. When the task is cancelled before its turn, it returns %G_IO_ERROR_CANCELLED
 * and @func does not run; after td_worker_shutdown() it returns %G_IO_ERROR_CLOSED. May be
 * called from any thread, the worker's own included. @func must not touch the task once it
 * has returned it.
 */
void
td_worker_push (TdWorker        *self,
                int              priority,
                GTask           *task,
                GTaskThreadFunc  func)
{
  g_return_if_fail (TD_IS_WORKER (self));
  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  g_signal_connect (g_object_ref (task), "notify::completed", G_CALLBACK (release_task_cb), NULL);
  if (!push_item (self, priority, task, func, NULL))
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the worker has ended");
}

/**
 * td_worker_push_batched:
 * @self: a worker
 * @priority: the order among what waits, the lowest number first
 * @task: one of the tasks that @func gets
 * @func: (scope async): what to run on the thread
 *
 * As td_worker_push(), but tasks of the same function and priority that wait next to each other, with
 * nothing between them, run together. The order stays that in which they were pushed.
 */
void
td_worker_push_batched (TdWorker          *self,
                        int                priority,
                        GTask             *task,
                        TdWorkerBatchFunc  func)
{
  g_return_if_fail (TD_IS_WORKER (self));
  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  g_signal_connect (g_object_ref (task), "notify::completed", G_CALLBACK (release_task_cb), NULL);
  if (!push_item (self, priority, task, NULL, func))
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the worker has ended");
}

/**
 * td_worker_is_current:
 * @self: a worker
 *
 * Returns: whether the caller runs on the worker's thread
 */
gboolean
td_worker_is_current (TdWorker *self)
{
  g_return_val_if_fail (TD_IS_WORKER (self), FALSE);

  return self->thread == g_thread_self ();
}

/**
 * td_worker_shutdown:
 * @self: a worker
 *
 * Runs what was pushed, then ends the thread and waits for it, blocking. Doing it twice is fine;
 * doing it on the worker's own thread is not.
 */
void
td_worker_shutdown (TdWorker *self)
{
  g_return_if_fail (TD_IS_WORKER (self));

  if (self->thread == NULL)
    return;
  g_return_if_fail (!td_worker_is_current (self));

  push_item (self, G_MAXINT, NULL, NULL, NULL);
  /* What is still queued may ask which thread it is on. */
  g_thread_join (self->thread);
  self->thread = NULL;
}
