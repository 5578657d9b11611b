/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TdSearchProvider:
 *
 * org.gnome.Shell.SearchProvider2: models in the search of the shell's overview. The engine is
 * started with the first question; questions asked meanwhile wait for it.
 */
#define TD_TYPE_SEARCH_PROVIDER (td_search_provider_get_type ())
G_DECLARE_FINAL_TYPE (TdSearchProvider, td_search_provider, TD, SEARCH_PROVIDER, GObject)

TdSearchProvider *td_search_provider_new      (void);
gboolean          td_search_provider_export   (TdSearchProvider  *self,
                                               GDBusConnection   *connection,
                                               GError           **error);
void              td_search_provider_unexport (TdSearchProvider  *self);

G_END_DECLS
