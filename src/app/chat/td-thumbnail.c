/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-thumbnail.h"

#include <glib/gi18n.h>

#include "app/chat/td-picture.h"

/* Of a panorama, and of a strip. */
#define MAX_RATIO 3

/**
 * TdThumbnail:
 *
 * A picture of a chat, as small as it is shown. It has its size before it is decoded, so that nothing
 * jumps; what cannot be decoded here keeps an icon, and is sent all the same.
 */
struct _TdThumbnail
{
  GtkWidget parent_instance;

  GCancellable *cancellable; /* (owned) */
  GtkWidget *stack;          /* (unowned) */
  GtkWidget *picture;        /* (unowned) */
  int width;
  int height;
};

G_DEFINE_FINAL_TYPE (TdThumbnail, td_thumbnail, GTK_TYPE_WIDGET)

static void
td_thumbnail_dispose (GObject *object)
{
  TdThumbnail *self = TD_THUMBNAIL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->stack, gtk_widget_unparent);

  G_OBJECT_CLASS (td_thumbnail_parent_class)->dispose (object);
}

/* However many pixels it has: it is drawn with more of them than are shown here. */
static void
td_thumbnail_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  TdThumbnail *self = TD_THUMBNAIL (widget);
  int size = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;

  *natural = size;
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN (size, self->height) : size;
  *minimum_baseline = *natural_baseline = -1;
}

static void
td_thumbnail_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  int unused;

  gtk_widget_measure (TD_THUMBNAIL (widget)->stack, GTK_ORIENTATION_HORIZONTAL, -1, &unused,
                      &unused, NULL, NULL);
  gtk_widget_size_allocate (TD_THUMBNAIL (widget)->stack, &(GtkAllocation) { 0, 0, width, height },
                            baseline);
}

static void
td_thumbnail_class_init (TdThumbnailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_thumbnail_dispose;
  widget_class->measure = td_thumbnail_measure;
  widget_class->size_allocate = td_thumbnail_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "thumbnail");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
td_thumbnail_init (TdThumbnail *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("image-x-generic-symbolic");

  self->cancellable = g_cancellable_new ();
  self->stack = gtk_stack_new ();
  self->picture = gtk_picture_new ();
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), TRUE);
  gtk_picture_set_content_fit (GTK_PICTURE (self->picture), GTK_CONTENT_FIT_COVER);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE,
                               -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_widget_add_css_class (icon, "dim-label");
  gtk_stack_add_named (GTK_STACK (self->stack), icon, "icon");
  gtk_stack_add_named (GTK_STACK (self->stack), self->picture, "picture");
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static void
drawn_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdThumbnail) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = td_picture_draw_finish (result, &error);

  if (!self->stack)
    return;
  if (!texture)
    {
      g_debug ("a picture is not drawn: %s", error->message);
      return;
    }
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), GDK_PAINTABLE (texture));
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->picture);
}

static void
name_it (TdThumbnail  *self,
         TdAttachment *attachment)
{
  /* Translators: a picture in a chat: its name, and its width and height in pixels */
  g_autofree char *name = g_strdup_printf (_("%s, %u × %u"), td_attachment_get_name (attachment),
                                           td_attachment_get_width (attachment),
                                           td_attachment_get_height (attachment));

  gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/**
 * td_thumbnail_new:
 * @attachment: a picture
 * @height: how high it is shown, in pixels
 *
 * Returns: (transfer floating): the picture, made as small
 */
GtkWidget *
td_thumbnail_new (TdAttachment *attachment,
                  int           height)
{
  TdThumbnail *self;
  gint64 width;

  g_return_val_if_fail (TD_IS_ATTACHMENT (attachment), NULL);
  g_return_val_if_fail (height > 0, NULL);

  self = g_object_new (TD_TYPE_THUMBNAIL, "valign", GTK_ALIGN_START, NULL);
  width =
    (gint64) td_attachment_get_width (attachment) * height / td_attachment_get_height (attachment);
  width = CLAMP (width, height / MAX_RATIO, height * MAX_RATIO);
  self->width = (int) width;
  self->height = height;
  name_it (self, attachment);
  td_picture_draw_async (attachment, MAX (self->width, height) * 2, self->cancellable, drawn_cb,
                         g_object_ref (self));
  return GTK_WIDGET (self);
}
