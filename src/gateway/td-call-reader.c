/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-call-reader.h"

#include <string.h>

/* Longer names of models, tools and calls nobody has. */
#define MAX_NAME_BYTES 512

gboolean
td_call_reader_is_good (const TdCallReader *self)
{
  return self->fault == NULL;
}

static char *
join_path (const char *where,
           const char *name)
{
  if (name == NULL || *name == '\0')
    return g_strdup (where);
  return *where != '\0' ? g_strconcat (where, ".", name, NULL) : g_strdup (name);
}

static void
refuse_valist (TdCallReader *self,
               const char   *where,
               const char   *name,
               const char   *format,
               va_list       args)
{
  g_autofree char *path = join_path (where, name);
  g_autofree char *what = NULL;

  if (self->fault != NULL)
    return;
  what = g_strdup_vprintf (format, args);
  self->fault = *path != '\0' ? td_fault_new (TD_FAULT_INVALID, path, "%s: %s", path, what)
                              : td_fault_new (TD_FAULT_INVALID, NULL, "%s", what);
}

/**
 * td_call_reader_refuse:
 * @self: a reader
 * @where: where the object stands
 * @name: (nullable): its member
 * @format: what is wrong with it, for people
 * @...: its arguments
 *
 * Ends the reading, unless something was wrong before.
 */
void
td_call_reader_refuse (TdCallReader *self,
                       const char   *where,
                       const char   *name,
                       const char   *format,
                       ...)
{
  va_list args;

  va_start (args, format);
  refuse_valist (self, where, name, format, args);
  va_end (args);
}

static gboolean
is_number (const TdJson *value,
           double        expected)
{
  double number;

  return td_json_get_double (value, &number) && !(number < expected) && !(number > expected);
}

static gboolean
is_harmless (const TdJson      *value,
             const TdUnmetWish *wish)
{
  switch (wish->unmet)
    {
    case TD_UNMET_UNLESS_FALSE:
      return td_json_get_type (value) == TD_JSON_BOOL && !td_json_get_bool (value, TRUE);
    case TD_UNMET_UNLESS_ZERO:
      return is_number (value, 0);
    case TD_UNMET_UNLESS_ONE:
      return is_number (value, 1);
    case TD_UNMET_UNLESS_VALUE:
      return is_number (value, wish->value);
    case TD_UNMET_UNLESS_EMPTY:
      return td_json_get_type (value) == TD_JSON_STRING ? td_json_get_string_length (value) == 0
                                                        : td_json_get_length (value) == 0;
    case TD_UNMET_ALWAYS:
    default:
      return FALSE;
    }
}

/**
 * td_call_reader_refuse_unmet:
 * @self: a reader
 * @object: (nullable): an object
 * @where: where it stands
 * @wishes: (array length=n_wishes): members that would change the reply and cannot be honoured
 * @n_wishes: how many
 *
 * Refuses what would be ignored otherwise, to the surprise of whoever asked.
 */
void
td_call_reader_refuse_unmet (TdCallReader      *self,
                             const TdJson      *object,
                             const char        *where,
                             const TdUnmetWish *wishes,
                             guint              n_wishes)
{
  for (guint i = 0; i < n_wishes; i++)
    {
      const TdJson *value = td_json_get_member (object, wishes[i].name);

      if (td_json_is_set (value) && !is_harmless (value, &wishes[i]))
        td_call_reader_refuse (self, where, wishes[i].name,
                               "Top Dog cannot do this, and the reply would be another without it");
    }
}

/* ---- Members ------------------------------------------------------------------------------ */

static const TdJson *
get_typed (TdCallReader *self,
           const TdJson *object,
           const char   *where,
           const char   *name,
           TdJsonType    type,
           const char   *expected)
{
  const TdJson *value = td_json_get_member (object, name);

  if (!td_json_is_set (value))
    return NULL;
  if (td_json_get_type (value) == type)
    return value;
  td_call_reader_refuse (self, where, name, "has to be %s", expected);
  return NULL;
}

/**
 * td_call_reader_get_string:
 * @self: a reader
 * @object: (nullable): an object
 * @where: where it stands
 * @name: its member
 *
 * Returns: (transfer none) (nullable): the text, if there is one
 */
const char *
td_call_reader_get_string (TdCallReader *self,
                           const TdJson *object,
                           const char   *where,
                           const char   *name)
{
  return td_json_get_string (get_typed (self, object, where, name, TD_JSON_STRING, "a text"));
}

/**
 * td_call_reader_need_string:
 * @self: a reader
 * @object: (nullable): an object
 * @where: where it stands
 * @name: its member: a name of something, neither empty nor long
 *
 * Returns: (transfer none) (nullable): the text; %NULL after a fault
 */
const char *
td_call_reader_need_string (TdCallReader *self,
                            const TdJson *object,
                            const char   *where,
                            const char   *name)
{
  const char *text = td_call_reader_get_string (self, object, where, name);

  if (text == NULL || *text == '\0')
    td_call_reader_refuse (self, where, name, "is missing");
  else if (strlen (text) > MAX_NAME_BYTES)
    td_call_reader_refuse (self, where, name, "is longer than %d bytes", MAX_NAME_BYTES);
  return self->fault == NULL ? text : NULL;
}

const TdJson *
td_call_reader_get_object (TdCallReader *self,
                           const TdJson *object,
                           const char   *where,
                           const char   *name)
{
  return get_typed (self, object, where, name, TD_JSON_OBJECT, "an object");
}

/**
 * td_call_reader_get_array:
 * @self: a reader
 * @object: (nullable): an object
 * @where: where it stands
 * @name: its member
 * @max_length: how many elements are too many when there are more
 *
 * Returns: (transfer none) (nullable): the list, if there is one
 */
const TdJson *
td_call_reader_get_array (TdCallReader *self,
                          const TdJson *object,
                          const char   *where,
                          const char   *name,
                          guint         max_length)
{
  const TdJson *array = get_typed (self, object, where, name, TD_JSON_ARRAY, "a list");

  if (td_json_get_length (array) <= max_length)
    return array;
  td_call_reader_refuse (self, where, name, "has more than %u elements", max_length);
  return NULL;
}

gboolean
td_call_reader_get_bool (TdCallReader *self,
                         const TdJson *object,
                         const char   *where,
                         const char   *name,
                         gboolean      fallback)
{
  return td_json_get_bool (get_typed (self, object, where, name, TD_JSON_BOOL, "true or false"),
                           fallback);
}

/**
 * td_call_reader_get_number:
 * @self: a reader
 * @object: (nullable): an object
 * @where: where it stands
 * @name: its member
 * @min: the least it can be
 * @max: the most it can be
 * @value: (out): the number
 *
 * Returns: whether there is one
 */
gboolean
td_call_reader_get_number (TdCallReader *self,
                           const TdJson *object,
                           const char   *where,
                           const char   *name,
                           double        min,
                           double        max,
                           double       *value)
{
  const TdJson *json = get_typed (self, object, where, name, TD_JSON_NUMBER, "a number");

  if (json == NULL)
    return FALSE;
  if (td_json_get_double (json, value) && *value >= min && *value <= max)
    return TRUE;
  td_call_reader_refuse (self, where, name, "has to be from %g to %g", min, max);
  return FALSE;
}

/**
 * td_call_reader_get_count:
 * @self: a reader
 * @object: (nullable): an object
 * @where: where it stands
 * @name: its member
 *
 * Returns: a positive number of tokens; 0: not said
 */
gint64
td_call_reader_get_count (TdCallReader *self,
                          const TdJson *object,
                          const char   *where,
                          const char   *name)
{
  const TdJson *json = get_typed (self, object, where, name, TD_JSON_NUMBER, "a number");
  gint64 count;

  if (json == NULL)
    return 0;
  if (td_json_get_int64 (json, &count) && count > 0)
    return count;
  td_call_reader_refuse (self, where, name, "has to be a whole number above 0");
  return 0;
}
