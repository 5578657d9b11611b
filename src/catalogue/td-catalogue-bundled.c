/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The catalogue compiled into the program. A file of its own, because the tool that packs that
 * catalogue is made of the other files and must not need the result.
 */
#include "config.h"

#include "catalogue/td-catalogue.h"

#include "base/td-resources.h"

/**
 * td_catalogue_load_bundled:
 * @error: return location for an error
 *
 * Returns: (transfer full): the document of the bundled catalogue
 */
GBytes *
td_catalogue_load_bundled (GError **error)
{
  return td_resources_lookup ("catalogue/catalogue.json", error);
}

/**
 * td_catalogue_new_bundled:
 * @error: return location for an error
 *
 * Parses the bundled catalogue. Takes some milliseconds: call it once, on a thread (see
 * td_market_load_async()).
 *
 * Returns: (transfer full): the catalogue this program came with
 */
TdCatalogue *
td_catalogue_new_bundled (GError **error)
{
  g_autoptr (GBytes) document = td_catalogue_load_bundled (error);

  return document != NULL ? td_catalogue_new_from_document (document, error) : NULL;
}
