/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-reply-kind.h"

#include <string.h>

static gboolean
is_one_of (const char        *type,
           const char *const *types)
{
  for (; type != NULL && *types != NULL; types++)
    {
      if (g_ascii_strcasecmp (type, *types) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_json (const char *type)
{
  gsize length = type != NULL ? strlen (type) : 0;

  return length >= 4 && g_ascii_strcasecmp (type + length - 4, "json") == 0;
}

/**
 * td_reply_kind_from_head:
 * @status: the HTTP status
 * @content_type: (nullable): the content type, without parameters
 *
 * Returns: what a reply is by its head, TD_REPLY_UNDECIDED when the head does not tell. Only
 *   the type of a stream is believed at once: servers call everything "application/json" or
 *   "text/plain"
 */
TdReplyKind
td_reply_kind_from_head (guint       status,
                         const char *content_type)
{
  static const char *const streams[] = {
    "text/event-stream",
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonlines",
    NULL,
  };
  static const char *const pages[] = {
    "text/html",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    NULL,
  };

  if (status < 200 || status >= 300)
    return TD_REPLY_REFUSAL;
  if (is_one_of (content_type, streams))
    return TD_REPLY_STREAM;
  return is_one_of (content_type, pages) ? TD_REPLY_GARBAGE : TD_REPLY_UNDECIDED;
}

/**
 * td_reply_kind_from_start:
 * @content_type: (nullable): the content type, without parameters
 * @lines: whether streams of this protocol are lines of JSON, not events
 * @bytes: the start of the body
 * @length: how many bytes
 *
 * Returns: what a reply is by its first character that is no space, TD_REPLY_UNDECIDED while
 *   there is none
 */
TdReplyKind
td_reply_kind_from_start (const char *content_type,
                          gboolean    lines,
                          const char *bytes,
                          gsize       length)
{
  gsize at = 0;

  while (at < length && g_ascii_isspace (bytes[at]))
    at++;
  if (at == length)
    return TD_REPLY_UNDECIDED;
  if (bytes[at] == '<')
    return TD_REPLY_GARBAGE;
  if (bytes[at] == '{' && lines && !is_json (content_type))
    return TD_REPLY_STREAM;
  if (bytes[at] == '{')
    return TD_REPLY_DOCUMENT;
  /* "data:", "event:", "id:", "retry:" or a comment, whatever type was promised. */
  if (is_json (content_type) && strchr ("deir:", bytes[at]) == NULL)
    return TD_REPLY_DOCUMENT;
  return TD_REPLY_STREAM;
}
