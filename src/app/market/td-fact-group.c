/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/market/td-fact-group.h"

#include <glib/gi18n.h>

/* Plain rows rather than AdwActionRow: a details page has some fifty facts, and is to be there
 * at once. */
struct _TdFactGroup
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
};

G_DEFINE_FINAL_TYPE (TdFactGroup, td_fact_group, ADW_TYPE_BIN)

static void
td_fact_group_class_init (TdFactGroupClass *klass)
{
}

static void
td_fact_group_init (TdFactGroup *self)
{
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}

static GtkWidget *
create_label (const char *text,
              float       xalign)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static GtkWidget *
create_row (const char *what,
            const char *value,
            GtkWidget  *suffix)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *what_label = create_label (what, 0);
  GtkWidget *value_label = create_label (value, 1);
  g_autofree char *spoken = NULL;

  gtk_widget_add_css_class (what_label, "dim-label");
  gtk_widget_set_valign (what_label, GTK_ALIGN_BASELINE_FILL);
  gtk_widget_set_valign (value_label, GTK_ALIGN_BASELINE_FILL);
  gtk_widget_set_hexpand (value_label, TRUE);
  gtk_label_set_justify (GTK_LABEL (value_label), GTK_JUSTIFY_RIGHT);
  gtk_box_append (GTK_BOX (box), what_label);
  gtk_box_append (GTK_BOX (box), value_label);
  if (suffix != NULL)
    {
      gtk_widget_set_valign (suffix, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (box), suffix);
    }
  gtk_widget_add_css_class (box, "fact");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  /* Translators: a fact for screen readers: what, then its value */
  spoken = g_strdup_printf (_("%s: %s"), what, value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  return row;
}

/**
 * td_fact_group_new:
 * @title: what the facts are about
 * @description: (nullable): a sentence more
 *
 * Returns: (transfer floating): an empty list
 */
TdFactGroup *
td_fact_group_new (const char *title,
                   const char *description)
{
  TdFactGroup *self = g_object_new (TD_TYPE_FACT_GROUP, NULL);

  adw_preferences_group_set_title (self->group, title);
  if (description != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (description, -1);

      adw_preferences_group_set_description (self->group, escaped);
    }
  return self;
}

/**
 * td_fact_group_add:
 * @self: the list
 * @what: what the fact is about
 * @value: (nullable): its value; %NULL is shown as unknown
 *
 * Adds a fact.
 */
void
td_fact_group_add (TdFactGroup *self,
                   const char  *what,
                   const char  *value)
{
  td_fact_group_add_widget (self, what, value, NULL);
}

/**
 * td_fact_group_take:
 * @self: the list
 * @what: what the fact is about
 * @value: (nullable) (transfer full): its value
 *
 * Adds a fact whose text was made for it.
 */
void
td_fact_group_take (TdFactGroup *self,
                    const char  *what,
                    char        *value)
{
  td_fact_group_add_widget (self, what, value, NULL);
  g_free (value);
}

/**
 * td_fact_group_add_widget:
 * @self: the list
 * @what: what the fact is about
 * @value: (nullable): its value
 * @suffix: (nullable): a widget after the value
 *
 * Adds a fact with a button or the like.
 */
void
td_fact_group_add_widget (TdFactGroup *self,
                          const char  *what,
                          const char  *value,
                          GtkWidget   *suffix)
{
  g_return_if_fail (TD_IS_FACT_GROUP (self));

  adw_preferences_group_add (self->group,
                             create_row (what, value != NULL ? value : _("Unknown"), suffix));
}

/**
 * td_fact_group_add_link:
 * @self: the list
 * @what: what the fact is about
 * @value: (nullable): its value
 * @url: (nullable): a web address, only http and https are offered
 *
 * Adds a fact with a button that opens a page in the browser.
 */
void
td_fact_group_add_link (TdFactGroup *self,
                        const char  *what,
                        const char  *value,
                        const char  *url)
{
  GtkWidget *button;

  if (url == NULL || (!g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://")))
    {
      td_fact_group_add (self, what, value);
      return;
    }
  button = gtk_button_new_from_icon_name ("adw-external-link-symbolic");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Open in Browser"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "market.open-link");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", url);
  td_fact_group_add_widget (self, what, value, button);
}

/**
 * td_fact_group_add_row:
 * @self: the list
 * @row: a row of another kind
 *
 * Adds a row as it is.
 */
void
td_fact_group_add_row (TdFactGroup *self,
                       GtkWidget   *row)
{
  g_return_if_fail (TD_IS_FACT_GROUP (self));

  adw_preferences_group_add (self->group, row);
}
