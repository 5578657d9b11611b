/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-no-results.h"

#include <glib/gi18n.h>

#include "app/market/td-model-text.h"

#define MAX_SUGGESTIONS 3

/* A filter and how many models there would be without it. */
typedef struct
{
  TdActiveFilter *filter; /* (unowned): in self->active */
  guint n_models;
} Suggestion;

struct _TdNoResults
{
  AdwBin parent_instance;

  TdFilterSet *filters;                   /* (owned) (nullable) */
  GPtrArray *active;                      /* (owned) (nullable) (element-type TdActiveFilter) */
  TdActiveFilter *offered[MAX_SUGGESTIONS]; /* (unowned) (nullable): what each button lifts */

  AdwStatusPage *status;
  GtkButton *buttons[MAX_SUGGESTIONS];
  GtkButton *clear_button;
};

G_DEFINE_FINAL_TYPE (TdNoResults, td_no_results, ADW_TYPE_BIN)

static void
suggestion_clicked_cb (TdNoResults *self,
                       GtkButton   *button)
{
  for (guint i = 0; i < MAX_SUGGESTIONS; i++)
    {
      if (self->buttons[i] == button && self->offered[i] != NULL)
        {
          td_filter_set_remove (self->filters, self->offered[i]);
          return;
        }
    }
}

static int
compare_suggestions (gconstpointer a,
                     gconstpointer b)
{
  const Suggestion *x = a, *y = b;

  return (y->n_models > x->n_models) - (y->n_models < x->n_models);
}

static void
add_suggestion (GArray         *suggestions,
                TdActiveFilter *filter,
                const TdQuery  *query,
                TdQueryIndex   *index)
{
  g_autoptr (GArray) result = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (TdQuery) looser = td_query_copy (query);
  Suggestion suggestion = { .filter = filter };

  td_active_filter_lift (filter, looser);
  td_query_index_run (index, looser, result);
  suggestion.n_models = result->len;
  if (result->len > 0)
    g_array_append_val (suggestions, suggestion);
}

static void
show_button (TdNoResults      *self,
             guint             position,
             const Suggestion *suggestion,
             TdCatalogue      *catalogue)
{
  g_autofree char *what = NULL;
  g_autofree char *label = NULL;

  self->offered[position] = suggestion != NULL ? suggestion->filter : NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->buttons[position]), suggestion != NULL);
  if (suggestion == NULL)
    return;
  what = td_model_text_dup_filter (suggestion->filter, catalogue);
  if (suggestion->filter->kind == TD_FILTER_TEXT)
    /* Translators: a button that empties the search, then how many models there would be */
    label = g_strdup_printf (ngettext ("Clear the Search: %u Model", "Clear the Search: %u Models",
                                       suggestion->n_models),
                             suggestion->n_models);
  else
    /* Translators: a button that lifts one filter: its name, then how many models there would be */
    label = g_strdup_printf (ngettext ("Without “%s”: %u Model", "Without “%s”: %u Models",
                                       suggestion->n_models),
                             what, suggestion->n_models);
  gtk_button_set_label (self->buttons[position], label);
}

static void
show_reason (TdNoResults   *self,
             const TdQuery *query,
             guint          n_filters,
             gboolean       has_suggestions)
{
  /* Nothing was looked for: there are none to show. */
  gboolean no_favourites = query->favourites_only && n_filters == 1 && query->text == NULL;
  const char *reason;

  if (no_favourites)
    reason = _("Mark a model with the star on its card to find it here.");
  else if (n_filters == 0)
    reason = _("No model has these words. Try fewer or other words.");
  else if (has_suggestions)
    reason = _("No model fits all of this. Loosen one filter:");
  else
    reason = _("No model fits all of this. Clear the filters and start again.");
  adw_status_page_set_icon_name (self->status,
                                 no_favourites ? "non-starred-symbolic" : "system-search-symbolic");
  adw_status_page_set_title (self->status,
                             no_favourites ? _("No Favourites") : _("No Models Found"));
  adw_status_page_set_description (self->status, reason);
}

static void
td_no_results_dispose (GObject *object)
{
  TdNoResults *self = TD_NO_RESULTS (object);

  g_clear_object (&self->filters);
  g_clear_pointer (&self->active, g_ptr_array_unref);

  G_OBJECT_CLASS (td_no_results_parent_class)->dispose (object);
}

static void
td_no_results_class_init (TdNoResultsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_no_results_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-no-results.ui");
  gtk_widget_class_bind_template_child (widget_class, TdNoResults, status);
  gtk_widget_class_bind_template_child (widget_class, TdNoResults, clear_button);
  gtk_widget_class_bind_template_child_full (widget_class, "button0", FALSE,
                                             G_STRUCT_OFFSET (TdNoResults, buttons[0]));
  gtk_widget_class_bind_template_child_full (widget_class, "button1", FALSE,
                                             G_STRUCT_OFFSET (TdNoResults, buttons[1]));
  gtk_widget_class_bind_template_child_full (widget_class, "button2", FALSE,
                                             G_STRUCT_OFFSET (TdNoResults, buttons[2]));
  gtk_widget_class_bind_template_callback (widget_class, suggestion_clicked_cb);
}

static void
td_no_results_init (TdNoResults *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_no_results_explain:
 * @self: the page
 * @filters: the filters that leave nothing
 * @catalogue: the catalogue
 * @index: its index
 *
 * Says what is too much, and offers to lift it.
 */
void
td_no_results_explain (TdNoResults  *self,
                       TdFilterSet  *filters,
                       TdCatalogue  *catalogue,
                       TdQueryIndex *index)
{
  const TdQuery *query = td_filter_set_get_query (filters);
  g_autoptr (GArray) suggestions = g_array_new (FALSE, FALSE, sizeof (Suggestion));
  guint n_filters;

  g_return_if_fail (TD_IS_NO_RESULTS (self));

  g_set_object (&self->filters, filters);
  g_clear_pointer (&self->active, g_ptr_array_unref);
  self->active = td_filter_set_list_active (filters);
  n_filters = self->active->len;
  if (query->text != NULL)
    g_ptr_array_add (self->active, g_new0 (TdActiveFilter, 1)); /* TD_FILTER_TEXT */

  for (guint i = 0; i < self->active->len; i++)
    add_suggestion (suggestions, g_ptr_array_index (self->active, i), query, index);
  g_array_sort (suggestions, compare_suggestions);
  for (guint i = 0; i < MAX_SUGGESTIONS; i++)
    show_button (self, i, i < suggestions->len ? &g_array_index (suggestions, Suggestion, i) : NULL,
                 catalogue);

  gtk_widget_set_visible (GTK_WIDGET (self->clear_button), n_filters > 1);
  show_reason (self, query, n_filters, suggestions->len > 0);
}
