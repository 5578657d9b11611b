/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/td-money.h"

G_BEGIN_DECLS

char *td_format_price  (TdPrice     price);
char *td_format_when   (gint64      time_us);
char *td_format_date   (const char *date);
char *td_format_rating (int         tenths);
char *td_format_count  (gint64      count);

G_END_DECLS
