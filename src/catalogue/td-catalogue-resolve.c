/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what people and programs type for a model to the one catalogue entry they mean. */
#include "config.h"

#include "catalogue/td-catalogue.h"

#include <string.h>

#include "base/td-text.h"

typedef gboolean (*Match) (const TdModelFacts *facts,
                           const char         *text);

static gboolean
match_id (const TdModelFacts *facts,
          const char         *text)
{
  return g_str_equal (facts->id, text);
}

static gboolean
match_base_model (const TdModelFacts *facts,
                  const char         *text)
{
  return g_strcmp0 (facts->base_model, text) == 0;
}

static gboolean
fold_equal (const char *text,
            const char *folded)
{
  g_autofree char *other = td_text_fold (text);

  return g_str_equal (other, folded);
}

static gboolean
match_key_folded (const TdModelFacts *facts,
                  const char         *folded)
{
  gsize length = strlen (facts->provider_id);

  return strlen (folded) > length &&
         g_ascii_strncasecmp (facts->provider_id, folded, length) == 0 &&
         (folded[length] == ':' || folded[length] == '/') &&
         fold_equal (facts->id, folded + length + 1);
}

static gboolean
match_id_folded (const TdModelFacts *facts,
                 const char         *folded)
{
  return fold_equal (facts->id, folded);
}

static gboolean
match_base_model_folded (const TdModelFacts *facts,
                         const char         *folded)
{
  return facts->base_model != NULL && fold_equal (facts->base_model, folded);
}

static gboolean
match_name_folded (const TdModelFacts *facts,
                   const char         *folded)
{
  return fold_equal (facts->name, folded);
}

static GPtrArray *
collect (TdCatalogue *self,
         Match        match,
         const char  *text)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < td_catalogue_get_n_models (self); i++)
    {
      TdModel *model = td_catalogue_get_model (self, i);

      if (match (td_model_get_facts (model), text))
        g_ptr_array_add (found, model);
    }
  return found;
}

typedef gboolean (*Preference) (TdCatalogue        *self,
                                const TdModelFacts *facts);

static gboolean
is_in_service (TdCatalogue        *self,
               const TdModelFacts *facts)
{
  return !td_model_facts_is_retired (facts);
}

static gboolean
is_first_party (TdCatalogue        *self,
                const TdModelFacts *facts)
{
  return g_strcmp0 (facts->base_link, "first-party") == 0;
}

static gboolean
is_at_main_provider (TdCatalogue        *self,
                     const TdModelFacts *facts)
{
  TdProvider *provider = td_catalogue_find_provider (self, facts->provider_id);

  return provider != NULL && td_provider_get_facts (provider)->main;
}

/* Keeps those that are preferred, when there are any. */
static void
narrow (TdCatalogue *self,
        GPtrArray   *models,
        Preference   prefers)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (guint i = 0; i < models->len; i++)
    if (prefers (self, td_model_get_facts (models->pdata[i])))
      g_ptr_array_add (kept, models->pdata[i]);
  if (kept->len == 0)
    return;
  g_ptr_array_set_size (models, 0);
  g_ptr_array_extend (models, kept, NULL, NULL);
}

/* Of several, the one in service that its maker or else a main provider offers. */
static TdModel *
pick (TdCatalogue *self,
      GPtrArray   *found)
{
  static const Preference preferences[] = { is_in_service, is_first_party, is_at_main_provider };
  g_autoptr (GPtrArray) left = g_ptr_array_copy (found, NULL, NULL);

  for (guint i = 0; left->len > 1 && i < G_N_ELEMENTS (preferences); i++)
    narrow (self, left, preferences[i]);
  return left->len == 1 ? left->pdata[0] : NULL;
}

static GStrv
list_keys (GPtrArray *models)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < models->len; i++)
    g_strv_builder_add (builder, td_model_get_key (models->pdata[i]));
  return g_strv_builder_end (builder);
}

static TdModel *
find_by_slash (TdCatalogue *self,
               const char  *text)
{
  g_autofree char *key = g_strdup (text);
  char *slash = strchr (key, '/');

  if (slash == NULL)
    return NULL;
  *slash = ':';
  return td_catalogue_find_model (self, key);
}

/**
 * td_catalogue_resolve_model:
 * @self: a catalogue
 * @text: (nullable): what somebody typed for a model
 * @candidates: (out) (optional) (nullable) (transfer full): the keys of the models that @text
 *   may mean, when there are several and none is preferred
 *
 * Finds the model meant. In this order: a key ("provider:id"); "provider/id"; a bare id; a base
 * model ("maker/name"); then the same again without regard to case, and the name shown. Where
 * several providers have it, one in service is preferred, then its maker's own, then that of a
 * main provider.
 *
 * Returns: (transfer none) (nullable): the model; %NULL when none or no single one is meant
 */
TdModel *
td_catalogue_resolve_model (TdCatalogue *self,
                            const char  *text,
                            GStrv       *candidates)
{
  static const struct
  {
    Match match;
    gboolean folded;
  } steps[] = {
    { match_id, FALSE },
    { match_base_model, FALSE },
    { match_key_folded, TRUE },
    { match_id_folded, TRUE },
    { match_base_model_folded, TRUE },
    { match_name_folded, TRUE },
  };
  g_autofree char *folded = NULL;
  TdModel *model;

  g_return_val_if_fail (TD_IS_CATALOGUE (self), NULL);

  if (candidates != NULL)
    *candidates = NULL;
  if (text == NULL || *text == '\0')
    return NULL;
  model = td_catalogue_find_model (self, text);
  if (model == NULL)
    model = find_by_slash (self, text);
  if (model != NULL)
    return model;

  folded = td_text_fold (text);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GPtrArray) found = collect (self, steps[i].match, steps[i].folded ? folded : text);

      if (found->len == 0)
        continue;
      model = pick (self, found);
      if (model == NULL && candidates != NULL)
        *candidates = list_keys (found);
      return model;
    }
  return NULL;
}
