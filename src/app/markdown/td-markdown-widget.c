/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-widget.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/markdown/td-code-block.h"
#include "app/markdown/td-column.h"
#include "app/markdown/td-table-block.h"

/*
 * From blocks to widgets. A block that is shown again with other content (the tail of what is
 * streaming) keeps its widget where it can, so that only what changed is laid out again.
 */

#define LONG_TEXT 100
#define MIN_CHARS 16

static void show_blocks (GtkWidget *column,
                         GtkWidget *after,
                         GPtrArray *blocks,
                         int        kind_before,
                         gboolean   in_item);

static GQuark
type_quark (void)
{
  return g_quark_from_static_string ("td-markdown-type");
}

/* The type and, for a heading, its level: what a widget cannot change. */
static int
get_shape (const TdMarkdownBlock *block)
{
  return (int) block->type + 1 + 16 * (int) block->level + 256 * (block->number >= 0);
}

static void
set_shape (GtkWidget             *widget,
           const TdMarkdownBlock *block)
{
  g_object_set_qdata (G_OBJECT (widget), type_quark (), GINT_TO_POINTER (get_shape (block)));
}

static gboolean
has_shape (GtkWidget             *widget,
           const TdMarkdownBlock *block)
{
  return GPOINTER_TO_INT (g_object_get_qdata (G_OBJECT (widget), type_quark ())) ==
         get_shape (block);
}

/**
 * td_markdown_label_set:
 * @label: a label made by td_markdown_label_new()
 * @block: a block with markup
 */
void
td_markdown_label_set (GtkWidget             *label,
                       const TdMarkdownBlock *block)
{
  if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (label)), block->text) == 0)
    return;
  gtk_label_set_markup (GTK_LABEL (label), block->text);
  td_focus_set_stop (label, block->has_link);
  /* To find the smallest width of a label GTK lays it out with a letter to a line, unless there
   * is a width that it must have anyway. */
  if (strlen (block->text) > LONG_TEXT)
    gtk_label_set_width_chars (GTK_LABEL (label), MIN_CHARS);
}

/* A word broken for want of room gets no hyphen: it might be an address or a name. */
static PangoAttrList *
get_attributes (void)
{
  static PangoAttrList *attributes;

  if (!attributes)
    {
      attributes = pango_attr_list_new ();
      pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
    }
  return attributes;
}

/**
 * td_markdown_label_new:
 * @block: a block with markup: a paragraph, a heading or a table's cell
 *
 * Returns: (transfer floating): a label that shows it
 */
GtkWidget *
td_markdown_label_new (const TdMarkdownBlock *block)
{
  static const char *const heading_classes[] = { "h1", "h2", "h3", "h4", "h5", "h6" };
  gboolean is_heading = block->type == TD_MARKDOWN_HEADING;
  GtkWidget *label =
    g_object_new (GTK_TYPE_LABEL, "accessible-role",
                  is_heading ? GTK_ACCESSIBLE_ROLE_HEADING : GTK_ACCESSIBLE_ROLE_LABEL, "xalign",
                  0.0f, "yalign", 0.0f, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                  "selectable", TRUE, "use-markup", TRUE, "attributes", get_attributes (), NULL);

  if (is_heading)
    {
      gtk_widget_add_css_class (label, heading_classes[CLAMP (block->level, 1, 6) - 1]);
      gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL,
                                      (int) block->level, -1);
    }
  td_markdown_label_set (label, block);
  return label;
}

static GtkWidget *
create_marker (const TdMarkdownBlock *item)
{
  g_autofree char *number = NULL;
  GtkWidget *marker;

  if (item->task != TD_MARKDOWN_TASK_NONE)
    {
      gboolean is_done = item->task == TD_MARKDOWN_TASK_DONE;

      marker = gtk_label_new (is_done ? "☑" : "☐");
      gtk_accessible_update_property (GTK_ACCESSIBLE (marker), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      is_done ? _("Done") : _("To do"), -1);
    }
  else if (item->number >= 0)
    {
      number = g_strdup_printf ("%" G_GINT64_FORMAT ".", item->number);
      marker = gtk_label_new (number);
      gtk_widget_add_css_class (marker, "numeric");
    }
  else
    marker = gtk_label_new ("•");
  gtk_label_set_xalign (GTK_LABEL (marker), 1);
  gtk_label_set_width_chars (GTK_LABEL (marker), 2);
  gtk_widget_set_valign (marker, GTK_ALIGN_START);
  gtk_widget_add_css_class (marker, "marker");
  return marker;
}

static GtkWidget *
create_item (const TdMarkdownBlock *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *content = td_column_new (FALSE);

  gtk_widget_set_hexpand (content, TRUE);
  gtk_box_append (GTK_BOX (row), create_marker (item));
  gtk_box_append (GTK_BOX (row), content);
  return row;
}

static GtkWidget *
create_column (const char *css_class)
{
  GtkWidget *column = td_column_new (FALSE);

  gtk_widget_add_css_class (column, css_class);
  return column;
}

static GtkWidget *
create_widget (const TdMarkdownBlock *block)
{
  switch (block->type)
    {
    case TD_MARKDOWN_CODE:
      return td_code_block_new (block->language);
    case TD_MARKDOWN_QUOTE:
      return create_column ("quote");
    case TD_MARKDOWN_LIST:
      return create_column ("list-block");
    case TD_MARKDOWN_ITEM:
      return create_item (block);
    case TD_MARKDOWN_TABLE:
      return td_table_block_new ();
    case TD_MARKDOWN_RULE:
      return gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
    case TD_MARKDOWN_PARAGRAPH:
    case TD_MARKDOWN_HEADING:
    case TD_MARKDOWN_CELL:
    default:
      return td_markdown_label_new (block);
    }
}

static void
update_children (GtkWidget             *column,
                 const TdMarkdownBlock *block)
{
  g_autoptr (GPtrArray) none = NULL;

  if (!block->children)
    none = g_ptr_array_new ();
  show_blocks (column, NULL, block->children ? block->children : none, -1,
               block->type == TD_MARKDOWN_ITEM);
}

/* Puts the content in; gives FALSE when that takes another widget. */
static gboolean
update_widget (GtkWidget             *widget,
               const TdMarkdownBlock *block)
{
  switch (block->type)
    {
    case TD_MARKDOWN_CODE:
      if (g_strcmp0 (td_code_block_get_language (TD_CODE_BLOCK (widget)), block->language) != 0)
        return FALSE;
      td_code_block_set_text (TD_CODE_BLOCK (widget), block->text);
      return TRUE;
    case TD_MARKDOWN_QUOTE:
    case TD_MARKDOWN_LIST:
      update_children (widget, block);
      return TRUE;
    case TD_MARKDOWN_ITEM:
      update_children (gtk_widget_get_last_child (widget), block);
      return TRUE;
    case TD_MARKDOWN_TABLE:
      return td_table_block_set (TD_TABLE_BLOCK (widget), block);
    case TD_MARKDOWN_RULE:
      return TRUE;
    case TD_MARKDOWN_PARAGRAPH:
    case TD_MARKDOWN_HEADING:
    case TD_MARKDOWN_CELL:
    default:
      td_markdown_label_set (widget, block);
      return TRUE;
    }
}

/* The space above a block, in pixels; what belongs together stands together. */
static int
get_gap (const TdMarkdownBlock *block,
         int                    kind_before,
         gboolean               in_item)
{
  if (kind_before < 0 || block->continues)
    return 0;
  if (block->type == TD_MARKDOWN_ITEM || td_markdown_block_get_kind (block) == kind_before)
    return block->type == TD_MARKDOWN_ITEM || block->type == TD_MARKDOWN_LIST ? 4 : 9;
  if (block->type == TD_MARKDOWN_HEADING)
    return block->level <= 2 ? 18 : 14;
  if (kind_before == TD_MARKDOWN_HEADING || (in_item && block->type == TD_MARKDOWN_LIST))
    return 5;
  return 9;
}

static void
show_blocks (GtkWidget *column,
             GtkWidget *after,
             GPtrArray *blocks,
             int        kind_before,
             gboolean   in_item)
{
  GtkWidget *child;

  for (guint i = 0; i < blocks->len; i++)
    {
      const TdMarkdownBlock *block = g_ptr_array_index (blocks, i);

      child = after ? gtk_widget_get_next_sibling (after) : gtk_widget_get_first_child (column);
      if (!child || !has_shape (child, block) || !update_widget (child, block))
        {
          if (child)
            gtk_box_remove (GTK_BOX (column), child);
          child = create_widget (block);
          set_shape (child, block);
          update_widget (child, block);
          gtk_box_insert_child_after (GTK_BOX (column), child, after);
        }
      gtk_widget_set_margin_top (child, get_gap (block, kind_before, in_item));
      kind_before = td_markdown_block_get_kind (block);
      after = child;
    }
  while ((child =
            after ? gtk_widget_get_next_sibling (after) : gtk_widget_get_first_child (column)))
    gtk_box_remove (GTK_BOX (column), child);
}

/**
 * td_markdown_show_blocks:
 * @column: a box
 * @after: (nullable): the child after which the blocks go; %NULL: at the start
 * @blocks: (element-type TdMarkdownBlock): what to show
 * @kind_before: td_markdown_block_get_kind() of the block above; -1: none
 *
 * Makes the children after @after show the blocks and nothing else. Those that still fit are
 * kept.
 */
void
td_markdown_show_blocks (GtkWidget *column,
                         GtkWidget *after,
                         GPtrArray *blocks,
                         int        kind_before)
{
  show_blocks (column, after, blocks, kind_before, FALSE);
}
