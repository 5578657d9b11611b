/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-money.h"
#include "catalogue/td-model.h"
#include "engine/td-offer-measure.h"
#include "providers/td-chat-request.h"

G_BEGIN_DECLS

/*
 * Which of the places that offer a model is asked. Plain functions over plain structs: nothing
 * here knows of the engine, the store or the network.
 */

/**
 * TdRouteOrder:
 * @TD_ROUTE_CHOSEN: only the provider that the user picked the model at
 * @TD_ROUTE_CHEAPEST: what this request costs
 * @TD_ROUTE_FASTEST: how soon a short reply was there, as measured
 * @TD_ROUTE_RELIABLE: how many requests went well, as measured
 * @TD_ROUTE_OWN: the user's own order of the providers
 */
typedef enum
{
  TD_ROUTE_CHOSEN,
  TD_ROUTE_CHEAPEST,
  TD_ROUTE_FASTEST,
  TD_ROUTE_RELIABLE,
  TD_ROUTE_OWN,
} TdRouteOrder;

/* Whether an offer can serve a request, and if not, why. */
typedef enum
{
  TD_OFFER_FITS,
  TD_OFFER_NOT_CHAT,
  TD_OFFER_UNSUPPORTED, /* its protocol is not spoken */
  TD_OFFER_DISABLED,
  TD_OFFER_NO_KEY,
  TD_OFFER_RETIRED,     /* the provider does not have it any more */
  TD_OFFER_NO_INPUT,    /* it does not take what is sent, such as pictures */
  TD_OFFER_NO_TOOLS,
  TD_OFFER_NO_STRUCTURE,
  TD_OFFER_TOO_SHORT,   /* the request is longer than it takes, or the reply than it gives */
  TD_OFFER_TOO_DEAR,    /* it could cost more than the caller allows */
  TD_OFFER_RESTING,     /* it failed too often just now */
} TdOfferFit;

/* Why the first offer is the first. */
typedef enum
{
  TD_ROUTE_WHY_CHOSEN,   /* the user said so */
  TD_ROUTE_WHY_ONLY,     /* no other one fits */
  TD_ROUTE_WHY_CHEAPEST,
  TD_ROUTE_WHY_FASTEST,
  TD_ROUTE_WHY_RELIABLE,
  TD_ROUTE_WHY_FIRST,    /* in the user's own order */
  TD_ROUTE_WHY_UNKNOWN,  /* of none is known what the order goes by */
} TdRouteWhy;

/* What a request needs of the model. */
typedef struct
{
  gint64 prompt_tokens;
  gint64 max_output;   /* 0: not limited by the caller */
  TdModality input;    /* besides text */
  gboolean tools;
  gboolean structure;  /* output of a given form */
} TdRouteNeeds;

/* An offer, as far as routing is concerned. */
typedef struct
{
  const char *model_key;  /* (unowned) */
  gboolean chosen;        /* the one the user picked */
  TdOfferFit fit;
  gboolean resting;
  TdMoney price;          /* of this request, reckoned alike for all; TD_MONEY_UNKNOWN */
  TdOfferMeasure measure;
  guint position;         /* in the user's own order, from 0 */
} TdRouterOffer;

void        td_router_read_needs (const TdChatRequest *request,
                                  gint64               prompt_tokens,
                                  TdRouteNeeds        *needs);
gboolean    td_router_may_see (const TdModelFacts *facts);
TdOfferFit  td_router_check (const TdModelFacts  *facts,
                             const TdRouteNeeds  *needs,
                             gboolean             chosen);
TdMoney     td_router_price (const TdModelFacts  *facts,
                             const TdRouteNeeds  *needs);
GArray     *td_router_rank  (TdRouteOrder         order,
                             const TdRouterOffer *offers,
                             guint                n_offers,
                             TdRouteWhy          *why); /* (element-type guint) */
const char *td_route_order_to_string   (TdRouteOrder  order);
gboolean    td_route_order_from_string (const char   *text,
                                        TdRouteOrder *order);
const char *td_route_why_to_string     (TdRouteWhy    why);
gboolean    td_route_why_from_string   (const char   *text,
                                        TdRouteWhy   *why);
const char *td_offer_fit_to_string     (TdOfferFit    fit);
gboolean    td_offer_fit_from_string   (const char   *text,
                                        TdOfferFit   *fit);

G_END_DECLS
