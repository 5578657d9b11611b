/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/analysis/td-category.h"
#include "assistant/analysis/td-features.h"
#include "base/td-money.h"

G_BEGIN_DECLS

/**
 * TdNeed:
 * @TD_NEED_VISION: an image is looked at or made
 * @TD_NEED_IMAGE_OUTPUT: an image is made
 * @TD_NEED_AUDIO: a recording is listened to, or speech is made
 * @TD_NEED_TOOLS: it takes facts of the moment, an action, or running something
 * @TD_NEED_LONG_CONTEXT: there is much to read
 * @TD_NEED_STRUCTURED_OUTPUT: the reply is for a program
 *
 * What a model must be able to do for a request.
 */
typedef enum
{
  TD_NEED_VISION,
  TD_NEED_IMAGE_OUTPUT,
  TD_NEED_AUDIO,
  TD_NEED_TOOLS,
  TD_NEED_LONG_CONTEXT,
  TD_NEED_STRUCTURED_OUTPUT,
  TD_N_NEEDS,
} TdNeed;

/* What a text can ask for besides its subject. */
typedef enum
{
  TD_STATED_LOCAL,
  TD_STATED_OPEN_WEIGHTS,
  TD_STATED_FREE,
  TD_STATED_CHEAP,
  TD_STATED_QUALITY,
  TD_STATED_SPEED,
  TD_STATED_REGION,
  TD_STATED_MEMORY,       /* value: bytes */
  TD_STATED_MAX_COST,     /* value: nano-dollars for this request */
  TD_STATED_MAX_PRICE,    /* value: micro-dollars per million tokens */
  TD_STATED_MIN_CONTEXT,  /* value: tokens */
  TD_STATED_PROVIDER_IN,  /* provider: its id */
  TD_STATED_PROVIDER_OUT, /* provider: its id */
  TD_N_STATED,
} TdStatedKind;

typedef struct
{
  TdStatedKind kind;
  gint64 value;
  const char *provider; /* (nullable): static */
  char *phrase;         /* (owned): as it is in the text */
} TdStated;

/**
 * TdRequestTerms:
 *
 * What a request needs, and what it says about the model that is to answer it, each with the words
 * that say so.
 */
typedef struct
{
  gboolean needs[TD_N_NEEDS];
  char *need_phrases[TD_N_NEEDS]; /* (owned) (nullable) */
  GPtrArray *stated;              /* (element-type TdStated) */
  gint64 pages;                   /* of a document that is spoken of; 0: none */
} TdRequestTerms;

TdRequestTerms *td_request_terms_new    (const TdFeatures     *features,
                                         const TdLexicon      *lexicon,
                                         TdCategory            category);
void            td_request_terms_free   (TdRequestTerms       *self);
gboolean        td_request_terms_is_figurative (const TdFeatures *features,
                                                const TdLexicon  *lexicon);
const TdStated *td_request_terms_find   (const TdRequestTerms *self,
                                         TdStatedKind          kind);
gboolean        td_request_terms_prepare (GError             **error);
const char     *td_need_to_string       (TdNeed                need);
const char     *td_stated_to_string     (TdStatedKind          kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdRequestTerms, td_request_terms_free)

G_END_DECLS
