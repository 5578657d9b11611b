/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-tool-calls-box.h"

#include <glib/gi18n.h>

#include "base/td-json-read.h"

/* Characters of arguments that are shown; a model may write a whole file. */
#define MAX_SHOWN 4000

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static char *
dup_shown (const char *arguments)
{
  g_autofree char *beginning = NULL;

  if (g_utf8_strlen (arguments, -1) <= MAX_SHOWN)
    return g_strdup (arguments);
  beginning = g_utf8_substring (arguments, 0, MAX_SHOWN);
  return g_strconcat (beginning, "…", NULL);
}

static void
add_call (GtkBox       *box,
          const TdJson *call)
{
  const char *name = td_json_member_string (call, "name");
  const char *arguments = td_json_member_string (call, "arguments");
  /* Translators: %s is the name of a function, as the model wrote it */
  g_autofree char *title =
    g_strdup_printf (_("The model wants to call “%s”"), name && *name ? name : "?");
  g_autofree char *shown = dup_shown (arguments ? arguments : "");
  GtkWidget *text = make_label (shown, "monospace");

  gtk_box_append (box, make_label (title, "heading"));
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_visible (text, *shown != '\0');
  gtk_box_append (box, text);
}

static void
update_cb (GtkBox     *box,
           GParamSpec *pspec,
           TdMessage  *message)
{
  const char *calls = td_message_get_calls (message);
  g_autoptr (TdJsonDoc) doc = calls ? td_json_doc_parse (calls, -1, NULL, NULL) : NULL;
  const TdJson *list = doc ? td_json_doc_get_root (doc) : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))))
    gtk_box_remove (box, child);
  gtk_widget_set_visible (GTK_WIDGET (box), td_json_get_length (list) > 0);
  if (td_json_get_length (list) == 0)
    return;
  for (guint i = 0; i < td_json_get_length (list); i++)
    add_call (box, td_json_get_element (list, i));
  gtk_box_append (box, make_label (_("Top Dog runs no tools, so nothing was done."), "caption"));
}

/**
 * td_tool_calls_box_new:
 * @message: a reply
 *
 * Returns: (transfer floating): a box with the tools that the model wanted to call; it shows when there
 *   are some
 */
GtkWidget *
td_tool_calls_box_new (TdMessage *message)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  g_return_val_if_fail (TD_IS_MESSAGE (message), NULL);

  gtk_widget_add_css_class (box, "tool-calls");
  g_signal_connect_object (message, "notify::state", G_CALLBACK (update_cb), box,
                           G_CONNECT_SWAPPED);
  update_cb (GTK_BOX (box), NULL, message);
  return box;
}
