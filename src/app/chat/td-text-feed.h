/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/markdown/td-markdown-view.h"

G_BEGIN_DECLS

/**
 * TdTextFeed:
 *
 * What of a growing text a view has got already: only what is new is handed on.
 */
typedef struct
{
  gsize length; /* bytes handed on */
  guint32 hash; /* of them */
} TdTextFeed;

gboolean td_text_feed_send (TdTextFeed     *self,
                            TdMarkdownView *view,
                            const char     *text,
                            gsize           length,
                            gboolean        check);

G_END_DECLS
