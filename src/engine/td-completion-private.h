/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-message-private.h"
#include "engine/td-completion.h"
#include "engine/td-dispatch.h"
#include "engine/td-turn.h"

G_BEGIN_DECLS

/*
 * A completion as its own files know it: td-completion.c is the object, -begin.c everything
 * before something is sent, -route.c where it goes, -end.c everything after.
 */

typedef enum
{
  STAGE_NEW,
  STAGE_PREPARE,
  STAGE_BEGIN,
  STAGE_EXCHANGE,
  STAGE_SETTLE,
  STAGE_OVER,
} Stage;

struct _TdCompletion
{
  GObject parent_instance;

  /* What to do. */
  TdEngine *engine;             /* (owned) */
  TdConversation *conversation; /* (owned) */
  char *model_key;              /* (owned) */
  char *user_text;              /* (owned) (nullable): the last reply is made again */
  char *system_prompt;          /* (owned) (nullable) */
  GPtrArray *attachments; /* (owned) (nullable) (element-type TdAttachment): of the new message */
  gboolean has_parameters;      /* else as the chat has them */
  TdChatParameters parameters;
  char *schema_name;            /* (owned) (nullable) */
  char *schema;                 /* (owned) (nullable): what the reply has to be, as JSON */
  gboolean stream;

  /* Under way. */
  TdDispatch dispatch;          /* where the reply comes from, and what it may cost */
  Stage stage;
  GTask *task;                  /* (owned) (nullable) */
  GCancellable *stop;           /* (owned) */
  gulong cancelled_id;          /* on the caller's cancellable */
  TdMessage *user;              /* (owned) (nullable) */
  TdMessage *reply;             /* (owned) (nullable) */
  TdMessage *replaced;          /* (owned) (nullable) */
  TdTurn *turn;                 /* (owned) (nullable) */

  /* How it ended. */
  TdReceipt *receipt;           /* (owned) (nullable): settled */
  TdMessageOutcome outcome;
  GError *error;                /* (owned) (nullable): what the call is going to say */
};

void     td_completion_prepare      (TdCompletion *self);
gboolean td_completion_plan         (TdCompletion *self,
                                     GError      **error);
void     td_completion_exchange     (TdCompletion *self);
gboolean td_completion_reroute      (TdCompletion *self,
                                     const GError *error);
gboolean td_completion_go_on        (TdCompletion *self);
void     td_completion_exchanged_cb (GObject      *source,
                                     GAsyncResult *result,
                                     gpointer      user_data);
void     td_completion_take_terms   (TdCompletion    *self,
                                     const TdTurnIds *ids);
void     td_completion_finish       (TdCompletion *self);
void     td_completion_set_failure  (TdCompletion *self,
                                     GError       *error);
void     td_completion_set_stopped  (TdCompletion *self);
void     td_completion_settle       (TdCompletion *self);
void     td_completion_emit_text    (TdCompletion *self,
                                     const char   *text,
                                     gsize         length);

G_END_DECLS
