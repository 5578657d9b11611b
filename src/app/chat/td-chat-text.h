/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "conversation/td-conversation.h"

G_BEGIN_DECLS

/* What the chat page says in words and figures; no widgets, so that it can be tested as tables. */

char *td_chat_text_cost     (TdMoney         cost);
char *td_chat_text_duration (gint64          duration_ms);
char *td_chat_text_tokens   (TdMessage      *message);
char *td_chat_text_summary  (TdMessage      *message);
char *td_chat_text_totals   (TdConversation *conversation);
char *td_chat_text_thought  (gint64          duration_ms);
char *td_chat_text_wait     (gint64          wait_us);

/* What may mend a failed reply, apart from trying again. */
typedef enum
{
  TD_REMEDY_NONE,
  TD_REMEDY_ADD_KEY,
  TD_REMEDY_PROVIDER,     /* look at its address, key and switch */
  TD_REMEDY_CHOOSE_MODEL,
  TD_REMEDY_NEW_CHAT,
  TD_REMEDY_UNLOCK,       /* the keyring */
  TD_REMEDY_ADD_FUNDS,
  TD_REMEDY_WALLET,       /* look at its budgets and its mode */
} TdRemedy;

/**
 * TdTrouble:
 *
 * How a reply that is not complete is shown: what happened, what to do, with which buttons.
 */
typedef struct
{
  char *title;
  char *advice;        /* (nullable) */
  char *detail;        /* (nullable): the provider's own words */
  gboolean detail_is_ours; /* @detail is what this side saw instead */
  TdRemedy remedy;
  gboolean can_retry;
  gboolean is_error;   /* else it is merely not all there */
} TdTrouble;

TdTrouble *td_trouble_new  (TdMessage  *message,
                            const char *provider_name);
void       td_trouble_free (TdTrouble  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdTrouble, td_trouble_free)

G_END_DECLS
