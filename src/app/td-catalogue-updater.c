/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/td-catalogue-updater.h"

/* The first look comes well after the first frame; then one an hour, of which the market lets
 * one a day through. */
#define FIRST_SECONDS 10
#define EVERY_SECONDS (60 * 60)

struct _TdCatalogueUpdater
{
  GObject parent_instance;

  TdEngine *engine;            /* (owned) */
  GSettings *settings;         /* (owned) */
  GCancellable *cancellable;   /* (owned) */
  TdCatalogueChanges *changes; /* (owned) (nullable): of the last update that ended */
  GError *error;               /* (owned) (nullable): of the last update that ended */
  guint timer;
  gboolean busy;
  gboolean by_user;            /* somebody waits for the update that runs */
};

enum
{
  PROP_0,
  PROP_BUSY,
  N_PROPS,
};

enum
{
  UPDATED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TdCatalogueUpdater, td_catalogue_updater, G_TYPE_OBJECT)

static void
set_busy (TdCatalogueUpdater *self,
          gboolean            busy)
{
  if (self->busy == busy)
    return;
  self->busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
refreshed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (TdCatalogueUpdater) self = TD_CATALOGUE_UPDATER (user_data);
  gboolean by_user = self->by_user;

  g_clear_pointer (&self->changes, td_catalogue_changes_free);
  g_clear_error (&self->error);
  self->changes = td_market_refresh_finish (TD_MARKET (source), result, &self->error);
  self->by_user = FALSE;
  set_busy (self, FALSE);
  if (g_error_matches (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (self->changes != NULL && !self->changes->up_to_date)
    td_engine_announce (self->engine, "catalogue");
  g_signal_emit (self, signals[UPDATED], 0, by_user);
}

static void
start (TdCatalogueUpdater *self,
       gboolean            force)
{
  set_busy (self, TRUE);
  td_market_refresh_async (td_engine_get_market (self->engine), force, self->cancellable,
                           refreshed_cb, g_object_ref (self));
}

static gboolean
timer_cb (gpointer user_data)
{
  TdCatalogueUpdater *self = user_data;

  self->timer = g_timeout_add_seconds (EVERY_SECONDS, timer_cb, self);
  if (!self->busy && g_settings_get_boolean (self->settings, "refresh-automatically"))
    start (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
td_catalogue_updater_get_property (GObject    *object,
                                   guint       property_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, TD_CATALOGUE_UPDATER (object)->busy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
td_catalogue_updater_dispose (GObject *object)
{
  TdCatalogueUpdater *self = TD_CATALOGUE_UPDATER (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->settings);
  g_clear_object (&self->engine);

  G_OBJECT_CLASS (td_catalogue_updater_parent_class)->dispose (object);
}

static void
td_catalogue_updater_finalize (GObject *object)
{
  TdCatalogueUpdater *self = TD_CATALOGUE_UPDATER (object);

  g_clear_pointer (&self->changes, td_catalogue_changes_free);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (td_catalogue_updater_parent_class)->finalize (object);
}

static void
td_catalogue_updater_class_init (TdCatalogueUpdaterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = td_catalogue_updater_get_property;
  object_class->dispose = td_catalogue_updater_dispose;
  object_class->finalize = td_catalogue_updater_finalize;

  /**
   * TdCatalogueUpdater:busy:
   *
   * Whether an update runs.
   */
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS |
                                                  G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TdCatalogueUpdater::updated:
   * @by_user: whether somebody asked for it
   *
   * An update came to its end.
   */
  signals[UPDATED] = g_signal_new ("updated", TD_TYPE_CATALOGUE_UPDATER, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
td_catalogue_updater_init (TdCatalogueUpdater *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * td_catalogue_updater_new:
 * @engine: the engine
 * @settings: with the key refresh-automatically
 *
 * Returns: (transfer full): an updater that looks for news by itself from now on
 */
TdCatalogueUpdater *
td_catalogue_updater_new (TdEngine  *engine,
                          GSettings *settings)
{
  TdCatalogueUpdater *self;

  g_return_val_if_fail (TD_IS_ENGINE (engine), NULL);

  self = g_object_new (TD_TYPE_CATALOGUE_UPDATER, NULL);
  self->engine = g_object_ref (engine);
  self->settings = g_object_ref (settings);
  self->timer = g_timeout_add_seconds (FIRST_SECONDS, timer_cb, self);
  return self;
}

/**
 * td_catalogue_updater_run:
 * @self: the updater
 *
 * Updates now, because the user asked. When an update runs already, its end is told to the user.
 */
void
td_catalogue_updater_run (TdCatalogueUpdater *self)
{
  g_return_if_fail (TD_IS_CATALOGUE_UPDATER (self));

  self->by_user = TRUE;
  if (!self->busy)
    start (self, TRUE);
}

/**
 * td_catalogue_updater_get_busy:
 * @self: the updater
 *
 * Returns: whether an update runs
 */
gboolean
td_catalogue_updater_get_busy (TdCatalogueUpdater *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE_UPDATER (self), FALSE);

  return self->busy;
}

/**
 * td_catalogue_updater_get_changes:
 * @self: the updater
 *
 * Returns: (transfer none) (nullable): what the last update changed; %NULL when it failed
 */
const TdCatalogueChanges *
td_catalogue_updater_get_changes (TdCatalogueUpdater *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE_UPDATER (self), NULL);

  return self->changes;
}

/**
 * td_catalogue_updater_get_error:
 * @self: the updater
 *
 * Returns: (transfer none) (nullable): why the last update failed; %NULL when it did not
 */
const GError *
td_catalogue_updater_get_error (TdCatalogueUpdater *self)
{
  g_return_val_if_fail (TD_IS_CATALOGUE_UPDATER (self), NULL);

  return self->error;
}
