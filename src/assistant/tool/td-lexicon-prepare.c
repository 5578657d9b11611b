/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes a lexicon's text into what is compiled in:
 *
 *   topdog-lexicon-prepare TEXT PACKED
 */
#include "config.h"

#include <stdlib.h>

#include "assistant/tool/td-lexicon-pack.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) packed = NULL;
  g_autofree char *source = NULL;

  if (argc != 3)
    {
      g_printerr ("usage: topdog-lexicon-prepare TEXT PACKED\n");
      return 2;
    }
  if (g_file_get_contents (argv[1], &source, NULL, &error))
    packed = td_lexicon_pack (source, &error);
  if (packed == NULL || !g_file_set_contents (argv[2], g_bytes_get_data (packed, NULL),
                                              (gssize) g_bytes_get_size (packed), &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
