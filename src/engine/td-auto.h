/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/td-advice.h"
#include "engine/td-engine.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/* The name under which Q chooses the model, for each request anew. */
#define TD_AUTO_MODEL "topdog/auto"

/**
 * TdAutoChoice:
 *
 * What Q chose for a request, and by what.
 */
typedef struct
{
  char *model_key; /* (owned) */
  TdCategory category;
  int complexity;  /* 1 to 3 */
  TdProfile profile;
  guint n_usable;  /* how many models it was chosen from */
} TdAutoChoice;

gboolean      td_auto_is_name            (const char *model_key);
TdAutoChoice *td_auto_choose             (TdEngine       *engine,
                                          TdConversation *conversation,
                                          const char     *text,
                                          gboolean        has_images,
                                          TdMoney         max_cost,
                                          GError        **error);
TdAutoChoice *td_auto_choose_for_request (TdEngine            *engine,
                                          const TdChatRequest *request,
                                          TdMoney              max_cost,
                                          GError             **error);
void          td_auto_choice_free        (TdAutoChoice *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdAutoChoice, td_auto_choice_free)

G_END_DECLS
