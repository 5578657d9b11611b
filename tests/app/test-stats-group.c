/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "app/preferences/td-provider-settings.h"
#include "app/preferences/td-stats-group.h"
#include "base/td-clock.h"
#include "engine/td-offer-measure.h"
#include "support/td-test.h"

static TdEngine *
start_engine (void)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;
  TdEngine *engine;

  td_engine_start_async (path, NULL, td_test_ready, &call);
  engine = td_engine_start_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  return engine;
}

static void
note (TdEngine   *engine,
      const char *model_key)
{
  TdOfferAttempt attempt = TD_OFFER_ATTEMPT_INIT;

  attempt.provider_id = "openai";
  attempt.model_key = model_key;
  attempt.purpose = "chat";
  attempt.n_try = 1;
  attempt.started_us = td_clock_now_us ();
  attempt.first_token_ms = 500;
  attempt.duration_ms = 1500;
  attempt.output_tokens = 30;
  td_engine_note_attempt (engine, &attempt);
}

/* An expander row has an action row of its own inside, whose subtitle is one line. */
static gboolean
is_model_row (GtkWidget *widget)
{
  const char *subtitle =
    ADW_IS_ACTION_ROW (widget) ? adw_action_row_get_subtitle (ADW_ACTION_ROW (widget)) : NULL;

  return subtitle != NULL && strchr (subtitle, '\n') != NULL;
}

/* Writes what the rows below a widget say, one a line. */
static void
append_rows (GtkWidget *widget,
             GString   *text)
{
  if (ADW_IS_EXPANDER_ROW (widget))
    g_string_append_printf (text, "%s | %s\n",
                            adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)),
                            adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (widget)));
  else if (is_model_row (widget))
    g_string_append_printf (text, "- %s | %s\n",
                            adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)),
                            adw_action_row_get_subtitle (ADW_ACTION_ROW (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    append_rows (child, text);
}

typedef struct
{
  GtkWidget *group;
  const char *wanted;
} Wait;

static gboolean
says_wanted (gpointer data)
{
  Wait *wait = data;
  g_autoptr (GString) text = g_string_new (NULL);

  append_rows (wait->group, text);
  return gtk_widget_get_visible (wait->group) && g_str_equal (text->str, wait->wanted);
}

static GtkWidget *
find_group (GtkWidget *widget)
{
  GtkWidget *found = TD_IS_STATS_GROUP (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_group (child);
  return found;
}

static void
test_shows (void)
{
  TdEngine *engine = start_engine ();
  GtkWidget *page, *other_page;
  Wait wait = {
    NULL,
    "3 requests, all answered | First token after 0.50 s · 30.0 tokens a second\n"
    "- openai:of-tomorrow <b> | 2 requests, all answered\nFirst token after 0.50 s · 30.0 tokens a second\n"
    "- GPT-4.1 mini | 1 request, all answered\nFirst token after 0.50 s · 30.0 tokens a second\n",
  };

  note (engine, "openai:gpt-4.1-mini");
  note (engine, "openai:of-tomorrow <b>");
  note (engine, "openai:of-tomorrow <b>");
  other_page = GTK_WIDGET (g_object_ref_sink (td_provider_settings_new (engine, "anthropic")));
  page = GTK_WIDGET (g_object_ref_sink (td_provider_settings_new (engine, "openai")));
  wait.group = find_group (page);
  td_test_wait_until (says_wanted, &wait, "the statistics");
  /* Nothing to say, and asked first. */
  g_assert_false (gtk_widget_get_visible (find_group (other_page)));
  g_object_unref (page);
  g_object_unref (other_page);
  td_engine_stop (engine);
  g_object_unref (engine);
}

int
main (int    argc,
      char **argv)
{
  /* The session has folders of its own; isolated ones would hide the desktop's settings. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/stats-group/shows", test_shows);
  return g_test_run ();
}
