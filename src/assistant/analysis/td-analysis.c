/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "assistant/analysis/td-analysis.h"

#include <stdlib.h>
#include <string.h>

#include "assistant/analysis/td-classifier.h"
#include "assistant/analysis/td-complexity.h"
#include "assistant/analysis/td-exp.h"
#include "base/td-resources.h"
#include "tokens/td-token-estimate.h"

/* Where the weights are found when the program is not installed. */
#define DIR_VARIABLE    "TOPDOG_ASSISTANT_DIR"
#define WEIGHTS         "categories.weights"
#define LEXICON         "assistant/lexicon"
#define TOKENS_PER_PAGE 500
#define PICTURED        0.1 /* below, it is not about images anyway */
#define SURELY_PICTURED 0.55
#define RULED_OUT       6.0
#define LONG_CONTEXT    16000
#define TOKENS_OF_IMAGE 1200
#define MAX_LOOKED_AT   24 /* features, for the few reasons that are named */

G_DEFINE_QUARK (td-analyzer-error-quark, td_analyzer_error)

struct _TdAnalyzer
{
  TdLexicon *lexicon;
  TdClassifier *classifier;
};

/* What a reply usually takes, by category, for an easy, a usual and a hard request. Rounded
 * observations of replies: a line for a translation, a page for a story, files for a program. */
static const guint16 usual_output[TD_N_CATEGORIES][3] = {
  [TD_CATEGORY_CODING] = { 400, 1000, 2500 },
  [TD_CATEGORY_MATH_REASONING] = { 300, 900, 2500 },
  [TD_CATEGORY_WRITING] = { 300, 700, 1600 },
  [TD_CATEGORY_CREATIVE] = { 350, 900, 2000 },
  [TD_CATEGORY_TRANSLATION] = { 60, 250, 800 },
  [TD_CATEGORY_SUMMARIZE_EXTRACT] = { 120, 300, 800 },
  [TD_CATEGORY_DATA_ANALYSIS] = { 300, 800, 2000 },
  [TD_CATEGORY_KNOWLEDGE] = { 250, 700, 1500 },
  [TD_CATEGORY_VISION] = { 200, 500, 1200 },
};

/* Beside the program: "../assistant" in a build, "../share/topdog/assistant" where it was moved to. */
static char *
find_beside_program (void)
{
  static const char *const places[] = { "../assistant", "../share/topdog/assistant" };
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (folder, places[i], WEIGHTS, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static char *
find_weights (void)
{
  const char *folder = g_getenv (DIR_VARIABLE);
  char *path;

  if (folder != NULL)
    return g_build_filename (folder, WEIGHTS, NULL);
  path = g_build_filename (TD_PKGDATADIR, "assistant", WEIGHTS, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      char *beside = find_beside_program ();

      if (beside != NULL)
        {
          g_free (path);
          path = beside;
        }
    }
  return path;
}

static TdAnalyzer *
analyzer_new (GError **error)
{
  g_autoptr (GBytes) source = td_resources_lookup (LEXICON, error);
  g_autoptr (TdLexicon) lexicon = NULL;
  g_autoptr (TdClassifier) classifier = NULL;
  g_autofree char *path = NULL;
  TdAnalyzer *self;

  if (source == NULL || !td_request_terms_prepare (error))
    return NULL;
  lexicon = td_lexicon_new_from_bytes (source, error);
  if (lexicon == NULL)
    return NULL;
  path = find_weights ();
  classifier = td_classifier_open (path, td_lexicon_get_hash (lexicon), error);
  if (classifier == NULL)
    return NULL;
  self = g_new (TdAnalyzer, 1);
  *self = (TdAnalyzer) { g_steal_pointer (&lexicon), g_steal_pointer (&classifier) };
  return self;
}

/**
 * td_analyzer_get_default:
 *
 * Gives the analyzer, which is made the first time: a file is mapped and the lexicon read.
 *
 * Returns: (transfer none): the analyzer, or %NULL with a #TdAnalyzerError
 */
TdAnalyzer *
td_analyzer_get_default (GError **error)
{
  static gsize once;
  static TdAnalyzer *analyzer;
  static char *trouble;

  if (g_once_init_enter (&once))
    {
      g_autoptr (GError) local_error = NULL;

      analyzer = analyzer_new (&local_error);
      if (analyzer == NULL)
        trouble = g_strdup (local_error->message);
      g_once_init_leave (&once, 1);
    }
  if (analyzer == NULL)
    g_set_error (error, TD_ANALYZER_ERROR, TD_ANALYZER_ERROR_DATA, "cannot understand requests: %s",
                 trouble);
  return analyzer;
}

static void
evidence_free (gpointer data)
{
  TdEvidence *evidence = data;

  g_free (evidence->name);
  g_free (evidence);
}

static int
compare_ranked (const void *a,
                const void *b)
{
  const TdRankedCategory *first = a;
  const TdRankedCategory *second = b;

  if (first->per_mille != second->per_mille)
    return second->per_mille - first->per_mille;
  return (int) first->category - (int) second->category;
}

static void
rank (TdAnalysis   *self,
      const double *probabilities)
{
  guint best = 0;

  for (guint i = 0; i < TD_N_CATEGORIES; i++)
    {
      self->ranked[i] =
        (TdRankedCategory) { (TdCategory) i, (int) (probabilities[i] * 1000.0 + 0.5) };
      if (probabilities[i] > probabilities[best])
        best = i;
    }
  /* Two that round to the same keep the order they had before. */
  self->ranked[best].per_mille++;
  qsort (self->ranked, TD_N_CATEGORIES, sizeof *self->ranked, compare_ranked);
  self->ranked[0].per_mille--;
  self->category = self->ranked[0].category;
  self->confidence = self->ranked[0].per_mille;
}

typedef struct
{
  gint64 weight;
  guint index;
} Moved;

static int
compare_moved (const void *a,
               const void *b)
{
  const Moved *first = a;
  const Moved *second = b;

  if (first->weight != second->weight)
    return first->weight < second->weight ? 1 : -1;
  return (first->index > second->index) - (first->index < second->index);
}

static int
compare_evidence (gconstpointer a,
                  gconstpointer b)
{
  const TdEvidence *first = a;
  const TdEvidence *second = b;

  if (first->weight != second->weight)
    return first->weight < second->weight ? 1 : -1;
  return strcmp (first->name, second->name);
}

/* A word counts anew where it opens the request, and a concept for how often and where it is met:
 * to a reader that is one reason. */
static void
add_evidence (GPtrArray *list,
              char      *name,
              int        weight)
{
  TdEvidence *evidence;

  for (guint i = 0; i < list->len; i++)
    {
      evidence = g_ptr_array_index (list, i);
      if (g_str_equal (evidence->name, name))
        {
          evidence->weight += weight;
          g_free (name);
          return;
        }
    }
  evidence = g_new (TdEvidence, 1);
  *evidence = (TdEvidence) { name, weight };
  g_ptr_array_add (list, evidence);
}

/* What spoke for the first category rather than the second. */
static void
explain (TdAnalyzer       *analyzer,
         TdAnalysis       *self,
         const TdFeatures *features)
{
  g_autofree Moved *moved = g_new (Moved, features->items->len + 1);
  const TdClassifierHeader *header = td_classifier_get_header (analyzer->classifier);

  for (guint i = 0; i < features->items->len; i++)
    {
      const TdFeature *feature = &g_array_index (features->items, TdFeature, i);

      moved[i] =
        (Moved) { td_classifier_weigh (analyzer->classifier, feature, self->ranked[0].category) -
                    td_classifier_weigh (analyzer->classifier, feature, self->ranked[1].category),
                  i };
    }
  qsort (moved, features->items->len, sizeof *moved, compare_moved);
  for (guint i = 0; i < MIN (features->items->len, MAX_LOOKED_AT) && moved[i].weight > 0; i++)
    {
      const TdFeature *feature = &g_array_index (features->items, TdFeature, moved[i].index);

      add_evidence (self->evidence, td_features_dup_name (features, analyzer->lexicon, feature),
                    (int) (moved[i].weight * header->scale / 1024 * 1000 / TD_CLASSIFIER_FIXED));
    }
  g_ptr_array_sort_values (self->evidence, compare_evidence);
  g_ptr_array_set_size (self->evidence,
                        (int) MIN (self->evidence->len, TD_ANALYSIS_MAX_EVIDENCE));
}

static void
judge_complexity (TdAnalyzer       *analyzer,
                  TdAnalysis       *self,
                  const TdFeatures *features,
                  const double     *logits)
{
  const TdClassifierHeader *header = td_classifier_get_header (analyzer->classifier);
  double terms[TD_N_COMPLEXITY_TERMS];
  double probabilities[TD_N_CATEGORIES];
  double score = 0.0;

  td_softmax (logits, 1.0, probabilities);
  td_complexity_measure (features, analyzer->lexicon, probabilities, terms);
  for (guint i = 0; i < TD_N_COMPLEXITY_TERMS; i++)
    {
      double weight = terms[i] * header->complexity[i] / TD_CLASSIFIER_FIXED;
      TdEvidence *evidence;

      score += weight;
      if (i == 0 || ABS (weight) < 0.05)
        continue;
      evidence = g_new (TdEvidence, 1);
      *evidence = (TdEvidence) { g_strdup (td_complexity_term_name (i)),
                                 (int) (weight * 1000.0 + (weight < 0 ? -0.5 : 0.5)) };
      g_ptr_array_add (self->complexity_evidence, evidence);
    }
  self->complexity_score = (int) (score * 1000.0 + (score < 0 ? -0.5 : 0.5));
  self->complexity = 1 + (score * TD_CLASSIFIER_FIXED >= header->complexity_cuts[0]) +
                     (score * TD_CLASSIFIER_FIXED >= header->complexity_cuts[1]);
}

static void
estimate_output (TdAnalysis *self)
{
  gint64 usual = usual_output[self->category][self->complexity - 1];

  /* A translation is as long as its text. */
  if (self->category == TD_CATEGORY_TRANSLATION)
    usual = MAX (usual, self->input_tokens);
  self->output_tokens = usual;
  self->output_tokens_low = usual / 2;
  self->output_tokens_high = usual * 2;
}

static void
estimate_tokens (TdAnalysis *self,
                 const char *text,
                 gsize       length)
{
  TdRequestTerms *terms = self->terms;

  self->input_tokens = td_token_estimate (text, length) + terms->pages * TOKENS_PER_PAGE;
  if (terms->needs[TD_NEED_VISION] && !terms->needs[TD_NEED_IMAGE_OUTPUT])
    self->input_tokens += TOKENS_OF_IMAGE;
  if (self->input_tokens >= LONG_CONTEXT)
    terms->needs[TD_NEED_LONG_CONTEXT] = TRUE;
  estimate_output (self);
}

static gboolean
speaks_of_images (TdAnalyzer       *self,
                  const TdFeatures *features)
{
  static const char *const names[] = { "image-look", "image-make" };

  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    for (guint i = 0; i < features->hits->len; i++)
      if (g_array_index (features->hits, TdLexiconHit, i).concept ==
          td_lexicon_find (self->lexicon, names[n]))
        return TRUE;
  return FALSE;
}

/* The one rule on top of what was learned: who says "picture this" has no picture, nor has one who speaks of
 * none, unless it is all but sure. */
static void
rule_out_images (TdAnalyzer       *self,
                 const TdFeatures *features,
                 double           *logits,
                 double           *probabilities)
{
  const TdClassifierHeader *header = td_classifier_get_header (self->classifier);

  if (probabilities[TD_CATEGORY_VISION] < PICTURED ||
      (!td_request_terms_is_figurative (features, self->lexicon) &&
       (probabilities[TD_CATEGORY_VISION] > SURELY_PICTURED || speaks_of_images (self, features))))
    return;
  logits[TD_CATEGORY_VISION] = logits[TD_CATEGORY_KNOWLEDGE] - RULED_OUT;
  td_softmax (logits, (double) header->temperature / TD_CLASSIFIER_FIXED, probabilities);
}

/**
 * td_analyzer_run:
 * @text: (array length=length): a request; any bytes
 * @length: bytes, or -1 up to the terminating zero
 *
 * Returns: (transfer full): what is understood of it
 */
TdAnalysis *
td_analyzer_run (TdAnalyzer *self,
                 const char *text,
                 gssize      length)
{
  g_autoptr (TdFeatures) features = NULL;
  TdAnalysis *analysis;
  double logits[TD_N_CATEGORIES];
  double probabilities[TD_N_CATEGORIES];

  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  features = td_features_new (self->lexicon, text, length);
  analysis = g_new0 (TdAnalysis, 1);
  analysis->evidence = g_ptr_array_new_with_free_func (evidence_free);
  analysis->complexity_evidence = g_ptr_array_new_with_free_func (evidence_free);
  td_classifier_run (self->classifier, features, logits, probabilities);
  rule_out_images (self, features, logits, probabilities);
  rank (analysis, probabilities);
  explain (self, analysis, features);
  judge_complexity (self, analysis, features, logits);
  analysis->terms = td_request_terms_new (features, self->lexicon, analysis->category);
  estimate_tokens (analysis, text, features->n_bytes);
  return analysis;
}

void
td_analysis_free (TdAnalysis *self)
{
  g_ptr_array_unref (self->evidence);
  g_ptr_array_unref (self->complexity_evidence);
  td_request_terms_free (self->terms);
  g_free (self);
}

/**
 * td_analysis_correct_category:
 *
 * Takes the user's word for what the request is.
 */
void
td_analysis_correct_category (TdAnalysis *self,
                              TdCategory  category)
{
  g_return_if_fail (category < TD_N_CATEGORIES);

  if (self->category == category)
    return;
  self->category = category;
  self->confidence = 1000;
  if (category == TD_CATEGORY_VISION)
    self->terms->needs[TD_NEED_VISION] = TRUE;
  else if (self->terms->need_phrases[TD_NEED_VISION] != NULL)
    self->terms->needs[TD_NEED_VISION] = self->terms->needs[TD_NEED_IMAGE_OUTPUT] = FALSE;
  estimate_output (self);
}

/**
 * td_analysis_correct_complexity:
 * @complexity: 1 to 3
 *
 * Takes the user's word for how hard the request is.
 */
void
td_analysis_correct_complexity (TdAnalysis *self,
                                int         complexity)
{
  g_return_if_fail (complexity >= 1 && complexity <= 3);

  self->complexity = complexity;
  estimate_output (self);
}

/**
 * td_analysis_ignore_need:
 *
 * Takes the user's word that the request does not need it.
 */
void
td_analysis_ignore_need (TdAnalysis *self,
                         TdNeed      need)
{
  g_return_if_fail (self != NULL && need < TD_N_NEEDS);

  self->terms->needs[need] = FALSE;
  /* What makes no image and looks at none has nothing to do with images. */
  if (need == TD_NEED_VISION)
    self->terms->needs[TD_NEED_IMAGE_OUTPUT] = FALSE;
}

/**
 * td_analysis_ignore_stated:
 * @position: in the terms' list
 *
 * Takes the user's word that the text did not mean it.
 */
void
td_analysis_ignore_stated (TdAnalysis *self,
                           guint       position)
{
  g_return_if_fail (self != NULL && position < self->terms->stated->len);

  g_ptr_array_remove_index (self->terms->stated, position);
}
