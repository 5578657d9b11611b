/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-model-choices.h"

#include "engine/td-auto.h"

/* So many models that were used lately are offered before all others. */
#define MAX_RECENT 5

static TdModelChoice *
model_choice_new (const TdChoiceSource *source,
                  TdModel              *model)
{
  TdModelChoice *self = g_new0 (TdModelChoice, 1);
  const char *key = td_model_get_key (model);

  self->model = g_object_ref (model);
  self->usable = source->usable (key, source->user_data);
  self->is_installed = source->installed (key, source->user_data);
  self->group = TD_CHOICE_OTHER;
  if (td_model_get_favourite (model))
    self->group = TD_CHOICE_FAVOURITE;
  else if (source->recent && g_strv_contains ((const char *const *) source->recent, key))
    self->group = TD_CHOICE_RECENT;
  return self;
}

/**
 * td_model_choice_is_ready:
 * @self: a choice
 *
 * Returns: whether one can chat with it now, as far as is known
 */
gboolean
td_model_choice_is_ready (const TdModelChoice *self)
{
  return self->usable == TD_USABLE_YES && self->is_installed;
}

void
td_model_choice_free (TdModelChoice *self)
{
  g_object_unref (self->model);
  g_free (self);
}

/* Favourites first, then what was used lately, then the rest; in each, what can be used now first. */
#define N_RANKS 6

static void
sort_into (const TdChoiceSource *source,
           GArray               *found,
           GPtrArray            *ranks[N_RANKS])
{
  for (guint i = 0; i < found->len; i++)
    {
      guint32 index = g_array_index (found, guint32, i);
      g_autoptr (TdModelChoice) choice =
        model_choice_new (source, td_catalogue_get_model (source->catalogue, index));
      guint rank = choice->group * 2 + !td_model_choice_is_ready (choice);

      if (choice->usable != TD_USABLE_NOT_CHAT)
        g_ptr_array_add (ranks[rank], g_steal_pointer (&choice));
    }
}

/**
 * td_model_choices_find:
 * @source: what to choose from
 * @search: (nullable): what was typed
 * @max: how many at most
 * @n_more: (out): how many more there would be
 *
 * Returns: (transfer full) (element-type TdModelChoice): models to chat with, the likeliest
 *   first
 */
GPtrArray *
td_model_choices_find (const TdChoiceSource *source,
                       const char           *search,
                       guint                 max,
                       guint                *n_more)
{
  g_autoptr (TdQuery) query = td_query_new ();
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  GPtrArray *choices = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_choice_free);
  GPtrArray *ranks[N_RANKS];

  query->text = g_strdup (search);
  query->capabilities = TD_CAPABILITY_CHAT;
  query->sort = search && search[0] ? TD_SORT_RELEVANCE : TD_SORT_RATING;
  td_query_index_run (source->index, query, found);
  *n_more = 0;
  for (guint i = 0; i < N_RANKS; i++)
    ranks[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) td_model_choice_free);
  sort_into (source, found, ranks);
  for (guint i = 0; i < N_RANKS; i++)
    {
      while (ranks[i]->len && choices->len < max)
        g_ptr_array_add (choices, g_ptr_array_steal_index (ranks[i], 0));
      *n_more += ranks[i]->len;
      g_ptr_array_unref (ranks[i]);
    }
  return choices;
}

/* The models of the latest chats. */
static GStrv
list_recent (TdEngine *engine)
{
  GListModel *chats = G_LIST_MODEL (td_engine_get_conversations (engine));
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0;
       i < MIN (g_list_model_get_n_items (chats), 50) && g_hash_table_size (seen) < MAX_RECENT; i++)
    {
      g_autoptr (TdConversation) chat = g_list_model_get_item (chats, i);
      const char *key = td_conversation_get_model_key (chat);

      if (key && g_hash_table_add (seen, g_strdup (key)))
        g_strv_builder_add (keys, key);
    }
  return g_strv_builder_end (keys);
}

static TdUsable
get_usable (const char *model_key,
            gpointer    user_data)
{
  return td_engine_get_usable (user_data, model_key);
}

static gboolean
is_installed (const char *model_key,
              gpointer    user_data)
{
  return td_engine_is_installed (user_data, model_key);
}

/**
 * td_model_choices_list:
 * @engine: the engine
 * @search: (nullable): what was typed
 * @max: how many at most
 * @n_more: (out): how many more there would be
 *
 * Returns: (transfer full) (element-type TdModelChoice): as td_model_choices_find()
 */
GPtrArray *
td_model_choices_list (TdEngine   *engine,
                       const char *search,
                       guint       max,
                       guint      *n_more)
{
  TdMarket *market = td_engine_get_market (engine);
  g_auto (GStrv) recent = list_recent (engine);
  TdChoiceSource source = {
    .catalogue = td_market_get_catalogue (market),
    .index = td_market_get_index (market),
    .recent = recent,
    .usable = get_usable,
    .installed = is_installed,
    .user_data = engine,
  };

  return td_model_choices_find (&source, search, max, n_more);
}

/**
 * td_model_choices_dup_default:
 * @engine: the engine
 *
 * Returns: (transfer full) (nullable): the key of the model a new chat begins with: the one
 *   used last if it can be used, else the first that can; %NULL when none can
 */
char *
td_model_choices_dup_default (TdEngine *engine)
{
  g_auto (GStrv) recent = list_recent (engine);
  g_autoptr (GPtrArray) choices = NULL;
  gboolean is_auto = td_auto_is_name (recent[0]);
  guint n_more;

  if (recent[0] && !is_auto && td_engine_get_usable (engine, recent[0]) == TD_USABLE_YES &&
      td_engine_is_installed (engine, recent[0]))
    return g_strdup (recent[0]);
  choices = td_model_choices_list (engine, NULL, G_MAXUINT, &n_more);
  for (guint i = 0; i < choices->len; i++)
    {
      TdModelChoice *choice = g_ptr_array_index (choices, i);

      if (td_model_choice_is_ready (choice))
        return g_strdup (is_auto ? TD_AUTO_MODEL : td_model_get_key (choice->model));
    }
  return NULL;
}

/**
 * td_model_choices_has_usable:
 * @engine: the engine
 *
 * Returns: whether there is any model to chat with now
 */
gboolean
td_model_choices_has_usable (TdEngine *engine)
{
  g_autofree char *key = td_model_choices_dup_default (engine);

  return key != NULL;
}
