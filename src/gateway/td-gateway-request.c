/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-gateway-request-private.h"

#include <string.h>

#include "vault/td-vault.h"

static void
field_clear (gpointer data)
{
  TdGatewayField *field = data;

  g_free (field->name);
  g_free (field->value);
}

static GArray *
fields_new (void)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (TdGatewayField));

  g_array_set_clear_func (fields, field_clear);
  return fields;
}

static char *
make_id (void)
{
  return g_strdup_printf ("q%08x%08x%08x", g_random_int (), g_random_int (), g_random_int ());
}

TdGatewayRequest *
td_gateway_request_new (void)
{
  TdGatewayRequest *self = g_new0 (TdGatewayRequest, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->incoming = g_byte_array_new ();
  self->out = g_byte_array_new ();
  self->headers = fields_new ();
  self->trailers = fields_new ();
  self->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->id = make_id ();
  self->fd = -1;
  return self;
}

/**
 * td_gateway_request_ref:
 * @self: a request
 *
 * Returns: (transfer full): @self
 */
TdGatewayRequest *
td_gateway_request_ref (TdGatewayRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_gateway_request_unref:
 * @self: (transfer full): a request
 *
 * Lets go of it, from any thread; with the last reference it is freed.
 */
void
td_gateway_request_unref (TdGatewayRequest *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->method);
  g_free (self->path);
  g_free (self->origin);
  g_hash_table_unref (self->query);
  g_clear_pointer (&self->key, td_vault_secret_free);
  g_byte_array_unref (self->incoming);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->fault, td_fault_free);
  g_free (self->client);
  g_free (self->id);
  g_array_unref (self->headers);
  g_array_unref (self->trailers);
  g_byte_array_unref (self->out);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* ---- the two threads ----------------------------------------------------------------------- */

/* On the front's thread, with the lock held: nobody reads or writes until there is something new. */
void
td_gateway_request_suspend (TdGatewayRequest *self)
{
  self->suspended = TRUE;
  MHD_suspend_connection (self->connection);
}

/* With the lock held. */
void
td_gateway_request_resume (TdGatewayRequest *self)
{
  if (!self->suspended || !self->connection)
    return;
  self->suspended = FALSE;
  MHD_resume_connection (self->connection);
}

/* The key is good: the body may come. */
void
td_gateway_request_admit (TdGatewayRequest *self)
{
  g_mutex_lock (&self->lock);
  self->admitted = TRUE;
  td_gateway_request_resume (self);
  g_mutex_unlock (&self->lock);
}

/* On the front's thread, with the lock held. @drained: (out): the owner wants to know that little is left */
gsize
td_gateway_request_take (TdGatewayRequest *self,
                         char             *buffer,
                         gsize             size,
                         gboolean         *drained)
{
  gsize n = MIN (size, self->out->len);

  memcpy (buffer, self->out->data, n);
  g_byte_array_remove_range (self->out, 0, (guint) n);
  *drained = self->wants_drained && self->out->len <= TD_GATEWAY_LITTLE;
  if (*drained)
    self->wants_drained = FALSE;
  return n;
}

gsize
td_gateway_request_get_n_buffered (TdGatewayRequest *self)
{
  gsize n;

  g_mutex_lock (&self->lock);
  n = self->out->len;
  g_mutex_unlock (&self->lock);
  return n;
}

/* ---- what was asked ------------------------------------------------------------------------ */

const char *
td_gateway_request_get_method (TdGatewayRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->method;
}

const char *
td_gateway_request_get_path (TdGatewayRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->path;
}

/**
 * td_gateway_request_get_number:
 * @self: a request
 * @name: what is said after the question mark
 * @fallback: the number when it says nothing, or none
 * @most: the largest
 *
 * Returns: the number
 */
guint
td_gateway_request_get_number (TdGatewayRequest *self,
                               const char       *name,
                               guint             fallback,
                               guint             most)
{
  const char *text;
  guint64 number;

  g_return_val_if_fail (self != NULL, fallback);

  text = g_hash_table_lookup (self->query, name);
  if (!text || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &number, NULL))
    number = fallback;
  return (guint) MIN (number, most);
}

/**
 * td_gateway_request_speaks_anthropic:
 * @self: a request
 *
 * Returns: whether its client speaks Anthropic's dialect, by a header that only such clients send
 */
gboolean
td_gateway_request_speaks_anthropic (TdGatewayRequest *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->speaks_anthropic;
}

/**
 * td_gateway_request_get_body:
 * @self: a request
 *
 * Returns: (transfer none): its body, maybe empty
 */
GBytes *
td_gateway_request_get_body (TdGatewayRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (!self->body)
    self->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->incoming));
  if (!self->incoming)
    self->incoming = g_byte_array_new ();
  return self->body;
}

/**
 * td_gateway_request_get_client:
 * @self: a request
 *
 * Returns: (transfer none) (nullable): the name of the client whose key it came with
 */
const char *
td_gateway_request_get_client (TdGatewayRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->client;
}

/**
 * td_gateway_request_get_id:
 * @self: a request
 *
 * Returns: (transfer none): what it is called in the answer
 */
const char *
td_gateway_request_get_id (TdGatewayRequest *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

void
td_gateway_request_set_id (TdGatewayRequest *self,
                           const char       *id)
{
  g_return_if_fail (self != NULL);

  g_set_str (&self->id, id);
}

void
td_gateway_request_set_owner (TdGatewayRequest     *self,
                              TdGatewayRequestFunc  gone,
                              TdGatewayRequestFunc  drained,
                              gpointer              owner)
{
  g_return_if_fail (self != NULL);

  self->gone_func = gone;
  self->drained_func = drained;
  self->owner = owner;
}

/* ---- the answer ---------------------------------------------------------------------------- */

static void
add_field (GArray     *fields,
           const char *name,
           const char *value)
{
  TdGatewayField field = { g_strdup (name), g_strdup (value) };

  /* A header of ours is visible ASCII, whatever it was made of. */
  for (char *c = field.value; *c != '\0'; c++)
    if (*c < 0x20 || *c >= 0x7f)
      *c = '?';
  g_array_append_val (fields, field);
}

/**
 * td_gateway_request_add_header:
 * @self: a request that was not answered
 * @name: the name of a header
 * @value: (nullable): its value; %NULL: none
 */
void
td_gateway_request_add_header (TdGatewayRequest *self,
                               const char       *name,
                               const char       *value)
{
  g_return_if_fail (self != NULL);

  if (!value)
    return;
  g_mutex_lock (&self->lock);
  add_field (self->headers, name, value);
  g_mutex_unlock (&self->lock);
}

static void
answer (TdGatewayRequest *self,
        guint             status,
        const char       *content_type)
{
  add_field (self->headers, "X-TopDog-Request-Id", self->id);
  add_field (self->headers, "Cache-Control", "no-store");
  if (content_type)
    add_field (self->headers, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
  if (self->origin)
    {
      add_field (self->headers, "Access-Control-Allow-Origin", self->origin);
      add_field (self->headers, "Vary", "Origin");
    }
  self->status = status;
  self->answered = TRUE;
}

/**
 * td_gateway_request_reply:
 * @self: a request that was not answered
 * @status: the status
 * @content_type: (nullable): what @body is
 * @body: (nullable): the answer
 *
 * Answers with a document.
 */
void
td_gateway_request_reply (TdGatewayRequest *self,
                          guint             status,
                          const char       *content_type,
                          GBytes           *body)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  if (!self->answered)
    {
      answer (self, status, content_type);
      if (body)
        g_byte_array_append (self->out, g_bytes_get_data (body, NULL),
                             (guint) g_bytes_get_size (body));
      self->ended = TRUE;
      td_gateway_request_resume (self);
    }
  g_mutex_unlock (&self->lock);
}

/**
 * td_gateway_request_begin:
 * @self: a request that was not answered
 * @content_type: what is going to come
 *
 * Answers with a stream.
 */
void
td_gateway_request_begin (TdGatewayRequest *self,
                          const char       *content_type)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  if (!self->answered)
    {
      answer (self, MHD_HTTP_OK, content_type);
      self->streamed = TRUE;
      td_gateway_request_resume (self);
    }
  g_mutex_unlock (&self->lock);
}

/**
 * td_gateway_request_has_begun:
 * @self: a request
 *
 * Returns: whether the head of the answer is on its way, and cannot be changed any more
 */
gboolean
td_gateway_request_has_begun (TdGatewayRequest *self)
{
  gboolean answered;

  g_return_val_if_fail (self != NULL, FALSE);

  g_mutex_lock (&self->lock);
  answered = self->answered;
  g_mutex_unlock (&self->lock);
  return answered;
}

/**
 * td_gateway_request_write:
 * @self: a request that is answered with a stream
 * @bytes: what comes next
 * @length: how much
 *
 * Returns: whether more may follow; if not, the owner is told when the client took what there is
 */
gboolean
td_gateway_request_write (TdGatewayRequest *self,
                          const void       *bytes,
                          gsize             length)
{
  gboolean much;

  g_return_val_if_fail (self != NULL, FALSE);

  g_mutex_lock (&self->lock);
  if (self->connection)
    g_byte_array_append (self->out, bytes, (guint) length);
  much = self->out->len > TD_GATEWAY_MUCH;
  self->wants_drained = much;
  td_gateway_request_resume (self);
  g_mutex_unlock (&self->lock);
  return !much;
}

/**
 * td_gateway_request_add_trailer:
 * @self: a request that is answered with a stream
 * @name: the name of a header that follows it
 * @value: (nullable): its value; %NULL: none
 */
void
td_gateway_request_add_trailer (TdGatewayRequest *self,
                                const char       *name,
                                const char       *value)
{
  g_return_if_fail (self != NULL);

  if (!value)
    return;
  g_mutex_lock (&self->lock);
  add_field (self->trailers, name, value);
  g_mutex_unlock (&self->lock);
}

/**
 * td_gateway_request_end:
 * @self: a request that is answered with a stream
 *
 * That was all.
 */
void
td_gateway_request_end (TdGatewayRequest *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  td_gateway_request_resume (self);
  g_mutex_unlock (&self->lock);
}

/**
 * td_gateway_request_cut:
 * @self: a request
 *
 * Closes the connection, so that nobody takes what came for all there is.
 */
void
td_gateway_request_cut (TdGatewayRequest *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  self->cut = self->ended = TRUE;
  td_gateway_request_resume (self);
  g_mutex_unlock (&self->lock);
}
