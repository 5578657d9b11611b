/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-chat-page.h"

#include <glib/gi18n.h>

#include "app/chat/td-attachment-bar.h"
#include "app/chat/td-chat-text.h"
#include "app/chat/td-chat-welcome.h"
#include "app/chat/td-composer.h"
#include "app/chat/td-message-list.h"
#include "app/chat/td-model-choices.h"
#include "app/chat/td-model-picker.h"
#include "app/chat/td-parameters-dialog.h"
#include "app/chat/td-prompt-text.h"
#include "app/markdown/td-code-language.h"
#include "app/td-app-error.h"
#include "app/td-chat-actions.h"
#include "engine/td-completion.h"
#include "engine/td-prompt-meter.h"
#include "engine/td-title.h"

struct _TdChatPage
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;             /* (owned) */
  TdConversation *conversation; /* (owned) */
  GCancellable *cancellable;    /* (owned): of what only this page waits for */
  TdPromptMeter *meter;         /* (owned) */
  TdMessage *reply;             /* (owned) (nullable): the one whose end is waited for */
  guint update_id;

  GtkWidget *messages; /* (unowned) (nullable): once loaded */
  GtkWidget *welcome;  /* (unowned) */
  GtkWidget *picker;   /* (unowned) */
  GtkWidget *bar;      /* (unowned): the pictures */

  AdwWindowTitle *window_title;
  AdwBanner *banner;
  GtkStack *stack;
  AdwStatusPage *trouble_page;
  AdwBin *welcome_bin;
  AdwBin *messages_bin;
  TdComposer *composer;
};

G_DEFINE_FINAL_TYPE (TdChatPage, td_chat_page, ADW_TYPE_NAVIGATION_PAGE)

static void update (TdChatPage *self);

static TdConversationList *
get_list (TdChatPage *self)
{
  return td_engine_get_conversations (self->engine);
}

static TdUsable
get_usable (TdChatPage *self)
{
  const char *key = td_conversation_get_model_key (self->conversation);

  return key ? td_engine_get_usable (self->engine, key) : TD_USABLE_UNKNOWN_MODEL;
}

static char *
dup_provider_id (TdChatPage *self)
{
  const char *key = td_conversation_get_model_key (self->conversation);
  const char *colon = key ? strchr (key, ':') : NULL;

  return colon ? g_strndup (key, colon - key) : NULL;
}

/* ---- what can be done ---- */

static gboolean
has_draft_attachments (TdChatPage *self)
{
  return g_list_model_get_n_items (
           G_LIST_MODEL (td_conversation_get_draft_attachments (self->conversation))) > 0;
}

/* There are pictures, and a model that is known not to see them. */
static gboolean
is_blind (TdChatPage *self)
{
  const char *key = td_conversation_get_model_key (self->conversation);
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model = key ? td_catalogue_find_model (catalogue, key) : NULL;

  return model && td_conversation_get_attached_bytes (self->conversation) > 0 &&
         !td_router_may_see (td_model_get_facts (model));
}

/* Why nothing can be sent; NULL: it can. */
static const char *
get_hint (TdChatPage *self,
          TdUsable    usable)
{
  if (td_conversation_get_model_key (self->conversation) == NULL)
    return _("Choose a model first");
  switch (usable)
    {
    case TD_USABLE_NEEDS_KEY:
      return _("The provider needs a key");
    case TD_USABLE_DISABLED:
      return _("The provider is switched off");
    case TD_USABLE_PROTOCOL_MISSING:
    case TD_USABLE_NOT_CHAT:
    case TD_USABLE_UNKNOWN_MODEL:
      return _("Choose another model first");
    case TD_USABLE_YES:
    default:
      if (is_blind (self))
        return _("This model cannot see pictures");
      return td_composer_is_empty (self->composer) && !has_draft_attachments (self)
               ? _("Write a message first")
               : NULL;
    }
}

static void
update_actions (TdChatPage *self,
                TdUsable    usable,
                gboolean    is_busy)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean is_loaded = td_conversation_get_loaded (self->conversation);
  gboolean has_model = td_conversation_get_model_key (self->conversation) != NULL;
  gboolean has_messages = g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) > 0;
  const char *hint = get_hint (self, usable);

  td_composer_set_busy (self->composer, is_busy);
  td_composer_set_hint (self->composer, hint);
  gtk_widget_action_set_enabled (widget, "chat.send", is_loaded && !is_busy && !hint);
  gtk_widget_action_set_enabled (widget, "chat.stop", is_busy);
  gtk_widget_action_set_enabled (widget, "chat.regenerate",
                                 is_loaded && !is_busy && has_model && has_messages);
  gtk_widget_action_set_enabled (widget, "chat.rename",
                                 td_conversation_get_id (self->conversation) > 0);
  gtk_widget_action_set_enabled (widget, "chat.delete",
                                 td_conversation_get_id (self->conversation) > 0);
}

static void
update_banner (TdChatPage *self,
               TdUsable    usable)
{
  g_autofree char *id = dup_provider_id (self);
  const TdEndpoint *endpoint =
    id ? td_endpoint_list_find (td_engine_get_endpoints (self->engine), id) : NULL;
  const char *provider = endpoint ? endpoint->name : _("The provider");
  g_autofree char *title = NULL;
  const char *button = _("_Choose Another Model");

  switch (usable)
    {
    case TD_USABLE_NEEDS_KEY:
      title = g_strdup_printf (_("%s needs a key"), provider);
      button = _("_Add Key");
      break;
    case TD_USABLE_DISABLED:
      title = g_strdup_printf (_("%s is switched off"), provider);
      button = _("_Preferences");
      break;
    case TD_USABLE_PROTOCOL_MISSING:
      title = g_strdup_printf (_("Top Dog cannot talk to %s yet"), provider);
      break;
    case TD_USABLE_NOT_CHAT:
      title = g_strdup (_("This model does not chat"));
      break;
    case TD_USABLE_UNKNOWN_MODEL:
      if (td_conversation_get_model_key (self->conversation))
        title = g_strdup (_("This model is no longer in the catalogue"));
      break;
    case TD_USABLE_YES:
    default:
      if (is_blind (self))
        title = g_strdup (_("This model cannot see the pictures in this chat"));
      break;
    }
  if (title)
    {
      adw_banner_set_title (self->banner, title);
      adw_banner_set_button_label (self->banner, button);
    }
  adw_banner_set_revealed (self->banner, title != NULL);
}

static void
banner_clicked_cb (TdChatPage *self)
{
  TdUsable usable = get_usable (self);
  g_autofree char *id = dup_provider_id (self);

  if (id && (usable == TD_USABLE_NEEDS_KEY || usable == TD_USABLE_DISABLED))
    gtk_widget_activate_action (GTK_WIDGET (self), "app.show-provider", "s", id);
  else
    td_model_picker_popup (TD_MODEL_PICKER (self->picker));
}

/* ---- what is shown ---- */

static void
update_title (TdChatPage *self)
{
  const char *title = td_conversation_get_title (self->conversation);
  g_autofree char *totals = td_chat_text_totals (self->conversation);

  title = title[0] ? title : _("New Chat");
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), title);
  adw_window_title_set_title (self->window_title, title);
  adw_window_title_set_subtitle (self->window_title, totals);
}

static void
update_stack (TdChatPage *self)
{
  if (!td_conversation_get_loaded (self->conversation))
    return;
  if (!self->messages)
    {
      self->messages = td_message_list_new (self->engine, self->conversation);
      adw_bin_set_child (self->messages_bin, self->messages);
    }
  gtk_stack_set_visible_child_name (self->stack,
                                    g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) > 0
                                      ? "messages"
                                      : "welcome");
}

/* What the message being written is going to take. */
static void
update_note (TdChatPage *self)
{
  TdPromptFigures figures;
  g_autofree char *note = NULL;
  g_autofree char *details = NULL;

  if ((!td_composer_is_empty (self->composer) || has_draft_attachments (self)) &&
      td_prompt_meter_get_figures (self->meter, &figures))
    {
      note = td_prompt_text_summary (&figures);
      details = td_prompt_text_details (&figures);
    }
  td_composer_set_note (self->composer, note, details);
}

/* Puts a text into the composer that nobody typed there. */
static void
set_composer_text (TdChatPage *self,
                   const char *text)
{
  td_composer_set_text (self->composer, text);
  td_prompt_meter_take_draft (self->meter, g_strdup (text));
}

static void
ensure_model (TdChatPage *self)
{
  g_autofree char *key = NULL;

  if (td_conversation_get_model_key (self->conversation))
    return;
  key = td_model_choices_dup_default (self->engine);
  if (key)
    td_conversation_list_set_model (get_list (self), self->conversation, key);
}

static gboolean
update_idle_cb (gpointer user_data)
{
  TdChatPage *self = TD_CHAT_PAGE (user_data);

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* The engine lets go of a completion a moment after its message says that it ended. */
static void
queue_update (TdChatPage *self)
{
  if (!self->update_id)
    self->update_id = g_idle_add (update_idle_cb, self);
}

static void
reply_state_cb (TdChatPage *self,
                GParamSpec *pspec,
                TdMessage  *reply)
{
  const char *model = td_message_get_model_name (reply);
  g_autofree char *sentence = NULL;

  queue_update (self);
  if (td_message_get_state (reply) != TD_MESSAGE_STATE_COMPLETE)
    return;
  /* Translators: told to screen readers when a reply has come in; %s is a model's name */
  sentence = g_strdup_printf (_("%s has replied"), model ? model : _("The model"));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
watch_reply (TdChatPage   *self,
             TdCompletion *completion)
{
  TdMessage *reply = completion ? td_completion_get_reply (completion) : NULL;

  if (!reply || reply == self->reply)
    return;
  if (self->reply)
    g_signal_handlers_disconnect_by_func (self->reply, reply_state_cb, self);
  g_set_object (&self->reply, reply);
  g_signal_connect_object (reply, "notify::state", G_CALLBACK (reply_state_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
update (TdChatPage *self)
{
  TdCompletion *completion = td_engine_get_completion (self->engine, self->conversation);
  const char *key;
  TdUsable usable;

  watch_reply (self, completion);
  ensure_model (self);
  key = td_conversation_get_model_key (self->conversation);
  usable = get_usable (self);
  td_model_picker_set_model (TD_MODEL_PICKER (self->picker), key);
  td_chat_welcome_set_model (TD_CHAT_WELCOME (self->welcome), key);
  update_title (self);
  update_stack (self);
  update_banner (self, usable);
  update_actions (self, usable, completion != NULL);
}

/* ---- sending ---- */

/* A message on its way, which may outlive the page. */
typedef struct
{
  TdEngine *engine;             /* (owned) */
  TdConversation *conversation; /* (owned) */
  char *text;                   /* (owned) (nullable): what was typed; NULL: a reply made again */
  GPtrArray *attachments;       /* (owned) (nullable) (element-type TdAttachment) */
  GWeakRef page;
} Sending;

static void
sending_free (Sending *self)
{
  g_weak_ref_clear (&self->page);
  g_object_unref (self->conversation);
  g_object_unref (self->engine);
  g_free (self->text);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sending, sending_free)

/* Nothing was stored: what was typed goes back to where it was typed. */
static void
give_back (Sending    *sending,
           TdChatPage *page)
{
  g_autofree char *now = page ? td_composer_dup_text (page->composer) : NULL;
  g_autofree char *joined =
    now && now[0] ? g_strconcat (sending->text, "\n", now, NULL) : g_strdup (sending->text);

  td_conversation_list_set_draft (td_engine_get_conversations (sending->engine),
                                  sending->conversation, joined);
  if (sending->attachments)
    {
      g_list_store_splice (td_conversation_get_draft_attachments (sending->conversation), 0, 0,
                           sending->attachments->pdata, sending->attachments->len);
      td_conversation_list_keep_draft_attachments (
        td_engine_get_conversations (sending->engine), sending->conversation);
    }
  if (page)
    set_composer_text (page, joined);
}

static void
say_error (TdChatPage   *self,
           const GError *error)
{
  TdWindow *window = td_window_find (GTK_WIDGET (self));
  g_autofree char *sentences = td_app_error_dup_sentences (error);

  if (window)
    td_window_say (window, sentences);
}

static void
titled_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  td_title_write_finish (result, &error);
  if (error)
    g_debug ("the chat keeps its title: %s", error->message);
}

/* After the first reply; it does nothing for any other. */
static void
write_title (const Sending *sending)
{
  GSettings *settings = td_application_get_settings (td_application_get_default ());

  if (g_settings_get_boolean (settings, "write-titles"))
    td_title_write_async (sending->engine, sending->conversation, NULL, titled_cb, NULL);
}

static void
ran_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (Sending) sending = user_data;
  g_autoptr (TdChatPage) page = g_weak_ref_get (&sending->page);
  TdCompletion *completion = TD_COMPLETION (source);
  g_autoptr (GError) error = NULL;

  td_completion_run_finish (completion, result, &error);
  if (error && !td_completion_get_reply (completion))
    {
      if (sending->text)
        give_back (sending, page);
      /* With a reply the failure stands in it. */
      if (page && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        say_error (page, error);
    }
  if (!error)
    write_title (sending);
  if (!page)
    return;
  /* The store refused: the engine made a draft of the text again. */
  if (td_composer_is_empty (page->composer))
    set_composer_text (page, td_conversation_get_draft (page->conversation));
  update (page);
}

static GPtrArray *
take_attachments (TdChatPage *self)
{
  GListStore *store = td_conversation_get_draft_attachments (self->conversation);
  GPtrArray *attachments = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (store)); i++)
    g_ptr_array_add (attachments, g_list_model_get_item (G_LIST_MODEL (store), i));
  g_list_store_remove_all (store);
  return attachments;
}

/* The provider is told to end the reply where it would cost more than the user wants one to. */
static void
set_limit (TdCompletion *completion)
{
  GSettings *settings = td_application_get_settings (td_application_get_default ());
  gint64 limit = g_settings_get_int64 (settings, "reply-stop-cost");

  if (limit > 0)
    td_completion_set_stop_cost (completion, limit);
}

static void
run (TdChatPage *self,
     const char *text)
{
  g_autoptr (TdCompletion) completion =
    td_completion_new (self->engine, self->conversation,
                       td_conversation_get_model_key (self->conversation));
  Sending *sending = g_new0 (Sending, 1);

  sending->engine = g_object_ref (self->engine);
  sending->conversation = g_object_ref (self->conversation);
  sending->text = g_strdup (text);
  g_weak_ref_init (&sending->page, self);
  if (text)
    {
      td_completion_set_user_text (completion, text);
      sending->attachments = take_attachments (self);
      td_completion_set_attachments (completion, sending->attachments);
    }
  set_limit (completion);
  td_completion_run_async (completion, NULL, ran_cb, sending);
  if (self->messages)
    td_message_list_pin (TD_MESSAGE_LIST (self->messages));
  queue_update (self);
}

static void
send_cb (GtkWidget  *widget,
         const char *action_name,
         GVariant   *parameter)
{
  TdChatPage *self = TD_CHAT_PAGE (widget);
  g_autofree char *text = g_strchomp (td_composer_dup_text (self->composer));

  /* The draft is not touched: until the message is stored, the draft is what a crash would leave. */
  set_composer_text (self, "");
  run (self, text);
}

/* A question that could not be written was given back, and is about to be asked again. */
static void
take_back_question (TdChatPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversation));
  TdMessage *question = n > 1 ? td_conversation_get_message (self->conversation, n - 2) : NULL;
  g_autofree char *text = td_composer_dup_text (self->composer);

  if (question && td_message_get_id (question) == 0 &&
      g_str_equal (text, td_message_get_text (question)))
    set_composer_text (self, "");
}

static void
regenerate_cb (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  TdChatPage *self = TD_CHAT_PAGE (widget);

  take_back_question (self);
  run (self, NULL);
}

static void
stop_cb (GtkWidget  *widget,
         const char *action_name,
         GVariant   *parameter)
{
  TdChatPage *self = TD_CHAT_PAGE (widget);
  TdCompletion *completion = td_engine_get_completion (self->engine, self->conversation);

  if (completion)
    td_completion_stop (completion);
}

static void
choose_model_cb (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  td_model_picker_popup (TD_MODEL_PICKER (TD_CHAT_PAGE (widget)->picker));
}

static void
attach_cb (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  td_attachment_bar_choose (TD_ATTACHMENT_BAR (TD_CHAT_PAGE (widget)->bar));
}

static void
parameters_cb (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  TdChatPage *self = TD_CHAT_PAGE (widget);

  adw_dialog_present (td_parameters_dialog_new (self->engine, self->conversation), widget);
}

static void
rename_cb (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  TdChatPage *self = TD_CHAT_PAGE (widget);

  td_chat_actions_rename (td_window_find (widget), get_list (self), self->conversation);
}

static void
delete_cb (GtkWidget  *widget,
           const char *action_name,
           GVariant   *parameter)
{
  TdChatPage *self = TD_CHAT_PAGE (widget);

  td_chat_actions_delete (td_window_find (widget), get_list (self), self->conversation);
}

static void
set_opinion_cb (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  TdChatPage *self = TD_CHAT_PAGE (widget);
  gint64 message_id;
  guint opinion;

  g_variant_get (parameter, "(xu)", &message_id, &opinion);
  if (opinion <= TD_OPINION_BAD)
    td_chat_actions_set_opinion (td_window_find (widget), self->engine, self->conversation,
                                 message_id, (TdOpinion) opinion);
}

static void
composer_changed_cb (TdChatPage *self)
{
  char *text = td_composer_dup_text (self->composer);

  td_conversation_list_set_draft (get_list (self), self->conversation, text);
  if (*text != '\0' && td_conversation_get_model_key (self->conversation))
    td_engine_warm_up (self->engine, td_conversation_get_model_key (self->conversation));
  td_prompt_meter_take_draft (self->meter, text);
  update_actions (self, get_usable (self),
                  td_engine_get_completion (self->engine, self->conversation) != NULL);
}

static void
model_chosen_cb (TdChatPage *self,
                 const char *model_key)
{
  td_conversation_list_set_model (get_list (self), self->conversation, model_key);
  td_composer_focus_text (self->composer);
}

/* ---- loading ---- */

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdChatPage) self = TD_CHAT_PAGE (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdErrorText) text = NULL;

  td_conversation_list_open_finish (TD_CONVERSATION_LIST (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->engine)
    return;
  if (error)
    {
      text = td_app_error_describe (error, NULL);
      adw_status_page_set_title (self->trouble_page, text->title);
      adw_status_page_set_description (self->trouble_page, text->advice);
      gtk_stack_set_visible_child_name (self->stack, "trouble");
      return;
    }
  update (self);
}

static void
load (TdChatPage *self)
{
  if (td_conversation_get_loaded (self->conversation))
    return;
  gtk_stack_set_visible_child_name (self->stack, "loading");
  td_conversation_list_open_async (get_list (self), self->conversation, self->cancellable,
                                   opened_cb, g_object_ref (self));
}

static void
load_clicked_cb (TdChatPage *self)
{
  load (self);
}

/* ---- the page ---- */

static void
enter_sends_cb (TdChatPage *self,
                const char *key,
                GSettings  *settings)
{
  td_composer_set_enter_sends (self->composer, g_settings_get_boolean (settings, "enter-sends"));
}

static void
count_at_provider_cb (TdChatPage *self,
                      const char *key,
                      GSettings  *settings)
{
  td_prompt_meter_set_asks_provider (self->meter, g_settings_get_boolean (settings, key));
}

static void
td_chat_page_shown (AdwNavigationPage *page)
{
  td_composer_focus_text (TD_CHAT_PAGE (page)->composer);
}

static void
td_chat_page_dispose (GObject *object)
{
  TdChatPage *self = TD_CHAT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->update_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), TD_TYPE_CHAT_PAGE);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->reply);
  g_clear_object (&self->meter);
  g_clear_object (&self->conversation);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_chat_page_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "chat.send", NULL, send_cb);
  gtk_widget_class_install_action (widget_class, "chat.stop", NULL, stop_cb);
  gtk_widget_class_install_action (widget_class, "chat.regenerate", NULL, regenerate_cb);
  gtk_widget_class_install_action (widget_class, "chat.choose-model", NULL, choose_model_cb);
  gtk_widget_class_install_action (widget_class, "chat.attach", NULL, attach_cb);
  gtk_widget_class_install_action (widget_class, "chat.parameters", NULL, parameters_cb);
  gtk_widget_class_install_action (widget_class, "chat.rename", NULL, rename_cb);
  gtk_widget_class_install_action (widget_class, "chat.delete", NULL, delete_cb);
  gtk_widget_class_install_action (widget_class, "chat.set-opinion", "(xu)", set_opinion_cb);
}

static void
td_chat_page_class_init (TdChatPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_chat_page_dispose;
  ADW_NAVIGATION_PAGE_CLASS (klass)->shown = td_chat_page_shown;

  g_type_ensure (TD_TYPE_COMPOSER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-chat-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdChatPage, window_title);
  gtk_widget_class_bind_template_child (widget_class, TdChatPage, banner);
  gtk_widget_class_bind_template_child (widget_class, TdChatPage, stack);
  gtk_widget_class_bind_template_child (widget_class, TdChatPage, trouble_page);
  gtk_widget_class_bind_template_child (widget_class, TdChatPage, welcome_bin);
  gtk_widget_class_bind_template_child (widget_class, TdChatPage, messages_bin);
  gtk_widget_class_bind_template_child (widget_class, TdChatPage, composer);
  gtk_widget_class_bind_template_callback (widget_class, banner_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, composer_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, load_clicked_cb);
  install_actions (widget_class);
}

static void
td_chat_page_init (TdChatPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
attachments_changed_cb (TdChatPage *self)
{
  td_conversation_list_keep_draft_attachments (get_list (self), self->conversation);
  queue_update (self);
}

static void
follow (TdChatPage *self)
{
  GSettings *settings = td_application_get_settings (td_application_get_default ());

  g_signal_connect_object (self->conversation, "notify", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "items-changed", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (td_conversation_get_draft_attachments (self->conversation),
                           "items-changed", G_CALLBACK (attachments_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (get_list (self), "stored", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->engine, "usable-changed", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::enter-sends", G_CALLBACK (enter_sends_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::count-at-provider",
                           G_CALLBACK (count_at_provider_cb), self, G_CONNECT_SWAPPED);
  enter_sends_cb (self, "enter-sends", settings);
  count_at_provider_cb (self, "count-at-provider", settings);
}

static GtkWidget *
make_tool (const char *icon_name,
           const char *label,
           const char *action_name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action_name);
  return button;
}

static void
trouble_cb (TdChatPage   *self,
            const GError *error)
{
  say_error (self, error);
}

static void
add_tools (TdChatPage *self)
{
  self->bar = td_attachment_bar_new (self->conversation);
  g_signal_connect_object (self->bar, "trouble", G_CALLBACK (trouble_cb), self, G_CONNECT_SWAPPED);
  td_composer_set_attachment_bar (self->composer, self->bar);
  td_composer_add_tool (self->composer,
                        make_tool ("td-attach-symbolic", _("Attach Pictures"), "chat.attach"));
  td_composer_add_tool (self->composer,
                        make_tool ("td-parameters-symbolic", _("Parameters"), "chat.parameters"));
  td_composer_add_tool (self->composer, self->picker);
}

/**
 * td_chat_page_new:
 * @engine: the engine
 * @conversation: the chat to show
 *
 * Returns: (transfer floating): the page
 */
TdChatPage *
td_chat_page_new (TdEngine       *engine,
                  TdConversation *conversation)
{
  TdChatPage *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (TD_IS_CONVERSATION (conversation), NULL);

  self = g_object_new (TD_TYPE_CHAT_PAGE, NULL);
  self->engine = g_object_ref (engine);
  self->conversation = g_object_ref (conversation);
  self->picker = td_model_picker_new (engine);
  g_signal_connect_object (self->picker, "chosen", G_CALLBACK (model_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  add_tools (self);
  self->welcome = td_chat_welcome_new (engine);
  adw_bin_set_child (self->welcome_bin, self->welcome);
  self->meter = td_prompt_meter_new (engine, conversation);
  g_signal_connect_object (self->meter, "changed", G_CALLBACK (update_note), self,
                           G_CONNECT_SWAPPED);
  set_composer_text (self, td_conversation_get_draft (conversation));
  follow (self);
  load (self);
  update (self);
  td_code_language_warm_up ();
  return self;
}

/**
 * td_chat_page_dup_text:
 * @self: a page
 *
 * Returns: (transfer full): what is written and not sent
 */
char *
td_chat_page_dup_text (TdChatPage *self)
{
  g_return_val_if_fail (TD_IS_CHAT_PAGE (self), NULL);

  return td_composer_dup_text (self->composer);
}

/**
 * td_chat_page_get_conversation:
 * @self: the page
 *
 * Returns: (transfer none): the chat it shows
 */
TdConversation *
td_chat_page_get_conversation (TdChatPage *self)
{
  g_return_val_if_fail (TD_IS_CHAT_PAGE (self), NULL);

  return self->conversation;
}
