/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A photograph is larger than providers take, and than models look at: it is made smaller here, which
 * costs nothing that they would see. What a picture claims to be large is not decoded at all, because
 * a file of some bytes can claim to be gigabytes.
 */
#include "config.h"

#include "app/chat/td-picture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "base/td-image-info.h"

#define MAX_FILE_BYTES (48 * 1024 * 1024)
#define MAX_PIXELS     (120 * 1000 * 1000)
#define SHRUNK_SIDE    2048

typedef struct
{
  GFile *file;         /* (owned) (nullable) */
  GdkTexture *texture; /* (owned) (nullable) */
  char *name;          /* (owned) */
} ReadJob;

static void
read_job_free (gpointer data)
{
  ReadJob *job = data;

  g_clear_object (&job->file);
  g_clear_object (&job->texture);
  g_free (job->name);
  g_free (job);
}

/* ---- on the worker ---- */

static GdkPixbuf *
decode (GBytes        *bytes,
        int            max_side,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  TdImageInfo info;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (!td_image_info_read (data, size, &info) || (gint64) info.width * info.height > MAX_PIXELS)
    {
      g_set_error_literal (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_TOO_LARGE,
                           "a picture with too many pixels to be drawn");
      return NULL;
    }
  max_side = MIN (max_side, (int) MAX (info.width, info.height));
  pixbuf =
    gdk_pixbuf_new_from_stream_at_scale (stream, max_side, max_side, TRUE, cancellable, error);
  return pixbuf ? gdk_pixbuf_apply_embedded_orientation (pixbuf) : NULL;
}

static GBytes *
shrink (GBytes        *bytes,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GdkPixbuf) pixbuf = decode (bytes, SHRUNK_SIDE, cancellable, error);
  gboolean has_alpha = pixbuf && gdk_pixbuf_get_has_alpha (pixbuf);
  char *data;
  gsize size;

  if (!pixbuf || !gdk_pixbuf_save_to_buffer (pixbuf, &data, &size, has_alpha ? "png" : "jpeg",
                                             error, has_alpha ? NULL : "quality", "88", NULL))
    return NULL;
  return g_bytes_new_take (data, size);
}

static TdAttachment *
make_attachment (const char    *name,
                 GBytes        *bytes,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (GError) first = NULL;
  g_autoptr (GBytes) smaller = NULL;
  TdAttachment *attachment = td_attachment_new (name, bytes, &first);

  if (attachment || !g_error_matches (first, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_TOO_LARGE))
    {
      if (first)
        g_propagate_error (error, g_steal_pointer (&first));
      return attachment;
    }
  smaller = shrink (bytes, cancellable, NULL);
  if (smaller)
    return td_attachment_new (name, smaller, error);
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}

static GBytes *
load (GFile         *file,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                       G_FILE_QUERY_INFO_NONE, cancellable, error);

  if (!info)
    return NULL;
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    g_set_error_literal (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_FORMAT, "it is no file");
  else if (g_file_info_get_size (info) > MAX_FILE_BYTES)
    g_set_error_literal (error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_TOO_LARGE,
                         "the file is too large");
  else
    return g_file_load_bytes (file, cancellable, NULL, error);
  return NULL;
}

static void
read_on_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  ReadJob *job = data;
  GError *error = NULL;
  g_autoptr (GBytes) bytes = job->file ? load (job->file, cancellable, &error)
                                       : gdk_texture_save_to_png_bytes (job->texture);
  TdAttachment *attachment =
    bytes ? make_attachment (job->name, bytes, cancellable, &error) : NULL;

  if (attachment)
    g_task_return_pointer (task, attachment, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
draw_on_thread (GTask        *task,
                gpointer      source,
                gpointer      data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (GdkPixbuf) pixbuf =
    decode (td_attachment_get_data (source), GPOINTER_TO_INT (data), cancellable, &error);
  g_autoptr (GBytes) pixels = NULL;

  if (!pixbuf)
    {
      g_task_return_error (task, error);
      return;
    }
  pixels = gdk_pixbuf_read_pixel_bytes (pixbuf);
  g_task_return_pointer (
    task,
    gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf),
                            gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8
                                                              : GDK_MEMORY_R8G8B8,
                            pixels, (gsize) gdk_pixbuf_get_rowstride (pixbuf)),
    g_object_unref);
}

/* ---- public ---- */

static void
read_async (ReadJob             *job,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, td_picture_read_async);
  g_task_set_task_data (task, job, read_job_free);
  g_task_run_in_thread (task, read_on_thread);
}

/**
 * td_picture_read_async:
 * @file: a picture's file
 * @cancellable: (nullable): cancels it
 * @callback: called when it was read
 * @user_data: data for @callback
 *
 * Reads a picture that somebody wants to send.
 */
void
td_picture_read_async (GFile               *file,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  ReadJob *job;

  g_return_if_fail (G_IS_FILE (file));

  job = g_new0 (ReadJob, 1);
  job->file = g_object_ref (file);
  job->name = g_file_get_basename (file);
  if (!job->name)
    job->name = g_strdup ("");
  read_async (job, cancellable, callback, user_data);
}

/**
 * td_picture_take_async:
 * @texture: a picture from the clipboard
 * @name: what it is called
 * @cancellable: (nullable): cancels it
 * @callback: called when it was made a file
 * @user_data: data for @callback
 */
void
td_picture_take_async (GdkTexture          *texture,
                       const char          *name,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  ReadJob *job;

  g_return_if_fail (GDK_IS_TEXTURE (texture));

  job = g_new0 (ReadJob, 1);
  job->texture = g_object_ref (texture);
  job->name = g_strdup (name);
  read_async (job, cancellable, callback, user_data);
}

/**
 * td_picture_finish:
 * @result: what the callback got
 * @error: return location for a #TdAttachmentError or an error of GIO
 *
 * Returns: (transfer full) (nullable): the picture, small enough to be sent
 */
TdAttachment *
td_picture_finish (GAsyncResult  *result,
                   GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * td_picture_draw_async:
 * @attachment: a picture
 * @max_side: pixels: it is made no larger
 * @cancellable: (nullable): cancels it
 * @callback: called when it was decoded
 * @user_data: data for @callback
 */
void
td_picture_draw_async (TdAttachment        *attachment,
                       int                  max_side,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (attachment, cancellable, callback, user_data);

  g_return_if_fail (TD_IS_ATTACHMENT (attachment));

  g_task_set_source_tag (task, td_picture_draw_async);
  g_task_set_task_data (task, GINT_TO_POINTER (max_side), NULL);
  g_task_run_in_thread (task, draw_on_thread);
}

/**
 * td_picture_draw_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the picture to be shown
 */
GdkTexture *
td_picture_draw_finish (GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
