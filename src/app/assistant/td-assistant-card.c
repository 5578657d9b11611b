/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/assistant/td-assistant-card.h"

#include <glib/gi18n.h>

#include "app/assistant/td-assistant-text.h"

struct _TdAssistantCard
{
  GtkBox parent_instance;

  GtkLabel *role;
  GtkLabel *name;
  GtkLabel *provider;
  GtkLabel *cost;
  GtkLabel *reason;
  GtkLabel *speed;
  GtkGrid *parts;
  GtkButton *chat_button;
  GtkButton *details_button;
};

G_DEFINE_FINAL_TYPE (TdAssistantCard, td_assistant_card, GTK_TYPE_BOX)

static void
td_assistant_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), TD_TYPE_ASSISTANT_CARD);

  G_OBJECT_CLASS (td_assistant_card_parent_class)->dispose (object);
}

static void
td_assistant_card_class_init (TdAssistantCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_assistant_card_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-assistant-card.ui");
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, role);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, name);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, provider);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, cost);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, reason);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, speed);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, parts);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, chat_button);
  gtk_widget_class_bind_template_child (widget_class, TdAssistantCard, details_button);
}

static void
td_assistant_card_init (TdAssistantCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Weight times value, so that the longest bar is what decided. */
static void
add_part (TdAssistantCard        *self,
          const TdRecommendation *what,
          TdPart                  part,
          int                     row)
{
  const char *title = td_assistant_text_part (part);
  g_autofree char *sum =
    g_strdup_printf (_("%s: %d of %d"), title, what->weights[part] * what->values[part] / 1000,
                     what->weights[part]);
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *bar;

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption");
  gtk_grid_attach (self->parts, label, 0, row, 1, 1);
  if (!what->known[part])
    {
      bar = gtk_label_new (_("not known"));
      gtk_label_set_xalign (GTK_LABEL (bar), 0);
      gtk_widget_add_css_class (bar, "caption");
      gtk_widget_add_css_class (bar, "dim-label");
    }
  else
    {
      bar = gtk_progress_bar_new ();
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), MAX (what->values[part], 0) / 1000.0);
      gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, sum, -1);
    }
  gtk_widget_set_hexpand (bar, TRUE);
  gtk_widget_set_tooltip_text (bar, sum);
  gtk_grid_attach (self->parts, bar, 1, row, 1, 1);
}

static void
show_speed (TdAssistantCard        *self,
            const TdRecommendation *what)
{
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->speed), what->speed >= 0);
  if (what->speed < 0)
    return;
  /* Translators: how fast a model was on this machine. */
  text = g_strdup_printf (_("%d tokens a second, measured here"), (int) (what->speed / 1000));
  gtk_label_set_text (self->speed, text);
}

/* What cannot be used yet says what to connect; what only makes pictures leads nowhere from here. */
static void
show_button (TdAssistantCard    *self,
             const TdModelFacts *facts,
             const char         *provider,
             gboolean            usable)
{
  g_autofree char *connect = NULL;

  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->chat_button), "s", facts->key);
  gtk_widget_set_visible (GTK_WIDGET (self->chat_button), facts->type == TD_MODEL_TYPE_CHAT);
  if (usable || facts->type != TD_MODEL_TYPE_CHAT)
    return;
  /* Translators: a button; %s is a provider. */
  connect = g_strdup_printf (_("Connect %s…"), provider);
  gtk_button_set_use_underline (self->chat_button, FALSE);
  gtk_button_set_label (self->chat_button, connect);
  gtk_widget_remove_css_class (GTK_WIDGET (self->chat_button), "suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->chat_button), "app.show-provider");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->chat_button), "s", facts->provider_id);
}

/**
 * td_assistant_card_new:
 * @usable: whether it can be chatted with now
 *
 * Returns: (transfer floating): a card
 */
GtkWidget *
td_assistant_card_new (const TdRecommendation *what,
                       TdCatalogue            *catalogue,
                       gboolean                usable)
{
  TdAssistantCard *self = g_object_new (TD_TYPE_ASSISTANT_CARD, NULL);
  const TdModelFacts *facts = td_model_get_facts (what->model);
  TdProvider *provider = td_catalogue_find_provider (catalogue, facts->provider_id);
  g_autofree char *cost = td_assistant_text_cost (what);
  g_autofree char *reason = td_assistant_text_reason (what);

  gtk_label_set_text (self->role, td_assistant_text_role (what));
  gtk_label_set_text (self->name, td_model_get_name (what->model));
  gtk_label_set_text (self->provider,
                      provider != NULL ? td_provider_get_name (provider) : facts->provider_id);
  gtk_label_set_text (self->cost, cost);
  gtk_label_set_text (self->reason, reason);
  show_speed (self, what);
  for (guint part = 0, row = 0; part < TD_N_PARTS; part++)
    if (what->weights[part] >= 50 && (part != TD_PART_PREFERENCE || what->known[part]))
      add_part (self, what, (TdPart) part, (int) row++);
  show_button (self, facts, provider != NULL ? td_provider_get_name (provider) : facts->provider_id,
               usable);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->details_button), "s", facts->key);
  return GTK_WIDGET (self);
}
