/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/td-process.h"

#include <sys/resource.h>

/**
 * td_process_leave_no_core:
 *
 * For the beginning of every program that handles keys: while a request is under way its key is in
 * memory, and a core dump is a file with all of that. Only the soft limit is lowered, so that
 * prlimit can raise it for somebody who debugs.
 *
 * To one byte: no file is that small, and it is what keeps Linux from handing the dump to a program
 * that collects crashes, which at zero it does.
 */
void
td_process_leave_no_core (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_CORE, &limit) != 0)
    return;
  limit.rlim_cur = MIN (1, limit.rlim_max);
  if (setrlimit (RLIMIT_CORE, &limit) != 0)
    g_debug ("core dumps stay as they are");
}
