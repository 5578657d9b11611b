/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TdVaultLimit:
 *
 * Answers a task exactly once: with its result, when its time is up, or when the caller gave
 * up, whichever comes first.
 *
 * libsecret is never handed the caller's cancellable, because cancelling it while the unlock
 * prompt is up makes it lose its callback for good. It is left to end by itself instead, and
 * what it says too late finds the task gone.
 *
 * Used on the thread that made it.
 */
typedef struct _TdVaultLimit TdVaultLimit;

TdVaultLimit *td_vault_limit_new        (GTask        *task, /* (transfer full) */
                                         guint         limit_ms);
TdVaultLimit *td_vault_limit_ref        (TdVaultLimit *self);
void          td_vault_limit_unref      (TdVaultLimit *self);
GTask        *td_vault_limit_peek_task  (TdVaultLimit *self); /* (transfer none) (nullable) */
GTask        *td_vault_limit_steal_task (TdVaultLimit *self); /* (transfer full) (nullable) */
void          td_vault_limit_fail       (TdVaultLimit *self,
                                         GError       *error); /* (transfer full) */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdVaultLimit, td_vault_limit_unref)

G_END_DECLS
