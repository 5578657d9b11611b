/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a text to what the classifier adds up. The training program and the application run this very
 * code, so that what was learned and what is asked are the same.
 *
 * Every group of features has a share of the whole, spread evenly over its members: a long text has
 * more of them, not more weight.
 */
#include "config.h"

#include "assistant/analysis/td-features.h"

#include <math.h>
#include <string.h>

#include "assistant/analysis/td-text-shape.h"

#define UNIT         1024
#define N_OPENING    4
#define N_CLOSING    3
#define MAX_PAIRED   10
#define START_BYTES  60
#define BODY_MIN     200 /* bytes: a shorter text is all instruction */
#define SEEN_BITS    14
#define MAX_FEATURES 6000

/* The share of each group: its length as a vector. */
static const double group_scale[TD_N_FEATURE_GROUPS] = {
  [TD_FEATURE_WORD] = 1.0,
  [TD_FEATURE_PAIR] = 0.7,
  [TD_FEATURE_OPENING] = 0.7,
  [TD_FEATURE_CLOSING] = 0.35,
  [TD_FEATURE_LETTERS] = 1.0,
  [TD_FEATURE_CONCEPT] = 1.7,
  [TD_FEATURE_CONCEPTS] = 1.2,
  [TD_FEATURE_SHAPE] = 0.6,
  [TD_FEATURE_BODY] = 0.7,
};

static gboolean
is_new (TdFeatures *self,
        guint32     hash)
{
  guint32 mask = (1u << SEEN_BITS) - 1;
  guint32 slot = (hash * 0x9e3779b1u) >> (32 - SEEN_BITS);

  while (self->seen[slot] != 0)
    {
      if (self->seen[slot] == hash)
        return FALSE;
      slot = (slot + 1) & mask;
    }
  self->seen[slot] = hash;
  return TRUE;
}

static gboolean
is_in_body (const TdFeatures *self,
            guint32           at)
{
  return at >= self->body_start && at < self->body_end;
}

static void
add (TdFeatures     *self,
     TdFeatureGroup  group,
     guint32         hash,
     guint32         start,
     guint32         end,
     guint8          zone)
{
  TdFeature feature = {
    MAX ((hash ^ (group * 0x5bd1e995u)) * 0x9e3779b1u, 1), UNIT, group, zone, start, end
  };

  if (group <= TD_FEATURE_LETTERS && is_in_body (self, start))
    feature.group = TD_FEATURE_BODY;

  if (self->items->len < MAX_FEATURES && is_new (self, feature.hash))
    g_array_append_val (self->items, feature);
}

static guint32
combine (guint32 a,
         guint32 b)
{
  return (a ^ (b + 0x9e3779b9u + (a << 6) + (a >> 2))) * 0x85ebca6bu;
}

/* Where instructions are not: behind the first sentences and before the last one. */
static void
find_body (TdFeatures *self)
{
  if (self->text->length < BODY_MIN)
    return;
  self->body_start = MAX (self->first_end, START_BYTES);
  self->body_end = self->last_start;
}

static void
add_words (TdFeatures *self,
           gboolean    of_body)
{
  const TdWord *words = (const TdWord *) (void *) self->words->data;

  for (guint i = 0; i < self->words->len; i++)
    if (is_in_body (self, words[i].start) == of_body)
      {
        add (self, TD_FEATURE_WORD, words[i].hash, words[i].start, words[i].end, 0);
        if (i > 0)
          add (self, TD_FEATURE_PAIR, combine (words[i - 1].hash, words[i].hash),
               words[i - 1].start, words[i].end, 0);
      }
}

/* The place is part of it: a verb that comes first is an order. */
static void
add_ends (TdFeatures *self)
{
  const TdWord *words = (const TdWord *) (void *) self->words->data;
  guint n = self->words->len;
  guint32 hash = 17;

  for (guint i = 0; i < MIN (n, N_OPENING); i++)
    {
      hash = combine (hash, words[i].hash);
      add (self, TD_FEATURE_OPENING, hash, words[0].start, words[i].end, 0);
      add (self, TD_FEATURE_OPENING, combine (words[i].hash, 99), words[i].start, words[i].end, 0);
    }
  for (guint i = 0; i < MIN (n, N_CLOSING); i++)
    add (self, TD_FEATURE_CLOSING, combine (words[n - 1 - i].hash, 7), words[n - 1 - i].start,
         words[n - 1 - i].end, 0);
}

/* Three, four and five letters, with the borders of the word as letters of their own. */
static void
add_letters_of (TdFeatures   *self,
                const TdWord *word)
{
  const char *text = self->text->text;
  guint32 offsets[34];
  guint n = 0;

  for (guint32 at = word->start; at <= word->end && n < 33; at += g_utf8_skip[(guint8) text[at]])
    {
      offsets[n++] = at;
      if (at == word->end)
        break;
    }
  if (n < 4)
    return;
  for (guint from = 0; from + 3 < n + 1; from++)
    for (guint size = 3; size <= 4 && from + size < n; size++)
      {
        guint32 start = offsets[from];
        guint32 end = offsets[from + size];
        guint32 kind = 11 + (from == 0) + 2 * (end == word->end);

        add (self, TD_FEATURE_LETTERS, td_hash_bytes (kind, text + start, end - start), start, end,
             0);
      }
}

/* Scripts without spaces: two and three characters in a row. */
static void
add_characters (TdFeatures *self,
                gboolean    of_body)
{
  const TdWord *words = (const TdWord *) (void *) self->words->data;

  for (guint i = 0; i < self->words->len; i++)
    for (guint size = 2; size <= 4 && i + size <= self->words->len; size++)
      {
        const TdWord *last = &words[i + size - 1];

        if (is_in_body (self, words[i].start) != of_body ||
            td_script_has_spaces (words[i].script) || td_script_has_spaces (last->script) ||
            last->start != words[i + size - 2].end)
          break;
        add (self, TD_FEATURE_LETTERS,
             td_hash_bytes (21, self->text->text + words[i].start, last->end - words[i].start),
             words[i].start, last->end, 0);
      }
}

static void
add_letters (TdFeatures *self,
             gboolean    of_body)
{
  const TdWord *words = (const TdWord *) (void *) self->words->data;

  for (guint i = 0; i < self->words->len; i++)
    if (is_in_body (self, words[i].start) == of_body && td_script_has_spaces (words[i].script) &&
        words[i].script != TD_WRITING_DIGIT)
      add_letters_of (self, &words[i]);
  add_characters (self, of_body);
}

static guint8
zone_of (const TdFeatures   *self,
         const TdLexiconHit *hit)
{
  guint8 zone = 0;

  if (hit->start < START_BYTES)
    zone |= TD_ZONE_START;
  if (hit->start < self->first_end)
    zone |= TD_ZONE_FIRST;
  if (hit->start >= self->last_start)
    zone |= TD_ZONE_LAST;
  return zone != 0 ? zone : TD_ZONE_BODY;
}

static void
add_concept_zones (TdFeatures *self,
                   guint       n_concepts)
{
  for (guint i = 0; i < n_concepts; i++)
    for (guint bit = 0; bit < 4; bit++)
      if (self->concept_zones[i] & (1 << bit))
        add (self, TD_FEATURE_CONCEPT, combine (i + 1, 31 + bit), i, 0, 1 << bit);
  for (guint i = 0; i < n_concepts; i++)
    if (self->concept_zones[i] != 0)
      add (self, TD_FEATURE_CONCEPT, combine (i + 1, 47), i, 0, 0);
}

/* What an order is about: pairs of what its own sentence and the last one mention. */
static void
add_concept_pairs (TdFeatures *self,
                   guint       n_concepts)
{
  guint mentioned[MAX_PAIRED];
  guint n = 0;

  for (guint i = 0; i < n_concepts && n < MAX_PAIRED; i++)
    if (self->concept_zones[i] & (TD_ZONE_START | TD_ZONE_FIRST | TD_ZONE_LAST))
      mentioned[n++] = i;
  for (guint i = 0; i < n; i++)
    for (guint j = i + 1; j < n; j++)
      add (self, TD_FEATURE_CONCEPTS, combine (mentioned[i] + 1, mentioned[j] + 1000), mentioned[i],
           mentioned[j], 0);
}

static void
add_concepts (TdFeatures      *self,
              const TdLexicon *lexicon)
{
  guint n_concepts = td_lexicon_get_n_concepts (lexicon);
  guint first = TD_LEXICON_NONE;

  td_lexicon_match (lexicon, self->text, 0, self->text->length, self->hits);
  for (guint i = 0; i < self->hits->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (self->hits, TdLexiconHit, i);

      if (first == TD_LEXICON_NONE)
        first = hit->concept;
      self->concept_zones[hit->concept] |= zone_of (self, hit);
    }
  if (first != TD_LEXICON_NONE)
    add (self, TD_FEATURE_CONCEPT, combine (first + 1, 61), first, 1, TD_ZONE_START);
  add_concept_zones (self, n_concepts);
  add_concept_pairs (self, n_concepts);
  for (guint shape = 0; shape < TD_N_SHAPES; shape++)
    for (guint i = 0; (self->shapes & (1u << shape)) && i < n_concepts; i++)
      if (self->concept_zones[i] & (TD_ZONE_FIRST | TD_ZONE_LAST) && shape != TD_SHAPE_ONE_SENTENCE)
        add (self, TD_FEATURE_CONCEPTS, combine (i + 1, shape + 5000), i, 2000 + shape, 0);
}

static void
add_shapes (TdFeatures *self)
{
  guint size = g_bit_storage (self->n_characters);

  for (guint i = 0; i < TD_N_SHAPES; i++)
    if (self->shapes & (1u << i))
      add (self, TD_FEATURE_SHAPE, combine (i + 1, 71), i, 0, 0);
  add (self, TD_FEATURE_SHAPE, combine (size, 73), TD_N_SHAPES, 0, 0);
  add (self, TD_FEATURE_SHAPE, combine (self->script, 79), TD_N_SHAPES + 1, 0, 0);
  add (self, TD_FEATURE_SHAPE, combine (MIN (self->n_lines, 6), 83), TD_N_SHAPES + 2, 0, 0);
}

/* Square roots are exact in IEEE arithmetic, so that this is the same everywhere. */
static void
share_out (TdFeatures *self)
{
  guint counts[TD_N_FEATURE_GROUPS] = { 0 };
  gint16 values[TD_N_FEATURE_GROUPS];

  for (guint i = 0; i < self->items->len; i++)
    counts[g_array_index (self->items, TdFeature, i).group]++;
  for (guint i = 0; i < TD_N_FEATURE_GROUPS; i++)
    values[i] = (gint16) (UNIT * group_scale[i] / sqrt (MAX (counts[i], 1)) + 0.5);
  for (guint i = 0; i < self->items->len; i++)
    {
      TdFeature *feature = &g_array_index (self->items, TdFeature, i);

      feature->value = values[feature->group];
    }
}

/* The bytes of the first @head and the last @tail characters. */
static char *
take_ends (const char *text,
           gsize       length,
           guint      *n_characters)
{
  const char *valid_end = text + length;
  const char *head = text;
  const char *tail = valid_end;
  GString *ends;

  *n_characters = 0;
  for (const char *p = text; p < valid_end; p++)
    *n_characters += (*p & 0xc0) != 0x80;
  if (*n_characters <= TD_FEATURE_HEAD + TD_FEATURE_TAIL)
    return g_strndup (text, length);
  for (guint i = 0; i < TD_FEATURE_HEAD; i++)
    do
      head++;
    while (head < valid_end && (*head & 0xc0) == 0x80);
  for (guint i = 0; i < TD_FEATURE_TAIL; i++)
    do
      tail--;
    while (tail > head && (*tail & 0xc0) == 0x80);
  ends = g_string_new_len (text, head - text);
  g_string_append_c (ends, '\n');
  g_string_append_len (ends, tail, valid_end - tail);
  return g_string_free_and_steal (ends);
}

/**
 * td_features_new:
 * @text: (array length=length): any bytes
 * @length: bytes, or -1 up to the terminating zero
 *
 * Returns: (transfer full): what is noticed about the text
 */
TdFeatures *
td_features_new (const TdLexicon *lexicon,
                 const char      *text,
                 gssize           length)
{
  TdFeatures *self = g_new0 (TdFeatures, 1);

  g_return_val_if_fail (lexicon != NULL && text != NULL, NULL);

  self->n_bytes = length < 0 ? strlen (text) : (gsize) length;
  self->original = take_ends (text, self->n_bytes, &self->n_characters);
  self->text = td_folded_text_new (self->original, strlen (self->original));
  self->words = g_array_sized_new (FALSE, FALSE, sizeof (TdWord), 256);
  self->hits = g_array_sized_new (FALSE, FALSE, sizeof (TdLexiconHit), 128);
  self->items = g_array_sized_new (FALSE, FALSE, sizeof (TdFeature), 1024);
  self->seen = g_new0 (guint32, 1u << SEEN_BITS);
  td_folded_text_add_words (self->text, 0, self->text->length, self->words);
  td_text_shape_look (self, text, self->n_bytes);
  add_shapes (self);
  add_concepts (self, lexicon);
  find_body (self);
  add_ends (self);
  add_words (self, FALSE);
  add_words (self, TRUE);
  add_letters (self, FALSE);
  add_letters (self, TRUE);
  share_out (self);
  g_clear_pointer (&self->seen, g_free);
  return self;
}

void
td_features_free (TdFeatures *self)
{
  g_free (self->original);
  td_folded_text_free (self->text);
  g_array_unref (self->words);
  g_array_unref (self->hits);
  g_array_unref (self->items);
  g_free (self->seen);
  g_free (self);
}

static char *
name_of_shape (guint32 number)
{
  static const char *const measures[] = { "length", "script", "lines" };

  if (number < TD_N_SHAPES)
    return g_strconcat ("shape:", td_shape_to_string ((TdShape) number), NULL);
  return g_strconcat ("shape:", measures[MIN (number - TD_N_SHAPES, 2)], NULL);
}

/**
 * td_features_dup_name:
 *
 * Returns: (transfer full): what a feature is, readable: a piece of the folded text in quotes, or
 *   the name of a concept or a shape
 */
char *
td_features_dup_name (const TdFeatures *self,
                      const TdLexicon  *lexicon,
                      const TdFeature  *feature)
{
  const char *second;

  switch ((TdFeatureGroup) feature->group)
    {
    case TD_FEATURE_CONCEPT:
      return g_strconcat ("concept:", td_lexicon_get_name (lexicon, feature->start), NULL);
    case TD_FEATURE_CONCEPTS:
      second = feature->end >= 2000 ? td_shape_to_string ((TdShape) (feature->end - 2000))
                                    : td_lexicon_get_name (lexicon, feature->end);
      return g_strconcat ("concepts:", td_lexicon_get_name (lexicon, feature->start), "+", second,
                          NULL);
    case TD_FEATURE_SHAPE:
      return name_of_shape (feature->start);
    case TD_FEATURE_WORD:
    case TD_FEATURE_PAIR:
    case TD_FEATURE_OPENING:
    case TD_FEATURE_CLOSING:
    case TD_FEATURE_LETTERS:
    case TD_N_FEATURE_GROUPS:
    default:
      return g_strdup_printf ("\"%.*s\"", (int) (feature->end - feature->start),
                              self->text->text + feature->start);
    }
}
