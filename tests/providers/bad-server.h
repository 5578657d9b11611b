/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * BadServer:
 *
 * A provider on loopback that behaves as a test says: the model's name in the request chooses
 * the script. It counts what reached it.
 */
typedef struct _BadServer BadServer;

/* What one request is answered with. Either @raw, the bytes on the connection, or @status,
 * @type and @body as a proper reply. */
typedef enum
{
  THEN_END,   /* as HTTP asks for */
  THEN_CLOSE, /* the connection, in good order */
  THEN_RESET, /* the connection, by RST */
  THEN_STALL, /* nothing more, and the connection stays */
  THEN_FLOOD, /* @body again and again, without end */
} Then;

typedef struct
{
  const char *model;
  guint status;        /* 0: @raw */
  const char *type;    /* (nullable) */
  const char *headers; /* (nullable): "Name: value" lines, each with its line end */
  const char *body;
  const char *raw;     /* (nullable) */
  guint trickle_ms;    /* with @raw: one byte each */
  Then then;
  gboolean gzip;
} Script;

BadServer  *bad_server_new             (const Script *scripts,
                                        gsize         n_scripts);
void        bad_server_free            (BadServer    *self);
char       *bad_server_build_url       (BadServer    *self,
                                        const char   *path);
guint       bad_server_count_requests  (BadServer    *self);
guint       bad_server_count_connections (BadServer  *self);
guint       bad_server_count_open      (BadServer    *self);
const char *bad_server_get_last_header (BadServer    *self,
                                        const char   *name);
const char *bad_server_get_last_body   (BadServer    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BadServer, bad_server_free)

G_END_DECLS
