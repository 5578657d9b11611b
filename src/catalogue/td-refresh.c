/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changed between two catalogues. */
#include "config.h"

#include "catalogue/td-refresh.h"

/**
 * td_catalogue_changes_new:
 *
 * Returns: (transfer full): changes that say nothing changed
 */
TdCatalogueChanges *
td_catalogue_changes_new (void)
{
  TdCatalogueChanges *self = g_new0 (TdCatalogueChanges, 1);

  self->added = g_ptr_array_new_with_free_func (g_free);
  self->retired = g_ptr_array_new_with_free_func (g_free);
  self->price_up = g_ptr_array_new_with_free_func (g_free);
  self->price_down = g_ptr_array_new_with_free_func (g_free);
  self->unreachable = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * td_catalogue_changes_free:
 * @self: (transfer full): changes
 */
void
td_catalogue_changes_free (TdCatalogueChanges *self)
{
  g_ptr_array_unref (self->added);
  g_ptr_array_unref (self->retired);
  g_ptr_array_unref (self->price_up);
  g_ptr_array_unref (self->price_down);
  g_ptr_array_unref (self->unreachable);
  g_free (self);
}

static const TdModelFacts *
find_in_service (TdCatalogue *catalogue,
                 const char  *key)
{
  TdModel *model = td_catalogue_find_model (catalogue, key);
  const TdModelFacts *facts = model != NULL ? td_model_get_facts (model) : NULL;

  return facts != NULL && !td_model_facts_is_retired (facts) ? facts : NULL;
}

/* A price that is not known before or after did not go anywhere. When input and output went
 * different ways, what they cost together counts. */
static int
compare_prices (const TdModelFacts *before,
                const TdModelFacts *after)
{
  TdPrice was = 0;
  TdPrice is = 0;

  if (before->price.input >= 0 && after->price.input >= 0)
    {
      was += before->price.input;
      is += after->price.input;
    }
  if (before->price.output >= 0 && after->price.output >= 0)
    {
      was += before->price.output;
      is += after->price.output;
    }
  return (is > was) - (is < was);
}

static void
note_prices (TdCatalogueChanges *self,
             const TdModelFacts *before,
             const TdModelFacts *after)
{
  int direction = compare_prices (before, after);

  if (direction > 0)
    g_ptr_array_add (self->price_up, g_strdup (after->key));
  else if (direction < 0)
    g_ptr_array_add (self->price_down, g_strdup (after->key));
}

/**
 * td_catalogue_changes_between:
 * @before: a catalogue
 * @after: a newer one
 *
 * Only models in service count: one that was retired and is back is new, one that is retired
 * and has another price is not worth a word.
 *
 * Returns: (transfer full): what is new, retired, dearer and cheaper in @after
 */
TdCatalogueChanges *
td_catalogue_changes_between (TdCatalogue *before,
                              TdCatalogue *after)
{
  TdCatalogueChanges *self = td_catalogue_changes_new ();

  g_return_val_if_fail (TD_IS_CATALOGUE (before) && TD_IS_CATALOGUE (after), self);

  for (guint i = 0; i < td_catalogue_get_n_models (after); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (after, i));
      const TdModelFacts *was = find_in_service (before, facts->key);

      if (td_model_facts_is_retired (facts))
        continue;
      if (was == NULL)
        g_ptr_array_add (self->added, g_strdup (facts->key));
      else
        note_prices (self, was, facts);
    }
  for (guint i = 0; i < td_catalogue_get_n_models (before); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (before, i));

      if (!td_model_facts_is_retired (facts) && find_in_service (after, facts->key) == NULL)
        g_ptr_array_add (self->retired, g_strdup (facts->key));
    }
  return self;
}
