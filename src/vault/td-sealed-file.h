/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TD_SEALED_KEY_BYTES 32

/* A secret in the file. */
typedef struct
{
  char *secret_id;
  char *label;
  char *secret;
} TdSealedEntry;

/**
 * TdSealedFile:
 *
 * The bytes of a sealed vault and what they say. No input or output here. Everything blocks for as
 * long as it takes; what takes a password takes as long as PBKDF2.
 */
typedef struct _TdSealedFile TdSealedFile;

TdSealedEntry *td_sealed_entry_new   (const char     *secret_id,
                                      const char     *label,
                                      const char     *secret);
void           td_sealed_entry_free  (TdSealedEntry  *self);

TdSealedFile *td_sealed_file_new          (const char    *password,
                                           guint          iterations,
                                           GError       **error);
TdSealedFile *td_sealed_file_parse        (const guint8  *bytes,
                                           gsize          length,
                                           GError       **error);
gboolean      td_sealed_file_unlock       (TdSealedFile  *self,
                                           const char    *password,
                                           GError       **error);
gboolean      td_sealed_file_unlock_with_key (TdSealedFile  *self,
                                              const guint8  *key, /* (array fixed-size=32) */
                                              GError       **error);
const guint8 *td_sealed_file_get_key      (TdSealedFile  *self);
guint         td_sealed_file_count_passwords (TdSealedFile *self);
guint         td_sealed_file_get_iterations (TdSealedFile *self);
gboolean      td_sealed_file_add_password (TdSealedFile  *self,
                                           const char    *password,
                                           guint          iterations,
                                           GError       **error);
gboolean      td_sealed_file_renew_password (TdSealedFile  *self,
                                             const char    *password,
                                             guint          iterations,
                                             GError       **error);
void          td_sealed_file_drop_others  (TdSealedFile  *self);
GPtrArray    *td_sealed_file_get_entries  (TdSealedFile  *self);
gboolean      td_sealed_file_set          (TdSealedFile  *self,
                                           const char    *secret_id,
                                           const char    *label,
                                           const char    *secret);
gboolean      td_sealed_file_remove       (TdSealedFile  *self,
                                           const char    *secret_id);
const char   *td_sealed_file_lookup       (TdSealedFile  *self,
                                           const char    *secret_id);
GBytes       *td_sealed_file_write        (TdSealedFile  *self,
                                           GError       **error);
void          td_sealed_file_free         (TdSealedFile  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdSealedEntry, td_sealed_entry_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdSealedFile, td_sealed_file_free)

G_END_DECLS
