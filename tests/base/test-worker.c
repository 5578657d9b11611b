/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-worker.h"
#include "support/td-test.h"

/* Holds the thread until the test has queued what it wants to see in order. */
typedef struct
{
  GMutex mutex;
  GCond changed;
  gboolean is_open;
  gboolean is_entered;
} Gate;

static void
gate_set (Gate     *gate,
          gboolean *flag)
{
  g_mutex_lock (&gate->mutex);
  *flag = TRUE;
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->mutex);
}

static void
gate_wait (Gate     *gate,
           gboolean *flag)
{
  g_mutex_lock (&gate->mutex);
  while (!*flag)
    g_cond_wait (&gate->changed, &gate->mutex);
  g_mutex_unlock (&gate->mutex);
}

typedef struct
{
  TdWorker *worker;
  Gate gate;
  GThread *main_thread;
  GString *order; /* what ran, a letter each */
  guint n_returned;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  g_mutex_init (&self->gate.mutex);
  g_cond_init (&self->gate.changed);
  self->worker = td_worker_new ("test");
  self->main_thread = g_thread_self ();
  self->order = g_string_new (NULL);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->worker);
  g_string_free (self->order, TRUE);
  g_mutex_clear (&self->gate.mutex);
  g_cond_clear (&self->gate.changed);
}

static void
wait_at_gate (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  Fixture *self = data;

  g_assert_true (td_worker_is_current (self->worker));
  gate_set (&self->gate, &self->gate.is_entered);
  gate_wait (&self->gate, &self->gate.is_open);
  g_task_return_boolean (task, TRUE);
}

static void
hold_thread (Fixture *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_task_data (task, self, NULL);
  td_worker_push (self->worker, 0, task, wait_at_gate);
  gate_wait (&self->gate, &self->gate.is_entered);
}

static void
note_letter (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Fixture *self = g_object_get_data (G_OBJECT (task), "fixture");

  g_assert_true (g_thread_self () != self->main_thread);
  g_string_append_c (self->order, (char) GPOINTER_TO_INT (data));
  g_task_return_int (task, GPOINTER_TO_INT (data));
}

static void
count_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  ((Fixture *) data)->n_returned++;
}

static void
push_letter (Fixture      *self,
             int           priority,
             char          letter,
             GCancellable *cancellable)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, count_cb, self);

  g_object_set_data (G_OBJECT (task), "fixture", self);
  g_task_set_task_data (task, GINT_TO_POINTER (letter), NULL);
  td_worker_push (self->worker, priority, task, note_letter);
}

static void
test_order (Fixture       *self,
            gconstpointer  data)
{
  g_assert_false (td_worker_is_current (self->worker));
  hold_thread (self);
  push_letter (self, 5, 'e', NULL);
  push_letter (self, 0, 'b', NULL);
  push_letter (self, 5, 'f', NULL);
  push_letter (self, -1, 'a', NULL);
  push_letter (self, 0, 'c', NULL);
  push_letter (self, G_MAXINT, 'h', NULL);
  push_letter (self, 0, 'd', NULL);
  push_letter (self, 5, 'g', NULL);
  push_letter (self, G_MAXINT, 'i', NULL);
  gate_set (&self->gate, &self->gate.is_open);
  td_worker_shutdown (self->worker);
  g_assert_cmpstr (self->order->str, ==, "abcdefghi");
}

static void
note_together (GTask **tasks,
               guint   n_tasks)
{
  Fixture *self = g_object_get_data (G_OBJECT (tasks[0]), "fixture");

  g_string_append_c (self->order, '(');
  for (guint i = 0; i < n_tasks; i++)
    {
      gpointer letter = g_task_get_task_data (tasks[i]);

      g_string_append_c (self->order, (char) GPOINTER_TO_INT (letter));
    }
  g_string_append_c (self->order, ')');
  for (guint i = 0; i < n_tasks; i++)
    g_task_return_boolean (tasks[i], TRUE);
}

static void
note_alike (GTask **tasks,
            guint   n_tasks)
{
  note_together (tasks, n_tasks);
}

static void
push_together (Fixture           *self,
               int                priority,
               char               letter,
               GCancellable      *cancellable,
               TdWorkerBatchFunc  func)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, count_cb, self);

  g_object_set_data (G_OBJECT (task), "fixture", self);
  g_task_set_task_data (task, GINT_TO_POINTER (letter), NULL);
  td_worker_push_batched (self->worker, priority, task, func);
}

/* Only what is of one kind, of one priority and next to each other runs together. */
static void
test_batches (Fixture       *self,
              gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  hold_thread (self);
  push_together (self, 10, 'h', NULL, note_together);
  push_together (self, 0, 'a', NULL, note_together);
  push_together (self, 0, 'x', cancellable, note_together);
  push_together (self, 0, 'b', NULL, note_together);
  push_letter (self, 0, 'c', NULL);
  push_together (self, 0, 'd', NULL, note_together);
  push_together (self, 0, 'e', NULL, note_alike);
  push_together (self, 0, 'f', NULL, note_alike);
  push_together (self, 5, 'g', NULL, note_alike);
  g_cancellable_cancel (cancellable);
  gate_set (&self->gate, &self->gate.is_open);
  td_worker_shutdown (self->worker);
  g_assert_cmpstr (self->order->str, ==, "(ab)c(d)(ef)(g)(h)");
}

static void
test_batches_are_bounded (Fixture       *self,
                          gconstpointer  data)
{
  hold_thread (self);
  for (guint i = 0; i < TD_WORKER_MAX_BATCH + 1; i++)
    push_together (self, 0, 'a', NULL, note_together);
  gate_set (&self->gate, &self->gate.is_open);
  td_worker_shutdown (self->worker);
  g_assert_cmpuint (self->order->len, ==, TD_WORKER_MAX_BATCH + 5);
  g_assert_true (g_str_has_suffix (self->order->str, "a)(a)"));
}

static gboolean
has_returned (gpointer data)
{
  return ((Fixture *) data)->n_returned == 1;
}

static void
test_cancelled (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  hold_thread (self);
  push_letter (self, 0, 'x', cancellable);
  g_cancellable_cancel (cancellable);
  gate_set (&self->gate, &self->gate.is_open);
  td_test_wait_until (has_returned, self, "the cancelled task");
  g_assert_cmpstr (self->order->str, ==, "");
}

static void
test_shutdown_twice (Fixture       *self,
                     gconstpointer  data)
{
  push_letter (self, 0, 'a', NULL);
  td_worker_shutdown (self->worker);
  td_worker_shutdown (self->worker);
  g_assert_cmpstr (self->order->str, ==, "a");
  g_assert_false (td_worker_is_current (self->worker));
}

static void
test_push_too_late (Fixture       *self,
                    gconstpointer  data)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, td_test_ready, &call);
  g_autoptr (GError) error = NULL;

  td_worker_shutdown (self->worker);
  td_worker_push (self->worker, 0, task, note_letter);
  td_test_wait (&call);
  g_assert_false (g_task_propagate_boolean (task, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Dropping the worker runs what was queued. */
static void
test_drop (Fixture       *self,
           gconstpointer  data)
{
  for (int i = 0; i < 1000; i++)
    push_letter (self, 0, 'x', NULL);
  g_object_unref (self->worker);
  g_assert_cmpuint (self->order->len, ==, 1000);
  self->worker = td_worker_new ("another");
}

typedef struct
{
  GThread *caller;
  gboolean is_freed;
} FreeProbe;

static void
note_thread_of_free (gpointer data)
{
  FreeProbe *probe = data;

  g_assert_true (g_thread_self () == probe->caller);
  probe->is_freed = TRUE;
}

static void
return_true (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

static gboolean
is_freed (gpointer data)
{
  return ((FreeProbe *) data)->is_freed;
}

/* What a task holds is let go where its callback runs, however the threads race. */
static void
test_release (Fixture       *self,
              gconstpointer  data)
{
  for (int i = 0; i < 500; i++)
    {
      FreeProbe probe = { g_thread_self (), FALSE };
      GTask *task = g_task_new (NULL, NULL, NULL, NULL);

      g_task_set_task_data (task, &probe, note_thread_of_free);
      td_worker_push (self->worker, 0, task, return_true);
      g_object_unref (task);
      td_test_wait_until (is_freed, &probe, "the task's data to be freed");
    }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/worker/order", test_order);
  ADD ("/worker/batches", test_batches);
  ADD ("/worker/batches-are-bounded", test_batches_are_bounded);
  ADD ("/worker/cancelled", test_cancelled);
  ADD ("/worker/shutdown-twice", test_shutdown_twice);
  ADD ("/worker/push-too-late", test_push_too_late);
  ADD ("/worker/drop", test_drop);
  ADD ("/worker/release", test_release);
#undef ADD
  return g_test_run ();
}
