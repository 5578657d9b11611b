/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-category.h"
#include "store/td-database.h"

G_BEGIN_DECLS

/* So many points are counted at most; then the older ones fade. */
#define TD_TASTE_MOST 200

/**
 * TdTasteSignal:
 * @TD_TASTE_KEPT: the chat went on after the reply
 * @TD_TASTE_REGENERATED: the reply was made again
 * @TD_TASTE_LIKED: the user says that it is good
 * @TD_TASTE_DISLIKED: the user says that it is bad
 * @TD_TASTE_WON: it was preferred to another one of the same request
 * @TD_TASTE_LOST: another one was preferred to it
 */
typedef enum
{
  TD_TASTE_KEPT,
  TD_TASTE_REGENERATED,
  TD_TASTE_LIKED,
  TD_TASTE_DISLIKED,
  TD_TASTE_WON,
  TD_TASTE_LOST,
} TdTasteSignal;

/**
 * TdOpinion:
 * @TD_OPINION_NONE: nothing was said
 * @TD_OPINION_GOOD: the reply is good
 * @TD_OPINION_BAD: the reply is bad
 *
 * What the user says of one reply.
 */
typedef enum
{
  TD_OPINION_NONE,
  TD_OPINION_GOOD,
  TD_OPINION_BAD,
} TdOpinion;

/* What is known of one model for one kind of request. */
typedef struct
{
  TdCategory category;
  char *model; /* the base model, so that it holds at every provider */
  guint liked; /* points */
  guint disliked;
} TdTasteEntry;

/**
 * TdTaste:
 *
 * What this user makes of the replies of models, by the kind of request: learned on this machine and kept
 * on it, bounded, shown and forgotten at a word. It moves the advice by a twentieth at most.
 *
 * Signal: "changed".
 */
#define TD_TYPE_TASTE (td_taste_get_type ())
G_DECLARE_FINAL_TYPE (TdTaste, td_taste, TD, TASTE, GObject)

TdTaste      *td_taste_new         (TdDatabase          *database);
void          td_taste_load_async  (TdTaste             *self,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data);
gboolean      td_taste_load_finish (TdTaste             *self,
                                    GAsyncResult        *result,
                                    GError             **error);
void          td_taste_note        (TdTaste             *self,
                                    TdCategory           category,
                                    const char          *model,
                                    TdTasteSignal        signal);
void          td_taste_set_opinion_async  (TdTaste            *self,
                                           gint64              message_id,
                                           TdCategory          category,
                                           const char         *model,
                                           TdOpinion           opinion,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data);
gboolean      td_taste_set_opinion_finish (TdTaste            *self,
                                           GAsyncResult       *result,
                                           GError            **error);
void          td_taste_get_opinion_async  (TdTaste            *self,
                                           gint64              message_id,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data);
TdOpinion     td_taste_get_opinion_finish (TdTaste            *self,
                                           GAsyncResult       *result,
                                           GError            **error);
int           td_taste_get         (TdTaste             *self,
                                    TdCategory           category,
                                    const char          *model);
GPtrArray    *td_taste_list        (TdTaste             *self); /* (element-type TdTasteEntry) (transfer container) */
void          td_taste_forget_async (TdTaste            *self,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean      td_taste_forget_finish (TdTaste           *self,
                                      GAsyncResult      *result,
                                      GError           **error);
int           td_taste_entry_get_value (const TdTasteEntry *entry);
TdTasteEntry *td_taste_entry_new   (TdCategory           category,
                                    const char          *model);
void          td_taste_entry_free  (TdTasteEntry        *self);

G_END_DECLS
