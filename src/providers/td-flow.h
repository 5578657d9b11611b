/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdFlow:
 *
 * Whether more of a reply is taken now. Whoever passes a reply on to somebody slow closes it, and the
 * stream reads nothing more from the provider until it is opened again. On one thread.
 */
typedef struct _TdFlow TdFlow;

typedef void (*TdFlowFunc) (gpointer user_data);

TdFlow  *td_flow_new       (void);
TdFlow  *td_flow_ref       (TdFlow *self);
void     td_flow_unref     (TdFlow *self);
void     td_flow_close     (TdFlow *self);
void     td_flow_open      (TdFlow *self);
gboolean td_flow_is_closed (TdFlow *self);
void     td_flow_wait      (TdFlow    *self,
                            TdFlowFunc func,
                            gpointer   user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdFlow, td_flow_unref)

G_END_DECLS
