/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-local-model-group.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/td-app-error.h"
#include "engine/td-download.h"
#include "engine/td-local-models.h"

/**
 * TdLocalModelGroup:
 *
 * A model of a server on this computer: whether it is installed, its download, and whether it is in
 * memory. The download goes on when this is gone, and is found again when it comes back.
 */
struct _TdLocalModelGroup
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL once disposed */
  char *key;                 /* (owned) */
  char *provider_id;         /* (owned) */
  TdDownload *download;      /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
  gboolean memory_known;
  gboolean in_memory;
  gboolean is_working;       /* a model is on its way into memory or out of it */
  char *memory;              /* (owned) (nullable): how much it takes */
  char *trouble;             /* (owned) (nullable) */

  GtkWidget *row;      /* (unowned) */
  GtkWidget *bar;      /* (unowned) */
  GtkWidget *spinner;  /* (unowned) */
  GtkWidget *button;   /* (unowned) */
};

G_DEFINE_FINAL_TYPE (TdLocalModelGroup, td_local_model_group, ADW_TYPE_PREFERENCES_GROUP)

static void ask_memory (TdLocalModelGroup *self);

static gboolean
is_downloading (TdLocalModelGroup *self)
{
  return self->download && td_download_is_running (self->download);
}

/* ---- what is shown ---- */

static char *
dup_progress (TdDownload *download)
{
  gint64 total = td_download_get_total (download);
  g_autofree char *done = NULL;
  g_autofree char *all = NULL;

  if (total <= 0)
    return g_strdup (_("Asking for it…"));
  done = g_format_size ((guint64) td_download_get_completed (download));
  all = g_format_size ((guint64) total);
  /* Translators: how much of a download is there, and how much there is: sizes such as "1.2 GB" */
  return g_strdup_printf (_("%s of %s"), done, all);
}

static char *
dup_subtitle (TdLocalModelGroup *self)
{
  if (is_downloading (self))
    return dup_progress (self->download);
  if (self->trouble)
    return g_strdup (self->trouble);
  if (!td_engine_is_installed (self->engine, self->key))
    return g_strdup (_("It has to be downloaded before you can chat with it."));
  if (!self->memory_known)
    return g_strdup ("");
  if (!self->in_memory)
    return g_strdup (_("Not in memory. Its first answer takes longer."));
  /* Translators: %s is a size such as "4.7 GB" */
  return self->memory ? g_strdup_printf (_("In memory, where it takes %s"), self->memory)
                      : g_strdup (_("In memory"));
}

static const char *
get_title (TdLocalModelGroup *self,
           gboolean           installed)
{
  if (is_downloading (self))
    return _("Downloading");
  return installed ? _("Installed") : _("Not installed");
}

static const char *
get_button_label (TdLocalModelGroup *self,
                  gboolean           installed)
{
  if (is_downloading (self))
    return _("_Stop");
  if (!installed)
    return _("_Download");
  return self->in_memory ? _("_Unload") : _("_Load");
}

static void
update (TdLocalModelGroup *self)
{
  gboolean installed = td_engine_is_installed (self->engine, self->key);
  gint64 total = is_downloading (self) ? td_download_get_total (self->download) : -1;
  g_autofree char *subtitle = dup_subtitle (self);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), get_title (self, installed));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->row), subtitle);
  gtk_button_set_label (GTK_BUTTON (self->button), get_button_label (self, installed));
  gtk_widget_set_sensitive (self->button, !self->is_working);
  gtk_widget_set_visible (self->spinner, self->is_working);
  gtk_widget_set_visible (self->button, is_downloading (self) || !installed || self->memory_known);
  gtk_widget_set_visible (self->bar, is_downloading (self));
  gtk_progress_bar_set_fraction (
    GTK_PROGRESS_BAR (self->bar),
    total > 0 ? CLAMP ((double) td_download_get_completed (self->download) / (double) total, 0, 1)
              : 0);
  if (installed && !is_downloading (self))
    gtk_widget_remove_css_class (self->button, "suggested-action");
  else if (!installed && !is_downloading (self))
    gtk_widget_add_css_class (self->button, "suggested-action");
  else
    gtk_widget_remove_css_class (self->button, "suggested-action");
}

/* (nullable): nothing is wrong */
static void
set_trouble (TdLocalModelGroup *self,
             const GError      *error)
{
  const TdEndpoint *endpoint =
    td_endpoint_list_find (td_engine_get_endpoints (self->engine), self->provider_id);
  g_autoptr (TdErrorText) text =
    error ? td_app_error_describe (error, endpoint ? endpoint->name : NULL) : NULL;

  g_free (self->trouble);
  self->trouble = text ? g_strconcat (text->title, " ", text->advice, NULL) : NULL;
}

/* ---- the download ---- */

static void
download_changed_cb (TdLocalModelGroup *self)
{
  if (!self->engine)
    return;
  if (!td_download_is_running (self->download))
    {
      set_trouble (self, td_download_get_error (self->download));
      ask_memory (self);
    }
  update (self);
}

static void
follow_download (TdLocalModelGroup *self,
                 TdDownload        *download)
{
  if (!g_set_object (&self->download, download) || !download)
    return;
  g_signal_connect_object (download, "changed", G_CALLBACK (download_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

/* ---- memory ---- */

static void
take_memory (TdLocalModelGroup *self,
             GPtrArray         *loaded)
{
  const char *name = strchr (self->key, ':') + 1;

  self->memory_known = TRUE;
  self->in_memory = FALSE;
  g_clear_pointer (&self->memory, g_free);
  for (guint i = 0; i < loaded->len; i++)
    {
      const TdLoadedModel *model = g_ptr_array_index (loaded, i);

      if (!g_str_equal (model->id, name))
        continue;
      self->in_memory = TRUE;
      if (model->size_bytes > 0)
        self->memory = g_format_size ((guint64) model->size_bytes);
    }
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdLocalModelGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) loaded = td_local_models_list_finish (result, &error);

  if (!self->engine)
    return;
  if (loaded)
    take_memory (self, loaded);
  else
    g_debug ("what is in memory is not known: %s", error->message);
  update (self);
}

static void
ask_memory (TdLocalModelGroup *self)
{
  if (td_engine_is_installed (self->engine, self->key))
    td_local_models_list_async (self->engine, self->provider_id, self->cancellable, listed_cb,
                                g_object_ref (self));
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdLocalModelGroup) self = user_data;
  g_autoptr (GError) error = NULL;

  td_local_models_load_finish (result, &error);
  if (!self->engine)
    return;
  self->is_working = FALSE;
  set_trouble (self, error);
  ask_memory (self);
  update (self);
}

static void
clicked_cb (TdLocalModelGroup *self)
{
  set_trouble (self, NULL);
  if (is_downloading (self))
    {
      td_download_stop (self->download);
    }
  else if (!td_engine_is_installed (self->engine, self->key))
    {
      follow_download (self, td_engine_download (self->engine, self->key));
    }
  else
    {
      self->is_working = TRUE;
      td_local_models_load_async (self->engine, self->provider_id, strchr (self->key, ':') + 1,
                                  !self->in_memory, self->cancellable, loaded_cb,
                                  g_object_ref (self));
    }
  update (self);
}

/* The server may have it without having been asked. */
static void
tested_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdLocalModelGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models =
    td_engine_test_provider_finish (TD_ENGINE (source), result, &error);

  if (!self->engine || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  set_trouble (self, error);
  ask_memory (self);
  update (self);
}

/* ---- the group ---- */

static void
td_local_model_group_dispose (GObject *object)
{
  TdLocalModelGroup *self = TD_LOCAL_MODEL_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->download);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_local_model_group_parent_class)->dispose (object);
}

static void
td_local_model_group_finalize (GObject *object)
{
  TdLocalModelGroup *self = TD_LOCAL_MODEL_GROUP (object);

  g_object_unref (self->cancellable);
  g_free (self->key);
  g_free (self->provider_id);
  g_free (self->memory);
  g_free (self->trouble);

  G_OBJECT_CLASS (td_local_model_group_parent_class)->finalize (object);
}

static void
td_local_model_group_class_init (TdLocalModelGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_local_model_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_local_model_group_finalize;
}

static void
td_local_model_group_init (TdLocalModelGroup *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->cancellable = g_cancellable_new ();
  self->row = adw_action_row_new ();
  self->bar = gtk_progress_bar_new ();
  self->spinner = adw_spinner_new ();
  self->button = gtk_button_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->row), FALSE);
  gtk_button_set_use_underline (GTK_BUTTON (self->button), TRUE);
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (self->bar, 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Download"), -1);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), self->button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->row), box);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("On This Computer"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->bar);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self,
                           G_CONNECT_SWAPPED);
}

/**
 * td_local_model_group_new:
 * @engine: the engine
 * @model_key: a model at a server that runs models itself (see td_local_models_can())
 *
 * Returns: (transfer floating): the group
 */
GtkWidget *
td_local_model_group_new (TdEngine   *engine,
                          const char *model_key)
{
  TdLocalModelGroup *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (model_key != NULL && strchr (model_key, ':') != NULL, NULL);

  self = g_object_new (TD_TYPE_LOCAL_MODEL_GROUP, NULL);
  self->engine = g_object_ref (engine);
  self->key = g_strdup (model_key);
  self->provider_id = g_strndup (model_key, strchr (model_key, ':') - model_key);
  follow_download (self, td_engine_find_download (engine, model_key));
  g_signal_connect_object (td_engine_get_market (engine), "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  if (td_engine_is_installed (engine, model_key))
    ask_memory (self);
  else if (!is_downloading (self))
    td_engine_test_provider_async (engine, self->provider_id, self->cancellable, tested_cb,
                                   g_object_ref (self));
  update (self);
  return GTK_WIDGET (self);
}
