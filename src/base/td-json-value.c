/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into the values of a TdJsonDoc. Nothing here can fail: what is not there is absent. */
#include "config.h"

#include "base/td-json-private.h"

#include <math.h>
#include <string.h>

#include "base/td-decimal.h"

static inline gboolean
is_type (const TdJson *value,
         TdJsonType    type)
{
  return value != NULL && value->type == type;
}

/**
 * td_json_get_type:
 * @value: (nullable): a value
 *
 * Returns: its type; %TD_JSON_ABSENT for %NULL
 */
TdJsonType
td_json_get_type (const TdJson *value)
{
  return value != NULL ? (TdJsonType) value->type : TD_JSON_ABSENT;
}

/**
 * td_json_is_set:
 * @value: (nullable): a value
 *
 * Returns: whether there is a value other than null
 */
gboolean
td_json_is_set (const TdJson *value)
{
  return value != NULL && value->type != TD_JSON_NULL;
}

static const TdJson *
find_indexed (const TdJson *object,
              const char   *name,
              gsize         length)
{
  TdJsonIndex index;
  gsize slot;

  memcpy (&index, object->items - 1, sizeof (index));
  slot = td_json_hash_name (name, length) & index.mask;
  for (; index.slots[slot] != 0; slot = (slot + 1) & index.mask)
    {
      const TdJson *member = &object->items[2 * (index.slots[slot] - 1)];

      if (member->length == length && memcmp (member->text, name, length) == 0)
        return member + 1;
    }
  return NULL;
}

static const TdJson *
find_member (const TdJson *object,
             const char   *name,
             gsize         length)
{
  if (!is_type (object, TD_JSON_OBJECT))
    return NULL;
  if (object->has_index)
    return find_indexed (object, name, length);
  for (guint i = 0; i < object->length; i++)
    {
      const TdJson *member = &object->items[2 * i];

      if (member->length == length && memcmp (member->text, name, length) == 0)
        return member + 1;
    }
  return NULL;
}

/**
 * td_json_get_member:
 * @object: (nullable): an object
 * @name: a member's name
 *
 * Returns: (transfer none) (nullable): the member's value, %NULL when it is absent
 */
const TdJson *
td_json_get_member (const TdJson *object,
                    const char   *name)
{
  g_return_val_if_fail (name != NULL, NULL);

  return find_member (object, name, strlen (name));
}

/**
 * td_json_get_path:
 * @object: (nullable): an object
 * @dotted_path: names of members inside members, such as "usage.prompt_tokens"
 *
 * Returns: (transfer none) (nullable): the innermost member's value, %NULL when one is absent
 */
const TdJson *
td_json_get_path (const TdJson *object,
                  const char   *dotted_path)
{
  const char *dot;

  g_return_val_if_fail (dotted_path != NULL, NULL);

  while ((dot = strchr (dotted_path, '.')) != NULL)
    {
      object = find_member (object, dotted_path, (gsize) (dot - dotted_path));
      dotted_path = dot + 1;
    }
  return td_json_get_member (object, dotted_path);
}

/**
 * td_json_get_length:
 * @container: (nullable): an array or object
 *
 * Returns: how many elements or members; 0 for anything else
 */
guint
td_json_get_length (const TdJson *container)
{
  return is_type (container, TD_JSON_ARRAY) || is_type (container, TD_JSON_OBJECT)
           ? container->length
           : 0;
}

/**
 * td_json_get_element:
 * @container: (nullable): an array or object
 * @index: which element or member, from 0; members keep the order of the text
 *
 * Returns: (transfer none) (nullable): its value, %NULL when there are not so many
 */
const TdJson *
td_json_get_element (const TdJson *container,
                     guint         index)
{
  if (index >= td_json_get_length (container))
    return NULL;
  return container->type == TD_JSON_OBJECT ? &container->items[2 * (gsize) index + 1]
                                           : &container->items[index];
}

/**
 * td_json_get_name:
 * @object: (nullable): an object
 * @index: which member, from 0
 *
 * Returns: (transfer none) (nullable): its name, %NULL when there are not so many
 */
const char *
td_json_get_name (const TdJson *object,
                  guint         index)
{
  if (!is_type (object, TD_JSON_OBJECT) || index >= object->length)
    return NULL;
  return object->items[2 * (gsize) index].text;
}

/**
 * td_json_get_string:
 * @value: (nullable): a value
 *
 * Returns: (transfer none) (nullable): valid UTF-8, %NULL when @value is no string
 */
const char *
td_json_get_string (const TdJson *value)
{
  return is_type (value, TD_JSON_STRING) ? value->text : NULL;
}

/**
 * td_json_get_string_length:
 * @value: (nullable): a value
 *
 * Returns: the bytes of td_json_get_string(); 0 when @value is no string
 */
gsize
td_json_get_string_length (const TdJson *value)
{
  return is_type (value, TD_JSON_STRING) ? value->length : 0;
}

/**
 * td_json_get_number_text:
 * @value: (nullable): a value
 *
 * The number as it was written, for reading it exactly.
 *
 * Returns: (transfer none) (nullable): the text, %NULL when @value is no number
 */
const char *
td_json_get_number_text (const TdJson *value)
{
  return is_type (value, TD_JSON_NUMBER) ? value->text : NULL;
}

/**
 * td_json_get_int64:
 * @value: (nullable): a value
 * @result: (out): the integer; untouched on failure
 *
 * Reads a whole number exactly, also when it is written "12.0" or "1e3".
 *
 * Returns: %FALSE when @value is no number, is not whole, or is beyond 64 bits
 */
gboolean
td_json_get_int64 (const TdJson *value,
                   gint64       *result)
{
  gint64 integer;
  gboolean inexact;

  g_return_val_if_fail (result != NULL, FALSE);

  if (!is_type (value, TD_JSON_NUMBER) ||
      !td_decimal_parse_scaled (value->text, value->length, 0, TD_DECIMAL_EXPONENT, &integer,
                                &inexact) ||
      inexact)
    return FALSE;
  *result = integer;
  return TRUE;
}

/**
 * td_json_get_double:
 * @value: (nullable): a value
 * @result: (out): the nearest double; untouched on failure
 *
 * Never for money: see td_json_get_number_text().
 *
 * Returns: %FALSE when @value is no number, or is too large for a double
 */
gboolean
td_json_get_double (const TdJson *value,
                    double       *result)
{
  double number;

  g_return_val_if_fail (result != NULL, FALSE);

  if (!is_type (value, TD_JSON_NUMBER))
    return FALSE;
  number = g_ascii_strtod (value->text, NULL);
  if (!isfinite (number))
    return FALSE;
  *result = number;
  return TRUE;
}

/**
 * td_json_get_bool:
 * @value: (nullable): a value
 * @fallback: what to give when @value is no boolean
 *
 * Returns: the boolean or @fallback
 */
gboolean
td_json_get_bool (const TdJson *value,
                  gboolean      fallback)
{
  return is_type (value, TD_JSON_BOOL) ? value->is_true != 0 : fallback;
}

static void
append_items (const TdJson *container,
              GString      *out)
{
  gboolean is_object = container->type == TD_JSON_OBJECT;

  g_string_append_c (out, is_object ? '{' : '[');
  for (guint i = 0; i < container->length; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      if (is_object)
        {
          const TdJson *name = &container->items[2 * (gsize) i];

          td_json_append_quoted (out, name->text, name->length);
          g_string_append_c (out, ':');
        }
      td_json_append_text (td_json_get_element (container, i), out);
    }
  g_string_append_c (out, is_object ? '}' : ']');
}

/**
 * td_json_append_text:
 * @value: (nullable): a value; %NULL is written as null
 * @out: where to write
 *
 * Writes the value as compact JSON; numbers stay as they were written. Recurses as deep as the
 * document, which the parser bounds.
 */
void
td_json_append_text (const TdJson *value,
                     GString      *out)
{
  g_return_if_fail (out != NULL);

  switch (td_json_get_type (value))
    {
    case TD_JSON_BOOL:
      g_string_append (out, value->is_true ? "true" : "false");
      break;
    case TD_JSON_NUMBER:
      g_string_append_len (out, value->text, value->length);
      break;
    case TD_JSON_STRING:
      td_json_append_quoted (out, value->text, value->length);
      break;
    case TD_JSON_ARRAY:
    case TD_JSON_OBJECT:
      append_items (value, out);
      break;
    case TD_JSON_ABSENT:
    case TD_JSON_NULL:
    default:
      g_string_append (out, "null");
      break;
    }
}

/**
 * td_json_member_string:
 * @object: (nullable): an object
 * @name: a member's name
 *
 * Returns: (transfer none) (nullable): the member's string, %NULL when it is no string
 */
const char *
td_json_member_string (const TdJson *object,
                       const char   *name)
{
  return td_json_get_string (td_json_get_member (object, name));
}

/**
 * td_json_member_int64:
 * @object: (nullable): an object
 * @name: a member's name
 * @fallback: what to give when the member is no whole number of 64 bits
 *
 * Returns: the member's integer or @fallback
 */
gint64
td_json_member_int64 (const TdJson *object,
                      const char   *name,
                      gint64        fallback)
{
  gint64 result = fallback;

  td_json_get_int64 (td_json_get_member (object, name), &result);
  return result;
}

/**
 * td_json_member_bool:
 * @object: (nullable): an object
 * @name: a member's name
 * @fallback: what to give when the member is no boolean
 *
 * Returns: the member's boolean or @fallback
 */
gboolean
td_json_member_bool (const TdJson *object,
                     const char   *name,
                     gboolean      fallback)
{
  return td_json_get_bool (td_json_get_member (object, name), fallback);
}

/**
 * td_json_member_strv:
 * @object: (nullable): an object
 * @name: a member's name
 *
 * Reads an array of strings; elements that are none are left out.
 *
 * Returns: (transfer full) (nullable): the strings, %NULL when the member is no array
 */
GStrv
td_json_member_strv (const TdJson *object,
                     const char   *name)
{
  const TdJson *array = td_json_get_member (object, name);
  g_autoptr (GStrvBuilder) builder = NULL;

  if (!is_type (array, TD_JSON_ARRAY))
    return NULL;
  builder = g_strv_builder_new ();
  for (guint i = 0; i < array->length; i++)
    if (array->items[i].type == TD_JSON_STRING)
      g_strv_builder_add (builder, array->items[i].text);
  return g_strv_builder_end (builder);
}
