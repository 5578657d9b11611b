/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "providers/td-chat-event.h"

G_BEGIN_DECLS

typedef enum
{
  TD_REPLY_PART_TEXT,
  TD_REPLY_PART_REASONING,
  TD_REPLY_PART_REFUSAL,
  TD_REPLY_PART_CALL,
} TdReplyPartType;

/* A stretch of a reply. */
typedef struct
{
  TdReplyPartType type;
  GString *text; /* (owned): of a call: its arguments */
  guint index;   /* of a call: by the events */
  char *id;      /* (owned) (nullable): of a call */
  char *name;    /* (owned) (nullable): of a call */
} TdReplyPart;

/**
 * TdReplyRecord:
 *
 * What the events of one reply said, in the order in which they said it.
 */
typedef struct
{
  GPtrArray *parts; /* (owned) (element-type TdReplyPart) */
  GString *opaque;  /* (owned) (nullable) */
  TdUsage usage;
  TdFinish finish;
  char *finish_raw; /* (owned) (nullable) */
} TdReplyRecord;

TdReplyRecord *td_reply_record_new      (void);
void           td_reply_record_free     (TdReplyRecord       *self);
int            td_reply_record_take     (TdReplyRecord       *self,
                                         const TdChatEvent   *event);
guint          td_reply_record_count    (const TdReplyRecord *self,
                                         TdReplyPartType      type);
char          *td_reply_record_dup_text (const TdReplyRecord *self,
                                         TdReplyPartType      type);
const char    *td_reply_part_get_arguments (const TdReplyPart *part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdReplyRecord, td_reply_record_free)

G_END_DECLS
