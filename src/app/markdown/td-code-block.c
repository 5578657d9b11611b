/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/markdown/td-code-block.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/markdown/td-code-language.h"
#include "app/markdown/td-column.h"
#include "app/markdown/td-markdown-clean.h"

/* GTK lays out a line as a whole: one longer than this is shown in parts. */
#define MAX_LINE_BYTES 2000
/* A text view draws all its lines, seen or not: long code is a column of views. */
#define MAX_VIEW_LINES 400

struct _TdCodeBlock
{
  GtkWidget parent_instance;

  char *language;         /* (nullable) */
  GString *text;          /* as it came, for the clipboard */
  GtkWidget *column;      /* (unowned): of the views */
  GtkTextBuffer *buffer;  /* (unowned): of the last view */
  guint n_lines;          /* in that buffer */
  gsize line_bytes;       /* shown on the last line */
  GtkWidget *copy_button; /* (unowned) */
  guint copied_id;        /* puts the button's icon back */
  guint colour_id;        /* builds the rules of the language */
};

G_DEFINE_FINAL_TYPE (TdCodeBlock, td_code_block, GTK_TYPE_WIDGET)

static gboolean
forget_copied_cb (gpointer user_data)
{
  TdCodeBlock *self = TD_CODE_BLOCK (user_data);

  self->copied_id = 0;
  gtk_button_set_icon_name (GTK_BUTTON (self->copy_button), "edit-copy-symbolic");
  gtk_widget_set_tooltip_text (self->copy_button, _("Copy code"));
  return G_SOURCE_REMOVE;
}

static void
copy_clicked_cb (TdCodeBlock *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->text->str);
  gtk_button_set_icon_name (GTK_BUTTON (self->copy_button), "object-select-symbolic");
  gtk_widget_set_tooltip_text (self->copy_button, _("Copied"));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _("Code copied"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  g_clear_handle_id (&self->copied_id, g_source_remove);
  self->copied_id = g_timeout_add_seconds (2, forget_copied_cb, self);
}

static GtkSourceBuffer *
get_buffer (GtkWidget *view)
{
  return GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
}

static void
update_scheme (TdCodeBlock *self)
{
  GtkWidget *view = gtk_widget_get_first_child (self->column);

  for (; view; view = gtk_widget_get_next_sibling (view))
    gtk_source_buffer_set_style_scheme (get_buffer (view), td_code_language_get_scheme ());
}

static GtkWidget *
create_header (TdCodeBlock *self,
               const char  *language)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new (td_code_language_get_title (language));

  gtk_widget_add_css_class (header, "code-header");
  gtk_widget_add_css_class (title, "caption");
  gtk_widget_add_css_class (title, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  self->copy_button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_add_css_class (self->copy_button, "flat");
  gtk_widget_set_tooltip_text (self->copy_button, _("Copy code"));
  gtk_widget_set_valign (self->copy_button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->copy_button, "clicked", G_CALLBACK (copy_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (header), title);
  gtk_box_append (GTK_BOX (header), self->copy_button);
  return header;
}

static gboolean
colour_cb (gpointer user_data)
{
  TdCodeBlock *self = TD_CODE_BLOCK (user_data);
  GtkSourceLanguage *rules = td_code_language_find (self->language);
  GtkWidget *view = gtk_widget_get_first_child (self->column);

  self->colour_id = 0;
  td_code_language_prepare (rules);
  for (; view; view = gtk_widget_get_next_sibling (view))
    gtk_source_buffer_set_language (get_buffer (view), rules);
  return G_SOURCE_REMOVE;
}

/* The first block in a language is shown plain first, rather than keep a frame waiting. */
static void
colour (TdCodeBlock     *self,
        GtkSourceBuffer *buffer)
{
  GtkSourceLanguage *rules = td_code_language_find (self->language);

  gtk_source_buffer_set_style_scheme (buffer, td_code_language_get_scheme ());
  if (rules && td_code_language_is_ready (rules))
    gtk_source_buffer_set_language (buffer, rules);
  else if (rules && !self->colour_id)
    self->colour_id = g_idle_add (colour_cb, self);
}

static void
add_view (TdCodeBlock *self)
{
  g_autoptr (GtkSourceBuffer) buffer = gtk_source_buffer_new (NULL);
  GtkWidget *view = gtk_source_view_new_with_buffer (buffer);

  gtk_source_buffer_set_highlight_matching_brackets (buffer, FALSE);
  gtk_text_buffer_set_enable_undo (GTK_TEXT_BUFFER (buffer), FALSE);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_pixels_below_lines (GTK_TEXT_VIEW (view), 2);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  td_code_language_get_title (self->language), -1);
  gtk_box_append (GTK_BOX (self->column), view);
  self->buffer = GTK_TEXT_BUFFER (buffer);
  self->n_lines = 0;
  self->line_bytes = 0;
  colour (self, buffer);
}

static void
td_code_block_dispose (GObject *object)
{
  TdCodeBlock *self = TD_CODE_BLOCK (object);
  GtkWidget *child;

  g_clear_handle_id (&self->copied_id, g_source_remove);
  g_clear_handle_id (&self->colour_id, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (td_code_block_parent_class)->dispose (object);
}

static void
td_code_block_finalize (GObject *object)
{
  TdCodeBlock *self = TD_CODE_BLOCK (object);

  g_free (self->language);
  g_string_free (self->text, TRUE);
  G_OBJECT_CLASS (td_code_block_parent_class)->finalize (object);
}

static void
td_code_block_class_init (TdCodeBlockClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = td_code_block_dispose;
  G_OBJECT_CLASS (klass)->finalize = td_code_block_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "codeblock");
}

static void
td_code_block_init (TdCodeBlock *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->text = g_string_new (NULL);
}

/**
 * td_code_block_new:
 * @language: (nullable): the word after the fence
 *
 * Returns: (transfer floating): a block without code
 */
GtkWidget *
td_code_block_new (const char *language)
{
  TdCodeBlock *self = g_object_new (TD_TYPE_CODE_BLOCK, NULL);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->language = g_strdup (language);
  self->column = td_column_new (TRUE);
  gtk_widget_set_margin_bottom (self->column, 10);
  gtk_widget_set_parent (create_header (self, language), GTK_WIDGET (self));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->column);
  gtk_widget_set_parent (scroller, GTK_WIDGET (self));
  add_view (self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark",
                           G_CALLBACK (update_scheme), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

const char *
td_code_block_get_language (TdCodeBlock *self)
{
  return self->language;
}

static void
insert (TdCodeBlock *self,
        const char  *text,
        gsize        length)
{
  GtkTextIter end;

  gtk_text_buffer_get_end_iter (self->buffer, &end);
  gtk_text_buffer_insert (self->buffer, &end, text, (int) length);
}

/* So much of the text as goes in unchanged: lines of a sensible length, and not too many. */
static gsize
find_run (TdCodeBlock *self,
          const char  *text)
{
  gsize i;

  for (i = 0; text[i]; i++)
    {
      if (text[i] == '\n')
        {
          if (self->n_lines + 1 >= MAX_VIEW_LINES)
            break;
          self->n_lines++;
          self->line_bytes = 0;
        }
      else if (++self->line_bytes > MAX_LINE_BYTES && ((guchar) text[i] & 0xc0) != 0x80)
        break;
    }
  return i;
}

static void
show (TdCodeBlock *self,
      const char  *text)
{
  while (*text)
    {
      gsize run = find_run (self, text);

      insert (self, text, run);
      text += run;
      if (*text == '\n')
        {
          /* Between two views there is a line's end anyway. */
          add_view (self);
          text++;
        }
      else if (*text)
        {
          insert (self, "\n", 1);
          self->n_lines++;
          self->line_bytes = 0;
        }
    }
}

/**
 * td_code_block_append:
 * @self: a block of code
 * @text: what comes after the code so far
 */
void
td_code_block_append (TdCodeBlock *self,
                      const char  *text)
{
  g_autofree char *visible = NULL;

  g_return_if_fail (TD_IS_CODE_BLOCK (self));

  if (text[0] == '\0')
    return;
  g_string_append (self->text, text);
  visible = td_markdown_make_visible (text);
  show (self, visible);
}

/**
 * td_code_block_set_text:
 * @self: a block of code
 * @text: all of the code
 *
 * Shows the code. When it only grew at its end, only that is added.
 */
void
td_code_block_set_text (TdCodeBlock *self,
                        const char  *text)
{
  g_return_if_fail (TD_IS_CODE_BLOCK (self));

  if (!g_str_has_prefix (text, self->text->str))
    {
      GtkWidget *view;

      g_string_truncate (self->text, 0);
      while ((view = gtk_widget_get_first_child (self->column)))
        gtk_box_remove (GTK_BOX (self->column), view);
      add_view (self);
    }
  td_code_block_append (self, text + self->text->len);
}
