/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-provider-error.h"

G_BEGIN_DECLS

/* How far the download of a model is; valid only during the call that hands it out. */
typedef struct
{
  const char *status; /* in the server's words */
  gint64 total;       /* bytes of all layers that were named so far; -1: none was */
  gint64 completed;   /* bytes of them that are there */
} TdPullProgress;

typedef void (*TdPullFunc) (const TdPullProgress *progress,
                            gpointer              user_data);

/**
 * TdPullParser:
 *
 * A push parser for the lines with which Ollama tells how far a download is: bytes in, progress
 * out. The lines of several layers alternate.
 */
typedef struct _TdPullParser TdPullParser;

TdPullParser *td_pull_parser_new  (TdPullFunc    func,
                                   gpointer      user_data);
void          td_pull_parser_free (TdPullParser *self);
gboolean      td_pull_parser_feed (TdPullParser *self,
                                   const char   *bytes,
                                   gsize         length);
TdFailure    *td_pull_parser_end  (TdPullParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdPullParser, td_pull_parser_free)

G_END_DECLS
