/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/usage/td-usage-group.h"

#include <glib/gi18n.h>

#include "app/usage/td-usage-text.h"

/* The rest is put together. */
#define MAX_ROWS 10

struct _TdUsageGroup
{
  AdwPreferencesGroup parent_instance;

  GPtrArray *rows; /* (owned) (element-type GtkWidget) */
};

G_DEFINE_FINAL_TYPE (TdUsageGroup, td_usage_group, ADW_TYPE_PREFERENCES_GROUP)

static char *
dup_name (TdEngine          *engine,
          TdUsageBy          by,
          const TdUsageLine *line)
{
  const TdEndpoint *endpoint;
  TdModel *model;

  switch (by)
    {
    case TD_USAGE_BY_PROVIDER:
      endpoint = td_endpoint_list_find (td_engine_get_endpoints (engine), line->key);
      return g_strdup (endpoint ? endpoint->name : line->key);
    case TD_USAGE_BY_MODEL:
      model = td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (engine)),
                                       line->key);
      return g_strdup (model ? td_model_get_name (model) : line->key);
    case TD_USAGE_BY_CLIENT:
      return g_strdup (*line->key != '\0' ? line->key : _("Top Dog itself"));
    case TD_USAGE_BY_DAY:
    case TD_USAGE_N_WAYS:
    default:
      return td_usage_text_day (line);
    }
}

static GtkWidget *
create_label (const char *text,
              const char *style,
              float       xalign)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
create_bar (const char *name,
            gint64      value,
            gint64      highest)
{
  GtkWidget *bar = gtk_level_bar_new_for_interval (0, 1000);

  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar),
                           highest > 0 ? (double) value / (double) highest * 1000 : 0);
  gtk_widget_add_css_class (bar, "usage");
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return bar;
}

static void
add_row (TdUsageGroup      *self,
         const char        *name,
         const TdUsageLine *line,
         gint64             highest,
         gboolean           of_tokens)
{
  g_autofree char *spent = td_usage_text_spent (line);
  g_autofree char *details = td_usage_text_details (line);
  g_autofree char *all = g_strdup_printf ("%s · %s", spent, details);
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = create_label (name, NULL, 0);
  GtkWidget *figure = create_label (spent, "numeric", 1);
  GtkWidget *caption = create_label (details, "caption", 0);

  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_label_set_wrap (GTK_LABEL (caption), TRUE);
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_widget_add_css_class (box, "usage-row");
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), figure);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box),
                  create_bar (name, td_usage_text_get_value (line, of_tokens), highest));
  gtk_box_append (GTK_BOX (box), caption);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, all, -1);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static int
compare_tokens (gconstpointer a,
                gconstpointer b)
{
  gint64 x = td_usage_text_get_value (*(TdUsageLine *const *) a, TRUE);
  gint64 y = td_usage_text_get_value (*(TdUsageLine *const *) b, TRUE);

  return (x < y) - (x > y);
}

static void
add_rest (TdUsageGroup *self,
          GPtrArray    *sorted,
          gint64        highest,
          gboolean      of_tokens)
{
  g_autoptr (TdUsageLine) rest = td_usage_line_new (NULL);
  guint n = sorted->len - MAX_ROWS;
  g_autofree char *name = g_strdup_printf (ngettext ("%u more", "%u more", n), n);

  for (guint i = MAX_ROWS; i < sorted->len; i++)
    td_usage_line_add (rest, g_ptr_array_index (sorted, i));
  add_row (self, name, rest, highest, of_tokens);
}

static void
td_usage_group_finalize (GObject *object)
{
  g_ptr_array_unref (TD_USAGE_GROUP (object)->rows);

  G_OBJECT_CLASS (td_usage_group_parent_class)->finalize (object);
}

static void
td_usage_group_class_init (TdUsageGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_usage_group_finalize;
}

static void
td_usage_group_init (TdUsageGroup *self)
{
  self->rows = g_ptr_array_new ();
}

/**
 * td_usage_group_show:
 * @self: the group
 * @engine: the engine, for the names
 * @by: what the lines are of
 * @lines: (element-type TdUsageLine): dearest first
 * @of_tokens: whether the bars are of tokens, else of spending
 *
 * Shows these lines in place of those before. It hides when there are none.
 */
void
td_usage_group_show (TdUsageGroup *self,
                     TdEngine     *engine,
                     TdUsageBy     by,
                     GPtrArray    *lines,
                     gboolean      of_tokens)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (lines, NULL, NULL);
  gint64 highest = 0;

  g_return_if_fail (TD_IS_USAGE_GROUP (self));

  g_ptr_array_set_free_func (sorted, NULL); /* the lines are not its own */
  if (of_tokens)
    g_ptr_array_sort (sorted, compare_tokens);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  gtk_widget_set_visible (GTK_WIDGET (self), sorted->len > 0);
  if (sorted->len > 0)
    highest = td_usage_text_get_value (g_ptr_array_index (sorted, 0), of_tokens);
  for (guint i = 0; i < MIN (sorted->len, MAX_ROWS); i++)
    {
      const TdUsageLine *line = g_ptr_array_index (sorted, i);
      g_autofree char *name = dup_name (engine, by, line);

      add_row (self, name, line, highest, of_tokens);
    }
  if (sorted->len > MAX_ROWS)
    add_rest (self, sorted, highest, of_tokens);
}
