/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lays the tokens out as a double array (see td-token-layout.h). Units are given out in blocks of 256,
 * because the children of one unit differ in the low byte only; the last few blocks that have room are
 * kept open, and each set of siblings goes to the first place where all of them fit.
 */
#include "config.h"

#include "tokens/tool/td-trie-builder.h"

#include <string.h>

#define BLOCK       256
#define OPEN_BLOCKS 32

typedef struct
{
  guint first;
  guint last; /* one past */
  guint depth;
  guint32 unit;
} Pending;

typedef struct
{
  guint32 block;
  guint n_free;
  gboolean base_taken[BLOCK];
} OpenBlock;

typedef struct
{
  const TdTrieEntry *entries;
  GArray *units;   /* (element-type TdTrieUnit) */
  GQueue pending;  /* (element-type Pending): breadth first, so that what is common is together */
  OpenBlock open[OPEN_BLOCKS];
  guint n_open;
} Builder;

/* Units before the first block: 0 is nobody's place, so that 0 can mean none. */
static void
open_block (Builder *self)
{
  OpenBlock *fresh;

  if (self->n_open == OPEN_BLOCKS)
    {
      memmove (self->open, self->open + 1, (OPEN_BLOCKS - 1) * sizeof (OpenBlock));
      self->n_open--;
    }
  fresh = &self->open[self->n_open++];
  memset (fresh, 0, sizeof *fresh);
  fresh->block = self->units->len / BLOCK;
  fresh->n_free = BLOCK;
  g_array_set_size (self->units, self->units->len + BLOCK);
}

static gboolean
fits (Builder         *self,
      const OpenBlock *block,
      guint            low,
      const guint8    *labels,
      guint            n_labels)
{
  if (block->base_taken[low])
    return FALSE;
  for (guint i = 0; i < n_labels; i++)
    if (g_array_index (self->units, TdTrieUnit, block->block * BLOCK + (low ^ labels[i])) != 0)
      return FALSE;
  return TRUE;
}

/* Finds a base under which all labels are free, and takes it. */
static guint32
take_base (Builder      *self,
           const guint8 *labels,
           guint         n_labels)
{
  for (;;)
    {
      for (guint i = 0; i < self->n_open; i++)
        for (guint low = 0; self->open[i].n_free >= n_labels && low < BLOCK; low++)
          if (fits (self, &self->open[i], low, labels, n_labels))
            {
              self->open[i].base_taken[low] = TRUE;
              self->open[i].n_free -= n_labels;
              return self->open[i].block * BLOCK + low;
            }
      open_block (self);
    }
}

static void
push (Builder *self,
      guint    first,
      guint    last,
      guint    depth,
      guint32  unit)
{
  Pending *pending = g_new (Pending, 1);

  *pending = (Pending) { first, last, depth, unit };
  g_queue_push_tail (&self->pending, pending);
}

/* Gives the children of one unit their places. Entries are sorted, so a child is a run of them. */
static void
place_children (Builder       *self,
                const Pending *parent)
{
  guint8 labels[BLOCK];
  guint starts[BLOCK + 1];
  guint n_labels = 0;
  guint32 base;
  TdTrieUnit *unit;

  for (guint i = parent->first; i < parent->last; i++)
    {
      guint8 label = self->entries[i].bytes[parent->depth];

      if (n_labels == 0 || labels[n_labels - 1] != label)
        {
          labels[n_labels] = label;
          starts[n_labels++] = i;
        }
    }
  starts[n_labels] = parent->last;
  if (n_labels == 0)
    return;

  base = take_base (self, labels, n_labels);
  unit = &g_array_index (self->units, TdTrieUnit, parent->unit);
  *unit |= (guint64) base << 32;
  for (guint i = 0; i < n_labels; i++)
    {
      const TdTrieEntry *entry = &self->entries[starts[i]];
      gboolean ends = entry->length == parent->depth + 1;
      guint32 child = base ^ labels[i];

      g_array_index (self->units, TdTrieUnit, child) =
        td_trie_unit_make (labels[i], ends ? entry->id : TD_TOKEN_NONE, 0);
      push (self, starts[i] + (ends ? 1 : 0), starts[i + 1], parent->depth + 1, child);
    }
}

/**
 * td_trie_build:
 * @entries: (array length=n_entries): the tokens, sorted by their bytes, none twice, none empty
 * @root: (out): the unit to start from
 *
 * Returns: (transfer full) (element-type TdTrieUnit): the units, a whole number of blocks
 */
GArray *
td_trie_build (const TdTrieEntry *entries,
               guint              n_entries,
               guint32           *root)
{
  Builder self = { .entries = entries };
  Pending *next;

  /* The first block stays empty: it is where the base of a unit without children, 0, leads. Its
   * last unit is the root, whose label is one no byte has. */
  self.units = g_array_new (FALSE, TRUE, sizeof (TdTrieUnit));
  g_array_set_size (self.units, 2 * BLOCK);
  *root = BLOCK;
  g_queue_init (&self.pending);
  push (&self, 0, n_entries, 0, *root);
  while ((next = g_queue_pop_head (&self.pending)) != NULL)
    {
      place_children (&self, next);
      g_free (next);
    }
  return self.units;
}
