/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/json-samples.h"

#define MAX_DEPTH 12
#define MAX_ITEMS 24
#define MAX_BYTES 3000 /* then the containers that are open are closed */

static void append_value (GString *out,
                          GRand   *rand,
                          guint    depth);

static void
append_space (GString *out,
              GRand   *rand)
{
  while (g_rand_int_range (rand, 0, 6) == 0)
    g_string_append_c (out, " \t\r\n"[g_rand_int_range (rand, 0, 4)]);
}

static gunichar
pick_character (GRand *rand)
{
  static const struct
  {
    gint32 from, to;
  } ranges[] = { { 0x20, 0x7f },  { 0x20, 0x7f },    { 0x20, 0x7f },      { 0x01, 0x20 },
                 { 0x80, 0x800 }, { 0x800, 0xd800 }, { 0xe000, 0x10000 }, { 0x10000, 0x110000 } };
  gint32 r = g_rand_int_range (rand, 0, G_N_ELEMENTS (ranges));

  return (gunichar) g_rand_int_range (rand, ranges[r].from, ranges[r].to);
}

static void
append_unicode_escape (GString  *out,
                       gunichar  c)
{
  if (c < 0x10000)
    g_string_append_printf (out, "\\u%04x", c);
  else
    g_string_append_printf (out, "\\u%04X\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                            0xdc00 + ((c - 0x10000) & 0x3ff));
}

static void
append_character (GString *out,
                  GRand   *rand)
{
  static const char escapes[] = "\"\\/bfnrt";
  gunichar c = pick_character (rand);

  if (g_rand_int_range (rand, 0, 12) == 0)
    g_string_append_printf (out, "\\%c", escapes[g_rand_int_range (rand, 0, sizeof (escapes) - 1)]);
  else if (c < 0x20 || c == '"' || c == '\\' || g_rand_int_range (rand, 0, 12) == 0)
    append_unicode_escape (out, c);
  else
    g_string_append_unichar (out, c);
}

static void
append_string (GString *out,
               GRand   *rand)
{
  gint32 length = g_rand_int_range (rand, 0, g_rand_boolean (rand) ? 6 : 60);

  g_string_append_c (out, '"');
  for (gint32 i = 0; i < length; i++)
    append_character (out, rand);
  g_string_append_c (out, '"');
}

static void
append_number (GString *out,
               GRand   *rand)
{
  gint64 integer = (gint64) ((guint64) g_rand_int (rand) << 32 | g_rand_int (rand)) >>
                   g_rand_int_range (rand, 0, 64);

  switch (g_rand_int_range (rand, 0, 3))
    {
    case 0:
      g_string_append_printf (out, "%d.%u", g_rand_int_range (rand, -1000, 1000),
                              g_rand_int (rand));
      break;
    case 1:
      g_string_append_printf (out, "%de%s%d", g_rand_int_range (rand, -99, 99),
                              g_rand_boolean (rand) ? "-" : "+", g_rand_int_range (rand, 0, 300));
      break;
    default:
      g_string_append_printf (out, "%" G_GINT64_FORMAT, integer);
      break;
    }
}

/* Names carry a number, because json-glib and the rule "the last wins" order doubles differently. */
static void
append_container (GString  *out,
                  GRand    *rand,
                  guint     depth,
                  gboolean  is_object)
{
  gint32 n_items = g_rand_int_range (rand, 0, g_rand_int_range (rand, 0, 4) == 0 ? MAX_ITEMS : 4);

  g_string_append_c (out, is_object ? '{' : '[');
  for (gint32 i = 0; i < n_items && out->len < MAX_BYTES; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_space (out, rand);
      if (is_object)
        {
          append_string (out, rand);
          g_string_truncate (out, out->len - 1);
          g_string_append_printf (out, "#%d\"", i);
          append_space (out, rand);
          g_string_append_c (out, ':');
        }
      append_value (out, rand, depth + 1);
    }
  append_space (out, rand);
  g_string_append_c (out, is_object ? '}' : ']');
}

static void
append_value (GString *out,
              GRand   *rand,
              guint    depth)
{
  static const char *const words[] = { "true", "false", "null" };
  gint32 kind = g_rand_int_range (rand, 0, depth < MAX_DEPTH ? 10 : 6);

  append_space (out, rand);
  if (kind < 1)
    g_string_append (out, words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
  else if (kind < 3)
    append_number (out, rand);
  else if (kind < 6)
    append_string (out, rand);
  else
    append_container (out, rand, depth, kind < 8);
  append_space (out, rand);
}

/* One array or object, so that every beginning of the text is recognisably cut. */
char *
json_samples_make_random (GRand *rand)
{
  GString *out = g_string_new (NULL);

  append_container (out, rand, 0, g_rand_boolean (rand));
  return g_string_free_and_steal (out);
}

/* What a list of models looks like: objects in objects, short strings, some prose, prices. */
char *
json_samples_make_catalogue (guint n_models)
{
  GString *out = g_string_new ("{\n  \"data\": [\n");

  for (guint i = 0; i < n_models; i++)
    g_string_append_printf (
      out,
      "%s    {\n      \"id\": \"maker-%u/model-%u-instruct\",\n      \"name\": \"Maker: Model %u Instruct\",\n"
      "      \"created\": %u,\n      \"description\": \"A sentence or two of plain text, as makers write it \\u2014 with "
      "a dash, a \\\"quoted\\\" word and nothing else of note; it goes on for a while.\",\n"
      "      \"context_length\": %u,\n      \"architecture\": {\"modality\": \"text+image->text\", "
      "\"input_modalities\": [\"text\", \"image\", \"file\"], \"output_modalities\": [\"text\"], \"tokenizer\": \"Other\"},\n"
      "      \"pricing\": {\"prompt\": \"0.00000%u\", \"completion\": \"0.0000%u\", \"request\": \"0\", \"image\": null},\n"
      "      \"top_provider\": {\"context_length\": %u, \"max_completion_tokens\": %u, \"is_moderated\": %s},\n"
      "      \"supported_parameters\": [\"max_tokens\", \"temperature\", \"top_p\", \"tools\", \"seed\", \"stop\"]\n    }",
      i > 0 ? ",\n" : "", i % 60, i, i, 1700000000 + i, 4096 * (i % 64 + 1), i % 1000, i % 777,
      4096 * (i % 64 + 1), 1024 * (i % 32 + 1), i % 2 ? "true" : "false");
  g_string_append (out, "\n  ]\n}\n");
  return g_string_free_and_steal (out);
}

/* What a streamed reply is made of. */
GPtrArray *
json_samples_make_stream (guint n_chunks)
{
  static const char *const words[] = { "The", " quick", " brown", "\\n\\n",
                                       " fox", " na\xc3\xafve", " \\\"so\\\"", "." };
  GPtrArray *chunks = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n_chunks; i++)
    g_ptr_array_add (
      chunks,
      g_strdup_printf (
        "{\"id\":\"chatcmpl-9f8e7d6c5b4a3210\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
        "\"model\":\"model-large-2026-08-01\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0123456789\","
        "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":null,\"finish_reason\":null}],"
        "\"usage\":null,\"obfuscation\":\"a1B2c3D4\"}",
        words[i % G_N_ELEMENTS (words)]));
  return chunks;
}
