/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-filter-chips.h"

#include <glib/gi18n.h>

#include "app/market/td-model-text.h"

struct _TdFilterChips
{
  AdwBin parent_instance;

  TdFilterSet *filters;   /* (owned) (nullable) */
  TdCatalogue *catalogue; /* (owned) (nullable) */
  GPtrArray
    *active; /* (owned) (nullable) (element-type TdActiveFilter): one for each chip, in order */
  AdwWrapBox *box;        /* the chips, then the button that lifts all */
};

G_DEFINE_FINAL_TYPE (TdFilterChips, td_filter_chips, ADW_TYPE_BIN)

static void
chip_clicked_cb (TdFilterChips *self,
                 GtkButton     *clicked)
{
  guint position = 0;

  for (GtkWidget *chip = gtk_widget_get_first_child (GTK_WIDGET (self->box));
       chip != GTK_WIDGET (clicked); chip = gtk_widget_get_next_sibling (chip))
    position++;
  td_filter_set_remove (self->filters, g_ptr_array_index (self->active, position));
}

static GtkWidget *
create_chip (TdFilterChips        *self,
             const TdActiveFilter *filter)
{
  g_autofree char *text = td_model_text_dup_filter (filter, self->catalogue);
  g_autofree char *name = NULL;
  GtkWidget *chip = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (chip), box);
  gtk_widget_add_css_class (chip, "chip");
  /* Translators: %s is a filter such as “Free” or “Rated 4.0 or more” */
  name = g_strdup_printf (_("Remove Filter “%s”"), text);
  gtk_widget_set_tooltip_text (chip, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (chip, "clicked", G_CALLBACK (chip_clicked_cb), self);
  return chip;
}

static GtkWidget *
create_clear_button (void)
{
  GtkWidget *button = gtk_button_new_with_label (_("Clear Filters"));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "browse.clear-filters");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "chip");
  return button;
}

static gboolean
has_focus_inside (TdFilterChips *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self));
}

static void
update (TdFilterChips *self)
{
  gboolean focus = has_focus_inside (self);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->box))) != NULL)
    adw_wrap_box_remove (self->box, child);
  g_clear_pointer (&self->active, g_ptr_array_unref);
  if (self->filters != NULL)
    self->active = td_filter_set_list_active (self->filters);
  gtk_widget_set_visible (GTK_WIDGET (self), self->active != NULL && self->active->len > 0);
  if (self->active == NULL || self->active->len == 0)
    return;

  for (guint i = 0; i < self->active->len; i++)
    adw_wrap_box_append (self->box, create_chip (self, g_ptr_array_index (self->active, i)));
  adw_wrap_box_append (self->box, create_clear_button ());
  /* A chip that was just pressed is gone: whoever works by keyboard goes on with the next. */
  if (focus)
    gtk_widget_child_focus (GTK_WIDGET (self->box), GTK_DIR_TAB_FORWARD);
}

static void
td_filter_chips_dispose (GObject *object)
{
  TdFilterChips *self = TD_FILTER_CHIPS (object);

  g_clear_object (&self->filters);
  g_clear_object (&self->catalogue);
  g_clear_pointer (&self->active, g_ptr_array_unref);

  G_OBJECT_CLASS (td_filter_chips_parent_class)->dispose (object);
}

static void
td_filter_chips_class_init (TdFilterChipsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_filter_chips_dispose;
}

static void
td_filter_chips_init (TdFilterChips *self)
{
  self->box = ADW_WRAP_BOX (adw_wrap_box_new ());
  adw_wrap_box_set_child_spacing (self->box, 6);
  adw_wrap_box_set_line_spacing (self->box, 6);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->box));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * td_filter_chips_set_filters:
 * @self: the chips
 * @filters: what they show and lift
 *
 * Follows the filters.
 */
void
td_filter_chips_set_filters (TdFilterChips *self,
                             TdFilterSet   *filters)
{
  g_return_if_fail (TD_IS_FILTER_CHIPS (self));
  g_return_if_fail (self->filters == NULL);

  self->filters = g_object_ref (filters);
  g_signal_connect_object (filters, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/**
 * td_filter_chips_set_catalogue:
 * @self: the chips
 * @catalogue: the catalogue in force
 *
 * Names providers as this catalogue does.
 */
void
td_filter_chips_set_catalogue (TdFilterChips *self,
                               TdCatalogue   *catalogue)
{
  g_return_if_fail (TD_IS_FILTER_CHIPS (self));

  if (g_set_object (&self->catalogue, catalogue))
    update (self);
}
