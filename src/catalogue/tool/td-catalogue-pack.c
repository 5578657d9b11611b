/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * topdog-catalogue-pack MODELS BENCHMARKS OUT
 *
 * Makes the catalogue document the program carries out of the two files of facts in
 * data/catalogue: reads and checks both, computes the ratings, writes what the program needs.
 * Runs at build time; a mistake in the facts stops the build.
 */
#include "config.h"

#include <locale.h>
#include <stdlib.h>

#include "catalogue/td-catalogue-draft.h"

static GBytes *
load (const char  *path,
      GError     **error)
{
  char *contents = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &contents, &length, error))
    return NULL;
  return g_bytes_new_take (contents, length);
}

static GBytes *
pack (const char  *models_path,
      const char  *benchmarks_path,
      GError     **error)
{
  g_autoptr (GBytes) models = load (models_path, error);
  g_autoptr (GBytes) benchmarks = models != NULL ? load (benchmarks_path, error) : NULL;
  g_autoptr (TdCatalogueDraft) draft =
    benchmarks != NULL ? td_catalogue_draft_read (models, error) : NULL;

  /* Also by itself, so that a mistake among the models is not reported as one of the links. */
  if (draft == NULL || !td_catalogue_draft_check (draft, error) ||
      !td_catalogue_draft_read_benchmarks (draft, benchmarks, error))
    return NULL;
  g_clear_pointer (&draft->ratings, g_hash_table_unref);
  draft->ratings = td_rating_compute (draft->benchmarks, draft->measurements);
  if (!td_catalogue_draft_check (draft, error))
    return NULL;
  return td_catalogue_draft_write (draft);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) document = NULL;
  gsize length;
  const char *text;

  setlocale (LC_ALL, "C");
  if (argc != 4)
    {
      g_printerr ("usage: %s MODELS BENCHMARKS OUT\n", argv[0]);
      return EXIT_FAILURE;
    }
  document = pack (argv[1], argv[2], &error);
  if (document != NULL)
    {
      text = g_bytes_get_data (document, &length);
      g_file_set_contents (argv[3], text, (gssize) length, &error);
    }
  if (error != NULL)
    {
      g_printerr ("%s: %s\n", argv[0], error->message);
      return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
