/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "account/td-account-store.h"

#include <string.h>

#include "account/td-account-error.h"
#include "account/td-password.h"
#include "base/td-clock.h"
#include "base/td-text.h"

/* So many wrong passwords are free; from then on each doubles the wait. */
#define FREE_FAILURES   3
#define LONGEST_WAIT_US (15 * 60 * G_USEC_PER_SEC)
#define MAX_EMAIL_BYTES 254

#define COLUMNS                                                                                \
  "id, name, email, password, folder, vault, leftover, failures, last_failure_us, created_us," \
  " last_used_us"

/**
 * td_account_entry_new: (skip)
 * @account_id: (nullable): whose
 * @password: (nullable): a password; copied
 * @iterations: what a new record of it is made with
 *
 * Returns: (transfer full): what the functions here take
 */
TdAccountEntry *
td_account_entry_new (const char *account_id,
                      const char *password,
                      guint       iterations)
{
  TdAccountEntry *self = g_new0 (TdAccountEntry, 1);

  self->account_id = g_strdup (account_id);
  self->password = g_strdup (password);
  self->iterations = iterations;
  return self;
}

/**
 * td_account_entry_free: (skip)
 * @self: (transfer full): what somebody entered; the password is wiped
 */
void
td_account_entry_free (TdAccountEntry *self)
{
  g_free (self->account_id);
  g_free (self->name);
  g_free (self->email);
  td_vault_secret_free (self->password);
  g_free (self);
}

/**
 * td_account_list_free: (skip)
 * @self: (transfer full): the accounts there are
 */
void
td_account_list_free (TdAccountList *self)
{
  g_ptr_array_unref (self->accounts);
  g_free (self->current_id);
  g_free (self->session_id);
  g_free (self);
}

/**
 * td_account_vault_change_free: (skip)
 * @self: (transfer full): what was to change
 */
void
td_account_vault_change_free (TdAccountVaultChange *self)
{
  g_free (self->account_id);
  g_free (self);
}

/* ---- Reading -------------------------------------------------------------------------------- */

static TdVaultKind
kind_from_text (const char *text)
{
  if (!text)
    return TD_VAULT_KIND_NONE;
  return g_str_equal (text, "sealed") ? TD_VAULT_KIND_SEALED : TD_VAULT_KIND_KEYRING;
}

static const char *
kind_to_text (TdVaultKind kind)
{
  if (kind == TD_VAULT_KIND_NONE)
    return NULL;
  return kind == TD_VAULT_KIND_SEALED ? "sealed" : "keyring";
}

/* A clock that was set back must not lock anybody out for longer than the longest wait. */
static gint64
get_retry_time (gint64 failures,
                gint64 last_failure_us,
                gint64 now_us)
{
  gint64 wait_us;

  if (failures < FREE_FAILURES)
    return 0;
  wait_us = failures - FREE_FAILURES >= 10
              ? LONGEST_WAIT_US
              : MIN (LONGEST_WAIT_US, G_USEC_PER_SEC << (failures - FREE_FAILURES));
  return MIN (last_failure_us, now_us) + wait_us;
}

static TdAccount *
read_account (TdStatement *statement)
{
  TdAccountFacts facts = {
    .id = (char *) td_statement_get_text (statement, 0),
    .name = (char *) td_statement_get_text (statement, 1),
    .email = (char *) td_statement_get_text (statement, 2),
    .is_protected = !td_statement_is_null (statement, 3),
    .folder = (char *) td_statement_get_text (statement, 4),
    .vault = kind_from_text (td_statement_get_text (statement, 5)),
    .leftover = kind_from_text (td_statement_get_text (statement, 6)),
    .retry_at_us = get_retry_time (td_statement_get_int64 (statement, 7),
                                   td_statement_get_int64 (statement, 8), td_clock_now_us ()),
    .created_us = td_statement_get_int64 (statement, 9),
    .last_used_us = td_statement_get_int64 (statement, 10),
  };

  return td_account_new (&facts);
}

static gpointer
set_error (TdAccountError   code,
           const char      *message,
           GError         **error)
{
  g_set_error_literal (error, TD_ACCOUNT_ERROR, (int) code, message);
  return NULL;
}

/* The account, and the record of its password when that is wanted. */
static TdAccount *
find_account (TdConnection  *connection,
              const char    *account_id,
              char         **record,
              GError       **error)
{
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT " COLUMNS " FROM account WHERE id = ?", error);
  gboolean has_row = FALSE;

  if (!statement)
    return NULL;
  td_statement_bind_text (statement, 1, account_id);
  if (!td_statement_step (statement, &has_row, error))
    return NULL;
  if (!has_row)
    return set_error (TD_ACCOUNT_ERROR_NOT_FOUND, "There is no such account", error);
  if (record)
    *record = g_strdup (td_statement_get_text (statement, 3));
  return read_account (statement);
}

static gboolean
list_accounts (TdConnection  *connection,
               GPtrArray     *accounts,
               GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "SELECT " COLUMNS " FROM account ORDER BY folded_name", error);
  gboolean has_row = TRUE;

  if (!statement)
    return FALSE;
  while (has_row)
    {
      if (!td_statement_step (statement, &has_row, error))
        return FALSE;
      if (has_row)
        g_ptr_array_add (accounts, read_account (statement));
    }
  return TRUE;
}

static gboolean
read_device (TdConnection   *connection,
             TdAccountList  *list,
             GError        **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "SELECT account_id, session_id FROM device WHERE id = 1", error);
  gboolean has_row = FALSE;

  if (!statement || !td_statement_step (statement, &has_row, error))
    return FALSE;
  if (has_row)
    {
      list->current_id = g_strdup (td_statement_get_text (statement, 0));
      list->session_id = g_strdup (td_statement_get_text (statement, 1));
    }
  return TRUE;
}

/* ---- Writing -------------------------------------------------------------------------------- */

static gboolean
run_with_texts (TdConnection       *connection,
                const char         *sql,
                const char *const  *values,
                guint               n_values,
                GError            **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (connection, sql, error);

  if (!statement)
    return FALSE;
  for (guint i = 0; i < n_values; i++)
    td_statement_bind_text (statement, (int) i + 1, values[i]);
  return td_statement_run (statement, error);
}

static gboolean
insert_account (TdConnection          *connection,
                const TdAccountEntry  *entry,
                const char            *folder,
                const char            *record,
                GError               **error)
{
  g_autofree char *folded = td_text_fold (entry->name);
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection,
    "INSERT INTO account (id, name, folded_name, email, password, folder, created_us, last_used_us)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    error);
  const char *texts[] = { entry->account_id, entry->name, folded, entry->email, record, folder };

  if (!statement)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    td_statement_bind_text (statement, (int) i + 1, texts[i]);
  td_statement_bind_int64 (statement, 7, td_clock_now_us ());
  td_statement_bind_int64 (statement, 8, td_clock_now_us ());
  return td_statement_run (statement, error);
}

static gboolean
set_current (TdConnection  *connection,
             const char    *account_id,
             GError       **error)
{
  const char *values[] = { account_id };

  return run_with_texts (connection,
                         "UPDATE device SET account_id = ?, session_id = NULL WHERE id = 1", values,
                         G_N_ELEMENTS (values), error);
}

/* Nobody is stopped at the door: where there is no account, there is one without a password. */
static gboolean
add_first (TdConnection  *connection,
           const char    *name,
           GError       **error)
{
  g_autoptr (TdAccountEntry) entry = td_account_entry_new (TD_ACCOUNT_FIRST_ID, NULL, 0);

  entry->name = g_strdup (name);
  return insert_account (connection, entry, "", NULL, error) &&
         set_current (connection, TD_ACCOUNT_FIRST_ID, error);
}

static TdAccountList *
load (TdConnection  *connection,
      const char    *first_name,
      GError       **error)
{
  g_autoptr (TdAccountList) list = g_new0 (TdAccountList, 1);

  list->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  if (!list_accounts (connection, list->accounts, error))
    return NULL;
  if (list->accounts->len == 0 && (!add_first (connection, first_name, error) ||
                                   !list_accounts (connection, list->accounts, error)))
    return NULL;
  if (!read_device (connection, list, error))
    return NULL;
  return g_steal_pointer (&list);
}

/**
 * td_account_store_load: (skip)
 *
 * Lists the accounts, and makes the first one where there is none.
 */
gpointer
td_account_store_load (TdConnection  *connection,
                       gpointer       first_name,
                       GCancellable  *cancellable,
                       GError       **error)
{
  g_autoptr (TdAccountList) list = NULL;

  if (!td_connection_begin (connection, error))
    return NULL;
  list = load (connection, first_name, error);
  if (!list || !td_connection_commit (connection, error))
    {
      td_connection_rollback (connection);
      return NULL;
    }
  return g_steal_pointer (&list);
}

/* ---- Signing up ------------------------------------------------------------------------------ */

static gboolean
check_name (TdAccountEntry  *entry,
            GError         **error)
{
  gsize n_visible = 0;

  g_strstrip (entry->name);
  for (const char *c = entry->name; g_utf8_validate (entry->name, -1, NULL) && *c;
       c = g_utf8_next_char (c))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (c)))
        {
          n_visible = 0;
          break;
        }
      n_visible++;
    }
  if (n_visible > 0 && n_visible <= TD_ACCOUNT_MAX_NAME_CHARS)
    return TRUE;
  set_error (TD_ACCOUNT_ERROR_NAME_INVALID, "That cannot be the name of an account", error);
  return FALSE;
}

/* Whether it could be one. Only writing to it would tell. */
static gboolean
check_email (TdAccountEntry  *entry,
             GError         **error)
{
  const char *at;

  if (entry->email)
    g_strstrip (entry->email);
  if (!entry->email || !*entry->email)
    {
      g_clear_pointer (&entry->email, g_free);
      return TRUE;
    }
  at = strchr (entry->email, '@');
  if (at && at > entry->email && at[1] && !strchr (at + 1, '@') && at[1] != '.' &&
      !g_str_has_suffix (at, ".") && !strpbrk (entry->email, " \t\r\n<>,;\"") &&
      g_utf8_validate (entry->email, -1, NULL) && strlen (entry->email) <= MAX_EMAIL_BYTES)
    return TRUE;
  set_error (TD_ACCOUNT_ERROR_EMAIL_INVALID, "That is no e-mail address", error);
  return FALSE;
}

static gboolean
is_name_taken (TdConnection  *connection,
               const char    *name,
               gboolean      *is_taken,
               GError       **error)
{
  g_autofree char *folded = td_text_fold (name);
  g_autoptr (TdStatement) statement =
    td_connection_prepare (connection, "SELECT 1 FROM account WHERE folded_name = ?", error);

  if (!statement)
    return FALSE;
  td_statement_bind_text (statement, 1, folded);
  return td_statement_step (statement, is_taken, error);
}

static TdAccount *
add (TdConnection          *connection,
     const TdAccountEntry  *entry,
     const char            *record,
     GError               **error)
{
  g_autofree char *folder = g_build_filename ("accounts", entry->account_id, NULL);
  gboolean is_taken = FALSE;

  if (!is_name_taken (connection, entry->name, &is_taken, error))
    return NULL;
  if (is_taken)
    return set_error (TD_ACCOUNT_ERROR_NAME_TAKEN, "There is an account of that name", error);
  if (!insert_account (connection, entry, folder, record, error))
    return NULL;
  return find_account (connection, entry->account_id, NULL, error);
}

/**
 * td_account_store_add: (skip)
 *
 * Makes an account, with a password if one is given. Takes as long as PBKDF2 does.
 */
gpointer
td_account_store_add (TdConnection  *connection,
                      gpointer       entry,
                      GCancellable  *cancellable,
                      GError       **error)
{
  TdAccountEntry *wanted = entry;
  g_autoptr (TdAccount) account = NULL;
  g_autofree char *record = NULL;

  if (!check_name (wanted, error) || !check_email (wanted, error))
    return NULL;
  if (wanted->password &&
      (!td_password_check (wanted->password, wanted->name, wanted->email, error) ||
       !(record = td_password_hash (wanted->password, wanted->iterations, error))))
    return NULL;
  g_free (wanted->account_id);
  wanted->account_id = g_uuid_string_random ();
  if (!td_connection_begin (connection, error))
    return NULL;
  account = add (connection, wanted, record, error);
  if (!account || !td_connection_commit (connection, error))
    {
      td_connection_rollback (connection);
      return NULL;
    }
  return g_steal_pointer (&account);
}

/* ---- Passwords ------------------------------------------------------------------------------- */

static gboolean
count_failure (TdConnection  *connection,
               const char    *account_id,
               GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection, "UPDATE account SET failures = failures + 1, last_failure_us = ? WHERE id = ?",
    error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, td_clock_now_us ());
  td_statement_bind_text (statement, 2, account_id);
  return td_statement_run (statement, error);
}

/* Each try counts as a failure until it is known to be right, so that neither many programs at
 * once nor one that is ended in the middle gets more tries. */
static gboolean
may_try (TdConnection          *connection,
         const TdAccountEntry  *given,
         char                 **record,
         GError               **error)
{
  g_autoptr (TdAccount) account = find_account (connection, given->account_id, record, error);

  if (!account)
    return FALSE;
  if (!*record)
    return TRUE;
  if (!given->password)
    set_error (TD_ACCOUNT_ERROR_PASSWORD_NEEDED, "The account has a password", error);
  else if (td_account_get_wait_seconds (account) > 0)
    set_error (TD_ACCOUNT_ERROR_TOO_SOON, "After wrong passwords one has to wait", error);
  else
    return count_failure (connection, given->account_id, error);
  return FALSE;
}

static gboolean
begin_try (TdConnection          *connection,
           const TdAccountEntry  *given,
           char                 **record,
           GError               **error)
{
  if (!td_connection_begin (connection, error))
    return FALSE;
  if (may_try (connection, given, record, error) && td_connection_commit (connection, error))
    return TRUE;
  td_connection_rollback (connection);
  return FALSE;
}

static gboolean
note_success (TdConnection  *connection,
              const char    *account_id,
              const char    *record,
              GError       **error)
{
  g_autoptr (TdStatement) statement = td_connection_prepare (
    connection,
    "UPDATE account SET failures = 0, last_failure_us = 0, last_used_us = ?,"
    " password = coalesce (?, password) WHERE id = ?",
    error);

  if (!statement)
    return FALSE;
  td_statement_bind_int64 (statement, 1, td_clock_now_us ());
  td_statement_bind_text (statement, 2, record);
  td_statement_bind_text (statement, 3, account_id);
  return td_statement_run (statement, error);
}

/**
 * td_account_store_check_password: (skip)
 *
 * Looks whether the password is right, as often as failures before allow. A record that was made
 * with fewer iterations than are usual now is made anew. An account without a password takes any.
 */
gpointer
td_account_store_check_password (TdConnection  *connection,
                                 gpointer       entry,
                                 GCancellable  *cancellable,
                                 GError       **error)
{
  TdAccountEntry *given = entry;
  g_autofree char *record = NULL;
  g_autofree char *new_record = NULL;
  gboolean is_right = TRUE;
  guint iterations = 0;

  if (!begin_try (connection, given, &record, error))
    return NULL;
  if (record &&
      !td_password_verify (given->password, record, &is_right, &iterations, error))
    return NULL;
  if (!is_right)
    return set_error (TD_ACCOUNT_ERROR_PASSWORD_WRONG, "The password is wrong", error);
  if (record && iterations < given->iterations)
    new_record = td_password_hash (given->password, given->iterations, NULL);
  if (!note_success (connection, given->account_id, new_record, error))
    return NULL;
  return find_account (connection, given->account_id, NULL, error);
}

static gboolean
write_password (TdConnection  *connection,
                const char    *account_id,
                const char    *record,
                GError       **error)
{
  const char *values[] = { record, account_id };

  /* Whoever is signed in with the old one is not any more. */
  return run_with_texts (connection, "UPDATE account SET password = ? WHERE id = ?", values, 2,
                         error) &&
         run_with_texts (connection, "DELETE FROM session WHERE account_id = ?", values + 1, 1,
                         error);
}

/**
 * td_account_store_set_password: (skip)
 *
 * Gives an account a new password, or its first one, and ends all its sessions. That the old one
 * was known has been checked.
 */
gpointer
td_account_store_set_password (TdConnection  *connection,
                               gpointer       entry,
                               GCancellable  *cancellable,
                               GError       **error)
{
  TdAccountEntry *wanted = entry;
  g_autofree char *record = NULL;
  g_autoptr (TdAccount) account = find_account (connection, wanted->account_id, NULL, error);

  if (!account)
    return NULL;
  if (!td_password_check (wanted->password, td_account_get_name (account),
                          td_account_get_facts (account)->email, error) ||
      !(record = td_password_hash (wanted->password, wanted->iterations, error)) ||
      !td_connection_begin (connection, error))
    return NULL;
  if (!write_password (connection, wanted->account_id, record, error) ||
      !td_connection_commit (connection, error))
    {
      td_connection_rollback (connection);
      return NULL;
    }
  return find_account (connection, wanted->account_id, NULL, error);
}

/* ---- The rest -------------------------------------------------------------------------------- */

/**
 * td_account_store_make_current: (skip)
 *
 * Writes who is signed in on this machine, without a session yet.
 */
gpointer
td_account_store_make_current (TdConnection  *connection,
                               gpointer       account_id,
                               GCancellable  *cancellable,
                               GError       **error)
{
  set_current (connection, account_id, error);
  return NULL;
}

/**
 * td_account_store_set_vault: (skip)
 *
 * Writes where an account's keys are, and where copies of them are that are to go.
 */
gpointer
td_account_store_set_vault (TdConnection  *connection,
                            gpointer       change,
                            GCancellable  *cancellable,
                            GError       **error)
{
  TdAccountVaultChange *wanted = change;
  const char *values[] = { kind_to_text (wanted->vault), kind_to_text (wanted->leftover),
                           wanted->account_id };

  run_with_texts (connection, "UPDATE account SET vault = ?, leftover = ? WHERE id = ?", values,
                  G_N_ELEMENTS (values), error);
  return NULL;
}

/**
 * td_account_store_remove: (skip)
 *
 * Forgets an account, its sessions and that it was signed in.
 */
gpointer
td_account_store_remove (TdConnection  *connection,
                         gpointer       account_id,
                         GCancellable  *cancellable,
                         GError       **error)
{
  const char *values[] = { account_id };

  run_with_texts (connection, "DELETE FROM account WHERE id = ?", values, 1, error);
  return NULL;
}
