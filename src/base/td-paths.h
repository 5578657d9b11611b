/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where this user's data lives: $XDG_DATA_HOME/topdog, made on first use with mode 0700. */
const char *td_paths_get_data_dir      (void);
char       *td_paths_build_database    (void);
char       *td_paths_build_accounts    (void);

G_END_DECLS
