/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Laying a foreign source's facts over a catalogue.
 *
 * - What the source says replaces what was known, what it does not know is kept.
 * - Of a known provider nothing but its models changes: where requests and keys are sent is not
 *   for a document from outside to say. For the same reason a new provider names no environment
 *   variables: they might hold somebody else's key.
 * - A model of a provider the source covers that is no longer in it becomes "unlisted", as the
 *   catalogue calls what a newer state of its source does not have: its facts stay, since old
 *   chats name it. A provider listed without any model says nothing. In the list again, a model
 *   is in service again.
 * - Measurements and ratings belong to base models and are kept. A new entry is linked to its
 *   base model by the two rules the catalogue itself was made by: a provider that makes its
 *   models, and ids of the form "org/name". Both are learnt from the entries there are.
 * - A document that does not look like a newer state of the same world is refused whole.
 */
#include "config.h"

#include "catalogue/td-import.h"

#include <string.h>

#include "base/td-clock.h"
#include "catalogue/td-refresh.h"

/* More than half of what was in service gone, or more than one price in twenty a hundred times
 * what it was or a hundredth of it: a fault in the document or in our reading of it. */
#define MAX_GONE_DIVISOR  2
#define MAX_LEAPS_DIVISOR 20
#define LEAP_FACTOR       100

/* ---- what is known about makers ------------------------------------------------------------ */

static char *
get_org (const char *id)
{
  const char *slash = strchr (id, '/');

  /* "org/name", and no other kind of path. */
  if (slash == NULL || slash == id || strchr (slash + 1, '/') != NULL)
    return NULL;
  return g_ascii_strdown (id, slash - id);
}

static char *
get_maker (const char *base_model)
{
  const char *slash = strchr (base_model, '/');

  return slash != NULL ? g_strndup (base_model, slash - base_model) : NULL;
}

/* Counts how often a name goes with a maker, and keeps the maker it goes with most often. */
static void
count_maker (GHashTable *counts,
             GHashTable *makers,
             const char *name,
             const char *maker)
{
  g_autofree char *pair = g_strconcat (name, "\n", maker, NULL);
  const char *leader = g_hash_table_lookup (makers, name);
  g_autofree char *leading = leader != NULL ? g_strconcat (name, "\n", leader, NULL) : NULL;
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, pair)) + 1;

  g_hash_table_insert (counts, g_strdup (pair), GUINT_TO_POINTER (count));
  if (leading == NULL || count > GPOINTER_TO_UINT (g_hash_table_lookup (counts, leading)))
    g_hash_table_insert (makers, g_strdup (name), g_strdup (maker));
}

static void
learn_makers (TdImport *self)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) own_counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->draft->models->len; i++)
    {
      const TdModelFacts *facts = self->draft->models->pdata[i];
      g_autofree char *org = get_org (facts->id);
      g_autofree char *maker = facts->base_model != NULL ? get_maker (facts->base_model) : NULL;

      if (maker == NULL)
        continue;
      g_hash_table_insert (self->base_models, g_ascii_strdown (facts->base_model, -1),
                           g_strdup (facts->base_model));
      if (org != NULL)
        count_maker (counts, self->makers, org, maker);
      if (g_strcmp0 (facts->base_link, "first-party") == 0)
        count_maker (own_counts, self->own_makers, facts->provider_id, maker);
    }
}

static void
set_base_model (TdImport     *self,
                TdModelFacts *facts,
                const char   *maker,
                const char   *name,
                const char   *link)
{
  /* A variant behind a colon (":free") is another offer of the same model. */
  g_autofree char *bare = g_strndup (name, strcspn (name, ":"));
  g_autofree char *base_model = g_strconcat (maker, "/", bare, NULL);
  g_autofree char *lower = g_ascii_strdown (base_model, -1);
  const char *known = g_hash_table_lookup (self->base_models, lower);

  if (*bare == '\0')
    return;
  g_free (facts->base_model);
  g_free (facts->base_link);
  facts->base_link = g_strdup (link);
  if (known != NULL)
    facts->base_model = g_strdup (known);
  else if (g_str_equal (link, "first-party"))
    facts->base_model = g_steal_pointer (&base_model);
  else
    facts->base_model = g_steal_pointer (&lower);
}

static void
link_base_model (TdImport     *self,
                 TdModelFacts *facts)
{
  g_autofree char *org = get_org (facts->id);
  const char *own_maker = g_hash_table_lookup (self->own_makers, facts->provider_id);
  const char *maker = org != NULL ? g_hash_table_lookup (self->makers, org) : NULL;

  if (own_maker != NULL && strchr (facts->id, '/') == NULL)
    set_base_model (self, facts, own_maker, facts->id, "first-party");
  else if (maker != NULL)
    set_base_model (self, facts, maker, strchr (facts->id, '/') + 1, "same-name");
}

/* ---- what kind of model it is -------------------------------------------------------------- */

static gboolean
has_any (const char        *text,
         const char *const *parts)
{
  for (guint i = 0; parts[i] != NULL; i++)
    if (strstr (text, parts[i]) != NULL)
      return TRUE;
  return FALSE;
}

static TdModelType
guess_type (const TdModelFacts *facts)
{
  static const char *const embedding[] = { "embed", NULL };
  static const char *const rerank[] = { "rerank", NULL };
  static const char *const moderation[] = { "moderation", "guard", "safety", "shield", NULL };
  static const char *const realtime[] = { "realtime", "-live", NULL };
  static const char *const transcription[] = { "whisper", "transcri", "-stt", "-asr", NULL };
  g_autofree char *id = g_ascii_strdown (facts->id, -1);

  if (has_any (id, embedding) || (facts->output & TD_MODALITY_EMBEDDING))
    return TD_MODEL_TYPE_EMBEDDING;
  if (has_any (id, rerank))
    return TD_MODEL_TYPE_RERANK;
  if (has_any (id, moderation))
    return TD_MODEL_TYPE_MODERATION;
  if (has_any (id, realtime))
    return TD_MODEL_TYPE_REALTIME;
  if (has_any (id, transcription))
    return TD_MODEL_TYPE_TRANSCRIPTION;
  if (facts->output & TD_MODALITY_IMAGE)
    return TD_MODEL_TYPE_IMAGE;
  if (facts->output & TD_MODALITY_VIDEO)
    return TD_MODEL_TYPE_VIDEO;
  if ((facts->output & TD_MODALITY_AUDIO) && !(facts->output & TD_MODALITY_TEXT))
    return TD_MODEL_TYPE_AUDIO;
  if ((facts->input & TD_MODALITY_TEXT) && (facts->output & TD_MODALITY_TEXT))
    return TD_MODEL_TYPE_CHAT;
  return TD_MODEL_TYPE_OTHER;
}

/*
 * td_import_classify:
 *
 * What follows for a new model from what the source said of it: its type, which the sources do
 * not state, and the model behind it.
 */
void
td_import_classify (TdImport     *self,
                    TdModelFacts *facts)
{
  facts->type = guess_type (facts);
  if (facts->type == TD_MODEL_TYPE_EMBEDDING)
    facts->output = TD_MODALITY_EMBEDDING;
  link_base_model (self, facts);
}

/* ---- the overlay --------------------------------------------------------------------------- */

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static GHashTable *
new_names (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
go_back_to (TdCatalogueDraft *draft,
            TdCatalogue      *current)
{
  const char *bundled = td_catalogue_get_bundled (current);

  g_set_str (&draft->bundled, bundled != NULL ? bundled : td_catalogue_get_version (current));
}

/* A version later than what it was made of, also where the clock does not think so. */
static void
make_later (char       **version,
            const char  *current)
{
  if (strcmp (*version, current) > 0)
    return;
  g_free (*version);
  *version = g_strconcat (current, "+", NULL);
}

static void
set_version (TdImport *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc_usec (td_clock_now_us ());

  self->today = g_date_time_format (now, "%Y-%m-%d");
  g_free (self->draft->version);
  self->draft->version = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  make_later (&self->draft->version, td_catalogue_get_version (self->current));
}

/*
 * td_import_begin:
 *
 * Starts from what @current says. The new facts will name @source.
 */
TdImport *
td_import_begin (TdCatalogue *current,
                 const char  *source,
                 const char  *title,
                 const char  *url)
{
  TdImport *self = g_new0 (TdImport, 1);
  TdCatalogueSource *entry;

  self->current = current;
  self->draft = td_catalogue_draft_new_from (current);
  go_back_to (self->draft, current);
  self->source = source;
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->seen = new_set ();
  self->covered = new_set ();
  self->makers = new_names ();
  self->own_makers = new_names ();
  self->base_models = new_names ();
  for (guint i = 0; i < self->draft->models->len; i++)
    g_hash_table_insert (self->by_key, ((TdModelFacts *) self->draft->models->pdata[i])->key,
                         self->draft->models->pdata[i]);
  set_version (self);
  learn_makers (self);

  entry = td_catalogue_draft_ensure_source (self->draft, source);
  g_free (entry->title);
  entry->title = g_strdup (title);
  g_free (entry->url);
  entry->url = g_strdup (url);
  g_free (entry->date);
  entry->date = g_strdup (self->today);
  return self;
}

void
td_import_free (TdImport *self)
{
  td_catalogue_draft_free (self->draft);
  g_hash_table_unref (self->by_key);
  g_hash_table_unref (self->seen);
  g_hash_table_unref (self->covered);
  g_hash_table_unref (self->makers);
  g_hash_table_unref (self->own_makers);
  g_hash_table_unref (self->base_models);
  g_free (self->today);
  g_free (self);
}

/**
 * td_import_has_provider:
 * @self: an import
 * @provider_id: a provider
 *
 * Returns: whether the source names it
 */
gboolean
td_import_has_provider (TdImport   *self,
                        const char *provider_id)
{
  for (guint i = 0; i < self->draft->providers->len; i++)
    if (g_str_equal (((TdProviderFacts *) self->draft->providers->pdata[i])->id, provider_id))
      return TRUE;
  return FALSE;
}

/*
 * td_import_ensure_model:
 *
 * The facts of a model the source has, to write its own over; a model that is not known yet has
 * its id for a name until then. NULL when the id is none, or there are too many.
 */
TdModelFacts *
td_import_ensure_model (TdImport   *self,
                        const char *provider_id,
                        const char *id,
                        gboolean   *is_new)
{
  g_autofree char *key = NULL;
  TdModelFacts *facts;

  if (!td_catalogue_is_model_id (id))
    return NULL;
  key = g_strconcat (provider_id, ":", id, NULL);
  facts = g_hash_table_lookup (self->by_key, key);
  *is_new = facts == NULL;
  if (facts == NULL)
    {
      if (self->draft->models->len >= TD_CATALOGUE_MAX_MODELS)
        return NULL;
      facts = td_model_facts_new ();
      facts->key = g_strdup (key);
      facts->provider_id = g_strdup (provider_id);
      facts->id = g_strdup (id);
      facts->name = g_strdup (id);
      g_ptr_array_add (self->draft->models, facts);
      g_hash_table_insert (self->by_key, facts->key, facts);
    }
  if (td_model_facts_is_retired (facts))
    facts->status = TD_MODEL_STATUS_IN_SERVICE;
  g_free (facts->source);
  facts->source = g_strdup (self->source);
  g_hash_table_add (self->seen, g_steal_pointer (&key));
  g_hash_table_add (self->covered, g_strdup (provider_id));
  return facts;
}

static gboolean
is_known_price (const TdPriceList *prices)
{
  return prices->input >= 0 || prices->output >= 0;
}

/*
 * td_import_set_prices:
 * @tiers: (transfer full) (nullable): what goes with @prices
 *
 * Replaces the prices as a whole, where the source knows any. A note about an older price goes
 * with it.
 */
void
td_import_set_prices (TdModelFacts      *facts,
                      const TdPriceList *prices,
                      TdPriceTier       *tiers,
                      guint              n_tiers)
{
  if (!is_known_price (prices))
    {
      g_free (tiers);
      return;
    }
  if (facts->price.input != prices->input || facts->price.output != prices->output)
    g_clear_pointer (&facts->note, g_free);
  facts->price = *prices;
  g_free (facts->tiers);
  facts->tiers = tiers;
  facts->n_tiers = n_tiers;
}

/* ---- is this the same world? --------------------------------------------------------------- */

static gboolean
suspect (GError     **error,
         const char  *what)
{
  g_set_error_literal (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_SUSPICIOUS, what);
  return FALSE;
}

static gboolean
is_leap (TdPrice before,
         TdPrice after)
{
  return before > 0 && after > 0 &&
         (after / LEAP_FACTOR >= before || before / LEAP_FACTOR >= after);
}

static gboolean
check_prices (TdImport  *self,
              GError   **error)
{
  guint n_compared = 0;
  guint n_leaps = 0;

  for (guint i = 0; i < td_catalogue_get_n_models (self->current); i++)
    {
      const TdModelFacts *before = td_model_get_facts (td_catalogue_get_model (self->current, i));
      const TdModelFacts *after = g_hash_table_lookup (self->by_key, before->key);

      if (!g_hash_table_contains (self->seen, before->key) || before->price.input <= 0)
        continue;
      n_compared++;
      n_leaps += is_leap (before->price.input, after->price.input) ||
                 is_leap (before->price.output, after->price.output);
    }
  if (n_leaps > n_compared / MAX_LEAPS_DIVISOR)
    return suspect (error, "prices are many times what they were");
  return TRUE;
}

static gboolean
check_gone (TdImport  *self,
            GError   **error)
{
  guint n_known = 0;
  guint n_gone = 0;

  if (g_hash_table_size (self->seen) == 0)
    return suspect (error, "the document has no models");
  for (guint i = 0; i < td_catalogue_get_n_models (self->current); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (self->current, i));

      if (td_model_facts_is_retired (facts) ||
          !g_hash_table_contains (self->covered, facts->provider_id))
        continue;
      n_known++;
      n_gone += !g_hash_table_contains (self->seen, facts->key);
    }
  if (n_gone > n_known / MAX_GONE_DIVISOR)
    return suspect (error, "most of the models are gone");
  return TRUE;
}

static void
retire_unseen (TdImport *self)
{
  for (guint i = 0; i < self->draft->models->len; i++)
    {
      TdModelFacts *facts = self->draft->models->pdata[i];

      if (g_hash_table_contains (self->covered, facts->provider_id) &&
          !g_hash_table_contains (self->seen, facts->key) && !td_model_facts_is_retired (facts))
        facts->status = TD_MODEL_STATUS_UNLISTED;
    }
}

/*
 * td_import_end:
 *
 * Checks the result as a whole and writes it down.
 */
GBytes *
td_import_end (TdImport  *self,
               GError   **error)
{
  if (!check_gone (self, error) || !check_prices (self, error))
    return NULL;
  retire_unseen (self);
  if (!td_catalogue_draft_check (self->draft, error))
    return NULL;
  return td_catalogue_draft_write (self->draft);
}

/* ---- any document -------------------------------------------------------------------------- */

static void
keep_providers (TdCatalogueDraft *draft,
                TdCatalogue      *current)
{
  for (guint i = 0; i < draft->providers->len; i++)
    {
      TdProviderFacts *facts = draft->providers->pdata[i];
      TdProvider *known = td_catalogue_find_provider (current, facts->id);

      if (known == NULL)
        continue;
      draft->providers->pdata[i] = td_provider_facts_copy (td_provider_get_facts (known));
      td_provider_facts_free (facts);
    }
}

/* A document in our own format takes the place of everything, but for the providers that are
 * known, and for the evidence where it is a plain file of models. */
static GBytes *
import_own (TdCatalogue  *current,
            GBytes       *document,
            GError      **error)
{
  g_autoptr (TdCatalogueDraft) draft = td_catalogue_draft_read (document, error);
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_known = 0;
  guint n_gone = 0;

  if (draft == NULL || !td_catalogue_draft_check (draft, error))
    return NULL;
  for (guint i = 0; i < draft->models->len; i++)
    g_hash_table_add (keys, ((TdModelFacts *) draft->models->pdata[i])->key);
  for (guint i = 0; i < td_catalogue_get_n_models (current); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (current, i));

      n_known += !td_model_facts_is_retired (facts);
      n_gone += !td_model_facts_is_retired (facts) && !g_hash_table_contains (keys, facts->key);
    }
  if (n_gone > n_known / MAX_GONE_DIVISOR)
    {
      suspect (error, "most of the models are gone");
      return NULL;
    }
  if (draft->measurements->len == 0)
    td_catalogue_draft_take_evidence_from (draft, current);
  keep_providers (draft, current);
  go_back_to (draft, current);
  make_later (&draft->version, td_catalogue_get_version (current));
  return td_catalogue_draft_check (draft, error) ? td_catalogue_draft_write (draft) : NULL;
}

/*
 * td_import_parse:
 *
 * Parses a foreign document within bounds; what is no JSON is no document of models.
 */
TdJsonDoc *
td_import_parse (GBytes  *document,
                 GError **error)
{
  static const TdJsonLimits limits = { TD_CATALOGUE_MAX_BYTES, 64 };
  g_autoptr (GError) reason = NULL;
  TdJsonDoc *doc = td_json_doc_parse_bytes (document, &limits, &reason);

  if (doc == NULL)
    g_set_error (error, TD_CATALOGUE_ERROR, TD_CATALOGUE_ERROR_FORMAT, "no document of models: %s",
                 reason->message);
  return doc;
}

/*
 * td_import_any:
 *
 * Lays over a document of whichever of the three formats it is.
 */
GBytes *
td_import_any (TdCatalogue  *current,
               GBytes       *document,
               GError      **error)
{
  g_autoptr (TdJsonDoc) doc = td_import_parse (document, error);
  const TdJson *root = doc != NULL ? td_json_doc_get_root (doc) : NULL;

  if (doc == NULL)
    return NULL;
  if (td_json_member_string (root, "format") != NULL)
    return import_own (current, document, error);
  if (td_json_get_type (td_json_get_member (root, "data")) == TD_JSON_ARRAY)
    return td_import_openrouter (current, document, error);
  return td_import_modelsdev (current, document, error);
}
