/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "vault/td-key-derive.h"

G_BEGIN_DECLS

/* What a new password is stored with. */
#define TD_PASSWORD_ITERATIONS TD_KEY_DERIVE_ITERATIONS

#define TD_PASSWORD_MIN_CHARS 10
#define TD_PASSWORD_MAX_BYTES 1024

typedef enum
{
  TD_PASSWORD_WEAK,
  TD_PASSWORD_FAIR,
  TD_PASSWORD_GOOD,
  TD_PASSWORD_STRONG,
} TdPasswordStrength;

/* Both take as long as PBKDF2 is meant to take: on a thread only. */
char     *td_password_hash    (const char *password,
                               guint       iterations,
                               GError    **error);
gboolean  td_password_verify  (const char *password,
                               const char *record,
                               gboolean   *is_right,
                               guint      *iterations,
                               GError    **error);

/* These are quick. */
gboolean           td_password_check (const char *password,
                                      const char *name,  /* (nullable) */
                                      const char *email, /* (nullable) */
                                      GError    **error);
TdPasswordStrength td_password_rate  (const char *password);

G_END_DECLS
