/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "providers/td-protocol.h"

G_BEGIN_DECLS

/* Everything the events of one reply said, put together. */
typedef struct
{
  guint index;
  char *id;
  char *name;
  GString *args;
} ReplyCall;

typedef struct
{
  char *id;
  char *model;
  char *upstream;
  GString *text;
  GString *reasoning;
  GString *refusal;
  GPtrArray *calls; /* (element-type ReplyCall) */
  char *opaque;
  gboolean has_usage;
  TdUsage usage;
  gboolean finished;
  TdFinish finish;
  char *finish_raw;
  TdFailure *failure;
  guint n_starts;
  guint n_events;
  guint n_ends;
} Reply;

Reply      *reply_new         (void);
void        reply_free        (Reply             *self);
void        reply_event_cb    (const TdChatEvent *event,
                               gpointer           user_data);
const char *reply_get_end     (const Reply       *self);
char       *reply_dup_summary (const Reply       *self);
char       *reply_dup_calls   (const Reply       *self);
gboolean    json_equal        (const TdJson      *a,
                               const TdJson      *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reply, reply_free)

G_END_DECLS
