/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-budget-group.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/td-window.h"
#include "app/wallet/td-budget-dialog.h"
#include "app/wallet/td-wallet-text.h"

struct _TdBudgetGroup
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine; /* (owned) (nullable): NULL until set and once disposed */
  GPtrArray *rows;  /* (owned) (element-type GtkWidget) */
};

G_DEFINE_FINAL_TYPE (TdBudgetGroup, td_budget_group, ADW_TYPE_PREFERENCES_GROUP)

/**
 * td_budget_group_dup_subject_name:
 * @engine: the engine
 * @budget: a budget
 *
 * Returns: (transfer full) (nullable): the name of what it is for; %NULL for everything
 */
char *
td_budget_group_dup_subject_name (TdEngine       *engine,
                                  const TdBudget *budget)
{
  if (budget->scope == TD_BUDGET_ALL)
    return NULL;
  if (budget->scope == TD_BUDGET_PROVIDER)
    {
      const TdEndpoint *endpoint =
        td_endpoint_list_find (td_engine_get_endpoints (engine), budget->subject);

      return g_strdup (endpoint ? endpoint->name : budget->subject);
    }
  if (budget->scope == TD_BUDGET_MODEL)
    {
      TdModel *model = td_catalogue_find_model (
        td_market_get_catalogue (td_engine_get_market (engine)), budget->subject);

      return g_strdup (model ? td_model_get_name (model) : budget->subject);
    }
  return g_strdup (budget->subject);
}

static const TdBudget *
find_budget (TdBudgetGroup *self,
             gint64         id)
{
  GPtrArray *budgets = td_wallet_get_budgets (td_engine_get_wallet (self->engine));

  for (guint i = 0; i < budgets->len; i++)
    {
      const TdBudget *budget = g_ptr_array_index (budgets, i);

      if (budget->id == id)
        return budget;
    }
  return NULL;
}

static void
removed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (TdBudgetGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  TdWindow *window = td_window_find (GTK_WIDGET (self));

  if (!td_wallet_change_finish (TD_WALLET (source), result, &error) && window != NULL)
    {
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      td_window_say (window, sentences);
    }
}

static void
remove_budget_cb (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  TdBudgetGroup *self = TD_BUDGET_GROUP (widget);

  if (self->engine != NULL)
    td_wallet_remove_budget_async (td_engine_get_wallet (self->engine),
                                   g_variant_get_int64 (parameter), removed_cb,
                                   g_object_ref (self));
}

static void
edit_budget_cb (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  TdBudgetGroup *self = TD_BUDGET_GROUP (widget);
  const TdBudget *budget =
    self->engine != NULL ? find_budget (self, g_variant_get_int64 (parameter)) : NULL;

  if (budget != NULL)
    adw_dialog_present (td_budget_dialog_new (self->engine, budget), widget);
}

static void
add_budget_cb (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  TdBudgetGroup *self = TD_BUDGET_GROUP (widget);

  if (self->engine != NULL)
    adw_dialog_present (td_budget_dialog_new (self->engine, NULL), widget);
}

/* ---- rows ---- */

static GtkWidget *
create_bar (const TdBudget *budget)
{
  double share = budget->amount > 0
                   ? MIN ((double) budget->used / (double) budget->amount, 1.0)
                   : 1.0;
  GtkWidget *bar = gtk_level_bar_new_for_interval (0, 1);

  /* The colours say what the words in the row say too. */
  gtk_level_bar_add_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_LOW, 0.0);
  gtk_level_bar_add_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_HIGH, 0.8);
  gtk_level_bar_add_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_FULL, 1.0);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar), share);
  gtk_widget_set_size_request (bar, 72, -1);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (bar, "budget");
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Used"),
                                  -1);
  return bar;
}

static GtkWidget *
create_button (const char *icon_name,
               const char *tooltip,
               const char *action,
               gint64      id)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static void
add_row (TdBudgetGroup  *self,
         const TdBudget *budget)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *name = td_budget_group_dup_subject_name (self->engine, budget);
  g_autofree char *title = td_wallet_text_budget_title (budget, name);
  g_autofree char *details = td_wallet_text_budget_details (budget);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), details);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), create_bar (budget));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             create_button ("document-edit-symbolic", _("Change Budget"),
                                            "budgets.edit", budget->id));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             create_button ("user-trash-symbolic", _("Remove Budget"),
                                            "budgets.remove", budget->id));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
update (TdBudgetGroup *self)
{
  GPtrArray *budgets = td_wallet_get_budgets (td_engine_get_wallet (self->engine));

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self),
                                  g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < budgets->len; i++)
    add_row (self, g_ptr_array_index (budgets, i));
}

static void
td_budget_group_dispose (GObject *object)
{
  g_clear_object (&TD_BUDGET_GROUP (object)->engine);

  G_OBJECT_CLASS (td_budget_group_parent_class)->dispose (object);
}

static void
td_budget_group_finalize (GObject *object)
{
  g_ptr_array_unref (TD_BUDGET_GROUP (object)->rows);

  G_OBJECT_CLASS (td_budget_group_parent_class)->finalize (object);
}

static void
td_budget_group_class_init (TdBudgetGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_budget_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_budget_group_finalize;

  gtk_widget_class_install_action (widget_class, "budgets.add", NULL, add_budget_cb);
  gtk_widget_class_install_action (widget_class, "budgets.edit", "x", edit_budget_cb);
  gtk_widget_class_install_action (widget_class, "budgets.remove", "x", remove_budget_cb);
}

static void
td_budget_group_init (TdBudgetGroup *self)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Add Budget"));

  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Budgets"));
  adw_preferences_group_set_description (
    ADW_PREFERENCES_GROUP (self),
    _("The most that may be spent in a period. What could cross a budget is refused."));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "budgets.add");
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self), button);
}

/**
 * td_budget_group_set_engine:
 * @self: the group, once
 * @engine: the engine
 *
 * Shows the budgets of its wallet.
 */
void
td_budget_group_set_engine (TdBudgetGroup *self,
                            TdEngine      *engine)
{
  g_return_if_fail (TD_IS_BUDGET_GROUP (self));
  g_return_if_fail (self->engine == NULL);
  g_return_if_fail (TD_IS_ENGINE (engine));

  self->engine = g_object_ref (engine);
  g_signal_connect_object (td_engine_get_wallet (engine), "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}
