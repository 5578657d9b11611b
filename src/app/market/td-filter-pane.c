/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-filter-pane.h"

#include <glib/gi18n.h>

#include "app/market/td-model-text.h"
#include "app/td-format.h"
#include "base/td-text.h"

struct _TdFilterPane
{
  AdwBin parent_instance;

  TdFilterSet *filters;   /* (owned) */
  GHashTable *providers;  /* (owned): GtkCheckButton to its provider's id */
  gboolean updating;      /* the widgets follow the filters; they must not set them meanwhile */

  GtkCheckButton *favourites;
  GtkCheckButton *free_only;
  GtkCheckButton *local_only;
  GtkCheckButton *open_weights;
  GtkCheckButton *retired;
  GtkDropDown *rating;
  GtkDropDown *price;
  GtkDropDown *context;
  GtkBox *capability_box;
  GtkBox *provider_box;
};

G_DEFINE_FINAL_TYPE (TdFilterPane, td_filter_pane, ADW_TYPE_BIN)

/* What the drop-downs offer; the first stands for no limit. */
static const gint64 ratings[] = { 0, 20, 30, 35, 40, 45 };
static const gint64 prices[] = { TD_PRICE_UNKNOWN, 100000, 250000, 500000,
                                 1000000, 2000000, 5000000, 10000000 };
static const gint64 contexts[] = { 0, 8000, 32000, 128000, 200000, 400000, 1000000 };

static const TdCapability offered_capabilities[] = {
  TD_CAPABILITY_CHAT,
  TD_CAPABILITY_REASONING,
  TD_CAPABILITY_TOOLS,
  TD_CAPABILITY_STRUCTURED_OUTPUT,
  TD_CAPABILITY_VISION,
  TD_CAPABILITY_PDF,
  TD_CAPABILITY_AUDIO_IN,
  TD_CAPABILITY_VIDEO_IN,
  TD_CAPABILITY_IMAGE_OUT,
  TD_CAPABILITY_AUDIO_OUT,
  TD_CAPABILITY_EMBEDDING,
};

static guint
find_step (const gint64 *steps,
           guint         n_steps,
           gint64        value)
{
  for (guint i = 0; i < n_steps; i++)
    {
      if (steps[i] == value)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
update_capabilities (TdFilterPane *self)
{
  gint64 wanted = td_filter_set_get_value (self->filters, TD_FILTER_CAPABILITY);
  guint i = 0;

  for (GtkWidget *check = gtk_widget_get_first_child (GTK_WIDGET (self->capability_box));
       check != NULL; check = gtk_widget_get_next_sibling (check))
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                                 (wanted & offered_capabilities[i++]) != 0);
}

static void
update_providers (TdFilterPane *self)
{
  GHashTableIter iter;
  gpointer check, id;

  g_hash_table_iter_init (&iter, self->providers);
  while (g_hash_table_iter_next (&iter, &check, &id))
    gtk_check_button_set_active (check, td_filter_set_has_provider (self->filters, id));
}

static void
update (TdFilterPane *self)
{
  self->updating = TRUE;
  gtk_check_button_set_active (self->favourites,
                               td_filter_set_get_value (self->filters, TD_FILTER_FAVOURITES) != 0);
  gtk_check_button_set_active (self->free_only,
                               td_filter_set_get_value (self->filters, TD_FILTER_FREE) != 0);
  gtk_check_button_set_active (self->local_only,
                               td_filter_set_get_value (self->filters, TD_FILTER_LOCAL) != 0);
  gtk_check_button_set_active (self->open_weights,
                               td_filter_set_get_value (self->filters, TD_FILTER_OPEN_WEIGHTS) !=
                                 0);
  gtk_check_button_set_active (self->retired,
                               td_filter_set_get_value (self->filters, TD_FILTER_RETIRED) != 0);
  gtk_drop_down_set_selected (self->rating,
                              find_step (ratings, G_N_ELEMENTS (ratings),
                                         td_filter_set_get_value (self->filters,
                                                                  TD_FILTER_MIN_RATING)));
  gtk_drop_down_set_selected (self->price,
                              find_step (prices, G_N_ELEMENTS (prices),
                                         td_filter_set_get_value (self->filters,
                                                                  TD_FILTER_MAX_PRICE)));
  gtk_drop_down_set_selected (self->context,
                              find_step (contexts, G_N_ELEMENTS (contexts),
                                         td_filter_set_get_value (self->filters,
                                                                  TD_FILTER_MIN_CONTEXT)));
  update_capabilities (self);
  update_providers (self);
  self->updating = FALSE;
}

static void
set_flag (TdFilterPane   *self,
          TdFilterKind    kind,
          GtkCheckButton *check)
{
  if (!self->updating)
    td_filter_set_set_value (self->filters, kind, gtk_check_button_get_active (check));
}

static void
favourites_toggled_cb (TdFilterPane   *self,
                       GtkCheckButton *check)
{
  set_flag (self, TD_FILTER_FAVOURITES, check);
}

static void
free_toggled_cb (TdFilterPane   *self,
                 GtkCheckButton *check)
{
  set_flag (self, TD_FILTER_FREE, check);
}

static void
local_toggled_cb (TdFilterPane   *self,
                  GtkCheckButton *check)
{
  set_flag (self, TD_FILTER_LOCAL, check);
}

static void
open_weights_toggled_cb (TdFilterPane   *self,
                         GtkCheckButton *check)
{
  set_flag (self, TD_FILTER_OPEN_WEIGHTS, check);
}

static void
retired_toggled_cb (TdFilterPane   *self,
                    GtkCheckButton *check)
{
  set_flag (self, TD_FILTER_RETIRED, check);
}

static void
set_step (TdFilterPane *self,
          TdFilterKind  kind,
          GtkDropDown  *drop_down,
          const gint64 *steps)
{
  guint selected = gtk_drop_down_get_selected (drop_down);

  if (!self->updating && selected != GTK_INVALID_LIST_POSITION)
    td_filter_set_set_value (self->filters, kind, steps[selected]);
}

static void
rating_selected_cb (TdFilterPane *self)
{
  set_step (self, TD_FILTER_MIN_RATING, self->rating, ratings);
}

static void
price_selected_cb (TdFilterPane *self)
{
  set_step (self, TD_FILTER_MAX_PRICE, self->price, prices);
}

static void
context_selected_cb (TdFilterPane *self)
{
  set_step (self, TD_FILTER_MIN_CONTEXT, self->context, contexts);
}

static void
capability_toggled_cb (TdFilterPane   *self,
                       GtkCheckButton *toggled)
{
  gint64 wanted = 0;
  guint i = 0;

  if (self->updating)
    return;
  for (GtkWidget *check = gtk_widget_get_first_child (GTK_WIDGET (self->capability_box));
       check != NULL; check = gtk_widget_get_next_sibling (check), i++)
    {
      if (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
        wanted |= offered_capabilities[i];
    }
  td_filter_set_set_value (self->filters, TD_FILTER_CAPABILITY, wanted);
}

static void
provider_toggled_cb (TdFilterPane   *self,
                     GtkCheckButton *check)
{
  if (!self->updating)
    td_filter_set_set_provider (self->filters, g_hash_table_lookup (self->providers, check),
                                gtk_check_button_get_active (check));
}

static void
choice_setup_cb (GtkSignalListItemFactory *factory,
                 GtkListItem              *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (item, label);
}

/* The default rows of a drop-down have no name for screen readers. */
static void
choice_bind_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item)
{
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
  gtk_list_item_set_accessible_label (item, text);
}

static void
fill_drop_down (GtkDropDown  *drop_down,
                TdFilterKind  kind,
                const gint64 *steps,
                guint         n_steps)
{
  g_autoptr (GtkStringList) texts = gtk_string_list_new (NULL);

  gtk_string_list_append (texts, _("Any"));
  for (guint i = 1; i < n_steps; i++)
    {
      TdActiveFilter filter = { .kind = kind, .value = steps[i] };

      gtk_string_list_take (texts, td_model_text_dup_filter (&filter, NULL));
    }
  gtk_drop_down_set_model (drop_down, G_LIST_MODEL (texts));
}

static void
add_capabilities (TdFilterPane *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (offered_capabilities); i++)
    {
      GtkWidget *check =
        gtk_check_button_new_with_label (td_model_text_capability (offered_capabilities[i]));

      g_signal_connect_swapped (check, "toggled", G_CALLBACK (capability_toggled_cb), self);
      gtk_box_append (self->capability_box, check);
    }
}

static void
td_filter_pane_dispose (GObject *object)
{
  TdFilterPane *self = TD_FILTER_PANE (object);

  g_clear_object (&self->filters);
  g_clear_pointer (&self->providers, g_hash_table_unref);

  G_OBJECT_CLASS (td_filter_pane_parent_class)->dispose (object);
}

static void
td_filter_pane_class_init (TdFilterPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_filter_pane_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-filter-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, favourites);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, free_only);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, local_only);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, open_weights);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, retired);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, rating);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, price);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, context);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, capability_box);
  gtk_widget_class_bind_template_child (widget_class, TdFilterPane, provider_box);
  gtk_widget_class_bind_template_callback (widget_class, favourites_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, free_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, local_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_weights_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, retired_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, rating_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, price_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, context_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, choice_setup_cb);
  gtk_widget_class_bind_template_callback (widget_class, choice_bind_cb);
}

static void
td_filter_pane_init (TdFilterPane *self)
{
  self->providers = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->updating = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_drop_down (self->rating, TD_FILTER_MIN_RATING, ratings, G_N_ELEMENTS (ratings));
  fill_drop_down (self->price, TD_FILTER_MAX_PRICE, prices, G_N_ELEMENTS (prices));
  fill_drop_down (self->context, TD_FILTER_MIN_CONTEXT, contexts, G_N_ELEMENTS (contexts));
  add_capabilities (self);
}

/**
 * td_filter_pane_new:
 * @filters: what the pane shows and changes
 *
 * Returns: (transfer floating): the pane, without providers yet
 */
TdFilterPane *
td_filter_pane_new (TdFilterSet *filters)
{
  TdFilterPane *self;

  g_return_val_if_fail (TD_IS_FILTER_SET (filters), NULL);

  self = g_object_new (TD_TYPE_FILTER_PANE, NULL);
  self->filters = g_object_ref (filters);
  g_signal_connect_object (filters, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return self;
}

static int
compare_providers (gconstpointer a,
                   gconstpointer b)
{
  const TdProviderFacts *x = td_provider_get_facts (*(TdProvider *const *) a);
  const TdProviderFacts *y = td_provider_get_facts (*(TdProvider *const *) b);

  if (x->main != y->main)
    return y->main - x->main;
  return g_utf8_collate (x->name, y->name);
}

/**
 * td_filter_pane_set_catalogue:
 * @self: the pane
 * @catalogue: the catalogue in force
 *
 * Offers the catalogue's providers, the main ones first.
 */
void
td_filter_pane_set_catalogue (TdFilterPane *self,
                              TdCatalogue  *catalogue)
{
  g_autoptr (GPtrArray) sorted = NULL;
  GPtrArray *all;
  GtkWidget *child;

  g_return_if_fail (TD_IS_FILTER_PANE (self));

  g_hash_table_remove_all (self->providers);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->provider_box))) != NULL)
    gtk_box_remove (self->provider_box, child);

  all = td_catalogue_get_providers (catalogue);
  sorted = g_ptr_array_copy (all, NULL, NULL);
  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_providers);
  for (guint i = 0; i < sorted->len; i++)
    {
      TdProvider *provider = g_ptr_array_index (sorted, i);
      GtkWidget *check = gtk_check_button_new_with_label (td_provider_get_name (provider));

      g_hash_table_insert (self->providers, check, g_strdup (td_provider_get_id (provider)));
      g_signal_connect_swapped (check, "toggled", G_CALLBACK (provider_toggled_cb), self);
      gtk_box_append (self->provider_box, check);
    }
  update (self);
}
