/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-provider-error.h"

G_BEGIN_DECLS

#define TD_FAILURE_MAX_MESSAGE_BYTES 1000
#define TD_FAILURE_EXCERPT_BYTES     200

/* Words of a provider made fit to be shown and logged. */
char *td_failure_clean_text     (const char *text,
                                 gsize       length,
                                 gsize       max_bytes);
char *td_failure_redact_text    (char       *text,
                                 const char *key);
void  td_failure_redact_key     (TdFailure  *failure,
                                 const char *key);
char *td_failure_dup_request_id (const char *text);

G_END_DECLS
