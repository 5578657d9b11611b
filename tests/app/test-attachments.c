/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures that go with a message, and tools that a model wanted to call. */
#include "config.h"

#include <adwaita.h>

#include "app/chat/td-attachment-bar.h"
#include "app/chat/td-composer.h"
#include "app/chat/td-thumbnail.h"
#include "app/chat/td-tool-calls-box.h"
#include "conversation/td-conversation-private.h"
#include "support/td-test.h"

typedef struct
{
  TdConversation *conversation;
  TdAttachmentBar *bar; /* (owned) */
  GQuark domain;        /* of the last trouble */
  int code;
  guint n_troubles;
  char *folder;
} Fixture;

static void
trouble_cb (TdAttachmentBar *bar,
            const GError    *error,
            Fixture         *fixture)
{
  fixture->domain = error->domain;
  fixture->code = error->code;
  fixture->n_troubles++;
}

static void
set_up (Fixture       *fixture,
        gconstpointer  unused)
{
  fixture->folder = td_test_make_dir ();
  fixture->conversation = td_conversation_new ("openai:gpt-4o");
  fixture->bar =
    TD_ATTACHMENT_BAR (g_object_ref_sink (td_attachment_bar_new (fixture->conversation)));
  g_signal_connect (fixture->bar, "trouble", G_CALLBACK (trouble_cb), fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  unused)
{
  g_object_unref (fixture->bar);
  g_object_unref (fixture->conversation);
  g_free (fixture->folder);
}

/* A picture of noise, which no format makes small. */
static GdkTexture *
make_texture (int width,
              int height)
{
  gsize size = (gsize) width * (gsize) height * 3;
  g_autofree guint8 *pixels = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;

  for (gsize i = 0; i < size; i++)
    pixels[i] = (guint8) g_test_rand_int ();
  bytes = g_bytes_new_take (g_steal_pointer (&pixels), size);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8, bytes, (gsize) width * 3);
}

static GFile *
make_file (Fixture    *fixture,
           const char *name,
           int         width,
           int         height)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GdkTexture) texture = make_texture (width, height);

  g_assert_true (gdk_texture_save_to_png (texture, path));
  return g_file_new_for_path (path);
}

static GListModel *
get_list (Fixture *fixture)
{
  return G_LIST_MODEL (td_conversation_get_draft_attachments (fixture->conversation));
}

static void
add (Fixture *fixture,
     GFile   *file)
{
  GSList files = { file, NULL };

  td_attachment_bar_add_files (fixture->bar, &files);
}

/* Until so many were taken or refused. */
static void
wait_for (Fixture *fixture,
          guint    n_taken,
          guint    n_troubles)
{
  while (g_list_model_get_n_items (get_list (fixture)) < n_taken ||
         fixture->n_troubles < n_troubles)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (get_list (fixture)), ==, n_taken);
  g_assert_cmpuint (fixture->n_troubles, ==, n_troubles);
}

static GtkWidget *
find_in (GtkWidget *widget,
         GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_in (child, type);

      if (found)
        return found;
    }
  return NULL;
}

static void
test_takes_files (Fixture       *fixture,
                  gconstpointer  unused)
{
  g_autoptr (GFile) file = make_file (fixture, "small.png", 40, 30);
  g_autoptr (TdAttachment) attachment = NULL;
  GtkWidget *button;

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fixture->bar)));
  add (fixture, file);
  wait_for (fixture, 1, 0);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->bar)));
  attachment = g_list_model_get_item (get_list (fixture), 0);
  g_assert_cmpstr (td_attachment_get_name (attachment), ==, "small.png");
  g_assert_cmpuint (td_attachment_get_width (attachment), ==, 40);
  button = find_in (GTK_WIDGET (fixture->bar), GTK_TYPE_BUTTON);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Remove small.png");
  g_signal_emit_by_name (button, "clicked");
  wait_for (fixture, 0, 0);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fixture->bar)));
}

static GtkDropTarget *
find_drop_target (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        return GTK_DROP_TARGET (controller);
    }
  g_assert_not_reached ();
}

static gboolean
drop (TdComposer    *composer,
      GType          type,
      gconstpointer  content)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, type);
  if (G_VALUE_HOLDS_BOXED (&value))
    g_value_set_boxed (&value, content);
  else
    g_value_set_object (&value, (gpointer) content);
  g_signal_emit_by_name (find_drop_target (GTK_WIDGET (composer)), "drop", &value, 10.0, 10.0,
                         &taken);
  return taken;
}

/* What is dropped on the message goes with it: files, and pictures themselves. */
static void
test_takes_drops (Fixture       *fixture,
                  gconstpointer  unused)
{
  TdComposer *composer = g_object_ref_sink (g_object_new (TD_TYPE_COMPOSER, NULL));
  g_autoptr (GFile) first = make_file (fixture, "first.png", 40, 30);
  g_autoptr (GFile) second = make_file (fixture, "second.png", 20, 10);
  GFile *files[] = { first, second };
  GdkFileList *list = gdk_file_list_new_from_array (files, G_N_ELEMENTS (files));
  g_autoptr (GdkTexture) texture = make_texture (50, 60);
  GdkContentFormats *formats;

  td_composer_set_attachment_bar (composer, GTK_WIDGET (fixture->bar));
  formats = gtk_drop_target_get_formats (find_drop_target (GTK_WIDGET (composer)));
  g_assert_true (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST));
  g_assert_true (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE));
  g_assert_true (drop (composer, GDK_TYPE_FILE_LIST, list));
  wait_for (fixture, 2, 0);
  g_assert_true (drop (composer, GDK_TYPE_TEXTURE, texture));
  wait_for (fixture, 3, 0);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_object_unref (composer);
}

/* A photograph is sent smaller rather than refused. */
static void
test_makes_large_ones_smaller (Fixture       *fixture,
                               gconstpointer  unused)
{
  g_autoptr (GFile) file = make_file (fixture, "large.png", 2600, 1300);
  g_autoptr (TdAttachment) attachment = NULL;

  add (fixture, file);
  wait_for (fixture, 1, 0);
  attachment = g_list_model_get_item (get_list (fixture), 0);
  g_assert_cmpuint (td_attachment_get_width (attachment), ==, 2048);
  g_assert_cmpuint (td_attachment_get_height (attachment), ==, 1024);
  g_assert_cmpstr (td_attachment_get_mime_type (attachment), ==, "image/jpeg");
  g_assert_cmpuint (g_bytes_get_size (td_attachment_get_data (attachment)), <=,
                    TD_ATTACHMENT_MAX_BYTES);
}

static void
test_refuses (Fixture       *fixture,
              gconstpointer  unused)
{
  static const char bomb[] =
    "GIF89a\xff\xff\xff\xff"; /* claims to be 65,535 pixels wide and high */
  g_autofree char *text_path = g_build_filename (fixture->folder, "text.png", NULL);
  g_autofree char *bomb_path = g_build_filename (fixture->folder, "bomb.gif", NULL);
  g_autoptr (GFile) text = g_file_new_for_path (text_path);
  g_autoptr (GFile) gif = g_file_new_for_path (bomb_path);
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);
  g_autoptr (GFile) nothing = g_file_get_child (folder, "nothing.png");

  g_assert_true (g_file_set_contents (text_path, "no picture", -1, NULL));
  g_assert_true (g_file_set_contents (bomb_path, bomb, 10, NULL));
  add (fixture, text);
  wait_for (fixture, 0, 1);
  g_assert_true (fixture->domain == TD_ATTACHMENT_ERROR);
  g_assert_cmpint (fixture->code, ==, TD_ATTACHMENT_ERROR_FORMAT);
  add (fixture, gif);
  wait_for (fixture, 0, 2);
  g_assert_cmpint (fixture->code, ==, TD_ATTACHMENT_ERROR_TOO_LARGE);
  add (fixture, folder);
  wait_for (fixture, 0, 3);
  g_assert_cmpint (fixture->code, ==, TD_ATTACHMENT_ERROR_FORMAT);
  add (fixture, nothing);
  wait_for (fixture, 0, 4);
  g_assert_true (fixture->domain == G_IO_ERROR);
}

static void
test_takes_no_more_than_fit (Fixture       *fixture,
                             gconstpointer  unused)
{
  g_autoptr (GdkTexture) texture = make_texture (2, 2);

  for (guint i = 0; i <= TD_ATTACHMENT_MAX_PER_MESSAGE; i++)
    td_attachment_bar_add_texture (fixture->bar, texture);
  wait_for (fixture, TD_ATTACHMENT_MAX_PER_MESSAGE, 1);
  g_assert_cmpint (fixture->code, ==, TD_ATTACHMENT_ERROR_TOO_MANY);
}

/* It has its size at once, and the picture later. */
static void
test_thumbnail (Fixture       *fixture,
                gconstpointer  unused)
{
  g_autoptr (GFile) file = make_file (fixture, "wide.png", 80, 20);
  g_autoptr (TdAttachment) attachment = NULL;
  g_autoptr (GtkWidget) thumbnail = NULL;
  GtkWidget *picture;
  int minimum, natural;

  add (fixture, file);
  wait_for (fixture, 1, 0);
  attachment = g_list_model_get_item (get_list (fixture), 0);
  thumbnail = g_object_ref_sink (td_thumbnail_new (attachment, 50));
  gtk_widget_measure (thumbnail, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (natural, ==, 150); /* not 200: panoramas are cut */
  g_assert_cmpint (minimum, ==, 50);
  picture = find_in (thumbnail, GTK_TYPE_PICTURE);
  while (!gtk_picture_get_paintable (GTK_PICTURE (picture)))
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_measure (thumbnail, GTK_ORIENTATION_VERTICAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (natural, ==, 50);
}

static void
test_tool_calls (void)
{
  TdMessageOutcome outcome = TD_MESSAGE_OUTCOME_INIT (TD_MESSAGE_STATE_COMPLETE);
  g_autoptr (TdMessage) message = td_message_new_reply ("openai:gpt-4o", "GPT-4o");
  g_autoptr (GtkWidget) box = g_object_ref_sink (td_tool_calls_box_new (message));
  GtkWidget *title, *arguments;

  g_assert_false (gtk_widget_get_visible (box));
  outcome.calls =
    (char
       *) "[{\"id\":\"c1\",\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\\\"Ulm\\\"}\"},"
          "{\"id\":\"c2\",\"name\":\"\",\"arguments\":\"<b>\"}]";
  td_message_finish (message, &outcome);
  g_assert_true (gtk_widget_get_visible (box));
  title = gtk_widget_get_first_child (box);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (title)), ==,
                   "The model wants to call “get_weather”");
  arguments = gtk_widget_get_next_sibling (title);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (arguments)), ==, "{\"city\":\"Ulm\"}");
  arguments = gtk_widget_get_next_sibling (gtk_widget_get_next_sibling (arguments));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (arguments)), ==, "<b>");
}

int
main (int    argc,
      char **argv)
{
  /* The session has folders of its own; isolated ones would hide the desktop's settings. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(path, test) g_test_add ("/attachments" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("/takes-files", test_takes_files);
  ADD ("/takes-drops", test_takes_drops);
  ADD ("/makes-large-ones-smaller", test_makes_large_ones_smaller);
  ADD ("/refuses", test_refuses);
  ADD ("/takes-no-more-than-fit", test_takes_no_more_than_fit);
  ADD ("/thumbnail", test_thumbnail);
  g_test_add_func ("/attachments/tool-calls", test_tool_calls);
  return g_test_run ();
}
