/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tokens/td-token-ruler.h"

#include <string.h>

#include "tokens/td-token-estimate.h"
#include "tokens/td-token-model-private.h"

#define MILLION G_GINT64_CONSTANT (1000000)

/* What a template may put around a message, or in front of all, beyond what is published of it. */
#define MESSAGE_SLACK       2
#define REPLY_SLACK         16
#define MESSAGE_SLACK_OTHER 8
#define REPLY_SLACK_OTHER   48

struct _TdTokenRuler
{
  gatomicrefcount ref_count;
  char *model_id;                  /* (owned) */
  TdTokenCalibration *calibration; /* (owned) (nullable) */
  TdTokenizer *tokenizer;          /* (unowned) (nullable) */
  TdEncoding framing;
  gboolean exact;
  guint percent;                   /* of another vocabulary's tokens, until something was learnt */
};

/**
 * td_token_ruler_new:
 * @provider_id: (nullable): who offers the model, as the catalogue names it
 * @model_id: the name it has there
 * @calibration: (nullable): what was learnt about estimates
 *
 * Returns: (transfer full): how tokens of the model are counted
 */
TdTokenRuler *
td_token_ruler_new (const char         *provider_id,
                    const char         *model_id,
                    TdTokenCalibration *calibration)
{
  TdTokenRuler *self;
  TdEncoding encoding = TD_ENCODING_O200K_BASE;

  g_return_val_if_fail (model_id != NULL, NULL);

  self = g_new0 (TdTokenRuler, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->model_id = g_strdup (model_id);
  self->calibration = calibration != NULL ? td_token_calibration_ref (calibration) : NULL;
  self->exact = td_token_find_encoding (provider_id, model_id, &encoding);
  /* Chats of other families are framed in much the same way. */
  self->framing = self->exact ? encoding : TD_ENCODING_O200K_BASE;
  self->tokenizer = td_tokenizer_get (self->framing);
  self->exact = self->exact && self->tokenizer != NULL;
  self->percent = td_token_find_percent (model_id);
  return self;
}

/**
 * td_token_ruler_ref:
 * @self: a ruler
 *
 * Returns: (transfer full): @self
 */
TdTokenRuler *
td_token_ruler_ref (TdTokenRuler *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_token_ruler_unref:
 * @self: (transfer full): a ruler
 *
 * Lets go of it; with the last reference it is freed.
 */
void
td_token_ruler_unref (TdTokenRuler *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->model_id);
  g_clear_pointer (&self->calibration, td_token_calibration_unref);
  g_free (self);
}

/**
 * td_token_ruler_is_exact:
 * @self: a ruler
 *
 * Returns: whether it counts with the model's own vocabulary
 */
gboolean
td_token_ruler_is_exact (TdTokenRuler *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->exact;
}

/**
 * td_token_ruler_get_model_id:
 * @self: a ruler
 *
 * Returns: (transfer none): the model, as its provider names it
 */
const char *
td_token_ruler_get_model_id (TdTokenRuler *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->model_id;
}

/**
 * td_token_ruler_get_tokenizer:
 * @self: a ruler
 *
 * Returns: (transfer none) (nullable): what it counts exactly with, %NULL when it estimates
 */
TdTokenizer *
td_token_ruler_get_tokenizer (TdTokenRuler *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->tokenizer;
}

/* The tokens for each million of our vocabulary's, and how far that is off (-1: not measured). */
static gint64
get_ratio (TdTokenRuler  *self,
           TdTokenScript  script,
           int           *error_permille)
{
  gint64 ratio, error;

  *error_permille = -1;
  if (self->calibration == NULL ||
      !td_token_calibration_find (self->calibration, self->model_id, script, &ratio, &error))
    return self->percent * (MILLION / 100);
  *error_permille = (int) MIN ((error + 999) / 1000, 1000);
  return ratio;
}

/**
 * td_token_ruler_scale:
 * @self: a ruler
 * @base: tokens of a text by the vocabulary of td_token_ruler_get_tokenizer()
 * @script: what the text is
 * @bytes: how long it is
 *
 * Returns: the model's tokens of the text. No vocabulary has more tokens than there are bytes,
 *   which bounds what an estimate stands for.
 */
TdTokenCount
td_token_ruler_scale (TdTokenRuler  *self,
                      gint64         base,
                      TdTokenScript  script,
                      gsize          bytes)
{
  TdTokenCount count = { .tokens = base, .at_most = base, .exact = TRUE };

  g_return_val_if_fail (self != NULL, count);

  if (self->exact)
    return count;
  count.exact = FALSE;
  count.tokens = (base * get_ratio (self, script, &count.error_permille) + MILLION - 1) / MILLION;
  count.at_most = MAX (count.tokens, (gint64) bytes);
  return count;
}

/**
 * td_token_ruler_count:
 * @self: a ruler
 * @text: (array length=length): text
 * @length: bytes, or -1 if it ends with a NUL
 *
 * Counts the tokens of a text. Takes about 10 ms for a megabyte: see td_token_ruler_guess() for
 * long texts on the main thread.
 *
 * Returns: the count
 */
TdTokenCount
td_token_ruler_count (TdTokenRuler *self,
                      const char   *text,
                      gssize        length)
{
  gint64 base;

  g_return_val_if_fail (self != NULL, (TdTokenCount) TD_TOKEN_COUNT_NONE);
  g_return_val_if_fail (text != NULL || length == 0, (TdTokenCount) TD_TOKEN_COUNT_NONE);

  if (length < 0)
    length = (gssize) strlen (text);
  if (length == 0)
    return td_token_ruler_scale (self, 0, TD_SCRIPT_LATIN, 0);
  base = self->tokenizer != NULL ? td_tokenizer_count (self->tokenizer, text, length)
                                 : td_token_estimate (text, length);
  if (self->exact)
    return td_token_ruler_scale (self, base, TD_SCRIPT_LATIN, length);
  return td_token_ruler_scale (self, base, td_token_script_of (text, length), length);
}

/**
 * td_token_ruler_guess:
 * @self: a ruler
 * @text: (array length=length): text
 * @length: bytes, or -1 if it ends with a NUL
 *
 * Estimates the tokens of a text from samples, in well under a millisecond however long it is.
 *
 * Returns: the estimate, which is not marked as exact for any model
 */
TdTokenCount
td_token_ruler_guess (TdTokenRuler *self,
                      const char   *text,
                      gssize        length)
{
  TdTokenCount count;
  gint64 base;

  g_return_val_if_fail (self != NULL, (TdTokenCount) TD_TOKEN_COUNT_NONE);
  g_return_val_if_fail (text != NULL || length == 0, (TdTokenCount) TD_TOKEN_COUNT_NONE);

  if (length < 0)
    length = (gssize) strlen (text);
  base = td_token_estimate (text != NULL ? text : "", length);
  count = td_token_ruler_scale (self, base, td_token_script_of (text, length), length);
  count.exact = FALSE;
  count.error_permille = -1;
  count.at_most = MAX (count.tokens, (gint64) length);
  return count;
}

/**
 * td_token_ruler_frame:
 * @self: a ruler
 * @role: the role of a message
 *
 * Returns: what a message costs besides its text
 */
TdTokenCount
td_token_ruler_frame (TdTokenRuler *self,
                      const char   *role)
{
  TdTokenCount count;

  g_return_val_if_fail (self != NULL, (TdTokenCount) TD_TOKEN_COUNT_NONE);

  count = td_token_ruler_count (self, role, -1);
  count.tokens += td_encoding_get_framing (self->framing)->per_message;
  count.at_most = count.tokens + (self->exact ? MESSAGE_SLACK : MESSAGE_SLACK_OTHER);
  count.error_permille = 0; /* too little to matter beside the text's */
  return count;
}

/**
 * td_token_ruler_frame_name:
 * @self: a ruler
 * @name: the name of who speaks
 *
 * Returns: what the name costs
 */
TdTokenCount
td_token_ruler_frame_name (TdTokenRuler *self,
                           const char   *name)
{
  TdTokenCount count;

  g_return_val_if_fail (self != NULL, (TdTokenCount) TD_TOKEN_COUNT_NONE);

  count = td_token_ruler_count (self, name, -1);
  count.tokens += td_encoding_get_framing (self->framing)->per_name;
  count.at_most += td_encoding_get_framing (self->framing)->per_name;
  return count;
}

/**
 * td_token_ruler_frame_reply:
 * @self: a ruler
 *
 * Returns: what a prompt costs besides its messages
 */
TdTokenCount
td_token_ruler_frame_reply (TdTokenRuler *self)
{
  TdTokenCount count = { .exact = TRUE };

  g_return_val_if_fail (self != NULL, (TdTokenCount) TD_TOKEN_COUNT_NONE);

  count.exact = self->exact;
  count.tokens = td_encoding_get_framing (self->framing)->per_reply;
  count.at_most = count.tokens + (self->exact ? REPLY_SLACK : REPLY_SLACK_OTHER);
  return count;
}

/**
 * td_token_ruler_learn:
 * @self: a ruler
 * @script: what a text is
 * @base: its tokens by the vocabulary of td_token_ruler_get_tokenizer()
 * @reported: its tokens as the provider counted them
 *
 * Learns how far an estimate was off. There is nothing to learn where counts are exact.
 *
 * Returns: (transfer full) (element-type TdTokenLesson): what is to be stored; may be empty
 */
GPtrArray *
td_token_ruler_learn (TdTokenRuler  *self,
                      TdTokenScript  script,
                      gint64         base,
                      gint64         reported)
{
  gint64 estimated;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->exact || self->calibration == NULL || self->tokenizer == NULL || base < 0)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) td_token_lesson_free);
  estimated = td_token_ruler_scale (self, base, script, 0).tokens;
  return td_token_calibration_learn (self->calibration, self->model_id, script, base, estimated,
                                     reported);
}
