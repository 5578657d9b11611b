/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes the default keyring usable: unlocks it, or makes one where there is none. Both may
 * have the desktop ask the user; both end within td_keyring_open's own time limit. */
void     td_keyring_open_async  (GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
gboolean td_keyring_open_finish (GAsyncResult         *result,
                                 GError              **error);

G_END_DECLS
