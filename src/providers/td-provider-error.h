/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TD_PROVIDER_ERROR:
 *
 * The classes of failure of ../wire: they say what the user can do.
 */
#define TD_PROVIDER_ERROR (td_provider_error_quark ())
GQuark td_provider_error_quark (void);

/**
 * TdProviderError:
 * @TD_PROVIDER_ERROR_NO_KEY: this provider needs a key and there is none
 * @TD_PROVIDER_ERROR_AUTH: the provider refuses the key
 * @TD_PROVIDER_ERROR_PERMISSION: the key may not do this
 * @TD_PROVIDER_ERROR_QUOTA: no credit left at the provider
 * @TD_PROVIDER_ERROR_RATE_LIMIT: too many requests; wait and try again
 * @TD_PROVIDER_ERROR_NOT_FOUND: the provider does not know the model (or address)
 * @TD_PROVIDER_ERROR_INVALID: the provider refuses the request as it is
 * @TD_PROVIDER_ERROR_TOO_LARGE: the conversation is too long for the model
 * @TD_PROVIDER_ERROR_OVERLOADED: the provider is busy; wait and try again
 * @TD_PROVIDER_ERROR_SERVER: the provider failed
 * @TD_PROVIDER_ERROR_UNREACHABLE: nothing answers at the address (no network, server not running)
 * @TD_PROVIDER_ERROR_TLS: the connection is not trustworthy
 * @TD_PROVIDER_ERROR_CUT: the connection ended in the middle of the reply
 * @TD_PROVIDER_ERROR_TIMED_OUT: connected, but nothing came for too long
 * @TD_PROVIDER_ERROR_PROTOCOL: what came is not what the protocol promises
 * @TD_PROVIDER_ERROR_UNSUPPORTED: this program cannot talk to the provider yet
 */
typedef enum
{
  TD_PROVIDER_ERROR_NO_KEY,
  TD_PROVIDER_ERROR_AUTH,
  TD_PROVIDER_ERROR_PERMISSION,
  TD_PROVIDER_ERROR_QUOTA,
  TD_PROVIDER_ERROR_RATE_LIMIT,
  TD_PROVIDER_ERROR_NOT_FOUND,
  TD_PROVIDER_ERROR_INVALID,
  TD_PROVIDER_ERROR_TOO_LARGE,
  TD_PROVIDER_ERROR_OVERLOADED,
  TD_PROVIDER_ERROR_SERVER,
  TD_PROVIDER_ERROR_UNREACHABLE,
  TD_PROVIDER_ERROR_TLS,
  TD_PROVIDER_ERROR_CUT,
  TD_PROVIDER_ERROR_TIMED_OUT,
  TD_PROVIDER_ERROR_PROTOCOL,
  TD_PROVIDER_ERROR_UNSUPPORTED,
} TdProviderError;

/**
 * TdFailure:
 *
 * Everything a provider said about a failure; more than fits a GError.
 */
typedef struct
{
  TdProviderError class;
  guint status;           /* HTTP status, 0 when there was no answer */
  char *message;          /* (nullable): the provider's own words, cleaned, at most 1,000 bytes */
  char *code;             /* (nullable): the provider's code or type */
  char *param;            /* (nullable): the member of the request it does not like */
  gint64 retry_after_ms;  /* -1: not stated */
  gboolean retryable;     /* a retry may help, by the table of the protocol */
  char *request_id;       /* (nullable): for the provider's support */
} TdFailure;

TdFailure  *td_failure_new       (TdProviderError  class,
                                  const char      *message);
TdFailure  *td_failure_copy      (const TdFailure *self);
void        td_failure_free      (TdFailure       *self);
GError     *td_failure_to_error  (const TdFailure *self);
const char *td_provider_error_to_string   (TdProviderError  class);
gboolean    td_provider_error_from_string (const char      *text,
                                           TdProviderError *class);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdFailure, td_failure_free)

G_END_DECLS
