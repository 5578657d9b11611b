/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-markdown-inline.h"

#include <string.h>

/* Spans nested deeper than this are read by nobody and cost Pango time that grows with their square. */
#define MAX_DEPTH 12
#define MAX_HREF  2000
/* The time Pango takes for a word longer than a line grows with the square of its length. */
#define MAX_UNBROKEN 600

typedef struct
{
  TdMarkdownSpan span;
  char *href; /* (nullable): only of a link that may be followed */
} OpenSpan;

struct _TdMarkdownInline
{
  TdMarkdownInlineFullFunc full;
  gpointer user_data;
  GString *markup;
  GArray *open;    /* (element-type OpenSpan) */
  guint too_deep;  /* spans opened beyond MAX_DEPTH, not in @open */
  gsize length;    /* bytes of text in @markup */
  gsize unbroken;  /* bytes since the last place where a line may break */
  guint lines;     /* line breaks in @markup */
  gboolean has_link;
};

static void
open_span_clear (gpointer data)
{
  g_free (((OpenSpan *) data)->href);
}

/**
 * td_markdown_inline_new:
 * @full: called when a label's worth of text is there and more follows
 * @user_data: data for @full
 *
 * Returns: (transfer full): a builder without text
 */
TdMarkdownInline *
td_markdown_inline_new (TdMarkdownInlineFullFunc full,
                        gpointer                 user_data)
{
  TdMarkdownInline *self = g_new0 (TdMarkdownInline, 1);

  self->full = full;
  self->user_data = user_data;
  self->markup = g_string_new (NULL);
  self->open = g_array_new (FALSE, FALSE, sizeof (OpenSpan));
  g_array_set_clear_func (self->open, open_span_clear);
  return self;
}

void
td_markdown_inline_free (TdMarkdownInline *self)
{
  g_string_free (self->markup, TRUE);
  g_array_unref (self->open);
  g_free (self);
}

/**
 * td_markdown_link_is_safe:
 * @href: an address from a stranger
 *
 * Returns: whether a click may open it: web and mail only, never a file, a script or a program
 */
gboolean
td_markdown_link_is_safe (const char *href)
{
  static const char *const schemes[] = { "http://", "https://", "mailto:" };

  if (strlen (href) > MAX_HREF)
    return FALSE;
  for (const char *p = href; *p; p++)
    if (g_ascii_iscntrl (*p) || *p == ' ')
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (href, schemes[i], strlen (schemes[i])) == 0)
      return href[strlen (schemes[i])] != '\0';
  return FALSE;
}

static void
write_open (TdMarkdownInline *self,
            const OpenSpan   *span)
{
  switch (span->span)
    {
    case TD_MARKDOWN_SPAN_EMPHASIS:
      g_string_append (self->markup, "<i>");
      break;
    case TD_MARKDOWN_SPAN_STRONG:
      g_string_append (self->markup, "<b>");
      break;
    case TD_MARKDOWN_SPAN_STRIKE:
      g_string_append (self->markup, "<s>");
      break;
    case TD_MARKDOWN_SPAN_CODE:
      /* A style class cannot reach inside a label; this grey is right on light and dark alike. */
      g_string_append (self->markup,
                       "<span face=\"monospace\" size=\"95%\" bgcolor=\"#8080802c\">");
      break;
    case TD_MARKDOWN_SPAN_LINK:
      if (span->href)
        {
          g_autofree char *escaped = g_markup_escape_text (span->href, -1);
          g_autofree char *twice = g_markup_escape_text (escaped, -1);

          /* The title is the tooltip, and markup itself: it shows where the link really leads. */
          g_string_append_printf (self->markup, "<a href=\"%s\" title=\"%s\">", escaped, twice);
        }
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
write_close (TdMarkdownInline *self,
             const OpenSpan   *span)
{
  static const char *const tags[] = { "</i>", "</b>", "</s>", "</span>", "</a>" };

  if (span->span != TD_MARKDOWN_SPAN_LINK || span->href)
    g_string_append (self->markup, tags[span->span]);
}

static gboolean
is_in_link (TdMarkdownInline *self)
{
  for (guint i = 0; i < self->open->len; i++)
    if (g_array_index (self->open, OpenSpan, i).href)
      return TRUE;
  return FALSE;
}

/**
 * td_markdown_inline_open:
 * @self: the builder
 * @span: what begins
 * @href: (nullable): where a link leads; one that is not safe is shown as plain text
 */
void
td_markdown_inline_open (TdMarkdownInline *self,
                         TdMarkdownSpan    span,
                         const char       *href)
{
  OpenSpan open = { span, NULL };

  if (self->open->len == MAX_DEPTH)
    {
      self->too_deep++;
      return;
    }
  if (href && td_markdown_link_is_safe (href) && !is_in_link (self))
    {
      open.href = g_strdup (href);
      self->has_link = TRUE;
    }
  g_array_append_val (self->open, open);
  write_open (self, &open);
}

/**
 * td_markdown_inline_close:
 * @self: the builder
 *
 * Ends the span opened last.
 */
void
td_markdown_inline_close (TdMarkdownInline *self)
{
  if (self->too_deep)
    {
      self->too_deep--;
      return;
    }
  g_return_if_fail (self->open->len > 0);
  write_close (self, &g_array_index (self->open, OpenSpan, self->open->len - 1));
  g_array_set_size (self->open, self->open->len - 1);
}

/* The label is full: hands it out, and opens again what was open. */
static void
start_next (TdMarkdownInline *self)
{
  for (guint i = self->open->len; i > 0; i--)
    write_close (self, &g_array_index (self->open, OpenSpan, i - 1));
  self->full (self, self->user_data);
  for (guint i = 0; i < self->open->len; i++)
    {
      write_open (self, &g_array_index (self->open, OpenSpan, i));
      self->has_link |= g_array_index (self->open, OpenSpan, i).href != NULL;
    }
}

/* Where to cut: at a space if there is one not far back, never inside a character. */
static gsize
find_cut (const char *text,
          gsize       room)
{
  gsize cut = room;

  for (gsize i = room; i > 0 && i + 400 > room; i--)
    if (text[i - 1] == ' ')
      return i;
  while (cut > 0 && ((guchar) text[cut] & 0xc0) == 0x80)
    cut--;
  return cut;
}

static void
append_escaped (TdMarkdownInline *self,
                const char       *text,
                gsize             length)
{
  const char *end = text + length;

  for (const char *p = text; p < end; p++)
    switch (*p)
      {
      case '&':
        g_string_append (self->markup, "&amp;");
        break;
      case '<':
        g_string_append (self->markup, "&lt;");
        break;
      case '>':
        g_string_append (self->markup, "&gt;");
        break;
      default:
        /* U+202D and U+202E turn the text around to make it read as something else. */
        if (end - p >= 3 && p[0] == '\342' && p[1] == '\200' && (p[2] == '\255' || p[2] == '\256'))
          p += 2;
        else
          g_string_append_c (self->markup, *p);
      }
  self->length += length;
}

static gboolean
can_break_at (guchar c)
{
  /* From 0xe3 on: most of what is written without spaces, and pictures. */
  return c == ' ' || c == '\t' || c >= 0xe3;
}

/* How much of the text goes into this label. */
static gsize
find_part (TdMarkdownInline *self,
           const char       *text,
           gsize             length)
{
  gsize room = TD_MARKDOWN_MAX_TEXT > self->length ? TD_MARKDOWN_MAX_TEXT - self->length : 0;
  gsize limit = MIN (length, room);

  for (gsize i = 0; i < limit; i++)
    {
      self->unbroken = can_break_at ((guchar) text[i]) ? 0 : self->unbroken + 1;
      if (self->unbroken > MAX_UNBROKEN && ((guchar) text[i] & 0xc0) != 0x80)
        return i;
    }
  return length <= room ? length : find_cut (text, room);
}

/**
 * td_markdown_inline_text:
 * @self: the builder
 * @text: (array length=length): valid UTF-8
 * @length: its length in bytes
 */
void
td_markdown_inline_text (TdMarkdownInline *self,
                         const char       *text,
                         gsize             length)
{
  if (length == 1 && *text == '\n')
    {
      self->unbroken = 0;
      if (++self->lines >= TD_MARKDOWN_MAX_LINES)
        {
          start_next (self);
          return;
        }
    }
  while (length > 0)
    {
      gsize part = find_part (self, text, length);

      append_escaped (self, text, part);
      text += part;
      length -= part;
      if (length > 0)
        start_next (self);
    }
}

/**
 * td_markdown_inline_entity:
 * @self: the builder
 * @text: (array length=length): an entity as it stands in the source
 * @length: its length in bytes
 */
void
td_markdown_inline_entity (TdMarkdownInline *self,
                           const char       *text,
                           gsize             length)
{
  g_autofree char *character = td_markdown_entity_to_text (text, length);

  td_markdown_inline_text (self, character, strlen (character));
}

gboolean
td_markdown_inline_is_empty (TdMarkdownInline *self)
{
  return self->length == 0;
}

/**
 * td_markdown_inline_steal:
 * @self: the builder
 * @has_link: (out) (optional): whether there is something to activate in it
 *
 * Returns: (transfer full): the markup so far; the builder starts anew
 */
char *
td_markdown_inline_steal (TdMarkdownInline *self,
                          gboolean         *has_link)
{
  char *markup = g_strdup (self->markup->str);

  if (has_link)
    *has_link = self->has_link;
  g_string_truncate (self->markup, 0);
  self->length = 0;
  self->lines = 0;
  self->unbroken = 0;
  self->has_link = FALSE;
  return markup;
}
