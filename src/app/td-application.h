/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdApplication:
 *
 * The process with the window: starts the engine while the window is drawn, and owns the
 * actions that do not belong to one window (`app.*`).
 */
#define TD_TYPE_APPLICATION (td_application_get_type ())
G_DECLARE_FINAL_TYPE (TdApplication, td_application, TD, APPLICATION, AdwApplication)

TdApplication *td_application_new          (void);
TdApplication *td_application_get_default  (void);
TdEngine      *td_application_get_engine   (TdApplication *self);
GSettings     *td_application_get_settings (TdApplication *self);
TdAccountManager *td_application_get_accounts (TdApplication *self);

/* Tells other programs that this one changed an account, or who is signed in. */
void           td_application_announce_accounts (TdApplication *self);
/* Closes everything that is open and deletes who is signed in. */
void           td_application_delete_account (TdApplication *self,
                                              const char    *password); /* (nullable) */
/* The account dialog, perhaps with a form on top. */
void           td_application_move_keys (TdApplication *self);

G_END_DECLS
