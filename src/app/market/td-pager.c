/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-pager.h"

#include <glib/gi18n.h>

struct _TdPager
{
  GtkBox parent_instance;

  gboolean compact;
  guint page_size;

  GtkLabel *position;
  GtkMenuButton *size_button;
};

enum
{
  PROP_0,
  PROP_COMPACT,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TdPager, td_pager, GTK_TYPE_BOX)

static void
update_size_label (TdPager *self)
{
  /* Translators: how many models are shown on a page; the button that changes it */
  g_autofree char *label =
    g_strdup_printf (self->compact ? "%u" : _("%u per page"), self->page_size);

  gtk_menu_button_set_label (self->size_button, label);
}

static void
td_pager_get_property (GObject    *object,
                       guint       property_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_COMPACT:
      g_value_set_boolean (value, TD_PAGER (object)->compact);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
td_pager_set_property (GObject      *object,
                       guint         property_id,
                       const GValue *value,
                       GParamSpec   *pspec)
{
  TdPager *self = TD_PAGER (object);

  switch (property_id)
    {
    case PROP_COMPACT:
      if (self->compact == g_value_get_boolean (value))
        return;
      self->compact = !self->compact;
      update_size_label (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
td_pager_class_init (TdPagerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = td_pager_get_property;
  object_class->set_property = td_pager_set_property;

  /**
   * TdPager:compact:
   *
   * Whether to save width.
   */
  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                     G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-pager.ui");
  gtk_widget_class_bind_template_child (widget_class, TdPager, position);
  gtk_widget_class_bind_template_child (widget_class, TdPager, size_button);
}

static void
td_pager_init (TdPager *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_pager_show:
 * @self: the pager
 * @page: the page shown, from 0
 * @n_pages: how many there are, at least 1
 * @page_size: how many models make a page
 *
 * Shows where the user is.
 */
void
td_pager_show (TdPager *self,
               guint    page,
               guint    n_pages,
               guint    page_size)
{
  g_autofree char *position = NULL;

  g_return_if_fail (TD_IS_PAGER (self));

  /* Translators: the page shown and the number of pages */
  position = g_strdup_printf (_("Page %u of %u"), page + 1, n_pages);
  gtk_label_set_label (self->position, position);
  self->page_size = page_size;
  update_size_label (self);
}
