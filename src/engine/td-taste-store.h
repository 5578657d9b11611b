/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-taste.h"
#include "store/td-database.h"

G_BEGIN_DECLS

gboolean td_taste_store_load  (TdConnection       *connection,
                               GPtrArray          *entries,
                               GError            **error);
gboolean td_taste_store_add   (TdConnection       *connection,
                               const TdTasteEntry *entry,
                               GError            **error);
gboolean td_taste_store_take  (TdConnection       *connection,
                               const TdTasteEntry *entry,
                               GError            **error);
gboolean td_taste_store_find_opinion  (TdConnection  *connection,
                                       gint64         message_id,
                                       TdOpinion     *opinion,
                                       TdTasteEntry **of,
                                       GError       **error);
gboolean td_taste_store_write_opinion (TdConnection       *connection,
                                       gint64              message_id,
                                       TdOpinion           opinion,
                                       const TdTasteEntry *of,
                                       GError            **error);
gboolean td_taste_store_clear (TdConnection       *connection,
                               GError            **error);

G_END_DECLS
