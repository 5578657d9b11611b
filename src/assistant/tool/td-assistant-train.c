/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trains the assistant's classifier:
 *
 *   topdog-assistant-train --lexicon FILE --data FILE... [--passages FILE] [--labels FILE] --output FILE
 *     [--evaluate FILE] [--cross-validate]
 */
#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "assistant/analysis/td-classifier.h"
#include "assistant/tool/td-lexicon-pack.h"
#include "assistant/tool/td-train-complexity.h"
#include "assistant/tool/td-train-data.h"
#include "assistant/tool/td-train-labels.h"
#include "assistant/tool/td-train-model.h"
#include "assistant/tool/td-train-report.h"

#define N_FOLDS   9
#define OWN_FOLD  8
#define NO_FOLD   G_MAXUINT
#define TYPO_RATE 20
#define N_DOUBTS  5

static char *lexicon_path;
static char **data_paths;
static char *passages_path;
static char *labels_path;
static char *output_path;
static char *evaluate_path;
static char *list_path;
static gboolean cross_validate;
static double doubt_level = 0.2;
static TdTrainOptions options = {
  .n_runs = 4,
  .n_epochs = 8,
  .rate = 0.08,
  .decay = 1e-4,
  .smoothing = 0.05,
  .balance = 1.0,
  .counts = 0.08,
  .n_kept = 215000,
  .seed = 1,
};

static const GOptionEntry entries[] = {
  { "lexicon", 0, 0, G_OPTION_ARG_FILENAME, &lexicon_path, "The words by meaning", "FILE" },
  { "data", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &data_paths, "Labelled requests; may be repeated",
    "FILE" },
  { "passages", 0, 0, G_OPTION_ARG_FILENAME, &passages_path, "Texts that requests are about",
    "FILE" },
  { "labels", 0, 0, G_OPTION_ARG_FILENAME, &labels_path, "Labels that were read again", "FILE" },
  { "output", 0, 0, G_OPTION_ARG_FILENAME, &output_path, "Where the weights go", "FILE" },
  { "evaluate", 0, 0, G_OPTION_ARG_FILENAME, &evaluate_path, "Requests to try it on", "FILE" },
  { "cross-validate", 0, 0, G_OPTION_ARG_NONE, &cross_validate, "Leave out each source in turn",
    NULL },
  { "list", 0, 0, G_OPTION_ARG_FILENAME, &list_path,
    "Where each answer of the cross-validation goes", "FILE" },
  { "doubt", 0, 0, G_OPTION_ARG_DOUBLE, &doubt_level, "Labels less likely than this count for less",
    "X" },
  { "runs", 0, 0, G_OPTION_ARG_INT, &options.n_runs, "How many are averaged", "N" },
  { "epochs", 0, 0, G_OPTION_ARG_INT, &options.n_epochs, "How often everything is looked at", "N" },
  { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &options.rate, "Learning rate", "X" },
  { "decay", 0, 0, G_OPTION_ARG_DOUBLE, &options.decay, "L2", "X" },
  { "smoothing", 0, 0, G_OPTION_ARG_DOUBLE, &options.smoothing, "Of labels", "X" },
  { "counts", 0, 0, G_OPTION_ARG_DOUBLE, &options.counts, "Of what counting says, to begin with",
    "X" },
  { "keep", 0, 0, G_OPTION_ARG_INT, &options.n_kept, "How many features are kept", "N" },
  { "balance", 0, 0, G_OPTION_ARG_DOUBLE, &options.balance, "Of categories", "X" },
  { NULL },
};

/* What all of training needs: the examples, and what their features are. */
typedef struct
{
  TdLexicon *lexicon;
  TdTrainVocabulary *vocabulary;
  GPtrArray *examples;
} Course;

static TdTrainModel *
learn (const Course         *course,
       guint                 left_out_fold,
       const TdTrainOptions *how)
{
  return td_train_model_new (course->examples, course->vocabulary->n, left_out_fold, how);
}

static void
predict (const Course       *course,
         GArray             *predictions,
         const TdTrainModel *model,
         const TdExample    *example)
{
  TdPrediction one = { .example = example };
  TdRandom random = { example->n_items };
  g_autofree char *typos = td_train_add_typos (example->text, &random, TYPO_RATE);
  guint n_items;
  g_autofree TdTrainFeature *items = td_train_take_apart (course->lexicon, typos, &n_items);

  n_items = td_train_vocabulary_number (course->vocabulary, items, n_items);
  td_train_model_run (model, example->items, example->n_items, one.logits);
  one.has_noisy = TRUE;
  td_train_model_run (model, items, n_items, one.noisy_logits);
  g_array_append_val (predictions, one);
}

/* Labels that a model which has not seen them finds most unlikely are often wrong: one in ten of those
 * that came with the data is. They count for less. */
static void
doubt_labels (const Course *course)
{
  GPtrArray *examples = course->examples;
  TdTrainOptions one_run = options;
  g_autofree guint *folds = g_new (guint, examples->len);
  TdRandom random = { 7 };

  one_run.n_runs = 1;
  for (guint i = 0; i < examples->len; i++)
    {
      TdExample *example = g_ptr_array_index (examples, i);

      folds[i] = example->fold;
      example->fold = td_random_below (&random, N_DOUBTS);
    }
  for (guint fold = 0; fold < N_DOUBTS; fold++)
    {
      g_autoptr (TdTrainModel) model = learn (course, fold, &one_run);

      for (guint i = 0; i < examples->len; i++)
        {
          TdExample *example = g_ptr_array_index (examples, i);
          double logits[TD_N_CATEGORIES], probabilities[TD_N_CATEGORIES];

          if (example->fold != fold)
            continue;
          td_train_model_run (model, example->items, example->n_items, logits);
          td_softmax (logits, 1.0, probabilities);
          example->likely = (float) probabilities[example->category];
        }
    }
  for (guint i = 0; i < examples->len; i++)
    {
      TdExample *example = g_ptr_array_index (examples, i);

      example->fold = folds[i];
      if (example->weight < 1.0f)
        example->weight *= CLAMP (example->likely / doubt_level, 0.2f, 1.0f);
    }
}

/* What to expect of sources that were never seen. The own requests are in every training. */
static GArray *
validate (const Course *course)
{
  GPtrArray *examples = course->examples;
  GArray *predictions = g_array_new (FALSE, FALSE, sizeof (TdPrediction));
  TdTrainOptions one_run = options;

  one_run.n_runs = 1;
  for (guint fold = 0; fold < N_FOLDS; fold++)
    {
      g_autoptr (TdTrainModel) model = NULL;

      if (fold == OWN_FOLD)
        continue;
      model = learn (course, fold, &one_run);
      for (guint i = 0; i < examples->len; i++)
        {
          const TdExample *example = g_ptr_array_index (examples, i);

          if (example->fold == fold)
            predict (course, predictions, model, example);
        }
    }
  return predictions;
}

static void
evaluate (const Course       *course,
          GPtrArray          *unseen,
          const TdTrainModel *model,
          double              temperature)
{
  g_autoptr (GArray) predictions = g_array_new (FALSE, FALSE, sizeof (TdPrediction));

  td_train_vocabulary_number_examples (course->vocabulary, unseen);
  for (guint i = 0; i < unseen->len; i++)
    predict (course, predictions, model, g_ptr_array_index (unseen, i));
  td_train_report_print ("evaluation", predictions, temperature);
  g_print ("  best temperature %.2f\n", td_train_report_temperature (predictions));
}

static gboolean
write_weights (const Course               *course,
               const TdTrainModel         *model,
               double                      temperature,
               const TdTrainedComplexity  *complexity,
               GError                    **error)
{
  gint32 scale;
  guint32 n_entries;
  g_autoptr (GByteArray) packed =
    td_train_model_pack (model, course->vocabulary, &scale, &n_entries);
  TdClassifierHeader header = { .n_entries = GUINT32_TO_LE (n_entries),
                                .n_categories = GUINT32_TO_LE (TD_N_CATEGORIES),
                                .lexicon_hash =
                                  GUINT32_TO_LE (td_lexicon_get_hash (course->lexicon)),
                                .scale = GINT32_TO_LE (scale) };

  memcpy (header.magic, TD_CLASSIFIER_MAGIC, sizeof header.magic);
  header.temperature = GINT32_TO_LE ((gint32) (temperature * TD_CLASSIFIER_FIXED));
  for (guint c = 0; c < TD_N_CATEGORIES; c++)
    header.bias[c] = GINT32_TO_LE ((gint32) (model->bias[c] * TD_CLASSIFIER_FIXED));
  for (guint i = 0; i < TD_N_COMPLEXITY_TERMS; i++)
    header.complexity[i] = GINT32_TO_LE ((gint32) (complexity->weights[i] * TD_CLASSIFIER_FIXED));
  for (guint i = 0; i < 2; i++)
    header.complexity_cuts[i] = GINT32_TO_LE ((gint32) (complexity->cuts[i] * TD_CLASSIFIER_FIXED));
  g_byte_array_prepend (packed, (const guint8 *) &header, sizeof header);
  return g_file_set_contents (output_path, (const char *) packed->data, packed->len, error);
}

static gboolean
train (const Course  *course,
       GPtrArray     *unseen,
       GError       **error)
{
  g_autoptr (TdTrainModel) model = NULL;
  TdTrainedComplexity complexity = { 0 };
  double temperature = 1.0;

  if (doubt_level > 0)
    doubt_labels (course);
  if (cross_validate)
    {
      g_autoptr (GArray) predictions = validate (course);

      temperature = td_train_report_temperature (predictions);
      td_train_report_print ("by source", predictions, temperature);
      if (list_path != NULL && !td_train_report_list (predictions, list_path, error))
        return FALSE;
      g_print ("  temperature %.2f\n", temperature);
      td_train_complexity (predictions, course->lexicon, &complexity);
    }
  model = learn (course, NO_FOLD, &options);
  if (unseen->len > 0)
    {
      evaluate (course, unseen, model, temperature);
      td_train_complexity_evaluate (unseen, model, course->lexicon, &complexity);
    }
  return output_path == NULL || write_weights (course, model, temperature, &complexity, error);
}

static gboolean
load_and_train (GError **error)
{
  g_autofree char *source = NULL;
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (TdLexicon) lexicon = NULL;
  g_autoptr (GHashTable) passages = NULL;
  g_autoptr (GPtrArray) examples = td_train_data_new ();
  g_autoptr (GPtrArray) unseen = td_train_data_new ();
  g_autoptr (TdTrainVocabulary) vocabulary = NULL;

  if (!g_file_get_contents (lexicon_path, &source, NULL, error))
    return FALSE;
  packed = td_lexicon_pack (source, error);
  if (packed == NULL)
    return FALSE;
  lexicon = td_lexicon_new_from_bytes (packed, error);
  if (lexicon == NULL)
    return FALSE;
  if (passages_path != NULL)
    {
      passages = td_train_data_load_passages (passages_path, error);
      if (passages == NULL)
        return FALSE;
    }
  for (guint i = 0; data_paths[i] != NULL; i++)
    if (!td_train_data_load (examples, data_paths[i], lexicon, passages, TRUE, error))
      return FALSE;
  if (labels_path != NULL && !td_train_labels_apply (examples, labels_path, error))
    return FALSE;
  if (evaluate_path != NULL &&
      !td_train_data_load (unseen, evaluate_path, lexicon, NULL, FALSE, error))
    return FALSE;
  vocabulary = td_train_vocabulary_new (examples);
  td_train_vocabulary_number_examples (vocabulary, examples);
  return train (&(Course) { lexicon, vocabulary, examples }, unseen, error);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || lexicon_path == NULL ||
      data_paths == NULL)
    {
      g_printerr ("%s\n", error ? error->message : "--lexicon and --data are needed");
      return 2;
    }
  if (!load_and_train (&error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  return 0;
}
