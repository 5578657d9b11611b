/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* A server on loopback that speaks Chat Completions the way it is told to. */
typedef struct _FakeProvider FakeProvider;

typedef enum
{
  FAKE_END_GOOD,      /* finish reason, usage if any, [DONE] */
  FAKE_END_NO_FINISH, /* the stream just ends, in good order */
  FAKE_END_CUT,       /* the connection is closed in the middle */
  FAKE_END_STALL,     /* nothing more comes but comments */
} FakeEnd;

/* One reply. Strings are borrowed and have to last. */
typedef struct
{
  guint status;            /* 0: 200 */
  const char *header;      /* (nullable): a header's name */
  const char *header_value;
  const char *body;        /* (nullable): sent as it is instead of a stream */
  const char *content_type; /* (nullable): of body; application/json */
  const char *reasoning;   /* (nullable): comes first, as one piece */
  const char *token;       /* (nullable): sent n_tokens times */
  guint n_tokens;
  guint interval_us;       /* between tokens; 0: as fast as they are taken */
  gboolean numbered;       /* the tokens are numbers with a space instead */
  const char *usage;       /* (nullable): JSON */
  const char *finish;      /* (nullable): the finish reason; "stop" */
  FakeEnd end;
} FakeReply;

FakeProvider *fake_provider_new          (void);
void          fake_provider_free         (FakeProvider    *self);
const char   *fake_provider_get_url      (FakeProvider    *self); /* http://127.0.0.1:PORT/v1 */
void          fake_provider_queue        (FakeProvider    *self,
                                          const FakeReply *reply);
guint         fake_provider_get_n_chats  (FakeProvider    *self);
const char   *fake_provider_get_request  (FakeProvider    *self,
                                          guint            index);
const char   *fake_provider_get_header   (FakeProvider    *self,
                                          guint            index); /* Authorization, or "" */
guint         fake_provider_get_n_sent   (FakeProvider    *self);  /* tokens of the last reply given to the socket */
gint64        fake_provider_get_sent_us  (FakeProvider    *self,
                                          guint            token); /* when it was, monotonic */
gboolean      fake_provider_is_idle      (FakeProvider    *self);  /* no reply is under way */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeProvider, fake_provider_free)

G_END_DECLS
