/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gateway/td-dialect-private.h"

G_BEGIN_DECLS

void td_dialect_responses_read (TdCallReader *reader);

G_END_DECLS
