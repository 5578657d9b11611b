/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "tokens/td-token-model.h"
#include "wallet/td-usage-report.h"

G_BEGIN_DECLS

/**
 * TdPromptFigures:
 * @draft: tokens of what is being written
 * @request: tokens of all that would be sent: instructions, the chat so far and the draft
 * @price_known: whether the price of the prompt is known
 * @at_least: what sending it costs before a word of the reply; the part of it that the provider
 *   may have cached at the price of that
 * @by_provider: whether the provider itself counted the request
 * @has_images: whether there are pictures in it, which are always estimated
 * @context: how many tokens the model takes; 0: not known
 * @low: what a short reply would make it cost in all, by what the user's replies of this model were;
 *   %TD_MONEY_UNKNOWN when there were too few
 * @high: what a long one would, were nothing cached
 * @habit: how long they were
 */
typedef struct
{
  TdTokenCount draft;
  TdTokenCount request;
  gboolean by_provider;
  gboolean price_known;
  TdMoney at_least;
  gint64 context;
  gboolean has_images;
  TdMoney low;
  TdMoney high;
  TdUsageHabit habit;
} TdPromptFigures;

/**
 * TdPromptMeter:
 *
 * Counts what the next message of a chat would send, while it is written. A short change is counted
 * at once, a long text on a worker, the chat so far only when it has changed.
 *
 * Signal: "changed": the figures are others.
 */
#define TD_TYPE_PROMPT_METER (td_prompt_meter_get_type ())
G_DECLARE_FINAL_TYPE (TdPromptMeter, td_prompt_meter, TD, PROMPT_METER, GObject)

TdPromptMeter *td_prompt_meter_new (TdEngine       *engine,
                                    TdConversation *conversation);
void td_prompt_meter_take_draft (TdPromptMeter *self,
                                 char          *text);
void td_prompt_meter_set_asks_provider (TdPromptMeter *self,
                                        gboolean       asks);
gboolean td_prompt_meter_get_figures (TdPromptMeter   *self,
                                      TdPromptFigures *figures);

G_END_DECLS
