/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>

#include "app/market/td-details-facts.h"
#include "app/market/td-fact-group.h"
#include "app/td-format.h"

/* A rating belongs to the released model. The tags of a local server carry its weights, usually
 * quantised: what was measured on the release is shown for them too, and said to be that. */
static const TdRating *
find_rating (TdModel      *model,
             TdCatalogue  *catalogue,
             const char  **measured)
{
  const TdModelFacts *facts = td_model_get_facts (model);
  const TdRating *rating = td_model_get_rating (model);
  g_autoptr (GPtrArray) originals = NULL;

  *measured = facts->base_model != NULL ? facts->base_model : facts->derived_from;
  if (rating != NULL || facts->derived_from == NULL)
    return rating;
  *measured = facts->derived_from;
  originals = td_catalogue_list_offers (catalogue, facts->derived_from);
  return originals->len > 0 ? td_model_get_rating (g_ptr_array_index (originals, 0)) : NULL;
}

static char *
dup_value (const TdMeasurement *measurement,
           const TdBenchmark   *benchmark)
{
  const char *unit = benchmark != NULL && benchmark->unit != NULL ? benchmark->unit : "";

  if (g_str_equal (unit, "percent") || g_str_equal (unit, "%"))
    return g_strdup_printf ("%.1f %%", measurement->value);
  /* Translators: a measured value and its unit */
  return g_strdup_printf (_("%.1f %s"), measurement->value, unit);
}

static void
append_line (GString    *text,
             const char *line)
{
  if (line == NULL || line[0] == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, line);
}

static char *
dup_details (const TdMeasurement *measurement,
             const TdBenchmark   *benchmark)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *date = td_format_date (measurement->date);
  g_autofree char *interval = NULL;
  g_autofree char *votes = NULL;

  append_line (text, measurement->variant);
  append_line (text, date);
  if (measurement->has_interval)
    /* Translators: the 95 % interval of a measured value */
    interval = g_strdup_printf (_("between %.1f and %.1f"), measurement->low, measurement->high);
  append_line (text, interval);
  if (measurement->votes > 0)
    {
      g_autofree char *number = td_format_count (measurement->votes);

      votes = g_strdup_printf (ngettext ("%s vote", "%s votes", measurement->votes), number);
    }
  append_line (text, votes);
  if (measurement->older)
    append_line (text, _("from an older snapshot"));
  append_line (text, benchmark != NULL ? benchmark->attribution : NULL);
  append_line (text, benchmark != NULL ? benchmark->license : NULL);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static GtkWidget *
create_row (const TdMeasurement *measurement,
            const TdBenchmark   *benchmark)
{
  g_autofree char *value = dup_value (measurement, benchmark);
  g_autofree char *details = dup_details (measurement, benchmark);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (value);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 benchmark != NULL ? benchmark->title : measurement->benchmark);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), details);
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  if (benchmark != NULL && benchmark->source_url != NULL)
    {
      gtk_widget_set_tooltip_text (row, benchmark->metric);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("adw-external-link-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "market.open-link");
      gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", benchmark->source_url);
    }
  return row;
}

static char *
dup_description (const TdRating *rating,
                 gboolean        derived)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *number = NULL;
  guint n_evidence;

  if (rating == NULL)
    return g_strdup (
      _("Not rated: there is no measurement of this model that a rating could be made from."));
  n_evidence = rating->evidence != NULL ? g_strv_length (rating->evidence) : 0;
  number = td_format_rating (rating->tenths);
  /* Translators: a rating such as 4.5, then the number of benchmarks, then how many percent of
   * the rated models are weaker */
  g_string_append_printf (
    text,
    ngettext ("%s of 5, from %u benchmark. Better than %.0f %% of the models measured.",
              "%s of 5, from %u benchmarks. Better than %.0f %% of the models measured.",
              n_evidence),
    number, n_evidence, rating->percentile);
  if (derived)
    {
      g_string_append_c (text, ' ');
      g_string_append (text,
                       _("Measured on the original weights; the download is usually quantised."));
    }
  if (rating->older != NULL && rating->older[0] != NULL)
    {
      g_string_append_c (text, ' ');
      g_string_append (text, _("Some of it comes from an older snapshot."));
    }
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/**
 * td_details_add_rating:
 * @box: where to append
 * @model: the model
 * @catalogue: the catalogue it is from
 *
 * Appends the rating and every measurement of the model.
 */
void
td_details_add_rating (GtkBox      *box,
                       TdModel     *model,
                       TdCatalogue *catalogue)
{
  const char *measured;
  const TdRating *rating = find_rating (model, catalogue, &measured);
  g_autoptr (GPtrArray) measurements =
    measured != NULL ? td_catalogue_list_measurements (catalogue, measured) : NULL;
  g_autofree char *description =
    dup_description (rating, g_strcmp0 (measured, td_model_get_facts (model)->base_model) != 0);
  TdFactGroup *group = td_fact_group_new (_("Rating"), description);

  gtk_box_append (box, GTK_WIDGET (group));
  for (guint i = 0; measurements != NULL && i < measurements->len; i++)
    {
      const TdMeasurement *measurement = g_ptr_array_index (measurements, i);

      td_fact_group_add_row (group, create_row (measurement, td_catalogue_find_benchmark (
                                                               catalogue, measurement->benchmark)));
    }
}
