/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-pinned-scroller.h"

#include <glib/gi18n.h>

/* So near the end counts as the end: a line's height may still be settling. */
#define NEAR 8

struct _TdPinnedScroller
{
  GtkWidget parent_instance;

  GtkWidget *overlay;  /* (unowned) */
  GtkWidget *scroller; /* (unowned) */
  GtkWidget *revealer; /* (unowned): of the button */
  gboolean is_pinned;
  gboolean is_moving;  /* the change is ours */
};

G_DEFINE_FINAL_TYPE (TdPinnedScroller, td_pinned_scroller, GTK_TYPE_WIDGET)

static GtkAdjustment *
get_offset (TdPinnedScroller *self)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
}

static void
set_pinned (TdPinnedScroller *self,
            gboolean          is_pinned)
{
  self->is_pinned = is_pinned;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), !is_pinned);
}

static void
move_to_end (TdPinnedScroller *self)
{
  GtkAdjustment *offset = get_offset (self);

  self->is_moving = TRUE;
  gtk_adjustment_set_value (offset, gtk_adjustment_get_upper (offset) -
                                      gtk_adjustment_get_page_size (offset));
  self->is_moving = FALSE;
}

static gboolean
is_at_end (TdPinnedScroller *self)
{
  GtkAdjustment *offset = get_offset (self);

  return gtk_adjustment_get_value (offset) >=
         gtk_adjustment_get_upper (offset) - gtk_adjustment_get_page_size (offset);
}

/* Only now is it known how long the content is, and the viewport has placed it by the offset
 * it had; an offset set while it does so would take effect with some later frame. */
static void
td_pinned_scroller_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  TdPinnedScroller *self = TD_PINNED_SCROLLER (widget);

  gtk_widget_allocate (self->overlay, width, height, baseline, NULL);
  if (!self->is_pinned || is_at_end (self))
    return;
  move_to_end (self);
  gtk_widget_allocate (self->overlay, width, height, baseline, NULL);
}

static void
td_pinned_scroller_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  gtk_widget_measure (TD_PINNED_SCROLLER (widget)->overlay, orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
}

/* What is too short to be scrolled is at its end. */
static void
changed_cb (TdPinnedScroller *self)
{
  GtkAdjustment *offset = get_offset (self);

  if (!self->is_pinned &&
      gtk_adjustment_get_upper (offset) <= gtk_adjustment_get_page_size (offset))
    set_pinned (self, TRUE);
}

static void
value_changed_cb (TdPinnedScroller *self)
{
  GtkAdjustment *offset = get_offset (self);
  double end = gtk_adjustment_get_upper (offset) - gtk_adjustment_get_page_size (offset);

  if (!self->is_moving)
    set_pinned (self, gtk_adjustment_get_value (offset) >= end - NEAR);
}

static GtkWidget *
create_button (TdPinnedScroller *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("go-bottom-symbolic");

  gtk_widget_add_css_class (button, "circular");
  gtk_widget_add_css_class (button, "osd");
  gtk_widget_set_tooltip_text (button, _("Jump to Latest"));
  g_signal_connect_object (button, "clicked", G_CALLBACK (td_pinned_scroller_pin), self,
                           G_CONNECT_SWAPPED);
  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_transition_type (GTK_REVEALER (self->revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_CROSSFADE);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), button);
  gtk_widget_set_halign (self->revealer, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->revealer, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (self->revealer, 12);
  return self->revealer;
}

static void
td_pinned_scroller_dispose (GObject *object)
{
  TdPinnedScroller *self = TD_PINNED_SCROLLER (object);

  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  G_OBJECT_CLASS (td_pinned_scroller_parent_class)->dispose (object);
}

static void
td_pinned_scroller_class_init (TdPinnedScrollerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_pinned_scroller_dispose;
  GTK_WIDGET_CLASS (klass)->measure = td_pinned_scroller_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = td_pinned_scroller_size_allocate;
}

static void
td_pinned_scroller_init (TdPinnedScroller *self)
{
  self->overlay = gtk_overlay_new ();
  self->scroller = gtk_scrolled_window_new ();
  self->is_pinned = TRUE;
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->scroller);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), create_button (self));
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  g_signal_connect_object (get_offset (self), "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_offset (self), "value-changed", G_CALLBACK (value_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
td_pinned_scroller_new (void)
{
  return g_object_new (TD_TYPE_PINNED_SCROLLER, NULL);
}

/**
 * td_pinned_scroller_set_child:
 * @self: the scroller
 * @child: what to scroll
 */
void
td_pinned_scroller_set_child (TdPinnedScroller *self,
                              GtkWidget        *child)
{
  g_return_if_fail (TD_IS_PINNED_SCROLLER (self));

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), child);
}

/**
 * td_pinned_scroller_pin:
 * @self: the scroller
 *
 * Goes to the end and stays there.
 */
void
td_pinned_scroller_pin (TdPinnedScroller *self)
{
  g_return_if_fail (TD_IS_PINNED_SCROLLER (self));

  set_pinned (self, TRUE);
  move_to_end (self);
}

/**
 * td_pinned_scroller_is_pinned:
 * @self: the scroller
 *
 * Returns: whether it stays at the end
 */
gboolean
td_pinned_scroller_is_pinned (TdPinnedScroller *self)
{
  g_return_val_if_fail (TD_IS_PINNED_SCROLLER (self), TRUE);

  return self->is_pinned;
}
