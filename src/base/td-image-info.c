/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Says what a picture is without decoding it. Only the formats that every provider takes are known, and
 * the name or type that somebody gave a file is not asked.
 */
#include "config.h"

#include "base/td-image-info.h"

#include <string.h>

static guint
read_be16 (const guint8 *data)
{
  return (guint) data[0] << 8 | data[1];
}

static guint
read_le16 (const guint8 *data)
{
  return (guint) data[1] << 8 | data[0];
}

static guint
read_le24 (const guint8 *data)
{
  return (guint) data[2] << 16 | read_le16 (data);
}

static guint
read_be32 (const guint8 *data)
{
  return read_be16 (data) << 16 | read_be16 (data + 2);
}

static gboolean
read_png (const guint8 *data,
          gsize         size,
          TdImageInfo  *info)
{
  if (size < 24 || memcmp (data, "\x89PNG\r\n\x1a\n", 8) != 0 || memcmp (data + 12, "IHDR", 4) != 0)
    return FALSE;
  *info = (TdImageInfo) { "image/png", read_be32 (data + 16), read_be32 (data + 20) };
  return TRUE;
}

static gboolean
read_gif (const guint8 *data,
          gsize         size,
          TdImageInfo  *info)
{
  if (size < 10 || (memcmp (data, "GIF87a", 6) != 0 && memcmp (data, "GIF89a", 6) != 0))
    return FALSE;
  *info = (TdImageInfo) { "image/gif", read_le16 (data + 6), read_le16 (data + 8) };
  return TRUE;
}

/* The markers of a JPEG that say how large the frame is; of the numbers between, three are others. */
static gboolean
is_start_of_frame (guint8 marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static gboolean
stands_alone (guint8 marker)
{
  return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

static gboolean
read_jpeg (const guint8 *data,
           gsize         size,
           TdImageInfo  *info)
{
  gsize at = 2;

  if (size < 4 || data[0] != 0xff || data[1] != 0xd8)
    return FALSE;
  while (at + 9 <= size && data[at] == 0xff)
    {
      guint8 marker = data[at + 1];

      if (is_start_of_frame (marker))
        {
          *info =
            (TdImageInfo) { "image/jpeg", read_be16 (data + at + 7), read_be16 (data + at + 5) };
          return TRUE;
        }
      if (marker == 0xff) /* filling */
        at++;
      else if (stands_alone (marker))
        at += 2;
      else
        at += 2 + (gsize) MAX (read_be16 (data + at + 2), 2);
    }
  return FALSE;
}

static gboolean
read_webp (const guint8 *data,
           gsize         size,
           TdImageInfo  *info)
{
  if (size < 30 || memcmp (data, "RIFF", 4) != 0 || memcmp (data + 8, "WEBP", 4) != 0)
    return FALSE;
  info->mime_type = "image/webp";
  if (memcmp (data + 12, "VP8X", 4) == 0)
    {
      info->width = read_le24 (data + 24) + 1;
      info->height = read_le24 (data + 27) + 1;
      return TRUE;
    }
  if (memcmp (data + 12, "VP8L", 4) == 0 && data[20] == 0x2f)
    {
      info->width = ((guint) data[21] | ((guint) data[22] & 0x3f) << 8) + 1;
      info->height =
        ((guint) data[22] >> 6 | (guint) data[23] << 2 | ((guint) data[24] & 0x0f) << 10) + 1;
      return TRUE;
    }
  if (memcmp (data + 12, "VP8 ", 4) == 0 && memcmp (data + 23, "\x9d\x01\x2a", 3) == 0)
    {
      info->width = read_le16 (data + 26) & 0x3fff;
      info->height = read_le16 (data + 28) & 0x3fff;
      return TRUE;
    }
  return FALSE;
}

/**
 * td_image_info_read:
 * @data: a file, or its beginning
 * @size: its bytes
 * @info: (out caller-allocates): what it is
 *
 * Returns: whether it is a picture of a known format and has a size
 */
gboolean
td_image_info_read (const guint8 *data,
                    gsize         size,
                    TdImageInfo  *info)
{
  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  *info = (TdImageInfo) { 0 };
  return (read_png (data, size, info) || read_gif (data, size, info) ||
          read_jpeg (data, size, info) || read_webp (data, size, info)) &&
         info->width > 0 && info->height > 0;
}
