/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Two ways to be done with the stream of a reply; both take it over. */
void td_stream_close (GInputStream *stream);
void td_stream_drain (GInputStream *stream);

G_END_DECLS
