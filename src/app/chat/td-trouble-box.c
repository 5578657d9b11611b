/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-trouble-box.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/chat/td-chat-text.h"
#include "app/td-app-error.h"
#include "app/td-window.h"
#include "base/td-clock.h"

struct _TdTroubleBox
{
  GtkWidget parent_instance;

  TdEngine *engine;      /* (owned) */
  TdMessage *message;    /* (owned) */
  gboolean is_last;      /* only the last reply of a chat can be made again */
  GtkWidget *box;        /* (unowned) (nullable) */
  GtkWidget *retry;      /* (unowned) (nullable): the button that tries again */
  guint countdown_id;    /* while it has to wait */
};

G_DEFINE_FINAL_TYPE (TdTroubleBox, td_trouble_box, GTK_TYPE_WIDGET)

static char *
dup_provider_id (TdTroubleBox *self)
{
  const char *key = td_message_get_model_key (self->message);
  const char *colon = key ? strchr (key, ':') : NULL;

  return colon ? g_strndup (key, colon - key) : NULL;
}

static const char *
get_provider_name (TdTroubleBox *self)
{
  g_autofree char *id = dup_provider_id (self);
  const TdEndpoint *endpoint =
    id ? td_endpoint_list_find (td_engine_get_endpoints (self->engine), id) : NULL;

  return endpoint ? endpoint->name : NULL;
}

static GtkWidget *
create_label (const char *text,
              const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* ---- buttons ---- */

static gboolean
count_down_cb (gpointer user_data)
{
  TdTroubleBox *self = TD_TROUBLE_BOX (user_data);
  gint64 wait = td_message_get_retry_at_us (self->message) - td_clock_now_us ();
  g_autofree char *label = td_chat_text_wait (wait);

  gtk_button_set_label (GTK_BUTTON (self->retry), label);
  if (wait > 0)
    return G_SOURCE_CONTINUE;
  self->countdown_id = 0;
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->retry), "chat.regenerate");
  gtk_widget_set_sensitive (self->retry, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _("You can try again now."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  return G_SOURCE_REMOVE;
}

static GtkWidget *
create_button (const char *label,
               const char *action)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
create_retry (TdTroubleBox    *self,
              const TdTrouble *trouble)
{
  gint64 wait = td_message_get_retry_at_us (self->message) - td_clock_now_us ();

  if (!trouble->is_error)
    return create_button (_("_Regenerate"), "chat.regenerate");
  if (wait <= 0)
    return create_button (_("_Try Again"), "chat.regenerate");
  self->retry = gtk_button_new_with_mnemonic ("");
  gtk_widget_set_sensitive (self->retry, FALSE);
  self->countdown_id = g_timeout_add (250, count_down_cb, self);
  count_down_cb (self);
  return self->retry;
}

static void
unlocked_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdTroubleBox) self = TD_TROUBLE_BOX (user_data);
  g_autoptr (GError) error = NULL;
  TdWindow *window = td_window_find (GTK_WIDGET (self));

  if (td_vault_unlock_finish (TD_VAULT (source), result, &error))
    gtk_widget_activate_action (GTK_WIDGET (self), "chat.regenerate", NULL);
  else if (window)
    {
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      td_window_say (window, sentences);
    }
}

static void
unlock_clicked_cb (TdTroubleBox *self)
{
  td_vault_unlock_async (td_key_ring_get_vault (td_engine_get_key_ring (self->engine)), NULL,
                         unlocked_cb, g_object_ref (self));
}

static GtkWidget *
create_provider_button (TdTroubleBox *self,
                        const char   *label)
{
  g_autofree char *id = dup_provider_id (self);
  GtkWidget *button;

  if (!id)
    return create_button (_("_Preferences"), "app.preferences");
  button = gtk_button_new_with_mnemonic (label);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "app.show-provider");
  return button;
}

static GtkWidget *
create_remedy (TdTroubleBox *self,
               TdRemedy      remedy)
{
  GtkWidget *button;

  switch (remedy)
    {
    case TD_REMEDY_ADD_KEY:
      return create_provider_button (self, _("_Add Key"));
    case TD_REMEDY_PROVIDER:
      return create_provider_button (self, _("_Check Provider"));
    case TD_REMEDY_CHOOSE_MODEL:
      return create_button (_("_Choose Another Model"), "chat.choose-model");
    case TD_REMEDY_NEW_CHAT:
      return create_button (_("_New Chat"), "win.new-chat");
    case TD_REMEDY_ADD_FUNDS:
      return create_button (_("_Add Funds"), "win.add-funds");
    case TD_REMEDY_WALLET:
      return create_button (_("_Show Wallet"), "win.show-wallet");
    case TD_REMEDY_UNLOCK:
      button = gtk_button_new_with_mnemonic (_("_Unlock and Try Again"));
      g_signal_connect_object (button, "clicked", G_CALLBACK (unlock_clicked_cb), self,
                               G_CONNECT_SWAPPED);
      return button;
    case TD_REMEDY_NONE:
    default:
      return NULL;
    }
}

static void
append_buttons (TdTroubleBox    *self,
                const TdTrouble *trouble)
{
  GtkWidget *buttons = adw_wrap_box_new ();
  GtkWidget *remedy = create_remedy (self, trouble->remedy);

  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (buttons), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (buttons), 6);
  if (remedy)
    adw_wrap_box_append (ADW_WRAP_BOX (buttons), remedy);
  if (trouble->can_retry)
    adw_wrap_box_append (ADW_WRAP_BOX (buttons), create_retry (self, trouble));
  if (gtk_widget_get_first_child (buttons))
    gtk_box_append (GTK_BOX (self->box), buttons);
  else
    g_object_unref (g_object_ref_sink (buttons));
}

/* ---- the whole ---- */

static void
clear (TdTroubleBox *self)
{
  g_clear_handle_id (&self->countdown_id, g_source_remove);
  self->retry = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
}

static GtkWidget *
create_heading (const TdTrouble *trouble)
{
  GtkWidget *heading = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = create_label (trouble->title, trouble->is_error ? "heading" : "dim-label");

  if (trouble->is_error)
    {
      GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", "dialog-warning-symbolic",
                                      "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

      gtk_widget_add_css_class (icon, "warning");
      gtk_widget_set_valign (icon, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (heading), icon);
    }
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (heading), label);
  return heading;
}

static void
update (TdTroubleBox *self)
{
  const char *provider = get_provider_name (self);
  g_autoptr (TdTrouble) trouble = td_trouble_new (self->message, provider);

  clear (self);
  gtk_widget_set_visible (GTK_WIDGET (self), trouble != NULL);
  if (!trouble)
    return;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->box, trouble->is_error ? "trouble" : "note");
  gtk_box_append (GTK_BOX (self->box), create_heading (trouble));
  if (trouble->advice)
    gtk_box_append (GTK_BOX (self->box), create_label (trouble->advice, NULL));
  if (trouble->detail)
    {
      g_autofree char *detail =
        trouble->detail_is_ours
          /* Translators: what a program or the system said, in English */
          ? g_strdup_printf (_("Details: %s"), trouble->detail)
          /* Translators: the name of a provider, then what its server answered */
          : g_strdup_printf (_("%s says: %s"), provider ? provider : _("The provider"),
                             trouble->detail);
      GtkWidget *label = create_label (detail, "caption");

      gtk_widget_add_css_class (label, "dim-label");
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_box_append (GTK_BOX (self->box), label);
    }
  if (self->is_last)
    append_buttons (self, trouble);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static void
td_trouble_box_dispose (GObject *object)
{
  TdTroubleBox *self = TD_TROUBLE_BOX (object);

  clear (self);
  g_clear_object (&self->message);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (td_trouble_box_parent_class)->dispose (object);
}

static void
td_trouble_box_class_init (TdTroubleBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_trouble_box_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
td_trouble_box_init (TdTroubleBox *self)
{
}

/**
 * td_trouble_box_new:
 * @engine: the engine
 * @message: a reply
 *
 * Returns: (transfer floating): the box; invisible while nothing is the matter
 */
GtkWidget *
td_trouble_box_new (TdEngine  *engine,
                    TdMessage *message)
{
  TdTroubleBox *self = g_object_new (TD_TYPE_TROUBLE_BOX, NULL);

  self->engine = g_object_ref (engine);
  self->message = g_object_ref (message);
  g_signal_connect_object (message, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/**
 * td_trouble_box_set_is_last:
 * @self: the box
 * @is_last: whether the reply is the chat's last, which can be made again
 */
void
td_trouble_box_set_is_last (TdTroubleBox *self,
                            gboolean      is_last)
{
  g_return_if_fail (TD_IS_TROUBLE_BOX (self));

  if (self->is_last == is_last)
    return;
  self->is_last = is_last;
  update (self);
}
