/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "providers/td-provider-error.h"

G_BEGIN_DECLS

/* What error bodies of providers mean; td_failure_from_reply() is in td-protocol.h. */
gboolean   td_failure_is_in_json  (const TdJson *root);
TdFailure *td_failure_from_json   (const TdJson *root,
                                   guint         status);
TdFailure *td_failure_new_garbage (const char   *bytes,
                                   gsize         length);

G_END_DECLS
