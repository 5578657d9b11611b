/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-market-page.h"

#include <glib/gi18n.h>

#include "app/market/td-browse-page.h"
#include "app/market/td-compare-bar.h"
#include "app/market/td-compare-page.h"
#include "app/market/td-model-details.h"
#include "app/td-app-error.h"
#include "app/td-window.h"

struct _TdMarketPage
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;       /* (owned) (nullable): NULL until it has started */
  TdCompareList *compare; /* (owned) */

  AdwNavigationView *view;
  TdBrowsePage *browse_page;
  AdwToolbarView *bar_view;
  TdCompareBar *compare_bar;
};

G_DEFINE_FINAL_TYPE (TdMarketPage, td_market_page, ADW_TYPE_NAVIGATION_PAGE)

static TdModel *
find_model (TdMarketPage *self,
            const char   *key)
{
  if (self->engine == NULL)
    return NULL;
  return td_catalogue_find_model (td_market_get_catalogue (td_engine_get_market (self->engine)),
                                  key);
}

/* The model the user is at: the one whose details are shown, or whose card has the focus. */
static TdModel *
find_current_model (TdMarketPage *self)
{
  AdwNavigationPage *page = adw_navigation_view_get_visible_page (self->view);

  if (TD_IS_MODEL_DETAILS (page))
    return td_model_details_get_model (TD_MODEL_DETAILS (page));
  if (TD_IS_BROWSE_PAGE (page))
    return td_browse_page_get_focused_model (TD_BROWSE_PAGE (page));
  return NULL;
}

static void
say (TdMarketPage *self,
     const char   *sentence)
{
  TdWindow *window = td_window_find (GTK_WIDGET (self));

  if (window != NULL)
    td_window_say (window, sentence);
}

/* What was being marked, to put the buttons back where it could not be stored. */
typedef struct
{
  TdMarketPage *self; /* (owned) */
  TdModel *model;     /* (owned) */
} FavouriteCall;

static void
favourite_set_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  FavouriteCall *call = user_data;
  g_autoptr (GError) error = NULL;

  if (!td_market_set_favourite_finish (TD_MARKET (source), result, &error))
    {
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      say (call->self, sentences);
      g_object_notify (G_OBJECT (call->model), "favourite");
    }
  else if (call->self->engine != NULL)
    {
      td_engine_announce (call->self->engine, "favourites");
    }
  g_object_unref (call->model);
  g_object_unref (call->self);
  g_free (call);
}

static void
toggle_favourite (TdMarketPage *self,
                  TdModel      *model)
{
  FavouriteCall *call;

  if (model == NULL)
    return;
  call = g_new0 (FavouriteCall, 1);
  call->self = g_object_ref (self);
  call->model = g_object_ref (model);
  td_market_set_favourite_async (td_engine_get_market (self->engine), td_model_get_key (model),
                                 !td_model_get_favourite (model), NULL, favourite_set_cb, call);
}

static void
toggle_compare (TdMarketPage *self,
                TdModel      *model)
{
  if (model == NULL)
    return;
  if (td_compare_list_contains (self->compare, model))
    td_compare_list_remove (self->compare, model);
  else if (!td_compare_list_add (self->compare, model))
    say (self, _("No more than four models can be compared."));
}

static void
toggle_favourite_cb (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  TdMarketPage *self = TD_MARKET_PAGE (widget);

  toggle_favourite (self, find_model (self, g_variant_get_string (parameter, NULL)));
}

static void
toggle_compare_cb (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  TdMarketPage *self = TD_MARKET_PAGE (widget);

  toggle_compare (self, find_model (self, g_variant_get_string (parameter, NULL)));
}

static void
favourite_current_cb (GtkWidget  *widget,
                      const char *action_name,
                      GVariant   *parameter)
{
  TdMarketPage *self = TD_MARKET_PAGE (widget);

  toggle_favourite (self, find_current_model (self));
}

static void
mark_current_cb (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  TdMarketPage *self = TD_MARKET_PAGE (widget);

  toggle_compare (self, find_current_model (self));
}

static void
chat_current_cb (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  TdMarketPage *self = TD_MARKET_PAGE (widget);
  TdModel *model = find_current_model (self);

  if (model == NULL)
    return;
  if (td_engine_get_usable (self->engine, td_model_get_key (model)) == TD_USABLE_YES)
    gtk_widget_activate_action (widget, "win.start-chat", "s", td_model_get_key (model));
  else
    td_market_page_show_model (self, td_model_get_key (model));
}

static void
compare_cb (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  TdMarketPage *self = TD_MARKET_PAGE (widget);

  if (TD_IS_COMPARE_PAGE (adw_navigation_view_get_visible_page (self->view)))
    return;
  adw_navigation_view_push (self->view, ADW_NAVIGATION_PAGE (td_compare_page_new (
                                          td_engine_get_market (self->engine), self->compare)));
}

static void
clear_compare_cb (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  td_compare_list_clear (TD_MARKET_PAGE (widget)->compare);
}

static void
copy_cb (GtkWidget  *widget,
         const char *action_name,
         GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget),
                          g_variant_get_string (parameter, NULL));
  say (TD_MARKET_PAGE (widget), _("Copied"));
}

static void
link_opened_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (TdMarketPage) self = TD_MARKET_PAGE (user_data);
  g_autoptr (GError) error = NULL;

  if (!gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (source), result, &error) &&
      !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    say (self, _("There is no web browser to open the page."));
}

static void
open_link_cb (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  g_autoptr (GtkUriLauncher) launcher =
    gtk_uri_launcher_new (g_variant_get_string (parameter, NULL));

  gtk_uri_launcher_launch (launcher, GTK_WINDOW (gtk_widget_get_root (widget)), NULL,
                           link_opened_cb, g_object_ref (widget));
}

static void
update_compare (TdMarketPage *self)
{
  guint n_models = g_list_model_get_n_items (G_LIST_MODEL (self->compare));
  AdwNavigationPage *visible = adw_navigation_view_get_visible_page (self->view);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "market.compare", n_models >= 2);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "market.clear-compare", n_models > 0);
  adw_toolbar_view_set_reveal_bottom_bars (self->bar_view,
                                           n_models > 0 && !TD_IS_COMPARE_PAGE (visible));
  if (n_models == 0 && TD_IS_COMPARE_PAGE (visible))
    adw_navigation_view_pop (self->view);
}

/* The page for the same model in the catalogue now in force: the old one where nothing about the
 * model changed, so that it stays where the user has scrolled it; none where it is gone. */
static AdwNavigationPage *
renew_page (TdMarketPage      *self,
            AdwNavigationPage *page)
{
  TdModel *shown, *model;

  if (!TD_IS_MODEL_DETAILS (page))
    return page;
  shown = td_model_details_get_model (TD_MODEL_DETAILS (page));
  model = find_model (self, td_model_get_key (shown));
  if (model == NULL ||
      td_model_facts_equal (td_model_get_facts (shown), td_model_get_facts (model)))
    return model != NULL ? page : NULL;
  return ADW_NAVIGATION_PAGE (td_model_details_new (self->engine, self->compare, model));
}

static void
catalogue_changed_cb (TdMarketPage *self)
{
  g_autoptr (GListModel) stack = adw_navigation_view_get_navigation_stack (self->view);
  g_autoptr (GPtrArray) pages = g_ptr_array_new ();
  gboolean differs = FALSE;

  td_compare_bar_set_catalogue (self->compare_bar,
                                td_market_get_catalogue (td_engine_get_market (self->engine)));
  for (guint i = 0; i < g_list_model_get_n_items (stack); i++)
    {
      g_autoptr (AdwNavigationPage) page = g_list_model_get_item (stack, i);
      AdwNavigationPage *renewed = renew_page (self, page);

      if (renewed != NULL)
        g_ptr_array_add (pages, renewed);
      differs = differs || renewed != page;
    }
  if (differs)
    adw_navigation_view_replace (self->view, (AdwNavigationPage **) pages->pdata, (int) pages->len);
}

static void
td_market_page_dispose (GObject *object)
{
  TdMarketPage *self = TD_MARKET_PAGE (object);

  g_clear_object (&self->compare);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_market_page_parent_class)->dispose (object);
}

static void
td_market_page_class_init (TdMarketPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_market_page_dispose;

  g_type_ensure (TD_TYPE_BROWSE_PAGE);
  g_type_ensure (TD_TYPE_COMPARE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-market-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdMarketPage, view);
  gtk_widget_class_bind_template_child (widget_class, TdMarketPage, browse_page);
  gtk_widget_class_bind_template_child (widget_class, TdMarketPage, bar_view);
  gtk_widget_class_bind_template_child (widget_class, TdMarketPage, compare_bar);
  gtk_widget_class_bind_template_callback (widget_class, update_compare);

  gtk_widget_class_install_action (widget_class, "market.toggle-favourite", "s",
                                   toggle_favourite_cb);
  gtk_widget_class_install_action (widget_class, "market.toggle-compare", "s", toggle_compare_cb);
  gtk_widget_class_install_action (widget_class, "market.favourite-current", NULL,
                                   favourite_current_cb);
  gtk_widget_class_install_action (widget_class, "market.mark-current", NULL, mark_current_cb);
  gtk_widget_class_install_action (widget_class, "market.chat-current", NULL, chat_current_cb);
  gtk_widget_class_install_action (widget_class, "market.compare", NULL, compare_cb);
  gtk_widget_class_install_action (widget_class, "market.clear-compare", NULL, clear_compare_cb);
  gtk_widget_class_install_action (widget_class, "market.copy", "s", copy_cb);
  gtk_widget_class_install_action (widget_class, "market.open-link", "s", open_link_cb);
}

static void
td_market_page_init (TdMarketPage *self)
{
  self->compare = td_compare_list_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  td_compare_bar_set_list (self->compare_bar, self->compare);
  g_signal_connect_object (self->compare, "items-changed", G_CALLBACK (update_compare), self,
                           G_CONNECT_SWAPPED);
  update_compare (self);
}

/**
 * td_market_page_set_engine:
 * @self: the page
 * @engine: the engine, started
 *
 * Fills the page.
 */
void
td_market_page_set_engine (TdMarketPage *self,
                           TdEngine     *engine)
{
  g_return_if_fail (TD_IS_MARKET_PAGE (self));

  if (!g_set_object (&self->engine, engine))
    return;
  td_browse_page_set_market (self->browse_page, td_engine_get_market (engine), self->compare);
  g_signal_connect_object (td_engine_get_market (engine), "changed",
                           G_CALLBACK (catalogue_changed_cb), self, G_CONNECT_SWAPPED);
  catalogue_changed_cb (self);
}

/**
 * td_market_page_show_browse:
 * @self: the page
 *
 * Goes back to browsing from whatever lies on top of it.
 */
void
td_market_page_show_browse (TdMarketPage *self)
{
  g_return_if_fail (TD_IS_MARKET_PAGE (self));

  adw_navigation_view_pop_to_page (self->view, ADW_NAVIGATION_PAGE (self->browse_page));
}

/**
 * td_market_page_show_model:
 * @self: the page
 * @model_key: a model of the catalogue
 *
 * Shows the details of a model.
 */
void
td_market_page_show_model (TdMarketPage *self,
                           const char   *model_key)
{
  AdwNavigationPage *visible = adw_navigation_view_get_visible_page (self->view);
  TdModel *model;

  g_return_if_fail (TD_IS_MARKET_PAGE (self));

  model = find_model (self, model_key);
  if (model == NULL)
    {
      say (self, _("This model is no longer in the catalogue."));
      return;
    }
  if (TD_IS_MODEL_DETAILS (visible) &&
      td_model_details_get_model (TD_MODEL_DETAILS (visible)) == model)
    return;
  adw_navigation_view_push (self->view,
                            ADW_NAVIGATION_PAGE (td_model_details_new (self->engine, self->compare,
                                                                       model)));
}

/**
 * td_market_page_search:
 * @self: the page
 * @text: what to look for
 *
 * Browses all models that fit @text.
 */
void
td_market_page_search (TdMarketPage *self,
                       const char   *text)
{
  TdFilterSet *filters;

  g_return_if_fail (TD_IS_MARKET_PAGE (self));
  g_return_if_fail (text != NULL);

  filters = td_browse_page_get_filters (self->browse_page);
  td_market_page_show_browse (self);
  td_filter_set_clear (filters);
  td_filter_set_set_text (filters, text);
}

/**
 * td_market_page_focus_search:
 * @self: the page
 *
 * Puts the cursor into the search.
 */
void
td_market_page_focus_search (TdMarketPage *self)
{
  g_return_if_fail (TD_IS_MARKET_PAGE (self));

  td_browse_page_focus_search (self->browse_page);
}

/**
 * td_market_page_compare:
 * @self: the page
 * @model_keys: the models, at most #TD_COMPARE_MAX
 *
 * Marks these models instead of those that were, and compares them.
 */
void
td_market_page_compare (TdMarketPage      *self,
                        const char *const *model_keys)
{
  TdCatalogue *catalogue;

  g_return_if_fail (TD_IS_MARKET_PAGE (self));
  g_return_if_fail (self->engine != NULL);

  catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  td_compare_list_clear (self->compare);
  for (guint i = 0; model_keys[i] != NULL; i++)
    {
      TdModel *model = td_catalogue_find_model (catalogue, model_keys[i]);

      if (model != NULL)
        td_compare_list_add (self->compare, model);
    }
  gtk_widget_activate_action (GTK_WIDGET (self), "market.compare", NULL);
}
