/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/chat/td-composer.h"

#include <glib/gi18n.h>

#include "app/chat/td-attachment-bar.h"

struct _TdComposer
{
  GtkWidget parent_instance;

  gboolean enter_sends;
  gboolean is_setting;    /* the change is not the user's */

  TdAttachmentBar *bar;   /* (unowned) (nullable): takes what is pasted and dropped */

  GtkWidget *frame;
  GtkTextView *view;
  GtkWidget *placeholder; /* seen while there is no text */
  GtkWidget *tools;
  GtkLabel *note;
  GtkStack *buttons;
  GtkWidget *send_button;
};

G_DEFINE_FINAL_TYPE (TdComposer, td_composer, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_enter (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;
}

/* Enter belongs to the input method first: there it chooses among what was typed so far. */
static gboolean
key_pressed_cb (TdComposer            *self,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GtkEventControllerKey *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  gboolean sends = modifiers == GDK_CONTROL_MASK || (modifiers == 0 && self->enter_sends);

  if (!is_enter (keyval) || !sends)
    return GDK_EVENT_PROPAGATE;
  if (gtk_text_view_im_context_filter_keypress (self->view, event))
    return GDK_EVENT_STOP;
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.send", NULL);
  return GDK_EVENT_STOP;
}

static void
text_changed_cb (TdComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);

  gtk_widget_set_visible (self->placeholder, gtk_text_buffer_get_char_count (buffer) == 0);
  if (!self->is_setting)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
td_composer_dispose (GObject *object)
{
  TD_COMPOSER (object)->bar = NULL;
  gtk_widget_dispose_template (GTK_WIDGET (object), TD_TYPE_COMPOSER);
  G_OBJECT_CLASS (td_composer_parent_class)->dispose (object);
}

static void
td_composer_class_init (TdComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = td_composer_dispose;

  /**
   * TdComposer::changed:
   *
   * The user changed the text.
   */
  signals[CHANGED] = g_signal_new ("changed", TD_TYPE_COMPOSER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/topdog/Marketplace/ui/td-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, TdComposer, frame);
  gtk_widget_class_bind_template_child (widget_class, TdComposer, view);
  gtk_widget_class_bind_template_child (widget_class, TdComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, TdComposer, tools);
  gtk_widget_class_bind_template_child (widget_class, TdComposer, note);
  gtk_widget_class_bind_template_child (widget_class, TdComposer, buttons);
  gtk_widget_class_bind_template_child (widget_class, TdComposer, send_button);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
td_composer_init (TdComposer *self)
{
  self->enter_sends = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                  self->note, NULL, -1);
  g_signal_connect_object (gtk_text_view_get_buffer (self->view), "changed",
                           G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);
}

/**
 * td_composer_dup_text:
 * @self: the composer
 *
 * Returns: (transfer full): what was written
 */
char *
td_composer_dup_text (TdComposer *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  g_return_val_if_fail (TD_IS_COMPOSER (self), NULL);

  buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/**
 * td_composer_set_text:
 * @self: the composer
 * @text: what is to stand there
 *
 * Does not tell of it with "changed".
 */
void
td_composer_set_text (TdComposer *self,
                      const char *text)
{
  g_return_if_fail (TD_IS_COMPOSER (self));

  self->is_setting = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, -1);
  self->is_setting = FALSE;
}

/**
 * td_composer_is_empty:
 * @self: the composer
 *
 * Returns: whether there is nothing but white space
 */
gboolean
td_composer_is_empty (TdComposer *self)
{
  GtkTextIter start;

  g_return_val_if_fail (TD_IS_COMPOSER (self), TRUE);

  /* Without copying what may be a megabyte. */
  gtk_text_buffer_get_start_iter (gtk_text_view_get_buffer (self->view), &start);
  while (g_unichar_isspace (gtk_text_iter_get_char (&start)))
    gtk_text_iter_forward_char (&start);
  return gtk_text_iter_is_end (&start);
}

/**
 * td_composer_set_busy:
 * @self: the composer
 * @is_busy: whether a reply is coming in: then its button stops it
 */
void
td_composer_set_busy (TdComposer *self,
                      gboolean    is_busy)
{
  g_return_if_fail (TD_IS_COMPOSER (self));

  gtk_stack_set_visible_child_name (self->buttons, is_busy ? "stop" : "send");
}

/**
 * td_composer_set_hint:
 * @self: the composer
 * @hint: (nullable): why nothing can be sent; %NULL when it can
 */
void
td_composer_set_hint (TdComposer *self,
                      const char *hint)
{
  g_return_if_fail (TD_IS_COMPOSER (self));

  gtk_widget_set_tooltip_text (self->send_button, hint ? hint : _("Send"));
  if (hint)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->send_button),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, hint, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (self->send_button),
                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

/**
 * td_composer_set_note:
 * @self: the composer
 * @note: (nullable): what there is to say about the text, to stand below it
 * @details: (nullable): the same at length
 */
void
td_composer_set_note (TdComposer *self,
                      const char *note,
                      const char *details)
{
  g_return_if_fail (TD_IS_COMPOSER (self));

  gtk_label_set_label (self->note, note ? note : "");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->note), details);
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
}

/**
 * td_composer_set_enter_sends:
 * @self: the composer
 * @enter_sends: whether Enter sends (and Shift+Enter breaks the line); else Ctrl+Enter does
 */
void
td_composer_set_enter_sends (TdComposer *self,
                             gboolean    enter_sends)
{
  g_return_if_fail (TD_IS_COMPOSER (self));

  self->enter_sends = enter_sends;
}

/* ---- pictures ---- */

static void
texture_read_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (TdComposer) self = user_data;
  g_autoptr (GdkTexture) texture =
    gdk_clipboard_read_texture_finish (GDK_CLIPBOARD (source), result, NULL);

  if (texture && self->bar)
    td_attachment_bar_add_texture (self->bar, texture);
}

static void
files_read_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (TdComposer) self = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  if (value && self->bar)
    td_attachment_bar_add_files (self->bar, g_value_get_boxed (value));
}

/* Text goes where text goes; a picture or a file that was copied is attached. */
static void
paste_cb (TdComposer  *self,
          GtkTextView *view)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  g_autoptr (GdkContentFormats) all =
    gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (formats));

  if (!self->bar)
    return;
  if (gdk_content_formats_contain_gtype (all, GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL,
                                    files_read_cb, g_object_ref (self));
  else if (gdk_content_formats_contain_gtype (all, GDK_TYPE_TEXTURE) &&
           !gdk_content_formats_contain_gtype (all, G_TYPE_STRING))
    gdk_clipboard_read_texture_async (clipboard, NULL, texture_read_cb, g_object_ref (self));
  else
    return;
  g_signal_stop_emission_by_name (view, "paste-clipboard");
}

static gboolean
drop_cb (TdComposer   *self,
         const GValue *value)
{
  if (!self->bar)
    return FALSE;
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    td_attachment_bar_add_files (self->bar, g_value_get_boxed (value));
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    td_attachment_bar_add_texture (self->bar, g_value_get_object (value));
  else
    return FALSE;
  return TRUE;
}

static void
take_drops (TdComposer *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  /* Before the text view, which would take the file's name. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * td_composer_set_attachment_bar:
 * @self: the composer
 * @bar: a #TdAttachmentBar, which is put above the text
 */
void
td_composer_set_attachment_bar (TdComposer *self,
                                GtkWidget  *bar)
{
  g_return_if_fail (TD_IS_COMPOSER (self));
  g_return_if_fail (TD_IS_ATTACHMENT_BAR (bar));

  self->bar = TD_ATTACHMENT_BAR (bar);
  gtk_box_prepend (GTK_BOX (self->frame), bar);
  g_signal_connect_object (self->view, "paste-clipboard", G_CALLBACK (paste_cb), self,
                           G_CONNECT_SWAPPED);
  take_drops (self);
}

/**
 * td_composer_add_tool:
 * @self: the composer
 * @tool: a button to stand below the text
 */
void
td_composer_add_tool (TdComposer *self,
                      GtkWidget  *tool)
{
  g_return_if_fail (TD_IS_COMPOSER (self));

  gtk_box_append (GTK_BOX (self->tools), tool);
}

/**
 * td_composer_focus_text:
 * @self: the composer
 *
 * Puts the cursor into the text.
 */
void
td_composer_focus_text (TdComposer *self)
{
  g_return_if_fail (TD_IS_COMPOSER (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
