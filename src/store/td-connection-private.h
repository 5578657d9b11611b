/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "store/td-connection.h"

G_BEGIN_DECLS

/* Which database this program takes for its own: 'TDog'. */
#define TD_APPLICATION_ID 0x54446f67

struct _TdConnection
{
  sqlite3 *handle;        /* (owned) */
  char *path;             /* (owned): absolute, of a real folder */
  GThread *thread;        /* the only one that may come here */
  GHashTable *statements; /* (owned) (element-type utf8 TdStatement): by SQL text */
  gint64 data_version;    /* of the content that others wrote, when it was asked for last */
  gboolean in_group;      /* several functions share one transaction: theirs are parts of it */
  gboolean in_part;       /* one of them has begun its own */
};

/**
 * TdConnectionState:
 * @is_empty: nothing was ever written to the database
 * @user_version: the version of its schema
 */
typedef struct
{
  gboolean is_empty;
  int user_version;
} TdConnectionState;

TdConnection *td_connection_open         (const char         *path,
                                          int                 newest_version,
                                          GError            **error);
void          td_connection_close        (TdConnection       *self);
gboolean      td_connection_read_state   (TdConnection       *self,
                                          int                 newest_version,
                                          TdConnectionState  *state,
                                          GError            **error);
gboolean      td_connection_check        (TdConnection       *self,
                                          GError            **error);
gboolean      td_connection_read_int64   (TdConnection       *self,
                                          const char         *sql,
                                          gint64             *result,
                                          GError            **error);
gboolean      td_connection_take_foreign_change (TdConnection *self,
                                                 gboolean     *changed,
                                                 GError      **error);
gboolean      td_connection_set_foreign_keys (TdConnection   *self,
                                              gboolean        enforced,
                                              GError        **error);
gboolean      td_connection_is_in_transaction (TdConnection  *self);
gboolean      td_connection_begin_group  (TdConnection       *self,
                                          GError            **error);
gboolean      td_connection_is_group_lost (TdConnection      *self);
gboolean      td_connection_end_group    (TdConnection       *self,
                                          GError            **error);
void          td_connection_assert_thread    (TdConnection   *self);

void          td_statement_free          (TdStatement        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdConnection, td_connection_close)

G_END_DECLS
