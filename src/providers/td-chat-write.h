/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-write.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/* What several protocols write alike. */
void  td_chat_write_json        (TdJsonWriter        *writer,
                                 const char          *name,
                                 const char          *json_text);
void  td_chat_write_temperature (TdJsonWriter        *writer,
                                 const TdChatRequest *request);
void  td_chat_write_top_p       (TdJsonWriter        *writer,
                                 const char          *name,
                                 const TdChatRequest *request);
void  td_chat_write_stop        (TdJsonWriter        *writer,
                                 const char          *name,
                                 const TdChatRequest *request);
void  td_chat_write_one_call    (TdJsonWriter        *writer,
                                 const TdChatRequest *request);
void  td_chat_write_text_part   (TdJsonWriter        *writer,
                                 const char          *type,
                                 const TdChatTurn    *turn);
void  td_chat_write_tool        (TdJsonWriter        *writer,
                                 const TdChatTool    *tool,
                                 const char          *schema_name);
void  td_chat_write_functions   (TdJsonWriter        *writer,
                                 const TdChatRequest *request);
void  td_chat_write_schema      (TdJsonWriter        *writer,
                                 const TdChatRequest *request);
char *td_chat_join_system       (const TdChatRequest *request,
                                 guint               *n_leading);
char *td_chat_image_to_data_url (const TdChatImage   *image);

G_END_DECLS
