/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-browse-page.h"

struct _TdBrowsePage
{
  AdwNavigationPage parent_instance;

  GtkSearchEntry *search_entry;
};

G_DEFINE_FINAL_TYPE (TdBrowsePage, td_browse_page, ADW_TYPE_NAVIGATION_PAGE)

static void
td_browse_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), TD_TYPE_BROWSE_PAGE);

  G_OBJECT_CLASS (td_browse_page_parent_class)->dispose (object);
}

static void
td_browse_page_class_init (TdBrowsePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_browse_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/dev/topdog/Marketplace/ui/td-browse-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdBrowsePage, search_entry);
}

static void
td_browse_page_init (TdBrowsePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_browse_page_focus_search:
 * @self: the page
 *
 * Puts the cursor into the search.
 */
void
td_browse_page_focus_search (TdBrowsePage *self)
{
  g_return_if_fail (TD_IS_BROWSE_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
