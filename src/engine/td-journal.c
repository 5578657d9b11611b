/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-journal.h"

#include "base/td-clock.h"

/* A crash may cost 250 ms of text; the rest of that is for the way to the disk. */
#define INTERVAL_MS 200

struct _TdJournal
{
  gatomicrefcount ref_count; /* one more while a write is under way */
  TdTurn *turn;              /* (owned) */
  GString *text;             /* (owned): not handed over yet */
  GString *reasoning;        /* (owned) */
  gint64 oldest_us;          /* when the first of it came, monotonic */
  guint write_id;            /* source of the next write */
  gboolean writing;
  gboolean closed;           /* no more writes: the rest was taken, or nobody is interested */
};

static void
journal_unref (TdJournal *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  td_turn_unref (self->turn);
  g_string_free (self->text, TRUE);
  g_string_free (self->reasoning, TRUE);
  g_free (self);
}

static gboolean
is_empty (TdJournal *self)
{
  return self->text->len == 0 && self->reasoning->len == 0;
}

static char *
steal_text (GString *string)
{
  char *text = string->len > 0 ? g_strndup (string->str, string->len) : NULL;

  g_string_truncate (string, 0);
  return text;
}

static void plan_write (TdJournal *self);

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  TdJournal *self = user_data;
  g_autoptr (GError) error = NULL;

  /* The turn keeps what could not be written and tries again with the next piece; at the end
   * of the reply the failure is told. */
  if (!td_turn_write_finish (self->turn, result, &error))
    g_debug ("a piece of a reply was not journalled: %s", error->message);
  self->writing = FALSE;
  plan_write (self);
  journal_unref (self);
}

static gboolean
write_cb (gpointer user_data)
{
  TdJournal *self = user_data;

  self->write_id = 0;
  self->writing = TRUE;
  g_atomic_ref_count_inc (&self->ref_count);
  td_turn_append_async (self->turn, steal_text (self->text), steal_text (self->reasoning),
                        written_cb, self);
  return G_SOURCE_REMOVE;
}

static void
plan_write (TdJournal *self)
{
  gint64 wait_us;

  if (self->closed || self->writing || self->write_id != 0 || is_empty (self))
    return;
  wait_us = self->oldest_us + INTERVAL_MS * 1000 - td_clock_monotonic_us ();
  self->write_id = g_timeout_add (wait_us > 0 ? wait_us / 1000 : 0, write_cb, self);
}

/**
 * td_journal_new:
 * @turn: a turn that was begun
 *
 * Returns: (transfer full): a journal with nothing in it
 */
TdJournal *
td_journal_new (TdTurn *turn)
{
  TdJournal *self = g_new0 (TdJournal, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->turn = td_turn_ref (turn);
  self->text = g_string_new (NULL);
  self->reasoning = g_string_new (NULL);
  return self;
}

static void
close_journal (TdJournal *self)
{
  self->closed = TRUE;
  g_clear_handle_id (&self->write_id, g_source_remove);
}

void
td_journal_free (TdJournal *self)
{
  g_return_if_fail (self != NULL);

  close_journal (self);
  journal_unref (self);
}

/**
 * td_journal_append:
 * @self: a journal
 * @reasoning: whether it is reasoning or text
 * @text: UTF-8 without NUL
 * @length: bytes of it
 *
 * Takes a part of the reply; it is on the disk within 250 ms, if the disk can take it.
 */
void
td_journal_append (TdJournal  *self,
                   gboolean    reasoning,
                   const char *text,
                   gsize       length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (!self->closed);

  if (length == 0)
    return;
  if (is_empty (self))
    self->oldest_us = td_clock_monotonic_us ();
  g_string_append_len (reasoning ? self->reasoning : self->text, text, length);
  plan_write (self);
}

/**
 * td_journal_take:
 * @self: a journal
 * @text: (out) (transfer full) (nullable): text that was not handed over yet
 * @reasoning: (out) (transfer full) (nullable): reasoning likewise
 *
 * Ends the journal; what is left goes into the settlement.
 */
void
td_journal_take (TdJournal  *self,
                 char      **text,
                 char      **reasoning)
{
  g_return_if_fail (self != NULL);

  close_journal (self);
  *text = steal_text (self->text);
  *reasoning = steal_text (self->reasoning);
}
