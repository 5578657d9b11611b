/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "base/td-json-read.h"

G_BEGIN_DECLS

/**
 * TdJsonWriter:
 *
 * Writes one compact JSON value into a string, front to back. Strings are written as valid
 * UTF-8 whatever comes in, so that what we send can always be read.
 */
typedef struct _TdJsonWriter TdJsonWriter;

TdJsonWriter *td_json_writer_new          (void);
void          td_json_writer_free         (TdJsonWriter *self);
void          td_json_writer_begin_object (TdJsonWriter *self);
void          td_json_writer_end_object   (TdJsonWriter *self);
void          td_json_writer_begin_array  (TdJsonWriter *self);
void          td_json_writer_end_array    (TdJsonWriter *self);
void          td_json_writer_name         (TdJsonWriter *self,
                                           const char   *name);
void          td_json_writer_string       (TdJsonWriter *self,
                                           const char   *value);
void          td_json_writer_string_len   (TdJsonWriter *self,
                                           const char   *value,
                                           gsize         length);
void          td_json_writer_int64        (TdJsonWriter *self,
                                           gint64        value);
void          td_json_writer_double       (TdJsonWriter *self,
                                           double        value);
void          td_json_writer_bool         (TdJsonWriter *self,
                                           gboolean      value);
void          td_json_writer_null         (TdJsonWriter *self);
void          td_json_writer_value        (TdJsonWriter *self,
                                           const TdJson *value);
void          td_json_writer_raw          (TdJsonWriter *self,
                                           const char   *json_text);

/* Shorthands that write a name and a value; a NULL string is left out. */
void          td_json_writer_member_string (TdJsonWriter *self,
                                            const char   *name,
                                            const char   *value);
void          td_json_writer_member_int64  (TdJsonWriter *self,
                                            const char   *name,
                                            gint64        value);
void          td_json_writer_member_bool   (TdJsonWriter *self,
                                            const char   *name,
                                            gboolean      value);

char         *td_json_writer_steal_text   (TdJsonWriter *self);
GBytes       *td_json_writer_steal_bytes  (TdJsonWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TdJsonWriter, td_json_writer_free)

G_END_DECLS
