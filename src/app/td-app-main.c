/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "app/td-application.h"
#include "base/td-process.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr (TdApplication) application = NULL;

  td_process_leave_no_core ();
  setlocale (LC_ALL, "");
  bindtextdomain (TD_GETTEXT_DOMAIN, TD_LOCALEDIR);
  bind_textdomain_codeset (TD_GETTEXT_DOMAIN, "UTF-8");
  textdomain (TD_GETTEXT_DOMAIN);

  application = td_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
