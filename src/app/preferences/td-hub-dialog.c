/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-hub-dialog.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/td-format.h"
#include "engine/td-hub-search.h"

#define LIMIT 30

/**
 * TdHubDialog:
 *
 * Searches the Hugging Face hub, which knows far more models than the catalogue, and makes one of them
 * known here.
 */
struct _TdHubDialog
{
  AdwDialog parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL once disposed */
  GCancellable *cancellable; /* (owned) (nullable): of the search under way */

  GtkSearchEntry *entry;
  GtkStack *stack;
  AdwStatusPage *status;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (TdHubDialog, td_hub_dialog, ADW_TYPE_DIALOG)

static gboolean
is_known (TdHubDialog *self,
          const char  *key)
{
  return td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (self->engine)),
                                  key) != NULL;
}

static void
show_status (TdHubDialog *self,
             const char  *title,
             const char  *description)
{
  adw_status_page_set_title (self->status, title);
  adw_status_page_set_description (self->status, description);
  gtk_stack_set_visible_child_name (self->stack, "status");
}

/* ---- using one ---- */

/* The preferences close too: what is opened is behind them. */
static void
close_dialogs (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autoptr (GListModel) dialogs = NULL;

  if (!ADW_IS_APPLICATION_WINDOW (root))
    return;
  dialogs = adw_application_window_get_dialogs (ADW_APPLICATION_WINDOW (root));
  for (guint i = g_list_model_get_n_items (dialogs); i > 0; i--)
    {
      g_autoptr (AdwDialog) dialog = g_list_model_get_item (dialogs, i - 1);

      if (dialog)
        adw_dialog_close (dialog);
    }
}

static void
open_model (TdHubDialog *self,
            GtkWidget   *button)
{
  g_autofree char *key = g_strdup (g_object_get_data (G_OBJECT (button), "key"));
  GApplication *application = g_application_get_default ();

  if (application)
    g_action_group_activate_action (G_ACTION_GROUP (application), "show-model",
                                    g_variant_new_string (key));
  close_dialogs (GTK_WIDGET (self));
}

static void
used_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GtkWidget) button = user_data;
  g_autoptr (GError) error = NULL;

  gtk_widget_set_sensitive (button, TRUE);
  if (td_hub_use_finish (result, &error))
    {
      g_object_set_data (G_OBJECT (button), "known", GINT_TO_POINTER (TRUE));
      gtk_button_set_label (GTK_BUTTON (button), _("_Open"));
    }
  else
    {
      GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      if (row)
        adw_action_row_set_subtitle (ADW_ACTION_ROW (row), sentences);
    }
}

static void
clicked_cb (GtkWidget *button,
            gpointer   user_data)
{
  TdHubDialog *self = TD_HUB_DIALOG (user_data);

  if (g_object_get_data (G_OBJECT (button), "known"))
    {
      open_model (self, button);
      return;
    }
  gtk_widget_set_sensitive (button, FALSE);
  td_hub_use_async (self->engine, g_object_get_data (G_OBJECT (button), "id"), NULL, used_cb,
                    g_object_ref (button));
}

/* ---- what was found ---- */

static char *
dup_subtitle (const TdHubModel *model)
{
  g_autofree char *count = model->downloads >= 0 ? td_format_count (model->downloads) : NULL;
  /* Translators: %s is a number; how often a model was downloaded */
  g_autofree char *downloads = count ? g_strdup_printf (_("%s downloads"), count) : NULL;
  g_autofree char *servers = model->providers ? g_strjoinv (", ", model->providers) : NULL;
  const char *by = servers && *servers ? servers : _("served by nobody now");

  if (model->gated)
    /* Translators: what a model's makers want before it may be used */
    return g_strjoin (" · ", by, _("its makers want to be asked first"), downloads, NULL);
  return g_strjoin (" · ", by, downloads, NULL);
}

static GtkWidget *
make_row (TdHubDialog      *self,
          const TdHubModel *model)
{
  g_autofree char *key = g_strconcat (TD_HUB_PROVIDER ":", model->id, NULL);
  g_autofree char *subtitle = dup_subtitle (model);
  gboolean known = is_known (self, key);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (known ? _("_Open") : _("_Use"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), model->id);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "id", g_strdup (model->id), g_free);
  g_object_set_data_full (G_OBJECT (button), "key", g_steal_pointer (&key), g_free);
  g_object_set_data (G_OBJECT (button), "known", GINT_TO_POINTER (known));
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (TdHubDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = td_hub_search_finish (result, &error);

  if (!self->engine || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error)
    {
      g_autoptr (TdErrorText) text = td_app_error_describe (error, "Hugging Face");

      show_status (self, text->title, text->advice);
      return;
    }
  if (models->len == 0)
    {
      show_status (self, _("Nothing Found"), _("The hub has no such model that anybody serves."));
      return;
    }
  gtk_list_box_remove_all (self->list);
  for (guint i = 0; i < models->len; i++)
    gtk_list_box_append (self->list, make_row (self, g_ptr_array_index (models, i)));
  gtk_stack_set_visible_child_name (self->stack, "list");
}

static void
search (TdHubDialog *self)
{
  if (!self->engine)
    return;
  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  gtk_stack_set_visible_child_name (self->stack, "searching");
  td_hub_search_async (self->engine, gtk_editable_get_text (GTK_EDITABLE (self->entry)), LIMIT,
                       self->cancellable, found_cb, g_object_ref (self));
}

/* ---- the dialog ---- */

static void
td_hub_dialog_dispose (GObject *object)
{
  TdHubDialog *self = TD_HUB_DIALOG (object);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_hub_dialog_parent_class)->dispose (object);
}

static void
td_hub_dialog_class_init (TdHubDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_hub_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-hub-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdHubDialog, entry);
  gtk_widget_class_bind_template_child (widget_class, TdHubDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, TdHubDialog, status);
  gtk_widget_class_bind_template_child (widget_class, TdHubDialog, list);
  gtk_widget_class_bind_template_callback (widget_class, search);
}

static void
td_hub_dialog_init (TdHubDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_hub_dialog_new:
 * @engine: the engine
 *
 * Shows what is talked about until something is searched for.
 *
 * Returns: (transfer floating): the dialog
 */
AdwDialog *
td_hub_dialog_new (TdEngine *engine)
{
  TdHubDialog *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_HUB_DIALOG, NULL);
  self->engine = g_object_ref (engine);
  search (self);
  return ADW_DIALOG (self);
}
