/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-tag-strip.h"

#include <glib/gi18n.h>

#define SPACING 6
#define PADDING 7

/* Drawn rather than made of labels: a page of cards has some hundred tags, and as widgets they
 * would be most of what a keystroke has to lay out anew. */
struct _TdTagStrip
{
  GtkWidget parent_instance;

  GStrv tags;         /* (owned) (nullable) */
  GPtrArray *layouts; /* (owned) (element-type PangoLayout): one for each tag */
};

G_DEFINE_FINAL_TYPE (TdTagStrip, td_tag_strip, GTK_TYPE_WIDGET)

static int
get_pill_width (PangoLayout *layout)
{
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width + 2 * PADDING;
}

static PangoLayout *
create_more_layout (TdTagStrip *self,
                    guint       n_left)
{
  /* Translators: how many more there are than fit in the line */
  g_autofree char *text = g_strdup_printf (_("+%u"), n_left);

  return gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
}

/* How many tags fit, leaving room for the count of those left out. */
static guint
count_fitting (TdTagStrip *self,
               int         width)
{
  g_autoptr (PangoLayout) more = create_more_layout (self, 9);
  int more_width, used = 0;
  guint n = 0;

  pango_layout_get_pixel_size (more, &more_width, NULL);
  for (; n < self->layouts->len; n++)
    {
      int needed = used + get_pill_width (g_ptr_array_index (self->layouts, n));

      if (needed + (n + 1 < self->layouts->len ? SPACING + more_width : 0) > width)
        break;
      used = needed + SPACING;
    }
  return n;
}

static void
make_layouts (TdTagStrip *self)
{
  g_ptr_array_set_size (self->layouts, 0);
  for (guint i = 0; self->tags != NULL && self->tags[i] != NULL; i++)
    g_ptr_array_add (self->layouts,
                     gtk_widget_create_pango_layout (GTK_WIDGET (self), self->tags[i]));
}

static void
td_tag_strip_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  TdTagStrip *self = TD_TAG_STRIP (widget);
  g_autoptr (PangoLayout) more = NULL;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 0;
      for (guint i = 0; i < self->layouts->len; i++)
        *natural += get_pill_width (g_ptr_array_index (self->layouts, i)) + (i > 0 ? SPACING : 0);
      return;
    }
  /* Not on the tags: a card without any is as high. */
  more = create_more_layout (self, 9);
  pango_layout_get_pixel_size (more, NULL, natural);
  *natural += 4;
  *minimum = *natural;
}

static void
draw_text (GtkSnapshot   *snapshot,
           PangoLayout   *layout,
           int            x,
           int            height,
           const GdkRGBA *color)
{
  int text_height;

  pango_layout_get_pixel_size (layout, NULL, &text_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, (height - text_height) / 2));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_pill (GtkSnapshot *snapshot,
           int          x,
           int          width,
           int          height,
           GdkRGBA      color)
{
  GskRoundedRect outline;

  color.alpha *= 0.1f;
  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (x, 0, width, height),
                                   height / 2.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &color, &outline.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
td_tag_strip_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  TdTagStrip *self = TD_TAG_STRIP (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  guint n_fitting = count_fitting (self, width);
  GdkRGBA color;
  int x = 0;

  gtk_widget_get_color (widget, &color);
  for (guint i = 0; i < n_fitting; i++)
    {
      PangoLayout *layout = g_ptr_array_index (self->layouts, i);
      int pill = get_pill_width (layout);
      int left = rtl ? width - x - pill : x;

      draw_pill (snapshot, left, pill, height, color);
      draw_text (snapshot, layout, left + PADDING, height, &color);
      x += pill + SPACING;
    }
  if (n_fitting < self->layouts->len)
    {
      g_autoptr (PangoLayout) more = create_more_layout (self, self->layouts->len - n_fitting);
      int more_width;

      pango_layout_get_pixel_size (more, &more_width, NULL);
      draw_text (snapshot, more, rtl ? width - x - more_width : x, height, &color);
    }
}

static void
td_tag_strip_css_changed (GtkWidget         *widget,
                          GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (td_tag_strip_parent_class)->css_changed (widget, change);

  make_layouts (TD_TAG_STRIP (widget));
}

static void
td_tag_strip_finalize (GObject *object)
{
  TdTagStrip *self = TD_TAG_STRIP (object);

  g_strfreev (self->tags);
  g_ptr_array_unref (self->layouts);

  G_OBJECT_CLASS (td_tag_strip_parent_class)->finalize (object);
}

static void
td_tag_strip_class_init (TdTagStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = td_tag_strip_finalize;
  widget_class->measure = td_tag_strip_measure;
  widget_class->snapshot = td_tag_strip_snapshot;
  widget_class->css_changed = td_tag_strip_css_changed;
  gtk_widget_class_set_css_name (widget_class, "tagstrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
td_tag_strip_init (TdTagStrip *self)
{
  self->layouts = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * td_tag_strip_set_tags:
 * @self: the strip
 * @tags: (array zero-terminated=1): the words, the most telling first
 *
 * Shows other words.
 */
void
td_tag_strip_set_tags (TdTagStrip        *self,
                       const char *const *tags)
{
  g_autofree char *spoken = NULL;

  g_return_if_fail (TD_IS_TAG_STRIP (self));

  if (self->tags != NULL && g_strv_equal ((const char *const *) self->tags, tags))
    return;
  g_strfreev (self->tags);
  self->tags = g_strdupv ((GStrv) tags);
  make_layouts (self);
  spoken = g_strjoinv (", ", self->tags);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
