/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-stream-end.h"

#define DRAIN_BYTES (64 * 1024)
#define DRAIN_MS    1000

typedef struct
{
  GInputStream *stream;  /* (owned) */
  GCancellable *stop;    /* (owned) */
  guint timeout_id;
  gsize n_read;
  char buffer[4 * 1024];
} Drain;

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  /* It was given up: how closing goes does not matter. */
  g_input_stream_close_finish (G_INPUT_STREAM (source), result, NULL);
}

/**
 * td_stream_close:
 * @stream: (transfer full): a stream with nothing pending
 *
 * Gives the stream up. A reply that was not read to its end takes the connection with it.
 */
void
td_stream_close (GInputStream *stream)
{
  g_autoptr (GInputStream) owned = stream;

  g_input_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, closed_cb, NULL);
}

static void
end_drain (Drain *self)
{
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  td_stream_close (self->stream);
  g_object_unref (self->stop);
  g_free (self);
}

static void drain_more (Drain *self);

static void
drained_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Drain *self = user_data;
  gssize n = g_input_stream_read_finish (self->stream, result, NULL);

  self->n_read += (gsize) MAX (n, 0);
  if (n > 0 && self->n_read < DRAIN_BYTES)
    drain_more (self);
  else
    end_drain (self);
}

static void
drain_more (Drain *self)
{
  g_input_stream_read_async (self->stream, self->buffer, sizeof self->buffer, G_PRIORITY_LOW,
                             self->stop, drained_cb, self);
}

static gboolean
time_is_up_cb (gpointer user_data)
{
  Drain *self = user_data;

  self->timeout_id = 0;
  g_cancellable_cancel (self->stop);
  return G_SOURCE_REMOVE;
}

/**
 * td_stream_drain:
 * @stream: (transfer full): a stream with nothing pending
 *
 * Reads what little may be left and drops it, in the background. After the end of a chat the
 * server still has to end the body; only then can the connection be used again.
 */
void
td_stream_drain (GInputStream *stream)
{
  Drain *self = g_new0 (Drain, 1);

  self->stream = stream;
  self->stop = g_cancellable_new ();
  self->timeout_id = g_timeout_add (DRAIN_MS, time_is_up_cb, self);
  drain_more (self);
}
