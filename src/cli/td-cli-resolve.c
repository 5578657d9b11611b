/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/td-cli-resolve.h"

#include <glib/gi18n.h>

#define MAX_CANDIDATES 8
#define MAX_SIMILAR    5

static char *
join_candidates (GStrv candidates)
{
  GString *text = g_string_new (NULL);
  guint n = g_strv_length (candidates);

  for (guint i = 0; i < MIN (n, MAX_CANDIDATES); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", candidates[i]);
  if (n > MAX_CANDIDATES)
    g_string_append_printf (text, _(" and %u more"), n - MAX_CANDIDATES);
  return g_string_free_and_steal (text);
}

/* What the marketplace's search finds for it. */
static GStrv
list_similar (TdMarket   *market,
              const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (TdQuery) query = td_query_new ();
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_set_str (&query->text, text);
  td_query_index_run (td_market_get_index (market), query, found);
  for (guint i = 0; i < MIN (found->len, MAX_SIMILAR); i++)
    g_strv_builder_add (
      builder, td_model_get_key (td_catalogue_get_model (td_market_get_catalogue (market),
                                                         g_array_index (found, guint32, i))));
  return g_strv_builder_end (builder);
}

static void
set_no_such_model (TdMarket    *market,
                   const char  *text,
                   GError     **error)
{
  g_auto (GStrv) similar = list_similar (market, text);
  g_autofree char *list = join_candidates (similar);

  if (*similar)
    /* Translators: what was typed, then ids of models that are similar. */
    g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
                 _("There is no model “%s”; similar ones are: %s."), text, list);
  else
    g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
                 _("There is no model “%s”; look for one with “topdogctl models”."), text);
}

/**
 * td_cli_resolve_model:
 * @cli: this run
 * @text: what was typed for a model
 * @error: return location for an error that lists the candidates
 *
 * Returns: (transfer none) (nullable): the one model that was meant
 */
TdModel *
td_cli_resolve_model (TdCli       *cli,
                      const char  *text,
                      GError     **error)
{
  TdEngine *engine = td_cli_get_engine (cli, error);
  g_auto (GStrv) candidates = NULL;
  g_autofree char *list = NULL;
  TdModel *model;

  if (!engine)
    return NULL;
  model = td_catalogue_resolve_model (td_market_get_catalogue (td_engine_get_market (engine)), text,
                                      &candidates);
  if (model)
    return model;

  if (!candidates || !*candidates)
    {
      set_no_such_model (td_engine_get_market (engine), text, error);
      return NULL;
    }
  list = join_candidates (candidates);
  /* Translators: what was typed, then the ids of the models that it fits. */
  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
               _("“%s” fits more than one model; give one of: %s."), text, list);
  return NULL;
}

/**
 * td_cli_resolve_provider:
 * @cli: this run
 * @text: what was typed for a provider: its id or its name
 * @error: return location for an error
 *
 * Also makes it the provider that the next error is about.
 *
 * Returns: (transfer none) (nullable): the provider as it is reached now
 */
const TdEndpoint *
td_cli_resolve_provider (TdCli       *cli,
                         const char  *text,
                         GError     **error)
{
  TdEngine *engine = td_cli_get_engine (cli, error);
  const TdEndpoint *endpoint;
  g_autoptr (GPtrArray) all = NULL;

  if (!engine)
    return NULL;
  endpoint = td_endpoint_list_find (td_engine_get_endpoints (engine), text);
  if (!endpoint)
    {
      all = td_endpoint_list_dup_all (td_engine_get_endpoints (engine));
      for (guint i = 0; i < all->len && !endpoint; i++)
        {
          const TdEndpoint *other = all->pdata[i];

          if (g_ascii_strcasecmp (other->provider_id, text) == 0 ||
              g_ascii_strcasecmp (other->name, text) == 0)
            endpoint = td_endpoint_list_find (td_engine_get_endpoints (engine), other->provider_id);
        }
    }
  if (endpoint)
    td_cli_set_subject (cli, endpoint->name);
  else
    g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_NOT_FOUND,
                 _("There is no provider “%s”; see “topdogctl providers list”."), text);
  return endpoint;
}

/**
 * td_cli_resolve_id:
 * @text: what was typed for a number
 * @id: (out): the number
 * @error: return location for a %TD_CLI_ERROR_USAGE
 *
 * Returns: whether it is the number of something
 */
gboolean
td_cli_resolve_id (const char  *text,
                   gint64      *id,
                   GError     **error)
{
  if (g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, id, NULL))
    return TRUE;

  g_set_error (error, TD_CLI_ERROR, TD_CLI_ERROR_USAGE, _("“%s” is not a number from the list."),
               text);
  return FALSE;
}
