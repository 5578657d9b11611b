/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "support/td-test.h"

#include "account/td-account-error.h"
#include "app/td-app-error.h"
#include "base/td-http.h"
#include "catalogue/td-catalogue.h"
#include "engine/td-completion.h"
#include "engine/td-error-code.h"
#include "providers/td-endpoint.h"
#include "vault/td-vault.h"

#define GENERAL "Something went wrong."

static void
assert_sentence (const char *text)
{
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_ascii_isupper (text[0]) || text[0] == '{');
  g_assert_true (g_str_has_suffix (text, "."));
  g_assert_null (strchr (text, '{'));
}

/* Every code that can be stored has words of its own, and they are the same from the text. */
static void
test_stored_codes (void)
{
  struct
  {
    GQuark domain;
    int last;
  } domains[] = {
    { TD_PROVIDER_ERROR, TD_PROVIDER_ERROR_UNSUPPORTED },
    { TD_VAULT_ERROR, TD_VAULT_ERROR_VERSION },
    { TD_ACCOUNT_ERROR, TD_ACCOUNT_ERROR_TOKEN_REUSED },
    { TD_STORE_ERROR, TD_STORE_ERROR_NOT_FOUND },
    { TD_COMPLETION_ERROR, TD_COMPLETION_ERROR_NOTHING_TO_SEND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    {
      for (int code = 0; code <= domains[i].last; code++)
        {
          g_autoptr (GError) error = g_error_new_literal (domains[i].domain, code, "for the log");
          g_autofree char *text = td_error_code_from_error (error);
          g_autoptr (TdErrorText) direct = NULL;
          g_autoptr (TdErrorText) stored = NULL;

          g_assert_cmpstr (text, !=, "other:failed");
          direct = td_app_error_describe (error, "OpenAI");
          stored = td_app_error_describe_code (text, "OpenAI");
          g_assert_cmpstr (direct->title, !=, GENERAL);
          g_assert_cmpstr (direct->title, ==, stored->title);
          g_assert_cmpstr (direct->advice, ==, stored->advice);
          assert_sentence (direct->title);
          assert_sentence (direct->advice);
        }
    }
}

static void
test_other_errors (void)
{
  static const struct
  {
    GQuark (*domain) (void);
    int code;
  } known[] = {
    { td_catalogue_error_quark, TD_CATALOGUE_ERROR_FORMAT },
    { td_catalogue_error_quark, TD_CATALOGUE_ERROR_SUSPICIOUS },
    { td_http_error_quark, TD_HTTP_ERROR_TOO_LARGE },
    { td_http_error_quark, TD_HTTP_ERROR_BAD_ADDRESS },
    { td_endpoint_error_quark, TD_ENDPOINT_ERROR_BAD_URL },
    { td_endpoint_error_quark, TD_ENDPOINT_ERROR_BAD_HEADER },
    { td_endpoint_error_quark, TD_ENDPOINT_ERROR_SECRET_HEADER },
    { td_endpoint_error_quark, TD_ENDPOINT_ERROR_BAD_VALUE },
    { td_endpoint_error_quark, TD_ENDPOINT_ERROR_UNKNOWN_FIELD },
    { td_endpoint_error_quark, TD_ENDPOINT_ERROR_UNKNOWN_PROVIDER },
    { td_endpoint_error_quark, TD_ENDPOINT_ERROR_NOT_CUSTOM },
    { g_io_error_quark, G_IO_ERROR_TIMED_OUT },
    { g_io_error_quark, G_IO_ERROR_HOST_UNREACHABLE },
    { g_resolver_error_quark, G_RESOLVER_ERROR_NOT_FOUND },
    { g_tls_error_quark, G_TLS_ERROR_BAD_CERTIFICATE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (GError) error =
        g_error_new_literal (known[i].domain (), known[i].code, "for the log");
      g_autoptr (TdErrorText) text = td_app_error_describe (error, NULL);

      g_assert_cmpstr (text->title, !=, GENERAL);
      assert_sentence (text->title);
      assert_sentence (text->advice);
    }
}

static void
test_provider_name (void)
{
  g_autoptr (TdErrorText) named = td_app_error_describe_code ("provider:auth", "Home & Co.");
  g_autoptr (TdErrorText) unnamed = td_app_error_describe_code ("provider:auth", NULL);

  g_assert_true (g_str_has_prefix (named->title, "Home & Co. "));
  g_assert_true (g_str_has_prefix (unnamed->title, "The provider "));
}

/* What a later version stored, or somebody's disk made of it. */
static void
test_strange_codes (void)
{
  static const char *const strange[] = { NULL, "", ":", "provider", "provider:", "provider:new-one",
                                         "elsewhere:auth", "other:failed", "provider:auth:more" };

  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      g_autoptr (TdErrorText) text = td_app_error_describe_code (strange[i], "OpenAI");

      g_assert_cmpstr (text->title, ==, "The reply failed.");
      assert_sentence (text->advice);
    }
}

/* The message of an error is for the log: it never reaches the user. */
static void
test_no_leak (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "sk-secret");
  g_autofree char *sentences = td_app_error_dup_sentences (error);

  g_assert_null (strstr (sentences, "sk-secret"));
}

int
main (int   argc,
      char *argv[])
{
  td_test_init (&argc, &argv);
  g_test_add_func ("/app-error/stored-codes", test_stored_codes);
  g_test_add_func ("/app-error/other-errors", test_other_errors);
  g_test_add_func ("/app-error/provider-name", test_provider_name);
  g_test_add_func ("/app-error/strange-codes", test_strange_codes);
  g_test_add_func ("/app-error/no-leak", test_no_leak);
  return g_test_run ();
}
