/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-endpoint-dialog.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"

struct _TdEndpointDialog
{
  AdwDialog parent_instance;

  TdEngine *engine; /* (owned) (nullable): NULL once disposed */

  AdwEntryRow *name_row;
  AdwEntryRow *address_row;
  GtkWidget *add_button;
  GtkLabel *trouble;
};

G_DEFINE_FINAL_TYPE (TdEndpointDialog, td_endpoint_dialog, ADW_TYPE_DIALOG)

enum
{
  SIGNAL_ADDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_filled (AdwEntryRow *row)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  return *text != '\0';
}

static void
update_add_button (TdEndpointDialog *self)
{
  gtk_widget_set_sensitive (self->add_button,
                            is_filled (self->name_row) && is_filled (self->address_row));
}

static void
add_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (TdEndpointDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *provider_id =
    td_endpoint_list_add_finish (TD_ENDPOINT_LIST (source), result, &error);

  if (self->engine == NULL)
    return;
  if (provider_id == NULL)
    {
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      gtk_label_set_text (self->trouble, sentences);
      gtk_widget_set_visible (GTK_WIDGET (self->trouble), TRUE);
      gtk_accessible_announce (GTK_ACCESSIBLE (self->trouble), sentences,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
      update_add_button (self);
      return;
    }
  td_engine_announce (self->engine, "providers");
  g_signal_emit (self, signals[SIGNAL_ADDED], 0, provider_id);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
add_endpoint (TdEndpointDialog *self)
{
  if (!is_filled (self->name_row) || !is_filled (self->address_row))
    return;

  gtk_widget_set_sensitive (self->add_button, FALSE);
  td_endpoint_list_add_async (td_engine_get_endpoints (self->engine),
                              gtk_editable_get_text (GTK_EDITABLE (self->name_row)),
                              gtk_editable_get_text (GTK_EDITABLE (self->address_row)), NULL,
                              add_cb, g_object_ref (self));
}

static void
td_endpoint_dialog_dispose (GObject *object)
{
  g_clear_object (&TD_ENDPOINT_DIALOG (object)->engine);

  G_OBJECT_CLASS (td_endpoint_dialog_parent_class)->dispose (object);
}

static void
td_endpoint_dialog_class_init (TdEndpointDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_endpoint_dialog_dispose;

  signals[SIGNAL_ADDED] = g_signal_new ("added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-endpoint-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdEndpointDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, TdEndpointDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, TdEndpointDialog, add_button);
  gtk_widget_class_bind_template_child (widget_class, TdEndpointDialog, trouble);
  gtk_widget_class_bind_template_callback (widget_class, update_add_button);
  gtk_widget_class_bind_template_callback (widget_class, add_endpoint);
}

static void
td_endpoint_dialog_init (TdEndpointDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_add_button (self);
}

/**
 * td_endpoint_dialog_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the dialog
 */
AdwDialog *
td_endpoint_dialog_new (TdEngine *engine)
{
  TdEndpointDialog *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_ENDPOINT_DIALOG, NULL);
  self->engine = g_object_ref (engine);
  return ADW_DIALOG (self);
}
