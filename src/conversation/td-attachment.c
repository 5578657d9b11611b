/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conversation/td-attachment.h"

#include "base/td-image-info.h"

#define MAX_NAME_CHARS 80

struct _TdAttachment
{
  GObject parent_instance;

  char *name;      /* (owned) */
  GBytes *data;    /* (owned) */
  TdImageInfo info;
};

G_DEFINE_FINAL_TYPE (TdAttachment, td_attachment, G_TYPE_OBJECT)
G_DEFINE_QUARK (td-attachment-error-quark, td_attachment_error)

static void
td_attachment_finalize (GObject *object)
{
  TdAttachment *self = TD_ATTACHMENT (object);

  g_free (self->name);
  g_bytes_unref (self->data);

  G_OBJECT_CLASS (td_attachment_parent_class)->finalize (object);
}

static void
td_attachment_class_init (TdAttachmentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_attachment_finalize;
}

static void
td_attachment_init (TdAttachment *self)
{
}

static gboolean
check (GBytes       *data,
       TdImageInfo  *info,
       GError      **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (data, &size);

  if (!td_image_info_read (bytes, size, info))
    g_set_error_literal (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_FORMAT,
                         "it is no PNG, JPEG, GIF or WebP picture");
  else if (size > TD_ATTACHMENT_MAX_BYTES || info->width > TD_ATTACHMENT_MAX_SIDE ||
           info->height > TD_ATTACHMENT_MAX_SIDE)
    g_set_error (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_TOO_LARGE,
                 "%ux%u pixels in %" G_GSIZE_FORMAT " bytes are too many", info->width,
                 info->height, size);
  else
    return TRUE;
  return FALSE;
}

/**
 * td_attachment_new:
 * @name: what it is called, without folders
 * @data: the file
 * @error: return location for a #TdAttachmentError
 *
 * Returns: (transfer full) (nullable): the picture
 */
TdAttachment *
td_attachment_new (const char  *name,
                   GBytes      *data,
                   GError     **error)
{
  TdAttachment *self;
  TdImageInfo info;
  g_autofree char *valid = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (data != NULL, NULL);

  if (!check (data, &info, error))
    return NULL;
  valid = g_utf8_make_valid (name, -1);
  self = g_object_new (TD_TYPE_ATTACHMENT, NULL);
  self->name = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_NAME_CHARS));
  self->data = g_bytes_ref (data);
  self->info = info;
  return self;
}

/**
 * td_attachment_get_name:
 * @self: a picture
 *
 * Returns: (transfer none): what it is called
 */
const char *
td_attachment_get_name (TdAttachment *self)
{
  g_return_val_if_fail (TD_IS_ATTACHMENT (self), NULL);

  return self->name;
}

/**
 * td_attachment_get_mime_type:
 * @self: a picture
 *
 * Returns: (transfer none): its format, as its bytes say, such as "image/png"
 */
const char *
td_attachment_get_mime_type (TdAttachment *self)
{
  g_return_val_if_fail (TD_IS_ATTACHMENT (self), NULL);

  return self->info.mime_type;
}

/**
 * td_attachment_get_data:
 * @self: a picture
 *
 * Returns: (transfer none): the file
 */
GBytes *
td_attachment_get_data (TdAttachment *self)
{
  g_return_val_if_fail (TD_IS_ATTACHMENT (self), NULL);

  return self->data;
}

/**
 * td_attachment_get_width:
 * @self: a picture
 *
 * Returns: its width in pixels
 */
guint
td_attachment_get_width (TdAttachment *self)
{
  g_return_val_if_fail (TD_IS_ATTACHMENT (self), 0);

  return self->info.width;
}

/**
 * td_attachment_get_height:
 * @self: a picture
 *
 * Returns: its height in pixels
 */
guint
td_attachment_get_height (TdAttachment *self)
{
  g_return_val_if_fail (TD_IS_ATTACHMENT (self), 0);

  return self->info.height;
}
