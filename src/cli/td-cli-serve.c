/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <sys/resource.h>

#include "cli/td-cli-output.h"
#include "cli/td-cli-run.h"
#include "gateway/td-clients.h"
#include "gateway/td-gateway.h"

/* serve: the gateway in the foreground, until it is told to end. */

typedef struct
{
  char *address;
  int port;
  GStrv hosts;
  GStrv origins;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->address);
  g_strfreev (self->hosts);
  g_strfreev (self->origins);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check_options (const Options  *options,
               GError        **error)
{
  g_autoptr (GInetAddress) address =
    options->address ? g_inet_address_new_from_string (options->address) : NULL;

  if (options->address && !address)
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("“%s” is not an address, such as 127.0.0.1."), options->address);
      return FALSE;
    }
  if (options->port >= 0 && options->port <= G_MAXUINT16)
    return TRUE;
  g_set_error_literal (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                       _("A port is a number from 0 to 65535."));
  return FALSE;
}

/* Each client takes two descriptors, one to it and one to its provider. */
static void
raise_descriptors (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static gboolean
has_client (TdCli *cli)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdDatabase *database = td_engine_get_database (cli->engine);
  g_autoptr (GPtrArray) clients = NULL;

  td_clients_list_async (database, td_cli_run_ready, &run);
  clients = td_clients_list_finish (database, td_cli_run_wait (&run), NULL);
  for (guint i = 0; clients && i < clients->len; i++)
    if (((const TdClient *) clients->pdata[i])->revoked_us == 0)
      return TRUE;
  return FALSE;
}

static void
print_started (TdCli         *cli,
               TdGateway     *gateway,
               const Options *options)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();
  g_autoptr (GInetAddress) address =
    options->address ? g_inet_address_new_from_string (options->address) : NULL;

  if (cli->json)
    {
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "url", td_gateway_get_url (gateway));
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
      return;
    }
  td_cli_print (_("The gateway listens at %s; Ctrl+C ends it.\n"), td_gateway_get_url (gateway));
  if (address && !g_inet_address_get_is_loopback (address))
    td_cli_note (cli,
                 _("Other computers can reach it, and what is said on the way is not encrypted."));
  if (!has_client (cli))
    td_cli_note (cli,
                 _("Nobody has a key for it yet: make one with “topdogctl clients add NAME”."));
}

static void
wait_for_the_end (TdCli     *cli,
                  TdGateway *gateway)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

  while (!g_cancellable_is_cancelled (cli->cancellable))
    g_main_context_iteration (NULL, TRUE);
  td_gateway_stop_async (gateway, td_cli_run_ready, &run);
  td_gateway_stop_finish (gateway, td_cli_run_wait (&run), NULL);
}

static gboolean
run_serve (TdCli   *cli,
           GStrv    argv,
           GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (Options) options = { .port = TD_GATEWAY_DEFAULT_PORT };
  TdGatewayOptions wanted = TD_GATEWAY_OPTIONS_DEFAULT;
  g_autoptr (TdGateway) gateway = NULL;
  const GOptionEntry entries[] = {
    { "address", 0, 0, G_OPTION_ARG_STRING, &options.address,
      N_("Listen at this address instead of 127.0.0.1"), N_("ADDRESS") },
    { "port", 0, 0, G_OPTION_ARG_INT, &options.port, N_("Listen on this port; 0: any"),
      N_("PORT") },
    { "host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.hosts,
      N_("Answer under this name too; may be repeated"), N_("NAME") },
    { "origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.origins,
      N_("Let web pages of this origin use it; may be repeated"), N_("ORIGIN") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, 0, &args, error) || !check_options (&options, error) ||
      !td_cli_get_engine (cli, error))
    return FALSE;
  wanted.address = options.address;
  wanted.port = (guint) options.port;
  wanted.hosts = (const char *const *) options.hosts;
  wanted.origins = (const char *const *) options.origins;
  raise_descriptors ();
  gateway = td_gateway_new (cli->engine);
  if (!td_gateway_start (gateway, &wanted, error))
    return FALSE;
  print_started (cli, gateway, &options);
  wait_for_the_end (cli, gateway);
  return TRUE;
}

const TdCliCommand td_cli_serve_commands[] = {
  { "serve", NULL, N_("Let other programs use the models, over HTTP"),
    N_("Serves the models that can be used here to editors, agents and scripts, in the dialects that they "
       "speak, until Ctrl+C. Each program needs a key of its own: see “topdogctl clients add”. What it "
       "spends is held, limited and recorded like everything else.\n\n"
       "Only programs of this computer can reach it unless --address says otherwise. Requests under a name "
       "that is not the gateway's, and those of web pages, are refused unless --host or --origin allows them.\n\n"
       "--json: url, as soon as it listens."),
    run_serve },
  { NULL },
};
