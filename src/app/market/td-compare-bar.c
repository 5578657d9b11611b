/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-compare-bar.h"

#include <glib/gi18n.h>

#include "app/market/td-model-text.h"

struct _TdCompareBar
{
  GtkBox parent_instance;

  TdCompareList *compare; /* (owned) (nullable) */
  TdCatalogue *catalogue; /* (owned) (nullable): for the names of providers */

  GtkLabel *count;
  GtkLabel *names;
};

G_DEFINE_FINAL_TYPE (TdCompareBar, td_compare_bar, GTK_TYPE_BOX)

static void
update (TdCompareBar *self)
{
  guint n_models = g_list_model_get_n_items (G_LIST_MODEL (self->compare));
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *count = NULL;

  for (guint i = 0; i < n_models; i++)
    {
      g_autoptr (TdModel) model = g_list_model_get_item (G_LIST_MODEL (self->compare), i);
      g_autofree char *name = td_model_text_dup_full_name (model, self->catalogue);

      if (i > 0)
        g_string_append (names, _(", "));
      g_string_append (names, name);
    }
  /* Translators: how many models are marked for comparison, and how many can be */
  count = g_strdup_printf (_("%u of %u Marked"), n_models, TD_COMPARE_MAX);
  gtk_label_set_label (self->count, count);
  gtk_label_set_label (self->names, names->str);
}

static void
td_compare_bar_dispose (GObject *object)
{
  TdCompareBar *self = TD_COMPARE_BAR (object);

  g_clear_object (&self->compare);
  g_clear_object (&self->catalogue);

  G_OBJECT_CLASS (td_compare_bar_parent_class)->dispose (object);
}

static void
td_compare_bar_class_init (TdCompareBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_compare_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-compare-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, TdCompareBar, count);
  gtk_widget_class_bind_template_child (widget_class, TdCompareBar, names);
}

static void
td_compare_bar_init (TdCompareBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_compare_bar_set_list:
 * @self: the bar
 * @compare: the models marked
 *
 * Follows the list.
 */
void
td_compare_bar_set_list (TdCompareBar  *self,
                         TdCompareList *compare)
{
  g_return_if_fail (TD_IS_COMPARE_BAR (self));
  g_return_if_fail (self->compare == NULL);

  self->compare = g_object_ref (compare);
  g_signal_connect_object (compare, "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/**
 * td_compare_bar_set_catalogue:
 * @self: the bar
 * @catalogue: the catalogue in force
 *
 * Names providers as this catalogue does.
 */
void
td_compare_bar_set_catalogue (TdCompareBar *self,
                              TdCatalogue  *catalogue)
{
  g_return_if_fail (TD_IS_COMPARE_BAR (self));

  if (g_set_object (&self->catalogue, catalogue))
    update (self);
}
