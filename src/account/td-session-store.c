/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sessions and their refresh tokens. A refresh token is random, is kept as its hash only, and is
 * good once: using it gives the next one. One that comes again ends its session, because then two
 * have it, and only one of them can be its owner.
 */
#include "config.h"

#include "account/td-session-store.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "account/td-account-error.h"
#include "base/td-clock.h"
#include "vault/td-vault.h"

#define TOKEN_BYTES      32
#define MAX_TOKEN_LENGTH 128
/* Sessions that ended are kept so long, to tell a stolen token from an old one. */
#define KEEP_US (30 * G_TIME_SPAN_DAY)

/**
 * td_session_wish_new: (skip)
 * @account_id: whose session it is to be
 * @purpose: for what; %TD_SESSION_DEVICE or the name of a client
 *
 * Returns: (transfer full): what td_session_store_open() takes
 */
TdSessionWish *
td_session_wish_new (const char *account_id,
                     const char *purpose)
{
  TdSessionWish *self = g_new0 (TdSessionWish, 1);

  self->account_id = g_strdup (account_id);
  self->purpose = g_strdup (purpose);
  return self;
}

/**
 * td_session_wish_free: (skip)
 * @self: (transfer full): a wish
 */
void
td_session_wish_free (TdSessionWish *self)
{
  g_free (self->account_id);
  g_free (self->purpose);
  g_free (self);
}

/**
 * td_session_grant_free: (skip)
 * @self: (transfer full): a grant
 */
void
td_session_grant_free (TdSessionGrant *self)
{
  g_free (self->session_id);
  g_free (self->account_id);
  td_vault_secret_free (self->refresh_token);
  g_free (self);
}

static gboolean
set_invalid (const char  *message,
             GError     **error)
{
  g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_INVALID, message);
  return FALSE;
}

static char *
hash_token (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

static char *
draw_token (void)
{
  guint8 bytes[TOKEN_BYTES];
  char *text;

  /* It fails only where the system has no random numbers, and then nothing is safe. */
  if (gnutls_rnd (GNUTLS_RND_RANDOM, bytes, sizeof bytes) != 0)
    g_error ("The system gives no random numbers");
  text = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  explicit_bzero (bytes, sizeof bytes);
  return text;
}

/* Binds texts first and then times. */
static gboolean
run (TdConnection       *connection,
     const char         *sql,
     const char *const  *texts,
     const gint64       *times,
     guint               n_times,
     GError            **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);
  int index = 1;

  if (!statement)
    return FALSE;
  for (guint i = 0; texts[i]; i++)
    td_statement_bind_text (statement, index++, texts[i]);
  for (guint i = 0; i < n_times; i++)
    td_statement_bind_int64 (statement, index++, times[i]);
  return td_statement_run (statement, error);
}

static gboolean
add_token (TdConnection    *connection,
           TdSessionGrant  *grant,
           GError         **error)
{
  g_autofree char *hash = NULL;
  const char *texts[] = { NULL, grant->session_id, NULL };
  const gint64 times[] = { td_clock_now_us () };

  grant->refresh_token = draw_token ();
  hash = hash_token (grant->refresh_token);
  texts[0] = hash;
  return run (connection,
              "INSERT INTO refresh_token (hash, session_id, created_us) VALUES (?, ?, ?)", texts,
              times, 1, error);
}

static gboolean
end_session (TdConnection  *connection,
             const char    *session_id,
             GError       **error)
{
  const char *texts[] = { session_id, NULL };
  const gint64 now[] = { td_clock_now_us () };

  return run (connection,
              "UPDATE session SET revoked_us = ?2 WHERE id = ?1 AND revoked_us IS NULL", texts, now,
              1, error);
}

static gboolean
drop_old (TdConnection  *connection,
          GError       **error)
{
  const char *none[] = { NULL };
  const gint64 limit[] = { td_clock_now_us () - KEEP_US };

  return run (connection,
              "DELETE FROM session WHERE coalesce (revoked_us, expires_us) < ?", none, limit, 1,
              error);
}

/* ---- Opening --------------------------------------------------------------------------------- */

static gboolean
note_device_session (TdConnection          *connection,
                     const TdSessionGrant  *grant,
                     GError               **error)
{
  const char *texts[] = { grant->account_id, grant->session_id, NULL };

  return run (connection, "UPDATE device SET account_id = ?, session_id = ? WHERE id = 1", texts,
              NULL, 0, error);
}

static gboolean
insert_session (TdConnection         *connection,
                const TdSessionWish  *wish,
                TdSessionGrant       *grant,
                GError              **error)
{
  gint64 now_us = td_clock_now_us ();
  const char *texts[] = { grant->session_id, wish->account_id, wish->purpose, NULL };
  const gint64 times[] = { now_us, now_us + TD_SESSION_LIFE_US };

  return run (connection,
              "INSERT INTO session (id, account_id, purpose, created_us, expires_us)"
              " VALUES (?, ?, ?, ?, ?)",
              texts, times, G_N_ELEMENTS (times), error);
}

/**
 * td_session_store_open: (skip)
 *
 * Begins a session of somebody whose password was right.
 */
gpointer
td_session_store_open (TdConnection  *connection,
                       gpointer       wish,
                       GCancellable  *cancellable,
                       GError       **error)
{
  TdSessionWish *wanted = wish;
  g_autoptr (TdSessionGrant) grant = g_new0 (TdSessionGrant, 1);

  grant->session_id = g_uuid_string_random ();
  grant->account_id = g_strdup (wanted->account_id);
  if (!td_connection_begin (connection, error))
    return NULL;
  if (drop_old (connection, error) && insert_session (connection, wanted, grant, error) &&
      add_token (connection, grant, error) &&
      (!g_str_equal (wanted->purpose, TD_SESSION_DEVICE) ||
       note_device_session (connection, grant, error)) &&
      td_connection_commit (connection, error))
    return g_steal_pointer (&grant);
  td_connection_rollback (connection);
  return NULL;
}

/* ---- Refreshing ------------------------------------------------------------------------------ */

typedef struct
{
  gboolean is_used;
  gboolean is_revoked;
  gint64 expires_us;
} TokenState;

static gboolean
find_token (TdConnection    *connection,
            const char      *hash,
            TdSessionGrant  *grant,
            TokenState      *state,
            GError         **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection,
    "SELECT s.id, s.account_id, t.used_us IS NOT NULL, s.revoked_us IS NOT NULL, s.expires_us"
    " FROM refresh_token t JOIN session s ON s.id = t.session_id WHERE t.hash = ?",
    error);
  gboolean has_row = FALSE;

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, hash);
  if (!td_statement_step (statement, &has_row, error))
    return FALSE;
  if (!has_row)
    return set_invalid ("There is no session of that token", error);
  grant->session_id = g_strdup (td_statement_get_text (statement, 0));
  grant->account_id = g_strdup (td_statement_get_text (statement, 1));
  state->is_used = td_statement_get_int64 (statement, 2) != 0;
  state->is_revoked = td_statement_get_int64 (statement, 3) != 0;
  state->expires_us = td_statement_get_int64 (statement, 4);
  return TRUE;
}

static gboolean
use_token (TdConnection          *connection,
           const char            *hash,
           const TdSessionGrant  *grant,
           GError               **error)
{
  gint64 now_us = td_clock_now_us ();
  const char *by_hash[] = { hash, NULL };
  const char *by_id[] = { grant->session_id, NULL };
  const gint64 now[] = { now_us };
  const gint64 end[] = { now_us + TD_SESSION_LIFE_US };

  return run (connection, "UPDATE refresh_token SET used_us = ?2 WHERE hash = ?1", by_hash, now, 1,
              error) &&
         run (connection, "UPDATE session SET expires_us = ?2 WHERE id = ?1", by_id, end, 1, error);
}

/* The session's end has to be on the disk, though the call fails. */
static gboolean
punish_reuse (TdConnection  *connection,
              const char    *session_id,
              GError       **error)
{
  if (end_session (connection, session_id, error) && td_connection_commit (connection, error))
    g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_REUSED,
                         "The token was used before; its session is ended");
  return FALSE;
}

static gboolean
refresh (TdConnection    *connection,
         const char      *hash,
         TdSessionGrant  *grant,
         GError         **error)
{
  TokenState state = { 0 };

  if (!find_token (connection, hash, grant, &state, error))
    return FALSE;
  if (state.is_revoked)
    return set_invalid ("The session was ended", error);
  if (state.is_used)
    return punish_reuse (connection, grant->session_id, error);
  if (state.expires_us <= td_clock_now_us ())
    {
      g_set_error_literal (error, TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_EXPIRED,
                           "The session's time is over");
      return FALSE;
    }
  return use_token (connection, hash, grant, error) && add_token (connection, grant, error) &&
         td_connection_commit (connection, error);
}

/**
 * td_session_store_refresh: (skip)
 *
 * Takes a refresh token and gives the next one.
 */
gpointer
td_session_store_refresh (TdConnection  *connection,
                          gpointer       refresh_token,
                          GCancellable  *cancellable,
                          GError       **error)
{
  g_autoptr (TdSessionGrant) grant = g_new0 (TdSessionGrant, 1);
  g_autofree char *hash = NULL;

  if (strnlen (refresh_token, MAX_TOKEN_LENGTH + 1) > MAX_TOKEN_LENGTH)
    {
      set_invalid ("The token is too long", error);
      return NULL;
    }
  hash = hash_token (refresh_token);
  if (!td_connection_begin (connection, error))
    return NULL;
  if (refresh (connection, hash, grant, error))
    return g_steal_pointer (&grant);
  td_connection_rollback (connection);
  return NULL;
}

/* ---- Looking and ending ---------------------------------------------------------------------- */

/**
 * td_session_store_check: (skip)
 *
 * Looks whether a session lives; for whoever was brought an access token.
 */
gpointer
td_session_store_check (TdConnection  *connection,
                        gpointer       session_id,
                        GCancellable  *cancellable,
                        GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection,
    "SELECT account_id FROM session WHERE id = ? AND revoked_us IS NULL AND expires_us > ?", error);
  gboolean has_row = FALSE;

  if (!statement)
    return NULL;
  td_statement_bind_text (statement, 1, session_id);
  td_statement_bind_int64 (statement, 2, td_clock_now_us ());
  if (!td_statement_step (statement, &has_row, error))
    return NULL;
  if (has_row)
    return g_strdup (td_statement_get_text (statement, 0));
  set_invalid ("The session was ended", error);
  return NULL;
}

/**
 * td_session_store_revoke: (skip)
 *
 * Ends a session.
 */
gpointer
td_session_store_revoke (TdConnection  *connection,
                         gpointer       session_id,
                         GCancellable  *cancellable,
                         GError       **error)
{
  end_session (connection, session_id, error);
  return NULL;
}

/**
 * td_session_store_revoke_all: (skip)
 *
 * Ends all sessions of an account.
 */
gpointer
td_session_store_revoke_all (TdConnection  *connection,
                             gpointer       account_id,
                             GCancellable  *cancellable,
                             GError       **error)
{
  const char *texts[] = { account_id, NULL };
  const gint64 now[] = { td_clock_now_us () };

  run (connection,
       "UPDATE session SET revoked_us = ?2 WHERE account_id = ?1 AND revoked_us IS NULL", texts,
       now, 1, error);
  return NULL;
}
