/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conversation/td-conversation-private.h"
#include "engine/td-completion.h"
#include "engine/td-error-code.h"
#include "engine/td-prompt.h"
#include "engine/td-retry.h"
#include "engine/td-tally.h"
#include "support/td-test.h"

/* ---- retrying ------------------------------------------------------------------------------- */

#define AGAIN     TD_RETRY_AGAIN
#define GIVE_UP   TD_RETRY_GIVE_UP
#define ELSEWHERE TD_RETRY_ELSEWHERE

typedef struct
{
  TdProviderError class;
  gboolean retryable;
  gint64 retry_after_ms;
  TdRetryState state; /* tries, has_other, is_probe, base, chance */
  TdRetryAdvice advice;
  guint wait_ms;
} RetryCase;

/* clang-format off */
static const RetryCase retry_cases[] = {
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 1, FALSE, FALSE, 500, 1.0 }, AGAIN, 500 },
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 1, FALSE, FALSE, 500, 0.0 }, AGAIN, 0 },
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 2, FALSE, FALSE, 500, 1.0 }, AGAIN, 1000 },
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 2, FALSE, FALSE, 500, 0.5 }, AGAIN, 500 },
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 3, FALSE, FALSE, 500, 1.0 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 2, FALSE, FALSE, 60000, 1.0 }, AGAIN, 8000 },
  { TD_PROVIDER_ERROR_SERVER, FALSE, -1, { 1, FALSE, FALSE, 500, 1.0 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, 0, { 1, FALSE, FALSE, 500, 1.0 }, AGAIN, 0 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, 2000, { 1, FALSE, FALSE, 500, 0.1 }, AGAIN, 2000 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, 60000, { 2, FALSE, FALSE, 500, 0.1 }, AGAIN, 60000 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, 60001, { 1, FALSE, FALSE, 500, 0.1 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, G_MAXINT64, { 1, FALSE, FALSE, 500, 0.1 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, 2000, { 3, FALSE, FALSE, 500, 0.1 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_OVERLOADED, TRUE, 100, { 1, FALSE, FALSE, 500, 0.1 }, AGAIN, 100 },
  { TD_PROVIDER_ERROR_AUTH, TRUE, 100, { 1, FALSE, FALSE, 500, 0.1 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_QUOTA, TRUE, 100, { 1, FALSE, FALSE, 500, 0.1 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_NO_KEY, TRUE, -1, { 1, FALSE, FALSE, 500, 0.1 }, GIVE_UP, 0 },
  /* One that failed too often just now is asked once. */
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 1, FALSE, TRUE, 500, 1.0 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 1, TRUE, TRUE, 500, 1.0 }, ELSEWHERE, 0 },
  /* Another place is there: one quick try more, then there. */
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 1, TRUE, FALSE, 500, 1.0 }, AGAIN, 500 },
  { TD_PROVIDER_ERROR_SERVER, TRUE, -1, { 2, TRUE, FALSE, 500, 1.0 }, ELSEWHERE, 0 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, 1000, { 1, TRUE, FALSE, 500, 1.0 }, AGAIN, 1000 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, 1001, { 1, TRUE, FALSE, 500, 1.0 }, ELSEWHERE, 0 },
  { TD_PROVIDER_ERROR_RATE_LIMIT, TRUE, G_MAXINT64, { 1, TRUE, FALSE, 500, 1.0 }, ELSEWHERE, 0 },
  { TD_PROVIDER_ERROR_TIMED_OUT, FALSE, -1, { 1, TRUE, FALSE, 500, 1.0 }, ELSEWHERE, 0 },
  { TD_PROVIDER_ERROR_AUTH, FALSE, -1, { 1, TRUE, FALSE, 500, 1.0 }, ELSEWHERE, 0 },
  { TD_PROVIDER_ERROR_QUOTA, FALSE, -1, { 1, TRUE, FALSE, 500, 1.0 }, ELSEWHERE, 0 },
  { TD_PROVIDER_ERROR_NOT_FOUND, FALSE, -1, { 1, TRUE, FALSE, 500, 1.0 }, ELSEWHERE, 0 },
  /* What is wrong with the request is wrong everywhere. */
  { TD_PROVIDER_ERROR_INVALID, FALSE, -1, { 1, TRUE, FALSE, 500, 1.0 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_PERMISSION, FALSE, -1, { 1, TRUE, FALSE, 500, 1.0 }, GIVE_UP, 0 },
  { TD_PROVIDER_ERROR_TOO_LARGE, FALSE, -1, { 1, TRUE, FALSE, 500, 1.0 }, GIVE_UP, 0 },
};
/* clang-format on */

static void
test_retry (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (retry_cases); i++)
    {
      const RetryCase *c = &retry_cases[i];
      TdFailure failure = { .class = c->class,
                            .retryable = c->retryable,
                            .retry_after_ms = c->retry_after_ms };
      guint wait_ms;

      g_test_message ("case %u", i);
      g_assert_cmpint (td_retry_decide (&failure, &c->state, &wait_ms), ==, c->advice);
      g_assert_cmpuint (wait_ms, ==, c->wait_ms);
    }
}

/* ---- error codes ---------------------------------------------------------------------------- */

static void
test_error_code (void)
{
  static const struct
  {
    const char *text;
    GQuark (*domain) (void);
    int code;
  } cases[] = {
    { "provider:rate-limit", td_provider_error_quark, TD_PROVIDER_ERROR_RATE_LIMIT },
    { "provider:no-key", td_provider_error_quark, TD_PROVIDER_ERROR_NO_KEY },
    { "provider:cut", td_provider_error_quark, TD_PROVIDER_ERROR_CUT },
    { "provider:unsupported", td_provider_error_quark, TD_PROVIDER_ERROR_UNSUPPORTED },
    { "vault:locked", td_vault_error_quark, TD_VAULT_ERROR_LOCKED },
    { "vault:timed-out", td_vault_error_quark, TD_VAULT_ERROR_TIMED_OUT },
    { "store:full", td_store_error_quark, TD_STORE_ERROR_FULL },
    { "store:read-only", td_store_error_quark, TD_STORE_ERROR_READ_ONLY },
    { "completion:limit", td_completion_error_quark, TD_COMPLETION_ERROR_LIMIT },
    { "completion:price-unknown", td_completion_error_quark, TD_COMPLETION_ERROR_PRICE_UNKNOWN },
    { "completion:nothing-to-send", td_completion_error_quark,
      TD_COMPLETION_ERROR_NOTHING_TO_SEND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (cases[i].domain (), cases[i].code, "words");
      g_autofree char *text = td_error_code_from_error (error);
      GQuark domain;
      int code;

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_true (td_error_code_parse (text, &domain, &code));
      g_assert_cmpuint (domain, ==, cases[i].domain ());
      g_assert_cmpint (code, ==, cases[i].code);
    }
}

/* Every code of every domain has a text of its own that leads back to it. */
static void
test_error_code_complete (void)
{
  static const struct
  {
    GQuark (*domain) (void);
    int last;
  } domains[] = {
    { td_provider_error_quark, TD_PROVIDER_ERROR_UNSUPPORTED },
    { td_vault_error_quark, TD_VAULT_ERROR_INVALID },
    { td_store_error_quark, TD_STORE_ERROR_NOT_FOUND },
    { td_completion_error_quark, TD_COMPLETION_ERROR_NOTHING_TO_SEND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      for (int wanted = 0; wanted <= domains[i].last; wanted++)
        {
          g_autoptr (GError) error = g_error_new_literal (domains[i].domain (), wanted, "words");
          g_autofree char *text = td_error_code_from_error (error);
          GQuark domain;
          int code;

          g_assert_true (td_error_code_parse (text, &domain, &code));
          g_assert_cmpuint (domain, ==, domains[i].domain ());
          g_assert_cmpint (code, ==, wanted);
        }
    }
}

static void
test_error_code_strange (void)
{
  static const char *const strange[] = { "", ":", "provider", "provider:", "provider:new-class",
                                         "newer:thing", "providers:cut", "other:failed" };
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "words");
  g_autofree char *text = td_error_code_from_error (foreign);

  g_assert_cmpstr (text, ==, "other:failed");
  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      GQuark domain;
      int code;

      g_assert_false (td_error_code_parse (strange[i], &domain, &code));
      g_assert_cmpuint (domain, ==, G_IO_ERROR);
      g_assert_cmpint (code, ==, G_IO_ERROR_FAILED);
    }
}

/* ---- the prompt ----------------------------------------------------------------------------- */

static TdMessage *
add_message (TdConversation *chat,
             TdMessageRole   role,
             const char     *text)
{
  g_autoptr (TdMessage) message = td_message_new (role, text);

  td_conversation_append (chat, message);
  return message; /* the chat keeps it */
}

static void
check_turn (TdChatRequest *request,
            guint          index,
            TdRole         role,
            const char    *text)
{
  const TdChatTurn *turn = g_ptr_array_index (request->turns, index);

  g_assert_cmpint (turn->role, ==, role);
  g_assert_cmpstr (turn->text, ==, text);
}

/* Each turn is its text, its role and three more, and the reply's start is three. */
static void
check_count (const TdChatRequest *request)
{
  g_autoptr (TdTokenRuler) exact = td_token_ruler_new ("openai", "gpt-4o", NULL);
  g_autoptr (TdTokenRuler) rough = td_token_ruler_new ("maker", "model", NULL);
  TdTokenizer *tokenizer = td_tokenizer_get (TD_ENCODING_O200K_BASE);
  gint64 tokens = 3;
  gint64 bytes = 0;

  for (guint i = 0; i < request->turns->len; i++)
    {
      const TdChatTurn *turn = g_ptr_array_index (request->turns, i);

      tokens += 3 + 1 + td_tokenizer_count (tokenizer, turn->text, -1);
      bytes += (gint64) strlen (turn->text);
    }
  g_assert_true (td_prompt_count (request, exact).exact);
  g_assert_cmpint (td_prompt_count (request, exact).tokens, ==, tokens);
  g_assert_cmpint (td_prompt_count (request, exact).at_most, >, tokens);
  g_assert_false (td_prompt_count (request, rough).exact);
  g_assert_cmpint (td_prompt_count (request, rough).error_permille, ==, -1);
  g_assert_cmpint (td_prompt_count (request, rough).at_most, >, bytes);
}

static void
test_prompt (void)
{
  g_autoptr (TdConversation) chat = td_conversation_new ("maker:model");
  g_autoptr (TdChatRequest) request = NULL;
  TdMessage *reply;

  add_message (chat, TD_MESSAGE_ROLE_USER, "one");
  add_message (chat, TD_MESSAGE_ROLE_ASSISTANT, "two");
  add_message (chat, TD_MESSAGE_ROLE_USER, "three");
  add_message (chat, TD_MESSAGE_ROLE_ASSISTANT, ""); /* said nothing */
  add_message (chat, TD_MESSAGE_ROLE_USER, "four");
  reply = add_message (chat, TD_MESSAGE_ROLE_ASSISTANT, "being written");
  add_message (chat, TD_MESSAGE_ROLE_USER, "later");

  request = td_prompt_build (chat, reply, "maker:model", "model", "be brief", FALSE);
  g_assert_cmpstr (request->model, ==, "model");
  g_assert_cmpuint (request->turns->len, ==, 4);
  check_turn (request, 0, TD_ROLE_SYSTEM, "be brief");
  check_turn (request, 1, TD_ROLE_USER, "one");
  check_turn (request, 2, TD_ROLE_ASSISTANT, "two");
  check_turn (request, 3, TD_ROLE_USER, "three\n\nfour");
  /* 4 turns and the reply's start, and one or more for each text. */
  check_count (request);
}

/* Of a chat of megabytes the end is taken to be like the beginning: that is near enough, enough to hold,
 * and no count of ours is called exact for it. */
static void
test_count_long (void)
{
  g_autoptr (TdTokenRuler) ruler = td_token_ruler_new ("openai", "gpt-4o", NULL);
  g_autoptr (TdChatRequest) request = td_chat_request_new ("gpt-4o");
  g_autoptr (GString) text = g_string_new (NULL);
  TdTokenCount quick, whole;

  while (text->len < 20000)
    g_string_append (text, "Words of a long chat, over and over again. ");
  for (guint i = 0; i < 100; i++)
    td_chat_request_add_turn (request, i % 2 ? TD_ROLE_ASSISTANT : TD_ROLE_USER, text->str);
  quick = td_prompt_count (request, ruler);
  whole = td_prompt_count_whole (request, ruler);
  g_assert_true (whole.exact);
  g_assert_false (quick.exact);
  g_assert_cmpint (quick.error_permille, ==, -1);
  g_assert_cmpint (ABS (quick.tokens - whole.tokens), <, whole.tokens / 4);
  g_assert_cmpint (quick.at_most, >=, whole.tokens);
}

/* What cannot be counted from outside makes it an estimate, and is held for. */
static void
test_count_extras (void)
{
  g_autoptr (TdTokenRuler) ruler = td_token_ruler_new ("openai", "gpt-4o", NULL);
  g_autoptr (TdChatRequest) plain = td_chat_request_new ("gpt-4o");
  g_autoptr (GBytes) image = g_bytes_new_static ("png", 3);
  TdTokenCount base;

  td_chat_request_add_turn (plain, TD_ROLE_USER, "look");
  base = td_prompt_count (plain, ruler);
  g_assert_true (base.exact);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (TdChatRequest) request = td_chat_request_copy (plain);
      TdChatTurn *turn = g_ptr_array_index (request->turns, 0);
      TdTokenCount count;

      if (i == 0)
        td_chat_turn_add_image (turn, "image/png", image);
      else if (i == 1)
        td_chat_turn_add_call (turn, "c1", "find", "{\"what\": \"a longer argument\"}");
      else if (i == 2)
        request->schema = g_strdup ("{\"type\": \"object\"}");
      else
        td_chat_request_set_opaque (request, "[\"a signature\"]");
      count = td_prompt_count (request, ruler);
      g_assert_false (count.exact);
      g_assert_cmpint (count.tokens, >=, base.tokens + (i == 3 ? 0 : 9));
      g_assert_cmpint (count.at_most, >, base.at_most + 9);
      g_assert_cmpint (count.at_most, >=, count.tokens);
    }
}

/* A turn of a chat: what the user said and how it was answered. */
typedef struct
{
  const char *question;
  const char *answer; /* (nullable): no reply at all */
  TdMessageState state;
  TdFinish finish;
} Turn;

typedef struct
{
  const char *name;
  Turn turns[4];
  gboolean without_refused;
  const char *sent; /* with a bar between */
} ContextCase;

#define GOOD TD_MESSAGE_STATE_COMPLETE, TD_FINISH_STOP

/* clang-format off */
static const ContextCase context_cases[] = {
  { "answered", { { "a", "b", GOOD } }, FALSE, "a|b|now" },
  { "failed with nothing", { { "a", "b", GOOD }, { "c", "", TD_MESSAGE_STATE_FAILED, TD_FINISH_ERROR } },
    FALSE, "a|b|now" },
  { "failed with nothing, first of all", { { "a", "", TD_MESSAGE_STATE_FAILED, TD_FINISH_ERROR } }, FALSE, "now" },
  { "failed twice", { { "a", "", TD_MESSAGE_STATE_FAILED, TD_FINISH_ERROR },
                      { "c", "", TD_MESSAGE_STATE_FAILED, TD_FINISH_ERROR }, { "d", "e", GOOD } }, FALSE, "d|e|now" },
  { "interrupted with nothing", { { "a", "", TD_MESSAGE_STATE_INTERRUPTED, TD_FINISH_INCOMPLETE } }, FALSE, "now" },
  { "cut in the middle", { { "a", "half", TD_MESSAGE_STATE_FAILED, TD_FINISH_ERROR } }, FALSE, "a|half|now" },
  /* The user stopped it to say more. */
  { "stopped with nothing", { { "a", "", TD_MESSAGE_STATE_STOPPED, TD_FINISH_CANCELLED } }, FALSE, "a\n\nnow" },
  { "stopped, then failed", { { "a", "", TD_MESSAGE_STATE_STOPPED, TD_FINISH_CANCELLED },
                              { "c", "", TD_MESSAGE_STATE_FAILED, TD_FINISH_ERROR } }, FALSE, "a\n\nnow" },
  { "refused without a word", { { "a", "", TD_MESSAGE_STATE_COMPLETE, TD_FINISH_REFUSED } }, FALSE, "now" },
  { "refused in words", { { "a", "no", TD_MESSAGE_STATE_COMPLETE, TD_FINISH_REFUSED } }, FALSE, "a|no|now" },
  { "refused in words, to a model that minds", { { "a", "b", GOOD },
      { "c", "no", TD_MESSAGE_STATE_COMPLETE, TD_FINISH_REFUSED }, { "d", "e", GOOD } }, TRUE, "a|b|d|e|now" },
};
/* clang-format on */

static void
add_chat_turn (TdConversation *chat,
               const Turn     *turn)
{
  g_auto (TdMessageOutcome) outcome = TD_MESSAGE_OUTCOME_INIT (turn->state);
  g_autoptr (TdMessage) reply = td_message_new_reply ("maker:model", NULL);

  add_message (chat, TD_MESSAGE_ROLE_USER, turn->question);
  td_message_append (reply, FALSE, turn->answer, strlen (turn->answer));
  outcome.finish = g_strdup (td_finish_to_string (turn->finish));
  td_message_finish (reply, &outcome);
  td_conversation_append (chat, reply);
}

static void
test_context (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (context_cases); i++)
    {
      const ContextCase *c = &context_cases[i];
      g_autoptr (TdConversation) chat = td_conversation_new ("maker:model");
      g_autoptr (TdChatRequest) request = NULL;
      g_autoptr (GString) sent = g_string_new (NULL);
      TdMessage *reply;

      g_test_message ("%s", c->name);
      for (guint j = 0; j < G_N_ELEMENTS (c->turns) && c->turns[j].question; j++)
        add_chat_turn (chat, &c->turns[j]);
      add_message (chat, TD_MESSAGE_ROLE_USER, "now");
      reply = add_message (chat, TD_MESSAGE_ROLE_ASSISTANT, "");
      request = td_prompt_build (chat, reply, "maker:model", "model", NULL, c->without_refused);
      for (guint j = 0; j < request->turns->len; j++)
        g_string_append_printf (sent, "%s%s", j > 0 ? "|" : "",
                                ((TdChatTurn *) request->turns->pdata[j])->text);
      g_assert_cmpstr (sent->str, ==, c->sent);
    }
}

static void
test_prompt_opaque (void)
{
  g_autoptr (TdConversation) chat = td_conversation_new ("maker:model");
  g_auto (TdMessageOutcome) outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
  g_autoptr (TdMessage) earlier = td_message_new_reply ("maker:model", NULL);
  g_autoptr (TdChatRequest) same = NULL;
  g_autoptr (TdChatRequest) other = NULL;
  TdMessage *reply;

  td_message_append (earlier, FALSE, "thought", 7);
  outcome.opaque = g_strdup ("{\"signature\":1}");
  td_message_finish (earlier, &outcome);
  add_message (chat, TD_MESSAGE_ROLE_USER, "one");
  td_conversation_append (chat, earlier);
  add_message (chat, TD_MESSAGE_ROLE_USER, "two");
  reply = add_message (chat, TD_MESSAGE_ROLE_ASSISTANT, "");

  same = td_prompt_build (chat, reply, "maker:model", "model", NULL, FALSE);
  other = td_prompt_build (chat, reply, "maker:other", "other", "", FALSE);
  g_assert_cmpuint (same->turns->len, ==, 3);
  g_assert_cmpstr (((TdChatTurn *) same->turns->pdata[1])->opaque, ==, "{\"signature\":1}");
  g_assert_null (((TdChatTurn *) other->turns->pdata[1])->opaque);
}

/* ---- the tally ------------------------------------------------------------------------------ */

typedef struct
{
  const char *name;
  gboolean sent;
  const char *text;       /* what came */
  TdUsage usage;          /* what the provider says */
  gboolean finished;
  gboolean failed;
  TdProviderError class;
  guint status;
  /* expected */
  gint64 input, output;   /* -2: our count, above 0 */
  gboolean counted_here;
  gboolean free;
} TallyCase;

#define NONE TD_USAGE_INIT

/* clang-format off */
static const TallyCase tally_cases[] = {
  { "the provider's figures", TRUE, "hello", { 9, -1, -1, 2, -1, -1, -1 }, TRUE, FALSE, 0, 0, 9, 2, FALSE, FALSE },
  { "no figures", TRUE, "hello there", NONE, TRUE, FALSE, 0, 0, 50, -2, TRUE, FALSE },
  { "input only", TRUE, "hello there", { 9, -1, -1, -1, -1, -1, -1 }, TRUE, FALSE, 0, 0, 9, -2, TRUE, FALSE },
  { "stopped in the middle", TRUE, "hello there", NONE, FALSE, FALSE, 0, 0, 50, -2, TRUE, FALSE },
  { "stopped, its first figure is behind the text", TRUE, "one two three four five six",
    { 9, -1, -1, 1, -1, -1, -1 }, FALSE, FALSE, 0, 0, 9, -2, TRUE, FALSE },
  { "stopped, its figure is ahead of the text", TRUE, "one", { 9, -1, -1, 40, -1, -1, -1 },
    FALSE, FALSE, 0, 0, 9, 40, FALSE, FALSE },
  { "cut before anything came", TRUE, "", NONE, FALSE, TRUE, TD_PROVIDER_ERROR_CUT, 0, -1, -1, FALSE, TRUE },
  { "stopped before anything came", TRUE, "", NONE, FALSE, FALSE, 0, 0, 50, 0, TRUE, FALSE },
  { "reported, then failed", TRUE, "", { 9, -1, -1, -1, -1, -1, -1 }, FALSE, TRUE, TD_PROVIDER_ERROR_OVERLOADED, 200,
    9, 0, TRUE, FALSE },
  { "never sent", FALSE, "", NONE, FALSE, FALSE, 0, 0, -1, -1, FALSE, TRUE },
  { "refused: rate limit", TRUE, "", NONE, FALSE, TRUE, TD_PROVIDER_ERROR_RATE_LIMIT, 429, -1, -1, FALSE, TRUE },
  { "refused: key", TRUE, "", NONE, FALSE, TRUE, TD_PROVIDER_ERROR_AUTH, 401, -1, -1, FALSE, TRUE },
  { "refused: server error", TRUE, "", NONE, FALSE, TRUE, TD_PROVIDER_ERROR_SERVER, 500, -1, -1, FALSE, TRUE },
  { "nobody there", TRUE, "", NONE, FALSE, TRUE, TD_PROVIDER_ERROR_UNREACHABLE, 0, -1, -1, FALSE, TRUE },
  { "connection lost before the reply", TRUE, "", NONE, FALSE, TRUE, TD_PROVIDER_ERROR_SERVER, 0, -1, -1, FALSE, TRUE },
  { "failed in the middle", TRUE, "hello there", NONE, FALSE, TRUE, TD_PROVIDER_ERROR_OVERLOADED, 200,
    50, -2, TRUE, FALSE },
};
/* clang-format on */

static void
feed (TdTally         *tally,
      const TallyCase *c)
{
  TdFailure failure = { .class = c->class, .status = c->status, .retry_after_ms = -1 };

  if (c->sent)
    td_tally_start_try (tally);
  if (c->text[0] != '\0')
    {
      td_tally_add (tally, &(TdChatEvent) { .type = TD_CHAT_EVENT_TEXT,
                                            .text = c->text,
                                            .length = strlen (c->text) });
    }
  td_tally_add (tally, &(TdChatEvent) { .type = TD_CHAT_EVENT_USAGE, .usage = &c->usage });
  if (c->finished)
    td_tally_add (tally, &(TdChatEvent) { .type = TD_CHAT_EVENT_FINISH, .finish = TD_FINISH_STOP });
  if (c->failed)
    td_tally_add (tally, &(TdChatEvent) { .type = TD_CHAT_EVENT_ERROR, .failure = &failure });
}

static void
test_tally (void)
{
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  g_autoptr (TdTokenRuler) ruler = td_token_ruler_new ("maker", "model", NULL);

  facts->price.input = 3000000;
  facts->price.output = 15000000;
  for (guint i = 0; i < G_N_ELEMENTS (tally_cases); i++)
    {
      const TallyCase *c = &tally_cases[i];
      g_autoptr (TdReceipt) receipt = td_receipt_new ();
      TdTally tally;

      g_test_message ("%s", c->name);
      td_tally_init (&tally, ruler, 50, FALSE);
      feed (&tally, c);
      td_tally_settle (&tally, facts, TD_RECEIPT_COMPLETE, receipt);
      g_assert_cmpint (receipt->usage.input, ==, c->input);
      if (c->output == -2)
        g_assert_cmpint (receipt->usage.output, >, 1);
      else
        g_assert_cmpint (receipt->usage.output, ==, c->output);
      g_assert_cmpint (receipt->counted_here, ==, c->counted_here);
      g_assert_cmpint (receipt->cost, !=, TD_MONEY_UNKNOWN);
      g_assert_cmpint (receipt->cost == 0, ==, c->free);
      g_assert_cmpint (receipt->first_token_ms >= 0, ==, c->text[0] != '\0');
      g_assert_cmpint (receipt->duration_ms >= 0, ==, c->sent);
      td_tally_clear (&tally);
    }
}

/* What a try said before it failed says nothing about the next one. */
static void
test_tally_of_two_tries (void)
{
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  g_autoptr (TdTokenRuler) ruler = td_token_ruler_new ("maker", "model", NULL);
  g_autoptr (TdReceipt) receipt = td_receipt_new ();
  TdTally tally;

  td_tally_init (&tally, ruler, 50, FALSE);
  feed (&tally, &tally_cases[10]);
  td_tally_start_try (&tally);
  g_assert_null (tally.failure);
  td_tally_add (&tally, &(TdChatEvent) { .type = TD_CHAT_EVENT_TEXT, .text = "x", .length = 1 });
  td_tally_settle (&tally, facts, TD_RECEIPT_STOPPED, receipt);
  g_assert_cmpint (receipt->usage.input, ==, 50);
  g_assert_cmpint (receipt->cost, ==, TD_MONEY_UNKNOWN);
  td_tally_clear (&tally);
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/retry/table", test_retry);
  g_test_add_func ("/error-code/table", test_error_code);
  g_test_add_func ("/error-code/complete", test_error_code_complete);
  g_test_add_func ("/error-code/strange", test_error_code_strange);
  g_test_add_func ("/prompt/turns", test_prompt);
  g_test_add_func ("/prompt/long", test_count_long);
  g_test_add_func ("/prompt/extras", test_count_extras);
  g_test_add_func ("/prompt/context", test_context);
  g_test_add_func ("/prompt/opaque", test_prompt_opaque);
  g_test_add_func ("/tally/table", test_tally);
  g_test_add_func ("/tally/two-tries", test_tally_of_two_tries);
  return g_test_run ();
}
