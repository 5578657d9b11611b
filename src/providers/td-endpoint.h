/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "catalogue/td-provider.h"
#include "providers/td-timeouts.h"

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
  char *list_url;          /* (nullable): where the models are listed when that is not below base_url */
  TdAuth auth;
  TdWireTrait wire;        /* where it departs from others of its kind */
  GStrv headers;           /* (nullable): name and value by turns, fixed ones first */
  GStrv extra_headers;     /* (nullable): those of them that the user added */
  gboolean needs_key;
  gboolean list_needs_key; /* for the list of models too */
  gboolean local;          /* on this machine: nothing is charged */
  gboolean may_be_local;   /* a server that people run themselves, here or elsewhere */
  gboolean enabled;
  gboolean custom;         /* named by the user */
  gboolean main;           /* one of the main providers */
  int position;            /* in the user's own order, from 0; -1: after those that have one */
  TdTimeouts timeouts;     /* its own time limits, where set */
} TdEndpoint;

TdEndpoint *td_endpoint_new_for_provider (const TdProviderFacts *facts);
TdEndpoint *td_endpoint_new_custom       (const char            *provider_id,
                                          const char            *name,
                                          const char            *base_url);
TdEndpoint *td_endpoint_copy             (const TdEndpoint      *self);
void        td_endpoint_free             (TdEndpoint            *self);
void        td_endpoint_set_base_url     (TdEndpoint            *self,
                                          const char            *base_url);
void        td_endpoint_set_header       (TdEndpoint            *self,
                                          const char            *name,
                                          const char            *value);
gboolean    td_endpoint_is_supported     (const TdEndpoint      *self); /* this program speaks its protocol */
/* The versions of Gemini's protocol, as they end the address. */
#define TD_GEMINI_VERSION_BETA   "v1beta"
#define TD_GEMINI_VERSION_STABLE "v1"
const char *td_endpoint_get_api_version  (const TdEndpoint      *self); /* (nullable): there is none to choose */
gboolean    td_endpoint_is_plain_remote  (const TdEndpoint      *self);
char       *td_endpoint_normalise_url    (const char            *text,
                                          GError               **error);
char       *td_endpoint_url_from_ollama_host (const char        *text);
gboolean    td_endpoint_parse_header     (const char            *text,
                                          char                 **name,
                                          char                 **value,
                                          GError               **error);

/**
 * TD_ENDPOINT_ERROR:
 *
 * Why a change to an endpoint was refused.
 */
#define TD_ENDPOINT_ERROR (td_endpoint_error_quark ())
GQuark td_endpoint_error_quark (void);

/**
 * TdEndpointError:
 * @TD_ENDPOINT_ERROR_BAD_URL: not an http or https address, or one with a name, query or fragment in it
 * @TD_ENDPOINT_ERROR_BAD_HEADER: not a header ("Name: value")
 * @TD_ENDPOINT_ERROR_SECRET_HEADER: a header that carries a secret; keys belong into the keyring
 * @TD_ENDPOINT_ERROR_BAD_VALUE: the value does not fit the field
 * @TD_ENDPOINT_ERROR_UNKNOWN_FIELD: no such field
 * @TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER: no such provider
 * @TD_ENDPOINT_ERROR_NOT_CUSTOM: only an endpoint the user named can be removed
 */
typedef enum
{
  TD_ENDPOINT_ERROR_BAD_URL,
  TD_ENDPOINT_ERROR_BAD_HEADER,
  TD_ENDPOINT_ERROR_SECRET_HEADER,
  TD_ENDPOINT_ERROR_BAD_VALUE,
  TD_ENDPOINT_ERROR_UNKNOWN_FIELD,
  TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER,
  TD_ENDPOINT_ERROR_NOT_CUSTOM,
} TdEndpointError;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdEndpoint, td_endpoint_free)

G_END_DECLS
