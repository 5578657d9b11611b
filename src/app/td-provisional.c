/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-engine.h"

/* Built only while src/engine is not there: lets the window come up without its services. */
struct _TdEngine
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (TdEngine, td_engine, G_TYPE_OBJECT)

static void
td_engine_class_init (TdEngineClass *klass)
{
}

static void
td_engine_init (TdEngine *self)
{
}

void
td_engine_start_async (const char          *database_path,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
}

void
td_engine_stop (TdEngine *self)
{
}
