/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-protocol.h"

#include <string.h>

/**
 * td_protocol_for_endpoint:
 * @endpoint: an endpoint
 *
 * Returns: (transfer none) (nullable): the protocol it speaks, or %NULL when this program does
 *   not speak it yet
 */
const TdProtocol *
td_protocol_for_endpoint (const TdEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, NULL);

  switch (endpoint->kind)
    {
    case TD_PROVIDER_KIND_OPENAI:
    case TD_PROVIDER_KIND_HUGGINGFACE:
    case TD_PROVIDER_KIND_OPENAI_COMPATIBLE:
      return endpoint->wire & TD_WIRE_TRAIT_RESPONSES ? td_protocol_responses ()
                                                      : td_protocol_openai_chat ();
    case TD_PROVIDER_KIND_OLLAMA:
      return td_protocol_ollama ();
    case TD_PROVIDER_KIND_ANTHROPIC:
      return td_protocol_anthropic ();
    case TD_PROVIDER_KIND_GEMINI:
      return td_protocol_gemini ();
    default:
      return NULL;
    }
}

/**
 * td_protocol_for_chat:
 * @endpoint: an endpoint
 * @request: what is to go there
 *
 * Some servers know only the older of a provider's protocols. That is found out by asking. And only
 * the older one has texts at which a reply ends.
 *
 * Returns: (transfer none) (nullable): the protocol for this request
 */
const TdProtocol *
td_protocol_for_chat (const TdEndpoint    *endpoint,
                      const TdChatRequest *request)
{
  const TdProtocol *protocol = td_protocol_for_endpoint (endpoint);

  g_return_val_if_fail (request != NULL, NULL);

  if (protocol == td_protocol_responses () &&
      ((request->adapt & TD_CHAT_ADAPT_NO_RESPONSES) || request->stop != NULL))
    return td_protocol_openai_chat ();
  return protocol;
}

/**
 * td_endpoint_is_supported:
 * @self: an endpoint
 *
 * Returns: whether this program speaks its protocol
 */
gboolean
td_endpoint_is_supported (const TdEndpoint *self)
{
  return td_protocol_for_endpoint (self) != NULL;
}

/**
 * td_chat_parser_feed:
 * @self: a parser
 * @bytes: the next bytes of the reply, cut anywhere
 * @length: how many bytes
 *
 * Hands out the events that are complete now, before it returns.
 */
void
td_chat_parser_feed (TdChatParser *self,
                     const char   *bytes,
                     gsize         length)
{
  g_return_if_fail (self != NULL);

  if (length > 0)
    self->class->feed (self, bytes, length);
}

/**
 * td_chat_parser_end:
 * @self: a parser
 *
 * No more bytes come. Hands out FINISH when the reply is whole, else ERROR with the class CUT
 * (or PROTOCOL, when it was none).
 */
void
td_chat_parser_end (TdChatParser *self)
{
  g_return_if_fail (self != NULL);

  self->class->end (self);
}

void
td_chat_parser_free (TdChatParser *self)
{
  if (self != NULL)
    self->class->free (self);
}

/**
 * td_wire_request_new:
 * @method: the HTTP method
 * @url: (transfer full): where to
 * @endpoint: whose headers go with it
 * @body: (transfer full) (nullable): what is sent
 *
 * Returns: (transfer full): a request
 */
TdWireRequest *
td_wire_request_new (const char       *method,
                     char             *url,
                     const TdEndpoint *endpoint,
                     GBytes           *body)
{
  TdWireRequest *self = g_new0 (TdWireRequest, 1);

  self->method = method;
  self->url = url;
  self->headers = g_strdupv (endpoint->headers);
  self->body = body;
  return self;
}

/**
 * td_wire_request_add_query:
 * @self: a request
 * @name: a parameter
 * @value: (nullable): its value, as it is; of none nothing is added
 *
 * Adds a parameter to the address.
 */
void
td_wire_request_add_query (TdWireRequest *self,
                           const char    *name,
                           const char    *value)
{
  g_autofree char *url = NULL;
  g_autofree char *escaped = NULL;

  if (value == NULL || *value == '\0')
    return;
  url = g_steal_pointer (&self->url);
  escaped = g_uri_escape_string (value, NULL, FALSE);
  self->url = g_strconcat (url, strchr (url, '?') != NULL ? "&" : "?", name, "=", escaped, NULL);
}

void
td_wire_request_free (TdWireRequest *self)
{
  if (self == NULL)
    return;

  g_free (self->url);
  g_strfreev (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

void
td_listed_model_free (TdListedModel *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->name);
  g_free (self->parameter_label);
  g_free (self->retires);
  g_free (self);
}
