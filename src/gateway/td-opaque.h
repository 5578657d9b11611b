/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What a provider wants to have back with a turn, on its way through a client that carries it
 * without looking: base64 with a mark of ours and the model it belongs to.
 */
char *td_opaque_wrap   (const char *opaque,
                        gsize       length,
                        const char *model);
char *td_opaque_unwrap (const char *wrapped,
                        char      **model);

G_END_DECLS
