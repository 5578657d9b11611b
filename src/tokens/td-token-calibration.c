/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A lesson is a running mean: of the last replies each weighs the same, older ones fade. Models of one
 * family mostly share a vocabulary, so what one taught serves the others until they have lessons
 * of their own.
 */
#include "config.h"

#include "tokens/td-token-calibration.h"

#include <string.h>

#define MILLION G_GINT64_CONSTANT (1000000)

/* How many replies a mean looks back, and how many it needs before it is believed. */
#define MEMORY      32
#define MIN_SAMPLES 3
/* In shorter texts what the provider adds unseen weighs more than the vocabulary. */
#define MIN_BASE 160
#define MAX_BASE G_GINT64_CONSTANT (100000000)
/* What no vocabulary comes to: the provider cut the prompt or added one of its own. */
#define MIN_RATIO (MILLION / 3)
#define MAX_RATIO (8 * MILLION)
/* A server with a small context window drops the beginning of a long chat: once it is known what to
 * expect, a count far below it is not about the vocabulary. */
#define CUT_PERCENT 70
/* Names come from catalogues and servers. */
#define MAX_NAME    96
#define MAX_LESSONS 4096

struct _TdTokenCalibration
{
  gatomicrefcount ref_count;
  GMutex mutex;
  GHashTable
    *lessons; /* (owned) (element-type TdTokenLesson) (mutex mutex): a set, by name and script */
};

static guint
hash_lesson (gconstpointer data)
{
  const TdTokenLesson *lesson = data;

  return g_str_hash (lesson->name) * TD_N_SCRIPTS + lesson->script;
}

static gboolean
equal_lessons (gconstpointer a,
               gconstpointer b)
{
  const TdTokenLesson *one = a;
  const TdTokenLesson *two = b;

  return one->script == two->script && g_str_equal (one->name, two->name);
}

TdTokenLesson *
td_token_lesson_copy (const TdTokenLesson *self)
{
  TdTokenLesson *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  return copy;
}

void
td_token_lesson_free (TdTokenLesson *self)
{
  g_free (self->name);
  g_free (self);
}

/**
 * td_token_calibration_new:
 *
 * Returns: (transfer full): a calibration that knows nothing
 */
TdTokenCalibration *
td_token_calibration_new (void)
{
  TdTokenCalibration *self = g_new0 (TdTokenCalibration, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->lessons = g_hash_table_new_full (hash_lesson, equal_lessons,
                                         (GDestroyNotify) td_token_lesson_free, NULL);
  return self;
}

/**
 * td_token_calibration_ref:
 * @self: a calibration
 *
 * Returns: (transfer full): @self
 */
TdTokenCalibration *
td_token_calibration_ref (TdTokenCalibration *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * td_token_calibration_unref:
 * @self: (transfer full): a calibration
 *
 * Lets go of it; with the last reference it is freed. From any thread.
 */
void
td_token_calibration_unref (TdTokenCalibration *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->lessons);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * td_token_calibration_dup_model:
 * @model_id: a model as a provider names it
 *
 * Returns: (transfer full): its name without the maker and the tag of an installation, so that
 *   the same model is the same everywhere
 */
char *
td_token_calibration_dup_model (const char *model_id)
{
  const char *slash = strrchr (model_id, '/');
  const char *name = slash != NULL ? slash + 1 : model_id;

  return g_ascii_strdown (name, (gssize) MIN (strcspn (name, ":@"), MAX_NAME));
}

/**
 * td_token_calibration_dup_family:
 * @model_id: a model as a provider names it
 *
 * Returns: (transfer full): the letters its name begins with, such as "claude" and "llama", or
 *   the whole name where it begins with none
 */
char *
td_token_calibration_dup_family (const char *model_id)
{
  char *name = td_token_calibration_dup_model (model_id);
  gsize n = 0;

  while (g_ascii_isalpha (name[n]))
    n++;
  if (n > 0)
    name[n] = '\0';
  return name;
}

static gboolean
is_sound (const TdTokenLesson *lesson)
{
  return lesson->script < TD_N_SCRIPTS && lesson->samples > 0 && lesson->ratio_ppm >= MIN_RATIO &&
         lesson->ratio_ppm <= MAX_RATIO && lesson->error_ppm >= 0 && lesson->name[0] != '\0' &&
         strlen (lesson->name) <= MAX_NAME;
}

/**
 * td_token_calibration_restore:
 * @self: a calibration
 * @lesson: what was learnt before
 *
 * Takes up what another run of the program has learnt; what makes no sense is ignored.
 */
void
td_token_calibration_restore (TdTokenCalibration  *self,
                              const TdTokenLesson *lesson)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (lesson != NULL);

  g_mutex_lock (&self->mutex);
  if (is_sound (lesson) && g_hash_table_size (self->lessons) < MAX_LESSONS)
    g_hash_table_add (self->lessons, td_token_lesson_copy (lesson));
  g_mutex_unlock (&self->mutex);
}

static TdTokenLesson *
find_locked (TdTokenCalibration *self,
             const char         *name,
             TdTokenScript       script)
{
  TdTokenLesson key = { .name = (char *) name, .script = script };

  return g_hash_table_lookup (self->lessons, &key);
}

/* The lesson that an estimate follows: the model's own, or else its family's. */
static TdTokenLesson *
find_believed_locked (TdTokenCalibration *self,
                      const char         *model,
                      const char         *family,
                      TdTokenScript       script)
{
  TdTokenLesson *own = find_locked (self, model, script);
  TdTokenLesson *shared;

  if (own != NULL && own->samples >= MIN_SAMPLES)
    return own;
  shared = find_locked (self, family, script);
  return shared != NULL && shared->samples >= MIN_SAMPLES ? shared : NULL;
}

/**
 * td_token_calibration_find:
 * @self: a calibration
 * @model_id: a model as a provider names it
 * @script: what the text is
 * @ratio_ppm: (out): tokens for each million of our vocabulary's
 * @error_ppm: (out): how far such estimates are off on average, in millionths
 *
 * Returns: whether there were enough replies to tell
 */
gboolean
td_token_calibration_find (TdTokenCalibration *self,
                           const char         *model_id,
                           TdTokenScript       script,
                           gint64             *ratio_ppm,
                           gint64             *error_ppm)
{
  g_autofree char *model = NULL;
  g_autofree char *family = NULL;
  const TdTokenLesson *lesson;
  gboolean found;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (model_id != NULL, FALSE);

  model = td_token_calibration_dup_model (model_id);
  family = td_token_calibration_dup_family (model_id);
  g_mutex_lock (&self->mutex);
  lesson = find_believed_locked (self, model, family, script);
  found = lesson != NULL;
  if (found)
    {
      *ratio_ppm = lesson->ratio_ppm;
      *error_ppm = lesson->error_ppm;
    }
  g_mutex_unlock (&self->mutex);
  return found;
}

static TdTokenLesson *
ensure_locked (TdTokenCalibration *self,
               const char         *name,
               TdTokenScript       script)
{
  TdTokenLesson *lesson = find_locked (self, name, script);

  if (lesson == NULL && g_hash_table_size (self->lessons) < MAX_LESSONS)
    {
      lesson = g_new0 (TdTokenLesson, 1);
      lesson->name = g_strdup (name);
      lesson->script = script;
      g_hash_table_add (self->lessons, lesson);
    }
  return lesson;
}

static void
add_sample (TdTokenLesson *lesson,
            gint64         ratio,
            gint64         error)
{
  gint64 weight = MIN (lesson->samples, MEMORY - 1) + 1;

  lesson->ratio_ppm += (ratio - lesson->ratio_ppm) / weight;
  lesson->error_ppm += (error - lesson->error_ppm) / weight;
  lesson->samples++;
}

static gboolean
looks_cut (const TdTokenLesson *believed,
           gint64               estimated,
           gint64               reported)
{
  return believed != NULL && reported < estimated * CUT_PERCENT / 100;
}

static void
learn_locked (TdTokenCalibration *self,
              const char         *name,
              TdTokenScript       script,
              gint64              ratio,
              gint64              error,
              GPtrArray          *changed)
{
  TdTokenLesson *lesson = name[0] != '\0' ? ensure_locked (self, name, script) : NULL;

  if (lesson == NULL)
    return;
  add_sample (lesson, ratio, error);
  g_ptr_array_add (changed, td_token_lesson_copy (lesson));
}

/**
 * td_token_calibration_learn:
 * @self: a calibration
 * @model_id: a model as a provider names it
 * @script: what the text is
 * @base: the text's tokens by the vocabulary that estimates are made with
 * @estimated: what was estimated of it, before the provider counted
 * @reported: what the provider counted
 *
 * Learns from a reply. Texts that are too short to tell, and counts that cannot be about the whole
 * text, teach nothing.
 *
 * Returns: (transfer full) (element-type TdTokenLesson): the lessons that are to be stored; empty
 *   when nothing was learnt
 */
GPtrArray *
td_token_calibration_learn (TdTokenCalibration *self,
                            const char         *model_id,
                            TdTokenScript       script,
                            gint64              base,
                            gint64              estimated,
                            gint64              reported)
{
  GPtrArray *changed = g_ptr_array_new_with_free_func ((GDestroyNotify) td_token_lesson_free);
  g_autofree char *model = NULL;
  g_autofree char *family = NULL;
  gint64 ratio, error;

  g_return_val_if_fail (self != NULL, changed);
  g_return_val_if_fail (model_id != NULL, changed);
  g_return_val_if_fail (script < TD_N_SCRIPTS, changed);

  if (base < MIN_BASE || base > MAX_BASE || reported <= 0 || reported > MAX_BASE)
    return changed;
  ratio = reported * MILLION / base;
  if (ratio < MIN_RATIO || ratio > MAX_RATIO)
    return changed;
  error = ABS (estimated - reported) * MILLION / reported;
  model = td_token_calibration_dup_model (model_id);
  family = td_token_calibration_dup_family (model_id);
  g_mutex_lock (&self->mutex);
  if (!looks_cut (find_believed_locked (self, model, family, script), estimated, reported))
    {
      learn_locked (self, model, script, ratio, error, changed);
      if (!g_str_equal (model, family))
        learn_locked (self, family, script, ratio, error, changed);
    }
  g_mutex_unlock (&self->mutex);
  return changed;
}
