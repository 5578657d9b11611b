/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-provider.h"

G_BEGIN_DECLS

/**
 * TdEndpoint:
 *
 * A provider as this user reaches it: the catalogue's facts with the user's changes laid over
 * (address, headers, enabled), or an endpoint the user named. Immutable snapshot.
 */
typedef struct
{
  char *provider_id;
  char *name;
  TdProviderKind kind;
  char *base_url;          /* in force, without a trailing slash */
  char *default_base_url;  /* (nullable): the catalogue's; NULL for a custom endpoint */
  TdAuth auth;
  GStrv headers;           /* (nullable): name and value by turns, fixed ones first */
  GStrv extra_headers;     /* (nullable): those of them that the user added */
  gboolean needs_key;
  gboolean local;
  gboolean enabled;
  gboolean custom;         /* named by the user */
} TdEndpoint;

TdEndpoint *td_endpoint_new_for_provider (const TdProviderFacts *facts);
TdEndpoint *td_endpoint_copy             (const TdEndpoint      *self);
void        td_endpoint_free             (TdEndpoint            *self);
gboolean    td_endpoint_is_supported     (const TdEndpoint      *self); /* this program speaks its protocol */
char       *td_endpoint_normalise_url    (const char            *text,
                                          GError               **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdEndpoint, td_endpoint_free)

G_END_DECLS
