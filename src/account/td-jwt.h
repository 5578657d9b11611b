/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TD_JWT_LIFE_SECONDS 900
/* How far the clocks of who signs and who reads may be apart. */
#define TD_JWT_SKEW_SECONDS 30
#define TD_JWT_SECRET_BYTES 32

/* Who a token says its bearer is. */
typedef struct
{
  char *account_id;
  char *session_id;
  gint64 issued_s;
  gint64 expires_s;
} TdJwtClaims;

char        *td_jwt_sign        (GBytes       *secret,
                                 const char   *account_id,
                                 const char   *session_id,
                                 gint64        now_us,
                                 GError      **error);
TdJwtClaims *td_jwt_verify      (GBytes       *secret,
                                 const char   *token,
                                 gint64        now_us,
                                 GError      **error);
void         td_jwt_claims_free (TdJwtClaims  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdJwtClaims, td_jwt_claims_free)

G_END_DECLS
