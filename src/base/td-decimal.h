/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TdDecimalFlags:
 * @TD_DECIMAL_PLAIN: a sign, digits and a point
 * @TD_DECIMAL_EXPONENT: an exponent may follow, as in "1.5e-6"
 */
typedef enum
{
  TD_DECIMAL_PLAIN = 0,
  TD_DECIMAL_EXPONENT = 1 << 0,
} TdDecimalFlags;

gboolean td_decimal_parse_scaled (const char     *text,
                                  gsize           length,
                                  int             scale,
                                  TdDecimalFlags  flags,
                                  gint64         *result,
                                  gboolean       *inexact);
char    *td_decimal_to_text      (gint64          scaled,
                                  int             scale,
                                  int             min_decimals);

G_END_DECLS
