/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalogue/td-record.h"

#include <math.h>
#include <string.h>

#include "catalogue/td-catalogue-draft.h"

gboolean
td_record_fail (const TdRecord  *record,
                const char      *field,
                const char      *problem,
                GError         **error)
{
  g_set_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT, "%s %s: %s %s", record->what,
               record->name != NULL ? record->name : "", field, problem);
  return FALSE;
}

/* A missing field leaves the slot as it is; so does null, which means the same. */
gboolean
td_record_take_text (const TdRecord  *record,
                     const char      *field,
                     gsize            max_bytes,
                     char           **slot,
                     GError         **error)
{
  const TdJson *value = td_json_get_member (record->json, field);
  const char *text = td_json_get_string (value);

  if (!td_json_is_set (value))
    return TRUE;
  if (text == NULL || !td_catalogue_is_text (text, max_bytes))
    return td_record_fail (record, field, "is no proper text", error);
  g_free (*slot);
  *slot = g_strdup (text);
  return TRUE;
}

gboolean
td_record_take_checked (const TdRecord *record,
                        const char *field,
                        gboolean (*is_valid) (const char *text),
                        const char *problem,
                        char **slot,
                        GError **error)
{
  if (!td_record_take_text (record, field, TD_CATALOGUE_MAX_NOTE, slot, error))
    return FALSE;
  if (*slot != NULL && !is_valid (*slot))
    return td_record_fail (record, field, problem, error);
  return TRUE;
}

/**
 * td_record_take_url:
 * @record: what is read
 * @field: a member
 * @slot: (inout): where it goes
 * @error: return location for an error
 *
 * A missing field and null leave the slot as it is.
 *
 * Returns: whether the field is missing or an http or https address
 */
gboolean
td_record_take_url (const TdRecord  *record,
                    const char      *field,
                    char           **slot,
                    GError         **error)
{
  gsize length;

  if (!td_record_take_checked (record, field, td_catalogue_is_url, "is no web address", slot,
                               error))
    return FALSE;
  length = *slot != NULL ? strlen (*slot) : 0;
  if (length > 0 && (*slot)[length - 1] == '/' && g_str_equal (field, "base_url"))
    (*slot)[length - 1] = '\0';
  return TRUE;
}

/**
 * td_record_take_date:
 * @record: what is read
 * @field: a member
 * @slot: (inout): where it goes
 * @error: return location for an error
 *
 * A missing field and null leave the slot as it is.
 *
 * Returns: whether the field is missing or a date, as YYYY, YYYY-MM or YYYY-MM-DD
 */
gboolean
td_record_take_date (const TdRecord  *record,
                     const char      *field,
                     char           **slot,
                     GError         **error)
{
  return td_record_take_checked (record, field, td_catalogue_is_date, "is no date", slot, error);
}

/**
 * td_record_take_bool:
 * @record: what is read
 * @field: a member
 * @slot: (inout): where it goes
 * @error: return location for an error
 *
 * A missing field and null leave the slot as it is.
 *
 * Returns: whether the field is missing or a truth value
 */
gboolean
td_record_take_bool (const TdRecord  *record,
                     const char      *field,
                     gboolean        *slot,
                     GError         **error)
{
  const TdJson *value = td_json_get_member (record->json, field);

  if (!td_json_is_set (value))
    return TRUE;
  if (td_json_get_type (value) != TD_JSON_BOOL)
    return td_record_fail (record, field, "is neither true nor false", error);
  *slot = td_json_get_bool (value, FALSE);
  return TRUE;
}

/**
 * td_record_take_fact:
 * @record: what is read
 * @field: a member
 * @slot: (inout): where it goes
 * @error: return location for an error
 *
 * A missing field and null leave the slot as it is, which is unknown.
 *
 * Returns: whether the field is missing or a truth value
 */
gboolean
td_record_take_fact (const TdRecord  *record,
                     const char      *field,
                     TdFact          *slot,
                     GError         **error)
{
  gboolean holds = FALSE;

  if (!td_json_is_set (td_json_get_member (record->json, field)))
    return TRUE;
  if (!td_record_take_bool (record, field, &holds, error))
    return FALSE;
  *slot = holds ? TD_FACT_YES : TD_FACT_NO;
  return TRUE;
}

/**
 * td_record_take_int:
 * @record: what is read
 * @field: a member
 * @min: the least that is allowed
 * @max: the most that is allowed
 * @slot: (inout): where it goes
 * @error: return location for an error
 *
 * A missing field and null leave the slot as it is.
 *
 * Returns: whether the field is missing or a whole number from @min to @max
 */
gboolean
td_record_take_int (const TdRecord  *record,
                    const char      *field,
                    gint64           min,
                    gint64           max,
                    gint64          *slot,
                    GError         **error)
{
  const TdJson *value = td_json_get_member (record->json, field);
  gint64 number;

  if (!td_json_is_set (value))
    return TRUE;
  if (!td_json_get_int64 (value, &number) || number < min || number > max)
    return td_record_fail (record, field, "is no whole number in range", error);
  *slot = number;
  return TRUE;
}

/**
 * td_record_take_double:
 * @record: what is read
 * @field: a member
 * @slot: (inout): where it goes
 * @has_value: (out): whether there was a number
 * @error: return location for an error
 *
 * Returns: whether the field is missing or a finite number
 */
gboolean
td_record_take_double (const TdRecord  *record,
                       const char      *field,
                       double          *slot,
                       gboolean        *has_value,
                       GError         **error)
{
  const TdJson *value = td_json_get_member (record->json, field);

  *has_value = td_json_is_set (value);
  if (!*has_value)
    return TRUE;
  if (!td_json_get_double (value, slot) || !isfinite (*slot) || fabs (*slot) > 1e9)
    return td_record_fail (record, field, "is no number in range", error);
  return TRUE;
}

/**
 * td_record_take_list:
 * @record: what is read
 * @field: a member
 * @slot: (inout) (transfer full): where it goes
 * @error: return location for an error
 *
 * A missing field and null leave the slot as it is.
 *
 * Returns: whether the field is missing or an array of texts
 */
gboolean
td_record_take_list (const TdRecord  *record,
                     const char      *field,
                     GStrv           *slot,
                     GError         **error)
{
  const TdJson *value = td_json_get_member (record->json, field);
  g_autoptr (GStrvBuilder) builder = NULL;

  if (!td_json_is_set (value))
    return TRUE;
  if (td_json_get_type (value) != TD_JSON_ARRAY ||
      td_json_get_length (value) > TD_CATALOGUE_MAX_LIST)
    return td_record_fail (record, field, "is no list, or too long a one", error);
  builder = g_strv_builder_new ();
  for (guint i = 0; i < td_json_get_length (value); i++)
    {
      const char *text = td_json_get_string (td_json_get_element (value, i));

      if (text == NULL || !td_catalogue_is_text (text, TD_CATALOGUE_MAX_ID))
        return td_record_fail (record, field, "holds something that is no proper text", error);
      g_strv_builder_add (builder, text);
    }
  g_strfreev (*slot);
  *slot = g_strv_builder_end (builder);
  return TRUE;
}

/**
 * td_record_take_modalities:
 * @record: what is read
 * @field: a member
 * @slot: (inout): where it goes
 * @error: return location for an error
 *
 * Returns: whether the field is missing or an array of modalities that are known
 */
gboolean
td_record_take_modalities (const TdRecord  *record,
                           const char      *field,
                           TdModality      *slot,
                           GError         **error)
{
  const TdJson *value = td_json_get_member (record->json, field);

  if (!td_json_is_set (value))
    return TRUE;
  if (td_json_get_type (value) != TD_JSON_ARRAY ||
      td_json_get_length (value) > TD_CATALOGUE_MAX_LIST)
    return td_record_fail (record, field, "is no list, or too long a one", error);
  for (guint i = 0; i < td_json_get_length (value); i++)
    {
      TdModality modality;

      if (!td_modality_from_string (td_json_get_string (td_json_get_element (value, i)), &modality))
        return td_record_fail (record, field, "holds an unknown word", error);
      *slot |= modality;
    }
  return TRUE;
}

gboolean
td_record_read_array (const TdJson      *root,
                      const char        *name,
                      guint              max_length,
                      TdReadElement      read_element,
                      TdCatalogueDraft  *draft,
                      GError           **error)
{
  const TdJson *array = td_json_get_member (root, name);
  TdRecord record = { root, "catalogue", NULL };

  if (!td_json_is_set (array))
    return TRUE;
  if (td_json_get_type (array) != TD_JSON_ARRAY || td_json_get_length (array) > max_length)
    return td_record_fail (&record, name, "is no list, or too long a one", error);
  for (guint i = 0; i < td_json_get_length (array); i++)
    if (!read_element (td_json_get_element (array, i), draft, error))
      return FALSE;
  return TRUE;
}

/**
 * td_record_parse_document:
 * @document: the bytes of a file
 * @format: the name the file has to give itself
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the document, %NULL when it is not JSON or of another format
 */
TdJsonDoc *
td_record_parse_document (GBytes      *document,
                          const char  *format,
                          GError     **error)
{
  static const TdJsonLimits limits = { TD_CATALOGUE_MAX_BYTES, 32 };
  g_autoptr (TdJsonDoc) doc = NULL;
  g_autoptr (GError) reason = NULL;
  const char *found;

  doc = td_json_doc_parse_bytes (document, &limits, &reason);
  if (doc == NULL)
    {
      g_set_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT, "no JSON document: %s",
                   reason->message);
      return NULL;
    }
  found = td_json_member_string (td_json_doc_get_root (doc), "format");
  if (g_strcmp0 (found, format) != 0)
    {
      g_set_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT, "the format is not %s",
                   format);
      return NULL;
    }
  return g_steal_pointer (&doc);
}
