/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-turn.h"

G_BEGIN_DECLS

/**
 * TdJournal:
 *
 * Sees to it that what streams is on the disk soon: collects what is appended and hands it to
 * the turn several times a second, one write at a time.
 */
typedef struct _TdJournal TdJournal;

TdJournal *td_journal_new    (TdTurn     *turn);
void       td_journal_free   (TdJournal  *self);
void       td_journal_append (TdJournal  *self,
                              gboolean    reasoning,
                              const char *text,
                              gsize       length);
void       td_journal_take   (TdJournal  *self,
                              char      **text,
                              char      **reasoning);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdJournal, td_journal_free)

G_END_DECLS
