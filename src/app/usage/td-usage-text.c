/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/usage/td-usage-text.h"

#include <glib/gi18n.h>

#include "app/td-format.h"

/**
 * td_usage_text_get_value:
 * @line: a line
 * @of_tokens: whether its tokens are shown, else its spending
 *
 * Returns: how long its bar is
 */
gint64
td_usage_text_get_value (const TdUsageLine *line,
                         gboolean           of_tokens)
{
  return of_tokens ? line->input + line->output : line->spent;
}

/**
 * td_usage_text_get_top:
 * @highest: the highest value
 *
 * Returns: where a scale that shows it ends: a number that divides into four parts people can read
 */
gint64
td_usage_text_get_top (gint64 highest)
{
  static const int steps[] = { 4, 8, 12, 16, 20, 24, 32, 40 };
  gint64 power = 1;

  if (highest <= 4)
    return 4;
  while (highest / power > 40)
    power *= 10;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      if (steps[i] > G_MAXINT64 / power)
        return highest;
      if (steps[i] * power >= highest)
        return steps[i] * power;
    }
  return power > G_MAXINT64 / 80 ? highest : 80 * power;
}

/**
 * td_usage_text_count:
 * @count: a number of tokens
 *
 * Returns: (transfer full): it in a few characters, such as "1.2 M"
 */
char *
td_usage_text_count (gint64 count)
{
  if (count < 10000)
    return td_format_count (count);
  if (count < 1000000)
    /* Translators: thousands of tokens, on a scale */
    return g_strdup_printf (_("%d k"), (int) ((count + 500) / 1000));
  if (count < G_GINT64_CONSTANT (10000000000))
    /* Translators: millions of tokens, on a scale */
    return g_strdup_printf (_("%.4g M"), (double) count / 1e6);
  /* Translators: milliards of tokens, on a scale */
  return g_strdup_printf (_("%.4g G"), (double) count / 1e9);
}

/**
 * td_usage_text_spent:
 * @line: a line
 *
 * Returns: (transfer full): what it cost, as far as that is known
 */
char *
td_usage_text_spent (const TdUsageLine *line)
{
  g_autofree char *spent = td_money_format (line->spent);

  if (line->n_unknown_costs == 0)
    return g_steal_pointer (&spent);
  if (line->spent == 0)
    return g_strdup (C_("cost", "unknown price"));
  /* Translators: an amount of money, where something that is not known comes on top. */
  return g_strdup_printf (_("over %s"), spent);
}

/**
 * td_usage_text_replies:
 * @line: a line
 *
 * Returns: (transfer full): how many replies it is of
 */
char *
td_usage_text_replies (const TdUsageLine *line)
{
  g_autofree char *count = td_format_count (line->n_replies);

  return g_strdup_printf (ngettext ("%s reply", "%s replies", (gulong) line->n_replies), count);
}

/**
 * td_usage_text_tokens:
 * @line: a line
 *
 * Returns: (transfer full): its tokens
 */
char *
td_usage_text_tokens (const TdUsageLine *line)
{
  g_autofree char *input = td_format_count (line->input);
  g_autofree char *output = td_format_count (line->output);

  if (line->n_unknown_counts > 0 && line->input + line->output == 0)
    return g_strdup (_("tokens unknown"));
  /* Translators: two numbers of tokens: what was sent, and what came back. */
  return g_strdup_printf (
    ngettext ("%s token in, %s out", "%s tokens in, %s out", (gulong) line->input), input, output);
}

/**
 * td_usage_text_details:
 * @line: a line
 *
 * Returns: (transfer full): its replies and tokens
 */
char *
td_usage_text_details (const TdUsageLine *line)
{
  g_autofree char *replies = td_usage_text_replies (line);
  g_autofree char *tokens = td_usage_text_tokens (line);

  return g_strdup_printf ("%s · %s", replies, tokens);
}

/**
 * td_usage_text_day:
 * @line: a line of a day
 *
 * Returns: (transfer full): the day as people write it
 */
char *
td_usage_text_day (const TdUsageLine *line)
{
  return td_format_date (line->key);
}

/**
 * td_usage_text_about_day:
 * @line: a line of a day
 *
 * Returns: (transfer full): all that is known of the day
 */
char *
td_usage_text_about_day (const TdUsageLine *line)
{
  g_autofree char *day = td_usage_text_day (line);
  g_autofree char *spent = td_usage_text_spent (line);
  g_autofree char *details = td_usage_text_details (line);

  if (line->n_replies == 0)
    /* Translators: a day on which no model was used. */
    return g_strdup_printf (_("%s: nothing"), day);
  /* Translators: a day, an amount of money, and "2 replies · 10 tokens in, 20 out". */
  return g_strdup_printf (_("%s: %s · %s"), day, spent, details);
}

/**
 * td_usage_text_chart:
 * @days: (element-type TdUsageLine): one for each day, in order
 * @of_tokens: whether tokens are shown, else spending
 *
 * Returns: (transfer full): what somebody who cannot see the chart wants to know of it
 */
char *
td_usage_text_chart (GPtrArray *days,
                     gboolean   of_tokens)
{
  const TdUsageLine *highest = NULL;
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;
  g_autofree char *day = NULL;
  g_autofree char *value = NULL;

  for (guint i = 0; i < days->len; i++)
    {
      const TdUsageLine *line = g_ptr_array_index (days, i);

      if (!highest ||
          td_usage_text_get_value (line, of_tokens) > td_usage_text_get_value (highest, of_tokens))
        highest = line;
    }
  if (!highest || td_usage_text_get_value (highest, of_tokens) == 0)
    return g_strdup (of_tokens ? _("No tokens in this time.")
                               : _("Nothing was spent in this time."));
  first = td_usage_text_day (g_ptr_array_index (days, 0));
  last = td_usage_text_day (g_ptr_array_index (days, days->len - 1));
  day = td_usage_text_day (highest);
  value = of_tokens ? td_format_count (td_usage_text_get_value (highest, TRUE))
                    : td_usage_text_spent (highest);
  if (of_tokens)
    /* Translators: two days, a number of tokens and a day. */
    return g_strdup_printf (_("Tokens for each day from %s to %s; the most were %s on %s."), first,
                            last, value, day);
  /* Translators: two days, an amount of money and a day. */
  return g_strdup_printf (_("Spending for each day from %s to %s; the most was %s on %s."), first,
                          last, value, day);
}

/**
 * td_usage_text_what_if:
 * @what_if: what came of it
 *
 * Returns: (transfer full): what it would have cost, and how much more or less that is
 */
char *
td_usage_text_what_if (const TdUsageWhatIf *what_if)
{
  g_autofree char *instead = td_money_format (what_if->instead);
  g_autofree char *actual = td_money_format (what_if->actual);
  TdMoney difference = what_if->instead - what_if->actual;
  int percent;

  if (what_if->n_replies == 0)
    return g_strdup (_("Nothing that could be compared."));
  if (difference == 0)
    /* Translators: an amount of money. */
    return g_strdup_printf (_("%s, the same"), actual);
  if (what_if->actual == 0)
    /* Translators: two amounts of money. */
    return g_strdup_printf (_("%s instead of %s"), instead, actual);
  percent = (int) MIN ((__int128) ABS (difference) * 100 / what_if->actual, 99999);
  if (difference < 0)
    /* Translators: two amounts of money, and how many per cent less the first one is. */
    return g_strdup_printf (_("%s instead of %s, %d %% less"), instead, actual, percent);
  /* Translators: two amounts of money, and how many per cent more the first one is. */
  return g_strdup_printf (_("%s instead of %s, %d %% more"), instead, actual, percent);
}

/**
 * td_usage_text_left_out:
 * @what_if: what came of it
 *
 * Returns: (transfer full) (nullable): how many replies the comparison is not of
 */
char *
td_usage_text_left_out (const TdUsageWhatIf *what_if)
{
  g_autofree char *count = NULL;

  if (what_if->n_left_out == 0)
    return NULL;
  count = td_format_count (what_if->n_left_out);
  return g_strdup_printf (
    ngettext ("%s reply is left out: its cost or its tokens are not known.",
              "%s replies are left out: their cost or their tokens are not known.",
              (gulong) what_if->n_left_out),
    count);
}
