/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "catalogue/td-provider.h"

#include "base/td-words.h"

struct _TdProvider
{
  GObject parent_instance;

  TdProviderFacts *facts; /* (owned) */
};

G_DEFINE_FINAL_TYPE (TdProvider, td_provider, G_TYPE_OBJECT)

static const char *const kind_names[] = {
  [TD_PROVIDER_KIND_OPENAI] = "openai",
  [TD_PROVIDER_KIND_ANTHROPIC] = "anthropic",
  [TD_PROVIDER_KIND_GEMINI] = "gemini",
  [TD_PROVIDER_KIND_HUGGINGFACE] = "huggingface",
  [TD_PROVIDER_KIND_OLLAMA] = "ollama",
  [TD_PROVIDER_KIND_OPENAI_COMPATIBLE] = "openai-compatible",
};

static const char *const auth_names[] = {
  [TD_AUTH_NONE] = "none",
  [TD_AUTH_BEARER] = "bearer",
  [TD_AUTH_X_API_KEY] = "x-api-key",
  [TD_AUTH_X_GOOG_API_KEY] = "x-goog-api-key",
};

/**
 * td_provider_facts_new:
 *
 * Returns: (transfer full): facts with nothing in them
 */
TdProviderFacts *
td_provider_facts_new (void)
{
  return g_new0 (TdProviderFacts, 1);
}

/**
 * td_provider_facts_copy:
 * @self: facts
 *
 * Returns: (transfer full): the same facts, independent of @self
 */
TdProviderFacts *
td_provider_facts_copy (const TdProviderFacts *self)
{
  TdProviderFacts *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = td_provider_facts_new ();
  *copy = *self;
  copy->id = g_strdup (self->id);
  copy->name = g_strdup (self->name);
  copy->base_url = g_strdup (self->base_url);
  copy->openai_compatible_base_url = g_strdup (self->openai_compatible_base_url);
  copy->env = g_strdupv (self->env);
  copy->headers = g_strdupv (self->headers);
  copy->doc_url = g_strdup (self->doc_url);
  copy->list_url = g_strdup (self->list_url);
  copy->list_format = g_strdup (self->list_format);
  return copy;
}

/**
 * td_provider_facts_free:
 * @self: (transfer full): facts
 */
void
td_provider_facts_free (TdProviderFacts *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->base_url);
  g_free (self->openai_compatible_base_url);
  g_strfreev (self->env);
  g_strfreev (self->headers);
  g_free (self->doc_url);
  g_free (self->list_url);
  g_free (self->list_format);
  g_free (self);
}

/**
 * td_provider_kind_to_string:
 * @kind: a kind
 *
 * Returns: (transfer none): the word the catalogue uses for it
 */
const char *
td_provider_kind_to_string (TdProviderKind kind)
{
  g_return_val_if_fail ((guint) kind < G_N_ELEMENTS (kind_names), NULL);

  return kind_names[kind];
}

/**
 * td_provider_kind_from_string:
 * @text: (nullable): a word of the catalogue
 * @kind: (out): the kind; untouched on failure
 *
 * Returns: whether @text names a kind
 */
gboolean
td_provider_kind_from_string (const char     *text,
                              TdProviderKind *kind)
{
  guint found;

  g_return_val_if_fail (kind != NULL, FALSE);

  if (!td_words_find (kind_names, G_N_ELEMENTS (kind_names), text, &found))
    return FALSE;
  *kind = (TdProviderKind) found;
  return TRUE;
}

/**
 * td_auth_to_string:
 * @auth: how a key is sent
 *
 * Returns: (transfer none): the word the catalogue uses for it
 */
const char *
td_auth_to_string (TdAuth auth)
{
  g_return_val_if_fail ((guint) auth < G_N_ELEMENTS (auth_names), NULL);

  return auth_names[auth];
}

/**
 * td_auth_from_string:
 * @text: (nullable): a word of the catalogue
 * @auth: (out): how a key is sent; untouched on failure
 *
 * Returns: whether @text names a way
 */
gboolean
td_auth_from_string (const char *text,
                     TdAuth     *auth)
{
  guint found;

  g_return_val_if_fail (auth != NULL, FALSE);

  if (!td_words_find (auth_names, G_N_ELEMENTS (auth_names), text, &found))
    return FALSE;
  *auth = (TdAuth) found;
  return TRUE;
}

static void
td_provider_finalize (GObject *object)
{
  TdProvider *self = TD_PROVIDER (object);

  g_clear_pointer (&self->facts, td_provider_facts_free);

  G_OBJECT_CLASS (td_provider_parent_class)->finalize (object);
}

static void
td_provider_class_init (TdProviderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = td_provider_finalize;
}

static void
td_provider_init (TdProvider *self)
{
}

/**
 * td_provider_new:
 * @facts: (transfer full): what is known; the id and the name are set
 *
 * Returns: (transfer full): a provider
 */
TdProvider *
td_provider_new (TdProviderFacts *facts)
{
  TdProvider *self;

  g_return_val_if_fail (facts != NULL && facts->id != NULL && facts->name != NULL, NULL);

  self = g_object_new (TD_TYPE_PROVIDER, NULL);
  self->facts = facts;
  return self;
}

/**
 * td_provider_get_facts:
 * @self: a provider
 *
 * Returns: (transfer none): what is known about it, for as long as @self lives
 */
const TdProviderFacts *
td_provider_get_facts (TdProvider *self)
{
  g_return_val_if_fail (TD_IS_PROVIDER (self), NULL);

  return self->facts;
}

/**
 * td_provider_get_id:
 * @self: a provider
 *
 * Returns: (transfer none): its key in the catalogue
 */
const char *
td_provider_get_id (TdProvider *self)
{
  g_return_val_if_fail (TD_IS_PROVIDER (self), NULL);

  return self->facts->id;
}

/**
 * td_provider_get_name:
 * @self: a provider
 *
 * Returns: (transfer none): the name to show
 */
const char *
td_provider_get_name (TdProvider *self)
{
  g_return_val_if_fail (TD_IS_PROVIDER (self), NULL);

  return self->facts->name;
}
