/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-local-servers-group.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"

struct _TdLocalServersGroup
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL once disposed */
  GCancellable *cancellable; /* (owned) */
  GPtrArray *rows;           /* (element-type GtkWidget): of what was found */

  GtkWidget *again_button;
};

G_DEFINE_FINAL_TYPE (TdLocalServersGroup, td_local_servers_group, ADW_TYPE_PREFERENCES_GROUP)

static void
add_row (TdLocalServersGroup *self,
         GtkWidget           *row)
{
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
}

static GtkWidget *
create_row (const char *title,
            const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  return row;
}

static void
clear_rows (TdLocalServersGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

/* Whether the server answers at the address that a provider already has, with its models known. */
static gboolean
is_in_use (TdLocalServersGroup *self,
           const TdLocalServer *server)
{
  g_autoptr (GPtrArray) endpoints =
    td_endpoint_list_dup_all (td_engine_get_endpoints (self->engine));
  const TdListedModel *first =
    server->models->len > 0 ? g_ptr_array_index (server->models, 0) : NULL;

  for (guint i = 0; first != NULL && i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = g_ptr_array_index (endpoints, i);
      g_autofree char *key = NULL;

      if (endpoint->kind != server->kind || g_strcmp0 (endpoint->base_url, server->base_url) != 0)
        continue;
      key = g_strconcat (endpoint->provider_id, ":", first->id, NULL);
      if (td_engine_is_installed (self->engine, key))
        return TRUE;
    }
  return FALSE;
}

static void
adopt_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GtkWidget) button = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *provider_id = td_engine_adopt_server_finish (TD_ENGINE (source), result, &error);
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);
  g_autofree char *sentences = NULL;

  if (provider_id != NULL)
    {
      gtk_button_set_label (GTK_BUTTON (button), _("In use"));
      return;
    }
  gtk_widget_set_sensitive (button, TRUE);
  sentences = td_app_error_dup_sentences (error);
  if (row != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), sentences);
}

static void
use_clicked_cb (GtkButton           *button,
                TdLocalServersGroup *self)
{
  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  td_engine_adopt_server_async (self->engine, g_object_get_data (G_OBJECT (button), "server"),
                                self->cancellable, adopt_cb, g_object_ref (button));
}

/* @server: (transfer full) */
static void
add_server (TdLocalServersGroup *self,
            TdLocalServer       *server)
{
  guint n_models = server->models->len;
  g_autofree char *subtitle =
    g_strdup_printf (ngettext ("%s · %u model", "%s · %u models", n_models), server->base_url,
                     n_models);
  GtkWidget *row = create_row (server->name, subtitle);
  gboolean in_use = is_in_use (self, server);
  GtkWidget *button = gtk_button_new_with_label (in_use ? _("In use") : _("Use"));

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, !in_use);
  g_object_set_data_full (G_OBJECT (button), "server", server,
                          (GDestroyNotify) td_local_server_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (use_clicked_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  add_row (self, row);
}

static void
probe_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdLocalServersGroup) self = user_data;
  g_autoptr (GPtrArray) servers = td_discovery_probe_finish (result, NULL);

  if (self->engine == NULL)
    return;
  gtk_widget_set_sensitive (self->again_button, TRUE);
  clear_rows (self);
  if (servers == NULL || servers->len == 0)
    add_row (self, create_row (_("No model server is running on this computer"),
                               _("Ollama, llama.cpp, LM Studio and vLLM are found by themselves once they run.")));
  while (servers != NULL && servers->len > 0)
    add_server (self, g_ptr_array_steal_index (servers, 0));
}

static void
look (TdLocalServersGroup *self)
{
  gtk_widget_set_sensitive (self->again_button, FALSE);
  td_discovery_probe_async (td_engine_get_session (self->engine), self->cancellable, probe_cb,
                            g_object_ref (self));
}

static void
td_local_servers_group_dispose (GObject *object)
{
  TdLocalServersGroup *self = TD_LOCAL_SERVERS_GROUP (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_local_servers_group_parent_class)->dispose (object);
}

static void
td_local_servers_group_finalize (GObject *object)
{
  g_ptr_array_unref (TD_LOCAL_SERVERS_GROUP (object)->rows);

  G_OBJECT_CLASS (td_local_servers_group_parent_class)->finalize (object);
}

static void
td_local_servers_group_class_init (TdLocalServersGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_local_servers_group_dispose;
  object_class->finalize = td_local_servers_group_finalize;
}

static void
td_local_servers_group_init (TdLocalServersGroup *self)
{
  self->rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  self->again_button = gtk_button_new_from_icon_name ("view-refresh-symbolic");
  gtk_widget_set_tooltip_text (self->again_button, _("Look Again"));
  gtk_widget_set_valign (self->again_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->again_button, "flat");
  g_signal_connect_object (self->again_button, "clicked", G_CALLBACK (look), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("On This Computer"));
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), self->again_button);
}

/**
 * td_local_servers_group_new:
 * @engine: the engine
 *
 * Starts looking at once; what is found appears within about a second.
 *
 * Returns: (transfer floating): the group
 */
GtkWidget *
td_local_servers_group_new (TdEngine *engine)
{
  TdLocalServersGroup *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_LOCAL_SERVERS_GROUP, NULL);
  self->engine = g_object_ref (engine);
  add_row (self, create_row (_("Looking for model servers…"), NULL));
  look (self);
  return GTK_WIDGET (self);
}
