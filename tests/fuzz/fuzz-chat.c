/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include "providers/reply.h"

/* A reply of each protocol, as a stream and as a document. What has to hold for every event is
 * checked where the reply is put together (providers/reply.c); here, that the cuts do not matter
 * and that a reply ends, once. */

static Reply *
read_whole (const TdProtocol *protocol,
            gboolean          streamed,
            const guint8     *data,
            gsize             size)
{
  Reply *reply = reply_new ();
  g_autoptr (TdChatParser) parser = protocol->parser_new (streamed, reply_event_cb, reply);
  g_autofree char *copy = fuzz_copy (data, size);

  td_chat_parser_feed (parser, copy, size);
  td_chat_parser_end (parser);
  return reply;
}

static Reply *
read_cut (const TdProtocol *protocol,
          gboolean          streamed,
          const guint8     *data,
          gsize             size)
{
  Reply *reply = reply_new ();
  g_autoptr (TdChatParser) parser = protocol->parser_new (streamed, reply_event_cb, reply);
  FuzzCuts cuts;
  char *piece;
  gsize length;

  fuzz_cuts_begin (&cuts, data, size);
  while ((piece = fuzz_cuts_next (&cuts, &length)) != NULL)
    {
      td_chat_parser_feed (parser, piece, length);
      g_free (piece);
    }
  td_chat_parser_end (parser);
  return reply;
}

static void
check_counts (const TdUsage *usage)
{
  const gint64 counts[] = { usage->input, usage->cached, usage->cache_write, usage->output,
                            usage->reasoning };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpint (counts[i], >=, -1);
}

static void
check_equal (const Reply *a,
             const Reply *b)
{
  g_assert_cmpstr (a->text->str, ==, b->text->str);
  g_assert_cmpstr (a->reasoning->str, ==, b->reasoning->str);
  g_assert_cmpstr (a->refusal->str, ==, b->refusal->str);
  g_assert_cmpstr (a->opaque, ==, b->opaque);
  g_assert_cmpuint (a->calls->len, ==, b->calls->len);
  for (guint i = 0; i < a->calls->len; i++)
    g_assert_cmpstr (((ReplyCall *) a->calls->pdata[i])->args->str, ==,
                     ((ReplyCall *) b->calls->pdata[i])->args->str);
  g_assert_cmpint (a->finished, ==, b->finished);
  g_assert_cmpint (a->finish, ==, b->finish);
  g_assert_cmpint (a->failure != NULL, ==, b->failure != NULL);
  if (a->failure != NULL)
    g_assert_cmpint (a->failure->class, ==, b->failure->class);
}

static void
check (const TdProtocol *protocol,
       const guint8     *data,
       gsize             size)
{
  for (int streamed = FALSE; streamed <= TRUE; streamed++)
    {
      g_autoptr (Reply) whole = read_whole (protocol, streamed, data, size);
      g_autoptr (Reply) cut = read_cut (protocol, streamed, data, size);

      g_assert_cmpuint (whole->n_ends, ==, 1);
      check_counts (&whole->usage);
      check_equal (whole, cut);
    }
}

void
fuzz_openai (const guint8 *data,
             gsize         size)
{
  check (td_protocol_openai_chat (), data, size);
}

void
fuzz_responses (const guint8 *data,
                gsize         size)
{
  check (td_protocol_responses (), data, size);
}

void
fuzz_anthropic (const guint8 *data,
                gsize         size)
{
  check (td_protocol_anthropic (), data, size);
}

void
fuzz_gemini (const guint8 *data,
             gsize         size)
{
  check (td_protocol_gemini (), data, size);
}

void
fuzz_ollama (const guint8 *data,
             gsize         size)
{
  check (td_protocol_ollama (), data, size);
}
