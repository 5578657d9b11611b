/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The grammar of td-json-read: one pass over a private, writable, valid UTF-8 copy of the text.
 *
 * Strings and numbers stay where they are: a string is unescaped in place, which never makes it
 * longer, and ends on its own closing quote; a number is moved one byte to the left, over
 * the byte that was read before it, to make room for its end. Values wait on a stack until their
 * container closes and then move into the document together. The containers that are open are
 * frames on the same stack, so nesting costs no recursion.
 */
#include "config.h"

#include "base/td-json-private.h"

#include <string.h>

#define INLINE_VALUES 128
/* Bounds the memory a small text can ask for: "[[],[],…" is five times larger parsed. */
#define MAX_VALUES (4 * 1024 * 1024)
#define NO_FRAME   G_MAXUINT32

#define REPLACEMENT 0xfffd

typedef struct
{
  TdJsonDoc *doc;
  char *p;
  const char *end; /* eight zero bytes follow */

  TdJson *stack; /* a frame, then what is in it so far, then perhaps the next frame */
  guint32 top;
  guint32 capacity;
  guint32
    frame; /* the innermost open container, whose text is not used and whose length is its parent */
  guint depth;
  guint max_depth;
  gsize n_values;

  TdJsonError code;
  const char *problem;

  TdJson inline_stack[INLINE_VALUES];
} Parser;

/* The end of the text is a different trouble from a wrong byte in it. */
static gboolean
fail (Parser     *self,
      const char *problem)
{
  self->code = self->p >= self->end ? TD_JSON_ERROR_TRUNCATED : TD_JSON_ERROR_SYNTAX;
  self->problem = problem;
  return FALSE;
}

static gboolean
fail_limit (Parser      *self,
            TdJsonError  code,
            const char  *problem)
{
  self->code = code;
  self->problem = problem;
  return FALSE;
}

static inline char
skip_space (Parser *self)
{
  while (*self->p == ' ' || *self->p == '\n' || *self->p == '\t' || *self->p == '\r')
    self->p++;
  return *self->p;
}

static void
grow_stack (Parser *self)
{
  gboolean is_inline = self->stack == self->inline_stack;
  TdJson *stack = g_renew (TdJson, is_inline ? NULL : self->stack, self->capacity * 2);

  if (is_inline)
    memcpy (stack, self->inline_stack, sizeof (self->inline_stack));
  self->stack = stack;
  self->capacity *= 2;
}

static inline TdJson *
push (Parser     *self,
      TdJsonType  type)
{
  TdJson *value;

  if (G_UNLIKELY (self->top == self->capacity))
    grow_stack (self);
  value = &self->stack[self->top++];
  *value = (TdJson) { .type = (guint8) type };
  return value;
}

/* Whether one of eight bytes ends a run of plain text: a quote, a backslash or a control
 * character. May take a byte above one of these for another, never misses one. */
static inline gboolean
has_special (const char *p)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  const guint64 highs = ones * 0x80;
  guint64 word, quote, backslash;

  memcpy (&word, p, sizeof (word));
  quote = word ^ (ones * '"');
  backslash = word ^ (ones * '\\');
  return (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
          ((word - ones * 0x20) & ~word)) &
             highs
           ? TRUE
           : FALSE;
}

static inline char *
skip_plain (char *p)
{
  while (!has_special (p))
    p += 8;
  while (*p != '"' && *p != '\\' && (guchar) *p >= 0x20)
    p++;
  return p;
}

/* Four hexadecimal digits, or -1. */
static int
read_hex4 (const char *p)
{
  int value = 0;

  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (p[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  return value;
}

static gboolean
is_high_surrogate (int unit)
{
  return unit >= 0xd800 && unit <= 0xdbff;
}

static gboolean
is_low_surrogate (int unit)
{
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/* Reads what follows "\u", and a second such escape when the two belong together. */
static gboolean
read_unicode_escape (Parser   *self,
                     gunichar *character)
{
  int unit = read_hex4 (self->p);
  int low;

  if (unit < 0)
    {
      /* Move to the digit at fault, so that a cut text is told from a wrong one. */
      while (g_ascii_isxdigit (*self->p))
        self->p++;
      return fail (self, "an escape lacks its four digits");
    }
  self->p += 4;
  *character = unit == 0 || is_high_surrogate (unit) || is_low_surrogate (unit) ? REPLACEMENT
                                                                                : (gunichar) unit;
  if (!is_high_surrogate (unit) || self->p[0] != '\\' || self->p[1] != 'u')
    return TRUE;

  low = read_hex4 (self->p + 2);
  if (is_low_surrogate (low))
    {
      self->p += 6;
      *character = 0x10000 + (((gunichar) unit - 0xd800) << 10) + ((gunichar) low - 0xdc00);
    }
  return TRUE;
}

static char
get_escaped_byte (char letter)
{
  switch (letter)
    {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
    }
}

/* Reads what follows a backslash and writes what it stands for, which is never longer. */
static gboolean
read_escape (Parser  *self,
             char   **out)
{
  char letter = *self->p;
  gunichar character;

  if (letter == 'u')
    {
      self->p++;
      if (!read_unicode_escape (self, &character))
        return FALSE;
      *out += g_unichar_to_utf8 (character, *out);
      return TRUE;
    }

  letter = get_escaped_byte (letter);
  if (letter == '\0')
    return fail (self, "an unknown escape");
  self->p++;
  *(*out)++ = letter;
  return TRUE;
}

/* Reads a string from behind its opening quote. */
static gboolean
read_string (Parser *self,
             TdJson *value)
{
  char *start = self->p;
  char *out;

  self->p = skip_plain (start);
  out = self->p;
  while (*self->p == '\\')
    {
      char *run;

      self->p++;
      if (!read_escape (self, &out))
        return FALSE;
      run = self->p;
      self->p = skip_plain (run);
      memmove (out, run, (gsize) (self->p - run));
      out += self->p - run;
    }
  if (*self->p != '"')
    return fail (self, "a string does not end, or holds a control character");

  *out = '\0';
  self->p++;
  value->text = start;
  value->length = (guint32) (out - start);
  return TRUE;
}

static gboolean
skip_digits (Parser *self)
{
  if (!g_ascii_isdigit (*self->p))
    return fail (self, "a number lacks a digit");
  while (g_ascii_isdigit (*self->p))
    self->p++;
  return TRUE;
}

static gboolean
skip_number (Parser *self)
{
  if (*self->p == '-')
    self->p++;
  if (*self->p == '0')
    self->p++;
  else if (!skip_digits (self))
    return FALSE;

  if (*self->p == '.')
    {
      self->p++;
      if (!skip_digits (self))
        return FALSE;
    }
  if (*self->p == 'e' || *self->p == 'E')
    {
      self->p++;
      if (*self->p == '-' || *self->p == '+')
        self->p++;
      if (!skip_digits (self))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_number (Parser *self)
{
  char *start = self->p;
  TdJson *value;
  gsize length;

  if (!skip_number (self))
    return FALSE;
  length = (gsize) (self->p - start);
  memmove (start - 1, start, length);
  start[length - 1] = '\0';
  value = push (self, TD_JSON_NUMBER);
  value->text = start - 1;
  value->length = (guint32) length;
  return TRUE;
}

static gboolean
read_word (Parser     *self,
           const char *word,
           TdJsonType  type,
           gboolean    is_true)
{
  for (const char *w = word; *w != '\0'; w++, self->p++)
    if (*self->p != *w)
      return fail (self, "not a value");
  push (self, type)->is_true = is_true ? 1 : 0;
  return TRUE;
}

static gboolean
open_container (Parser     *self,
                TdJsonType  type)
{
  if (self->depth == self->max_depth)
    return fail_limit (self, TD_JSON_ERROR_TOO_DEEP, "nested too deep");
  self->p++;
  self->depth++;
  push (self, type)->length = self->frame;
  self->frame = self->top - 1;
  return TRUE;
}

static gboolean
read_value (Parser *self)
{
  char c = skip_space (self);

  if (++self->n_values > MAX_VALUES)
    return fail_limit (self, TD_JSON_ERROR_TOO_LARGE, "too many values");
  switch (c)
    {
    case '"':
      self->p++;
      return read_string (self, push (self, TD_JSON_STRING));
    case '{':
      return open_container (self, TD_JSON_OBJECT);
    case '[':
      return open_container (self, TD_JSON_ARRAY);
    case 't':
      return read_word (self, "true", TD_JSON_BOOL, TRUE);
    case 'f':
      return read_word (self, "false", TD_JSON_BOOL, FALSE);
    case 'n':
      return read_word (self, "null", TD_JSON_NULL, FALSE);
    default:
      return read_number (self);
    }
}

static gboolean
read_name (Parser *self)
{
  if (skip_space (self) != '"')
    return fail (self, "a member lacks its name");
  self->p++;
  if (!read_string (self, push (self, TD_JSON_STRING)))
    return FALSE;
  if (skip_space (self) != ':')
    return fail (self, "a member lacks its colon");
  self->p++;
  return TRUE;
}

static inline gboolean
names_equal (const TdJson *a,
             const TdJson *b)
{
  return a->length == b->length && memcmp (a->text, b->text, a->length) == 0;
}

/* Of members with the same name the last value wins, in the first one's place. */
static guint32
drop_duplicates_small (TdJson  *members,
                       guint32  n_members)
{
  guint32 kept = 0;

  for (guint32 i = 0; i < n_members; i++)
    {
      guint32 j = 0;

      while (j < kept && !names_equal (&members[2 * j], &members[2 * i]))
        j++;
      if (j != i)
        memcpy (&members[2 * j], &members[2 * i], 2 * sizeof (TdJson));
      if (j == kept)
        kept++;
    }
  return kept;
}

/* The same for many members, leaving an index behind. */
static guint32
drop_duplicates_large (TdJson            *members,
                       guint32            n_members,
                       const TdJsonIndex *index)
{
  guint32 kept = 0;

  for (guint32 i = 0; i < n_members; i++)
    {
      const TdJson *name = &members[2 * i];
      gsize slot = td_json_hash_name (name->text, name->length) & index->mask;
      guint32 j;

      while (index->slots[slot] != 0 && !names_equal (&members[2 * (index->slots[slot] - 1)], name))
        slot = (slot + 1) & index->mask;
      if (index->slots[slot] == 0)
        index->slots[slot] = ++kept;
      j = index->slots[slot] - 1;
      if (j != i)
        memcpy (&members[2 * j], &members[2 * i], 2 * sizeof (TdJson));
    }
  return kept;
}

static void
make_index (Parser      *self,
            guint32      n_members,
            TdJsonIndex *index)
{
  gsize n_slots = 32;

  while (n_slots < (gsize) n_members * 2)
    n_slots *= 2;
  index->slots = td_json_doc_alloc (self->doc, n_slots * sizeof (guint32));
  memset (index->slots, 0, n_slots * sizeof (guint32));
  index->mask = n_slots - 1;
}

/* Moves an object's members from the stack into the document. */
static void
finish_object (Parser *self,
               TdJson *object,
               TdJson *members)
{
  guint32 n_members = (guint32) (&self->stack[self->top] - members) / 2;
  TdJsonIndex index;
  TdJson *items;

  object->has_index = n_members >= TD_JSON_INDEX_FROM;
  if (object->has_index)
    {
      make_index (self, n_members, &index);
      n_members = drop_duplicates_large (members, n_members, &index);
      items =
        (TdJson *) td_json_doc_alloc (self->doc, (2 * (gsize) n_members + 1) * sizeof (TdJson)) + 1;
      memcpy (items - 1, &index, sizeof (index));
    }
  else
    {
      n_members = drop_duplicates_small (members, n_members);
      items = td_json_doc_alloc (self->doc, 2 * (gsize) n_members * sizeof (TdJson));
    }
  memcpy (items, members, 2 * (gsize) n_members * sizeof (TdJson));
  object->items = items;
  object->length = n_members;
}

static void
finish_array (Parser *self,
              TdJson *array,
              TdJson *elements)
{
  gsize n_elements = (gsize) (&self->stack[self->top] - elements);
  TdJson *items = td_json_doc_alloc (self->doc, n_elements * sizeof (TdJson));

  memcpy (items, elements, n_elements * sizeof (TdJson));
  array->items = items;
  array->length = (guint32) n_elements;
}

static void
close_container (Parser *self)
{
  TdJson *container = &self->stack[self->frame];
  guint32 parent = container->length;

  if (container->type == TD_JSON_OBJECT)
    finish_object (self, container, container + 1);
  else
    finish_array (self, container, container + 1);
  self->top = self->frame + 1;
  self->frame = parent;
  self->depth--;
  self->p++;
}

/* Reads the next thing in the innermost open container: its end, or a value. */
static gboolean
continue_container (Parser *self)
{
  gboolean is_object = self->stack[self->frame].type == TD_JSON_OBJECT;
  gboolean is_empty = self->top == self->frame + 1;
  char c = skip_space (self);

  if (c == (is_object ? '}' : ']'))
    {
      close_container (self);
      return TRUE;
    }
  if (!is_empty)
    {
      if (c != ',')
        return fail (self, "neither a comma nor the container's end");
      self->p++;
    }
  return (!is_object || read_name (self)) && read_value (self);
}

static gboolean
read_document (Parser *self)
{
  if (!read_value (self))
    return FALSE;
  while (self->depth > 0)
    if (!continue_container (self))
      return FALSE;
  skip_space (self);
  if (self->p < self->end)
    return fail (self, "text after the value");
  return TRUE;
}

/* Parses the document's own text. One byte before it is free, behind it lie eight zero bytes. */
gboolean
td_json_parse_text (TdJsonDoc  *self,
                    gsize       length,
                    guint       max_depth,
                    GError    **error)
{
  Parser parser;
  gboolean parsed;

  parser.doc = self;
  parser.p = self->text;
  parser.end = self->text + length;
  parser.stack = parser.inline_stack;
  parser.top = 0;
  parser.capacity = INLINE_VALUES;
  parser.frame = NO_FRAME;
  parser.depth = 0;
  parser.max_depth = max_depth;
  parser.n_values = 0;

  parsed = read_document (&parser);
  if (parsed)
    self->root = parser.stack[0];
  else
    g_set_error (error, TD_JSON_ERROR, (int) parser.code, "at byte %" G_GSIZE_FORMAT ": %s",
                 (gsize) (parser.p - self->text), parser.problem);
  if (parser.stack != parser.inline_stack)
    g_free (parser.stack);
  return parsed;
}
