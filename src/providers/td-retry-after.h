/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"

G_BEGIN_DECLS

/* How long a provider wants us to wait, in milliseconds; -1 when it does not say. */
gint64      td_retry_after_read       (const char *const *headers,
                                       const TdJson      *root);
gint64      td_retry_after_parse_duration (const char    *text);
const char *td_headers_find           (const char *const *headers,
                                       const char        *name);

G_END_DECLS
