/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-protocol.h"

G_BEGIN_DECLS

TdChatParser *td_responses_parser_new (gboolean        streamed,
                                       TdChatEventFunc func,
                                       gpointer        user_data);

G_END_DECLS
