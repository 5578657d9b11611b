/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "catalogue/td-refresh.h"

G_BEGIN_DECLS

/**
 * TdChangesDialog:
 *
 * What an update of the catalogue changed.
 */
#define TD_TYPE_CHANGES_DIALOG (td_changes_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TdChangesDialog, td_changes_dialog, TD, CHANGES_DIALOG, AdwDialog)

TdChangesDialog *td_changes_dialog_new (const TdCatalogueChanges *changes,
                                        TdCatalogue              *catalogue);

G_END_DECLS
