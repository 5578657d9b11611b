/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-reasoning-details.h"

#include "base/td-json-write.h"

#define MAX_ENTRIES 1024

/* The members of an entry whose pieces are joined. */
static const char *const joined_names[] = { "text", "summary", "data" };

/* The members that are said once, in any fragment of the entry. */
static const char *const single_names[] = { "id", "format", "signature" };

typedef struct
{
  char *type;
  gint64 index;
  gboolean has_index;
  GString *joined[G_N_ELEMENTS (joined_names)]; /* (nullable) */
  char *single[G_N_ELEMENTS (single_names)];    /* (nullable) */
} Entry;

struct _TdReasoningDetails
{
  GPtrArray *entries; /* (owned) (element-type Entry) */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  for (gsize i = 0; i < G_N_ELEMENTS (joined_names); i++)
    {
      if (entry->joined[i] != NULL)
        g_string_free (entry->joined[i], TRUE);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (single_names); i++)
    g_free (entry->single[i]);
  g_free (entry->type);
  g_free (entry);
}

/**
 * td_reasoning_details_new:
 *
 * Returns: (transfer full): the details of one reply, none yet
 */
TdReasoningDetails *
td_reasoning_details_new (void)
{
  TdReasoningDetails *self = g_new0 (TdReasoningDetails, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  return self;
}

void
td_reasoning_details_free (TdReasoningDetails *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->entries);
  g_free (self);
}

static Entry *
find_entry (TdReasoningDetails *self,
            const char         *type,
            gboolean            has_index,
            gint64              index)
{
  for (guint i = self->entries->len; i > 0; i--)
    {
      Entry *entry = self->entries->pdata[i - 1];

      if (g_str_equal (entry->type, type) && entry->has_index == has_index && entry->index == index)
        return entry;
    }
  return NULL;
}

static Entry *
add_entry (TdReasoningDetails *self,
           const char         *type,
           gboolean            has_index,
           gint64              index)
{
  Entry *entry;

  if (self->entries->len >= MAX_ENTRIES)
    return NULL;

  entry = g_new0 (Entry, 1);
  entry->type = g_strdup (type);
  entry->has_index = has_index;
  entry->index = index;
  g_ptr_array_add (self->entries, entry);
  return entry;
}

static void
add_to_entry (Entry        *entry,
              const TdJson *fragment)
{
  for (gsize i = 0; i < G_N_ELEMENTS (joined_names); i++)
    {
      const TdJson *piece = td_json_get_member (fragment, joined_names[i]);

      if (td_json_get_type (piece) != TD_JSON_STRING)
        continue;
      if (entry->joined[i] == NULL)
        entry->joined[i] = g_string_new (NULL);
      g_string_append_len (entry->joined[i], td_json_get_string (piece),
                           td_json_get_string_length (piece));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (single_names); i++)
    {
      const char *value = td_json_member_string (fragment, single_names[i]);

      if (value != NULL)
        g_set_str (&entry->single[i], value);
    }
}

/**
 * td_reasoning_details_take:
 * @self: the details of one reply
 * @fragments: (nullable): the "reasoning_details" of a chunk or a message
 * @whole: whether these are all there are, each complete
 *
 * Joins the fragments of equal index and type; entries keep the order in which they began.
 */
void
td_reasoning_details_take (TdReasoningDetails *self,
                           const TdJson       *fragments,
                           gboolean            whole)
{
  if (td_json_get_type (fragments) != TD_JSON_ARRAY)
    return;
  for (guint i = 0; i < td_json_get_length (fragments); i++)
    {
      const TdJson *fragment = td_json_get_element (fragments, i);
      const char *type = td_json_member_string (fragment, "type");
      gint64 index = 0;
      gboolean has_index = td_json_get_int64 (td_json_get_member (fragment, "index"), &index);
      Entry *entry;

      if (type == NULL)
        continue;
      entry = whole ? NULL : find_entry (self, type, has_index, index);
      if (entry == NULL)
        entry = add_entry (self, type, has_index, index);
      if (entry != NULL)
        add_to_entry (entry, fragment);
    }
}

/**
 * td_reasoning_detail_get_text:
 * @fragment: (nullable): an element of "reasoning_details"
 *
 * Returns: (transfer none) (nullable): what of it can be read by people
 */
const TdJson *
td_reasoning_detail_get_text (const TdJson *fragment)
{
  const char *type = td_json_member_string (fragment, "type");

  if (g_strcmp0 (type, "reasoning.text") == 0)
    return td_json_get_member (fragment, "text");
  if (g_strcmp0 (type, "reasoning.summary") == 0)
    return td_json_get_member (fragment, "summary");
  return NULL;
}

static void
write_entry (TdJsonWriter *writer,
             const Entry  *entry)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "type", entry->type);
  for (gsize i = 0; i < G_N_ELEMENTS (joined_names); i++)
    {
      if (entry->joined[i] == NULL)
        continue;
      td_json_writer_name (writer, joined_names[i]);
      td_json_writer_string_len (writer, entry->joined[i]->str, entry->joined[i]->len);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (single_names); i++)
    td_json_writer_member_string (writer, single_names[i], entry->single[i]);
  if (entry->has_index)
    td_json_writer_member_int64 (writer, "index", entry->index);
  td_json_writer_end_object (writer);
}

/**
 * td_reasoning_details_to_opaque:
 * @self: the details of one reply
 *
 * Returns: (transfer full) (nullable): an object with the member "reasoning_details", or %NULL
 *   when there are none
 */
char *
td_reasoning_details_to_opaque (TdReasoningDetails *self)
{
  g_autoptr (TdJsonWriter) writer = NULL;

  if (self->entries->len == 0)
    return NULL;

  writer = td_json_writer_new ();
  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "reasoning_details");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < self->entries->len; i++)
    write_entry (writer, self->entries->pdata[i]);
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_text (writer);
}
