/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void td_dialog_width_allow_narrow (AdwPreferencesDialog *dialog);

G_END_DECLS
