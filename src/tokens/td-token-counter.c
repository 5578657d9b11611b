/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tokens/td-token-counter.h"

#include <string.h>

#include "tokens/td-token-text.h"
#include "tokens/td-tokenizer-private.h"

/* Bytes from one checkpoint to the next border that becomes one. */
#define STRIDE 256

/* Up to here the text is counted, and nothing after it can change that. */
typedef struct
{
  gsize offset;
  gint64 count;
} Checkpoint;

struct _TdTokenCounter
{
  TdTokenizer *tokenizer;
  GString *text;       /* the bytes as they came */
  GArray *checkpoints; /* (element-type Checkpoint): by offset; the first is the start */
  gint64 count;
};

/* After @valid bytes the text is not UTF-8, at least not yet. Borders lie between whole characters,
 * so all before the last one is sound. */
static gint64
count_invalid_tail (TdTokenCounter *self,
                    gsize           start)
{
  return td_tokenizer_count (self->tokenizer, self->text->str + start,
                             (gssize) (self->text->len - start));
}

/* Counts from the last checkpoint on, and makes more on the way. */
static void
count_tail (TdTokenCounter *self)
{
  Checkpoint at = g_array_index (self->checkpoints, Checkpoint, self->checkpoints->len - 1);
  const char *text = self->text->str;
  gsize valid_end =
    at.offset + td_token_text_find_invalid (text + at.offset, self->text->len - at.offset);

  while (valid_end - at.offset > STRIDE)
    {
      const char *from = text + at.offset + STRIDE;
      const char *border;

      while ((*from & 0xc0) == 0x80)
        from--;
      border = td_pretokenizer_find_border (self->tokenizer->table, from, text + valid_end);
      if (border == NULL)
        break;
      at.count += td_tokenizer_count_valid (self->tokenizer, text + at.offset,
                                            border - (text + at.offset));
      at.offset = border - text;
      g_array_append_val (self->checkpoints, at);
    }
  self->count = at.count;
  if (valid_end == self->text->len)
    self->count +=
      td_tokenizer_count_valid (self->tokenizer, text + at.offset, valid_end - at.offset);
  else
    self->count += count_invalid_tail (self, at.offset);
}

/* Forgets what depends on anything from @offset on. A border is decided by the characters on both
 * of its sides, the second of which has up to four bytes. */
static void
forget_from (TdTokenCounter *self,
             gsize           offset)
{
  while (self->checkpoints->len > 1 &&
         g_array_index (self->checkpoints, Checkpoint, self->checkpoints->len - 1).offset + 4 >
           offset)
    g_array_set_size (self->checkpoints, self->checkpoints->len - 1);
}

static gsize
get_common_length (const char *a,
                   const char *b,
                   gsize       length)
{
  gsize common = 0;

  for (gsize block = 65536; block >= 64; block /= 32)
    while (length - common >= block && memcmp (a + common, b + common, block) == 0)
      common += block;
  while (common < length && a[common] == b[common])
    common++;
  return common;
}

/**
 * td_token_counter_new:
 * @tokenizer: (transfer none): what to count with
 *
 * Returns: (transfer full): a counter, of the empty text
 */
TdTokenCounter *
td_token_counter_new (TdTokenizer *tokenizer)
{
  TdTokenCounter *self;
  Checkpoint start = { 0, 0 };

  g_return_val_if_fail (tokenizer != NULL, NULL);

  self = g_new0 (TdTokenCounter, 1);
  self->tokenizer = tokenizer;
  self->text = g_string_new (NULL);
  self->checkpoints = g_array_new (FALSE, FALSE, sizeof (Checkpoint));
  g_array_append_val (self->checkpoints, start);
  return self;
}

void
td_token_counter_free (TdTokenCounter *self)
{
  g_string_free (self->text, TRUE);
  g_array_unref (self->checkpoints);
  g_free (self);
}

/**
 * td_token_counter_set_text:
 * @text: (array length=length): the whole text as it is now
 * @length: bytes, or -1 if it ends with a NUL
 *
 * Returns: the number of tokens, the same that td_tokenizer_count() gives
 */
gint64
td_token_counter_set_text (TdTokenCounter *self,
                           const char     *text,
                           gssize          length)
{
  gsize common;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (text != NULL || length == 0, 0);

  if (length < 0)
    length = (gssize) strlen (text);
  common = get_common_length (self->text->str, text, MIN (self->text->len, (gsize) length));
  if (common == self->text->len && common == (gsize) length)
    return self->count;
  forget_from (self, common);
  g_string_truncate (self->text, common);
  g_string_append_len (self->text, text + common, length - (gssize) common);
  count_tail (self);
  return self->count;
}

/**
 * td_token_counter_append:
 * @text: (array length=length): what the text goes on with; it may end inside a character
 * @length: bytes, or -1 if it ends with a NUL
 *
 * Returns: the number of tokens of the whole text
 */
gint64
td_token_counter_append (TdTokenCounter *self,
                         const char     *text,
                         gssize          length)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (text != NULL || length == 0, 0);

  if (length == 0)
    return self->count;
  forget_from (self, self->text->len);
  g_string_append_len (self->text, text, length);
  count_tail (self);
  return self->count;
}

/**
 * td_token_counter_get_count:
 * @self: a counter
 *
 * Returns: the tokens of the text it holds
 */
gint64
td_token_counter_get_count (TdTokenCounter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->count;
}
