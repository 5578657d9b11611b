/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-fault.h"

#include <gio/gio.h>

#include "engine/td-completion.h"
#include "engine/td-error-code.h"
#include "store/td-store-error.h"
#include "vault/td-vault.h"
#include "wallet/td-wallet-error.h"

static const guint statuses[] = {
  [TD_FAULT_INVALID] = 400,
  [TD_FAULT_UNAUTHENTICATED] = 401,
  [TD_FAULT_PAYMENT] = 402,
  [TD_FAULT_FORBIDDEN] = 403,
  [TD_FAULT_NOT_FOUND] = 404,
  [TD_FAULT_CONFLICT] = 409,
  [TD_FAULT_TOO_LONG] = 400,
  [TD_FAULT_TOO_LARGE] = 413,
  [TD_FAULT_RATE_LIMIT] = 429,
  [TD_FAULT_INTERNAL] = 500,
  [TD_FAULT_UNSUPPORTED] = 501,
  [TD_FAULT_UPSTREAM] = 502,
  [TD_FAULT_UNAVAILABLE] = 503,
  [TD_FAULT_TIMED_OUT] = 504,
};

/* A key the user has to see to is nothing the client could mend with another key of its own, so
 * it is no 401. */
static const TdFaultKind provider_kinds[] = {
  [TD_PROVIDER_ERROR_NO_KEY] = TD_FAULT_FORBIDDEN,
  [TD_PROVIDER_ERROR_AUTH] = TD_FAULT_FORBIDDEN,
  [TD_PROVIDER_ERROR_PERMISSION] = TD_FAULT_FORBIDDEN,
  [TD_PROVIDER_ERROR_QUOTA] = TD_FAULT_PAYMENT,
  [TD_PROVIDER_ERROR_RATE_LIMIT] = TD_FAULT_RATE_LIMIT,
  [TD_PROVIDER_ERROR_NOT_FOUND] = TD_FAULT_NOT_FOUND,
  [TD_PROVIDER_ERROR_INVALID] = TD_FAULT_INVALID,
  [TD_PROVIDER_ERROR_TOO_LARGE] = TD_FAULT_TOO_LONG,
  [TD_PROVIDER_ERROR_OVERLOADED] = TD_FAULT_UNAVAILABLE,
  [TD_PROVIDER_ERROR_SERVER] = TD_FAULT_UPSTREAM,
  [TD_PROVIDER_ERROR_UNREACHABLE] = TD_FAULT_UPSTREAM,
  [TD_PROVIDER_ERROR_TLS] = TD_FAULT_UPSTREAM,
  [TD_PROVIDER_ERROR_CUT] = TD_FAULT_UPSTREAM,
  [TD_PROVIDER_ERROR_TIMED_OUT] = TD_FAULT_TIMED_OUT,
  [TD_PROVIDER_ERROR_PROTOCOL] = TD_FAULT_UPSTREAM,
  [TD_PROVIDER_ERROR_UNSUPPORTED] = TD_FAULT_UNSUPPORTED,
};

static const TdFaultKind completion_kinds[] = {
  [TD_COMPLETION_ERROR_NO_MODEL] = TD_FAULT_NOT_FOUND,
  [TD_COMPLETION_ERROR_NOT_CHAT] = TD_FAULT_INVALID,
  [TD_COMPLETION_ERROR_DISABLED] = TD_FAULT_FORBIDDEN,
  [TD_COMPLETION_ERROR_LIMIT] = TD_FAULT_PAYMENT,
  [TD_COMPLETION_ERROR_PRICE_UNKNOWN] = TD_FAULT_PAYMENT,
  [TD_COMPLETION_ERROR_BUSY] = TD_FAULT_CONFLICT,
  [TD_COMPLETION_ERROR_NOTHING_TO_SEND] = TD_FAULT_INVALID,
  [TD_COMPLETION_ERROR_NO_IMAGES] = TD_FAULT_INVALID,
  [TD_COMPLETION_ERROR_NO_CHOICE] = TD_FAULT_NOT_FOUND,
};

static const TdFaultKind wallet_kinds[] = {
  [TD_WALLET_ERROR_BALANCE] = TD_FAULT_PAYMENT,
  [TD_WALLET_ERROR_BUDGET] = TD_FAULT_PAYMENT,
  [TD_WALLET_ERROR_PRICE_UNKNOWN] = TD_FAULT_PAYMENT,
  [TD_WALLET_ERROR_INVALID] = TD_FAULT_INVALID,
  [TD_WALLET_ERROR_TAKEN] = TD_FAULT_CONFLICT,
  [TD_WALLET_ERROR_NOT_FOUND] = TD_FAULT_NOT_FOUND,
  [TD_WALLET_ERROR_DAMAGED] = TD_FAULT_INTERNAL,
};

static TdFaultKind
look_up (const TdFaultKind *kinds,
         gsize              n_kinds,
         int                code)
{
  return code >= 0 && (gsize) code < n_kinds ? kinds[code] : TD_FAULT_INTERNAL;
}

static TdFaultKind
kind_of_store_error (int code)
{
  return code == TD_STORE_ERROR_BUSY ? TD_FAULT_UNAVAILABLE : TD_FAULT_INTERNAL;
}

static TdFaultKind
kind_of_error (const GError *error)
{
  if (error->domain == TD_PROVIDER_ERROR)
    return look_up (provider_kinds, G_N_ELEMENTS (provider_kinds), error->code);
  if (error->domain == TD_COMPLETION_ERROR)
    return look_up (completion_kinds, G_N_ELEMENTS (completion_kinds), error->code);
  if (error->domain == TD_WALLET_ERROR)
    return look_up (wallet_kinds, G_N_ELEMENTS (wallet_kinds), error->code);
  if (error->domain == TD_STORE_ERROR)
    return kind_of_store_error (error->code);
  /* The keyring is locked or missing: the user has to see to it. */
  if (error->domain == TD_VAULT_ERROR)
    return TD_FAULT_FORBIDDEN;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TD_FAULT_UNAVAILABLE;
  return TD_FAULT_INTERNAL;
}

static gboolean
kind_is_retryable (TdFaultKind kind)
{
  return kind == TD_FAULT_RATE_LIMIT || kind == TD_FAULT_UPSTREAM ||
         kind == TD_FAULT_UNAVAILABLE || kind == TD_FAULT_TIMED_OUT;
}

static TdFault *
fault_take (TdFaultKind  kind,
            const char  *param,
            char        *message)
{
  TdFault *self = g_new0 (TdFault, 1);

  self->kind = kind;
  self->param = g_strdup (param);
  self->message = message;
  self->retry_after_ms = -1;
  self->retryable = kind_is_retryable (kind);
  return self;
}

/**
 * td_fault_new:
 * @kind: what kind of fault
 * @param: (nullable): the member of the request it is about, as a path
 * @format: what is wrong, for people
 * @...: its arguments
 *
 * Returns: (transfer full): the fault
 */
TdFault *
td_fault_new (TdFaultKind  kind,
              const char  *param,
              const char  *format,
              ...)
{
  va_list args;
  char *message;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  return fault_take (kind, param, message);
}

/**
 * td_fault_from_error:
 * @error: why a call failed: an error of a completion, the wallet, a provider, the store, …
 *
 * What went wrong inside is not told to clients; only that it did.
 *
 * Returns: (transfer full): the fault, with the error's stable code
 */
TdFault *
td_fault_from_error (const GError *error)
{
  TdFaultKind kind;
  TdFault *self;

  g_return_val_if_fail (error != NULL, NULL);

  kind = kind_of_error (error);
  self = fault_take (kind, NULL,
                     g_strdup (kind == TD_FAULT_INTERNAL ? "Top Dog could not do this"
                                                         : error->message));
  self->code = td_error_code_from_error (error);
  return self;
}

/**
 * td_fault_from_failure:
 * @failure: what a provider said
 *
 * Returns: (transfer full): the fault, which names the wait and the member the provider named
 */
TdFault *
td_fault_from_failure (const TdFailure *failure)
{
  g_autoptr (GError) error = NULL;
  TdFault *self;

  g_return_val_if_fail (failure != NULL, NULL);

  error = td_failure_to_error (failure);
  self = td_fault_from_error (error);
  self->param = g_strdup (failure->param);
  self->retry_after_ms = failure->retry_after_ms;
  self->retryable = failure->retryable;
  return self;
}

void
td_fault_free (TdFault *self)
{
  if (self == NULL)
    return;

  g_free (self->message);
  g_free (self->param);
  g_free (self->code);
  g_free (self);
}

/**
 * td_fault_get_status:
 * @self: a fault
 *
 * Returns: the HTTP status that goes with it
 */
guint
td_fault_get_status (const TdFault *self)
{
  g_return_val_if_fail (self != NULL && self->kind < G_N_ELEMENTS (statuses), 500);

  return statuses[self->kind];
}

/**
 * td_fault_get_retry_seconds:
 * @self: a fault
 *
 * Returns: the value of a Retry-After header, rounded up; -1: not stated
 */
gint64
td_fault_get_retry_seconds (const TdFault *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->retry_after_ms >= 0 ? self->retry_after_ms / 1000 + (self->retry_after_ms % 1000 > 0)
                                   : -1;
}
