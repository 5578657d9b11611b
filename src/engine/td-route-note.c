/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "engine/td-route-note.h"

#include "base/td-json-read.h"
#include "base/td-json-write.h"

static void
step_free (gpointer data)
{
  TdRouteStep *step = data;

  g_free (step->model_key);
  g_free (step->reason);
  g_free (step);
}

/**
 * td_route_note_new:
 * @asked_for: the model that the user picked
 * @order: what the user goes by
 *
 * Returns: (transfer full): a note with nothing more in it
 */
TdRouteNote *
td_route_note_new (const char   *asked_for,
                   TdRouteOrder  order)
{
  TdRouteNote *self = g_new0 (TdRouteNote, 1);

  self->asked_for = g_strdup (asked_for);
  self->order = order;
  self->steps = g_ptr_array_new_with_free_func (step_free);
  return self;
}

void
td_route_note_free (TdRouteNote *self)
{
  if (!self)
    return;
  g_free (self->asked_for);
  g_ptr_array_unref (self->steps);
  g_clear_pointer (&self->choice, td_auto_choice_free);
  g_free (self);
}

/**
 * td_route_note_set_choice:
 * @self: a note
 * @choice: what Q chose, and by what
 */
void
td_route_note_set_choice (TdRouteNote        *self,
                          const TdAutoChoice *choice)
{
  g_return_if_fail (self != NULL && choice != NULL);

  g_clear_pointer (&self->choice, td_auto_choice_free);
  self->choice = g_memdup2 (choice, sizeof *choice);
  self->choice->model_key = g_strdup (choice->model_key);
  g_set_str (&self->asked_for, TD_AUTO_MODEL);
}

/**
 * td_route_note_add_step:
 * @self: a note
 * @model_key: an offer
 * @failed: whether it was asked and failed; else it was passed over
 * @reason: why, as a stable word
 */
void
td_route_note_add_step (TdRouteNote *self,
                        const char  *model_key,
                        gboolean     failed,
                        const char  *reason)
{
  TdRouteStep *step;

  g_return_if_fail (self != NULL);

  step = g_new0 (TdRouteStep, 1);
  step->model_key = g_strdup (model_key);
  step->failed = failed;
  step->reason = g_strdup (reason);
  g_ptr_array_add (self->steps, step);
}

/**
 * td_route_note_count_failed:
 * @self: a note
 *
 * Returns: how many offers were asked before the last one and failed
 */
guint
td_route_note_count_failed (const TdRouteNote *self)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->steps->len; i++)
    n += ((const TdRouteStep *) g_ptr_array_index (self->steps, i))->failed ? 1 : 0;
  return n;
}

static void
write_steps (TdJsonWriter      *writer,
             const TdRouteNote *self,
             const char        *name,
             gboolean           failed)
{
  td_json_writer_name (writer, name);
  td_json_writer_begin_array (writer);
  for (guint i = 0; i < self->steps->len; i++)
    {
      const TdRouteStep *step = g_ptr_array_index (self->steps, i);

      if ((step->failed != 0) != failed)
        continue;
      td_json_writer_begin_object (writer);
      td_json_writer_member_string (writer, "model", step->model_key);
      td_json_writer_member_string (writer, "reason", step->reason);
      td_json_writer_end_object (writer);
    }
  td_json_writer_end_array (writer);
}

static void
write_choice (TdJsonWriter       *writer,
              const TdAutoChoice *choice)
{
  td_json_writer_name (writer, "auto");
  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "model", choice->model_key);
  td_json_writer_member_string (writer, "category", td_category_to_string (choice->category));
  td_json_writer_member_int64 (writer, "complexity", choice->complexity);
  td_json_writer_member_string (writer, "profile", td_profile_to_string (choice->profile));
  td_json_writer_member_int64 (writer, "usable", choice->n_usable);
  td_json_writer_end_object (writer);
}

/**
 * td_route_note_to_json:
 * @self: a note
 *
 * Returns: (transfer full): it as JSON: order, why, offers, asked_for, passed_over and failed
 */
char *
td_route_note_to_json (const TdRouteNote *self)
{
  g_autoptr (TdJsonWriter) writer = td_json_writer_new ();

  g_return_val_if_fail (self != NULL, NULL);

  td_json_writer_begin_object (writer);
  td_json_writer_member_string (writer, "order", td_route_order_to_string (self->order));
  td_json_writer_member_string (writer, "why", td_route_why_to_string (self->why));
  td_json_writer_member_int64 (writer, "offers", self->n_fitting);
  td_json_writer_member_string (writer, "asked_for", self->asked_for);
  if (self->choice)
    write_choice (writer, self->choice);
  write_steps (writer, self, "passed_over", FALSE);
  write_steps (writer, self, "failed", TRUE);
  td_json_writer_end_object (writer);
  return td_json_writer_steal_text (writer);
}

static void
read_steps (TdRouteNote  *self,
            const TdJson *steps,
            gboolean      failed)
{
  for (guint i = 0; i < td_json_get_length (steps); i++)
    {
      const TdJson *step = td_json_get_element (steps, i);
      const char *model_key = td_json_member_string (step, "model");
      const char *reason = td_json_member_string (step, "reason");

      if (model_key && reason)
        td_route_note_add_step (self, model_key, failed, reason);
    }
}

static void
read_choice (TdRouteNote  *self,
             const TdJson *json)
{
  TdAutoChoice choice = { (char *) td_json_member_string (json, "model"), 0 };

  if (choice.model_key == NULL ||
      !td_category_from_string (td_json_member_string (json, "category"), &choice.category) ||
      !td_profile_from_string (td_json_member_string (json, "profile"), &choice.profile))
    return;
  choice.complexity = (int) CLAMP (td_json_member_int64 (json, "complexity", 2), 1, 3);
  choice.n_usable = (guint) CLAMP (td_json_member_int64 (json, "usable", 0), 0, G_MAXINT);
  td_route_note_set_choice (self, &choice);
}

/**
 * td_route_note_parse:
 * @json: (nullable): what td_route_note_to_json() made, maybe in a newer program
 *
 * Returns: (transfer full) (nullable): the note; %NULL when it cannot be read
 */
TdRouteNote *
td_route_note_parse (const char *json)
{
  g_autoptr (TdJsonDoc) doc = json ? td_json_doc_parse (json, -1, NULL, NULL) : NULL;
  g_autoptr (TdRouteNote) self = NULL;
  const TdJson *root;

  if (!doc)
    return NULL;
  root = td_json_doc_get_root (doc);
  self = td_route_note_new (td_json_member_string (root, "asked_for"), TD_ROUTE_CHOSEN);
  if (!td_route_order_from_string (td_json_member_string (root, "order"), &self->order) ||
      !td_route_why_from_string (td_json_member_string (root, "why"), &self->why))
    return NULL;
  self->n_fitting = (guint) CLAMP (td_json_member_int64 (root, "offers", 0), 0, G_MAXINT);
  read_choice (self, td_json_get_member (root, "auto"));
  read_steps (self, td_json_get_member (root, "passed_over"), FALSE);
  read_steps (self, td_json_get_member (root, "failed"), TRUE);
  return g_steal_pointer (&self);
}
