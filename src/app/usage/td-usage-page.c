/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/usage/td-usage-page.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/td-format.h"
#include "app/td-window.h"
#include "app/usage/td-usage-chart.h"
#include "app/usage/td-usage-group.h"
#include "app/usage/td-usage-text.h"
#include "app/usage/td-what-if-group.h"
#include "base/td-clock.h"

/* How long the page waits for more replies before it is read again. */
#define PAUSE_MS 500

struct _TdUsagePage
{
  AdwNavigationPage parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL once disposed */
  TdUsageReport *report;     /* (owned) (nullable): NULL until it was read */
  GCancellable *cancellable; /* (owned) (nullable): of what is being read */
  guint reload_id;           /* 0: nothing new was heard of */

  GtkStack *stack;
  GtkDropDown *range;
  AdwToggleGroup *kind;
  GtkLabel *spent;
  GtkLabel *spent_details;
  GtkLabel *month;
  GtkLabel *forecast;
  GtkLabel *tokens;
  GtkLabel *tokens_details;
  TdUsageChart *chart;
  GtkLabel *chosen;
  GtkWidget *legend;
  GtkGrid *table;
  TdUsageGroup *providers;
  TdUsageGroup *models;
  TdUsageGroup *clients;
  TdWhatIfGroup *what_if;
};

G_DEFINE_FINAL_TYPE (TdUsagePage, td_usage_page, ADW_TYPE_NAVIGATION_PAGE)

static gboolean
is_of_tokens (TdUsagePage *self)
{
  return g_strcmp0 (adw_toggle_group_get_active_name (self->kind), "tokens") == 0;
}

/* ---- the table of days ------------------------------------------------------------------------- */

static void
add_cell (TdUsagePage *self,
          const char  *text,
          const char  *style,
          int          column,
          int          row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_widget_set_hexpand (label, column == 0);
  gtk_widget_add_css_class (label, style);
  gtk_grid_attach (self->table, label, column, row, 1, 1);
}

/* The newest day first; days on which nothing was used are left out. */
static void
fill_table (TdUsagePage *self)
{
  static const char *const titles[] = { N_("Day"), N_("Spent"), N_("Tokens In"),
                                        N_("Tokens Out") };
  GPtrArray *days = self->report->lines[TD_USAGE_BY_DAY];
  GtkWidget *child;
  int row = 1;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->table))) != NULL)
    gtk_grid_remove (self->table, child);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    add_cell (self, _(titles[i]), "heading", (int) i, 0);
  for (guint i = days->len; i > 0; i--)
    {
      const TdUsageLine *line = g_ptr_array_index (days, i - 1);
      g_autofree char *day = td_usage_text_day (line);
      g_autofree char *spent = td_usage_text_spent (line);
      g_autofree char *input = td_format_count (line->input);
      g_autofree char *output = td_format_count (line->output);

      if (line->n_replies == 0)
        continue;
      add_cell (self, day, "numeric", 0, row);
      add_cell (self, spent, "numeric", 1, row);
      add_cell (self, input, "numeric", 2, row);
      add_cell (self, output, "numeric", 3, row++);
    }
}

/* ---- what is shown ----------------------------------------------------------------------------- */

static void
update_chosen (TdUsagePage *self)
{
  int day = td_usage_chart_get_chosen (self->chart);
  g_autofree char *text = NULL;

  if (self->report == NULL)
    return;
  if (day >= 0 && day < (int) self->report->lines[TD_USAGE_BY_DAY]->len)
    text = td_usage_text_about_day (g_ptr_array_index (self->report->lines[TD_USAGE_BY_DAY], day));
  else
    text = td_usage_text_chart (self->report->lines[TD_USAGE_BY_DAY], is_of_tokens (self));
  gtk_label_set_label (self->chosen, text);
}

static void
show_figures (TdUsagePage *self)
{
  const TdUsageLine *total = self->report->total;
  g_autofree char *spent = td_usage_text_spent (total);
  g_autofree char *replies = td_usage_text_replies (total);
  g_autofree char *month = td_money_format (self->report->month);
  g_autofree char *forecast = self->report->forecast == TD_MONEY_UNKNOWN
                                ? g_strdup (_("Too early to tell"))
                                : td_money_format (self->report->forecast);
  g_autofree char *all = td_usage_text_count (total->input + total->output);
  g_autofree char *tokens = td_usage_text_tokens (total);

  gtk_label_set_label (self->spent, spent);
  gtk_label_set_label (self->spent_details, replies);
  gtk_label_set_label (self->month, month);
  gtk_label_set_label (self->forecast, forecast);
  gtk_label_set_label (self->tokens, all);
  gtk_label_set_label (self->tokens_details, tokens);
}

static void
update (TdUsagePage *self)
{
  gboolean of_tokens = is_of_tokens (self);
  GPtrArray **lines;

  if (self->report == NULL || self->engine == NULL)
    return;
  lines = self->report->lines;
  gtk_stack_set_visible_child_name (self->stack,
                                    self->report->total->n_replies > 0 ? "charts" : "empty");
  show_figures (self);
  td_usage_chart_show (self->chart, lines[TD_USAGE_BY_DAY], of_tokens);
  gtk_widget_set_visible (self->legend, of_tokens);
  fill_table (self);
  td_usage_group_show (self->providers, self->engine, TD_USAGE_BY_PROVIDER,
                       lines[TD_USAGE_BY_PROVIDER], of_tokens);
  td_usage_group_show (self->models, self->engine, TD_USAGE_BY_MODEL, lines[TD_USAGE_BY_MODEL],
                       of_tokens);
  td_usage_group_show (self->clients, self->engine, TD_USAGE_BY_CLIENT, lines[TD_USAGE_BY_CLIENT],
                       of_tokens);
}

/* ---- reading ----------------------------------------------------------------------------------- */

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdUsagePage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdUsageReport) report =
    td_usage_report_load_finish (TD_DATABASE (source), result, &error);

  if (self->engine == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (report == NULL)
    {
      TdWindow *window = td_window_find (GTK_WIDGET (self));
      g_autofree char *sentences = td_app_error_dup_sentences (error);

      if (window != NULL)
        td_window_say (window, sentences);
      return;
    }
  g_clear_pointer (&self->report, td_usage_report_free);
  self->report = g_steal_pointer (&report);
  update (self);
  td_what_if_group_set_days (self->what_if, self->report->first_day, self->report->last_day);
}

static gint64
get_first_day (TdUsagePage *self,
               gint64       today)
{
  switch (gtk_drop_down_get_selected (self->range))
    {
    case 0:
      return td_budget_first_day (TD_BUDGET_MONTH, today);
    case 2:
      return td_usage_move_day (today, -89);
    default:
      return td_usage_move_day (today, -29);
    }
}

static void
reload (TdUsagePage *self)
{
  gint64 today = td_budget_day_of (td_clock_now_us ());

  if (self->engine == NULL)
    return;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  td_usage_report_load_async (td_engine_get_database (self->engine),
                              td_wallet_get_id (td_engine_get_wallet (self->engine)),
                              get_first_day (self, today), today, self->cancellable, loaded_cb,
                              g_object_ref (self));
}

static gboolean
reload_cb (gpointer user_data)
{
  TdUsagePage *self = TD_USAGE_PAGE (user_data);

  self->reload_id = 0;
  reload (self);
  return G_SOURCE_REMOVE;
}

static void
wallet_changed_cb (TdUsagePage *self)
{
  if (self->reload_id == 0)
    self->reload_id = g_timeout_add (PAUSE_MS, reload_cb, self);
}

/* ---- the object -------------------------------------------------------------------------------- */

static void
td_usage_page_dispose (GObject *object)
{
  TdUsagePage *self = TD_USAGE_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->reload_id, g_source_remove);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_usage_page_parent_class)->dispose (object);
}

static void
td_usage_page_finalize (GObject *object)
{
  g_clear_pointer (&TD_USAGE_PAGE (object)->report, td_usage_report_free);

  G_OBJECT_CLASS (td_usage_page_parent_class)->finalize (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, stack);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, range);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, kind);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, spent);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, spent_details);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, month);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, forecast);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, tokens);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, tokens_details);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, chart);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, chosen);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, legend);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, table);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, providers);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, models);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, clients);
  gtk_widget_class_bind_template_child (widget_class, TdUsagePage, what_if);
}

static void
td_usage_page_class_init (TdUsagePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = td_usage_page_dispose;
  object_class->finalize = td_usage_page_finalize;

  g_type_ensure (TD_TYPE_USAGE_CHART);
  g_type_ensure (TD_TYPE_USAGE_GROUP);
  g_type_ensure (TD_TYPE_WHAT_IF_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-usage-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, reload);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, update_chosen);
}

static void
td_usage_page_init (TdUsagePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * td_usage_page_new:
 * @engine: the engine
 *
 * Returns: (transfer floating): the page of its wallet's use
 */
AdwNavigationPage *
td_usage_page_new (TdEngine *engine)
{
  TdUsagePage *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_USAGE_PAGE, NULL);
  self->engine = g_object_ref (engine);
  td_what_if_group_set_engine (self->what_if, engine);
  g_signal_connect_object (td_engine_get_wallet (engine), "changed", G_CALLBACK (wallet_changed_cb),
                           self, G_CONNECT_SWAPPED);
  reload (self);
  return ADW_NAVIGATION_PAGE (self);
}
