/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-message.h"

G_BEGIN_DECLS

/*
 * How messages are made and changed. Only the store of conversations and the engine include
 * this: everybody else watches.
 */

/* How a reply ended, and what it took. */
typedef struct
{
  TdMessageState state;
  char *finish;          /* (nullable) */
  char *error_code;      /* (nullable) */
  char *error_detail;    /* (nullable) */
  char *opaque;          /* (nullable): what the provider wants to have back with this turn */
  gint64 retry_at_us;    /* 0: no wait stated */
  gint64 input_tokens;   /* -1: unknown */
  gint64 output_tokens;  /* -1: unknown */
  gboolean counted_here;
  TdMoney cost;          /* TD_MONEY_UNKNOWN: not known */
  gint64 first_token_ms; /* -1: unknown */
  gint64 duration_ms;    /* -1: unknown */
  gboolean counted_exactly; /* with counted_here: it is no estimate */
  char *calls;              /* (nullable): tools that the model wanted to call, as a JSON list */
} TdMessageOutcome;

#define TD_MESSAGE_OUTCOME_INIT(state) { (state), NULL, NULL, NULL, NULL, 0, -1, -1, FALSE, TD_MONEY_UNKNOWN, -1, -1, FALSE }

/* A message as the store knows it. */
typedef struct
{
  gint64 id;
  TdMessageRole role;
  char *text;
  char *reasoning;
  char *model_key;  /* (nullable) */
  char *model_name; /* (nullable) */
  gint64 created_us;
  GPtrArray *attachments; /* (nullable) (element-type TdAttachment) */
  TdMessageOutcome outcome;
} TdMessageRecord;

void             td_message_outcome_copy  (const TdMessageOutcome *self,
                                           TdMessageOutcome       *copy);
gboolean         td_message_outcome_is_estimated (const TdMessageOutcome *self); /* its tokens */
void             td_message_outcome_clear (TdMessageOutcome       *self);
TdMessageRecord *td_message_record_new    (void);
void             td_message_record_free   (TdMessageRecord        *self);

TdMessage       *td_message_new             (TdMessageRole    role,
                                             const char      *text);
TdMessage       *td_message_new_reply       (const char      *model_key,
                                             const char      *model_name);
TdMessage       *td_message_new_from_record (TdMessageRecord *record);
TdMessageRecord *td_message_to_record       (TdMessage       *self);
void             td_message_update          (TdMessage       *self,
                                             TdMessageRecord *record);
const char      *td_message_get_opaque      (TdMessage       *self);
void             td_message_set_attachments (TdMessage      *self,
                                             GPtrArray      *attachments);
gboolean         td_message_is_live         (TdMessage       *self);
void             td_message_set_model       (TdMessage       *self,
                                             const char      *model_key,
                                             const char      *model_name);
void             td_message_set_id          (TdMessage       *self,
                                             gint64           id);
void             td_message_append          (TdMessage       *self,
                                             gboolean         reasoning,
                                             const char      *text,
                                             gsize            length);
void             td_message_set_retry_at    (TdMessage       *self,
                                             gint64           retry_at_us);
void             td_message_finish          (TdMessage       *self,
                                             const TdMessageOutcome *outcome);

const char      *td_message_role_to_string    (TdMessageRole   role);
gboolean         td_message_role_from_string  (const char     *text,
                                               TdMessageRole  *role);
const char      *td_message_state_to_string   (TdMessageState  state);
gboolean         td_message_state_from_string (const char     *text,
                                               TdMessageState *state);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TdMessageOutcome, td_message_outcome_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdMessageRecord, td_message_record_free)

G_END_DECLS
