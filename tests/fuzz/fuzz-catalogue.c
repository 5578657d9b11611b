/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include "catalogue/td-catalogue-draft.h"
#include "catalogue/td-import.h"

/* Documents from other places: our own catalogue as a file, and the sources that are laid over
 * it. What comes of an import has to be a catalogue that can be read. */

void
fuzz_catalogue (const guint8 *data,
                gsize         size)
{
  g_autoptr (GBytes) document = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdCatalogue) catalogue = td_catalogue_new_from_document (document, &error);

  g_assert_true ((catalogue == NULL) == (error != NULL));
  for (guint i = 0; catalogue != NULL && i < td_catalogue_get_n_models (catalogue); i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, i);
      const TdModelFacts *facts = td_model_get_facts (model);

      g_assert_true (td_catalogue_find_model (catalogue, facts->key) == model);
      g_assert_cmpint (facts->price.input, >=, -1);
      g_assert_cmpint (facts->price.output, >=, -1);
    }
}

/* Small, so that an import is quick; the bundled one takes a millisecond to copy. */
static TdCatalogue *
get_current (void)
{
  static TdCatalogue *current;
  static const char document[] =
    "{\"format\":\"model-catalogue/1\",\"generated\":\"2026-11-23\",\"price_unit\":\"micro-USD per million tokens\","
    "\"providers\":[{\"id\":\"openai\",\"name\":\"OpenAI\",\"auth\":\"bearer\","
    "\"kind\":\"openai\",\"base_url\":\"https://api.openai.com/v1\"},{\"id\":\"openrouter\",\"name\":"
    "\"OpenRouter\",\"auth\":\"bearer\",\"kind\":\"openai-compatible\",\"base_url\":\"https://openrouter.ai/api/v1\"}],"
    "\"models\":[]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (document, sizeof document - 1);

  if (current == NULL)
    {
      g_autoptr (GError) error = NULL;

      current = td_catalogue_new_from_document (bytes, &error);
      g_assert_no_error (error);
    }
  return current;
}

void
fuzz_import (const guint8 *data,
             gsize         size)
{
  g_autoptr (GBytes) document = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) merged = td_import_any (get_current (), document, &error);
  g_autoptr (TdCatalogue) catalogue = NULL;

  g_assert_true ((merged == NULL) == (error != NULL));
  if (merged == NULL)
    return;
  catalogue = td_catalogue_new_from_document (merged, &error);
  g_assert_no_error (error);
}
