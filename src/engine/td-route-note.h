/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-auto.h"
#include "engine/td-router.h"

G_BEGIN_DECLS

/* An offer that was not asked, or that was asked before and failed. */
typedef struct
{
  char *model_key;
  char *reason;    /* the name of a #TdOfferFit, or the error's code */
  gboolean failed; /* it was asked */
} TdRouteStep;

/**
 * TdRouteNote:
 *
 * Why a reply came from where it did; kept with its receipt as JSON.
 */
typedef struct
{
  TdRouteOrder order;
  TdRouteWhy why;
  guint n_fitting;  /* how many offers could serve the request */
  char *asked_for;  /* the model that the user picked */
  GPtrArray *steps; /* (element-type TdRouteStep) */
  TdAutoChoice *choice; /* (owned) (nullable): Q chose the model */
} TdRouteNote;

TdRouteNote *td_route_note_new      (const char        *asked_for,
                                     TdRouteOrder       order);
void         td_route_note_free     (TdRouteNote       *self);
void         td_route_note_set_choice (TdRouteNote        *self,
                                       const TdAutoChoice *choice);
void         td_route_note_add_step (TdRouteNote       *self,
                                     const char        *model_key,
                                     gboolean           failed,
                                     const char        *reason);
guint        td_route_note_count_failed (const TdRouteNote *self);
char        *td_route_note_to_json  (const TdRouteNote *self);
TdRouteNote *td_route_note_parse    (const char        *json);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdRouteNote, td_route_note_free)

G_END_DECLS
