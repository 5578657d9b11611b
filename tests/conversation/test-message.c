/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-clock.h"
#include "conversation/td-message-private.h"
#include "support/td-test.h"

typedef struct
{
  guint n_appended;
  gint64 last_us;
  gint64 shortest_us;
  gsize seen; /* bytes of text read so far */
  GString *read;
} Listener;

static void
appended_cb (TdMessage *message,
             gpointer   user_data)
{
  Listener *listener = user_data;
  gint64 now = td_clock_monotonic_us ();

  if (listener->n_appended > 0)
    listener->shortest_us = MIN (listener->shortest_us, now - listener->last_us);
  listener->last_us = now;
  listener->n_appended++;
  g_string_append (listener->read, td_message_get_text (message) + listener->seen);
  listener->seen = td_message_get_text_length (message);
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          gpointer    user_data)
{
  (*(guint *) user_data)++;
}

static void
append (TdMessage  *message,
        const char *text)
{
  td_message_append (message, FALSE, text, strlen (text));
}

static gboolean
has_read (gpointer data)
{
  Listener *listener = data;

  return listener->read->len >= 5;
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
test_appended_is_gathered (void)
{
  g_autoptr (TdMessage) message = td_message_new_reply ("maker:model", "Model");
  g_autoptr (GString) read = g_string_new (NULL);
  Listener listener = { .shortest_us = G_MAXINT64, .read = read };
  guint n_text = 0;

  g_signal_connect (message, "appended", G_CALLBACK (appended_cb), &listener);
  g_signal_connect (message, "notify::text", G_CALLBACK (count_cb), &n_text);
  append (message, "He");
  append (message, "llo");
  append (message, "");
  g_assert_cmpstr (td_message_get_text (message), ==, "Hello");
  g_assert_cmpuint (listener.n_appended, ==, 0);
  td_test_wait_until (has_read, &listener, "the signal");
  g_assert_cmpuint (listener.n_appended, ==, 1);
  g_assert_cmpstr (read->str, ==, "Hello");
  g_assert_cmpuint (n_text, ==, 0);
}

/* For 300 ms something is appended in every pass of the main loop: the signal comes once a frame. */
static void
test_appended_once_a_frame (void)
{
  g_autoptr (TdMessage) message = td_message_new_reply ("maker:model", "Model");
  g_autoptr (GString) read = g_string_new (NULL);
  Listener listener = { .shortest_us = G_MAXINT64, .read = read };
  gint64 start = td_clock_monotonic_us ();
  guint n = 0;

  g_signal_connect (message, "appended", G_CALLBACK (appended_cb), &listener);
  while (td_clock_monotonic_us () < start + 300000)
    {
      append (message, "x");
      n++;
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (n, >, 1000);
  g_assert_cmpuint (listener.n_appended, >=, 2);
  g_assert_cmpuint (listener.n_appended, <=, 20);
  g_assert_cmpint (listener.shortest_us, >=, 15500);
}

static void
test_finish (void)
{
  g_autoptr (TdMessage) message = td_message_new_reply ("maker:model", "Model");
  g_autoptr (GString) read = g_string_new (NULL);
  Listener listener = { .shortest_us = G_MAXINT64, .read = read };
  g_auto (TdMessageOutcome) outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_FAILED);
  gboolean frames_passed = FALSE;
  guint n_state = 0, n_text = 0, n_cost = 0;

  g_signal_connect (message, "appended", G_CALLBACK (appended_cb), &listener);
  g_signal_connect (message, "notify::state", G_CALLBACK (count_cb), &n_state);
  g_signal_connect (message, "notify::text", G_CALLBACK (count_cb), &n_text);
  g_signal_connect (message, "notify::cost", G_CALLBACK (count_cb), &n_cost);
  append (message, "last words");
  outcome.error_code = g_strdup ("provider:cut");
  outcome.cost = 123;
  td_message_finish (message, &outcome);

  /* What was appended last is told, and told before the state. */
  g_assert_cmpstr (read->str, ==, "last words");
  g_assert_cmpuint (n_state, ==, 1);
  g_assert_cmpuint (n_text, ==, 1);
  g_assert_cmpuint (n_cost, ==, 1);
  g_assert_cmpint (td_message_get_state (message), ==, TD_MESSAGE_STATE_FAILED);
  g_assert_cmpstr (td_message_get_error_code (message), ==, "provider:cut");
  g_assert_cmpint (td_message_get_cost (message), ==, 123);
  g_assert_false (td_message_is_live (message));

  g_timeout_add (40, set_cb, &frames_passed);
  td_test_wait_until (is_set, &frames_passed, "the time a late signal would need");
  g_assert_cmpuint (listener.n_appended, ==, 1);
}

static TdMessageRecord *
make_record (gint64          id,
             TdMessageState  state,
             const char     *text)
{
  TdMessageRecord *record = td_message_record_new ();

  record->id = id;
  record->role = TD_MESSAGE_ROLE_ASSISTANT;
  record->text = g_strdup (text);
  record->outcome.state = state;
  return record;
}

static void
test_update (void)
{
  g_autoptr (TdMessage) message =
    td_message_new_from_record (make_record (3, TD_MESSAGE_STATE_STREAMING, "half"));
  g_autoptr (TdMessage) live = td_message_new_reply ("maker:model", "Model");
  guint n_text = 0, n_state = 0;

  g_signal_connect (message, "notify::text", G_CALLBACK (count_cb), &n_text);
  g_signal_connect (message, "notify::state", G_CALLBACK (count_cb), &n_state);
  td_message_update (message, make_record (3, TD_MESSAGE_STATE_STREAMING, "half"));
  g_assert_cmpuint (n_text + n_state, ==, 0);
  td_message_update (message, make_record (3, TD_MESSAGE_STATE_COMPLETE, "half and half"));
  g_assert_cmpuint (n_text, ==, 1);
  g_assert_cmpuint (n_state, ==, 1);
  g_assert_cmpstr (td_message_get_text (message), ==, "half and half");

  /* Who streams a reply knows better than the store. */
  td_message_set_id (live, 4);
  append (live, "ahead of the store");
  td_message_update (live, make_record (4, TD_MESSAGE_STATE_STREAMING, "ahead"));
  g_assert_cmpstr (td_message_get_text (live), ==, "ahead of the store");
}

static void
test_record_round_trip (void)
{
  g_autoptr (TdMessage) message = td_message_new (TD_MESSAGE_ROLE_USER, "Grüße\n");
  g_autoptr (TdMessage) copy = NULL;
  TdMessageRole role;
  TdMessageState state;

  td_message_set_id (message, 9);
  copy = td_message_new_from_record (td_message_to_record (message));
  g_assert_cmpint (td_message_get_id (copy), ==, 9);
  g_assert_cmpint (td_message_get_role (copy), ==, TD_MESSAGE_ROLE_USER);
  g_assert_cmpstr (td_message_get_text (copy), ==, "Grüße\n");
  g_assert_cmpint (td_message_get_state (copy), ==, TD_MESSAGE_STATE_COMPLETE);
  g_assert_cmpint (td_message_get_cost (copy), ==, TD_MONEY_UNKNOWN);

  for (int i = TD_MESSAGE_ROLE_SYSTEM; i <= TD_MESSAGE_ROLE_ASSISTANT; i++)
    {
      g_assert_true (td_message_role_from_string (td_message_role_to_string ((TdMessageRole) i),
                                                  &role));
      g_assert_cmpint (role, ==, i);
    }
  for (int i = TD_MESSAGE_STATE_COMPLETE; i <= TD_MESSAGE_STATE_FAILED; i++)
    {
      g_assert_true (td_message_state_from_string (td_message_state_to_string ((TdMessageState) i),
                                                   &state));
      g_assert_cmpint (state, ==, i);
    }
  g_assert_false (td_message_state_from_string ("paused", &state));
  g_assert_false (td_message_role_from_string (NULL, &role));
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/message/appended-is-gathered", test_appended_is_gathered);
  g_test_add_func ("/message/appended-once-a-frame", test_appended_once_a_frame);
  g_test_add_func ("/message/finish", test_finish);
  g_test_add_func ("/message/update", test_update);
  g_test_add_func ("/message/record-round-trip", test_record_round_trip);
  return g_test_run ();
}
