/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/fake-provider.h"

#include <string.h>

#define MODELS                                                             \
  "{\"object\":\"list\",\"data\":[{\"id\":\"tiny\",\"object\":\"model\"}," \
  "{\"id\":\"tiny-embed\",\"object\":\"model\"}]}"

#define STALL_MS 20

struct _FakeProvider
{
  SoupServer *server;  /* (owned) */
  char *url;           /* (owned) */
  GQueue replies;      /* (element-type FakeReply) (owned) */
  GPtrArray *requests; /* (owned) (element-type utf8) */
  GPtrArray *headers;  /* (owned) (element-type utf8) */
  GArray *sent_us;     /* (owned) (element-type gint64) */
  guint n_running;
};

/* A reply under way. */
typedef struct
{
  FakeProvider *provider;
  SoupServerMessage *message; /* (owned) */
  FakeReply reply;
  guint n_sent;
  guint next_id;              /* source of the next token */
  gint64 start_us;
  gboolean ended;
} Sending;

static void
write_chunk (Sending    *self,
             const char *text)
{
  soup_message_body_append (soup_server_message_get_response_body (self->message),
                            SOUP_MEMORY_COPY, text, strlen (text));
}

static void
write_delta (Sending    *self,
             const char *member,
             const char *text)
{
  g_autofree char *chunk = g_strdup_printf (
    "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"tiny\","
    "\"choices\":[{\"index\":0,\"delta\":{\"%s\":\"%s\"},\"finish_reason\":null}]}\n\n",
    member, text);

  write_chunk (self, chunk);
}

static void
write_good_end (Sending *self)
{
  g_autofree char *finish = g_strdup_printf (
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}]}\n\n",
    self->reply.finish ? self->reply.finish : "stop");

  write_chunk (self, finish);
  if (self->reply.usage)
    {
      g_autofree char *usage =
        g_strdup_printf ("data: {\"choices\":[],\"usage\":%s}\n\n", self->reply.usage);

      write_chunk (self, usage);
    }
  write_chunk (self, "data: [DONE]\n\n");
}

static void
unpause (Sending *self)
{
  if (soup_server_message_get_status (self->message) != 0)
    soup_server_message_unpause (self->message);
}

/* A server that waits does not see that the client has gone, unless it writes. */
static gboolean
stall_cb (gpointer user_data)
{
  Sending *self = user_data;

  write_chunk (self, ": still there\n\n");
  unpause (self);
  return G_SOURCE_CONTINUE;
}

static void
end_reply (Sending *self)
{
  if (self->ended)
    return;
  self->ended = TRUE;
  switch (self->reply.end)
    {
    case FAKE_END_GOOD:
      write_good_end (self);
      soup_message_body_complete (soup_server_message_get_response_body (self->message));
      break;
    case FAKE_END_NO_FINISH:
      soup_message_body_complete (soup_server_message_get_response_body (self->message));
      break;
    case FAKE_END_CUT:
      g_socket_shutdown (soup_server_message_get_socket (self->message), TRUE, TRUE, NULL);
      write_chunk (self, "data: {"); /* does not get out, and shows the server that it is over */
      break;
    case FAKE_END_STALL:
    default:
      self->next_id = g_timeout_add (STALL_MS, stall_cb, self);
      break;
    }
}

static void
send_token (Sending *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->reply.numbered)
    {
      g_autofree char *text = g_strdup_printf ("%u ", self->n_sent);

      write_delta (self, "content", text);
    }
  else
    {
      write_delta (self, "content", self->reply.token);
    }
  g_array_append_val (self->provider->sent_us, now);
  self->n_sent++;
}

/* Sends what is due by now: a busy machine must not slow the stream down. */
static gboolean
next_cb (gpointer user_data)
{
  Sending *self = user_data;
  guint due = (guint) ((g_get_monotonic_time () - self->start_us) / self->reply.interval_us) + 1;

  while (self->n_sent < MIN (due, self->reply.n_tokens))
    send_token (self);
  if (self->n_sent < self->reply.n_tokens)
    {
      unpause (self);
      return G_SOURCE_CONTINUE;
    }
  self->next_id = 0;
  end_reply (self);
  unpause (self);
  return G_SOURCE_REMOVE;
}

/* The socket has taken what was there. */
static void
wrote_chunk_cb (SoupServerMessage *message,
                Sending           *self)
{
  if (self->reply.interval_us != 0 || self->ended)
    return;
  if (self->n_sent < self->reply.n_tokens)
    send_token (self);
  else
    end_reply (self);
  unpause (self);
}

static void
finished_cb (SoupServerMessage *message,
             Sending           *self)
{
  g_clear_handle_id (&self->next_id, g_source_remove);
  self->ended = TRUE;
  self->provider->n_running--;
  g_signal_handlers_disconnect_by_data (message, self);
  g_object_unref (self->message);
  g_free (self);
}

static void
start_stream (FakeProvider      *self,
              SoupServerMessage *message,
              const FakeReply   *reply)
{
  Sending *sending = g_new0 (Sending, 1);

  sending->provider = self;
  sending->message = g_object_ref (message);
  sending->reply = *reply;
  sending->start_us = g_get_monotonic_time ();
  self->n_running++;
  g_array_set_size (self->sent_us, 0);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Content-Type",
                                "text/event-stream");
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), sending);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), sending);
  g_signal_connect (message, "disconnected", G_CALLBACK (finished_cb), sending);
  write_chunk (sending,
               "data: {\"id\":\"c1\",\"model\":\"tiny\",\"choices\":[{\"index\":0,\"delta\":"
               "{\"role\":\"assistant\"},\"finish_reason\":null}]}\n\n");
  if (reply->reasoning)
    write_delta (sending, "reasoning_content", reply->reasoning);
  if (reply->interval_us != 0)
    sending->next_id = g_timeout_add (MAX (reply->interval_us / 1000, 1), next_cb, sending);
}

static void
send_body (SoupServerMessage *message,
           const FakeReply   *reply)
{
  soup_server_message_set_status (message, reply->status ? reply->status : SOUP_STATUS_OK, NULL);
  if (reply->header)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), reply->header,
                                  reply->header_value);
  soup_server_message_set_response (message,
                                    reply->content_type ? reply->content_type : "application/json",
                                    SOUP_MEMORY_COPY, reply->body, strlen (reply->body));
}

static void
chat_cb (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  FakeProvider *self = user_data;
  g_autofree FakeReply *reply = g_queue_pop_head (&self->replies);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  const char *key = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                  "Authorization");
  static const FakeReply usual = { .token = "Hello",
                                   .n_tokens = 1,
                                   .usage = "{\"prompt_tokens\":9,\"completion_tokens\":1}" };

  g_ptr_array_add (self->requests, g_strndup (body->data, body->length));
  g_ptr_array_add (self->headers, g_strdup (key ? key : ""));
  if (reply && reply->body)
    send_body (message, reply);
  else
    start_stream (self, message, reply ? reply : &usual);
}

static void
models_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, MODELS,
                                    strlen (MODELS));
}

FakeProvider *
fake_provider_new (void)
{
  FakeProvider *self = g_new0 (FakeProvider, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_queue_init (&self->replies);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->headers = g_ptr_array_new_with_free_func (g_free);
  self->sent_us = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, "/v1/chat/completions", chat_cb, self, NULL);
  soup_server_add_handler (self->server, "/v1/models", models_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d/v1", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
fake_provider_free (FakeProvider *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_queue_clear_full (&self->replies, g_free);
  g_ptr_array_unref (self->requests);
  g_ptr_array_unref (self->headers);
  g_array_unref (self->sent_us);
  g_free (self->url);
  g_free (self);
}

const char *
fake_provider_get_url (FakeProvider *self)
{
  return self->url;
}

void
fake_provider_queue (FakeProvider    *self,
                     const FakeReply *reply)
{
  g_queue_push_tail (&self->replies, g_memdup2 (reply, sizeof *reply));
  if (fake_provider_is_idle (self))
    g_array_set_size (self->sent_us, 0); /* what was sent before is of no more interest */
}

guint
fake_provider_get_n_chats (FakeProvider *self)
{
  return self->requests->len;
}

const char *
fake_provider_get_request (FakeProvider *self,
                           guint         index)
{
  g_assert_cmpuint (index, <, self->requests->len);
  return g_ptr_array_index (self->requests, index);
}

const char *
fake_provider_get_header (FakeProvider *self,
                          guint         index)
{
  g_assert_cmpuint (index, <, self->headers->len);
  return g_ptr_array_index (self->headers, index);
}

guint
fake_provider_get_n_sent (FakeProvider *self)
{
  return self->sent_us->len;
}

gint64
fake_provider_get_sent_us (FakeProvider *self,
                           guint         token)
{
  g_assert_cmpuint (token, <, self->sent_us->len);
  return g_array_index (self->sent_us, gint64, token);
}

gboolean
fake_provider_is_idle (FakeProvider *self)
{
  return self->n_running == 0;
}
