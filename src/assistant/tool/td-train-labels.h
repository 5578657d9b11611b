/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "assistant/tool/td-train-data.h"

G_BEGIN_DECLS

gboolean td_train_labels_apply (GPtrArray   *examples,
                                const char  *path,
                                GError     **error);

G_END_DECLS
