/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalogue/td-wire-trait.h"

static const struct
{
  TdWireTrait trait;
  const char *word;
} trait_words[] = {
  { TD_WIRE_TRAIT_RESPONSES, "responses" },
  { TD_WIRE_TRAIT_MAX_COMPLETION_TOKENS, "max-completion-tokens" },
  { TD_WIRE_TRAIT_REASONING_OBJECT, "reasoning-object" },
  { TD_WIRE_TRAIT_KEY_CALL, "key-call" },
};

/**
 * td_wire_traits_read:
 * @list: (nullable): a list of words
 *
 * Returns: the traits it names; words of later versions are left out
 */
TdWireTrait
td_wire_traits_read (const TdJson *list)
{
  TdWireTrait traits = TD_WIRE_TRAIT_NONE;

  if (td_json_get_type (list) != TD_JSON_ARRAY)
    return traits;
  for (guint i = 0; i < td_json_get_length (list); i++)
    {
      const char *word = td_json_get_string (td_json_get_element (list, i));

      for (gsize j = 0; j < G_N_ELEMENTS (trait_words); j++)
        {
          if (g_strcmp0 (word, trait_words[j].word) == 0)
            traits |= trait_words[j].trait;
        }
    }
  return traits;
}

/**
 * td_wire_traits_write:
 * @writer: a writer inside an object
 * @name: the member to write
 * @traits: traits; of none nothing is written
 */
void
td_wire_traits_write (TdJsonWriter *writer,
                      const char   *name,
                      TdWireTrait   traits)
{
  if (traits == TD_WIRE_TRAIT_NONE)
    return;
  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  for (gsize i = 0; i < G_N_ELEMENTS (trait_words); i++)
    {
      if (traits & trait_words[i].trait)
        td_json_writer_string (writer, trait_words[i].word);
    }
  td_json_writer_end_array (writer);
}
