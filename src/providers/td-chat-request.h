/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-wire-trait.h"
#include "providers/td-chat-turn.h"

G_BEGIN_DECLS

/* What a server turned out not to understand; set by the transport, see td_chat_stream_async(). */
typedef enum
{
  TD_CHAT_ADAPT_NOTHING = 0,
  TD_CHAT_ADAPT_NO_STREAM_OPTIONS = 1 << 0, /* it refuses the wish for usage figures */
  TD_CHAT_ADAPT_OTHER_MAX_TOKENS = 1 << 1,  /* it knows the other name of the output limit */
  TD_CHAT_ADAPT_NO_THOUGHTS = 1 << 2,       /* the model has no thoughts to show */
  TD_CHAT_ADAPT_NO_RESPONSES = 1 << 3,      /* it knows Chat Completions only */
  TD_CHAT_ADAPT_OTHER_VERSION = 1 << 4,     /* the model is in the other version of the protocol */
} TdChatAdapt;

/* A function the model may call. */
typedef struct
{
  char *name;
  char *description; /* (nullable) */
  char *parameters;  /* a JSON schema of an object, as text */
  gboolean strict;   /* the arguments have to follow it to the letter, where that can be had */
} TdChatTool;

typedef enum
{
  TD_TOOL_CHOICE_DEFAULT, /* not said: the model decides */
  TD_TOOL_CHOICE_AUTO,
  TD_TOOL_CHOICE_NONE,
  TD_TOOL_CHOICE_REQUIRED,
  TD_TOOL_CHOICE_NAMED,   /* the one of tool_name */
} TdToolChoice;

/* How a model is told how much to think; see td_chat_limits_apply(). */
typedef enum
{
  TD_THINKING_UNKNOWN = 0,      /* nothing is known: the wish is passed on as it is */
  TD_THINKING_NONE = 1 << 0,    /* it does not think */
  TD_THINKING_ITS_OWN = 1 << 1, /* it thinks as much as it likes */
  TD_THINKING_SWITCH = 1 << 2,  /* on or off */
  TD_THINKING_EFFORT = 1 << 3,  /* in words */
  TD_THINKING_BUDGET = 1 << 4,  /* in tokens */
} TdThinking;

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
  gboolean has_top_p;
  double top_p;
  GStrv stop;            /* (nullable): texts at which the reply ends */
  gboolean stream;

  GPtrArray *tools;      /* (nullable) (element-type TdChatTool) */
  TdToolChoice tool_choice;
  char *tool_name;       /* (nullable) */
  gboolean one_call;     /* never more than one in a turn, where that can be had */

  char *schema_name;     /* (nullable): the reply's text has to be JSON of this schema */
  char *schema;          /* (nullable): as JSON text */
  gboolean schema_strict;

  char *effort;          /* (nullable): how much to think: none, minimal, low, medium, high, xhigh or max */
  TdThinking thinking;
  gint64 thinking_budget; /* tokens: what the effort comes to with TD_THINKING_BUDGET */

  TdWireTrait traits;    /* how this model differs from others of its provider */
  TdChatAdapt adapt;
} TdChatRequest;

TdChatRequest *td_chat_request_new      (const char          *model);
TdChatRequest *td_chat_request_copy     (const TdChatRequest *self);
void           td_chat_request_free     (TdChatRequest       *self);
void           td_chat_request_add_turn (TdChatRequest       *self,
                                         TdRole               role,
                                         const char          *text);
/* These three change the last turn. */
void           td_chat_request_set_opaque (TdChatRequest     *self,
                                           const char        *opaque);
void           td_chat_request_add_call (TdChatRequest       *self,
                                         const char          *id,
                                         const char          *name,
                                         const char          *arguments);
void           td_chat_request_add_image (TdChatRequest      *self,
                                          const char         *mime_type,
                                          GBytes             *data);
void           td_chat_request_add_result (TdChatRequest     *self,
                                           const char        *call_id,
                                           const char        *text,
                                           gboolean           failed);
void           td_chat_request_add_tool (TdChatRequest       *self,
                                         const char          *name,
                                         const char          *description,
                                         const char          *parameters,
                                         gboolean             strict);
void           td_chat_request_set_schema (TdChatRequest     *self,
                                           const char        *name,
                                           const char        *schema,
                                           gboolean           strict);

void           td_chat_request_continue (TdChatRequest       *self,
                                         const char          *text,
                                         const char          *opaque);
const char    *td_tool_choice_to_string (TdToolChoice         choice);

/* For those who write requests: what of the calls can be sent. */
const TdChatCall *td_chat_request_get_answered (const TdChatRequest *self,
                                                guint                turn);
const TdChatCall *td_chat_request_find_answered (const TdChatRequest *self,
                                                 guint                turn,
                                                 const char          *id);
gboolean       td_chat_request_any_answered (const TdChatRequest *self,
                                             guint                turn);
const char    *td_chat_request_get_effort_word (const TdChatRequest *self);
gboolean       td_chat_request_stops_thinking (const TdChatRequest *self);
gboolean       td_chat_request_is_answered (const TdChatRequest *self,
                                            guint                turn,
                                            const TdChatCall    *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdChatRequest, td_chat_request_free)

G_END_DECLS
