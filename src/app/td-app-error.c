/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-app-error.h"

#include <glib/gi18n.h>

#include "account/td-account-error.h"
#include "base/td-http.h"
#include "catalogue/td-catalogue.h"
#include "engine/td-completion.h"
#include "engine/td-error-code.h"
#include "providers/td-endpoint.h"
#include "providers/td-provider-error.h"
#include "store/td-store-error.h"
#include "vault/td-vault.h"
#include "wallet/td-payment.h"
#include "wallet/td-wallet-error.h"

/* The one place where an error becomes words. Core code gives a domain and a code; what the user
 * reads is chosen here, because only the window knows what the user can do about it.
 *
 * Translators: {provider} in these sentences is replaced by the provider's name, such as OpenAI. */
typedef struct
{
  int code;
  const char *title;
  const char *advice;
} Sentence;

static const Sentence provider_sentences[] = {
  { TD_PROVIDER_ERROR_NO_KEY,
    N_("{provider} needs an API key, and there is none yet."),
    N_("Add your key in the preferences, under Providers.") },
  { TD_PROVIDER_ERROR_AUTH,
    N_("{provider} does not accept the API key."),
    N_("Check the key in the preferences; it may have been mistyped or revoked.") },
  { TD_PROVIDER_ERROR_PERMISSION,
    N_("The API key may not be used for this."),
    N_("Choose another model, or a key with more rights at {provider}.") },
  { TD_PROVIDER_ERROR_QUOTA,
    N_("There is no credit left at {provider}."),
    N_("Add credit on the provider’s website, or choose another model.") },
  { TD_PROVIDER_ERROR_RATE_LIMIT,
    N_("{provider} is getting too many requests from this key."),
    N_("Wait a little and try again.") },
  { TD_PROVIDER_ERROR_NOT_FOUND,
    N_("{provider} does not know this model."),
    N_("It may have been retired. Choose another model, or check the provider’s address in the preferences.") },
  { TD_PROVIDER_ERROR_INVALID,
    N_("{provider} refused the request."),
    N_("Change the message or choose another model.") },
  { TD_PROVIDER_ERROR_TOO_LARGE,
    N_("This chat is too long for the model."),
    N_("Start a new chat, or choose a model with a larger context.") },
  { TD_PROVIDER_ERROR_OVERLOADED,
    N_("{provider} is busy."),
    N_("Wait a little and try again, or choose another model.") },
  { TD_PROVIDER_ERROR_SERVER,
    N_("{provider} had a problem of its own."),
    N_("Try again; if it goes on, choose another model.") },
  { TD_PROVIDER_ERROR_UNREACHABLE,
    N_("{provider} does not answer."),
    N_("Check the network connection. If it runs on this computer, check that it has been started.") },
  { TD_PROVIDER_ERROR_TLS,
    N_("The connection to {provider} is not secure, so nothing was sent."),
    N_("Check the date of this computer and the provider’s address in the preferences.") },
  { TD_PROVIDER_ERROR_CUT,
    N_("The connection ended in the middle of the reply."),
    N_("What arrived is kept. Try again to get the whole reply.") },
  { TD_PROVIDER_ERROR_TIMED_OUT,
    N_("{provider} took too long to answer."),
    N_("Try again, or choose another model.") },
  { TD_PROVIDER_ERROR_PROTOCOL,
    N_("What {provider} answered makes no sense."),
    N_("Check the provider’s address in the preferences; another program may be answering there.") },
  { TD_PROVIDER_ERROR_UNSUPPORTED,
    N_("Top Dog cannot talk to {provider} yet."),
    N_("Look for the same model at another provider.") },
};

static const Sentence vault_sentences[] = {
  { TD_VAULT_ERROR_FAILED,
    N_("The keyring reported a problem."),
    N_("Try again; if it goes on, restart the session.") },
  { TD_VAULT_ERROR_ABSENT,
    N_("This session has no keyring to keep API keys in."),
    N_("Install and start a keyring service such as GNOME Keyring, then try again.") },
  { TD_VAULT_ERROR_LOCKED,
    N_("The keyring is locked."),
    N_("Unlock it and try again.") },
  { TD_VAULT_ERROR_REFUSED,
    N_("The keyring did not take or hand out the API key."),
    N_("Allow access when the system asks, and try again.") },
  { TD_VAULT_ERROR_TIMED_OUT,
    N_("The keyring does not answer."),
    N_("A question of the keyring may be waiting behind another window. Try again; if it goes on, restart the session.") },
  { TD_VAULT_ERROR_NOT_FOUND,
    N_("The keyring no longer has this API key."),
    N_("Add the key again in the preferences.") },
  { TD_VAULT_ERROR_INVALID,
    N_("This cannot be an API key."),
    N_("Copy the whole key, without spaces or line breaks, and paste it again.") },
  { TD_VAULT_ERROR_WRONG_PASSWORD,
    N_("The sealed vault has another password than the account."),
    N_("Its keys cannot be used. Add them anew, or put a backup of the vault in its place.") },
  { TD_VAULT_ERROR_DAMAGED,
    N_("The sealed vault’s file is damaged."),
    N_("It was left exactly as it is. Put a backup of keys.sealed in its place, or add your keys anew.") },
  { TD_VAULT_ERROR_TRUNCATED,
    N_("The end of the sealed vault’s file is missing."),
    N_("It was left exactly as it is. Put a backup of keys.sealed in its place, or add your keys anew.") },
  { TD_VAULT_ERROR_VERSION,
    N_("The sealed vault was made by another version of Top Dog."),
    N_("It was left exactly as it is. Use that version, or add your keys anew.") },
};

static const Sentence account_sentences[] = {
  { TD_ACCOUNT_ERROR_NAME_INVALID,
    N_("That cannot be the name of an account."),
    N_("Use 1 to 80 visible characters.") },
  { TD_ACCOUNT_ERROR_NAME_TAKEN,
    N_("There is an account of that name."),
    N_("Choose another name.") },
  { TD_ACCOUNT_ERROR_EMAIL_INVALID,
    N_("That is no e-mail address."),
    N_("Leave it empty, or enter a whole one.") },
  { TD_ACCOUNT_ERROR_PASSWORD_SHORT,
    N_("The password is too short."),
    N_("Use 10 characters or more.") },
  { TD_ACCOUNT_ERROR_PASSWORD_LONG,
    N_("The password is too long."),
    N_("Use a shorter one.") },
  { TD_ACCOUNT_ERROR_PASSWORD_COMMON,
    N_("This password is among the first that anybody tries."),
    N_("Choose another.") },
  { TD_ACCOUNT_ERROR_PASSWORD_PERSONAL,
    N_("This password is little more than the name or address of the account."),
    N_("Choose another.") },
  { TD_ACCOUNT_ERROR_PASSWORD_WRONG,
    N_("The password is wrong."),
    N_("Try again.") },
  { TD_ACCOUNT_ERROR_PASSWORD_NEEDED,
    N_("The account’s password is needed for this."),
    N_("Protect the account with a password first, or enter it.") },
  { TD_ACCOUNT_ERROR_TOO_SOON,
    N_("There were too many wrong passwords, so this one was not looked at."),
    N_("Wait a while and try again.") },
  { TD_ACCOUNT_ERROR_SIGNED_OUT,
    N_("Nobody is signed in."),
    N_("Sign in first.") },
  { TD_ACCOUNT_ERROR_NOT_FOUND,
    N_("There is no such account any more."),
    N_("It may have been deleted in another window.") },
  { TD_ACCOUNT_ERROR_IN_USE,
    N_("Another Top Dog has this account’s data open."),
    N_("Nothing was deleted. Close the other one, or wait a minute, and try again.") },
  { TD_ACCOUNT_ERROR_DAMAGED,
    N_("What is stored about the account makes no sense."),
    N_("Put a backup of accounts.db in its place.") },
  { TD_ACCOUNT_ERROR_TOKEN_INVALID,
    N_("The session was ended."),
    N_("Sign in again.") },
  { TD_ACCOUNT_ERROR_TOKEN_EXPIRED,
    N_("The session’s time is over."),
    N_("Sign in again.") },
  { TD_ACCOUNT_ERROR_TOKEN_REUSED,
    N_("Somebody else used this session, so it was ended."),
    N_("Sign in again, and change the password if that was not you.") },
};

static const Sentence store_sentences[] = {
  { TD_STORE_ERROR_FAILED,
    N_("Your data could not be read or written."),
    N_("Try again; if it goes on, please report it.") },
  { TD_STORE_ERROR_CORRUPT,
    N_("The file with your chats and settings is damaged."),
    N_("It was left exactly as it is. Put a backup in its place, or move it away to start afresh.") },
  { TD_STORE_ERROR_NEWER,
    N_("Your data was written by a newer version of Top Dog."),
    N_("It was left exactly as it is. Update Top Dog, or move the file away to start afresh.") },
  { TD_STORE_ERROR_READ_ONLY,
    N_("Top Dog may not write to the file with your data."),
    N_("Make the file and its folder writable for you, and try again.") },
  { TD_STORE_ERROR_FULL,
    N_("The disk is full, so nothing can be saved."),
    N_("Free some space and try again.") },
  { TD_STORE_ERROR_BUSY,
    N_("Another program is using your data for too long."),
    N_("Close other copies of Top Dog and try again.") },
  { TD_STORE_ERROR_CONSTRAINT,
    N_("This change contradicts what is stored."),
    N_("Nothing was changed. Please report it.") },
  { TD_STORE_ERROR_NOT_FOUND,
    N_("This is no longer stored."),
    N_("It may have been deleted in another window.") },
};

static const Sentence catalogue_sentences[] = {
  { TD_CATALOGUE_ERROR_FORMAT,
    N_("The new catalogue cannot be read."),
    N_("The one you have stays in use. Try again later.") },
  { TD_CATALOGUE_ERROR_SUSPICIOUS,
    N_("The new catalogue looks wrong: too much of it differs from what is known."),
    N_("The one you have stays in use. Try again later.") },
};

static const Sentence completion_sentences[] = {
  { TD_COMPLETION_ERROR_NO_MODEL,
    N_("This model is not in the catalogue."),
    N_("Choose another model.") },
  { TD_COMPLETION_ERROR_NOT_CHAT,
    N_("This model does not chat."),
    N_("Choose a chat model.") },
  { TD_COMPLETION_ERROR_DISABLED,
    N_("{provider} is switched off."),
    N_("Switch it on in the preferences, or choose another model.") },
  { TD_COMPLETION_ERROR_LIMIT,
    N_("This could cost more than is allowed, so nothing was sent."),
    N_("Shorten the message or choose a cheaper model.") },
  { TD_COMPLETION_ERROR_PRICE_UNKNOWN,
    N_("The price of this model is not known, so a cost limit cannot be kept. Nothing was sent."),
    N_("Choose a model with a known price.") },
  { TD_COMPLETION_ERROR_BUSY,
    N_("This chat is still waiting for a reply."),
    N_("Wait for the reply, or stop it first.") },
  { TD_COMPLETION_ERROR_NOTHING_TO_SEND,
    N_("There is nothing to send."),
    N_("Write a message first.") },
  { TD_COMPLETION_ERROR_NO_IMAGES,
    N_("This model cannot see the pictures in this chat, so nothing was sent."),
    N_("Choose a model that reads images.") },
  { TD_COMPLETION_ERROR_NO_CHOICE,
    N_("Q found no model that fits and that you can use now, so nothing was sent."),
    N_("Ask Q what to connect, or choose a model yourself.") },
};

static const Sentence wallet_sentences[] = {
  { TD_WALLET_ERROR_BALANCE,
    N_("The balance does not cover what this could cost, so nothing was sent."),
    N_("Add funds, shorten the message or choose a cheaper model.") },
  { TD_WALLET_ERROR_BUDGET,
    N_("This could cross one of your budgets, so nothing was sent."),
    N_("Raise the budget in the wallet, shorten the message or choose a cheaper model.") },
  { TD_WALLET_ERROR_PRICE_UNKNOWN,
    N_("The price of this model is not known, so neither a balance nor a budget can be kept. Nothing was sent."),
    N_("Choose a model with a known price, or let the wallet only keep track of spending.") },
  { TD_WALLET_ERROR_INVALID,
    N_("That cannot be booked."),
    N_("Check the amount.") },
  { TD_WALLET_ERROR_TAKEN,
    N_("This money was booked before."),
    N_("Look for it in the list of transactions.") },
  { TD_WALLET_ERROR_NOT_FOUND,
    N_("There is no such thing in the wallet."),
    N_("It may have been removed meanwhile.") },
  { TD_WALLET_ERROR_DAMAGED,
    N_("The ledger was changed by somebody else than Top Dog."),
    N_("Check it in the wallet, and put a backup in its place.") },
};

static const Sentence payment_sentences[] = {
  { TD_PAYMENT_ERROR_NOT_SET_UP,
    N_("Nobody takes payments here."),
    N_("Choose another way to add funds.") },
  { TD_PAYMENT_ERROR_AMOUNT,
    N_("This amount cannot be paid by card."),
    N_("Choose whole cents from $0.50 up to $999,999.99.") },
  { TD_PAYMENT_ERROR_UNREACHABLE,
    N_("The payment service does not answer."),
    N_("A payment is not lost: Top Dog asks again.") },
  { TD_PAYMENT_ERROR_REFUSED,
    N_("The payment service refused."),
    N_("The operator has to check the secret key.") },
  { TD_PAYMENT_ERROR_MISMATCH,
    N_("The payment service says something else than was asked for, so nothing was booked."),
    N_("Tell the operator.") },
};

static const Sentence endpoint_sentences[] = {
  { TD_ENDPOINT_ERROR_BAD_URL,
    N_("This is not an address that can be used."),
    N_("Enter one that starts with http:// or https://, without a user name or a question mark.") },
  { TD_ENDPOINT_ERROR_BAD_HEADER,
    N_("This is not a header."),
    N_("Enter it as Name: value, on one line.") },
  { TD_ENDPOINT_ERROR_SECRET_HEADER,
    N_("This header would carry a secret."),
    N_("Add the key under API Keys instead; it is sent by itself.") },
  { TD_ENDPOINT_ERROR_BAD_VALUE,
    N_("This value cannot be used here."),
    N_("Correct it and try again.") },
  { TD_ENDPOINT_ERROR_UNKNOWN_FIELD,
    N_("There is no such setting."),
    N_("Nothing was changed.") },
  { TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER,
    N_("This provider is no longer there."),
    N_("It may have been removed in another window.") },
  { TD_ENDPOINT_ERROR_NOT_CUSTOM,
    N_("Only an endpoint that you added can be removed."),
    N_("Switch the provider off instead.") },
};

static const Sentence attachment_sentences[] = {
  { TD_ATTACHMENT_ERROR_FORMAT,
    N_("This is no picture that can be sent."),
    N_("Attach a PNG, JPEG, GIF or WebP picture.") },
  { TD_ATTACHMENT_ERROR_TOO_LARGE,
    N_("This picture is too large to be sent."),
    N_("Make it smaller and attach it again.") },
  { TD_ATTACHMENT_ERROR_TOO_MANY,
    N_("No more pictures fit in here."),
    N_("Remove one first, or start another chat.") },
};

static const Sentence http_sentences[] = {
  { TD_HTTP_ERROR_TOO_LARGE,
    N_("The answer is far too large to be what was asked for."),
    N_("Check the address and try again.") },
  { TD_HTTP_ERROR_BAD_ADDRESS,
    N_("This is not a web address."),
    N_("Enter an address that starts with http:// or https://.") },
};

static const struct
{
  GQuark (*quark) (void);
  const Sentence *sentences;
  guint n_sentences;
} domains[] = {
  { td_provider_error_quark, provider_sentences, G_N_ELEMENTS (provider_sentences) },
  { td_vault_error_quark, vault_sentences, G_N_ELEMENTS (vault_sentences) },
  { td_account_error_quark, account_sentences, G_N_ELEMENTS (account_sentences) },
  { td_store_error_quark, store_sentences, G_N_ELEMENTS (store_sentences) },
  { td_catalogue_error_quark, catalogue_sentences,
    G_N_ELEMENTS (catalogue_sentences) },
  { td_completion_error_quark, completion_sentences,
    G_N_ELEMENTS (completion_sentences) },
  { td_wallet_error_quark, wallet_sentences, G_N_ELEMENTS (wallet_sentences) },
  { td_payment_error_quark, payment_sentences, G_N_ELEMENTS (payment_sentences) },
  { td_endpoint_error_quark, endpoint_sentences, G_N_ELEMENTS (endpoint_sentences) },
  { td_attachment_error_quark, attachment_sentences, G_N_ELEMENTS (attachment_sentences) },
  { td_http_error_quark, http_sentences, G_N_ELEMENTS (http_sentences) },
};

static char *
fill_in (const char *sentence,
         const char *provider_name)
{
  g_autoptr (GString) text = g_string_new (_(sentence));

  g_string_replace (text, "{provider}",
                    provider_name != NULL ? provider_name : _("The provider"), 0);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static TdErrorText *
error_text_new (const char *title,
                const char *advice,
                const char *provider_name)
{
  TdErrorText *self = g_new0 (TdErrorText, 1);

  self->title = fill_in (title, provider_name);
  self->advice = fill_in (advice, provider_name);
  return self;
}

static TdErrorText *
describe_io_error (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return error_text_new (N_("The server took too long to answer."),
                           N_("Check the network connection and try again."), NULL);
  if (error->domain == G_IO_ERROR || error->domain == G_RESOLVER_ERROR)
    return error_text_new (N_("The server does not answer."),
                           N_("Check the network connection and try again."), NULL);
  if (error->domain == G_TLS_ERROR)
    return error_text_new (N_("The connection is not secure, so nothing was exchanged."),
                           N_("Check the date of this computer and try again."), NULL);
  return error_text_new (N_("Something went wrong."),
                         N_("Try again; if it goes on, please report it."), NULL);
}

static const Sentence *
find_sentence (GQuark domain,
               int    code)
{
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      for (guint j = 0; domains[i].quark () == domain && j < domains[i].n_sentences; j++)
        {
          if (domains[i].sentences[j].code == code)
            return &domains[i].sentences[j];
        }
    }
  return NULL;
}

/**
 * td_app_error_describe:
 * @error: an error of ours, or one of GIO's
 * @provider_name: (nullable): the provider it is about
 *
 * Returns: (transfer full): what happened and what to do
 */
TdErrorText *
td_app_error_describe (const GError *error,
                       const char   *provider_name)
{
  const Sentence *sentence;

  g_return_val_if_fail (error != NULL, NULL);

  sentence = find_sentence (error->domain, error->code);
  if (sentence == NULL)
    return describe_io_error (error);
  return error_text_new (sentence->title, sentence->advice, provider_name);
}

/**
 * td_app_error_describe_code:
 * @code: (nullable): a stored failure, such as "provider:rate-limit"
 * @provider_name: (nullable): the provider it is about
 *
 * The same for a failure that was stored with a message. A code that this version does not know
 * is described in general words.
 *
 * Returns: (transfer full): what happened and what to do
 */
TdErrorText *
td_app_error_describe_code (const char *code,
                            const char *provider_name)
{
  const Sentence *sentence = NULL;
  GQuark domain;
  int number;

  if (code != NULL && td_error_code_parse (code, &domain, &number))
    sentence = find_sentence (domain, number);
  if (sentence == NULL)
    return error_text_new (N_("The reply failed."), N_("Try again, or choose another model."),
                           provider_name);
  return error_text_new (sentence->title, sentence->advice, provider_name);
}

/**
 * td_app_error_dup_sentences:
 * @error: an error
 *
 * Returns: (transfer full): what happened and what to do, as one text
 */
char *
td_app_error_dup_sentences (const GError *error)
{
  g_autoptr (TdErrorText) text = td_app_error_describe (error, NULL);

  return g_strconcat (text->title, " ", text->advice, NULL);
}

void
td_error_text_free (TdErrorText *self)
{
  g_free (self->title);
  g_free (self->advice);
  g_free (self);
}
