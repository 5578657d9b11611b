/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a catalogue document: sources, providers and models. A field that is not known to this
 * program is ignored; a known one of the wrong kind refuses the document, because half a fact is
 * worse than yesterday's.
 */
#include "config.h"

#include "catalogue/td-catalogue-draft.h"

#include <string.h>

#include "catalogue/td-catalogue-fields.h"
#include "catalogue/td-record.h"

#define FORMAT     "model-catalogue/1"
#define PRICE_UNIT "micro-USD per million tokens"

static gboolean
take_field (const TdRecord  *record,
            const TdField   *field,
            gpointer         facts,
            GError         **error)
{
  gpointer slot = G_STRUCT_MEMBER_P (facts, field->offset);

  switch (field->kind)
    {
    case TD_FIELD_TEXT:
      return td_record_take_text (record, field->name, TD_CATALOGUE_MAX_TEXT, slot, error);
    case TD_FIELD_NOTE:
      return td_record_take_text (record, field->name, TD_CATALOGUE_MAX_NOTE, slot, error);
    case TD_FIELD_URL:
      return td_record_take_url (record, field->name, slot, error);
    case TD_FIELD_DATE:
      return td_record_take_date (record, field->name, slot, error);
    case TD_FIELD_FACT:
      return td_record_take_fact (record, field->name, slot, error);
    case TD_FIELD_COUNT:
      return td_record_take_int (record, field->name, 0, TD_CATALOGUE_MAX_COUNT, slot, error);
    case TD_FIELD_MODALITIES:
      return td_record_take_modalities (record, field->name, slot, error);
    case TD_FIELD_LIST:
      return td_record_take_list (record, field->name, slot, error);
    default:
      g_assert_not_reached ();
    }
}

/* ---- models -------------------------------------------------------------------------------- */

static gboolean
take_prices (const TdRecord  *record,
             TdPriceList     *prices,
             GError         **error)
{
  for (guint i = 0; i < td_price_n_fields; i++)
    if (!td_record_take_int (record, td_price_fields[i].name, 0, TD_CATALOGUE_MAX_PRICE,
                             G_STRUCT_MEMBER_P (prices, td_price_fields[i].offset), error))
      return FALSE;
  return TRUE;
}

static gboolean
take_tiers (const TdRecord  *price,
            TdModelFacts    *facts,
            GError         **error)
{
  const TdJson *tiers = td_json_get_member (price->json, "tiers");
  guint n_tiers = td_json_get_length (tiers);

  if (!td_json_is_set (tiers))
    return TRUE;
  if (td_json_get_type (tiers) != TD_JSON_ARRAY || n_tiers > TD_CATALOGUE_MAX_TIERS)
    return td_record_fail (price, "tiers", "is no list, or too long a one", error);
  facts->tiers = g_new0 (TdPriceTier, n_tiers);
  facts->n_tiers = n_tiers;
  for (guint i = 0; i < n_tiers; i++)
    {
      TdRecord record = { td_json_get_element (tiers, i), "price tier of", facts->key };
      TdPriceTier *tier = &facts->tiers[i];

      td_price_list_init (&tier->prices);
      if (!td_record_take_int (&record, "above_tokens", 1, TD_CATALOGUE_MAX_COUNT,
                               &tier->above_tokens, error) ||
          !take_prices (&record, &tier->prices, error))
        return FALSE;
      if (tier->above_tokens <= (i > 0 ? facts->tiers[i - 1].above_tokens : 0))
        return td_record_fail (&record, "above_tokens", "is missing or does not rise", error);
    }
  return TRUE;
}

static gboolean
take_price (const TdRecord  *record,
            TdModelFacts    *facts,
            GError         **error)
{
  TdRecord price = { td_json_get_member (record->json, "price"), "price of", facts->key };

  if (!td_json_is_set (price.json))
    return TRUE;
  if (td_json_get_type (price.json) != TD_JSON_OBJECT)
    return td_record_fail (record, "price", "is no object", error);
  return take_prices (&price, &facts->price, error) && take_tiers (&price, facts, error);
}

static gboolean
take_budget (const TdRecord  *record,
             TdModelFacts    *facts,
             GError         **error)
{
  TdRecord budget = { td_json_get_member (record->json, "reasoning_budget"), "reasoning budget of",
                      facts->key };

  if (!td_json_is_set (budget.json))
    return TRUE;
  facts->has_reasoning_budget = TRUE;
  return td_record_take_int (&budget, "min", -1, TD_CATALOGUE_MAX_COUNT,
                             &facts->reasoning_budget_min, error) &&
         td_record_take_int (&budget, "max", -1, TD_CATALOGUE_MAX_COUNT,
                             &facts->reasoning_budget_max, error);
}

static gboolean
take_words (const TdRecord  *record,
            TdModelFacts    *facts,
            GError         **error)
{
  const char *type = td_json_member_string (record->json, "type");
  const char *status = td_json_member_string (record->json, "status");

  if (!td_model_type_from_string (type, &facts->type))
    return td_record_fail (record, "type", "is missing or unknown", error);
  if (status != NULL && !td_model_status_from_string (status, &facts->status))
    return td_record_fail (record, "status", "is unknown", error);
  return TRUE;
}

static gboolean
read_model (const TdJson      *json,
            TdCatalogueDraft  *draft,
            GError           **error)
{
  g_autoptr (TdModelFacts) facts = td_model_facts_new ();
  TdRecord record = { json, "model", td_json_member_string (json, "id") };

  if (!td_record_take_checked (&record, "provider", td_catalogue_is_provider_id,
                               "is no key of a provider", &facts->provider_id, error) ||
      !td_record_take_checked (&record, "id", td_catalogue_is_model_id, "is no key of a model",
                               &facts->id, error))
    return FALSE;
  if (facts->provider_id == NULL || facts->id == NULL)
    return td_record_fail (&record, "provider or id", "is missing", error);
  facts->key = g_strconcat (facts->provider_id, ":", facts->id, NULL);
  record.name = facts->key;
  for (guint i = 0; i < td_model_n_fields; i++)
    if (!take_field (&record, &td_model_fields[i], facts, error))
      return FALSE;
  if (!take_words (&record, facts, error) || !take_budget (&record, facts, error) ||
      !take_price (&record, facts, error))
    return FALSE;
  if (facts->name == NULL)
    return td_record_fail (&record, "name", "is missing", error);
  facts->wire = td_wire_traits_read (td_json_get_member (json, "wire"));
  g_ptr_array_add (draft->models, g_steal_pointer (&facts));
  return TRUE;
}

/* ---- providers ----------------------------------------------------------------------------- */

static gboolean
is_header (const char *name,
           const char *value)
{
  if (name == NULL || *name == '\0' || value == NULL)
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-')
      return FALSE;
  for (const char *p = value; *p != '\0'; p++)
    if (!g_ascii_isprint (*p))
      return FALSE;
  return strlen (name) <= TD_CATALOGUE_MAX_ID && strlen (value) <= TD_CATALOGUE_MAX_TEXT;
}

static gboolean
take_headers (const TdRecord   *record,
              TdProviderFacts  *facts,
              GError          **error)
{
  const TdJson *headers = td_json_get_member (record->json, "headers");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!td_json_is_set (headers))
    return TRUE;
  if (td_json_get_type (headers) != TD_JSON_OBJECT ||
      td_json_get_length (headers) > TD_CATALOGUE_MAX_LIST)
    return td_record_fail (record, "headers", "is no object, or too large a one", error);
  for (guint i = 0; i < td_json_get_length (headers); i++)
    {
      const char *name = td_json_get_name (headers, i);
      const char *value = td_json_get_string (td_json_get_element (headers, i));

      if (!is_header (name, value))
        return td_record_fail (record, "headers", "holds something that is no header", error);
      g_strv_builder_add (builder, name);
      g_strv_builder_add (builder, value);
    }
  facts->headers = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
take_listing (const TdRecord   *record,
              TdProviderFacts  *facts,
              GError          **error)
{
  TdRecord listing = { td_json_get_member (record->json, "list_models"), "list of models at",
                       facts->id };

  if (!td_json_is_set (listing.json))
    return TRUE;
  return td_record_take_url (&listing, "url", &facts->list_url, error) &&
         td_record_take_text (&listing, "format", TD_CATALOGUE_MAX_ID, &facts->list_format,
                              error) &&
         td_record_take_bool (&listing, "needs_key", &facts->list_needs_key, error);
}

static gboolean
read_provider (const TdJson      *json,
               TdCatalogueDraft  *draft,
               GError           **error)
{
  g_autoptr (TdProviderFacts) facts = td_provider_facts_new ();
  TdRecord record = { json, "provider", td_json_member_string (json, "id") };

  if (!td_record_take_checked (&record, "id", td_catalogue_is_provider_id,
                               "is no key of a provider", &facts->id, error) ||
      !td_record_take_text (&record, "name", TD_CATALOGUE_MAX_TEXT, &facts->name, error) ||
      !td_record_take_url (&record, "base_url", &facts->base_url, error) ||
      !td_record_take_url (&record, "openai_compatible_base_url",
                           &facts->openai_compatible_base_url, error) ||
      !td_record_take_list (&record, "env", &facts->env, error) ||
      !td_record_take_url (&record, "doc_url", &facts->doc_url, error) ||
      !td_record_take_bool (&record, "main", &facts->main, error) ||
      !td_record_take_bool (&record, "local", &facts->local, error) ||
      !take_headers (&record, facts, error) || !take_listing (&record, facts, error))
    return FALSE;
  if (facts->id == NULL || facts->name == NULL || facts->base_url == NULL)
    return td_record_fail (&record, "id, name or base_url", "is missing", error);
  if (!td_provider_kind_from_string (td_json_member_string (json, "kind"), &facts->kind))
    return td_record_fail (&record, "kind", "is missing or unknown", error);
  if (!td_auth_from_string (td_json_member_string (json, "auth"), &facts->auth))
    return td_record_fail (&record, "auth", "is missing or unknown", error);
  facts->wire = td_wire_traits_read (td_json_get_member (json, "wire"));
  g_ptr_array_add (draft->providers, g_steal_pointer (&facts));
  return TRUE;
}

static gboolean
read_source (const TdJson      *json,
             TdCatalogueDraft  *draft,
             GError           **error)
{
  TdRecord record = { json, "source", td_json_member_string (json, "id") };
  TdCatalogueSource *source;

  if (record.name == NULL || !td_catalogue_is_text (record.name, TD_CATALOGUE_MAX_ID))
    return td_record_fail (&record, "id", "is missing or no proper text", error);
  source = g_new0 (TdCatalogueSource, 1);
  g_ptr_array_add (draft->sources, source);
  return td_record_take_text (&record, "id", TD_CATALOGUE_MAX_ID, &source->id, error) &&
         td_record_take_text (&record, "title", TD_CATALOGUE_MAX_TEXT, &source->title, error) &&
         td_record_take_url (&record, "url", &source->url, error) &&
         td_record_take_date (&record, "date", &source->date, error) &&
         td_record_take_text (&record, "license", TD_CATALOGUE_MAX_TEXT, &source->license, error);
}

/* ---- documents ----------------------------------------------------------------------------- */

/*
 * td_catalogue_draft_read:
 *
 * Reads a document in the catalogue's own format. What it says is not yet checked as a whole.
 */
TdCatalogueDraft *
td_catalogue_draft_read (GBytes  *document,
                         GError **error)
{
  g_autoptr (TdCatalogueDraft) draft = td_catalogue_draft_new ();
  g_autoptr (TdJsonDoc) doc = td_record_parse_document (document, FORMAT, error);
  const TdJson *root;
  TdRecord record = { NULL, "catalogue", NULL };

  if (doc == NULL)
    return NULL;
  root = td_json_doc_get_root (doc);
  record.json = root;
  if (g_strcmp0 (td_json_member_string (root, "price_unit"), PRICE_UNIT) != 0)
    {
      td_record_fail (&record, "price_unit", "is missing or unknown", error);
      return NULL;
    }
  if (!td_record_take_text (&record, "generated", TD_CATALOGUE_MAX_ID, &draft->version, error) ||
      !td_record_take_text (&record, "bundled", TD_CATALOGUE_MAX_ID, &draft->bundled, error) ||
      !td_record_read_array (root, "sources", TD_CATALOGUE_MAX_SOURCES, read_source, draft,
                             error) ||
      !td_record_read_array (root, "providers", TD_CATALOGUE_MAX_PROVIDERS, read_provider, draft,
                             error) ||
      !td_record_read_array (root, "models", TD_CATALOGUE_MAX_MODELS, read_model, draft, error) ||
      !td_catalogue_draft_read_evidence (draft, root, error))
    return NULL;
  return g_steal_pointer (&draft);
}

/* Reads a string that follows @start right here, and moves on behind it. */
static char *
peek_string (const char **text,
             const char  *end,
             const char  *start)
{
  gsize length = strlen (start);
  const char *string = *text + length;
  const char *quote;

  if ((gsize) (end - *text) < length || memcmp (*text, start, length) != 0)
    return NULL;
  quote = memchr (string, '"', MIN ((gsize) (end - string), TD_CATALOGUE_MAX_ID));
  if (quote == NULL)
    return NULL;
  *text = quote + 1;
  return g_strndup (string, quote - string);
}

/*
 * td_catalogue_peek_version:
 * @bundled: (out) (nullable) (transfer full): the version it goes back to
 *
 * Reads the versions of a document this program wrote without parsing it, to choose between
 * two. NULL when they are not where we write them.
 */
char *
td_catalogue_peek_version (GBytes  *document,
                           char   **bundled)
{
  gsize length;
  const char *text = g_bytes_get_data (document, &length);
  const char *end = text + length;
  char *version = peek_string (&text, end, "{\"format\":\"" FORMAT "\",\"generated\":\"");

  *bundled = version != NULL ? peek_string (&text, end, ",\"bundled\":\"") : NULL;
  return version;
}
