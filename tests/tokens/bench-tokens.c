/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting tokens: megabytes a second, beside the npm packages tiktoken and gpt-tokenizer on the same
 * texts in the same run, and the same count. The texts are what a system of ours has: English from
 * the licences, code from GLib's headers, Chinese from the translations; and one letter over and over.
 *
 * Also the time until a first word is counted by a process that has not done it before, and the
 * memory that takes which no other process shares.
 */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tokens/td-token-counter.h"
#include "tokens/token-texts.h"

#define ROUNDS      30
#define LETTER_SIZE (20 * 1000)

typedef struct
{
  const char *name;
  GString *text;
  char *path;
  double seconds[TD_N_ENCODINGS];
  gint64 tokens[TD_N_ENCODINGS];
} Sample;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* ---- the texts ---- */

static void
append_folder (GString    *text,
               const char *folder,
               const char *suffix,
               gsize       max_bytes)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, suffix))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort_values (names, (GCompareFunc) strcmp);
  for (guint i = 0; i < names->len && text->len < max_bytes; i++)
    {
      g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);
      g_autofree char *contents = NULL;
      gsize length;

      if (g_file_get_contents (path, &contents, &length, NULL) &&
          g_utf8_validate (contents, (gssize) length, NULL))
        g_string_append_len (text, contents, (gssize) length);
    }
}

/* The lines of the translations that are Chinese for the most part. */
static void
append_chinese (GString *text)
{
  static const char *const programs[] = { "gtk40", "glib20", "git", "systemd",
                                          "gnutls30", "dpkg", "coreutils", "bash" };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *path =
        g_strdup_printf ("/usr/share/locale/zh_CN/LC_MESSAGES/%s.mo", programs[i]);
      g_autofree char *contents = NULL;
      gsize length = 0;

      if (!g_file_get_contents (path, &contents, &length, NULL))
        continue;
      for (gsize start = 0, end; start < length; start = end + 1)
        {
          gsize n_chinese = 0;

          for (end = start; end < length && contents[end] != '\0' && contents[end] != '\n'; end++)
            n_chinese += (guchar) contents[end] >= 0x80;
          if (n_chinese >= 24 && n_chinese * 10 >= (end - start) * 9 &&
              g_utf8_validate (contents + start, (gssize) (end - start), NULL))
            {
              g_string_append_len (text, contents + start, (gssize) (end - start));
              g_string_append_c (text, i % 4 == 0 ? '\n' : ' ');
            }
        }
    }
}

static GArray *
make_samples (const char *dir)
{
  static const char *const names[] = { "English", "code", "Chinese", "a 4 kB message",
                                       "one letter" };
  GArray *samples = g_array_new (FALSE, TRUE, sizeof (Sample));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Sample sample = { .name = names[i], .text = g_string_new (NULL) };

      sample.path = g_strdup_printf ("%s/%u", dir, i);
      g_array_append_val (samples, sample);
    }
  append_folder (g_array_index (samples, Sample, 0).text, "/usr/share/common-licenses", "", 400000);
  append_folder (g_array_index (samples, Sample, 1).text, "/usr/include/glib-2.0/glib", ".h",
                 1000000);
  append_chinese (g_array_index (samples, Sample, 2).text);
  g_string_append_len (g_array_index (samples, Sample, 3).text,
                       g_array_index (samples, Sample, 0).text->str + 5000, 4000);
  for (guint i = 0; i < LETTER_SIZE; i++)
    g_string_append_c (g_array_index (samples, Sample, 4).text, 'a');
  for (guint i = 0; i < samples->len; i++)
    {
      Sample *sample = &g_array_index (samples, Sample, i);

      if (sample->text->len == 0)
        g_string_append (sample->text, "this system has no such text");
      g_file_set_contents (sample->path, sample->text->str, (gssize) sample->text->len, NULL);
    }
  return samples;
}

/* ---- ours ---- */

static void
measure_ours (GArray     *samples,
              TdEncoding  encoding)
{
  TdTokenizer *tokenizer = td_tokenizer_get (encoding);

  for (guint i = 0; i < samples->len; i++)
    {
      Sample *sample = &g_array_index (samples, Sample, i);
      double best = G_MAXDOUBLE;

      for (guint round = 0; round < ROUNDS; round++)
        {
          double start = now ();
          double took;

          sample->tokens[encoding] =
            td_tokenizer_count (tokenizer, sample->text->str, (gssize) sample->text->len);
          took = now () - start;
          best = MIN (best, took);
        }
      sample->seconds[encoding] = best;
    }
}

static gint64
read_private_kib (void)
{
  g_autofree char *contents = NULL;
  gint64 kib = 0;

  if (!g_file_get_contents ("/proc/self/smaps_rollup", &contents, NULL, NULL))
    return 0;
  for (const char *p = contents; (p = strstr (p, "Private_Dirty:")) != NULL; p += 14)
    kib += g_ascii_strtoll (p + 14, NULL, 10);
  return kib;
}

/* What a new process does, which prints how long that took: with this program's name and one argument. */
static int
run_ready (void)
{
  static const char *const word = "word";
  g_autoptr (GBytes) text =
    token_texts_repeat ("A message of some length, as one may write it.\n", 4000);
  gint64 kib = read_private_kib ();
  double start = now ();
  gint64 tokens = td_tokenizer_count (td_tokenizer_get (TD_ENCODING_O200K_BASE), word, -1);
  double ready = now () - start;
  double first;

  start = now ();
  tokens += td_tokenizer_count (td_tokenizer_get (TD_ENCODING_O200K_BASE),
                                g_bytes_get_data (text, NULL), 4000);
  first = now () - start;
  g_print (
    "ready, with a first word counted: %.3f ms; a first message of 4 kB: %.3f ms; private memory: %" G_GINT64_FORMAT
    " KiB\n",
    ready * 1e3, first * 1e3, read_private_kib () - kib);
  return tokens > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void
print_ready (const char *program)
{
  for (guint i = 0; i < 3; i++)
    {
      const char *const arguments[] = { program, "--ready", NULL };
      g_autofree char *output = NULL;

      if (g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL,
                        NULL, NULL) &&
          i == 2)
        g_print ("%s", output);
    }
}

/* Typing at the end of a long text. */
static void
print_typing (GArray *samples)
{
  const GString *text = g_array_index (samples, Sample, 0).text;
  g_autoptr (TdTokenCounter) counter =
    td_token_counter_new (td_tokenizer_get (TD_ENCODING_O200K_BASE));
  gsize before = text->len > 300 ? text->len - 300 : 0;
  double worst = 0;
  double sum = 0;

  td_token_counter_set_text (counter, text->str, (gssize) before);
  for (gsize n = before + 1; n <= text->len; n++)
    {
      double start = now ();
      double took;

      td_token_counter_set_text (counter, text->str, (gssize) n);
      took = now () - start;
      sum += took;
      worst = MAX (worst, took);
    }
  g_print ("a key typed after %zu kB: %.4f ms, at worst %.4f ms\n", text->len / 1000,
           sum * 1e3 / (double) (text->len - before), worst * 1e3);
}

static void
print_long (void)
{
  static const char *const units[] = { "a", " ", "ab", "\xe5\x93\x88" };
  static const char *const names[] = { "one letter", "spaces", "two letters", "one ideograph" };

  g_print ("a megabyte of");
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GBytes) text = token_texts_repeat (units[i], 1000000);
      double start = now ();

      td_tokenizer_count (td_tokenizer_get (TD_ENCODING_O200K_BASE), g_bytes_get_data (text, NULL),
                          (gssize) g_bytes_get_size (text));
      g_print (" %s: %.1f ms%s", names[i], (now () - start) * 1e3,
               i + 1 < G_N_ELEMENTS (units) ? "," : "\n");
    }
}

/* ---- the others ---- */

static JsonObject *
ask_others (const char *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);

  return node != NULL ? json_object_ref (json_node_get_object (node)) : NULL;
}

static char *
run_others (GArray     *samples,
            const char *encoding)
{
  g_autofree char *script =
    g_build_filename (g_getenv ("G_TEST_SRCDIR"), "tokens", "bench-others.mjs", NULL);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) node = NULL;
  char *output = NULL;

  if (g_getenv ("TOPDOG_CLIENTS") == NULL)
    return NULL;
  g_ptr_array_add (arguments, (char *) "node");
  g_ptr_array_add (arguments, script);
  g_ptr_array_add (arguments, (char *) encoding);
  for (guint i = 0; i < samples->len; i++)
    g_ptr_array_add (arguments, g_array_index (samples, Sample, i).path);
  g_ptr_array_add (arguments, NULL);
  node = g_subprocess_newv ((const char *const *) arguments->pdata, G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                            NULL);
  if (node != NULL)
    g_subprocess_communicate_utf8 (node, NULL, NULL, &output, NULL, NULL);
  return output;
}

static void
print_row (const Sample *sample,
           TdEncoding    encoding,
           GPtrArray    *others,
           guint         at)
{
  double megabytes = (double) sample->text->len / 1e6;

  g_print ("%-12s %-15s %7.0f kB %9" G_GINT64_FORMAT " tokens %8.1f MB/s %9.3f ms",
           td_encoding_get_name (encoding), sample->name, megabytes * 1e3, sample->tokens[encoding],
           megabytes / sample->seconds[encoding], sample->seconds[encoding] * 1e3);
  for (guint i = 0; i < others->len; i++)
    {
      JsonObject *other = g_ptr_array_index (others, i);
      JsonArray *texts = json_object_get_array_member (other, "texts");
      JsonObject *text = json_array_get_object_element (texts, at);
      double best = json_object_get_double_member (text, "best");
      gboolean same = json_object_get_int_member (text, "tokens") == sample->tokens[encoding];

      g_print ("\n    %-13s %6.1f MB/s, at first %5.1f; ours is %.1f times as fast%s",
               json_object_get_string_member (other, "name"), megabytes / best,
               megabytes / json_object_get_double_member (text, "first"),
               best / sample->seconds[encoding], same ? "" : "; ANOTHER COUNT");
    }
  g_print ("\n");
}

static void
compare (GArray     *samples,
         TdEncoding  encoding)
{
  g_autofree char *output = run_others (samples, td_encoding_get_name (encoding));
  g_auto (GStrv) lines = g_strsplit (output != NULL ? output : "", "\n", -1);
  g_autoptr (GPtrArray) others =
    g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      JsonObject *other = ask_others (lines[i]);

      if (other == NULL)
        continue;
      g_ptr_array_add (others, other);
      g_print ("%s: ready in %.0f ms, %.0f MiB\n", json_object_get_string_member (other, "name"),
               json_object_get_double_member (other, "ready_ms"),
               json_object_get_double_member (other, "mib"));
    }
  for (guint i = 0; i < samples->len; i++)
    print_row (&g_array_index (samples, Sample, i), encoding, others, i);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *dir = NULL;
  g_autoptr (GArray) samples = NULL;

  if (argc == 2 && g_str_equal (argv[1], "--ready"))
    return run_ready ();
  dir = g_dir_make_tmp ("topdog-bench-XXXXXX", NULL);
  samples = make_samples (dir);
  print_ready (argv[0]);
  measure_ours (samples, TD_ENCODING_O200K_BASE);
  measure_ours (samples, TD_ENCODING_CL100K_BASE);
  print_typing (samples);
  print_long ();
  compare (samples, TD_ENCODING_O200K_BASE);
  compare (samples, TD_ENCODING_CL100K_BASE);
  for (guint i = 0; i < samples->len; i++)
    {
      Sample *sample = &g_array_index (samples, Sample, i);

      g_remove (sample->path);
      g_free (sample->path);
      g_string_free (sample->text, TRUE);
    }
  g_rmdir (dir);
  return EXIT_SUCCESS;
}
