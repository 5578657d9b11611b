/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"

G_BEGIN_DECLS

typedef enum
{
  TD_CHOICE_FAVOURITE,
  TD_CHOICE_RECENT,
  TD_CHOICE_OTHER,
  TD_CHOICE_AUTO, /* Q chooses, for each request anew */
} TdChoiceGroup;

/* A model that can be chosen, and why it stands where it stands. */
typedef struct
{
  TdModel *model;
  TdUsable usable;
  gboolean is_installed; /* else it is of a server here that does not have it */
  TdChoiceGroup group;
} TdModelChoice;

typedef TdUsable (*TdUsableFunc)   (const char *model_key,
                                    gpointer    user_data);
typedef gboolean (*TdInstalledFunc) (const char *model_key,
                                     gpointer    user_data);

/* What the choice is made from. */
typedef struct
{
  TdCatalogue *catalogue;
  TdQueryIndex *index;
  GStrv recent;           /* (nullable): keys of models, latest first */
  TdUsableFunc usable;
  TdInstalledFunc installed;
  gpointer user_data;     /* of both functions */
} TdChoiceSource;

GPtrArray *td_model_choices_find     (const TdChoiceSource *source,
                                      const char           *search,
                                      guint                 max,
                                      guint                *n_more);
GPtrArray *td_model_choices_list     (TdEngine             *engine,
                                      const char           *search,
                                      guint                 max,
                                      guint                *n_more);
char      *td_model_choices_dup_default (TdEngine          *engine);
gboolean   td_model_choices_has_usable  (TdEngine          *engine);
gboolean   td_model_choice_is_ready  (const TdModelChoice  *self);
void       td_model_choice_free      (TdModelChoice        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdModelChoice, td_model_choice_free)

G_END_DECLS
