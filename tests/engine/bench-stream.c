/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reply of 20,000 tokens as fast as a server in another process can send it, through the
 * stream, the message, the journal and the store; and one at 500 tokens a second. What is
 * measured: the whole, the longest time the main loop was held, and the heap while it grows.
 */
#include "config.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/engine-fixture.h"

#define N_TOKENS 20000
#define TOKEN    "a word "

typedef struct
{
  Run run;
  const char *name;
  gint64 dispatch_us;   /* when the main loop last came back from waiting */
  gint64 longest_us;
  gint64 cpu_us;        /* of this thread, then */
  gint64 longest_cpu_us;
  gint64 busy_us;
  guint n_appended;
  guint milestone;      /* index of the next one */
  gsize heap[3];
} Bench;

static const guint milestones[] = { 5000, 10000, 20000 };
static Bench *current;
static const char *program;

/* ---- the server ------------------------------------------------------------------------------ */

static int
run_server (guint interval_us)
{
  g_autoptr (FakeProvider) server = fake_provider_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  FakeReply reply = { .token = TOKEN,
                      .n_tokens = N_TOKENS,
                      .interval_us = interval_us,
                      .usage = "{\"prompt_tokens\":10,\"completion_tokens\":20000}" };

  fake_provider_queue (server, &reply);
  g_print ("%s\n", fake_provider_get_url (server));
  g_main_loop_run (loop); /* until killed */
  return EXIT_SUCCESS;
}

static GSubprocess *
spawn_server (const char  *interval_us,
              char       **url)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *server = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program,
                                          "--server", interval_us, NULL);
  g_autoptr (GDataInputStream) output = NULL;

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server));
  *url = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  return server;
}

/* ---- measuring ------------------------------------------------------------------------------- */

/* On a busy machine the clock on the wall says more about the neighbours. */
static gint64
thread_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static int
poll_cb (GPollFD *fds,
         guint    n_fds,
         int      timeout_ms)
{
  gint64 now = g_get_monotonic_time ();
  int n;

  if (current && current->dispatch_us != 0)
    {
      current->longest_us = MAX (current->longest_us, now - current->dispatch_us);
      current->longest_cpu_us = MAX (current->longest_cpu_us, thread_cpu_us () - current->cpu_us);
      current->busy_us += now - current->dispatch_us;
    }
  n = g_poll (fds, n_fds, timeout_ms);
  if (current)
    {
      current->dispatch_us = g_get_monotonic_time ();
      current->cpu_us = thread_cpu_us ();
    }
  return n;
}

static gsize
heap_in_use (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static void
text_cb (TdCompletion *completion,
         const char   *delta,
         Bench        *bench)
{
  gsize n_tokens =
    td_message_get_text_length (td_completion_get_reply (completion)) / strlen (TOKEN);

  if (bench->milestone < G_N_ELEMENTS (milestones) && n_tokens >= milestones[bench->milestone])
    bench->heap[bench->milestone++] = heap_in_use ();
}

static void
appended_cb (TdMessage *message,
             Bench     *bench)
{
  bench->n_appended++;
}

static void
watch_reply_cb (GListModel *model,
                guint       position,
                guint       removed,
                guint       added,
                Bench      *bench)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (TdMessage) message = g_list_model_get_item (model, i);

      g_signal_connect (message, "appended", G_CALLBACK (appended_cb), bench);
    }
}

static gssize
grown (Bench *bench,
       guint  milestone,
       gsize  before)
{
  return ((gssize) bench->heap[milestone] - (gssize) before) / 1024;
}

static void
report (Bench  *bench,
        gint64  took_us,
        gsize   heap_before)
{
  g_print (
    "%-12s %6.2f s, %7.0f tokens/s, main loop busy %5.2f s, longest hold %5.2f ms (computing %5.2f ms), %u signals\n",
    bench->name, (double) took_us / G_USEC_PER_SEC, N_TOKENS / ((double) took_us / G_USEC_PER_SEC),
    (double) bench->busy_us / G_USEC_PER_SEC, (double) bench->longest_us / 1000.0,
    (double) bench->longest_cpu_us / 1000.0, bench->n_appended);
  g_print ("%-12s heap over the start: %u tokens %" G_GSSIZE_FORMAT
           " KiB, %u tokens %" G_GSSIZE_FORMAT " KiB, %u tokens %" G_GSSIZE_FORMAT " KiB\n",
           "", milestones[0], grown (bench, 0, heap_before), milestones[1],
           grown (bench, 1, heap_before), milestones[2], grown (bench, 2, heap_before));
}

static void
run_bench (const char *name,
           const char *interval_us)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_autofree char *url = NULL;
  g_autoptr (GSubprocess) server = spawn_server (interval_us, &url);
  EngineFixture fixture = { NULL, path, engine_fixture_start (path) };
  Bench bench = { .name = name, .run = RUN_INIT };
  g_autoptr (GError) error = NULL;
  gint64 started;
  gsize heap_before;

  engine_fixture_add_models (fixture.engine, url);
  run_prepare (&bench.run, &fixture, PAID_MODEL, "question");
  g_signal_connect (bench.run.conversation, "items-changed", G_CALLBACK (watch_reply_cb), &bench);
  g_signal_connect (bench.run.completion, "text", G_CALLBACK (text_cb), &bench);
  heap_before = heap_in_use ();
  started = g_get_monotonic_time ();
  current = &bench;
  run_start (&bench.run, NULL);
  while (!bench.run.call.result)
    g_main_context_iteration (NULL, TRUE);
  current = NULL;
  error = run_wait (&bench.run);
  g_assert_no_error (error);
  g_assert_cmpuint (td_message_get_text_length (run_nth (&bench.run, 1)), ==,
                    N_TOKENS * strlen (TOKEN));
  report (&bench, g_get_monotonic_time () - started, heap_before);
  g_assert_cmpint (
    engine_fixture_count (&fixture, "SELECT length(text) FROM message WHERE role = 'assistant'"),
    ==, N_TOKENS * strlen (TOKEN));
  run_clear (&bench.run);
  td_engine_stop (fixture.engine);
  g_object_unref (fixture.engine);
  g_subprocess_force_exit (server);
  g_subprocess_wait (server, NULL, NULL);
}

static void
bench_full_speed (void)
{
  run_bench ("full speed", "0");
}

static void
bench_500_a_second (void)
{
  run_bench ("500 a second", "2000");
}

int
main (int   argc,
      char *argv[])
{
  program = argv[0];
  if (argc == 3 && g_str_equal (argv[1], "--server"))
    return run_server ((guint) g_ascii_strtoull (argv[2], NULL, 10));
  td_test_init (&argc, &argv);
  g_main_context_set_poll_func (NULL, poll_cb);
  g_test_add_func ("/stream/full-speed", bench_full_speed);
  g_test_add_func ("/stream/500-a-second", bench_500_a_second);
  return g_test_run ();
}
