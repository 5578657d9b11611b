/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tokens/td-token-table.h"

#include <string.h>

static gboolean
refuse (const char  *path,
        const char  *why,
        GError     **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %s", path, why);
  return FALSE;
}

static gboolean
check_header (const TdTokenHeader  *header,
              gsize                 length,
              const char           *path,
              GError              **error)
{
  if (length < sizeof *header || memcmp (header->magic, TD_TOKEN_MAGIC, sizeof header->magic) != 0)
    return refuse (path, "not a token table", error);
  if (header->byte_order != TD_TOKEN_BYTE_ORDER)
    return refuse (path, "made for a machine of another byte order", error);
  if (header->n_sections != TD_TOKEN_N_SECTIONS || header->n_tokens < 256 ||
      header->n_tokens >= TD_TOKEN_ID_MASK)
    return refuse (path, "not a token table of this version", error);
  for (guint i = 0; i < TD_TOKEN_N_SECTIONS; i++)
    if (header->sections[i].offset % 8 != 0 || header->sections[i].offset > length ||
        header->sections[i].length > length - header->sections[i].offset)
      return refuse (path, "a section is outside of the file", error);
  return TRUE;
}

static gconstpointer
get_section (const TdTokenTable *self,
             TdTokenSection      section,
             gsize               unit,
             gsize              *n_units)
{
  const char *contents = g_mapped_file_get_contents (self->file);
  const TdTokenHeader *header = (gconstpointer) contents;

  *n_units = header->sections[section].length / unit;
  return contents + header->sections[section].offset;
}

/* A section that is a hash has a power of two slots. Gives what a hash is shifted by, or 0. */
static guint
get_shift (gsize n_slots)
{
  if (n_slots < 2 || (n_slots & (n_slots - 1)) != 0)
    return 0;
  return 64 - g_bit_storage (n_slots - 1);
}

static gboolean
take_hashes (TdTokenTable *self)
{
  gsize n;
  gsize n_ids;

  self->short_keys = get_section (self, TD_TOKEN_SECTION_SHORT_KEYS, 8, &n);
  self->short_ids = get_section (self, TD_TOKEN_SECTION_SHORT_IDS, 4, &n_ids);
  self->short_shift = get_shift (n);
  if (n_ids != n)
    return FALSE;
  self->medium_keys = get_section (self, TD_TOKEN_SECTION_MEDIUM_KEYS, 16, &n);
  self->medium_ids = get_section (self, TD_TOKEN_SECTION_MEDIUM_IDS, 4, &n_ids);
  self->medium_shift = get_shift (n);
  if (n_ids != n)
    return FALSE;
  self->pairs = get_section (self, TD_TOKEN_SECTION_PAIRS, 8, &n);
  self->pair_shift = get_shift (n);
  self->pair_filter = get_section (self, TD_TOKEN_SECTION_PAIR_FILTER, 8, &n);
  self->filter_shift = get_shift (n * 64);
  self->border_filter = get_section (self, TD_TOKEN_SECTION_BORDER_FILTER, 8, &n);
  self->border_shift = get_shift (n * 64);
  return self->short_shift != 0 && self->medium_shift != 0 && self->pair_shift != 0 &&
         self->filter_shift != 0 && self->border_shift != 0;
}

static gboolean
take_arrays (TdTokenTable *self)
{
  gsize n_units;
  gsize n_cjk;
  gsize n_splits;
  gsize n_shorter;
  gsize n_lengths;
  gsize n_blocks;
  gsize n_classes;

  self->trie = get_section (self, TD_TOKEN_SECTION_TRIE, sizeof (TdTrieUnit), &n_units);
  self->cjk = get_section (self, TD_TOKEN_SECTION_CJK, 4, &n_cjk);
  self->splits = get_section (self, TD_TOKEN_SECTION_SPLITS, sizeof (TdTokenSplit), &n_splits);
  self->shorter = get_section (self, TD_TOKEN_SECTION_SHORTER, 4, &n_shorter);
  self->lengths = get_section (self, TD_TOKEN_SECTION_LENGTHS, 1, &n_lengths);
  self->class_blocks = get_section (self, TD_TOKEN_SECTION_CLASS_BLOCKS, 2, &n_blocks);
  self->classes = get_section (self, TD_TOKEN_SECTION_CLASSES, 256, &n_classes);
  if (self->trie_root >= n_units || n_units % 256 != 0 || n_cjk != TD_TOKEN_CJK_COUNT ||
      n_splits != self->n_tokens || n_shorter != self->n_tokens || n_lengths != self->n_tokens ||
      n_blocks != TD_TOKEN_N_BLOCKS)
    return FALSE;
  for (gsize i = 0; i < n_blocks; i++)
    if (self->class_blocks[i] >= n_classes)
      return FALSE;
  return TRUE;
}

/**
 * td_token_table_open:
 * @path: a file made by topdog-tokens-prepare
 * @error: return location for a #GFileError, or #G_IO_ERROR_INVALID_DATA
 *
 * Maps a table and checks that all of it is there. What is inside the sections is not looked at:
 * the file is installed with the program and trusted as the program's own code is.
 *
 * Returns: (transfer full): the table
 */
TdTokenTable *
td_token_table_open (const char  *path,
                     GError     **error)
{
  g_autoptr (TdTokenTable) self = g_new0 (TdTokenTable, 1);
  const TdTokenHeader *header;

  g_return_val_if_fail (path != NULL, NULL);

  self->file = g_mapped_file_new (path, FALSE, error);
  if (self->file == NULL)
    return NULL;
  header = (gconstpointer) g_mapped_file_get_contents (self->file);
  if (!check_header (header, g_mapped_file_get_length (self->file), path, error))
    return NULL;
  self->n_tokens = header->n_tokens;
  self->trie_root = header->trie_root;
  if (!take_hashes (self) || !take_arrays (self))
    {
      refuse (path, "a section has the wrong size", error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
td_token_table_free (TdTokenTable *self)
{
  g_clear_pointer (&self->file, g_mapped_file_unref);
  g_free (self);
}
