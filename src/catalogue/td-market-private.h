/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-market-store.h"
#include "catalogue/td-market.h"

G_BEGIN_DECLS

/* What the files of TdMarket share: the object and its loading (td-market.c), favourites and
 * uses (td-market-facts.c), refresh and import (td-market-update.c). */
struct _TdMarket
{
  GObject parent_instance;

  TdDatabase *database;   /* (owned) (nullable) */
  SoupSession *session;   /* (owned) (nullable) */

  TdCatalogue *base;      /* (owned): as it came or was refreshed */
  GPtrArray *discovered;  /* (element-type Discovered): what is added to it */
  GStrv moved;            /* (nullable): local providers that are on another machine now */
  TdCatalogue *catalogue; /* (owned): both */
  TdQueryIndex *index;    /* (owned): of catalogue */

  GHashTable *facts;      /* (element-type utf8 TdUserFact): by model key */
  guint facts_serial;     /* counts changes made here */

  TdRefreshState states[TD_N_REFRESH_SOURCES];
  char *urls[TD_N_REFRESH_SOURCES];
  gint64 refreshed_us;
  guint silence_ms;       /* how long a source may say nothing */
  GQueue updates;         /* (element-type GTask): the first is under way */
};

void td_market_swap           (TdMarket     *self,
                               TdCatalogue  *base,
                               TdQueryIndex *index);
void td_market_apply_facts    (TdMarket     *self);
void td_market_emit_facts     (TdMarket     *self);
gboolean td_market_is_newer   (GBytes       *document,
                               const char   *bundled,
                               const char   *version);

G_END_DECLS
