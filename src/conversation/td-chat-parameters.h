/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdChatParameters:
 *
 * What the user wants of the replies of a chat. What a model does not take is not sent to it.
 */
typedef struct
{
  char *effort;          /* (nullable): how much to think: none, minimal, low, medium, high, xhigh or max */
  int temperature_milli; /* thousandths, 0 to 2,000; -1: the model's own */
  gint64 max_output;     /* tokens; 0: the model's own limit */
  char *schema;          /* (nullable): what the reply has to be, as a JSON schema */
} TdChatParameters;

#define TD_CHAT_PARAMETERS_INIT { NULL, -1, 0, NULL }
#define TD_CHAT_PARAMETERS_MAX_TEMPERATURE 2000
#define TD_CHAT_PARAMETERS_MAX_OUTPUT      G_GINT64_CONSTANT (10000000)

void     td_chat_parameters_copy     (const TdChatParameters *self,
                                      TdChatParameters       *copy);
void     td_chat_parameters_clear    (TdChatParameters       *self);
gboolean td_chat_parameters_equal    (const TdChatParameters *self,
                                      const TdChatParameters *other);
gboolean td_chat_parameters_is_usual (const TdChatParameters *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TdChatParameters, td_chat_parameters_clear)

G_END_DECLS
