/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-worker.h"

typedef struct
{
  int priority;
  guint64 serial; /* keeps tasks of one priority in the order they came */
  GTask *task;    /* (owned) */
  GTaskThreadFunc func;
} TdJob;

/* What the thread needs. It outlives the worker when a job drops the worker's last reference. */
typedef struct
{
  GMutex mutex;
  GCond wake;
  GQueue jobs;       /* (element-type TdJob) (mutex mutex): sorted */
  guint64 next_serial;
  gboolean stopping; /* (mutex mutex) */
} TdJobQueue;

struct _TdWorker
{
  GObject parent_instance;

  GThread *thread;   /* (owned) (nullable): NULL once it was told to end */
  TdJobQueue *queue; /* (owned): an atomic box, shared with the thread */
};

G_DEFINE_FINAL_TYPE (TdWorker, td_worker, G_TYPE_OBJECT)

static void
job_queue_clear (gpointer data)
{
  TdJobQueue *queue = data;

  g_assert (g_queue_is_empty (&queue->jobs));
  g_mutex_clear (&queue->mutex);
  g_cond_clear (&queue->wake);
}

static int
compare_jobs (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  const TdJob *first = a, *second = b;

  if (first->priority != second->priority)
    return first->priority < second->priority ? -1 : 1;
  return first->serial < second->serial ? -1 : 1;
}

static TdJob *
take_job (TdJobQueue *queue)
{
  TdJob *job;

  g_mutex_lock (&queue->mutex);
  while ((job = g_queue_pop_head (&queue->jobs)) == NULL && !queue->stopping)
    g_cond_wait (&queue->wake, &queue->mutex);
  g_mutex_unlock (&queue->mutex);
  return job;
}

static void
run_job (TdJob *job)
{
  if (!g_task_return_error_if_cancelled (job->task))
    job->func (job->task, g_task_get_source_object (job->task),
               g_task_get_task_data (job->task), g_task_get_cancellable (job->task));
  g_object_unref (job->task);
  g_free (job);
}

static gpointer
worker_main (gpointer data)
{
  TdJobQueue *queue = data;
  TdJob *job;

  while ((job = take_job (queue)) != NULL)
    run_job (job);
  g_atomic_rc_box_release_full (queue, job_queue_clear);
  return NULL;
}

static void
td_worker_finalize (GObject *object)
{
  TdWorker *self = TD_WORKER (object);

  td_worker_shutdown (self);
  g_atomic_rc_box_release_full (self->queue, job_queue_clear);

  G_OBJECT_CLASS (td_worker_parent_class)->finalize (object);
}

static void
td_worker_class_init (TdWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_worker_finalize;
}

static void
td_worker_init (TdWorker *self)
{
  self->queue = g_atomic_rc_box_new0 (TdJobQueue);
  g_mutex_init (&self->queue->mutex);
  g_cond_init (&self->queue->wake);
  g_queue_init (&self->queue->jobs);
}

/**
 * td_worker_new:
 * @name: the thread's name, at most 15 bytes are seen by the system
 *
 * Starts the thread.
 *
 * Returns: (transfer full): a worker
 */
TdWorker *
td_worker_new (const char *name)
{
  TdWorker *self = g_object_new (TD_TYPE_WORKER, NULL);

  self->thread = g_thread_new (name, worker_main, g_atomic_rc_box_acquire (self->queue));
  return self;
}

/**
 * td_worker_push:
 * @self: the worker
 * @priority: when it runs among what waits; lower runs first, G_PRIORITY_DEFAULT is usual
 * @task: (transfer none): the task that @func returns a result for
 * @func: what to run on the thread, as for g_task_run_in_thread()
 *
 * Queues work. The result reaches the task's own main context. A task that is cancelled
 * before its turn does not run. After td_worker_shutdown() a task fails with
 * %G_IO_ERROR_CLOSED.
 */
void
td_worker_push (TdWorker        *self,
                int              priority,
                GTask           *task,
                GTaskThreadFunc  func)
{
  TdJobQueue *queue;
  TdJob *job = NULL;

  g_return_if_fail (TD_IS_WORKER (self));
  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  queue = self->queue;
  g_mutex_lock (&queue->mutex);
  if (!queue->stopping)
    {
      job = g_new (TdJob, 1);
      *job = (TdJob) { priority, queue->next_serial++, g_object_ref (task), func };
      g_queue_insert_sorted (&queue->jobs, job, compare_jobs, NULL);
      g_cond_signal (&queue->wake);
    }
  g_mutex_unlock (&queue->mutex);

  if (job == NULL)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "The worker has stopped");
}

/**
 * td_worker_is_current:
 * @self: the worker
 *
 * Returns: whether the caller runs on the worker's thread
 */
gboolean
td_worker_is_current (TdWorker *self)
{
  g_return_val_if_fail (TD_IS_WORKER (self), FALSE);

  return g_thread_self () == self->thread;
}

/**
 * td_worker_shutdown:
 * @self: the worker
 *
 * Runs what is queued, then ends the thread and waits for it. Called on the worker's own
 * thread (by a job that drops the last reference) it does not wait.
 */
void
td_worker_shutdown (TdWorker *self)
{
  GThread *thread;

  g_return_if_fail (TD_IS_WORKER (self));

  thread = g_steal_pointer (&self->thread);
  if (thread == NULL)
    return;

  g_mutex_lock (&self->queue->mutex);
  self->queue->stopping = TRUE;
  g_cond_signal (&self->queue->wake);
  g_mutex_unlock (&self->queue->mutex);
  if (thread == g_thread_self ())
    g_thread_unref (thread);
  else
    g_thread_join (thread);
}
