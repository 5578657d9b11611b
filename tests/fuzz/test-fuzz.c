/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"
#include "support/td-test.h"

/* The fuzz targets where there is no fuzzer: each with every sample, with what was found once
 * (tests/fuzz/found), and with the samples cut short and changed a little. */

#define MAX_BYTES   (64 * 1024)
#define N_MUTATIONS 10

typedef struct
{
  const char *name;
  FuzzTarget target;
} Target;

static const Target targets[] = {
  { "sse", fuzz_sse },
  { "ndjson", fuzz_ndjson },
  { "openai", fuzz_openai },
  { "responses", fuzz_responses },
  { "anthropic", fuzz_anthropic },
  { "gemini", fuzz_gemini },
  { "ollama", fuzz_ollama },
  { "failure", fuzz_failure },
  { "lists", fuzz_lists },
  { "pull", fuzz_pull },
  { "address", fuzz_address },
  { "image", fuzz_image },
  { "json", fuzz_json },
  { "catalogue", fuzz_catalogue },
  { "import", fuzz_import },
  { "markdown", fuzz_markdown },
  { "dialect", fuzz_dialect },
};

static void
try_changed (const Target *target,
             GBytes       *sample)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sample, &size);

  for (guint i = 0; size > 0 && i < N_MUTATIONS; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, size);
      guint n_changes = (guint) g_test_rand_int_range (1, 6);

      for (guint j = 0; j < n_changes; j++)
        copy[g_test_rand_int_range (0, (gint32) size)] = (guint8) g_test_rand_int_range (0, 256);
      target->target (copy, (gsize) g_test_rand_int_range (0, (gint32) size + 1));
    }
}

static void
try_folder (const Target *target,
            const char   *folder)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *text = NULL;
      g_autoptr (GBytes) sample = NULL;
      gsize length;

      if (!g_file_get_contents (file, &text, &length, NULL) || length > MAX_BYTES)
        continue;
      g_test_message ("%s", name);
      sample = g_bytes_new_take (g_steal_pointer (&text), length);
      target->target (g_bytes_get_data (sample, NULL), length);
      try_changed (target, sample);
    }
}

static void
test_target (gconstpointer data)
{
  const Target *target = data;
  g_autofree char *seeds = g_build_filename ("fuzz", "seeds", target->name, NULL);
  g_autofree char *found = g_build_filename ("fuzz", "found", target->name, NULL);

  target->target ((const guint8 *) "", 0);
  try_folder (target, "data/wire");
  try_folder (target, "data/catalogue");
  try_folder (target, seeds);
  try_folder (target, found);
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autofree char *path = g_strconcat ("/fuzz/", targets[i].name, NULL);

      g_test_add_data_func (path, &targets[i], test_target);
    }
  return g_test_run ();
}
