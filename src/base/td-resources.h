/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The data compiled into the core: the SQL schema and the bundled catalogue. */
GBytes *td_resources_lookup (const char  *path,
                             GError     **error);
GStrv   td_resources_list   (const char  *folder,
                             GError     **error);

G_END_DECLS
