/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"
#include "engine/td-route-note.h"

G_BEGIN_DECLS

/* Why a reply came from where it did, in words. */
char *td_route_text_dup_choice (const TdAutoChoice *choice);
char *td_route_text_dup_why    (const TdRouteNote *note);
char *td_route_text_dup_failed (const TdRouteNote *note,
                                TdEngine          *engine);
char *td_route_text_dup_passed (const TdRouteNote *note,
                                TdEngine          *engine);

G_END_DECLS
