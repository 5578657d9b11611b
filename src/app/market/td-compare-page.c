/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-compare-page.h"

#include <glib/gi18n.h>

#include "app/market/td-compare-facts.h"
#include "app/market/td-model-text.h"

/* A list whose rows are the facts: arrow keys go from fact to fact, and a screen reader reads the
 * fact with every model's value. The columns are equally wide in all rows. */
struct _TdComparePage
{
  AdwNavigationPage parent_instance;

  TdMarket *market;       /* (owned) */
  TdCompareList *compare; /* (owned) */

  GtkBox *heads;
  GtkListBox *facts;
  AdwClamp *clamp;
};

G_DEFINE_FINAL_TYPE (TdComparePage, td_compare_page, ADW_TYPE_NAVIGATION_PAGE)

static const char *
get_provider_name (TdComparePage *self,
                   TdModel       *model)
{
  const char *id = td_model_get_facts (model)->provider_id;
  TdProvider *provider = td_catalogue_find_provider (td_market_get_catalogue (self->market), id);

  return provider != NULL ? td_provider_get_name (provider) : id;
}

static GtkWidget *
create_label (const char *text,
              const char *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (style_class != NULL)
    gtk_widget_add_css_class (label, style_class);
  return label;
}

static GtkWidget *
set_up_button (GtkWidget  *button,
               const char *name,
               const char *action,
               TdModel    *model)
{
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", td_model_get_key (model));
  return button;
}

static GtkWidget *
create_head (TdComparePage *self,
             TdModel       *model)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *provider = create_label (get_provider_name (self, model), "caption");
  g_autofree char *name =
    td_model_text_dup_full_name (model, td_market_get_catalogue (self->market));
  g_autofree char *details = NULL;
  g_autofree char *remove = NULL;

  /* Translators: %s is a model */
  details = g_strdup_printf (_("Show Details of %s"), name);
  remove = g_strdup_printf (_("Remove %s From Comparison"), name);
  gtk_widget_add_css_class (provider, "dim-label");
  gtk_widget_set_vexpand (provider, TRUE);
  gtk_widget_set_valign (provider, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (head), create_label (td_model_get_name (model), "heading"));
  gtk_box_append (GTK_BOX (head), provider);
  gtk_box_append (GTK_BOX (buttons), set_up_button (gtk_button_new_with_label (_("Details")),
                                                    details, "win.show-model", model));
  gtk_box_append (GTK_BOX (buttons),
                  set_up_button (gtk_button_new_from_icon_name ("window-close-symbolic"), remove,
                                 "market.toggle-compare", model));
  gtk_box_append (GTK_BOX (head), buttons);
  gtk_widget_add_css_class (head, "compare-cell");
  return head;
}

static GtkWidget *
create_cell (const char *value,
             gboolean    best)
{
  GtkWidget *cell = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = create_label (value, "numeric");

  gtk_box_append (GTK_BOX (cell), label);
  gtk_widget_add_css_class (cell, "compare-cell");
  if (best)
    {
      GtkWidget *sign = gtk_image_new_from_icon_name ("td-best-symbolic");

      gtk_widget_set_valign (sign, GTK_ALIGN_START);
      gtk_widget_set_tooltip_text (sign, _("Best of those compared"));
      gtk_box_append (GTK_BOX (cell), sign);
      gtk_widget_add_css_class (cell, "best");
    }
  return cell;
}

static GtkWidget *
create_row (TdComparePage       *self,
            const TdCompareFact *fact,
            GPtrArray           *models)
{
  TdCatalogue *catalogue = td_market_get_catalogue (self->market);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *cells = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *what = create_label (fact->what, "caption");
  g_autoptr (GString) spoken = g_string_new (fact->what);

  gtk_widget_add_css_class (what, "dim-label");
  gtk_widget_add_css_class (what, "compare-what");
  gtk_box_set_homogeneous (GTK_BOX (cells), TRUE);
  for (guint i = 0; fact->values[i] != NULL; i++)
    {
      gboolean best = (fact->best & (1u << i)) != 0;
      g_autofree char *name =
        td_model_text_dup_full_name (g_ptr_array_index (models, i), catalogue);

      gtk_box_append (GTK_BOX (cells), create_cell (fact->values[i], best));
      g_string_append_printf (spoken, "; %s: %s", name, fact->values[i]);
      if (best)
        /* Translators: said by screen readers after the best of several values */
        g_string_append (spoken, _(", best"));
    }
  gtk_box_append (GTK_BOX (box), what);
  gtk_box_append (GTK_BOX (box), cells);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken->str,
                                  -1);
  return row;
}

static void
fill (TdComparePage *self)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) facts = NULL;
  guint n_models = g_list_model_get_n_items (G_LIST_MODEL (self->compare));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->heads))) != NULL)
    gtk_box_remove (self->heads, child);
  gtk_list_box_remove_all (self->facts);
  if (n_models == 0)
    return;

  for (guint i = 0; i < n_models; i++)
    {
      g_ptr_array_add (models, g_list_model_get_item (G_LIST_MODEL (self->compare), i));
      gtk_box_append (self->heads, create_head (self, g_ptr_array_index (models, i)));
    }
  facts = td_compare_facts_list (models);
  for (guint i = 0; i < facts->len; i++)
    gtk_list_box_append (self->facts, create_row (self, g_ptr_array_index (facts, i), models));
  adw_clamp_set_maximum_size (self->clamp, 320 * MAX (n_models, 2));
}

static void
td_compare_page_dispose (GObject *object)
{
  TdComparePage *self = TD_COMPARE_PAGE (object);

  g_clear_object (&self->compare);
  g_clear_object (&self->market);

  G_OBJECT_CLASS (td_compare_page_parent_class)->dispose (object);
}

static void
td_compare_page_class_init (TdComparePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_compare_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-compare-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdComparePage, heads);
  gtk_widget_class_bind_template_child (widget_class, TdComparePage, facts);
  gtk_widget_class_bind_template_child (widget_class, TdComparePage, clamp);
}

static void
td_compare_page_init (TdComparePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_compare_page_new:
 * @market: the market
 * @compare: the models to compare; the page follows it
 *
 * Returns: (transfer floating): the page
 */
TdComparePage *
td_compare_page_new (TdMarket      *market,
                     TdCompareList *compare)
{
  TdComparePage *self;

  g_return_val_if_fail (TD_IS_COMPARE_LIST (compare), NULL);

  self = g_object_new (TD_TYPE_COMPARE_PAGE, NULL);
  self->market = g_object_ref (market);
  self->compare = g_object_ref (compare);
  g_signal_connect_object (compare, "items-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  fill (self);
  return self;
}
