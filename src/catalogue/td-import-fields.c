/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading fields of foreign documents: one that is missing or makes no sense changes nothing. */
#include "config.h"

#include "catalogue/td-import.h"

/**
 * td_import_take_text:
 * @object: an entry of a source
 * @name: a member
 * @slot: (inout): where it goes
 *
 * Takes a text that is there, not empty and not too long; leaves the slot as it is otherwise.
 */
void
td_import_take_text (const TdJson  *object,
                     const char    *name,
                     char         **slot)
{
  const char *text = td_json_member_string (object, name);

  if (text != NULL && td_catalogue_is_text (text, TD_CATALOGUE_MAX_ID))
    g_set_str (slot, text);
}

/**
 * td_import_take_date:
 * @object: an entry of a source
 * @name: a member
 * @slot: (inout): where it goes
 *
 * Takes a date; leaves the slot as it is when there is none.
 */
void
td_import_take_date (const TdJson  *object,
                     const char    *name,
                     char         **slot)
{
  const char *text = td_json_member_string (object, name);

  if (td_catalogue_is_date (text))
    g_set_str (slot, text);
}

/**
 * td_import_take_fact:
 * @object: an entry of a source
 * @name: a member
 * @slot: (inout): where it goes
 *
 * Takes a truth value; leaves the slot as it is, which is unknown, when there is none.
 */
void
td_import_take_fact (const TdJson *object,
                     const char   *name,
                     TdFact       *slot)
{
  const TdJson *value = td_json_get_member (object, name);

  if (td_json_get_type (value) == TD_JSON_BOOL)
    *slot = td_json_get_bool (value, FALSE) ? TD_FACT_YES : TD_FACT_NO;
}

/* A limit of 0 is how the sources write "not known". */
void
td_import_take_count (const TdJson *object,
                      const char   *name,
                      gint64       *slot)
{
  gint64 count = td_json_member_int64 (object, name, 0);

  if (count > 0 && count <= TD_CATALOGUE_MAX_COUNT)
    *slot = count;
}

/**
 * td_import_take_words:
 * @object: an entry of a source
 * @name: a member
 * @slot: (inout) (transfer full): where it goes
 *
 * Takes an array of texts; leaves the slot as it is when there is none.
 */
void
td_import_take_words (const TdJson *object,
                      const char   *name,
                      GStrv        *slot)
{
  const TdJson *list = td_json_get_member (object, name);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  guint length = MIN (td_json_get_length (list), TD_CATALOGUE_MAX_LIST);

  if (td_json_get_type (list) != TD_JSON_ARRAY)
    return;
  for (guint i = 0; i < length; i++)
    {
      const char *word = td_json_get_string (td_json_get_element (list, i));

      if (word != NULL && td_catalogue_is_text (word, TD_CATALOGUE_MAX_ID))
        g_strv_builder_add (words, word);
    }
  g_strfreev (*slot);
  *slot = g_strv_builder_end (words);
}

/**
 * td_import_take_modalities:
 * @object: an entry of a source
 * @name: a member
 * @slot: (inout): where it goes
 *
 * Takes an array of modalities; those that are not known are left out.
 */
void
td_import_take_modalities (const TdJson *object,
                           const char   *name,
                           TdModality   *slot)
{
  const TdJson *list = td_json_get_member (object, name);
  TdModality found = 0;

  for (guint i = 0; i < td_json_get_length (list); i++)
    {
      TdModality modality;

      if (td_modality_from_string (td_json_get_string (td_json_get_element (list, i)), &modality))
        found |= modality;
    }
  if (found != 0)
    *slot = found;
}
