/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/assistant/td-assistant-text.h"

#include <glib/gi18n.h>

#include "app/td-format.h"
#include "assistant/td-advice-labels.h"

/**
 * td_assistant_text_category:
 * @category: a category
 *
 * Returns: (transfer none): its name, translated
 */
const char *
td_assistant_text_category (TdCategory category)
{
  return _(td_category_get_label (category));
}

/**
 * td_assistant_text_complexity:
 * @complexity: 1 to 3
 *
 * Returns: (transfer none): its name, translated
 */
const char *
td_assistant_text_complexity (int complexity)
{
  static const char *const names[] = { N_("Easy"), N_("Takes some steps"), N_("Hard") };

  return _(names[CLAMP (complexity, 1, 3) - 1]);
}

/**
 * td_assistant_text_need:
 * @need: something a request needs
 *
 * Returns: (transfer none): its name, translated
 */
const char *
td_assistant_text_need (TdNeed need)
{
  static const char *const names[TD_N_NEEDS] = {
    [TD_NEED_VISION] = N_("Works with images"),
    [TD_NEED_IMAGE_OUTPUT] = N_("Makes images"),
    [TD_NEED_AUDIO] = N_("Works with sound"),
    [TD_NEED_TOOLS] = N_("Uses tools"),
    [TD_NEED_LONG_CONTEXT] = N_("Much to read"),
    [TD_NEED_STRUCTURED_OUTPUT] = N_("Answers for programs"),
  };

  return _(names[need]);
}

/**
 * td_assistant_text_stated:
 * @kind: a kind of wish
 *
 * Returns: (transfer none): its name, translated
 */
const char *
td_assistant_text_stated (TdStatedKind kind)
{
  static const char *const names[TD_N_STATED] = {
    [TD_STATED_LOCAL] = N_("On this computer"),
    [TD_STATED_OPEN_WEIGHTS] = N_("Published weights"),
    [TD_STATED_FREE] = N_("Free of charge"),
    [TD_STATED_CHEAP] = N_("Cheap"),
    [TD_STATED_QUALITY] = N_("Best quality"),
    [TD_STATED_SPEED] = N_("Fast"),
    [TD_STATED_REGION] = N_("In Europe"),
    [TD_STATED_MEMORY] = N_("Fits the memory"),
    [TD_STATED_MAX_COST] = N_("Limit for this request"),
    [TD_STATED_MAX_PRICE] = N_("Price limit"),
    [TD_STATED_MIN_CONTEXT] = N_("Enough context"),
    [TD_STATED_PROVIDER_IN] = N_("Only this provider"),
    [TD_STATED_PROVIDER_OUT] = N_("Not this provider"),
  };

  return _(names[kind]);
}

/**
 * td_assistant_text_profile:
 * @profile: a profile
 *
 * Returns: (transfer none): its name, translated
 */
const char *
td_assistant_text_profile (TdProfile profile)
{
  static const char *const names[TD_N_PROFILES] = {
    [TD_PROFILE_QUALITY] = N_("Quality first"),
    [TD_PROFILE_BALANCED] = N_("Balanced"),
    [TD_PROFILE_COST] = N_("Price first"),
    [TD_PROFILE_SPEED] = N_("Speed first"),
  };

  return _(names[profile]);
}

/**
 * td_assistant_text_part:
 * @part: a part of the score
 *
 * Returns: (transfer none): its name, translated
 */
const char *
td_assistant_text_part (TdPart part)
{
  static const char *const names[TD_N_PARTS] = {
    [TD_PART_QUALITY] = N_("Quality"),
    [TD_PART_COST] = N_("Price"),
    [TD_PART_SPEED] = N_("Speed"),
    [TD_PART_CONTEXT] = N_("Context"),
    [TD_PART_RECENCY] = N_("Newness"),
    [TD_PART_LICENCE] = N_("Openness"),
    [TD_PART_PREFERENCE] = N_("Your preference"),
  };

  return _(names[part]);
}

/**
 * td_assistant_text_role:
 * @what: a recommendation
 *
 * Returns: (transfer none): what it is good for, translated
 */
const char *
td_assistant_text_role (const TdRecommendation *what)
{
  switch (what->role)
    {
    case TD_ADVICE_BEST:
      return _("Best for your priorities");
    case TD_ADVICE_CHEAPER:
      return _("Clearly cheaper, nearly as good");
    case TD_ADVICE_LOCAL:
      return _("On this computer, nearly as good");
    case TD_ADVICE_STRONGER:
      return _("Better, for a higher price");
    case TD_ADVICE_OTHER_FAMILY:
      return what->dominated ? _("Another maker, though something as good is cheaper")
                             : _("Another maker");
    case TD_ADVICE_NEXT:
    default:
      return what->dominated ? _("Next, though something as good is cheaper") : _("Next");
    }
}

static char *
describe_evidence (const TdRecommendation *what)
{
  const TdRating *rating = td_model_get_rating (what->model);
  guint n = what->quality != NULL ? what->quality->benchmarks->len : 0;
  g_autofree char *stars = NULL;

  if (what->quality == NULL)
    return g_strdup (_("Nobody has measured its quality in public: no score."));
  if (rating == NULL)
    return g_strdup (_("The original weights were measured, not this smaller copy."));
  stars = td_format_rating (rating->tenths);
  /* Translators: a rating such as 4.5, then how many public measurements are behind it. */
  return g_strdup_printf (ngettext ("Rated %s of 5 from %u public measurement.",
                                    "Rated %s of 5 from %u public measurements.", n),
                          stars, n);
}

static char *
describe_price (const TdRecommendation *what)
{
  const TdModelFacts *facts = td_model_get_facts (what->model);
  g_autofree char *in = NULL;
  g_autofree char *out = NULL;

  if (facts->local)
    return g_strdup (_("Nothing leaves this computer."));
  if (what->cost == TD_MONEY_UNKNOWN)
    return g_strdup (_("Its price is not known."));
  if (what->cost == 0)
    return g_strdup (_("Free of charge there."));
  in = td_price_format (facts->price.input);
  out = td_price_format (facts->price.output);
  /* Translators: prices in dollars. */
  return g_strdup_printf (_("A million tokens cost %s in and %s out."), in, out);
}

/**
 * td_assistant_text_reason:
 *
 * Returns: (transfer full): why this model, in a sentence or two
 */
char *
td_assistant_text_reason (const TdRecommendation *what)
{
  g_autofree char *evidence = describe_evidence (what);
  g_autofree char *price = describe_price (what);

  if (td_model_get_facts (what->model)->type == TD_MODEL_TYPE_CHAT)
    return g_strdup_printf ("%s %s", evidence, price);
  return g_strdup_printf ("%s %s %s", evidence, price,
                          _("It makes pictures at its provider; chats here cannot use it."));
}

/**
 * td_assistant_text_cost:
 *
 * Returns: (transfer full): what this request costs there, from to
 */
char *
td_assistant_text_cost (const TdRecommendation *what)
{
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;

  if (what->cost == TD_MONEY_UNKNOWN)
    return g_strdup (_("price unknown"));
  if (what->cost == 0)
    return g_strdup (_("free"));
  low = td_money_format (what->cost_low);
  high = td_money_format (what->cost_high);
  /* Translators: what a request costs, at least and at most. */
  return g_strdup_printf (_("%s to %s"), low, high);
}

/**
 * td_assistant_text_excluded:
 *
 * Returns: (transfer full): how many models were left out, and why
 */
char *
td_assistant_text_excluded (const TdAdvice *advice)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = TD_FILTER_RETIRED + 1; i < TD_N_FILTERS; i++)
    if (advice->excluded[i] > 0)
      /* Translators: a number of models, and what is wrong with them. */
      g_string_append_printf (text, _("%s%u %s"), text->len > 0 ? ", " : "", advice->excluded[i],
                              _(td_filter_get_label ((TdFilter) i)));
  if (text->len == 0)
    return g_strdup ("");
  /* Translators: a list such as "12 without a key, 3 not free". */
  return g_strdup_printf (_("Left out: %s."), text->str);
}

/**
 * td_assistant_text_change:
 *
 * Returns: (transfer full) (nullable): the one thing that would change the answer
 */
char *
td_assistant_text_change (const TdAdvice *advice,
                          TdCatalogue    *catalogue)
{
  const TdAdviceChange *change = &advice->change;
  g_autofree char *cost = NULL;
  const char *name;
  TdProvider *provider;

  if (change->filter == TD_FILTER_NONE)
    return NULL;
  name = td_model_get_name (change->model);
  cost = change->cost == TD_MONEY_UNKNOWN ? g_strdup (_("price unknown"))
                                          : td_money_format (change->cost);
  provider =
    td_catalogue_find_provider (catalogue, td_model_get_facts (change->model)->provider_id);
  if (change->filter == TD_FILTER_NO_KEY)
    /* Translators: a provider, a model, and what the request costs there. */
    return g_strdup_printf (_("With a key for %s, %s would come first (%s for this request)."),
                            td_provider_get_name (provider), name, cost);
  if (change->filter == TD_FILTER_SERVER)
    return g_strdup_printf (_("If %s were running at %s, it would come first."), name,
                            td_provider_get_name (provider));
  if (change->filter == TD_FILTER_COST)
    /* Translators: an amount of money, then a model. */
    return g_strdup_printf (_("If you allow %s, %s comes first."), cost, name);
  /* Translators: a model, and what is wrong with it, such as "not free". */
  return g_strdup_printf (_("%s would come first, but is left out: %s."), name,
                          _(td_filter_get_label (change->filter)));
}
