/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *td_lexicon_pack (const char  *source,
                         GError     **error);

G_END_DECLS
