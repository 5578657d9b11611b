/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-errors.h"

#include <glib/gi18n.h>

#include "account/td-account-error.h"
#include "base/td-http.h"
#include "base/td-json-read.h"
#include "cli/td-cli-output.h"
#include "engine/td-completion.h"
#include "engine/td-error-code.h"
#include "providers/td-provider-error.h"
#include "wallet/td-payment.h"
#include "wallet/td-wallet-error.h"

/* The one place of the terminal program where an error becomes a sentence, a stable code for
 * programs and an exit status.
 *
 * Translators: {provider} in these sentences is a provider's name, such as OpenAI, and {detail}
 * what the system or the server said, in English. */
typedef struct
{
  int code;
  TdCliExit exit;
  const char *sentence;
  const char *name; /* for programs; not where the engine has names of its own */
} Sentence;

static const Sentence provider_sentences[] = {
  { TD_PROVIDER_ERROR_NO_KEY, TD_CLI_EXIT_NO_KEY,
    N_("{provider} needs an API key, and there is none yet; add one with “topdogctl keys add”.") },
  { TD_PROVIDER_ERROR_AUTH, TD_CLI_EXIT_PROVIDER,
    N_("{provider} does not accept the API key; check it, revoke it and add the right one with “topdogctl keys”.") },
  { TD_PROVIDER_ERROR_PERMISSION, TD_CLI_EXIT_PROVIDER,
    N_("The API key may not be used for this; choose another model, or a key with more rights at {provider}.") },
  { TD_PROVIDER_ERROR_QUOTA, TD_CLI_EXIT_PROVIDER,
    N_("There is no credit left at {provider}; add credit there, or choose another model.") },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TD_CLI_EXIT_PROVIDER,
    N_("{provider} is getting too many requests from this key; wait a little and try again.") },
  { TD_PROVIDER_ERROR_NOT_FOUND, TD_CLI_EXIT_PROVIDER,
    N_("{provider} does not know this model or address; choose another model, or check “topdogctl providers list”.") },
  { TD_PROVIDER_ERROR_INVALID, TD_CLI_EXIT_PROVIDER,
    N_("{provider} refused the request ({detail}); change the text or choose another model.") },
  { TD_PROVIDER_ERROR_TOO_LARGE, TD_CLI_EXIT_PROVIDER,
    N_("This is too long for the model; shorten it, or choose a model with a larger context.") },
  { TD_PROVIDER_ERROR_OVERLOADED, TD_CLI_EXIT_PROVIDER,
    N_("{provider} is busy; wait a little and try again.") },
  { TD_PROVIDER_ERROR_SERVER, TD_CLI_EXIT_PROVIDER,
    N_("{provider} had a problem of its own; try again, or choose another model.") },
  { TD_PROVIDER_ERROR_UNREACHABLE, TD_CLI_EXIT_PROVIDER,
    N_("{provider} does not answer; check the network, or that the server has been started.") },
  { TD_PROVIDER_ERROR_TLS, TD_CLI_EXIT_PROVIDER,
    N_("The connection to {provider} is not secure, so nothing was sent; check this computer’s date and the provider’s address.") },
  { TD_PROVIDER_ERROR_CUT, TD_CLI_EXIT_PROVIDER,
    N_("The reply of {provider} ended before it was complete; what arrived is kept, try again for the whole.") },
  { TD_PROVIDER_ERROR_TIMED_OUT, TD_CLI_EXIT_PROVIDER,
    N_("{provider} took too long to answer; try again, or choose another model.") },
  { TD_PROVIDER_ERROR_PROTOCOL, TD_CLI_EXIT_PROVIDER,
    N_("What {provider} answered makes no sense; check its address, another program may be answering there.") },
  { TD_PROVIDER_ERROR_UNSUPPORTED, TD_CLI_EXIT_PROVIDER,
    N_("Top Dog cannot talk to {provider} yet; look for the same model at another provider.") },
};

static const Sentence vault_sentences[] = {
  { TD_VAULT_ERROR_FAILED, TD_CLI_EXIT_FAILED,
    N_("The keyring reported a problem ({detail}); try again, and if it goes on, restart the session.") },
  { TD_VAULT_ERROR_ABSENT, TD_CLI_EXIT_FAILED,
    N_("This session has no keyring for API keys; start a keyring service such as gnome-keyring-daemon and try again.") },
  { TD_VAULT_ERROR_LOCKED, TD_CLI_EXIT_FAILED,
    N_("The keys are locked ({detail}); unlock the keyring, or give the password of the sealed vault.") },
  { TD_VAULT_ERROR_REFUSED, TD_CLI_EXIT_FAILED,
    N_("The keyring did not take the API key ({detail}); allow access when the system asks, and try again.") },
  { TD_VAULT_ERROR_TIMED_OUT, TD_CLI_EXIT_FAILED,
    N_("The keyring does not answer; look for a question of the system behind another window, and try again.") },
  { TD_VAULT_ERROR_NOT_FOUND, TD_CLI_EXIT_NO_KEY,
    N_("The keyring has no API key for {provider}; add one with “topdogctl keys add”.") },
  { TD_VAULT_ERROR_INVALID, TD_CLI_EXIT_FAILED,
    N_("That cannot be an API key; give the whole key, without spaces, as one line of standard input.") },
  { TD_VAULT_ERROR_WRONG_PASSWORD, TD_CLI_EXIT_FAILED,
    N_("The sealed vault has another password than the account; its keys cannot be used.") },
  { TD_VAULT_ERROR_DAMAGED, TD_CLI_EXIT_FAILED,
    N_("The sealed vault’s file is damaged and was left as it is; put a backup of keys.sealed in its place, or add your keys anew.") },
  { TD_VAULT_ERROR_TRUNCATED, TD_CLI_EXIT_FAILED,
    N_("The end of the sealed vault’s file is missing, and it was left as it is; put a backup of keys.sealed in its place, or add your keys anew.") },
  { TD_VAULT_ERROR_VERSION, TD_CLI_EXIT_FAILED,
    N_("The sealed vault was made by another version of Top Dog and was left as it is; use that version, or add your keys anew.") },
};

static const Sentence account_sentences[] = {
  { TD_ACCOUNT_ERROR_NAME_INVALID, TD_CLI_EXIT_FAILED,
    N_("That cannot be the name of an account; give 1 to 80 visible characters.") },
  { TD_ACCOUNT_ERROR_NAME_TAKEN, TD_CLI_EXIT_FAILED,
    N_("There is an account of that name; choose another, or sign in to it.") },
  { TD_ACCOUNT_ERROR_EMAIL_INVALID, TD_CLI_EXIT_FAILED,
    N_("That is no e-mail address; leave it out, or give a whole one.") },
  { TD_ACCOUNT_ERROR_PASSWORD_SHORT, TD_CLI_EXIT_FAILED,
    N_("The password is too short; use 10 characters or more.") },
  { TD_ACCOUNT_ERROR_PASSWORD_LONG, TD_CLI_EXIT_FAILED,
    N_("The password is too long; use at most 1024 bytes.") },
  { TD_ACCOUNT_ERROR_PASSWORD_COMMON, TD_CLI_EXIT_FAILED,
    N_("This password is among the first that anybody tries; choose another.") },
  { TD_ACCOUNT_ERROR_PASSWORD_PERSONAL, TD_CLI_EXIT_FAILED,
    N_("This password is little more than the account’s name or address; choose another.") },
  { TD_ACCOUNT_ERROR_PASSWORD_WRONG, TD_CLI_EXIT_NO_KEY, N_("The password is wrong; try again.") },
  { TD_ACCOUNT_ERROR_PASSWORD_NEEDED, TD_CLI_EXIT_NO_KEY,
    N_("The account’s password is needed; give it on a terminal or, to account commands, as a line of standard input.") },
  { TD_ACCOUNT_ERROR_TOO_SOON, TD_CLI_EXIT_NO_KEY,
    N_("There were too many wrong passwords, so this one was not looked at; wait a while and try again.") },
  { TD_ACCOUNT_ERROR_SIGNED_OUT, TD_CLI_EXIT_NO_KEY,
    N_("Nobody is signed in; sign in with “topdogctl account sign-in NAME”.") },
  { TD_ACCOUNT_ERROR_NOT_FOUND, TD_CLI_EXIT_NOT_FOUND,
    N_("There is no such account; see “topdogctl account who”.") },
  { TD_ACCOUNT_ERROR_IN_USE, TD_CLI_EXIT_FAILED,
    N_("Another Top Dog has this account’s data open; close it and try again.") },
  { TD_ACCOUNT_ERROR_DAMAGED, TD_CLI_EXIT_FAILED,
    N_("What is stored about the account makes no sense ({detail}); put a backup of accounts.db in its place.") },
  { TD_ACCOUNT_ERROR_TOKEN_INVALID, TD_CLI_EXIT_NO_KEY,
    N_("The session was ended; sign in with “topdogctl account sign-in NAME”.") },
  { TD_ACCOUNT_ERROR_TOKEN_EXPIRED, TD_CLI_EXIT_NO_KEY,
    N_("The session’s time is over; sign in with “topdogctl account sign-in NAME”.") },
  { TD_ACCOUNT_ERROR_TOKEN_REUSED, TD_CLI_EXIT_NO_KEY,
    N_("Somebody else used this session, so it was ended; sign in again, and change the password if that was not you.") },
};

static const Sentence store_sentences[] = {
  { TD_STORE_ERROR_FAILED, TD_CLI_EXIT_FAILED,
    N_("Your data could not be read or written ({detail}); try again, and if it goes on, please report it.") },
  { TD_STORE_ERROR_CORRUPT, TD_CLI_EXIT_FAILED,
    N_("The file with your data is damaged and was left as it is; put a backup in its place, or move it away to start afresh.") },
  { TD_STORE_ERROR_NEWER, TD_CLI_EXIT_FAILED,
    N_("Your data was written by a newer Top Dog and was left as it is; update Top Dog.") },
  { TD_STORE_ERROR_READ_ONLY, TD_CLI_EXIT_FAILED,
    N_("The file with your data cannot be written; make it and its folder writable for you.") },
  { TD_STORE_ERROR_FULL, TD_CLI_EXIT_FAILED,
    N_("The disk is full, so nothing was saved; free some space and try again.") },
  { TD_STORE_ERROR_BUSY, TD_CLI_EXIT_FAILED,
    N_("Another program has been using your data for too long; close other copies of Top Dog and try again.") },
  { TD_STORE_ERROR_CONSTRAINT, TD_CLI_EXIT_FAILED,
    N_("This change contradicts what is stored ({detail}); nothing was changed.") },
  { TD_STORE_ERROR_NOT_FOUND, TD_CLI_EXIT_NOT_FOUND,
    N_("There is no such thing in your data; list what there is, and try again.") },
};

static const Sentence catalogue_sentences[] = {
  { TD_CATALOGUE_ERROR_FORMAT, TD_CLI_EXIT_FAILED,
    N_("That is not a catalogue that can be read ({detail}); the one you have stays in use."), "format" },
  { TD_CATALOGUE_ERROR_SUSPICIOUS, TD_CLI_EXIT_FAILED,
    N_("The new catalogue looks wrong ({detail}); the one you have stays in use."), "suspicious" },
};

static const Sentence completion_sentences[] = {
  { TD_COMPLETION_ERROR_NO_MODEL, TD_CLI_EXIT_NOT_FOUND,
    N_("This model is not in the catalogue; look for one with “topdogctl models”.") },
  { TD_COMPLETION_ERROR_NOT_CHAT, TD_CLI_EXIT_FAILED,
    N_("This model does not chat; list those that do with “topdogctl models --capability chat”.") },
  { TD_COMPLETION_ERROR_DISABLED, TD_CLI_EXIT_FAILED,
    N_("{provider} is switched off; switch it on with “topdogctl providers set”.") },
  { TD_COMPLETION_ERROR_LIMIT, TD_CLI_EXIT_REFUSED,
    N_("This could cost more than you allow, so nothing was sent; raise --max-cost, shorten the text or choose a cheaper model.") },
  { TD_COMPLETION_ERROR_PRICE_UNKNOWN, TD_CLI_EXIT_REFUSED,
    N_("The price of this model is not known, so --max-cost cannot be kept and nothing was sent; choose a model with a known price.") },
  { TD_COMPLETION_ERROR_BUSY, TD_CLI_EXIT_FAILED,
    N_("This chat is still waiting for a reply; wait for it and try again.") },
  { TD_COMPLETION_ERROR_NOTHING_TO_SEND, TD_CLI_EXIT_USAGE,
    N_("There is nothing to send; give a text.") },
  { TD_COMPLETION_ERROR_NO_IMAGES, TD_CLI_EXIT_FAILED,
    N_("This model cannot see pictures, so nothing was sent; list those that can with “topdogctl models --capability vision”.") },
  { TD_COMPLETION_ERROR_NO_CHOICE, TD_CLI_EXIT_NO_KEY,
    N_("No model that you can use now fits, so nothing was sent; see what to connect with “topdogctl recommend --all”.") },
};

static const Sentence wallet_sentences[] = {
  { TD_WALLET_ERROR_BALANCE, TD_CLI_EXIT_REFUSED,
    N_("The balance does not cover this ({detail}), so nothing was sent; add funds with “topdogctl wallet add”.") },
  { TD_WALLET_ERROR_BUDGET, TD_CLI_EXIT_REFUSED,
    N_("This could cross a budget ({detail}), so nothing was sent; see “topdogctl wallet budgets”.") },
  { TD_WALLET_ERROR_PRICE_UNKNOWN, TD_CLI_EXIT_REFUSED,
    N_("The price of this model is not known, so neither a balance nor a budget can be kept and nothing was sent; choose a model with a known price.") },
  { TD_WALLET_ERROR_INVALID, TD_CLI_EXIT_USAGE,
    N_("That cannot be booked ({detail}); check the amount.") },
  { TD_WALLET_ERROR_TAKEN, TD_CLI_EXIT_FAILED,
    N_("This money was booked before ({detail}); nothing was booked now.") },
  { TD_WALLET_ERROR_NOT_FOUND, TD_CLI_EXIT_NOT_FOUND,
    N_("There is no such thing in the wallet ({detail}).") },
  { TD_WALLET_ERROR_DAMAGED, TD_CLI_EXIT_FAILED,
    N_("The ledger was changed by somebody else than Top Dog ({detail}); see “topdogctl wallet verify”.") },
};

static const Sentence payment_sentences[] = {
  { TD_PAYMENT_ERROR_NOT_SET_UP, TD_CLI_EXIT_USAGE,
    N_("Nobody takes payments here ({detail}); an operator sets that up with “topdogctl wallet checkout”."), "not-set-up" },
  { TD_PAYMENT_ERROR_AMOUNT, TD_CLI_EXIT_USAGE,
    N_("That amount cannot be paid: {detail}."), "amount" },
  { TD_PAYMENT_ERROR_UNREACHABLE, TD_CLI_EXIT_PROVIDER,
    N_("The payment service does not answer ({detail}); ask again later with “topdogctl wallet payments --check”."), "unreachable" },
  { TD_PAYMENT_ERROR_REFUSED, TD_CLI_EXIT_PROVIDER,
    N_("The payment service refused ({detail}); check the secret key."), "refused" },
  { TD_PAYMENT_ERROR_MISMATCH, TD_CLI_EXIT_FAILED,
    N_("The payment service says something else than was asked for ({detail}), so nothing was booked."), "mismatch" },
};

static const Sentence endpoint_sentences[] = {
  { TD_ENDPOINT_ERROR_BAD_URL, TD_CLI_EXIT_USAGE,
    N_("That is not an address for a provider; give one that starts with http:// or https:// and has no user name, query or fragment."), "bad-url" },
  { TD_ENDPOINT_ERROR_BAD_HEADER, TD_CLI_EXIT_USAGE,
    N_("That is not a header; give it as “Name: value”, or as “Name:” to remove it."), "bad-header" },
  { TD_ENDPOINT_ERROR_SECRET_HEADER, TD_CLI_EXIT_USAGE,
    N_("That header carries a secret, and settings are no place for one; add the key with “topdogctl keys add”."), "secret-header" },
  { TD_ENDPOINT_ERROR_BAD_VALUE, TD_CLI_EXIT_USAGE,
    N_("That value does not fit; see “topdogctl providers set --help”."), "bad-value" },
  { TD_ENDPOINT_ERROR_UNKNOWN_FIELD, TD_CLI_EXIT_USAGE,
    N_("There is no such field; see “topdogctl providers set --help”."), "unknown-field" },
  { TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER, TD_CLI_EXIT_NOT_FOUND,
    N_("There is no such provider; see “topdogctl providers list”."), "unknown-provider" },
  { TD_ENDPOINT_ERROR_NOT_CUSTOM, TD_CLI_EXIT_FAILED,
    N_("Only a provider that you added can be removed; switch this one off with “topdogctl providers set”."), "not-custom" },
};

static const Sentence attachment_sentences[] = {
  { TD_ATTACHMENT_ERROR_FORMAT, TD_CLI_EXIT_USAGE,
    N_("That is no picture that can be sent ({detail}); give a PNG, JPEG, GIF or WebP."), "image-format" },
  { TD_ATTACHMENT_ERROR_TOO_LARGE, TD_CLI_EXIT_USAGE,
    N_("That picture is too large to be sent ({detail}); make it smaller."), "image-too-large" },
  { TD_ATTACHMENT_ERROR_TOO_MANY, TD_CLI_EXIT_USAGE,
    N_("That is more than goes into one message ({detail}); send fewer pictures."), "too-many-images" },
};

static const Sentence http_sentences[] = {
  { TD_HTTP_ERROR_TOO_LARGE, TD_CLI_EXIT_FAILED,
    N_("The answer is far too large to be what was asked for; check the address and try again."), "too-large" },
  { TD_HTTP_ERROR_BAD_ADDRESS, TD_CLI_EXIT_USAGE,
    N_("That is not a web address; give one that starts with http:// or https://."), "bad-address" },
};

static const Sentence json_sentences[] = {
  { TD_JSON_ERROR_SYNTAX, TD_CLI_EXIT_FAILED, N_("That is not JSON ({detail}); check the file."),
    "syntax" },
  { TD_JSON_ERROR_TRUNCATED, TD_CLI_EXIT_FAILED, N_("The file ends too early; fetch it again."),
    "truncated" },
  { TD_JSON_ERROR_TOO_DEEP, TD_CLI_EXIT_FAILED, N_("The file is nested too deeply; check it."),
    "too-deep" },
  { TD_JSON_ERROR_TOO_LARGE, TD_CLI_EXIT_FAILED, N_("The file is too large; check it."),
    "too-large" },
};

static const Sentence io_sentences[] = {
  { G_IO_ERROR_CANCELLED, TD_CLI_EXIT_INTERRUPTED, N_("Interrupted."), "interrupted" },
  { G_IO_ERROR_NOT_FOUND, TD_CLI_EXIT_NOT_FOUND, N_("There is no such file ({detail})."),
    "not-found" },
  { G_IO_ERROR_TIMED_OUT, TD_CLI_EXIT_FAILED,
    N_("The server took too long to answer; check the network and try again."), "timed-out" },
  { G_IO_ERROR_HOST_UNREACHABLE, TD_CLI_EXIT_FAILED,
    N_("The server does not answer; check the network and try again."), "unreachable" },
  { G_IO_ERROR_NETWORK_UNREACHABLE, TD_CLI_EXIT_FAILED,
    N_("There is no network; check the connection and try again."), "unreachable" },
  { G_IO_ERROR_CONNECTION_REFUSED, TD_CLI_EXIT_FAILED,
    N_("The server does not answer; check the network and try again."), "unreachable" },
};

static const Sentence cli_sentences[] = {
  { TD_CLI_ERROR_USAGE, TD_CLI_EXIT_USAGE, "{detail}", "usage" },
  { TD_CLI_ERROR_NOT_FOUND, TD_CLI_EXIT_NOT_FOUND, "{detail}", "not-found" },
  { TD_CLI_ERROR_INPUT, TD_CLI_EXIT_FAILED, "{detail}", "input" },
  { TD_CLI_ERROR_OUTPUT, TD_CLI_EXIT_FAILED, "{detail}", "output" },
  { TD_CLI_ERROR_NO_KEY, TD_CLI_EXIT_NO_KEY, "{detail}", "no-key" },
  { TD_CLI_ERROR_PROVIDER, TD_CLI_EXIT_PROVIDER, "{detail}", "provider" },
  { TD_CLI_ERROR_HELP, TD_CLI_EXIT_DONE, "{detail}", "help" },
};

static const struct
{
  const char *nick;
  GQuark (*quark) (void);
  const Sentence *sentences;
  guint n_sentences;
} domains[] = {
  { "provider", td_provider_error_quark, provider_sentences, G_N_ELEMENTS (provider_sentences) },
  { "vault", td_vault_error_quark, vault_sentences, G_N_ELEMENTS (vault_sentences) },
  { "account", td_account_error_quark, account_sentences, G_N_ELEMENTS (account_sentences) },
  { "store", td_store_error_quark, store_sentences, G_N_ELEMENTS (store_sentences) },
  { "catalogue", td_catalogue_error_quark, catalogue_sentences,
    G_N_ELEMENTS (catalogue_sentences) },
  { "completion", td_completion_error_quark, completion_sentences,
    G_N_ELEMENTS (completion_sentences) },
  { "wallet", td_wallet_error_quark, wallet_sentences, G_N_ELEMENTS (wallet_sentences) },
  { "payment", td_payment_error_quark, payment_sentences, G_N_ELEMENTS (payment_sentences) },
  { "endpoint", td_endpoint_error_quark, endpoint_sentences, G_N_ELEMENTS (endpoint_sentences) },
  { "attachment", td_attachment_error_quark, attachment_sentences,
    G_N_ELEMENTS (attachment_sentences) },
  { "http", td_http_error_quark, http_sentences, G_N_ELEMENTS (http_sentences) },
  { "json", td_json_error_quark, json_sentences, G_N_ELEMENTS (json_sentences) },
  { "io", g_io_error_quark, io_sentences, G_N_ELEMENTS (io_sentences) },
  { "cli", td_cli_error_quark, cli_sentences, G_N_ELEMENTS (cli_sentences) },
};

/* GIO has a domain for each layer of a connection; to a user they are one. */
static const Sentence *
find_foreign (const GError  *error,
              const char   **nick)
{
  static const Sentence network = { 0, TD_CLI_EXIT_FAILED,
                                    N_("The server could not be reached ({detail}); check the network and try again."),
                                    "network" };
  static const Sentence other = { 0, TD_CLI_EXIT_FAILED, N_("It did not work: {detail}."),
                                  "failed" };

  *nick = "io";
  return error->domain == G_RESOLVER_ERROR || error->domain == G_TLS_ERROR ? &network : &other;
}

static const Sentence *
find_sentence (const GError  *error,
               const char   **nick)
{
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      if (domains[i].quark () != error->domain)
        continue;
      *nick = domains[i].nick;
      for (guint j = 0; j < domains[i].n_sentences; j++)
        {
          if (domains[i].sentences[j].code == error->code)
            return &domains[i].sentences[j];
        }
    }
  return find_foreign (error, nick);
}

/**
 * td_cli_errors_get_exit:
 * @cli: this run
 * @error: what went wrong
 *
 * Returns: the exit status that says so
 */
TdCliExit
td_cli_errors_get_exit (TdCli        *cli,
                        const GError *error)
{
  const char *nick;

  /* Whatever failed because of it: the program was told to stop. */
  if (cli->signal_number != 0)
    return (TdCliExit) (128 + cli->signal_number);
  return find_sentence (error, &nick)->exit;
}

/**
 * td_cli_errors_dup_code:
 * @error: what went wrong
 *
 * Returns: (transfer full): the stable name of the error, such as "provider:rate-limit"
 */
char *
td_cli_errors_dup_code (const GError *error)
{
  const char *nick;
  const Sentence *sentence = find_sentence (error, &nick);

  return sentence->name ? g_strdup_printf ("%s:%s", nick, sentence->name)
                        : td_error_code_from_error (error);
}

/* What others said ends where it likes; the sentence around it has its own full stop. */
static char *
dup_detail (const GError *error)
{
  char *detail = td_cli_clean_text (error->message, -1, FALSE);
  gsize length;

  g_strstrip (detail);
  length = strlen (detail);
  if (error->domain != TD_CLI_ERROR && length > 0 && detail[length - 1] == '.')
    detail[length - 1] = '\0';
  return detail;
}

/**
 * td_cli_errors_dup_message:
 * @cli: this run
 * @error: what went wrong
 *
 * Returns: (transfer full): one sentence: what happened and what to do
 */
char *
td_cli_errors_dup_message (TdCli        *cli,
                           const GError *error)
{
  const char *nick;
  const Sentence *sentence = find_sentence (error, &nick);
  g_autoptr (GString) text =
    g_string_new (sentence->sentence[0] == '{' && error->domain == TD_CLI_ERROR
                    ? sentence->sentence
                    : _(sentence->sentence));
  g_autofree char *detail = dup_detail (error);

  if (cli->subject == NULL)
    {
      /* It begins the sentence or stands in it. */
      if (g_str_has_prefix (text->str, "{provider}"))
        g_string_replace (text, "{provider}", _("The provider"), 1);
      g_string_replace (text, "{provider}", _("the provider"), 0);
    }
  else
    g_string_replace (text, "{provider}", cli->subject, 0);
  g_string_replace (text, "{detail}", detail, 0);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/**
 * td_cli_errors_write_json:
 * @cli: this run
 * @writer: a writer inside an object
 * @error: what went wrong
 *
 * Writes the member "error" with "code" and "message".
 */
void
td_cli_errors_write_json (TdCli        *cli,
                          TdJsonWriter *writer,
                          const GError *error)
{
  g_autofree char *code = td_cli_errors_dup_code (error);
  g_autofree char *message = td_cli_errors_dup_message (cli, error);

  td_json_writer_name (writer, "error");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "code", code);
  td_json_writer_member_string (writer, "message", message);
  td_json_writer_end_object (writer);
}

/**
 * td_cli_errors_report:
 * @cli: this run
 * @error: what went wrong
 *
 * Says what went wrong: a sentence on the standard error, and with --json an object on the
 * standard output, unless this run's JSON is out already.
 *
 * Returns: the exit status
 */
TdCliExit
td_cli_errors_report (TdCli        *cli,
                      const GError *error)
{
  g_autofree char *message = td_cli_errors_dup_message (cli, error);

  if (g_error_matches (error, TD_CLI_ERROR, TD_CLI_ERROR_HELP))
    return TD_CLI_EXIT_DONE;

  g_printerr ("topdogctl: %s\n", message);
  if (cli->json && !cli->wrote_json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_cli_errors_write_json (cli, writer, error);
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
    }
  return td_cli_errors_get_exit (cli, error);
}
