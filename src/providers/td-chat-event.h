/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-provider-error.h"
#include "tokens/td-usage.h"

G_BEGIN_DECLS

typedef enum
{
  TD_FINISH_STOP,
  TD_FINISH_LENGTH,
  TD_FINISH_TOOL_CALLS,
  TD_FINISH_REFUSED,
  TD_FINISH_PAUSED,     /* not over: see td_chat_request_continue() */
  TD_FINISH_ERROR,
  TD_FINISH_INCOMPLETE, /* the stream ended without saying why */
  TD_FINISH_CANCELLED,
  TD_FINISH_UNKNOWN,
} TdFinish;

typedef enum
{
  TD_CHAT_EVENT_START,      /* id, model, upstream: what the provider says it is; may be NULL */
  TD_CHAT_EVENT_TEXT,       /* text, length */
  TD_CHAT_EVENT_REASONING,  /* text, length */
  TD_CHAT_EVENT_REFUSAL,    /* text, length */
  TD_CHAT_EVENT_TOOL_BEGIN, /* index, id, name */
  TD_CHAT_EVENT_TOOL_ARGS,  /* index, text, length */
  TD_CHAT_EVENT_OPAQUE,     /* text, length: JSON to send back unchanged with this turn */
  TD_CHAT_EVENT_USAGE,      /* usage: running totals */
  TD_CHAT_EVENT_FINISH,     /* finish, finish_raw; the last event of a turn that did not fail */
  TD_CHAT_EVENT_ERROR,      /* failure; the last event of a turn that failed */
} TdChatEventType;

/**
 * TdChatEvent:
 *
 * One step of a reply in the one neutral form. All pointers are borrowed and valid only
 * during the call that hands the event out. Text is valid UTF-8, whole characters.
 */
typedef struct
{
  TdChatEventType type;
  const char *text;
  gsize length;
  guint index;
  const char *id;
  const char *name;
  const char *model;
  const char *upstream; /* who really serves it, where the provider hands requests on */
  const TdUsage *usage;
  TdFinish finish;
  const char *finish_raw;
  const TdFailure *failure;
} TdChatEvent;

typedef void (*TdChatEventFunc) (const TdChatEvent *event,
                                 gpointer           user_data);

const char *td_finish_to_string (TdFinish finish);

G_END_DECLS
