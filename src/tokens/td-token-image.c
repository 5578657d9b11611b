/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a picture costs. Every maker publishes a rule by its size in pixels; which of two rules a model
 * goes by is not always said, so the result is an estimate, and the most it can be is that of the dearer.
 */
#include "config.h"

#include "tokens/td-token-image.h"

#include <string.h>

/* Sides in pixels. */
#define CLAUDE_SIDE         1568
#define CLAUDE_LARGE_SIDE   2576 /* of newer models */
#define CLAUDE_PIXELS       750   /* for one token */
#define GEMINI_SMALL        384
#define GEMINI_TILE         768
#define GEMINI_TOKENS       258   /* of a small picture or a tile */
#define GEMINI_AT_MOST      2240  /* of newer models, whatever the size */
#define OPENAI_SIDE         2048
#define OPENAI_SHORT        768
#define OPENAI_TILE         512
#define OPENAI_PATCH        32
#define OPENAI_PATCHES      1536
#define OPENAI_MORE_PATCHES 2500 /* of newer models */
#define OPENAI_AT_MOST      246   /* percent: the dearest patch */
#define OTHER_PATCH         28
#define OTHER_PATCHES       16384
#define OTHER_AT_LEAST      6400  /* some cut every picture into pieces of one size */

static gint64
divide_up (gint64 a,
           gint64 b)
{
  return (a + b - 1) / b;
}

/* Makes a picture smaller until its long side is no longer. */
static void
fit_long_side (gint64 *width,
               gint64 *height,
               gint64  side)
{
  gint64 longer = MAX (*width, *height);

  if (longer <= side)
    return;
  *width = MAX (divide_up (*width * side, longer), 1);
  *height = MAX (divide_up (*height * side, longer), 1);
}

static void
fit_short_side (gint64 *width,
                gint64 *height,
                gint64  side)
{
  gint64 shorter = MIN (*width, *height);

  if (shorter <= side)
    return;
  *width = divide_up (*width * side, shorter);
  *height = divide_up (*height * side, shorter);
}

static gint64
count_claude (gint64 width,
              gint64 height,
              gint64 side)
{
  fit_long_side (&width, &height, side);
  return divide_up (width * height, CLAUDE_PIXELS);
}

static gint64
count_gemini (gint64 width,
              gint64 height)
{
  gint64 unit;

  if (width <= GEMINI_SMALL && height <= GEMINI_SMALL)
    return GEMINI_TOKENS;
  unit = CLAMP (MIN (width, height) * 2 / 3, 256, GEMINI_TILE);
  return divide_up (width, unit) * divide_up (height, unit) * GEMINI_TOKENS;
}

static gint64
count_openai_tiles (gint64 width,
                    gint64 height)
{
  fit_long_side (&width, &height, OPENAI_SIDE);
  fit_short_side (&width, &height, OPENAI_SHORT);
  return divide_up (width, OPENAI_TILE) * divide_up (height, OPENAI_TILE);
}

static gint64
count_patches (gint64 width,
               gint64 height,
               gint64 side,
               gint64 limit)
{
  return MIN (divide_up (width, side) * divide_up (height, side), limit);
}

/* @name: in small letters, without its maker */
static TdTokenCount
count_openai (const char *name,
              gint64      width,
              gint64      height)
{
  gint64 n_tiles = count_openai_tiles (width, height);
  gint64 n_patches = count_patches (width, height, OPENAI_PATCH, OPENAI_PATCHES);
  gint64 at_most = divide_up (
    count_patches (width, height, OPENAI_PATCH, OPENAI_MORE_PATCHES) * OPENAI_AT_MOST, 100);
  gint64 tiles = 85 + 170 * n_tiles;
  gboolean by_patches = strstr (name, "-mini") != NULL || strstr (name, "-nano") != NULL;

  if (g_str_has_prefix (name, "gpt-4o-mini"))
    return (TdTokenCount) { 2833 + 5667 * n_tiles, 2833 + 5667 * n_tiles, FALSE, -1 };
  return (TdTokenCount) { by_patches ? divide_up (n_patches * 162, 100) : tiles,
                          MAX (at_most, tiles), FALSE, -1 };
}

static gboolean
is_by_openai (const char *name)
{
  static const char *const prefixes[] = { "gpt-", "chatgpt", "o1", "o3", "o4", NULL };

  for (guint i = 0; prefixes[i] != NULL; i++)
    if (g_str_has_prefix (name, prefixes[i]))
      return TRUE;
  return FALSE;
}

/**
 * td_token_image_count:
 * @model_id: a model, as its provider names it
 * @width: of the picture, in pixels
 * @height: of the picture, in pixels
 *
 * Returns: an estimate of what the picture adds to a prompt
 */
TdTokenCount
td_token_image_count (const char *model_id,
                      guint       width,
                      guint       height)
{
  const char *slash = strrchr (model_id, '/');
  g_autofree char *name = g_ascii_strdown (slash ? slash + 1 : model_id, -1);
  gint64 w = CLAMP (width, 1, 1 << 20);
  gint64 h = CLAMP (height, 1, 1 << 20);
  gint64 tokens;

  if (strstr (name, "claude"))
    return (TdTokenCount) { count_claude (w, h, CLAUDE_SIDE),
                            count_claude (w, h, CLAUDE_LARGE_SIDE), FALSE, -1 };
  if (is_by_openai (name))
    return count_openai (name, w, h);
  if (g_str_has_prefix (name, "gemini"))
    {
      tokens = count_gemini (w, h);
      return (TdTokenCount) { tokens, MAX (tokens, GEMINI_AT_MOST), FALSE, -1 };
    }
  tokens = count_patches (w, h, OTHER_PATCH, OTHER_PATCHES);
  return (TdTokenCount) { tokens, MAX (tokens, OTHER_AT_LEAST), FALSE, -1 };
}

/**
 * td_token_ruler_image:
 * @ruler: a ruler
 * @width: of a picture, in pixels
 * @height: of the picture, in pixels
 *
 * Returns: an estimate of what the picture adds to a prompt of the ruler's model
 */
TdTokenCount
td_token_ruler_image (TdTokenRuler *ruler,
                      guint         width,
                      guint         height)
{
  return td_token_image_count (td_token_ruler_get_model_id (ruler), width, height);
}
