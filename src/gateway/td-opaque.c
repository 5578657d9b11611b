/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/td-opaque.h"

#include <string.h>

#define MARK "td1:"

/**
 * td_opaque_wrap:
 * @opaque: (array length=length): the text of a TD_CHAT_EVENT_OPAQUE
 * @length: its bytes
 * @model: which model it comes from
 *
 * Returns: (transfer full): letters and digits for a client to bring back
 */
char *
td_opaque_wrap (const char *opaque,
                gsize       length,
                const char *model)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *base64 = NULL;

  g_return_val_if_fail (opaque != NULL && model != NULL, NULL);

  g_byte_array_append (bytes, (const guint8 *) model, (guint) strlen (model));
  g_byte_array_append (bytes, (const guint8 *) "\n", 1);
  g_byte_array_append (bytes, (const guint8 *) opaque, (guint) length);
  base64 = g_base64_encode (bytes->data, bytes->len);
  return g_strconcat (MARK, base64, NULL);
}

/**
 * td_opaque_unwrap:
 * @wrapped: what a client brought back
 * @model: (out) (transfer full): which model it comes from
 *
 * Returns: (transfer full) (nullable): what td_opaque_wrap() was given; %NULL when it is not of
 *   our making
 */
char *
td_opaque_unwrap (const char  *wrapped,
                  char       **model)
{
  g_autofree char *text = NULL;
  gsize length;
  char *end;

  g_return_val_if_fail (wrapped != NULL && model != NULL, NULL);

  *model = NULL;
  if (!g_str_has_prefix (wrapped, MARK) || wrapped[strlen (MARK)] == '\0')
    return NULL;
  text = (char *) g_base64_decode (wrapped + strlen (MARK), &length);
  if (text == NULL || !g_utf8_validate_len (text, length, NULL))
    return NULL;
  end = memchr (text, '\n', length);
  if (end == NULL)
    return NULL;
  *model = g_strndup (text, (gsize) (end - text));
  return g_strndup (end + 1, length - (gsize) (end + 1 - text));
}
