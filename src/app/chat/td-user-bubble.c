/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-user-bubble.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/chat/td-thumbnail.h"
#include "app/markdown/td-markdown-view.h"

#define PICTURE_HEIGHT 144

/* As many as fit beside each other, and the rest below them. */
static GtkWidget *
make_pictures (GPtrArray *attachments)
{
  GtkWidget *box = adw_wrap_box_new ();

  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (box), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (box), 6);
  for (guint i = 0; i < attachments->len; i++)
    adw_wrap_box_append (ADW_WRAP_BOX (box),
                         td_thumbnail_new (g_ptr_array_index (attachments, i), PICTURE_HEIGHT));
  return box;
}

/**
 * td_user_bubble_new:
 * @message: what the user said
 *
 * Returns: (transfer floating): a bubble with the text as it was written
 */
GtkWidget *
td_user_bubble_new (TdMessage *message)
{
  GtkWidget *bubble =
    g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ARTICLE, "orientation",
                  GTK_ORIENTATION_VERTICAL, "spacing", 6, NULL);
  GtkWidget *view = td_markdown_view_new ();

  if (td_message_get_attachments (message))
    gtk_box_append (GTK_BOX (bubble), make_pictures (td_message_get_attachments (message)));
  /* People do not write Markdown on purpose, and some paste a whole file. */
  td_markdown_view_set_plain (TD_MARKDOWN_VIEW (view));
  td_markdown_view_append (TD_MARKDOWN_VIEW (view), td_message_get_text (message),
                           td_message_get_text_length (message));
  td_markdown_view_finish (TD_MARKDOWN_VIEW (view));
  gtk_widget_set_visible (view, td_message_get_text_length (message) > 0);
  gtk_box_append (GTK_BOX (bubble), view);
  gtk_widget_add_css_class (bubble, "user-bubble");
  gtk_widget_set_halign (bubble, GTK_ALIGN_END);
  gtk_widget_set_margin_start (bubble, 48);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bubble), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Your message"), -1);
  return bubble;
}
