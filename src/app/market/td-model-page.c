/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-model-page.h"

struct _TdModelPage
{
  GObject parent_instance;

  TdCatalogue *catalogue; /* (owned) (nullable): what the indices point into */
  GArray *indices;        /* (owned) (element-type guint32): those of this page */
};

static GType
td_model_page_get_item_type (GListModel *model)
{
  return TD_TYPE_MODEL;
}

static guint
td_model_page_get_n_items (GListModel *model)
{
  return TD_MODEL_PAGE (model)->indices->len;
}

static gpointer
td_model_page_get_item (GListModel *model,
                        guint       position)
{
  TdModelPage *self = TD_MODEL_PAGE (model);

  if (position >= self->indices->len)
    return NULL;
  return g_object_ref (td_catalogue_get_model (self->catalogue,
                                               g_array_index (self->indices, guint32, position)));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = td_model_page_get_item_type;
  iface->get_n_items = td_model_page_get_n_items;
  iface->get_item = td_model_page_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TdModelPage,
                               td_model_page,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
td_model_page_finalize (GObject *object)
{
  TdModelPage *self = TD_MODEL_PAGE (object);

  g_clear_object (&self->catalogue);
  g_array_unref (self->indices);

  G_OBJECT_CLASS (td_model_page_parent_class)->finalize (object);
}

static void
td_model_page_class_init (TdModelPageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = td_model_page_finalize;
}

static void
td_model_page_init (TdModelPage *self)
{
  self->indices = g_array_new (FALSE, FALSE, sizeof (guint32));
}

static guint
count_same_front (const guint32 *a,
                  guint          n_a,
                  const guint32 *b,
                  guint          n_b)
{
  guint n = 0;

  while (n < n_a && n < n_b && a[n] == b[n])
    n++;
  return n;
}

/* The @front items that are the same at the front are not counted again. */
static guint
count_same_back (const guint32 *a,
                 guint          n_a,
                 const guint32 *b,
                 guint          n_b,
                 guint          front)
{
  guint n = 0;

  while (front + n < n_a && front + n < n_b && a[n_a - 1 - n] == b[n_b - 1 - n])
    n++;
  return n;
}

/**
 * td_model_page_new:
 *
 * Returns: (transfer full): an empty page
 */
TdModelPage *
td_model_page_new (void)
{
  return g_object_new (TD_TYPE_MODEL_PAGE, NULL);
}

/**
 * td_model_page_show:
 * @self: the page
 * @catalogue: the catalogue
 * @result: (element-type guint32): the query's whole result
 * @page: which page of it to show, from 0
 * @page_size: how many models make a page
 *
 * Shows a part of a result. When another catalogue came, every item is another object, even
 * where the index is the same.
 */
void
td_model_page_show (TdModelPage *self,
                    TdCatalogue *catalogue,
                    GArray      *result,
                    guint        page,
                    guint        page_size)
{
  const guint32 *before = NULL, *after = NULL;
  guint first, n_before, n_after, front = 0, back = 0;

  g_return_if_fail (TD_IS_MODEL_PAGE (self));
  g_return_if_fail (TD_IS_CATALOGUE (catalogue));
  g_return_if_fail (page_size > 0);

  first = MIN ((guint64) page * page_size, result->len);
  n_after = MIN (page_size, result->len - first);
  n_before = self->indices->len;
  before = (const guint32 *) (gpointer) self->indices->data;
  if (n_after > 0)
    after = &g_array_index (result, guint32, first);
  if (!g_set_object (&self->catalogue, catalogue))
    {
      front = count_same_front (before, n_before, after, n_after);
      back = count_same_back (before, n_before, after, n_after, front);
    }
  if (front == n_before && front == n_after)
    return;

  g_array_set_size (self->indices, 0);
  if (n_after > 0)
    g_array_append_vals (self->indices, after, n_after);
  g_list_model_items_changed (G_LIST_MODEL (self), front, n_before - front - back,
                              n_after - front - back);
}

/**
 * td_model_page_count_pages:
 * @n_results: how many models there are
 * @page_size: how many make a page
 *
 * Returns: the number of pages, at least 1
 */
guint
td_model_page_count_pages (guint n_results,
                           guint page_size)
{
  g_return_val_if_fail (page_size > 0, 1);

  return n_results == 0 ? 1 : (n_results - 1) / page_size + 1;
}
