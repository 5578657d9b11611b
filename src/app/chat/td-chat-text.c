/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-chat-text.h"

#include <glib/gi18n.h>

#include "app/td-app-error.h"
#include "app/td-format.h"

/**
 * td_chat_text_cost:
 * @cost: what a reply cost
 *
 * Returns: (transfer full): the amount, "free" or "unknown price"
 */
char *
td_chat_text_cost (TdMoney cost)
{
  if (cost == TD_MONEY_UNKNOWN)
    return g_strdup (C_("cost", "unknown price"));
  if (cost == 0)
    return g_strdup (C_("cost", "free"));
  return td_money_format (cost);
}

/**
 * td_chat_text_duration:
 * @duration_ms: a time in milliseconds, not negative
 *
 * Returns: (transfer full): the time as people say it
 */
char *
td_chat_text_duration (gint64 duration_ms)
{
  if (duration_ms < 1000)
    /* Translators: milliseconds */
    return g_strdup_printf (_("%d ms"), (int) duration_ms);
  if (duration_ms < 10000)
    /* Translators: seconds with one decimal */
    return g_strdup_printf (_("%.1f s"), (double) duration_ms / 1000);
  if (duration_ms < 60000)
    /* Translators: seconds */
    return g_strdup_printf (_("%d s"), (int) (duration_ms / 1000));
  /* Translators: minutes and seconds */
  return g_strdup_printf (_("%d min %d s"), (int) (duration_ms / 60000),
                          (int) (duration_ms / 1000 % 60));
}

/**
 * td_chat_text_tokens:
 * @message: a reply
 *
 * Returns: (transfer full) (nullable): its tokens in and out, marked where they were counted
 *   here; %NULL where nothing is known
 */
char *
td_chat_text_tokens (TdMessage *message)
{
  gint64 input = td_message_get_input_tokens (message);
  gint64 output = td_message_get_output_tokens (message);
  g_autofree char *in_text = NULL;
  g_autofree char *out_text = NULL;
  g_autofree char *text = NULL;

  if (input < 0 && output < 0)
    return NULL;
  in_text = input < 0 ? g_strdup (C_("tokens", "unknown")) : td_format_count (input);
  out_text = output < 0 ? g_strdup (C_("tokens", "unknown")) : td_format_count (output);
  /* Translators: two numbers: tokens sent to the model, tokens that came back */
  text = g_strdup_printf (_("%s tokens in, %s out"), in_text, out_text);
  if (!td_message_is_usage_estimated (message))
    return g_steal_pointer (&text);
  /* Translators: %s is "12 tokens in, 40 out"; the provider gave no figures */
  return g_strdup_printf (_("%s (estimated)"), text);
}

static void
append_part (GString    *out,
             const char *part)
{
  if (part == NULL || part[0] == '\0')
    return;
  if (out->len)
    g_string_append (out, " · ");
  g_string_append (out, part);
}

/**
 * td_chat_text_summary:
 * @message: a reply
 *
 * Returns: (transfer full): the line below it: model, tokens, cost
 */
char *
td_chat_text_summary (TdMessage *message)
{
  GString *out = g_string_new (NULL);
  g_autofree char *tokens = NULL;
  g_autofree char *cost = NULL;

  append_part (out, td_message_get_model_name (message));
  if (td_message_get_state (message) == TD_MESSAGE_STATE_STREAMING)
    return g_string_free (out, FALSE);
  tokens = td_chat_text_tokens (message);
  append_part (out, tokens);
  if (tokens)
    {
      cost = td_chat_text_cost (td_message_get_cost (message));
      append_part (out, cost);
    }
  return g_string_free (out, FALSE);
}

/**
 * td_chat_text_totals:
 * @conversation: a chat
 *
 * Returns: (transfer full): its tokens and what it has cost so far; "" before the first reply
 */
char *
td_chat_text_totals (TdConversation *conversation)
{
  gint64 tokens = td_conversation_get_tokens (conversation);
  TdMoney cost = td_conversation_get_cost (conversation);
  gboolean has_unknown = td_conversation_has_unknown_cost (conversation);
  gboolean is_estimate = td_conversation_has_estimates (conversation);
  g_autofree char *count = td_format_count (tokens);
  g_autofree char *text = NULL;
  g_autofree char *cost_text = NULL;

  if (tokens <= 0)
    return g_strdup ("");
  text = g_strdup_printf (is_estimate
                            ? ngettext ("about %s token", "about %s tokens", (gulong) tokens)
                            : ngettext ("%s token", "%s tokens", (gulong) tokens),
                          count);
  cost_text = td_chat_text_cost (has_unknown && cost == 0 ? TD_MONEY_UNKNOWN : cost);
  if (has_unknown && cost > 0)
    /* Translators: tokens and cost of a chat, some of whose replies have no known price */
    return g_strdup_printf (_("%s · %s and more at unknown prices"), text, cost_text);
  return g_strdup_printf ("%s · %s", text, cost_text);
}

/**
 * td_chat_text_thought:
 * @duration_ms: how long the model thought; negative: not known
 *
 * Returns: (transfer full): the heading of its folded reasoning
 */
char *
td_chat_text_thought (gint64 duration_ms)
{
  g_autofree char *duration = NULL;

  if (duration_ms < 0)
    return g_strdup (_("Reasoning"));
  if (duration_ms < 1000)
    return g_strdup (_("Thought for a moment"));
  duration = td_chat_text_duration (duration_ms);
  /* Translators: %s is a time, such as "4.2 s" */
  return g_strdup_printf (_("Thought for %s"), duration);
}

/**
 * td_chat_text_wait:
 * @wait_us: microseconds until the provider may be asked again
 *
 * Returns: (transfer full): the label of the button that will do it
 */
char *
td_chat_text_wait (gint64 wait_us)
{
  gint64 seconds = (wait_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  if (seconds <= 0)
    return g_strdup (_("_Try Again"));
  if (seconds < 60)
    /* Translators: a button that cannot be used yet; the number counts down */
    return g_strdup_printf (ngettext ("_Try Again in %d s", "_Try Again in %d s", (gulong) seconds),
                            (int) seconds);
  return g_strdup_printf (_("_Try Again in %d min %d s"), (int) (seconds / 60),
                          (int) (seconds % 60));
}

/* ---- trouble ---- */

static const struct
{
  const char *code;
  TdRemedy remedy;
  gboolean can_retry;
} remedies[] = {
  { "provider:no-key", TD_REMEDY_ADD_KEY, TRUE },
  { "provider:auth", TD_REMEDY_PROVIDER, TRUE },
  { "provider:permission", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "provider:quota", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "provider:rate-limit", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "provider:not-found", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "provider:invalid", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "provider:too-large", TD_REMEDY_NEW_CHAT, FALSE },
  { "provider:overloaded", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "provider:server", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "provider:unreachable", TD_REMEDY_PROVIDER, TRUE },
  { "provider:tls", TD_REMEDY_PROVIDER, TRUE },
  { "provider:cut", TD_REMEDY_NONE, TRUE },
  { "provider:timed-out", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "provider:protocol", TD_REMEDY_PROVIDER, TRUE },
  { "provider:unsupported", TD_REMEDY_CHOOSE_MODEL, FALSE },
  { "vault:locked", TD_REMEDY_UNLOCK, FALSE },
  { "vault:refused", TD_REMEDY_UNLOCK, FALSE },
  { "vault:not-found", TD_REMEDY_ADD_KEY, TRUE },
  { "wallet:balance", TD_REMEDY_ADD_FUNDS, TRUE },
  { "wallet:budget", TD_REMEDY_WALLET, TRUE },
  { "wallet:price-unknown", TD_REMEDY_CHOOSE_MODEL, TRUE },
  { "completion:no-model", TD_REMEDY_CHOOSE_MODEL, FALSE },
  { "completion:not-chat", TD_REMEDY_CHOOSE_MODEL, FALSE },
  { "completion:disabled", TD_REMEDY_PROVIDER, TRUE },
  { "completion:limit", TD_REMEDY_CHOOSE_MODEL, FALSE },
  { "completion:price-unknown", TD_REMEDY_CHOOSE_MODEL, FALSE },
  { "completion:no-images", TD_REMEDY_CHOOSE_MODEL, FALSE },
};

/* What the providers’ servers have no words for: it is seen on this side. */
static gboolean
is_seen_here (const char *code)
{
  static const char *const codes[] = { "provider:unreachable", "provider:tls", "provider:cut",
                                       "provider:timed-out", "provider:protocol", NULL };

  return code != NULL && g_strv_contains (codes, code);
}

/* Nothing came before the end: most often not a cut, but something that is no provider. */
static gboolean
is_cut_before_it_began (TdMessage *message)
{
  return g_strcmp0 (td_message_get_error_code (message), "provider:cut") == 0 &&
         td_message_get_text_length (message) == 0 &&
         td_message_get_reasoning_length (message) == 0;
}

/* It began, and was not let go on: not "nothing was sent". */
static gboolean
paused_unpaid (TdMessage *message)
{
  return g_strcmp0 (td_message_get_finish (message), "paused") == 0;
}

/* It has come whole and could not be written; it is tried again (see td-unsaved.h). */
static gboolean
is_unsaved (TdMessage *message)
{
  const char *code = td_message_get_error_code (message);

  return code && g_str_has_prefix (code, "store:") && td_message_get_id (message) != 0;
}

static void
fill_failure (TdTrouble  *self,
              TdMessage  *message,
              const char *provider_name)
{
  const char *code = td_message_get_error_code (message);
  g_autoptr (TdErrorText) text = td_app_error_describe_code (code, provider_name);

  self->is_error = TRUE;
  self->title = g_strdup (text->title);
  self->advice = g_strdup (text->advice);
  self->detail = g_strdup (td_message_get_error_detail (message));
  self->detail_is_ours = is_seen_here (code);
  self->can_retry = TRUE;
  if (is_cut_before_it_began (message))
    {
      g_set_str (&self->title, _("The reply ended before its first word."));
      g_set_str (&self->advice,
                 _("Try again. If it goes on, check the provider’s address in the preferences; "
                   "another program may be answering there."));
      self->remedy = TD_REMEDY_PROVIDER;
      return;
    }
  if (is_unsaved (message))
    {
      g_set_str (&self->advice,
                 _("This reply stays here while Top Dog runs, and is saved as soon as that is "
                   "possible."));
      self->can_retry = FALSE;
      return;
    }
  if (paused_unpaid (message))
    g_set_str (&self->title, _("The reply paused, and what going on could cost is not covered."));
  for (guint i = 0; i < G_N_ELEMENTS (remedies); i++)
    if (g_strcmp0 (remedies[i].code, code) == 0)
      {
        self->remedy = remedies[i].remedy;
        self->can_retry = remedies[i].can_retry;
      }
}

/* A reply that ended in good order and is still not what was hoped for. */
static const char *
describe_finish (const char *finish)
{
  if (g_strcmp0 (finish, "length") == 0)
    return _("The reply reached the longest length the model or provider allows.");
  if (g_strcmp0 (finish, "refused") == 0)
    return _("The model declined to answer this.");
  if (g_strcmp0 (finish, "paused") == 0)
    return _("The reply paused and did not go on. Ask for the rest, or for another reply.");
  return NULL;
}

/**
 * td_trouble_new:
 * @message: a reply
 * @provider_name: (nullable): who gave it
 *
 * Returns: (transfer full) (nullable): what is the matter with it; %NULL: nothing
 */
TdTrouble *
td_trouble_new (TdMessage  *message,
                const char *provider_name)
{
  g_autoptr (TdTrouble) self = g_new0 (TdTrouble, 1);

  switch (td_message_get_state (message))
    {
    case TD_MESSAGE_STATE_STOPPED:
      self->title = g_strdup (_("You stopped this reply."));
      return g_steal_pointer (&self);
    case TD_MESSAGE_STATE_INTERRUPTED:
      self->title = g_strdup (_("This reply was cut off when Top Dog closed."));
      self->can_retry = TRUE;
      return g_steal_pointer (&self);
    case TD_MESSAGE_STATE_FAILED:
      fill_failure (self, message, provider_name);
      return g_steal_pointer (&self);
    case TD_MESSAGE_STATE_COMPLETE:
      self->title = g_strdup (describe_finish (td_message_get_finish (message)));
      return self->title ? g_steal_pointer (&self) : NULL;
    case TD_MESSAGE_STATE_STREAMING:
    default:
      return NULL;
    }
}

void
td_trouble_free (TdTrouble *self)
{
  g_free (self->title);
  g_free (self->advice);
  g_free (self->detail);
  g_free (self);
}
