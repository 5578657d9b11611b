/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "base/td-money.h"
#include "catalogue/td-rating.h"
#include "catalogue/td-wire-trait.h"

G_BEGIN_DECLS

typedef enum
{
  TD_MODEL_TYPE_CHAT,
  TD_MODEL_TYPE_EMBEDDING,
  TD_MODEL_TYPE_RERANK,
  TD_MODEL_TYPE_MODERATION,
  TD_MODEL_TYPE_IMAGE,
  TD_MODEL_TYPE_VIDEO,
  TD_MODEL_TYPE_AUDIO,
  TD_MODEL_TYPE_TRANSCRIPTION,
  TD_MODEL_TYPE_REALTIME,
  TD_MODEL_TYPE_OTHER,
} TdModelType;

/* What a model takes in or gives out. */
typedef enum
{
  TD_MODALITY_TEXT = 1 << 0,
  TD_MODALITY_IMAGE = 1 << 1,
  TD_MODALITY_AUDIO = 1 << 2,
  TD_MODALITY_VIDEO = 1 << 3,
  TD_MODALITY_PDF = 1 << 4,
  TD_MODALITY_FILE = 1 << 5,
  TD_MODALITY_EMBEDDING = 1 << 6,
} TdModality;

/* A fact that may be unknown; unknown is never shown as "no". */
typedef enum
{
  TD_FACT_UNKNOWN,
  TD_FACT_NO,
  TD_FACT_YES,
} TdFact;

typedef enum
{
  TD_MODEL_STATUS_IN_SERVICE,
  TD_MODEL_STATUS_ALPHA,
  TD_MODEL_STATUS_BETA,
  TD_MODEL_STATUS_DEPRECATED,
  TD_MODEL_STATUS_UNLISTED, /* in the older source, not in the newer one */
} TdModelStatus;

/**
 * TdPriceList:
 *
 * Prices per token class. Every field may be TD_PRICE_UNKNOWN; 0 means the source says free.
 */
typedef struct
{
  TdPrice input;
  TdPrice output;
  TdPrice cache_read;
  TdPrice cache_write;
  TdPrice reasoning;
  TdPrice input_audio;
  TdPrice output_audio;
} TdPriceList;

/* When the prompt is longer than @above_tokens, the known fields of @prices replace the base. */
typedef struct
{
  gint64 above_tokens;
  TdPriceList prices;
} TdPriceTier;

/**
 * TdModelFacts:
 *
 * All that is known about one catalogue entry: a model at a provider. A plain record, so that
 * search, filters and prices are plain functions over it. Strings are %NULL and counts 0
 * where a fact is not known.
 */
typedef struct
{
  char *key;         /* "provider:id", unique */
  char *provider_id;
  char *id;          /* exactly as the provider's API expects it */
  char *name;
  char *family;
  char *base_model;  /* "maker/name": the same model at several providers has the same value */
  char *base_link;
  char *derived_from;
  TdModelType type;
  TdModality input;
  TdModality output;
  TdFact reasoning;
  TdFact tool_call;
  TdFact attachment;
  TdFact structured_output;
  TdFact temperature;      /* NO: the parameter is rejected or ignored */
  TdFact reasoning_toggle;
  TdFact open_weights;
  GStrv reasoning_efforts; /* (nullable) */
  gboolean has_reasoning_budget;
  gint64 reasoning_budget_min;
  gint64 reasoning_budget_max;
  char *reasoning_field;
  char *knowledge;         /* dates: "YYYY", "YYYY-MM" or "YYYY-MM-DD", compared as text */
  char *released;
  char *updated;
  TdModelStatus status;
  gint64 context;          /* tokens */
  gint64 max_input;        /* tokens */
  gint64 max_output;       /* tokens */
  TdPriceList price;
  TdPriceTier *tiers;      /* (array length=n_tiers), by above_tokens */
  guint n_tiers;
  gint64 parameters;
  char *parameter_label;
  gint64 size_bytes;
  char *license;
  char *weights;
  char *note;
  TdWireTrait wire;        /* where it departs from other models of its provider */
  char *source;            /* id of a TdCatalogueSource */
  gboolean local;          /* runs on this machine: no price */
} TdModelFacts;

TdModelFacts *td_model_facts_new   (void);
TdModelFacts *td_model_facts_copy  (const TdModelFacts *self);
gboolean      td_model_facts_equal (const TdModelFacts *a,
                                    const TdModelFacts *b);
void          td_model_facts_free  (TdModelFacts       *self);
void          td_price_list_init   (TdPriceList        *self);

/**
 * TdModel:
 *
 * A catalogue entry as the interface shows it: immutable facts and rating, and what this user
 * did with it (favourite, uses), which change and notify.
 *
 * Properties: "favourite" (boolean), "uses" (uint64), "name" (string).
 */
#define TD_TYPE_MODEL (td_model_get_type ())
G_DECLARE_FINAL_TYPE (TdModel, td_model, TD, MODEL, GObject)

TdModel            *td_model_new           (TdModelFacts       *facts,
                                            const TdRating     *rating);
const TdModelFacts *td_model_get_facts     (TdModel            *self);
const TdRating     *td_model_get_rating    (TdModel            *self);
const char         *td_model_get_key       (TdModel            *self);
const char         *td_model_get_name      (TdModel            *self);
gboolean            td_model_get_favourite (TdModel            *self);
void                td_model_set_favourite (TdModel            *self,
                                            gboolean            favourite);
guint64             td_model_get_uses      (TdModel            *self);
void                td_model_set_uses      (TdModel            *self,
                                            guint64             uses);
gboolean            td_model_facts_is_free    (const TdModelFacts *facts);
gboolean            td_model_facts_is_retired (const TdModelFacts *facts);
TdPrice             td_model_facts_get_price_in  (const TdModelFacts *facts);
TdPrice             td_model_facts_get_price_out (const TdModelFacts *facts);
const char         *td_model_type_to_string     (TdModelType    type);
gboolean            td_model_type_from_string   (const char    *text,
                                                 TdModelType   *type);
const char         *td_model_status_to_string   (TdModelStatus  status);
gboolean            td_model_status_from_string (const char    *text,
                                                 TdModelStatus *status);
const char         *td_modality_to_string       (TdModality     modality);
gboolean            td_modality_from_string     (const char    *text,
                                                 TdModality    *modality);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdModelFacts, td_model_facts_free)

G_END_DECLS
