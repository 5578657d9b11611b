/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What every test program starts with: TAP, isolated directories, no network but loopback. */
void          td_test_init        (int                  *argc,
                                   char               ***argv);
/* Runs the main context until the call's callback came; gives its result. Fails the test
 * after @timeout seconds. Use: td_test_call (&waiter); thing_async (…, td_test_ready, &waiter);
 * result = td_test_wait (&waiter); */
typedef struct
{
  GAsyncResult *result;
  GObject *source;
} TdTestCall;

#define TD_TEST_CALL_INIT { NULL, NULL }

void          td_test_ready       (GObject              *source,
                                   GAsyncResult         *result,
                                   gpointer              call);
GAsyncResult *td_test_wait        (TdTestCall           *call);
void          td_test_call_clear  (TdTestCall           *call);

/* Iterates the main context until @condition gives TRUE; fails the test after 20 seconds. */
typedef gboolean (*TdTestCondition) (gpointer data);
void          td_test_wait_until  (TdTestCondition       condition,
                                   gpointer              data,
                                   const char           *what);
/* A fresh folder below the isolated directories, which GLib removes. */
char         *td_test_make_dir    (void);
/* A file of tests/data. */
GBytes       *td_test_load_data   (const char           *relative_path);
char         *td_test_build_data_path (const char       *relative_path);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TdTestCall, td_test_call_clear)

G_END_DECLS
