/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-chat-welcome.h"

#include <glib/gi18n.h>

#include "app/chat/td-model-choice-row.h"
#include "app/preferences/td-local-servers-group.h"
#include "base/td-text.h"
#include "engine/td-auto.h"

typedef enum
{
  SHOWS_NOTHING,
  SHOWS_MODEL,
  SHOWS_CONNECT,
} Shows;

struct _TdChatWelcome
{
  AdwBin parent_instance;

  TdEngine *engine; /* (owned) */
  char *model_key;  /* (owned) (nullable) */
  Shows shows;
};

G_DEFINE_FINAL_TYPE (TdChatWelcome, td_chat_welcome, ADW_TYPE_BIN)

/* ---- the model ---- */

static char *
describe_model (TdChatWelcome      *self,
                const TdModelFacts *facts)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (self->engine), facts->provider_id);
  g_autofree char *prices = td_model_choice_text_prices (facts);
  g_autofree char *context = facts->context > 0 ? td_text_format_tokens (facts->context) : NULL;
  g_autoptr (GString) text = g_string_new (endpoint ? endpoint->name : facts->provider_id);

  if (facts->price.input > 0 || facts->price.output > 0)
    /* Translators: %s is "$0.15 in · $0.60 out" */
    g_string_append_printf (text, _("\n%s per million tokens"), prices);
  else
    g_string_append_printf (text, "\n%s", prices);
  if (context)
    /* Translators: how much text a model can take in at once; %s is "128K" */
    g_string_append_printf (text, _("\n%s tokens of context"), context);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_model (TdChatWelcome *self,
            TdModel       *model)
{
  GtkWidget *page = adw_status_page_new ();
  gboolean is_auto = td_auto_is_name (self->model_key);
  g_autofree char *description =
    is_auto
      ? g_strdup (_(
         "For each message, Q picks the model that fits it best within your preferences. The reply's details say which and why."))
    : model ? describe_model (self, td_model_get_facts (model))
            : NULL;
  g_autofree char *escaped = description ? g_markup_escape_text (description, -1) : NULL;
  g_autofree char *title =
    g_markup_escape_text (is_auto ? _("Q Chooses")
                          : model ? td_model_get_name (model)
                                  : _("New Chat"),
                          -1);

  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (page),
                                   escaped ? escaped
                                           : _("Choose a model below, and write a message."));
  gtk_widget_add_css_class (page, "compact");
  gtk_widget_add_css_class (page, "welcome");
  adw_bin_set_child (ADW_BIN (self), page);
}

/* ---- no model at all ---- */

static GtkWidget *
create_provider_row (const char *title,
                     const char *subtitle,
                     const char *action,
                     const char *target)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (target)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), action);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                           "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                           NULL));
  return row;
}

static GtkWidget *
create_providers (TdChatWelcome *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  g_autoptr (GPtrArray) endpoints =
    td_endpoint_list_dup_all (td_engine_get_endpoints (self->engine));

  adw_preferences_group_set_title (group, _("With an API Key"));
  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = g_ptr_array_index (endpoints, i);

      if (endpoint->main && endpoint->needs_key && td_endpoint_is_supported (endpoint))
        adw_preferences_group_add (group, create_provider_row (endpoint->name, _("Add your key"),
                                                               "app.show-provider", endpoint->provider_id));
    }
  adw_preferences_group_add (group, create_provider_row (_("All Providers"),
                                                         _("And any server that speaks the OpenAI protocol"),
                                                         "app.preferences", NULL));
  return GTK_WIDGET (group);
}

static void
show_connect (TdChatWelcome *self)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "network-server-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("Connect a Model"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page),
                                   _("Chat with a model that runs on this computer, or with a provider you have a key of."));
  gtk_box_append (GTK_BOX (box), td_local_servers_group_new (self->engine));
  gtk_box_append (GTK_BOX (box), create_providers (self));
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 480);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), clamp);
  gtk_widget_add_css_class (page, "compact");
  adw_bin_set_child (ADW_BIN (self), page);
}

static void
update (TdChatWelcome *self)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model = self->model_key ? td_catalogue_find_model (catalogue, self->model_key) : NULL;

  if (model || td_model_choices_has_usable (self->engine))
    {
      self->shows = SHOWS_MODEL;
      show_model (self, model);
    }
  else if (self->shows != SHOWS_CONNECT)
    {
      self->shows = SHOWS_CONNECT;
      show_connect (self);
    }
}

static void
td_chat_welcome_dispose (GObject *object)
{
  g_clear_object (&TD_CHAT_WELCOME (object)->engine);
  G_OBJECT_CLASS (td_chat_welcome_parent_class)->dispose (object);
}

static void
td_chat_welcome_finalize (GObject *object)
{
  g_free (TD_CHAT_WELCOME (object)->model_key);
  G_OBJECT_CLASS (td_chat_welcome_parent_class)->finalize (object);
}

static void
td_chat_welcome_class_init (TdChatWelcomeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_chat_welcome_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_chat_welcome_finalize;
}

static void
td_chat_welcome_init (TdChatWelcome *self)
{
}

/**
 * td_chat_welcome_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
td_chat_welcome_new (TdEngine *engine)
{
  TdChatWelcome *self = g_object_new (TD_TYPE_CHAT_WELCOME, NULL);

  self->engine = g_object_ref (engine);
  g_signal_connect_object (engine, "usable-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * td_chat_welcome_set_model:
 * @self: the page
 * @model_key: (nullable): the model the chat is going to be with
 */
void
td_chat_welcome_set_model (TdChatWelcome *self,
                           const char    *model_key)
{
  g_return_if_fail (TD_IS_CHAT_WELCOME (self));

  if (g_set_str (&self->model_key, model_key))
    update (self);
}
