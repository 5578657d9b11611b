/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-preferences-dialog.h"

struct _TdPreferencesDialog
{
  AdwPreferencesDialog parent_instance;

  TdEngine *engine; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TdPreferencesDialog, td_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
td_preferences_dialog_dispose (GObject *object)
{
  TdPreferencesDialog *self = TD_PREFERENCES_DIALOG (object);

  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_preferences_dialog_parent_class)->dispose (object);
}

static void
td_preferences_dialog_class_init (TdPreferencesDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_preferences_dialog_dispose;
}

static void
td_preferences_dialog_init (TdPreferencesDialog *self)
{
}

/**
 * td_preferences_dialog_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the dialog
 */
TdPreferencesDialog *
td_preferences_dialog_new (TdEngine *engine)
{
  TdPreferencesDialog *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_PREFERENCES_DIALOG, NULL);
  self->engine = g_object_ref (engine);
  return self;
}

/**
 * td_preferences_dialog_show_provider:
 * @self: the dialog
 * @provider_id: the provider
 *
 * Opens the page of one provider.
 */
void
td_preferences_dialog_show_provider (TdPreferencesDialog *self,
                                     const char          *provider_id)
{
  g_return_if_fail (TD_IS_PREFERENCES_DIALOG (self));
  g_return_if_fail (provider_id != NULL);
}
