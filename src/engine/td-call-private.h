/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-message-private.h"
#include "engine/td-call.h"
#include "engine/td-dispatch.h"

G_BEGIN_DECLS

/*
 * A call as its own files know it: td-call.c is the object, -steps.c what it does.
 */

typedef enum
{
  STAGE_NEW,
  STAGE_HOLD,
  STAGE_EXCHANGE,
  STAGE_SETTLE,
  STAGE_OVER,
} Stage;

struct _TdCall
{
  GObject parent_instance;

  /* What to do. */
  TdEngine *engine;          /* (owned) */
  TdChatRequest *request;    /* (owned): its model is what the caller wrote */
  char *model_key;           /* (owned) */
  char *client;              /* (owned) (nullable) */
  TdChatEventFunc func;
  gpointer func_data;

  /* Under way. */
  Stage stage;
  GTask *task;               /* (owned) (nullable) */
  GCancellable *stop;        /* (owned) */
  TdFlow *flow;              /* (owned): whether the caller takes more now */
  TdMessage *reply;          /* (owned): in no chat */
  TdDispatch dispatch;
  TdChatRequest *more;       /* (owned) (nullable): lets a reply that paused go on */
  TdTokenCount more_prompt;

  /* How it ended. */
  TdReceipt *receipt;        /* (owned) (nullable): settled */
  GError *error;             /* (owned) (nullable): what the call is going to say */
};

void td_call_begin       (TdCall *self);
void td_call_set_stopped (TdCall *self);
void td_call_settle      (TdCall *self);

G_END_DECLS
