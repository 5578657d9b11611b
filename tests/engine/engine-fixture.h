/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/fake-provider.h"
#include "engine/td-completion.h"
#include "engine/td-engine.h"
#include "support/td-test.h"
#include "wallet/td-receipt.h"

G_BEGIN_DECLS

/* An engine on a database of its own, and a server with a free and a priced model. */
typedef struct
{
  FakeProvider *server;
  char *path;
  TdEngine *engine;
} EngineFixture;

#define FREE_MODEL     "free-server:tiny"
#define PAID_MODEL     "paid:tiny"     /* 3 and 15 dollars a million, at most 1,000 tokens */
#define UNPRICED_MODEL "paid:unpriced"
#define EMBED_MODEL    "paid:embed"

void         engine_fixture_set_up    (EngineFixture   *self,
                                       gconstpointer    unused);
void         engine_fixture_tear_down (EngineFixture   *self,
                                       gconstpointer    unused);
TdEngine    *engine_fixture_start     (const char      *path);
void         engine_fixture_add_models (TdEngine       *engine,
                                        const char     *url);
void         engine_fixture_restart   (EngineFixture   *self);

/* One completion; gives the error it ended with. */
typedef struct
{
  TdConversation *conversation;
  TdCompletion *completion;
  TdTestCall call;
} Run;

#define RUN_INIT { NULL, NULL, { NULL, NULL } }

void         run_prepare (Run           *self,
                          EngineFixture *fixture,
                          const char    *model_key,
                          const char    *text);
void         run_start   (Run           *self,
                          GCancellable  *cancellable);
GError      *run_wait    (Run           *self);
TdMessage   *run_nth     (Run           *self,
                          guint          position);
void         run_clear   (Run           *self);

gint64       engine_fixture_count   (EngineFixture *self,
                                     const char    *sql);
void         engine_fixture_execute (EngineFixture *self,
                                     const char    *sql);
void         engine_fixture_check_sums (EngineFixture *self);
TdReceipt   *engine_fixture_receipt (EngineFixture *self,
                                     TdMessage     *reply);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

G_END_DECLS
