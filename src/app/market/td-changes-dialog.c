/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-changes-dialog.h"

#include <glib/gi18n.h>

#include "app/market/td-fact-group.h"
#include "app/market/td-model-text.h"

/* A list of hundreds is not read; the rest is counted. */
#define MAX_ROWS 40

struct _TdChangesDialog
{
  AdwDialog parent_instance;

  GtkBox *groups;
};

G_DEFINE_FINAL_TYPE (TdChangesDialog, td_changes_dialog, ADW_TYPE_DIALOG)

static void
row_activated_cb (TdChangesDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static GtkWidget *
create_row (TdChangesDialog *self,
            const char      *key,
            TdCatalogue     *catalogue)
{
  TdModel *model = td_catalogue_find_model (catalogue, key);
  const TdModelFacts *facts = model != NULL ? td_model_get_facts (model) : NULL;
  TdProvider *provider =
    facts != NULL ? td_catalogue_find_provider (catalogue, facts->provider_id) : NULL;
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *input = NULL;
  g_autofree char *output = NULL;
  g_autofree char *subtitle = NULL;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 model != NULL ? td_model_get_name (model) : key);
  if (model == NULL)
    return row;
  input = td_model_text_dup_input_price (facts);
  output = td_model_text_dup_output_price (facts);
  /* Translators: a model that changed: its provider, its prices of input and output */
  subtitle =
    g_strdup_printf (_("%s · In %s · Out %s"),
                     provider != NULL ? td_provider_get_name (provider) : facts->provider_id, input,
                     output);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", key);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.show-model");
  g_signal_connect_object (row, "activated", G_CALLBACK (row_activated_cb), self,
                           G_CONNECT_SWAPPED);
  return row;
}

static void
add_group (TdChangesDialog *self,
           const char      *what,
           GPtrArray       *keys,
           TdCatalogue     *catalogue)
{
  g_autofree char *title = NULL;
  g_autofree char *rest = NULL;
  TdFactGroup *group;

  if (keys->len == 0)
    return;
  /* Translators: a heading and how many there are: New Models (5) */
  title = g_strdup_printf (_("%s (%u)"), what, keys->len);
  if (keys->len > MAX_ROWS)
    rest = g_strdup_printf (_("The first %u are listed."), MAX_ROWS);
  group = td_fact_group_new (title, rest);
  for (guint i = 0; i < MIN (keys->len, MAX_ROWS); i++)
    td_fact_group_add_row (group, create_row (self, g_ptr_array_index (keys, i), catalogue));
  gtk_box_append (self->groups, GTK_WIDGET (group));
}

static void
td_changes_dialog_class_init (TdChangesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-changes-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdChangesDialog, groups);
}

static void
td_changes_dialog_init (TdChangesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_changes_dialog_new:
 * @changes: what changed
 * @catalogue: the catalogue after it
 *
 * Returns: (transfer floating): the dialog
 */
TdChangesDialog *
td_changes_dialog_new (const TdCatalogueChanges *changes,
                       TdCatalogue              *catalogue)
{
  TdChangesDialog *self = g_object_new (TD_TYPE_CHANGES_DIALOG, NULL);

  add_group (self, _("New Models"), changes->added, catalogue);
  add_group (self, _("Retired"), changes->retired, catalogue);
  add_group (self, _("Price Went Down"), changes->price_down, catalogue);
  add_group (self, _("Price Went Up"), changes->price_up, catalogue);
  return self;
}
