/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean td_backup_make (const char  *database_path,
                         const char  *backup_path,
                         GError     **error);

G_END_DECLS
