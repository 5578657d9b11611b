/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/dialect-fixture.h"

#include <string.h>

#include "gateway/td-opaque.h"
#include "support/td-test.h"

/* ---- Reading ------------------------------------------------------------------------------ */

static void
append_turn (GString             *out,
             const TdChatRequest *chat,
             const TdChatTurn    *turn)
{
  g_string_append_printf (out, " %s(%s", td_role_to_string (turn->role), turn->text);
  for (guint i = 0; turn->images != NULL && i < turn->images->len; i++)
    {
      const TdChatImage *image = turn->images->pdata[i];

      g_string_append_printf (out, " <%s %" G_GSIZE_FORMAT ">", image->mime_type,
                              g_bytes_get_size (image->data));
    }
  for (guint i = 0; turn->calls != NULL && i < turn->calls->len; i++)
    {
      const TdChatCall *call = turn->calls->pdata[i];

      g_string_append_printf (out, " %s=%s%s", call->id, call->name, call->arguments);
    }
  if (turn->call_id != NULL)
    g_string_append_printf (out, " for %s%s", turn->call_id, turn->failed ? " failed" : "");
  if (turn->opaque != NULL)
    g_string_append_printf (out, " opaque %s", turn->opaque);
  g_string_append_c (out, ')');
}

static void
append_settings (GString             *out,
                 const TdChatRequest *chat)
{
  if (chat->max_output > 0)
    g_string_append_printf (out, " max=%" G_GINT64_FORMAT, chat->max_output);
  if (chat->has_temperature)
    g_string_append_printf (out, " t=%g", chat->temperature);
  if (chat->has_top_p)
    g_string_append_printf (out, " p=%g", chat->top_p);
  for (guint i = 0; chat->stop != NULL && chat->stop[i] != NULL; i++)
    g_string_append_printf (out, " stop=%s", chat->stop[i]);
  if (chat->effort != NULL)
    g_string_append_printf (out, " effort=%s", chat->effort);
  if (chat->schema != NULL)
    g_string_append_printf (out, " %s:%s%s", chat->schema_name, chat->schema,
                            chat->schema_strict ? "!" : "");
}

static void
append_tools (GString             *out,
              const TdChatRequest *chat)
{
  static const char *const choices[] = {
    [TD_TOOL_CHOICE_AUTO] = "auto",
    [TD_TOOL_CHOICE_NONE] = "none",
    [TD_TOOL_CHOICE_REQUIRED] = "required",
    [TD_TOOL_CHOICE_NAMED] = "named",
  };

  for (guint i = 0; chat->tools != NULL && i < chat->tools->len; i++)
    {
      const TdChatTool *tool = chat->tools->pdata[i];

      g_string_append_printf (out, " tool %s/%s/%s%s", tool->name,
                              tool->description != NULL ? tool->description : "-",
                              tool->parameters, tool->strict ? "!" : "");
    }
  if (chat->tool_choice != TD_TOOL_CHOICE_DEFAULT)
    g_string_append_printf (out, " choice=%s", choices[chat->tool_choice]);
  if (chat->tool_name != NULL)
    g_string_append_printf (out, " %s", chat->tool_name);
  if (chat->one_call)
    g_string_append (out, " one-call");
}

/* "MODEL role(text …) … settings tools stream usage" */
char *
read_dup_summary (const TdDialectCall *call)
{
  const TdChatRequest *chat = call->chat;
  GString *out = g_string_new (chat->model);

  g_assert_cmpint (chat->stream, ==, call->stream);
  for (guint i = 0; i < chat->turns->len; i++)
    append_turn (out, chat, chat->turns->pdata[i]);
  append_settings (out, chat);
  append_tools (out, chat);
  if (call->stream)
    g_string_append (out, " stream");
  if (call->include_usage)
    g_string_append (out, " usage");
  return g_string_free (out, FALSE);
}

static void
assert_refused (const ReadCase *test,
                const TdFault  *fault)
{
  g_auto (GStrv) parts = g_strsplit (test->expected + 1, ": ", 2);

  g_assert_nonnull (fault);
  if (g_strcmp0 (fault->param != NULL ? fault->param : "", parts[0]) != 0 ||
      strstr (fault->message, parts[1]) == NULL)
    g_error ("%s: %s | %s, not %s", test->name, fault->param, fault->message, test->expected);
  g_assert_cmpuint (td_fault_get_status (fault), ==, 400);
}

void
assert_reads (const TdDialect *dialect,
              const ReadCase  *cases,
              guint            n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (cases[i].body, strlen (cases[i].body));
      g_autoptr (TdFault) fault = NULL;
      g_autoptr (TdDialectCall) call = td_dialect_read (dialect, body, &fault);
      g_autofree char *summary = NULL;

      if (cases[i].expected[0] == '!')
        {
          g_assert_null (call);
          assert_refused (&cases[i], fault);
          continue;
        }
      if (fault != NULL)
        g_error ("%s: refused: %s", cases[i].name, fault->message);
      summary = read_dup_summary (call);
      if (g_strcmp0 (summary, cases[i].expected) != 0)
        g_error ("%s:\n%s, not\n%s", cases[i].name, summary, cases[i].expected);
    }
}

static void
read_any (const TdDialect *dialect,
          const char      *text,
          gsize            length)
{
  g_autoptr (GBytes) body = g_bytes_new (text, length);
  g_autoptr (TdFault) fault = NULL;
  g_autoptr (TdDialectCall) call = td_dialect_read (dialect, body, &fault);

  g_assert_true ((call == NULL) == (fault != NULL));
  if (fault != NULL)
    g_assert_true (g_utf8_validate (fault->message, -1, NULL));
}

static void
read_damaged (const TdDialect *dialect,
              const char      *valid)
{
  static const char *const values[] = { "null", "true", "-1", "1e999", "\"\\ud800\"",
                                        "[]", "[[]]", "{}", "{\"type\":{}}" };
  gsize length = strlen (valid);

  for (gsize i = 0; i < length; i++)
    {
      read_any (dialect, valid, i);
      /* Each value in turn is of a type nobody expects there. */
      for (gsize v = 0; valid[i] == ':' && v < G_N_ELEMENTS (values); v++)
        {
          gsize rest = i + 1 + strcspn (valid + i + 1, ",}]");
          g_autofree char *text =
            g_strdup_printf ("%.*s%s%s", (int) i + 1, valid, values[v], valid + rest);

          read_any (dialect, text, strlen (text));
        }
    }
}

/* Whatever comes is read or refused, and @valid is a request to damage. */
void
assert_hostile (const TdDialect *dialect,
                const char      *valid)
{
  static const char *const texts[] = {
    "",
    " ",
    "null",
    "[]",
    "1",
    "\"model\"",
    "{",
    "{}",
    "{\"model\":\"m\"}{}",
    "\xff\xfe",
    "{\"model\":\"\\ud800\",\"messages\":\"\\udc00\"}",
  };
  g_autoptr (GString) deep = g_string_new ("{\"model\":\"m\",\"messages\":");
  g_autoptr (GString) wide = g_string_new ("{\"model\":\"m\",\"messages\":[");

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    read_any (dialect, texts[i], strlen (texts[i]));
  read_damaged (dialect, valid);
  for (guint i = 0; i < 200000; i++)
    {
      g_string_append_c (deep, '[');
      g_string_append (wide, i > 0 ? ",0" : "0");
    }
  g_string_append (wide, "]}");
  read_any (dialect, deep->str, deep->len);
  read_any (dialect, wide->str, wide->len);
}

/* ---- Writing ------------------------------------------------------------------------------ */

#define START         { .type = TD_CHAT_EVENT_START, .id = "up1", .model = "one-2026" }
#define TEXT(t)       { .type = TD_CHAT_EVENT_TEXT, .text = t, .length = sizeof (t) - 1 }
#define THOUGHT(t)    { .type = TD_CHAT_EVENT_REASONING, .text = t, .length = sizeof (t) - 1 }
#define REFUSAL(t)    { .type = TD_CHAT_EVENT_REFUSAL, .text = t, .length = sizeof (t) - 1 }
#define CALL(i, d, n) { .type = TD_CHAT_EVENT_TOOL_BEGIN, .index = i, .id = d, .name = n }
#define ARGS(i, t) \
  { .type = TD_CHAT_EVENT_TOOL_ARGS, .index = i, .text = t, .length = sizeof (t) - 1 }
#define USAGE     { .type = TD_CHAT_EVENT_USAGE, .usage = &usage }
#define FINISH(f) { .type = TD_CHAT_EVENT_FINISH, .finish = f }

static const TdUsage usage = { 120, 40, 30, 25, 10, 145, TD_USAGE_UNKNOWN };

static TdFailure busy = {
  .class = TD_PROVIDER_ERROR_OVERLOADED,
  .status = 503,
  .message = (char *) "come back later",
  .retry_after_ms = 1500,
  .retryable = TRUE,
};

static const TdChatEvent text_events[] = {
  START,
  TEXT ("Hello, "),
  TEXT ("w\xc3\xb6rld \xf0\x9f\x90\xb6\n\"quoted\" \\ and \x01"),
  USAGE,
  FINISH (TD_FINISH_STOP),
};

static const TdChatEvent thought_events[] = {
  START,
  THOUGHT ("Let me "),
  THOUGHT ("see."),
  TEXT ("Seen."),
  USAGE,
  FINISH (TD_FINISH_STOP),
};

static const TdChatEvent call_events[] = {
  START,
  TEXT ("One moment."),
  CALL (0, "toolu_1", "weather"),
  ARGS (0, "{\"city\":"),
  ARGS (0, "\"Oslo\"}"),
  CALL (1, "toolu_2", "time"),
  ARGS (1, "{}"),
  USAGE,
  FINISH (TD_FINISH_TOOL_CALLS),
};

static const TdChatEvent length_events[] = {
  START,
  TEXT ("And so on and"),
  USAGE,
  FINISH (TD_FINISH_LENGTH),
};

static const TdChatEvent refusal_events[] = {
  START,
  REFUSAL ("I will "),
  REFUSAL ("not."),
  USAGE,
  FINISH (TD_FINISH_REFUSED),
};

static const TdChatEvent filter_events[] = {
  START,
  TEXT ("Half a"),
  FINISH (TD_FINISH_REFUSED),
};

static const TdChatEvent opaque_events[] = {
  START,
  TEXT ("a"),
  { .type = TD_CHAT_EVENT_OPAQUE, .text = "{\"k\":\"\xc3\xb6\\n\"}", .length = 12 },
  FINISH (TD_FINISH_STOP),
};

static const TdChatEvent empty_events[] = {
  START,
  FINISH (TD_FINISH_STOP),
};

static const TdChatEvent error_events[] = {
  START,
  TEXT ("Half a"),
  { .type = TD_CHAT_EVENT_ERROR, .failure = &busy },
};

const Script scripts[] = {
  { "text", text_events, G_N_ELEMENTS (text_events), TD_FINISH_STOP },
  { "thought", thought_events, G_N_ELEMENTS (thought_events), TD_FINISH_STOP },
  { "calls", call_events, G_N_ELEMENTS (call_events), TD_FINISH_TOOL_CALLS },
  { "length", length_events, G_N_ELEMENTS (length_events), TD_FINISH_LENGTH },
  { "refusal", refusal_events, G_N_ELEMENTS (refusal_events), TD_FINISH_REFUSED },
  { "filter", filter_events, G_N_ELEMENTS (filter_events), TD_FINISH_REFUSED },
  { "empty", empty_events, G_N_ELEMENTS (empty_events), TD_FINISH_STOP },
  { "error", error_events, G_N_ELEMENTS (error_events), TD_FINISH_ERROR },
};

const guint n_scripts = G_N_ELEMENTS (scripts);

TdDialectCall *
make_call (gboolean stream,
           gboolean include_usage)
{
  TdDialectCall *call = g_new0 (TdDialectCall, 1);

  call->chat = td_chat_request_new ("one");
  call->stream = stream;
  call->include_usage = include_usage;
  return call;
}

static GByteArray *
run_script (const TdDialect      *dialect,
            const Script         *script,
            const TdDialectCall  *call,
            const TdReplyTrailer *trailer)
{
  const TdReplyHead head = TEST_HEAD;
  g_autoptr (TdDialectReply) reply = td_dialect_reply_new (dialect, call, &head);
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < script->n_events; i++)
    td_dialect_reply_take (reply, &script->events[i], out);
  if (!call->stream)
    g_assert_cmpuint (out->len, ==, 0);
  td_dialect_reply_end (reply, trailer, out);
  g_assert_cmpuint (out->len, >, 0);
  g_assert_true ((td_dialect_reply_get_fault (reply) != NULL) ==
                 (script->finish == TD_FINISH_ERROR));
  return out;
}

char *
write_script (const TdDialect      *dialect,
              const char           *script_name,
              const TdDialectCall  *call,
              const TdReplyTrailer *trailer)
{
  for (guint i = 0; i < n_scripts; i++)
    {
      g_autoptr (GByteArray) out = NULL;

      if (!g_str_equal (scripts[i].name, script_name))
        continue;
      out = run_script (dialect, &scripts[i], call, trailer);
      return g_strndup ((const char *) out->data, out->len);
    }
  g_assert_not_reached ();
}

static Reply *
collect (const Script *script)
{
  Reply *reply = reply_new ();

  for (guint i = 0; i < script->n_events; i++)
    reply_event_cb (&script->events[i], reply);
  return reply;
}

static Reply *
parse (ParserNew   parser_new,
       gboolean    streamed,
       GByteArray *bytes,
       gsize       step)
{
  Reply *reply = reply_new ();
  g_autoptr (TdChatParser) parser = parser_new (streamed, reply_event_cb, reply);

  for (gsize i = 0; i < bytes->len; i += step)
    td_chat_parser_feed (parser, (const char *) bytes->data + i, MIN (step, bytes->len - i));
  td_chat_parser_end (parser);
  return reply;
}

static void
assert_same_calls (const Reply *sent,
                   const Reply *got,
                   Carries      carries)
{
  g_assert_cmpuint (got->calls->len, ==, sent->calls->len);
  for (guint i = 0; i < sent->calls->len; i++)
    {
      const ReplyCall *a = sent->calls->pdata[i];
      const ReplyCall *b = got->calls->pdata[i];

      if (!(carries & NO_CALL_IDS))
        g_assert_cmpstr (b->id, ==, a->id);
      g_assert_cmpstr (b->name, ==, a->name);
      /* No arguments are an empty object in every protocol. */
      g_assert_cmpstr (b->args->len > 0 ? b->args->str : "{}", ==, a->args->str);
    }
}

static void
assert_same_usage (const Reply *sent,
                   const Reply *got,
                   Carries      carries)
{
  if (!sent->has_usage && (carries & BEGINS_WITH_COUNT))
    {
      g_assert_true (!got->has_usage || got->usage.input == 11);
      return;
    }
  g_assert_cmpint (got->has_usage, ==, sent->has_usage);
  g_assert_cmpint (got->usage.input, ==, sent->usage.input);
  g_assert_cmpint (got->usage.output, ==, sent->usage.output);
  if (carries & NO_USAGE_DETAILS)
    return;
  g_assert_cmpint (got->usage.cached, ==, sent->usage.cached);
  g_assert_cmpint (got->usage.reasoning, ==, sent->usage.reasoning);
  g_assert_cmpint (got->usage.total, ==, sent->usage.total);
  g_assert_cmpint (got->usage.cache_write, ==, sent->usage.cache_write);
}

static void
assert_same (const Script *script,
             const Reply  *sent,
             const Reply  *got,
             Carries       carries)
{
  g_autofree char *text = g_strconcat (sent->text->str, sent->refusal->str, NULL);

  g_assert_cmpstr (got->text->str, ==, carries & NO_REFUSAL ? text : sent->text->str);
  if (!(carries & NO_REFUSAL))
    g_assert_cmpstr (got->refusal->str, ==, sent->refusal->str);
  g_assert_cmpstr (got->reasoning->str, ==, sent->reasoning->str);
  assert_same_calls (sent, got, carries);
  g_assert_cmpuint (got->n_ends, ==, 1);
  if (script->finish == TD_FINISH_ERROR)
    {
      g_assert_nonnull (got->failure);
      g_assert_nonnull (strstr (got->failure->message, busy.message));
      return;
    }
  g_assert_null (got->failure);
  if (!(carries & NO_REFUSED_END && script->finish == TD_FINISH_REFUSED))
    g_assert_cmpint (got->finish, ==, script->finish);
  assert_same_usage (sent, got, carries);
}

/* Whole replies that failed are error bodies: they have a status, and no events. */
static void
assert_script (const TdDialect *dialect,
               const Script    *script,
               ParserNew        parser_new,
               gboolean         stream,
               Carries          carries)
{
  g_autoptr (TdDialectCall) call = make_call (stream, TRUE);
  g_autoptr (GByteArray) bytes = run_script (dialect, script, call, NULL);
  g_autoptr (Reply) sent = collect (script);

  if (!stream && script->finish == TD_FINISH_ERROR)
    return;
  for (gsize step = 1; step <= bytes->len; step = step * 7)
    {
      g_autoptr (Reply) got = parse (parser_new, stream, bytes, step);

      g_test_message ("%s, %s, by %" G_GSIZE_FORMAT, script->name, stream ? "stream" : "whole",
                      step);
      assert_same (script, sent, got, carries);
    }
}

/* Events to bytes to events, through our own parser of the same protocol. */
void
assert_carries (const TdDialect *dialect,
                ParserNew        parser_new,
                Carries          carries)
{
  for (guint i = 0; i < n_scripts; i++)
    {
      assert_script (dialect, &scripts[i], parser_new, TRUE, carries);
      assert_script (dialect, &scripts[i], parser_new, FALSE, carries);
    }
}

/* What a provider wants to have back leaves through every dialect, whole and with its model. */
static void
assert_opaque_in (const TdDialect *dialect,
                  gboolean         stream)
{
  const TdReplyHead head = TEST_HEAD;
  g_autoptr (TdDialectCall) call = make_call (stream, FALSE);
  g_autoptr (TdDialectReply) reply = td_dialect_reply_new (dialect, call, &head);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autofree char *model = NULL, *opaque = NULL, *wrapped = NULL;
  const char *at;

  for (guint i = 0; i < G_N_ELEMENTS (opaque_events); i++)
    td_dialect_reply_take (reply, &opaque_events[i], out);
  td_dialect_reply_end (reply, NULL, out);
  g_byte_array_append (out, (const guint8 *) "", 1);
  at = strstr ((const char *) out->data, "td1:");
  g_assert_nonnull (at);
  wrapped = g_strndup (at, strcspn (at, "\""));
  opaque = td_opaque_unwrap (wrapped, &model);
  g_assert_cmpstr (opaque, ==, opaque_events[2].text);
  g_assert_cmpstr (model, ==, "acme/one");
}

void
assert_opaque (const TdDialect *dialect)
{
  assert_opaque_in (dialect, TRUE);
  assert_opaque_in (dialect, FALSE);
}
