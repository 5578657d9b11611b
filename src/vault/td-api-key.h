/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * TdApiKey:
 *
 * What may be known about a stored key: all but the key. Immutable.
 */
#define TD_TYPE_API_KEY (td_api_key_get_type ())
G_DECLARE_FINAL_TYPE (TdApiKey, td_api_key, TD, API_KEY, GObject)

TdApiKey   *td_api_key_new             (gint64      id,
                                        const char *provider_id,
                                        const char *name,
                                        const char *last_four,
                                        gint64      created_us,
                                        gboolean    in_use,
                                        gboolean    marketplace);
gint64      td_api_key_get_id          (TdApiKey   *self);
const char *td_api_key_get_provider_id (TdApiKey   *self);
const char *td_api_key_get_name        (TdApiKey   *self);
const char *td_api_key_get_last_four   (TdApiKey   *self); /* "" when the key is too short to show any of it */
gint64      td_api_key_get_created_us  (TdApiKey   *self);
gboolean    td_api_key_get_in_use      (TdApiKey   *self);
gboolean    td_api_key_get_marketplace (TdApiKey   *self); /* an operator's, who takes a commission */

G_END_DECLS
