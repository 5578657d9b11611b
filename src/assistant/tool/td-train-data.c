/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Labelled requests from files of JSON lines, or of lines with a category, a tab and a text, and
 * nothing kept of them but their features.
 */
#include "config.h"

#include "assistant/tool/td-train-data.h"

#include <string.h>

#include "base/td-json-read.h"

/* What was written for this is right, and about what the data sets lack. */
#define N_FILLED       3 /* how often a request about a text is filled in */
#define OWN_WEIGHT     1.0f
#define PATTERN_WEIGHT 0.4f /* of each of these */

/* Sources that are much alike are in the same fold: held out together, they are really unknown. */
static const struct
{
  const char *prefix;
  guint fold;
} folds[] = {
  { "arena_hard", 0 },
  { "oasst", 1 },
  { "wildchat", 2 },
  { "belle", 3 },
  { "vicuna", 4 },
  { "koala", 5 },
  { "si_seed", 5 },
  { "ifeval", 5 },
  { "biggen", 5 },
  { "clinc", 6 },
  { "dabench", 7 },
  { "sql_eval", 7 },
  { "bfcl", 6 },
  { "qmsum", 6 },
  { "llava_gpt", 6 },
  { "llava_qa", 7 },
  { "owleval", 5 },
  { "visit", 7 },
  { "llmrouter", 7 },
  { "own", 8 },
};

guint64
td_random_next (TdRandom *self)
{
  guint64 z = (self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

guint
td_random_below (TdRandom *self,
                 guint     end)
{
  return (guint) ((td_random_next (self) >> 32) * end >> 32);
}

static void
example_free (gpointer data)
{
  TdExample *self = data;

  g_free (self->id);
  g_free (self->text);
  g_free (self->language);
  g_free (self->source);
  g_free (self->items);
  g_free (self->noisy);
  g_free (self);
}

GPtrArray *
td_train_data_new (void)
{
  return g_ptr_array_new_with_free_func (example_free);
}

/* Mistakes as fingers make them: a letter too few, too many, or in the wrong place. */
char *
td_train_add_typos (const char *text,
                    TdRandom   *random,
                    guint       one_in)
{
  g_autofree gunichar *characters = NULL;
  glong n;
  GString *out = g_string_new (NULL);

  characters = g_utf8_to_ucs4_fast (text, -1, &n);
  for (glong i = 0; i < n; i++)
    {
      guint kind = g_unichar_isalpha (characters[i]) ? td_random_below (random, one_in * 4) : 99;

      if (kind == 0)
        continue;
      if (kind == 1)
        g_string_append_unichar (out, characters[i]);
      if (kind == 2 && i + 1 < n && g_unichar_isalpha (characters[i + 1]))
        {
          g_string_append_unichar (out, characters[i + 1]);
          g_string_append_unichar (out, characters[i]);
          i++;
          continue;
        }
      if (kind == 3 && characters[i] < 0x80)
        {
          g_string_append_c (out, (char) ('a' + td_random_below (random, 26)));
          continue;
        }
      g_string_append_unichar (out, characters[i]);
    }
  return g_string_free_and_steal (out);
}

TdTrainFeature *
td_train_take_apart (const TdLexicon *lexicon,
                     const char      *text,
                     guint           *n)
{
  g_autoptr (TdFeatures) features = td_features_new (lexicon, text, -1);
  TdTrainFeature *items = g_new (TdTrainFeature, features->items->len);

  *n = features->items->len;
  for (guint i = 0; i < *n; i++)
    {
      const TdFeature *feature = &g_array_index (features->items, TdFeature, i);

      items[i] = (TdTrainFeature) { feature->hash, (float) feature->value / 1024.0f };
    }
  return items;
}

static guint
fold_of (const char *source)
{
  for (guint i = 0; i < G_N_ELEMENTS (folds); i++)
    if (g_str_has_prefix (source, folds[i].prefix))
      return folds[i].fold;
  return 8;
}

/* How far a label can be trusted. */
static float
weight_of (const char *basis)
{
  if (basis == NULL || g_str_equal (basis, "own-written") || g_str_equal (basis, "hand"))
    return 1.0f;
  if (g_str_equal (basis, "hand-checked"))
    return 0.9f;
  return g_str_equal (basis, "source") ? 0.75f : 0.5f;
}

static void
finish_example (TdExample       *self,
                const TdLexicon *lexicon,
                TdRandom        *random)
{
  self->fold = fold_of (self->source);
  self->items = td_train_take_apart (lexicon, self->text, &self->n_items);
  if (random != NULL)
    {
      g_autofree char *noisy = td_train_add_typos (self->text, random, 14);

      self->noisy = td_train_take_apart (lexicon, noisy, &self->n_noisy);
    }
}

static TdExample *
read_json (const char  *line,
           GError     **error)
{
  g_autoptr (TdJsonDoc) doc = td_json_doc_parse (line, -1, NULL, error);
  const TdJson *root;
  TdExample *self;
  TdCategory category;

  if (doc == NULL)
    return NULL;
  root = td_json_doc_get_root (doc);
  if (!td_category_from_string (td_json_member_string (root, "category"), &category))
    category = TD_CATEGORY_KNOWLEDGE;
  self = g_new0 (TdExample, 1);
  self->category = category;
  self->complexity = (int) td_json_member_int64 (root, "complexity", 0);
  self->rubric = g_strcmp0 (td_json_member_string (root, "complexity_basis"), "rubric") == 0;
  self->weight = weight_of (td_json_member_string (root, "label_basis"));
  self->id = g_strdup (td_json_member_string (root, "id"));
  self->text = g_strdup (td_json_member_string (root, "text"));
  self->language = g_strdup (td_json_member_string (root, "lang"));
  self->source = g_strdup (td_json_member_string (root, "source"));
  if (self->text == NULL)
    self->text = g_strdup ("");
  if (self->source == NULL)
    self->source = g_strdup ("own");
  return self;
}

static TdExample *
read_tabbed (const char  *line,
             GError     **error)
{
  g_auto (GStrv) parts = g_strsplit (line, "\t", 3);
  TdExample *self;
  TdCategory category;

  if (g_strv_length (parts) != 3 || !td_category_from_string (parts[0], &category))
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "not category, language and text: %s",
                   line);
      return NULL;
    }
  self = g_new0 (TdExample, 1);
  self->category = category;
  self->weight = OWN_WEIGHT;
  self->id = g_strdup ("");
  self->language = g_strdup (parts[1]);
  self->text = g_strcompress (parts[2]);
  self->source = g_strdup ("own");
  return self;
}

/* ---- requests about texts ------------------------------------------------------------------- */

/**
 * td_train_data_load_passages:
 *
 * Returns: (transfer full) (element-type utf8 GPtrArray): the texts by their language
 */
GHashTable *
td_train_data_load_passages (const char  *path,
                             GError     **error)
{
  g_autoptr (GHashTable) passages =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *tab = strchr (lines[i], '\t');
      GPtrArray *of_language;

      if (lines[i][0] == '#' || tab == NULL)
        continue;
      *tab = '\0';
      of_language = g_hash_table_lookup (passages, lines[i]);
      if (of_language == NULL)
        {
          of_language = g_ptr_array_new_with_free_func (g_free);
          g_hash_table_insert (passages, g_strdup (lines[i]), of_language);
        }
      g_ptr_array_add (of_language, g_strcompress (tab + 1));
    }
  return g_steal_pointer (&passages);
}

/* Puts texts into the places that are kept for them: one, or several for a long text. */
static char *
fill_in (const char *pattern,
         const char *place,
         GPtrArray  *passages,
         TdRandom   *random)
{
  g_auto (GStrv) parts = g_strsplit (pattern, place, -1);
  GString *text = g_string_new (parts[0]);

  for (guint i = 1; parts[i] != NULL; i++)
    {
      guint n = 1 + (td_random_below (random, 3) == 0) + (td_random_below (random, 6) == 0);

      for (guint k = 0; k < n; k++)
        {
          if (k > 0)
            g_string_append_c (text, '\n');
          g_string_append (text,
                           g_ptr_array_index (passages, td_random_below (random, passages->len)));
        }
      g_string_append (text, parts[i]);
    }
  return g_string_free_and_steal (text);
}

static GPtrArray *
find_passages (GHashTable       *passages,
               const TdExample  *example,
               const char      **place)
{
  static const char *const places[] = { "{text}", "{code}", "{table}" };
  static const char *const kinds[] = { NULL, "code", "table" };

  for (guint i = 0; passages != NULL && i < G_N_ELEMENTS (places); i++)
    if (strstr (example->text, places[i]) != NULL)
      {
        *place = places[i];
        return g_hash_table_lookup (passages, kinds[i] != NULL ? kinds[i] : example->language);
      }
  return NULL;
}

static TdExample *
copy_with_text (const TdExample *self,
                char            *text)
{
  TdExample *copy = g_new0 (TdExample, 1);

  copy->category = self->category;
  copy->weight = self->weight * PATTERN_WEIGHT;
  copy->id = g_strdup (self->id);
  copy->language = g_strdup (self->language);
  copy->source = g_strdup (self->source);
  copy->text = text;
  return copy;
}

static void
add_example (GPtrArray       *examples,
             TdExample       *example,
             const TdLexicon *lexicon,
             GHashTable      *passages,
             TdRandom        *random,
             gboolean         with_noise)
{
  const char *place = NULL;
  GPtrArray *found = find_passages (passages, example, &place);

  for (guint i = 0; found != NULL && i < N_FILLED; i++)
    {
      TdExample *filled = copy_with_text (example, fill_in (example->text, place, found, random));

      finish_example (filled, lexicon, with_noise ? random : NULL);
      g_ptr_array_add (examples, filled);
    }
  if (found != NULL)
    {
      example_free (example);
      return;
    }
  finish_example (example, lexicon, with_noise ? random : NULL);
  g_ptr_array_add (examples, example);
}

static gboolean
load_file (GPtrArray        *examples,
           const char       *path,
           const TdLexicon  *lexicon,
           GHashTable       *passages,
           gboolean          with_noise,
           GError          **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  TdRandom random = { 20261123 };

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      TdExample *example;

      if (lines[i][0] == '\0' || lines[i][0] == '#')
        continue;
      example = lines[i][0] == '{' ? read_json (lines[i], error) : read_tabbed (lines[i], error);
      if (example == NULL)
        return FALSE;
      add_example (examples, example, lexicon, lines[i][0] == '{' ? NULL : passages, &random,
                   with_noise);
    }
  return TRUE;
}

/* The files of a folder, in the same order everywhere. */
static GPtrArray *
list_folder (const char  *path,
             GError     **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, error);
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (files, g_build_filename (path, name, NULL));
  g_ptr_array_sort_values (files, (GCompareFunc) strcmp);
  if (folder != NULL && files->len == 0)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "nothing is in %s", path);
  return files;
}

/**
 * td_train_data_load:
 * @examples: (element-type TdExample): where to append
 * @path: a file, or a folder of files
 * @passages: (nullable) (element-type utf8 GPtrArray): what is put where a request says {text}
 * @with_noise: also take each apart with typing mistakes in it
 */
gboolean
td_train_data_load (GPtrArray        *examples,
                    const char       *path,
                    const TdLexicon  *lexicon,
                    GHashTable       *passages,
                    gboolean          with_noise,
                    GError          **error)
{
  g_autoptr (GPtrArray) files = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return load_file (examples, path, lexicon, passages, with_noise, error);
  files = list_folder (path, error);
  for (guint i = 0; i < files->len; i++)
    if (!load_file (examples, g_ptr_array_index (files, i), lexicon, passages, with_noise, error))
      return FALSE;
  return files->len > 0;
}
