/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-think-splitter.h"

#include <string.h>

#define OPENING "<think>"
#define CLOSING "</think>"

typedef enum
{
  AT_START, /* the opening mark may still come */
  IN_THINK,
  IN_TEXT,
} State;

struct _TdThinkSplitter
{
  TdThinkFunc func;
  gpointer user_data;
  State state;
  GString *held; /* (owned): what may be part of a mark */
};

/**
 * td_think_splitter_new:
 * @func: called for each piece
 * @user_data: data for @func
 *
 * Returns: (transfer full): a splitter at the start of a reply
 */
TdThinkSplitter *
td_think_splitter_new (TdThinkFunc func,
                       gpointer    user_data)
{
  TdThinkSplitter *self = g_new0 (TdThinkSplitter, 1);

  self->func = func;
  self->user_data = user_data;
  self->held = g_string_new (NULL);
  return self;
}

void
td_think_splitter_free (TdThinkSplitter *self)
{
  if (self == NULL)
    return;

  g_string_free (self->held, TRUE);
  g_free (self);
}

static void
hand_out (TdThinkSplitter *self,
          const char      *text,
          gsize            length)
{
  if (length > 0)
    self->func (self->state == IN_THINK, text, length, self->user_data);
}

static void
hand_out_held (TdThinkSplitter *self,
               gsize            length)
{
  hand_out (self, self->held->str, length);
  g_string_erase (self->held, 0, length);
}

/* How much of the end of the held text may be the start of the closing mark. */
static gsize
closing_tail (const GString *held)
{
  gsize longest = MIN (held->len, strlen (CLOSING) - 1);

  for (gsize tail = longest; tail > 0; tail--)
    {
      if (memcmp (held->str + held->len - tail, CLOSING, tail) == 0)
        return tail;
    }
  return 0;
}

static void
split_thinking (TdThinkSplitter *self)
{
  const char *mark = strstr (self->held->str, CLOSING);

  if (mark == NULL)
    {
      hand_out_held (self, self->held->len - closing_tail (self->held));
      return;
    }
  hand_out_held (self, mark - self->held->str);
  g_string_erase (self->held, 0, strlen (CLOSING));
  self->state = IN_TEXT;
  hand_out_held (self, self->held->len);
}

static void
split_start (TdThinkSplitter *self)
{
  gsize space = strspn (self->held->str, " \t\r\n");
  const char *rest = self->held->str + space;
  gsize length = self->held->len - space;

  if (length >= strlen (OPENING) && g_str_has_prefix (rest, OPENING))
    {
      g_string_erase (self->held, 0, space + strlen (OPENING));
      self->state = IN_THINK;
      split_thinking (self);
    }
  else if (strncmp (rest, OPENING, MIN (length, strlen (OPENING))) != 0)
    {
      self->state = IN_TEXT;
      hand_out_held (self, self->held->len);
    }
}

/**
 * td_think_splitter_feed:
 * @self: a splitter
 * @text: the next piece of the reply, whole characters without NUL
 * @length: how many bytes
 *
 * Hands out what is certain; what may be part of a mark waits for more.
 */
void
td_think_splitter_feed (TdThinkSplitter *self,
                        const char      *text,
                        gsize            length)
{
  g_return_if_fail (self != NULL);

  if (self->state == IN_TEXT)
    {
      hand_out (self, text, length);
      return;
    }
  g_string_append_len (self->held, text, length);
  if (self->state == IN_THINK)
    split_thinking (self);
  else
    split_start (self);
}

/**
 * td_think_splitter_flush:
 * @self: a splitter
 *
 * Nothing more comes, or no marks are to be looked for any longer: what waits is handed out.
 */
void
td_think_splitter_flush (TdThinkSplitter *self)
{
  g_return_if_fail (self != NULL);

  hand_out_held (self, self->held->len);
  self->state = IN_TEXT;
}
