/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  TD_ROLE_SYSTEM,
  TD_ROLE_USER,
  TD_ROLE_ASSISTANT,
  TD_ROLE_TOOL,
} TdRole;

/* One message of the conversation as it goes to a provider. */
typedef struct
{
  TdRole role;
  char *text;
  char *opaque;          /* (nullable): what a provider sent with this turn to have it back (TD_CHAT_EVENT_OPAQUE) */
} TdChatTurn;

/* What a server turned out not to understand; set by the transport, see td_chat_stream_async(). */
typedef enum
{
  TD_CHAT_ADAPT_NOTHING = 0,
  TD_CHAT_ADAPT_NO_STREAM_OPTIONS = 1 << 0, /* it refuses the wish for usage figures */
  TD_CHAT_ADAPT_OTHER_MAX_TOKENS = 1 << 1,  /* it knows the other name of the output limit */
  TD_CHAT_ADAPT_NO_THOUGHTS = 1 << 2,       /* the model has no thoughts to show */
} TdChatAdapt;

/**
 * TdChatRequest:
 *
 * One request in neutral form; each protocol writes it in its own.
 */
typedef struct
{
  char *model;           /* the id at the provider */
  GPtrArray *turns;      /* (element-type TdChatTurn) */
  gint64 max_output;     /* tokens; 0: the provider's default */
  gint64 model_max_output; /* what the model can write at most; 0: not known. For protocols that must name a limit */
  gboolean has_temperature;
  double temperature;
  gboolean stream;
  TdChatAdapt adapt;
} TdChatRequest;

TdChatRequest *td_chat_request_new      (const char          *model);
TdChatRequest *td_chat_request_copy     (const TdChatRequest *self);
void           td_chat_request_free     (TdChatRequest       *self);
void           td_chat_request_add_turn (TdChatRequest       *self,
                                         TdRole               role,
                                         const char          *text);
void           td_chat_request_set_opaque (TdChatRequest     *self,
                                           const char        *opaque);
const char    *td_role_to_string        (TdRole               role);
gboolean       td_role_from_string      (const char          *text,
                                         TdRole              *role);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdChatRequest, td_chat_request_free)

G_END_DECLS
