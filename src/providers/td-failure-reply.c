/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-failure-reply.h"

#include <string.h>

#include "providers/td-failure-text.h"
#include "providers/td-protocol.h"
#include "providers/td-retry-after.h"

/* What error bodies of the providers look like, and which class of failure they mean. The body
 * may come with an HTTP status, inside a stream, or as a whole reply with status 200. */

typedef struct
{
  const char *word;
  TdProviderError class;
} WordClass;

/* Words that decide whatever the status says. */
static const WordClass strong_words[] = {
  { "insufficient_quota", TD_PROVIDER_ERROR_QUOTA },
  { "credit_balance_exhausted", TD_PROVIDER_ERROR_QUOTA },
  { "billing_hard_limit_reached", TD_PROVIDER_ERROR_QUOTA },
  { "billing_not_active", TD_PROVIDER_ERROR_QUOTA },
  { "payment_required", TD_PROVIDER_ERROR_QUOTA },
  { "insufficient_credits", TD_PROVIDER_ERROR_QUOTA },
  { "enforced_spend_limit_reached", TD_PROVIDER_ERROR_QUOTA },
  { "contract_spend_limit_reached", TD_PROVIDER_ERROR_QUOTA },
  { "invalid_api_key", TD_PROVIDER_ERROR_AUTH },
  { "API_KEY_INVALID", TD_PROVIDER_ERROR_AUTH },
  { "authentication", TD_PROVIDER_ERROR_AUTH },
  { "permission_denied", TD_PROVIDER_ERROR_PERMISSION },
  { "content_policy_violation", TD_PROVIDER_ERROR_PERMISSION },
  { "refusal", TD_PROVIDER_ERROR_PERMISSION },
  { "FAILED_PRECONDITION", TD_PROVIDER_ERROR_PERMISSION }, /* Gemini: the region, or billing */
  { "unsupported_country_region_territory", TD_PROVIDER_ERROR_PERMISSION },
  { "model_not_found", TD_PROVIDER_ERROR_NOT_FOUND },
  { "model_not_supported", TD_PROVIDER_ERROR_NOT_FOUND },
  { "not_found", TD_PROVIDER_ERROR_NOT_FOUND },
  { "context_length_exceeded", TD_PROVIDER_ERROR_TOO_LARGE },
  { "exceed_context_size_error", TD_PROVIDER_ERROR_TOO_LARGE },
  { "max_tokens_exceeded", TD_PROVIDER_ERROR_TOO_LARGE },
  { "token_limit_exceeded", TD_PROVIDER_ERROR_TOO_LARGE },
  { "string_too_long", TD_PROVIDER_ERROR_TOO_LARGE },
  { "string_above_max_length", TD_PROVIDER_ERROR_TOO_LARGE },
  { "payload_too_large", TD_PROVIDER_ERROR_TOO_LARGE },
  { "request_too_large", TD_PROVIDER_ERROR_TOO_LARGE },
  { "rate_limit_exceeded", TD_PROVIDER_ERROR_RATE_LIMIT },
  { "slow_down", TD_PROVIDER_ERROR_RATE_LIMIT },
  { "server_is_overloaded", TD_PROVIDER_ERROR_OVERLOADED },
  { "provider_overloaded", TD_PROVIDER_ERROR_OVERLOADED },
  { "overloaded_error", TD_PROVIDER_ERROR_OVERLOADED },
  { "overloaded", TD_PROVIDER_ERROR_OVERLOADED },
  { "provider_unavailable", TD_PROVIDER_ERROR_SERVER },
  { "unmapped", TD_PROVIDER_ERROR_SERVER },
  { "timeout", TD_PROVIDER_ERROR_SERVER },
  { "invalid_prompt", TD_PROVIDER_ERROR_INVALID },
  { "unprocessable", TD_PROVIDER_ERROR_INVALID },
  { "precondition_failed", TD_PROVIDER_ERROR_INVALID },
};

/* Words that several statuses share; used when there is no status. */
static const WordClass weak_words[] = {
  { "invalid_request_error", TD_PROVIDER_ERROR_INVALID },
  { "invalid_request", TD_PROVIDER_ERROR_INVALID },
  { "BadRequestError", TD_PROVIDER_ERROR_INVALID },
  { "INVALID_ARGUMENT", TD_PROVIDER_ERROR_INVALID },
  { "authentication_error", TD_PROVIDER_ERROR_AUTH },
  { "UNAUTHENTICATED", TD_PROVIDER_ERROR_AUTH },
  { "permission_error", TD_PROVIDER_ERROR_PERMISSION },
  { "PERMISSION_DENIED", TD_PROVIDER_ERROR_PERMISSION },
  { "billing_error", TD_PROVIDER_ERROR_QUOTA },
  { "not_found_error", TD_PROVIDER_ERROR_NOT_FOUND },
  { "NotFoundError", TD_PROVIDER_ERROR_NOT_FOUND },
  { "NOT_FOUND", TD_PROVIDER_ERROR_NOT_FOUND },
  { "rate_limit_error", TD_PROVIDER_ERROR_RATE_LIMIT },
  { "requests", TD_PROVIDER_ERROR_RATE_LIMIT },
  { "tokens", TD_PROVIDER_ERROR_RATE_LIMIT },
  { "RESOURCE_EXHAUSTED", TD_PROVIDER_ERROR_RATE_LIMIT },
  { "service_unavailable_error", TD_PROVIDER_ERROR_OVERLOADED },
  { "unavailable_error", TD_PROVIDER_ERROR_OVERLOADED },
  { "UNAVAILABLE", TD_PROVIDER_ERROR_OVERLOADED },
};

/* Servers without a code for it say it in words only. */
static const char *const too_long_phrases[] = {
  "maximum context length",
  "context length exceeded",
  "context window",
  "available context size",
  "prompt is too long",
  "input is too long",
  "exceeds the model's context",
};

typedef struct
{
  const char *error_type; /* OpenRouter's word to decide on */
  const char *reason;     /* Gemini's, or Anthropic's error_code */
  const char *code;
  const char *type;
  const char *status_word;
  gint64 number;          /* a numeric code, 0 when there is none */
  gboolean until_tomorrow; /* a limit for the day is used up */
} Words;

static char *
clean_message (const char *text)
{
  return text != NULL ? td_failure_clean_text (text, strlen (text), TD_FAILURE_MAX_MESSAGE_BYTES)
                      : NULL;
}

/**
 * td_failure_new_garbage:
 * @bytes: what came
 * @length: how many bytes
 *
 * Returns: (transfer full): a PROTOCOL failure that shows the start of what came
 */
TdFailure *
td_failure_new_garbage (const char *bytes,
                        gsize       length)
{
  g_autofree char *excerpt = td_failure_clean_text (bytes, length, TD_FAILURE_EXCERPT_BYTES);

  return td_failure_new (TD_PROVIDER_ERROR_PROTOCOL, excerpt);
}

static gboolean
find_word (const WordClass *table,
           gsize            length,
           const char      *word,
           TdProviderError *class)
{
  for (gsize i = 0; word != NULL && i < length; i++)
    {
      if (strcmp (word, table[i].word) == 0)
        {
          *class = table[i].class;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
class_from_words (const WordClass *table,
                  gsize            length,
                  const Words     *words,
                  TdProviderError *class)
{
  const char *const all[] = { words->error_type, words->reason, words->code, words->type,
                              words->status_word };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      if (find_word (table, length, all[i], class))
        return TRUE;
    }
  return FALSE;
}

static TdProviderError
class_from_status (guint status)
{
  switch (status)
    {
    case 401:
      return TD_PROVIDER_ERROR_AUTH;
    case 402:
      return TD_PROVIDER_ERROR_QUOTA;
    case 403:
      return TD_PROVIDER_ERROR_PERMISSION;
    case 404:
    case 410:
      return TD_PROVIDER_ERROR_NOT_FOUND;
    case 408:
      return TD_PROVIDER_ERROR_SERVER;
    case 413:
      return TD_PROVIDER_ERROR_TOO_LARGE;
    case 429:
      return TD_PROVIDER_ERROR_RATE_LIMIT;
    case 503:
    case 529:
      return TD_PROVIDER_ERROR_OVERLOADED;
    default:
      return status >= 400 && status < 499 ? TD_PROVIDER_ERROR_INVALID : TD_PROVIDER_ERROR_SERVER;
    }
}

static gboolean
speaks_of_length (const char *message)
{
  g_autofree char *lower = message != NULL ? g_ascii_strdown (message, -1) : NULL;

  for (gsize i = 0; lower != NULL && i < G_N_ELEMENTS (too_long_phrases); i++)
    {
      if (strstr (lower, too_long_phrases[i]) != NULL)
        return TRUE;
    }
  return FALSE;
}

static TdProviderError
classify (const Words *words,
          const char  *message,
          guint        status)
{
  TdProviderError class;

  if (class_from_words (strong_words, G_N_ELEMENTS (strong_words), words, &class))
    return class;
  if (status < 400 && words->number >= 400 && words->number < 600)
    status = (guint) words->number;
  if (status >= 400)
    class = class_from_status (status);
  else if (!class_from_words (weak_words, G_N_ELEMENTS (weak_words), words, &class))
    class = TD_PROVIDER_ERROR_SERVER;
  if (class == TD_PROVIDER_ERROR_INVALID && speaks_of_length (message))
    class = TD_PROVIDER_ERROR_TOO_LARGE;
  if (class == TD_PROVIDER_ERROR_RATE_LIMIT && words->until_tomorrow)
    class = TD_PROVIDER_ERROR_QUOTA;
  return class;
}

static const char *
non_empty (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

static const char *
first_of (const char *a,
          const char *b)
{
  return non_empty (a) != NULL ? a : non_empty (b);
}

static const char *
find_reason (const TdJson *error)
{
  const TdJson *details = td_json_get_member (error, "details");
  const char *error_code = non_empty (td_json_member_string (details, "error_code"));

  /* Anthropic's details are one object. */
  if (error_code != NULL)
    return error_code;
  for (guint i = 0; i < td_json_get_length (details); i++)
    {
      const char *reason =
        non_empty (td_json_member_string (td_json_get_element (details, i), "reason"));

      if (reason != NULL)
        return reason;
    }
  return NULL;
}

/* Gemini names the limits that were hit; waiting a little does not help against one for the day. */
static gboolean
names_daily_limit (const TdJson *error)
{
  const TdJson *details = td_json_get_member (error, "details");

  for (guint i = 0; i < td_json_get_length (details); i++)
    {
      const TdJson *violations =
        td_json_get_member (td_json_get_element (details, i), "violations");

      for (guint j = 0; j < td_json_get_length (violations); j++)
        {
          const char *id =
            td_json_member_string (td_json_get_element (violations, j), "quotaId");

          if (id != NULL && strstr (id, "PerDay") != NULL)
            return TRUE;
        }
    }
  return FALSE;
}

static void
read_words (const TdJson *root,
            const TdJson *error,
            Words        *words)
{
  const TdJson *availability = td_json_get_member (error, "availability");

  if (availability == NULL)
    availability = td_json_get_member (root, "availability");
  words->error_type =
    first_of (td_json_member_string (td_json_get_member (error, "metadata"), "error_type"),
              td_json_member_string (error, "error_type"));
  if (words->error_type == NULL)
    words->error_type = non_empty (td_json_member_string (root, "error_type"));
  words->reason = find_reason (error);
  words->code =
    first_of (td_json_member_string (error, "code"), td_json_member_string (availability, "code"));
  words->type = non_empty (td_json_member_string (error, "type"));
  words->status_word = non_empty (td_json_member_string (error, "status"));
  words->number = td_json_member_int64 (error, "code", 0);
  words->until_tomorrow = names_daily_limit (error);
}

static char *
dup_code (const Words *words)
{
  const char *const best_first[] = { words->code, words->reason, words->error_type, words->type,
                                     words->status_word };

  for (gsize i = 0; i < G_N_ELEMENTS (best_first); i++)
    {
      if (best_first[i] != NULL)
        return td_failure_clean_text (best_first[i], strlen (best_first[i]), 100);
    }
  return words->number != 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, words->number) : NULL;
}

/* "detail" is a text or a list of objects with "msg" (FastAPI). */
static const char *
read_detail (const TdJson *detail)
{
  const char *text = td_json_get_string (detail);

  for (guint i = 0; text == NULL && td_json_get_type (detail) == TD_JSON_ARRAY &&
                    i < td_json_get_length (detail);
       i++)
    text = td_json_member_string (td_json_get_element (detail, i), "msg");
  return non_empty (text);
}

static const char *
find_message (const TdJson *root,
              const TdJson *error)
{
  const char *text = first_of (td_json_member_string (error, "message"),
                               td_json_get_string (td_json_get_member (root, "error")));

  if (text == NULL)
    text = non_empty (td_json_member_string (root, "message"));
  if (text == NULL)
    text = read_detail (td_json_get_member (root, "detail"));
  return text;
}

static const TdJson *
find_error_object (const TdJson *root)
{
  const TdJson *error = td_json_get_member (root, "error");

  return td_json_get_type (error) == TD_JSON_OBJECT ? error : root;
}

/**
 * td_failure_is_in_json:
 * @root: (nullable): a document of a reply
 *
 * Returns: whether it reports a failure, whatever the status and the event's name say
 */
gboolean
td_failure_is_in_json (const TdJson *root)
{
  return td_json_is_set (td_json_get_member (root, "error")) ||
         g_strcmp0 (td_json_member_string (root, "object"), "error") == 0;
}

/**
 * td_failure_from_json:
 * @root: a document that reports a failure
 * @status: the HTTP status it came with, or 0 inside a stream
 *
 * Returns: (transfer full): the failure
 */
TdFailure *
td_failure_from_json (const TdJson *root,
                      guint         status)
{
  const TdJson *error = find_error_object (root);
  const TdJson *retryable = td_json_get_path (error, "availability.retryable");
  const char *param = non_empty (td_json_member_string (error, "param"));
  const char *message = find_message (root, error);
  Words words = { 0 };
  TdFailure *self;

  read_words (root, error, &words);
  self = td_failure_new (classify (&words, message, status), NULL);
  self->status = status;
  self->message = clean_message (message);
  self->code = dup_code (&words);
  self->param = param != NULL ? td_failure_clean_text (param, strlen (param), 100) : NULL;
  self->request_id = td_failure_dup_request_id (td_json_member_string (root, "request_id"));
  self->retryable = td_json_get_bool (retryable, self->retryable);
  return self;
}

static gboolean
starts_like (const char *body,
             gsize       length,
             char        first)
{
  while (length > 0 && g_ascii_isspace (*body))
    {
      body++;
      length--;
    }
  return length > 0 && *body == first;
}

static TdFailure *
failure_from_text (guint              status,
                   const char *const *headers,
                   const char        *body,
                   gsize              length)
{
  const char *type = td_headers_find (headers, "content-type");
  gboolean promised_json = type != NULL && strstr (type, "json") != NULL;
  TdFailure *self;

  if (length > 0 &&
      (promised_json || starts_like (body, length, '<') || starts_like (body, length, '{')))
    {
      /* A page of a proxy in between, or a document cut in two: the status is not the
       * provider's word, but whether a retry may help still follows from it. */
      self = td_failure_new_garbage (body, length);
      self->retryable = status == 408 || status == 429 || status >= 500;
    }
  else
    {
      self = td_failure_new (class_from_status (status), NULL);
      self->message = td_failure_clean_text (body, length, TD_FAILURE_MAX_MESSAGE_BYTES);
    }
  self->status = status;
  return self;
}

static const char *
find_request_id (const char *const *headers)
{
  static const char *const names[] = { "x-request-id", "request-id", "x-generation-id" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *id = non_empty (td_headers_find (headers, names[i]));

      if (id != NULL)
        return id;
    }
  return NULL;
}

static void
apply_headers (TdFailure         *self,
               const char *const *headers)
{
  const char *should_retry = td_headers_find (headers, "x-should-retry");

  if (g_strcmp0 (should_retry, "true") == 0)
    self->retryable = TRUE;
  else if (g_strcmp0 (should_retry, "false") == 0)
    self->retryable = FALSE;
  if (find_request_id (headers) != NULL)
    {
      g_free (self->request_id);
      self->request_id = td_failure_dup_request_id (find_request_id (headers));
    }
}

/**
 * td_failure_from_reply:
 * @status: the HTTP status
 * @headers: (nullable): the reply's headers, names and values by turns
 * @body: (nullable): the body, or its start
 * @length: how many bytes @body has
 *
 * Makes one failure of whatever a provider, or a proxy in between, answered.
 *
 * Returns: (transfer full): the failure
 */
TdFailure *
td_failure_from_reply (guint              status,
                       const char *const *headers,
                       const char        *body,
                       gsize              length)
{
  g_autoptr (TdJsonDoc) doc = NULL;
  const TdJson *root = NULL;
  TdFailure *self;

  if (body != NULL && length > 0)
    doc = td_json_doc_parse (body, length, NULL, NULL);
  if (doc != NULL)
    root = td_json_doc_get_root (doc);
  /* Some gateways answer with a list that holds the one error. */
  if (td_json_get_type (root) == TD_JSON_ARRAY)
    root = td_json_get_element (root, 0);
  if (td_json_get_type (root) == TD_JSON_OBJECT)
    self = td_failure_from_json (root, status);
  else
    self = failure_from_text (status, headers, body != NULL ? body : "", body != NULL ? length : 0);
  self->retry_after_ms = td_retry_after_read (headers, root);
  apply_headers (self, headers);
  return self;
}
