/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-requests-page.h"

#include "app/td-application.h"
#include "engine/td-router.h"

struct _TdRequestsPage
{
  AdwPreferencesPage parent_instance;

  AdwComboRow *order_row;
  GtkWidget *own_order_row;
  AdwSpinRow *connect_row;
  AdwSpinRow *first_byte_row;
  AdwSpinRow *idle_row;
  AdwSpinRow *total_row;
};

G_DEFINE_FINAL_TYPE (TdRequestsPage, td_requests_page, ADW_TYPE_PREFERENCES_PAGE)

enum
{
  SIGNAL_OWN_ORDER_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The rows stand for the orders, one for one. */
static gboolean
order_to_position (GValue   *value,
                   GVariant *variant,
                   gpointer  user_data)
{
  TdRouteOrder order = TD_ROUTE_CHOSEN;

  td_route_order_from_string (g_variant_get_string (variant, NULL), &order);
  g_value_set_uint (value, order);
  return TRUE;
}

static GVariant *
position_to_order (const GValue       *value,
                   const GVariantType *type,
                   gpointer            user_data)
{
  guint position = g_value_get_uint (value);

  return position <= TD_ROUTE_OWN
           ? g_variant_new_string (td_route_order_to_string ((TdRouteOrder) position))
           : NULL;
}

static gboolean
is_own_order (GBinding     *binding,
              const GValue *from,
              GValue       *to,
              gpointer      user_data)
{
  g_value_set_boolean (to, g_value_get_uint (from) == TD_ROUTE_OWN);
  return TRUE;
}

static void
own_order_activated_cb (TdRequestsPage *self)
{
  g_signal_emit (self, signals[SIGNAL_OWN_ORDER_ACTIVATED], 0);
}

static void
td_requests_page_class_init (TdRequestsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  /**
   * TdRequestsPage::own-order-activated:
   *
   * The user wants to see the order of the providers.
   */
  signals[SIGNAL_OWN_ORDER_ACTIVATED] =
    g_signal_new ("own-order-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                  NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-requests-page.ui");
  gtk_widget_class_bind_template_child (widget_class, TdRequestsPage, order_row);
  gtk_widget_class_bind_template_child (widget_class, TdRequestsPage, own_order_row);
  gtk_widget_class_bind_template_child (widget_class, TdRequestsPage, connect_row);
  gtk_widget_class_bind_template_child (widget_class, TdRequestsPage, first_byte_row);
  gtk_widget_class_bind_template_child (widget_class, TdRequestsPage, idle_row);
  gtk_widget_class_bind_template_child (widget_class, TdRequestsPage, total_row);
  gtk_widget_class_bind_template_callback (widget_class, own_order_activated_cb);
}

static void
td_requests_page_init (TdRequestsPage *self)
{
  GSettings *settings = td_application_get_settings (td_application_get_default ());

  gtk_widget_init_template (GTK_WIDGET (self));
  g_settings_bind_with_mapping (settings, "routing-order", self->order_row, "selected",
                                G_SETTINGS_BIND_DEFAULT, order_to_position, position_to_order, NULL,
                                NULL);
  g_object_bind_property_full (self->order_row, "selected", self->own_order_row, "visible",
                               G_BINDING_SYNC_CREATE, is_own_order, NULL, NULL, NULL);
  g_settings_bind (settings, "connect-timeout", self->connect_row, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "first-byte-timeout", self->first_byte_row, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "idle-timeout", self->idle_row, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "total-timeout", self->total_row, "value", G_SETTINGS_BIND_DEFAULT);
}

/**
 * td_requests_page_new:
 *
 * Returns: (transfer floating): the page
 */
AdwPreferencesPage *
td_requests_page_new (void)
{
  return g_object_new (TD_TYPE_REQUESTS_PAGE, NULL);
}
