/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-parameters-dialog.h"

#include <glib/gi18n.h>

#include "base/td-json-read.h"
#include "conversation/td-conversation-list.h"

/* Where nothing is known about the model's limit. */
#define USUAL_MAX_OUTPUT 128000
#define LEAST_OUTPUT     16

/**
 * TdParametersDialog:
 *
 * How the replies of one chat are wanted. What the chat's model does not take is not offered. What is
 * chosen takes effect with the next message, so there is nothing to confirm.
 */
struct _TdParametersDialog
{
  AdwDialog parent_instance;

  TdEngine *engine;             /* (owned) (nullable): NULL once disposed */
  TdConversation *conversation; /* (owned) */
  GStrv efforts;                /* (owned): by row; the first is empty */
  gboolean is_setting;

  GtkTextView *prompt_view;
  AdwComboRow *effort_row;
  AdwExpanderRow *temperature_row;
  GtkAdjustment *temperature;
  GtkWidget *temperature_scale;
  AdwExpanderRow *output_row;
  GtkAdjustment *output;
  AdwExpanderRow *schema_row;
  GtkTextView *schema_view;
  GtkLabel *schema_note;
  GtkLabel *note;
};

G_DEFINE_FINAL_TYPE (TdParametersDialog, td_parameters_dialog, ADW_TYPE_DIALOG)

static const TdModelFacts *
find_facts (TdParametersDialog *self)
{
  const char *key = td_conversation_get_model_key (self->conversation);
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model = key ? td_catalogue_find_model (catalogue, key) : NULL;

  return model ? td_model_get_facts (model) : NULL;
}

/* ---- what the user chose ---- */

static char *
dup_text (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = g_strstrip (gtk_text_buffer_get_text (buffer, &start, &end, FALSE));
  return *text ? g_steal_pointer (&text) : NULL;
}

/* Only a schema is kept: a provider says of a broken one only that the request is wrong. */
static char *
dup_schema (TdParametersDialog *self)
{
  g_autofree char *text = dup_text (self->schema_view);
  g_autoptr (TdJsonDoc) doc = text ? td_json_doc_parse (text, -1, NULL, NULL) : NULL;
  gboolean is_wanted = adw_expander_row_get_enable_expansion (self->schema_row);
  gboolean is_schema = doc && td_json_get_type (td_json_doc_get_root (doc)) == TD_JSON_OBJECT;

  gtk_label_set_label (self->schema_note,
                       !text       ? _("Paste a JSON schema, such as {\"type\": \"object\", …}.")
                       : is_schema ? _("The next replies follow it.")
                                   : _("This is no JSON schema yet, and is not used."));
  return is_wanted && is_schema ? g_steal_pointer (&text) : NULL;
}

static void
write_wishes (TdParametersDialog *self)
{
  const TdChatParameters *before = td_conversation_get_parameters (self->conversation);
  g_auto (TdChatParameters) wishes = TD_CHAT_PARAMETERS_INIT;
  g_autofree char *prompt = NULL;
  guint n_effort = adw_combo_row_get_selected (self->effort_row);

  if (self->is_setting || !self->engine)
    return;
  /* What is not offered for this model stays, for another one. */
  td_chat_parameters_copy (before, &wishes);
  if (gtk_widget_get_visible (GTK_WIDGET (self->effort_row)) &&
      n_effort != GTK_INVALID_LIST_POSITION)
    g_set_str (&wishes.effort, n_effort > 0 ? self->efforts[n_effort] : NULL);
  if (gtk_widget_get_visible (GTK_WIDGET (self->temperature_row)))
    wishes.temperature_milli = adw_expander_row_get_enable_expansion (self->temperature_row)
                                 ? (int) (gtk_adjustment_get_value (self->temperature) * 1000 + 0.5)
                                 : -1;
  wishes.max_output = adw_expander_row_get_enable_expansion (self->output_row)
                        ? (gint64) gtk_adjustment_get_value (self->output)
                        : 0;
  if (gtk_widget_get_visible (GTK_WIDGET (self->schema_row)))
    {
      g_free (wishes.schema);
      wishes.schema = dup_schema (self);
    }
  prompt = dup_text (self->prompt_view);
  td_conversation_list_set_wishes (td_engine_get_conversations (self->engine), self->conversation,
                                   prompt, &wishes);
}

/* ---- what there is to choose ---- */

static char *
dup_effort_name (const char *effort)
{
  static const struct
  {
    const char *word;
    const char *name;
  } names[] = {
    { "", N_("As usual") },
    { "none", N_("None") },
    { "minimal", N_("Minimal") },
    { "low", N_("Low") },
    { "medium", N_("Medium") },
    { "high", N_("High") },
    { "xhigh", N_("Very high") },
    { "max", N_("As much as possible") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_str_equal (names[i].word, effort))
        return g_strdup (_(names[i].name));
    }
  return g_strdup (effort);
}

/* (transfer full): what the model can be told about thinking; nothing but the first where it cannot */
static GStrv
list_efforts (const TdModelFacts *facts)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, "");
  if (!facts || facts->reasoning == TD_FACT_NO)
    return g_strv_builder_end (builder);
  if (facts->reasoning_efforts && facts->reasoning_efforts[0])
    {
      if (facts->reasoning_toggle == TD_FACT_YES &&
          !g_strv_contains ((const char *const *) facts->reasoning_efforts, "none"))
        g_strv_builder_add (builder, "none");
      g_strv_builder_addv (builder, (const char **) facts->reasoning_efforts);
    }
  else if (facts->has_reasoning_budget)
    g_strv_builder_add_many (builder, "none", "low", "medium", "high", "max", NULL);
  else if (facts->reasoning_toggle == TD_FACT_YES)
    g_strv_builder_add_many (builder, "none", "medium", NULL);
  else if (facts->reasoning == TD_FACT_UNKNOWN && !facts->source)
    g_strv_builder_add_many (builder, "none", "low", "medium", "high", NULL);
  return g_strv_builder_end (builder);
}

static void
set_up_efforts (TdParametersDialog *self,
                const TdModelFacts *facts)
{
  const char *chosen = td_conversation_get_parameters (self->conversation)->effort;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = 0;

  self->efforts = list_efforts (facts);
  for (guint i = 0; self->efforts[i]; i++)
    {
      gtk_string_list_take (names, dup_effort_name (self->efforts[i]));
      if (g_strcmp0 (self->efforts[i], chosen) == 0)
        selected = i;
    }
  adw_combo_row_set_model (self->effort_row, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->effort_row, selected);
  gtk_widget_set_visible (GTK_WIDGET (self->effort_row), g_strv_length (self->efforts) > 1);
}

static gboolean
is_anthropic (TdParametersDialog *self,
              const TdModelFacts *facts)
{
  const TdEndpoint *endpoint =
    facts ? td_endpoint_list_find (td_engine_get_endpoints (self->engine), facts->provider_id)
          : NULL;

  return endpoint && endpoint->kind == TD_PROVIDER_KIND_ANTHROPIC;
}

static void
set_up_temperature (TdParametersDialog *self,
                    const TdModelFacts *facts)
{
  int milli = td_conversation_get_parameters (self->conversation)->temperature_milli;

  gtk_adjustment_set_upper (self->temperature, is_anthropic (self, facts) ? 1 : 2);
  gtk_adjustment_set_value (self->temperature, milli >= 0 ? milli / 1000.0 : 1);
  adw_expander_row_set_enable_expansion (self->temperature_row, milli >= 0);
  adw_expander_row_set_expanded (self->temperature_row, milli >= 0);
  gtk_widget_set_visible (GTK_WIDGET (self->temperature_row),
                          !facts || facts->temperature != TD_FACT_NO);
}

static void
set_up_output (TdParametersDialog *self,
               const TdModelFacts *facts)
{
  gint64 chosen = td_conversation_get_parameters (self->conversation)->max_output;
  gint64 limit = facts && facts->max_output > 0 ? facts->max_output : USUAL_MAX_OUTPUT;

  gtk_adjustment_set_upper (self->output, (double) MAX (limit, chosen));
  gtk_adjustment_set_value (self->output, (double) (chosen > 0 ? chosen : MIN (limit, 4096)));
  adw_expander_row_set_enable_expansion (self->output_row, chosen > 0);
  adw_expander_row_set_expanded (self->output_row, chosen > 0);
}

static void
set_up_schema (TdParametersDialog *self,
               const TdModelFacts *facts)
{
  const char *schema = td_conversation_get_parameters (self->conversation)->schema;
  g_autofree char *used = NULL;

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->schema_view), schema ? schema : "", -1);
  adw_expander_row_set_enable_expansion (self->schema_row, schema != NULL);
  adw_expander_row_set_expanded (self->schema_row, schema != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->schema_row),
                          !facts || facts->structured_output != TD_FACT_NO);
  used = dup_schema (self); /* says what it is */
}

static void
set_up_note (TdParametersDialog *self,
             const TdModelFacts *facts)
{
  g_autofree char *text = NULL;

  if (!facts)
    text = g_strdup (_("Choose a model to see what it can be told."));
  else if (!gtk_widget_get_visible (GTK_WIDGET (self->effort_row)) ||
           !gtk_widget_get_visible (GTK_WIDGET (self->temperature_row)) ||
           !gtk_widget_get_visible (GTK_WIDGET (self->schema_row)))
    /* Translators: %s is the name of a model */
    text = g_strdup_printf (_("What %s does not take is not shown."), facts->name);
  gtk_label_set_label (self->note, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note), text != NULL);
}

static void
set_up (TdParametersDialog *self)
{
  const TdModelFacts *facts = find_facts (self);
  const char *prompt = td_conversation_get_system_prompt (self->conversation);

  self->is_setting = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->prompt_view), prompt ? prompt : "", -1);
  set_up_efforts (self, facts);
  set_up_temperature (self, facts);
  set_up_output (self, facts);
  set_up_schema (self, facts);
  set_up_note (self, facts);
  self->is_setting = FALSE;
}

/* ---- the dialog ---- */

static void
td_parameters_dialog_dispose (GObject *object)
{
  TdParametersDialog *self = TD_PARAMETERS_DIALOG (object);

  g_clear_object (&self->engine);
  g_clear_object (&self->conversation);

  G_OBJECT_CLASS (td_parameters_dialog_parent_class)->dispose (object);
}

static void
td_parameters_dialog_finalize (GObject *object)
{
  g_strfreev (TD_PARAMETERS_DIALOG (object)->efforts);

  G_OBJECT_CLASS (td_parameters_dialog_parent_class)->finalize (object);
}

static void
td_parameters_dialog_class_init (TdParametersDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_parameters_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_parameters_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-parameters-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, prompt_view);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, effort_row);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, temperature_row);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, temperature);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, temperature_scale);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, output_row);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, output);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, schema_row);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, schema_view);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, schema_note);
  gtk_widget_class_bind_template_child (widget_class, TdParametersDialog, note);
  gtk_widget_class_bind_template_callback (widget_class, write_wishes);
}

static void
td_parameters_dialog_init (TdParametersDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_scale_add_mark (GTK_SCALE (self->temperature_scale), 1, GTK_POS_BOTTOM, NULL);
  g_signal_connect_object (gtk_text_view_get_buffer (self->prompt_view), "changed",
                           G_CALLBACK (write_wishes), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_text_view_get_buffer (self->schema_view), "changed",
                           G_CALLBACK (write_wishes), self, G_CONNECT_SWAPPED);
}

/**
 * td_parameters_dialog_new:
 * @engine: the engine
 * @conversation: a chat
 *
 * Returns: (transfer floating): the dialog
 */
AdwDialog *
td_parameters_dialog_new (TdEngine       *engine,
                          TdConversation *conversation)
{
  TdParametersDialog *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (TD_IS_CONVERSATION (conversation), NULL);

  self = g_object_new (TD_TYPE_PARAMETERS_DIALOG, NULL);
  self->engine = g_object_ref (engine);
  self->conversation = g_object_ref (conversation);
  set_up (self);
  return ADW_DIALOG (self);
}
