/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalogue/td-model.h"

/*
 * The facts never change, so a model may be made on one thread and read on others. Favourite
 * and uses belong to the main thread.
 */
struct _TdModel
{
  GObject parent_instance;

  TdModelFacts *facts; /* (owned) */
  TdRating *rating;    /* (owned) (nullable) */

  gboolean favourite;
  guint64 uses;
};

G_DEFINE_FINAL_TYPE (TdModel, td_model, G_TYPE_OBJECT)

enum
{
  PROP_FAVOURITE = 1,
  PROP_USES,
  PROP_NAME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
td_model_get_property (GObject    *object,
                       guint       property_id,
                       GValue     *value,
                       GParamSpec *pspec)
{
  TdModel *self = TD_MODEL (object);

  switch (property_id)
    {
    case PROP_FAVOURITE:
      g_value_set_boolean (value, self->favourite);
      break;
    case PROP_USES:
      g_value_set_uint64 (value, self->uses);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->facts->name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
td_model_set_property (GObject      *object,
                       guint         property_id,
                       const GValue *value,
                       GParamSpec   *pspec)
{
  TdModel *self = TD_MODEL (object);

  switch (property_id)
    {
    case PROP_FAVOURITE:
      td_model_set_favourite (self, g_value_get_boolean (value));
      break;
    case PROP_USES:
      td_model_set_uses (self, g_value_get_uint64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
td_model_finalize (GObject *object)
{
  TdModel *self = TD_MODEL (object);

  g_clear_pointer (&self->facts, td_model_facts_free);
  g_clear_pointer (&self->rating, td_rating_free);

  G_OBJECT_CLASS (td_model_parent_class)->finalize (object);
}

static void
td_model_class_init (TdModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = td_model_get_property;
  object_class->set_property = td_model_set_property;
  object_class->finalize = td_model_finalize;

  properties[PROP_FAVOURITE] =
    g_param_spec_boolean ("favourite", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_USES] =
    g_param_spec_uint64 ("uses", NULL, NULL, 0, G_MAXUINT64, 0,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
td_model_init (TdModel *self)
{
}

/**
 * td_model_new:
 * @facts: (transfer full): what is known; key, provider, id and name are set
 * @rating: (nullable) (transfer none): the rating; %NULL when it is not rated
 *
 * Returns: (transfer full): a model
 */
TdModel *
td_model_new (TdModelFacts   *facts,
              const TdRating *rating)
{
  TdModel *self;

  g_return_val_if_fail (facts != NULL && facts->key != NULL && facts->provider_id != NULL, NULL);
  g_return_val_if_fail (facts->id != NULL && facts->name != NULL, NULL);

  self = g_object_new (TD_TYPE_MODEL, NULL);
  self->facts = facts;
  self->rating = td_rating_copy (rating);
  return self;
}

/**
 * td_model_get_facts:
 * @self: a model
 *
 * Returns: (transfer none): what is known about it, for as long as @self lives
 */
const TdModelFacts *
td_model_get_facts (TdModel *self)
{
  g_return_val_if_fail (TD_IS_MODEL (self), NULL);

  return self->facts;
}

/**
 * td_model_get_rating:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): its rating; %NULL when it is not rated
 */
const TdRating *
td_model_get_rating (TdModel *self)
{
  g_return_val_if_fail (TD_IS_MODEL (self), NULL);

  return self->rating;
}

/**
 * td_model_get_key:
 * @self: a model
 *
 * Returns: (transfer none): "provider:id", unique in the catalogue
 */
const char *
td_model_get_key (TdModel *self)
{
  g_return_val_if_fail (TD_IS_MODEL (self), NULL);

  return self->facts->key;
}

/**
 * td_model_get_name:
 * @self: a model
 *
 * Returns: (transfer none): the name to show
 */
const char *
td_model_get_name (TdModel *self)
{
  g_return_val_if_fail (TD_IS_MODEL (self), NULL);

  return self->facts->name;
}

/**
 * td_model_get_favourite:
 * @self: a model
 *
 * Returns: whether this user marked it
 */
gboolean
td_model_get_favourite (TdModel *self)
{
  g_return_val_if_fail (TD_IS_MODEL (self), FALSE);

  return self->favourite;
}

/**
 * td_model_set_favourite:
 * @self: a model
 * @favourite: whether it is marked
 *
 * For the #TdMarket, which also stores it.
 */
void
td_model_set_favourite (TdModel  *self,
                        gboolean  favourite)
{
  g_return_if_fail (TD_IS_MODEL (self));

  favourite = !!favourite;
  if (self->favourite == favourite)
    return;
  self->favourite = favourite;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAVOURITE]);
}

/**
 * td_model_get_uses:
 * @self: a model
 *
 * Returns: how often this user used it
 */
guint64
td_model_get_uses (TdModel *self)
{
  g_return_val_if_fail (TD_IS_MODEL (self), 0);

  return self->uses;
}

/**
 * td_model_set_uses:
 * @self: a model
 * @uses: how often it was used
 *
 * For the #TdMarket, which also stores it.
 */
void
td_model_set_uses (TdModel *self,
                   guint64  uses)
{
  g_return_if_fail (TD_IS_MODEL (self));

  if (self->uses == uses)
    return;
  self->uses = uses;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USES]);
}
