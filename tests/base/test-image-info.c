/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "base/td-image-info.h"
#include "support/td-test.h"

#define BYTES(text) text, sizeof text - 1

/* As the formats' own documents lay them out. */
static const struct
{
  const char *name;
  const char *data;
  gsize size;
  const char *mime_type; /* NULL: it is none */
  guint width;
  guint height;
} cases[] = {
  { "png", BYTES ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0"), "image/png", 640, 480 },
  { "png-empty", BYTES ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\x01\xe0"), NULL },
  { "png-cut", BYTES ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01"), NULL },
  { "gif87", BYTES ("GIF87a\x40\x01\xc8\0"), "image/gif", 320, 200 },
  { "gif89", BYTES ("GIF89a\x01\0\x02\0"), "image/gif", 1, 2 },
  { "gif-other", BYTES ("GIF88a\x01\0\x02\0"), NULL },
  { "jpeg", BYTES ("\xff\xd8\xff\xe0\0\x04JF\xff\xc0\0\x11\x08\x04\x38\x07\x80\x03"), "image/jpeg",
    1920, 1080 },
  { "jpeg-progressive", BYTES ("\xff\xd8\xff\xff\xdb\0\x03\0\xff\xc2\0\x11\x08\0\x02\0\x03\x03"),
    "image/jpeg", 3, 2 },
  { "jpeg-tables-only",
    BYTES ("\xff\xd8\xff\xc4\0\x11\x08\x04\x38\x07\x80\x03\0\0\0\0\0\0\0\xff\xd9"), NULL },
  { "jpeg-zero-length", BYTES ("\xff\xd8\xff\xe0\0\0\xff\xe0\0\0\xff\xe0\0\0"), NULL },
  { "webp-lossy", BYTES ("RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x80\x02\xe0\x01"),
    "image/webp", 640, 480 },
  { "webp-lossless", BYTES ("RIFF\x24\0\0\0WEBPVP8L\x18\0\0\0\x2f\x7f\xc2\x77\0\0\0\0\0\0"),
    "image/webp", 640, 480 },
  { "webp-extended", BYTES ("RIFF\x24\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"),
    "image/webp", 640, 480 },
  { "riff-other", BYTES ("RIFF\x24\0\0\0WAVEfmt \x18\0\0\0\x30\x01\0\x9d\x01\x2a\x80\x02\xe0\x01"),
    NULL },
  { "svg", BYTES ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>"), NULL },
  { "nothing", BYTES (""), NULL },
};

static void
test_read (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* Exactly as long, so that a byte read too many is seen. */
      g_autofree guint8 *data = g_memdup2 (cases[i].data, MAX (cases[i].size, 1));
      TdImageInfo info;

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (td_image_info_read (data, cases[i].size, &info), ==,
                       cases[i].mime_type != NULL);
      if (!cases[i].mime_type)
        continue;
      g_assert_cmpstr (info.mime_type, ==, cases[i].mime_type);
      g_assert_cmpuint (info.width, ==, cases[i].width);
      g_assert_cmpuint (info.height, ==, cases[i].height);
    }
}

/* A beginning says the same as the whole, or nothing. */
static void
test_cut (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize size = 0; cases[i].mime_type && size < cases[i].size; size++)
      {
        g_autofree guint8 *data = g_memdup2 (cases[i].data, MAX (size, 1));
        TdImageInfo info;

        if (td_image_info_read (data, size, &info))
          g_assert_cmpuint (info.width, ==, cases[i].width);
      }
}

int
main (int    argc,
      char **argv)
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/image-info/read", test_read);
  g_test_add_func ("/image-info/cut", test_cut);
  return g_test_run ();
}
