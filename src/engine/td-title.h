/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"

G_BEGIN_DECLS

/* A title for a chat whose first question has been answered, written by a cheap model as a chore.
 * Until then, and where there is no such model, its title is the first line of the question. */
void     td_title_write_async  (TdEngine             *engine,
                                TdConversation       *conversation,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean td_title_write_finish (GAsyncResult         *result,
                                GError              **error);
char    *td_title_clean        (const char           *answer);

G_END_DECLS
