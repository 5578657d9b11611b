/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "engine/td-taste.h"

G_BEGIN_DECLS

void     td_learning_note_next           (TdEngine             *engine,
                                          TdConversation       *conversation,
                                          gboolean              is_made_again);
void     td_learning_set_opinion_async   (TdEngine             *engine,
                                          TdConversation       *conversation,
                                          TdMessage            *reply,
                                          TdOpinion             opinion,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean td_learning_set_opinion_finish  (TdEngine             *engine,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
