/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For tests: the ports of 127.0.0.1 to look at; NULL for the usual ones. */
void td_discovery_set_probe_ports (const guint16 *ports,
                                   gsize          n_ports);

G_END_DECLS
