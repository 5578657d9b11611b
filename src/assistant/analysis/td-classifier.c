/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-classifier.h"

#include <gio/gio.h>
#include <string.h>

#include "assistant/analysis/td-exp.h"

struct _TdClassifier
{
  GBytes *bytes; /* (owned): the mapped file */
  TdClassifierHeader header;
  const guint32 *starts; /* borrowed from @bytes, like the next two; little-endian */
  const guint16 *tags;
  const gint8 *weights;
};

static void
read_numbers (gint32 *numbers,
              gsize   n)
{
  for (gsize i = 0; i < n; i++)
    numbers[i] = GINT32_FROM_LE (numbers[i]);
}

static void
read_header (TdClassifierHeader *header,
             const void         *data)
{
  memcpy (header, data, sizeof *header);
  header->n_entries = GUINT32_FROM_LE (header->n_entries);
  header->n_categories = GUINT32_FROM_LE (header->n_categories);
  header->lexicon_hash = GUINT32_FROM_LE (header->lexicon_hash);
  header->scale = GINT32_FROM_LE (header->scale);
  header->temperature = GINT32_FROM_LE (header->temperature);
  read_numbers (header->bias, G_N_ELEMENTS (header->bias));
  read_numbers (header->complexity, G_N_ELEMENTS (header->complexity));
  read_numbers (header->complexity_cuts, G_N_ELEMENTS (header->complexity_cuts));
}

static gboolean
is_header_good (const TdClassifierHeader *header,
                gsize                     size,
                guint32                   lexicon_hash)
{
  gsize index_size = (TD_CLASSIFIER_N_GROUPS + 1) * sizeof (guint32);
  gsize entry_size = sizeof (guint16) + TD_N_CATEGORIES;

  return memcmp (header->magic, TD_CLASSIFIER_MAGIC, sizeof header->magic) == 0 &&
         header->n_entries <= TD_CLASSIFIER_MAX_ENTRIES &&
         header->n_categories == TD_N_CATEGORIES &&
         size == sizeof *header + index_size + header->n_entries * entry_size &&
         header->temperature > 0 && header->lexicon_hash == lexicon_hash;
}

/* That no group reaches beyond the entries: looking up is then free of checks. */
static gboolean
is_index_good (const TdClassifier *self)
{
  guint32 before = 0;

  for (guint i = 0; i <= TD_CLASSIFIER_N_GROUPS; i++)
    {
      guint32 start = GUINT32_FROM_LE (self->starts[i]);

      if (start < before)
        return FALSE;
      before = start;
    }
  return before == self->header.n_entries;
}

/**
 * td_classifier_new_from_bytes:
 * @bytes: a weights file
 * @lexicon_hash: of the lexicon it is to be used with
 *
 * Returns: (transfer full): the classifier, or %NULL with `G_IO_ERROR_INVALID_DATA`
 */
TdClassifier *
td_classifier_new_from_bytes (GBytes   *bytes,
                              guint32   lexicon_hash,
                              GError  **error)
{
  g_autoptr (TdClassifier) self = g_new0 (TdClassifier, 1);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  self->bytes = g_bytes_ref (bytes);
  if (size >= sizeof self->header)
    read_header (&self->header, data);
  if (is_header_good (&self->header, size, lexicon_hash))
    {
      self->starts = (const guint32 *) (const void *) (data + sizeof self->header);
      self->tags = (const guint16 *) (const void *) (self->starts + TD_CLASSIFIER_N_GROUPS + 1);
      self->weights = (const gint8 *) (self->tags + self->header.n_entries);
    }
  if (self->starts == NULL || !is_index_good (self))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "the weights are not for this program and its lexicon");
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * td_classifier_open:
 *
 * Returns: (transfer full): the classifier, or %NULL with a `G_FILE_ERROR` or `G_IO_ERROR`
 */
TdClassifier *
td_classifier_open (const char  *path,
                    guint32      lexicon_hash,
                    GError     **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  g_autoptr (GBytes) bytes = NULL;

  if (file == NULL)
    return NULL;
  bytes = g_mapped_file_get_bytes (file);
  return td_classifier_new_from_bytes (bytes, lexicon_hash, error);
}

void
td_classifier_free (TdClassifier *self)
{
  g_bytes_unref (self->bytes);
  g_free (self);
}

/**
 * td_classifier_get_header:
 * @self: a classifier
 *
 * Returns: (transfer none): the head of the file of weights
 */
const TdClassifierHeader *
td_classifier_get_header (const TdClassifier *self)
{
  return &self->header;
}

/**
 * td_softmax:
 * @temperature: above 1 is less sure
 *
 * The sums of the categories as probabilities. Both arrays have #TD_N_CATEGORIES members.
 */
void
td_softmax (const double *logits,
            double        temperature,
            double       *probabilities)
{
  double highest = logits[0];
  double sum = 0.0;

  for (guint i = 1; i < TD_N_CATEGORIES; i++)
    highest = MAX (highest, logits[i]);
  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    {
      probabilities[i] = td_exp ((logits[i] - highest) / temperature);
      sum += probabilities[i];
    }
  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    probabilities[i] /= sum;
}

/* The weights of a feature, or NULL of one that was never learned. */
static const gint8 *
find_weights (const TdClassifier *self,
              guint32             hash)
{
  guint32 group = td_classifier_group_of (hash);
  guint32 end = GUINT32_FROM_LE (self->starts[group + 1]);
  guint16 tag = td_classifier_tag_of (hash);

  for (guint32 i = GUINT32_FROM_LE (self->starts[group]); i < end; i++)
    {
      guint16 found = GUINT16_FROM_LE (self->tags[i]);

      if (found >= tag)
        return found == tag ? self->weights + (gsize) i * TD_N_CATEGORIES : NULL;
    }
  return NULL;
}

/**
 * td_classifier_weigh:
 *
 * Returns: what a feature adds to a category, in units of the header's scale / 1024
 */
gint64
td_classifier_weigh (const TdClassifier *self,
                     const TdFeature    *feature,
                     TdCategory          category)
{
  const gint8 *weights = find_weights (self, feature->hash);

  return weights != NULL ? (gint64) weights[category] * feature->value : 0;
}

/**
 * td_classifier_run:
 * @logits: (out caller-allocates): the sums by category
 * @probabilities: (out caller-allocates): how likely each category is
 *
 * Adds up whole numbers, so that the order does not matter.
 */
void
td_classifier_run (const TdClassifier *self,
                   const TdFeatures   *features,
                   double             *logits,
                   double             *probabilities)
{
  gint64 sums[TD_N_CATEGORIES] = { 0 };

  for (guint i = 0; i < features->items->len; i++)
    {
      const TdFeature *feature = &g_array_index (features->items, TdFeature, i);
      const gint8 *weights = find_weights (self, feature->hash);

      for (guint category = 0; weights != NULL && category < TD_N_CATEGORIES; category++)
        sums[category] += (gint64) weights[category] * feature->value;
    }
  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    logits[i] = ((double) sums[i] / 1024.0 * self->header.scale + self->header.bias[i]) /
                TD_CLASSIFIER_FIXED;
  td_softmax (logits, (double) self->header.temperature / TD_CLASSIFIER_FIXED, probabilities);
}
