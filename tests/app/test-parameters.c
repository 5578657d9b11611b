/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a chat's replies are wanted: only what the model takes is offered, and what is chosen is kept. */
#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "app/chat/td-parameters-dialog.h"
#include "support/td-test.h"

typedef struct
{
  TdEngine *engine;
  TdConversation *conversation;
  GtkWidget *dialog; /* (owned) (nullable) */
} Fixture;

static TdModelFacts *
make_model (const char *name)
{
  TdModelFacts *facts = td_model_facts_new ();

  facts->key = g_strconcat ("test:", name, NULL);
  facts->provider_id = g_strdup ("test");
  facts->id = g_strdup (name);
  facts->name = g_strdup (name);
  facts->source = g_strdup ("test");
  facts->max_output = 5000;
  return facts;
}

static void
add_models (TdEngine *engine)
{
  GPtrArray *models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  TdProviderFacts *provider = td_provider_facts_new ();
  TdModelFacts *thinker = make_model ("thinker");
  TdModelFacts *plain = make_model ("plain");

  provider->id = g_strdup ("test");
  provider->name = g_strdup ("Test");
  provider->kind = TD_PROVIDER_KIND_OPENAI_COMPATIBLE;
  provider->base_url = g_strdup ("http://127.0.0.1:9/v1");
  provider->auth = TD_AUTH_NONE;
  thinker->reasoning = TD_FACT_YES;
  thinker->temperature = TD_FACT_NO;
  thinker->structured_output = TD_FACT_NO;
  thinker->reasoning_efforts = g_strsplit ("low high", " ", -1);
  plain->reasoning = TD_FACT_NO;
  plain->temperature = TD_FACT_YES;
  g_ptr_array_add (models, thinker);
  g_ptr_array_add (models, plain);
  td_market_set_discovered (td_engine_get_market (engine), "test", provider, models);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  model_key)
{
  g_autofree char *folder = td_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "topdog.db", NULL);
  g_auto (TdTestCall) call = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_engine_start_async (path, NULL, td_test_ready, &call);
  fixture->engine = td_engine_start_finish (td_test_wait (&call), &error);
  g_assert_no_error (error);
  add_models (fixture->engine);
  fixture->conversation = td_conversation_list_create (
    td_engine_get_conversations (fixture->engine), model_key);
  fixture->dialog = GTK_WIDGET (
    g_object_ref_sink (td_parameters_dialog_new (fixture->engine, fixture->conversation)));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  g_object_unref (fixture->dialog);
  g_object_unref (fixture->conversation);
  td_engine_stop (fixture->engine);
  g_object_unref (fixture->engine);
}

static gpointer
get_part (Fixture    *fixture,
          const char *name)
{
  GObject *part =
    gtk_widget_get_template_child (fixture->dialog, TD_TYPE_PARAMETERS_DIALOG, name);

  g_assert_nonnull (part);
  return part;
}

static const TdChatParameters *
get_wishes (Fixture *fixture)
{
  return td_conversation_get_parameters (fixture->conversation);
}

static void
test_thinker (Fixture       *fixture,
              gconstpointer  unused)
{
  AdwComboRow *effort = get_part (fixture, "effort_row");

  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (effort)));
  g_assert_false (gtk_widget_get_visible (get_part (fixture, "temperature_row")));
  g_assert_false (gtk_widget_get_visible (get_part (fixture, "schema_row")));
  g_assert_true (gtk_widget_get_visible (get_part (fixture, "note")));
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (effort)), ==, 3);
  g_assert_true (td_chat_parameters_is_usual (get_wishes (fixture)));
  adw_combo_row_set_selected (effort, 2);
  g_assert_cmpstr (get_wishes (fixture)->effort, ==, "high");
  adw_combo_row_set_selected (effort, 0);
  g_assert_cmpstr (get_wishes (fixture)->effort, ==, NULL);
}

static void
test_plain (Fixture       *fixture,
            gconstpointer  unused)
{
  AdwExpanderRow *temperature = get_part (fixture, "temperature_row");
  AdwExpanderRow *output = get_part (fixture, "output_row");
  GtkTextBuffer *prompt = gtk_text_view_get_buffer (get_part (fixture, "prompt_view"));

  g_assert_false (gtk_widget_get_visible (get_part (fixture, "effort_row")));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (temperature)));
  g_assert_cmpint (get_wishes (fixture)->temperature_milli, ==, -1);
  adw_expander_row_set_enable_expansion (temperature, TRUE);
  gtk_adjustment_set_value (get_part (fixture, "temperature"), 0.3);
  g_assert_cmpint (get_wishes (fixture)->temperature_milli, ==, 300);
  adw_expander_row_set_enable_expansion (temperature, FALSE);
  g_assert_cmpint (get_wishes (fixture)->temperature_milli, ==, -1);
  adw_expander_row_set_enable_expansion (output, TRUE);
  gtk_adjustment_set_value (get_part (fixture, "output"),
                            99999); /* more than the model can write */
  g_assert_cmpint (get_wishes (fixture)->max_output, ==, 5000);
  gtk_text_buffer_set_text (prompt, "  Be brief.\n", -1);
  g_assert_cmpstr (td_conversation_get_system_prompt (fixture->conversation), ==, "Be brief.");
  gtk_text_buffer_set_text (prompt, "", -1);
  g_assert_cmpstr (td_conversation_get_system_prompt (fixture->conversation), ==, NULL);
}

/* Only what is a schema is sent; what is typed on the way there is not. */
static void
test_schema (Fixture       *fixture,
             gconstpointer  unused)
{
  AdwExpanderRow *row = get_part (fixture, "schema_row");
  GtkTextBuffer *schema = gtk_text_view_get_buffer (get_part (fixture, "schema_view"));
  GtkLabel *note = get_part (fixture, "schema_note");

  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (row)));
  g_assert_cmpstr (get_wishes (fixture)->schema, ==, NULL);
  adw_expander_row_set_enable_expansion (row, TRUE);
  g_assert_nonnull (strstr (gtk_label_get_label (note), "Paste"));
  gtk_text_buffer_set_text (schema, "{\"type\": ", -1);
  g_assert_cmpstr (get_wishes (fixture)->schema, ==, NULL);
  g_assert_nonnull (strstr (gtk_label_get_label (note), "no JSON schema"));
  gtk_text_buffer_set_text (schema, "[1]", -1);
  g_assert_cmpstr (get_wishes (fixture)->schema, ==, NULL);
  gtk_text_buffer_set_text (schema, "{\"type\": \"object\"}\n", -1);
  g_assert_cmpstr (get_wishes (fixture)->schema, ==, "{\"type\": \"object\"}");
  g_assert_false (td_chat_parameters_is_usual (get_wishes (fixture)));
  adw_expander_row_set_enable_expansion (row, FALSE);
  g_assert_cmpstr (get_wishes (fixture)->schema, ==, NULL);
}

/* What one model does not take is kept for another. */
static void
test_hidden_wishes_stay (Fixture       *fixture,
                         gconstpointer  unused)
{
  const TdChatParameters wishes = { (char *) "low", 700, 0, (char *) "{\"type\": \"string\"}" };

  td_conversation_list_set_wishes (td_engine_get_conversations (fixture->engine),
                                   fixture->conversation, NULL, &wishes);
  g_object_unref (fixture->dialog);
  fixture->dialog = GTK_WIDGET (
    g_object_ref_sink (td_parameters_dialog_new (fixture->engine, fixture->conversation)));
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (get_part (fixture, "prompt_view")), "x", -1);
  g_assert_true (td_chat_parameters_equal (get_wishes (fixture), &wishes));
}

int
main (int    argc,
      char **argv)
{
  /* The session has folders of its own; isolated ones would hide the desktop's settings. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(path, model, test) \
  g_test_add ("/parameters" path, Fixture, model, set_up, test, tear_down)
  ADD ("/thinker", "test:thinker", test_thinker);
  ADD ("/plain", "test:plain", test_plain);
  ADD ("/schema", "test:plain", test_schema);
  ADD ("/hidden-wishes-stay", "test:plain", test_hidden_wishes_stay);
  return g_test_run ();
}
