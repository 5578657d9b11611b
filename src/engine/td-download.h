/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/td-engine.h"

G_BEGIN_DECLS

/**
 * TdDownload:
 *
 * A model on its way to a server that runs models itself (Ollama). It goes on when nobody looks; stopped,
 * it goes on later where it was.
 *
 * Signal "changed": how far it is, or that it has ended.
 */
#define TD_TYPE_DOWNLOAD (td_download_get_type ())
G_DECLARE_FINAL_TYPE (TdDownload, td_download, TD, DOWNLOAD, GObject)

TdDownload   *td_engine_download         (TdEngine     *engine,
                                          const char   *model_key); /* (transfer none): begun, or under way already */
TdDownload   *td_engine_find_download    (TdEngine     *engine,
                                          const char   *model_key); /* (transfer none) (nullable) */
void          td_download_stop           (TdDownload   *self);
gboolean      td_download_is_running     (TdDownload   *self);
const GError *td_download_get_error      (TdDownload   *self); /* (nullable) */
const char   *td_download_get_status     (TdDownload   *self); /* (nullable): the server's words */
gint64        td_download_get_total      (TdDownload   *self); /* bytes; -1: not known yet */
gint64        td_download_get_completed  (TdDownload   *self); /* bytes */
const char   *td_download_get_model_key  (TdDownload   *self);

G_END_DECLS
