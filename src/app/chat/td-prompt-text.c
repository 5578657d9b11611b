/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-prompt-text.h"

#include <glib/gi18n.h>

#include "app/chat/td-chat-text.h"
#include "app/td-format.h"

/* Whole percent, rounded up: an estimate is not to look better than it is. */
static int
get_percent (TdTokenCount count)
{
  return (count.error_permille + 9) / 10;
}

/**
 * td_prompt_text_count:
 * @count: a count
 *
 * Returns: (transfer full): the number, and how far it can be trusted
 */
char *
td_prompt_text_count (TdTokenCount count)
{
  g_autofree char *number = td_format_count (count.tokens);

  if (count.exact)
    return g_steal_pointer (&number);
  if (count.error_permille < 0)
    /* Translators: an estimated number of tokens */
    return g_strdup_printf (_("about %s"), number);
  /* Translators: an estimated number of tokens, and how far such estimates were off on average */
  return g_strdup_printf (_("about %s, ±%d %%"), number, get_percent (count));
}

static char *
dup_tokens (const TdPromptFigures *figures)
{
  g_autofree char *draft = td_format_count (figures->draft.tokens);
  g_autofree char *request = td_format_count (figures->request.tokens);
  gulong n = (gulong) figures->draft.tokens;

  if (figures->request.exact)
    /* Translators: tokens of the message being written, and of all that is sent with it */
    return g_strdup_printf (ngettext ("%s token, %s in all", "%s tokens, %s in all", n), draft,
                            request);
  if (figures->request.error_permille < 0)
    /* Translators: the same as estimates */
    return g_strdup_printf (
      ngettext ("about %s token, %s in all", "about %s tokens, %s in all", n), draft, request);
  /* Translators: the same as estimates, and how far such estimates were off on average */
  return g_strdup_printf (
    ngettext ("about %s token, %s in all, ±%d %%", "about %s tokens, %s in all, ±%d %%", n), draft,
    request, get_percent (figures->request));
}

/* What a short and what a long reply would cost is known, and it is something. */
static gboolean
is_range (const TdPromptFigures *figures)
{
  return figures->habit.n_replies > 0 && figures->low != TD_MONEY_UNKNOWN &&
         figures->high != TD_MONEY_UNKNOWN && figures->high > 0;
}

static char *
dup_range (const TdPromptFigures *figures)
{
  g_autofree char *low = td_money_format (figures->low);
  g_autofree char *high = td_money_format (figures->high);

  if (g_str_equal (low, high))
    /* Translators: an amount of money that is an estimate */
    return g_strdup_printf (_("about %s"), low);
  /* Translators: two amounts of money, from the lower to the higher one */
  return g_strdup_printf (_("%s to %s"), low, high);
}

static char *
dup_price (const TdPromptFigures *figures)
{
  g_autofree char *cost =
    td_chat_text_cost (figures->price_known ? figures->at_least : TD_MONEY_UNKNOWN);

  if (is_range (figures))
    return dup_range (figures);
  if (!figures->price_known || figures->at_least == 0)
    return g_steal_pointer (&cost);
  /* Translators: the least that sending the message costs; %s is an amount of money */
  return g_strdup_printf (_("from %s"), cost);
}

static gboolean
is_too_long (const TdPromptFigures *figures)
{
  return figures->context > 0 && figures->request.tokens > figures->context;
}

/**
 * td_prompt_text_summary:
 * @figures: what the next message would send
 *
 * Returns: (transfer full): the line below what is being written
 */
char *
td_prompt_text_summary (const TdPromptFigures *figures)
{
  g_autofree char *tokens = dup_tokens (figures);
  g_autofree char *price = NULL;

  if (is_too_long (figures))
    {
      g_autofree char *context = td_format_count (figures->context);

      /* Translators: the first is "12 tokens, 40 in all"; the second how many the model can take */
      return g_strdup_printf (_("%s · the model takes %s"), tokens, context);
    }
  price = dup_price (figures);
  /* The price first: where there is little room, the end is cut off. */
  return g_strdup_printf ("%s · %s", price, tokens);
}

static const char *
get_source (const TdPromptFigures *figures)
{
  TdTokenCount count = figures->request;

  if (figures->by_provider)
    return _("Counted by the provider.");
  if (count.exact)
    return _("Counted exactly, with the model’s own vocabulary.");
  if (figures->has_images)
    return _("Estimated: providers count pictures by their size.");
  if (count.error_permille < 0)
    return _("Estimated: this model’s own vocabulary is not at hand.");
  return _("Estimated, and corrected by what providers have counted before.");
}

static void
append_habit (GString               *text,
              const TdPromptFigures *figures)
{
  g_autofree char *low = td_format_count (figures->habit.low);
  g_autofree char *high = td_format_count (figures->habit.high);
  g_autofree char *range = dup_range (figures);

  g_string_append_c (text, '\n');
  /* Translators: an amount or a range of money, and two numbers of tokens */
  g_string_append_printf (
    text, _("With the reply %s: this model’s last ones to you mostly had %s to %s tokens."), range,
    low, high);
}

/**
 * td_prompt_text_details:
 * @figures: what the next message would send
 *
 * Returns: (transfer full): the same at length
 */
char *
td_prompt_text_details (const TdPromptFigures *figures)
{
  GString *text = g_string_new (NULL);
  g_autofree char *draft = td_prompt_text_count (figures->draft);
  g_autofree char *request = td_prompt_text_count (figures->request);
  g_autofree char *cost = NULL;

  /* Translators: %s is a number of tokens, such as "12" or "about 12, ±6 %" */
  g_string_append_printf (text, _("This message: %s tokens"), draft);
  g_string_append_c (text, '\n');
  /* Translators: %s is a number of tokens, such as "12" or "about 12, ±6 %" */
  g_string_append_printf (text, _("With the instructions and the chat so far: %s tokens"), request);
  g_string_append_printf (text, "\n%s", get_source (figures));
  if (figures->price_known && figures->at_least > 0)
    {
      cost = td_money_format (figures->at_least);
      g_string_append_c (text, '\n');
      /* Translators: %s is an amount of money */
      g_string_append_printf (text, _("Sending it costs at least %s, and then the reply."), cost);
    }
  if (is_range (figures))
    append_habit (text, figures);
  return g_string_free (text, FALSE);
}
