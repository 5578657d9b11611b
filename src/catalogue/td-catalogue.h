/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "catalogue/td-model.h"
#include "catalogue/td-provider.h"

G_BEGIN_DECLS

/**
 * TD_CATALOGUE_ERROR:
 */
#define TD_CATALOGUE_ERROR (td_catalogue_error_quark ())
GQuark td_catalogue_error_quark (void);

/**
 * TdCatalogueError:
 * @TD_CATALOGUE_ERROR_FORMAT: not a catalogue this program can read, or one that contradicts
 *   itself; nothing of it was taken over
 * @TD_CATALOGUE_ERROR_SUSPICIOUS: readable, but so different from what is known (most models
 *   gone, prices a thousand times higher) that it was not taken over
 */
typedef enum
{
  TD_CATALOGUE_ERROR_FORMAT,
  TD_CATALOGUE_ERROR_SUSPICIOUS,
} TdCatalogueError;

/* Where facts come from, for the credits and the details page. */
typedef struct
{
  char *id;
  char *title;
  char *url;
  char *date;
  char *license;
} TdCatalogueSource;

/**
 * TdCatalogue:
 *
 * One complete, checked set of providers, models, benchmarks and ratings. Immutable: a refresh
 * makes another catalogue and swaps it in whole (see #TdMarket).
 */
#define TD_TYPE_CATALOGUE (td_catalogue_get_type ())
G_DECLARE_FINAL_TYPE (TdCatalogue, td_catalogue, TD, CATALOGUE, GObject)

TdCatalogue             *td_catalogue_new_from_document (GBytes       *document,
                                                         GError      **error);
TdCatalogue             *td_catalogue_new_bundled       (GError      **error);
TdCatalogue             *td_catalogue_new_from_facts    (GBytes       *models,
                                                         GBytes       *benchmarks, /* (nullable) */
                                                         GError      **error);
GBytes                  *td_catalogue_load_bundled      (GError      **error);
const char              *td_catalogue_get_version       (TdCatalogue  *self); /* generated date, or with the refresh's time */
guint                    td_catalogue_get_n_models      (TdCatalogue  *self);
TdModel                 *td_catalogue_get_model         (TdCatalogue  *self,
                                                         guint         index);
TdModel                 *td_catalogue_find_model        (TdCatalogue  *self,
                                                         const char   *key);
TdModel                 *td_catalogue_resolve_model     (TdCatalogue  *self,
                                                         const char   *text,
                                                         GStrv        *candidates);
GPtrArray               *td_catalogue_list_offers       (TdCatalogue  *self,
                                                         const char   *base_model);
GPtrArray               *td_catalogue_get_providers     (TdCatalogue  *self); /* (element-type TdProvider) (transfer none) */
TdProvider              *td_catalogue_find_provider     (TdCatalogue  *self,
                                                         const char   *id);
GPtrArray               *td_catalogue_get_benchmarks    (TdCatalogue  *self); /* (element-type TdBenchmark) (transfer none) */
const TdBenchmark       *td_catalogue_find_benchmark    (TdCatalogue  *self,
                                                         const char   *id);
GPtrArray               *td_catalogue_list_measurements (TdCatalogue  *self,
                                                         const char   *base_model); /* (element-type TdMeasurement) (transfer container) */
GPtrArray               *td_catalogue_get_measurements  (TdCatalogue  *self); /* (element-type TdMeasurement) (transfer none) */
GHashTable              *td_catalogue_get_ratings       (TdCatalogue  *self); /* (element-type utf8 TdRating) (transfer none): by base model */
const TdRating          *td_catalogue_find_rating       (TdCatalogue  *self,
                                                         const char   *base_model);
GPtrArray               *td_catalogue_get_sources       (TdCatalogue  *self); /* (element-type TdCatalogueSource) (transfer none) */
const TdCatalogueSource *td_catalogue_find_source       (TdCatalogue  *self,
                                                         const char   *id);

G_END_DECLS
