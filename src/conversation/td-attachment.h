/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * TD_ATTACHMENT_ERROR:
 */
#define TD_ATTACHMENT_ERROR (td_attachment_error_quark ())
GQuark td_attachment_error_quark (void);

/**
 * TdAttachmentError:
 * @TD_ATTACHMENT_ERROR_FORMAT: no picture of a format that providers take
 * @TD_ATTACHMENT_ERROR_TOO_LARGE: more bytes, or more pixels, than providers take
 * @TD_ATTACHMENT_ERROR_TOO_MANY: more pictures than go into one message or one chat
 */
typedef enum
{
  TD_ATTACHMENT_ERROR_FORMAT,
  TD_ATTACHMENT_ERROR_TOO_LARGE,
  TD_ATTACHMENT_ERROR_TOO_MANY,
} TdAttachmentError;

/* What the strictest of the providers takes: a picture of 5 MB in base64 and 8,000 pixels a side, and
 * 20 MB in all for a whole request. */
#define TD_ATTACHMENT_MAX_BYTES      (3750 * 1024)
#define TD_ATTACHMENT_MAX_SIDE       8000
#define TD_ATTACHMENT_MAX_PER_MESSAGE 8
#define TD_ATTACHMENT_MAX_CHAT_BYTES (14 * 1024 * 1024)

/**
 * TdAttachment:
 *
 * A picture that goes with a message. Unchanging: it may be shared between threads.
 */
#define TD_TYPE_ATTACHMENT (td_attachment_get_type ())
G_DECLARE_FINAL_TYPE (TdAttachment, td_attachment, TD, ATTACHMENT, GObject)

TdAttachment *td_attachment_new           (const char    *name,
                                           GBytes        *data,
                                           GError       **error);
const char   *td_attachment_get_name      (TdAttachment  *self);
const char   *td_attachment_get_mime_type (TdAttachment  *self);
GBytes       *td_attachment_get_data      (TdAttachment  *self); /* (transfer none) */
guint         td_attachment_get_width     (TdAttachment  *self); /* pixels */
guint         td_attachment_get_height    (TdAttachment  *self);

G_END_DECLS
