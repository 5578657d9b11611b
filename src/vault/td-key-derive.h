/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What new passwords and sealed vaults are made with. Raise it when machines get faster: what was
 * made with less is made anew when its owner brings the password. */
#define TD_KEY_DERIVE_ITERATIONS 600000
/* More would keep a thread busy for half a minute: nothing of ours. */
#define TD_KEY_DERIVE_MAX_ITERATIONS 50000000

gboolean td_key_derive (const char    *password,
                        const guint8  *salt,
                        gsize          salt_length,
                        guint          iterations,
                        guint8        *key,
                        gsize          key_length,
                        GError       **error);

G_END_DECLS
