/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "providers/td-key-page.h"

/* Pages behind the user's own sign-in, so nothing of the catalogue's sources has them. */
static const struct
{
  const char *provider_id;
  const char *url;
} pages[] = {
  { "openai", "https://platform.openai.com/api-keys" },
  { "anthropic", "https://console.anthropic.com/settings/keys" },
  { "google", "https://aistudio.google.com/app/apikey" },
  { "huggingface", "https://huggingface.co/settings/tokens" },
  { "ollama-cloud", "https://ollama.com/settings/keys" },
  { "mistral", "https://console.mistral.ai/api-keys" },
  { "xai", "https://console.x.ai/" },
  { "deepseek", "https://platform.deepseek.com/api_keys" },
  { "groq", "https://console.groq.com/keys" },
  { "openrouter", "https://openrouter.ai/settings/keys" },
  { "togetherai", "https://api.together.ai/settings/api-keys" },
  { "cohere", "https://dashboard.cohere.com/api-keys" },
  { "github-models", "https://github.com/settings/tokens" },
  { "cerebras", "https://cloud.cerebras.ai/" },
  { "deepinfra", "https://deepinfra.com/dash/api_keys" },
  { "moonshotai", "https://platform.moonshot.ai/console/api-keys" },
};

/**
 * td_key_page_find:
 * @catalogue: the catalogue
 * @provider_id: a provider
 *
 * Finds the page on which the user revokes a key, or else the provider's documentation.
 *
 * Returns: (transfer none) (nullable): its address; %NULL for an endpoint the user named
 */
const char *
td_key_page_find (TdCatalogue *catalogue,
                  const char  *provider_id)
{
  TdProvider *provider;

  g_return_val_if_fail (TD_IS_CATALOGUE (catalogue), NULL);
  g_return_val_if_fail (provider_id != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      if (g_str_equal (pages[i].provider_id, provider_id))
        return pages[i].url;
    }
  provider = td_catalogue_find_provider (catalogue, provider_id);
  return provider ? td_provider_get_facts (provider)->doc_url : NULL;
}
