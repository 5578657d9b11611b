/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way to a provider: a connection that is not trustworthy is not used, and the session goes
 * through the proxies that the system says.
 */
#include "config.h"

#include <string.h>

#include "base/td-http.h"
#include "providers/reply.h"
#include "providers/td-chat-stream.h"
#include "providers/td-discovery.h"
#include "support/td-test.h"

/* Made for this test, signed by nobody else, and good for nothing. */
static const char certificate[] =
  "-----BEGIN CERTIFICATE-----\n"
  "MIIBkTCCATagAwIBAgIUXLnGPPci2SpcuoEdXgklkV8UvqQwCgYIKoZIzj0EAwIw\n"
  "FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMzA5MzcwMVoYDzIxMjYxMDMw\n"
  "MDkzNzAxWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO\n"
  "PQMBBwNCAATk+fZCYlOhkRmbco5/EBO0ctx21135cqPjZdXVkOlUyGQFVSCahfRv\n"
  "9SjYVrQHC0j/4tJ4qKBOvdlau4zi+IG1o2QwYjAdBgNVHQ4EFgQUcqTCBCiACtPX\n"
  "kDGaJb8buMZQ63owHwYDVR0jBBgwFoAUcqTCBCiACtPXkDGaJb8buMZQ63owDwYD\n"
  "VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0kAMEYC\n"
  "IQCIlfHHFY1NcNelcdEE3E22Ik65FRKYQLXEP2uPtTMQKQIhAMxNQ+tb+twuhUBb\n"
  "tDSkvdFkuoCd3Ccjlhad6o4CQEg9\n"
  "-----END CERTIFICATE-----\n";
static const char private_key[] =
  "-----BEGIN PRIVATE KEY-----\n"
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyDfZY0+/vT5Cq0Ek\n"
  "aqb+Ag7jq7tAhueiIo8/yOjs9t2hRANCAATk+fZCYlOhkRmbco5/EBO0ctx21135\n"
  "cqPjZdXVkOlUyGQFVSCahfRv9SjYVrQHC0j/4tJ4qKBOvdlau4zi+IG1\n"
  "-----END PRIVATE KEY-----\n";

typedef struct
{
  GSocketService *service; /* (owned) */
  SoupSession *session;    /* (owned) */
  TdEndpoint *endpoint;    /* (owned) */
  gint n_connections;      /* (atomic) */
  gint n_bytes;            /* (atomic): of what was to be secret */
} Fixture;

/* On a thread of its own: shakes hands, and reads whatever is said then. */
static gboolean
run_cb (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source,
        Fixture                *self)
{
  g_autofree char *pem = g_strconcat (certificate, private_key, NULL);
  g_autoptr (GTlsCertificate) own = g_tls_certificate_new_from_pem (pem, -1, NULL);
  g_autoptr (GIOStream) secure =
    g_tls_server_connection_new (G_IO_STREAM (connection), own, NULL);
  char buffer[1024];
  gssize n;

  g_atomic_int_inc (&self->n_connections);
  n = g_input_stream_read (g_io_stream_get_input_stream (secure), buffer, sizeof buffer, NULL,
                           NULL);
  if (n > 0)
    g_atomic_int_add (&self->n_bytes, (gint) n);
  return TRUE;
}

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (host, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;

  self->service = g_threaded_socket_service_new (4);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  url = g_strdup_printf ("https://127.0.0.1:%u/v1",
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)));
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);
  self->session = td_http_session_new ();
  self->endpoint = td_endpoint_new_custom ("secret", "Secret", url);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  soup_session_abort (self->session);
  g_object_unref (self->session);
  td_endpoint_free (self->endpoint);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
}

static void
check_nothing_said (Fixture *fixture)
{
  g_assert_cmpint (g_atomic_int_get (&fixture->n_connections), >, 0);
  g_assert_cmpint (g_atomic_int_get (&fixture->n_bytes), ==, 0);
}

/* The key would go to whoever sits in between. */
static void
test_chat (Fixture       *fixture,
           gconstpointer  unused)
{
  g_autoptr (TdChatRequest) request = td_chat_request_new ("model");
  g_autoptr (Reply) reply = reply_new ();
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_chat_request_add_turn (request, TD_ROLE_USER, "hello");
  td_chat_stream_async (fixture->session, fixture->endpoint, "the-key", request, NULL,
                        reply_event_cb, reply, NULL, td_test_ready, &call);
  g_assert_false (td_chat_stream_finish (td_test_wait (&call), &error));
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_TLS);
  g_assert_nonnull (reply->failure);
  g_assert_false (reply->failure->retryable);
  check_nothing_said (fixture);
}

static void
test_list (Fixture       *fixture,
           gconstpointer  unused)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;

  td_discovery_list_async (fixture->session, fixture->endpoint, "the-key", NULL, td_test_ready,
                           &call);
  models = td_discovery_list_finish (td_test_wait (&call), &error);
  g_assert_null (models);
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_TLS);
  check_nothing_said (fixture);
}

static void
test_proxy (void)
{
  g_autoptr (SoupSession) session = td_http_session_new ();

  g_assert_true (soup_session_get_proxy_resolver (session) == g_proxy_resolver_get_default ());
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add ("/way/untrusted-chat", Fixture, NULL, set_up, test_chat, tear_down);
  g_test_add ("/way/untrusted-list", Fixture, NULL, set_up, test_list, tear_down);
  g_test_add_func ("/way/proxy", test_proxy);
  return g_test_run ();
}
