/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-dialect.h"
#include "providers/reply.h"

G_BEGIN_DECLS

/* One request and what becomes of it. */
typedef struct
{
  const char *name;
  const char *body;
  const char *expected; /* see read_dup_summary(); of a refusal: "!PARAM: a part of the message" */
} ReadCase;

void  assert_reads     (const TdDialect *dialect,
                        const ReadCase  *cases,
                        guint            n_cases);
void  assert_hostile   (const TdDialect *dialect,
                        const char      *valid);
char *read_dup_summary (const TdDialectCall *call);

/* The replies that every dialect has to carry. */
typedef struct
{
  const char *name;
  const TdChatEvent *events;
  guint n_events;
  TdFinish finish; /* what comes out at the other side; TD_FINISH_ERROR: a failure */
} Script;

extern const Script scripts[];
extern const guint n_scripts;

typedef TdChatParser *(*ParserNew) (gboolean streamed, TdChatEventFunc func, gpointer user_data);

/* What a dialect or the protocol it is cannot carry. */
typedef enum
{
  CARRIES_ALL = 0,
  NO_REFUSAL = 1 << 0,       /* comes out as text */
  NO_USAGE_DETAILS = 1 << 1, /* of tokens only input and output */
  NO_CALL_IDS = 1 << 2,
  BEGINS_WITH_COUNT = 1 << 4, /* of the prompt: our own, until the provider's comes */
  NO_REFUSED_END = 1 << 3,   /* a refusal ends like any reply */
} Carries;

void  assert_carries   (const TdDialect *dialect,
                        ParserNew        parser_new,
                        Carries          carries);
void  assert_opaque    (const TdDialect *dialect);
char *write_script     (const TdDialect *dialect,
                        const char      *script_name,
                        const TdDialectCall *call,
                        const TdReplyTrailer *trailer);
TdDialectCall *make_call (gboolean stream,
                          gboolean include_usage);

#define TEST_HEAD { .id = "abc123", .created_us = 1700000000000000, .model = "acme/one", .prompt_tokens = 11 }

G_END_DECLS
