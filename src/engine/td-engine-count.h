/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "tokens/td-token-ruler.h"

G_BEGIN_DECLS

/* How the tokens of a model are counted here, with what was learnt from replies. */
TdTokenRuler *td_engine_new_ruler          (TdEngine             *self,
                                            const TdModelFacts   *facts);
/* What a text comes to as the only message of a chat. */
TdTokenCount  td_engine_count_prompt       (TdEngine             *self,
                                            const TdModelFacts   *facts,
                                            const char           *text);
/* The same by the provider's own count, where it counts when asked. The text is sent there. */
void          td_engine_ask_count_async    (TdEngine             *self,
                                            const TdModelFacts   *facts,
                                            const char           *text,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
gint64        td_engine_ask_count_finish   (TdEngine             *self,
                                            GAsyncResult         *result,
                                            GError              **error);

G_END_DECLS
