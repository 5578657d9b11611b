/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-column.h"

struct _TdColumn
{
  GtkBox parent_instance;

  gboolean is_long;      /* draw only what can be seen */
  GtkWidget *scroller; /* (unowned) (nullable): what decides what can be seen; only while mapped */
  GtkAdjustment *offset; /* (owned) (nullable): of the scroller; only while mapped */
};

G_DEFINE_FINAL_TYPE (TdColumn, td_column, GTK_TYPE_BOX)

/* Shadows and focus rings reach beyond the bounds of a widget. */
#define OUTSIDE 24

/* Text that can be selected takes the focus, so that it can be copied, but nobody wants to
 * press Tab a hundred times to get past it: only labels with links are stops. */
static GQuark
no_stop_quark (void)
{
  return g_quark_from_static_string ("td-no-focus-stop");
}

/**
 * td_focus_set_stop:
 * @label: a widget in a column
 * @is_stop: whether Tab stops at it
 */
void
td_focus_set_stop (GtkWidget *label,
                   gboolean   is_stop)
{
  g_object_set_qdata (G_OBJECT (label), no_stop_quark (), GINT_TO_POINTER (!is_stop));
}

static GtkWidget *
get_next (GtkWidget        *widget,
          GtkWidget        *child,
          GtkDirectionType  direction)
{
  if (direction == GTK_DIR_TAB_FORWARD)
    return child ? gtk_widget_get_next_sibling (child) : gtk_widget_get_first_child (widget);
  return child ? gtk_widget_get_prev_sibling (child) : gtk_widget_get_last_child (widget);
}

/**
 * td_focus_stops:
 * @widget: a container
 * @direction: %GTK_DIR_TAB_FORWARD or %GTK_DIR_TAB_BACKWARD
 *
 * Moves the focus among the children in their order, past those that are no stops.
 *
 * Returns: whether one of them took it
 */
gboolean
td_focus_stops (GtkWidget        *widget,
                GtkDirectionType  direction)
{
  GtkWidget *child = gtk_widget_get_focus_child (widget);

  if (child && gtk_widget_child_focus (child, direction))
    return TRUE;
  for (child = get_next (widget, child, direction); child;
       child = get_next (widget, child, direction))
    if (!g_object_get_qdata (G_OBJECT (child), no_stop_quark ()) &&
        gtk_widget_child_focus (child, direction))
      return TRUE;
  return FALSE;
}

static gboolean
td_column_focus (GtkWidget        *widget,
                 GtkDirectionType  direction)
{
  if (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD)
    return td_focus_stops (widget, direction);
  return GTK_WIDGET_CLASS (td_column_parent_class)->focus (widget, direction);
}

static void
td_column_snapshot (GtkWidget   *widget,
                    GtkSnapshot *snapshot)
{
  TdColumn *self = TD_COLUMN (widget);
  graphene_rect_t seen;
  gboolean is_bounded = self->scroller && gtk_widget_compute_bounds (self->scroller, widget, &seen);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      graphene_rect_t bounds;

      if (is_bounded && gtk_widget_compute_bounds (child, widget, &bounds))
        {
          if (bounds.origin.y + bounds.size.height + OUTSIDE < seen.origin.y)
            continue;
          if (bounds.origin.y - OUTSIDE > seen.origin.y + seen.size.height)
            break;
        }
      gtk_widget_snapshot_child (widget, child, snapshot);
    }
}

/* The outermost one: code and tables scroll sideways by themselves inside it. */
static GtkWidget *
find_scroller (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  while ((widget =
            gtk_widget_get_ancestor (gtk_widget_get_parent (widget), GTK_TYPE_SCROLLED_WINDOW)))
    found = widget;
  return found;
}

static void
watch (TdColumn *self)
{
  self->scroller = find_scroller (GTK_WIDGET (self));
  if (!self->scroller)
    return;
  self->offset =
    g_object_ref (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)));
  g_signal_connect_object (self->offset, "value-changed", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->offset, "notify::page-size", G_CALLBACK (gtk_widget_queue_draw),
                           self, G_CONNECT_SWAPPED);
}

static void
unwatch (TdColumn *self)
{
  if (self->offset)
    g_signal_handlers_disconnect_by_data (self->offset, self);
  g_clear_object (&self->offset);
  self->scroller = NULL;
}

static void
td_column_map (GtkWidget *widget)
{
  TdColumn *self = TD_COLUMN (widget);

  if (self->is_long)
    watch (self);
  GTK_WIDGET_CLASS (td_column_parent_class)->map (widget);
}

static void
td_column_unmap (GtkWidget *widget)
{
  unwatch (TD_COLUMN (widget));
  GTK_WIDGET_CLASS (td_column_parent_class)->unmap (widget);
}

static void
td_column_dispose (GObject *object)
{
  unwatch (TD_COLUMN (object));
  G_OBJECT_CLASS (td_column_parent_class)->dispose (object);
}

static void
td_column_class_init (TdColumnClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_column_dispose;
  widget_class->focus = td_column_focus;
  widget_class->snapshot = td_column_snapshot;
  widget_class->map = td_column_map;
  widget_class->unmap = td_column_unmap;
}

static void
td_column_init (TdColumn *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

/**
 * td_column_new:
 * @is_long: whether it may be much longer than what can be seen of it
 *
 * Returns: (transfer floating): an empty column
 */
GtkWidget *
td_column_new (gboolean is_long)
{
  TdColumn *self = g_object_new (TD_TYPE_COLUMN, NULL);

  self->is_long = is_long;
  return GTK_WIDGET (self);
}
