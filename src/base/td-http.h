/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * TD_HTTP_ERROR:
 *
 * Trouble with a plain request (a list, a refresh); a chat stream has its own classes.
 */
#define TD_HTTP_ERROR (td_http_error_quark ())
GQuark td_http_error_quark (void);

/**
 * TdHttpError:
 * @TD_HTTP_ERROR_TOO_LARGE: the body is larger than the caller allows
 * @TD_HTTP_ERROR_BAD_ADDRESS: not an http or https address
 */
typedef enum
{
  TD_HTTP_ERROR_TOO_LARGE,
  TD_HTTP_ERROR_BAD_ADDRESS,
} TdHttpError;

SoupSession *td_http_session_new       (void);
SoupMessage *td_http_message_new       (const char    *method,
                                        const char    *url,
                                        GError       **error);
/* How long a fetch waits for the next byte before it fails with G_IO_ERROR_TIMED_OUT; the
 * default is TD_HTTP_DEFAULT_SILENCE_MS. */
#define TD_HTTP_DEFAULT_SILENCE_MS 30000
void         td_http_message_set_silence_ms (SoupMessage   *message,
                                             guint          silence_ms);
/* How long a fetch may take altogether, which is TD_HTTP_DEFAULT_TOTAL_MS unless set; a server
 * that sends a byte now and then would otherwise never be done. */
#define TD_HTTP_DEFAULT_TOTAL_MS 600000
void         td_http_message_set_total_ms   (SoupMessage   *message,
                                             guint          total_ms);
void         td_http_message_set_body  (SoupMessage   *message,
                                        const char    *content_type,
                                        GBytes        *body);
void         td_http_fetch_async       (SoupSession         *session,
                                        SoupMessage         *message,
                                        gsize                max_bytes,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data);
GBytes      *td_http_fetch_finish      (SoupSession         *session,
                                        GAsyncResult        *result,
                                        GError             **error);
gboolean     td_http_host_is_loopback  (const char          *url);

G_END_DECLS
