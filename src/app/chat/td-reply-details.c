/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-reply-details.h"

#include <glib/gi18n.h>

#include "app/chat/td-chat-text.h"
#include "app/chat/td-receipt-text.h"
#include "app/chat/td-route-text.h"
#include "app/td-format.h"
#include "engine/td-advice-context.h"
#include "engine/td-engine-receipt.h"

/* The popover with all figures of one reply. */

typedef struct
{
  GtkGrid *grid;
  int n_rows;
} Table;

static void
add_row (Table      *self,
         const char *what,
         const char *value)
{
  GtkWidget *name = gtk_label_new (what);
  GtkWidget *label;

  if (!value)
    return;
  label = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (name, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (self->grid, name, 0, self->n_rows, 1, 1);
  gtk_grid_attach (self->grid, label, 1, self->n_rows, 1, 1);
  self->n_rows++;
}

static void
add_time (Table      *self,
          const char *what,
          gint64      ms)
{
  g_autofree char *text = ms >= 0 ? td_chat_text_duration (ms) : NULL;

  add_row (self, what, text);
}

static void
add_count (Table      *self,
           const char *what,
           gint64      count,
           gboolean    is_estimate)
{
  g_autofree char *number = count >= 0 ? td_format_count (count) : g_strdup (_("Unknown"));
  g_autofree char *text = NULL;

  if (count >= 0 && is_estimate)
    /* Translators: a number of tokens that was counted here because the provider gave none */
    text = g_strdup_printf (_("%s (estimated)"), number);
  add_row (self, what, text ? text : number);
}

static void
add_speed (Table     *self,
           TdMessage *message)
{
  gint64 output = td_message_get_output_tokens (message);
  gint64 first = td_message_get_first_token_ms (message);
  gint64 duration = td_message_get_duration_ms (message);
  g_autofree char *text = NULL;

  if (output <= 1 || first < 0 || duration - first < 100)
    return;
  /* Translators: how fast a reply came in */
  text = g_strdup_printf (_("%.0f tokens/s"), (double) output * 1000 / (double) (duration - first));
  add_row (self, _("Speed"), text);
}

static char *
dup_provider_name (TdEngine  *engine,
                   TdMessage *message)
{
  const char *key = td_message_get_model_key (message);
  const char *colon = key ? strchr (key, ':') : NULL;
  g_autofree char *id = colon ? g_strndup (key, colon - key) : NULL;
  const TdEndpoint *endpoint =
    id ? td_endpoint_list_find (td_engine_get_endpoints (engine), id) : NULL;

  return g_strdup (endpoint ? endpoint->name : id);
}

/* "Free" is what has no price; of a reply that failed, nothing was charged. */
static char *
dup_cost (TdMessage *message)
{
  TdMoney cost = td_message_get_cost (message);

  if (cost == 0 && td_message_get_state (message) == TD_MESSAGE_STATE_FAILED)
    return g_strdup (C_("cost", "nothing"));
  return td_chat_text_cost (cost);
}

/* ---- why it came from there ------------------------------------------------------------------ */

typedef struct
{
  GWeakRef grid;
  TdEngine *engine; /* (owned) */
  int n_rows;
} Lookup;

static void
lookup_free (Lookup *self)
{
  g_weak_ref_clear (&self->grid);
  g_object_unref (self->engine);
  g_free (self);
}

static void
add_route (Table             *table,
           const TdRouteNote *note,
           TdEngine          *engine)
{
  g_autofree char *why = td_route_text_dup_why (note);
  g_autofree char *failed = td_route_text_dup_failed (note, engine);
  g_autofree char *passed = td_route_text_dup_passed (note, engine);
  g_autofree char *chosen = note->choice ? td_route_text_dup_choice (note->choice) : NULL;

  add_row (table, _("Why This Model"), chosen);
  add_row (table, _("Why This Provider"), why);
  add_row (table, _("Failed Before"), failed);
  add_row (table, _("Passed Over"), passed);
}

static void
add_receipt_row (const char *what,
                 const char *value,
                 gpointer    user_data)
{
  add_row (user_data, what, value);
}

static void
receipt_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Lookup *lookup = user_data;
  g_autoptr (GtkGrid) grid = g_weak_ref_get (&lookup->grid);
  g_autoptr (GError) error = NULL;
  g_autoptr (TdReceipt) receipt = td_engine_find_receipt_finish (result, &error);
  g_autoptr (TdRouteNote) note = receipt ? td_route_note_parse (receipt->route) : NULL;
  Table table = { grid, lookup->n_rows };

  if (error)
    g_debug ("the receipt was not read: %s", error->message);
  if (grid && receipt)
    td_receipt_text_foreach (receipt, add_receipt_row, &table);
  if (grid && note)
    add_route (&table, note, lookup->engine);
  lookup_free (lookup);
}

/* The receipt says it, and that is in the store: its rows come a moment later. */
static void
look_up_route (Table     *table,
               TdEngine  *engine,
               TdMessage *message)
{
  Lookup *lookup;

  if (td_message_get_id (message) == 0)
    return;
  lookup = g_new0 (Lookup, 1);
  g_weak_ref_init (&lookup->grid, table->grid);
  lookup->engine = g_object_ref (engine);
  lookup->n_rows = table->n_rows;
  td_engine_find_receipt_async (engine, td_message_get_id (message), NULL, receipt_cb, lookup);
}

/* ---- what the user says of it ---------------------------------------------------------------- */

typedef struct
{
  GtkToggleButton *good; /* (unowned) */
  GtkToggleButton *bad;  /* (unowned) */
  TdTaste *taste;        /* (owned) */
  gint64 message_id;
  gboolean is_filling;
} Opinion;

static void
opinion_free (Opinion *self)
{
  g_object_unref (self->taste);
  g_free (self);
}

static void
opinion_toggled_cb (Opinion         *self,
                    GtkToggleButton *button)
{
  GtkToggleButton *other = button == self->good ? self->bad : self->good;
  TdOpinion opinion = TD_OPINION_NONE;

  if (self->is_filling)
    return;
  if (gtk_toggle_button_get_active (button))
    {
      self->is_filling = TRUE;
      gtk_toggle_button_set_active (other, FALSE);
      self->is_filling = FALSE;
      opinion = button == self->good ? TD_OPINION_GOOD : TD_OPINION_BAD;
    }
  gtk_widget_activate_action (GTK_WIDGET (button), "chat.set-opinion", "(xu)", self->message_id,
                              (guint) opinion);
}

static void
opinion_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GtkWidget) row = user_data;
  Opinion *self = g_object_get_data (G_OBJECT (row), "opinion");
  g_autoptr (GError) error = NULL;
  TdOpinion opinion = td_taste_get_opinion_finish (self->taste, result, &error);

  if (error)
    g_debug ("what was said of the reply was not read: %s", error->message);
  /* Closed meanwhile, or already answered. */
  if (!gtk_widget_get_root (row) || gtk_toggle_button_get_active (self->good) ||
      gtk_toggle_button_get_active (self->bad))
    return;
  self->is_filling = TRUE;
  gtk_toggle_button_set_active (self->good, opinion == TD_OPINION_GOOD);
  gtk_toggle_button_set_active (self->bad, opinion == TD_OPINION_BAD);
  self->is_filling = FALSE;
}

static GtkToggleButton *
add_opinion (GtkWidget  *row,
             Opinion    *self,
             const char *icon,
             const char *name)
{
  GtkWidget *button = gtk_toggle_button_new ();

  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_widget_set_tooltip_text (button, name);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "toggled", G_CALLBACK (opinion_toggled_cb), self);
  gtk_box_append (GTK_BOX (row), button);
  return GTK_TOGGLE_BUTTON (button);
}

static GtkWidget *
create_opinion (TdEngine  *engine,
                TdMessage *message)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (_("Q learns from what you say, on this computer only."));
  Opinion *self = g_new0 (Opinion, 1);

  self->taste = g_object_ref (td_engine_get_taste (engine));
  self->message_id = td_message_get_id (message);
  g_object_set_data_full (G_OBJECT (row), "opinion", self,
                          (GDestroyNotify) opinion_free);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (row), label);
  self->good = add_opinion (row, self, "td-good-symbolic", _("Good Reply"));
  self->bad = add_opinion (row, self, "td-bad-symbolic", _("Bad Reply"));
  td_taste_get_opinion_async (self->taste, self->message_id, opinion_cb, g_object_ref (row));
  return row;
}

static gboolean
can_be_judged (TdMessage *message)
{
  return td_message_get_id (message) != 0 && td_message_get_text_length (message) > 0 &&
         td_message_get_state (message) == TD_MESSAGE_STATE_COMPLETE;
}

/* A popover gives the focus to what is first in it, and a label that gets it selects its text. */
static void
shown_cb (GtkWidget *popover)
{
  GtkRoot *root = gtk_widget_get_root (popover);
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  if (GTK_IS_LABEL (focus))
    gtk_label_select_region (GTK_LABEL (focus), 0, 0);
}

/**
 * td_reply_details_new:
 * @engine: the engine
 * @message: a reply that has ended
 *
 * Returns: (transfer floating): a popover with its figures
 */
GtkWidget *
td_reply_details_new (TdEngine  *engine,
                      TdMessage *message)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *grid = gtk_grid_new ();
  Table table = { GTK_GRID (grid), 0 };
  gboolean is_estimate = td_message_is_usage_estimated (message);
  g_autofree char *provider = dup_provider_name (engine, message);
  g_autofree char *cost = dup_cost (message);
  g_autofree char *when = td_format_when (td_message_get_created_us (message));

  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  add_row (&table, _("Model"), td_message_get_model_name (message));
  add_row (&table, _("Provider"), provider);
  add_count (&table, _("Tokens In"), td_message_get_input_tokens (message), is_estimate);
  add_count (&table, _("Tokens Out"), td_message_get_output_tokens (message), is_estimate);
  add_row (&table, _("Cost"), cost);
  add_time (&table, _("Time to First Token"), td_message_get_first_token_ms (message));
  add_time (&table, _("Duration"), td_message_get_duration_ms (message));
  add_speed (&table, message);
  add_row (&table, _("Time"), when);
  look_up_route (&table, engine, message);
  gtk_box_append (GTK_BOX (box), grid);
  if (can_be_judged (message))
    gtk_box_append (GTK_BOX (box), create_opinion (engine, message));
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  g_signal_connect (popover, "show", G_CALLBACK (shown_cb), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (popover), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Details of the Reply"), -1);
  return popover;
}
