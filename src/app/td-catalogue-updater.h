/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdCatalogueUpdater:
 *
 * Brings the catalogue up to date: when the user asks, and by itself at most once a day where
 * the settings allow it. Being offline is normal: what was there stays.
 *
 * Signals: "updated" (gboolean by_user): the update came to an end, see
 * td_catalogue_updater_get_changes() and td_catalogue_updater_get_error(); "notify::busy".
 */
#define TD_TYPE_CATALOGUE_UPDATER (td_catalogue_updater_get_type ())
G_DECLARE_FINAL_TYPE (TdCatalogueUpdater, td_catalogue_updater, TD, CATALOGUE_UPDATER, GObject)

TdCatalogueUpdater       *td_catalogue_updater_new         (TdEngine           *engine,
                                                            GSettings          *settings);
void                      td_catalogue_updater_run         (TdCatalogueUpdater *self);
gboolean                  td_catalogue_updater_get_busy    (TdCatalogueUpdater *self);
const TdCatalogueChanges *td_catalogue_updater_get_changes (TdCatalogueUpdater *self);
const GError             *td_catalogue_updater_get_error   (TdCatalogueUpdater *self);

G_END_DECLS
