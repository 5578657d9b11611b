/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-clock.h"
#include "engine/engine-fixture.h"
#include "engine/td-request-log-store.h"
#include "engine/td-request-log.h"

#define DAY_US  G_TIME_SPAN_DAY
#define NOON_US (G_GINT64_CONSTANT (1795435200) * G_USEC_PER_SEC) /* 2026-11-23 12:00 UTC */

/* ---- figures ------------------------------------------------------------------------------- */

static void
test_rate (void)
{
  static const struct
  {
    gint64 first_token_ms, duration_ms, output, hidden;
    gint64 rate;
  } rows[] = {
    { 500, 2500, 100, 0, 50000 },
    { 0, 1000, 8, 0, 8000 },
    { 500, 2500, 100, 60, 20000 },  /* what was thought out of sight came before the first token */
    { 500, 2500, 100, 95, -1 },
    { 500, 549, 100, 0, -1 },       /* in one piece */
    { 500, 2500, 7, 0, -1 },
    { 500, 2500, -1, 0, -1 },
    { -1, 2500, 100, 0, -1 },
    { 500, -1, 100, 0, -1 },
    { 900, 500, 100, 0, -1 },       /* nonsense */
    { 0, 1000, G_MAXINT64, 0, -1 }, /* hostile */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (TdRequestRecord) record = td_request_record_new ();

      record->first_token_ms = rows[i].first_token_ms;
      record->duration_ms = rows[i].duration_ms;
      record->output_tokens = rows[i].output;
      record->hidden_tokens = rows[i].hidden;
      g_test_message ("row %" G_GSIZE_FORMAT, i);
      g_assert_cmpint (td_request_record_get_rate (record), ==, rows[i].rate);
    }
}

static void
test_kinds (void)
{
  static const struct
  {
    const char *outcome;
    TdRequestKind kind;
  } rows[] = {
    { "complete", TD_REQUEST_KIND_COMPLETE },
    { "stopped", TD_REQUEST_KIND_STOPPED },
    { "provider:server", TD_REQUEST_KIND_FAULT },
    { "provider:overloaded", TD_REQUEST_KIND_FAULT },
    { "provider:rate-limit", TD_REQUEST_KIND_FAULT },
    { "provider:cut", TD_REQUEST_KIND_FAULT },
    { "provider:timed-out", TD_REQUEST_KIND_FAULT },
    { "provider:unreachable", TD_REQUEST_KIND_FAULT },
    { "provider:auth", TD_REQUEST_KIND_REFUSED },
    { "provider:quota", TD_REQUEST_KIND_REFUSED },
    { "provider:invalid", TD_REQUEST_KIND_REFUSED },
    { "provider:too-large", TD_REQUEST_KIND_REFUSED },
    { "vault:locked", TD_REQUEST_KIND_REFUSED },
    { "provider:of-tomorrow", TD_REQUEST_KIND_REFUSED },
    { "", TD_REQUEST_KIND_REFUSED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].outcome);
      g_assert_cmpint (td_request_kind_of_outcome (rows[i].outcome), ==, rows[i].kind);
    }
}

static void
test_percentile (void)
{
  static const struct
  {
    gint64 values[20];
    guint n;
    gint64 median, p95;
  } rows[] = {
    { { 0 }, 0, -1, -1 },
    { { 7 }, 1, 7, 7 },
    { { 9, 1 }, 2, 1, 9 },
    { { 5, 1, 3 }, 3, 3, 5 },
    { { 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 }, 20, 10, 19 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gint64));

      g_array_append_vals (values, rows[i].values, rows[i].n);
      g_assert_cmpint (td_request_percentile (values, 50), ==, rows[i].median);
      g_assert_cmpint (td_request_percentile (values, 95), ==, rows[i].p95);
    }
}

static void
test_success (void)
{
  static const struct
  {
    TdRequestStats stats;
    int permille;
  } rows[] = {
    { { .n_requests = 3, .n_complete = 3 }, 1000 },
    { { .n_requests = 3, .n_complete = 2, .n_faults = 1 }, 666 },
    { { .n_requests = 4, .n_complete = 2, .n_stopped = 1, .n_refused = 1 }, 666 },
    { { .n_requests = 2, .n_stopped = 2 }, -1 },
    { { .n_requests = 2, .n_refused = 2 }, 0 },
    { { .n_requests = 0 }, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (td_request_stats_get_success (&rows[i].stats), ==, rows[i].permille);
}

/* ---- the log of an engine ------------------------------------------------------------------ */

/* An attempt at the free model, so many milliseconds before now; NULL: it was complete. */
typedef struct
{
  const char *provider_id;
  const char *model_key;
  gint64 age_us;
  guint n_try;
  gint64 first_token_ms;
  gint64 duration_ms;
  gint64 output_tokens;
  const char *failure; /* (nullable): a class, or "stopped" */
} Row;

static void
note (EngineFixture *fixture,
      const Row     *row)
{
  TdOfferAttempt attempt = TD_OFFER_ATTEMPT_INIT;
  g_autoptr (TdFailure) failure = NULL;
  TdProviderError class;

  attempt.provider_id = row->provider_id;
  attempt.model_key = row->model_key;
  attempt.purpose = "chat";
  attempt.n_try = row->n_try;
  attempt.started_us = td_clock_now_us () - row->age_us;
  attempt.first_token_ms = row->first_token_ms;
  attempt.duration_ms = row->duration_ms;
  attempt.output_tokens = row->output_tokens;
  attempt.stopped = g_strcmp0 (row->failure, "stopped") == 0;
  if (row->failure && td_provider_error_from_string (row->failure, &class))
    failure = td_failure_new (class, "the provider's own words");
  attempt.failure = failure;
  td_engine_note_attempt (fixture->engine, &attempt);
}

static const Row rows[] = {
  { "free-server", FREE_MODEL, 0, 1, 100, 1100, 50, NULL },
  { "free-server", FREE_MODEL, 0, 1, 300, 2300, 50, NULL },
  { "free-server", FREE_MODEL, DAY_US, 1, -1, 40, -1, "overloaded" },
  { "free-server", FREE_MODEL, DAY_US, 2, 200, 1200, 20, NULL },
  { "free-server", FREE_MODEL, DAY_US, 1, 50, 60, 9, "stopped" },
  { "paid", PAID_MODEL, 0, 1, -1, 30, -1, "auth" },
  { "paid", UNPRICED_MODEL, 20 * DAY_US, 1, 900, 1900, 10, NULL },
};

static void
note_all (EngineFixture *fixture)
{
  td_clock_freeze (NOON_US);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    note (fixture, &rows[i]);
}

/* "key requests/complete/stopped/faults/refused retries median/p95 rate out" lines. */
static char *
summarise (EngineFixture *fixture,
           TdRequestBy    by,
           guint          days,
           const char    *provider_id)
{
  TdRequestLog *log = td_engine_get_request_log (fixture->engine);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  GString *text = g_string_new (NULL);

  td_request_log_summarise_async (log, by, days, provider_id, NULL, td_test_ready, &call);
  all = td_request_log_summarise_finish (log, td_test_wait (&call), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < all->len; i++)
    {
      const TdRequestStats *s = g_ptr_array_index (all, i);

      g_string_append_printf (text,
                              "%s %u/%u/%u/%u/%u %u %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT
                              " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
                              s->key, s->n_requests, s->n_complete, s->n_stopped, s->n_faults,
                              s->n_refused, s->n_retries, s->first_token_median_ms,
                              s->first_token_p95_ms, s->rate_median, s->output_tokens);
    }
  return g_string_free_and_steal (text);
}

static void
check_summary (EngineFixture *fixture,
               TdRequestBy    by,
               guint          days,
               const char    *provider_id,
               const char    *expected)
{
  g_autofree char *text = summarise (fixture, by, days, provider_id);

  g_assert_cmpstr (text, ==, expected);
}

static void
check_summaries (EngineFixture *fixture)
{
  check_summary (fixture, TD_REQUEST_BY_PROVIDER, 30, NULL,
                 "free-server 5/3/1/1/0 1 100/300 25000 129\n"
                 "paid 2/1/0/0/1 0 900/900 10000 10\n");
  check_summary (fixture, TD_REQUEST_BY_MODEL, 30, NULL,
                 FREE_MODEL " 5/3/1/1/0 1 100/300 25000 129\n" PAID_MODEL
                            " 1/0/0/0/1 0 -1/-1 -1 0\n" UNPRICED_MODEL
                            " 1/1/0/0/0 0 900/900 10000 10\n");
  check_summary (fixture, TD_REQUEST_BY_DAY, 30, NULL,
                 "2026-11-03 1/1/0/0/0 0 900/900 10000 10\n"
                 "2026-11-22 3/1/1/1/0 1 50/200 20000 29\n"
                 "2026-11-23 3/2/0/0/1 0 100/300 25000 100\n");
  /* Today alone; one provider alone; nobody. */
  check_summary (fixture, TD_REQUEST_BY_DAY, 1, NULL,
                 "2026-11-23 3/2/0/0/1 0 100/300 25000 100\n");
  check_summary (fixture, TD_REQUEST_BY_PROVIDER, 2, "paid", "paid 1/0/0/0/1 0 -1/-1 -1 0\n");
  check_summary (fixture, TD_REQUEST_BY_PROVIDER, 90, "nobody", "");
}

static void
test_summaries (EngineFixture *fixture,
                gconstpointer  unused)
{
  note_all (fixture);
  check_summaries (fixture);
  engine_fixture_restart (fixture);
  check_summaries (fixture);
  td_clock_thaw ();
}

static void
check_measures (EngineFixture *fixture)
{
  TdOfferMeasure measure;

  td_engine_measure_offer (fixture->engine, FREE_MODEL, &measure);
  g_assert_cmpint (measure.n_requests, ==, 4);
  g_assert_cmpint (measure.first_token_ms, ==, 100);
  g_assert_cmpint (measure.tokens_per_ksecond, ==, 25000);
  g_assert_cmpint (measure.success_permille, ==, 750);

  /* A wrong key says nothing about the provider; nor does what was long ago. */
  td_engine_measure_offer (fixture->engine, PAID_MODEL, &measure);
  g_assert_cmpint (measure.n_requests, ==, 0);
  g_assert_cmpint (measure.success_permille, ==, TD_OFFER_UNMEASURED);
  td_engine_measure_offer (fixture->engine, UNPRICED_MODEL, &measure);
  g_assert_cmpint (measure.n_requests, ==, 0);
  g_assert_cmpint (measure.first_token_ms, ==, TD_OFFER_UNMEASURED);
  td_engine_measure_offer (fixture->engine, "no:such", &measure);
  g_assert_cmpint (measure.tokens_per_ksecond, ==, TD_OFFER_UNMEASURED);
}

static gboolean
is_measured (gpointer fixture)
{
  TdOfferMeasure measure;

  td_engine_measure_offer (((EngineFixture *) fixture)->engine, FREE_MODEL, &measure);
  return measure.n_requests > 0;
}

static void
test_measures (EngineFixture *fixture,
               gconstpointer  unused)
{
  note_all (fixture);
  check_measures (fixture);
  engine_fixture_restart (fixture);
  td_test_wait_until (is_measured, fixture, "the past to be read");
  check_measures (fixture);
  td_clock_thaw ();
}

/* An offer that recovered is not judged by what was long before. */
static void
test_measures_the_newest (EngineFixture *fixture,
                          gconstpointer  unused)
{
  static const Row good = { "free-server", FREE_MODEL, 0, 1, 10, 20, 3, NULL };
  static const Row bad = { "free-server", FREE_MODEL, 0, 1, -1, 20, -1, "server" };
  TdOfferMeasure measure;

  td_clock_freeze (NOON_US);
  for (guint i = 0; i < 80; i++)
    {
      td_clock_freeze (NOON_US + i);
      note (fixture, i < 40 ? &bad : &good);
    }
  td_engine_measure_offer (fixture->engine, FREE_MODEL, &measure);
  g_assert_cmpint (measure.n_requests, ==, 50);
  g_assert_cmpint (measure.success_permille, ==, 800);
  engine_fixture_restart (fixture);
  td_test_wait_until (is_measured, fixture, "the past to be read");
  td_engine_measure_offer (fixture->engine, FREE_MODEL, &measure);
  g_assert_cmpint (measure.n_requests, ==, 50);
  g_assert_cmpint (measure.success_permille, ==, 800);
  td_clock_thaw ();
}

static void
test_row (EngineFixture *fixture,
          gconstpointer  unused)
{
  static const Row row = { "free-server", FREE_MODEL, 0, 3, 100, 1100, 50, "rate_limit" };
  g_autofree char *sql = NULL;

  td_clock_freeze (NOON_US);
  note (fixture, &row);
  sql = g_strdup_printf ("SELECT count (*) FROM request_log WHERE started_us = %" G_GINT64_FORMAT
                         " AND provider_id = 'free-server' AND endpoint = '%s' AND model_key = '" FREE_MODEL
                         "' AND offer_key = '" FREE_MODEL
                         "' AND purpose = 'chat' AND outcome = 'provider:rate-limit' AND retries = 2"
                         " AND first_token_ms = 100 AND duration_ms = 1100 AND input_tokens IS NULL"
                         " AND cached_tokens IS NULL AND output_tokens = 50 AND rate = 50000",
                         NOON_US, fake_provider_get_url (fixture->server));
  g_assert_cmpint (engine_fixture_count (fixture, sql), ==, 1);
  td_clock_thaw ();
}

/* ---- what completions leave in it ---------------------------------------------------------- */

/* The outcomes in order, with the tries before, and what is known of times and tokens. */
static char *
read_outcomes (EngineFixture *fixture)
{
  static const char *const outcomes[] = { "complete", "stopped", "provider:server", "provider:cut",
                                          "provider:invalid" };
  GString *text = g_string_new (NULL);
  gint64 n = engine_fixture_count (fixture, "SELECT count (*) FROM request_log");

  for (gint64 i = 0; i < n; i++)
    {
      for (gsize j = 0; j < G_N_ELEMENTS (outcomes); j++)
        {
          g_autofree char *where = g_strdup_printf (
            "FROM request_log WHERE id = (SELECT id FROM request_log ORDER BY id LIMIT 1"
            " OFFSET %" G_GINT64_FORMAT ") AND outcome = '%s'",
            i, outcomes[j]);
          g_autofree char *count = g_strdup_printf ("SELECT count (*) %s", where);
          g_autofree char *retries = g_strdup_printf ("SELECT retries %s", where);
          g_autofree char *shown =
            g_strdup_printf ("SELECT first_token_ms IS NOT NULL %s", where);
          g_autofree char *output =
            g_strdup_printf ("SELECT coalesce (output_tokens, -1) %s", where);

          if (engine_fixture_count (fixture, count) == 1)
            g_string_append_printf (text, "%s %d %d %d\n", outcomes[j],
                                    (int) engine_fixture_count (fixture, retries),
                                    (int) engine_fixture_count (fixture, shown),
                                    (int) engine_fixture_count (fixture, output));
        }
    }
  return g_string_free_and_steal (text);
}

static void
run_one (EngineFixture   *fixture,
         const FakeReply *replies,
         gsize            n_replies)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n_replies; i++)
    fake_provider_queue (fixture->server, &replies[i]);
  run_prepare (&run, fixture, FREE_MODEL, "prompt-canary");
  run_start (&run, NULL);
  error = run_wait (&run);
}

static void
test_completions (EngineFixture *fixture,
                  gconstpointer  unused)
{
  static const FakeReply replies[] = {
    { .token = "word-canary ",
      .n_tokens = 3,
      .usage = "{\"prompt_tokens\":9,\"completion_tokens\":3}" },
    { .status = 500, .body = "{\"error\":{\"message\":\"error-canary\"}}" },
    { .token = "x", .n_tokens = 2, .usage = "{\"prompt_tokens\":9,\"completion_tokens\":2}" },
    { .token = "x", .n_tokens = 1, .end = FAKE_END_NO_FINISH },
    { .status = 400, .body = "{\"error\":{\"message\":\"error-canary\"}}" },
  };
  g_autofree char *outcomes = NULL;

  run_one (fixture, &replies[0], 1);
  run_one (fixture, &replies[1], 2);
  run_one (fixture, &replies[3], 1);
  run_one (fixture, &replies[4], 1);
  outcomes = read_outcomes (fixture);
  g_assert_cmpstr (outcomes, ==,
                   "complete 0 1 3\n"
                   "provider:server 0 0 -1\n"
                   "complete 1 1 2\n"
                   "provider:cut 0 1 -1\n"
                   "provider:invalid 0 0 -1\n");
  /* Figures and names, and not a word of what was said. */
  g_assert_cmpint (
    engine_fixture_count (
      fixture, "SELECT count (*) FROM request_log WHERE provider_id || endpoint || model_key ||"
               " offer_key || purpose || outcome LIKE '%canary%'"),
    ==, 0);
}

static void
stop_cb (TdCompletion *completion,
         const char   *delta,
         gpointer      unused)
{
  td_completion_stop (completion);
}

static void
test_stopped (EngineFixture *fixture,
              gconstpointer  unused)
{
  static const FakeReply slow = { .token = "x", .n_tokens = 3, .end = FAKE_END_STALL };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autofree char *outcomes = NULL;

  fake_provider_queue (fixture->server, &slow);
  run_prepare (&run, fixture, FREE_MODEL, "hello");
  g_signal_connect (run.completion, "text", G_CALLBACK (stop_cb), NULL);
  run_start (&run, NULL);
  error = run_wait (&run);
  outcomes = read_outcomes (fixture);
  g_assert_cmpstr (outcomes, ==, "stopped 0 1 -1\n");
}

/* ---- bounds -------------------------------------------------------------------------------- */

static void
test_forgets_the_old (EngineFixture *fixture,
                      gconstpointer  unused)
{
  static const Row kept = { "paid", PAID_MODEL, 89 * DAY_US, 1, 10, 20, 3, NULL };
  static const Row dropped = { "paid", PAID_MODEL, 91 * DAY_US, 1, 10, 20, 3, NULL };

  td_clock_freeze (NOON_US);
  note (fixture, &kept);
  note (fixture, &dropped);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count (*) FROM request_log"), ==, 1);
  td_clock_freeze (NOON_US + 2 * DAY_US);
  note (fixture, &rows[0]);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count (*) FROM request_log"), ==, 1);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count (*) FROM request_log"
                                                  " WHERE provider_id = 'free-server'"),
                   ==, 1);
  td_clock_thaw ();
}

static void
test_forgets_the_many (EngineFixture *fixture,
                       gconstpointer  unused)
{
  td_clock_freeze (NOON_US);
  engine_fixture_execute (fixture,
                          "INSERT INTO request_log (id, started_us, provider_id, endpoint, model_key,"
                          " offer_key, purpose, outcome, retries)"
                          " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100010)"
                          " SELECT i, 1795435200000000, 'p', '', 'm', 'm', 'chat', 'complete', 0 FROM n");
  note (fixture, &rows[0]);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count (*) FROM request_log"), ==,
                   TD_REQUEST_LOG_ROWS);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count (*) FROM request_log"
                                                  " WHERE provider_id = 'free-server'"),
                   ==, 1);
  td_clock_thaw ();
}

/* What is noted at the very end is written before the database closes. */
static void
test_written_at_the_end (EngineFixture *fixture,
                         gconstpointer  unused)
{
  for (guint i = 0; i < 200; i++)
    note (fixture, &rows[0]);
  td_engine_stop (fixture->engine);
  engine_fixture_restart (fixture);
  g_assert_cmpint (engine_fixture_count (fixture, "SELECT count (*) FROM request_log"), ==, 200);
}

static void
add (const char *path,
     void (*test) (EngineFixture *fixture,
                   gconstpointer unused))
{
  g_test_add (path, EngineFixture, NULL, engine_fixture_set_up, test, engine_fixture_tear_down);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  td_test_init (&argc, &argv);
  g_test_add_func ("/request-log/rate", test_rate);
  g_test_add_func ("/request-log/kinds", test_kinds);
  g_test_add_func ("/request-log/percentile", test_percentile);
  g_test_add_func ("/request-log/success", test_success);
  add ("/request-log/summaries", test_summaries);
  add ("/request-log/measures", test_measures);
  add ("/request-log/measures-the-newest", test_measures_the_newest);
  add ("/request-log/row", test_row);
  add ("/request-log/completions", test_completions);
  add ("/request-log/stopped", test_stopped);
  add ("/request-log/forgets-the-old", test_forgets_the_old);
  add ("/request-log/forgets-the-many", test_forgets_the_many);
  add ("/request-log/written-at-the-end", test_written_at_the_end);
  return g_test_run ();
}
