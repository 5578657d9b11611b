/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-chat-event.h"
#include "providers/td-chat-request.h"
#include "providers/td-endpoint.h"

G_BEGIN_DECLS

typedef struct _TdProtocol TdProtocol;
typedef struct _TdChatParser TdChatParser;

/* An HTTP request as plain data: what a protocol asks the transport to send. */
typedef struct
{
  const char *method;
  char *url;
  GStrv headers;          /* name and value by turns; without the key */
  GBytes *body;           /* (nullable) */
} TdWireRequest;

/* A model as a provider's list call names it. */
typedef struct
{
  char *id;
  char *name;             /* (nullable) */
  gint64 context;         /* 0: not stated */
  gint64 size_bytes;      /* 0: not stated */
  char *parameter_label;  /* (nullable) */
  char *retires;          /* (nullable): "YYYY-MM-DD", or "" for a model that is going to be retired some day */
  gboolean no_chat;       /* the server says it does something else */
  gboolean in_catalogue;  /* said by whoever compared it with the catalogue */
} TdListedModel;

/**
 * TdProtocol:
 *
 * One wire protocol: how requests are written and replies are read. No I/O inside: requests
 * come out as data, replies go in as bytes cut anywhere, events come out.
 */
struct _TdProtocol
{
  const char *name;
  TdWireRequest *(*write_chat)   (const TdEndpoint *endpoint, const TdChatRequest *request);
  TdWireRequest *(*write_list)   (const TdEndpoint *endpoint);
  GPtrArray     *(*read_list)    (GBytes *body, GError **error);  /* (element-type TdListedModel) */
  /* (nullable): what to ask for after the page @body of the list; NULL: that was the last one */
  TdWireRequest *(*write_next_list) (const TdEndpoint *endpoint, GBytes *body);
  /* @streamed: by the reply's content type; a whole JSON document comes as FALSE */
  TdChatParser  *(*parser_new)   (gboolean streamed, TdChatEventFunc func, gpointer user_data);
};

const TdProtocol *td_protocol_for_endpoint (const TdEndpoint *endpoint); /* NULL: not spoken yet */
const TdProtocol *td_protocol_for_chat     (const TdEndpoint    *endpoint,
                                            const TdChatRequest *request);
const TdProtocol *td_protocol_anthropic    (void);
const TdProtocol *td_protocol_openai_chat  (void);
const TdProtocol *td_protocol_responses    (void);
const TdProtocol *td_protocol_ollama       (void);
const TdProtocol *td_protocol_gemini       (void);

/**
 * TdChatParser:
 *
 * A push parser for one reply. After FINISH or ERROR was handed out it stays silent.
 */
typedef struct
{
  void (*feed) (TdChatParser *self, const char *bytes, gsize length);
  void (*end)  (TdChatParser *self);   /* the connection closed in good order */
  void (*free) (TdChatParser *self);
} TdChatParserClass;

struct _TdChatParser
{
  const TdChatParserClass *class;
};

void       td_chat_parser_feed (TdChatParser *self,
                                const char   *bytes,
                                gsize         length);
void       td_chat_parser_end  (TdChatParser *self);
void       td_chat_parser_free (TdChatParser *self);

/* An error reply: status, headers by name and value, the start of the body. */
TdFailure *td_failure_from_reply (guint       status,
                                  const char *const *headers,
                                  const char *body,
                                  gsize       length);

TdWireRequest *td_wire_request_new (const char       *method,
                                    char             *url,
                                    const TdEndpoint *endpoint,
                                    GBytes           *body);
void       td_wire_request_add_query (TdWireRequest *self,
                                      const char    *name,
                                      const char    *value);
void       td_wire_request_free  (TdWireRequest *self);
void       td_listed_model_free  (TdListedModel *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdChatParser, td_chat_parser_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdWireRequest, td_wire_request_free)

G_END_DECLS
