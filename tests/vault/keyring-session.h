/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What happens to a keyring while a program uses it, done to the real daemon of
 * tests/support/session. */
void             keyring_session_init        (void);
GDBusConnection *keyring_session_get_bus     (void);
gboolean         keyring_session_has_daemon  (void);
GPid             keyring_session_get_pid     (void);
void             keyring_session_start       (gboolean with_default_keyring);
void             keyring_session_kill        (void);
void             keyring_session_limit_files (guint n_files);
void             keyring_session_lock        (void);
void             keyring_session_unlock      (void);
guint            keyring_session_spoil_new_secrets (void);
char            *keyring_session_get_folder  (void);
char            *keyring_session_get_home    (void);

/* The window in which the desktop asks for a password, and a person typing into it. */
void             keyring_session_wait_for_prompt (void);
void             keyring_session_answer      (const char *keys); /* names of keys for xdotool, by spaces */

G_END_DECLS
