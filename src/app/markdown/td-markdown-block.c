/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-block.h"

/**
 * td_markdown_block_new:
 * @type: what it is
 *
 * Returns: (transfer full): a block without content
 */
TdMarkdownBlock *
td_markdown_block_new (TdMarkdownType type)
{
  TdMarkdownBlock *self = g_new0 (TdMarkdownBlock, 1);

  self->type = type;
  self->number = -1;
  return self;
}

void
td_markdown_block_free (TdMarkdownBlock *self)
{
  if (!self)
    return;
  g_free (self->text);
  g_free (self->language);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

/**
 * td_markdown_block_add_child:
 * @self: a block that has parts
 * @child: (transfer full): the next of them
 */
void
td_markdown_block_add_child (TdMarkdownBlock *self,
                             TdMarkdownBlock *child)
{
  if (!self->children)
    self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) td_markdown_block_free);
  g_ptr_array_add (self->children, child);
}

/**
 * td_markdown_block_get_kind:
 * @self: a block
 *
 * Returns: its type, and for a list also which sort of list: what decides how blocks are set
 *   apart from each other
 */
int
td_markdown_block_get_kind (const TdMarkdownBlock *self)
{
  const TdMarkdownBlock *item =
    self->children && self->children->len ? g_ptr_array_index (self->children, 0) : NULL;

  if (self->type != TD_MARKDOWN_LIST || !item)
    return (int) self->type;
  return (int) self->type + 16 * (item->number >= 0) + 32 * (item->task != TD_MARKDOWN_TASK_NONE);
}

static void
dump_quoted (GString    *out,
             const char *text)
{
  g_autofree char *quoted = g_strescape (text ? text : "", NULL);

  g_string_append_printf (out, " \"%s\"", quoted);
}

static void
dump_block (const TdMarkdownBlock *self,
            guint                  depth,
            GString               *out)
{
  static const char *const names[] = {
    "paragraph",
    "heading",
    "code",
    "quote",
    "list",
    "item",
    "table",
    "cell",
    "rule",
  };
  static const char *const aligns[] = { "", " center", " end" };
  static const char *const tasks[] = { "", " open", " done" };

  g_string_append_printf (out, "%*s%s", (int) depth * 2, "", names[self->type]);
  if (self->level)
    g_string_append_printf (out, " %u", self->level);
  if (self->n_columns)
    g_string_append_printf (out, " of %u", self->n_columns);
  if (self->number >= 0)
    g_string_append_printf (out, " %" G_GINT64_FORMAT, self->number);
  if (self->language)
    g_string_append_printf (out, " %s", self->language);
  g_string_append_printf (out, "%s%s", aligns[self->align], tasks[self->task]);
  if (self->continues)
    g_string_append (out, " continued");
  if (self->text)
    dump_quoted (out, self->text);
  g_string_append_c (out, '\n');
  for (guint i = 0; self->children && i < self->children->len; i++)
    dump_block (g_ptr_array_index (self->children, i), depth + 1, out);
}

/**
 * td_markdown_blocks_dump:
 * @blocks: (element-type TdMarkdownBlock): blocks
 *
 * The blocks as text, a line each, for tests and debugging.
 *
 * Returns: (transfer full): the text
 */
char *
td_markdown_blocks_dump (GPtrArray *blocks)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < blocks->len; i++)
    dump_block (g_ptr_array_index (blocks, i), 0, out);
  return g_string_free (out, FALSE);
}
