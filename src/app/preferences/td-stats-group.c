/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/preferences/td-stats-group.h"

#include <glib/gi18n.h>

#include "app/preferences/td-stats-text.h"
#include "engine/td-request-log.h"

#define DAYS       30
#define MAX_MODELS 20

struct _TdStatsGroup
{
  AdwPreferencesGroup parent_instance;

  TdEngine *engine;          /* (owned) (nullable): NULL until set and once disposed */
  char *provider_id;         /* (owned) */
  GCancellable *cancellable; /* (owned) */

  AdwExpanderRow *summary;
  GPtrArray *rows;           /* (element-type GtkWidget): one a model */
};

G_DEFINE_FINAL_TYPE (TdStatsGroup, td_stats_group, ADW_TYPE_PREFERENCES_GROUP)

static void
show_summary (TdStatsGroup *self,
              GPtrArray    *all)
{
  const TdRequestStats *stats = all->len > 0 ? g_ptr_array_index (all, 0) : NULL;
  g_autofree char *title = NULL;
  g_autofree char *details = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), stats != NULL);
  if (!stats)
    return;
  title = td_stats_text_build_title (stats);
  details = td_stats_text_build_details (stats);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->summary), title);
  adw_expander_row_set_subtitle (self->summary, details);
}

static void
summarised_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (TdStatsGroup) self = user_data;
  g_autoptr (GPtrArray) all =
    td_request_log_summarise_finish (TD_REQUEST_LOG (source), result, NULL);

  if (self->engine != NULL && all != NULL)
    show_summary (self, all);
}

static int
compare_requests (gconstpointer a,
                  gconstpointer b)
{
  const TdRequestStats *x = *(TdRequestStats *const *) a;
  const TdRequestStats *y = *(TdRequestStats *const *) b;

  return (x->n_requests < y->n_requests) - (x->n_requests > y->n_requests);
}

static void
add_model_row (TdStatsGroup         *self,
               const TdRequestStats *stats)
{
  TdCatalogue *catalogue = td_market_get_catalogue (td_engine_get_market (self->engine));
  TdModel *model = td_catalogue_find_model (catalogue, stats->key);
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = td_stats_text_build_title (stats);
  g_autofree char *details = td_stats_text_build_details (stats);
  g_autofree char *subtitle =
    *details != '\0' ? g_strconcat (title, "\n", details, NULL) : g_strdup (title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 model ? td_model_get_name (model) : stats->key);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  g_ptr_array_add (self->rows, row);
  adw_expander_row_add_row (self->summary, row);
}

static void
by_model_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (TdStatsGroup) self = user_data;
  g_autoptr (GPtrArray) all =
    td_request_log_summarise_finish (TD_REQUEST_LOG (source), result, NULL);

  if (self->engine == NULL || all == NULL)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_expander_row_remove (self->summary, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_sort (all, compare_requests);
  for (guint i = 0; i < MIN (all->len, MAX_MODELS); i++)
    add_model_row (self, g_ptr_array_index (all, i));
}

static void
load (TdStatsGroup *self)
{
  TdRequestLog *log = td_engine_get_request_log (self->engine);

  td_request_log_summarise_async (log, TD_REQUEST_BY_PROVIDER, DAYS, self->provider_id,
                                  self->cancellable, summarised_cb, g_object_ref (self));
  td_request_log_summarise_async (log, TD_REQUEST_BY_MODEL, DAYS, self->provider_id,
                                  self->cancellable, by_model_cb, g_object_ref (self));
}

static void
td_stats_group_dispose (GObject *object)
{
  TdStatsGroup *self = TD_STATS_GROUP (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_stats_group_parent_class)->dispose (object);
}

static void
td_stats_group_finalize (GObject *object)
{
  TdStatsGroup *self = TD_STATS_GROUP (object);

  g_free (self->provider_id);
  g_ptr_array_unref (self->rows);

  G_OBJECT_CLASS (td_stats_group_parent_class)->finalize (object);
}

static void
td_stats_group_class_init (TdStatsGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = td_stats_group_dispose;
  object_class->finalize = td_stats_group_finalize;

  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               "/dev/topdog/Marketplace/ui/td-stats-group.ui");
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (klass), TdStatsGroup, summary);
}

static void
td_stats_group_init (TdStatsGroup *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
}

/**
 * td_stats_group_set_provider:
 * @self: the group, once
 * @engine: the engine
 * @provider_id: whose statistics
 *
 * Shows how the provider did.
 */
void
td_stats_group_set_provider (TdStatsGroup *self,
                             TdEngine     *engine,
                             const char   *provider_id)
{
  g_return_if_fail (TD_IS_STATS_GROUP (self));
  g_return_if_fail (self->engine == NULL);
  g_return_if_fail (TD_IS_ENGINE (engine));
  g_return_if_fail (provider_id != NULL);

  self->engine = g_object_ref (engine);
  self->provider_id = g_strdup (provider_id);
  load (self);
}
