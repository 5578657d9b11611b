/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a picture is, read from its first bytes. */
typedef struct
{
  const char *mime_type; /* "image/png", "image/jpeg", "image/gif" or "image/webp" */
  guint width;           /* pixels */
  guint height;
} TdImageInfo;

gboolean td_image_info_read (const guint8 *data,
                             gsize         size,
                             TdImageInfo  *info);

G_END_DECLS
