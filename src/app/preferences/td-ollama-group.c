/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-ollama-group.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "engine/td-download.h"
#include "engine/td-local-models.h"

/**
 * TdOllamaGroup:
 *
 * What a server that runs models itself has in memory, and a way to download others by name.
 */
struct _TdOllamaGroup
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL until set, and once disposed */
  char *provider_id;         /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  TdDownload *download;      /* (owned) (nullable) */
  GPtrArray *rows;           /* (element-type GtkWidget): of what is in memory */

  GtkWidget *name_row; /* (unowned) */
  GtkWidget *bar;      /* (unowned) */
  GtkWidget *stop;     /* (unowned) */
  GtkWidget *note;     /* (unowned) */
};

G_DEFINE_FINAL_TYPE (TdOllamaGroup, td_ollama_group, ADW_TYPE_PREFERENCES_GROUP)

static void list_loaded (TdOllamaGroup *self);

static void
say (TdOllamaGroup *self,
     const char    *text)
{
  gtk_label_set_label (GTK_LABEL (self->note), text ? text : "");
  gtk_widget_set_visible (self->note, text != NULL);
}

static void
say_error (TdOllamaGroup *self,
           const GError  *error)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (self->engine), self->provider_id);
  g_autoptr (TdErrorText) text = td_app_error_describe (error, endpoint ? endpoint->name : NULL);
  g_autofree char *sentences = g_strconcat (text->title, " ", text->advice, NULL);

  say (self, sentences);
}

/* ---- memory ---- */

static void
unloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdOllamaGroup) self = user_data;
  g_autoptr (GError) error = NULL;

  td_local_models_load_finish (result, &error);
  if (!self->engine)
    return;
  if (error)
    say_error (self, error);
  list_loaded (self);
}

static void
unload_clicked_cb (GtkWidget *button,
                   gpointer   user_data)
{
  TdOllamaGroup *self = TD_OLLAMA_GROUP (user_data);

  gtk_widget_set_sensitive (button, FALSE);
  td_local_models_load_async (self->engine, self->provider_id,
                              g_object_get_data (G_OBJECT (button), "model"), FALSE,
                              self->cancellable, unloaded_cb, g_object_ref (self));
}

static GtkWidget *
make_row (TdOllamaGroup       *self,
          const TdLoadedModel *model)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Unload"));
  g_autofree char *size =
    model->size_bytes > 0 ? g_format_size ((guint64) model->size_bytes) : NULL;
  /* Translators: %s is a size such as "4.7 GB" */
  g_autofree char *subtitle = size ? g_strdup_printf (_("In memory, where it takes %s"), size)
                                   : g_strdup (_("In memory"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), model->id);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "model", g_strdup (model->id), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (unload_clicked_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdOllamaGroup) self = user_data;
  g_autoptr (GPtrArray) models = td_local_models_list_finish (result, NULL);

  if (!self->engine)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; models && i < models->len; i++)
    {
      GtkWidget *row = make_row (self, g_ptr_array_index (models, i));

      g_ptr_array_add (self->rows, row);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
    }
}

static void
list_loaded (TdOllamaGroup *self)
{
  td_local_models_list_async (self->engine, self->provider_id, self->cancellable, listed_cb,
                              g_object_ref (self));
}

/* ---- the download ---- */

static void
show_progress (TdOllamaGroup *self)
{
  gint64 total = td_download_get_total (self->download);
  g_autofree char *done = g_format_size ((guint64) td_download_get_completed (self->download));
  g_autofree char *all = total > 0 ? g_format_size ((guint64) total) : NULL;
  /* Translators: how much of a download is there, and how much there is: sizes such as "1.2 GB" */
  g_autofree char *text =
    all ? g_strdup_printf (_("%s of %s"), done, all) : g_strdup (_("Asking for it…"));

  gtk_progress_bar_set_fraction (
    GTK_PROGRESS_BAR (self->bar),
    total > 0 ? CLAMP ((double) td_download_get_completed (self->download) / (double) total, 0, 1)
              : 0);
  say (self, text);
}

static void
download_changed_cb (TdOllamaGroup *self)
{
  gboolean is_running = td_download_is_running (self->download);

  if (!self->engine)
    return;
  gtk_widget_set_visible (self->bar, is_running);
  gtk_widget_set_visible (self->stop, is_running);
  gtk_editable_set_editable (GTK_EDITABLE (self->name_row), !is_running);
  if (is_running)
    {
      show_progress (self);
    }
  else if (td_download_get_error (self->download))
    {
      say_error (self, td_download_get_error (self->download));
    }
  else if (td_engine_is_installed (self->engine, td_download_get_model_key (self->download)))
    {
      gtk_editable_set_text (GTK_EDITABLE (self->name_row), "");
      say (self, _("It is installed."));
    }
  else
    {
      say (self, _("Stopped. Begun again, it goes on where it was."));
    }
}

static void
applied_cb (TdOllamaGroup *self)
{
  g_autofree char *name =
    g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
  g_autofree char *key = g_strconcat (self->provider_id, ":", name, NULL);

  if (*name == '\0' || (self->download && td_download_is_running (self->download)))
    return;
  if (g_set_object (&self->download, td_engine_download (self->engine, key)))
    g_signal_connect_object (self->download, "changed", G_CALLBACK (download_changed_cb), self,
                             G_CONNECT_SWAPPED);
  download_changed_cb (self);
}

static void
stop_clicked_cb (TdOllamaGroup *self)
{
  td_download_stop (self->download);
}

/* ---- the group ---- */

static void
td_ollama_group_dispose (GObject *object)
{
  TdOllamaGroup *self = TD_OLLAMA_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->download);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_ollama_group_parent_class)->dispose (object);
}

static void
td_ollama_group_finalize (GObject *object)
{
  TdOllamaGroup *self = TD_OLLAMA_GROUP (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  g_free (self->provider_id);

  G_OBJECT_CLASS (td_ollama_group_parent_class)->finalize (object);
}

static void
td_ollama_group_class_init (TdOllamaGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_ollama_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_ollama_group_finalize;
}

static void
add_download_row (TdOllamaGroup *self)
{
  self->name_row = adw_entry_row_new ();
  self->bar = gtk_progress_bar_new ();
  self->stop = gtk_button_new_with_mnemonic (_("_Stop"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name_row),
                                 _("Download a model, such as llama3.2:3b"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->name_row), TRUE);
  gtk_widget_set_margin_top (self->bar, 12);
  gtk_widget_set_valign (self->stop, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->bar, FALSE);
  gtk_widget_set_visible (self->stop, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Download"), -1);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (self->name_row), self->stop);
  g_signal_connect_object (self->name_row, "apply", G_CALLBACK (applied_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stop, "clicked", G_CALLBACK (stop_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->name_row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->bar);
}

static void
td_ollama_group_init (TdOllamaGroup *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Models on This Computer"));
  add_download_row (self);
  self->note = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->note), 0);
  gtk_label_set_wrap (GTK_LABEL (self->note), TRUE);
  gtk_widget_set_margin_top (self->note, 6);
  gtk_widget_add_css_class (self->note, "caption");
  gtk_widget_set_visible (self->note, FALSE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->note);
}

/**
 * td_ollama_group_set_provider:
 * @self: the group
 * @engine: the engine
 * @provider_id: a server that runs models itself
 *
 * Asks the server at once.
 */
void
td_ollama_group_set_provider (TdOllamaGroup *self,
                              TdEngine      *engine,
                              const char    *provider_id)
{
  g_return_if_fail (TD_IS_OLLAMA_GROUP (self));
  g_return_if_fail (TD_IS_ENGINE (engine));

  self->engine = g_object_ref (engine);
  self->provider_id = g_strdup (provider_id);
  list_loaded (self);
}
