/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "support/td-test.h"
#include "vault/td-vault-secret.h"

/* What can be told without a keyring: which texts are keys, and what is said where there is no
 * session bus at all. */

static void
test_tidy (void)
{
  g_autofree char *longest = g_strnfill (TD_VAULT_MAX_SECRET_BYTES, 'k');
  g_autofree char *too_long = g_strnfill (TD_VAULT_MAX_SECRET_BYTES + 1, 'k');
  g_autofree char *padded = g_strdup_printf ("\t  %s\r\n", longest);
  g_autofree char *endless = g_strnfill (1024 * 1024, ' ');
  const struct
  {
    const char *text;
    const char *expected; /* NULL: refused */
  } cases[] = {
    { "sk-abc", "sk-abc" },
    { "  sk-abc\n", "sk-abc" },
    { "\r\n\tsk-abc \r\n", "sk-abc" },
    { "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" },
    { "a", "a" },
    { longest, longest },
    { padded, longest },
    { NULL, NULL },
    { "", NULL },
    { " \n", NULL },
    { endless, NULL },
    { too_long, NULL },
    { "sk abc", NULL },
    { "export KEY=sk-abc", NULL },
    { "sk-abc\nsk-def", NULL },
    { "sk-\x01", NULL },
    { "sk-\x7f", NULL },
    { "sk-\xc3\xa9", NULL },
    { "sk-\xe2\x80\x8b", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      char *tidy = td_vault_tidy_secret (cases[i].text, &error);

      g_assert_cmpstr (tidy, ==, cases[i].expected);
      if (!cases[i].expected)
        g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_INVALID);
      td_vault_secret_free (tidy);
    }
}

static void
test_refusal_does_not_quote (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (td_vault_tidy_secret ("sk-canary canary", &error));
  g_assert_null (strstr (error->message, "canary"));
}

static void
test_equal (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean expected;
  } cases[] = {
    { "abc", "abc", TRUE },
    { "", "", TRUE },
    { "abc", "abd", FALSE },
    { "abc", "ab", FALSE },
    { "ab", "abc", FALSE },
    { "xbc", "abc", FALSE },
    { NULL, "abc", FALSE },
    { "abc", NULL, FALSE },
    { NULL, NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (td_vault_secret_equal (cases[i].a, cases[i].b), ==, cases[i].expected);
}

static void
test_no_bus (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_auto (TdTestCall) state = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) store = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) lookup = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) removal = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_vault_get_state_async (vault, NULL, td_test_ready, &state);
  g_assert_cmpint (td_vault_get_state_finish (vault, td_test_wait (&state), &error), ==,
                   TD_VAULT_STATE_ABSENT);
  g_assert_no_error (error);

  td_vault_store_async (vault, "id", "label", "secret", NULL, td_test_ready, &store);
  g_assert_false (td_vault_store_finish (vault, td_test_wait (&store), &error));
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_ABSENT);
  g_clear_error (&error);

  td_vault_lookup_async (vault, "id", NULL, td_test_ready, &lookup);
  g_assert_null (td_vault_lookup_finish (vault, td_test_wait (&lookup), &error));
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_ABSENT);
  g_clear_error (&error);

  td_vault_remove_async (vault, "id", NULL, td_test_ready, &removal);
  g_assert_false (td_vault_remove_finish (vault, td_test_wait (&removal), &error));
  g_assert_error (error, TD_VAULT_ERROR, TD_VAULT_ERROR_ABSENT);
}

static void
test_cancelled (void)
{
  g_autoptr (TdVault) vault = td_vault_secret_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (TdTestCall) before = TD_TEST_CALL_INIT;
  g_auto (TdTestCall) after = TD_TEST_CALL_INIT;
  g_autoptr (GError) error = NULL;

  td_vault_store_async (vault, "id", "label", "secret", cancellable, td_test_ready, &before);
  g_cancellable_cancel (cancellable);
  g_assert_null (before.result); /* never before the call has returned */
  g_assert_false (td_vault_store_finish (vault, td_test_wait (&before), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  td_vault_lookup_async (vault, "id", cancellable, td_test_ready, &after);
  g_assert_null (after.result);
  g_assert_null (td_vault_lookup_finish (vault, td_test_wait (&after), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int   argc,
      char *argv[])
{
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unsetenv ("DISPLAY");
  g_unsetenv ("SECRET_BACKEND");
  td_test_init (&argc, &argv);

  g_test_add_func ("/vault/tidy", test_tidy);
  g_test_add_func ("/vault/refusal-does-not-quote", test_refusal_does_not_quote);
  g_test_add_func ("/vault/equal", test_equal);
  g_test_add_func ("/vault/no-bus", test_no_bus);
  g_test_add_func ("/vault/cancelled", test_cancelled);
  return g_test_run ();
}
