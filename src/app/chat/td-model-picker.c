/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-model-picker.h"

#include <glib/gi18n.h>

#include "app/chat/td-model-choice-row.h"
#include "app/td-format.h"
#include "engine/td-auto.h"

/* More rows than anybody reads; the rest is found by typing. */
#define MAX_ROWS 50

struct _TdModelPicker
{
  GtkWidget parent_instance;

  TdEngine *engine;  /* (owned) */
  char *model_key;   /* (owned) (nullable) */
  GPtrArray *rows;   /* (element-type TdModelChoiceRow) (transfer none): used again and again */

  GtkMenuButton *button;
  GtkLabel *label;
  GtkPopover *popover;
  GtkEditable *search;
  GtkListBox *list;
  GtkScrolledWindow *scroller;
  GtkLabel *note;
};

G_DEFINE_FINAL_TYPE (TdModelPicker, td_model_picker, GTK_TYPE_WIDGET)

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static TdModelChoiceRow *
get_row (TdModelPicker *self,
         guint          index)
{
  while (self->rows->len <= index)
    {
      GtkWidget *row = td_model_choice_row_new ();

      gtk_list_box_append (self->list, row);
      g_ptr_array_add (self->rows, row);
    }
  return g_ptr_array_index (self->rows, index);
}

static void
update_note (TdModelPicker *self,
             guint          n_shown,
             guint          n_more)
{
  g_autofree char *count = td_format_count (n_more);
  g_autofree char *text = NULL;

  if (n_shown == 0)
    text = g_strdup (_("No model has these words in its name or provider."));
  else if (n_more > 0)
    /* Translators: below a list that was cut; %s is a number */
    text = g_strdup_printf (ngettext ("%s more: keep typing to narrow the list.",
                                      "%s more: keep typing to narrow the list.", n_more),
                            count);
  gtk_widget_set_visible (GTK_WIDGET (self->note), text != NULL);
  gtk_label_set_label (self->note, text ? text : "");
}

/* Offered before all models, and found by its own words. */
static gboolean
offers_auto (TdModelPicker *self)
{
  const char *search = gtk_editable_get_text (self->search);

  return td_model_choices_has_usable (self->engine) &&
         (search[0] == '\0' || g_str_match_string (search, _("Let Q Choose"), FALSE) ||
          g_str_match_string (search, TD_AUTO_MODEL, FALSE));
}

static void
update_rows (TdModelPicker *self)
{
  guint first = offers_auto (self) ? 1 : 0;
  guint n_more = 0;
  g_autoptr (GPtrArray) choices =
    td_model_choices_list (self->engine, gtk_editable_get_text (self->search), MAX_ROWS, &n_more);

  if (first > 0)
    {
      td_model_choice_row_set_auto (get_row (self, 0));
      gtk_widget_set_visible (GTK_WIDGET (get_row (self, 0)), TRUE);
    }
  for (guint i = 0; i < choices->len; i++)
    {
      TdModelChoiceRow *row = get_row (self, i + first);

      td_model_choice_row_set (row, self->engine, g_ptr_array_index (choices, i));
      gtk_widget_set_visible (GTK_WIDGET (row), TRUE);
    }
  for (guint i = choices->len + first; i < self->rows->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->rows, i), FALSE);
  gtk_list_box_invalidate_headers (self->list);
  gtk_list_box_select_row (self->list,
                           choices->len + first ? GTK_LIST_BOX_ROW (get_row (self, 0)) : NULL);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  update_note (self, choices->len + first, n_more);
}

static void
add_header_cb (GtkListBoxRow *row,
               GtkListBoxRow *before,
               gpointer       user_data)
{
  static const char *const titles[] = { N_("Favourites"), N_("Used Lately"), N_("All Models") };
  TdChoiceGroup group = td_model_choice_row_get_group (TD_MODEL_CHOICE_ROW (row));
  GtkWidget *label;

  if (group == TD_CHOICE_AUTO)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  if (before ? td_model_choice_row_get_group (TD_MODEL_CHOICE_ROW (before)) == group
             : group == TD_CHOICE_OTHER)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  label = gtk_label_new (_(titles[group]));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "group-heading");
  gtk_list_box_row_set_header (row, label);
}

/* ---- choosing ---- */

static void
choose (TdModelPicker *self,
        GtkListBoxRow *row)
{
  g_autofree char *key = NULL;

  if (!row)
    return;
  key = g_strdup (td_model_choice_row_get_key (TD_MODEL_CHOICE_ROW (row)));
  gtk_popover_popdown (self->popover);
  g_signal_emit (self, signals[CHOSEN], 0, key);
}

static void
row_activated_cb (TdModelPicker *self,
                  GtkListBoxRow *row)
{
  choose (self, row);
}

static void
search_activated_cb (TdModelPicker *self)
{
  choose (self, gtk_list_box_get_selected_row (self->list));
}

static void
search_stopped_cb (TdModelPicker *self)
{
  gtk_popover_popdown (self->popover);
}

static void
search_changed_cb (TdModelPicker *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->popover)))
    update_rows (self);
}

static void
scroll_to (TdModelPicker *self,
           GtkWidget     *row)
{
  GtkAdjustment *offset = gtk_scrolled_window_get_vadjustment (self->scroller);
  graphene_rect_t bounds;

  if (gtk_widget_compute_bounds (row, GTK_WIDGET (self->list), &bounds))
    gtk_adjustment_clamp_page (offset, bounds.origin.y, bounds.origin.y + bounds.size.height);
}

/* The arrows move through the list while the cursor stays in the search. */
static gboolean
search_key_pressed_cb (TdModelPicker   *self,
                       guint            keyval,
                       guint            keycode,
                       GdkModifierType  state)
{
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  int step = keyval == GDK_KEY_Down ? 1 : keyval == GDK_KEY_Up ? -1
                                                               : 0;
  GtkListBoxRow *next;

  if (step == 0)
    return GDK_EVENT_PROPAGATE;
  next =
    gtk_list_box_get_row_at_index (self->list,
                                   selected ? gtk_list_box_row_get_index (selected) + step : 0);
  if (next && gtk_widget_get_visible (GTK_WIDGET (next)))
    {
      gtk_list_box_select_row (self->list, next);
      scroll_to (self, GTK_WIDGET (next));
    }
  return GDK_EVENT_STOP;
}

static void
popover_shown_cb (TdModelPicker *self)
{
  gtk_editable_set_text (self->search, "");
  update_rows (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* ---- the widget ---- */

static void
td_model_picker_dispose (GObject *object)
{
  TdModelPicker *self = TD_MODEL_PICKER (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TD_TYPE_MODEL_PICKER);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (td_model_picker_parent_class)->dispose (object);
}

static void
td_model_picker_finalize (GObject *object)
{
  TdModelPicker *self = TD_MODEL_PICKER (object);

  g_free (self->model_key);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (td_model_picker_parent_class)->finalize (object);
}

static void
td_model_picker_class_init (TdModelPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_model_picker_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_model_picker_finalize;

  /**
   * TdModelPicker::chosen:
   * @model_key: the model
   */
  signals[CHOSEN] = g_signal_new ("chosen", TD_TYPE_MODEL_PICKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-model-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, TdModelPicker, button);
  gtk_widget_class_bind_template_child (widget_class, TdModelPicker, label);
  gtk_widget_class_bind_template_child (widget_class, TdModelPicker, popover);
  gtk_widget_class_bind_template_child (widget_class, TdModelPicker, search);
  gtk_widget_class_bind_template_child (widget_class, TdModelPicker, list);
  gtk_widget_class_bind_template_child (widget_class, TdModelPicker, scroller);
  gtk_widget_class_bind_template_child (widget_class, TdModelPicker, note);
  gtk_widget_class_bind_template_callback (widget_class, popover_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
}

static void
td_model_picker_init (TdModelPicker *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, add_header_cb, NULL, NULL);
}

static void
update_button (TdModelPicker *self)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model = self->model_key ? td_catalogue_find_model (catalogue, self->model_key) : NULL;
  const char *name = td_auto_is_name (self->model_key) ? _("Let Q Choose")
                     : model                           ? td_model_get_name (model)
                                                       : self->model_key;
  g_autofree char *described = NULL;

  gtk_label_set_label (self->label, name ? name : _("Choose a Model"));
  if (name)
    /* Translators: a button, for screen readers; %s is a model's name */
    described = g_strdup_printf (_("Model: %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  described ? described : _("Choose a Model"), -1);
}

/**
 * td_model_picker_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): a picker without a model
 */
GtkWidget *
td_model_picker_new (TdEngine *engine)
{
  TdModelPicker *self = g_object_new (TD_TYPE_MODEL_PICKER, NULL);

  self->engine = g_object_ref (engine);
  g_signal_connect_object (td_engine_get_market (engine), "changed", G_CALLBACK (update_button),
                           self, G_CONNECT_SWAPPED);
  update_button (self);
  return GTK_WIDGET (self);
}

/**
 * td_model_picker_set_model:
 * @self: the picker
 * @model_key: (nullable): the model the chat uses
 */
void
td_model_picker_set_model (TdModelPicker *self,
                           const char    *model_key)
{
  g_return_if_fail (TD_IS_MODEL_PICKER (self));

  g_set_str (&self->model_key, model_key);
  update_button (self);
}

/**
 * td_model_picker_popup:
 * @self: the picker
 *
 * Opens the list.
 */
void
td_model_picker_popup (TdModelPicker *self)
{
  g_return_if_fail (TD_IS_MODEL_PICKER (self));

  gtk_menu_button_popup (self->button);
}
