/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-write.h"
#include "gateway/td-call-reader.h"
#include "gateway/td-dialect.h"
#include "gateway/td-reply-record.h"

G_BEGIN_DECLS

/* What a dialect is made of. */
struct _TdDialect
{
  const char *name;
  const char *stream_type; /* the content type of a stream */

  void (*read)           (TdCallReader *reader);

  /* A stream, event by event; what came so far is in the reply's record. */
  void (*begin)          (TdDialectReply *reply, GByteArray *out); /* (nullable) */
  void (*take)           (TdDialectReply *reply, const TdChatEvent *event, GByteArray *out);
  void (*end)            (TdDialectReply *reply, const TdReplyTrailer *trailer, GByteArray *out);
  void (*fail)           (TdDialectReply *reply, const TdReplyTrailer *trailer, GByteArray *out);
  const char *keep_alive; /* (nullable): what can be said while nothing happens */

  /* The reply as one document. */
  void (*write_reply)    (TdDialectReply *reply, const TdReplyTrailer *trailer, TdJsonWriter *writer);

  void (*write_fault)    (const TdFault *fault, const char *request_id, TdJsonWriter *writer);
  guint (*get_status)    (const TdFault *fault); /* (nullable) */
  void (*write_models)   (const TdDialectModel *models, guint n_models, TdJsonWriter *writer);
  void (*write_model)    (const TdDialectModel *model, TdJsonWriter *writer);
};

struct _TdDialectReply
{
  const TdDialect *dialect;
  char *id;              /* (owned) */
  gint64 created_us;
  char *model;           /* (owned) */
  gint64 prompt_tokens;
  gboolean stream;
  gboolean include_usage;
  gboolean hides_reasoning;
  gboolean one_call;

  TdReplyRecord *record; /* (owned) */
  TdFault *fault;        /* (owned) (nullable): why it failed */
  gboolean begun;
  gboolean finished;     /* FINISH or ERROR came */
  gboolean ended;

  /* For the dialect's own use in a stream. */
  guint n_sent;          /* events */
  guint n_items;         /* what was opened so far */
  gint part;             /* which of the record's parts the event is about; -1: none */
};

/* Ends of streams. */
void td_dialect_append_sse     (GByteArray           *out,
                                const char           *event,
                                TdJsonWriter         *writer);
void td_dialect_append_text    (GByteArray           *out,
                                const char           *text);
void td_dialect_append_line    (GByteArray           *out,
                                TdJsonWriter         *writer);

/* What the dialects write alike. */
void td_dialect_write_topdog   (TdJsonWriter         *writer,
                                const TdReplyTrailer *trailer);
void td_dialect_write_fault_topdog (TdJsonWriter     *writer,
                                    const TdFault    *fault,
                                    const char       *request_id);
void td_dialect_write_id       (TdJsonWriter         *writer,
                                const char           *name,
                                const char           *prefix,
                                const TdDialectReply *reply);
void td_dialect_write_count    (TdJsonWriter         *writer,
                                const char           *name,
                                gint64                count);
TdUsage td_dialect_reply_get_usage (const TdDialectReply *reply,
                                    const TdReplyTrailer *trailer);
char *td_dialect_wrap_opaque   (const TdDialectReply *reply);
gint64 td_dialect_reply_get_created (const TdDialectReply *reply);
char *td_dialect_dup_time      (gint64                microseconds);

G_END_DECLS
