/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

/**
 * TdCatalogueChanges:
 *
 * What a refresh changed, as model keys in catalogue order.
 */
typedef struct
{
  gboolean up_to_date;   /* the server said that nothing changed */
  GPtrArray *added;      /* (element-type utf8) */
  GPtrArray *retired;    /* (element-type utf8) */
  GPtrArray *price_up;   /* (element-type utf8) */
  GPtrArray *price_down; /* (element-type utf8) */
  GPtrArray *unreachable; /* (element-type utf8): sources that gave nothing usable this time */
} TdCatalogueChanges;

TdCatalogueChanges *td_catalogue_changes_new     (void);
void                td_catalogue_changes_free    (TdCatalogueChanges *self);
TdCatalogueChanges *td_catalogue_changes_between (TdCatalogue        *before,
                                                  TdCatalogue        *after);

/* Each takes a document of the named format and gives a document in ours (schema.md): the
 * facts of @current with those of the source laid over, checked as a whole. */
GBytes             *td_import_modelsdev  (TdCatalogue  *current,
                                          GBytes       *document,
                                          GError      **error);
GBytes             *td_import_openrouter (TdCatalogue  *current,
                                          GBytes       *document,
                                          GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdCatalogueChanges, td_catalogue_changes_free)

G_END_DECLS
