/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Phrases and where they stand. Words such as "cheapest" or "local" are in every other request and are
 * about flights and restaurants; they are only taken as being about the model where a word for models is
 * near, or where they are a clause of their own: "…, cheapest please".
 */
#include "config.h"

#include "assistant/analysis/td-request-terms.h"

#include <string.h>

#include "assistant/analysis/td-amount.h"
#include "assistant/analysis/td-clause-company.h"
#include "assistant/analysis/td-clause-edges.h"
#include "assistant/analysis/td-clause-question.h"
#include "assistant/analysis/td-clause.h"
#include "assistant/analysis/td-request-providers.h"
#include "assistant/analysis/td-supplied-text.h"
#include "assistant/analysis/td-wish-pairs.h"
#include "base/td-resources.h"

#define NEAR_COLUMNS  28
#define BOUND_COLUMNS 20
#define LIVE_BYTES    60
#define SHORT_BYTES   160 /* of a question without figures to work with */
#define AFTER_COLUMNS 28
#define DENIED_BYTES  12
#define LIMIT_BYTES   8
#define LONG_BYTES    12 /* so long a phrase means but one thing, wherever it stands */
#define FEW_DOLLARS   (10 * TD_MONEY_PER_DOLLAR)
#define MANY_DOLLARS  (100 * TD_MONEY_PER_DOLLAR)
#define FEW_CENTS     (TD_MONEY_PER_DOLLAR / 5) /* nothing but an answer is to be had for that */
#define MANY_PAGES    40

static const char *const need_names[TD_N_NEEDS] = {
  [TD_NEED_VISION] = "vision",
  [TD_NEED_IMAGE_OUTPUT] = "image_output",
  [TD_NEED_AUDIO] = "audio",
  [TD_NEED_TOOLS] = "tools",
  [TD_NEED_LONG_CONTEXT] = "long_context",
  [TD_NEED_STRUCTURED_OUTPUT] = "structured_output",
};

static const char *const stated_names[TD_N_STATED] = {
  [TD_STATED_LOCAL] = "local",
  [TD_STATED_OPEN_WEIGHTS] = "open_weights",
  [TD_STATED_FREE] = "free",
  [TD_STATED_CHEAP] = "cheap",
  [TD_STATED_QUALITY] = "quality",
  [TD_STATED_SPEED] = "speed",
  [TD_STATED_REGION] = "region",
  [TD_STATED_MEMORY] = "memory",
  [TD_STATED_MAX_COST] = "max_cost",
  [TD_STATED_MAX_PRICE] = "max_price",
  [TD_STATED_MIN_CONTEXT] = "min_context",
  [TD_STATED_PROVIDER_IN] = "provider_in",
  [TD_STATED_PROVIDER_OUT] = "provider_out",
};

/* The concepts of phrases.txt that stand for themselves, those that cancel them, and those that need
 * company. */
static const struct
{
  TdStatedKind kind;
  const char *say;
  const char *word;
  const char *cancel;
} wishes[] = {
  { TD_STATED_LOCAL, "say-local", NULL, "not-local" },
  { TD_STATED_OPEN_WEIGHTS, "say-open", "word-open", NULL },
  { TD_STATED_FREE, "say-free", "word-free", "not-gratis" },
  { TD_STATED_CHEAP, "say-cheap", "word-cheap", "say-free" },
  { TD_STATED_QUALITY, "say-quality", "word-quality", NULL },
  { TD_STATED_SPEED, "say-speed", "word-speed", "not-speed" },
  { TD_STATED_REGION, NULL, "word-region", NULL },
};

static const struct
{
  TdNeed need;
  const char *say;
  const char *cancel;
} need_phrases[] = {
  { TD_NEED_AUDIO, "need-audio", "not-audio" },
  { TD_NEED_TOOLS, "need-live", "not-live" },
  { TD_NEED_LONG_CONTEXT, "need-long", NULL },
  { TD_NEED_STRUCTURED_OUTPUT, "need-structured", "not-structured" },
};

static TdLexicon *phrases;
static TdLexicon *providers;

/**
 * td_need_to_string:
 * @need: something a request needs
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
td_need_to_string (TdNeed need)
{
  g_return_val_if_fail (need < TD_N_NEEDS, NULL);

  return need_names[need];
}

/**
 * td_stated_to_string:
 * @kind: a kind of wish
 *
 * Returns: (transfer none): its name in JSON
 */
const char *
td_stated_to_string (TdStatedKind kind)
{
  g_return_val_if_fail (kind < TD_N_STATED, NULL);

  return stated_names[kind];
}

static TdLexicon *
load (const char  *name,
      GError     **error)
{
  g_autofree char *path = g_strconcat ("assistant/", name, NULL);
  g_autoptr (GBytes) bytes = td_resources_lookup (path, error);

  return bytes != NULL ? td_lexicon_new_from_bytes (bytes, error) : NULL;
}

/**
 * td_request_terms_prepare:
 *
 * Looks the phrases up, the first time. They are compiled in, so that it fails only if the program is
 * broken.
 */
gboolean
td_request_terms_prepare (GError **error)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      phrases = load ("phrases", error);
      if (phrases != NULL)
        providers = load ("providers", error);
      g_once_init_leave (&once, 1);
    }
  return phrases != NULL && providers != NULL;
}

static void
stated_free (gpointer data)
{
  TdStated *stated = data;

  g_free (stated->phrase);
  g_free (stated);
}

/* Notes a wish, unless it has been noted. */
void
td_request_terms_state (TdRequestTerms *self,
                        TdClauses      *clauses,
                        TdStatedKind    kind,
                        gint64          value,
                        const char     *provider,
                        guint32         start,
                        guint32         end)
{
  TdStated *stated;

  for (guint i = 0; i < self->stated->len; i++)
    {
      const TdStated *other = g_ptr_array_index (self->stated, i);

      if (other->kind == kind && other->provider == provider)
        return;
    }
  stated = g_new0 (TdStated, 1);
  *stated = (TdStated) { kind, value, provider, td_clauses_dup_original (clauses, start, end) };
  g_ptr_array_add (self->stated, stated);
}

static gboolean
is_cancelled (TdClauses          *clauses,
              const TdLexiconHit *hit,
              const char         *cancel)
{
  return cancel != NULL &&
         (td_clauses_is_within (clauses, hit, cancel) ||
          ((g_str_equal (cancel, "not-live") || g_str_equal (cancel, "not-local")) &&
           td_clauses_shares (clauses, hit, cancel)));
}

/* "Run it locally" is about the program in a question about programs, "the cheapest" about what is to be
 * bought in one of fact. */
static gboolean
is_about_model (TdClauses          *clauses,
                const TdLexiconHit *hit,
                TdStatedKind        kind,
                TdCategory          category)
{
  if (td_clauses_is_near (clauses, hit, "model", NEAR_COLUMNS) ||
      td_clauses_is_alone (clauses, hit))
    return TRUE;
  if (kind != TD_STATED_QUALITY &&
      (td_clauses_is_question (clauses, hit) || td_clauses_asks (clauses, hit)) &&
      !td_clauses_shares_sentence (clauses, hit, "model"))
    return FALSE;
  switch (kind)
    {
    case TD_STATED_SPEED:
      return category != TD_CATEGORY_KNOWLEDGE && category != TD_CATEGORY_MATH_REASONING &&
             td_clauses_is_at_edge (clauses, hit);
    case TD_STATED_LOCAL:
      return category != TD_CATEGORY_CODING &&
             (hit->end - hit->start >= LONG_BYTES || td_clauses_is_at_edge (clauses, hit));
    case TD_STATED_CHEAP:
      return category != TD_CATEGORY_KNOWLEDGE ||
             td_clauses_is_at_edge (clauses, hit);
    default:
      return TRUE;
    }
}

/* "It need not be the best"; and "cheaper than a dollar" is a limit. */
static gboolean
is_denied (TdClauses          *clauses,
           const TdLexiconHit *hit,
           TdStatedKind        kind)
{
  const char *after = clauses->text->text + hit->end;
  gsize distance = strcspn (after, "0123456789");

  return td_clauses_is_before (clauses, hit, "about-thing", G_MAXINT) ||
         td_clauses_is_before (clauses, hit, "denied", DENIED_BYTES) ||
         (kind == TD_STATED_CHEAP && td_clauses_shares (clauses, hit, "amount-word") &&
          (td_clauses_shares (clauses, hit, "much-word") ||
           td_clauses_is_overlapped (clauses, hit, "below"))) ||
         td_clauses_is_after (clauses, hit, "denied-after", DENIED_BYTES) ||
         (kind == TD_STATED_CHEAP && td_clauses_is_overlapped (clauses, hit, "below") &&
          after[distance] != '\0' && distance <= LIMIT_BYTES);
}

static void
find_wishes (TdRequestTerms *self,
             TdClauses      *clauses,
             TdCategory      category)
{
  for (guint w = 0; w < G_N_ELEMENTS (wishes); w++)
    for (guint i = 0; i < clauses->hits->len; i++)
      {
        const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);
        gboolean says = td_clauses_is (clauses, hit, wishes[w].say) &&
                        is_about_model (clauses, hit, wishes[w].kind, category);
        gboolean words = td_clauses_is (clauses, hit, wishes[w].word) &&
                         ((td_clauses_is_near (clauses, hit, "model", NEAR_COLUMNS) &&
                           (!td_clauses_is_question (clauses, hit) ||
                            td_clauses_shares (clauses, hit, "which-thing"))) ||
                          (wishes[w].kind != TD_STATED_QUALITY &&
                           !td_clauses_is_question (clauses, hit) &&
                           !td_clauses_asks (clauses, hit) && td_clauses_is_alone (clauses, hit)));

        if ((!says && !words) || td_clauses_states_nothing (clauses, hit) ||
            is_denied (clauses, hit, wishes[w].kind) ||
            is_cancelled (clauses, hit, wishes[w].cancel))
          continue;
        td_request_terms_state (self, clauses, wishes[w].kind, 1, NULL, hit->start, hit->end);
        break;
      }
  for (guint kind = 0; kind < TD_N_STATED; kind++)
    {
      TdLexiconHit hit;

      if (td_wish_pairs_find (clauses, (TdStatedKind) kind, category, &hit))
        td_request_terms_state (self, clauses, (TdStatedKind) kind, 1, NULL, hit.start, hit.end);
    }
}

/* Programs about recordings and the weather are written without hearing or seeing any, and so are stories
 * and sums. */
static gboolean
may_need (TdNeed     need,
          TdCategory category)
{
  switch (need)
    {
    case TD_NEED_AUDIO:
      return category != TD_CATEGORY_CODING && category != TD_CATEGORY_MATH_REASONING;
    case TD_NEED_TOOLS:
      return category != TD_CATEGORY_CODING && category != TD_CATEGORY_MATH_REASONING &&
             category != TD_CATEGORY_CREATIVE && category != TD_CATEGORY_DATA_ANALYSIS;
    case TD_NEED_LONG_CONTEXT:
      return category != TD_CATEGORY_CODING && category != TD_CATEGORY_MATH_REASONING;
    case TD_NEED_VISION:
    case TD_NEED_IMAGE_OUTPUT:
    case TD_NEED_STRUCTURED_OUTPUT:
    case TD_N_NEEDS:
    default:
      return TRUE;
    }
}

static void
need_by (TdRequestTerms     *self,
         TdClauses          *clauses,
         TdNeed              need,
         const TdLexiconHit *hit)
{
  self->needs[need] = TRUE;
  self->need_phrases[need] = td_clauses_dup_original (clauses, hit->start, hit->end);
}

static void
find_needs (TdRequestTerms *self,
            TdClauses      *clauses,
            TdCategory      category)
{
  for (guint n = 0; n < G_N_ELEMENTS (need_phrases); n++)
    for (guint i = 0; i < clauses->hits->len; i++)
      {
        const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);
        TdNeed need = need_phrases[n].need;

        if (need == TD_NEED_LONG_CONTEXT && td_clauses_is_question (clauses, hit) &&
            !td_clauses_shares_sentence (clauses, hit, "have-thing"))
          continue;
        if (need == TD_NEED_AUDIO && category == TD_CATEGORY_CREATIVE &&
            !td_clauses_shares_sentence (clauses, hit, "listen-thing") &&
            !td_clauses_shares_sentence (clauses, hit, "read-word"))
          continue;
        if (need == TD_NEED_STRUCTURED_OUTPUT && category == TD_CATEGORY_CODING &&
            td_clauses_shares (clauses, hit, "not-structured"))
          continue;
        if (self->needs[need] || !td_clauses_is (clauses, hit, need_phrases[n].say) ||
            td_clauses_is_payload (clauses, hit) || !may_need (need, category) ||
            is_cancelled (clauses, hit, need_phrases[n].cancel))
          continue;
        need_by (self, clauses, need, hit);
      }
  for (guint need = 0; need < TD_N_NEEDS; need++)
    {
      TdLexiconHit hit;

      if (!self->needs[need] && need != TD_NEED_VISION && need != TD_NEED_IMAGE_OUTPUT &&
          td_need_pairs_find (clauses, (TdNeed) need, category, &hit))
        need_by (self, clauses, (TdNeed) need, &hit);
    }
}

/* "Run this script and show what it prints." */
static void
find_run_needs (TdRequestTerms *self,
                TdClauses      *clauses)
{
  for (guint i = 0; i < clauses->hits->len && !self->needs[TD_NEED_TOOLS]; i++)
    {
      const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);

      if (!td_clauses_is (clauses, hit, "need-run") || td_clauses_is_payload (clauses, hit))
        continue;
      need_by (self, clauses, TD_NEED_TOOLS, hit);
    }
}

/* "Today" and "weather" in one clause: nobody knows that by heart. */
static void
find_live_needs (TdRequestTerms *self,
                 TdClauses      *clauses,
                 TdCategory      category)
{
  if (category == TD_CATEGORY_CODING || category == TD_CATEGORY_CREATIVE)
    return;
  for (guint i = 0; i < clauses->hits->len && !self->needs[TD_NEED_TOOLS]; i++)
    {
      const TdLexiconHit *hit = &g_array_index (clauses->hits, TdLexiconHit, i);

      if (!td_clauses_is (clauses, hit, "live-thing") ||
          td_clauses_is_payload (clauses, hit) ||
          !td_clauses_is_near (clauses, hit, "now-thing", LIVE_BYTES) ||
          is_cancelled (clauses, hit, "not-live"))
        continue;
      need_by (self, clauses, TD_NEED_TOOLS, hit);
    }
}

/* The words of the classifier's lexicon; a recording is attached as well. */
static const TdLexiconHit *
find_image_word (TdRequestTerms   *self,
                 TdClauses        *clauses,
                 const TdFeatures *features,
                 guint             concept)
{
  for (guint i = 0; i < features->hits->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (features->hits, TdLexiconHit, i);

      if (hit->concept == concept && !td_clauses_is_payload (clauses, hit) &&
          !(self->needs[TD_NEED_AUDIO] && td_clauses_is_overlapped (clauses, hit, "file-word")))
        return hit;
    }
  return NULL;
}

static gboolean
has_image_words (const TdFeatures *features,
                 const TdLexicon  *lexicon)
{
  guint look = td_lexicon_find (lexicon, "image-look");
  guint make = td_lexicon_find (lexicon, "image-make");

  for (guint i = 0; i < features->hits->len; i++)
    {
      guint concept = g_array_index (features->hits, TdLexiconHit, i).concept;

      if (concept == look || concept == make)
        return TRUE;
    }
  return FALSE;
}

static void
find_image_needs (TdRequestTerms   *self,
                  TdClauses        *clauses,
                  const TdFeatures *features,
                  const TdLexicon  *lexicon,
                  TdCategory        category)
{
  TdLexiconHit seen, drawn;
  gboolean sees = td_need_pairs_find (clauses, TD_NEED_VISION, category, &seen);
  /* "This logo" need not be made. */
  gboolean draws = td_need_pairs_find (clauses, TD_NEED_IMAGE_OUTPUT, category, &drawn) &&
                   !(sees && td_clauses_is_overlapped (clauses, &drawn, "shown-thing"));
  const TdLexiconHit *looks = sees ? &seen : NULL;
  const TdLexiconHit *makes = draws ? &drawn : NULL;

  if (category == TD_CATEGORY_VISION && !sees && !draws)
    {
      looks =
        find_image_word (self, clauses, features, td_lexicon_find (lexicon, "image-look"));
      makes =
        looks == NULL
          ? find_image_word (self, clauses, features, td_lexicon_find (lexicon, "image-make"))
          : NULL;
      /* A recording is transcribed as a scan is, and the classifier takes one for the other. */
      if (looks == NULL && makes == NULL &&
          (self->needs[TD_NEED_AUDIO] || has_image_words (features, lexicon)))
        return;
      /* "Let the best model look at it." */
      if (looks != NULL ? td_clauses_shares (clauses, looks, "unseen-thing") ||
                            td_clauses_shares (clauses, looks, "model")
                        : makes != NULL && td_clauses_shares (clauses, makes, "undrawn-thing"))
        return;
    }
  else if (!sees && !draws)
    return;
  self->needs[TD_NEED_VISION] = TRUE;
  self->needs[TD_NEED_IMAGE_OUTPUT] = makes != NULL;
  if (looks == NULL)
    looks = makes;
  g_clear_pointer (&self->need_phrases[TD_NEED_VISION], g_free);
  g_clear_pointer (&self->need_phrases[TD_NEED_IMAGE_OUTPUT], g_free);
  if (looks != NULL)
    self->need_phrases[TD_NEED_VISION] =
      td_clauses_dup_original (clauses, looks->start, looks->end);
  if (makes != NULL)
    self->need_phrases[TD_NEED_IMAGE_OUTPUT] =
      td_clauses_dup_original (clauses, makes->start, makes->end);
}

/* "For under three dollars translate this": of the things that are ordered only an answer is so cheap. */
static gboolean
begins_order (TdClauses          *clauses,
              const TdLexiconHit *place,
              TdCategory          category)
{
  TdLexiconHit begin = *place;

  if (category == TD_CATEGORY_KNOWLEDGE || category == TD_CATEGORY_MATH_REASONING ||
      category == TD_CATEGORY_DATA_ANALYSIS)
    return FALSE;
  begin.end = place->start + 1;
  return td_clauses_begins (clauses, &begin) ||
         td_clauses_is_begun (clauses, &begin, "below", 1);
}

static gboolean
is_bounded (TdClauses          *clauses,
            const TdAmount     *amount,
            const TdLexiconHit *place,
            gboolean            of_answer)
{
  return amount->is_bounded || td_clauses_is_before (clauses, place, "below", BOUND_COLUMNS) ||
         td_clauses_is_after (clauses, place, "below", AFTER_COLUMNS) ||
         (of_answer && td_clauses_shares_sentence (clauses, place, "below"));
}

/* An answer costs cents, a gift does not: above some dollars only what is plainly about the model. */
static gboolean
is_for_answer (TdClauses          *clauses,
               const TdAmount     *amount,
               const TdLexiconHit *place,
               TdCategory          category)
{
  gboolean of_figures =
    category == TD_CATEGORY_MATH_REASONING || category == TD_CATEGORY_DATA_ANALYSIS;

  if (td_clauses_shares (clauses, place, "model") ||
      (td_clauses_is_alone (clauses, place) && amount->value <= MANY_DOLLARS) ||
      (amount->value <= FEW_DOLLARS && begins_order (clauses, place, category)))
    return TRUE;
  if (amount->value > FEW_DOLLARS)
    return FALSE;
  return td_clauses_shares (clauses, place, "answer-thing") ||
         (!of_figures && td_clauses_shares_sentence (clauses, place, "model")) ||
         (!of_figures && amount->value <= TD_MONEY_PER_DOLLAR && td_clauses_ends (clauses, place) &&
          !td_clauses_is_question (clauses, place)) ||
         (category != TD_CATEGORY_MATH_REASONING &&
          td_clauses_shares (clauses, place, "cost-word")) ||
         (category != TD_CATEGORY_KNOWLEDGE && amount->value <= FEW_CENTS);
}

static void
find_price (TdRequestTerms *self,
            TdClauses      *clauses,
            const TdAmount *amount,
            TdCategory      category)
{
  TdLexiconHit place = { 0, 1, amount->start, amount->end };
  gboolean per_million = td_clauses_shares (clauses, &place, "per-million");
  gboolean of_answer = td_clauses_shares_sentence (clauses, &place, "answer-thing") ||
                       td_clauses_shares_sentence (clauses, &place, "model");

  if (per_million
        ? !is_bounded (clauses, amount, &place, of_answer)
        : !is_bounded (clauses, amount, &place, of_answer && amount->value <= FEW_DOLLARS) ||
            !is_for_answer (clauses, amount, &place, category))
    return;
  if (per_million)
    td_request_terms_state (self, clauses, TD_STATED_MAX_PRICE,
                            amount->value / (TD_MONEY_PER_DOLLAR / TD_PRICE_PER_DOLLAR), NULL,
                            amount->start, amount->end);
  else
    td_request_terms_state (self, clauses, TD_STATED_MAX_COST, amount->value, NULL, amount->start,
                            amount->end);
}

static void
find_memory (TdRequestTerms *self,
             TdClauses      *clauses,
             const TdAmount *amount)
{
  TdLexiconHit place = { 0, 1, amount->start, amount->end };

  if (td_clauses_is_alone (clauses, &place) || td_clauses_shares (clauses, &place, "model") ||
      ((td_clauses_shares (clauses, &place, "fits") || amount->is_memory ||
        td_clauses_is_near (clauses, &place, "memory-word", 6)) &&
       td_clauses_has (clauses, "model")) ||
      (amount->is_memory && td_clauses_shares (clauses, &place, "fits") &&
       td_clauses_shares (clauses, &place, "any-model")) ||
      (td_clauses_is_before (clauses, &place, "fits", NEAR_COLUMNS) &&
       td_request_terms_find (self, TD_STATED_LOCAL) != NULL))
    td_request_terms_state (self, clauses, TD_STATED_MEMORY, amount->value, NULL, amount->start,
                            amount->end);
}

/* What there is to read, in pages. Of a length that is asked for nobody says that it is pasted. */
static void
find_pages (TdRequestTerms *self,
            TdClauses      *clauses,
            const TdAmount *amount,
            TdCategory      category)
{
  static const struct
  {
    const char *unit;
    gint64 pages;
    gint64 of;
  } units[] = {
    { "pages-word", 1, 1 },
    { "volume-thing", 200, 1 },
    { "file-thing", 1, 1 },
    { "word-count-thing", 1, 400 },
    { "sign-thing", 1, 2000 },
  };
  TdLexiconHit place = { 0, 1, amount->start, amount->end };
  gboolean given = td_clauses_shares_sentence (clauses, &place, "have-thing");

  if (amount->value > G_GINT64_CONSTANT (1000000000))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      gint64 pages = amount->value * units[i].pages / units[i].of;

      if (pages < MANY_PAGES || pages >= 100000 ||
          !td_clauses_is_near (clauses, &place, units[i].unit, i == 0 ? 12 : 5) ||
          !(given || (i == 0 && may_need (TD_NEED_LONG_CONTEXT, category) &&
                      !td_clauses_is_question (clauses, &place))))
        continue;
      self->pages = MAX (self->pages, pages);
      break;
    }
}

static void
find_amounts (TdRequestTerms *self,
              TdClauses      *clauses,
              TdCategory      category)
{
  TdAmount amount;
  gsize at = 0;

  while (td_amount_find (clauses->text, &at, &amount))
    {
      TdLexiconHit place = { 0, 1, amount.start, amount.end };

      if (td_clauses_is_supplied (clauses, &place))
        continue;
      if (amount.unit == TD_AMOUNT_MONEY)
        find_price (self, clauses, &amount, category);
      else if (amount.unit == TD_AMOUNT_BYTES)
        find_memory (self, clauses, &amount);
      else if (amount.value >= 1000 &&
               td_clauses_is_near (clauses, &place, "context-word", NEAR_COLUMNS))
        td_request_terms_state (self, clauses, TD_STATED_MIN_CONTEXT, amount.value, NULL,
                                amount.start, amount.end);
      else
        find_pages (self, clauses, &amount, category);
      if (self->pages > 0 && self->need_phrases[TD_NEED_LONG_CONTEXT] == NULL)
        {
          self->needs[TD_NEED_LONG_CONTEXT] = TRUE;
          self->need_phrases[TD_NEED_LONG_CONTEXT] =
            td_clauses_dup_original (clauses, amount.start, amount.end);
        }
    }
}

/**
 * td_request_terms_is_figurative:
 * @features: what was noticed about the text
 * @lexicon: what @features were made with
 *
 * td_request_terms_prepare() must have succeeded.
 *
 * Returns: whether all its talk of pictures is a manner of speaking: "picture this"
 */
gboolean
td_request_terms_is_figurative (const TdFeatures *features,
                                const TdLexicon  *lexicon)
{
  g_auto (TdClauses) clauses = { 0 };
  guint look = td_lexicon_find (lexicon, "image-look");
  guint make = td_lexicon_find (lexicon, "image-make");

  td_clauses_init (&clauses, features, lexicon, phrases);
  if (!td_clauses_has (&clauses, "not-image"))
    return FALSE;
  for (guint i = 0; i < features->hits->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (features->hits, TdLexiconHit, i);

      if ((hit->concept == look || hit->concept == make) &&
          !td_clauses_is_overlapped (&clauses, hit, "not-image"))
        return FALSE;
    }
  return TRUE;
}

/**
 * td_request_terms_new:
 * @features: what was noticed about the text
 * @lexicon: what @features were made with
 * @category: what the request is for
 *
 * td_request_terms_prepare() must have succeeded.
 *
 * Returns: (transfer full): the needs and wishes
 */
TdRequestTerms *
td_request_terms_new (const TdFeatures *features,
                      const TdLexicon  *lexicon,
                      TdCategory        category)
{
  TdRequestTerms *self = g_new0 (TdRequestTerms, 1);
  g_auto (TdClauses) clauses = { 0 };

  self->stated = g_ptr_array_new_with_free_func (stated_free);
  td_clauses_init (&clauses, features, lexicon, phrases);
  find_wishes (self, &clauses, category);
  find_needs (self, &clauses, category);
  find_run_needs (self, &clauses);
  if (may_need (TD_NEED_TOOLS, category) || features->text->length < SHORT_BYTES)
    find_live_needs (self, &clauses, category);
  find_image_needs (self, &clauses, features, lexicon, category);
  find_amounts (self, &clauses, category);
  td_request_providers_find (self, &clauses, providers, category);
  return self;
}

void
td_request_terms_free (TdRequestTerms *self)
{
  for (guint i = 0; i < TD_N_NEEDS; i++)
    g_free (self->need_phrases[i]);
  g_ptr_array_unref (self->stated);
  g_free (self);
}

/**
 * td_request_terms_find:
 *
 * Returns: (nullable): the first statement of a kind
 */
const TdStated *
td_request_terms_find (const TdRequestTerms *self,
                       TdStatedKind          kind)
{
  for (guint i = 0; i < self->stated->len; i++)
    {
      const TdStated *stated = g_ptr_array_index (self->stated, i);

      if (stated->kind == kind)
        return stated;
    }
  return NULL;
}
