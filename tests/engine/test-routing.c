/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One model at three providers: which of them is asked, and what happens when it fails.
 */
#include "config.h"

#include "engine/engine-fixture.h"
#include "engine/td-engine-private.h"
#include "engine/td-route-note.h"

#define USAGE      "{\"prompt_tokens\":10,\"completion_tokens\":3,\"total_tokens\":13}"
#define ERROR_BODY "{\"error\":{\"message\":\"words\"}}"

#define N_PLACES 3

/* Dearest first, so that nothing is right by chance. */
static const struct
{
  const char *provider_id;
  const char *key;
  TdPrice price; /* in and out alike */
} places[N_PLACES] = {
  { "north", "north:tiny", 9000000 },
  { "south", "south:tiny", 3000000 },
  { "west", "west:tiny", 6000000 },
};

enum
{
  NORTH,
  SOUTH,
  WEST,
};

typedef struct
{
  EngineFixture base;
  FakeProvider *servers[N_PLACES];
} Fixture;

static const FakeReply good = { .token = "word ", .n_tokens = 3, .usage = USAGE };
static const FakeReply broken = { .status = 500, .body = ERROR_BODY };

static TdModelFacts *
make_model (guint place)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strdup (places[place].key);
  facts->provider_id = g_strdup (places[place].provider_id);
  facts->id = g_strdup ("tiny");
  facts->name = g_strdup_printf ("Tiny of the %s", places[place].provider_id);
  facts->base_model = g_strdup ("maker/tiny");
  facts->type = TD_MODEL_TYPE_CHAT;
  facts->input = facts->output = TD_MODALITY_TEXT;
  facts->max_output = 1000;
  facts->price.input = facts->price.output = places[place].price;
  return facts;
}

static void
add_place (Fixture *self,
           guint    place,
           TdAuth   auth)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdProviderFacts *provider = td_provider_facts_new ();

  provider->id = g_strdup (places[place].provider_id);
  provider->name = g_strdup (places[place].provider_id);
  provider->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  provider->base_url = g_strdup (fake_provider_get_url (self->servers[place]));
  provider->auth = auth;
  g_ptr_array_add (models, make_model (place));
  td_market_set_discovered (td_engine_get_market (self->base.engine), places[place].provider_id,
                            provider, models);
}

static void
set_order (Fixture      *self,
           TdRouteOrder  order)
{
  TdPolicy policy = *td_engine_get_policy (self->base.engine);

  policy.order = order;
  td_engine_set_policy (self->base.engine, &policy);
}

static void
set_up (Fixture       *self,
        gconstpointer  unused)
{
  engine_fixture_set_up (&self->base, NULL);
  for (guint i = 0; i < N_PLACES; i++)
    {
      self->servers[i] = fake_provider_new ();
      add_place (self, i, TD_AUTH_NONE);
    }
  set_order (self, TD_ROUTE_CHEAPEST);
}

static gboolean
is_idle (gpointer server)
{
  return fake_provider_is_idle (server);
}

static void
tear_down (Fixture       *self,
           gconstpointer  unused)
{
  engine_fixture_tear_down (&self->base, NULL);
  for (guint i = 0; i < N_PLACES; i++)
    {
      td_test_wait_until (is_idle, self->servers[i], "a server to be left alone");
      fake_provider_free (self->servers[i]);
    }
}

static void
queue (Fixture         *self,
       guint            place,
       const FakeReply *reply,
       guint            times)
{
  for (guint i = 0; i < times; i++)
    fake_provider_queue (self->servers[place], reply);
}

static GError *
ask (Fixture *self,
     Run     *run,
     guint    place)
{
  run_prepare (run, &self->base, places[place].key, "question");
  run_start (run, NULL);
  return run_wait (run);
}

/* How often each was asked. */
static void
check_asked (Fixture *self,
             guint    north,
             guint    south,
             guint    west)
{
  g_assert_cmpuint (fake_provider_get_n_chats (self->servers[NORTH]), ==, north);
  g_assert_cmpuint (fake_provider_get_n_chats (self->servers[SOUTH]), ==, south);
  g_assert_cmpuint (fake_provider_get_n_chats (self->servers[WEST]), ==, west);
}

static TdMessage *
get_reply (Run *run)
{
  return td_completion_get_reply (run->completion);
}

/* What is written with the receipt: "why offers", and the failed with their reasons. */
static char *
dup_note (Fixture *self,
          Run     *run)
{
  g_autoptr (TdReceipt) receipt = engine_fixture_receipt (&self->base, get_reply (run));
  g_autoptr (TdRouteNote) note = td_route_note_parse (receipt->route);
  GString *text = g_string_new (NULL);

  g_assert_nonnull (note);
  g_string_append_printf (text, "%s %u", td_route_why_to_string (note->why), note->n_fitting);
  for (guint i = 0; i < note->steps->len; i++)
    {
      const TdRouteStep *step = g_ptr_array_index (note->steps, i);

      g_string_append_printf (text, " %s%s=%s", step->failed ? "!" : "", step->model_key,
                              step->reason);
    }
  return g_string_free_and_steal (text);
}

static void
check_note (Fixture    *self,
            Run        *run,
            const char *expected)
{
  g_autofree char *note = dup_note (self, run);

  g_assert_cmpstr (note, ==, expected);
}

/* ---- choosing ------------------------------------------------------------------------------- */

static void
test_cheapest (Fixture       *fixture,
               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdReceipt) receipt = NULL;

  queue (fixture, SOUTH, &good, 1);
  error = ask (fixture, &run, NORTH);
  g_assert_no_error (error);
  check_asked (fixture, 0, 1, 0);
  g_assert_cmpstr (td_message_get_model_key (get_reply (&run)), ==, "south:tiny");
  g_assert_cmpstr (td_message_get_model_name (get_reply (&run)), ==, "Tiny of the south");
  /* The chat stays with what was picked. */
  g_assert_cmpstr (td_conversation_get_model_key (run.conversation), ==, "north:tiny");
  receipt = engine_fixture_receipt (&fixture->base, get_reply (&run));
  g_assert_cmpstr (receipt->provider_id, ==, "south");
  g_assert_cmpint (receipt->cost, ==, 13 * 3000);
  check_note (fixture, &run, "cheapest 3");
  g_assert_cmpstr (td_completion_get_receipt (run.completion)->route, ==, receipt->route);
}

static void
test_chosen (Fixture       *fixture,
             gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  set_order (fixture, TD_ROUTE_CHOSEN);
  queue (fixture, NORTH, &broken, 3);
  error = ask (fixture, &run, NORTH);
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_SERVER);
  check_asked (fixture, 3, 0, 0);
  check_note (fixture, &run, "chosen 1");
}

/* One completion may go by an order of its own. */
static void
test_order_of_one (Fixture       *fixture,
                   gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  queue (fixture, NORTH, &good, 1);
  run_prepare (&run, &fixture->base, "north:tiny", "question");
  td_completion_set_route_order (run.completion, TD_ROUTE_CHOSEN);
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  check_asked (fixture, 1, 0, 0);
}

static void
set_own_order (Fixture           *fixture,
               const char *const *ids)
{
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->base.engine);

  td_endpoint_list_set_order_async (endpoints, ids, NULL, td_test_ready, &call);
  g_assert_true (td_endpoint_list_set_order_finish (endpoints, td_test_wait (&call), NULL));
}

static void
test_own_order (Fixture       *fixture,
                gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  set_order (fixture, TD_ROUTE_OWN);
  set_own_order (fixture, (const char *[]) { "west", "north", NULL });
  queue (fixture, WEST, &good, 1);
  error = ask (fixture, &run, SOUTH);
  g_assert_no_error (error);
  check_asked (fixture, 0, 0, 1);
  check_note (fixture, &run, "first-in-order 3");
}

static gboolean
look_up_cb (gpointer        user_data,
            const char     *model_key,
            TdOfferMeasure *measure)
{
  *measure = (TdOfferMeasure) { 10, g_str_equal (model_key, "west:tiny") ? 100 : 900, 50000,
                                g_str_equal (model_key, "north:tiny") ? 1000 : 800 };
  return TRUE;
}

static void
test_measured (Fixture       *fixture,
               gconstpointer  unused)
{
  static const TdOfferLog log = { look_up_cb, NULL };
  g_auto (Run) fast = RUN_INIT;
  g_auto (Run) reliable = RUN_INIT;
  g_autoptr (GError) error = NULL;

  td_engine_set_offer_log (fixture->base.engine, &log, NULL);
  set_order (fixture, TD_ROUTE_FASTEST);
  queue (fixture, WEST, &good, 1);
  error = ask (fixture, &fast, SOUTH);
  g_assert_no_error (error);
  check_asked (fixture, 0, 0, 1);
  check_note (fixture, &fast, "fastest 3");

  set_order (fixture, TD_ROUTE_RELIABLE);
  queue (fixture, NORTH, &good, 1);
  error = ask (fixture, &reliable, SOUTH);
  g_assert_no_error (error);
  check_asked (fixture, 1, 0, 1);
  check_note (fixture, &reliable, "most-reliable 3");
}

static void
test_without_key (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  add_place (fixture, SOUTH, TD_AUTH_BEARER);
  queue (fixture, WEST, &good, 1);
  error = ask (fixture, &run, NORTH);
  g_assert_no_error (error);
  check_asked (fixture, 0, 0, 1);
  check_note (fixture, &run, "cheapest 2 south:tiny=no-key");
}

static void
test_switched_off (Fixture       *fixture,
                   gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  TdEndpointList *endpoints = td_engine_get_endpoints (fixture->base.engine);
  g_autoptr (GError) error = NULL;

  td_endpoint_list_set_async (endpoints, "south", "enabled", "false", NULL, td_test_ready, &call);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&call), NULL));
  queue (fixture, WEST, &good, 1);
  /* Also when it is the one that was picked: others can do it. */
  error = ask (fixture, &run, SOUTH);
  g_assert_no_error (error);
  check_asked (fixture, 0, 0, 1);
}

/* What does not fit the limit is passed over; when nothing does, nothing is sent. */
static void
test_limit (Fixture       *fixture,
            gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_auto (Run) refused = RUN_INIT;
  g_autoptr (GError) error = NULL;

  set_order (fixture, TD_ROUTE_OWN);
  set_own_order (fixture, (const char *[]) { "north", "west", "south", NULL });
  queue (fixture, WEST, &good, 1);
  run_prepare (&run, &fixture->base, "north:tiny", "question");
  td_completion_set_max_cost (run.completion, 7000 * 1000); /* 1,000 tokens and a short prompt */
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  check_asked (fixture, 0, 0, 1);
  check_note (fixture, &run, "first-in-order 3 north:tiny=too-expensive");

  run_prepare (&refused, &fixture->base, "north:tiny", "question");
  td_completion_set_max_cost (refused.completion, 1000);
  run_start (&refused, NULL);
  error = run_wait (&refused);
  g_assert_error (error, TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_LIMIT);
  check_asked (fixture, 0, 0, 1);
}

/* ---- falling back --------------------------------------------------------------------------- */

static void
test_fallback (Fixture       *fixture,
               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdReceipt) receipt = NULL;
  TdMessage *reply;

  queue (fixture, SOUTH, &broken, 2);
  queue (fixture, WEST, &good, 1);
  error = ask (fixture, &run, NORTH);
  g_assert_no_error (error);
  check_asked (fixture, 0, 2, 1);
  reply = get_reply (&run);
  g_assert_cmpstr (td_message_get_text (reply), ==, "word word word ");
  g_assert_cmpstr (td_message_get_model_key (reply), ==, "west:tiny");
  receipt = engine_fixture_receipt (&fixture->base, reply);
  g_assert_cmpstr (receipt->model_key, ==, "west:tiny");
  g_assert_cmpstr (receipt->provider_id, ==, "west");
  g_assert_cmpint (receipt->prices.input, ==, 6000000);
  g_assert_cmpint (receipt->cost, ==, 13 * 6000);
  g_assert_cmpint (receipt->held, >=, receipt->cost);
  g_assert_cmpint (engine_fixture_count (&fixture->base, "SELECT count(*) FROM receipt"), ==, 1);
  g_assert_cmpint (engine_fixture_count (&fixture->base,
                                         "SELECT count(*) FROM message WHERE model_key = 'west:tiny'"
                                         " AND model_name = 'Tiny of the west'"),
                   ==, 1);
  check_note (fixture, &run, "cheapest 3 !south:tiny=provider:server");
}

/* Neither a wrong key nor an empty quota is asked twice. */
static void
test_no_second_try (Fixture       *fixture,
                    gconstpointer  unused)
{
  static const FakeReply no_credit = { .status = 402, .body = ERROR_BODY };
  static const FakeReply wrong_key = { .status = 401, .body = ERROR_BODY };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  queue (fixture, SOUTH, &no_credit, 1);
  queue (fixture, WEST, &wrong_key, 1);
  queue (fixture, NORTH, &good, 1);
  error = ask (fixture, &run, NORTH);
  g_assert_no_error (error);
  check_asked (fixture, 1, 1, 1);
  check_note (fixture, &run, "cheapest 3 !south:tiny=provider:quota !west:tiny=provider:no-key");
}

static void
test_all_fail (Fixture       *fixture,
               gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_PLACES; i++)
    queue (fixture, i, &broken, 3);
  error = ask (fixture, &run, NORTH);
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_SERVER);
  check_asked (fixture, 3, 2, 2); /* the last one has nobody after it */
  g_assert_cmpint (td_message_get_state (get_reply (&run)), ==, TD_MESSAGE_STATE_FAILED);
  g_assert_cmpint (td_message_get_cost (get_reply (&run)), ==, 0);
  g_assert_cmpint (engine_fixture_count (&fixture->base,
                                         "SELECT count(*) FROM receipt WHERE settled_us IS NULL"),
                   ==, 0);
}

/* After the first token nobody else is asked. */
static void
test_not_after_the_first_token (Fixture       *fixture,
                                gconstpointer  unused)
{
  static const FakeReply cut = { .token = "word ", .n_tokens = 2, .end = FAKE_END_CUT };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  queue (fixture, SOUTH, &cut, 1);
  error = ask (fixture, &run, NORTH);
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_CUT);
  check_asked (fixture, 0, 1, 0);
  g_assert_cmpstr (td_message_get_text (get_reply (&run)), ==, "word word ");
}

static void
test_not_for_a_wrong_request (Fixture       *fixture,
                              gconstpointer  unused)
{
  static const FakeReply invalid = { .status = 400, .body = ERROR_BODY };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  queue (fixture, SOUTH, &invalid, 1);
  error = ask (fixture, &run, NORTH);
  g_assert_error (error, TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_INVALID);
  check_asked (fixture, 0, 1, 0);
}

/* Nothing is sent to the next place before its hold is on the disk. */
static void
test_no_move_no_request (Fixture       *fixture,
                         gconstpointer  unused)
{
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  engine_fixture_execute (&fixture->base,
                          "CREATE TRIGGER broken BEFORE UPDATE OF held ON receipt"
                          " BEGIN SELECT RAISE (ABORT, 'on purpose'); END");
  queue (fixture, SOUTH, &broken, 2);
  error = ask (fixture, &run, NORTH);
  g_assert_error (error, TD_STORE_ERROR, TD_STORE_ERROR_CONSTRAINT);
  check_asked (fixture, 0, 2, 0);
  g_assert_cmpint (td_message_get_state (get_reply (&run)), ==, TD_MESSAGE_STATE_FAILED);
  g_assert_cmpint (engine_fixture_count (&fixture->base,
                                         "SELECT count(*) FROM receipt WHERE settled_us IS NULL"),
                   ==, 0);
}

static gboolean
is_asked (gpointer server)
{
  return fake_provider_get_n_chats (server) > 0;
}

/* While the second one is thinking, its hold is the one that is open. */
static void
test_hold_moves_first (Fixture       *fixture,
                       gconstpointer  unused)
{
  static const FakeReply stall = { .end = FAKE_END_STALL };
  g_auto (Run) run = RUN_INIT;
  g_autoptr (GError) error = NULL;

  queue (fixture, SOUTH, &broken, 2);
  queue (fixture, WEST, &stall, 1);
  run_prepare (&run, &fixture->base, "north:tiny", "question");
  run_start (&run, NULL);
  td_test_wait_until (is_asked, fixture->servers[WEST], "the second place to be asked");
  g_assert_cmpint (engine_fixture_count (&fixture->base,
                                         "SELECT count(*) FROM receipt WHERE settled_us IS NULL"
                                         " AND provider_id = 'west' AND price_input = 6000000"),
                   ==, 1);
  td_completion_stop (run.completion);
  error = run_wait (&run);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (td_message_get_state (get_reply (&run)), ==, TD_MESSAGE_STATE_STOPPED);
  check_asked (fixture, 0, 2, 1);
}

/* One that fails again and again is left alone, as long as others can do it. */
static void
test_resting (Fixture       *fixture,
              gconstpointer  unused)
{
  g_auto (Run) first = RUN_INIT;
  g_auto (Run) second = RUN_INIT;
  g_auto (Run) third = RUN_INIT;
  g_autoptr (GError) error = NULL;

  queue (fixture, SOUTH, &broken, 3);
  queue (fixture, WEST, &good, 3);
  error = ask (fixture, &first, NORTH);
  g_assert_no_error (error);
  check_asked (fixture, 0, 2, 1);
  error = ask (fixture, &second, NORTH); /* the third failure in a row */
  g_assert_no_error (error);
  error = ask (fixture, &third, NORTH);
  g_assert_no_error (error);
  check_asked (fixture, 0, 3, 3);
  g_assert_cmpint (td_breakers_get_state (td_engine_get_breakers (fixture->base.engine),
                                          "south:tiny", g_get_monotonic_time ()),
                   ==, TD_BREAKER_OPEN);
  check_note (fixture, &third, "cheapest 3 south:tiny=resting");
}

static void
test_note (void)
{
  static const char *const bad[] = { "", "[]", "{}", "{\"order\":\"cheapest\"}",
                                     "{\"order\":\"x\",\"why\":\"cheapest\"}", "nonsense" };
  g_autoptr (TdRouteNote) note = td_route_note_new ("a:m", TD_ROUTE_FASTEST);
  g_autoptr (TdRouteNote) again = NULL;
  g_autofree char *json = NULL;

  note->why = TD_ROUTE_WHY_UNKNOWN;
  note->n_fitting = 4;
  td_route_note_add_step (note, "b:m", FALSE, "no-key");
  td_route_note_add_step (note, "c:m", TRUE, "provider:server");
  json = td_route_note_to_json (note);
  again = td_route_note_parse (json);
  g_assert_cmpstr (again->asked_for, ==, "a:m");
  g_assert_cmpint (again->order, ==, TD_ROUTE_FASTEST);
  g_assert_cmpint (again->why, ==, TD_ROUTE_WHY_UNKNOWN);
  g_assert_cmpuint (again->n_fitting, ==, 4);
  g_assert_cmpuint (again->steps->len, ==, 2);
  g_assert_cmpuint (td_route_note_count_failed (again), ==, 1);
  g_assert_null (td_route_note_parse (NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (td_route_note_parse (bad[i]));
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/routing/cheapest", test_cheapest);
  ADD ("/routing/chosen", test_chosen);
  ADD ("/routing/order-of-one", test_order_of_one);
  ADD ("/routing/own-order", test_own_order);
  ADD ("/routing/measured", test_measured);
  ADD ("/routing/without-key", test_without_key);
  ADD ("/routing/switched-off", test_switched_off);
  ADD ("/routing/limit", test_limit);
  ADD ("/fallback/next", test_fallback);
  ADD ("/fallback/no-second-try", test_no_second_try);
  ADD ("/fallback/all-fail", test_all_fail);
  ADD ("/fallback/not-after-the-first-token", test_not_after_the_first_token);
  ADD ("/fallback/not-for-a-wrong-request", test_not_for_a_wrong_request);
  ADD ("/fallback/no-move-no-request", test_no_move_no_request);
  ADD ("/fallback/hold-moves-first", test_hold_moves_first);
  ADD ("/fallback/resting", test_resting);
  g_test_add_func ("/routing/note", test_note);
  return g_test_run ();
}
