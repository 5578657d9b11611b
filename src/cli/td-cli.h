/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-json-write.h"
#include "engine/td-engine.h"

G_BEGIN_DECLS

/* What a script may rely on. */
typedef enum
{
  TD_CLI_EXIT_DONE = 0,
  TD_CLI_EXIT_FAILED = 1,
  TD_CLI_EXIT_USAGE = 2,
  TD_CLI_EXIT_NO_KEY = 3,
  TD_CLI_EXIT_REFUSED = 4,
  TD_CLI_EXIT_PROVIDER = 5,
  TD_CLI_EXIT_NOT_FOUND = 6,
  TD_CLI_EXIT_INTERRUPTED = 130,
  TD_CLI_EXIT_TERMINATED = 143,
} TdCliExit;

#define TD_CLI_ERROR (td_cli_error_quark ())
GQuark td_cli_error_quark (void);

/**
 * TdCliError:
 * @TD_CLI_ERROR_USAGE: the command line makes no sense
 * @TD_CLI_ERROR_NOT_FOUND: no such model, provider, key or chat
 * @TD_CLI_ERROR_INPUT: what was given to read is no good
 * @TD_CLI_ERROR_OUTPUT: nobody reads the output any more
 * @TD_CLI_ERROR_NO_KEY: the provider needs a key, and there is none
 * @TD_CLI_ERROR_PROVIDER: at least one provider did not do what was asked
 * @TD_CLI_ERROR_HELP: not an error: help was asked for and printed
 *
 * Unlike other domains, the message is the translated sentence for the user.
 */
typedef enum
{
  TD_CLI_ERROR_USAGE,
  TD_CLI_ERROR_NOT_FOUND,
  TD_CLI_ERROR_INPUT,
  TD_CLI_ERROR_OUTPUT,
  TD_CLI_ERROR_NO_KEY,
  TD_CLI_ERROR_PROVIDER,
  TD_CLI_ERROR_HELP,
} TdCliError;

typedef struct _TdCli TdCli;

/**
 * TdCliCommand:
 *
 * One command. @run parses its own options with td_cli_parse(), does its work under one main
 * loop, prints, and fails with any error; main makes one sentence and an exit code of that.
 */
typedef struct
{
  const char *words;     /* "keys add" */
  const char *arguments; /* "PROVIDER" */
  const char *summary;   /* marked for translation: one line */
  const char *details;   /* marked for translation: paragraphs */
  gboolean (*run) (TdCli   *cli,
                   GStrv    argv, /* (transfer full) */
                   GError **error);
} TdCliCommand;

/**
 * TdCli:
 *
 * One run of the program.
 */
struct _TdCli
{
  const TdCliCommand *command;
  GCancellable *cancellable; /* Ctrl+C and the like cancel it */
  int signal_number;         /* the one that did */
  gboolean json;
  gboolean quiet;
  gboolean wrote_json;       /* the one JSON value of this run is out */
  char *subject;             /* (nullable): the provider that the next error is about */
  TdAccountManager *accounts; /* (nullable): loaded by the first command that needs it */
  TdEngine *engine;          /* (nullable): started by the first command that needs it */
};

/* Each ends with a command without words. */
extern const TdCliCommand td_cli_models_commands[];
extern const TdCliCommand td_cli_catalogue_commands[];
extern const TdCliCommand td_cli_ask_commands[];
extern const TdCliCommand td_cli_chats_commands[];
extern const TdCliCommand td_cli_clients_commands[];
extern const TdCliCommand td_cli_receipt_commands[];
extern const TdCliCommand td_cli_learned_commands[];
extern const TdCliCommand td_cli_recommend_commands[];
extern const TdCliCommand td_cli_wallet_commands[];
extern const TdCliCommand td_cli_budgets_commands[];
extern const TdCliCommand td_cli_payments_commands[];
extern const TdCliCommand td_cli_tokens_commands[];
extern const TdCliCommand td_cli_account_commands[];
extern const TdCliCommand td_cli_keys_commands[];
extern const TdCliCommand td_cli_hub_commands[];
extern const TdCliCommand td_cli_local_commands[];
extern const TdCliCommand td_cli_providers_commands[];
extern const TdCliCommand td_cli_serve_commands[];
extern const TdCliCommand td_cli_stats_commands[];
extern const TdCliCommand td_cli_usage_commands[];

gboolean  td_cli_parse       (TdCli               *self,
                              const GOptionEntry  *entries, /* (nullable) */
                              int                  min_arguments,
                              int                  max_arguments, /* -1: any number */
                              GStrv               *argv,
                              GError             **error);
TdAccountManager *td_cli_get_accounts (TdCli       *self,
                                       GError     **error); /* (transfer none) (nullable) */
gboolean  td_cli_account_sign_in   (TdCli       *self,
                                    TdAccount   *account,
                                    const char  *password, /* (nullable) */
                                    GError     **error);
gboolean  td_cli_account_move_keys (TdCli       *self,
                                    GStrv        argv, /* (transfer full) */
                                    GError     **error);
TdEngine *td_cli_get_engine  (TdCli               *self,
                              GError             **error); /* (transfer none) (nullable) */
void      td_cli_set_subject (TdCli               *self,
                              const char          *provider_name);

G_END_DECLS
