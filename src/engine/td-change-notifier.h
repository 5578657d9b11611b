/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TdChangeNotifier:
 *
 * Tells the other processes of this user what changed in the shared database, and hears it
 * from them, over the session bus. Without a bus it is silent.
 *
 * Signal: "changed" (const char *topic): another process, or another notifier of this one,
 *   changed it. Several at once count as one.
 * Signal: "hearing": from now on nothing is missed. Who has read the database before asks it then
 *   whether somebody wrote to it since (td_database_check_foreign_async()).
 */
#define TD_TYPE_CHANGE_NOTIFIER (td_change_notifier_get_type ())
G_DECLARE_FINAL_TYPE (TdChangeNotifier, td_change_notifier, TD, CHANGE_NOTIFIER, GObject)

TdChangeNotifier *td_change_notifier_new         (void);
void              td_change_notifier_announce    (TdChangeNotifier *self,
                                                  const char       *topic);
gboolean          td_change_notifier_is_topic    (const char       *topic);
void              td_change_notifier_close       (TdChangeNotifier *self);

G_END_DECLS
