/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* JSON made in memory: valid but otherwise as odd as chance makes it, and in the shapes that
 * the program meets. */
char      *json_samples_make_random    (GRand *rand);
char      *json_samples_make_catalogue (guint  n_models);
GPtrArray *json_samples_make_stream    (guint  n_chunks);

G_END_DECLS
