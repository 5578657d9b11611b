/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-flow.h"

struct _TdFlow
{
  grefcount ref_count;
  gboolean closed;
  TdFlowFunc func; /* (nullable): who waits for it to be opened */
  gpointer func_data;
};

/**
 * td_flow_new:
 *
 * Returns: (transfer full): a flow that is open
 */
TdFlow *
td_flow_new (void)
{
  TdFlow *self = g_new0 (TdFlow, 1);

  g_ref_count_init (&self->ref_count);
  return self;
}

/**
 * td_flow_ref:
 * @self: a flow
 *
 * Returns: (transfer full): @self
 */
TdFlow *
td_flow_ref (TdFlow *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_flow_unref:
 * @self: (transfer full): a flow
 *
 * Lets go of it; with the last reference it is freed.
 */
void
td_flow_unref (TdFlow *self)
{
  g_return_if_fail (self != NULL);

  if (g_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * td_flow_close:
 * @self: a flow
 *
 * Nothing more is taken for now. What is on its way already may still come.
 */
void
td_flow_close (TdFlow *self)
{
  g_return_if_fail (self != NULL);

  self->closed = TRUE;
}

/**
 * td_flow_open:
 * @self: a flow
 *
 * Goes on, and tells who waits for it.
 */
void
td_flow_open (TdFlow *self)
{
  TdFlowFunc func;

  g_return_if_fail (self != NULL);

  self->closed = FALSE;
  func = g_steal_pointer (&self->func);
  if (func)
    func (self->func_data);
}

/**
 * td_flow_is_closed:
 * @self: a flow
 *
 * Returns: whether nothing more is taken for now
 */
gboolean
td_flow_is_closed (TdFlow *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->closed;
}

/**
 * td_flow_wait:
 * @self: a flow
 * @func: (nullable): called once when it is opened; %NULL: nobody waits any more
 * @user_data: data for @func
 */
void
td_flow_wait (TdFlow     *self,
              TdFlowFunc  func,
              gpointer    user_data)
{
  g_return_if_fail (self != NULL);

  self->func = func;
  self->func_data = user_data;
}
