/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TdRequestsPage:
 *
 * What the user says about requests in general, in the preferences: which of several providers
 * is asked, and how long to wait.
 *
 * Signal: "own-order-activated".
 */
#define TD_TYPE_REQUESTS_PAGE (td_requests_page_get_type ())
G_DECLARE_FINAL_TYPE (TdRequestsPage, td_requests_page, TD, REQUESTS_PAGE, AdwPreferencesPage)

AdwPreferencesPage *td_requests_page_new (void);

G_END_DECLS
