/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-route-text.h"

#include <glib/gi18n.h>

#include "app/assistant/td-assistant-text.h"
#include "app/td-app-error.h"

/**
 * td_route_text_dup_choice:
 * @choice: what Q chose
 *
 * Returns: (transfer full): why that model was asked
 */
char *
td_route_text_dup_choice (const TdAutoChoice *choice)
{
  /* Translators: kind of request, how hard it is, what matters to the user, and a number of models. */
  return g_strdup_printf (ngettext ("Chosen by Q: %s, %s, %s; the best of %u model you can use",
                                    "Chosen by Q: %s, %s, %s; the best of %u models you can use",
                                    choice->n_usable),
                          td_assistant_text_category (choice->category),
                          td_assistant_text_complexity (choice->complexity),
                          td_assistant_text_profile (choice->profile), choice->n_usable);
}

/**
 * td_route_text_dup_why:
 * @note: a note
 *
 * Returns: (transfer full): why the provider was asked
 */
char *
td_route_text_dup_why (const TdRouteNote *note)
{
  guint n = note->n_fitting;

  switch (note->why)
    {
    case TD_ROUTE_WHY_CHEAPEST:
      return g_strdup_printf (ngettext ("The cheapest of %u provider",
                                        "The cheapest of %u providers", n),
                              n);
    case TD_ROUTE_WHY_FASTEST:
      return g_strdup_printf (ngettext ("The fastest so far of %u provider",
                                        "The fastest so far of %u providers", n),
                              n);
    case TD_ROUTE_WHY_RELIABLE:
      return g_strdup_printf (ngettext ("The most reliable so far of %u provider",
                                        "The most reliable so far of %u providers", n),
                              n);
    case TD_ROUTE_WHY_FIRST:
      return g_strdup_printf (ngettext ("The first in your order of %u provider",
                                        "The first in your order of %u providers", n),
                              n);
    case TD_ROUTE_WHY_ONLY:
      return g_strdup (_("The only provider that could do it"));
    case TD_ROUTE_WHY_UNKNOWN:
      return g_strdup (_("Nothing is known yet to choose by"));
    case TD_ROUTE_WHY_CHOSEN:
    default:
      return g_strdup (_("Chosen with the model"));
    }
}

static char *
dup_provider_name (TdEngine   *engine,
                   const char *model_key)
{
  const char *colon = strchr (model_key, ':');
  g_autofree char *id = colon ? g_strndup (model_key, colon - model_key) : g_strdup (model_key);
  const TdEndpoint *endpoint = td_endpoint_list_find (td_engine_get_endpoints (engine), id);

  return endpoint ? g_strdup (endpoint->name) : g_steal_pointer (&id);
}

static const char *
describe_fit (const char *reason)
{
  TdOfferFit fit;

  if (!td_offer_fit_from_string (reason, &fit))
    return reason;
  switch (fit)
    {
    case TD_OFFER_NO_KEY:
      return _("no key");
    case TD_OFFER_DISABLED:
      return _("switched off");
    case TD_OFFER_RETIRED:
      return _("retired there");
    case TD_OFFER_TOO_SHORT:
      return _("too long for it");
    case TD_OFFER_TOO_DEAR:
      return _("too expensive");
    case TD_OFFER_RESTING:
      return _("failed too often just now");
    case TD_OFFER_NO_INPUT:
    case TD_OFFER_NO_TOOLS:
    case TD_OFFER_NO_STRUCTURE:
      return _("cannot do what was asked");
    case TD_OFFER_UNSUPPORTED:
    case TD_OFFER_NOT_CHAT:
    case TD_OFFER_FITS:
    default:
      return _("not supported yet");
    }
}

static char *
dup_steps (const TdRouteNote *note,
           TdEngine          *engine,
           gboolean           failed)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < note->steps->len; i++)
    {
      const TdRouteStep *step = g_ptr_array_index (note->steps, i);
      g_autofree char *name = dup_provider_name (engine, step->model_key);
      g_autoptr (TdErrorText) error =
        failed ? td_app_error_describe_code (step->reason, name) : NULL;

      if ((step->failed != 0) != failed)
        continue;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      if (failed)
        g_string_append (text, error->title);
      else
        /* Translators: a provider, and why it was not asked */
        g_string_append_printf (text, _("%s: %s"), name, describe_fit (step->reason));
    }
  return g_string_free_and_steal (text);
}

static char *
null_if_empty (char *text)
{
  if (*text != '\0')
    return text;
  g_free (text);
  return NULL;
}

/**
 * td_route_text_dup_failed:
 * @note: a note
 * @engine: the engine, for the names of the providers
 *
 * Returns: (transfer full) (nullable): who was asked before and failed, a line each
 */
char *
td_route_text_dup_failed (const TdRouteNote *note,
                          TdEngine          *engine)
{
  return null_if_empty (dup_steps (note, engine, TRUE));
}

/**
 * td_route_text_dup_passed:
 * @note: a note
 * @engine: the engine, for the names of the providers
 *
 * Returns: (transfer full) (nullable): who could not be asked, a line each
 */
char *
td_route_text_dup_passed (const TdRouteNote *note,
                          TdEngine          *engine)
{
  return null_if_empty (dup_steps (note, engine, FALSE));
}
