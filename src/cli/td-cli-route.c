/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-route.h"

#include <glib/gi18n.h>

#include "cli/td-cli-output.h"
#include "engine/td-route-note.h"

/**
 * td_cli_route_write_json:
 * @writer: a writer inside an object
 * @route: (nullable): what is kept with the receipt
 *
 * Writes the member "route".
 */
void
td_cli_route_write_json (TdJsonWriter *writer,
                         const char   *route)
{
  g_autoptr (TdJsonDoc) doc = route ? td_json_doc_parse (route, -1, NULL, NULL) : NULL;

  td_json_writer_name (writer, "route");
  if (doc)
    td_json_writer_value (writer, td_json_doc_get_root (doc));
  else
    td_json_writer_null (writer);
}

static char *
dup_why (const TdRouteNote *note)
{
  guint n = note->n_fitting;

  switch (note->why)
    {
    case TD_ROUTE_WHY_CHEAPEST:
      return g_strdup_printf (ngettext ("the cheapest of %u provider",
                                        "the cheapest of %u providers", n),
                              n);
    case TD_ROUTE_WHY_FASTEST:
      return g_strdup_printf (ngettext ("the fastest so far of %u provider",
                                        "the fastest so far of %u providers", n),
                              n);
    case TD_ROUTE_WHY_RELIABLE:
      return g_strdup_printf (ngettext ("the most reliable so far of %u provider",
                                        "the most reliable so far of %u providers", n),
                              n);
    case TD_ROUTE_WHY_FIRST:
      return g_strdup_printf (ngettext ("the first in your order of %u provider",
                                        "the first in your order of %u providers", n),
                              n);
    case TD_ROUTE_WHY_ONLY:
      return g_strdup (_("the only provider that could do it"));
    case TD_ROUTE_WHY_UNKNOWN:
      return g_strdup_printf (
        ngettext ("%u provider could do it, and nothing is known to choose by",
                  "%u providers could do it, and nothing is known to choose by", n),
        n);
    case TD_ROUTE_WHY_CHOSEN:
    default:
      return g_strdup (_("chosen with the model"));
    }
}

static char *
dup_choice (const TdAutoChoice *choice)
{
  return g_strdup_printf (
    /* Translators: kind of request, how hard it is, what matters, and how many models were to choose from. */
    ngettext ("chosen by Q for %s, complexity %d of 3, profile %s, from %u model",
              "chosen by Q for %s, complexity %d of 3, profile %s, from %u models",
              choice->n_usable),
    td_category_to_string (choice->category), choice->complexity,
    td_profile_to_string (choice->profile), choice->n_usable);
}

/**
 * td_cli_route_dup_why:
 * @route: (nullable): what is kept with the receipt
 *
 * Returns: (transfer full) (nullable): why the provider was asked, in words; %NULL when it was
 *   simply the one chosen with the model
 */
char *
td_cli_route_dup_why (const char *route)
{
  g_autoptr (TdRouteNote) note = td_route_note_parse (route);

  if (note && note->choice)
    return dup_choice (note->choice);
  if (!note || (note->why == TD_ROUTE_WHY_CHOSEN && note->steps->len == 0))
    return NULL;
  return dup_why (note);
}

/**
 * td_cli_route_print:
 * @route: (nullable): what is kept with the receipt
 *
 * Prints why the provider was asked, and which were asked before it.
 */
void
td_cli_route_print (const char *route)
{
  g_autoptr (TdRouteNote) note = td_route_note_parse (route);
  g_autofree char *why = note ? dup_why (note) : NULL;

  if (!note)
    return;
  if (note->choice)
    {
      g_autofree char *chosen = dup_choice (note->choice);

      td_cli_print_fact (_("Why this model"), chosen);
    }
  td_cli_print_fact (_("Why this provider"), why);
  for (guint i = 0; i < note->steps->len; i++)
    {
      const TdRouteStep *step = g_ptr_array_index (note->steps, i);
      /* Translators: a model at a provider, and the short name of why. */
      g_autofree char *text = g_strdup_printf (_("%s (%s)"), step->model_key, step->reason);

      td_cli_print_fact (step->failed ? _("Failed before") : _("Passed over"), text);
    }
}
