/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-line-splitter.h"

G_BEGIN_DECLS

/**
 * TdNdjsonParser:
 *
 * A push parser for JSON documents one to a line: bytes in, non-blank lines out.
 */
typedef struct _TdNdjsonParser TdNdjsonParser;

/**
 * TdNdjsonFunc:
 * @line: the text of one document; not terminated by NUL
 * @length: how many bytes
 * @unfinished: whether the stream ended before the line did
 * @user_data: what was given to td_ndjson_parser_new()
 *
 * Returns: how to go on
 */
typedef TdFeed (*TdNdjsonFunc) (const char *line,
                                gsize       length,
                                gboolean    unfinished,
                                gpointer    user_data);

TdNdjsonParser *td_ndjson_parser_new  (gsize           max_bytes,
                                       TdNdjsonFunc    func,
                                       gpointer        user_data);
void            td_ndjson_parser_free (TdNdjsonParser *self);
TdFeed          td_ndjson_parser_feed (TdNdjsonParser *self,
                                       const char     *bytes,
                                       gsize           length);
TdFeed          td_ndjson_parser_end  (TdNdjsonParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdNdjsonParser, td_ndjson_parser_free)

G_END_DECLS
