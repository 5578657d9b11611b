/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdLease:
 *
 * Proof that a process lives, for others that find its holds: a lock on one byte, at a place
 * drawn at random, of a file beside the database. The system drops the lock when the process
 * ends, however it ends. Process ids cannot serve: they are used again, and two sandboxes
 * have the same ones.
 */
typedef struct _TdLease TdLease;

TdLease  *td_lease_new       (const char  *database_path,
                              GError     **error);
TdLease  *td_lease_ref       (TdLease     *self);
void      td_lease_unref     (TdLease     *self);
gint64    td_lease_get_token (TdLease     *self);
gboolean  td_lease_is_alive  (TdLease     *self,
                              gint64       token);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdLease, td_lease_unref)

G_END_DECLS
