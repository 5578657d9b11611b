/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes JSON straight into a string. json-glib's builder makes a tree of values first, cannot take
 * in text that is JSON already (a stored document, a tool's arguments) without reading it and
 * losing the way its numbers were written, and writes 0.7 as 0.69999999999999996.
 */
#include "config.h"

#include "base/td-json-write.h"

#include <math.h>
#include <string.h>

#include "base/td-json-private.h"

struct _TdJsonWriter
{
  GString *out;
  GString *open;       /* the containers around the next value: '{' or '[' each, innermost last */
  gboolean has_before; /* the innermost container holds something */
  gboolean has_name;   /* a name waits for its value */
};

static void
append_escaped_byte (GString *out,
                     char     byte)
{
  static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";

  for (const char *l = letters; *l != '\0'; l += 2)
    if (*l == byte)
      {
        g_string_append_c (out, '\\');
        g_string_append_c (out, l[1]);
        return;
      }
  g_string_append_printf (out, "\\u%04x", (guint) (guchar) byte);
}

static gsize
count_plain (const char *text,
             gsize       length)
{
  gsize n = 0;

  while (n < length && text[n] != '"' && text[n] != '\\' && (guchar) text[n] >= 0x20)
    n++;
  return n;
}

/* Writes valid UTF-8 as a JSON string. U+2028 and its like need no escape in JSON. */
void
td_json_append_quoted (GString    *out,
                       const char *text,
                       gsize       length)
{
  g_string_append_c (out, '"');
  while (length > 0)
    {
      gsize n = count_plain (text, length);

      g_string_append_len (out, text, (gssize) n);
      text += n;
      length -= n;
      if (length > 0)
        {
          append_escaped_byte (out, *text);
          text++;
          length--;
        }
    }
  g_string_append_c (out, '"');
}

static void
append_valid (GString    *out,
              const char *text,
              gsize       length)
{
  g_autofree char *valid = NULL;

  if (g_utf8_validate_len (text, length, NULL))
    {
      td_json_append_quoted (out, text, length);
      return;
    }
  valid = g_utf8_make_valid (text, (gssize) length);
  td_json_append_quoted (out, valid, strlen (valid));
}

/**
 * td_json_writer_new:
 *
 * Returns: (transfer full): a writer of one value
 */
TdJsonWriter *
td_json_writer_new (void)
{
  TdJsonWriter *self = g_new0 (TdJsonWriter, 1);

  self->out = g_string_new (NULL);
  self->open = g_string_new (NULL);
  return self;
}

/**
 * td_json_writer_free:
 * @self: (nullable) (transfer full): a writer
 *
 * Frees the writer with what was not stolen from it.
 */
void
td_json_writer_free (TdJsonWriter *self)
{
  if (self == NULL)
    return;
  g_string_free (self->out, TRUE);
  g_string_free (self->open, TRUE);
  g_free (self);
}

static char
get_innermost (TdJsonWriter *self)
{
  return self->open->len > 0 ? self->open->str[self->open->len - 1] : '\0';
}

/* Whether a value may stand here: behind a name, in an array, or alone. */
static gboolean
takes_value (TdJsonWriter *self)
{
  switch (get_innermost (self))
    {
    case '{':
      return self->has_name;
    case '[':
      return TRUE;
    default:
      return !self->has_before;
    }
}

static void
begin_value (TdJsonWriter *self)
{
  if (self->has_before && !self->has_name)
    g_string_append_c (self->out, ',');
  self->has_before = TRUE;
  self->has_name = FALSE;
}

static void
begin_container (TdJsonWriter *self,
                 char          bracket)
{
  g_return_if_fail (self != NULL && takes_value (self));

  begin_value (self);
  g_string_append_c (self->out, bracket);
  g_string_append_c (self->open, bracket);
  self->has_before = FALSE;
}

static void
end_container (TdJsonWriter *self,
               char          opened,
               char          bracket)
{
  g_return_if_fail (self != NULL && get_innermost (self) == opened && !self->has_name);

  g_string_truncate (self->open, self->open->len - 1);
  g_string_append_c (self->out, bracket);
  self->has_before = TRUE;
}

/**
 * td_json_writer_begin_object:
 * @self: a writer
 *
 * Begins an object; then come names and values in turn.
 */
void
td_json_writer_begin_object (TdJsonWriter *self)
{
  begin_container (self, '{');
}

/**
 * td_json_writer_end_object:
 * @self: a writer
 *
 * Ends the innermost container, which is an object.
 */
void
td_json_writer_end_object (TdJsonWriter *self)
{
  end_container (self, '{', '}');
}

/**
 * td_json_writer_begin_array:
 * @self: a writer
 *
 * Begins an array; then come its values.
 */
void
td_json_writer_begin_array (TdJsonWriter *self)
{
  begin_container (self, '[');
}

/**
 * td_json_writer_end_array:
 * @self: a writer
 *
 * Ends the innermost container, which is an array.
 */
void
td_json_writer_end_array (TdJsonWriter *self)
{
  end_container (self, '[', ']');
}

/**
 * td_json_writer_name:
 * @self: a writer inside an object
 * @name: the name of the value that comes next
 *
 * Writes a member's name. Writing the same name twice is the caller's fault and is not noticed.
 */
void
td_json_writer_name (TdJsonWriter *self,
                     const char   *name)
{
  g_return_if_fail (self != NULL && name != NULL && get_innermost (self) == '{' && !self->has_name);

  if (self->has_before)
    g_string_append_c (self->out, ',');
  append_valid (self->out, name, strlen (name));
  g_string_append_c (self->out, ':');
  self->has_name = TRUE;
}

/**
 * td_json_writer_string:
 * @self: a writer
 * @value: (nullable): a text; %NULL is written as null
 *
 * Writes a string. Bytes that are not UTF-8 become U+FFFD.
 */
void
td_json_writer_string (TdJsonWriter *self,
                       const char   *value)
{
  if (value != NULL)
    td_json_writer_string_len (self, value, strlen (value));
  else
    td_json_writer_null (self);
}

/**
 * td_json_writer_string_len:
 * @self: a writer
 * @value: (array length=length): a text
 * @length: its bytes
 *
 * Writes a string. Bytes that are not UTF-8, and NUL, become U+FFFD.
 */
void
td_json_writer_string_len (TdJsonWriter *self,
                           const char   *value,
                           gsize         length)
{
  g_return_if_fail (self != NULL && (value != NULL || length == 0) && takes_value (self));

  begin_value (self);
  append_valid (self->out, value != NULL ? value : "", length);
}

/**
 * td_json_writer_raw:
 * @self: a writer
 * @json_text: one JSON value, known to be valid
 *
 * Writes text that is JSON already, byte for byte. What comes from a stranger has to go through
 * td_json_doc_parse() and td_json_writer_value().
 */
void
td_json_writer_raw (TdJsonWriter *self,
                    const char   *json_text)
{
  g_return_if_fail (self != NULL && json_text != NULL && *json_text != '\0' && takes_value (self));

  begin_value (self);
  g_string_append (self->out, json_text);
}

/**
 * td_json_writer_int64:
 * @self: a writer
 * @value: an integer
 *
 * Writes a number.
 */
void
td_json_writer_int64 (TdJsonWriter *self,
                      gint64        value)
{
  char text[32];

  g_snprintf (text, sizeof (text), "%" G_GINT64_FORMAT, value);
  td_json_writer_raw (self, text);
}

/**
 * td_json_writer_double:
 * @self: a writer
 * @value: a number
 *
 * Writes the shortest text that reads back as the same double, whatever the locale. What JSON
 * has no number for (infinite, not a number) is written as null.
 */
void
td_json_writer_double (TdJsonWriter *self,
                       double        value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE] = "null";
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };

  if (isfinite (value))
    for (gsize i = 0; i < G_N_ELEMENTS (formats); i++)
      {
        g_ascii_formatd (text, sizeof (text), formats[i], value);
        if (memcmp (&(double) { g_ascii_strtod (text, NULL) }, &value, sizeof (value)) == 0)
          break;
      }
  td_json_writer_raw (self, text);
}

/**
 * td_json_writer_bool:
 * @self: a writer
 * @value: a boolean
 *
 * Writes true or false.
 */
void
td_json_writer_bool (TdJsonWriter *self,
                     gboolean      value)
{
  td_json_writer_raw (self, value ? "true" : "false");
}

/**
 * td_json_writer_null:
 * @self: a writer
 *
 * Writes null.
 */
void
td_json_writer_null (TdJsonWriter *self)
{
  td_json_writer_raw (self, "null");
}

/**
 * td_json_writer_value:
 * @self: a writer
 * @value: (nullable): a value that was read; %NULL is written as null
 *
 * Writes a value with all that is in it; numbers stay as they were written.
 */
void
td_json_writer_value (TdJsonWriter *self,
                      const TdJson *value)
{
  g_return_if_fail (self != NULL && takes_value (self));

  begin_value (self);
  td_json_append_text (value, self->out);
}

/**
 * td_json_writer_member_string:
 * @self: a writer inside an object
 * @name: a member's name
 * @value: (nullable): its text; %NULL leaves the member out
 *
 * Writes a name and a string.
 */
void
td_json_writer_member_string (TdJsonWriter *self,
                              const char   *name,
                              const char   *value)
{
  if (value == NULL)
    return;
  td_json_writer_name (self, name);
  td_json_writer_string (self, value);
}

/**
 * td_json_writer_member_int64:
 * @self: a writer inside an object
 * @name: a member's name
 * @value: its integer
 *
 * Writes a name and a number.
 */
void
td_json_writer_member_int64 (TdJsonWriter *self,
                             const char   *name,
                             gint64        value)
{
  td_json_writer_name (self, name);
  td_json_writer_int64 (self, value);
}

/**
 * td_json_writer_member_bool:
 * @self: a writer inside an object
 * @name: a member's name
 * @value: its boolean
 *
 * Writes a name and a boolean.
 */
void
td_json_writer_member_bool (TdJsonWriter *self,
                            const char   *name,
                            gboolean      value)
{
  td_json_writer_name (self, name);
  td_json_writer_bool (self, value);
}

/**
 * td_json_writer_steal_text:
 * @self: a writer whose value is whole
 *
 * Takes the text; the writer is then ready for another value.
 *
 * Returns: (transfer full): one JSON value
 */
char *
td_json_writer_steal_text (TdJsonWriter *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL && self->open->len == 0 && self->has_before, NULL);

  out = g_steal_pointer (&self->out);
  self->out = g_string_new (NULL);
  self->has_before = FALSE;
  return g_string_free_and_steal (out);
}

/**
 * td_json_writer_steal_bytes:
 * @self: a writer whose value is whole
 *
 * Takes the text as bytes; the writer is then ready for another value.
 *
 * Returns: (transfer full): one JSON value, without a terminator
 */
GBytes *
td_json_writer_steal_bytes (TdJsonWriter *self)
{
  char *text = td_json_writer_steal_text (self);

  g_return_val_if_fail (text != NULL, NULL);

  return g_bytes_new_take (text, strlen (text));
}
