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
 * @exact: whether it was counted with the model's own vocabulary; if not, whoever shows the figure
 *   says that it is an estimate
 */
typedef struct
{
  gint64 tokens;
  gboolean exact;
} TdTokenCount;

/* A message of a chat as the framing sees it. */
typedef struct
{
  const char *role;
  const char *name; /* (nullable) */
  const char *text;
  gssize length; /* bytes of @text, or -1 */
} TdTokenMessage;

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
