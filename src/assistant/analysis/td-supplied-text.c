/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a request is not asked but given: quotations, what was pasted, what an order is for. */
#include "config.h"

#include "assistant/analysis/td-supplied-text.h"

#include <string.h>

#include "assistant/analysis/td-clause-company.h"

/* In so long a text what is between its ends is mostly supplied. */
#define SUPPLIED_BYTES 500

static void
mark_quoted (TdClauses *self,
             gsize      start,
             gsize      end)
{
  for (gsize at = start; at < end; at++)
    self->places[at].quoted = TRUE;
}

static void
find_quotes (TdClauses *self)
{
  static const struct
  {
    const char *open;
    const char *close;
  } quotes[] = { { "\"", "\"" }, { "\342\200\236", "\"" }, { "«", "»" },   { "»", "«" },
                 { "「", "」" }, { "『", "』" },           { "《", "》" }, { "“", "”" } };
  const char *text = self->text->text;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    for (guint i = 0; i < G_N_ELEMENTS (quotes); i++)
      {
        const char *end;

        if ((*p != '"' && (guint8) *p < 0x80) || !g_str_has_prefix (p, quotes[i].open))
          continue;
        end = strstr (p + strlen (quotes[i].open), quotes[i].close);
        if (end == NULL)
          continue;
        mark_quoted (self, p - text, end - text);
        p = end;
        break;
      }
}

/* Whether the sentence before @at, or all of the text where a line ends there, says what is to be done to a
 * text. */
static gboolean
is_order_on_text (TdClauses       *self,
                  const GArray    *meant,
                  const TdLexicon *meanings,
                  gsize            at)
{
  static const char *const orders[] = { "rewrite", "translate", "summarize", "extract",
                                        "classify", "text-given", "question-of-text" };
  gboolean ends_line = self->text->text[at] == '\n';

  for (guint i = 0; i < meant->len; i++)
    {
      const TdLexiconHit *hit = &g_array_index (meant, TdLexiconHit, i);

      if (hit->start >= at ||
          (!ends_line &&
           self->places[hit->start].sentence != self->places[at - 1].sentence))
        continue;
      for (guint n = 0; n < (ends_line ? G_N_ELEMENTS (orders) : 5); n++)
        if (hit->concept == td_lexicon_find (meanings, orders[n]))
          return TRUE;
    }
  return FALSE;
}

/* What follows such an order is not what is asked for: "Summarise: today's news reported ...". */
static void
find_payload (TdClauses       *self,
              const GArray    *meant,
              const TdLexicon *meanings)
{
  const char *text = self->text->text;

  for (gsize at = 1; at < self->text->length; at++)
    {
      const char *end;

      if ((text[at] != ':' && text[at] != '\n') ||
          self->places[at].sentence == self->places[at - 1].sentence ||
          !is_order_on_text (self, meant, meanings, at))
        continue;
      end = at + 2 < self->text->length ? strstr (text + at + 2, "\n\n") : NULL;
      for (gsize i = at + 1; i < (end != NULL ? (gsize) (end - text) : self->text->length); i++)
        self->places[i].payload = TRUE;
      return;
    }
}

/**
 * td_supplied_text_mark:
 * @clauses: clauses whose places are known
 * @features: the features of the request
 * @meanings: what these were made with
 *
 * Marks what is quoted, pasted, or what an order is to be carried out on.
 */
void
td_supplied_text_mark (TdClauses        *clauses,
                       const TdFeatures *features,
                       const TdLexicon  *meanings)
{
  find_quotes (clauses);
  if (clauses->text->length >= SUPPLIED_BYTES)
    mark_quoted (clauses, features->body_start, features->body_end);
  find_payload (clauses, features->hits, meanings);
}

/**
 * td_clauses_is_supplied:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether it is in the text that was supplied, or quoted, rather than in what is asked: "what
 *   does 'quality first' mean" asks for none
 */
gboolean
td_clauses_is_supplied (TdClauses          *self,
                        const TdLexiconHit *hit)
{
  const char *text = self->text->text;

  return self->places[hit->start].quoted ||
         (hit->start > 1 && text[hit->start - 1] == '\'' && text[hit->start - 2] == ' ');
}

/**
 * td_clauses_is_payload:
 * @self: clauses
 * @hit: a place in the request
 *
 * Returns: whether it is supplied or quoted, or in the text that an order is to be carried out on
 */
gboolean
td_clauses_is_payload (TdClauses          *self,
                       const TdLexiconHit *hit)
{
  return td_clauses_is_supplied (self, hit) || self->places[hit->start].payload;
}

/**
 * td_clauses_states_nothing:
 * @self: clauses
 * @hit: a place in the request
 *
 * Of the model one may speak behind "translate this:" as well, if one says so.
 *
 * Returns: whether it is in text that says nothing about the model that answers
 */
gboolean
td_clauses_states_nothing (TdClauses          *self,
                           const TdLexiconHit *hit)
{
  return td_clauses_is_supplied (self, hit) ||
         (self->places[hit->start].payload && !td_clauses_is_alone (self, hit) &&
          !(td_clauses_shares_sentence (self, hit, "model") &&
            td_clauses_shares_sentence (self, hit, "pick-word")));
}
