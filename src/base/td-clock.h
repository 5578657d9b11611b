/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64 td_clock_now_us       (void);
gint64 td_clock_monotonic_us (void);
void   td_clock_freeze       (gint64 now_us);
void   td_clock_thaw         (void);

G_END_DECLS
