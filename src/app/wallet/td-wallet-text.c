/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/wallet/td-wallet-text.h"

#include <glib/gi18n.h>

#include "app/td-format.h"

static const char *
get_period (TdBudgetPeriod period)
{
  switch (period)
    {
    case TD_BUDGET_DAY:
      return _("Today");
    case TD_BUDGET_WEEK:
      return _("This week");
    case TD_BUDGET_MONTH:
    default:
      return _("This month");
    }
}

/**
 * td_wallet_text_budget_title:
 * @budget: a budget
 * @subject_name: (nullable): the name of what it is for; %NULL for everything
 *
 * Returns: (transfer full): such as "This month, OpenAI"
 */
char *
td_wallet_text_budget_title (const TdBudget *budget,
                             const char     *subject_name)
{
  /* Translators: a period such as "This month", and what a budget is for, such as "OpenAI". */
  return g_strdup_printf (_("%s, %s"), get_period (budget->period),
                          subject_name ? subject_name : _("everything"));
}

/**
 * td_wallet_text_budget_details:
 * @budget: a budget
 *
 * Returns: (transfer full): how much of it is used
 */
char *
td_wallet_text_budget_details (const TdBudget *budget)
{
  g_autofree char *used = td_money_format (budget->used);
  g_autofree char *amount = td_money_format (budget->amount);
  g_autofree char *held = td_money_format (budget->held);

  if (budget->held > 0)
    /* Translators: three amounts of money; what is held is set aside for replies under way. */
    return g_strdup_printf (_("%s of %s used, %s held"), used, amount, held);
  /* Translators: two amounts of money. */
  return g_strdup_printf (_("%s of %s used"), used, amount);
}

/**
 * td_wallet_text_budget_warning:
 * @budget: a budget that is nearly used up, or that is
 * @subject_name: (nullable): the name of what it is for
 *
 * Returns: (transfer full): a sentence that says so
 */
char *
td_wallet_text_budget_warning (const TdBudget *budget,
                               const char     *subject_name)
{
  g_autofree char *title = td_wallet_text_budget_title (budget, subject_name);

  if (td_budget_get_level (budget) == TD_BUDGET_REACHED)
    /* Translators: which budget, such as "This month, OpenAI". */
    return g_strdup_printf (_("A budget is used up: %s."), title);
  /* Translators: which budget, such as "This month, OpenAI". */
  return g_strdup_printf (_("More than 80 %% of a budget is used: %s."), title);
}

/**
 * td_wallet_text_title:
 * @transaction: a transaction
 * @model_name: (nullable): the name of its model
 *
 * Returns: (transfer full): what it was
 */
char *
td_wallet_text_title (const TdLedgerTransaction *transaction,
                      const char                *model_name)
{
  switch (transaction->kind)
    {
    case TD_LEDGER_FUND:
      return g_strdup (_("Funds added"));
    case TD_LEDGER_REFUND:
      return g_strdup (_("Funds taken back"));
    case TD_LEDGER_HOLD:
    case TD_LEDGER_RELEASE:
    case TD_LEDGER_SETTLE:
    default:
      if (model_name)
        return g_strdup (model_name);
      return g_strdup (transaction->model_key ? transaction->model_key : _("A reply"));
    }
}

/**
 * td_wallet_text_details:
 * @transaction: a transaction
 *
 * Returns: (transfer full): when it was, and the note
 */
char *
td_wallet_text_details (const TdLedgerTransaction *transaction)
{
  g_autofree char *when = td_format_when (transaction->time_us);

  if (!transaction->note)
    return g_steal_pointer (&when);
  /* Translators: a time, and what the user noted. */
  return g_strdup_printf (_("%s · %s"), when, transaction->note);
}

/**
 * td_wallet_text_amount:
 * @amount: what came in, or what was spent, as a negative
 *
 * Returns: (transfer full): it with its sign
 */
char *
td_wallet_text_amount (TdMoney amount)
{
  g_autofree char *text = td_money_format (ABS (amount));

  if (amount == 0)
    return g_steal_pointer (&text);
  /* A minus, not a hyphen, to stand beside the plus. */
  return g_strconcat (amount > 0 ? "+" : "−", text, NULL);
}

/**
 * td_wallet_text_summary:
 * @state: a wallet
 *
 * Returns: (transfer full): what stands below the balance
 */
char *
td_wallet_text_summary (const TdWalletState *state)
{
  const TdMoney *of = state->balances.of;
  TdMoney all = of[TD_LEDGER_SPENT] + of[TD_LEDGER_COMMISSION] + of[TD_LEDGER_OVERRUN];
  g_autofree char *spent = td_money_format (all);
  g_autofree char *held = td_money_format (of[TD_LEDGER_HELD]);

  if (of[TD_LEDGER_HELD] > 0)
    /* Translators: two amounts of money. */
    return g_strdup_printf (_("%s spent so far, %s held for replies under way"), spent, held);
  /* Translators: an amount of money. */
  return g_strdup_printf (_("%s spent so far"), spent);
}

/**
 * td_wallet_text_parse:
 * @text: what the user typed for an amount
 * @amount: (out): it
 *
 * Returns: whether it is an amount above zero that can be added
 */
gboolean
td_wallet_text_parse (const char *text,
                      TdMoney    *amount)
{
  g_autofree char *clean = g_strstrip (g_strdup (text));

  return td_money_parse (clean, amount) && *amount > 0 && *amount <= TD_WALLET_MAX_FUNDING;
}
