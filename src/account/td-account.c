/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "account/td-account.h"

#include "base/td-clock.h"

struct _TdAccount
{
  GObject parent_instance;

  TdAccountFacts facts; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TdAccount, td_account, G_TYPE_OBJECT)

static void
td_account_finalize (GObject *object)
{
  TdAccount *self = TD_ACCOUNT (object);

  g_free (self->facts.id);
  g_free (self->facts.name);
  g_free (self->facts.email);
  g_free (self->facts.folder);

  G_OBJECT_CLASS (td_account_parent_class)->finalize (object);
}

static void
td_account_class_init (TdAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = td_account_finalize;
}

static void
td_account_init (TdAccount *self)
{
}

/**
 * td_account_new:
 * @facts: what is known; copied
 *
 * Returns: (transfer full): the account
 */
TdAccount *
td_account_new (const TdAccountFacts *facts)
{
  TdAccount *self = g_object_new (TD_TYPE_ACCOUNT, NULL);

  self->facts = *facts;
  self->facts.id = g_strdup (facts->id);
  self->facts.name = g_strdup (facts->name);
  self->facts.email = g_strdup (facts->email);
  self->facts.folder = g_strdup (facts->folder);
  return self;
}

const TdAccountFacts *
td_account_get_facts (TdAccount *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT (self), NULL);

  return &self->facts;
}

const char *
td_account_get_id (TdAccount *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT (self), NULL);

  return self->facts.id;
}

const char *
td_account_get_name (TdAccount *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT (self), NULL);

  return self->facts.name;
}

/**
 * td_account_get_protected:
 * @self: an account
 *
 * Returns: whether it has a password
 */
gboolean
td_account_get_protected (TdAccount *self)
{
  g_return_val_if_fail (TD_IS_ACCOUNT (self), FALSE);

  return self->facts.is_protected;
}

/**
 * td_account_get_wait_seconds:
 * @self: an account
 *
 * Returns: how long it takes until a password is looked at again, in whole seconds; 0: now
 */
gint64
td_account_get_wait_seconds (TdAccount *self)
{
  gint64 left_us;

  g_return_val_if_fail (TD_IS_ACCOUNT (self), 0);

  left_us = self->facts.retry_at_us - td_clock_now_us ();
  return left_us > 0 ? (left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC : 0;
}
