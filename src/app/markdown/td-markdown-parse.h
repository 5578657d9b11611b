/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/markdown/td-markdown-block.h"

G_BEGIN_DECLS

GPtrArray *td_markdown_parse (const char *text,
                              gsize       length);

G_END_DECLS
