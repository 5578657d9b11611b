/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * TdFactGroup:
 *
 * A titled list of facts: what on the left, its value on the right, below it where there is
 * little room.
 */
#define TD_TYPE_FACT_GROUP (td_fact_group_get_type ())
G_DECLARE_FINAL_TYPE (TdFactGroup, td_fact_group, TD, FACT_GROUP, AdwBin)

TdFactGroup *td_fact_group_new        (const char  *title,
                                       const char  *description);
void         td_fact_group_add        (TdFactGroup *self,
                                       const char  *what,
                                       const char  *value);
void         td_fact_group_take       (TdFactGroup *self,
                                       const char  *what,
                                       char        *value);
void         td_fact_group_add_widget (TdFactGroup *self,
                                       const char  *what,
                                       const char  *value,
                                       GtkWidget   *suffix);
void         td_fact_group_add_link   (TdFactGroup *self,
                                       const char  *what,
                                       const char  *value,
                                       const char  *url);
void         td_fact_group_add_row    (TdFactGroup *self,
                                       GtkWidget   *row);

G_END_DECLS
