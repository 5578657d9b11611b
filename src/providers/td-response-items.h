/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/**
 * TdResponseItems:
 *
 * The items of one reply of the Responses protocol, kept so that they can be sent back with the
 * turn: reasoning as it came, encrypted, and at its place among messages and calls. Text and
 * calls are not kept a second time; only how long the text is and which call it was.
 */
typedef struct _TdResponseItems TdResponseItems;

TdResponseItems *td_response_items_new       (void);
void             td_response_items_free      (TdResponseItems     *self);
void             td_response_items_take      (TdResponseItems     *self,
                                              const TdJson        *item,
                                              gsize                n_bytes);
char            *td_response_items_to_opaque (TdResponseItems     *self);

/* The way back: the items of a turn of the assistant. */
void             td_response_items_write     (TdJsonWriter        *writer,
                                              const TdChatRequest *request,
                                              guint                turn);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdResponseItems, td_response_items_free)

G_END_DECLS
