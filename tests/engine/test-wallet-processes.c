/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several processes spend from one wallet that has far less than they want, and are killed at
 * random moments. Nothing that a process was told is lost, nothing is spent that was not there,
 * and after the next start nothing is held.
 *
 * TD_WALLET_ROUNDS and TD_WALLET_STEPS make it longer: the full proof is 200 rounds of 1000.
 */
#include "config.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/td-recovery.h"
#include "wallet/td-lease.h"
#include "wallet/td-receipt-store.h"
#include "wallet/wallet-fixture.h"

#define N_PROCESSES 4
#define N_SPENDERS  16 /* in each */

static char *program;

/* What a process tells once it is on the disk. */
typedef struct
{
  gint64 receipt_id; /* 0: money came in */
  TdMoney amount;
} Told;

/* ---- the program that is killed -------------------------------------------------------------- */

typedef struct
{
  TdLease *lease;
  guint n_steps;
  guint32 seed;
} Child;

static void
tell (gint64  receipt_id,
      TdMoney amount)
{
  Told told = { receipt_id, amount };

  if (write (STDOUT_FILENO, &told, sizeof told) != sizeof told)
    _exit (EXIT_FAILURE);
}

static TdReceipt *
try_to_hold (TdConnection *connection,
             Child        *child,
             GRand        *random)
{
  /* Mostly little, and at times more than there is. */
  TdMoney unit = g_rand_int_range (random, 0, 40) == 0 ? 2 * CENT : CENT / 50;
  g_autoptr (TdReceipt) hold = wallet_make_hold (g_rand_int_range (random, 0, 100) * unit);
  g_autoptr (GError) error = NULL;

  hold->owner = td_lease_get_token (child->lease);
  hold->marketplace = g_rand_boolean (random);
  if (wallet_hold (connection, hold, &error))
    return g_steal_pointer (&hold);
  g_assert_error (error, TD_WALLET_ERROR, TD_WALLET_ERROR_BALANCE);
  return NULL;
}

/* Settles it at any figure: nothing, as after a cancel, less than was held, or more. */
static void
settle (TdConnection *connection,
        TdReceipt    *hold,
        GRand        *random)
{
  g_autoptr (GError) error = NULL;

  wallet_settle (connection, hold, hold->held / 100 * g_rand_int_range (random, 0, 120), &error);
  g_assert_no_error (error);
  tell (hold->id, td_receipt_get_total (hold));
}

static void
add_funds (TdConnection *connection,
           GRand        *random)
{
  g_autoptr (GError) error = NULL;
  TdMoney amount = g_rand_int_range (random, 1, 20) * CENT;

  wallet_fund (connection, amount, NULL, &error);
  g_assert_no_error (error);
  tell (0, amount);
}

static gpointer
spend (TdConnection  *connection,
       gpointer       data,
       GCancellable  *cancellable,
       GError       **error)
{
  Child *child = data;
  g_autoptr (GRand) random = g_rand_new_with_seed (child->seed);
  TdReceipt *holds[N_SPENDERS] = { NULL };

  for (guint i = 0; i < child->n_steps; i++)
    {
      TdReceipt **hold = &holds[g_rand_int_range (random, 0, N_SPENDERS)];

      if (g_rand_int_range (random, 0, 50) == 0)
        add_funds (connection, random);
      if (!*hold)
        {
          *hold = try_to_hold (connection, child, random);
          continue;
        }
      settle (connection, *hold, random);
      g_clear_pointer (hold, td_receipt_free);
    }
  for (guint i = 0; i < N_SPENDERS; i++)
    g_clear_pointer (&holds[i], td_receipt_free); /* left behind, as if it had crashed */
  return NULL;
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

static int
run_child (const char *path,
           const char *n_steps,
           const char *seed)
{
  g_autoptr (TdDatabase) database = wallet_open_database (path);
  g_autoptr (TdLease) lease = td_lease_new (path, NULL);
  Child child = { lease, (guint) atoi (n_steps), (guint32) g_ascii_strtoull (seed, NULL, 10) };

  run_on (database, spend, &child);
  td_database_close (database);
  return EXIT_SUCCESS;
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
  spender->kill_at = g_test_rand_int_range (0, 4) == 0
                       ? G_MAXUINT
                       : (guint) g_test_rand_int_range (0, (int) (n_steps * sizeof (Told) / 3));
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
check_told (TdConnection *connection,
            Spender      *spender,
            TdMoney      *funded)
{
  for (gsize i = 0; i + sizeof (Told) <= spender->told->len; i += sizeof (Told))
    {
      const Told *told = (const Told *) (gpointer) (spender->told->data + i);
      g_autofree char *sql =
        g_strdup_printf ("SELECT cost + commission + overrun FROM receipt WHERE settled_us IS NOT"
                         " NULL AND id = %" G_GINT64_FORMAT,
                         told->receipt_id);

      if (told->receipt_id == 0)
        {
          *funded += told->amount;
          continue;
        }
      g_assert_cmpint (wallet_count (connection, sql), ==, told->amount);
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
  TdMoney funded; /* as far as was told */
} Round;

static void
refill (TdConnection *connection,
        Round        *round)
{
  g_autoptr (GError) error = NULL;
  TdMoney amount = (g_test_rand_int_range (0, 300) + 1) * CENT;

  wallet_fund (connection, amount, NULL, &error);
  g_assert_no_error (error);
  round->funded += amount;
}

static gpointer
prepare_round (TdConnection  *connection,
               gpointer       data,
               GCancellable  *cancellable,
               GError       **error)
{
  refill (connection, data);
  return NULL;
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

  /* Before anything is resolved, too. */
  wallet_assert_sound (connection);
  g_assert_true (td_recovery_resolve (connection, lease, &n_resolved, error));
  wallet_assert_sound (connection);
  g_assert_cmpint (wallet_count (connection,
                                 "SELECT count (*) FROM receipt WHERE settled_us IS NULL"),
                   ==, 0);
  g_test_message ("%" G_GINT64_FORMAT " holds so far, %u to be resolved",
                  wallet_count (connection, "SELECT count (*) FROM receipt"), n_resolved);
  balances = wallet_read (connection).balances;
  g_assert_cmpint (balances.of[TD_LEDGER_HELD], ==, 0);
  for (guint i = 0; i < N_PROCESSES; i++)
    check_told (connection, &round->spenders[i], &round->funded);
  g_assert_cmpint (-balances.of[TD_LEDGER_FUNDING], >=, round->funded);
  g_assert_cmpint (balances.of[TD_LEDGER_WALLET], >=, 0);
  g_assert_cmpint (balances.of[TD_LEDGER_SPENT] + balances.of[TD_LEDGER_COMMISSION], <=,
                   -balances.of[TD_LEDGER_FUNDING]);
  g_assert_cmpint (wallet_count (connection,
                                 "SELECT coalesce (min (balance), 0) FROM ledger_transaction"),
                   >=, 0);
  return NULL;
}

static void
test_killed (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  guint n_rounds = get_setting ("TD_WALLET_ROUNDS", 4);
  guint n_steps = get_setting ("TD_WALLET_STEPS", 300);
  Round round = { .path = path };

  for (guint i = 0; i < n_rounds; i++)
    {
      Spender spenders[N_PROCESSES] = { 0 };
      g_autoptr (TdDatabase) database = wallet_open_database (path);

      round.spenders = spenders;
      run_on (database, prepare_round, &round);
      td_database_close (database);
      for (guint j = 0; j < N_PROCESSES; j++)
        start_spender (&spenders[j], path, n_steps);
      wait_for_spenders (spenders);
      g_clear_object (&database);
      database = wallet_open_database (path);
      run_on (database, check_round, &round);
      td_database_close (database);
      for (guint j = 0; j < N_PROCESSES; j++)
        clear_spender (&spenders[j]);
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
