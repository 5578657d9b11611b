/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "engine/td-turn.h"

G_BEGIN_DECLS

/**
 * TdUnsaved:
 *
 * The end of a reply that could not be written, because the disk was full or the database could
 * not be reached. The reply is kept in the window and its end is written again and again, the
 * last time when the program ends. What stays unwritten then is resolved from the journal at the
 * next start.
 */
typedef struct _TdUnsaved TdUnsaved;

void td_unsaved_keep  (TdEngine       *engine,
                       TdTurn         *turn,
                       TdTurnEnd      *end,
                       TdConversation *conversation,
                       TdMessage      *reply);
void td_unsaved_write (TdUnsaved *self);
void td_unsaved_unref (TdUnsaved *self);

G_END_DECLS
