/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-read.h"
#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

/* Bounds of what a catalogue may hold. Far above what exists, far below what hurts. */
#define TD_CATALOGUE_MAX_BYTES        (64 * 1024 * 1024)
#define TD_CATALOGUE_MAX_PROVIDERS    1000
#define TD_CATALOGUE_MAX_MODELS       50000
#define TD_CATALOGUE_MAX_SOURCES      200
#define TD_CATALOGUE_MAX_BENCHMARKS   100
#define TD_CATALOGUE_MAX_MEASUREMENTS 50000
#define TD_CATALOGUE_MAX_LIST         64
#define TD_CATALOGUE_MAX_TIERS        16
#define TD_CATALOGUE_MAX_ID           256
#define TD_CATALOGUE_MAX_TEXT         512
#define TD_CATALOGUE_MAX_NOTE         2000
/* A hundred thousand dollars per million tokens. */
#define TD_CATALOGUE_MAX_PRICE        (G_GINT64_CONSTANT (100000) * TD_PRICE_PER_DOLLAR)
#define TD_CATALOGUE_MAX_COUNT        (G_GINT64_CONSTANT (1) << 53)

/*
 * TdCatalogueDraft:
 *
 * A catalogue in the making: what a document said, or a catalogue with another source's facts
 * laid over it. Everything in it may still be changed; td_catalogue_draft_check() says whether
 * it may become a #TdCatalogue. Inside src/catalogue only.
 */
typedef struct
{
  char *version;
  char *bundled;           /* (nullable): version of the bundled catalogue this goes back to; NULL: itself */
  GPtrArray *sources;      /* (element-type TdCatalogueSource) */
  GPtrArray *providers;    /* (element-type TdProviderFacts) */
  GPtrArray *models;       /* (element-type TdModelFacts) */
  GPtrArray *benchmarks;   /* (element-type TdBenchmark) */
  GPtrArray *measurements; /* (element-type TdMeasurement) */
  GHashTable *ratings;     /* (element-type utf8 TdRating): by base model */
} TdCatalogueDraft;

TdCatalogueDraft *td_catalogue_draft_new            (void);
void              td_catalogue_draft_free           (TdCatalogueDraft  *self);
TdCatalogueDraft *td_catalogue_draft_new_from       (TdCatalogue       *catalogue);
void              td_catalogue_draft_take_evidence_from (TdCatalogueDraft *self,
                                                         TdCatalogue      *catalogue);
TdCatalogueDraft *td_catalogue_draft_read           (GBytes            *document,
                                                     GError           **error);
gboolean          td_catalogue_draft_read_evidence  (TdCatalogueDraft  *self,
                                                     const TdJson      *root,
                                                     GError           **error);
gboolean          td_catalogue_draft_read_benchmarks (TdCatalogueDraft *self,
                                                      GBytes           *document,
                                                      GError          **error);
gboolean          td_catalogue_draft_check          (TdCatalogueDraft  *self,
                                                     GError           **error);
GBytes           *td_catalogue_draft_write          (TdCatalogueDraft  *self);
TdCatalogueSource *td_catalogue_draft_ensure_source (TdCatalogueDraft  *self,
                                                     const char        *id);

/* What a text of the catalogue may be. */
gboolean          td_catalogue_is_text              (const char        *text,
                                                     gsize              max_bytes);
gboolean          td_catalogue_is_provider_id       (const char        *text);
gboolean          td_catalogue_is_model_id          (const char        *text);
gboolean          td_catalogue_is_date              (const char        *text);
gboolean          td_catalogue_is_url               (const char        *text);

void              td_catalogue_source_free          (TdCatalogueSource *self);

char             *td_catalogue_peek_version         (GBytes            *document,
                                                     char             **bundled);
const char       *td_catalogue_get_bundled          (TdCatalogue       *self);
TdCatalogue      *td_catalogue_new_take_draft       (TdCatalogueDraft  *draft,
                                                     TdCatalogue       *previous);
TdCatalogue      *td_catalogue_new_after            (GBytes            *document,
                                                     TdCatalogue       *previous,
                                                     GError           **error);
TdCatalogue      *td_catalogue_new_with             (TdCatalogue       *base,
                                                     GPtrArray         *providers,
                                                     GPtrArray         *models,
                                                     TdCatalogue       *previous);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdCatalogueDraft, td_catalogue_draft_free)

G_END_DECLS
