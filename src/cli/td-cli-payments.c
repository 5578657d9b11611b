/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "cli/td-cli-input.h"
#include "cli/td-cli-output.h"
#include "cli/td-cli-run.h"
#include "engine/td-payments.h"
#include "wallet/td-payment-stripe.h"

/* wallet pay, payments and checkout: money that comes by card, and who takes it. */

static TdPayments *
get_payments (TdCli   *cli,
              GError **error)
{
  TdEngine *engine = td_cli_get_engine (cli, error);

  return engine ? td_engine_get_payments (engine) : NULL;
}

static const char *
get_state_name (TdPaymentState state)
{
  switch (state)
    {
    case TD_PAYMENT_NEW:
      return _("not heard of yet");
    case TD_PAYMENT_OPEN:
      return _("waits to be paid");
    case TD_PAYMENT_PAID:
      return _("paid");
    case TD_PAYMENT_ENDED:
    default:
      return _("ended unpaid");
    }
}

static void
write_payment (TdJsonWriter    *writer,
               const TdPayment *payment)
{
  td_json_writer_begin_object (writer);
  td_json_writer_member_int64 (writer, "payment", payment->id);
  td_json_writer_member_string (writer, "method", payment->method);
  td_json_writer_member_string (writer, "state", td_payment_state_to_string (payment->state));
  td_cli_json_money (writer, "amount", payment->amount);
  td_cli_json_string (writer, "reference", payment->reference);
  td_cli_json_string (writer, "page", payment->state == TD_PAYMENT_OPEN ? payment->page : NULL);
  td_cli_json_string (writer, "note", payment->note);
  td_cli_json_time (writer, "created", payment->created_us);
  td_json_writer_end_object (writer);
}

/* ---- pay ------------------------------------------------------------------------------------- */

static void
print_page (TdCli           *cli,
            const TdPayment *payment)
{
  g_autofree char *amount = td_cli_format_money (payment->amount);

  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      write_payment (writer, payment);
      td_cli_json_print (cli, writer);
      return;
    }
  /* Translators: an amount of money, and the address of a page. */
  td_cli_print (_("Pay %s on this page:\n%s\n"), amount, payment->page ? payment->page : "");
  td_cli_note (cli, "%s", _("then “topdogctl wallet payments --check” books it"));
}

static gboolean
run_pay (TdCli   *cli,
         GStrv    argv,
         GError **error)
{
  g_auto (GStrv) args = argv;
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autofree char *note = NULL;
  g_autoptr (TdPayment) payment = NULL;
  TdPayments *payments;
  TdMoney amount;
  const GOptionEntry entries[] = {
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, N_("What it is for"), N_("TEXT") },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 1, 1, &args, error))
    return FALSE;
  if (!td_money_parse (args[0], &amount) || amount <= 0)
    {
      g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE,
                   _("“%s” is no amount; give it in dollars, such as 20 or 0.50."), args[0]);
      return FALSE;
    }
  payments = get_payments (cli, error);
  if (!payments)
    return FALSE;
  td_payments_begin_async (payments, TD_METHOD_STRIPE, amount, note, cli->cancellable,
                           td_cli_run_ready, &run);
  payment = td_payments_finish (payments, td_cli_run_wait (&run), error);
  if (!payment)
    return FALSE;
  print_page (cli, payment);
  return TRUE;
}

/* ---- payments -------------------------------------------------------------------------------- */

static GPtrArray *
list_payments (TdCli       *cli,
               TdPayments  *payments,
               GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

  td_payments_list_async (payments, cli->cancellable, td_cli_run_ready, &run);
  return td_payments_list_finish (payments, td_cli_run_wait (&run), error);
}

static gboolean
check_payment (TdCli       *cli,
               TdPayments  *payments,
               gint64       id,
               GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  g_autoptr (TdPayment) payment = NULL;

  td_payments_check_async (payments, id, cli->cancellable, td_cli_run_ready, &run);
  payment = td_payments_finish (payments, td_cli_run_wait (&run), error);
  return payment != NULL;
}

/* Those that were paid too: money may have gone back since. One that cannot be asked after keeps no
 * other from being booked. */
static gboolean
check_all (TdCli       *cli,
           TdPayments  *payments,
           GPtrArray   *list,
           GError     **error)
{
  GError *trouble = NULL;

  for (guint i = 0; i < list->len; i++)
    {
      const TdPayment *payment = g_ptr_array_index (list, i);

      if (payment->state != TD_PAYMENT_ENDED && g_str_equal (payment->method, TD_METHOD_STRIPE))
        check_payment (cli, payments, payment->id, trouble ? NULL : &trouble);
    }
  if (!trouble)
    return TRUE;
  g_propagate_error (error, trouble);
  return FALSE;
}

static void
print_payments_json (TdCli     *cli,
                     GPtrArray *list)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  td_json_writer_begin_object (writer);
  td_json_writer_name (writer, "payments");
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < list->len; i++)
    write_payment (writer, g_ptr_array_index (list, i));
  td_json_writer_end_array (writer);
  td_json_writer_end_object (writer);
  td_cli_json_print (cli, writer);
}

static void
print_payments (GPtrArray *list)
{
  g_autoptr (TdCliTable) table = td_cli_table_new ();

  td_cli_table_column (table, _("NUMBER"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("TIME"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("AMOUNT"), TD_CLI_COLUMN_RIGHT);
  td_cli_table_column (table, _("STATE"), TD_CLI_COLUMN_LEFT);
  td_cli_table_column (table, _("PAGE"), TD_CLI_COLUMN_SHRINK);
  for (guint i = 0; i < list->len; i++)
    {
      const TdPayment *payment = g_ptr_array_index (list, i);

      td_cli_table_cell_take (table, g_strdup_printf ("%" G_GINT64_FORMAT, payment->id));
      td_cli_table_cell_take (table, td_cli_format_time (payment->created_us));
      td_cli_table_cell_take (table, td_cli_format_money (payment->amount));
      td_cli_table_cell (table, get_state_name (payment->state));
      td_cli_table_cell (table, payment->state == TD_PAYMENT_OPEN ? payment->page : "");
    }
  td_cli_table_print (table);
}

static gboolean
run_payments (TdCli   *cli,
              GStrv    argv,
              GError **error)
{
  g_auto (GStrv) args = argv;
  g_autoptr (GPtrArray) list = NULL;
  gboolean check = FALSE;
  TdPayments *payments;
  const GOptionEntry entries[] = {
    { "check", 0, 0, G_OPTION_ARG_NONE, &check, N_("Ask what became of them, and book it"), NULL },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, 0, &args, error))
    return FALSE;
  payments = get_payments (cli, error);
  list = payments ? list_payments (cli, payments, error) : NULL;
  if (list && check)
    {
      if (!check_all (cli, payments, list, error))
        return FALSE;
      g_ptr_array_unref (list);
      list = list_payments (cli, payments, error);
    }
  if (!list)
    return FALSE;
  if (cli->json)
    print_payments_json (cli, list);
  else if (list->len == 0)
    td_cli_note (cli, "%s", _("There are no payments."));
  else
    print_payments (list);
  return TRUE;
}

/* ---- checkout -------------------------------------------------------------------------------- */

static TdPaymentSetup *
get_setup (TdCli       *cli,
           TdPayments  *payments,
           GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

  td_payments_get_setup_async (payments, TD_METHOD_STRIPE, cli->cancellable, td_cli_run_ready,
                               &run);
  return td_payments_get_setup_finish (payments, td_cli_run_wait (&run), error);
}

static gboolean
set_up (TdCli       *cli,
        TdPayments  *payments,
        const char  *base_url,
        const char  *return_url,
        GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;

  td_payments_set_up_async (payments, TD_METHOD_STRIPE, base_url, return_url, cli->cancellable,
                            td_cli_run_ready, &run);
  return td_payments_set_up_finish (payments, td_cli_run_wait (&run), error);
}

/* The addresses first: a key is stored only where it can be used. */
static gboolean
turn_on (TdCli       *cli,
         TdPayments  *payments,
         const char  *base_url,
         const char  *return_url,
         GError     **error)
{
  g_auto (TdCliRun) run = TD_CLI_RUN_INIT;
  TdKeyRing *key_ring = td_engine_get_key_ring (cli->engine);
  g_autoptr (TdApiKey) key = NULL;
  char *secret = td_cli_input_read_secret (cli, _("Stripe’s secret key"), error);

  if (!secret)
    return FALSE;
  if (!set_up (cli, payments, base_url, return_url, error))
    {
      td_vault_secret_free (secret);
      return FALSE;
    }
  td_key_ring_add_async (key_ring, TD_METHOD_STRIPE, NULL, secret, cli->cancellable,
                         td_cli_run_ready, &run);
  td_vault_secret_free (secret);
  key = td_key_ring_add_finish (key_ring, td_cli_run_wait (&run), error);
  return key != NULL;
}

static gboolean
print_setup (TdCli       *cli,
             TdPayments  *payments,
             GError     **error)
{
  GError *local_error = NULL;
  g_autoptr (TdPaymentSetup) setup = get_setup (cli, payments, &local_error);

  if (local_error)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  if (cli->json)
    {
      g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

      td_json_writer_begin_object (writer);
      td_json_writer_member_bool (writer, "in_use", setup != NULL);
      td_cli_json_string (writer, "base_url", setup ? setup->base_url : NULL);
      td_cli_json_string (writer, "return_url", setup ? setup->return_url : NULL);
      td_json_writer_end_object (writer);
      td_cli_json_print (cli, writer);
      return TRUE;
    }
  if (!setup)
    {
      td_cli_print (_("Nobody takes payments by card here.\n"));
      return TRUE;
    }
  td_cli_print_fact (_("Asked at"), setup->base_url);
  td_cli_print_fact (_("Payers come back to"), setup->return_url);
  return TRUE;
}

static gboolean
run_checkout (TdCli   *cli,
              GStrv    argv,
              GError **error)
{
  g_auto (GStrv) args = argv;
  g_autofree char *base_url = NULL;
  g_autofree char *return_url = NULL;
  gboolean off = FALSE;
  TdPayments *payments;
  const GOptionEntry entries[] = {
    { "return-url", 0, 0, G_OPTION_ARG_STRING, &return_url,
      N_("Take payments; the page that payers’ browsers go to afterwards"), N_("URL") },
    { "base-url", 0, 0, G_OPTION_ARG_STRING, &base_url, N_("Another address than Stripe’s own"),
      N_("URL") },
    { "off", 0, 0, G_OPTION_ARG_NONE, &off, N_("Take no payments any more"), NULL },
    { NULL },
  };

  if (!td_cli_parse (cli, entries, 0, 0, &args, error))
    return FALSE;
  payments = get_payments (cli, error);
  if (!payments || (return_url && !turn_on (cli, payments, base_url, return_url, error)) ||
      (off && !set_up (cli, payments, NULL, NULL, error)))
    return FALSE;
  return print_setup (cli, payments, error);
}

const TdCliCommand td_cli_payments_commands[] = {
  { "wallet pay", N_("USD"), N_("Add funds by card"),
    N_("Gives the address of a page of Stripe Checkout, where it is paid. The money is in the wallet once\n"
       "Stripe itself says that it came; see “topdogctl wallet payments”.\n\n"
       "--json: payment, method, state (new, open, paid, ended), amount, reference, page, note, created."),
    run_pay },
  { "wallet payments", NULL, N_("List payments, and ask what became of them"),
    N_("However often --check is asked, a payment is booked once, and so is what was refunded.\n\n"
       "--json: payments, each as wallet pay gives it."),
    run_payments },
  { "wallet checkout", NULL, N_("Show or set how an operator takes payments"),
    N_("For operators who sell the use of their own keys. The secret key of a Stripe account is read from\n"
       "the terminal or from standard input and kept with the other keys; the page that payers come back\n"
       "to proves nothing, and may say just that they can go back to Top Dog.\n\n"
       "--json: in_use, base_url, return_url.\n\n"
       "Example: topdogctl wallet checkout --return-url https://example.org/thanks"),
    run_checkout },
  { NULL },
};
