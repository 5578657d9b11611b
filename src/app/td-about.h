/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "catalogue/td-catalogue.h"

G_BEGIN_DECLS

AdwDialog *td_about_new (TdCatalogue *catalogue);

G_END_DECLS
