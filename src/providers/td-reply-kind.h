/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdReplyKind:
 * @TD_REPLY_UNDECIDED: the first character decides
 * @TD_REPLY_STREAM: events or lines
 * @TD_REPLY_DOCUMENT: one JSON document: a whole reply, or an error with status 200
 * @TD_REPLY_REFUSAL: an error with a status
 * @TD_REPLY_GARBAGE: a success that is no chat, such as the page of a hotel's network
 */
typedef enum
{
  TD_REPLY_UNDECIDED,
  TD_REPLY_STREAM,
  TD_REPLY_DOCUMENT,
  TD_REPLY_REFUSAL,
  TD_REPLY_GARBAGE,
} TdReplyKind;

TdReplyKind td_reply_kind_from_head  (guint       status,
                                      const char *content_type);
TdReplyKind td_reply_kind_from_start (const char *content_type,
                                      gboolean    lines,
                                      const char *bytes,
                                      gsize       length);

G_END_DECLS
