/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TD_CLIENT_KEY_PREFIX "td-"
#define TD_CLIENT_HASH_BYTES 32

/* A program that may use the gateway. Its key is shown once, when it is made; what is kept is its SHA-256. */
typedef struct
{
  gint64 id;
  char *name;
  char *last_four;     /* of the key, to tell one from another */
  gint64 created_us;
  gint64 last_used_us; /* 0: never */
  gint64 revoked_us;   /* 0: it is not */
} TdClient;

void      td_client_free           (TdClient   *self);
TdClient *td_client_copy           (const TdClient *self);
char     *td_client_make_key       (GError    **error);
gboolean  td_client_key_looks_right (const char *key);
gboolean  td_client_key_hash       (const char *key,
                                    guint8     *hash); /* TD_CLIENT_HASH_BYTES of it */
gboolean  td_client_name_is_valid  (const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdClient, td_client_free)

G_END_DECLS
