/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <stdlib.h>
#include <time.h>

#include "app/markdown/td-code-language.h"
#include "app/markdown/td-markdown-view.h"
#include "app/markdown/td-pinned-scroller.h"

/*
 * A reply of 20,000 tokens comes in at 500 tokens a second, as it does in the chat page: how
 * long the main loop is held at most, what a frame costs, how memory grows. With an argument
 * the rate is that many times as high.
 */

#define N_TOKENS          20000
#define TOKENS_PER_SECOND 500
#define BYTES_PER_TOKEN   43 / 10
#define MAX_HOLD_MS       16.0

typedef struct
{
  char *text;
  gsize length;
  gsize sent;
  double rate;             /* bytes a microsecond */
  gint64 started;
  GtkWidget *view;
  GArray *holds;           /* (element-type double): ms, wall clock */
  GArray *cpu_holds;       /* (element-type double): ms, of this thread */
  GArray *frames;          /* (element-type double): ms */
  gint64 awake_since;      /* when poll returned */
  double cpu_since;
  gint64 frame_since;
  gboolean skip;           /* this round of the loop did the measuring itself */
  long memory_kb[4];       /* at the start, 5,000, 10,000 and 20,000 tokens */
  guint n_memory;
  gboolean over;
} Bench;

static Bench bench;

/* ---- the reply ---- */

static guint32 seed = 12345;

static guint
pick (guint n)
{
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % n;
}

static void
add_words (GString *out,
           guint    n)
{
  static const char *const words[] = {
    "the",
    "server",
    "keeps",
    "a",
    "connection",
    "open",
    "until",
    "every",
    "request",
    "has",
    "been",
    "answered",
    "and",
    "then",
    "closes",
    "it",
    "which",
    "means",
    "that",
    "clients",
    "should",
    "reuse",
    "what",
    "they",
    "have",
    "rather",
    "than",
    "opening",
    "another",
    "memory",
    "is",
    "freed",
    "when",
    "**important**",
    "`g_object_unref ()`",
    "*usually*",
    "[documentation](https://example.org/docs)",
    "latency",
    "throughput",
    "depends",
    "on",
    "scheduler",
    "however",
    "configuration",
    "database",
  };

  for (guint i = 0; i < n; i++)
    g_string_append_printf (out, "%s%s", i ? " " : "", words[pick (G_N_ELEMENTS (words))]);
  g_string_append (out, ".");
}

static void
add_code (GString *out)
{
  static const char *const languages[] = { "python", "javascript", "bash", "c",
                                           "json", "rust", "sql", "" };
  static const char *const lines[] = {
    "def handle(request, timeout=30):",
    "    # keep the connection open as long as possible",
    "    if request.method == \"POST\" and request.body:",
    "        return json.dumps({\"status\": 200, \"items\": [1, 2, 3]})",
    "for (int i = 0; i < 100; i++) { total += values[i] * 3.14; }",
    "const result = await fetch(`https://example.org/${name}`);",
    "SELECT name, count(*) FROM users WHERE age > 30 GROUP BY name;",
    "",
    "let mut buffer: Vec<u8> = Vec::with_capacity(4096);",
    "export PATH=\"$HOME/bin:$PATH\"  # and a rather long line, so that it has to scroll sideways to be read in full",
  };
  guint n = 5 + pick (25);

  g_string_append_printf (out, "```%s\n", languages[pick (G_N_ELEMENTS (languages))]);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (out, "%s\n", lines[pick (G_N_ELEMENTS (lines))]);
  g_string_append (out, "```\n\n");
}

static void
add_list (GString  *out,
          gboolean  is_ordered)
{
  guint n = 3 + pick (6);

  for (guint i = 0; i < n; i++)
    {
      if (is_ordered)
        g_string_append_printf (out, "%u. ", i + 1);
      else
        g_string_append (out, "- ");
      add_words (out, 4 + pick (20));
      g_string_append (out, "\n");
      if (pick (3) == 0)
        {
          g_string_append (out, "   - ");
          add_words (out, 4 + pick (8));
          g_string_append (out, "\n");
        }
    }
  g_string_append (out, "\n");
}

static void
add_table (GString *out)
{
  guint n = 3 + pick (8);

  g_string_append (out, "| Name | Value | Unit | Note |\n|---|--:|:-:|---|\n");
  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (out, "| row %u | %u | ms | ", i, pick (1000));
      add_words (out, 2 + pick (8));
      g_string_append (out, " |\n");
    }
  g_string_append (out, "\n");
}

static char *
make_reply (gsize length)
{
  GString *out = g_string_new (NULL);

  while (out->len < length)
    switch (pick (8))
      {
      case 0:
        g_string_append_printf (out, "%s ", pick (2) ? "##" : "###");
        add_words (out, 3 + pick (4));
        g_string_append (out, "\n\n");
        break;
      case 1:
        add_code (out);
        break;
      case 2:
        add_list (out, FALSE);
        break;
      case 3:
        add_list (out, TRUE);
        break;
      case 4:
        add_table (out);
        break;
      case 5:
        g_string_append (out, "> ");
        add_words (out, 20);
        g_string_append (out, "\n\n");
        break;
      default:
        add_words (out, 30 + pick (70));
        g_string_append (out, "\n\n");
      }
  g_string_truncate (out, length);
  return g_string_free (out, FALSE);
}

/* ---- measuring ---- */

static double
cpu_ms (void)
{
  struct timespec t;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}

static long
memory_kb (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL))
    return 0;
  line = strstr (text, "Private_Dirty:");
  return line ? strtol (line + strlen ("Private_Dirty:"), NULL, 10) : 0;
}

/* The loop is held from the moment poll returns until it is called again. */
static int
poll_func (GPollFD *fds,
           guint    n_fds,
           int      timeout)
{
  int result;

  if (bench.awake_since && bench.started && !bench.skip)
    {
      double ms = (double) (g_get_monotonic_time () - bench.awake_since) / 1000;
      double cpu = cpu_ms () - bench.cpu_since;

      g_array_append_val (bench.holds, ms);
      g_array_append_val (bench.cpu_holds, cpu);
    }
  bench.skip = FALSE;
  result = g_poll (fds, n_fds, timeout);
  bench.awake_since = g_get_monotonic_time ();
  bench.cpu_since = cpu_ms ();
  return result;
}

static void
before_paint_cb (GdkFrameClock *clock,
                 gpointer       user_data)
{
  bench.frame_since = g_get_monotonic_time ();
}

static void
after_paint_cb (GdkFrameClock *clock,
                gpointer       user_data)
{
  double ms = (double) (g_get_monotonic_time () - bench.frame_since) / 1000;

  if (bench.started)
    g_array_append_val (bench.frames, ms);
}

static void
note_memory (void)
{
  static const gsize tokens[] = { 0, 5000, 10000, 20000 };

  if (bench.n_memory < G_N_ELEMENTS (tokens) &&
      bench.sent >= tokens[bench.n_memory] * BYTES_PER_TOKEN)
    {
      bench.memory_kb[bench.n_memory++] = memory_kb ();
      bench.skip = TRUE;
    }
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
quantile (GArray *values,
          double  q)
{
  g_array_sort (values, compare);
  return values->len ? g_array_index (values, double, (guint) ((values->len - 1) * q)) : 0;
}

static int
report (void)
{
  double hold = quantile (bench.cpu_holds, 1);
  long first = bench.memory_kb[2] - bench.memory_kb[1];
  long second = bench.memory_kb[3] - bench.memory_kb[2];

  g_print ("reply: %d tokens, %" G_GSIZE_FORMAT " bytes, in %.1f s\n", N_TOKENS, bench.length,
           (double) (g_get_monotonic_time () - bench.started) / 1e6);
  g_print ("main loop held: longest %.1f ms (%.1f ms of CPU), p99 %.1f ms, p50 %.2f ms\n",
           quantile (bench.holds, 1), hold, quantile (bench.holds, 0.99),
           quantile (bench.holds, 0.5));
  g_print ("frames: %u, p50 %.1f ms, p95 %.1f ms, longest %.1f ms\n", bench.frames->len,
           quantile (bench.frames, 0.5), quantile (bench.frames, 0.95), quantile (bench.frames, 1));
  g_print (
    "memory (private): %.1f MB at the start, %.1f at 5,000, %.1f at 10,000, %.1f at 20,000 tokens\n",
    (double) bench.memory_kb[0] / 1024, (double) bench.memory_kb[1] / 1024,
    (double) bench.memory_kb[2] / 1024, (double) bench.memory_kb[3] / 1024);
  g_print (
    "memory growth per 1,000 tokens: %.0f KB from 5,000 to 10,000, %.0f KB from 10,000 to 20,000\n",
    (double) first / 5, (double) second / 10);
  if (hold > MAX_HOLD_MS)
    g_print ("FAILED: the main loop was held for more than %.0f ms of CPU\n", MAX_HOLD_MS);
  if (second > first * 3)
    g_print ("FAILED: memory grows faster than the reply\n");
  return hold > MAX_HOLD_MS || second > first * 3;
}

/* ---- running ---- */

static gboolean
send_cb (gpointer user_data)
{
  gsize due = (gsize) ((double) (g_get_monotonic_time () - bench.started) * bench.rate);

  due = MIN (due, bench.length);
  td_markdown_view_append (TD_MARKDOWN_VIEW (bench.view), bench.text + bench.sent,
                           due - bench.sent);
  bench.sent = due;
  if (due < bench.length)
    {
      note_memory ();
      return G_SOURCE_CONTINUE;
    }
  td_markdown_view_finish (TD_MARKDOWN_VIEW (bench.view));
  return G_SOURCE_REMOVE;
}

static gboolean
check_end_cb (gpointer user_data)
{
  if (bench.sent < bench.length || !td_markdown_view_is_up_to_date (TD_MARKDOWN_VIEW (bench.view)))
    return G_SOURCE_CONTINUE;
  note_memory ();
  bench.over = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
start_cb (gpointer user_data)
{
  note_memory ();
  bench.started = g_get_monotonic_time ();
  /* Pieces as a network hands them out. */
  g_timeout_add (5, send_cb, NULL);
  g_timeout_add (200, check_end_cb, NULL);
  return G_SOURCE_REMOVE;
}

static void
realize_cb (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), NULL);
  g_signal_connect_after (clock, "after-paint", G_CALLBACK (after_paint_cb), NULL);
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();
  g_autofree char *path =
    g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "ui", "style.css", NULL);

  gtk_css_provider_load_from_path (style, path);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static GtkWidget *
create_window (void)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *scroller = td_pinned_scroller_new ();
  GtkWidget *clamp = adw_clamp_new ();

  load_style ();
  bench.view = td_markdown_view_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 800);
  adw_clamp_set_child (ADW_CLAMP (clamp), bench.view);
  td_pinned_scroller_set_child (TD_PINNED_SCROLLER (scroller), clamp);
  adw_window_set_content (ADW_WINDOW (window), scroller);
  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  g_signal_connect (window, "realize", G_CALLBACK (realize_cb), NULL);
  return window;
}

int
main (int   argc,
      char *argv[])
{
  double speed = argc > 1 ? g_ascii_strtod (argv[1], NULL) : 1;
  int result;

  g_assert_nonnull (g_getenv ("G_TEST_SRCDIR"));
  adw_init ();
  bench.length = (gsize) N_TOKENS * BYTES_PER_TOKEN;
  bench.text = make_reply (bench.length);
  bench.rate = speed * TOKENS_PER_SECOND * (double) bench.length / N_TOKENS / 1e6;
  bench.holds = g_array_new (FALSE, FALSE, sizeof (double));
  bench.cpu_holds = g_array_new (FALSE, FALSE, sizeof (double));
  bench.frames = g_array_new (FALSE, FALSE, sizeof (double));
  g_main_context_set_poll_func (NULL, poll_func);
  td_code_language_warm_up ();
  gtk_window_present (GTK_WINDOW (create_window ()));
  /* The application has been up for a while when a reply comes. */
  g_timeout_add (1500, start_cb, NULL);
  while (!bench.over)
    g_main_context_iteration (NULL, TRUE);
  result = report ();
  g_array_unref (bench.holds);
  g_array_unref (bench.cpu_holds);
  g_array_unref (bench.frames);
  g_free (bench.text);
  return result;
}
