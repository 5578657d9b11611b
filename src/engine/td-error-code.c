/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-error-code.h"

#include <gio/gio.h>
#include <string.h>

#include "account/td-account-error.h"
#include "base/td-words.h"
#include "engine/td-completion.h"
#include "providers/td-provider-error.h"
#include "store/td-store-error.h"
#include "vault/td-vault.h"
#include "wallet/td-wallet-error.h"

#define UNKNOWN_CODE "other:failed"

typedef struct
{
  const char *prefix;
  GQuark (*quark) (void);
  const char *const *names; /* by code */
  guint n_names;
} Domain;

static const char *const store_names[] = {
  [TD_STORE_ERROR_FAILED] = "failed",
  [TD_STORE_ERROR_CORRUPT] = "corrupt",
  [TD_STORE_ERROR_NEWER] = "newer",
  [TD_STORE_ERROR_READ_ONLY] = "read-only",
  [TD_STORE_ERROR_FULL] = "full",
  [TD_STORE_ERROR_BUSY] = "busy",
  [TD_STORE_ERROR_CONSTRAINT] = "constraint",
  [TD_STORE_ERROR_NOT_FOUND] = "not-found",
};

static const char *const vault_names[] = {
  [TD_VAULT_ERROR_FAILED] = "failed",
  [TD_VAULT_ERROR_ABSENT] = "absent",
  [TD_VAULT_ERROR_LOCKED] = "locked",
  [TD_VAULT_ERROR_REFUSED] = "refused",
  [TD_VAULT_ERROR_TIMED_OUT] = "timed-out",
  [TD_VAULT_ERROR_NOT_FOUND] = "not-found",
  [TD_VAULT_ERROR_INVALID] = "invalid",
  [TD_VAULT_ERROR_WRONG_PASSWORD] = "wrong-password",
  [TD_VAULT_ERROR_DAMAGED] = "damaged",
  [TD_VAULT_ERROR_TRUNCATED] = "truncated",
  [TD_VAULT_ERROR_VERSION] = "version",
};

static const char *const account_names[] = {
  [TD_ACCOUNT_ERROR_NAME_INVALID] = "name-invalid",
  [TD_ACCOUNT_ERROR_NAME_TAKEN] = "name-taken",
  [TD_ACCOUNT_ERROR_EMAIL_INVALID] = "email-invalid",
  [TD_ACCOUNT_ERROR_PASSWORD_SHORT] = "password-short",
  [TD_ACCOUNT_ERROR_PASSWORD_LONG] = "password-long",
  [TD_ACCOUNT_ERROR_PASSWORD_COMMON] = "password-common",
  [TD_ACCOUNT_ERROR_PASSWORD_PERSONAL] = "password-personal",
  [TD_ACCOUNT_ERROR_PASSWORD_WRONG] = "password-wrong",
  [TD_ACCOUNT_ERROR_PASSWORD_NEEDED] = "password-needed",
  [TD_ACCOUNT_ERROR_TOO_SOON] = "too-soon",
  [TD_ACCOUNT_ERROR_SIGNED_OUT] = "signed-out",
  [TD_ACCOUNT_ERROR_NOT_FOUND] = "not-found",
  [TD_ACCOUNT_ERROR_IN_USE] = "in-use",
  [TD_ACCOUNT_ERROR_DAMAGED] = "damaged",
  [TD_ACCOUNT_ERROR_TOKEN_INVALID] = "token-invalid",
  [TD_ACCOUNT_ERROR_TOKEN_EXPIRED] = "token-expired",
  [TD_ACCOUNT_ERROR_TOKEN_REUSED] = "token-reused",
};

static const char *const completion_names[] = {
  [TD_COMPLETION_ERROR_NO_MODEL] = "no-model",
  [TD_COMPLETION_ERROR_NOT_CHAT] = "not-chat",
  [TD_COMPLETION_ERROR_DISABLED] = "disabled",
  [TD_COMPLETION_ERROR_LIMIT] = "limit",
  [TD_COMPLETION_ERROR_PRICE_UNKNOWN] = "price-unknown",
  [TD_COMPLETION_ERROR_BUSY] = "busy",
  [TD_COMPLETION_ERROR_NOTHING_TO_SEND] = "nothing-to-send",
  [TD_COMPLETION_ERROR_NO_IMAGES] = "no-images",
  [TD_COMPLETION_ERROR_NO_CHOICE] = "no-choice",
};

static const char *const wallet_names[] = {
  [TD_WALLET_ERROR_BALANCE] = "balance",
  [TD_WALLET_ERROR_BUDGET] = "budget",
  [TD_WALLET_ERROR_PRICE_UNKNOWN] = "price-unknown",
  [TD_WALLET_ERROR_INVALID] = "invalid",
  [TD_WALLET_ERROR_TAKEN] = "taken",
  [TD_WALLET_ERROR_NOT_FOUND] = "not-found",
  [TD_WALLET_ERROR_DAMAGED] = "damaged",
};

/* The provider's classes have their names in their own file, as the wire facts write them. */
static const Domain domains[] = {
  { "provider", td_provider_error_quark, NULL, 0 },
  { "store", td_store_error_quark, store_names, G_N_ELEMENTS (store_names) },
  { "vault", td_vault_error_quark, vault_names, G_N_ELEMENTS (vault_names) },
  { "account", td_account_error_quark, account_names, G_N_ELEMENTS (account_names) },
  { "completion", td_completion_error_quark, completion_names, G_N_ELEMENTS (completion_names) },
  { "wallet", td_wallet_error_quark, wallet_names, G_N_ELEMENTS (wallet_names) },
};

static char *
dup_name (const Domain *domain,
          int           code)
{
  const char *word;

  if (domain->names)
    return code >= 0 && (guint) code < domain->n_names ? g_strdup (domain->names[code]) : NULL;
  word = td_provider_error_to_string ((TdProviderError) code);
  return word ? g_strdelimit (g_strdup (word), "_", '-') : NULL;
}

static gboolean
code_of (const Domain *domain,
         const char   *name,
         int          *code)
{
  guint index;

  if (!domain->names)
    {
      g_autofree char *word = g_strdelimit (g_strdup (name), "-", '_');
      TdProviderError class;

      if (!td_provider_error_from_string (word, &class))
        return FALSE;
      *code = class;
      return TRUE;
    }
  if (!td_words_find (domain->names, domain->n_names, name, &index))
    return FALSE;
  *code = (int) index;
  return TRUE;
}

/**
 * td_error_code_from_error:
 * @error: an error of the store, the vault, the wallet, a provider or a completion
 *
 * Returns: (transfer full): its stable text; "other:failed" for an error of another domain
 */
char *
td_error_code_from_error (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      g_autofree char *name = NULL;

      if (error->domain != domains[i].quark ())
        continue;
      name = dup_name (&domains[i], error->code);
      return name ? g_strconcat (domains[i].prefix, ":", name, NULL) : g_strdup (UNKNOWN_CODE);
    }
  return g_strdup (UNKNOWN_CODE);
}

/**
 * td_error_code_parse:
 * @text: what td_error_code_from_error() made; may come from a newer program
 * @domain: (out): the error domain
 * @code: (out): the code in it
 *
 * Returns: whether this program knows the code; if not, the error is %G_IO_ERROR_FAILED
 */
gboolean
td_error_code_parse (const char *text,
                     GQuark     *domain,
                     int        *code)
{
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (domain != NULL && code != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      gsize length = strlen (domains[i].prefix);

      if (strncmp (text, domains[i].prefix, length) == 0 && text[length] == ':' &&
          code_of (&domains[i], text + length + 1, code))
        {
          *domain = domains[i].quark ();
          return TRUE;
        }
    }
  *domain = G_IO_ERROR;
  *code = G_IO_ERROR_FAILED;
  return FALSE;
}
