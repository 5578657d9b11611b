/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "catalogue/td-market-store.h"
#include "engine/engine-fixture.h"
#include "engine/td-change-notifier.h"

/* Two programs on one bus. */
typedef struct
{
  GTestDBus *bus;
  EngineFixture here;
  EngineFixture there;
} Pair;

static void
collect_topic_cb (TdEngine   *engine,
                  const char *topic,
                  GString    *topics)
{
  g_string_append_printf (topics, "%s ", topic);
}

static gboolean
set_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *) data;
}

static void
pass_time (guint ms)
{
  gboolean passed = FALSE;

  g_timeout_add (ms, set_cb, &passed);
  td_test_wait_until (is_set, &passed, "a moment to pass");
}

static gboolean
has_favourites (gpointer topics)
{
  return strstr (((GString *) topics)->str, "favourites ") != NULL;
}

/* Nothing that it began is still under way. */
static gboolean
is_alone (gpointer engine)
{
  return G_OBJECT (engine)->ref_count == 1;
}

/* What is said before the other has connected is lost; what one says comes in the order it was said. */
static void
wait_hearing (Pair *pair)
{
  g_autoptr (GString) here = g_string_new (NULL);
  g_autoptr (GString) there = g_string_new (NULL);

  g_signal_connect (pair->here.engine, "shared-changed", G_CALLBACK (collect_topic_cb), here);
  g_signal_connect (pair->there.engine, "shared-changed", G_CALLBACK (collect_topic_cb), there);
  while (here->len == 0 || there->len == 0)
    {
      td_engine_announce (pair->here.engine, "keys");
      td_engine_announce (pair->there.engine, "keys");
      pass_time (10);
    }
  td_engine_announce (pair->here.engine, "favourites");
  td_engine_announce (pair->there.engine, "favourites");
  td_test_wait_until (has_favourites, here, "the last word here");
  td_test_wait_until (has_favourites, there, "the last word there");
  g_signal_handlers_disconnect_by_data (pair->here.engine, here);
  g_signal_handlers_disconnect_by_data (pair->there.engine, there);
}

static void
set_up_pair (Pair          *pair,
             gconstpointer  unused)
{
  pair->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (pair->bus);
  engine_fixture_set_up (&pair->here, NULL);
  pair->there.server = pair->here.server;
  pair->there.path = pair->here.path;
  pair->there.engine = engine_fixture_start (pair->here.path);
  wait_hearing (pair);
  /* Each has found out what the other wrote before. */
  td_test_wait_until (is_alone, pair->here.engine, "the engine here to be at rest");
  td_test_wait_until (is_alone, pair->there.engine, "the engine there to be at rest");
}

static void
tear_down_pair (Pair          *pair,
                gconstpointer  unused)
{
  td_engine_stop (pair->there.engine);
  td_test_wait_until (is_alone, pair->there.engine, "the engine there to be left alone");
  g_assert_finalize_object (pair->there.engine);
  engine_fixture_tear_down (&pair->here, NULL);
  g_test_dbus_down (pair->bus);
  g_object_unref (pair->bus);
}

static gboolean
has_one (gpointer list)
{
  return g_list_model_get_n_items (list) == 1;
}

static gboolean
is_favourite (gpointer engine)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (engine));

  return td_model_get_favourite (td_catalogue_find_model (catalogue, FREE_MODEL));
}

static gboolean
is_disabled (gpointer engine)
{
  return td_engine_get_usable (engine, FREE_MODEL) == TD_USABLE_DISABLED;
}

static gboolean
is_not_empty (gpointer string)
{
  return ((GString *) string)->len > 0;
}

static void
test_heard (Pair          *pair,
            gconstpointer  unused)
{
  TdMarket *market = td_engine_get_market (pair->here.engine);
  TdEndpointList *endpoints = td_engine_get_endpoints (pair->here.engine);
  TdConversationList *chats = td_engine_get_conversations (pair->there.engine);
  g_autoptr (GString) topics = g_string_new (NULL);
  g_autoptr (GString) echo = g_string_new (NULL);
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) favourite = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) disable = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdConversation *chat;

  g_signal_connect (pair->there.engine, "shared-changed", G_CALLBACK (collect_topic_cb), topics);
  g_signal_connect (pair->here.engine, "shared-changed", G_CALLBACK (collect_topic_cb), echo);

  /* A reply here appears there, with what it says. */
  run_prepare (&run, &pair->here, FREE_MODEL, "question");
  run_start (&run, NULL);
  error = run_wait (&run);
  g_assert_no_error (error);
  td_test_wait_until (has_one, chats, "the chat to appear in the other program");
  td_test_wait_until (is_not_empty, topics, "the topic");
  chat = td_conversation_list_find (chats, td_conversation_get_id (run.conversation));
  g_assert_nonnull (chat);
  g_assert_cmpstr (td_conversation_get_title (chat), ==, "question");

  td_market_set_favourite_async (market, FREE_MODEL, TRUE, NULL, td_test_ready, &favourite);
  g_assert_true (td_market_set_favourite_finish (market, td_test_wait (&favourite), &error));
  td_engine_announce (pair->here.engine, "favourites");
  td_test_wait_until (is_favourite, pair->there.engine, "the favourite");

  td_endpoint_list_set_async (endpoints, "free-server", "enabled", "false", NULL, td_test_ready,
                              &disable);
  g_assert_true (td_endpoint_list_set_finish (endpoints, td_test_wait (&disable), &error));
  td_engine_announce (pair->here.engine, "providers");
  td_test_wait_until (is_disabled, pair->there.engine, "the endpoint");

  g_assert_nonnull (strstr (topics->str, "conversations "));
  g_assert_nonnull (strstr (topics->str, "favourites "));
  g_assert_nonnull (strstr (topics->str, "providers "));
  g_assert_cmpstr (echo->str, ==, ""); /* nobody hears himself, and nobody repeats what he heard */
}

static gboolean
is_stopped (gpointer list)
{
  g_autoptr (TdConversation) chat = g_list_model_get_item (list, 0);
  TdMessage *reply = chat ? td_conversation_get_message (chat, 1) : NULL;

  return reply && td_message_get_state (reply) == TD_MESSAGE_STATE_STOPPED;
}

static gboolean
has_text (gpointer data)
{
  Run *run = data;
  TdMessage *reply = td_completion_get_reply (run->completion);

  return reply && td_message_get_text_length (reply) > 100;
}

/* A program that ends in the middle of a reply says so with its last breath. */
static void
test_end_is_heard (Pair          *pair,
                   gconstpointer  unused)
{
  static const FakeReply endless = { .token = "word ", .n_tokens = 1000000, .interval_us = 1000 };
  TdConversationList *chats = td_engine_get_conversations (pair->there.engine);
  g_auto (Run) run = RUN_INIT;
  g_auto (TdTestCall) open = TD_TEST_CALL_INIT;
  g_autoptr (TdConversation) chat = NULL;
  g_autoptr (GError) error = NULL;

  fake_provider_queue (pair->here.server, &endless);
  run_prepare (&run, &pair->here, FREE_MODEL, "question");
  run_start (&run, NULL);
  td_test_wait_until (has_one, chats, "the chat to appear in the other program");
  td_test_wait_until (has_text, &run, "some text");
  chat = g_list_model_get_item (G_LIST_MODEL (chats), 0);
  td_conversation_list_open_async (chats, chat, NULL, td_test_ready, &open);
  g_assert_true (td_conversation_list_open_finish (chats, td_test_wait (&open), &error));
  g_assert_false (is_stopped (chats));

  td_engine_stop (pair->here.engine);
  error = run_wait (&run);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  td_test_wait_until (is_stopped, chats, "the end of the reply");
}

static gpointer
set_favourite_on_thread (TdConnection  *connection,
                         gpointer       data,
                         GCancellable  *cancellable,
                         GError       **error)
{
  return GINT_TO_POINTER (td_market_store_set_favourite (connection, FREE_MODEL, TRUE, error));
}

/* Another program, whose own loop runs while the one here stands still, and which is not on the bus. */
static void
write_from_outside (const char *path)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_auto (TdTestCall) open = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) write = TD_TEST_CALL_INIT;
  g_autoptr (TdDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (context);
  td_database_open_async (path, NULL, td_test_ready, &open);
  while (!open.result)
    g_main_context_iteration (context, TRUE);
  database = td_database_open_finish (open.result, &error);
  g_assert_no_error (error);
  td_database_run_async (database, G_PRIORITY_DEFAULT, set_favourite_on_thread, NULL, NULL, NULL,
                         NULL, td_test_ready, &write);
  while (!write.result)
    g_main_context_iteration (context, TRUE);
  g_assert_true (td_database_run_finish (database, write.result, &error));
  g_assert_no_error (error);
  td_database_close (database);
  g_main_context_pop_thread_default (context);
}

/* What is written after it was read and before the bus is heard is said to nobody, and known all
 * the same. */
static void
test_written_before_hearing (Pair          *pair,
                             gconstpointer  unused)
{
  TdEngine *late = engine_fixture_start (pair->here.path);

  write_from_outside (pair->here.path);
  g_assert_false (is_favourite (late));
  td_test_wait_until (is_favourite, late, "the favourite that was written meanwhile");
  td_engine_stop (late);
  td_test_wait_until (is_alone, late, "the late engine to be left alone");
  g_assert_finalize_object (late);
}

static void
quiet_cb (TdChangeNotifier *notifier,
          const char       *topic,
          gpointer          unused)
{
  g_test_fail_printf ("heard %s", topic);
}

static void
count_cb (TdChangeNotifier *notifier,
          const char       *topic,
          guint            *n)
{
  (*n)++;
}

static gboolean
is_heard (gpointer n)
{
  return *(guint *) n > 0;
}

/* Every program of the user can speak on the bus. */
static void
test_nonsense_on_the_bus (Pair          *pair,
                          gconstpointer  unused)
{
  g_autoptr (TdChangeNotifier) notifier = td_change_notifier_new ();
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  guint n_heard = 0;
  gulong quiet;

  g_signal_connect (notifier, "changed", G_CALLBACK (count_cb), &n_heard);
  while (n_heard == 0)
    {
      td_engine_announce (pair->there.engine, "keys");
      pass_time (20);
    }
  pass_time (200); /* longer than topics are gathered */
  n_heard = 0;
  quiet = g_signal_connect (pair->here.engine, "shared-changed", G_CALLBACK (quiet_cb), NULL);
#define EMIT(parameters)                                                                      \
  g_assert_true (g_dbus_connection_emit_signal (bus, NULL, "/dev/topdog/Changed",             \
                                                "dev.topdog.Changed1", "Changed", parameters, \
                                                NULL))
  EMIT (NULL);
  EMIT (g_variant_new ("(i)", 1));
  EMIT (g_variant_new ("(s)", "favourites"));
  EMIT (g_variant_new ("(ss)", "strange", "name"));
  EMIT (g_variant_new ("(ss)", "", ""));
  g_signal_handler_disconnect (pair->here.engine, quiet);
  for (guint i = 0; i < 100; i++)
    EMIT (g_variant_new ("(ss)", "catalogue", "name"));
#undef EMIT
  td_test_wait_until (is_heard, &n_heard, "the one that makes sense");
  g_assert_cmpuint (n_heard, ==, 1); /* a hundred at once count as one */
  td_change_notifier_close (notifier);
}

static void
test_no_bus (void)
{
  g_autoptr (TdChangeNotifier) notifier = NULL;

  g_assert_null (g_getenv ("DBUS_SESSION_BUS_ADDRESS"));
  notifier = td_change_notifier_new ();
  td_change_notifier_announce (notifier, "favourites");
  g_assert_true (td_change_notifier_is_topic ("keys"));
  g_assert_false (td_change_notifier_is_topic ("Keys"));
  g_assert_false (td_change_notifier_is_topic (NULL));
  td_change_notifier_close (notifier);
}

int
main (int   argc,
      char *argv[])
{
  /* No bus but those of the tests; a display's must not be found either. */
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unsetenv ("DISPLAY");
  td_test_init (&argc, &argv);
  g_test_add_func ("/notifier/no-bus", test_no_bus);
  g_test_add ("/notifier/heard", Pair, NULL, set_up_pair, test_heard, tear_down_pair);
  g_test_add ("/notifier/end-is-heard", Pair, NULL, set_up_pair, test_end_is_heard, tear_down_pair);
  g_test_add ("/notifier/written-before-hearing", Pair, NULL, set_up_pair,
              test_written_before_hearing, tear_down_pair);
  g_test_add ("/notifier/nonsense", Pair, NULL, set_up_pair, test_nonsense_on_the_bus,
              tear_down_pair);
  return g_test_run ();
}
