/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "conversation/td-attachment.h"

G_BEGIN_DECLS

#define TD_TYPE_THUMBNAIL (td_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (TdThumbnail, td_thumbnail, TD, THUMBNAIL, GtkWidget)

GtkWidget *td_thumbnail_new (TdAttachment *attachment,
                             int           height);

G_END_DECLS
