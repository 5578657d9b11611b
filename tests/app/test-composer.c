/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <time.h>

#include "app/chat/td-composer.h"
#include "app/chat/td-prompt-text.h"
#include "support/td-test.h"

/* The composer counts what is written without holding the window. */

#define MEGABYTE    (1024 * 1024)
#define MAX_HOLD_US 8000

typedef struct
{
  TdEngine *engine;
  TdConversation *conversation;
  TdPromptMeter *meter;
  TdComposer *composer; /* (owned) */
  gint64 held_us;       /* CPU time of this thread */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_engine_start_async (path, NULL, td_test_ready, &call);
  fixture->engine = td_engine_start_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  fixture->conversation = td_conversation_list_create (
    td_engine_get_conversations (fixture->engine), "openai:gpt-4o");
  fixture->meter = td_prompt_meter_new (fixture->engine, fixture->conversation);
  fixture->composer = g_object_ref_sink (g_object_new (TD_TYPE_COMPOSER, NULL));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  g_object_unref (fixture->composer);
  g_object_unref (fixture->meter);
  g_object_unref (fixture->conversation);
  td_engine_stop (fixture->engine);
  g_object_unref (fixture->engine);
}

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* What the page does with each change. */
static void
changed_cb (TdComposer *composer,
            Fixture    *fixture)
{
  gint64 started = get_cpu_us ();
  char *text = td_composer_dup_text (composer);

  td_conversation_list_set_draft (td_engine_get_conversations (fixture->engine),
                                  fixture->conversation, text);
  td_prompt_meter_take_draft (fixture->meter, text);
  td_composer_is_empty (composer);
  fixture->held_us = get_cpu_us () - started;
}

static GtkWidget *
find (GtkWidget *widget,
      GType      type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static gboolean
is_counted (gpointer meter)
{
  TdPromptFigures figures;

  return td_prompt_meter_get_figures (meter, &figures) && figures.draft.tokens > 100000;
}

static void
test_pasting (Fixture       *fixture,
              gconstpointer  unused)
{
  GtkTextBuffer *buffer =
    gtk_text_view_get_buffer (GTK_TEXT_VIEW (find (GTK_WIDGET (fixture->composer),
                                                   GTK_TYPE_TEXT_VIEW)));
  g_autoptr (GString) text = g_string_sized_new (MEGABYTE);
  gint64 slow = 1;

#ifdef __SANITIZE_ADDRESS__
  slow = 10;
#endif
  while (text->len < MEGABYTE)
    g_string_append (text, "Some words of a long text that somebody pastes.\n");
  g_signal_connect (fixture->composer, "changed", G_CALLBACK (changed_cb), fixture);
  gtk_text_buffer_insert_at_cursor (buffer, text->str, (int) text->len);
  g_test_message ("pasting: %d us", (int) fixture->held_us);
  g_assert_cmpint (fixture->held_us, >, 0);
  g_assert_cmpint (fixture->held_us, <, MAX_HOLD_US * slow);
  td_test_wait_until (is_counted, fixture->meter, "the count");
  gtk_text_buffer_insert_at_cursor (buffer, "x", 1);
  g_test_message ("typing on: %d us", (int) fixture->held_us);
  g_assert_cmpint (fixture->held_us, <, MAX_HOLD_US * slow);
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  unused)
{
  static const struct
  {
    const char *text;
    gboolean empty;
  } cases[] = {
    { "", TRUE },
    { " \n\t ", TRUE },
    { "\xe2\x80\x83", TRUE },
    { " \n x", FALSE },
    { "x", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      td_composer_set_text (fixture->composer, cases[i].text);
      g_assert_cmpint (td_composer_is_empty (fixture->composer), ==, cases[i].empty);
    }
}

static void
test_note (Fixture       *fixture,
           gconstpointer  unused)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *note = NULL;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (fixture->composer));
  td_composer_set_note (fixture->composer, "12 tokens, 40 in all · from $0.0012", "At length");
  /* In the row below the text; the text's own label is its placeholder. */
  note =
    find (gtk_widget_get_last_child (gtk_widget_get_first_child (GTK_WIDGET (fixture->composer))),
          GTK_TYPE_LABEL);
  g_assert_nonnull (note);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (note)), ==,
                   "12 tokens, 40 in all · from $0.0012");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (note), ==, "At length");
  g_assert_true (gtk_widget_get_visible (note));
  td_composer_set_note (fixture->composer, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (note));
  gtk_window_set_child (GTK_WINDOW (window), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  /* The session has folders of its own; isolated ones would hide the desktop's settings. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/composer/empty", test_empty);
  ADD ("/composer/note", test_note);
  ADD ("/composer/pasting", test_pasting);
  return g_test_run ();
}
