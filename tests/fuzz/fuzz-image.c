/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz.h"

#include "base/td-image-info.h"
#include "tokens/td-token-image.h"

/* A picture that somebody attached: its size is believed, and what it costs follows from that. */
void
fuzz_image (const guint8 *data,
            gsize         size)
{
  static const char *const models[] = { "claude-sonnet-4-5", "gpt-4o", "gpt-4o-mini",
                                        "gemini-2.5-pro", "qwen3-vl" };
  g_autofree char *copy = fuzz_copy (data, size);
  TdImageInfo info;

  if (!td_image_info_read ((const guint8 *) copy, size, &info))
    return;
  g_assert_nonnull (info.mime_type);
  g_assert_true (info.width > 0 && info.height > 0);
  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    {
      TdTokenCount count = td_token_image_count (models[i], info.width, info.height);

      g_assert_cmpint (count.tokens, >, 0);
      g_assert_cmpint (count.at_most, >=, count.tokens);
      g_assert_false (count.exact);
    }
}
