/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-browse-page.h"

#include <glib/gi18n.h>

#include "app/market/td-filter-chips.h"
#include "app/market/td-filter-pane.h"
#include "app/market/td-model-card.h"
#include "app/market/td-model-page.h"
#include "app/market/td-model-text.h"
#include "app/market/td-no-results.h"
#include "app/market/td-pager.h"
#include "app/td-application.h"
#include "app/td-format.h"

/* A query takes microseconds and a card is light, so everything here is synchronous: what is
 * typed, ticked or chosen changes the filters, the filters give a result, and the page model
 * tells the grid what differs. */
struct _TdBrowsePage
{
  AdwNavigationPage parent_instance;

  TdMarket *market;       /* (owned) (nullable): NULL until the engine has started */
  TdCompareList *compare; /* (owned) (nullable) */
  TdFilterSet *filters;   /* (owned) */
  TdModelPage *cards;     /* (owned) */
  GArray *result;         /* (owned) (element-type guint32): indices into the catalogue */
  GQueue spare_cards;     /* (owned) (element-type TdModelCard): not in the grid at the moment */
  guint page;             /* from 0 */
  guint page_size;        /* that the page shown was made with */
  GSettings *settings;    /* (owned) */
  GSimpleActionGroup *actions; /* (owned) */

  GtkSearchEntry *search_entry;
  AdwOverlaySplitView *filter_view;
  AdwBin *filter_bin;
  TdFilterPane *filter_pane; /* (nullable): built when first shown */
  TdFilterChips *chips;
  GtkLabel *count;
  GtkLabel *facts_date;
  GtkMenuButton *sort_button;
  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkGridView *grid;
  TdNoResults *no_results;
  TdPager *pager;
};

G_DEFINE_FINAL_TYPE (TdBrowsePage, td_browse_page, ADW_TYPE_NAVIGATION_PAGE)

static guint
count_pages (TdBrowsePage *self)
{
  return td_model_page_count_pages (self->result->len, self->page_size);
}

static void
set_enabled (TdBrowsePage *self,
             const char   *name,
             gboolean      enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* Unlike changing the state, this only tells what it is. */
static void
set_state (TdBrowsePage *self,
           const char   *name,
           gboolean      state)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (state));
}

static void
update_actions (TdBrowsePage *self)
{
  g_autoptr (GPtrArray) active = td_filter_set_list_active (self->filters);
  guint n_pages = count_pages (self);

  set_enabled (self, "first-page", self->page > 0);
  set_enabled (self, "previous-page", self->page > 0);
  set_enabled (self, "next-page", self->page + 1 < n_pages);
  set_enabled (self, "last-page", self->page + 1 < n_pages);
  set_enabled (self, "clear-filters", active->len > 0);
  set_state (self, "favourites-only",
             td_filter_set_get_value (self->filters, TD_FILTER_FAVOURITES) != 0);
}

static void
update_count (TdBrowsePage *self)
{
  g_autofree char *number = td_format_count (self->result->len);
  g_autofree char *text = NULL;

  /* Translators: %s is how many models were found, with grouped thousands */
  text = g_strdup_printf (ngettext ("%s Model", "%s Models", self->result->len), number);
  gtk_label_set_label (self->count, text);
}

static void
scroll_to_top (TdBrowsePage *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_lower (adjustment));
  /* The grid holds on to the card that was at the top: where the new results have it further down,
   * it would be followed there. */
  if (g_list_model_get_n_items (G_LIST_MODEL (self->cards)) > 0)
    gtk_grid_view_scroll_to (self->grid, 0, GTK_LIST_SCROLL_NONE, NULL);
}

static void
show_page (TdBrowsePage *self,
           guint         page)
{
  self->page = MIN (page, count_pages (self) - 1);
  td_model_page_show (self->cards, td_market_get_catalogue (self->market), self->result, self->page,
                      self->page_size);
  td_pager_show (self->pager, self->page, count_pages (self), self->page_size);
  update_actions (self);
}

static void
run_query (TdBrowsePage *self,
           guint         page)
{
  if (self->market == NULL)
    return;
  td_query_index_run (td_market_get_index (self->market), td_filter_set_get_query (self->filters),
                      self->result);
  update_count (self);
  gtk_widget_set_visible (GTK_WIDGET (self->pager), self->result->len > 0);
  if (self->result->len == 0)
    td_no_results_explain (self->no_results, self->filters, td_market_get_catalogue (self->market),
                           td_market_get_index (self->market));
  show_page (self, page);
  gtk_stack_set_visible_child_name (self->stack, self->result->len > 0 ? "cards" : "none");
}

static void search_changed_cb (TdBrowsePage *self);

static void
filters_changed_cb (TdBrowsePage *self,
                    TdFilterSet  *filters)
{
  const TdQuery *query = td_filter_set_get_query (filters);
  g_autofree char *wanted = g_strdup (query->text != NULL ? query->text : "");

  /* The words can be changed elsewhere too (see TdNoResults and td_market_page_search()). The
   * entry is emptied before it is filled and says so at once, which must not reach the filters. */
  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)), wanted))
    {
      g_signal_handlers_block_by_func (self->search_entry, search_changed_cb, self);
      gtk_editable_set_text (GTK_EDITABLE (self->search_entry), wanted);
      g_signal_handlers_unblock_by_func (self->search_entry, search_changed_cb, self);
    }
  run_query (self, 0);
  scroll_to_top (self);
}

static void
user_facts_changed_cb (TdBrowsePage *self)
{
  const TdQuery *query = td_filter_set_get_query (self->filters);

  /* The cards follow their models by themselves; only a result made of these facts is run anew. */
  if (query->favourites_only || query->sort == TD_SORT_MOST_USED)
    run_query (self, self->page);
}

static void
update_facts_date (TdBrowsePage *self)
{
  g_autofree char *date =
    td_format_date (td_catalogue_get_version (td_market_get_catalogue (self->market)));
  g_autofree char *text = NULL;

  /* Translators: under the number of models: what prices mean, and how old the facts are */
  text = g_strdup_printf (_("Prices per million tokens · Catalogue of %s"), date);
  gtk_label_set_label (self->facts_date, text);
}

static void
catalogue_changed_cb (TdBrowsePage *self)
{
  TdCatalogue *catalogue = td_market_get_catalogue (self->market);

  td_compare_list_set_catalogue (self->compare, catalogue);
  td_filter_chips_set_catalogue (self->chips, catalogue);
  if (self->filter_pane != NULL)
    td_filter_pane_set_catalogue (self->filter_pane, catalogue);
  update_facts_date (self);
  run_query (self, self->page);
}

static void
search_changed_cb (TdBrowsePage *self)
{
  td_filter_set_set_text (self->filters, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
search_stopped_cb (TdBrowsePage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
}

static gboolean
focus_filters_cb (gpointer user_data)
{
  TdBrowsePage *self = user_data;

  if (adw_overlay_split_view_get_show_sidebar (self->filter_view))
    gtk_widget_child_focus (GTK_WIDGET (self->filter_pane), GTK_DIR_TAB_FORWARD);
  return G_SOURCE_REMOVE;
}

static void
filters_shown_cb (TdBrowsePage *self)
{
  gboolean shown = adw_overlay_split_view_get_show_sidebar (self->filter_view);

  /* Where it lies over the results it is also closed by a swipe or a click beside it. */
  if (self->actions != NULL)
    set_state (self, "show-filters", shown);
  if (self->market == NULL || !shown)
    return;
  if (self->filter_pane == NULL)
    {
      self->filter_pane = td_filter_pane_new (self->filters);
      td_filter_pane_set_catalogue (self->filter_pane, td_market_get_catalogue (self->market));
      adw_bin_set_child (self->filter_bin, GTK_WIDGET (self->filter_pane));
    }
  /* Not yet: what was just put there takes the focus only after it has been laid out. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, focus_filters_cb, g_object_ref (self), g_object_unref);
}

static void
card_activated_cb (TdBrowsePage *self,
                   guint         position)
{
  g_autoptr (TdModel) model = g_list_model_get_item (G_LIST_MODEL (self->cards), position);

  if (model != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-model", "s", td_model_get_key (model));
}

/* A grid view drops its widgets when all of the page changes, instead of using them again. A card
 * is worth keeping: what is the same on the next model it shows need not be made, measured or
 * drawn anew. */
static void
card_bind_cb (TdBrowsePage *self,
              GtkListItem  *item)
{
  g_autoptr (TdModelCard) card = g_queue_pop_tail (&self->spare_cards);
  TdModel *model = gtk_list_item_get_item (item);
  const char *provider_id = td_model_get_facts (model)->provider_id;
  TdProvider *provider =
    td_catalogue_find_provider (td_market_get_catalogue (self->market), provider_id);

  if (card == NULL)
    card = g_object_ref_sink (td_model_card_new (self->compare));
  gtk_list_item_set_child (item, GTK_WIDGET (card));
  td_model_card_show (card, item, model,
                      provider != NULL ? td_provider_get_name (provider) : provider_id);
}

static void
card_unbind_cb (TdBrowsePage *self,
                GtkListItem  *item)
{
  GtkWidget *card = gtk_list_item_get_child (item);

  g_queue_push_tail (&self->spare_cards, g_object_ref (card));
  td_model_card_hide (TD_MODEL_CARD (card));
  gtk_list_item_set_child (item, NULL);
}

static void
go_to_page (TdBrowsePage *self,
            guint         page)
{
  if (self->market == NULL)
    return;
  show_page (self, page);
  scroll_to_top (self);
}

static void
first_page_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  go_to_page (user_data, 0);
}

static void
previous_page_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  TdBrowsePage *self = user_data;

  go_to_page (self, self->page - 1);
}

static void
next_page_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  TdBrowsePage *self = user_data;

  go_to_page (self, self->page + 1);
}

static void
last_page_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  go_to_page (user_data, G_MAXUINT);
}

static void
clear_filters_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  td_filter_set_clear (TD_BROWSE_PAGE (user_data)->filters);
}

static void
favourites_only_cb (GSimpleAction *action,
                    GVariant      *state,
                    gpointer       user_data)
{
  td_filter_set_set_value (TD_BROWSE_PAGE (user_data)->filters, TD_FILTER_FAVOURITES,
                           g_variant_get_boolean (state));
}

static void
show_filters_cb (GSimpleAction *action,
                 GVariant      *state,
                 gpointer       user_data)
{
  adw_overlay_split_view_set_show_sidebar (TD_BROWSE_PAGE (user_data)->filter_view,
                                           g_variant_get_boolean (state));
}

static void
leave_filters_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  TdBrowsePage *self = user_data;

  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  adw_overlay_split_view_set_show_sidebar (self->filter_view, FALSE);
}

static void
focus_results_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  TdBrowsePage *self = user_data;

  if (self->result->len > 0)
    {
      gtk_grid_view_scroll_to (self->grid, 0, GTK_LIST_SCROLL_FOCUS, NULL);
      gtk_widget_grab_focus (GTK_WIDGET (self->grid));
    }
  else
    gtk_widget_child_focus (GTK_WIDGET (self->no_results), GTK_DIR_TAB_FORWARD);
}

static void
sort_changed_cb (TdBrowsePage *self)
{
  g_autofree char *nick = g_settings_get_string (self->settings, "sort");
  g_autofree char *tooltip = NULL;
  TdSort sort;

  if (!td_sort_from_string (nick, &sort))
    sort = TD_SORT_RELEVANCE;
  gtk_menu_button_set_label (self->sort_button, td_model_text_sort (sort));
  /* Translators: %s is an order such as “Name” or “Newest” */
  tooltip = g_strdup_printf (_("Sorted by: %s"), td_model_text_sort (sort));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sort_button), tooltip);
  td_filter_set_set_sort (self->filters, sort);
}

static void
page_size_changed_cb (TdBrowsePage *self)
{
  guint first = self->page * self->page_size;

  self->page_size = g_settings_get_int (self->settings, "page-size");
  /* The page that has what was at the top. */
  if (self->market != NULL)
    go_to_page (self, first / self->page_size);
}

static void
add_actions (TdBrowsePage *self)
{
  static const GActionEntry entries[] = {
    { .name = "first-page", .activate = first_page_cb },
    { .name = "previous-page", .activate = previous_page_cb },
    { .name = "next-page", .activate = next_page_cb },
    { .name = "last-page", .activate = last_page_cb },
    { .name = "clear-filters", .activate = clear_filters_cb },
    { .name = "focus-results", .activate = focus_results_cb },
    { .name = "leave-filters", .activate = leave_filters_cb },
    { .name = "show-filters", .state = "false", .change_state = show_filters_cb },
    { .name = "favourites-only", .state = "false", .change_state = favourites_only_cb },
  };
  g_autoptr (GAction) sort = g_settings_create_action (self->settings, "sort");
  g_autoptr (GAction) page_size = g_settings_create_action (self->settings, "page-size");

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), sort);
  g_action_map_add_action (G_ACTION_MAP (self->actions), page_size);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "browse", G_ACTION_GROUP (self->actions));
}

static void
td_browse_page_dispose (GObject *object)
{
  TdBrowsePage *self = TD_BROWSE_PAGE (object);

  g_clear_object (&self->actions);
  g_clear_object (&self->settings);
  g_clear_object (&self->cards);
  g_clear_object (&self->filters);
  g_clear_object (&self->compare);
  g_clear_object (&self->market);

  G_OBJECT_CLASS (td_browse_page_parent_class)->dispose (object);
}

static void
td_browse_page_finalize (GObject *object)
{
  g_array_unref (TD_BROWSE_PAGE (object)->result);
  g_queue_clear_full (&TD_BROWSE_PAGE (object)->spare_cards, g_object_unref);

  G_OBJECT_CLASS (td_browse_page_parent_class)->finalize (object);
}

static void
td_browse_page_class_init (TdBrowsePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_browse_page_dispose;
  object_class->finalize = td_browse_page_finalize;

  g_type_ensure (TD_TYPE_FILTER_CHIPS);
  g_type_ensure (TD_TYPE_NO_RESULTS);
  g_type_ensure (TD_TYPE_PAGER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-browse-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, filter_view);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, filter_bin);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, chips);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, count);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, facts_date);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, sort_button);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, stack);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, scroller);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, grid);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, no_results);
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, pager);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, filters_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, card_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, card_bind_cb);
  gtk_widget_class_bind_template_callback (widget_class, card_unbind_cb);
}

static void
td_browse_page_init (TdBrowsePage *self)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  self->filters = td_filter_set_new ();
  self->cards = td_model_page_new ();
  self->result = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->settings = g_object_ref (td_application_get_settings (td_application_get_default ()));
  gtk_widget_init_template (GTK_WIDGET (self));

  add_actions (self);
  gtk_search_entry_set_key_capture_widget (self->search_entry, GTK_WIDGET (self));
  selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->cards)));
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (selection));
  td_filter_chips_set_filters (self->chips, self->filters);
  self->page_size = g_settings_get_int (self->settings, "page-size");
  sort_changed_cb (self);
  g_signal_connect_object (self->filters, "changed", G_CALLBACK (filters_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::sort", G_CALLBACK (sort_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::page-size", G_CALLBACK (page_size_changed_cb),
                           self, G_CONNECT_SWAPPED);
  update_actions (self);
}

/**
 * td_browse_page_set_market:
 * @self: the page
 * @market: the market
 * @compare: where models are marked for comparison
 *
 * Fills the page.
 */
void
td_browse_page_set_market (TdBrowsePage  *self,
                           TdMarket      *market,
                           TdCompareList *compare)
{
  g_return_if_fail (TD_IS_BROWSE_PAGE (self));
  g_return_if_fail (self->market == NULL);

  self->market = g_object_ref (market);
  self->compare = g_object_ref (compare);
  g_signal_connect_object (market, "changed", G_CALLBACK (catalogue_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (market, "user-facts-changed", G_CALLBACK (user_facts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  catalogue_changed_cb (self);
  filters_shown_cb (self);
}

/**
 * td_browse_page_focus_search:
 * @self: the page
 *
 * Puts the cursor into the search, with the old words selected.
 */
void
td_browse_page_focus_search (TdBrowsePage *self)
{
  g_return_if_fail (TD_IS_BROWSE_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/**
 * td_browse_page_get_filters:
 * @self: the page
 *
 * Returns: (transfer none): what the page shows
 */
TdFilterSet *
td_browse_page_get_filters (TdBrowsePage *self)
{
  g_return_val_if_fail (TD_IS_BROWSE_PAGE (self), NULL);

  return self->filters;
}

/**
 * td_browse_page_get_focused_model:
 * @self: the page
 *
 * Returns: (transfer none) (nullable): the model whose card has the keyboard focus
 */
TdModel *
td_browse_page_get_focused_model (TdBrowsePage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  g_return_val_if_fail (TD_IS_BROWSE_PAGE (self), NULL);

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->grid)))
    return NULL;
  /* The focus is on the grid's own cell, whose child the card is, or on a button in the card. */
  if (TD_IS_MODEL_CARD (gtk_widget_get_first_child (focus)))
    return td_model_card_get_model (TD_MODEL_CARD (gtk_widget_get_first_child (focus)));
  focus = gtk_widget_get_ancestor (focus, TD_TYPE_MODEL_CARD);
  return focus != NULL ? td_model_card_get_model (TD_MODEL_CARD (focus)) : NULL;
}
