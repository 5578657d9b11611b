/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-compare-list.h"

struct _TdCompareList
{
  GObject parent_instance;

  GPtrArray *models; /* (owned) (element-type TdModel) */
};

static GType
td_compare_list_get_item_type (GListModel *model)
{
  return TD_TYPE_MODEL;
}

static guint
td_compare_list_get_n_items (GListModel *model)
{
  return TD_COMPARE_LIST (model)->models->len;
}

static gpointer
td_compare_list_get_item (GListModel *model,
                          guint       position)
{
  TdCompareList *self = TD_COMPARE_LIST (model);

  if (position >= self->models->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->models, position));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = td_compare_list_get_item_type;
  iface->get_n_items = td_compare_list_get_n_items;
  iface->get_item = td_compare_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TdCompareList,
                               td_compare_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
td_compare_list_finalize (GObject *object)
{
  g_ptr_array_unref (TD_COMPARE_LIST (object)->models);

  G_OBJECT_CLASS (td_compare_list_parent_class)->finalize (object);
}

static void
td_compare_list_class_init (TdCompareListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_compare_list_finalize;
}

static void
td_compare_list_init (TdCompareList *self)
{
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
}

/* By key: a page may still show the model as an older catalogue had it. */
static gboolean
find_position (TdCompareList *self,
               TdModel       *model,
               guint         *position)
{
  for (guint i = 0; i < self->models->len; i++)
    {
      if (!g_str_equal (td_model_get_key (g_ptr_array_index (self->models, i)),
                        td_model_get_key (model)))
        continue;
      if (position != NULL)
        *position = i;
      return TRUE;
    }
  return FALSE;
}

/**
 * td_compare_list_new:
 *
 * Returns: (transfer full): a list with nothing marked
 */
TdCompareList *
td_compare_list_new (void)
{
  return g_object_new (TD_TYPE_COMPARE_LIST, NULL);
}

/**
 * td_compare_list_contains:
 * @self: the list
 * @model: a model
 *
 * Returns: whether the model is marked
 */
gboolean
td_compare_list_contains (TdCompareList *self,
                          TdModel       *model)
{
  g_return_val_if_fail (TD_IS_COMPARE_LIST (self), FALSE);

  return find_position (self, model, NULL);
}

/**
 * td_compare_list_add:
 * @self: the list
 * @model: a model
 *
 * Marks a model.
 *
 * Returns: %FALSE when there are TD_COMPARE_MAX already
 */
gboolean
td_compare_list_add (TdCompareList *self,
                     TdModel       *model)
{
  g_return_val_if_fail (TD_IS_COMPARE_LIST (self), FALSE);
  g_return_val_if_fail (TD_IS_MODEL (model), FALSE);

  if (td_compare_list_contains (self, model))
    return TRUE;
  if (self->models->len >= TD_COMPARE_MAX)
    return FALSE;
  g_ptr_array_add (self->models, g_object_ref (model));
  g_list_model_items_changed (G_LIST_MODEL (self), self->models->len - 1, 0, 1);
  return TRUE;
}

/**
 * td_compare_list_remove:
 * @self: the list
 * @model: a model
 *
 * Takes the mark off a model.
 */
void
td_compare_list_remove (TdCompareList *self,
                        TdModel       *model)
{
  guint position;

  g_return_if_fail (TD_IS_COMPARE_LIST (self));

  if (!find_position (self, model, &position))
    return;
  g_ptr_array_remove_index (self->models, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/**
 * td_compare_list_clear:
 * @self: the list
 *
 * Takes off all marks.
 */
void
td_compare_list_clear (TdCompareList *self)
{
  guint n_models;

  g_return_if_fail (TD_IS_COMPARE_LIST (self));

  n_models = self->models->len;
  if (n_models == 0)
    return;
  g_ptr_array_set_size (self->models, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_models, 0);
}

/**
 * td_compare_list_set_catalogue:
 * @self: the list
 * @catalogue: the catalogue now in force
 *
 * Finds the marked models again in another catalogue; those it does not have are dropped.
 */
void
td_compare_list_set_catalogue (TdCompareList *self,
                               TdCatalogue   *catalogue)
{
  g_autoptr (GPtrArray) before = NULL;

  g_return_if_fail (TD_IS_COMPARE_LIST (self));

  if (self->models->len == 0)
    return;
  before = g_steal_pointer (&self->models);
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < before->len; i++)
    {
      TdModel *model =
        td_catalogue_find_model (catalogue, td_model_get_key (g_ptr_array_index (before, i)));

      if (model != NULL)
        g_ptr_array_add (self->models, g_object_ref (model));
    }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before->len, self->models->len);
}
