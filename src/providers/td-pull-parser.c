/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-pull-parser.h"

#include <string.h>

#include "providers/td-failure-reply.h"
#include "providers/td-ndjson-parser.h"

#define MAX_LINE_BYTES (64 * 1024)

/* More layers than any model has. */
#define MAX_LAYERS 1024

/* More bytes than there are, so that sums cannot overflow. */
#define MAX_BYTES (G_GINT64_CONSTANT (1) << 50)

typedef struct
{
  char *digest;
  gint64 total;
  gint64 completed;
} Layer;

struct _TdPullParser
{
  TdPullFunc func;
  gpointer user_data;
  TdNdjsonParser *lines; /* (owned) */
  GPtrArray *layers;     /* (owned) (element-type Layer) */
  gboolean done;         /* it said that it succeeded */
  TdFailure *failure;    /* (owned) (nullable) */
};

static void
layer_free (gpointer data)
{
  Layer *layer = data;

  g_free (layer->digest);
  g_free (layer);
}

static Layer *
get_layer (TdPullParser *self,
           const char   *digest)
{
  Layer *layer;

  for (guint i = self->layers->len; i > 0; i--)
    {
      layer = self->layers->pdata[i - 1];
      if (g_str_equal (layer->digest, digest))
        return layer;
    }
  if (self->layers->len >= MAX_LAYERS)
    return NULL;
  layer = g_new0 (Layer, 1);
  layer->digest = g_strdup (digest);
  g_ptr_array_add (self->layers, layer);
  return layer;
}

/* A count that is left out, as it is before the first byte, leaves what was known. */
static void
take_layer (TdPullParser *self,
            const TdJson *root)
{
  const char *digest = td_json_member_string (root, "digest");
  Layer *layer = digest != NULL ? get_layer (self, digest) : NULL;

  if (layer == NULL)
    return;
  layer->total = CLAMP (td_json_member_int64 (root, "total", layer->total), 0, MAX_BYTES);
  layer->completed =
    CLAMP (td_json_member_int64 (root, "completed", layer->completed), 0, layer->total);
}

static void
hand_out (TdPullParser *self,
          const char   *status)
{
  TdPullProgress progress = { .status = status, .total = self->layers->len > 0 ? 0 : -1 };

  for (guint i = 0; i < self->layers->len; i++)
    {
      const Layer *layer = self->layers->pdata[i];

      progress.total += layer->total;
      progress.completed += layer->completed;
    }
  self->func (&progress, self->user_data);
}

/* A model nobody has is no 404: the reply has begun by then, and says it in these words. */
static TdFailure *
read_failure (const TdJson *root)
{
  TdFailure *failure = td_failure_from_json (root, 0);

  if (failure->message != NULL && strstr (failure->message, "file does not exist") != NULL)
    {
      failure->class = TD_PROVIDER_ERROR_NOT_FOUND;
      failure->retryable = FALSE;
    }
  return failure;
}

static TdFeed
take_line_cb (const char *line,
              gsize       length,
              gboolean    unfinished,
              gpointer    user_data)
{
  TdPullParser *self = user_data;
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (line, length, NULL, NULL);
  const TdJson *root = doc != NULL ? td_json_doc_get_root (doc) : NULL;
  const char *status = td_json_member_string (root, "status");

  if (doc == NULL && !unfinished)
    self->failure = td_failure_new_garbage (line, length);
  else if (td_failure_is_in_json (root))
    self->failure = read_failure (root);
  else if (status != NULL)
    {
      take_layer (self, root);
      self->done = g_str_equal (status, "success");
      hand_out (self, status);
    }
  return self->done || self->failure != NULL ? TD_FEED_STOPPED : TD_FEED_MORE;
}

/**
 * td_pull_parser_new:
 * @func: called for each line that tells how far it is
 * @user_data: data for @func
 *
 * Returns: (transfer full): a parser for one download
 */
TdPullParser *
td_pull_parser_new (TdPullFunc func,
                    gpointer   user_data)
{
  TdPullParser *self = g_new0 (TdPullParser, 1);

  self->func = func;
  self->user_data = user_data;
  self->lines = td_ndjson_parser_new (MAX_LINE_BYTES, take_line_cb, self);
  self->layers = g_ptr_array_new_with_free_func (layer_free);
  return self;
}

void
td_pull_parser_free (TdPullParser *self)
{
  if (self == NULL)
    return;

  td_ndjson_parser_free (self->lines);
  g_ptr_array_unref (self->layers);
  td_failure_free (self->failure);
  g_free (self);
}

static gboolean
is_over (TdPullParser *self)
{
  return self->done || self->failure != NULL;
}

static void
check_length (TdPullParser *self,
              TdFeed        feed)
{
  if (feed == TD_FEED_TOO_LONG && !is_over (self))
    self->failure = td_failure_new (TD_PROVIDER_ERROR_PROTOCOL, "a line is too long");
}

/**
 * td_pull_parser_feed:
 * @self: a parser
 * @bytes: the next bytes of the reply, cut anywhere
 * @length: how many bytes
 *
 * Hands out the progress they tell, before it returns.
 *
 * Returns: whether more is to come; td_pull_parser_end() says how it went
 */
gboolean
td_pull_parser_feed (TdPullParser *self,
                     const char   *bytes,
                     gsize         length)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (!is_over (self))
    check_length (self, td_ndjson_parser_feed (self->lines, bytes, length));
  return !is_over (self);
}

/**
 * td_pull_parser_end:
 * @self: a parser to which no more is fed
 *
 * Returns: (transfer full) (nullable): what went wrong, or %NULL when the model is there
 */
TdFailure *
td_pull_parser_end (TdPullParser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (!is_over (self))
    check_length (self, td_ndjson_parser_end (self->lines));
  if (self->failure != NULL)
    return td_failure_copy (self->failure);
  return self->done ? NULL : td_failure_new (TD_PROVIDER_ERROR_CUT, NULL);
}
