/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-dialect-private.h"

G_BEGIN_DECLS

/* How the provider's own state is marked among the details of reasoning, on its way out and back. */
#define TD_OPENAI_OPAQUE_FORMAT "topdog-v1"

/* What the two dialects of OpenAI share. */
void td_dialect_openai_read        (TdCallReader         *reader);
void td_dialect_openai_read_chat_tools (TdCallReader     *reader);
const char *td_dialect_openai_get_code (const TdFault     *fault);
void td_dialect_openai_write_fault (const TdFault        *fault,
                                    const char           *request_id,
                                    TdJsonWriter         *writer);
void td_dialect_openai_write_models (const TdDialectModel *models,
                                     guint                 n_models,
                                     TdJsonWriter         *writer);
void td_dialect_openai_write_model (const TdDialectModel *model,
                                    TdJsonWriter         *writer);

G_END_DECLS
