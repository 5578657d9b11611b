/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "gateway/td-dialect.h"

G_BEGIN_DECLS

/**
 * TdCallReader:
 *
 * A client's request while it is read. The first fault stays, and nothing is handed out then; so
 * readers go on without asking at each step. A member of a type that does not fit is a fault, null
 * is the same as absent, and a member nobody asks for means nothing.
 *
 * @where: where an object stands, for faults: "messages[2]"; "" for the root
 */
typedef struct
{
  TdDialectCall *call;
  const TdJson *root;
  TdFault *fault; /* (owned) (nullable) */
  TdChatTurn *held; /* (owned) (nullable): images of results, which wait until all results have come */
} TdCallReader;

#define TD_CALL_MAX_MESSAGES 10000
#define TD_CALL_MAX_PARTS    10000
#define TD_CALL_MAX_TOOLS    512

/* What is refused of a member that would change the reply, but for the value it has anyway. */
typedef enum
{
  TD_UNMET_UNLESS_FALSE,
  TD_UNMET_UNLESS_ZERO,
  TD_UNMET_UNLESS_ONE,
  TD_UNMET_UNLESS_VALUE, /* the wish's own */
  TD_UNMET_UNLESS_EMPTY, /* a list, object or string */
  TD_UNMET_ALWAYS,
} TdUnmet;

typedef struct
{
  const char *name;
  TdUnmet unmet;
  double value;
} TdUnmetWish;

gboolean      td_call_reader_is_good        (const TdCallReader *self);
void          td_call_reader_refuse         (TdCallReader       *self,
                                             const char         *where,
                                             const char         *name,
                                             const char         *format,
                                             ...) G_GNUC_PRINTF (4, 5);
void          td_call_reader_refuse_unmet   (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const TdUnmetWish  *wishes,
                                             guint               n_wishes);

const char   *td_call_reader_get_string     (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name);
const char   *td_call_reader_need_string    (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name);
const TdJson *td_call_reader_get_object     (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name);
const TdJson *td_call_reader_get_array      (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name,
                                             guint               max_length);
gboolean      td_call_reader_get_bool       (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name,
                                             gboolean            fallback);
gboolean      td_call_reader_get_number     (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name,
                                             double              min,
                                             double              max,
                                             double             *value);
gint64        td_call_reader_get_count      (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name);

/* What the dialects have in common; each puts what it read into the request. */
void          td_call_reader_take_model     (TdCallReader       *self);
void          td_call_reader_take_sampling  (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             double              max_temperature);
void          td_call_reader_take_stop      (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name);
void          td_call_reader_take_effort    (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where,
                                             const char         *name);
void          td_call_reader_take_schema    (TdCallReader       *self,
                                             const TdJson       *object,
                                             const char         *where);
void          td_call_reader_take_json_mode (TdCallReader       *self);
void          td_call_reader_take_tool      (TdCallReader       *self,
                                             const TdJson       *tool,
                                             const char         *where,
                                             const char         *schema_name);
void          td_call_reader_take_tool_word (TdCallReader       *self,
                                             const char         *word,
                                             const char         *name);
void          td_call_reader_name_tool      (TdCallReader       *self,
                                             const char         *tool_name,
                                             const char         *name);
void          td_call_reader_take_call      (TdCallReader       *self,
                                             TdChatTurn         *turn,
                                             const char         *where,
                                             const char         *id,
                                             const char         *name,
                                             const char         *arguments);
void          td_call_reader_take_image_url (TdCallReader       *self,
                                             TdChatTurn         *turn,
                                             const char         *where,
                                             const char         *url);
void          td_call_reader_take_base64    (TdCallReader       *self,
                                             TdChatTurn         *turn,
                                             const char         *where,
                                             const char         *mime_type,
                                             const char         *base64);
TdChatTurn   *td_call_reader_hold_images    (TdCallReader       *self);
void          td_call_reader_take_opaque    (TdCallReader       *self,
                                             TdChatTurn         *turn,
                                             const char         *wrapped);
void          td_call_reader_add_text       (GString            *to,
                                             const char         *text,
                                             const char         *separator);
void          td_call_reader_set_text       (TdChatTurn         *turn,
                                             const GString      *text);
TdChatTurn   *td_call_reader_add_turn       (TdCallReader       *self,
                                             TdRole              role,
                                             const char         *text);
void          td_call_reader_check_turns    (TdCallReader       *self,
                                             const char         *name);

G_END_DECLS
