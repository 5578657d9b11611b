/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "vault/td-api-key.h"

struct _TdApiKey
{
  GObject parent_instance;

  gint64 id;
  char *provider_id;
  char *name;
  char *last_four;
  gint64 created_us;
  gboolean in_use;
  gboolean marketplace;
};

G_DEFINE_FINAL_TYPE (TdApiKey, td_api_key, G_TYPE_OBJECT)

static void
td_api_key_finalize (GObject *object)
{
  TdApiKey *self = TD_API_KEY (object);

  g_free (self->provider_id);
  g_free (self->name);
  g_free (self->last_four);

  G_OBJECT_CLASS (td_api_key_parent_class)->finalize (object);
}

static void
td_api_key_class_init (TdApiKeyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = td_api_key_finalize;
}

static void
td_api_key_init (TdApiKey *self)
{
}

/**
 * td_api_key_new:
 * @id: the key's number, which the user names it by
 * @provider_id: whose key it is
 * @name: what the user calls it
 * @last_four: its last four characters, or "" when it is too short to show any of it
 * @created_us: when it was added, in microseconds since 1970
 * @in_use: whether requests to the provider are made with it
 * @marketplace: whether it is an operator's, who takes a commission, and not the user's own
 *
 * Returns: (transfer full): the key's record
 */
TdApiKey *
td_api_key_new (gint64      id,
                const char *provider_id,
                const char *name,
                const char *last_four,
                gint64      created_us,
                gboolean    in_use,
                gboolean    marketplace)
{
  TdApiKey *self;

  g_return_val_if_fail (provider_id, NULL);
  g_return_val_if_fail (name, NULL);
  g_return_val_if_fail (last_four, NULL);

  self = g_object_new (TD_TYPE_API_KEY, NULL);
  self->id = id;
  self->provider_id = g_strdup (provider_id);
  self->name = g_strdup (name);
  self->last_four = g_strdup (last_four);
  self->created_us = created_us;
  self->in_use = in_use;
  self->marketplace = marketplace;
  return self;
}

/**
 * td_api_key_get_id:
 * @self: a key
 *
 * Returns: its number in the database
 */
gint64
td_api_key_get_id (TdApiKey *self)
{
  g_return_val_if_fail (TD_IS_API_KEY (self), 0);

  return self->id;
}

/**
 * td_api_key_get_provider_id:
 * @self: a key
 *
 * Returns: (transfer none): the provider it is for
 */
const char *
td_api_key_get_provider_id (TdApiKey *self)
{
  g_return_val_if_fail (TD_IS_API_KEY (self), NULL);

  return self->provider_id;
}

/**
 * td_api_key_get_name:
 * @self: a key
 *
 * Returns: (transfer none): what the user calls it
 */
const char *
td_api_key_get_name (TdApiKey *self)
{
  g_return_val_if_fail (TD_IS_API_KEY (self), NULL);

  return self->name;
}

/**
 * td_api_key_get_last_four:
 * @self: a key
 *
 * Returns: (transfer none): its last four characters, all that is ever shown of it
 */
const char *
td_api_key_get_last_four (TdApiKey *self)
{
  g_return_val_if_fail (TD_IS_API_KEY (self), NULL);

  return self->last_four;
}

/**
 * td_api_key_get_created_us:
 * @self: a key
 *
 * Returns: when it was added, in microseconds since 1970
 */
gint64
td_api_key_get_created_us (TdApiKey *self)
{
  g_return_val_if_fail (TD_IS_API_KEY (self), 0);

  return self->created_us;
}

/**
 * td_api_key_get_in_use:
 * @self: a key
 *
 * Returns: whether it is the one of its provider that requests are sent with
 */
gboolean
td_api_key_get_in_use (TdApiKey *self)
{
  g_return_val_if_fail (TD_IS_API_KEY (self), FALSE);

  return self->in_use;
}

/**
 * td_api_key_get_marketplace:
 * @self: a key
 *
 * Returns: whether it is an operator's, so that a commission is added
 */
gboolean
td_api_key_get_marketplace (TdApiKey *self)
{
  g_return_val_if_fail (TD_IS_API_KEY (self), FALSE);

  return self->marketplace;
}
