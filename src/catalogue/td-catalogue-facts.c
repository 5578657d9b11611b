/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A catalogue from files of facts, for trying the assistant on other models. */
#include "config.h"

#include "catalogue/td-catalogue-draft.h"

/**
 * td_catalogue_new_from_facts:
 * @models: a document in the catalogue's format
 * @benchmarks: (nullable): the benchmark facts that go with it; %NULL: what is measured of the bundled
 *   catalogue's models counts for those of the same name
 *
 * Returns: (transfer full): the catalogue, with its ratings computed, or %NULL with a #TdCatalogueError or
 *   #TdJsonError
 */
TdCatalogue *
td_catalogue_new_from_facts (GBytes  *models,
                             GBytes  *benchmarks,
                             GError **error)
{
  g_autoptr (TdCatalogueDraft) draft = NULL;
  g_autoptr (TdCatalogue) bundled = NULL;

  g_return_val_if_fail (models != NULL, NULL);

  draft = td_catalogue_draft_read (models, error);
  if (draft == NULL)
    return NULL;
  if (benchmarks != NULL)
    {
      if (!td_catalogue_draft_read_benchmarks (draft, benchmarks, error))
        return NULL;
      g_clear_pointer (&draft->ratings, g_hash_table_unref);
      draft->ratings = td_rating_compute (draft->benchmarks, draft->measurements);
    }
  else if (draft->measurements->len == 0)
    {
      bundled = td_catalogue_new_bundled (error);
      if (bundled == NULL)
        return NULL;
      td_catalogue_draft_take_evidence_from (draft, bundled);
    }
  if (!td_catalogue_draft_check (draft, error))
    return NULL;
  return td_catalogue_new_take_draft (g_steal_pointer (&draft), NULL);
}
