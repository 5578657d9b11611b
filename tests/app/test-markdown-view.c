/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "app/hostile-markdown.h"
#include "app/markdown/td-code-block.h"
#include "app/markdown/td-code-language.h"
#include "app/markdown/td-markdown-view.h"
#include "app/markdown/td-pinned-scroller.h"
#include "app/markdown/td-table-block.h"
#include "support/td-test.h"

typedef struct
{
  GtkWidget *window;
  GtkWidget *scroller;
  GtkWidget *view;
} Fixture;

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->window = adw_window_new ();
  self->scroller = td_pinned_scroller_new ();
  self->view = td_markdown_view_new ();
  adw_clamp_set_child (ADW_CLAMP (clamp), self->view);
  td_pinned_scroller_set_child (TD_PINNED_SCROLLER (self->scroller), clamp);
  adw_window_set_content (ADW_WINDOW (self->window), self->scroller);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 700, 500);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
send (Fixture    *self,
      const char *text)
{
  td_markdown_view_append (TD_MARKDOWN_VIEW (self->view), text, strlen (text));
}

static gboolean
is_up_to_date (gpointer data)
{
  return td_markdown_view_is_up_to_date (TD_MARKDOWN_VIEW (((Fixture *) data)->view));
}

static void
wait_shown (Fixture *self)
{
  td_test_wait_until (is_up_to_date, self, "the text to be shown");
}

static void
count_frame_cb (GdkFrameClock *clock,
                gpointer       user_data)
{
  ++*(guint *) user_data;
}

static gboolean
has_frames (gpointer data)
{
  return *(guint *) data >= 3;
}

/* Until what was changed has been laid out and painted. */
static void
wait_painted (Fixture *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (self->window);
  guint n_frames = 0;
  gulong id = g_signal_connect (clock, "after-paint", G_CALLBACK (count_frame_cb), &n_frames);

  gdk_frame_clock_begin_updating (clock);
  td_test_wait_until (has_frames, &n_frames, "three frames");
  gdk_frame_clock_end_updating (clock);
  g_signal_handler_disconnect (clock, id);
}

static void
collect (GtkWidget *widget,
         GType      type,
         GPtrArray *found)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

static GPtrArray *
find_all (Fixture *self,
          GType    type)
{
  GPtrArray *found = g_ptr_array_new ();

  collect (self->view, type, found);
  return found;
}

static char *
dup_code (GtkWidget *block)
{
  g_autoptr (GPtrArray) views = g_ptr_array_new ();
  GtkTextBuffer *buffer;
  GtkTextIter start, end;

  collect (block, GTK_TYPE_TEXT_VIEW, views);
  buffer = gtk_text_view_get_buffer (g_ptr_array_index (views, 0));
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

/* What is complete keeps its widgets, whatever comes after it. */
static void
test_keeps_widgets (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  send (self, "# One\n\ntext\n\n- a\n- b\n\n|a|b|\n|-|-|\n|1|2|\n\nopen");
  wait_shown (self);
  before = find_all (self, GTK_TYPE_LABEL);
  send (self, " and more\n\nand still more");
  wait_shown (self);
  after = find_all (self, GTK_TYPE_LABEL);
  g_assert_cmpuint (after->len, ==, before->len + 1);
  for (guint i = 0; i < before->len; i++)
    g_assert_true (g_ptr_array_index (before, i) == g_ptr_array_index (after, i));
  g_assert_cmpstr (gtk_label_get_text (g_ptr_array_index (after, before->len - 1)), ==,
                   "open and more");
}

static void
test_code_grows (Fixture       *self,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) blocks = NULL;
  g_autofree char *code = NULL;

  send (self, "```python\nif a");
  wait_shown (self);
  send (self, ":\n    b\n``");
  wait_shown (self);
  send (self, "`\nafter\n");
  wait_shown (self);
  blocks = find_all (self, TD_TYPE_CODE_BLOCK);
  g_assert_cmpuint (blocks->len, ==, 1);
  code = dup_code (g_ptr_array_index (blocks, 0));
  g_assert_cmpstr (code, ==, "if a:\n    b");
  gtk_test_accessible_assert_role (g_ptr_array_index (blocks, 0), GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
clipboard_read_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static gboolean
is_set (gpointer data)
{
  return *(char **) data != NULL;
}

/* The clipboard gets the code as it came: what was broken or made visible on the screen is not in it. */
static void
test_code_copies (Fixture       *self,
                  gconstpointer  data)
{
  g_autofree char *line = repeat ("x", 5000);
  g_autofree char *source = g_strdup_printf ("```\n%s\342\200\256y\n```\n", line);
  g_autofree char *expected = g_strdup_printf ("%s\342\200\256y", line);
  g_autofree char *shown = NULL;
  g_autofree char *copied = NULL;
  g_autoptr (GPtrArray) blocks = NULL;
  g_autoptr (GPtrArray) buttons = g_ptr_array_new ();

  send (self, source);
  wait_shown (self);
  blocks = find_all (self, TD_TYPE_CODE_BLOCK);
  shown = dup_code (g_ptr_array_index (blocks, 0));
  g_assert_nonnull (strstr (shown, "‹U+202E›y"));
  g_assert_cmpuint (strcspn (shown, "\n"), <=, 2000);
  collect (g_ptr_array_index (blocks, 0), GTK_TYPE_BUTTON, buttons);
  g_signal_emit_by_name (g_ptr_array_index (buttons, 0), "clicked");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (self->view), NULL, clipboard_read_cb,
                                 &copied);
  td_test_wait_until (is_set, &copied, "the clipboard");
  g_assert_cmpstr (copied, ==, expected);
}

static void
test_table_grows (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) labels = NULL;

  send (self, "| a | b |\n|---|--:|\n| 1 |");
  wait_shown (self);
  before = find_all (self, TD_TYPE_TABLE_BLOCK);
  send (self, " 2 |\n| 3 | 4 |\n\nend\n");
  wait_shown (self);
  after = find_all (self, TD_TYPE_TABLE_BLOCK);
  labels = find_all (self, GTK_TYPE_LABEL);
  g_assert_cmpuint (before->len, ==, 1);
  g_assert_cmpuint (after->len, ==, 1);
  g_assert_true (g_ptr_array_index (before, 0) == g_ptr_array_index (after, 0));
  g_assert_cmpuint (labels->len, ==, 7);
}

/* Tab goes to links and buttons, not to every paragraph that could be selected. */
static void
test_tab (Fixture       *self,
          gconstpointer  data)
{
  GtkWidget *focus;

  send (self, "one\n\ntwo\n\n[three](https://example.org)\n\nfour\n\n```\ncode\n```\n\nfive\n");
  wait_shown (self);
  wait_painted (self);
  gtk_window_set_focus (GTK_WINDOW (self->window), NULL);
  g_assert_true (gtk_widget_child_focus (self->view, GTK_DIR_TAB_FORWARD));
  focus = gtk_window_get_focus (GTK_WINDOW (self->window));
  g_assert_true (GTK_IS_LABEL (focus));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (focus)), ==, "three");
  g_assert_true (gtk_widget_child_focus (self->view, GTK_DIR_TAB_FORWARD));
  g_assert_true (GTK_IS_BUTTON (gtk_window_get_focus (GTK_WINDOW (self->window))));
}

static void
assert_end_in_sight (Fixture *self)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (self->view, self->scroller, &bounds));
  g_assert_cmpfloat_with_epsilon (bounds.origin.y + bounds.size.height,
                                  gtk_widget_get_height (self->scroller), 0.5);
}

/* It stays at the end while the end grows, unless somebody scrolled up to read. */
static void
test_pinned (Fixture       *self,
             gconstpointer  data)
{
  g_autofree char *text = repeat ("some words\n\n", 4000);
  g_autoptr (GPtrArray) scrolled = g_ptr_array_new ();
  GtkAdjustment *offset;
  double value;

  collect (self->scroller, GTK_TYPE_SCROLLED_WINDOW, scrolled);
  offset = gtk_scrolled_window_get_vadjustment (g_ptr_array_index (scrolled, 0));
  send (self, text);
  wait_shown (self);
  wait_painted (self);
  assert_end_in_sight (self);
  g_assert_true (td_pinned_scroller_is_pinned (TD_PINNED_SCROLLER (self->scroller)));
  g_assert_cmpfloat (gtk_adjustment_get_value (offset) + gtk_adjustment_get_page_size (offset), ==,
                     gtk_adjustment_get_upper (offset));
  gtk_adjustment_set_value (offset, 300);
  g_assert_false (td_pinned_scroller_is_pinned (TD_PINNED_SCROLLER (self->scroller)));
  send (self, text);
  wait_shown (self);
  wait_painted (self);
  value = gtk_adjustment_get_value (offset);
  g_assert_cmpfloat (value, ==, 300);
  td_pinned_scroller_pin (TD_PINNED_SCROLLER (self->scroller));
  wait_painted (self);
  assert_end_in_sight (self);
  g_assert_cmpfloat (gtk_adjustment_get_value (offset) + gtk_adjustment_get_page_size (offset), ==,
                     gtk_adjustment_get_upper (offset));
}

/* Every language that is offered is there and its rules are sound (warnings are fatal). */
static void
test_languages (void)
{
  static const char *const names[] = {
    "python",
    "js",
    "ts",
    "json",
    "html",
    "php",
    "css",
    "r",
    "latex",
    "c",
    "c++",
    "c#",
    "go",
    "rust",
    "java",
    "kotlin",
    "swift",
    "ruby",
    "sh",
    "sql",
    "yaml",
    "toml",
    "diff",
    "dockerfile",
    "makefile",
    "lua",
    "perl",
    "haskell",
    "powershell",
    "xml",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GtkSourceLanguage *language = td_code_language_find (names[i]);
      g_autoptr (GtkSourceBuffer) buffer = NULL;
      GtkTextIter start, end;

      g_test_message ("%s", names[i]);
      g_assert_nonnull (language);
      buffer = gtk_source_buffer_new_with_language (language);
      gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer),
                                "{\"a\": [1, true]} // x\n<a b=\"c\">d</a>\n# e\n", -1);
      gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (buffer), &start, &end);
      gtk_source_buffer_ensure_highlight (buffer, &start, &end);
    }
  g_assert_null (td_code_language_find ("no such language"));
  g_assert_cmpstr (td_code_language_get_title ("no such language"), ==, "no such language");
  g_assert_cmpstr (td_code_language_get_title ("PY"), ==, "Python");
}

static gboolean
contains_text (GtkWidget  *widget,
               const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text))
    return TRUE;
  if (GTK_IS_TEXT_VIEW (widget))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget));
      GtkTextIter start, end;
      g_autofree char *shown = NULL;

      gtk_text_buffer_get_bounds (buffer, &start, &end);
      shown = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
      if (strstr (shown, text))
        return TRUE;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (contains_text (child, text))
      return TRUE;
  return FALSE;
}

/* Whatever comes, what follows it is shown all the same. How long that holds the window: bench-hostile. */
static void
test_hostile (Fixture       *self,
              gconstpointer  data)
{
  gsize index = GPOINTER_TO_SIZE (data);
  g_autofree char *body = repeat (hostile_cases[index].unit, 1 << 15);
  g_autofree char *text = g_strconcat (hostile_cases[index].head, body, "\n\nlast words\n", NULL);

  send (self, text);
  td_markdown_view_finish (TD_MARKDOWN_VIEW (self->view));
  wait_shown (self);
  wait_painted (self);
  g_assert_true (contains_text (self->view, "last words"));
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int   argc,
      char *argv[])
{
  /* The session has folders of its own; isolated ones would hide the desktop's settings. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  gtk_source_init ();
  add ("/markdown-view/keeps-widgets", test_keeps_widgets);
  add ("/markdown-view/code/grows", test_code_grows);
  add ("/markdown-view/code/copies", test_code_copies);
  add ("/markdown-view/table/grows", test_table_grows);
  add ("/markdown-view/tab", test_tab);
  add ("/markdown-view/pinned", test_pinned);
  g_test_add_func ("/markdown-view/languages", test_languages);
  for (gsize i = 0; i < G_N_ELEMENTS (hostile_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/markdown-view/hostile/%s", hostile_cases[i].name);

      g_test_add (path, Fixture, GSIZE_TO_POINTER (i), set_up, test_hostile, tear_down);
    }
  return g_test_run ();
}
