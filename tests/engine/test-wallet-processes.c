/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * 64 spend at once from one wallet that has far less than they want: sixteen in each of four processes,
 * which are killed at random moments. Nothing that a process was told is lost, nothing is spent that was
 * not there, no budget is passed, and after the next start nothing is held.
 *
 * TD_WALLET_ROUNDS and TD_WALLET_STEPS make it longer: the full proof is 200 rounds in which each of the
 * 64 takes 1000 steps.
 */
#include "config.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/td-recovery.h"
#include "wallet/td-budget-store.h"
#include "wallet/td-lease.h"
#include "wallet/td-receipt-store.h"
#include "wallet/wallet-fixture.h"

#define N_PROCESSES 4
#define N_SPENDERS  16 /* in each */
#define N_ROUNDS_OF_A_WALLET \
  8 /* then another one is begun: looking at all of it takes longer and longer */
#define MAKER_BUDGET (150 * CENT)

static char *program;

/* What a process tells once it is on the disk. */
typedef enum
{
  TOLD_FUNDED,
  TOLD_REFUNDED,
  TOLD_HELD,
  TOLD_SETTLED,
} ToldKind;

typedef struct
{
  gint64 kind;
  gint64 id; /* of the receipt, or the number of the transaction */
  TdMoney amount;
} Told;

/* ---- the program that is killed -------------------------------------------------------------- */

/* Two models each of two providers; what a reply with the first one costs more is commission. */
static const char *const offers[][2] = { { "maker", "maker:small" },
                                         { "maker", "maker:large" },
                                         { "other", "other:small" },
                                         { "other", "other:large" } };

typedef enum
{
  STEP_FUND,
  STEP_REFUND,
  STEP_HOLD,
  STEP_MOVE,
  STEP_SETTLE,
} Step;

/* One of the many that spend at once: as soon as one of its steps is on the disk it takes the next. */
typedef struct
{
  TdDatabase *database;
  TdLease *lease;
  GRand *random;
  guint n_left;      /* steps */
  guint *n_running;  /* spenders of this process */

  Step step;
  TdReceipt *hold;   /* (nullable): open */
  TdReceipt *next;   /* (nullable): the hold that is asked for */
  TdMoney amount;
  gboolean cancel;
  gint64 funding;    /* the last money that came in by this spender; 0: none */
  gint64 number;     /* of what was booked */
} Child;

static void take_step (Child *child);

static void
tell (ToldKind kind,
      gint64   id,
      TdMoney  amount)
{
  Told told = { kind, id, amount };

  if (write (STDOUT_FILENO, &told, sizeof told) != sizeof told)
    _exit (EXIT_FAILURE);
}

static TdReceipt *
draw_hold (Child *child)
{
  /* Mostly little, and at times more than there is. */
  TdMoney unit = g_rand_int_range (child->random, 0, 40) == 0 ? 2 * CENT : CENT / 50;
  TdReceipt *hold = wallet_make_hold (g_rand_int_range (child->random, 0, 100) * unit);
  const char *const *offer = offers[g_rand_int_range (child->random, 0, G_N_ELEMENTS (offers))];

  hold->owner = td_lease_get_token (child->lease);
  hold->marketplace = g_rand_boolean (child->random);
  g_set_str (&hold->provider_id, offer[0]);
  g_set_str (&hold->model_key, offer[1]);
  hold->agent = g_strdup (g_rand_boolean (child->random) ? "scout" : NULL);
  return hold;
}

static void
draw_step (Child *child)
{
  int dice = g_rand_int_range (child->random, 0, 100);

  if (dice < 2)
    child->step = STEP_FUND;
  else if (dice < 3 && child->funding > 0)
    child->step = STEP_REFUND;
  else if (!child->hold)
    child->step = STEP_HOLD;
  else
    child->step = dice < 15 ? STEP_MOVE : STEP_SETTLE;
  child->amount = g_rand_int_range (child->random, 1, 20) * CENT;
  child->cancel = g_rand_int_range (child->random, 0, 4) == 0;
  if (child->step == STEP_HOLD || child->step == STEP_MOVE)
    child->next = draw_hold (child);
  /* Nothing, less than was held, or more. */
  if (child->step == STEP_SETTLE)
    child->amount = child->hold->held / 100 *
                    g_rand_int_range (child->random, 0, child->cancel ? 50 : 120);
}

/* ---- on the database thread: a step, which may be refused ---- */

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE) ||
         g_error_matches (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BUDGET) ||
         g_error_matches (error, TD_WALLET_ERROR, TD_WALLET_ERROR_INVALID);
}

static gboolean
settle (TdConnection  *connection,
        Child         *child,
        GError       **error)
{
  TdUsage usage = TD_USAGE_INIT;
  TdCost cost = { .known = TRUE, .total = child->amount, .prices = child->hold->prices };
  gboolean now;

  usage.input = usage.output = 1;
  td_receipt_settle (child->hold, child->cancel ? TD_RECEIPT_STOPPED : TD_RECEIPT_COMPLETE, &usage,
                     FALSE, &cost);
  return td_connection_begin (connection, error) &&
         td_wallet_store_settle (connection, child->hold, &now, error) && now &&
         td_connection_commit (connection, error);
}

static gboolean
run_step (TdConnection  *connection,
          Child         *child,
          GError       **error)
{
  switch (child->step)
    {
    case STEP_FUND:
      child->number = wallet_fund (connection, child->amount, NULL, error)
                        ? wallet_count (connection, "SELECT head_number FROM wallet WHERE id = 1")
                        : 0;
      return child->number > 0;
    case STEP_REFUND:
      return wallet_refund (connection, child->funding, child->amount, NULL, error);
    case STEP_HOLD:
      return wallet_hold (connection, child->next, error);
    case STEP_MOVE:
      child->next->id = child->hold->id;
      return wallet_move (connection, child->next, error);
    case STEP_SETTLE:
    default:
      return settle (connection, child, error);
    }
}

static gpointer
step_on_thread (TdConnection  *connection,
                gpointer       data,
                GCancellable  *cancellable,
                GError       **error)
{
  GError *local_error = NULL;

  if (!run_step (connection, data, &local_error))
    {
      td_connection_rollback (connection);
      if (!is_refusal (local_error))
        g_error ("a step failed: %s", local_error ? local_error->message : "settled before");
      g_propagate_error (error, local_error);
    }
  return NULL;
}

/* ---- on the main thread: it is on the disk, and told ---- */

static void
note_done (Child *child)
{
  switch (child->step)
    {
    case STEP_FUND:
      child->funding = child->number;
      tell (TOLD_FUNDED, child->number, child->amount);
      break;
    case STEP_REFUND:
      tell (TOLD_REFUNDED, child->funding, child->amount);
      break;
    case STEP_HOLD:
    case STEP_MOVE:
      g_clear_pointer (&child->hold, td_receipt_free);
      child->hold = g_steal_pointer (&child->next);
      tell (TOLD_HELD, child->hold->id, child->hold->held);
      break;
    case STEP_SETTLE:
    default:
      tell (TOLD_SETTLED, child->hold->id, td_receipt_get_total (child->hold));
      g_clear_pointer (&child->hold, td_receipt_free);
    }
}

static void
stepped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Child *child = user_data;
  g_autoptr (GError) error = NULL;

  td_database_run_finish (TD_DATABASE (source), result, &error);
  if (!error)
    note_done (child);
  g_clear_pointer (&child->next, td_receipt_free);
  take_step (child);
}

static void
take_step (Child *child)
{
  if (child->n_left-- == 0)
    {
      (*child->n_running)--;
      return;
    }
  draw_step (child);
  td_database_run_grouped_async (child->database, step_on_thread, NULL, child, NULL, NULL,
                                 stepped_cb, child);
}

/* What is held at the end is left behind, as if the program had crashed. */
static void
child_clear (Child *child)
{
  g_rand_free (child->random);
  g_clear_pointer (&child->hold, td_receipt_free);
}

static int
run_child (const char *path,
           const char *n_steps,
           const char *seed)
{
  g_autoptr (TdDatabase) database = wallet_open_database (path);
  g_autoptr (TdLease) lease = td_lease_new (path, NULL);
  Child children[N_SPENDERS] = { 0 };
  guint n_running = N_SPENDERS;

  for (guint i = 0; i < N_SPENDERS; i++)
    {
      children[i].database = database;
      children[i].lease = lease;
      children[i].random =
        g_rand_new_with_seed ((guint32) g_ascii_strtoull (seed, NULL, 10) + i);
      children[i].n_left = (guint) atoi (n_steps);
      children[i].n_running = &n_running;
      take_step (&children[i]);
    }
  while (n_running > 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < N_SPENDERS; i++)
    child_clear (&children[i]);
  td_database_close (database);
  return EXIT_SUCCESS;
}

static void
run_on (TdDatabase     *database,
        TdDatabaseFunc  func,
        gpointer        data)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_database_run_async (database, G_PRIORITY_DEFAULT, func, data, NULL, NULL, NULL, td_test_ready,
                         &call);
  while (!call.result)
    g_main_context_iteration (NULL, TRUE);
  td_database_run_finish (database, call.result, &error);
  g_assert_no_error (error);
}

/* ---- the test -------------------------------------------------------------------------------- */

typedef struct
{
  GSubprocess *process;
  int fd;
  guint kill_at;   /* after so many bytes */
  GByteArray *told;
} Spender;

static guint
get_setting (const char *name,
             guint       usual)
{
  const char *text = g_getenv (name);

  return text ? (guint) atoi (text) : usual;
}

static void
start_spender (Spender    *spender,
               const char *path,
               guint       n_steps)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = g_strdup_printf ("%u", n_steps);
  g_autofree char *seed = g_strdup_printf ("%d", g_test_rand_int_range (1, G_MAXINT));

  spender->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--child",
                                       path, steps, seed, NULL);
  g_assert_no_error (error);
  spender->fd = g_unix_input_stream_get_fd (
    G_UNIX_INPUT_STREAM (g_subprocess_get_stdout_pipe (spender->process)));
  spender->told = g_byte_array_new ();
  /* One in four lives to its end. */
  spender->kill_at =
    g_test_rand_int_range (0, 4) == 0
      ? G_MAXUINT
      : (guint) g_test_rand_int_range (0, (int) (n_steps * N_SPENDERS * sizeof (Told) / 2));
}

static gboolean
read_spender (Spender *spender)
{
  guint8 buffer[4096];
  gssize n = read (spender->fd, buffer, sizeof buffer);

  if (n < 0 && errno == EINTR)
    return TRUE;
  if (n <= 0)
    return FALSE;
  g_byte_array_append (spender->told, buffer, (guint) n);
  if (spender->told->len >= spender->kill_at)
    g_subprocess_force_exit (spender->process);
  return TRUE;
}

static void
wait_for_spenders (Spender *spenders)
{
  struct pollfd fds[N_PROCESSES];
  guint n_open = N_PROCESSES;

  for (guint i = 0; i < N_PROCESSES; i++)
    fds[i] = (struct pollfd) { spenders[i].fd, POLLIN, 0 };
  while (n_open > 0)
    {
      g_assert_cmpint (poll (fds, N_PROCESSES, 60000), >, 0);
      for (guint i = 0; i < N_PROCESSES; i++)
        {
          if (fds[i].fd < 0 || fds[i].revents == 0 || read_spender (&spenders[i]))
            continue;
          fds[i].fd = -1;
          n_open--;
        }
    }
}

static void
assert_count (TdConnection *connection,
              const char   *format,
              gint64        id,
              gint64        expected)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  g_auto (GStrv) parts = g_strsplit (format, "@", 2);
  g_autofree char *sql = g_strjoinv (number, parts);

  g_assert_cmpint (wallet_count (connection, sql), ==, expected);
}

/* What was told is on the disk, and as it was told. */
static void
check_told (TdConnection *connection,
            Spender      *spender)
{
  for (gsize i = 0; i + sizeof (Told) <= spender->told->len; i += sizeof (Told))
    {
      const Told *told = (const Told *) (gpointer) (spender->told->data + i);

      switch (told->kind)
        {
        case TOLD_FUNDED:
          assert_count (connection,
                        "SELECT amount FROM ledger_transaction WHERE kind = 'fund' AND number = @",
                        told->id, told->amount);
          break;
        case TOLD_REFUNDED:
          assert_count (connection,
                        "SELECT count (*) > 0 FROM ledger_transaction WHERE kind = 'refund'"
                        " AND related_number = @",
                        told->id, 1);
          break;
        case TOLD_HELD:
          assert_count (connection, "SELECT count (*) FROM receipt WHERE id = @", told->id, 1);
          break;
        case TOLD_SETTLED:
        default:
          assert_count (connection,
                        "SELECT cost + commission + overrun FROM receipt WHERE outcome IN"
                        " ('complete', 'stopped') AND id = @",
                        told->id, told->amount);
        }
    }
}

static void
clear_spender (Spender *spender)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (spender->process, NULL, &error);
  g_assert_no_error (error);
  if (spender->kill_at == G_MAXUINT)
    g_assert_true (g_subprocess_get_if_exited (spender->process) &&
                   g_subprocess_get_exit_status (spender->process) == EXIT_SUCCESS);
  g_object_unref (spender->process);
  g_byte_array_unref (spender->told);
}

typedef struct
{
  const char *path;
  Spender *spenders;
} Round;

static gpointer
prepare_round (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  TdMoney amount = (g_test_rand_int_range (0, 300) + 1) * CENT;
  g_autoptr (TdBudget) budget =
    td_budget_new (TD_BUDGET_MONTH, TD_BUDGET_PROVIDER, "maker", MAKER_BUDGET);

  if (wallet_fund (connection, amount, NULL, error))
    td_budget_store_set (connection, TD_WALLET_FIRST, budget, error);
  return NULL;
}

/* The most that was ever spent of a budget and held for it at once. */
#define PEAK                                                                                        \
  "SELECT coalesce (max (total), 0) FROM (SELECT sum (step) OVER (ORDER BY number) AS total FROM (" \
  "SELECT t.number AS number, sum (e.amount) AS step FROM ledger_transaction t"                     \
  " JOIN ledger_entry e ON e.transaction_id = t.id JOIN ledger_account a ON a.id = e.account_id"    \
  " WHERE t.provider_id = 'maker' AND a.kind IN ('held', 'spent', 'commission') GROUP BY t.number))"

/* What has to be true at every moment, whoever was killed. */
static void
check_always (TdConnection *connection)
{
  TdLedgerBalances balances;

  wallet_assert_sound (connection);
  balances = wallet_read (connection).balances;
  g_assert_cmpint (balances.of[TD_LEDGER_WALLET], >=, 0);
  g_assert_cmpint (balances.of[TD_LEDGER_SPENT] + balances.of[TD_LEDGER_COMMISSION] +
                     balances.of[TD_LEDGER_HELD] + balances.of[TD_LEDGER_WALLET],
                   <=, -balances.of[TD_LEDGER_FUNDING] - balances.of[TD_LEDGER_UNFUNDED]);
  g_assert_cmpint (wallet_count (connection,
                                 "SELECT coalesce (min (balance), 0) FROM ledger_transaction"),
                   >=, 0);
  g_assert_cmpint (wallet_count (connection,
                                 "SELECT count (*) FROM receipt WHERE cost + commission > held"
                                 " OR cost < 0 OR commission < 0 OR overrun < 0"),
                   ==, 0);
  g_assert_cmpint (wallet_count (connection, PEAK), <=, MAKER_BUDGET);
}

static gpointer
check_round (TdConnection  *connection,
             gpointer       data,
             GCancellable  *cancellable,
             GError       **error)
{
  Round *round = data;
  g_autoptr (TdLease) lease = td_lease_new (round->path, error);
  TdLedgerBalances balances;
  guint n_resolved;

  check_always (connection);
  g_assert_true (td_recovery_resolve (connection, lease, &n_resolved, error));
  check_always (connection);
  g_assert_cmpint (wallet_count (connection,
                                 "SELECT count (*) FROM receipt WHERE settled_us IS NULL"),
                   ==, 0);
  balances = wallet_read (connection).balances;
  g_assert_cmpint (balances.of[TD_LEDGER_HELD], ==, 0);
  for (guint i = 0; i < N_PROCESSES; i++)
    check_told (connection, &round->spenders[i]);
  g_test_message ("%" G_GINT64_FORMAT
                  " transactions so far, %u holds to be resolved, at most %" G_GINT64_FORMAT
                  " of the budget",
                  wallet_count (connection, "SELECT head_number FROM wallet WHERE id = 1"),
                  n_resolved, wallet_count (connection, PEAK));
  return NULL;
}

static void
run_round (Round *round,
           guint  n_steps)
{
  Spender spenders[N_PROCESSES] = { 0 };
  g_autoptr (TdDatabase) database = wallet_open_database (round->path);

  round->spenders = spenders;
  run_on (database, prepare_round, round);
  td_database_close (database);
  for (guint j = 0; j < N_PROCESSES; j++)
    start_spender (&spenders[j], round->path, n_steps);
  wait_for_spenders (spenders);
  g_clear_object (&database);
  database = wallet_open_database (round->path);
  run_on (database, check_round, round);
  td_database_close (database);
  for (guint j = 0; j < N_PROCESSES; j++)
    clear_spender (&spenders[j]);
}

static void
test_killed (void)
{
  guint n_rounds = get_setting ("TD_WALLET_ROUNDS", 3);
  guint n_steps = get_setting ("TD_WALLET_STEPS", 30);
  g_autofree char *path = NULL;
  Round round = { 0 };

  for (guint i = 0; i < n_rounds; i++)
    {
      if (i % N_ROUNDS_OF_A_WALLET == 0)
        {
          g_autofree char *folder = td_test_make_dir ();

          if (path)
            g_unlink (path);
          g_free (path);
          path = g_build_filename (folder, "topdog.db", NULL);
          round = (Round) { .path = path };
        }
      run_round (&round, n_steps);
    }
}

int
main (int   argc,
      char *argv[])
{
  int status;

  if (argc == 5 && g_str_equal (argv[1], "--child"))
    return run_child (argv[2], argv[3], argv[4]);

  program = g_file_read_link ("/proc/self/exe", NULL);
  td_test_init (&argc, &argv);
  g_test_add_func ("/wallet-processes/killed", test_killed);
  status = g_test_run ();
  g_free (program);
  return status;
}
