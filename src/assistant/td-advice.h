/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-analysis.h"
#include "assistant/td-quality.h"
#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

typedef enum
{
  TD_PROFILE_QUALITY,
  TD_PROFILE_BALANCED,
  TD_PROFILE_COST,
  TD_PROFILE_SPEED,
  TD_N_PROFILES,
} TdProfile;

/* What a score is the sum of. */
typedef enum
{
  TD_PART_QUALITY,
  TD_PART_COST,
  TD_PART_SPEED,
  TD_PART_CONTEXT,    /* room for more than this request */
  TD_PART_RECENCY,
  TD_PART_LICENCE,    /* published weights */
  TD_PART_PREFERENCE, /* what was learned on this machine; from -1000 to 1000 */
  TD_N_PARTS,
} TdPart;

/* Why a model is not among the candidates: the first that applies. */
typedef enum
{
  TD_FILTER_NONE,
  TD_FILTER_RETIRED,
  TD_FILTER_TYPE,
  TD_FILTER_NEED,       /* a capability that the request needs */
  TD_FILTER_LOCAL,
  TD_FILTER_MEMORY,
  TD_FILTER_OPEN_WEIGHTS,
  TD_FILTER_FREE,
  TD_FILTER_PROVIDER,
  TD_FILTER_REGION,
  TD_FILTER_CONTEXT,
  TD_FILTER_PRICE,
  TD_FILTER_COST,
  TD_FILTER_NO_KEY,     /* as the caller says it: not usable now */
  TD_FILTER_SERVER,
  TD_FILTER_BALANCE,
  TD_N_FILTERS,
} TdFilter;

/* Whether a model can be used now: TD_FILTER_NONE, TD_FILTER_NO_KEY, TD_FILTER_SERVER or TD_FILTER_BALANCE. */
typedef TdFilter (*TdAdviceUsableFunc)     (const TdModelFacts *facts,
                                      TdMoney             cost, /* TD_MONEY_UNKNOWN */
                                      gpointer            user_data);
/* Measured tokens in 1,000 seconds, or -1. */
typedef gint64   (*TdAdviceSpeedFunc)      (const TdModelFacts *facts,
                                      gpointer            user_data);
/* What was learned of a model for a category: -1000 to 1000; 0: nothing. */
typedef int      (*TdAdvicePreferenceFunc) (const TdModelFacts *facts,
                                      TdCategory          category,
                                      gpointer            user_data);

/**
 * TdAdviceSettings:
 *
 * What the user asks of models in general. What the text of a request says comes on top of it.
 */
typedef struct
{
  TdProfile profile;
  gboolean has_weights;     /* @weights instead of the profile's */
  int weights[TD_N_PARTS];  /* thousandths */
  gboolean local_only;
  gboolean open_weights_only;
  gboolean free_only;
  gboolean region_only;     /* Europe; nobody states where a model runs, so only this machine */
  gint64 memory_bytes;      /* of this machine; 0: unknown */
  gint64 min_context;       /* tokens; 0: as much as the request needs */
  TdMoney max_cost;         /* of this request; TD_MONEY_UNKNOWN: no limit */
  TdPrice max_price;        /* per million tokens, in and out; TD_PRICE_UNKNOWN: no limit */
  const char *const *providers_in;  /* (nullable) */
  const char *const *providers_out; /* (nullable) */
  gboolean include_all;     /* also what cannot be used now */
  TdAdviceUsableFunc is_usable;   /* (nullable): everything is */
  TdAdviceSpeedFunc get_speed;    /* (nullable) */
  TdAdvicePreferenceFunc get_preference; /* (nullable) */
  gpointer user_data;
} TdAdviceSettings;

#define TD_ADVICE_SETTINGS_DEFAULT \
  { .profile = TD_PROFILE_BALANCED, .max_cost = TD_MONEY_UNKNOWN, .max_price = TD_PRICE_UNKNOWN }

/* What a model is recommended as. */
typedef enum
{
  TD_ADVICE_BEST,
  TD_ADVICE_CHEAPER,
  TD_ADVICE_LOCAL,
  TD_ADVICE_STRONGER,
  TD_ADVICE_OTHER_FAMILY,
  TD_ADVICE_NEXT,
} TdAdviceRole;

typedef struct
{
  TdModel *model;                 /* borrowed from the catalogue */
  TdAdviceRole role;
  gint64 score;                   /* millionths: the sum of weight times value of the parts */
  int weights[TD_N_PARTS];        /* thousandths */
  int values[TD_N_PARTS];         /* thousandths */
  gboolean known[TD_N_PARTS];     /* an unknown value counts as 0 and is called unknown */
  const TdQuality *quality;       /* (nullable): no score */
  TdMoney cost;                   /* of this request; TD_MONEY_UNKNOWN */
  TdMoney cost_low;
  TdMoney cost_high;
  gint64 speed;                   /* tokens in 1,000 seconds; -1 */
  gboolean dominated;             /* another one is as good and cheaper: see the role */
} TdRecommendation;

/* The one thing that would change the answer. */
typedef struct
{
  TdFilter filter;                /* TD_FILTER_NONE: nothing would */
  TdModel *model;                 /* borrowed: what would come first */
  TdMoney cost;                   /* of this request there */
} TdAdviceChange;

/**
 * TdAdvice:
 *
 * Three models for a request, and why not others. Borrows from the advisor it comes from.
 */
typedef struct
{
  TdCatalogue *catalogue;         /* borrowed: what it was chosen from */
  TdAdviceSettings settings;      /* with what the text said */
  GStrv providers_in;             /* (owned) (nullable): behind @settings */
  GStrv providers_out;            /* (owned) (nullable) */
  guint n_top;
  TdRecommendation top[3];
  guint n_candidates;
  guint excluded[TD_N_FILTERS];   /* by the first filter that applies */
  TdAdviceChange change;
} TdAdvice;

/**
 * TdAdvisor:
 *
 * The models of one catalogue, prepared for being ranked. Unchanging, usable from every thread.
 */
typedef struct _TdAdvisor TdAdvisor;

TdAdvisor    *td_advisor_new           (TdCatalogue            *catalogue);
void          td_advisor_free          (TdAdvisor              *self);
TdCatalogue  *td_advisor_get_catalogue (TdAdvisor              *self);
TdAdvice     *td_advisor_run           (TdAdvisor              *self,
                                        const TdAnalysis       *analysis,
                                        const TdAdviceSettings *settings);
void          td_advice_free           (TdAdvice               *self);
GPtrArray    *td_recommendation_list_reasons (const TdRecommendation *self,
                                              const TdAnalysis       *analysis);

void          td_advice_find_prices    (const TdModelFacts     *facts,
                                        gint64                  input_tokens,
                                        TdPrice                *in,
                                        TdPrice                *out);
const char   *td_profile_to_string     (TdProfile               profile);
gboolean      td_profile_from_string   (const char             *text,
                                        TdProfile              *profile);
const char   *td_part_to_string        (TdPart                  part);
const char   *td_filter_to_string      (TdFilter                filter);
const char   *td_advice_role_to_string        (TdAdviceRole                  role);
void          td_profile_get_weights   (TdProfile               profile,
                                        int                     complexity,
                                        int                    *weights);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdAdvisor, td_advisor_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdAdvice, td_advice_free)

G_END_DECLS
