/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TdWorker:
 *
 * One thread with one queue, for work that has to stay on the same thread (an SQLite
 * connection). GLib's own pool (g_task_run_in_thread) is right for everything else.
 *
 * Tasks run one after another, the lowest priority number first, equal ones in the order they
 * were pushed. Dropping the last reference waits for what was queued.
 */
#define TD_TYPE_WORKER (td_worker_get_type ())
G_DECLARE_FINAL_TYPE (TdWorker, td_worker, TD, WORKER, GObject)

/* The most tasks that run together. */
#define TD_WORKER_MAX_BATCH 64

/**
 * TdWorkerBatchFunc:
 * @tasks: (array length=n_tasks): tasks that were pushed one after another, oldest first
 * @n_tasks: how many there are, at least one
 *
 * Runs on the worker's thread and has to return every task.
 */
typedef void (*TdWorkerBatchFunc) (GTask **tasks,
                                   guint   n_tasks);

TdWorker *td_worker_new        (const char      *name);
void      td_worker_push       (TdWorker        *self,
                                int              priority,
                                GTask           *task,
                                GTaskThreadFunc  func);
void      td_worker_push_batched (TdWorker          *self,
                                  int                priority,
                                  GTask             *task,
                                  TdWorkerBatchFunc  func);
gboolean  td_worker_is_current (TdWorker        *self);
void      td_worker_shutdown   (TdWorker        *self);

G_END_DECLS
