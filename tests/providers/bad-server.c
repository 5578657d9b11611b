/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/bad-server.h"

#include <string.h>

#include <sys/socket.h>

#include "base/td-json-read.h"

struct _BadServer
{
  SoupServer *server;
  const Script *scripts;
  gsize n_scripts;
  guint n_requests;
  GHashTable *connections; /* (element-type utf8): the remote addresses seen */
  GPtrArray *watches;      /* (element-type Watch): connections whose end is waited for */
  SoupMessageHeaders *last_headers;
  char *last_body;
};

/* A connection taken over from the server. */
typedef struct
{
  GIOStream *stream;
  GSocket *socket;
  const Script *script;
  gsize written;
  GSource *source;
  gboolean open;
} Watch;

static void
watch_free (gpointer data)
{
  Watch *self = data;

  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  g_io_stream_close (self->stream, NULL, NULL);
  g_object_unref (self->stream);
  g_object_unref (self->socket);
  g_free (self);
}

static void
set_source (Watch       *self,
            GSource     *source,
            GSourceFunc  func)
{
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  self->source = source;
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, NULL);
}

static gboolean
readable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  Watch *self = user_data;
  char buffer[4096];

  if (g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL) > 0)
    return G_SOURCE_CONTINUE;
  self->open = FALSE;
  return G_SOURCE_REMOVE;
}

static void
end_raw (Watch *self)
{
  struct linger reset = { 1, 0 };

  switch (self->script->then)
    {
    case THEN_RESET:
      setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
      G_GNUC_FALLTHROUGH;
    case THEN_CLOSE:
      g_io_stream_close (self->stream, NULL, NULL);
      self->open = FALSE;
      break;
    case THEN_END:
    case THEN_STALL:
    case THEN_FLOOD:
    default:
      set_source (self, g_socket_create_source (self->socket, G_IO_IN | G_IO_HUP, NULL),
                  G_SOURCE_FUNC (readable_cb));
      break;
    }
}

static void
write_raw (Watch *self,
           gsize  length)
{
  GOutputStream *out = g_io_stream_get_output_stream (self->stream);

  g_output_stream_write_all (out, self->script->raw + self->written, length, NULL, NULL, NULL);
  self->written += length;
}

static gboolean
trickle_cb (gpointer user_data)
{
  Watch *self = user_data;

  if (self->script->raw[self->written] != '\0')
    {
      write_raw (self, 1);
      return G_SOURCE_CONTINUE;
    }
  end_raw (self);
  return G_SOURCE_REMOVE;
}

static gboolean
flood_cb (GSocket      *socket,
          GIOCondition  condition,
          gpointer      user_data)
{
  Watch *self = user_data;
  gsize length = strlen (self->script->body);

  for (guint i = 0; i < 64; i++)
    {
      gsize at = self->written % length;
      gssize n = g_socket_send (socket, self->script->body + at, length - at, NULL, NULL);

      if (n < 0)
        break;
      self->written += (gsize) n;
    }
  if (condition & (G_IO_HUP | G_IO_ERR))
    self->open = FALSE;
  return self->open;
}

static void
start_flood (Watch *self)
{
  write_raw (self, strlen (self->script->raw));
  self->written = 0;
  g_socket_set_blocking (self->socket, FALSE);
  set_source (self, g_socket_create_source (self->socket, G_IO_OUT | G_IO_HUP | G_IO_ERR, NULL),
              G_SOURCE_FUNC (flood_cb));
}

static void
answer_raw (BadServer         *self,
            SoupServerMessage *message,
            const Script      *script)
{
  Watch *watch = g_new0 (Watch, 1);

  watch->socket = g_object_ref (soup_server_message_get_socket (message));
  watch->stream = soup_server_message_steal_connection (message);
  watch->script = script;
  watch->open = TRUE;
  g_ptr_array_add (self->watches, watch);
  if (script->then == THEN_FLOOD)
    start_flood (watch);
  else if (script->trickle_ms > 0)
    set_source (watch, g_timeout_source_new (script->trickle_ms), trickle_cb);
  else
    {
      write_raw (watch, strlen (script->raw));
      end_raw (watch);
    }
}

static GBytes *
compress (const char *text)
{
  g_autoptr (GConverter) gzip =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return g_converter_convert_bytes (gzip, bytes, NULL);
}

static void
add_headers (SoupMessageHeaders *headers,
             const char         *lines)
{
  g_auto (GStrv) each = g_strsplit (lines, "\n", -1);

  for (guint i = 0; each[i] != NULL && *each[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (each[i], ": ", 2);

      soup_message_headers_append (headers, pair[0], pair[1]);
    }
}

static void
answer_properly (SoupServerMessage *message,
                 const Script      *script)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  g_autoptr (GBytes) bytes =
    script->gzip ? compress (script->body) : g_bytes_new (script->body, strlen (script->body));

  soup_server_message_set_status (message, script->status, NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  if (script->type != NULL)
    soup_message_headers_replace (headers, "Content-Type", script->type);
  if (script->headers != NULL)
    add_headers (headers, script->headers);
  if (script->gzip)
    soup_message_headers_replace (headers, "Content-Encoding", "gzip");
  if (g_bytes_get_size (bytes) > 0)
    soup_message_body_append_bytes (body, bytes);
  soup_message_body_complete (body);
}

static const Script *
find_script (BadServer  *self,
             const char *body)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (body, -1, NULL, NULL);
  const char *model =
    doc != NULL ? td_json_member_string (td_json_doc_get_root (doc), "model") : NULL;
  gboolean has_options = strstr (body, "stream_options") != NULL;
  gboolean has_input = strstr (body, "\"input\"") != NULL;
  gboolean has_old_name = strstr (body, "\"max_tokens\"") != NULL;

  for (gsize i = 0; i < self->n_scripts; i++)
    {
      const char *name = self->scripts[i].model;

      /* A script for requests of one form only. */
      if (g_str_has_prefix (name, "+options:") && has_options)
        name += strlen ("+options:");
      else if (g_str_has_prefix (name, "+max_tokens:") && has_old_name)
        name += strlen ("+max_tokens:");
      else if (g_str_has_prefix (name, "+input:") && has_input)
        name += strlen ("+input:");
      if (g_strcmp0 (name, model) == 0)
        return &self->scripts[i];
    }
  return NULL;
}

static void
note_connection (BadServer         *self,
                 SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  g_hash_table_add (self->connections,
                    g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address)));
}

static void
copy_header_cb (const char *name,
                const char *value,
                gpointer    to)
{
  soup_message_headers_append (to, name, value);
}

static void
handle_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  BadServer *self = user_data;
  g_autoptr (GBytes) body =
    soup_message_body_flatten (soup_server_message_get_request_body (message));
  const Script *script;

  self->n_requests++;
  note_connection (self, message);
  g_free (self->last_body);
  self->last_body = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_clear_pointer (&self->last_headers, soup_message_headers_unref);
  self->last_headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  soup_message_headers_foreach (soup_server_message_get_request_headers (message), copy_header_cb,
                                self->last_headers);

  /* A request without a body is answered by the script named as its path. */
  script = find_script (self, self->last_body);
  for (gsize i = 0; script == NULL && i < self->n_scripts; i++)
    {
      if (g_str_equal (self->scripts[i].model, path))
        script = &self->scripts[i];
    }
  if (script == NULL)
    soup_server_message_set_status (message, 404, NULL);
  else if (script->raw != NULL)
    answer_raw (self, message, script);
  else
    answer_properly (message, script);
}

BadServer *
bad_server_new (const Script *scripts,
                gsize         n_scripts)
{
  BadServer *self = g_new0 (BadServer, 1);
  g_autoptr (GError) error = NULL;

  self->scripts = scripts;
  self->n_scripts = n_scripts;
  self->connections = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->watches = g_ptr_array_new_with_free_func (watch_free);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, handle_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  return self;
}

void
bad_server_free (BadServer *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_ptr_array_unref (self->watches);
  g_hash_table_unref (self->connections);
  g_clear_pointer (&self->last_headers, soup_message_headers_unref);
  g_free (self->last_body);
  g_free (self);
}

char *
bad_server_build_url (BadServer  *self,
                      const char *path)
{
  GSList *uris = soup_server_get_uris (self->server);
  char *url = g_strdup_printf ("http://127.0.0.1:%d%s", g_uri_get_port (uris->data), path);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return url;
}

guint
bad_server_count_requests (BadServer *self)
{
  return self->n_requests;
}

guint
bad_server_count_connections (BadServer *self)
{
  return g_hash_table_size (self->connections);
}

/* Of the connections a script took over, those the client has not closed. */
guint
bad_server_count_open (BadServer *self)
{
  guint n = 0;

  for (guint i = 0; i < self->watches->len; i++)
    n += ((Watch *) self->watches->pdata[i])->open;
  return n;
}

const char *
bad_server_get_last_header (BadServer  *self,
                            const char *name)
{
  return self->last_headers != NULL ? soup_message_headers_get_one (self->last_headers, name)
                                    : NULL;
}

const char *
bad_server_get_last_body (BadServer *self)
{
  return self->last_body;
}
