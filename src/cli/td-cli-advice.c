/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a recommendation reads in the terminal.
 */
#include "config.h"

#include "cli/td-cli-advice.h"

#include <glib/gi18n.h>

#include "assistant/td-advice-labels.h"
#include "cli/td-cli-output.h"

static const char *
name_need (TdNeed need)
{
  static const char *const names[TD_N_NEEDS] = {
    [TD_NEED_VISION] = N_("images to look at"),
    [TD_NEED_IMAGE_OUTPUT] = N_("a picture"),
    [TD_NEED_AUDIO] = N_("sound"),
    [TD_NEED_TOOLS] = N_("live data or actions"),
    [TD_NEED_LONG_CONTEXT] = N_("much to read"),
    [TD_NEED_STRUCTURED_OUTPUT] = N_("an answer for programs"),
  };

  return _(names[need]);
}

static const char *
name_stated (TdStatedKind kind)
{
  static const char *const names[TD_N_STATED] = {
    [TD_STATED_LOCAL] = N_("on this computer"),
    [TD_STATED_OPEN_WEIGHTS] = N_("published weights"),
    [TD_STATED_FREE] = N_("free of charge"),
    [TD_STATED_CHEAP] = N_("cheap"),
    [TD_STATED_QUALITY] = N_("best quality"),
    [TD_STATED_SPEED] = N_("fast"),
    [TD_STATED_REGION] = N_("in Europe"),
    [TD_STATED_MEMORY] = N_("fits the memory"),
    [TD_STATED_MAX_COST] = N_("a limit for this request"),
    [TD_STATED_MAX_PRICE] = N_("a price limit"),
    [TD_STATED_MIN_CONTEXT] = N_("enough context"),
    [TD_STATED_PROVIDER_IN] = N_("only this provider"),
    [TD_STATED_PROVIDER_OUT] = N_("not this provider"),
  };

  return _(names[kind]);
}

static void
print_understood (const TdAnalysis *analysis)
{
  g_autofree char *category =
    g_strdup_printf ("%s (%d %%)", _(td_category_get_label (analysis->category)),
                     analysis->confidence / 10);
  g_autofree char *complexity = g_strdup_printf (_("%d of 3"), analysis->complexity);
  g_autoptr (GString) needs = g_string_new (NULL);

  if (analysis->confidence < TD_ANALYSIS_UNSURE)
    {
      g_autofree char *both =
        /* Translators: two kinds of request, the likelier one first. */
        g_strdup_printf (_("%s, or %s"), category,
                         _(td_category_get_label (analysis->ranked[1].category)));

      g_free (category);
      category = g_steal_pointer (&both);
    }
  for (guint i = 0; i < TD_N_NEEDS; i++)
    if (analysis->terms->needs[i])
      g_string_append_printf (needs, "%s%s", needs->len > 0 ? ", " : "",
                              name_need ((TdNeed) i));
  for (guint i = 0; i < analysis->terms->stated->len; i++)
    {
      const TdStated *stated = g_ptr_array_index (analysis->terms->stated, i);

      g_string_append_printf (needs, "%s%s (“%s”)", needs->len > 0 ? ", " : "",
                              name_stated (stated->kind), stated->phrase);
    }
  td_cli_print_heading (_("Understood"));
  td_cli_print_fact (_("Request"), category);
  td_cli_print_fact (_("Complexity"), complexity);
  if (needs->len > 0)
    td_cli_print_fact (_("Asks for"), needs->str);
}

static void
print_recommendation (const TdRecommendation *self,
                      const TdAnalysis       *analysis,
                      guint                   number)
{
  g_autoptr (GPtrArray) reasons = td_recommendation_list_reasons (self, analysis);
  g_autoptr (GString) parts = g_string_new (NULL);
  g_autofree char *cost = td_cli_format_money (self->cost);
  g_autofree char *heading = g_strdup_printf ("%u. %s  %s", number, td_model_get_name (self->model),
                                              td_model_get_key (self->model));

  for (guint p = 0; p < TD_N_PARTS; p++)
    if (self->weights[p] > 0 && self->known[p])
      g_string_append_printf (parts, "%s%s %d×%d", parts->len > 0 ? " + " : "",
                              td_part_to_string ((TdPart) p), self->weights[p], self->values[p]);
  td_cli_print ("\n");
  td_cli_print_heading (heading);
  for (guint i = 0; i < reasons->len; i++)
    td_cli_print ("  %s\n", (const char *) g_ptr_array_index (reasons, i));
  td_cli_print_fact (_("This request"), cost);
  td_cli_print_fact (_("Score"), parts->str);
}

static void
print_change (const TdAdvice *self)
{
  const TdModelFacts *facts;
  g_autofree char *cost = NULL;

  if (self->change.filter == TD_FILTER_NONE)
    return;
  facts = td_model_get_facts (self->change.model);
  cost = td_cli_format_money (self->change.cost);
  td_cli_print ("\n");
  if (self->change.filter == TD_FILTER_NO_KEY)
    /* Translators: a provider, a model and an amount of money. */
    td_cli_print (_("With a key for %s, %s would come first (%s for this request).\n"),
                  facts->provider_id, td_model_get_name (self->change.model), cost);
  else if (self->change.filter == TD_FILTER_COST)
    td_cli_print (_("Allow %s, and %s would come first.\n"), cost,
                  td_model_get_name (self->change.model));
  else if (self->change.filter == TD_FILTER_SERVER)
    /* Translators: a model, then the server or provider that has it. */
    td_cli_print (_("If %s were running at %s, it would come first.\n"),
                  td_model_get_name (self->change.model), facts->provider_id);
  else
    /* Translators: a model, and what is wrong with it, such as "not free". */
    td_cli_print (_("%s would come first, but is left out: %s.\n"),
                  td_model_get_name (self->change.model),
                  _(td_filter_get_label (self->change.filter)));
}

/**
 * td_cli_advice_print:
 * @self: what was recommended
 * @analysis: of which request
 *
 * Writes the recommendation for people.
 */
void
td_cli_advice_print (const TdAdvice   *self,
                     const TdAnalysis *analysis)
{
  g_autoptr (GString) excluded = g_string_new (NULL);

  print_understood (analysis);
  for (guint i = 0; i < self->n_top; i++)
    print_recommendation (&self->top[i], analysis, i + 1);
  if (self->n_top == 0)
    td_cli_print ("\n%s\n",
                  _("No model that can be used now fits. With --all, every model is considered."));
  for (guint i = TD_FILTER_NONE + 1; i < TD_N_FILTERS; i++)
    if (self->excluded[i] > 0)
      /* Translators: a number of models, and what is wrong with them. */
      g_string_append_printf (excluded, _("%s%u %s"), excluded->len > 0 ? ", " : "",
                              self->excluded[i], _(td_filter_get_label ((TdFilter) i)));
  td_cli_print ("\n");
  if (excluded->len > 0)
    td_cli_print_fact (_("Left out"), excluded->str);
  print_change (self);
}
