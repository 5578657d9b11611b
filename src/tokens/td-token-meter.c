/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tokens/td-token-meter.h"

#include <string.h>

#include "tokens/td-token-counter.h"
#include "tokens/td-token-estimate.h"

/* What is appended waits until there is some of it, and until it is a part of what was counted
 * before that is worth a look at its end: the end of a text without any border, such as a megabyte
 * of one letter, has to be counted again whole. So all of it together stays linear. */
#define MIN_WAITING   512
#define WAITING_SHARE 8

/* What an estimate looks at to tell the script. */
#define SCRIPT_BYTES (16 * 1024)

struct _TdTokenMeter
{
  TdTokenRuler *ruler;     /* (owned) */
  TdTokenCounter *counter; /* (owned) (nullable): no table is installed */
  GString *waiting;        /* (owned): appended, and not counted; all of it without a counter */
  GString *beginning;      /* (owned): what tells the script */
  gsize counted_bytes;
};

/**
 * td_token_meter_new:
 * @ruler: the model
 *
 * Returns: (transfer full): a meter, of the empty text
 */
TdTokenMeter *
td_token_meter_new (TdTokenRuler *ruler)
{
  TdTokenMeter *self;

  g_return_val_if_fail (ruler != NULL, NULL);

  self = g_new0 (TdTokenMeter, 1);
  self->ruler = td_token_ruler_ref (ruler);
  if (td_token_ruler_get_tokenizer (ruler) != NULL)
    self->counter = td_token_counter_new (td_token_ruler_get_tokenizer (ruler));
  self->waiting = g_string_new (NULL);
  self->beginning = g_string_new (NULL);
  return self;
}

void
td_token_meter_free (TdTokenMeter *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->counter, td_token_counter_free);
  g_string_free (self->waiting, TRUE);
  g_string_free (self->beginning, TRUE);
  td_token_ruler_unref (self->ruler);
  g_free (self);
}

static void
count_waiting (TdTokenMeter *self)
{
  if (self->counter == NULL || self->waiting->len == 0)
    return;
  td_token_counter_append (self->counter, self->waiting->str, (gssize) self->waiting->len);
  self->counted_bytes += self->waiting->len;
  g_string_truncate (self->waiting, 0);
}

static void
note_beginning (TdTokenMeter *self,
                const char   *text,
                gsize         length)
{
  if (self->beginning->len < SCRIPT_BYTES)
    g_string_append_len (self->beginning, text,
                         (gssize) MIN (length, SCRIPT_BYTES - self->beginning->len));
}

/**
 * td_token_meter_append:
 * @self: a meter
 * @text: (array length=length): what the text goes on with; it may end inside a character
 * @length: bytes of it
 *
 * Takes what came. It is counted now and then, or when the count is asked for.
 */
void
td_token_meter_append (TdTokenMeter *self,
                       const char   *text,
                       gsize         length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL || length == 0);

  if (length == 0)
    return;
  note_beginning (self, text, length);
  g_string_append_len (self->waiting, text, (gssize) length);
  if (self->waiting->len >= MAX (MIN_WAITING, self->counted_bytes / WAITING_SHARE))
    count_waiting (self);
}

/**
 * td_token_meter_set_text:
 * @self: a meter
 * @text: (array length=length): the whole text as it is now
 * @length: bytes, or -1 if it ends with a NUL
 *
 * Takes a text that was edited. Only what follows the first change is counted.
 */
void
td_token_meter_set_text (TdTokenMeter *self,
                         const char   *text,
                         gssize        length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL || length == 0);

  if (length < 0)
    length = (gssize) strlen (text);
  g_string_truncate (self->beginning, 0);
  note_beginning (self, text, length);
  g_string_truncate (self->waiting, 0);
  if (self->counter != NULL)
    {
      td_token_counter_set_text (self->counter, text, length);
      self->counted_bytes = length;
    }
  else
    {
      g_string_append_len (self->waiting, text, length);
    }
}

void
td_token_meter_clear (TdTokenMeter *self)
{
  td_token_meter_set_text (self, "", 0);
}

/**
 * td_token_meter_get_length:
 * @self: a meter
 *
 * Returns: bytes of the text
 */
gsize
td_token_meter_get_length (TdTokenMeter *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counted_bytes + self->waiting->len;
}

/**
 * td_token_meter_get_count:
 * @self: a meter
 *
 * Returns: the tokens of the text
 */
TdTokenCount
td_token_meter_get_count (TdTokenMeter *self)
{
  gint64 base;

  g_return_val_if_fail (self != NULL, (TdTokenCount) TD_TOKEN_COUNT_NONE);

  count_waiting (self);
  base = self->counter != NULL ? td_token_counter_get_count (self->counter)
                               : td_token_estimate (self->waiting->str, self->waiting->len);
  return td_token_ruler_scale (self->ruler, base,
                               td_token_script_of (self->beginning->str, self->beginning->len),
                               td_token_meter_get_length (self));
}
