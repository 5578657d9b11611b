/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-provider-error.h"

G_DEFINE_QUARK (td-provider-error-quark, td_provider_error)

static const struct
{
  const char *word;
  const char *message;
} classes[] = {
  [TD_PROVIDER_ERROR_NO_KEY] = { "no_key", "the provider needs a key and there is none" },
  [TD_PROVIDER_ERROR_AUTH] = { "auth", "the provider refuses the key" },
  [TD_PROVIDER_ERROR_PERMISSION] = { "permission", "the key may not do this" },
  [TD_PROVIDER_ERROR_QUOTA] = { "quota", "no credit is left at the provider" },
  [TD_PROVIDER_ERROR_RATE_LIMIT] = { "rate_limit", "too many requests" },
  [TD_PROVIDER_ERROR_NOT_FOUND] = { "not_found",
                                    "the provider does not know the model or the address" },
  [TD_PROVIDER_ERROR_INVALID] = { "invalid", "the provider refuses the request as it is" },
  [TD_PROVIDER_ERROR_TOO_LARGE] = { "too_large", "the conversation is too long for the model" },
  [TD_PROVIDER_ERROR_OVERLOADED] = { "overloaded", "the provider is busy" },
  [TD_PROVIDER_ERROR_SERVER] = { "server", "the provider failed" },
  [TD_PROVIDER_ERROR_UNREACHABLE] = { "unreachable", "nothing answers at the address" },
  [TD_PROVIDER_ERROR_TLS] = { "tls", "the connection is not trustworthy" },
  [TD_PROVIDER_ERROR_CUT] = { "cut", "the connection ended in the middle of the reply" },
  [TD_PROVIDER_ERROR_TIMED_OUT] = { "timed_out", "nothing came for too long" },
  [TD_PROVIDER_ERROR_PROTOCOL] = { "protocol", "the answer is not what the protocol promises" },
  [TD_PROVIDER_ERROR_UNSUPPORTED] = { "unsupported",
                                      "the protocol of the provider is not spoken yet" },
};

static gboolean
class_is_retryable (TdProviderError class)
{
  return class == TD_PROVIDER_ERROR_RATE_LIMIT || class == TD_PROVIDER_ERROR_OVERLOADED ||
         class == TD_PROVIDER_ERROR_SERVER || class == TD_PROVIDER_ERROR_CUT;
}

/**
 * td_failure_new:
 * @class: what kind of failure
 * @message: (nullable): the provider's words, already cleaned
 *
 * A failure without an HTTP status, retryable as its class usually is.
 *
 * Returns: (transfer full): the failure
 */
TdFailure *
td_failure_new (TdProviderError  class,
                const char      *message)
{
  TdFailure *self = g_new0 (TdFailure, 1);

  self->class = class;
  self->message = g_strdup (message);
  self->retry_after_ms = -1;
  self->retryable = class_is_retryable (class);
  return self;
}

/**
 * td_failure_copy:
 * @self: (nullable): a failure
 *
 * Returns: (transfer full) (nullable): a copy
 */
TdFailure *
td_failure_copy (const TdFailure *self)
{
  TdFailure *copy;

  if (self == NULL)
    return NULL;

  copy = g_new (TdFailure, 1);
  *copy = *self;
  copy->message = g_strdup (self->message);
  copy->code = g_strdup (self->code);
  copy->param = g_strdup (self->param);
  copy->request_id = g_strdup (self->request_id);
  return copy;
}

void
td_failure_free (TdFailure *self)
{
  if (self == NULL)
    return;

  g_free (self->message);
  g_free (self->code);
  g_free (self->param);
  g_free (self->request_id);
  g_free (self);
}

/**
 * td_failure_to_error:
 * @self: a failure
 *
 * Returns: (transfer full): a TD_PROVIDER_ERROR with the class as its code; the message is for
 *   logs and holds no secret
 */
GError *
td_failure_to_error (const TdFailure *self)
{
  GString *text;
  GError *error;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_string_new (classes[self->class].message);
  if (self->status != 0)
    g_string_append_printf (text, " (status %u)", self->status);
  if (self->message != NULL && *self->message != '\0')
    g_string_append_printf (text, ": %s", self->message);
  error = g_error_new_literal (TD_PROVIDER_ERROR, self->class, text->str);
  g_string_free (text, TRUE);
  return error;
}

/**
 * td_provider_error_to_string:
 * @class: a class of failure
 *
 * Returns: (transfer none): a stable word for the store and for machines
 */
const char *
td_provider_error_to_string (TdProviderError class)
{
  g_return_val_if_fail ((guint) class < G_N_ELEMENTS (classes), "server");

  return classes[class].word;
}

/**
 * td_provider_error_from_string:
 * @text: (nullable): a word of td_provider_error_to_string()
 * @class: (out): the class
 *
 * Returns: whether @text is such a word
 */
gboolean
td_provider_error_from_string (const char      *text,
                               TdProviderError *class)
{
  g_return_val_if_fail (class != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      if (g_strcmp0 (text, classes[i].word) == 0)
        {
          *class = (TdProviderError) i;
          return TRUE;
        }
    }
  return FALSE;
}
