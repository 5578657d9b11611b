/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/td-database.h"

G_BEGIN_DECLS

/* A session ends when it was not refreshed for so long. */
#define TD_SESSION_LIFE_US (30 * G_TIME_SPAN_DAY)

#define TD_SESSION_DEVICE "device" /* the purpose of the one that this machine's programs share */

/* What td_session_store_open() takes. */
typedef struct
{
  char *account_id;
  char *purpose; /* %TD_SESSION_DEVICE is also noted as who is signed in here */
} TdSessionWish;

/* What opening and refreshing give. */
typedef struct
{
  char *session_id;
  char *account_id;
  char *refresh_token; /* good once; wiped when freed */
} TdSessionGrant;

TdSessionWish *td_session_wish_new   (const char     *account_id,
                                      const char     *purpose);
void           td_session_wish_free  (TdSessionWish  *self);
void           td_session_grant_free (TdSessionGrant *self);

/* Sessions. Each is a #TdDatabaseFunc of the list of accounts. */
gpointer td_session_store_open       (TdConnection  *connection,
                                      gpointer       wish, /* TdSessionWish */
                                      GCancellable  *cancellable,
                                      GError       **error); /* (transfer full): TdSessionGrant */
gpointer td_session_store_refresh    (TdConnection  *connection,
                                      gpointer       refresh_token, /* char * */
                                      GCancellable  *cancellable,
                                      GError       **error); /* (transfer full): TdSessionGrant */
gpointer td_session_store_check      (TdConnection  *connection,
                                      gpointer       session_id, /* char * */
                                      GCancellable  *cancellable,
                                      GError       **error); /* (transfer full): char *, its account's id */
gpointer td_session_store_revoke     (TdConnection  *connection,
                                      gpointer       session_id, /* char * */
                                      GCancellable  *cancellable,
                                      GError       **error); /* NULL */
gpointer td_session_store_revoke_all (TdConnection  *connection,
                                      gpointer       account_id, /* char * */
                                      GCancellable  *cancellable,
                                      GError       **error); /* NULL */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdSessionWish, td_session_wish_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdSessionGrant, td_session_grant_free)

G_END_DECLS
