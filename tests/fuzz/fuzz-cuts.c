/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

char *
fuzz_copy (const guint8 *data,
           gsize         size)
{
  char *copy = g_malloc (MAX (size, 1));

  if (size > 0)
    memcpy (copy, data, size);
  return copy;
}

void
fuzz_cuts_begin (FuzzCuts     *self,
                 const guint8 *data,
                 gsize         size)
{
  self->data = data;
  self->left = size;
  self->state = 2166136261u;
  for (gsize i = 0; i < size; i++)
    self->state = (self->state ^ data[i]) * 16777619u;
}

/**
 * fuzz_cuts_next:
 * @self: the cuts
 * @length: (out): of the piece
 *
 * Returns: (transfer full) (nullable): the next piece, mostly short
 */
char *
fuzz_cuts_next (FuzzCuts *self,
                gsize    *length)
{
  char *piece;
  gsize most;

  if (self->left == 0)
    return NULL;
  self->state = self->state * 1664525u + 1013904223u;
  most = 1 + (self->state >> 16) % ((self->state >> 8) % 8 == 0 ? 4096 : 12);
  *length = MIN (most, self->left);
  piece = fuzz_copy (self->data, *length);
  self->data += *length;
  self->left -= *length;
  return piece;
}
