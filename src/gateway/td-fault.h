/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "providers/td-provider-error.h"

G_BEGIN_DECLS

/**
 * TdFaultKind:
 * @TD_FAULT_INVALID: the request is not what the dialect says, or asks for what cannot be had
 * @TD_FAULT_UNAUTHENTICATED: no key of ours, or a wrong one
 * @TD_FAULT_PAYMENT: balance, budget or limit do not cover it
 * @TD_FAULT_FORBIDDEN: the client may not do this, or the provider's key is missing or refused
 * @TD_FAULT_NOT_FOUND: no such model or address
 * @TD_FAULT_CONFLICT: the same Idempotency-Key with another request, or one still running
 * @TD_FAULT_TOO_LONG: more tokens than the model takes
 * @TD_FAULT_TOO_LARGE: more bytes than the gateway takes
 * @TD_FAULT_RATE_LIMIT: too many requests; see retry_after_ms
 * @TD_FAULT_INTERNAL: a failure of ours
 * @TD_FAULT_UNSUPPORTED: this program cannot do it yet
 * @TD_FAULT_UPSTREAM: the provider failed or does not answer
 * @TD_FAULT_UNAVAILABLE: the provider or the gateway is busy, or stopping
 * @TD_FAULT_TIMED_OUT: the provider took too long
 */
typedef enum
{
  TD_FAULT_INVALID,
  TD_FAULT_UNAUTHENTICATED,
  TD_FAULT_PAYMENT,
  TD_FAULT_FORBIDDEN,
  TD_FAULT_NOT_FOUND,
  TD_FAULT_CONFLICT,
  TD_FAULT_TOO_LONG,
  TD_FAULT_TOO_LARGE,
  TD_FAULT_RATE_LIMIT,
  TD_FAULT_INTERNAL,
  TD_FAULT_UNSUPPORTED,
  TD_FAULT_UPSTREAM,
  TD_FAULT_UNAVAILABLE,
  TD_FAULT_TIMED_OUT,
} TdFaultKind;

/**
 * TdFault:
 *
 * Why a request of a client is not answered; each dialect has its own words for it.
 */
typedef struct
{
  TdFaultKind kind;
  char *message;         /* for people; holds no secret */
  char *param;           /* (nullable): the member it is about: "messages[2].content" */
  char *code;            /* (nullable): stable: "wallet:budget", see engine/td-error-code.h */
  gint64 retry_after_ms; /* -1: not stated */
  gboolean retryable;    /* the same request may succeed later: else clients are told not to try */
} TdFault;

TdFault    *td_fault_new          (TdFaultKind      kind,
                                   const char      *param,
                                   const char      *format,
                                   ...) G_GNUC_PRINTF (3, 4);
TdFault    *td_fault_from_error   (const GError    *error);
TdFault    *td_fault_from_failure (const TdFailure *failure);
void        td_fault_free         (TdFault         *self);
guint       td_fault_get_status   (const TdFault   *self);
gint64      td_fault_get_retry_seconds (const TdFault *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdFault, td_fault_free)

G_END_DECLS
