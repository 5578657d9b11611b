/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "conversation/td-attachment.h"

G_BEGIN_DECLS

/* Pictures on their way in and onto the screen. Everything that takes time is done on a worker. */
void          td_picture_read_async       (GFile                *file,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
void          td_picture_take_async       (GdkTexture           *texture,
                                           const char           *name,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
TdAttachment *td_picture_finish           (GAsyncResult         *result,
                                           GError              **error);
void          td_picture_draw_async       (TdAttachment         *attachment,
                                           int                   max_side,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GdkTexture   *td_picture_draw_finish      (GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
