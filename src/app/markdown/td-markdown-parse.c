/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-parse.h"

#include <md4c.h>
#include <string.h>

#include "app/markdown/td-markdown-inline.h"

/*
 * From md4c's events to a tree of blocks. Nesting is kept up to MAX_DEPTH: what is deeper is
 * shown at that depth, because every level is boxes in boxes for the layout.
 */
#define MAX_DEPTH 8

/* Raw HTML stays text: nothing of it is ever interpreted. */
#define FLAGS (MD_DIALECT_GITHUB | MD_FLAG_NOHTML)

typedef struct
{
  GPtrArray *blocks;       /* (element-type TdMarkdownBlock): the top level */
  GPtrArray *open;         /* (element-type TdMarkdownBlock) (transfer none): from the outside in */
  guint too_deep;          /* containers entered beyond MAX_DEPTH, not in @open */
  TdMarkdownBlock *leaf;   /* (owned) (nullable): takes text now */
  TdMarkdownInline *text;  /* (owned) */
  GString *code;           /* (owned) (nullable): the text of a code block */
  gint64 next_number;      /* of the list that is open; -1: bullets */
  GArray *numbers;         /* (element-type gint64): next_number of the lists around it */
} Parser;

static void
add_block (Parser          *self,
           TdMarkdownBlock *block)
{
  if (self->open->len)
    td_markdown_block_add_child (g_ptr_array_index (self->open, self->open->len - 1), block);
  else
    g_ptr_array_add (self->blocks, block);
}

static void
end_leaf (Parser *self)
{
  TdMarkdownBlock *leaf = g_steal_pointer (&self->leaf);

  if (!leaf)
    return;
  leaf->text = td_markdown_inline_steal (self->text, &leaf->has_link);
  if (leaf->text[0] == '\0' && leaf->type == TD_MARKDOWN_PARAGRAPH)
    td_markdown_block_free (leaf);
  else
    add_block (self, leaf);
}

static void
begin_leaf (Parser         *self,
            TdMarkdownType  type)
{
  end_leaf (self);
  self->leaf = td_markdown_block_new (type);
}

/* A paragraph too long for one label goes on in another; a table's cell cannot, and ends here. */
static void
full_cb (TdMarkdownInline *text,
         gpointer          user_data)
{
  Parser *self = user_data;
  gboolean has_link = FALSE;

  if (self->leaf && self->leaf->type == TD_MARKDOWN_CELL)
    {
      g_autofree char *markup = td_markdown_inline_steal (text, &has_link);

      if (!self->leaf->text)
        self->leaf->text = g_strconcat (markup, "…", NULL);
      return;
    }
  end_leaf (self);
  begin_leaf (self, TD_MARKDOWN_PARAGRAPH);
  self->leaf->continues = TRUE;
}

/* Also when it is too deep to be kept: leave_container() balances. */
static void
enter_container (Parser         *self,
                 TdMarkdownType  type)
{
  TdMarkdownBlock *block;

  end_leaf (self);
  if (self->open->len >= MAX_DEPTH)
    {
      self->too_deep++;
      return;
    }
  block = td_markdown_block_new (type);
  add_block (self, block);
  g_ptr_array_add (self->open, block);
}

static void
leave_container (Parser *self)
{
  end_leaf (self);
  if (self->too_deep)
    self->too_deep--;
  else
    g_ptr_array_set_size (self->open, self->open->len - 1);
}

/* Tables hold no containers, so they are kept at any depth. */
static void
enter_table (Parser                      *self,
             const MD_BLOCK_TABLE_DETAIL *detail)
{
  TdMarkdownBlock *block = td_markdown_block_new (TD_MARKDOWN_TABLE);

  end_leaf (self);
  block->n_columns = detail->col_count;
  add_block (self, block);
  g_ptr_array_add (self->open, block);
}

static void
leave_table (Parser *self)
{
  g_ptr_array_set_size (self->open, self->open->len - 1);
}

static void
enter_item (Parser                   *self,
            const MD_BLOCK_LI_DETAIL *detail)
{
  gint64 number = self->next_number;
  TdMarkdownBlock *item;

  if (number >= 0)
    self->next_number++;
  enter_container (self, TD_MARKDOWN_ITEM);
  if (self->too_deep)
    return;
  item = g_ptr_array_index (self->open, self->open->len - 1);
  item->number = number;
  if (detail->is_task)
    item->task = detail->task_mark == ' ' ? TD_MARKDOWN_TASK_OPEN : TD_MARKDOWN_TASK_DONE;
}

static void
enter_list (Parser *self,
            gint64  start,
            char    delimiter)
{
  g_array_append_val (self->numbers, self->next_number);
  self->next_number = start;
  enter_container (self, TD_MARKDOWN_LIST);
  if (!self->too_deep)
    ((TdMarkdownBlock *) g_ptr_array_index (self->open, self->open->len - 1))->delimiter =
      delimiter;
}

static void
leave_list (Parser *self)
{
  self->next_number = g_array_index (self->numbers, gint64, self->numbers->len - 1);
  g_array_set_size (self->numbers, self->numbers->len - 1);
  leave_container (self);
}

static char *
attribute_to_text (const MD_ATTRIBUTE *attribute)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; attribute->text && attribute->substr_offsets[i] < attribute->size; i++)
    {
      const char *part = attribute->text + attribute->substr_offsets[i];
      gsize length = attribute->substr_offsets[i + 1] - attribute->substr_offsets[i];

      if (attribute->substr_types[i] == MD_TEXT_ENTITY)
        {
          g_autofree char *character = td_markdown_entity_to_text (part, length);

          g_string_append (out, character);
        }
      else
        g_string_append_len (out, part, length);
    }
  return g_string_free (out, FALSE);
}

static void
enter_code (Parser                     *self,
            const MD_BLOCK_CODE_DETAIL *detail)
{
  g_autofree char *language = attribute_to_text (&detail->lang);

  begin_leaf (self, TD_MARKDOWN_CODE);
  if (language[0])
    self->leaf->language = g_steal_pointer (&language);
  self->code = g_string_new (NULL);
}

static void
leave_code (Parser *self)
{
  TdMarkdownBlock *leaf = g_steal_pointer (&self->leaf);

  if (self->code->len && self->code->str[self->code->len - 1] == '\n')
    g_string_truncate (self->code, self->code->len - 1);
  leaf->text = g_string_free (g_steal_pointer (&self->code), FALSE);
  add_block (self, leaf);
}

static void
enter_cell (Parser                   *self,
            const MD_BLOCK_TD_DETAIL *detail)
{
  begin_leaf (self, TD_MARKDOWN_CELL);
  if (detail->align == MD_ALIGN_CENTER)
    self->leaf->align = TD_MARKDOWN_ALIGN_CENTER;
  else if (detail->align == MD_ALIGN_RIGHT)
    self->leaf->align = TD_MARKDOWN_ALIGN_END;
}

static void
leave_cell (Parser *self)
{
  TdMarkdownBlock *leaf = g_steal_pointer (&self->leaf);
  g_autofree char *markup = td_markdown_inline_steal (self->text, &leaf->has_link);

  if (!leaf->text)
    leaf->text = g_steal_pointer (&markup);
  add_block (self, leaf);
}

static int
enter_block_cb (MD_BLOCKTYPE  type,
                void         *detail,
                void         *user_data)
{
  Parser *self = user_data;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
      enter_container (self, TD_MARKDOWN_QUOTE);
      break;
    case MD_BLOCK_UL:
      enter_list (self, -1, '\0');
      break;
    case MD_BLOCK_OL:
      enter_list (self, ((MD_BLOCK_OL_DETAIL *) detail)->start,
                  ((MD_BLOCK_OL_DETAIL *) detail)->mark_delimiter);
      break;
    case MD_BLOCK_LI:
      enter_item (self, detail);
      break;
    case MD_BLOCK_HR:
      end_leaf (self);
      add_block (self, td_markdown_block_new (TD_MARKDOWN_RULE));
      break;
    case MD_BLOCK_H:
      begin_leaf (self, TD_MARKDOWN_HEADING);
      self->leaf->level = ((MD_BLOCK_H_DETAIL *) detail)->level;
      break;
    case MD_BLOCK_CODE:
      enter_code (self, detail);
      break;
    case MD_BLOCK_P:
      begin_leaf (self, TD_MARKDOWN_PARAGRAPH);
      break;
    case MD_BLOCK_TABLE:
      enter_table (self, detail);
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      enter_cell (self, detail);
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    default:
      break;
    }
  return 0;
}

static int
leave_block_cb (MD_BLOCKTYPE  type,
                void         *detail,
                void         *user_data)
{
  Parser *self = user_data;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_LI:
      leave_container (self);
      break;
    case MD_BLOCK_TABLE:
      leave_table (self);
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      leave_list (self);
      break;
    case MD_BLOCK_CODE:
      leave_code (self);
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      leave_cell (self);
      break;
    case MD_BLOCK_H:
    case MD_BLOCK_P:
      end_leaf (self);
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
    case MD_BLOCK_HR:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    default:
      break;
    }
  return 0;
}

/* In a tight list the text stands in the item itself, without a paragraph around it. */
static void
ensure_leaf (Parser *self)
{
  if (!self->leaf)
    begin_leaf (self, TD_MARKDOWN_PARAGRAPH);
}

static int
enter_span_cb (MD_SPANTYPE  type,
               void        *detail,
               void        *user_data)
{
  Parser *self = user_data;
  g_autofree char *href = NULL;

  ensure_leaf (self);
  switch (type)
    {
    case MD_SPAN_A:
      href = attribute_to_text (&((MD_SPAN_A_DETAIL *) detail)->href);
      td_markdown_inline_open (self->text, TD_MARKDOWN_SPAN_LINK, href);
      break;
    case MD_SPAN_IMG:
      /* A picture from a stranger's server is not fetched: a link says where it is. */
      href = attribute_to_text (&((MD_SPAN_IMG_DETAIL *) detail)->src);
      td_markdown_inline_open (self->text, TD_MARKDOWN_SPAN_LINK, href);
      break;
    case MD_SPAN_STRONG:
      td_markdown_inline_open (self->text, TD_MARKDOWN_SPAN_STRONG, NULL);
      break;
    case MD_SPAN_CODE:
      td_markdown_inline_open (self->text, TD_MARKDOWN_SPAN_CODE, NULL);
      break;
    case MD_SPAN_DEL:
      td_markdown_inline_open (self->text, TD_MARKDOWN_SPAN_STRIKE, NULL);
      break;
    case MD_SPAN_EM:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK:
    case MD_SPAN_U:
    default:
      td_markdown_inline_open (self->text, TD_MARKDOWN_SPAN_EMPHASIS, NULL);
      break;
    }
  return 0;
}

static int
leave_span_cb (MD_SPANTYPE  type,
               void        *detail,
               void        *user_data)
{
  td_markdown_inline_close (((Parser *) user_data)->text);
  return 0;
}

static int
text_cb (MD_TEXTTYPE    type,
         const MD_CHAR *text,
         MD_SIZE        size,
         void          *user_data)
{
  Parser *self = user_data;

  if (self->code)
    {
      g_string_append_len (self->code, text, size);
      return 0;
    }
  ensure_leaf (self);
  switch (type)
    {
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR:
      /* Models break lines where they mean it, so a soft break is kept. */
      td_markdown_inline_text (self->text, "\n", 1);
      break;
    case MD_TEXT_ENTITY:
      td_markdown_inline_entity (self->text, text, size);
      break;
    case MD_TEXT_NULLCHAR:
      td_markdown_inline_text (self->text, "\357\277\275", 3);
      break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
    default:
      td_markdown_inline_text (self->text, text, size);
      break;
    }
  return 0;
}

/**
 * td_markdown_parse:
 * @text: (array length=length): Markdown in valid UTF-8
 * @length: its length in bytes
 *
 * Parses a piece of Markdown as a whole: CommonMark with tables, strikethrough, task lists and
 * bare links.
 *
 * Returns: (transfer full) (element-type TdMarkdownBlock): the blocks in order
 */
GPtrArray *
td_markdown_parse (const char *text,
                   gsize       length)
{
  static const MD_PARSER callbacks = {
    .flags = FLAGS,
    .enter_block = enter_block_cb,
    .leave_block = leave_block_cb,
    .enter_span = enter_span_cb,
    .leave_span = leave_span_cb,
    .text = text_cb,
  };
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  Parser self = {
    .blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) td_markdown_block_free),
    .open = open,
    .numbers = numbers,
    .next_number = -1,
  };

  self.text = td_markdown_inline_new (full_cb, &self);
  if (md_parse (text, length, &callbacks, &self) != 0)
    g_debug ("md4c gave up on %" G_GSIZE_FORMAT " bytes", length);
  end_leaf (&self);
  if (self.code)
    g_string_free (self.code, TRUE);
  td_markdown_inline_free (self.text);
  return self.blocks;
}
