/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-request-record.h"

#include "engine/td-error-code.h"
#include "providers/td-provider-error.h"

/* Below these a rate says more about the network's packets than about the model. */
#define MIN_RATE_TOKENS 8
#define MIN_RATE_MS     50

/**
 * td_request_record_new:
 *
 * Returns: (transfer full): a record of which nothing is known
 */
TdRequestRecord *
td_request_record_new (void)
{
  TdRequestRecord *self = g_new0 (TdRequestRecord, 1);

  self->first_token_ms = -1;
  self->duration_ms = -1;
  self->input_tokens = -1;
  self->cached_tokens = -1;
  self->output_tokens = -1;
  return self;
}

void
td_request_record_free (TdRequestRecord *self)
{
  if (!self)
    return;
  g_free (self->provider_id);
  g_free (self->endpoint);
  g_free (self->model_key);
  g_free (self->offer_key);
  g_free (self->purpose);
  g_free (self->outcome);
  g_free (self);
}

/**
 * td_request_record_get_rate:
 * @self: a record
 *
 * How fast the model wrote once it had begun. A reply that came in one piece, or is only a few
 * tokens, does not tell.
 *
 * Returns: thousandths of a token a second; -1 when it cannot be told
 */
gint64
td_request_record_get_rate (const TdRequestRecord *self)
{
  gint64 tokens = self->output_tokens - self->hidden_tokens;
  gint64 ms = self->duration_ms - self->first_token_ms;

  if (self->first_token_ms < 0 || self->duration_ms < 0 || tokens < MIN_RATE_TOKENS ||
      ms < MIN_RATE_MS || tokens > G_MAXINT64 / 1000000)
    return -1;
  return tokens * 1000000 / ms;
}

/* Not by an else: a new class of failure has to be put on one side or the other. */
static gboolean
is_fault (TdProviderError class)
{
  switch (class)
    {
    case TD_PROVIDER_ERROR_RATE_LIMIT:
    case TD_PROVIDER_ERROR_OVERLOADED:
    case TD_PROVIDER_ERROR_SERVER:
    case TD_PROVIDER_ERROR_UNREACHABLE:
    case TD_PROVIDER_ERROR_TLS:
    case TD_PROVIDER_ERROR_CUT:
    case TD_PROVIDER_ERROR_TIMED_OUT:
    case TD_PROVIDER_ERROR_PROTOCOL:
      return TRUE;
    case TD_PROVIDER_ERROR_NO_KEY:
    case TD_PROVIDER_ERROR_AUTH:
    case TD_PROVIDER_ERROR_PERMISSION:
    case TD_PROVIDER_ERROR_QUOTA:
    case TD_PROVIDER_ERROR_NOT_FOUND:
    case TD_PROVIDER_ERROR_INVALID:
    case TD_PROVIDER_ERROR_TOO_LARGE:
    case TD_PROVIDER_ERROR_UNSUPPORTED:
    default:
      return FALSE;
    }
}

/**
 * td_request_kind_of_outcome:
 * @outcome: an outcome as it is stored; may come from a newer program
 *
 * Returns: what it says about the provider
 */
TdRequestKind
td_request_kind_of_outcome (const char *outcome)
{
  GQuark domain;
  int code;

  if (g_str_equal (outcome, TD_REQUEST_COMPLETE))
    return TD_REQUEST_KIND_COMPLETE;
  if (g_str_equal (outcome, TD_REQUEST_STOPPED))
    return TD_REQUEST_KIND_STOPPED;
  if (td_error_code_parse (outcome, &domain, &code) && domain == TD_PROVIDER_ERROR &&
      is_fault ((TdProviderError) code))
    return TD_REQUEST_KIND_FAULT;
  return TD_REQUEST_KIND_REFUSED;
}
