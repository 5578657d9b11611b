/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The vocabularies whose counts are exact. */
typedef enum
{
  TD_ENCODING_O200K_BASE,
  TD_ENCODING_O200K_HARMONY,
  TD_ENCODING_CL100K_BASE,
  TD_N_ENCODINGS,
} TdEncoding;

/**
 * TdTokenCount:
 * @at_most: what the provider can count at most, for what has to be enough
 * @exact: whether it was counted with the model's own vocabulary; if not, whoever shows the figure
 *   says that it is an estimate
 * @error_permille: by how much such estimates were off on average; -1 if that was not measured
 */
typedef struct
{
  gint64 tokens;
  gint64 at_most;
  gboolean exact;
  int error_permille;
} TdTokenCount;

#define TD_TOKEN_COUNT_NONE { 0, 0, TRUE, 0 }

/* A message of a chat as the framing sees it. */
typedef struct
{
  const char *role;
  const char *name; /* (nullable) */
  const char *text;
  gssize length; /* bytes of @text, or -1 */
} TdTokenMessage;

void         td_token_count_add            (TdTokenCount         *sum,
                                            TdTokenCount          part);
const char  *td_encoding_get_name          (TdEncoding            encoding);
gboolean     td_token_find_encoding        (const char           *provider_id,
                                            const char           *model_id,
                                            TdEncoding           *encoding);
TdTokenCount td_token_count_for_model      (const char           *provider_id,
                                            const char           *model_id,
                                            const char           *text,
                                            gssize                length);
TdTokenCount td_token_count_chat_for_model (const char           *provider_id,
                                            const char           *model_id,
                                            const TdTokenMessage *messages,
                                            gsize                 n_messages);

G_END_DECLS
