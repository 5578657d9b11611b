/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-dialect-private.h"

G_BEGIN_DECLS

/* What a provider wants to have back with a message, if the client keeps what it does not know. */
#define TD_OLLAMA_STATE "x_topdog_state"

void td_dialect_ollama_read_chat     (TdCallReader         *reader);
void td_dialect_ollama_read_generate (TdCallReader         *reader);
void td_dialect_ollama_write_fault   (const TdFault        *fault,
                                      const char           *request_id,
                                      TdJsonWriter         *writer);
void td_dialect_ollama_write_models  (const TdDialectModel *models,
                                      guint                 n_models,
                                      TdJsonWriter         *writer);
void td_dialect_ollama_write_model   (const TdDialectModel *model,
                                      TdJsonWriter         *writer);

G_END_DECLS
