/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast JSON from outside is read, beside json-glib. */
#include "config.h"

#include <json-glib/json-glib.h>
#include <malloc.h>
#include <string.h>

#include "base/json-samples.h"
#include "base/td-json-read.h"

#define N_RUNS 7

typedef void (*ReadFunc) (const char *text,
                          gsize       length);

static void
read_with_td (const char *text,
              gsize       length)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (text, (gssize) length, NULL, NULL);

  g_assert_nonnull (doc);
}

static void
read_with_json_glib (const char *text,
                     gsize       length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  g_assert_true (json_parser_load_from_data (parser, text, (gssize) length, NULL));
}

static gsize
read_all (GPtrArray *texts,
          ReadFunc   read)
{
  gsize n_bytes = 0;

  for (guint i = 0; i < texts->len; i++)
    {
      const char *text = g_ptr_array_index (texts, i);
      gsize length = strlen (text);

      read (text, length);
      n_bytes += length;
    }
  return n_bytes;
}

/* The best of several runs: what else goes on here only ever makes it slower. */
static double
measure (GPtrArray *texts,
         ReadFunc   read)
{
  double best = 0;

  for (int i = 0; i < N_RUNS; i++)
    {
      gint64 begin_us = g_get_monotonic_time ();
      gsize n_bytes = read_all (texts, read);
      gint64 us = MAX (g_get_monotonic_time () - begin_us, 1);

      best = MAX (best, (double) n_bytes / (double) us);
    }
  return best;
}

static void
compare (const char *name,
         GPtrArray  *texts)
{
  double ours = measure (texts, read_with_td);
  double theirs = measure (texts, read_with_json_glib);

  g_print ("%-28s %7.0f MB/s   json-glib %5.0f MB/s   %.1f times\n", name, ours, theirs,
           ours / theirs);
}

static gsize
count_held_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static void
print_memory (const char *text)
{
  gsize before = count_held_bytes ();
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (text, -1, NULL, NULL);
  gsize held = count_held_bytes () - before;

  g_print ("%-28s %7.2f bytes per byte of text\n", "memory held",
           (double) held / (double) strlen (text));
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) catalogue = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) stream = json_samples_make_stream (20000);

  g_ptr_array_add (catalogue, json_samples_make_catalogue (4000));
  compare ("a list of 4,000 models", catalogue);
  compare ("20,000 chunks of a stream", stream);
  print_memory (g_ptr_array_index (catalogue, 0));
  return 0;
}
