/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-catalogue-draft.h"

G_BEGIN_DECLS

/*
 * TdImport:
 *
 * A catalogue with a foreign source's facts being laid over it: begin, name what the source
 * has, end. What the two foreign formats share is here; inside src/catalogue only.
 */
typedef struct
{
  TdCatalogue *current;     /* borrowed */
  TdCatalogueDraft *draft;  /* (owned) */
  const char *source;       /* id of the TdCatalogueSource */
  GHashTable *by_key;       /* (element-type utf8 TdModelFacts): of the draft */
  GHashTable *seen;         /* (element-type utf8): keys the source has */
  GHashTable *covered;      /* (element-type utf8): providers the source has models of */
  GHashTable *makers;       /* (element-type utf8 utf8): "org" of ids, as the catalogue calls it */
  GHashTable *own_makers;   /* (element-type utf8 utf8): provider that makes its models, its name there */
  GHashTable *base_models;  /* (element-type utf8 utf8): lower case, as the catalogue writes it */
  char *today;
} TdImport;

TdImport     *td_import_begin          (TdCatalogue  *current,
                                        const char   *source,
                                        const char   *title,
                                        const char   *url);
void          td_import_free           (TdImport     *self);
gboolean      td_import_has_provider   (TdImport     *self,
                                        const char   *provider_id);
TdModelFacts *td_import_ensure_model   (TdImport     *self,
                                        const char   *provider_id,
                                        const char   *id,
                                        gboolean     *is_new);
void          td_import_classify       (TdImport     *self,
                                        TdModelFacts *facts);
void          td_import_set_prices     (TdModelFacts      *facts,
                                        const TdPriceList *prices,
                                        TdPriceTier       *tiers,
                                        guint              n_tiers);
GBytes       *td_import_end            (TdImport     *self,
                                        GError      **error);

/* Fields of foreign documents: one that is missing or makes no sense changes nothing. */
void          td_import_take_text      (const TdJson *object,
                                        const char   *name,
                                        char        **slot);
void          td_import_take_date      (const TdJson *object,
                                        const char   *name,
                                        char        **slot);
void          td_import_take_fact      (const TdJson *object,
                                        const char   *name,
                                        TdFact       *slot);
void          td_import_take_count     (const TdJson *object,
                                        const char   *name,
                                        gint64       *slot);
void          td_import_take_words     (const TdJson *object,
                                        const char   *name,
                                        GStrv        *slot);
void          td_import_take_modalities (const TdJson *object,
                                         const char   *name,
                                         TdModality   *slot);

TdJsonDoc    *td_import_parse          (GBytes       *document,
                                        GError      **error);
GBytes       *td_import_any            (TdCatalogue  *current,
                                        GBytes       *document,
                                        GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdImport, td_import_free)

G_END_DECLS
