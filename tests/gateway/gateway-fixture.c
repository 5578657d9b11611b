/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/gateway-fixture.h"

#include <string.h>
#include <sys/socket.h>

#include "gateway/td-clients.h"
#include "vault/td-vault.h"

static TdDatabase *
get_database (GatewayFixture *self)
{
  return td_engine_get_database (self->base.engine);
}

char *
gateway_fixture_add_client (GatewayFixture *self,
                            const char     *name)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdClient) client = NULL;
  char *key = td_client_make_key (&error);

  g_assert_no_error (error);
  td_clients_add_async (get_database (self), name, key, td_test_ready, &call);
  client = td_clients_finish (get_database (self), td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (client->name, ==, name);
  return key;
}

void
gateway_fixture_revoke (GatewayFixture *self,
                        const char     *name)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdClient) client = NULL;

  td_clients_revoke_async (get_database (self), name, td_test_ready, &call);
  client = td_clients_finish (get_database (self), td_test_wait (&call), &error);
  g_assert_no_error (error);
  g_assert_cmpint (client->revoked_us, >, 0);
}

void
gateway_fixture_start (GatewayFixture         *self,
                       const TdGatewayOptions *options)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (self->gateway);
  self->gateway = td_gateway_new (self->base.engine);
  td_gateway_start (self->gateway, options, &error);
  g_assert_no_error (error);
}

void
gateway_fixture_stop (GatewayFixture *self)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;

  td_gateway_stop_async (self->gateway, td_test_ready, &call);
  td_gateway_stop_finish (self->gateway, td_test_wait (&call), NULL);
  g_assert_cmpuint (td_gateway_get_n_running (self->gateway), ==, 0);
  td_test_call_clear (&call);
  g_assert_finalize_object (g_steal_pointer (&self->gateway));
}

void
gateway_fixture_set_up (GatewayFixture *self,
                        gconstpointer   unused)
{
  TdGatewayOptions options = TD_GATEWAY_OPTIONS_DEFAULT;

  engine_fixture_set_up (&self->base, NULL);
  options.port = 0;
  options.limits.patience_ms = 50;
  gateway_fixture_start (self, &options);
  self->session = soup_session_new ();
  self->key = gateway_fixture_add_client (self, CLIENT);
}

static gboolean
is_idle (gpointer server)
{
  return fake_provider_is_idle (server);
}

void
gateway_fixture_tear_down (GatewayFixture *self,
                           gconstpointer   unused)
{
  soup_session_abort (self->session);
  if (self->gateway)
    gateway_fixture_stop (self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->key, td_vault_secret_free);
  td_test_wait_until (is_idle, self->base.server, "the provider to be left alone");
  engine_fixture_tear_down (&self->base, NULL);
}

/* With the client's key. */
SoupMessage *
gateway_fixture_message (GatewayFixture *self,
                         const char     *method,
                         const char     *path,
                         const char     *body)
{
  g_autofree char *url = g_strconcat (td_gateway_get_url (self->gateway), path, NULL);
  g_autofree char *bearer = g_strconcat ("Bearer ", self->key, NULL);
  SoupMessage *message = soup_message_new (method, url);

  g_assert_nonnull (message);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                bearer);
  if (body)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }
  return message;
}

/* @message: (transfer full) */
Answer
gateway_fixture_send (GatewayFixture *self,
                      SoupMessage    *message)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  Answer answer = { .message = message };

  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL,
                                    td_test_ready, &call);
  answer.body = soup_session_send_and_read_finish (self->session, td_test_wait (&call), &error);
  g_assert_no_error (error);
  answer.status = soup_message_get_status (message);
  return answer;
}

Answer
gateway_fixture_ask (GatewayFixture *self,
                     const char     *method,
                     const char     *path,
                     const char     *body)
{
  return gateway_fixture_send (self, gateway_fixture_message (self, method, path, body));
}

/* A connection on which @text was said, for who does not behave. */
GIOStream *
gateway_fixture_connect (GatewayFixture *self,
                         const char     *text,
                         int             receive_buffer)
{
  g_autoptr (GUri) uri = g_uri_parse (td_gateway_get_url (self->gateway), G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (
    g_uri_get_host (uri), (guint) g_uri_get_port (uri));
  g_autoptr (GError) error = NULL;
  g_autofree char *whole = NULL;
  GSocketConnection *connection;

  if (receive_buffer > 0)
    g_assert_true (g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, receive_buffer, NULL));
  connection = g_socket_connection_factory_create_connection (socket);
  g_socket_connection_connect (connection, address, NULL, &error);
  g_assert_no_error (error);
  whole = g_strdup_printf ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                           "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                           "Content-Length: %zu\r\n\r\n%s",
                           g_uri_get_port (uri), self->key, strlen (text), text);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), whole,
                             strlen (whole), NULL, NULL, &error);
  g_assert_no_error (error);
  return G_IO_STREAM (connection);
}

/* As text, which it owns. */
const char *
answer_get_text (const Answer *answer)
{
  gsize length;
  const char *data = g_bytes_get_data (answer->body, &length);
  char *text = g_strndup (length > 0 ? data : "", length);

  g_object_set_data_full (G_OBJECT (answer->message), "text", text, g_free);
  return text;
}

const char *
answer_get_header (const Answer *answer,
                   const char   *name)
{
  return soup_message_headers_get_one (soup_message_get_response_headers (answer->message), name);
}

void
answer_clear (Answer *answer)
{
  g_clear_object (&answer->message);
  g_clear_pointer (&answer->body, g_bytes_unref);
}
