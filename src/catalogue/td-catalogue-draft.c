/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalogue/td-catalogue-draft.h"

#include <string.h>

void
td_catalogue_source_free (TdCatalogueSource *self)
{
  g_free (self->id);
  g_free (self->title);
  g_free (self->url);
  g_free (self->date);
  g_free (self->license);
  g_free (self);
}

TdCatalogueDraft *
td_catalogue_draft_new (void)
{
  TdCatalogueDraft *self = g_new0 (TdCatalogueDraft, 1);

  self->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) td_catalogue_source_free);
  self->providers = g_ptr_array_new_with_free_func ((GDestroyNotify) td_provider_facts_free);
  self->models = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_facts_free);
  self->benchmarks = g_ptr_array_new_with_free_func ((GDestroyNotify) td_benchmark_free);
  self->measurements = g_ptr_array_new_with_free_func ((GDestroyNotify) td_measurement_free);
  self->ratings =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) td_rating_free);
  return self;
}

void
td_catalogue_draft_free (TdCatalogueDraft *self)
{
  g_free (self->version);
  g_free (self->bundled);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->providers);
  g_ptr_array_unref (self->models);
  g_ptr_array_unref (self->benchmarks);
  g_ptr_array_unref (self->measurements);
  g_hash_table_unref (self->ratings);
  g_free (self);
}

static TdCatalogueSource *
source_copy (const TdCatalogueSource *source)
{
  TdCatalogueSource *copy = g_new0 (TdCatalogueSource, 1);

  copy->id = g_strdup (source->id);
  copy->title = g_strdup (source->title);
  copy->url = g_strdup (source->url);
  copy->date = g_strdup (source->date);
  copy->license = g_strdup (source->license);
  return copy;
}

static void
copy_ratings (TdCatalogueDraft *self,
              GHashTable       *ratings)
{
  GHashTableIter iter;
  gpointer base_model;
  gpointer rating;

  g_hash_table_iter_init (&iter, ratings);
  while (g_hash_table_iter_next (&iter, &base_model, &rating))
    g_hash_table_insert (self->ratings, g_strdup (base_model), td_rating_copy (rating));
}

/*
 * td_catalogue_draft_new_from:
 *
 * A draft that says what @catalogue says, for another source's facts to be laid over it.
 */
TdCatalogueDraft *
td_catalogue_draft_new_from (TdCatalogue *catalogue)
{
  TdCatalogueDraft *self = td_catalogue_draft_new ();
  GPtrArray *sources = td_catalogue_get_sources (catalogue);
  GPtrArray *providers = td_catalogue_get_providers (catalogue);

  self->version = g_strdup (td_catalogue_get_version (catalogue));
  self->bundled = g_strdup (td_catalogue_get_bundled (catalogue));
  for (guint i = 0; i < sources->len; i++)
    g_ptr_array_add (self->sources, source_copy (sources->pdata[i]));
  for (guint i = 0; i < providers->len; i++)
    g_ptr_array_add (self->providers,
                     td_provider_facts_copy (td_provider_get_facts (providers->pdata[i])));
  for (guint i = 0; i < td_catalogue_get_n_models (catalogue); i++)
    g_ptr_array_add (self->models,
                     td_model_facts_copy (td_model_get_facts (td_catalogue_get_model (catalogue,
                                                                                      i))));
  td_catalogue_draft_take_evidence_from (self, catalogue);
  return self;
}

/*
 * td_catalogue_draft_take_evidence_from:
 *
 * Replaces benchmarks, measurements and ratings by those of @catalogue.
 */
void
td_catalogue_draft_take_evidence_from (TdCatalogueDraft *self,
                                       TdCatalogue      *catalogue)
{
  GPtrArray *benchmarks = td_catalogue_get_benchmarks (catalogue);
  GPtrArray *measurements = td_catalogue_get_measurements (catalogue);

  g_ptr_array_set_size (self->benchmarks, 0);
  g_ptr_array_set_size (self->measurements, 0);
  g_hash_table_remove_all (self->ratings);
  for (guint i = 0; i < benchmarks->len; i++)
    g_ptr_array_add (self->benchmarks, td_benchmark_copy (benchmarks->pdata[i]));
  for (guint i = 0; i < measurements->len; i++)
    g_ptr_array_add (self->measurements, td_measurement_copy (measurements->pdata[i]));
  copy_ratings (self, td_catalogue_get_ratings (catalogue));
}

/*
 * td_catalogue_draft_ensure_source:
 *
 * The source of that id, made when there is none yet.
 */
TdCatalogueSource *
td_catalogue_draft_ensure_source (TdCatalogueDraft *self,
                                  const char       *id)
{
  TdCatalogueSource *source;

  for (guint i = 0; i < self->sources->len; i++)
    {
      source = self->sources->pdata[i];
      if (g_str_equal (source->id, id))
        return source;
    }
  source = g_new0 (TdCatalogueSource, 1);
  source->id = g_strdup (id);
  g_ptr_array_add (self->sources, source);
  return source;
}

/* ---- what a text may be -------------------------------------------------------------------- */

/*
 * td_catalogue_is_text:
 *
 * Text to show: not empty, not longer than @max_bytes, valid UTF-8 without control characters
 * and without those that turn the direction of what stands around them.
 */
gboolean
td_catalogue_is_text (const char *text,
                      gsize       max_bytes)
{
  if (text == NULL || *text == '\0' || strlen (text) > max_bytes ||
      !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
          (c >= 0x2066 && c <= 0x2069))
        return FALSE;
    }
  return TRUE;
}

/*
 * td_catalogue_is_provider_id:
 *
 * Letters, digits, dots, dashes and underscores: no colon, at which keys are split, and no
 * slash, which "provider/id" needs.
 */
gboolean
td_catalogue_is_provider_id (const char *text)
{
  if (text == NULL || !g_ascii_isalnum (*text) || strlen (text) > 64)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (".-_", *p) == NULL)
      return FALSE;
  return TRUE;
}

/*
 * td_catalogue_is_model_id:
 *
 * Printable ASCII without spaces, as it goes into addresses and on command lines.
 */
gboolean
td_catalogue_is_model_id (const char *text)
{
  if (text == NULL || *text == '\0' || strlen (text) > TD_CATALOGUE_MAX_ID)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p))
      return FALSE;
  return TRUE;
}

static int
read_digits (const char *text,
             gsize       n)
{
  int value = 0;

  for (gsize i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return -1;
      value = value * 10 + (text[i] - '0');
    }
  return value;
}

/*
 * td_catalogue_is_date:
 *
 * "YYYY", "YYYY-MM" or "YYYY-MM-DD".
 */
gboolean
td_catalogue_is_date (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;
  int month;
  int day;

  if ((length != 4 && length != 7 && length != 10) || read_digits (text, 4) < 0)
    return FALSE;
  if (length >= 7)
    {
      month = read_digits (text + 5, 2);
      if (text[4] != '-' || month < 1 || month > 12)
        return FALSE;
    }
  if (length == 10)
    {
      day = read_digits (text + 8, 2);
      if (text[7] != '-' || day < 1 || day > 31)
        return FALSE;
    }
  return TRUE;
}

/*
 * td_catalogue_is_url:
 *
 * An http or https address with a host and without a user name.
 */
gboolean
td_catalogue_is_url (const char *text)
{
  const char *host = NULL;
  gsize host_length;

  if (text == NULL || strlen (text) > TD_CATALOGUE_MAX_NOTE)
    return FALSE;
  if (g_str_has_prefix (text, "https://"))
    host = text + strlen ("https://");
  else if (g_str_has_prefix (text, "http://"))
    host = text + strlen ("http://");
  else
    return FALSE;
  host_length = strcspn (host, "/?#");
  if (host_length == 0 || memchr (host, '@', host_length) != NULL)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p) || strchr ("\"<>\\^`{|}", *p) != NULL)
      return FALSE;
  return TRUE;
}

/* ---- the catalogue as a whole -------------------------------------------------------------- */

static gboolean
refuse (GError     **error,
        const char  *what,
        const char  *which)
{
  g_set_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT, "%s: %s", what, which);
  return FALSE;
}

static gboolean
check_providers (TdCatalogueDraft  *self,
                 GHashTable        *providers,
                 GError           **error)
{
  if (self->providers->len == 0)
    return refuse (error, "no providers", "the catalogue is empty");
  for (guint i = 0; i < self->providers->len; i++)
    {
      TdProviderFacts *facts = self->providers->pdata[i];

      if (!g_hash_table_insert (providers, facts->id, facts))
        return refuse (error, "a provider is named twice", facts->id);
    }
  return TRUE;
}

static gboolean
check_sources (TdCatalogueDraft  *self,
               GHashTable        *sources,
               GError           **error)
{
  for (guint i = 0; i < self->sources->len; i++)
    if (!g_hash_table_add (sources, ((TdCatalogueSource *) self->sources->pdata[i])->id))
      return refuse (error, "a source is named twice",
                     ((TdCatalogueSource *) self->sources->pdata[i])->id);
  return TRUE;
}

static gboolean
check_models (TdCatalogueDraft  *self,
              GHashTable        *providers,
              GHashTable        *sources,
              GError           **error)
{
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->models->len; i++)
    {
      TdModelFacts *facts = self->models->pdata[i];
      TdProviderFacts *provider = g_hash_table_lookup (providers, facts->provider_id);

      if (provider == NULL)
        return refuse (error, "a model of an unknown provider", facts->key);
      if (!g_hash_table_add (keys, facts->key))
        return refuse (error, "a model is named twice", facts->key);
      if (facts->source != NULL && !g_hash_table_contains (sources, facts->source))
        return refuse (error, "a model of an unknown source", facts->key);
      facts->local = provider->local;
    }
  return TRUE;
}

static gboolean
check_benchmarks (TdCatalogueDraft  *self,
                  GHashTable        *benchmarks,
                  GError           **error)
{
  guint n_anchors = 0;

  for (guint i = 0; i < self->benchmarks->len; i++)
    {
      TdBenchmark *benchmark = self->benchmarks->pdata[i];

      if (!g_hash_table_add (benchmarks, benchmark->id))
        return refuse (error, "a benchmark is named twice", benchmark->id);
      n_anchors += benchmark->anchor;
      if (benchmark->anchor && benchmark->weight == 0)
        return refuse (error, "the anchor of the rating has no weight", benchmark->id);
    }
  if (n_anchors > 1)
    return refuse (error, "the rating has several anchors", "only one can be the scale");
  return TRUE;
}

static gboolean
check_evidence (TdCatalogueDraft  *self,
                GHashTable        *benchmarks,
                GError           **error)
{
  GHashTableIter iter;
  gpointer base_model;
  gpointer value;

  for (guint i = 0; i < self->measurements->len; i++)
    {
      TdMeasurement *measurement = self->measurements->pdata[i];

      if (!g_hash_table_contains (benchmarks, measurement->benchmark))
        return refuse (error, "a measurement on an unknown benchmark", measurement->name);
    }
  g_hash_table_iter_init (&iter, self->ratings);
  while (g_hash_table_iter_next (&iter, &base_model, &value))
    {
      const TdRating *rating = value;

      for (guint i = 0; rating->evidence[i] != NULL; i++)
        if (!g_hash_table_contains (benchmarks, rating->evidence[i]))
          return refuse (error, "a rating from an unknown benchmark", base_model);
    }
  return TRUE;
}

/*
 * td_catalogue_draft_check:
 *
 * Whether everything in the draft fits together: keys are unique, references lead somewhere.
 * What a single field may hold was checked when it was read.
 */
gboolean
td_catalogue_draft_check (TdCatalogueDraft  *self,
                          GError           **error)
{
  g_autoptr (GHashTable) providers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) sources = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) benchmarks = g_hash_table_new (g_str_hash, g_str_equal);

  if (self->version == NULL)
    return refuse (error, "generated", "the catalogue does not say of when it is");
  return check_sources (self, sources, error) && check_providers (self, providers, error) &&
         check_models (self, providers, sources, error) &&
         check_benchmarks (self, benchmarks, error) && check_evidence (self, benchmarks, error);
}
