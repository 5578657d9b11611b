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

/* A call of a tool, made by an assistant's turn. */
typedef struct
{
  char *id;
  char *name;
  char *arguments; /* an object as JSON text */
} TdChatCall;

typedef struct
{
  char *mime_type; /* "image/png" */
  GBytes *data;
} TdChatImage;

/* One message of the conversation as it goes to a provider. */
typedef struct
{
  TdRole role;
  char *text;
  char *opaque;      /* (nullable): what a provider sent with this turn to have it back (TD_CHAT_EVENT_OPAQUE) */
  GPtrArray *calls;  /* (nullable) (element-type TdChatCall): of an assistant's turn */
  GPtrArray *images; /* (nullable) (element-type TdChatImage): of a user's turn */
  char *call_id;     /* (nullable): of a tool's turn: which call it answers */
  gboolean failed;   /* of a tool's turn: the text says why it failed */
} TdChatTurn;

TdChatTurn *td_chat_turn_new       (TdRole            role,
                                    const char       *text);
TdChatTurn *td_chat_turn_copy      (const TdChatTurn *self);
void        td_chat_turn_free      (TdChatTurn       *self);
void        td_chat_turn_add_call  (TdChatTurn       *self,
                                    const char       *id,
                                    const char       *name,
                                    const char       *arguments);
void        td_chat_turn_add_image (TdChatTurn       *self,
                                    const char       *mime_type,
                                    GBytes           *data);
gboolean    td_chat_turn_is_blank  (const TdChatTurn *self);
char       *td_chat_image_to_base64 (const TdChatImage *self);
const char *td_role_to_string      (TdRole            role);
gboolean    td_role_from_string    (const char       *text,
                                    TdRole           *role);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdChatTurn, td_chat_turn_free)

G_END_DECLS
