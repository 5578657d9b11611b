/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "gateway/td-dialect.h"

/* What a dialect adds to a reply and to a request. */

#define N_EVENTS   100000
#define N_MESSAGES 2000

static double
write_reply (const TdDialect *dialect,
             gsize           *n_bytes)
{
  const TdReplyHead head = { .id = "abc",
                             .created_us = 1,
                             .model = "acme/one",
                             .prompt_tokens = 1 };
  const TdChatEvent text = { .type = TD_CHAT_EVENT_TEXT, .text = "word ", .length = 5 };
  const TdChatEvent finish = { .type = TD_CHAT_EVENT_FINISH, .finish = TD_FINISH_STOP };
  TdDialectCall call = { .chat = td_chat_request_new ("m"), .stream = TRUE };
  g_autoptr (TdDialectReply) reply = td_dialect_reply_new (dialect, &call, &head);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gint64 start = g_get_monotonic_time ();

  *n_bytes = 0;
  for (guint i = 0; i < N_EVENTS; i++)
    {
      td_dialect_reply_take (reply, &text, out);
      *n_bytes += out->len;
      g_byte_array_set_size (out, 0);
    }
  td_dialect_reply_take (reply, &finish, out);
  td_dialect_reply_end (reply, NULL, out);
  td_chat_request_free (call.chat);
  return (double) (g_get_monotonic_time () - start) * 1000 / N_EVENTS;
}

static double
read_request (const TdDialect *dialect,
              const char      *list,
              const char      *more)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (TdFault) fault = NULL;
  g_autoptr (TdDialectCall) call = NULL;
  gint64 start;

  g_string_printf (text, "{\"model\":\"m\",%s\"%s\":[", more, list);
  for (guint i = 0; i < N_MESSAGES; i++)
    g_string_append_printf (text, "%s{\"role\":\"%s\",\"content\":\"%0500u\"}", i > 0 ? "," : "",
                            i % 2 == 0 ? "user" : "assistant", i);
  g_string_append (text, "]}");
  body = g_bytes_new_static (text->str, text->len);
  start = g_get_monotonic_time ();
  call = td_dialect_read (dialect, body, &fault);
  g_assert_nonnull (call);
  return (double) text->len / (double) MAX (g_get_monotonic_time () - start, 1);
}

int
main (void)
{
  const struct
  {
    const char *name;
    const TdDialect *dialect;
    const char *list;
    const char *more;
  } cases[] = {
    { "chat completions", td_dialect_openai_chat (), "messages", "" },
    { "responses", td_dialect_responses (), "input", "" },
    { "messages", td_dialect_anthropic (), "messages", "\"max_tokens\":9," },
    { "ollama", td_dialect_ollama_chat (), "messages", "" },
  };

  g_print ("%-18s %18s %16s %14s\n", "dialect", "ns for a piece", "bytes a piece", "MB/s read");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize n_bytes;
      double ns = write_reply (cases[i].dialect, &n_bytes);

      g_print ("%-18s %18.0f %16.0f %14.0f\n", cases[i].name, ns, (double) n_bytes / N_EVENTS,
               read_request (cases[i].dialect, cases[i].list, cases[i].more));
    }
  return 0;
}
