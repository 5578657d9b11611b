/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-market-page.h"

#include "app/market/td-browse-page.h"

struct _TdMarketPage
{
  AdwNavigationPage parent_instance;

  TdEngine *engine; /* (owned) (nullable): NULL until it has started */

  AdwNavigationView *view;
  TdBrowsePage *browse_page;
};

G_DEFINE_FINAL_TYPE (TdMarketPage, td_market_page, ADW_TYPE_NAVIGATION_PAGE)

static void
td_market_page_dispose (GObject *object)
{
  TdMarketPage *self = TD_MARKET_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), TD_TYPE_MARKET_PAGE);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_market_page_parent_class)->dispose (object);
}

static void
td_market_page_class_init (TdMarketPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_market_page_dispose;

  g_type_ensure (TD_TYPE_BROWSE_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/topdog/Marketplace/ui/td-market-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdMarketPage, view);
  gtk_widget_class_bind_template_child (widget_class, TdMarketPage, browse_page);
}

static void
td_market_page_init (TdMarketPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
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

  g_set_object (&self->engine, engine);
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
  g_return_if_fail (TD_IS_MARKET_PAGE (self));
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
