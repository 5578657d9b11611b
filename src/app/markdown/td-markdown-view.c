/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-view.h"

#include <string.h>

#include "app/markdown/td-code-block.h"
#include "app/markdown/td-column.h"
#include "app/markdown/td-markdown-stream.h"
#include "app/markdown/td-markdown-widget.h"

/*
 * Units become widgets in boxes of CHUNK children: a change in one box makes GTK look at that
 * box and at the list of boxes again, not at every widget of the document.
 */
#define CHUNK 32
/* What is shown anew in one frame: about so many bytes, a block counting as BLOCK_BYTES.
 * Laying it out is what takes the time, and that comes later in the frame. */
#define FRAME_BYTES 5000
#define BLOCK_BYTES 200
/* A document with more blocks than this goes on as plain text: every block is a widget. */
#define MAX_BLOCKS 4000

struct _TdMarkdownView
{
  GtkWidget parent_instance;

  TdMarkdownStream *stream; /* (owned) */
  GtkWidget *boxes;         /* (unowned): the column of boxes */
  GtkWidget *box;           /* (unowned) (nullable): the last of them */
  GtkWidget *before;        /* (unowned) (nullable): in that box, the last child that is complete */
  guint n_in_box;           /* complete children of the box */
  guint n_blocks;           /* complete blocks in all */
  int kind_before;          /* of the last complete block; -1: none */
  guint tick_id;            /* set while there is something to show */
};

G_DEFINE_FINAL_TYPE (TdMarkdownView, td_markdown_view, GTK_TYPE_WIDGET)

static void
begin_box (TdMarkdownView *self)
{
  self->box = td_column_new (TRUE);
  self->before = NULL;
  self->n_in_box = 0;
  gtk_box_append (GTK_BOX (self->boxes), self->box);
}

static void
complete_unit (TdMarkdownView  *self,
               TdMarkdownPiece *piece)
{
  guint n = piece->blocks->len;

  self->before = gtk_widget_get_last_child (self->box);
  self->n_in_box += n;
  self->n_blocks += n;
  if (n)
    self->kind_before = td_markdown_block_get_kind (g_ptr_array_index (piece->blocks, n - 1));
  if (self->n_blocks > MAX_BLOCKS)
    td_markdown_stream_set_plain (self->stream);
}

static void
show_piece (TdMarkdownView  *self,
            TdMarkdownPiece *piece)
{
  if (piece->begins && (!self->box || self->n_in_box >= CHUNK))
    begin_box (self);
  if (piece->appends)
    {
      const TdMarkdownBlock *code = g_ptr_array_index (piece->blocks, 0);

      td_code_block_append (TD_CODE_BLOCK (gtk_widget_get_last_child (self->box)), code->text);
    }
  else
    td_markdown_show_blocks (self->box, self->before, piece->blocks, self->kind_before);
  if (piece->complete)
    complete_unit (self, piece);
}

static gsize
count_bytes (GPtrArray *blocks)
{
  gsize n = 0;

  for (guint i = 0; blocks && i < blocks->len; i++)
    {
      const TdMarkdownBlock *block = g_ptr_array_index (blocks, i);

      n += BLOCK_BYTES + (block->text ? strlen (block->text) : 0) + count_bytes (block->children);
    }
  return n;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  TdMarkdownView *self = TD_MARKDOWN_VIEW (widget);

  for (gsize n_bytes = 0; n_bytes < FRAME_BYTES;)
    {
      g_autoptr (TdMarkdownPiece) piece = td_markdown_stream_next (self->stream);

      if (!piece)
        {
          self->tick_id = 0;
          return G_SOURCE_REMOVE;
        }
      show_piece (self, piece);
      n_bytes += count_bytes (piece->blocks);
    }
  return G_SOURCE_CONTINUE;
}

static void
queue_show (TdMarkdownView *self)
{
  if (!self->tick_id)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
td_markdown_view_dispose (GObject *object)
{
  TdMarkdownView *self = TD_MARKDOWN_VIEW (object);

  if (self->tick_id)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_pointer (&self->boxes, gtk_widget_unparent);
  g_clear_pointer (&self->stream, td_markdown_stream_free);
  G_OBJECT_CLASS (td_markdown_view_parent_class)->dispose (object);
}

static void
td_markdown_view_class_init (TdMarkdownViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_markdown_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "markdown");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
td_markdown_view_init (TdMarkdownView *self)
{
  self->stream = td_markdown_stream_new ();
  self->boxes = td_column_new (TRUE);
  self->kind_before = -1;
  gtk_widget_set_parent (self->boxes, GTK_WIDGET (self));
}

/**
 * td_markdown_view_new:
 *
 * Returns: (transfer floating): a view without text
 */
GtkWidget *
td_markdown_view_new (void)
{
  return g_object_new (TD_TYPE_MARKDOWN_VIEW, NULL);
}

/**
 * td_markdown_view_set_plain:
 * @self: a view without text
 *
 * What is appended is no Markdown and is shown as it stands.
 */
void
td_markdown_view_set_plain (TdMarkdownView *self)
{
  g_return_if_fail (TD_IS_MARKDOWN_VIEW (self));

  td_markdown_stream_set_plain (self->stream);
}

/**
 * td_markdown_view_append:
 * @self: the view
 * @text: (array length=length): what came; any bytes, cut anywhere
 * @length: how many
 */
void
td_markdown_view_append (TdMarkdownView *self,
                         const char     *text,
                         gsize           length)
{
  g_return_if_fail (TD_IS_MARKDOWN_VIEW (self));

  td_markdown_stream_append (self->stream, text, length);
  queue_show (self);
}

/**
 * td_markdown_view_finish:
 * @self: the view
 *
 * Nothing more comes.
 */
void
td_markdown_view_finish (TdMarkdownView *self)
{
  g_return_if_fail (TD_IS_MARKDOWN_VIEW (self));

  td_markdown_stream_finish (self->stream);
  queue_show (self);
}

/**
 * td_markdown_view_is_up_to_date:
 * @self: the view
 *
 * Returns: whether all that came is shown
 */
gboolean
td_markdown_view_is_up_to_date (TdMarkdownView *self)
{
  g_return_val_if_fail (TD_IS_MARKDOWN_VIEW (self), TRUE);

  return self->tick_id == 0;
}
