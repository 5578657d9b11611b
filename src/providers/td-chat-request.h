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
} TdChatTurn;

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
  gboolean has_temperature;
  double temperature;
  gboolean stream;
} TdChatRequest;

TdChatRequest *td_chat_request_new      (const char          *model);
TdChatRequest *td_chat_request_copy     (const TdChatRequest *self);
void           td_chat_request_free     (TdChatRequest       *self);
void           td_chat_request_add_turn (TdChatRequest       *self,
                                         TdRole               role,
                                         const char          *text);
const char    *td_role_to_string        (TdRole               role);
gboolean       td_role_from_string      (const char          *text,
                                         TdRole              *role);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdChatRequest, td_chat_request_free)

G_END_DECLS
