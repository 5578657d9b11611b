/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-attachment-bar.h"

#include <glib/gi18n.h>

#include "app/chat/td-picture.h"
#include "app/chat/td-thumbnail.h"

#define HEIGHT 64

struct _TdAttachmentBar
{
  GtkWidget parent_instance;

  TdConversation *conversation; /* (owned) */
  GCancellable *cancellable;    /* (owned) */
  GtkWidget *scroller;          /* (unowned) */
  GtkWidget *box;               /* (unowned) */
};

G_DEFINE_FINAL_TYPE (TdAttachmentBar, td_attachment_bar, GTK_TYPE_WIDGET)

enum
{
  TROUBLE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static GListStore *
get_store (TdAttachmentBar *self)
{
  return td_conversation_get_draft_attachments (self->conversation);
}

/* ---- what is shown ---- */

static void
remove_clicked_cb (GtkWidget *button,
                   gpointer   user_data)
{
  TdAttachmentBar *self = TD_ATTACHMENT_BAR (user_data);
  guint position;

  if (g_list_store_find (get_store (self), g_object_get_data (G_OBJECT (button), "attachment"),
                         &position))
    g_list_store_remove (get_store (self), position);
}

static GtkWidget *
make_tile (TdAttachmentBar *self,
           TdAttachment    *attachment)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  /* Translators: %s is the name of a picture */
  g_autofree char *label = g_strdup_printf (_("Remove %s"), td_attachment_get_name (attachment));

  gtk_overlay_set_child (GTK_OVERLAY (overlay), td_thumbnail_new (attachment, HEIGHT));
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, label);
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_add_css_class (button, "osd");
  g_object_set_data_full (G_OBJECT (button), "attachment", g_object_ref (attachment),
                          g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_clicked_cb), self, 0);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), button);
  return overlay;
}

static void
items_changed_cb (GListModel      *model,
                  guint            position,
                  guint            n_removed,
                  guint            n_added,
                  TdAttachmentBar *self)
{
  GtkWidget *before = NULL;

  for (guint i = 0; i < position; i++)
    before = before ? gtk_widget_get_next_sibling (before) : gtk_widget_get_first_child (self->box);
  for (guint i = 0; i < n_removed; i++)
    gtk_box_remove (GTK_BOX (self->box), before ? gtk_widget_get_next_sibling (before)
                                                : gtk_widget_get_first_child (self->box));
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (TdAttachment) attachment = g_list_model_get_item (model, position + i);
      GtkWidget *tile = make_tile (self, attachment);

      gtk_box_insert_child_after (GTK_BOX (self->box), tile, before);
      before = tile;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), g_list_model_get_n_items (model) > 0);
}

/* ---- what comes in ---- */

static void
say_trouble (TdAttachmentBar *self,
             const GError    *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    g_signal_emit (self, signals[TROUBLE], 0, error);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (TdAttachmentBar) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (TdAttachment) attachment = td_picture_finish (result, &error);
  gsize size = attachment ? g_bytes_get_size (td_attachment_get_data (attachment)) : 0;

  if (!self->scroller)
    return;
  if (attachment && (g_list_model_get_n_items (G_LIST_MODEL (get_store (self))) >=
                       TD_ATTACHMENT_MAX_PER_MESSAGE ||
                     td_conversation_get_attached_bytes (self->conversation) + size >
                       TD_ATTACHMENT_MAX_CHAT_BYTES))
    g_set_error_literal (&error, TD_ATTACHMENT_ERROR, TD_ATTACHMENT_ERROR_TOO_MANY,
                         "no more pictures fit into a request");
  if (error)
    say_trouble (self, error);
  else
    g_list_store_append (get_store (self), attachment);
}

/**
 * td_attachment_bar_add_files:
 * @self: the bar
 * @files: (element-type GFile): pictures
 *
 * Adds them when they are read.
 */
void
td_attachment_bar_add_files (TdAttachmentBar *self,
                             GSList          *files)
{
  g_return_if_fail (TD_IS_ATTACHMENT_BAR (self));

  for (GSList *l = files; l; l = l->next)
    td_picture_read_async (l->data, self->cancellable, read_cb, g_object_ref (self));
}

/**
 * td_attachment_bar_add_texture:
 * @self: the bar
 * @texture: a picture without a file
 *
 * Adds it when it is made a file.
 */
void
td_attachment_bar_add_texture (TdAttachmentBar *self,
                               GdkTexture      *texture)
{
  g_return_if_fail (TD_IS_ATTACHMENT_BAR (self));

  /* Translators: the name of a picture that was pasted */
  td_picture_take_async (texture, _("Pasted picture"), self->cancellable, read_cb,
                         g_object_ref (self));
}

static void
chosen_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (TdAttachmentBar) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) files =
    gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (source), result, &error);

  if (!self->scroller)
    return;
  if (error)
    say_trouble (self, error);
  for (guint i = 0; files && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      td_picture_read_async (file, self->cancellable, read_cb, g_object_ref (self));
    }
}

/**
 * td_attachment_bar_choose:
 * @self: the bar
 *
 * Lets the user choose pictures.
 */
void
td_attachment_bar_choose (TdAttachmentBar *self)
{
  static const char *const types[] = { "image/png", "image/jpeg", "image/gif", "image/webp" };
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  g_return_if_fail (TD_IS_ATTACHMENT_BAR (self));

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    gtk_file_filter_add_mime_type (filter, types[i]);
  gtk_file_filter_set_name (filter, _("Pictures"));
  gtk_file_dialog_set_default_filter (dialog, filter);
  gtk_file_dialog_set_title (dialog, _("Attach Pictures"));
  gtk_file_dialog_set_accept_label (dialog, _("_Attach"));
  gtk_file_dialog_open_multiple (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                 self->cancellable, chosen_cb, g_object_ref (self));
}

/* ---- the bar ---- */

static void
td_attachment_bar_dispose (GObject *object)
{
  TdAttachmentBar *self = TD_ATTACHMENT_BAR (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->conversation);

  G_OBJECT_CLASS (td_attachment_bar_parent_class)->dispose (object);
}

static void
td_attachment_bar_class_init (TdAttachmentBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_attachment_bar_dispose;

  /**
   * TdAttachmentBar::trouble:
   * @error: why a picture cannot be taken
   */
  signals[TROUBLE] = g_signal_new ("trouble", TD_TYPE_ATTACHMENT_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
td_attachment_bar_init (TdAttachmentBar *self)
{
  self->cancellable = g_cancellable_new ();
  self->scroller = gtk_scrolled_window_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class (self->box, "attachments");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Attached pictures"), -1);
}

/**
 * td_attachment_bar_new:
 * @conversation: a chat
 *
 * Returns: (transfer floating): the bar, which shows when there is a picture
 */
GtkWidget *
td_attachment_bar_new (TdConversation *conversation)
{
  TdAttachmentBar *self;
  GListModel *model;

  g_return_val_if_fail (TD_IS_CONVERSATION (conversation), NULL);

  self = g_object_new (TD_TYPE_ATTACHMENT_BAR, NULL);
  self->conversation = g_object_ref (conversation);
  model = G_LIST_MODEL (get_store (self));
  g_signal_connect_object (model, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  items_changed_cb (model, 0, 0, g_list_model_get_n_items (model), self);
  return GTK_WIDGET (self);
}
