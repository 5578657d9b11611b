/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding typed words in the texts of all models, between two keystrokes.
 *
 * Every model has one piece of folded text: its fields, each started by a line break, their words
 * parted by single spaces, whatever stood between them. So "GPT-4o mini" is "\ngpt 4o mini", a
 * word starts behind a space or a line break, and a word typed with a point or a dash in it
 * ("3.5", "gpt-4o") is found as a phrase, whatever the model's name has there. Names and ids are
 * there a second time without spaces, for those who type "gpt4o" (see is_run_together()).
 *
 * Searching all that text takes longer than it needs to: for every pair of neighbouring
 * characters there is a set of the models that have it, and only models in the sets of all
 * pairs of all words are looked at. The sets are bitmaps, so meeting them is a few hundred
 * instructions.
 */
#include "config.h"

#include "catalogue/td-query-text.h"

#include <string.h>

#include "base/td-text.h"
#include "catalogue/td-query-words.h"
#include "catalogue/td-query.h"

/* Letters, digits, what parts words, and all the rest. */
#define N_CLASSES   38
#define CLASS_GAP   0
#define CLASS_OTHER 37

/* A server names its models as it likes. What is behind this is not searched. */
#define MAX_FIELD_BYTES 256

typedef struct
{
  guint32 start;
  /* Ends of the parts of the text, from start: the name, the id, the provider, name and id
   * without spaces, everything. */
  guint16 name_end;
  guint16 id_end;
  guint16 naming_end;
  guint16 squeezed_name_end;
  guint16 squeezed_end;
  guint16 end;
  /* Without what parts words. */
  guint16 name_length;
  guint16 id_length;
} Entry;

struct _TdQueryText
{
  GString *text;    /* (owned) */
  Entry *entries;   /* (owned) */
  guint n_entries;
  guint n_cells;    /* of one set */
  guint64 *singles; /* (owned): a set per class */
  guint64 *pairs;   /* (owned): a set per pair of classes */
  guint64 *starts;  /* (owned): a set per class that starts a word of name, id or provider */
  guint64 *alone;   /* (owned): a set per class that is a word all by itself */
};

/* What is known of a word in a model's text. A model's hits are those that all words share. */
typedef enum
{
  HIT_ANYWHERE = 1 << 0,
  HIT_WORD_START = 1 << 1,
  HIT_NAMING_START = 1 << 2,
  HIT_NAMING_WORD = 1 << 3,
  HIT_ID_WORD = 1 << 4,
  HIT_NAME_WORD = 1 << 5,
  HIT_WHOLE_ID = 1 << 6,
  HIT_WHOLE_NAME = 1 << 7,
} Hit;

static gboolean
is_gap (char c)
{
  return c == ' ' || c == '\n';
}

static guint
class_of (char c)
{
  if (c >= 'a' && c <= 'z')
    return 1 + (guint) (c - 'a');
  if (c >= '0' && c <= '9')
    return 27 + (guint) (c - '0');
  return c == ' ' || c == '\n' ? CLASS_GAP : CLASS_OTHER;
}

static void
append_field (GString    *out,
              const char *text)
{
  g_autofree char *cut = NULL;
  g_autofree char *folded = NULL;

  if (text == NULL)
    return;
  if (strnlen (text, MAX_FIELD_BYTES + 1) > MAX_FIELD_BYTES)
    cut = g_strndup (text, MAX_FIELD_BYTES);
  folded = td_text_fold (cut != NULL ? cut : text);
  g_string_append_c (out, '\n');
  td_query_append_words (out, folded, strlen (folded));
}

/* Appends a field once more without its gaps; nothing when it has none. */
static void
append_squeezed (GString *out,
                 gsize    start,
                 gsize    end)
{
  if (memchr (out->str + start + 1, ' ', end - start - 1) == NULL)
    return;
  g_string_append_c (out, '\n');
  for (gsize i = start + 1; i < end; i++)
    {
      char c = out->str[i];

      if (c != ' ')
        g_string_append_c (out, c);
    }
}

static void
append_abilities (GString            *out,
                  const TdModelFacts *facts)
{
  static const struct
  {
    TdCapability capability;
    const char *words;
  } words[] = {
    { TD_CAPABILITY_VISION, "\nvision" },
    { TD_CAPABILITY_AUDIO_IN, "\naudio" },
    { TD_CAPABILITY_VIDEO_IN, "\nvideo" },
    { TD_CAPABILITY_PDF, "\npdf" },
    { TD_CAPABILITY_IMAGE_OUT, "\nimage" },
    { TD_CAPABILITY_AUDIO_OUT, "\nspeech" },
    { TD_CAPABILITY_TOOLS, "\ntools" },
    { TD_CAPABILITY_REASONING, "\nreasoning" },
    { TD_CAPABILITY_STRUCTURED_OUTPUT, "\nstructured output" },
    { TD_CAPABILITY_EMBEDDING, "\nembedding" },
  };
  TdCapability has = td_model_facts_get_capabilities (facts);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (has & words[i].capability)
      g_string_append (out, words[i].words);
  g_string_append_c (out, '\n');
  g_string_append (out, td_model_type_to_string (facts->type));
  if (td_model_facts_is_free (facts))
    g_string_append (out, "\nfree");
  if (facts->local)
    g_string_append (out, "\nlocal");
  if (facts->open_weights == TD_FACT_YES)
    g_string_append (out, "\nopen weights");
}

/* @provider: the field that names the model's provider, ready made */
static void
add_entry (TdQueryText        *self,
           const TdModelFacts *facts,
           const GString      *provider)
{
  GString *text = self->text;
  Entry *entry = &self->entries[self->n_entries++];
  gsize start = text->len;
  gsize name_end;
  gsize id_end;

  append_field (text, facts->name);
  name_end = text->len;
  append_field (text, facts->id);
  id_end = text->len;
  g_string_append_len (text, provider->str, (gssize) provider->len);
  entry->start = (guint32) start;
  entry->name_end = (guint16) (name_end - start);
  entry->id_end = (guint16) (id_end - start);
  entry->naming_end = (guint16) (text->len - start);
  entry->name_length = td_query_count_letters (text, start, name_end);
  entry->id_length = td_query_count_letters (text, name_end, id_end);

  append_squeezed (text, start, name_end);
  entry->squeezed_name_end = (guint16) (text->len - start);
  append_squeezed (text, name_end, id_end);
  entry->squeezed_end = (guint16) (text->len - start);
  append_field (text, facts->family);
  append_field (text, facts->base_model);
  append_abilities (text, facts);
  g_string_append_c (text, '\n');
  /* Folding makes a byte into eleven at the most, so eight fields fit into a guint16. */
  g_assert (text->len - start <= G_MAXUINT16);
  entry->end = (guint16) (text->len - start);
}

static void
add_to_sets (TdQueryText *self,
             guint        index)
{
  const Entry *entry = &self->entries[index];
  const char *text = self->text->str + entry->start;
  guint64 bit = G_GUINT64_CONSTANT (1) << (index % 64);
  gsize cell = index / 64;
  guint before = CLASS_GAP;

  /* Every text starts with a gap and ends with one. */
  for (guint i = 1; i < entry->end; i++)
    {
      guint class = class_of (text[i]);

      self->singles[class * self->n_cells + cell] |= bit;
      self->pairs[(before * N_CLASSES + class) * self->n_cells + cell] |= bit;
      if (before == CLASS_GAP && i < entry->naming_end)
        self->starts[class * self->n_cells + cell] |= bit;
      if (before == CLASS_GAP && i + 1 < entry->end && is_gap (text[i + 1]))
        self->alone[class * self->n_cells + cell] |= bit;
      before = class;
    }
}

static void
make_provider_field (GString     *field,
                     TdCatalogue *catalogue,
                     const char  *provider_id)
{
  TdProvider *provider = td_catalogue_find_provider (catalogue, provider_id);

  g_string_truncate (field, 0);
  append_field (field, provider_id);
  append_field (field, provider != NULL ? td_provider_get_name (provider) : NULL);
}

/* What the text of a model is made of is the same. */
static gboolean
has_same_text (TdModel *a,
               TdModel *b)
{
  const TdModelFacts *x = td_model_get_facts (a);
  const TdModelFacts *y = td_model_get_facts (b);

  return a == b ||
         (g_str_equal (x->key, y->key) && g_str_equal (x->name, y->name) &&
          g_strcmp0 (x->family, y->family) == 0 && g_strcmp0 (x->base_model, y->base_model) == 0 &&
          x->type == y->type && x->local == y->local && x->open_weights == y->open_weights &&
          td_model_facts_is_free (x) == td_model_facts_is_free (y) &&
          td_model_facts_get_capabilities (x) == td_model_facts_get_capabilities (y));
}

static gboolean
has_same_provider (TdCatalogue *catalogue,
                   TdCatalogue *previous,
                   const char  *provider_id)
{
  TdProvider *provider = td_catalogue_find_provider (catalogue, provider_id);
  TdProvider *other = td_catalogue_find_provider (previous, provider_id);

  return provider != NULL && other != NULL &&
         g_str_equal (td_provider_get_name (provider), td_provider_get_name (other));
}

/* How many models both catalogues begin with. */
static guint
count_same (TdCatalogue *catalogue,
            TdCatalogue *previous)
{
  guint n = MIN (td_catalogue_get_n_models (catalogue), td_catalogue_get_n_models (previous));
  const char *provider_id = NULL;

  for (guint i = 0; i < n; i++)
    {
      TdModel *model = td_catalogue_get_model (catalogue, i);
      const char *its_provider = td_model_get_facts (model)->provider_id;

      if (!has_same_text (model, td_catalogue_get_model (previous, i)) ||
          (g_strcmp0 (its_provider, provider_id) != 0 &&
           !has_same_provider (catalogue, previous, its_provider)))
        return i;
      provider_id = its_provider;
    }
  return n;
}

/* The sets of the first @n_entries models, with room for those of @self. */
static guint64 *
copy_sets (const TdQueryText *self,
           const TdQueryText *other,
           const guint64     *sets,
           guint              n_sets,
           guint              n_entries)
{
  guint64 *copy = g_new0 (guint64, (gsize) n_sets * self->n_cells);
  guint n_whole = n_entries / 64;
  guint64 mask = (G_GUINT64_CONSTANT (1) << (n_entries % 64)) - 1;

  for (gsize i = 0; i < n_sets; i++)
    {
      memcpy (copy + i * self->n_cells, sets + i * other->n_cells, n_whole * sizeof *copy);
      if (mask != 0)
        copy[i * self->n_cells + n_whole] = sets[i * other->n_cells + n_whole] & mask;
    }
  return copy;
}

static void
take_entries (TdQueryText       *self,
              const TdQueryText *other,
              guint              n_entries)
{
  gsize end = n_entries < other->n_entries ? other->entries[n_entries].start : other->text->len;

  g_string_append_len (self->text, other->text->str, (gssize) end);
  memcpy (self->entries, other->entries, n_entries * sizeof *self->entries);
  self->n_entries = n_entries;
  self->singles = copy_sets (self, other, other->singles, N_CLASSES, n_entries);
  self->pairs = copy_sets (self, other, other->pairs, N_CLASSES * N_CLASSES, n_entries);
  self->starts = copy_sets (self, other, other->starts, N_CLASSES, n_entries);
  self->alone = copy_sets (self, other, other->alone, N_CLASSES, n_entries);
}

static void
make_sets (TdQueryText *self)
{
  self->singles = g_new0 (guint64, (gsize) N_CLASSES * self->n_cells);
  self->pairs = g_new0 (guint64, (gsize) N_CLASSES * N_CLASSES * self->n_cells);
  self->starts = g_new0 (guint64, (gsize) N_CLASSES * self->n_cells);
  self->alone = g_new0 (guint64, (gsize) N_CLASSES * self->n_cells);
}

static void
add_entries (TdQueryText *self,
             TdCatalogue *catalogue)
{
  g_autoptr (GString) provider = g_string_new (NULL);
  const char *provider_id = NULL;

  for (guint i = self->n_entries; i < td_catalogue_get_n_models (catalogue); i++)
    {
      const TdModelFacts *facts = td_model_get_facts (td_catalogue_get_model (catalogue, i));

      /* Models of a provider stand together. */
      if (g_strcmp0 (facts->provider_id, provider_id) != 0)
        make_provider_field (provider, catalogue, facts->provider_id);
      provider_id = facts->provider_id;
      add_entry (self, facts, provider);
      add_to_sets (self, i);
    }
}

/*
 * td_query_text_new:
 * @catalogue: a catalogue
 * @other: (nullable): the text of @other_catalogue
 * @other_catalogue: (nullable): a catalogue that begins with the same models
 *
 * The text of every model of @catalogue, by its index there. What both catalogues begin with is
 * copied. May run on any thread.
 */
TdQueryText *
td_query_text_new (TdCatalogue       *catalogue,
                   const TdQueryText *other,
                   TdCatalogue       *other_catalogue)
{
  TdQueryText *self = g_new0 (TdQueryText, 1);
  guint n_models = td_catalogue_get_n_models (catalogue);

  self->text = g_string_sized_new (n_models * 160u);
  self->entries = g_new0 (Entry, MAX (n_models, 1));
  self->n_cells = (n_models + 63) / 64;
  if (other != NULL)
    take_entries (self, other, count_same (catalogue, other_catalogue));
  else
    make_sets (self);
  add_entries (self, catalogue);
  return self;
}

void
td_query_text_free (TdQueryText *self)
{
  g_string_free (self->text, TRUE);
  g_free (self->entries);
  g_free (self->singles);
  g_free (self->pairs);
  g_free (self->starts);
  g_free (self->alone);
  g_free (self);
}

/* ---- finding it ---------------------------------------------------------------------------- */

/* Whether a hit in a name without its spaces is one that was meant: it starts a word of the name
 * as it is, and does not end between two digits. So "gpt4" is "GPT-4o" and "llama3" is "Llama 3.3",
 * but "qwen3" is not "Qwen 32B". */
static gboolean
is_run_together (const char *field,
                 gsize       n_before,
                 gsize       n_letters)
{
  const char *p = field + 1;
  gboolean ends_in_digit;

  for (; n_before > 0; p++)
    n_before -= *p != ' ';
  if (*p != ' ' && !is_gap (p[-1]))
    return FALSE;
  for (; n_letters > 0; p++)
    n_letters -= *p != ' ';
  ends_in_digit = g_ascii_isdigit (p[-1]);
  return !(ends_in_digit && g_ascii_isdigit (*p));
}

static guint
judge_squeezed_hit (const Entry       *entry,
                    const char        *text,
                    gsize              at,
                    const TdQueryWord *word)
{
  gboolean in_name = at < entry->squeezed_name_end;
  gsize field = in_name ? 0 : entry->name_end;
  gsize squeezed = in_name ? entry->naming_end : entry->squeezed_name_end;
  guint hit = HIT_ANYWHERE | HIT_WORD_START | HIT_NAMING_START;

  if (!word->is_mixed || !is_run_together (text + field, at - squeezed - 1, word->n_letters))
    return 0;
  if (at == squeezed + 1 && is_gap (text[at + word->length]))
    hit |= in_name ? HIT_WHOLE_NAME : HIT_WHOLE_ID;
  return hit;
}

static guint
judge_hit (const Entry       *entry,
           const char        *text,
           gsize              at,
           const TdQueryWord *word)
{
  guint hit = HIT_ANYWHERE;

  if (at >= entry->naming_end && at < entry->squeezed_end)
    return judge_squeezed_hit (entry, text, at, word);
  if (!is_gap (text[at - 1]))
    return hit;
  hit |= HIT_WORD_START;
  if (at >= entry->naming_end)
    return hit;
  hit |= HIT_NAMING_START;
  if (!is_gap (text[at + word->length]))
    return hit;
  hit |= HIT_NAMING_WORD;
  if (at < entry->name_end)
    hit |= HIT_NAME_WORD;
  else if (at < entry->id_end)
    hit |= HIT_ID_WORD;
  return hit;
}

static guint
scan_hits (const TdQueryText *self,
           const Entry       *entry,
           const TdQueryWord *word)
{
  const char *text = self->text->str + entry->start;
  const char *end = text + entry->end;
  guint hits = 0;

  for (const char *p = memmem (text, entry->end, word->text, word->length); p != NULL;
       p = memmem (p + 1, (gsize) (end - p - 1), word->text, word->length))
    {
      hits |= judge_hit (entry, text, (gsize) (p - text), word);
      /* Behind the names nothing better than the start of a word can come. */
      if ((hits & HIT_WORD_START) && p - text >= entry->squeezed_end)
        break;
    }
  return hits;
}

static gboolean
is_in (const guint64 *set,
       guint          index)
{
  return (set[index / 64] >> (index % 64)) & 1;
}

/* A single character is nearly everywhere, and it is what everybody types first: the sets
 * answer for it, unless it is a word by itself. */
static guint
find_hits (const TdQueryText *self,
           guint              index,
           const TdQueryWord *word)
{
  guint class = class_of (word->text[0]);
  gsize at = class * self->n_cells;
  guint hits = 0;

  if (word->length > 1 || class == CLASS_OTHER || is_in (self->alone + at, index))
    return scan_hits (self, &self->entries[index], word);
  if (is_in (self->singles + at, index))
    hits |= HIT_ANYWHERE;
  if (is_in (self->pairs + CLASS_GAP * N_CLASSES * self->n_cells + at, index))
    hits |= HIT_WORD_START;
  if (is_in (self->starts + at, index))
    hits |= HIT_NAMING_START;
  return hits;
}

static void
meet (guint64       *candidates,
      const guint64 *set,
      guint          n_cells)
{
  for (guint i = 0; i < n_cells; i++)
    candidates[i] &= set[i];
}

/* Leaves the models that have every pair of neighbours in the word. */
static void
meet_word (const TdQueryText *self,
           const TdQueryWord *word,
           guint64           *candidates)
{
  guint before = class_of (word->text[0]);

  if (word->length == 1)
    meet (candidates, &self->singles[before * self->n_cells], self->n_cells);
  for (gsize i = 1; i < word->length; i++)
    {
      guint class = class_of (word->text[i]);

      meet (candidates, &self->pairs[(before * N_CLASSES + class) * self->n_cells], self->n_cells);
      before = class;
    }
}

static guint64 *
make_candidates (const TdQueryText *self)
{
  guint64 *candidates = g_new (guint64, MAX (self->n_cells, 1));

  /* The bits behind the last model go when the first set is met. */
  memset (candidates, 0xff, MAX (self->n_cells, 1) * sizeof *candidates);
  return candidates;
}

/* The next model in the set, from *index on, or FALSE. */
static gboolean
next_candidate (const TdQueryText *self,
                const guint64     *candidates,
                guint             *index)
{
  for (guint cell = *index / 64; cell < self->n_cells; cell++)
    {
      guint64 left = candidates[cell];

      if (cell == *index / 64)
        left &= ~G_GUINT64_CONSTANT (0) << (*index % 64);
      if (left != 0)
        {
          *index = cell * 64 + (guint) __builtin_ctzll (left);
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_anywhere (const TdQueryText *self,
             const TdQueryWord *word)
{
  g_autofree guint64 *candidates = make_candidates (self);

  meet_word (self, word, candidates);
  for (guint i = 0; next_candidate (self, candidates, &i); i++)
    if (find_hits (self, i, word) != 0)
      return TRUE;
  return FALSE;
}

/* A phrase that no model has is a mere list of words: "claude-4.5-sonnet" is meant to find
 * "Claude Sonnet 4.5". */
static GArray *
loosen_phrases (const TdQueryText *self,
                GArray            *words)
{
  GArray *loosened = td_query_words_new ();

  for (guint i = 0; i < words->len; i++)
    {
      const TdQueryWord *word = &g_array_index (words, TdQueryWord, i);
      g_auto (GStrv) parts = NULL;

      if (strchr (word->text, ' ') == NULL || is_anywhere (self, word))
        {
          td_query_words_add (loosened, word->text, word->length);
          continue;
        }
      parts = g_strsplit (word->text, " ", -1);
      for (guint p = 0; parts[p] != NULL; p++)
        td_query_words_add (loosened, parts[p], strlen (parts[p]));
    }
  return loosened;
}

static TdMatch
judge_entry (const TdQueryText *self,
             guint              index,
             GArray            *words)
{
  const Entry *entry = &self->entries[index];
  guint shared = ~0u;
  gsize n_letters = 0;

  for (guint i = 0; i < words->len && shared != 0; i++)
    {
      const TdQueryWord *word = &g_array_index (words, TdQueryWord, i);

      shared &= find_hits (self, index, word);
      n_letters += word->n_letters;
    }
  if ((shared & HIT_WHOLE_NAME) || ((shared & HIT_NAME_WORD) && n_letters == entry->name_length))
    return TD_MATCH_NAME;
  if ((shared & HIT_WHOLE_ID) || ((shared & HIT_ID_WORD) && n_letters == entry->id_length))
    return TD_MATCH_ID;
  if (shared & HIT_NAMING_WORD)
    return TD_MATCH_NAME_WORDS;
  if (shared & HIT_NAMING_START)
    return TD_MATCH_NAME_START;
  if (shared & HIT_WORD_START)
    return TD_MATCH_WORD_START;
  return shared & HIT_ANYWHERE ? TD_MATCH_INSIDE : TD_MATCH_NONE;
}

/*
 * td_query_text_match:
 * @self: the texts
 * @text: what was typed
 * @matches: (out caller-allocates) (array): room for a #TdMatch per model
 *
 * Says of every model how well it answers @text. The order of the words makes no difference,
 * nor does a word that is typed twice.
 *
 * Returns: whether anything was typed that can be searched for; when not, @matches is untouched
 */
gboolean
td_query_text_match (const TdQueryText *self,
                     const char        *text,
                     guint8            *matches)
{
  g_autoptr (GArray) typed = td_query_words_split (text);
  g_autoptr (GArray) words = NULL;
  g_autofree guint64 *candidates = NULL;

  if (typed->len == 0)
    return FALSE;
  words = loosen_phrases (self, typed);
  candidates = make_candidates (self);
  for (guint i = 0; i < words->len; i++)
    meet_word (self, &g_array_index (words, TdQueryWord, i), candidates);
  memset (matches, TD_MATCH_NONE, self->n_entries);
  for (guint i = 0; next_candidate (self, candidates, &i); i++)
    matches[i] = (guint8) judge_entry (self, i, words);
  return TRUE;
}
