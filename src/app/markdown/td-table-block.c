/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-table-block.h"

#include <glib/gi18n.h>

#include "app/markdown/td-column.h"
#include "app/markdown/td-markdown-widget.h"

/*
 * The grid at its natural width, whatever room there is: what does not fit scrolls. A scrolled
 * window alone would squeeze the cells, which wrap, to a letter's width.
 */
#define TD_TYPE_TABLE_BODY (td_table_body_get_type ())
G_DECLARE_FINAL_TYPE (TdTableBody, td_table_body, TD, TABLE_BODY, GtkWidget)

struct _TdTableBody
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (TdTableBody, td_table_body, GTK_TYPE_WIDGET)

static GtkSizeRequestMode
td_table_body_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
td_table_body_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  GtkWidget *grid = gtk_widget_get_first_child (widget);
  int width, height;

  gtk_widget_measure (grid, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (grid, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? width : height;
}

static void
td_table_body_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  gtk_widget_allocate (gtk_widget_get_first_child (widget), width, height, -1, NULL);
}

static void
td_table_body_dispose (GObject *object)
{
  GtkWidget *grid = gtk_widget_get_first_child (GTK_WIDGET (object));

  g_clear_pointer (&grid, gtk_widget_unparent);
  G_OBJECT_CLASS (td_table_body_parent_class)->dispose (object);
}

static void
td_table_body_class_init (TdTableBodyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_table_body_dispose;
  widget_class->get_request_mode = td_table_body_get_request_mode;
  widget_class->measure = td_table_body_measure;
  widget_class->size_allocate = td_table_body_size_allocate;
}

static void
td_table_body_init (TdTableBody *self)
{
}

struct _TdTableBlock
{
  GtkWidget parent_instance;

  GtkWidget *scroller; /* (unowned) */
  GtkWidget *grid;     /* (unowned) */
  guint n_columns;     /* 0: nothing shown yet */
  GPtrArray *cells;    /* (element-type GtkLabel) (transfer none): row by row */
};

G_DEFINE_FINAL_TYPE (TdTableBlock, td_table_block, GTK_TYPE_WIDGET)

static gboolean
td_table_block_focus (GtkWidget        *widget,
                      GtkDirectionType  direction)
{
  TdTableBlock *self = TD_TABLE_BLOCK (widget);

  if (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD)
    return td_focus_stops (self->grid, direction);
  return GTK_WIDGET_CLASS (td_table_block_parent_class)->focus (widget, direction);
}

static void
td_table_block_dispose (GObject *object)
{
  TdTableBlock *self = TD_TABLE_BLOCK (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->cells, g_ptr_array_unref);
  G_OBJECT_CLASS (td_table_block_parent_class)->dispose (object);
}

static void
td_table_block_class_init (TdTableBlockClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_table_block_dispose;
  widget_class->focus = td_table_block_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "markdowntable");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
td_table_block_init (TdTableBlock *self)
{
  GtkWidget *body = g_object_new (TD_TYPE_TABLE_BODY, NULL);

  self->cells = g_ptr_array_new ();
  self->grid = gtk_grid_new ();
  gtk_widget_set_parent (self->grid, body);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), body);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_START);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Table"),
                                  -1);
}

GtkWidget *
td_table_block_new (void)
{
  return g_object_new (TD_TYPE_TABLE_BLOCK, NULL);
}

static void
add_cell (TdTableBlock          *self,
          const TdMarkdownBlock *cell,
          guint                  index)
{
  GtkWidget *label = td_markdown_label_new (cell);
  guint row = index / self->n_columns;
  float align = cell->align == TD_MARKDOWN_ALIGN_END      ? 1
                : cell->align == TD_MARKDOWN_ALIGN_CENTER ? 0.5
                                                          : 0;

  gtk_label_set_xalign (GTK_LABEL (label), align);
  gtk_label_set_justify (GTK_LABEL (label), align == 1     ? GTK_JUSTIFY_RIGHT
                                            : align == 0.5 ? GTK_JUSTIFY_CENTER
                                                           : GTK_JUSTIFY_LEFT);
  /* Cells wrap rather than make the table endlessly wide. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), self->n_columns <= 2 ? 48 : 32);
  gtk_widget_add_css_class (label, row == 0 ? "heading-cell" : "cell");
  gtk_grid_attach (GTK_GRID (self->grid), label, index % self->n_columns, row, 1, 1);
  g_ptr_array_add (self->cells, label);
}

/**
 * td_table_block_set:
 * @self: the table
 * @block: what to show
 *
 * Shows a table. What is there already and did not change is left alone.
 *
 * Returns: %FALSE when the table has another shape and a new widget is needed
 */
gboolean
td_table_block_set (TdTableBlock          *self,
                    const TdMarkdownBlock *block)
{
  guint n_cells = block->children ? block->children->len : 0;

  g_return_val_if_fail (TD_IS_TABLE_BLOCK (self), FALSE);

  if (block->n_columns == 0 || (self->n_columns && self->n_columns != block->n_columns) ||
      n_cells < self->cells->len)
    return FALSE;
  self->n_columns = block->n_columns;
  for (guint i = 0; i < n_cells; i++)
    if (i < self->cells->len)
      td_markdown_label_set (g_ptr_array_index (self->cells, i),
                             g_ptr_array_index (block->children, i));
    else
      add_cell (self, g_ptr_array_index (block->children, i), i);
  return TRUE;
}
