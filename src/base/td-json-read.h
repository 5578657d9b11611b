/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TD_JSON_ERROR:
 *
 * Why a document from outside was refused. Nothing of a refused document is handed out.
 */
#define TD_JSON_ERROR (td_json_error_quark ())
GQuark td_json_error_quark (void);

/**
 * TdJsonError:
 * @TD_JSON_ERROR_SYNTAX: not one JSON value by RFC 8259, or text after it
 * @TD_JSON_ERROR_TRUNCATED: the text ends inside a value (more bytes might complete it)
 * @TD_JSON_ERROR_TOO_DEEP: nested deeper than the limit
 * @TD_JSON_ERROR_TOO_LARGE: more bytes than the limit
 */
typedef enum
{
  TD_JSON_ERROR_SYNTAX,
  TD_JSON_ERROR_TRUNCATED,
  TD_JSON_ERROR_TOO_DEEP,
  TD_JSON_ERROR_TOO_LARGE,
} TdJsonError;

/**
 * TdJsonType:
 * @TD_JSON_ABSENT: no such member; what every reader function makes of %NULL
 */
typedef enum
{
  TD_JSON_ABSENT,
  TD_JSON_NULL,
  TD_JSON_BOOL,
  TD_JSON_NUMBER,
  TD_JSON_STRING,
  TD_JSON_ARRAY,
  TD_JSON_OBJECT,
} TdJsonType;

typedef struct
{
  gsize max_bytes; /* 0: TD_JSON_DEFAULT_MAX_BYTES */
  guint max_depth; /* 0: TD_JSON_DEFAULT_MAX_DEPTH */
} TdJsonLimits;

#define TD_JSON_DEFAULT_MAX_BYTES (32 * 1024 * 1024)
#define TD_JSON_DEFAULT_MAX_DEPTH 128

/**
 * TdJsonDoc:
 *
 * A parsed document. Owns every #TdJson reached from its root, and all their strings.
 *
 * Strings are valid UTF-8 without NUL whatever came in: raw invalid bytes, the escape for
 * U+0000 and lone surrogate escapes become U+FFFD. Of members with the same name the last wins.
 */
typedef struct _TdJsonDoc TdJsonDoc;

/**
 * TdJson:
 *
 * A value inside a #TdJsonDoc, borrowed from it. Every function here takes %NULL for
 * "absent", and treats a value of another type as absent, because a field of the wrong type
 * means "ignore this field", not "fail".
 */
typedef struct _TdJson TdJson;

TdJsonDoc    *td_json_doc_parse   (const char         *text,
                                   gssize              length,
                                   const TdJsonLimits *limits,
                                   GError            **error);
TdJsonDoc    *td_json_doc_parse_bytes (GBytes             *bytes,
                                       const TdJsonLimits *limits,
                                       GError            **error);
void          td_json_doc_free    (TdJsonDoc          *self);
const TdJson *td_json_doc_get_root (const TdJsonDoc   *self);

TdJsonType    td_json_get_type    (const TdJson *value);
gboolean      td_json_is_set      (const TdJson *value); /* neither absent nor null */
const TdJson *td_json_get_member  (const TdJson *object,
                                   const char   *name);
const TdJson *td_json_get_path    (const TdJson *object,
                                   const char   *dotted_path);
guint         td_json_get_length  (const TdJson *container);
const TdJson *td_json_get_element (const TdJson *container,
                                   guint         index);
const char   *td_json_get_name    (const TdJson *object,
                                   guint         index);
const char   *td_json_get_string  (const TdJson *value);
gsize         td_json_get_string_length (const TdJson *value);
const char   *td_json_get_number_text (const TdJson *value);
gboolean      td_json_get_int64   (const TdJson *value,
                                   gint64       *result);
gboolean      td_json_get_double  (const TdJson *value,
                                   double       *result);
gboolean      td_json_get_bool    (const TdJson *value,
                                   gboolean      fallback);
void          td_json_append_text (const TdJson *value,
                                   GString      *out);

/* Shorthands for an object's members. */
const char   *td_json_member_string (const TdJson *object,
                                     const char   *name);
gint64        td_json_member_int64  (const TdJson *object,
                                     const char   *name,
                                     gint64        fallback);
gboolean      td_json_member_bool   (const TdJson *object,
                                     const char   *name,
                                     gboolean      fallback);
GStrv         td_json_member_strv   (const TdJson *object,
                                     const char   *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdJsonDoc, td_json_doc_free)

G_END_DECLS
