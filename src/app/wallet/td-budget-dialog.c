/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-budget-dialog.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/wallet/td-wallet-text.h"

struct _TdBudgetDialog
{
  AdwDialog parent_instance;

  TdEngine *engine;    /* (owned) (nullable): NULL once disposed */
  GPtrArray *subjects; /* (owned) (element-type utf8): provider ids, by row less one */
  TdBudget *budget;    /* (owned) (nullable): what is changed; its subject stays */

  AdwComboRow *period_row;
  AdwComboRow *subject_row;
  AdwEntryRow *amount_row;
  GtkWidget *set_button;
  GtkLabel *trouble;
};

G_DEFINE_FINAL_TYPE (TdBudgetDialog, td_budget_dialog, ADW_TYPE_DIALOG)

static void
show_trouble (TdBudgetDialog *self,
              const char     *sentences)
{
  gtk_label_set_text (self->trouble, sentences ? sentences : "");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), sentences != NULL);
  if (sentences != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self->trouble), sentences,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
update (TdBudgetDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->amount_row));
  TdMoney amount;
  gboolean is_amount = td_wallet_text_parse (text, &amount);

  gtk_widget_set_sensitive (self->set_button, is_amount);
  show_trouble (self, is_amount || text[0] == '\0'
                        ? NULL
                        : _("Enter dollars, such as 20 or 7.50, and at most a million."));
}

static TdBudget *
build_budget (TdBudgetDialog *self,
              TdMoney         amount)
{
  guint position = adw_combo_row_get_selected (self->subject_row);
  TdBudgetPeriod period = (TdBudgetPeriod) adw_combo_row_get_selected (self->period_row);

  if (self->budget != NULL)
    return td_budget_new (self->budget->period, self->budget->scope, self->budget->subject, amount);
  if (position == 0 || position > self->subjects->len)
    return td_budget_new (period, TD_BUDGET_ALL, NULL, amount);
  return td_budget_new (period, TD_BUDGET_PROVIDER,
                        g_ptr_array_index (self->subjects, position - 1), amount);
}

static void
set_cb (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (TdBudgetDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentences = NULL;

  if (td_wallet_change_finish (TD_WALLET (source), result, &error))
    {
      if (self->engine != NULL)
        adw_dialog_close (ADW_DIALOG (self));
      return;
    }
  if (self->engine == NULL)
    return;
  sentences = td_app_error_dup_sentences (error);
  update (self);
  show_trouble (self, sentences);
}

static void
set_budget (TdBudgetDialog *self)
{
  g_autoptr (TdBudget) budget = NULL;
  TdMoney amount;

  if (!td_wallet_text_parse (gtk_editable_get_text (GTK_EDITABLE (self->amount_row)), &amount))
    return;
  gtk_widget_set_sensitive (self->set_button, FALSE);
  budget = build_budget (self, amount);
  td_wallet_set_budget_async (td_engine_get_wallet (self->engine), budget, set_cb,
                              g_object_ref (self));
}

static void
td_budget_dialog_dispose (GObject *object)
{
  g_clear_object (&TD_BUDGET_DIALOG (object)->engine);

  G_OBJECT_CLASS (td_budget_dialog_parent_class)->dispose (object);
}

static void
td_budget_dialog_finalize (GObject *object)
{
  TdBudgetDialog *self = TD_BUDGET_DIALOG (object);

  g_ptr_array_unref (self->subjects);
  td_budget_free (self->budget);

  G_OBJECT_CLASS (td_budget_dialog_parent_class)->finalize (object);
}

static void
td_budget_dialog_class_init (TdBudgetDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_budget_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_budget_dialog_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-budget-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, TdBudgetDialog, period_row);
  gtk_widget_class_bind_template_child (widget_class, TdBudgetDialog, subject_row);
  gtk_widget_class_bind_template_child (widget_class, TdBudgetDialog, amount_row);
  gtk_widget_class_bind_template_child (widget_class, TdBudgetDialog, set_button);
  gtk_widget_class_bind_template_child (widget_class, TdBudgetDialog, trouble);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, set_budget);
}

static void
td_budget_dialog_init (TdBudgetDialog *self)
{
  self->subjects = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  update (self);
}

/* Providers that can be spent at: those that are switched on. */
static void
fill_subjects (TdBudgetDialog *self)
{
  g_autoptr (GPtrArray) endpoints =
    td_endpoint_list_dup_all (td_engine_get_endpoints (self->engine));
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  gtk_string_list_append (names, _("Everything"));
  for (guint i = 0; i < endpoints->len; i++)
    {
      const TdEndpoint *endpoint = g_ptr_array_index (endpoints, i);

      if (!endpoint->enabled)
        continue;
      gtk_string_list_append (names, endpoint->name);
      g_ptr_array_add (self->subjects, g_strdup (endpoint->provider_id));
    }
  adw_combo_row_set_model (self->subject_row, G_LIST_MODEL (names));
}

/**
 * td_budget_dialog_new:
 * @engine: the engine
 * @budget: (nullable): a budget whose amount is to be changed
 *
 * Returns: (transfer floating): the dialog
 */
AdwDialog *
td_budget_dialog_new (TdEngine       *engine,
                      const TdBudget *budget)
{
  TdBudgetDialog *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_BUDGET_DIALOG, NULL);
  self->engine = g_object_ref (engine);
  fill_subjects (self);
  gtk_widget_set_visible (GTK_WIDGET (self->period_row), budget == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->subject_row), budget == NULL);
  if (budget != NULL)
    {
      g_autofree char *amount = td_money_to_decimal (budget->amount);

      self->budget = td_budget_copy (budget);
      gtk_editable_set_text (GTK_EDITABLE (self->amount_row), amount);
    }
  return ADW_DIALOG (self);
}
