/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-provider-order.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"

struct _TdProviderOrder
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;      /* (owned) (nullable): NULL once disposed */
  GPtrArray *ids;        /* (owned) (element-type utf8): the providers, first to last */
  GHashTable *positions; /* (owned) (element-type utf8 guint): of the ids in it */

  GtkListBox *list;
  GtkLabel *trouble;
};

G_DEFINE_FINAL_TYPE (TdProviderOrder, td_provider_order, ADW_TYPE_NAVIGATION_PAGE)

static const char *
get_id (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "provider-id");
}

static guint
get_position (TdProviderOrder *self,
              GtkWidget       *row)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->positions, get_id (row)));
}

static int
compare_rows (GtkListBoxRow *a,
              GtkListBoxRow *b,
              gpointer       user_data)
{
  guint left = get_position (user_data, GTK_WIDGET (a));
  guint right = get_position (user_data, GTK_WIDGET (b));

  return left < right ? -1 : left > right;
}

static void
note_positions (TdProviderOrder *self)
{
  g_hash_table_remove_all (self->positions);
  for (guint i = 0; i < self->ids->len; i++)
    g_hash_table_insert (self->positions, g_ptr_array_index (self->ids, i), GUINT_TO_POINTER (i));
}

/* ---- moving -------------------------------------------------------------------------------- */

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdProviderOrder) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentences = NULL;
  gboolean done =
    td_endpoint_list_set_order_finish (TD_ENDPOINT_LIST (source), result, &error);

  if (!self->engine)
    return;
  if (done)
    td_engine_announce (self->engine, "providers");
  else
    sentences = td_app_error_dup_sentences (error);
  gtk_label_set_text (self->trouble, sentences ? sentences : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), sentences != NULL);
}

static void
store_order (TdProviderOrder *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = NULL;

  for (guint i = 0; i < self->ids->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->ids, i));
  ids = g_strv_builder_end (builder);
  /* Not cancelled with the page: what the user moved is kept when the dialog is closed. */
  td_endpoint_list_set_order_async (td_engine_get_endpoints (self->engine),
                                    (const char *const *) ids, NULL, stored_cb,
                                    g_object_ref (self));
}

/* The row stays the same, and so does the focus on it. */
static void
move_row (TdProviderOrder *self,
          GtkWidget       *row,
          guint            to)
{
  guint from = get_position (self, row);
  g_autofree char *text = NULL;
  char *id;

  if (to >= self->ids->len || to == from)
    return;
  id = g_ptr_array_steal_index (self->ids, from);
  g_ptr_array_insert (self->ids, (int) to, id);
  note_positions (self);
  gtk_list_box_invalidate_sort (self->list);
  /* Translators: for screen readers, when a provider was moved: its name, its place, of how many */
  text = g_strdup_printf (_("%s is number %u of %u now"),
                          adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), to + 1,
                          self->ids->len);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  store_order (self);
}

static void
move_by (GtkWidget *row,
         int        step)
{
  TdProviderOrder *self =
    TD_PROVIDER_ORDER (gtk_widget_get_ancestor (row, TD_TYPE_PROVIDER_ORDER));
  guint from = get_position (self, row);

  if (step > 0 || from > 0)
    move_row (self, row, from + (guint) step);
}

static void
up_clicked_cb (GtkWidget *row)
{
  move_by (row, -1);
}

static void
down_clicked_cb (GtkWidget *row)
{
  move_by (row, 1);
}

static gboolean
up_pressed_cb (GtkWidget *row,
               GVariant  *unused,
               gpointer   user_data)
{
  move_by (row, -1);
  return GDK_EVENT_STOP;
}

static gboolean
down_pressed_cb (GtkWidget *row,
                 GVariant  *unused,
                 gpointer   user_data)
{
  move_by (row, 1);
  return GDK_EVENT_STOP;
}

/* ---- dragging ------------------------------------------------------------------------------ */

static GdkContentProvider *
drag_prepare_cb (GtkDragSource *source,
                 double         x,
                 double         y,
                 GtkWidget     *row)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (row);

  gtk_drag_source_set_icon (source, picture, (int) x, (int) y);
  return gdk_content_provider_new_typed (GTK_TYPE_LIST_BOX_ROW, row);
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         GtkWidget     *row)
{
  TdProviderOrder *self =
    TD_PROVIDER_ORDER (gtk_widget_get_ancestor (row, TD_TYPE_PROVIDER_ORDER));
  GtkWidget *dragged = g_value_get_object (value);

  if (!dragged || gtk_widget_get_parent (dragged) != GTK_WIDGET (self->list))
    return FALSE;
  move_row (self, dragged, get_position (self, row));
  return TRUE;
}

static void
make_draggable (GtkWidget *row)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (GTK_TYPE_LIST_BOX_ROW, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (drag_prepare_cb), row, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), row, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (target));
}

/* ---- rows ---------------------------------------------------------------------------------- */

static void
add_button (GtkWidget  *row,
            const char *icon,
            const char *what,
            GCallback   clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, what);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_object (button, "clicked", clicked, row, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
add_shortcuts (GtkWidget *row)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (controller),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Up, GDK_ALT_MASK),
                      gtk_callback_action_new (up_pressed_cb, NULL, NULL)));
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (controller),
    gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Down, GDK_ALT_MASK),
                      gtk_callback_action_new (down_pressed_cb, NULL, NULL)));
  gtk_widget_add_controller (row, controller);
}

static void
add_row (TdProviderOrder  *self,
         const TdEndpoint *endpoint)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *handle = gtk_image_new_from_icon_name ("list-drag-handle-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), endpoint->name);
  if (!endpoint->enabled)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _("Switched off"));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), handle);
  gtk_accessible_update_state (GTK_ACCESSIBLE (handle), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  add_button (row, "go-up-symbolic", _("Move Up"), G_CALLBACK (up_clicked_cb));
  add_button (row, "go-down-symbolic", _("Move Down"), G_CALLBACK (down_clicked_cb));
  add_shortcuts (row);
  make_draggable (row);
  g_object_set_data_full (G_OBJECT (row), "provider-id", g_strdup (endpoint->provider_id), g_free);
  gtk_list_box_append (self->list, row);
}

static gboolean
is_known (TdProviderOrder *self,
          GPtrArray       *endpoints)
{
  if (endpoints->len != self->ids->len)
    return FALSE;
  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = g_ptr_array_index (endpoints, i);

      if (!g_hash_table_contains (self->positions, endpoint->provider_id))
        return FALSE;
    }
  return TRUE;
}

/* The rows stay as long as the providers are the same. */
static void
show_order (TdProviderOrder *self)
{
  g_autoptr (GPtrArray) endpoints =
    td_endpoint_list_dup_all (td_engine_get_endpoints (self->engine));
  gboolean known = is_known (self, endpoints);

  g_hash_table_remove_all (self->positions);
  g_ptr_array_set_size (self->ids, 0);
  for (guint i = 0; i < endpoints->len; i++)
    g_ptr_array_add (self->ids,
                     g_strdup (((const TdEndpoint *) endpoints->pdata[i])->provider_id));
  note_positions (self);
  if (!known)
    {
      gtk_list_box_remove_all (self->list);
      for (guint i = 0; i < endpoints->len; i++)
        add_row (self, g_ptr_array_index (endpoints, i));
    }
  gtk_list_box_invalidate_sort (self->list);
}

/* ---- the object ---------------------------------------------------------------------------- */

static void
td_provider_order_dispose (GObject *object)
{
  g_clear_object (&TD_PROVIDER_ORDER (object)->engine);

  G_OBJECT_CLASS (td_provider_order_parent_class)->dispose (object);
}

static void
td_provider_order_finalize (GObject *object)
{
  TdProviderOrder *self = TD_PROVIDER_ORDER (object);

  g_hash_table_unref (self->positions);
  g_ptr_array_unref (self->ids);

  G_OBJECT_CLASS (td_provider_order_parent_class)->finalize (object);
}

static void
td_provider_order_class_init (TdProviderOrderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_provider_order_dispose;
  object_class->finalize = td_provider_order_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-provider-order.ui");
  gtk_widget_class_bind_template_child (widget_class, TdProviderOrder, list);
  gtk_widget_class_bind_template_child (widget_class, TdProviderOrder, trouble);
}

static void
td_provider_order_init (TdProviderOrder *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->ids = g_ptr_array_new_with_free_func (g_free);
  self->positions = g_hash_table_new (g_str_hash, g_str_equal);
  gtk_list_box_set_sort_func (self->list, compare_rows, self, NULL);
}

/**
 * td_provider_order_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the page
 */
AdwNavigationPage *
td_provider_order_new (TdEngine *engine)
{
  TdProviderOrder *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_PROVIDER_ORDER, NULL);
  self->engine = g_object_ref (engine);
  g_signal_connect_object (td_engine_get_endpoints (engine), "changed", G_CALLBACK (show_order),
                           self, G_CONNECT_SWAPPED);
  show_order (self);
  return ADW_NAVIGATION_PAGE (self);
}
