/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-money.h"
#include "gateway/td-fault.h"
#include "providers/td-chat-event.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/*
 * The dialects clients speak to the gateway: what comes in as the bytes of one of them becomes a
 * neutral request, and neutral events go out as its bytes. No I/O in here, no clock, no state but
 * the reply's own.
 *
 *   call = td_dialect_read (dialect, body, &fault)
 *   reply = td_dialect_reply_new (dialect, call, &head)
 *   for each event of the stream: td_dialect_reply_take (reply, event, out)
 *   td_dialect_reply_end (reply, &trailer, out)
 *
 * Nothing is written before there is something to say. As long as td_dialect_reply_has_begun() is
 * FALSE, a reply that failed is an error body with a status: see td_dialect_reply_get_fault().
 */

typedef struct _TdDialect TdDialect;
typedef struct _TdDialectReply TdDialectReply;

/* What a client asks for. */
typedef struct
{
  TdChatRequest *chat;    /* (owned): its model is the name the client wrote */
  gboolean stream;
  gboolean include_usage; /* with the stream's last events; whole replies always say it */
  gboolean hides_reasoning; /* the client does not want to see it */
  gboolean only_loads;    /* it wants the model to be ready, and no reply: end one without events */
  GHashTable *opaque_models; /* (owned) (nullable) (element-type TdChatTurn utf8) */
} TdDialectCall;

/* What is known before the reply comes. */
typedef struct
{
  const char *id;       /* letters and digits; a dialect puts its own prefix before them */
  gint64 created_us;    /* microseconds since 1970 */
  const char *model;    /* which model replies, by the name it has in the list of models */
  gint64 prompt_tokens; /* our count; -1: not known */
} TdReplyHead;

/* What is known when it has been paid for. */
typedef struct
{
  const char *request_id; /* (nullable) */
  const char *model;      /* (nullable) */
  const char *provider;   /* (nullable) */
  TdMoney cost;           /* or TD_MONEY_UNKNOWN */
  const char *reason;     /* (nullable): why Q chose the model */
  const TdUsage *usage;   /* (nullable): what was booked; %NULL: what the provider said */
  gint64 duration_us;     /* -1: not known */
  gint64 first_token_us;  /* -1: not known */
} TdReplyTrailer;

#define TD_REPLY_TRAILER_INIT { .cost = TD_MONEY_UNKNOWN, .duration_us = -1, .first_token_us = -1 }

/* A model as lists of models name it. */
typedef struct
{
  const char *id;
  const char *name;     /* (nullable) */
  const char *provider; /* (nullable) */
  gint64 created;       /* Unix seconds; 0: not known */
  gint64 context;       /* tokens; 0: not known */
  gint64 max_output;    /* tokens; 0: not known */
  gint64 size_bytes;    /* of a local model; 0: not known */
  const char *family;   /* (nullable) */
  const char *parameter_label; /* (nullable): "8B" */
  const char *license;  /* (nullable) */
  gboolean takes_images;
  gboolean takes_tools;
  gboolean thinks;
} TdDialectModel;

TdDialectCall *td_dialect_read        (const TdDialect      *self,
                                       GBytes               *body,
                                       TdFault             **fault);
void           td_dialect_call_free   (TdDialectCall        *self);
void           td_dialect_call_forget_others (TdDialectCall *self,
                                              const char    *model);

TdDialectReply *td_dialect_reply_new  (const TdDialect      *dialect,
                                       const TdDialectCall  *call,
                                       const TdReplyHead    *head);
void           td_dialect_reply_free  (TdDialectReply       *self);
void           td_dialect_reply_take  (TdDialectReply       *self,
                                       const TdChatEvent    *event,
                                       GByteArray           *out);
void           td_dialect_reply_fail  (TdDialectReply       *self,
                                       TdFault              *fault);
void           td_dialect_reply_end   (TdDialectReply       *self,
                                       const TdReplyTrailer *trailer,
                                       GByteArray           *out);
void           td_dialect_reply_keep_alive (TdDialectReply  *self,
                                            GByteArray      *out);
gboolean       td_dialect_reply_has_begun  (TdDialectReply  *self);
const TdFault *td_dialect_reply_get_fault  (TdDialectReply  *self);
const char    *td_dialect_reply_get_content_type (TdDialectReply *self);

/* What is answered with a document. */
GBytes        *td_dialect_write_fault (const TdDialect      *self,
                                       const TdFault        *fault,
                                       const char           *request_id);
guint          td_dialect_get_status  (const TdDialect      *self,
                                       const TdFault        *fault);
GBytes        *td_dialect_write_models (const TdDialect     *self,
                                        const TdDialectModel *models,
                                        guint                n_models);
GBytes        *td_dialect_write_model (const TdDialect      *self,
                                       const TdDialectModel *model);

const TdDialect *td_dialect_openai_chat (void); /* /v1/chat/completions, /v1/models */
const TdDialect *td_dialect_responses   (void); /* /v1/responses */
const TdDialect *td_dialect_anthropic   (void); /* /v1/messages; its list of models is another */
const TdDialect *td_dialect_anthropic_count (void); /* /v1/messages/count_tokens */
const TdDialect *td_dialect_ollama_chat (void); /* /api/chat, /api/tags, /api/show */
const TdDialect *td_dialect_ollama_generate (void); /* /api/generate */

GBytes        *td_dialect_anthropic_write_count (gint64      input_tokens);
char          *td_dialect_ollama_read_name      (GBytes     *body,
                                                 TdFault   **fault);
GBytes        *td_dialect_ollama_write_version  (const char *version);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdDialectCall, td_dialect_call_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdDialectReply, td_dialect_reply_free)

G_END_DECLS
