/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include "app/chat/td-chat-text.h"
#include "app/chat/td-model-choice-row.h"
#include "app/chat/td-model-choices.h"
#include "conversation/td-conversation-private.h"
#include "conversation/td-message-private.h"
#include "engine/td-error-code.h"

/* What the chat page says and offers: none of it needs a display. */

static void
test_cost (void)
{
  static const struct
  {
    TdMoney cost;
    const char *text;
  } cases[] = {
    { TD_MONEY_UNKNOWN, "unknown price" },
    { 0, "free" },
    { 1, "$0.000000001" },
    { 1200000, "$0.0012" },
    { 12 * TD_MONEY_PER_DOLLAR + 340000000, "$12.34" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = td_chat_text_cost (cases[i].cost);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_duration (void)
{
  static const struct
  {
    gint64 ms;
    const char *text;
  } cases[] = {
    { 0, "0 ms" },
    { 999, "999 ms" },
    { 1000, "1.0 s" },
    { 4210, "4.2 s" },
    { 10000, "10 s" },
    { 59999, "59 s" },
    { 60000, "1 min 0 s" },
    { 3723000, "62 min 3 s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = td_chat_text_duration (cases[i].ms);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static TdMessage *
make_reply (TdMessageState state,
            gint64         input,
            gint64         output,
            gboolean       counted_here,
            TdMoney        cost)
{
  TdMessage *message = td_message_new_reply ("acme:small", "Small");
  TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (state);

  outcome.input_tokens = input;
  outcome.output_tokens = output;
  outcome.counted_here = counted_here;
  outcome.cost = cost;
  if (state != TD_MESSAGE_STATE_STREAMING)
    td_message_finish (message, &outcome);
  return message;
}

static void
test_summary (void)
{
  static const struct
  {
    TdMessageState state;
    gint64 input, output;
    gboolean counted_here;
    TdMoney cost;
    const char *text;
  } cases[] = {
    { TD_MESSAGE_STATE_STREAMING, -1, -1, FALSE, TD_MONEY_UNKNOWN, "Small" },
    { TD_MESSAGE_STATE_COMPLETE, 20, 120, FALSE, 1200000,
      "Small · 20 tokens in, 120 out · $0.0012" },
    { TD_MESSAGE_STATE_COMPLETE, 20, 120, FALSE, 0, "Small · 20 tokens in, 120 out · free" },
    { TD_MESSAGE_STATE_COMPLETE, 20, 120, FALSE, TD_MONEY_UNKNOWN,
      "Small · 20 tokens in, 120 out · unknown price" },
    { TD_MESSAGE_STATE_STOPPED, 20, 7, TRUE, 5000000,
      "Small · 20 tokens in, 7 out (estimated) · $0.005" },
    { TD_MESSAGE_STATE_COMPLETE, -1, 7, FALSE, TD_MONEY_UNKNOWN,
      "Small · unknown tokens in, 7 out · unknown price" },
    { TD_MESSAGE_STATE_FAILED, -1, -1, FALSE, TD_MONEY_UNKNOWN, "Small" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdMessage) message = make_reply (cases[i].state, cases[i].input, cases[i].output,
                                                  cases[i].counted_here, cases[i].cost);
      g_autofree char *text = td_chat_text_summary (message);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* The sum of a chat's tokens is an estimate as soon as one of them is. */
static void
test_totals (void)
{
  static const struct
  {
    gboolean counted_here, counted_exactly;
    const char *text; /* of this reply and those before */
  } cases[] = {
    { FALSE, FALSE, "30 tokens · free" },
    { TRUE, TRUE, "60 tokens · free" },
    { TRUE, FALSE, "about 90 tokens · free" },
    { FALSE, FALSE, "about 120 tokens · free" },
  };
  g_autoptr (TdConversation) chat = td_conversation_new (NULL);
  g_autofree char *none = td_chat_text_totals (chat);

  g_assert_cmpstr (none, ==, "");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
      g_autofree char *text = NULL;

      outcome.input_tokens = 20;
      outcome.output_tokens = 10;
      outcome.cost = 0;
      outcome.counted_here = cases[i].counted_here;
      outcome.counted_exactly = cases[i].counted_exactly;
      td_conversation_add_spent (chat, &outcome);
      text = td_chat_text_totals (chat);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_wait (void)
{
  static const struct
  {
    gint64 us;
    const char *text;
  } cases[] = {
    { -5, "_Try Again" },
    { 0, "_Try Again" },
    { 1, "_Try Again in 1 s" },
    { 2 * G_USEC_PER_SEC, "_Try Again in 2 s" },
    { 2 * G_USEC_PER_SEC + 1, "_Try Again in 3 s" },
    { 61 * G_USEC_PER_SEC, "_Try Again in 1 min 1 s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = td_chat_text_wait (cases[i].us);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_thought (void)
{
  g_autofree char *unknown = td_chat_text_thought (-1);
  g_autofree char *moment = td_chat_text_thought (12);
  g_autofree char *seconds = td_chat_text_thought (4200);

  g_assert_cmpstr (unknown, ==, "Reasoning");
  g_assert_cmpstr (moment, ==, "Thought for a moment");
  g_assert_cmpstr (seconds, ==, "Thought for 4.2 s");
}

/* ---- trouble ---- */

static TdTrouble *
make_trouble (TdMessageState  state,
              const char     *code,
              const char     *finish)
{
  g_autoptr (TdMessage) message = td_message_new_reply ("acme:small", "Small");
  g_auto (TdMessageOutcome) outcome = TD_MESSAGE_OUTCOME_INIT (state);

  outcome.error_code = g_strdup (code);
  outcome.finish = g_strdup (finish);
  td_message_finish (message, &outcome);
  return td_trouble_new (message, "Acme");
}

static void
test_trouble_states (void)
{
  g_autoptr (TdTrouble) none = make_trouble (TD_MESSAGE_STATE_COMPLETE, NULL, "stop");
  g_autoptr (TdTrouble) stopped = make_trouble (TD_MESSAGE_STATE_STOPPED, NULL, NULL);
  g_autoptr (TdTrouble) interrupted = make_trouble (TD_MESSAGE_STATE_INTERRUPTED, NULL, NULL);
  g_autoptr (TdTrouble) too_long = make_trouble (TD_MESSAGE_STATE_COMPLETE, NULL, "length");

  g_assert_null (none);
  g_assert_false (stopped->is_error);
  g_assert_false (stopped->can_retry);
  g_assert_false (interrupted->is_error);
  g_assert_true (interrupted->can_retry);
  g_assert_nonnull (strstr (interrupted->title, "cut off when Top Dog closed"));
  g_assert_false (too_long->is_error);
}

static void
test_trouble_remedies (void)
{
  static const struct
  {
    const char *code;
    TdRemedy remedy;
    gboolean can_retry;
  } cases[] = {
    { "provider:no-key", TD_REMEDY_ADD_KEY, TRUE },
    { "provider:auth", TD_REMEDY_PROVIDER, TRUE },
    { "provider:quota", TD_REMEDY_CHOOSE_MODEL, TRUE },
    { "provider:rate-limit", TD_REMEDY_CHOOSE_MODEL, TRUE },
    { "provider:too-large", TD_REMEDY_NEW_CHAT, FALSE },
    { "provider:unreachable", TD_REMEDY_PROVIDER, TRUE },
    { "provider:cut", TD_REMEDY_PROVIDER, TRUE },
    { "vault:locked", TD_REMEDY_UNLOCK, FALSE },
    { "vault:absent", TD_REMEDY_NONE, TRUE },
    { "completion:no-model", TD_REMEDY_CHOOSE_MODEL, FALSE },
    { "store:full", TD_REMEDY_NONE, TRUE },
    { "newer:code", TD_REMEDY_NONE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdTrouble) trouble = make_trouble (TD_MESSAGE_STATE_FAILED, cases[i].code, NULL);

      g_test_message ("%s", cases[i].code);
      g_assert_true (trouble->is_error);
      g_assert_cmpint (trouble->remedy, ==, cases[i].remedy);
      g_assert_cmpint (trouble->can_retry, ==, cases[i].can_retry);
      g_assert_cmpuint (strlen (trouble->title), >, 10);
      g_assert_cmpuint (strlen (trouble->advice), >, 10);
    }
}

/* What arrived is spoken of only where something did. */
/* A reply that could not be saved is not to be asked for again: it is kept, and saved later. */
static void
test_trouble_unsaved (void)
{
  g_autoptr (TdTrouble) question = make_trouble (TD_MESSAGE_STATE_FAILED, "store:full", NULL);
  g_autoptr (TdMessage) reply = td_message_new_reply ("acme:small", "Small");
  TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_FAILED);
  g_autoptr (TdTrouble) trouble = NULL;

  g_assert_true (question->can_retry);
  td_message_set_id (reply, 7);
  outcome.error_code = g_strdup ("store:full");
  td_message_finish (reply, &outcome);
  td_message_outcome_clear (&outcome);
  trouble = td_trouble_new (reply, NULL);
  g_assert_nonnull (strstr (trouble->title, "disk is full"));
  g_assert_nonnull (strstr (trouble->advice, "stays here"));
  g_assert_false (trouble->can_retry);
}

static void
test_trouble_cut (void)
{
  g_autoptr (TdTrouble) early = make_trouble (TD_MESSAGE_STATE_FAILED, "provider:cut", NULL);
  g_autoptr (TdMessage) message = td_message_new_reply ("acme:small", "Small");
  g_auto (TdMessageOutcome) outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_FAILED);
  g_autoptr (TdTrouble) late = NULL;

  td_message_append (message, FALSE, "half a", 6);
  outcome.error_code = g_strdup ("provider:cut");
  outcome.error_detail = g_strdup ("Connection reset by peer");
  td_message_finish (message, &outcome);
  late = td_trouble_new (message, "Acme");
  g_assert_nonnull (strstr (late->advice, "arrived"));
  g_assert_cmpint (late->remedy, ==, TD_REMEDY_NONE);
  g_assert_true (late->detail_is_ours);
  g_assert_null (strstr (early->advice, "arrived"));
  g_assert_cmpint (early->remedy, ==, TD_REMEDY_PROVIDER);
}

/* Every class of failure a provider can have is told in words of its own. */
static void
test_trouble_is_told_apart (void)
{
  g_autoptr (GHashTable) titles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (int code = TD_PROVIDER_ERROR_NO_KEY; code <= TD_PROVIDER_ERROR_UNSUPPORTED; code++)
    {
      g_autoptr (GError) error = g_error_new_literal (TD_PROVIDER_ERROR, code, "x");
      g_autofree char *text = td_error_code_from_error (error);
      g_autoptr (TdTrouble) trouble = make_trouble (TD_MESSAGE_STATE_FAILED, text, NULL);

      g_test_message ("%s: %s", text, trouble->title);
      g_assert_null (strstr (trouble->title, "{"));
      g_assert_true (g_hash_table_add (titles, g_strdup (trouble->title)));
    }
}

/* ---- the models to choose from ---- */

typedef struct
{
  TdCatalogue *catalogue;
  TdQueryIndex *index;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  g_autoptr (GError) error = NULL;

  fixture->catalogue = td_catalogue_new_bundled (&error);
  g_assert_no_error (error);
  fixture->index = td_query_index_new (fixture->catalogue);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  td_query_index_unref (fixture->index);
  g_object_unref (fixture->catalogue);
}

/* As if there were a key for OpenAI only, and one model of a local server. */
static TdUsable
get_usable (const char *model_key,
            gpointer    user_data)
{
  return g_str_has_prefix (model_key, "openai:") || g_str_has_prefix (model_key, "ollama:")
           ? TD_USABLE_YES
           : TD_USABLE_NEEDS_KEY;
}

static gboolean
is_installed (const char *model_key,
              gpointer    user_data)
{
  return !g_str_has_prefix (model_key, "ollama:");
}

static GPtrArray *
find (Fixture    *fixture,
      GStrv       recent,
      const char *search,
      guint       max,
      guint      *n_more)
{
  TdChoiceSource source = {
    .catalogue = fixture->catalogue,
    .index = fixture->index,
    .recent = recent,
    .usable = get_usable,
    .installed = is_installed,
  };

  return td_model_choices_find (&source, search, max, n_more);
}

static void
test_choices_order (Fixture       *fixture,
                    gconstpointer  unused)
{
  g_auto (GStrv) recent = g_strdupv ((char *[]) { (char *) "openai:gpt-4o-mini", NULL });
  TdModel *favourite = td_catalogue_find_model (fixture->catalogue, "anthropic:claude-opus-4-5");
  guint n_more, n_last = 0;
  g_autoptr (GPtrArray) choices = NULL;

  g_assert_nonnull (favourite);
  td_model_set_favourite (favourite, TRUE);
  choices = find (fixture, recent, NULL, G_MAXUINT, &n_more);
  g_assert_cmpuint (n_more, ==, 0);
  g_assert_cmpuint (choices->len, >, 300);
  g_assert_true (((TdModelChoice *) g_ptr_array_index (choices, 0))->model == favourite);
  g_assert_cmpstr (td_model_get_key (((TdModelChoice *) g_ptr_array_index (choices, 1))->model), ==,
                   "openai:gpt-4o-mini");
  for (guint i = 0; i < choices->len; i++)
    {
      const TdModelChoice *choice = g_ptr_array_index (choices, i);
      guint rank = choice->group * 2 + !td_model_choice_is_ready (choice);

      g_assert_cmpuint (rank, >=, n_last);
      g_assert_cmpint (td_model_get_facts (choice->model)->type, ==, TD_MODEL_TYPE_CHAT);
      n_last = rank;
    }
}

static void
test_choices_are_few (Fixture       *fixture,
                      gconstpointer  unused)
{
  guint n_all, n_more;
  g_autoptr (GPtrArray) all = find (fixture, NULL, "gpt", G_MAXUINT, &n_all);
  g_autoptr (GPtrArray) few = find (fixture, NULL, "gpt", 5, &n_more);
  g_autoptr (GPtrArray) none = find (fixture, NULL, "no such model at all", 5, &n_all);

  g_assert_cmpuint (few->len, ==, 5);
  g_assert_cmpuint (n_more, ==, all->len - 5);
  g_assert_cmpuint (none->len, ==, 0);
  for (guint i = 0; i < few->len; i++)
    g_assert_true (((TdModelChoice *) g_ptr_array_index (few, i))->model ==
                   ((TdModelChoice *) g_ptr_array_index (all, i))->model);
}

static void
test_prices (void)
{
  static const struct
  {
    TdPrice input, output;
    gboolean local;
    const char *text;
  } cases[] = {
    { 150000, 600000, FALSE, "$0.15 in · $0.60 out" },
    { 0, 0, FALSE, "Free" },
    { TD_PRICE_UNKNOWN, TD_PRICE_UNKNOWN, TRUE, "Free" },
    { TD_PRICE_UNKNOWN, TD_PRICE_UNKNOWN, FALSE, "Unknown price" },
    { 150000, TD_PRICE_UNKNOWN, FALSE, "$0.15 in · Unknown out" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TdModelFacts) facts = td_model_facts_new ();
      g_autofree char *text = NULL;

      facts->price.input = cases[i].input;
      facts->price.output = cases[i].output;
      facts->local = cases[i].local;
      text = td_model_choice_text_prices (facts);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/chat/cost", test_cost);
  g_test_add_func ("/chat/duration", test_duration);
  g_test_add_func ("/chat/summary", test_summary);
  g_test_add_func ("/chat/totals", test_totals);
  g_test_add_func ("/chat/wait", test_wait);
  g_test_add_func ("/chat/thought", test_thought);
  g_test_add_func ("/chat/prices", test_prices);
  g_test_add_func ("/chat/trouble/states", test_trouble_states);
  g_test_add_func ("/chat/trouble/remedies", test_trouble_remedies);
  g_test_add_func ("/chat/trouble/cut", test_trouble_cut);
  g_test_add_func ("/chat/trouble/unsaved", test_trouble_unsaved);
  g_test_add_func ("/chat/trouble/told-apart", test_trouble_is_told_apart);
  g_test_add ("/chat/choices/order", Fixture, NULL, set_up, test_choices_order, tear_down);
  g_test_add ("/chat/choices/few", Fixture, NULL, set_up, test_choices_are_few, tear_down);
  return g_test_run ();
}
