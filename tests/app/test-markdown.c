/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <pango/pango.h>
#include <string.h>

#include "app/hostile-markdown.h"
#include "app/markdown/td-markdown-clean.h"
#include "app/markdown/td-markdown-heal.h"
#include "app/markdown/td-markdown-inline.h"
#include "app/markdown/td-markdown-parse.h"
#include "app/markdown/td-markdown-stream.h"
#include "support/td-test.h"

/* ---- what a piece of Markdown means ---- */

static const struct
{
  const char *name;
  const char *source;
  const char *dump;
} parse_cases[] = {
  { "paragraph", "Hello *big* **wide** ~~old~~ world",
    "paragraph \"Hello <i>big</i> <b>wide</b> <s>old</s> world\"\n" },
  { "escaping", "a < b & c > d \"q\"", "paragraph \"a &lt; b &amp; c &gt; d \\\"q\\\"\"\n" },
  { "html-is-text", "<script>alert(1)</script>\n\nx <b onclick=\"y\">bold</b>\n\n<!-- c -->",
    "paragraph \"&lt;script&gt;alert(1)&lt;/script&gt;\"\n"
    "paragraph \"x &lt;b onclick=\\\"y\\\"&gt;bold&lt;/b&gt;\"\n"
    "paragraph \"&lt;!-- c --&gt;\"\n" },
  { "headings", "# One\n###### Six\nTwo\n---",
    "heading 1 \"One\"\nheading 6 \"Six\"\nheading 2 \"Two\"\n" },
  { "rule", "a\n\n***\n", "paragraph \"a\"\nrule\n" },
  { "breaks", "one\ntwo  \nthree\\\nfour", "paragraph \"one\\ntwo\\nthree\\nfour\"\n" },
  { "entities", "&amp; &lt;b&gt; &copy; &eacute; &#65; &#x42; &#0; &#x1b; &#xd800; &#x110000;",
    "paragraph \"&amp; &lt;b&gt; \\302\\251 &amp;eacute; A B "
    "\\357\\277\\275 \\357\\277\\275 \\357\\277\\275 \\357\\277\\275\"\n" },
  { "code", "```python extra\nif a < b:\n    *x*\n```", "code python \"if a < b:\\n    *x*\"\n" },
  { "code-empty", "```\n```", "code \"\"\n" },
  { "code-indented", "    a\n\n      b", "code \"a\\n\\n  b\"\n" },
  { "code-span", "`a <b> *c*`",
    "paragraph \"<span face=\\\"monospace\\\" size=\\\"95%\\\" bgcolor=\\\"#8080802c\\\">a &lt;b&gt; *c*</span>\"\n" },
  { "quote", "> a\n> > b", "quote\n  paragraph \"a\"\n  quote\n    paragraph \"b\"\n" },
  { "bullets", "- a\n- b\n  - c",
    "list\n  item\n    paragraph \"a\"\n  item\n    paragraph \"b\"\n"
    "    list\n      item\n        paragraph \"c\"\n" },
  { "numbers", "7. a\n7. b\n   1) x\n9. c",
    "list\n  item 7\n    paragraph \"a\"\n  item 8\n    paragraph \"b\"\n"
    "    list\n      item 1\n        paragraph \"x\"\n  item 9\n    paragraph \"c\"\n" },
  { "tasks", "- [ ] a\n- [x] b\n- c",
    "list\n  item open\n    paragraph \"a\"\n  item done\n    paragraph \"b\"\n  item\n    paragraph \"c\"\n" },
  { "item-with-code", "- a\n\n  ```c\n  x;\n  ```",
    "list\n  item\n    paragraph \"a\"\n    code c \"x;\"\n" },
  { "table", "|a|b|c|\n|:-:|--:|---|\n|1|*2*|\n",
    "table of 3\n  cell center \"a\"\n  cell end \"b\"\n  cell \"c\"\n"
    "  cell center \"1\"\n  cell end \"<i>2</i>\"\n  cell \"\"\n" },
  { "definition-shows-nothing", "[a]: https://example.org\n", "" },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parse_cases); i++)
    {
      g_autoptr (GPtrArray) blocks =
        td_markdown_parse (parse_cases[i].source, strlen (parse_cases[i].source));
      g_autofree char *dump = td_markdown_blocks_dump (blocks);

      g_test_message ("%s", parse_cases[i].name);
      g_assert_cmpstr (dump, ==, parse_cases[i].dump);
    }
}

static const struct
{
  const char *source;
  const char *markup;
  gboolean has_link;
} link_cases[] = {
  { "[a](https://x.org/?b=1&c=\"2)",
    "<a href=\"https://x.org/?b=1&amp;c=&quot;2\" title=\"https://x.org/?b=1&amp;amp;c=&amp;quot;2\">a</a>",
    TRUE },
  { "see https://x.org now",
    "see <a href=\"https://x.org\" title=\"https://x.org\">https://x.org</a> now", TRUE },
  { "www.x.org", "<a href=\"http://www.x.org\" title=\"http://www.x.org\">www.x.org</a>", TRUE },
  { "me@x.org", "<a href=\"mailto:me@x.org\" title=\"mailto:me@x.org\">me@x.org</a>", TRUE },
  { "[a](HTTPS://x.org)", "<a href=\"HTTPS://x.org\" title=\"HTTPS://x.org\">a</a>", TRUE },
  { "[a](javascript:alert(1))", "a", FALSE },
  { "[a](file:///etc/passwd)", "a", FALSE },
  { "[a](data:text/html,x)", "a", FALSE },
  { "[a](/relative)", "a", FALSE },
  { "[a](&#106;avascript:x)", "a", FALSE },
  { "[a](http://)", "a", FALSE },
  { "![alt](https://x.org/p.png)",
    "<a href=\"https://x.org/p.png\" title=\"https://x.org/p.png\">alt</a>", TRUE },
  { "[![alt](https://x.org/p.png)](https://y.org)",
    "<a href=\"https://y.org\" title=\"https://y.org\">alt</a>", TRUE },
  { "[a]: https://x.org\n\n[**b**][a]",
    "<a href=\"https://x.org\" title=\"https://x.org\"><b>b</b></a>", TRUE },
};

static void
test_links (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (link_cases); i++)
    {
      g_autoptr (GPtrArray) blocks =
        td_markdown_parse (link_cases[i].source, strlen (link_cases[i].source));
      TdMarkdownBlock *block;

      g_assert_cmpuint (blocks->len, ==, 1);
      block = g_ptr_array_index (blocks, 0);
      g_assert_cmpstr (block->text, ==, link_cases[i].markup);
      g_assert_cmpint (block->has_link, ==, link_cases[i].has_link);
    }
}

/* ---- bytes ---- */

static const struct
{
  const char *bytes;
  const char *text;
} clean_cases[] = {
  { "plain\ttext\n", "plain\ttext\n" },
  { "a\r\nb\rc\n\rd", "a\nb\nc\n\nd" },
  { "\xff\xfe", "\357\277\275\357\277\275" },
  { "a\xc3", "a\357\277\275" },
  { "\xe2\x82z", "\357\277\275\357\277\275z" },
  { "\xed\xa0\x80", "\357\277\275\357\277\275\357\277\275" },
  { "\x1b[31m\x07\x7f", "\357\277\275[31m\357\277\275\357\277\275" },
  { "\xc2\x85x\xc2\xa0y", "\357\277\275x\xc2\xa0y" },
  { "a\xe2\x80\xa8"
    "b\xe2\x80\xa9"
    "c",
    "a\nb\nc" },
  { "h\xc3\xa9 \xf0\x9f\x98\x80 \xe6\xbc\xa2", "h\xc3\xa9 \xf0\x9f\x98\x80 \xe6\xbc\xa2" },
};

static void
test_clean (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (clean_cases); i++)
    for (gsize step = 1; step <= 7; step++)
      {
        TdMarkdownCleaner cleaner = { 0 };
        g_autoptr (GString) out = g_string_new (NULL);
        gsize length = strlen (clean_cases[i].bytes);

        for (gsize at = 0; at < length; at += step)
          td_markdown_cleaner_append (&cleaner, out, clean_cases[i].bytes + at,
                                      MIN (step, length - at));
        td_markdown_cleaner_finish (&cleaner, out);
        g_assert_cmpstr (out->str, ==, clean_cases[i].text);
      }
}

static void
test_clean_nul (void)
{
  TdMarkdownCleaner cleaner = { 0 };
  g_autoptr (GString) out = g_string_new (NULL);

  td_markdown_cleaner_append (&cleaner, out, "a\0b", 3);
  g_assert_cmpstr (out->str, ==, "a\357\277\275b");
}

static void
test_visible (void)
{
  g_autofree char *shown =
    td_markdown_make_visible ("if a\342\200\256b\342\201\246:\342\200\213 x é");

  g_assert_cmpstr (shown, ==, "if a‹U+202E›b‹U+2066›:‹U+200B› x é");
}

static const struct
{
  const char *source;
  const char *healed;
} heal_cases[] = {
  { "see **the man", "see **the man**" },
  { "see **the** man", "see **the** man" },
  { "see **the man*", "see **the man**" },
  { "see **", "see" },
  { "a **b ", "a **b**" },
  { "~~old", "~~old~~" },
  { "use `co", "use `co`" },
  { "use `", "use " },
  { "`a` and **b `c`", "`a` and **b `c`**" },
  { "**a\nplain", "**a\nplain" },
  { "2 \\** 3", "2 \\** 3" },
};

static void
test_heal (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (heal_cases); i++)
    {
      g_autoptr (GString) source = g_string_new (heal_cases[i].source);

      td_markdown_heal (source);
      g_assert_cmpstr (source->str, ==, heal_cases[i].healed);
    }
}

/* ---- the stream ---- */

/* What a view would show: units, each replaced as long as it grows. */
typedef struct
{
  GPtrArray *blocks; /* (element-type TdMarkdownBlock): of the units that are complete */
  GPtrArray *open;   /* (element-type TdMarkdownBlock): of the one that is not */
  guint n_pieces;
  gsize most_blocks; /* in one piece */
  gsize longest;     /* text in one piece */
} Shown;

static void
shown_init (Shown *self)
{
  *self = (Shown) { 0 };
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) td_markdown_block_free);
  self->open = g_ptr_array_new_with_free_func ((GDestroyNotify) td_markdown_block_free);
}

static void
shown_clear (Shown *self)
{
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->open);
}

static gsize
count_blocks (GPtrArray *blocks)
{
  gsize n = 0;

  for (guint i = 0; blocks && i < blocks->len; i++)
    n += 1 + count_blocks (((TdMarkdownBlock *) g_ptr_array_index (blocks, i))->children);
  return n;
}

/* GtkLabel takes links out before Pango sees the markup; so do we. */
static void
assert_markup (const char *markup)
{
  g_autoptr (GRegex) link =
    g_regex_new ("<a href=\"[^\"<>]*\" title=\"[^\"<>]*\">|</a>", 0, 0, NULL);
  g_autofree char *plain = g_regex_replace_literal (link, markup, -1, 0, "", 0, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_utf8_validate (markup, -1, NULL));
  pango_parse_markup (plain, -1, 0, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (markup), <, 60000);
}

static void
check_blocks (GPtrArray *blocks,
              guint      depth)
{
  g_assert_cmpuint (depth, <, 12);
  for (guint i = 0; blocks && i < blocks->len; i++)
    {
      TdMarkdownBlock *block = g_ptr_array_index (blocks, i);

      if (block->text && block->type != TD_MARKDOWN_CODE)
        assert_markup (block->text);
      if (block->type == TD_MARKDOWN_TABLE)
        g_assert_cmpuint (block->children->len % block->n_columns, ==, 0);
      check_blocks (block->children, depth + 1);
    }
}

static void
shown_take (Shown           *self,
            TdMarkdownPiece *piece)
{
  self->n_pieces++;
  self->most_blocks = MAX (self->most_blocks, count_blocks (piece->blocks));
  check_blocks (piece->blocks, 0);
  if (piece->appends)
    {
      TdMarkdownBlock *code = g_ptr_array_index (self->open, 0);
      TdMarkdownBlock *more = g_ptr_array_index (piece->blocks, 0);
      char *text = g_strconcat (code->text, more->text, NULL);

      g_assert_cmpint (code->type, ==, TD_MARKDOWN_CODE);
      g_assert_false (piece->begins);
      g_free (code->text);
      code->text = text;
    }
  else
    {
      g_assert_true (!piece->begins || self->open->len == 0);
      g_ptr_array_set_size (self->open, 0);
      while (piece->blocks->len)
        g_ptr_array_add (self->open, g_ptr_array_steal_index (piece->blocks, 0));
    }
  while (piece->complete && self->open->len)
    g_ptr_array_add (self->blocks, g_ptr_array_steal_index (self->open, 0));
}

static void
shown_read (Shown            *self,
            TdMarkdownStream *stream)
{
  TdMarkdownPiece *piece;

  while ((piece = td_markdown_stream_next (stream)))
    {
      shown_take (self, piece);
      td_markdown_piece_free (piece);
    }
}

/* Lists handed out item by item are one list for CommonMark. */
static void
join_lists (GPtrArray *blocks)
{
  for (guint i = 1; i < blocks->len; i++)
    {
      TdMarkdownBlock *before = g_ptr_array_index (blocks, i - 1);
      TdMarkdownBlock *block = g_ptr_array_index (blocks, i);
      TdMarkdownBlock *last;
      TdMarkdownBlock *first;

      if (before->type != TD_MARKDOWN_LIST || block->type != TD_MARKDOWN_LIST)
        continue;
      last = g_ptr_array_index (before->children, before->children->len - 1);
      first = g_ptr_array_index (block->children, 0);
      if ((last->number < 0) != (first->number < 0) ||
          (last->number >= 0 && first->number != last->number + 1))
        continue;
      while (block->children->len)
        td_markdown_block_add_child (before, g_ptr_array_steal_index (block->children, 0));
      g_ptr_array_remove_index (blocks, i--);
    }
}

static char *
dump_streamed (const char *source,
               gsize       step)
{
  g_autoptr (TdMarkdownStream) stream = td_markdown_stream_new ();
  gsize length = strlen (source);
  char *dump;
  Shown shown;

  shown_init (&shown);
  for (gsize at = 0; at < length; at += step)
    {
      td_markdown_stream_append (stream, source + at, MIN (step, length - at));
      if (step < length)
        shown_read (&shown, stream);
    }
  td_markdown_stream_finish (stream);
  shown_read (&shown, stream);
  g_assert_cmpuint (shown.open->len, ==, 0);
  join_lists (shown.blocks);
  dump = td_markdown_blocks_dump (shown.blocks);
  shown_clear (&shown);
  return dump;
}

static char *
dump_whole (const char *source)
{
  g_autoptr (GPtrArray) blocks = td_markdown_parse (source, strlen (source));

  join_lists (blocks);
  return td_markdown_blocks_dump (blocks);
}

static void
assert_same_streamed (const char *source)
{
  static const gsize steps[] = { 1, 2, 3, 7, 1 << 20 };
  g_autofree char *whole = dump_whole (source);

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *streamed = dump_streamed (source, steps[i]);

      if (!g_str_equal (streamed, whole))
        g_test_message ("in pieces of %" G_GSIZE_FORMAT ":\n%s", steps[i], source);
      g_assert_cmpstr (streamed, ==, whole);
    }
}

static const char *const stream_cases[] = {
  "",
  "\n\n\n",
  "one\n\ntwo\n",
  "# h\ntext\n- a\n- b\n\n1. c\n2. d\n",
  "1. a\n1. b\n1. c\n",
  "3. a\n\n4. b\n\n   more\n5. c\nlazy\n",
  "1. a\n2) b\n",
  "- a\n - b\n  - c\n   - d\n    - e\n",
  "- a\n\n      code\n\n- b\n",
  "-\n  foo\n-\n\n  bar\n",
  "```\ncode\n```\nafter\n",
  "```c\n```",
  "```c\nint a;\n\n\nint b;\n",
  "````\n```\n````\n~~~ x y\nq\n~~~~\n",
  "  ```\n  a\n    b\n ```\n",
  "```a`b\nc\n",
  "- x\n  ```sh\n  ls\n\n  pwd\n  ```\n- y\n```\nz\n```\n",
  "> a\nlazy\n> b\n\n> c\n# h\n",
  "> ```\n> x\n> ```\ny\n",
  "|a|b|\n|-|-|\n|1|2|\n|3|4|\n\nafter\n",
  "text\n|a|b|\n|-|-|\n",
  "head\n===\nhead\n---\ntext\n\n---\n",
  "a\n    b\n\n    c\n\n\n    d\ne\n",
  "para\n2. no list\n* list\n",
  "* * *\n- - -\n___\n",
  "- [ ] a\n- [x] b\n",
  "a\r\nb\r\n\r\nc\r\n",
  "**bold** and `code` and [l](https://x.org)\n",
  "10. a\n    - b\n\n      c\n11. d\n",
};

static void
test_stream (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (stream_cases); i++)
    assert_same_streamed (stream_cases[i]);
}

/* md4c takes a heading under a table for a row of it; GitHub and people do not. */
static void
test_stream_after_table (void)
{
  g_autofree char *dump = dump_streamed ("|a|\n|-|\n|1|\n# h\n", 1);

  g_assert_cmpstr (dump, ==, "table of 1\n  cell \"a\"\n  cell \"1\"\nheading 1 \"h\"\n");
}

static const char *const structure_lines[] = {
  "",
  "",
  "",
  "",
  "text",
  "more *text*",
  "# heading",
  "- item",
  "- other",
  "* star",
  "1. one",
  "2. two",
  "1) paren",
  "  continued",
  "   - inner",
  "    indented",
  "      deeper",
  "> quote",
  "> - quoted item",
  ">",
  "---",
  "===",
  "***",
  "-",
  "1.",
  "  1. inner one",
  "- [ ] task",
  "`code` **bold**",
  " - one space",
  "+",
  "10. ten",
  "     five spaces",
  "lazy",
  "&amp; <b>",
  "#nospace",
  "####### seven",
  "- item\n  ```c\n  a\n\n    b\n  ```",
  "1. item\n\n   ~~~\n   x\n   ~~~",
  "```\n- x\n\n# y\n```",
  "|a|b|\n|-|-|\n|1|2|\n",
};
static const char *const fence_lines[] = {
  "",
  "",
  "text",
  "```",
  "```c",
  "  ```",
  "~~~",
  "~~~~",
  "````",
  "    ```",
  "# heading",
  "    indented",
  "```a`b",
  "``` x",
  "---",
  "   ~~~ y z",
};

/* What md4c gets wrong as a first line. */
static void
test_stream_two_blank_lines (void)
{
  g_autofree char *dump = dump_streamed ("10. ten\n\n\n    more\n", 1);

  g_assert_cmpstr (dump, ==, "list\n  item 10\n    paragraph \"ten\"\n    paragraph \"more\"\n");
}

/* Documents of random lines: cutting them into units must not change what they mean. Code left
 * open in a list or quote, and two empty lines in a row, are not among them: there md4c itself
 * goes astray. */
static void
check_random (const char *const *lines,
              guint              n_kinds)
{
  for (guint round = 0; round < 5000; round++)
    {
      g_autoptr (GString) source = g_string_new (NULL);
      guint n_lines = g_test_rand_int_range (1, 12);
      g_autofree char *whole = NULL;
      g_autofree char *streamed = NULL;

      for (guint i = 0; i < n_lines; i++)
        {
          const char *line = lines[g_test_rand_int_range (0, n_kinds)];

          if (line[0] || !g_str_has_suffix (source->str, "\n\n"))
            g_string_append_printf (source, "%s\n", line);
        }
      whole = dump_whole (source->str);
      streamed = dump_streamed (source->str, g_test_rand_int_range (1, 30));
      if (!g_str_equal (whole, streamed))
        g_test_message ("the document:\n%s", source->str);
      g_assert_cmpstr (streamed, ==, whole);
    }
}

static void
test_stream_random (void)
{
  check_random (structure_lines, G_N_ELEMENTS (structure_lines));
  check_random (fence_lines, G_N_ELEMENTS (fence_lines));
}

/* ---- hostile text ---- */

/* A piece holds so much and no more, however a megabyte comes in. */
static void
check_hostile (const char *name,
               const char *text,
               gsize       step,
               gboolean    plain)
{
  g_autoptr (TdMarkdownStream) stream = td_markdown_stream_new ();
  gsize length = strlen (text);
  Shown shown;

  shown_init (&shown);
  if (plain)
    td_markdown_stream_set_plain (stream);
  for (gsize at = 0; at < length; at += step)
    {
      td_markdown_stream_append (stream, text + at, MIN (step, length - at));
      shown_read (&shown, stream);
    }
  td_markdown_stream_finish (stream);
  shown_read (&shown, stream);
  g_test_message ("%s in pieces of %" G_GSIZE_FORMAT ": %u pieces, at most %" G_GSIZE_FORMAT
                  " blocks",
                  name, step, shown.n_pieces, shown.most_blocks);
  g_assert_cmpuint (shown.most_blocks, <, 2500);
  shown_clear (&shown);
}

static void
test_hostile (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hostile_cases); i++)
    {
      g_autofree char *body = repeat (hostile_cases[i].unit, hostile_cases[i].length);
      g_autofree char *text = g_strconcat (hostile_cases[i].head, body, NULL);

      check_hostile (hostile_cases[i].name, text, strlen (text), FALSE);
      check_hostile (hostile_cases[i].name, text, 4096, FALSE);
      check_hostile (hostile_cases[i].name, text, strlen (text), TRUE);
    }
}

/* A long paragraph in pieces: words stay whole. */
static void
test_plain_words (void)
{
  g_autofree char *text = repeat ("seven letters and ", 20000);
  g_autoptr (TdMarkdownStream) stream = td_markdown_stream_new ();
  g_autoptr (GString) all = g_string_new (NULL);
  guint n_blocks = 0;

  td_markdown_stream_set_plain (stream);
  td_markdown_stream_append (stream, text, strlen (text));
  td_markdown_stream_finish (stream);
  while (TRUE)
    {
      g_autoptr (TdMarkdownPiece) piece = td_markdown_stream_next (stream);

      if (!piece)
        break;
      for (guint i = 0; i < piece->blocks->len; i++)
        {
          const TdMarkdownBlock *block = g_ptr_array_index (piece->blocks, i);

          g_string_append (all, block->text);
          g_assert_true (all->len == strlen (text) || g_str_has_suffix (block->text, " "));
          n_blocks++;
        }
    }
  g_assert_cmpstr (all->str, ==, text);
  g_assert_cmpuint (n_blocks, >=, 10);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/markdown/parse", test_parse);
  g_test_add_func ("/markdown/links", test_links);
  g_test_add_func ("/markdown/clean", test_clean);
  g_test_add_func ("/markdown/clean/nul", test_clean_nul);
  g_test_add_func ("/markdown/visible", test_visible);
  g_test_add_func ("/markdown/heal", test_heal);
  g_test_add_func ("/markdown/stream", test_stream);
  g_test_add_func ("/markdown/stream/after-table", test_stream_after_table);
  g_test_add_func ("/markdown/stream/two-blank-lines", test_stream_two_blank_lines);
  g_test_add_func ("/markdown/stream/random", test_stream_random);
  g_test_add_func ("/markdown/plain-words", test_plain_words);
  g_test_add_func ("/markdown/hostile", test_hostile);
  return g_test_run ();
}
