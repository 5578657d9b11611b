/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Text that somebody might send to make a program hang, each a pattern repeated. */

static inline char *
repeat (const char *unit,
        gsize       length)
{
  GString *out = g_string_sized_new (length + 64);

  while (out->len < length)
    g_string_append (out, unit);
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *name;
  const char *head;
  const char *unit;
  gsize length;
} hostile_cases[] = {
  { "one line", "", "a", 1 << 20 },
  { "one line of words", "", "word ", 1 << 20 },
  { "wide characters", "", "\xe6\xbc\xa2", 1 << 20 },
  { "empty lines", "", "\n", 1 << 20 },
  { "short lines", "", "a\n", 1 << 19 },
  { "headings", "", "# x\n", 1 << 19 },
  { "rules", "", "***\n", 1 << 19 },
  { "nested quotes", "", "> ", 1 << 18 },
  { "nested quotes, many lines", "", ">>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>>> a\n", 1 << 18 },
  { "nested lists", "", "- ", 1 << 18 },
  { "nested lists, many lines", "", "- - - - - - - - - - - - - - - - a\n", 1 << 18 },
  { "growing indent", "- a\n",
    "  - b\n    - c\n      - d\n        - e\n          - f\n            - g\n", 1 << 19 },
  { "one endless item", "- a\n", "  b\n\n", 1 << 19 },
  { "code in an endless item", "- a\n  ```\n", "  b\n", 1 << 19 },
  { "endless code", "```c\n", "int x;\n", 1 << 20 },
  { "endless line of code", "```c\n", "x", 1 << 20 },
  { "emphasis", "", "*a **b ", 1 << 18 },
  { "emphasis openers", "", "*a_ ", 1 << 18 },
  { "stars", "", "*", 1 << 18 },
  { "underscores", "", "a__", 1 << 18 },
  { "backticks", "", "`a``b```c````", 1 << 18 },
  { "brackets", "", "[", 1 << 18 },
  { "links", "", "[a](", 1 << 18 },
  { "link openers", "", "[a](<b", 1 << 18 },
  { "images", "", "![", 1 << 18 },
  { "definitions", "", "[a]: https://x.org\n[a][a] ", 1 << 18 },
  { "entities", "", "&#x3c;&lt;&unknown;", 1 << 18 },
  { "tags", "", "<a><!--<![CDATA[<?", 1 << 18 },
  { "addresses", "", "https://a.b/c?d=e&f=<g> www.h.i j@k.l ", 1 << 18 },
  { "table rows", "|a|b|\n|-|-|\n", "|1|2|\n", 1 << 19 },
  { "table columns", "|a|b|\n|-|-|\n", "|1", 1 << 18 },
  { "pipes", "", "|", 1 << 18 },
  { "table rules", "", "|-", 1 << 18 },
  { "cell", "|a|\n|-|\n|", "word ", 1 << 18 },
  { "marks", "a", "\xcc\x81", 1 << 18 },
  { "turned around", "",
    "\xe2\x80\xae"
    "abc\xe2\x80\xac\xe2\x81\xa6\xe2\x80\x8b ",
    1 << 18 },
  { "no characters", "", "\xff\xc3\x28\xa0\xa1\xed\xa0\x80\xf8\x88 ", 1 << 18 },
  { "controls", "", "\x01\x1b[2J\x7f\r\x0c\t", 1 << 18 },
};
