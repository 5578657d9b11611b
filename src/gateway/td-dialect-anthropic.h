/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-dialect-private.h"

G_BEGIN_DECLS

void td_dialect_anthropic_read       (TdCallReader *reader);
void td_dialect_anthropic_read_count (TdCallReader *reader);

G_END_DECLS
