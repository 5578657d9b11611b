/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the user reads about an error: @title says what happened, @advice what to do. Both are
 * whole translated sentences. */
typedef struct
{
  char *title;
  char *advice;
} TdErrorText;

TdErrorText *td_app_error_describe      (const GError *error,
                                         const char   *provider_name);
TdErrorText *td_app_error_describe_code (const char   *code,
                                         const char   *provider_name);
char        *td_app_error_dup_sentences (const GError *error);
void         td_error_text_free         (TdErrorText  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdErrorText, td_error_text_free)

G_END_DECLS
