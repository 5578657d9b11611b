/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "catalogue/td-wire-trait.h"

G_BEGIN_DECLS

/* The wire protocol a provider speaks, as the catalogue names it. */
typedef enum
{
  TD_PROVIDER_KIND_OPENAI,
  TD_PROVIDER_KIND_ANTHROPIC,
  TD_PROVIDER_KIND_GEMINI,
  TD_PROVIDER_KIND_HUGGINGFACE,
  TD_PROVIDER_KIND_OLLAMA,
  TD_PROVIDER_KIND_OPENAI_COMPATIBLE,
} TdProviderKind;

/* How the key is sent. */
typedef enum
{
  TD_AUTH_NONE,
  TD_AUTH_BEARER,
  TD_AUTH_X_API_KEY,
  TD_AUTH_X_GOOG_API_KEY,
} TdAuth;

/**
 * TdProvider:
 *
 * The facts about a provider of models, immutable. What the user changed about it (address,
 * headers, key, enabled) is a #TdEndpoint.
 */
#define TD_TYPE_PROVIDER (td_provider_get_type ())
G_DECLARE_FINAL_TYPE (TdProvider, td_provider, TD, PROVIDER, GObject)

typedef struct
{
  char *id;
  char *name;
  TdProviderKind kind;
  char *base_url;                /* without a trailing slash */
  char *openai_compatible_base_url; /* (nullable) */
  GStrv env;                     /* environment variables that usually carry the key */
  TdAuth auth;
  GStrv headers;                 /* fixed headers, name and value by turns */
  char *doc_url;                 /* (nullable) */
  gboolean main;                 /* one of the five main providers */
  gboolean local;
  char *list_url;                /* (nullable): where the models are listed */
  char *list_format;             /* (nullable): "openai", "anthropic", "gemini", ... */
  gboolean list_needs_key;
  TdWireTrait wire;              /* where it departs from others of its kind */
} TdProviderFacts;

TdProvider            *td_provider_new       (TdProviderFacts *facts);
const TdProviderFacts *td_provider_get_facts (TdProvider      *self);
const char            *td_provider_get_id    (TdProvider      *self);
const char            *td_provider_get_name  (TdProvider      *self);

TdProviderFacts       *td_provider_facts_new  (void);
TdProviderFacts       *td_provider_facts_copy (const TdProviderFacts *self);
void                   td_provider_facts_free (TdProviderFacts *self);
const char            *td_provider_kind_to_string   (TdProviderKind  kind);
gboolean               td_provider_kind_from_string (const char     *text,
                                                     TdProviderKind *kind);
const char            *td_auth_to_string            (TdAuth          auth);
gboolean               td_auth_from_string          (const char     *text,
                                                     TdAuth         *auth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdProviderFacts, td_provider_facts_free)

G_END_DECLS
